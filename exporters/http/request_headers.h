// The two headers of a request that decide its answer. Pure: any bytes are taken.
#ifndef TPP_EXPORTERS_HTTP_REQUEST_HEADERS_H
#define TPP_EXPORTERS_HTTP_REQUEST_HEADERS_H

#include <optional>
#include <string>
#include <string_view>

namespace tpp {

// Whether a client that sends this Accept-Encoding takes gzip (RFC 9110, 12.5.3).
bool accepts_gzip(std::string_view accept_encoding);

struct Credentials {
  std::string user;
  std::string password;
};

// Of an Authorization header of scheme Basic (RFC 7617); nullopt of anything else.
std::optional<Credentials> parse_basic_credentials(std::string_view authorization);

}  // namespace tpp

#endif
