#include "exporters/http/tls_context.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gnutls/x509.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "agent/support/error.h"
#include "agent/support/file.h"

namespace tpp {
namespace {

constexpr std::size_t kLargestPem = 1u << 20;
constexpr unsigned kMostNames = 1024;  // of one certificate

std::string pem_of(const PemSource& source) {
  return source.text.empty() ? read_file(source.file, kLargestPem) : source.text;
}

std::string name_of(const PemSource& source, const std::string& key) {
  return source.text.empty() ? source.file.string() : "the configuration's " + key;
}

gnutls_datum_t datum(std::string& text) {
  return {reinterpret_cast<unsigned char*>(text.data()), static_cast<unsigned>(text.size())};
}

gnutls_certificate_request_t request_of(ClientAuth client_auth) {
  switch (client_auth) {
    case ClientAuth::no_client_cert:
      return GNUTLS_CERT_IGNORE;
    case ClientAuth::request_client_cert:
    case ClientAuth::verify_client_cert_if_given:
      return GNUTLS_CERT_REQUEST;
    case ClientAuth::require_any_client_cert:
    case ClientAuth::require_and_verify_client_cert:
      return GNUTLS_CERT_REQUIRE;
  }
  return GNUTLS_CERT_REQUIRE;
}

bool showed_certificate(gnutls_session_t session) {
  unsigned count = 0;
  return gnutls_certificate_get_peers(session, &count) != nullptr && count > 0;
}

// A name as the configuration writes it: an address in digits, all else as it stands.
std::string text_of_name(unsigned type, std::string_view bytes) {
  if (type != GNUTLS_SAN_IPADDRESS) return std::string(bytes);
  std::array<char, INET6_ADDRSTRLEN> text = {};
  const int family = bytes.size() == 4 ? AF_INET : bytes.size() == 16 ? AF_INET6 : AF_UNSPEC;
  if (family == AF_UNSPEC) return "";
  if (::inet_ntop(family, bytes.data(), text.data(), text.size()) == nullptr) return "";
  return text.data();
}

std::vector<std::string> names_of(gnutls_x509_crt_t certificate) {
  std::vector<std::string> names;
  for (unsigned i = 0; i < kMostNames; ++i) {
    std::array<char, 1024> name = {};
    std::size_t size = name.size();
    unsigned type = 0;
    const int result =
        gnutls_x509_crt_get_subject_alt_name2(certificate, i, name.data(), &size, &type, nullptr);
    if (result == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE) break;
    const bool wanted = type == GNUTLS_SAN_DNSNAME || type == GNUTLS_SAN_RFC822NAME ||
                        type == GNUTLS_SAN_IPADDRESS || type == GNUTLS_SAN_URI;
    if (result >= 0 && wanted) names.push_back(text_of_name(type, {name.data(), size}));
  }
  return names;
}

struct FreeCertificate {
  void operator()(gnutls_x509_crt_t certificate) const { gnutls_x509_crt_deinit(certificate); }
};

}  // namespace

TlsContext::TlsContext(const TlsSettings& settings)
    : client_auth_(settings.client_auth), allowed_sans_(settings.client_allowed_sans) {
  gnutls_certificate_credentials_t credentials = nullptr;
  TPP_CHECK(gnutls_certificate_allocate_credentials(&credentials) == GNUTLS_E_SUCCESS);
  credentials_.reset(credentials);
  gnutls_certificate_set_verify_function(credentials, &TlsContext::verify);
  take_certificate(settings);
  if (settings.client_ca.given()) take_client_ca(settings);
  gnutls_priority_t priority = nullptr;
  const std::string words = gnutls_priority(settings);
  const int result = gnutls_priority_init(&priority, words.c_str(), nullptr);
  if (result != GNUTLS_E_SUCCESS) {
    throw Error(
        fmt::format("this system's GnuTLS does not take the versions, ciphers and curves "
                    "of the web configuration ({}): {}",
                    words, gnutls_strerror(result)));
  }
  priority_.reset(priority);
}

void TlsContext::take_certificate(const TlsSettings& settings) {
  std::string certificate = pem_of(settings.certificate);
  std::string key = pem_of(settings.key);
  const gnutls_datum_t certificate_datum = datum(certificate);
  const gnutls_datum_t key_datum = datum(key);
  const int result = gnutls_certificate_set_x509_key_mem2(
      credentials_.get(), &certificate_datum, &key_datum, GNUTLS_X509_FMT_PEM, nullptr, 0);
  gnutls_memset(key.data(), 0, key.size());
  if (result >= 0) return;
  throw Error(
      fmt::format("cannot use the certificate {} with the key {}: {}; expected a chain and "
                  "its unencrypted key in PEM",
                  name_of(settings.certificate, "cert"), name_of(settings.key, "key"),
                  gnutls_strerror(result)));
}

void TlsContext::take_client_ca(const TlsSettings& settings) {
  std::string pem = pem_of(settings.client_ca);
  const gnutls_datum_t authorities = datum(pem);
  const int result =
      gnutls_certificate_set_x509_trust_mem(credentials_.get(), &authorities, GNUTLS_X509_FMT_PEM);
  if (result > 0) return;
  throw Error(fmt::format("cannot use the client CA {}: {}; expected certificates in PEM",
                          name_of(settings.client_ca, "client_ca"),
                          result == 0 ? "no certificate in it" : gnutls_strerror(result)));
}

int TlsContext::verify(gnutls_session_t session) {
  const auto* context = static_cast<const TlsContext*>(gnutls_db_get_ptr(session));
  return context != nullptr && context->admits(session) ? 0 : GNUTLS_E_CERTIFICATE_ERROR;
}

bool TlsContext::apply_to(gnutls_session_t session) const {
  // The session's own pointer is libmicrohttpd's. That of the database of sessions is free: there
  // is no such database.
  gnutls_db_set_ptr(session, const_cast<TlsContext*>(this));
  if (gnutls_priority_set(session, priority_.get()) != GNUTLS_E_SUCCESS) return false;
  gnutls_certificate_server_set_request(session, request_of(client_auth_));
  return gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials_.get()) ==
         GNUTLS_E_SUCCESS;
}

