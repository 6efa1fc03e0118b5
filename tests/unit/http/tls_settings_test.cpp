#include "exporters/http/tls_settings.h"

#include <gmock/gmock.h>
#include <gnutls/gnutls.h>
#include <gtest/gtest.h>

#include "agent/support/error.h"

namespace tpp {
namespace {

using testing::HasSubstr;
using testing::Not;

bool gnutls_takes(const TlsSettings& settings) {
  gnutls_priority_t priority = nullptr;
  const int result = gnutls_priority_init(&priority, gnutls_priority(settings).c_str(), nullptr);
  if (result == GNUTLS_E_SUCCESS) gnutls_priority_deinit(priority);
  return result == GNUTLS_E_SUCCESS;
}

std::string error_of(const TlsSettings& settings) {
  try {
    gnutls_priority(settings);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(GnutlsPriority, OffersVersionsFromTheLowestToTheHighest) {
  TlsSettings settings;
  EXPECT_THAT(gnutls_priority(settings), HasSubstr("+VERS-TLS1.3:+VERS-TLS1.2"));
  settings.min_version = TlsVersion::tls13;
  EXPECT_THAT(gnutls_priority(settings), Not(HasSubstr("TLS1.2")));
  EXPECT_TRUE(gnutls_takes(settings));
  settings.min_version = settings.max_version = TlsVersion::tls12;
  EXPECT_THAT(gnutls_priority(settings), Not(HasSubstr("TLS1.3")));
  EXPECT_TRUE(gnutls_takes(settings));
}

TEST(GnutlsPriority, OffersNothingBrokenByItself) {
  const std::string priority = gnutls_priority({});
  for (const char* broken : {"CBC", "SHA1", "+RSA:", "3DES", "TLS1.0", "TLS1.1", "DHE-RSA:+DHE"}) {
    EXPECT_THAT(priority, Not(HasSubstr(broken)));
  }
  EXPECT_TRUE(gnutls_takes({}));
}

TEST(GnutlsPriority, OffersTheListedSuitesInTheirOrder) {
  TlsSettings settings;
  settings.cipher_suites = {"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
                            "TLS_AES_128_GCM_SHA256"};
  EXPECT_THAT(gnutls_priority(settings), HasSubstr(":+ECDHE-RSA:+AES-256-GCM:+AES-128-GCM:+AEAD:"));
  EXPECT_TRUE(gnutls_takes(settings));
}

TEST(GnutlsPriority, IsRefusedWhereItWouldOfferASuiteThatIsNotListed) {
  TlsSettings settings;
  settings.cipher_suites = {"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"};
  EXPECT_THAT(error_of(settings), HasSubstr("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"));
}

TEST(GnutlsPriority, IsRefusedWhereItsVersionsHaveNoneOfItsSuites) {
  TlsSettings settings;
  settings.cipher_suites = {"TLS_AES_128_GCM_SHA256"};
  settings.max_version = TlsVersion::tls12;
  EXPECT_THAT(error_of(settings), HasSubstr("max_version"));
  settings.cipher_suites = {"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"};
  settings.min_version = settings.max_version = TlsVersion::tls13;
  EXPECT_THAT(error_of(settings), HasSubstr("min_version"));
}

TEST(GnutlsPriority, PrefersWhatIsToldItToPrefer) {
  TlsSettings settings;
  EXPECT_THAT(gnutls_priority(settings), HasSubstr("%SERVER_PRECEDENCE"));
  settings.prefer_server_cipher_suites = false;
  settings.curve_preferences = {"CurveP384", "X25519"};
  EXPECT_THAT(gnutls_priority(settings), HasSubstr(":+GROUP-SECP384R1:+GROUP-X25519"));
  EXPECT_THAT(gnutls_priority(settings), Not(HasSubstr("GROUP-SECP256R1")));
  EXPECT_THAT(gnutls_priority(settings), Not(HasSubstr("%SERVER_PRECEDENCE")));
  EXPECT_TRUE(gnutls_takes(settings));
}

TEST(CipherSuites, AreRefusedWithTheReason) {
  EXPECT_FALSE(cipher_suite_fault("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256").has_value());
  EXPECT_THAT(*cipher_suite_fault("TLS_ECDHE_RSA_WITH_RC4_128_SHA"), HasSubstr("broken"));
  EXPECT_THAT(*cipher_suite_fault("TLS_RSA_WITH_AES_128_GCM_SHA256"), HasSubstr("secrecy"));
  EXPECT_THAT(*cipher_suite_fault("AES128-SHA"), HasSubstr("TLS_AES_128_GCM_SHA256"));
}

}  // namespace
}  // namespace tpp
