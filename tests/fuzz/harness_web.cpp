// What clients send to the web server, and its configuration, as their readers take it.
#include <string>

#include "agent/support/error.h"
#include "exporters/http/listen_address.h"
#include "exporters/http/password_hash.h"
#include "exporters/http/request_headers.h"
#include "exporters/http/web_config.h"
#include "tests/fuzz/harness.h"

namespace tpp::fuzz {

void load_web_config(std::string_view bytes) {
  try {
    const WebConfig config = parse_web_config(std::string(bytes), "folder/web.yaml");
    for (const auto& [user, hash] : config.users) {
      TPP_CHECK(!user.empty() && bcrypt_cost(hash).value_or(99) <= kHighestBcryptCost);
    }
    for (const auto& [name, value] : config.headers) {
      TPP_CHECK(value.find_first_of("\r\n") == std::string::npos);
    }
    if (config.tls) {
      TPP_CHECK(config.tls->certificate.given() && config.tls->key.given());
      TPP_CHECK(!verifies_clients(config.tls->client_auth) || config.tls->client_ca.given());
      TPP_CHECK(gnutls_priority(*config.tls).starts_with("NONE:"));
    }
    if (config.rate_limit) TPP_CHECK(config.rate_limit->interval.count() > 0);
  } catch (const Error& error) {
    TPP_CHECK(std::string_view(error.what()).starts_with("folder/web.yaml"));
  }
}

void load_request(std::string_view bytes) {
  accepts_gzip(bytes);
  const auto credentials = parse_basic_credentials(bytes);
  if (credentials) TPP_CHECK(credentials->user.find(':') == std::string::npos);
  try {
    const ListenAddress address = parse_listen_address(bytes);
    TPP_CHECK(parse_listen_address(to_text(address)) == address);
  } catch (const UsageError&) {
    return;
  }
}

}  // namespace tpp::fuzz
