// What every statement of an edition carries: where it is written, how it stands, and of which
// countries it speaks. Plain values.
#ifndef TPP_AGENT_MODEL_STANDING_H
#define TPP_AGENT_MODEL_STANDING_H

#include <optional>
#include <string>
#include <vector>

namespace tpp {

// How a statement stands on a day: in the text of the law, enforced, or both.
enum class Scope { text, enforced };

// What every statement carries.
struct Standing {
  std::string citation;
  bool text_verified = false;  // read in the law's own words
  bool unverified = false;     // and not in accounts of it either: from memory
  bool in_text = true;
  bool enforced = true;
  std::optional<std::string> from;  // ISO dates, first day and first day after; none: the edition's
  std::optional<std::string> to;

  bool operator==(const Standing&) const = default;
};

// In words, how what was not read in the law's own words is known; "" of what was.
constexpr const char* how_read(bool text_verified, bool unverified) {
  if (text_verified) return "";
  return unverified ? "unverified, from memory" : "not read in the law's own words";
}
constexpr const char* how_read(const Standing& standing) {
  return how_read(standing.text_verified, standing.unverified);
}

// A set of countries. A word with a colon is a country group ("D:1"), any other an ISO 3166 code.
struct Place {
  std::vector<std::string> any_of;  // empty: everywhere
  std::vector<std::string> none_of;

  bool operator==(const Place&) const = default;
};

}  // namespace tpp

#endif
