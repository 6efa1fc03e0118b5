#include "exporters/http/request_headers.h"

#include <cstdint>

#include "agent/support/text.h"

namespace tpp {
namespace {

// Value of a sign of base64 (RFC 4648); 64 of what is none.
unsigned sextet_of(char sign) {
  constexpr std::string_view kSigns =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto place = kSigns.find(sign);
  return place == std::string_view::npos ? 64 : static_cast<unsigned>(place);
}

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  const std::string_view signs = text.substr(0, text.size() - padding);
  std::string bytes;
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < signs.size(); ++i) {
    const unsigned sextet = sextet_of(signs[i]);
    if (sextet == 64) return std::nullopt;
    bits = (bits << 6) | sextet;
    if (i % 4 == 0) continue;
    const unsigned left_over = 6 - 2 * static_cast<unsigned>(i % 4);
    bytes += static_cast<char>((bits >> left_over) & 0xff);
  }
  return bytes;
}

// "q=0", "q=0.000": the client refuses it.
bool refuses(std::string_view parameter) {
  parameter = trim(parameter);
  if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) return false;
  const auto quality = parse_double(parameter.substr(2));
  return !quality || !(*quality > 0);
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) {
  bool any = false;
  for (const std::string& item : split(accept_encoding, ',')) {
    const std::vector<std::string> parts = split(item, ';');
    const std::string coding = parts.empty() ? "" : to_lower(trim(parts[0]));
    const bool refused = parts.size() > 1 && refuses(parts[1]);
    if (coding == "gzip" || coding == "x-gzip") return !refused;
    if (coding == "*") any = !refused;
  }
  return any;
}

std::optional<Credentials> parse_basic_credentials(std::string_view authorization) {
  constexpr std::string_view kScheme = "basic ";
  const std::string_view header = trim(authorization);
  if (to_lower(header.substr(0, kScheme.size())) != kScheme) return std::nullopt;
  const auto decoded = decode_base64(trim(header.substr(kScheme.size())));
  if (!decoded) return std::nullopt;
  const auto colon = decoded->find(':');
  if (colon == std::string::npos) return std::nullopt;
  return Credentials{decoded->substr(0, colon), decoded->substr(colon + 1)};
}

}  // namespace tpp
