#include "agent/chips/identify.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>

#include "agent/chips/maker_facts.h"
#include "agent/model/thresholds.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

using Devices = std::vector<const Device*>;
using Rows = std::vector<const Chip*>;

void erase_all(std::string& text, std::string_view word) {
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word)) {
    text.erase(at, word.size());
  }
}

void cut_at(std::string& text, std::string_view word) {
  const auto at = text.find(word);
  if (at != std::string::npos) text.erase(at);
}

// What is left of a name when vendors' ornaments are gone: "NVIDIA H100 PCIe MIG 1g.10gb" ->
// "h100 pcie", "Intel(R) Xeon(R) Platinum 8480+ CPU @ 2.0GHz" -> "intel xeon platinum 8480+".
std::string plain_name(std::string_view name) {
  std::string text = to_lower(name);
  for (const char* mark : {"(r)", "(tm)", " processor"}) erase_all(text, mark);
  for (const char* tail : {" mig ", " cpu @", " @ "}) cut_at(text, tail);
  const auto words = split(text, ' ');
  std::vector<std::string> kept;
  for (const std::string& word : words) {
    const bool core_count = word.ends_with("-core");
    if (!word.empty() && word != "cpu" && !core_count) kept.push_back(word);
  }
  if (!kept.empty() && kept.front() == "nvidia") kept.erase(kept.begin());
  return fmt::format("{}", fmt::join(kept, " "));
}

bool has_name(const Chip& chip, const std::string& plain) {
  return std::ranges::any_of(chip.reported_names,
                             [&](const std::string& name) { return plain_name(name) == plain; });
}

// Whether it is what the product is called, with its maker before it or not; a product's name may
// say more behind it, "Tesla T10 16 GB".
bool is_called(const Chip& chip, const std::string& plain) {
  const auto begins = [&](const std::string& name) {
    return name == plain || name.starts_with(plain + " ");
  };
  return has_name(chip, plain) || begins(plain_name(chip.name)) ||
         begins(plain_name(chip.vendor + " " + chip.name));
}

bool has_pci_id(const Chip& chip, const std::string& id) {
  return std::ranges::find(chip.pci_ids, to_lower(id)) != chip.pci_ids.end();
}

template <class Predicate>
Rows keep_if(const Rows& rows, Predicate predicate) {
  Rows kept;
  std::ranges::copy_if(rows, std::back_inserter(kept),
                       [&](const Chip* chip) { return predicate(*chip); });
  return kept;
}

bool within(double one, double other, Threshold tolerance) {
  return other > 0 && std::abs(one / other - 1) <= info(tolerance).standard;
}

// Boards of the catalogue that the devices make up; several where the operator merged them, or
// where a row is one package of a larger board, and a part of one where devices are missing.
double copies_of(const Chip& chip, const Devices& devices) {
  const double each = chip.devices_per_package * chip.packages_per_board;
  return static_cast<double>(devices.size()) / each;
}

// nullopt if one device does not tell, or is a slice: a part says nothing of the whole.
template <class Member>
std::optional<double> sum_over(const Devices& devices, Member member) {
  double sum = 0;
  for (const Device* device : devices) {
    if (device->slice || !(device->*member)) return std::nullopt;
    sum += static_cast<double>(*(device->*member));
  }
  return devices.empty() ? std::nullopt : std::optional(sum);
}

bool units_fit(const Chip& chip, const Devices& devices) {
  const auto units = sum_over(devices, &Device::units);
  return units && chip.units && *units == chip.units->value * copies_of(chip, devices);
}

bool memory_fits(const Chip& chip, const Devices& devices) {
  const auto bytes = sum_over(devices, &Device::memory_bytes);
  return bytes && chip.memory_bytes &&
         within(*bytes, chip.memory_bytes->value * copies_of(chip, devices),
                Threshold::memory_within);
}

