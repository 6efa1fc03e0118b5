#include "exporters/http/password_cache.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include "agent/support/error.h"

namespace tpp {
namespace {

bool same(const CredentialDigest& left, const CredentialDigest& right) {
  return gnutls_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace

PasswordCache::PasswordCache() {
  if (gnutls_rnd(GNUTLS_RND_KEY, key_.data(), key_.size()) != 0) {
    throw Error("cannot draw a random key for the passwords of the web server");
  }
}

CredentialDigest PasswordCache::digest_of(const std::vector<std::string>& texts) const {
  std::string joined;
  for (const std::string& text : texts) {
    // The length first: "a" + "bc" is not "ab" + "c".
    const std::uint64_t size = text.size();
    joined.append(reinterpret_cast<const char*>(&size), sizeof size);
    joined += text;
  }
  CredentialDigest digest = {};
  TPP_CHECK(gnutls_hmac_fast(GNUTLS_MAC_SHA256, key_.data(), key_.size(), joined.data(),
                             joined.size(), digest.data()) == 0);
  gnutls_memset(joined.data(), 0, joined.size());
  return digest;
}

PasswordCache::Claim PasswordCache::claim(const Users& users, Credentials credentials) const {
  TPP_CHECK(!users.empty());
  Claim claim;
  auto user = users.find(credentials.user);
  claim.known_user = user != users.end();
  if (!claim.known_user) {
    const CredentialDigest draw = digest_of({credentials.user});
    std::uint32_t number = 0;
    std::memcpy(&number, draw.data(), sizeof number);
    user = std::next(users.begin(), static_cast<std::ptrdiff_t>(number % users.size()));
  }
  claim.hash = user->second;
  claim.digest = digest_of({credentials.user, credentials.password, claim.hash});
  claim.credentials = std::move(credentials);
  return claim;
}

std::optional<bool> PasswordCache::look_up(const Claim& claim) const {
  const std::lock_guard lock(mutex_);
  if (claim.known_user) {
    const auto right = right_.find(claim.credentials.user);
    if (right != right_.end() && same(right->second, claim.digest)) return true;
  }
  const auto is_it = [&](const CredentialDigest& wrong) { return same(wrong, claim.digest); };
  if (std::ranges::any_of(wrong_, is_it)) return false;
  return std::nullopt;
}

void PasswordCache::remember(const Claim& claim, bool right) {
  const std::lock_guard lock(mutex_);
  if (right && claim.known_user) {
    // Users of a configuration before may still be in it.
    if (right_.size() >= kMostUsers) right_.clear();
    right_[claim.credentials.user] = claim.digest;
    return;
  }
  if (wrong_.size() < kWrongOnes) {
    wrong_.push_back(claim.digest);
  } else {
    wrong_[next_wrong_] = claim.digest;
  }
  next_wrong_ = (next_wrong_ + 1) % kWrongOnes;
}

}  // namespace tpp
