#include "probes/node_identity.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

#include "agent/support/text.h"
#include "probes/library_answers.h"

namespace tpp {
namespace {

// The kernel's names (drivers/firmware/dmi-id.c of Linux).
struct Row {
  const char* file;
  std::optional<std::string> NodeIdentity::*member;
};
constexpr std::array kRows = {Row{"sys_vendor", &NodeIdentity::vendor},
                              Row{"product_name", &NodeIdentity::product},
                              Row{"product_version", &NodeIdentity::product_version},
                              Row{"product_serial", &NodeIdentity::serial},
                              Row{"product_uuid", &NodeIdentity::uuid},
                              Row{"board_vendor", &NodeIdentity::board_vendor},
                              Row{"board_name", &NodeIdentity::board},
                              Row{"board_version", &NodeIdentity::board_version},
                              Row{"board_serial", &NodeIdentity::board_serial},
                              Row{"chassis_vendor", &NodeIdentity::chassis_vendor},
                              Row{"chassis_serial", &NodeIdentity::chassis_serial}};

// What boards were seen to be sold with, in lower case.
constexpr std::array<std::string_view, 14> kNothing = {"",
                                                       "0123456789",
                                                       "default string",
                                                       "n/a",
                                                       "na",
                                                       "none",
                                                       "not applicable",
                                                       "not available",
                                                       "not specified",
                                                       "null",
                                                       "o.e.m.",
                                                       "oem",
                                                       "to be filled by o.e.m.",
                                                       "unknown"};
constexpr std::string_view kNothingBegins = "system ";  // "System Serial Number", "System Version"

// Texts of the tables have at most 64 characters in practice; a table can hold any length.
constexpr std::size_t kLongest = 256;

}  // namespace

std::optional<std::string> firmware_label(const std::string& text) {
  const std::string label(trim(printable({text.data(), std::min(text.size(), kLongest)})));
  const std::string lower = to_lower(label);
  const bool nothing = std::ranges::find(kNothing, lower) != kNothing.end() ||
                       lower.starts_with(kNothingBegins) ||
                       std::ranges::all_of(lower, [](char c) { return c == '0' || c == '.'; });
  return nothing ? std::nullopt : std::optional(label);
}

std::optional<NodeIdentity> read_node_identity(const NodeFiles& files) {
  NodeIdentity identity;
  bool any = false;
  for (const Row& row : kRows) {
    const auto text = files.text(std::filesystem::path("sys/class/dmi/id") / row.file);
    identity.*row.member = text ? firmware_label(*text) : std::nullopt;
    any = any || identity.*row.member;
  }
  return any ? std::optional(identity) : std::nullopt;
}

}  // namespace tpp