// Of several rows, those that units and then memory leave; a fact that fits none leaves all.
Rows narrow(Rows rows, const Devices& devices) {
  for (const auto fits : {&units_fit, &memory_fits}) {
    const Rows fitting = keep_if(rows, [&](const Chip& chip) { return fits(chip, devices); });
    if (rows.size() > 1 && !fitting.empty()) rows = fitting;
  }
  return rows;
}

std::string ids_of(const Rows& rows) {
  std::vector<std::string> ids;
  for (const Chip* chip : rows) ids.push_back(chip->id.value);
  return fmt::format("{}", fmt::join(ids, ", "));
}

struct Candidates {
  Rows rows;
  std::string how;
};

Candidates find_candidates(const Rows& all, const Devices& devices, const Device& device) {
  const std::string plain = plain_name(device.name);
  const auto named = [&](const Chip& chip) { return has_name(chip, plain); };
  if (device.pci_id) {
    Rows rows = keep_if(all, [&](const Chip& chip) { return has_pci_id(chip, *device.pci_id); });
    if (!rows.empty()) {
      const Rows with_name = keep_if(rows, named);
      if (rows.size() > 1 && !with_name.empty()) rows = with_name;
      return {narrow(rows, devices), "PCI id " + *device.pci_id};
    }
  }
  if (plain.empty()) return {};
  return {narrow(keep_if(all, named), devices), fmt::format("reported name '{}'", device.name)};
}

// What is from memory proves no identity: it is as good as missing.
void agree(const std::string& fact, Confidence confidence, Identity& identity) {
  if (confidence == Confidence::recall) {
    identity.missing.push_back(fact + " (the catalogue's is from memory)");
  } else {
    identity.agrees.push_back(fact);
  }
}

void compare_pci_id(const Chip& chip, const Devices& devices, Identity& identity) {
  if (chip.kind == DeviceKind::cpu) return;
  bool told = !chip.pci_ids.empty();
  for (const Device* device : devices) {
    told = told && device->pci_id;
    if (!told || has_pci_id(chip, *device->pci_id)) continue;
    identity.differs.push_back(fmt::format("PCI id: {} reports {}, catalogue {}", device->id.value,
                                           *device->pci_id, fmt::join(chip.pci_ids, " ")));
    return;
  }
  if (!told) {
    identity.missing.emplace_back(kPciIdFact);
    return;
  }
  const auto ground = chip.details.grounds.find("pci_ids");
  agree(kPciIdFact,
        ground == chip.details.grounds.end() ? Confidence::source : ground->second.confidence,
        identity);
}

// Whose units are furthest from a device's share: what one has too many and another too few nearly
// adds up to the board, and says nothing of either.
const Device& furthest_by_units(const Devices& devices, double each) {
  return **std::ranges::max_element(
      devices, {}, [&](const Device* device) { return std::abs(*device->units - each); });
}

void compare_units(const Chip& chip, const Devices& devices, Identity& identity) {
  const auto units = sum_over(devices, &Device::units);
  if (!units || !chip.units) {
    identity.missing.emplace_back("units");
    return;
  }
  const double expected = chip.units->value * copies_of(chip, devices);
  const double each = expected / static_cast<double>(devices.size());
  const Device& other = furthest_by_units(devices, each);
  if (*other.units == each) {
    agree("units", chip.units->confidence, identity);
    return;
  }
  const bool alike = std::ranges::all_of(
      devices, [&](const Device* device) { return device->units == other.units; });
  const std::string text = alike ? fmt::format("units: {} reported, catalogue {}", *units, expected)
                                 : fmt::format("units: {} reported by {}, catalogue {}",
                                               *other.units, other.id.value, each);
  identity.differs.push_back(text);
  const bool close = within(*other.units, each, Threshold::units_within);
  const bool contradicts = chip.units->confidence != Confidence::recall && !close;
  if (contradicts) identity.units_differ.push_back(text);
}

