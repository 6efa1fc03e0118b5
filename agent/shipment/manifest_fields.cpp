#include "agent/shipment/manifest_fields.h"

#include <fmt/format.h>

#include "agent/support/text.h"

namespace tpp {
namespace {

constexpr std::int64_t kMostPieces = 1'000'000'000;

}  // namespace

[[noreturn]] void refuse(const YamlValue& yaml, const std::string& field, const std::string& found,
                         const std::string& expected) {
  yaml.fail(fmt::format("{}: found {}, expected {}", field, found, expected));
}

std::optional<std::string> find_text(const YamlValue& yaml, const std::string& key) {
  const auto member = yaml.find(key);
  return member ? std::optional(member->text()) : std::nullopt;
}

std::vector<std::string> find_texts(const YamlValue& yaml, const std::string& key) {
  const auto member = yaml.find(key);
  return member ? member->texts() : std::vector<std::string>{};
}

void refuse_member(const YamlValue& yaml, const std::string& key, const std::string& why) {
  if (const auto member = yaml.find(key)) member->fail(fmt::format("{}: {}", key, why));
}

int read_quantity(const YamlValue& item) {
  const std::string range = fmt::format("a whole number from 1 to {}", kMostPieces);
  const auto member = item.find("quantity");
  if (!member) refuse(item, "quantity", "nothing", range);
  const auto value = parse_int(member->words());
  if (!value || *value < 1 || *value > kMostPieces) {
    refuse(*member, "quantity", member->kind(), range);
  }
  return static_cast<int>(*value);
}

}  // namespace tpp
