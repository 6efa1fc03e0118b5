// What a web configuration says of TLS, and how that is said to GnuTLS. Values and pure functions;
// files are read and certificates taken in by tls_context.
#ifndef TPP_EXPORTERS_HTTP_TLS_SETTINGS_H
#define TPP_EXPORTERS_HTTP_TLS_SETTINGS_H

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tpp {

// PEM: in the configuration itself, or the path of a file that holds it.
struct PemSource {
  std::string text;
  std::filesystem::path file;  // where text is ""

  bool given() const { return !text.empty() || !file.empty(); }
};

// Named as Go's crypto/tls and the configuration name them.
enum class ClientAuth {
  no_client_cert,
  request_client_cert,
  require_any_client_cert,
  verify_client_cert_if_given,
  require_and_verify_client_cert,
};

enum class TlsVersion { tls12 = 12, tls13 = 13 };

struct TlsSettings {
  PemSource certificate;
  PemSource key;
  PemSource client_ca;
  ClientAuth client_auth = ClientAuth::no_client_cert;
  std::vector<std::string> client_allowed_sans;
  TlsVersion min_version = TlsVersion::tls12;
  TlsVersion max_version = TlsVersion::tls13;
  std::vector<std::string> cipher_suites;      // Go's names; none: our choice
  std::vector<std::string> curve_preferences;  // Go's names; none: our choice
  bool prefer_server_cipher_suites = true;
};

// Whether a client that has passed the handshake with a certificate is known by it.
bool verifies_clients(ClientAuth client_auth);

// Why a cipher suite of TLS cannot be had here, beside what can; nullopt if it can.
std::optional<std::string> cipher_suite_fault(const std::string& name);

// Names that `curve_preferences` may hold.
std::vector<std::string> known_curves();

// GnuTLS' priority string for these settings. GnuTLS combines key exchanges, ciphers and digests
// freely, the configuration names suites: where the free combination would offer a suite that is
// not listed, throws Error that names it. Of TLS 1.3, whose suites Go does not let one choose,
// those are offered that share a cipher with the list.
std::string gnutls_priority(const TlsSettings& settings);

}  // namespace tpp

#endif
