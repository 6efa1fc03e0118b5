#include "agent/chips/maker_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "agent/chips/architectures.h"
#include "agent/chips/makers.h"

namespace tpp {
namespace {

enum class Fit { not_different, differs, contradicts };

// Words that one maker's own libraries count in; OpenCL says "CU" of all, and counts for nobody.
constexpr std::string_view kUnitKinds[] = {"SM", "CU", "core"};

// A processor's vendor is that of its cores' design on some machines: there a word that nobody
// knows is none.
Fit vendor_fit(const Chip& chip, const Device& device) {
  const MakerFit fit = maker_fit(chip.vendor, device.vendor);
  if (fit == MakerFit::another) return Fit::contradicts;
  return fit == MakerFit::odd && chip.kind != DeviceKind::cpu ? Fit::differs : Fit::not_different;
}

Fit architecture_fit(const Chip& chip, const Device& device) {
  const bool other =
      is_other_architecture(chip.details.architecture, device.architecture.value_or(""));
  return other ? Fit::contradicts : Fit::not_different;
}

Fit unit_kind_fit(const Chip& chip, const Device& device) {
  const bool other = device.units && device.unit_kind && is_known_unit_kind(*device.unit_kind) &&
                     is_known_unit_kind(chip.unit_kind) && *device.unit_kind != chip.unit_kind;
  return other ? Fit::contradicts : Fit::not_different;
}

struct Fact {
  const char* name;
  Fit (*fit)(const Chip& chip, const Device& device);
  std::string (*told)(const Device& device);
  std::string (*of_row)(const Chip& chip);
};

constexpr Fact kFacts[] = {
    {"vendor", vendor_fit, [](const Device& d) { return d.vendor; },
     [](const Chip& c) { return c.vendor; }},
    {"architecture", architecture_fit, [](const Device& d) { return d.architecture.value_or(""); },
     [](const Chip& c) { return architecture_text(c.details.architecture); }},
    {"kind of unit", unit_kind_fit, [](const Device& d) { return d.unit_kind.value_or(""); },
     [](const Chip& c) { return c.unit_kind; }},
};

}  // namespace

bool is_known_unit_kind(std::string_view kind) {
  return std::ranges::find(kUnitKinds, kind) != std::end(kUnitKinds);
}

std::vector<MakerDifference> maker_differences(const Chip& chip,
                                               const std::vector<const Device*>& devices) {
  std::vector<MakerDifference> found;
  for (const Fact& fact : kFacts) {
    // Of the devices one that contradicts says more than one that merely differs.
    const Device* other = nullptr;
    Fit worst = Fit::not_different;
    for (const Device* device : devices) {
      const Fit fit = fact.fit(chip, *device);
      if (fit <= worst) continue;
      worst = fit;
      other = device;
    }
    if (other == nullptr) continue;
    found.push_back({fmt::format("{}: {} reports {}, catalogue {}", fact.name, other->id.value,
                                 fact.told(*other), fact.of_row(chip)),
                     worst == Fit::contradicts});
  }
  return found;
}

}  // namespace tpp
