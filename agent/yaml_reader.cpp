#include "agent/yaml_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <sstream>

#include "agent/support/error.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

// yaml-cpp counts from 0; editors count from 1.
std::string at_mark(const std::string& origin, const YAML::Mark& mark) {
  if (mark.is_null()) return origin;
  return fmt::format("{}:{}:{}", origin, mark.line + 1, mark.column + 1);
}

// Takes documents as they come and keeps nothing but where they begin.
class DocumentStarts final : public YAML::EventHandler {
 public:
  std::vector<YAML::Mark> marks;

  void OnDocumentStart(const YAML::Mark& mark) override { marks.push_back(mark); }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

// Not by LoadAll: a text that begins with a comma is documents without end to yaml-cpp 0.7.
std::optional<YAML::Mark> second_document(const std::string& text) {
  std::istringstream stream(text);
  YAML::Parser parser(stream);
  DocumentStarts starts;
  while (starts.marks.size() < 2 && parser.HandleNextDocument(starts)) {
  }
  return starts.marks.size() < 2 ? std::nullopt : std::optional(starts.marks[1]);
}

}  // namespace

YamlValue YamlValue::parse(const std::string& text, const std::string& origin) {
  try {
    // yaml-cpp takes a quote that nothing closes for one that ends with the file, unless a document
    // ends inside.
    const std::string ended = text + "\n...\n";
    const YAML::Node document = YAML::Load(ended);
    if (const auto second = second_document(ended)) {
      throw Error(
          fmt::format("{}: found a second document, expected one", at_mark(origin, *second)));
    }
    if (document.IsNull()) {
      throw Error(fmt::format("{}:1:1: found an empty file, expected a YAML mapping", origin));
    }
    return YamlValue(document, origin);
  } catch (const YAML::Exception& error) {
    throw Error(
        fmt::format("{}: not readable as YAML: {}", at_mark(origin, error.mark), error.msg));
  }
}

std::string YamlValue::place() const { return at_mark(origin_, node_.Mark()); }

void YamlValue::fail(const std::string& found, const std::string& expected) const {
  fail(fmt::format("found {}, expected {}", found, expected));
}

void YamlValue::fail(const std::string& message) const {
  throw Error(fmt::format("{}: {}", place(), message));
}

void YamlValue::fail_unknown(const std::string& what, const std::vector<std::string>& known) const {
  const std::string word = node_.Scalar();
  const std::string near = closest(word, known);
  fail(fmt::format("{} '{}'", what, word),
       near.empty() ? fmt::format("one of {}", fmt::join(known, ", "))
                    : fmt::format("one of {}: did you mean '{}'?", fmt::join(known, ", "), near));
}

std::string YamlValue::kind() const {
  switch (node_.Type()) {
    case YAML::NodeType::Map:
      return "a mapping";
    case YAML::NodeType::Sequence:
      return "a list";
    case YAML::NodeType::Scalar:
      return fmt::format("'{}'", node_.Scalar());
    default:
      return "nothing";
  }
}

std::vector<std::pair<YamlValue, YamlValue>> YamlValue::members() const {
  if (!node_.IsMap()) fail(kind(), "a mapping");
  std::vector<std::pair<YamlValue, YamlValue>> members;
  std::map<std::string, std::string> seen;  // yaml-cpp keeps both of two equal keys
  for (const auto& member : node_) {
    const YamlValue key = wrap(member.first);
    const auto [first, fresh] = seen.emplace(key.text(), key.place());
    if (!fresh) key.fail(fmt::format("found '{}' again, expected it once", key.text()));
    members.emplace_back(key, wrap(member.second));
  }
  return members;
}

void YamlValue::expect_keys(std::initializer_list<std::string_view> known) const {
  const std::vector<std::string> names(known.begin(), known.end());
  for (const auto& [key, value] : members()) {
    if (std::ranges::find(names, key.text()) == names.end()) key.fail_unknown("key", names);
  }
}

std::optional<YamlValue> YamlValue::find(const std::string& key) const {
  if (!node_.IsMap()) fail(kind(), "a mapping");
  const YAML::Node member = node_[key];
  if (!member.IsDefined()) return std::nullopt;
  return wrap(member);
}

YamlValue YamlValue::at(const std::string& key) const {
  const auto member = find(key);
  if (!member) fail(fmt::format("found no '{}' here, expected it", key));
  return *member;
}

std::vector<YamlValue> YamlValue::items() const {
  if (!node_.IsSequence()) fail(kind(), "a list");
  std::vector<YamlValue> items;
  for (const auto& item : node_) items.push_back(wrap(item));
  return items;
}

std::string YamlValue::text() const {
  if (!node_.IsScalar() || node_.Scalar().empty()) {
    fail(node_.IsScalar() ? "an empty text" : kind(), "a text");
  }
  return node_.Scalar();
}

// Not yaml-cpp's own conversion, which goes through streams and thus through the locale.
double YamlValue::number() const {
  const auto value = node_.IsScalar() ? parse_double(node_.Scalar()) : std::nullopt;
  if (!value || !std::isfinite(*value)) fail(kind(), "a finite number");
  return *value;
}

int YamlValue::integer() const {
  const auto value = node_.IsScalar() ? parse_int(node_.Scalar()) : std::nullopt;
  if (!value || *value > std::numeric_limits<int>::max() ||
      *value < std::numeric_limits<int>::min()) {
    fail(kind(), "a whole number");
  }
  return static_cast<int>(*value);
}

bool YamlValue::boolean() const {
  const std::string word = node_.IsScalar() ? node_.Scalar() : "";
  if (word == "true" || word == "yes") return true;
  if (word != "false" && word != "no") fail(kind(), "true or false");
  return false;
}

std::string YamlValue::date() const {
  if (!node_.IsScalar() || !is_day(node_.Scalar())) fail(kind(), "a date as 2023-11-17");
  return node_.Scalar();
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
