// A text as gzip (RFC 1952). Pure.
#ifndef TPP_EXPORTERS_HTTP_GZIP_H
#define TPP_EXPORTERS_HTTP_GZIP_H

#include <string>
#include <string_view>

namespace tpp {

std::string gzip(std::string_view text);

}  // namespace tpp

#endif
