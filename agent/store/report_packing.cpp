#include "agent/store/report_packing.h"

#include <zlib.h>

#include <nlohmann/json.hpp>

#include "agent/support/error.h"
#include "agent/support/file.h"
#include "exporters/report_json.h"

namespace tpp {

std::string canonical_json(const Report& report) {
  using Json = nlohmann::json;
  return to_json(report).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string deflated(std::string_view text) {
  constexpr int kLevel = 6;
  uLongf size = ::compressBound(text.size());
  std::string bytes(size, '\0');
  const int code = ::compress2(reinterpret_cast<Bytef*>(bytes.data()), &size,
                               reinterpret_cast<const Bytef*>(text.data()), text.size(), kLevel);
  TPP_CHECK(code == Z_OK);  // the room is what the library asked for
  bytes.resize(size);
  return bytes;
}

std::optional<std::string> inflated(std::string_view bytes, std::size_t size) {
  if (size > kLargestFile) return std::nullopt;
  std::string text(size, '\0');
  uLongf got = size;
  const int code = ::uncompress(reinterpret_cast<Bytef*>(text.data()), &got,
                                reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
  if (code != Z_OK || got != size) return std::nullopt;
  return text;
}

}  // namespace tpp
