#include "agent/chips/catalog_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "agent/chips/catalog_row_checks.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

bool same(const std::optional<Figure>& one, const std::optional<Figure>& other) {
  return one && other ? one->value == other->value : !one && !other;
}

bool share(const std::vector<std::string>& one, const std::vector<std::string>& other) {
  return std::ranges::any_of(one, [&](const std::string& word) {
    return std::ranges::any_of(
        other, [&](const std::string& also) { return to_lower(word) == to_lower(also); });
  });
}

// One PCI id may stand for several products, if a name, units or memory tell them apart.
bool indistinct(const Chip& one, const Chip& other) {
  if (to_lower(one.name) == to_lower(other.name)) return true;
  const bool same_names = share(one.reported_names, other.reported_names) ||
                          (one.reported_names.empty() && other.reported_names.empty());
  return same_names && same(one.units, other.units) && same(one.memory_bytes, other.memory_bytes);
}

// Rows that were seen, by what must not come twice.
class Seen {
 public:
  void check(const Chip& chip, CatalogFaults& faults) {
    const auto [before, fresh] = ids_.emplace(chip.id.value, &chip);
    if (!fresh) {
      faults.push_back({chip.origin, chip.id.value,
                        fmt::format("found chip id '{}' again, expected it once: it stands at {}",
                                    chip.id.value, before->second->origin)});
    }
    for (const std::string& id : chip.pci_ids) {
      for (const Chip* other : by_pci_id_[id]) {
        if (!indistinct(*other, chip)) continue;
        faults.push_back(
            {chip.origin, chip.id.value,
             fmt::format("found a PCI id of '{}' claimed again by '{}' under the same name, "
                         "expected a reported name, units or memory that tell it from {}",
                         other->id.value, chip.id.value, other->origin)});
      }
      by_pci_id_[id].push_back(&chip);
    }
  }

 private:
  std::map<std::string, const Chip*> ids_;
  std::map<std::string, std::vector<const Chip*>> by_pci_id_;
};

// The highest claim of the maker decides. A figure of ours may stand in its place where it is
// higher, as one worked back from a TPP that the maker claims; one from memory would decide
// nothing.
void check_claims(const Chip& chip, CatalogFaults& faults) {
  for (const auto& [precision, others] : chip.details.claims) {
    const std::string row = fmt::format("declared_tops.{}", name(precision));
    const auto declared = chip.declared.find(precision);
    const auto fault = [&](const std::string& found, const char* expected) {
      faults.push_back({place_of(chip, row), chip.id.value,
                        fmt::format("found {}, expected {}", found, expected)});
    };
    if (declared == chip.declared.end()) {
      fault(fmt::format("claims in {} and no declared rate", name(precision)),
            "the highest of them under declared_tops");
      continue;
    }
    for (const Figure& other : others) {
      if (other.confidence != Confidence::source) continue;
      const Figure& deciding = declared->second;
      const bool higher_derived =
          deciding.confidence == Confidence::derived && deciding.value >= other.value;
      if (deciding.confidence != Confidence::source && !higher_derived) {
        fault(fmt::format("a {} rate that is no claim beside one of {:.6g} T", name(precision),
                          other.value * 1e-12),
              "the maker's claim under declared_tops");
      } else if (other.value > deciding.value) {
        fault(fmt::format("a higher claim of {:.6g} T in {}", other.value * 1e-12, name(precision)),
              "the highest claim under declared_tops");
      }
    }
  }
}

// Only words that point somewhere are a source.
bool points_nowhere(const Figure& figure) {
  return figure.source.empty() ||
         (figure.confidence == Confidence::source && figure.source == "from memory");
}

void check_sources(const Chip& chip, CatalogFaults& faults) {
  const auto missing = [&](const std::string& path, const std::string& what) {
    faults.push_back({place_of(chip, path), chip.id.value,
                      fmt::format("found no source of {}, expected where it was read or that it is "
                                  "from memory",
                                  what),
                      false});
  };
  const auto figure = [&](const std::string& path, const Figure& value) {
    if (points_nowhere(value)) missing(path, path);
  };
  const auto optional = [&](const std::string& path, const std::optional<Figure>& value) {
    if (value) figure(path, *value);
  };
  optional("units", chip.units);
  optional("boost_clock_mhz", chip.boost_clock_hz);
  optional("matrix_clock_mhz", chip.matrix_clock_hz);
  optional("board_power_w", chip.board_power_w);
  optional("memory_gb", chip.memory_bytes);
  optional("memory_bandwidth_gbs", chip.memory_bandwidth);
  optional("memory_bus_bits", chip.details.memory_bus_bits);
  optional("transistors_billion", chip.details.transistors);
  optional("interconnect_gbs", chip.details.interconnect);
  for (const Die& die : chip.details.dies) optional("dies", die.area_mm2);
  for (const auto& [table, figures] :
       {std::pair("declared_tops", &chip.declared),
        std::pair("declared_vector_tops", &chip.declared_vector),
        std::pair("ops_per_clock_per_unit", &chip.per_clock_per_unit)}) {
    for (const auto& [precision, value] : *figures) {
      figure(fmt::format("{}.{}", table, name(precision)), value);
    }
  }
  const auto ground = [&](const char* member, bool there) {
    if (there && !chip.details.grounds.contains(member)) missing(member, member);
  };
  ground("release_date", !chip.details.release_date.empty());
  ground("datacenter", true);
  ground("pci_ids", !chip.pci_ids.empty());
  ground("subsystem_ids", !chip.details.subsystem_ids.empty());
  ground("reported_names", !chip.reported_names.empty());
}

}  // namespace

std::string place_of(const Chip& chip, const std::string& path) {
  const auto place = chip.details.places.find(path);
  return place == chip.details.places.end() ? chip.origin : place->second;
}

std::vector<CatalogFault> accepted_disagreements(const Catalog& catalog) {
  CatalogFaults accepted;
  for (const Chip& chip : catalog.chips) {
    for (const auto& [check, table] : chip.details.accepted) {
      // Precisions for which the row has the same words are one disagreement.
      std::map<std::string, std::vector<std::string_view>> by_words;
      for (const auto& [precision, words] : table) by_words[words].push_back(name(precision));
      for (const auto& [words, names] : by_words) {
        accepted.push_back(
            {place_of(chip, fmt::format("{}.{}", check, names.front())), chip.id.value,
             fmt::format("{} in {}: {}", check, fmt::join(names, ", "), words), false});
      }
    }
  }
  return accepted;
}

std::vector<CatalogFault> check_catalog(const Catalog& catalog) {
  CatalogFaults faults;
  Seen seen;
  for (const Chip& chip : catalog.chips) {
    seen.check(chip, faults);
    check_claims(chip, faults);
    check_limits(chip, faults);
    check_rates(chip, faults);
    check_sources(chip, faults);
  }
  return faults;
}

}  // namespace tpp
