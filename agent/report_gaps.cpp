#include "agent/report_gaps.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/model/listed.h"
#include "agent/support/add_once.h"

namespace tpp {

bool is_gap(const Finding& finding) {
  return finding.code == "backend.failed" || finding.code == "device.unseen" ||
         finding.code == "probe.failed";
}

namespace {

// An inventory keeps the places of its devices, and of those that it says nobody lists.
bool is_unaccounted(const BusPlace& place, const Inventory& inventory) {
  const auto& whole = place.physical_function;
  return !is_listed(inventory, place.address) && !(whole && is_listed(inventory, *whole));
}

Finding unseen(const BusPlace& place) {
  return {
      .code = "device.unseen",
      .finding_class = FindingClass::health,
      .severity = Severity::warning,
      .subject = place.address,
      .message = fmt::format(
          "the report's bus has a device of PCI id {}, and the report neither lists it nor says "
          "why not: the report was changed; measure again",
          place.pci_id.value_or("unknown"))};
}

}  // namespace

std::vector<Finding> gap_findings(const Report& report) {
  std::vector<Finding> found;
  for (const auto* findings : {&report.findings, &report.inventory.findings}) {
    for (const Finding& finding : *findings) {
      if (is_gap(finding)) add_once(finding, found);
    }
  }
  if (!report.inventory.bus) return found;
  for (const BusPlace& place : *report.inventory.bus) {
    const bool told = std::ranges::any_of(found, [&](const Finding& finding) {
      return finding.code == "device.unseen" && finding.subject == place.address;
    });
    if (!told && is_unaccounted(place, report.inventory)) found.push_back(unseen(place));
  }
  return found;
}

}  // namespace tpp
