// Strict reading of one YAML mapping: every key known, read once, of the right type. Errors carry
// file, line and column, what was expected, and the nearest known word.
#ifndef TPP_KERNELS_SIM_YAML_READER_H
#define TPP_KERNELS_SIM_YAML_READER_H

#include <yaml-cpp/yaml.h>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tpp::sim {

// Ends with ScenarioError.
[[noreturn]] void fail_at(const std::string& file, const YAML::Mark& mark,
                          const std::string& message);

struct Range {
  double least;
  double most;
};

class MappingReader {
 public:
  // `what` names the mapping in messages ("device"); `known` are its keys. Refuses a node that is
  // no mapping, and unknown or repeated keys.
  MappingReader(const std::string& file, const YAML::Node& node, std::string_view what,
                std::span<const std::string_view> known);

  std::string text(std::string_view key) const;  // "" where absent
  std::string required_text(std::string_view key) const;
  // One of `words`; "" where absent.
  std::string word(std::string_view key, std::span<const std::string_view> words) const;
  std::optional<double> number(std::string_view key, Range range) const;
  std::optional<std::int64_t> integer(std::string_view key, Range range) const;
  bool flag(std::string_view key, bool otherwise) const;
  // nullopt where absent.
  std::optional<YAML::Node> child(std::string_view key) const;
  std::vector<YAML::Node> list(std::string_view key) const;  // refuses what is no list

  [[noreturn]] void fail(const YAML::Node& at, const std::string& message) const;
  [[noreturn]] void fail(const std::string& message) const { fail(node_, message); }
  bool has(std::string_view key) const { return child(key).has_value(); }
  const YAML::Node& node() const { return node_; }

 private:
  const std::string& file_;
  YAML::Node node_;
  std::string what_;
};

// A scalar as a whole number text; nullopt if it is none.
std::optional<double> parse_number(const std::string& text);

}  // namespace tpp::sim

#endif