void compare_memory(const Chip& chip, const Devices& devices, Identity& identity) {
  // Memory of a host is no fact of its processor.
  if (chip.kind == DeviceKind::cpu) return;
  const auto bytes = sum_over(devices, &Device::memory_bytes);
  if (!bytes || !chip.memory_bytes) {
    identity.missing.emplace_back("memory size");
    return;
  }
  const double expected = chip.memory_bytes->value * copies_of(chip, devices);
  const double each = expected / static_cast<double>(devices.size());
  // What one has too much and another too little adds up to the board all the same.
  const auto other = std::ranges::find_if(devices, [&](const Device* device) {
    return !within(static_cast<double>(*device->memory_bytes), each, Threshold::memory_within);
  });
  if (!memory_fits(chip, devices)) {
    identity.differs.push_back(fmt::format("memory size: {:.1f} GB reported, catalogue {:.1f} GB",
                                           *bytes * 1e-9, expected * 1e-9));
  } else if (other != devices.end()) {
    identity.differs.push_back(fmt::format(
        "memory size: {:.1f} GB reported by {}, catalogue {:.1f} GB",
        static_cast<double>(*(*other)->memory_bytes) * 1e-9, (*other)->id.value, each * 1e-9));
  } else {
    agree("memory size", chip.memory_bytes->confidence, identity);
  }
}

// Another maker's product, or of another family, however well its figures fit.
void compare_maker(const Chip& chip, const Devices& devices, Identity& identity) {
  for (const MakerDifference& one : maker_differences(chip, devices)) {
    identity.differs.push_back(one.text);
    if (one.contradicts) identity.units_differ.push_back(one.text);
  }
}

// What a device says of its maker where several rows fit it, or the board is of several products:
// against the rows that fit it. It differs where it does from each of them.
void compare_maker_with_rows(const Rows& rows, const Device& device, Identity& identity) {
  std::optional<MakerDifference> all;
  for (const Chip* row : rows) {
    const std::vector<MakerDifference> found = maker_differences(*row, {&device});
    if (found.empty()) return;
    const auto strongest = std::ranges::max_element(found, {}, &MakerDifference::contradicts);
    if (!all) all = *strongest;
    all->contradicts = all->contradicts && strongest->contradicts;
  }
  if (!all) return;
  if (rows.size() > 1) all->text += fmt::format(", and so with each of {}", ids_of(rows));
  identity.differs.push_back(all->text);
  if (all->contradicts) identity.units_differ.push_back(all->text);
}

// A name is no evidence for a row, but one that belongs to another product speaks against it.
void compare_name(const Catalog& catalog, const Chip& chip, const Devices& devices,
                  Identity& identity) {
  for (const Device* device : devices) {
    const std::string plain = plain_name(device->name);
    if (plain.empty() || is_called(chip, plain)) continue;
    const auto other =
        std::ranges::find_if(catalog.chips, [&](const Chip& row) { return is_called(row, plain); });
    if (other == catalog.chips.end()) continue;
    identity.differs.push_back(fmt::format("name: '{}' reported, which the catalogue has as {}",
                                           device->name, other->id.value));
    return;
  }
}

// Devices that tell of the same product as this one: what another one tells narrows nothing.
Devices alike(const Devices& devices, const Device& device) {
  Devices found;
  std::ranges::copy_if(devices, std::back_inserter(found), [&](const Device* other) {
    return other->pci_id == device.pci_id && plain_name(other->name) == plain_name(device.name);
  });
  return found;
}

// Whether a part is a GPU or an accelerator is a matter of taste; whether it is a host CPU is not.
Rows rows_of_kind(const Catalog& catalog, const Device& device) {
  const bool host = is_host_cpu(device);
  Rows of_kind;
  for (const Chip& chip : catalog.chips) {
    if ((chip.kind == DeviceKind::cpu) == host) of_kind.push_back(&chip);
  }
  return of_kind;
}

Candidates rows_of(const Catalog& catalog, const Devices& devices, const Device& device) {
  return find_candidates(rows_of_kind(catalog, device), alike(devices, device), device);
}

