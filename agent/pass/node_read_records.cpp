#include "agent/pass/node_read_records.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "agent/support/error.h"

namespace tpp {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kBegins = "{\"record\":\"read\",";
// Escaped, a byte takes up to six; a line may have 1 MiB.
constexpr std::size_t kLongestPart = 128u << 10;

struct KindName {
  NodeRead::Kind kind;
  const char* name;
};
constexpr std::array kKinds = {KindName{NodeRead::Kind::text, "text"},
                               KindName{NodeRead::Kind::names, "names"},
                               KindName{NodeRead::Kind::link, "link"}};

// At most so long, and not through the middle of a character.
std::size_t part_length(std::string_view text) {
  if (text.size() <= kLongestPart) return text.size();
  std::size_t length = kLongestPart;
  const auto continues = [&] { return (static_cast<unsigned char>(text[length]) & 0xc0) == 0x80; };
  while (length > kLongestPart - 4 && continues()) --length;
  return length;
}

std::string line_of(const NodeRead& read, std::string_view text, bool continues) {
  const auto row = std::ranges::find(kKinds, read.kind, &KindName::kind);
  Json json = {{"record", "read"}, {"kind", row->name}, {"path", read.path}, {"text", text}};
  if (read.kind == NodeRead::Kind::names) json["names"] = read.names;
  if (continues) json["continues"] = true;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::vector<std::string> records_of(const NodeRead& read) {
  std::vector<std::string> lines;
  std::string_view left = read.text;
  do {
    const std::size_t length = part_length(left);
    lines.push_back(line_of(read, left.substr(0, length), !lines.empty()));
    left.remove_prefix(length);
  } while (!left.empty());
  return lines;
}

bool is_read_record(std::string_view line) { return line.starts_with(kBegins); }

bool stays_inside(const std::string& path) {
  if (path.empty() || path.find('\0') != std::string::npos) return false;
  return path.front() != '/' && std::ranges::none_of(std::filesystem::path(path), [](auto& part) {
           return part.empty() || part == "." || part == "..";
         });
}

NodeReadPart parse_read_record(std::string_view line) {
  try {
    const Json json = Json::parse(line);
    const auto kind = json.at("kind").get<std::string>();
    const auto row = std::ranges::find(kKinds, kind, &KindName::name);
    NodeReadPart part;
    part.read.path = json.at("path").get<std::string>();
    part.read.text = json.at("text").get<std::string>();
    part.read.names = json.value("names", std::vector<std::string>());
    part.continues = json.value("continues", false);
    const auto is_name = [](const std::string& name) {
      return stays_inside(name) && name.find('/') == std::string::npos;
    };
    if (row == kKinds.end() || !stays_inside(part.read.path) ||
        !std::ranges::all_of(part.read.names, is_name)) {
      throw Error("a record of something that is no file of a node");
    }
    part.read.kind = row->kind;
    return part;
  } catch (const Json::exception& error) {
    throw Error(fmt::format("not a record of what was read: {}", error.what()));
  }
}

}  // namespace tpp
