#include "exporters/http/password_hash.h"

#include <crypt.h>
#include <gnutls/crypto.h>

#include <algorithm>
#include <memory>
#include <string_view>

#include "agent/support/error.h"

namespace tpp {
namespace {

constexpr std::size_t kHashSize = 60;  // "$2b$10$", 22 signs of salt, 31 of digest

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_bcrypt_sign(unsigned char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(static_cast<char>(c)) ||
         c == '.' || c == '/';
}

}  // namespace

std::optional<int> bcrypt_cost(const std::string& hash) {
  const std::string_view text = hash;
  const bool form = text.size() == kHashSize && text.starts_with("$2") && text[3] == '$' &&
                    is_digit(text[4]) && is_digit(text[5]) && text[6] == '$';
  if (!form || std::string_view("aby").find(text[2]) == std::string_view::npos) {
    return std::nullopt;
  }
  if (!std::ranges::all_of(text.substr(7), is_bcrypt_sign)) return std::nullopt;
  const int cost = (text[4] - '0') * 10 + (text[5] - '0');
  if (cost < 4 || cost > 31) return std::nullopt;
  return cost;
}

bool bcrypt_matches(const std::string& password, const std::string& hash) {
  // 32 KiB, too much for the stack of a thread that is given little.
  const auto data = std::make_unique<crypt_data>();
  const char* made = ::crypt_rn(password.c_str(), hash.c_str(), data.get(), sizeof(crypt_data));
  if (made == nullptr || std::string_view(made).size() != hash.size()) {
    throw Error("cannot check a password: this system's libcrypt does not hash by bcrypt");
  }
  const bool same = gnutls_memcmp(made, hash.data(), hash.size()) == 0;
  // The buffer holds what was made of the password.
  gnutls_memset(data.get(), 0, sizeof(crypt_data));
  return same && password.find('\0') == std::string::npos;
}

}  // namespace tpp
