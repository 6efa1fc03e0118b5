#include "kernels/cpu/cpuinfo.h"

#include <fstream>
#include <iterator>

namespace tpp::cpu {
namespace {

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

std::string cpuinfo_field_in(std::string_view text, int cpu, std::string_view field) {
  const std::string wanted = std::to_string(cpu);
  bool in_processor = false;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view key = trim(line.substr(0, colon));
    const std::string_view value = trim(line.substr(colon + 1));
    if (key == "processor") in_processor = value == wanted;
    if (in_processor && key == field) return std::string(value);
  }
  return {};
}

std::string cpuinfo_field(int cpu, std::string_view field) {
  std::ifstream file("/proc/cpuinfo");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return cpuinfo_field_in(text, cpu, field);
}

}  // namespace tpp::cpu
