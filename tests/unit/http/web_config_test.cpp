#include "exporters/http/web_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/support/error.h"

namespace tpp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

const std::string kHash = "$2y$10$X0h1gDsPszWURQaxFh.zoubFi6DXncSjhoQNJgRrnGs7EsimhC7zG";

WebConfig parse(const std::string& text) { return parse_web_config(text, "/etc/tpp/web.yaml"); }

std::string error_of(const std::string& text) {
  try {
    parse(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(WebConfig, IsReadWhole) {
  const WebConfig config = parse(
      "tls_server_config:\n"
      "  cert_file: server.crt\n"
      "  key_file: /run/secrets/server.key\n"
      "  client_auth_type: RequireAndVerifyClientCert\n"
      "  client_ca_file: ca.crt\n"
      "  client_allowed_sans: [prometheus.example, 192.0.2.7]\n"
      "  min_version: TLS12\n"
      "  max_version: TLS13\n"
      "  cipher_suites:\n"
      "    - TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256\n"
      "    - TLS_AES_128_GCM_SHA256\n"
      "  prefer_server_cipher_suites: false\n"
      "  curve_preferences: [X25519, CurveP256]\n"
      "http_server_config:\n"
      "  http2: true\n"
      "  headers:\n"
      "    X-Frame-Options: deny\n"
      "    Strict-Transport-Security: max-age=3600\n"
      "    Content-Security-Policy: ''\n"
      "basic_auth_users:\n"
      "  prometheus: " +
      kHash +
      "\n"
      "rate_limit:\n"
      "  interval: 1m30s\n"
      "  burst: 20\n");
  ASSERT_TRUE(config.tls.has_value());
  EXPECT_EQ(config.tls->certificate.file, "/etc/tpp/server.crt");
  EXPECT_EQ(config.tls->key.file, "/run/secrets/server.key");
  EXPECT_EQ(config.tls->client_ca.file, "/etc/tpp/ca.crt");
  EXPECT_EQ(config.tls->client_auth, ClientAuth::require_and_verify_client_cert);
  EXPECT_THAT(config.tls->client_allowed_sans, ElementsAre("prometheus.example", "192.0.2.7"));
  EXPECT_FALSE(config.tls->prefer_server_cipher_suites);
  EXPECT_THAT(config.tls->curve_preferences, ElementsAre("X25519", "CurveP256"));
  EXPECT_THAT(config.headers, ElementsAre(Pair("Strict-Transport-Security", "max-age=3600"),
                                          Pair("X-Frame-Options", "deny")));
  EXPECT_THAT(config.users, ElementsAre(Pair("prometheus", kHash)));
  EXPECT_EQ(config.rate_limit, (RateSettings{std::chrono::seconds(90), 20}));
  EXPECT_THAT(config.notes, ElementsAre(HasSubstr("web.yaml:15:10: http2 has no effect")));
}

TEST(WebConfig, TakesCertificatesThatStandInIt) {
  const WebConfig config =
      parse("tls_server_config:\n  cert: |\n    -----BEGIN\n  key: |\n    -----BEGIN KEY\n");
  EXPECT_EQ(config.tls->certificate.text, "-----BEGIN\n");
  EXPECT_EQ(config.tls->key.text, "-----BEGIN KEY\n");
  EXPECT_EQ(config.tls->min_version, TlsVersion::tls12);
  EXPECT_EQ(config.tls->client_auth, ClientAuth::no_client_cert);
}

TEST(WebConfig, TakesSectionsWhoseMembersAreLeftOut) {
  const WebConfig config = parse(
      "tls_server_config:\nhttp_server_config:\n  headers:\nbasic_auth_users:\nrate_limit:\n");
  EXPECT_FALSE(config.tls.has_value());
  EXPECT_TRUE(config.users.empty());
  EXPECT_FALSE(config.rate_limit.has_value());
  EXPECT_FALSE(parse("rate_limit: {interval: 0, burst: 3}").rate_limit.has_value());
}

TEST(WebConfig, ReadsDurationsAsGoWritesThem) {
  const auto interval = [](const std::string& text) {
    return parse("rate_limit: {burst: 1, interval: " + text + "}").rate_limit->interval;
  };
  EXPECT_EQ(interval("250ms"), std::chrono::milliseconds(250));
  EXPECT_EQ(interval("1.5s"), std::chrono::milliseconds(1500));
  EXPECT_EQ(interval("10us"), std::chrono::microseconds(10));
  EXPECT_EQ(interval("1h"), std::chrono::hours(1));
}

struct Refused {
  const char* text;
  const char* words;
};

const std::string kTls = "tls_server_config:\n  cert_file: a\n  key_file: b\n";

class RefusedWebConfig : public testing::TestWithParam<Refused> {};

TEST_P(RefusedWebConfig, IsToldWithItsPlaceAndWhatWasExpected) {
  std::string text = GetParam().text;
  if (const auto at = text.find("@TLS\n"); at != std::string::npos) text.replace(at, 5, kTls);
  if (const auto at = text.find("@HASH"); at != std::string::npos) text.replace(at, 5, kHash);
  const std::string message = error_of(text);
  EXPECT_THAT(message, HasSubstr(GetParam().words)) << text;
  EXPECT_THAT(message, testing::StartsWith("/etc/tpp/web.yaml:"));
}

constexpr Refused kRefused[] = {
    {"", "empty file"},
    {"# all commented out\n", "empty file"},
    {"[a]\n", "expected a mapping"},
    {"tls_config:\n", "web.yaml:1:1: found key 'tls_config'"},
    {"tls_server_config: {}\n", "found no cert or cert_file here"},
    {"tls_server_config:\n  cert_file: a\n", "found no key or key_file here"},
    {"tls_server_config:\n  cert_file: a\n  cert: b\n  key: c\n", "'cert' and 'cert_file'"},
    {"@TLS\n  ca_file: c\n", "web.yaml:4:3: found key 'ca_file'"},
    {"@TLS\n  client_auth_type: Sometimes\n", "client_auth_type 'Sometimes'"},
    {"@TLS\n  client_auth_type: RequireAndVerifyClientCert\n", "client_ca"},
    {"@TLS\n  client_auth_type: VerifyClientCertIfGiven\n", "client_ca"},
    {"@TLS\n  client_ca_file: c\n", "client_auth_type"},
    {"@TLS\n  client_allowed_sans: [a]\n", "show no certificate"},
    {"@TLS\n  client_auth_type: VerifyClientCertIfGiven\n  client_ca_file: c\n"
     "  client_allowed_sans: [a]\n",
     "show no certificate"},
    {"@TLS\n  min_version: TLS10\n", "TLS12 or TLS13"},
    {"@TLS\n  min_version: SSL30\n", "version of TLS 'SSL30'"},
    {"@TLS\n  min_version: TLS13\n  max_version: TLS12\n", "min_version above max_version"},
    {"@TLS\n  cipher_suites: [TLS_RSA_WITH_RC4_128_SHA]\n", "broken"},
    {"@TLS\n  cipher_suites: [TLS_RSA_WITH_AES_128_CBC_SHA]\n", "forward secrecy"},
    {"@TLS\n  cipher_suites: [AES128-SHA]\n", "expected one of TLS_"},
    {"@TLS\n  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, "
     "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]\n",
     "which is not listed"},
    {"@TLS\n  curve_preferences: [CurveP224]\n", "curve 'CurveP224'"},
    {"@TLS\n  prefer_server_cipher_suites: perhaps\n", "true or false"},
    {"http_server_config: {http3: true}\n", "key 'http3'"},
    {"http_server_config: {http2: maybe}\n", "true or false"},
    {"http_server_config: {headers: {Server: x}}\n", "key 'Server'"},
    {"http_server_config: {headers: {X-Frame-Options: allow}}\n", "deny or sameorigin"},
    {"http_server_config: {headers: {X-Content-Type-Options: sniff}}\n", "nosniff"},
    {"http_server_config: {headers: {X-XSS-Protection: \"1\\r\\nSet-Cookie: a\"}}\n",
     "control characters"},
    {"basic_auth_users: {a: plain}\n", "no bcrypt hash"},
    {"basic_auth_users: {a: }\n", "expected a text"},
    {"basic_auth_users: [a]\n", "expected a mapping"},
    {"basic_auth_users: {\"a:b\": \"@HASH\"}\n", "without ':'"},
    {"basic_auth_users:\n  a: \"$2y$16$X0h1gDsPszWURQaxFh.zoubFi6DXncSjhoQNJgRrnGs7EsimhC7zG\"\n",
     "web.yaml:2:6: found a bcrypt hash of cost 16, expected at most 15"},
    {"basic_auth_users: {a: \"@HASH\", a: b}\n", "'a' again"},
    {"rate_limit: {interval: 1s}\n", "no burst"},
    {"rate_limit: {interval: 1s, burst: 0}\n", "a burst from 1"},
    {"rate_limit: {interval: 1 s, burst: 1}\n", "a duration as"},
    {"rate_limit: {interval: 10, burst: 1}\n", "a duration as"},
    {"rate_limit: {interval: 2h, burst: 1}\n", "at most 1h"},
    {"rate_limit: {interval: -1s, burst: 1}\n", "a duration as"},
    {"rate_limit: {interval: .s, burst: 1}\n", "a duration as"},
    {"rate_limit: {burst: many, interval: 1s}\n", "whole number"},
    {"rate_limit: {rate: 1}\n", "key 'rate'"},
};

INSTANTIATE_TEST_SUITE_P(Table, RefusedWebConfig, testing::ValuesIn(kRefused));

TEST(WebConfig, ShowsNoSecretInItsErrors) {
  EXPECT_THAT(error_of("basic_auth_users:\n  a: hunter2\n"), testing::Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace tpp
