#include "exporters/http/gzip.h"

#include <zlib.h>

#include <limits>

#include "agent/support/error.h"

namespace tpp {

std::string gzip(std::string_view text) {
  // 15 bits of window, and 16 more for a header of gzip instead of zlib's.
  constexpr int kWindow = 15 + 16;
  constexpr int kMemoryLevel = 8;  // zlib's default
  TPP_CHECK(text.size() <= std::numeric_limits<uInt>::max() / 2);
  z_stream stream = {};
  TPP_CHECK(deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kWindow, kMemoryLevel,
                         Z_DEFAULT_STRATEGY) == Z_OK);
  std::string packed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  TPP_CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  packed.resize(stream.total_out);
  packed.shrink_to_fit();
  deflateEnd(&stream);
  return packed;
}

}  // namespace tpp
