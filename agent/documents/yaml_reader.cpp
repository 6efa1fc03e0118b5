#include "agent/documents/yaml_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

#include "agent/documents/yaml_document.h"
#include "agent/support/error.h"
#include "agent/support/text.h"

namespace tpp {
YamlValue YamlValue::parse(const std::string& text, const std::string& origin) {
  return YamlValue(parse_yaml(text, origin));
}

std::string YamlValue::place() const {
  const DocumentPlace place = node().place;
  return fmt::format("{}:{}:{}", origin(), place.line, place.column);
}

void YamlValue::fail(const std::string& found, const std::string& expected) const {
  fail(fmt::format("found {}, expected {}", found, expected));
}

void YamlValue::fail(const std::string& message) const {
  throw Error(fmt::format("{}: {}", place(), message));
}

void YamlValue::fail_unknown(const std::string& what, const std::vector<std::string>& known) const {
  const std::string word(words());
  const std::string near = closest(word, known);
  fail(fmt::format("{} '{}'", what, word),
       near.empty() ? fmt::format("one of {}", fmt::join(known, ", "))
                    : fmt::format("one of {}: did you mean '{}'?", fmt::join(known, ", "), near));
}

std::string YamlValue::kind() const {
  switch (node().kind) {
    case Kind::map:
      return "a mapping";
    case Kind::list:
      return "a list";
    case Kind::scalar:
      return words().empty() ? "an empty text" : fmt::format("'{}'", words());
    case Kind::null:
      break;
  }
  return "nothing";
}

void YamlValue::fail_kind(const std::string& expected) const {
  fail(key_ ? fmt::format("{} as '{}'", kind(), document_->text(*key_)) : kind(), expected);
}

void YamlValue::expect_mapping() const {
  if (!is(Kind::map)) fail_kind("a mapping");
  std::set<std::string_view> seen;
  for (std::uint32_t key = begin(); key < end(); key = after(after(key))) {
    if (document_->text(key).empty()) wrap(key).text();  // throws
    if (!seen.insert(document_->text(key)).second) {
      wrap(key).fail(fmt::format("found '{}' again, expected it once", document_->text(key)));
    }
  }
}

std::vector<std::pair<YamlValue, YamlValue>> YamlValue::members() const {
  expect_mapping();
  std::vector<std::pair<YamlValue, YamlValue>> members;
  for (std::uint32_t key = begin(); key < end(); key = after(after(key))) {
    members.emplace_back(wrap(key), wrap(after(key)));
  }
  return members;
}

void YamlValue::expect_keys(std::initializer_list<std::string_view> known) const {
  expect_mapping();
  for (std::uint32_t key = begin(); key < end(); key = after(after(key))) {
    if (std::ranges::find(known, document_->text(key)) != known.end()) continue;
    wrap(key).fail_unknown("key", {known.begin(), known.end()});
  }
}

std::optional<YamlValue> YamlValue::find(const std::string& key) const {
  if (!is(Kind::map)) fail_kind("a mapping");
  for (std::uint32_t at = begin(); at < end(); at = after(after(at))) {
    const bool scalar = document_->node(at).kind == Kind::scalar;
    if (!scalar || document_->text(at) != key) continue;
    YamlValue member = wrap(after(at));
    member.key_ = at;
    return member;
  }
  return std::nullopt;
}

YamlValue YamlValue::at(const std::string& key) const {
  const auto member = find(key);
  if (!member) fail(fmt::format("found no '{}' here, expected it", key));
  return *member;
}

std::vector<YamlValue> YamlValue::items() const {
  if (!is(Kind::list)) fail_kind("a list");
  std::vector<YamlValue> items;
  for (std::uint32_t item = begin(); item < end(); item = after(item)) items.push_back(wrap(item));
  return items;
}

std::string YamlValue::text() const {
  if (words().empty()) fail_kind("a text");
  return std::string(words());
}

double YamlValue::number() const {
  const auto value = parse_double(words());
  if (!value || !std::isfinite(*value)) fail_kind("a finite number");
  return *value;
}

int YamlValue::integer() const {
  const auto value = parse_int(words());
  if (!value || *value > std::numeric_limits<int>::max() ||
      *value < std::numeric_limits<int>::min()) {
    fail_kind("a whole number");
  }
  return static_cast<int>(*value);
}

bool YamlValue::boolean() const {
  if (words() == "true" || words() == "yes") return true;
  if (words() != "false" && words() != "no") fail_kind("true or false");
  return false;
}

std::string YamlValue::date() const {
  if (!is_day(words())) fail_kind("a date as 2023-11-17");
  return std::string(words());
}

std::vector<std::string> YamlValue::texts() const {
  std::vector<std::string> texts;
  for (const YamlValue& item : items()) texts.push_back(item.text());
  return texts;
}

std::vector<std::filesystem::path> yaml_files(const std::filesystem::path& directory,
                                              const std::string& what) {
  std::vector<std::filesystem::path> files;
  try {
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
      if (entry.path().extension() == ".yaml") files.push_back(entry.path());
    }
  } catch (const std::filesystem::filesystem_error& error) {
    throw Error(fmt::format("cannot read the {} directory {}: {}; name one that holds *.yaml", what,
                            directory.string(), error.code().message()));
  }
  if (files.empty()) {
    throw Error(fmt::format("the {} directory {} holds no *.yaml file", what, directory.string()));
  }
  std::ranges::sort(files);
  return files;
}

}  // namespace tpp
