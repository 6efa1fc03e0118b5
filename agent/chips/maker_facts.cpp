#include "agent/chips/maker_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "agent/support/text.h"

namespace tpp {
namespace {

// How runtimes and CPUID write a maker, in lower case and in part; spaces part the ways.
struct Maker {
  std::string_view row;  // as the catalogue does
  std::array<std::string_view, 3> written;
};
constexpr Maker kMakers[] = {
    {"NVIDIA", {"nvidia"}},
    {"AMD", {"amd", "advanced micro devices", "xilinx"}},
    {"Intel", {"intel", "habana", "altera"}},
    {"Altera", {"altera", "intel"}},
    // Their runtimes stand in for ROCm's and CUDA's, under whose makers' names modules list them.
    {"Hygon", {"hygon", "amd", "advanced micro devices"}},
    {"Iluvatar CoreX", {"iluvatar", "nvidia"}},
};

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

// Words that one maker's own libraries count in; OpenCL says "CU" of all, and counts for nobody.
constexpr std::string_view kUnitKinds[] = {"SM", "CU", "core"};

bool writes(std::string_view text, const Maker& maker) {
  return std::ranges::any_of(maker.written, [&](std::string_view way) {
    return !way.empty() && text.find(way) != std::string_view::npos;
  });
}

bool is_other_vendor(const Chip& chip, const Device& device) {
  const std::string told = to_lower(device.vendor);
  const std::string mine = to_lower(chip.vendor);
  if (told.empty() || mine.empty() || told.find(mine) != std::string::npos) return false;
  const auto row = std::ranges::find_if(
      kMakers, [&](const Maker& maker) { return to_lower(maker.row) == mine; });
  const bool known = row != std::end(kMakers);
  if (known && writes(told, *row)) return false;
  // A processor's vendor is that of its cores' design on some machines, and a row may bear the name
  // of who sold the board: then only a maker that is known by its name is another one.
  if (known && chip.kind != DeviceKind::cpu) return true;
  return std::ranges::any_of(kMakers, [&](const Maker& maker) { return writes(told, maker); });
}

const Family* family_of(const Chip& chip) {
  const auto found = std::ranges::find(kFamilies, chip.details.architecture, &Family::row);
  return found == std::end(kFamilies) ? nullptr : &*found;
}

// "sm_90a" -> "sm_90", "gfx90a:sramecc+:xnack-" -> "gfx90a"; nullopt of what is no such target.
std::optional<std::string> target_of(const Device& device) {
  std::string target = to_lower(device.architecture.value_or(""));
  target = target.substr(0, target.find(':'));
  if (target.starts_with("gfx")) return target;
  if (!target.starts_with("sm_")) return std::nullopt;
  return target.substr(0, target.find_last_of("0123456789") + 1);
}

bool is_other_architecture(const Chip& chip, const Device& device) {
  const Family* family = family_of(chip);
  const auto target = target_of(device);
  if (family == nullptr || !target) return false;
  return std::ranges::none_of(split(family->targets, ' '), [&](const std::string& known) {
    return known.starts_with("gfx") ? target->starts_with(known) : *target == known;
  });
}

bool is_other_unit_kind(const Chip& chip, const Device& device) {
  const auto known = [](std::string_view kind) {
    return std::ranges::find(kUnitKinds, kind) != std::end(kUnitKinds);
  };
  return device.units && device.unit_kind && known(*device.unit_kind) && known(chip.unit_kind) &&
         *device.unit_kind != chip.unit_kind;
}

struct Fact {
  const char* name;
  bool (*differs)(const Chip& chip, const Device& device);
  std::string (*told)(const Device& device);
  std::string (*of_row)(const Chip& chip);
};

constexpr Fact kFacts[] = {
    {"vendor", is_other_vendor, [](const Device& d) { return d.vendor; },
     [](const Chip& c) { return c.vendor; }},
    {"architecture", is_other_architecture,
     [](const Device& d) { return d.architecture.value_or(""); },
     [](const Chip& c) {
       return fmt::format("{} ({})", c.details.architecture, family_of(c)->targets);
     }},
    {"kind of unit", is_other_unit_kind, [](const Device& d) { return d.unit_kind.value_or(""); },
     [](const Chip& c) { return c.unit_kind; }},
};

}  // namespace

std::vector<std::string> maker_differences(const Chip& chip,
                                           const std::vector<const Device*>& devices) {
  std::vector<std::string> found;
  for (const Fact& fact : kFacts) {
    const auto other = std::ranges::find_if(
        devices, [&](const Device* device) { return fact.differs(chip, *device); });
    if (other == devices.end()) continue;
    found.push_back(fmt::format("{}: {} reports {}, catalogue {}", fact.name, (*other)->id.value,
                                fact.told(**other), fact.of_row(chip)));
  }
  return found;
}

bool has_known_targets(const Chip& chip) { return family_of(chip) != nullptr; }

}  // namespace tpp
