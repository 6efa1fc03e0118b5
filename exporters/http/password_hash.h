// Passwords as bcrypt keeps them, through libcrypt. Pure, and slow on purpose: a check takes about
// 70 ms at cost 10 and twice as long with each further one.
#ifndef TPP_EXPORTERS_HTTP_PASSWORD_HASH_H
#define TPP_EXPORTERS_HTTP_PASSWORD_HASH_H

#include <optional>
#include <string>

namespace tpp {

inline constexpr int kHighestBcryptCost = 15;  // about two seconds a check

// Cost of a hash in bcrypt's form ("$2b$10$" and 53 signs; $2a$ and $2y$ as well); nullopt of
// anything else, the faulty $2x$ of 2011 included.
std::optional<int> bcrypt_cost(const std::string& hash);

// Whether `password` is the one that was hashed. Takes as long where it holds a byte 0, at which
// bcrypt would end it, and is false then. Throws Error if libcrypt cannot hash by it.
bool bcrypt_matches(const std::string& password, const std::string& hash);

}  // namespace tpp

#endif
