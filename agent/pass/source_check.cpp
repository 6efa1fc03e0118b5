#include "agent/pass/source_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "agent/boards/outside_facts.h"
#include "agent/support/add_once.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

// What was told of one identity of a device, in the order of telling, and by whom.
class Told {
 public:
  void add(const std::optional<std::string>& value, const std::string& source) {
    if (!value) return;
    const std::string text = to_lower(*value);
    auto known = std::ranges::find(values_, text, &Value::text);
    if (known == values_.end()) known = values_.insert(known, {text, {}});
    add_once(source, known->sources);
  }

  std::optional<Finding> finding(const Device& device, const char* identity) const {
    if (values_.size() < 2) return std::nullopt;
    std::vector<std::string> parts;
    for (const Value& value : values_) {
      parts.push_back(fmt::format("{} by {}", value.text, fmt::join(value.sources, " and ")));
    }
    return Finding{.code = kSourcesDiffer,
                   .finding_class = FindingClass::contradiction,
                   .severity = Severity::error,
                   .subject = device.id.value,
                   .message = fmt::format("{}: {}", identity, fmt::join(parts, ", "))};
  }

 private:
  struct Value {
    std::string text;
    std::vector<std::string> sources;
  };
  std::vector<Value> values_;
};

struct Identities {
  Told pci_id;
  Told subsystem;

  void add(const Device& device, const std::string& source) {
    pci_id.add(device.pci_id, source);
    if (device.labels) subsystem.add(device.labels->subsystem_id, source);
  }
};

Identities told_of(const Device& device, const std::vector<Inventory>& probed,
                   const std::vector<SurveyedBackend>& backends, const Inventory& merged) {
  Identities told;
  for (const Inventory& inventory : probed) {
    const Device* const seen = find_device(inventory, device.id);
    if (seen != nullptr) told.add(*seen, fmt::format("{}", fmt::join(seen->seen_by, " and ")));
  }
  if (const BusPlace* const place = find_place(merged, device)) {
    told.pci_id.add(place->pci_id, "probe bus");
    told.subsystem.add(place->subsystem_id, "probe bus");
  }
  for (const SurveyedBackend& backend : backends) {
    for (const record::DeviceSeen& seen : backend.listing.devices) {
      if (seen.device.id == device.id) told.add(seen.device, "backend " + backend.module.name);
    }
  }
  return told;
}

}  // namespace

std::vector<Finding> source_findings(const std::vector<Inventory>& probed,
                                     const std::vector<SurveyedBackend>& backends,
                                     const Inventory& merged) {
  std::vector<Finding> findings;
  for (const Device& device : merged.devices) {
    const Identities told = told_of(device, probed, backends, merged);
    for (auto& finding :
         {told.pci_id.finding(device, "PCI id"), told.subsystem.finding(device, "PCI subsystem")}) {
      if (finding) findings.push_back(*finding);
    }
  }
  return findings;
}

}  // namespace tpp
