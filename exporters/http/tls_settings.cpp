#include "exporters/http/tls_settings.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "agent/support/error.h"

namespace tpp {
namespace {

struct CipherSuite {
  std::string_view name;          // as Go's crypto/tls has it
  std::string_view key_exchange;  // these three as GnuTLS has them; "" of TLS 1.3
  std::string_view cipher;
  std::string_view digest;
};

// Those of Go's CipherSuites() that it holds safe; the ones of TLS 1.3 last.
constexpr CipherSuite kCipherSuites[] = {
    {"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA", "AES-128-GCM", "AEAD"},
    {"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "ECDHE-ECDSA", "AES-256-GCM", "AEAD"},
    {"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-ECDSA", "CHACHA20-POLY1305", "AEAD"},
    {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA", "ECDHE-ECDSA", "AES-128-CBC", "SHA1"},
    {"TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA", "ECDHE-ECDSA", "AES-256-CBC", "SHA1"},
    {"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA", "AES-128-GCM", "AEAD"},
    {"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "ECDHE-RSA", "AES-256-GCM", "AEAD"},
    {"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-RSA", "CHACHA20-POLY1305", "AEAD"},
    {"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "ECDHE-RSA", "AES-128-CBC", "SHA1"},
    {"TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA", "ECDHE-RSA", "AES-256-CBC", "SHA1"},
    {"TLS_AES_128_GCM_SHA256", "", "AES-128-GCM", "AEAD"},
    {"TLS_AES_256_GCM_SHA384", "", "AES-256-GCM", "AEAD"},
    {"TLS_CHACHA20_POLY1305_SHA256", "", "CHACHA20-POLY1305", "AEAD"},
};

// What is offered where nothing is listed: forward secrecy and authenticated ciphers.
constexpr std::string_view kDefaultSuites =
    ":+ECDHE-ECDSA:+ECDHE-RSA:+AES-128-GCM:+AES-256-GCM:+CHACHA20-POLY1305:+AEAD";

// None with SHA-1, with which GnuTLS' +SIGN-ALL comes.
constexpr std::string_view kSignatures =
    ":+SIGN-ECDSA-SHA256:+SIGN-ECDSA-SHA384:+SIGN-ECDSA-SHA512:+SIGN-ECDSA-SECP256R1-SHA256"
    ":+SIGN-ECDSA-SECP384R1-SHA384:+SIGN-ECDSA-SECP521R1-SHA512:+SIGN-EDDSA-ED25519"
    ":+SIGN-RSA-PSS-RSAE-SHA256:+SIGN-RSA-PSS-RSAE-SHA384:+SIGN-RSA-PSS-RSAE-SHA512"
    ":+SIGN-RSA-PSS-SHA256:+SIGN-RSA-PSS-SHA384:+SIGN-RSA-PSS-SHA512"
    ":+SIGN-RSA-SHA256:+SIGN-RSA-SHA384:+SIGN-RSA-SHA512";

const std::map<std::string, std::string_view>& curves() {
  static const std::map<std::string, std::string_view> rows = {{"X25519", "GROUP-X25519"},
                                                               {"CurveP256", "GROUP-SECP256R1"},
                                                               {"CurveP384", "GROUP-SECP384R1"},
                                                               {"CurveP521", "GROUP-SECP521R1"}};
  return rows;
}

const CipherSuite* find_suite(std::string_view name) {
  const auto* row = std::ranges::find(kCipherSuites, name, &CipherSuite::name);
  return row == std::end(kCipherSuites) ? nullptr : row;
}

bool listed(const TlsSettings& settings, std::string_view name) {
  return std::ranges::find(settings.cipher_suites, name) != settings.cipher_suites.end();
}

// Values of one part over the listed suites, in their order, once each.
std::vector<std::string_view> parts_of(const TlsSettings& settings,
                                       std::string_view CipherSuite::*part) {
  std::vector<std::string_view> parts;
  for (const std::string& name : settings.cipher_suites) {
    const CipherSuite* suite = find_suite(name);
    TPP_CHECK(suite != nullptr);
    const std::string_view value = suite->*part;
    if (!value.empty() && std::ranges::find(parts, value) == parts.end()) parts.push_back(value);
  }
  return parts;
}

bool holds(const std::vector<std::string_view>& parts, std::string_view value) {
  return std::ranges::find(parts, value) != parts.end();
}

void expect_no_other_suite(const TlsSettings& settings,
                           const std::vector<std::string_view>& exchanges,
                           const std::vector<std::string_view>& ciphers) {
  const auto digests = parts_of(settings, &CipherSuite::digest);
  for (const CipherSuite& suite : kCipherSuites) {
    const bool offered = holds(exchanges, suite.key_exchange) && holds(ciphers, suite.cipher) &&
                         holds(digests, suite.digest);
    if (!offered || listed(settings, suite.name)) continue;
    throw Error(fmt::format(
        "these cipher suites cannot be offered without {}, which is not listed: GnuTLS combines "
        "key exchanges and ciphers freely; list it, or leave out what it shares its parts with",
        suite.name));
  }
}

std::string listed_suites(const TlsSettings& settings) {
  const auto exchanges = parts_of(settings, &CipherSuite::key_exchange);
  const auto ciphers = parts_of(settings, &CipherSuite::cipher);
  const auto digests = parts_of(settings, &CipherSuite::digest);
  expect_no_other_suite(settings, exchanges, ciphers);
  if (exchanges.empty() && settings.min_version == TlsVersion::tls12 &&
      settings.max_version == TlsVersion::tls12) {
    throw Error("these cipher suites are of TLS 1.3, and max_version is TLS12");
  }
  if (!holds(digests, "AEAD") && settings.min_version == TlsVersion::tls13) {
    throw Error("these cipher suites are of TLS 1.2, and min_version is TLS13");
  }
  std::string text;
  for (const auto& parts : {exchanges, ciphers, digests}) {
    for (const std::string_view part : parts) text += fmt::format(":+{}", part);
  }
  return text;
}

}  // namespace

bool verifies_clients(ClientAuth client_auth) {
  return client_auth == ClientAuth::verify_client_cert_if_given ||
         client_auth == ClientAuth::require_and_verify_client_cert;
}

std::optional<std::string> cipher_suite_fault(const std::string& name) {
  if (find_suite(name) != nullptr) return std::nullopt;
  if (name.find("_RC4_") != std::string::npos || name.find("_3DES_") != std::string::npos) {
    return "it is broken, and not offered";
  }
  if (name.starts_with("TLS_RSA_WITH_")) return "it has no forward secrecy, and is not offered";
  std::vector<std::string_view> names;
  for (const CipherSuite& suite : kCipherSuites) names.push_back(suite.name);
  return fmt::format("expected one of {}", fmt::join(names, ", "));
}

std::vector<std::string> known_curves() {
  std::vector<std::string> names;
  for (const auto& [name, group] : curves()) names.push_back(name);
  return names;
}

std::string gnutls_priority(const TlsSettings& settings) {
  // A record of TLS 1.3 needs no compression, one of 1.2 has to be told that there is none.
  std::string text = "NONE:+COMP-NULL:+CTYPE-X509";
  if (settings.max_version == TlsVersion::tls13) text += ":+VERS-TLS1.3";
  if (settings.min_version == TlsVersion::tls12) text += ":+VERS-TLS1.2";
  text += settings.cipher_suites.empty() ? std::string(kDefaultSuites) : listed_suites(settings);
  text += kSignatures;
  const std::vector<std::string> preferred =
      settings.curve_preferences.empty()
          ? std::vector<std::string>{"X25519", "CurveP256", "CurveP384", "CurveP521"}
          : settings.curve_preferences;
  for (const std::string& curve : preferred) text += fmt::format(":+{}", curves().at(curve));
  if (settings.prefer_server_cipher_suites) text += ":%SERVER_PRECEDENCE";
  return text;
}

}  // namespace tpp