bool TlsContext::admits(gnutls_session_t session) const {
  if (!showed_certificate(session)) {
    return request_of(client_auth_) != GNUTLS_CERT_REQUIRE;
  }
  if (verifies_clients(client_auth_)) {
    // The purpose too, where a certificate is limited to some (RFC 5280, 4.2.1.12).
    std::string purpose = GNUTLS_KP_TLS_WWW_CLIENT;
    gnutls_typed_vdata_st expected = {};
    expected.type = GNUTLS_DT_KEY_PURPOSE_OID;
    expected.data = reinterpret_cast<unsigned char*>(purpose.data());
    unsigned status = 0;
    const int result = gnutls_certificate_verify_peers(session, &expected, 1, &status);
    if (result != GNUTLS_E_SUCCESS || status != 0) return false;
  }
  return allowed_sans_.empty() || has_allowed_name(session);
}

bool TlsContext::has_allowed_name(gnutls_session_t session) const {
  unsigned count = 0;
  const gnutls_datum_t* chain = gnutls_certificate_get_peers(session, &count);
  if (chain == nullptr || count == 0) return false;
  gnutls_x509_crt_t parsed = nullptr;
  if (gnutls_x509_crt_init(&parsed) != GNUTLS_E_SUCCESS) return false;
  const std::unique_ptr<gnutls_x509_crt_int, FreeCertificate> certificate(parsed);
  if (gnutls_x509_crt_import(parsed, &chain[0], GNUTLS_X509_FMT_DER) != GNUTLS_E_SUCCESS) {
    return false;
  }
  return std::ranges::any_of(names_of(parsed), [this](const std::string& name) {
    return std::ranges::find(allowed_sans_, name) != allowed_sans_.end();
  });
}

bool TlsContext::authenticated(gnutls_session_t session) const {
  return verifies_clients(client_auth_) && showed_certificate(session);
}

std::vector<std::filesystem::path> files_of(const TlsSettings& settings) {
  std::vector<std::filesystem::path> files;
  for (const PemSource* source : {&settings.certificate, &settings.key, &settings.client_ca}) {
    if (!source->file.empty()) files.push_back(source->file);
  }
  return files;
}

}  // namespace tpp
