#include "agent/pass/recording_masks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <utility>
#include <vector>

#include "agent/support/error.h"
#include "agent/support/text.h"
#include "probes/node_files.h"
#include "probes/node_identity.h"

namespace tpp {
namespace {

using Json = nlohmann::ordered_json;

// Of fewer characters a word may be anything.
constexpr std::size_t kShortestWithin = 4;

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }
bool is_hex(char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; }

// What stands in front of a number and tells its kind.
std::size_t kind_length(std::string_view value) {
  for (const std::string_view kind : {"gpu-", "mig-", "0x"}) {
    if (to_lower(value.substr(0, kind.size())) == kind) return kind.size();
  }
  return 0;
}

// The tag in place of the first characters, the count in place of the last ones, nought between. In
// front of a value that has no room for enough of both stands what is left of them.
std::string number_like(std::string_view value, std::string_view tag, std::size_t count) {
  constexpr std::size_t kLeastOfTag = 4;
  const auto length = static_cast<std::size_t>(std::ranges::count_if(value, is_word));
  const std::string counted = fmt::format("{:03}", count);
  const std::size_t room = std::max(length, kLeastOfTag + counted.size()) - counted.size();
  std::string left = fmt::format("{:0<{}}{}", tag.substr(0, room), room, counted);
  std::string result(value);
  for (auto at = result.rbegin(); at != result.rend(); ++at) {
    if (!is_word(*at)) continue;
    *at = left.back();
    left.pop_back();
  }
  return left + result;
}

// Of the forms of digits and separators in which such numbers are written; '#' is a hex digit.
constexpr std::array<std::string_view, 3> kForms = {
    "##:##:##:##:##:##", "########-####-####-####-############", "##-##-##-##-##-##"};

bool has_form(std::string_view text, std::string_view form) {
  if (text.size() < form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form[i] == '#' ? !is_hex(text[i]) : text[i] != form[i]) return false;
  }
  return true;
}

bool ends_word(std::string_view text, std::size_t end) {
  return end >= text.size() || !is_word(text[end - 1]) || !is_word(text[end]);
}

// Where a piece begins or ends a word, or is inside of one.
bool stands_alone(std::string_view text, std::size_t at, std::size_t length) {
  const bool before = at > 0 && is_word(text[at]) && is_word(text[at - 1]);
  return !before && ends_word(text, at + length);
}

using StandIns = std::map<std::string, std::string>;

// In `text` each piece that stands alone; `seen` is the text as the pieces are written, of its
// length.
void replace_all(std::string& text, std::string seen, const StandIns& stand_ins) {
  // The longer first: a shorter one may be a part of it.
  std::vector<std::pair<std::string, std::string>> pieces(stand_ins.begin(), stand_ins.end());
  std::ranges::stable_sort(pieces, std::greater{},
                           [](const auto& piece) { return piece.first.size(); });
  for (const auto& [piece, by] : pieces) {
    if (piece.size() < kShortestWithin) break;
    std::size_t at = 0;
    while ((at = seen.find(piece, at)) != std::string::npos) {
      const bool behind_0x =
          at >= 2 && seen.compare(at - 2, 2, "0x") == 0 && ends_word(seen, at + piece.size());
      if (behind_0x || stands_alone(seen, at, piece.size())) {
        text.replace(at, piece.size(), by);
        seen.replace(at, piece.size(), by);
        at += by.size();
      } else {
        ++at;
      }
    }
  }
}

}  // namespace

void Masks::note_number(std::string_view value) {
  if (!firmware_label(std::string(value))) return;
  const std::string number = to_lower(value.substr(kind_length(value)));
  const bool blank = std::ranges::all_of(number, [](char c) { return !is_word(c) || c == '0'; });
  if (blank || numbers_.contains(number)) return;
  for (std::size_t count = numbers_.size() + 1;; ++count) {
    const auto [stand_in, is_new] = given_.insert(number_like(number, tag_, count));
    if (!is_new) continue;
    numbers_.emplace(number, *stand_in);
    return;
  }
}

void Masks::note_name(std::string_view name, std::string stand_in) {
  if (!name.empty()) names_.emplace(name, std::move(stand_in));
}

void Masks::note_forms(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!is_hex(text[at]) || (at > 0 && is_hex(text[at - 1]))) continue;
    for (const std::string_view form : kForms) {
      const std::string_view piece = text.substr(at, form.size());
      if (has_form(piece, form) && stands_alone(text, at, form.size())) note_number(piece);
    }
  }
}

