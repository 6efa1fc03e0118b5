#include "agent/regulation/edition_parts.h"

#include <fmt/format.h>

#include <algorithm>

namespace tpp {
namespace {

// A group has a colon in its name, a country two capital letters.
void check_place_word(const YamlValue& yaml) {
  const std::string word = yaml.text();
  const bool group = word.size() == 3 && word[1] == ':';
  const bool country =
      word.size() == 2 && std::ranges::all_of(word, [](char c) { return c >= 'A' && c <= 'Z'; });
  if (!group && !country) {
    yaml.fail(fmt::format("'{}'", word), "a country group as D:1 or a country as CN");
  }
}

}  // namespace

Standing read_standing(const YamlValue& yaml) {
  Standing standing;
  standing.citation = yaml.at("citation").text();
  const YamlValue read = yaml.at("text_verified");
  standing.unverified = read.text() == "unverified";
  standing.text_verified = !standing.unverified && read.boolean();
  if (const auto in_text = yaml.find("in_text")) standing.in_text = in_text->boolean();
  if (const auto enforced = yaml.find("enforced")) standing.enforced = enforced->boolean();
  if (!standing.in_text && !standing.enforced) {
    yaml.fail("what is neither in the text nor enforced", "one of them, or no such row");
  }
  if (const auto from = yaml.find("from")) standing.from = from->date();
  const auto to = yaml.find("to");
  if (!to) return standing;
  standing.to = to->date();
  if (standing.from && *standing.to <= *standing.from) {
    to->fail(*standing.to, fmt::format("a date after {}", *standing.from));
  }
  return standing;
}

Place read_place(const YamlValue& yaml) {
  yaml.expect_keys({"any_of", "none_of"});
  Place place;
  for (const YamlValue& word : yaml.at("any_of").items()) {
    check_place_word(word);
    place.any_of.push_back(word.text());
  }
  if (const auto none_of = yaml.find("none_of")) {
    for (const YamlValue& word : none_of->items()) {
      check_place_word(word);
      place.none_of.push_back(word.text());
    }
  }
  return place;
}

}  // namespace tpp
