#include "exporters/http/password_cache.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "exporters/http/password_hash.h"

namespace tpp {
namespace {

// Of "scrape-me" and "other", of the lowest costs.
const std::string kHash = "$2b$04$abcdefghijklmnopqrstuuY9IzzDs2KOfMw3usTjoBXx1ZNABU.fW";
const std::string kOther = "$2b$05$abcdefghijklmnopqrstuuVQd15VhR/oN1H3pzUR5lME0fZO6.qRW";

TEST(Bcrypt, KnowsThePasswordOfAHashInEachOfItsForms) {
  for (const char form : {'a', 'b', 'y'}) {
    std::string hash = kHash;
    hash[2] = form;
    EXPECT_TRUE(bcrypt_matches("scrape-me", hash)) << form;
    EXPECT_FALSE(bcrypt_matches("scrape-m", hash)) << form;
    EXPECT_EQ(bcrypt_cost(hash), 4) << form;
  }
  EXPECT_TRUE(bcrypt_matches("other", kOther));
}

TEST(Bcrypt, TakesNoPasswordThatEndsInTheMiddle) {
  EXPECT_FALSE(bcrypt_matches(std::string("scrape-me\0more", 14), kHash));
}

TEST(Bcrypt, RefusesWhatIsNoHashOfIt) {
  for (const std::string& hash :
       {std::string("secret"), std::string(), kHash + "x", kHash.substr(1), "$1$" + kHash.substr(3),
        "$2x" + kHash.substr(3), "$2b$03" + kHash.substr(6), "$2b$32" + kHash.substr(6),
        kHash.substr(0, 59) + "!", "$2b$0x" + kHash.substr(6)}) {
    EXPECT_FALSE(bcrypt_cost(hash).has_value()) << hash;
  }
}

TEST(PasswordCache, RemembersRightAndWrongOnesApart) {
  const Users users = {{"prometheus", kHash}};
  PasswordCache cache;
  const auto right = cache.claim(users, {"prometheus", "scrape-me"});
  const auto wrong = cache.claim(users, {"prometheus", "scrape-you"});
  EXPECT_FALSE(cache.look_up(right).has_value());
  cache.remember(right, true);
  cache.remember(wrong, false);
  EXPECT_EQ(cache.look_up(right), true);
  EXPECT_EQ(cache.look_up(wrong), false);
}

TEST(PasswordCache, ForgetsAPasswordWhoseHashHasChanged) {
  PasswordCache cache;
  cache.remember(cache.claim({{"prometheus", kHash}}, {"prometheus", "scrape-me"}), true);
  const auto later = cache.claim({{"prometheus", kOther}}, {"prometheus", "scrape-me"});
  EXPECT_FALSE(cache.look_up(later).has_value());
}

TEST(PasswordCache, KeepsTheRightOneThroughAFloodOfWrongOnes) {
  const Users users = {{"prometheus", kHash}};
  PasswordCache cache;
  const auto right = cache.claim(users, {"prometheus", "scrape-me"});
  cache.remember(right, true);
  const auto first = cache.claim(users, {"prometheus", "guess"});
  cache.remember(first, false);
  for (std::size_t i = 0; i < PasswordCache::kWrongOnes; ++i) {
    cache.remember(cache.claim(users, {"prometheus", "guess " + std::to_string(i)}), false);
  }
  EXPECT_EQ(cache.look_up(right), true);
  EXPECT_FALSE(cache.look_up(first).has_value());
}

TEST(PasswordCache, NeverLetsAnUnknownUserIn) {
  const Users users = {{"prometheus", kHash}};
  PasswordCache cache;
  const auto stranger = cache.claim(users, {"stranger", "scrape-me"});
  EXPECT_FALSE(stranger.known_user);
  EXPECT_EQ(stranger.hash, kHash);
  cache.remember(stranger, true);
  EXPECT_EQ(cache.look_up(stranger), false);
}

TEST(PasswordCache, DrawsTheHashOfAnUnknownUserFromItsName) {
  const Users users = {{"a", kHash}, {"b", kOther}};
  const PasswordCache cache;
  std::set<std::string> drawn;
  for (int i = 0; i < 64; ++i) {
    const Credentials stranger = {"stranger " + std::to_string(i), "x"};
    const auto claim = cache.claim(users, stranger);
    EXPECT_EQ(claim.hash, cache.claim(users, stranger).hash);
    drawn.insert(claim.hash);
  }
  EXPECT_EQ(drawn.size(), 2u);
}

TEST(PasswordCache, TellsNeighbouringTextsApart) {
  const Users users = {{"ab", kHash}, {"a", kHash}};
  const PasswordCache cache;
  EXPECT_NE(cache.claim(users, {"ab", "c"}).digest, cache.claim(users, {"a", "bc"}).digest);
}

}  // namespace
}  // namespace tpp
