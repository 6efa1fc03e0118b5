#include "kernels/sim/yaml_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "kernels/sim/did_you_mean.h"
#include "kernels/sim/scenario.h"

namespace tpp::sim {

void fail_at(const std::string& file, const YAML::Mark& mark, const std::string& message) {
  if (mark.is_null()) throw ScenarioError(fmt::format("{}: {}", file, message));
  throw ScenarioError(fmt::format("{}:{}:{}: {}", file, mark.line + 1, mark.column + 1, message));
}

std::optional<double> parse_number(const std::string& text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || rest != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

MappingReader::MappingReader(const std::string& file, const YAML::Node& node, std::string_view what,
                             std::span<const std::string_view> known)
    : file_(file), node_(node), what_(what) {
  if (!node.IsMap()) fail(node, fmt::format("expected a {}, a mapping of names to values", what));
  std::set<std::string> seen;
  for (const auto& entry : node) {
    if (!entry.first.IsScalar()) fail(entry.first, "expected a name before the colon");
    const std::string key = entry.first.Scalar();
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      fail(entry.first,
           fmt::format("unknown key '{}' in a {}{}; known are {}", key, what,
                       did_you_mean(key, known), fmt::join(known.begin(), known.end(), ", ")));
    }
    if (!seen.insert(key).second) fail(entry.first, fmt::format("'{}' is given twice", key));
  }
}

void MappingReader::fail(const YAML::Node& at, const std::string& message) const {
  fail_at(file_, at.Mark(), message);
}

std::optional<YAML::Node> MappingReader::child(std::string_view key) const {
  const YAML::Node found = node_[std::string(key)];
  if (!found.IsDefined() || found.IsNull()) return std::nullopt;
  return found;
}

std::string MappingReader::text(std::string_view key) const {
  const auto found = child(key);
  if (!found) return "";
  if (!found->IsScalar()) fail(*found, fmt::format("'{}': expected text", key));
  return found->Scalar();
}

std::string MappingReader::required_text(std::string_view key) const {
  const std::string value = text(key);
  if (value.empty()) fail(fmt::format("a {} needs '{}'", what_, key));
  return value;
}

std::string MappingReader::word(std::string_view key,
                                std::span<const std::string_view> words) const {
  const std::string value = text(key);
  if (value.empty() || std::find(words.begin(), words.end(), value) != words.end()) return value;
  fail(*child(key),
       fmt::format("'{}': expected one of {}, found '{}'{}", key,
                   fmt::join(words.begin(), words.end(), ", "), value, did_you_mean(value, words)));
}

std::optional<double> MappingReader::number(std::string_view key, Range range) const {
  const auto found = child(key);
  if (!found) return std::nullopt;
  const auto value = found->IsScalar() ? parse_number(found->Scalar()) : std::nullopt;
  if (!value || *value < range.least || *value > range.most) {
    fail(*found,
         fmt::format("'{}': expected a number from {} to {}{}", key, range.least, range.most,
                     found->IsScalar() ? fmt::format(", found '{}'", found->Scalar()) : ""));
  }
  return value;
}

std::optional<std::int64_t> MappingReader::integer(std::string_view key, Range range) const {
  const auto value = number(key, range);
  if (!value) return std::nullopt;
  if (*value != std::floor(*value)) {
    fail(*child(key), fmt::format("'{}': expected a whole number, found {}", key, *value));
  }
  return static_cast<std::int64_t>(*value);
}

bool MappingReader::flag(std::string_view key, bool otherwise) const {
  const auto found = child(key);
  if (!found) return otherwise;
  if (found->IsScalar() && found->Scalar() == "true") return true;
  if (found->IsScalar() && found->Scalar() == "false") return false;
  fail(*found, fmt::format("'{}': expected true or false", key));
}

std::vector<YAML::Node> MappingReader::list(std::string_view key) const {
  const auto found = child(key);
  if (!found) return {};
  if (!found->IsSequence()) fail(*found, fmt::format("'{}': expected a list", key));
  return {found->begin(), found->end()};
}

}  // namespace tpp::sim
