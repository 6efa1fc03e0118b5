// Remembers which passwords were right and which were wrong, so that bcrypt is asked once for each:
// as keyed digests (HMAC-SHA-256, random key of this process) of user, password and stored hash,
// never as text. A changed hash makes other digests, so nothing outlives it. Bounded: one right
// password a user, which only a right one replaces, and the last wrong ones of all; a flood of
// wrong ones cannot push out a right one. Any thread may call.
#ifndef TPP_EXPORTERS_HTTP_PASSWORD_CACHE_H
#define TPP_EXPORTERS_HTTP_PASSWORD_CACHE_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "exporters/http/request_headers.h"

namespace tpp {

using Users = std::map<std::string, std::string>;  // name -> bcrypt hash

using CredentialDigest = std::array<std::uint8_t, 32>;

class PasswordCache {
 public:
  static constexpr std::size_t kWrongOnes = 256;
  static constexpr std::size_t kMostUsers = 1024;

  PasswordCache();  // throws Error if the system gives no random key

  // What stands for these credentials and the hash that they are held against. An unknown user is
  // held against a known one's: which one follows from the name, so that the time that a check
  // takes does not tell who is known.
  struct Claim {
    Credentials credentials;
    std::string hash;
    CredentialDigest digest;
    bool known_user = false;
  };
  Claim claim(const Users& users, Credentials credentials) const;  // at least one user

  // Whether they are right, as far as that was found out.
  std::optional<bool> look_up(const Claim& claim) const;
  void remember(const Claim& claim, bool right);

 private:
  CredentialDigest digest_of(const std::vector<std::string>& texts) const;

  CredentialDigest key_;
  mutable std::mutex mutex_;
  std::map<std::string, CredentialDigest> right_;  // all below: under the mutex
  std::vector<CredentialDigest> wrong_;
  std::size_t next_wrong_ = 0;
};

}  // namespace tpp

#endif
