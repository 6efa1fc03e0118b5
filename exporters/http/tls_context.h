// A certificate with its key, whom it trusts and what is offered, as GnuTLS takes them for one
// connection. Each connection is given the context of the configuration at its beginning, and keeps
// it alive, so that certificates change without a restart. Immutable: any thread may use one.
#ifndef TPP_EXPORTERS_HTTP_TLS_CONTEXT_H
#define TPP_EXPORTERS_HTTP_TLS_CONTEXT_H

#include <gnutls/gnutls.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "exporters/http/tls_settings.h"

namespace tpp {

class TlsContext {
 public:
  // Reads the files. Throws Error that names the file and what is wrong with it, a key of another
  // certificate included.
  explicit TlsContext(const TlsSettings& settings);
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  // Before the handshake; the session must not outlive this. False if GnuTLS refuses; the session
  // must then not go on.
  bool apply_to(gnutls_session_t session) const;

  // After the handshake: whether the client is known by a certificate that was verified.
  bool authenticated(gnutls_session_t session) const;

 private:
  struct FreeCredentials {
    void operator()(gnutls_certificate_credentials_t c) const {
      gnutls_certificate_free_credentials(c);
    }
  };
  struct FreePriority {
    void operator()(gnutls_priority_t p) const { gnutls_priority_deinit(p); }
  };
  static int verify(gnutls_session_t session);  // GnuTLS' callback, during the handshake
  bool admits(gnutls_session_t session) const;
  void take_certificate(const TlsSettings& settings);
  void take_client_ca(const TlsSettings& settings);
  bool has_allowed_name(gnutls_session_t session) const;

  ClientAuth client_auth_;
  std::vector<std::string> allowed_sans_;
  std::unique_ptr<gnutls_certificate_credentials_st, FreeCredentials> credentials_;
  std::unique_ptr<gnutls_priority_st, FreePriority> priority_;
};

// The files that the settings name, which a change of any makes another context.
std::vector<std::filesystem::path> files_of(const TlsSettings& settings);

}  // namespace tpp

#endif
