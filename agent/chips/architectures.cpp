#include "agent/chips/architectures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <iterator>
#include <optional>
#include <vector>

#include "agent/support/text.h"

namespace tpp {
namespace {

// Targets of compilers by the row's architecture: NVIDIA's by compute capability ("CUDA C++
// Programming Guide", compute capabilities; Thor was 10.1 before CUDA 13 made it 11.0), AMD's by
// LLVM's "User Guide for AMDGPU Backend", in which the last digits tell chips of a family apart.
struct Family {
  std::string_view row;
  std::string_view targets;  // of sm_ the whole, of gfx the beginning
};
constexpr Family kFamilies[] = {
    {"Kepler", "sm_30 sm_32 sm_35 sm_37"},
    {"Kepler 2.0", "sm_30 sm_32 sm_35 sm_37"},
    {"Maxwell 2.0", "sm_52 sm_53"},
    {"Pascal", "sm_60 sm_61 sm_62"},
    {"Volta", "sm_70 sm_72"},
    {"Turing", "sm_75"},
    {"Ampere", "sm_80 sm_86 sm_87"},
    {"Ada Lovelace", "sm_89"},
    {"Hopper", "sm_90"},
    {"Blackwell", "sm_100 sm_101 sm_103 sm_110"},
    {"Blackwell Ultra", "sm_100 sm_103"},
    {"Blackwell 2.0", "sm_120 sm_121"},
    {"GCN 5.0", "gfx900 gfx902 gfx904"},
    {"GCN 5.1", "gfx906"},
    {"CDNA 1.0", "gfx908"},
    {"CDNA 2.0", "gfx90a"},
    {"CDNA 3.0", "gfx940 gfx941 gfx942"},
    {"CDNA 4.0", "gfx950"},
    {"RDNA 1.0", "gfx101"},
    {"RDNA 2.0", "gfx103"},
    {"RDNA 3.0", "gfx110"},
    {"RDNA 3.5", "gfx115"},
    {"RDNA 4.0", "gfx120"},
};

// Of processors, what the kernel calls the machine, by each of its personalities (uname).
constexpr std::string_view kX86 = "x86_64 amd64 i686 i586 i486 i386";
constexpr std::string_view kArm = "aarch64 arm64 armv8l armv7l";
constexpr std::string_view kPower = "ppc64le ppc64";
constexpr std::string_view kMachines[] = {kX86, kArm, kPower};
constexpr Family kProcessors[] = {
    {"Skylake-SP", kX86},
    {"Cascade Lake", kX86},
    {"Ice Lake-SP", kX86},
    {"Sapphire Rapids", kX86},
    {"Sapphire Rapids HBM", kX86},
    {"Emerald Rapids", kX86},
    {"Granite Rapids", kX86},
    {"Arrow Lake", kX86},
    {"Zen 2", kX86},
    {"Zen 3", kX86},
    {"Zen 4", kX86},
    {"Zen 5", kX86},
    {"Zen 5c", kX86},
    {"Neoverse N1", kArm},
    {"Neoverse V1", kArm},
    {"Neoverse V2", kArm},
    {"A64FX", kArm},
    {"TaiShan V110", kArm},
    {"Power10", kPower},
};

template <std::size_t Size>
const Family* find(const Family (&families)[Size], std::string_view row) {
  const auto found = std::ranges::find(families, row, &Family::row);
  return found == std::end(families) ? nullptr : &*found;
}

bool contains(std::string_view words, const std::string& word) {
  const auto each = split(words, ' ');
  return std::ranges::find(each, word) != each.end();
}

// "sm_90a" -> "sm_90", "gfx90a:sramecc+:xnack-" -> "gfx90a"; nullopt of what is no such target.
std::optional<std::string> target_of(std::string_view told) {
  std::string target = to_lower(told);
  target = target.substr(0, target.find(':'));
  if (target.starts_with("gfx")) return target;
  if (!target.starts_with("sm_")) return std::nullopt;
  return target.substr(0, target.find_last_of("0123456789") + 1);
}

bool is_other_target(std::string_view of_row, std::string_view told) {
  const Family* family = find(kFamilies, of_row);
  const auto target = target_of(told);
  if (family == nullptr || !target) return false;
  return std::ranges::none_of(split(family->targets, ' '), [&](const std::string& known) {
    return known.starts_with("gfx") ? target->starts_with(known) : *target == known;
  });
}

bool is_other_machine(std::string_view of_row, std::string_view told) {
  const Family* row = find(kProcessors, of_row);
  const std::string machine = to_lower(told);
  const bool known = std::ranges::any_of(
      kMachines, [&](std::string_view machines) { return contains(machines, machine); });
  return row != nullptr && known && !contains(row->targets, machine);
}

// "Gaudi 2", "gaudi2" -> "gaudi", 2; "CDNA 3.0" -> "cdna", 3.
struct Name {
  std::string word;
  std::optional<int> generation;
};

Name name_of(std::string_view text) {
  Name name;
  for (const char c : to_lower(text)) {
    const bool digit = c >= '0' && c <= '9';
    if (digit) {
      constexpr int kMost = 100000;  // no generation is
      if (name.generation.value_or(0) > kMost) break;
      name.generation = name.generation.value_or(0) * 10 + (c - '0');
    } else if (name.generation) {
      break;
    } else if (std::isalpha(static_cast<unsigned char>(c)) != 0) {
      name.word.push_back(c);
    }
  }
  return name;
}

bool is_family(const Name& name) {
  return std::ranges::any_of(
      kFamilies, [&](const Family& family) { return name_of(family.row).word == name.word; });
}

// NVIDIA's names bear numbers that its own runtimes do not tell, and "Ada" is as good as the whole:
// a part of a name is no other one.
bool is_other_name(std::string_view of_row, std::string_view told) {
  const Name row = name_of(of_row);
  const Name device = name_of(told);
  if (row.word.empty() || device.word.empty()) return false;
  if (row.word == device.word) {
    return row.generation && device.generation && *row.generation != *device.generation;
  }
  const bool part = row.word.starts_with(device.word) || device.word.starts_with(row.word);
  return !part && is_family(row) && is_family(device);
}

}  // namespace

bool is_other_architecture(std::string_view of_row, std::string_view told) {
  if (target_of(told)) return is_other_target(of_row, told);
  return is_other_machine(of_row, told) || is_other_name(of_row, told);
}

std::string architecture_text(std::string_view of_row) {
  const Family* gpu = find(kFamilies, of_row);
  const Family* family = gpu != nullptr ? gpu : find(kProcessors, of_row);
  return family == nullptr ? std::string(of_row) : fmt::format("{} ({})", of_row, family->targets);
}

bool has_known_targets(std::string_view of_row) { return find(kFamilies, of_row) != nullptr; }

}  // namespace tpp