std::string Masks::applied(std::string_view text) const {
  if (const auto name = names_.find(std::string(text)); name != names_.end()) return name->second;
  const std::size_t kind = kind_length(text);
  if (const auto whole = numbers_.find(to_lower(text.substr(kind))); whole != numbers_.end()) {
    return std::string(text.substr(0, kind)) + whole->second;
  }
  std::string result(text);
  replace_all(result, to_lower(text), numbers_);
  replace_all(result, result, names_);
  return result;
}

namespace {

// Members of answers that hold a number of one machine.
constexpr std::array<std::string_view, 4> kNumberMembers = {"uuid", "serial", "chassis_serial",
                                                            "link_group"};
// ... that may hold an address on the bus as well, which is none.
constexpr std::array<std::string_view, 2> kNumberOrAddressMembers = {"board_id", "package_id"};
constexpr std::size_t kLongestBusNumber = std::string_view("0x12345678").size();

// Members whose values are words of this program's own: a host may bear one of them as its name.
constexpr std::array<std::string_view, 14> kWordMembers = {
    "record",  "kind",    "status",     "state",    "code",   "class",     "severity",
    "backend", "seen_by", "grouped_by", "quantity", "kernel", "unit_kind", "source"};

// Files that hold nothing else, by their last name.
constexpr std::array<std::string_view, 6> kNumberFiles = {"unique_id",      "serial_number",
                                                          "product_serial", "board_serial",
                                                          "chassis_serial", "product_uuid"};

// What hwloc tells of an object beside its form; all else could be a number, a path or a name.
constexpr std::array<std::string_view, 33> kKeptInfos = {
    "Architecture",   "Backend",           "Bandwidth",    "CPUFamilyNumber",  "CPUModel",
    "CPUModelNumber", "CPURevision",       "CPUStepping",  "CPUType",          "CPUVendor",
    "ClusterMode",    "CoreType",          "DMIBoardName", "DMIBoardVendor",   "DMIBoardVersion",
    "DMIProductName", "DMIProductVersion", "DMISysVendor", "FrequencyBaseMHz", "FrequencyMaxMHz",
    "Inclusive",      "LinuxCapacity",     "MemoryMode",   "OSName",           "OSRelease",
    "PCIDevice",      "PCISlot",           "PCIVendor",    "PlatformModel",    "PlatformName",
    "Type",           "hwlocVersion",      "Model"};

template <class Names>
bool is_among(std::string_view name, const Names& names) {
  return std::ranges::find(names, name) != names.end();
}

void note_members(const Json& json, Masks& masks) {
  if (json.is_string()) masks.note_forms(json.get_ref<const std::string&>());
  if (!json.is_structured()) return;
  for (const auto& [name, member] : json.items()) {
    if (json.is_object() && member.is_string()) {
      const auto& value = member.get_ref<const std::string&>();
      // NVML makes its number of a board of the address: "0x1700".
      const bool address = value.find(':') != std::string::npos ||
                           (value.starts_with("0x") && value.size() <= kLongestBusNumber);
      if (is_among(name, kNumberMembers)) masks.note_number(value);
      if (is_among(name, kNumberOrAddressMembers) && !address) masks.note_number(value);
    }
    note_members(member, masks);
  }
}

// A module's folder is the user's affair.
void drop_folder_of_module(Json& record) {
  const auto module = record.find("module");
  if (module == record.end() || !module->is_string()) return;
  *module = std::filesystem::path(module->get<std::string>()).filename().string();
}

void apply_to_members(Json& json, const Masks& masks) {
  if (json.is_object()) drop_folder_of_module(json);
  if (json.is_string()) json = masks.applied(json.get_ref<const std::string&>());
  if (!json.is_structured()) return;
  for (const auto& [name, member] : json.items()) {
    const bool word = json.is_object() && !member.is_object() && is_among(name, kWordMembers);
    if (!word) apply_to_members(member, masks);
  }
}

// Some processors of Arm tell a number of theirs at the end of proc/cpuinfo.
void note_cpuinfo(const std::string& text, Masks& masks) {
  const auto at = text.find("\nSerial");
  if (at == std::string::npos) return;
  const std::string line = text.substr(at + 1, text.find('\n', at + 1) - at - 1);
  masks.note_number(trim(line.substr(line.find(':') + 1)));
}

// Two nodes must not bear one name: slots of theirs would be taken for the same ones.
void note_host(const std::string& name, const std::string& tag, Masks& masks) {
  const std::string host = "node-" + tag;
  masks.note_name(name, host);
  masks.note_name(name.substr(0, name.find('.')), host);
}

void note_files(const NodeRecording& recording, const std::string& tag, Masks& masks) {
  for (const auto& [path, text] : recording.texts) {
    if (is_among(std::filesystem::path(path).filename().string(), kNumberFiles)) {
      masks.note_number(text);
    }
    masks.note_forms(text);
  }
  const auto text_of = [&](const char* path) {
    const auto found = recording.texts.find(path);
    return found == recording.texts.end() ? std::string() : found->second;
  };
  note_cpuinfo(text_of("proc/cpuinfo"), masks);
  note_host(text_of("proc/sys/kernel/hostname"), tag, masks);
}

// Interfaces without a place of their own have names made of their address, "enx0123456789ab".
void note_interfaces(std::string_view xml, Masks& masks) {
  for (const std::string_view kind : {"name=\"enx", "name=\"wlx", "name=\"wwx"}) {
    for (auto at = xml.find(kind); at != std::string_view::npos; at = xml.find(kind, at + 1)) {
      const std::string_view name = xml.substr(at + 6);
      masks.note_name(name.substr(0, name.find('"')), std::string(name.substr(0, 3)) + "0");
    }
  }
}

std::string known_infos_only(std::string_view xml) {
  constexpr std::string_view kInfo = "<info name=\"";
  std::string kept;
  std::size_t from = 0;
  for (auto at = xml.find(kInfo); at != std::string_view::npos; at = xml.find(kInfo, from)) {
    const std::string_view rest = xml.substr(at + kInfo.size());
    const std::string_view name = rest.substr(0, rest.find('"'));
    const auto length = xml.substr(at).find("/>");
    const std::size_t end = length == std::string_view::npos ? xml.size() : at + length + 2;
    kept += xml.substr(from, (is_among(name, kKeptInfos) ? end : at) - from);
    from = end;
  }
  return kept += xml.substr(from);
}

// No record is nested as deep; what is would be walked member in member.
bool is_shallow(std::string_view line) {
  constexpr int kDeepest = 64;
  int depth = 0;
  for (const char c : line) {
    if ((c == '[' || c == '{') && ++depth > kDeepest) return false;
    if (c == ']' || c == '}') --depth;
  }
  return true;
}

std::vector<Json> parsed_lines(const RecordedAnswer& answer) {
  std::vector<Json> lines;
  for (const std::string& line : answer.lines) {
    if (!is_shallow(line)) continue;
    // What is no JSON is why the answer was refused.
    Json json = Json::parse(line, nullptr, false);
    if (!json.is_discarded()) lines.push_back(std::move(json));
  }
  return lines;
}

void note_home(Masks& masks) {
  const char* const home = std::getenv("HOME");
  if (home != nullptr && std::string_view(home) != "/") masks.note_name(home, "/home/user");
}

}  // namespace