// Products may share a PCI id; where units and memory leave several, the name chose.
void compare_rows_of_pci_id(const Catalog& catalog, const Devices& devices, Identity& identity) {
  const Device& device = *devices.front();
  if (!device.pci_id || !has_pci_id(*identity.chip, *device.pci_id)) return;
  const Rows rows = keep_if(rows_of_kind(catalog, device),
                            [&](const Chip& chip) { return has_pci_id(chip, *device.pci_id); });
  const Rows left = narrow(rows, devices);
  if (left.size() > 1) identity.missing.push_back(std::string(kToldApartByName) + ids_of(left));
}

std::string why_none(const Device& device, const Candidates& candidates) {
  if (!candidates.rows.empty()) {
    return fmt::format("ambiguous: {} fits {}", candidates.how, ids_of(candidates.rows));
  }
  return fmt::format("no catalogue row for '{}'{}", device.name,
                     device.pci_id ? " (PCI id " + *device.pci_id + ")" : "");
}

void add_part(const Chip* chip, const Device* device, std::vector<IdentifiedPart>& parts) {
  const auto known = std::ranges::find(parts, chip, &IdentifiedPart::chip);
  (known == parts.end() ? parts.emplace_back(IdentifiedPart{chip, {}}) : *known)
      .devices.push_back(device);
}

// What fits the devices one by one; `chip` only where the same single row fits each.
Identity match_each(const Catalog& catalog, const Devices& devices) {
  Identity identity;
  std::optional<Rows> common;
  bool mixed = false;
  for (const Device* device : devices) {
    const Candidates candidates = rows_of(catalog, devices, *device);
    mixed = mixed || (common && *common != candidates.rows);
    if (!common) common = candidates.rows;
    if (candidates.rows.size() == 1) {
      add_part(candidates.rows.front(), device, identity.parts);
      if (identity.reason.empty()) identity.reason = "by " + candidates.how;
      continue;
    }
    // The first that no row fits, or several, says why there is none for the board.
    if (!identity.missing.empty() || identity.reason.starts_with("no ")) continue;
    identity.reason = why_none(*device, candidates);
    if (!candidates.rows.empty()) {
      identity.missing.push_back("what tells apart " + ids_of(candidates.rows));
    }
  }
  if (!mixed && common->size() == 1) {
    identity.chip = common->front();
    identity.parts.clear();
  } else if (!mixed) {
    identity.candidates = *common;
  }
  return identity;
}

}  // namespace

bool is_about_units(const std::string& difference) { return difference.starts_with("units: "); }

Identity match_chip(const Catalog& catalog, const Board& board, const Devices& devices) {
  Identity identity;
  if (devices.empty()) {
    identity.reason = fmt::format("board {} has no device", board.id.value);
    return identity;
  }
  identity = match_each(catalog, devices);
  if (identity.parts.size() > 1) {
    Rows rows;
    for (const IdentifiedPart& part : identity.parts) rows.push_back(part.chip);
    identity.reason = "devices of several products on one board: " + ids_of(rows);
    identity.missing.push_back("which of the products is the board: " + ids_of(rows));
  }
  if (identity.chip == nullptr) {
    for (const Device* device : devices) {
      compare_maker_with_rows(rows_of(catalog, devices, *device).rows, *device, identity);
    }
    return identity;
  }
  compare_pci_id(*identity.chip, devices, identity);
  compare_units(*identity.chip, devices, identity);
  compare_memory(*identity.chip, devices, identity);
  compare_maker(*identity.chip, devices, identity);
  compare_name(catalog, *identity.chip, devices, identity);
  compare_rows_of_pci_id(catalog, devices, identity);
  return identity;
}

std::vector<const Chip*> rows_of_silicon(const Catalog& catalog, const Devices& devices) {
  if (devices.empty()) return {};
  return keep_if(rows_of_kind(catalog, *devices.front()), [&](const Chip& chip) {
    return units_fit(chip, devices) && memory_fits(chip, devices) &&
           std::ranges::none_of(maker_differences(chip, devices), &MakerDifference::contradicts);
  });
}

}  // namespace tpp