std::string drawn_tag() {
  std::random_device random;
  return fmt::format("{:08}", std::uniform_int_distribution<int>(0, 99'999'999)(random));
}

void mask(NodeRecording& recording, const std::string& tag) {
  Masks masks(tag);
  if (const auto xml = recording.texts.find(kRecordedTopology); xml != recording.texts.end()) {
    xml->second = known_infos_only(xml->second);
    note_interfaces(xml->second, masks);
  }
  note_files(recording, tag, masks);
  note_home(masks);
  std::vector<std::vector<Json>> answers;
  for (const RecordedAnswer& answer : recording.answers) {
    answers.push_back(parsed_lines(answer));
    for (const Json& line : answers.back()) note_members(line, masks);
    masks.note_forms(answer.end.error_tail);
  }
  for (auto& [path, text] : recording.texts) text = masks.applied(text);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    RecordedAnswer& answer = recording.answers[i];
    answer.lines.clear();
    for (Json& line : answers[i]) {
      apply_to_members(line, masks);
      answer.lines.push_back(line.dump(-1, ' ', false, Json::error_handler_t::replace));
    }
    answer.end.error_tail = masks.applied(answer.end.error_tail);
    for (std::string& setting : answer.question.environment) setting = masks.applied(setting);
  }
  recording.masked = true;
}

}  // namespace tpp
