#include "tests/golden/sample_catalog.h"

namespace tpp::samples {
namespace {

Figure sheet(double value) { return {value, Confidence::source, "https://example.org/sheet"}; }
Figure derived(double value) { return {value, Confidence::derived, "units x grid x clock"}; }
Figure recall(double value) { return {value, Confidence::recall, "from memory"}; }

void add_details(Chip& chip) {
  ChipDetails& details = chip.details;
  details.release_date = "2024-02-29";
  details.architecture = "Archetype 3";
  details.dies = {{8, "compute", recall(115), "N5", true, true, true, "compute, FinFET"},
                  {4, "I/O", std::nullopt, "N6", true, false, false, "sold apart, in this sample"},
                  {2, "bridge", sheet(90), "N65", false, false, false, "planar"}};
  details.published_areas = {{sheet(1017), "the I/O dies"}};
  details.transistors = sheet(153e9);
  details.memory_type = "HBM3";
  details.memory_bus_bits = recall(8192);
  details.interconnect = recall(896e9);
  details.subsystem_ids = {"1002:aaaa"};
  details.grounds = {{"release_date", {Confidence::source, "https://example.org/news"}},
                     {"datacenter", {Confidence::derived, "sold for servers"}},
                     {"pci_ids", {Confidence::source, "pci.ids"}},
                     {"subsystem_ids", {Confidence::recall, "from memory"}},
                     {"reported_names", {Confidence::recall, "from memory"}}};
  details.claims = {{Precision::fp16, {sheet(1200e12), recall(1100e12)}}};
  details.vector_per_clock_per_unit = {{Precision::fp32, sheet(256)}};
  details.density_note = "The headline is sparse.";
  details.accepted = {{"peaks", {{Precision::fp16, "the sheet rounds"}}}};
}

Chip chiplet_part() {
  Chip chip;
  chip.id.value = "maker-chiplet";
  chip.vendor = "Maker";
  chip.name = "Chiplet, \"third\" of its kind";
  chip.pci_ids = {"1002:0001", "1002:0002"};
  chip.reported_names = {"Maker Chiplet"};
  chip.packages_per_board = 2;
  chip.nonplanar = true;
  chip.applicable_die_area_mm2 = recall(1840);
  chip.units = sheet(304);
  chip.unit_kind = "CU";
  chip.boost_clock_hz = sheet(2.1e9);
  chip.matrix_clock_hz = derived(2.1e9);
  chip.board_power_w = sheet(750);
  chip.memory_bytes = sheet(192e9);
  chip.memory_bandwidth = sheet(5.3e12);
  chip.declared = {{Precision::fp16, sheet(1307.4e12)}, {Precision::int8, derived(2614.9e12)}};
  chip.declared_vector = {{Precision::fp32, derived(163.4e12)}};
  chip.per_clock_per_unit = {{Precision::fp16, sheet(2048)}};
  chip.note = "A note.";
  chip.origin = "sample.yaml:4:5";
  add_details(chip);
  return chip;
}

Chip planar_part() {
  Chip chip;
  chip.id.value = "maker-planar";
  chip.vendor = "Maker";
  chip.name = "=Planar";
  chip.kind = DeviceKind::accelerator;
  chip.datacenter = false;
  chip.nonplanar = false;
  chip.declared = {{Precision::int8, recall(92e12)}};
  chip.details.dies = {{1, "accelerator", sheet(331), "28nm", false, false, true, "planar"}};
  chip.origin = "sample.yaml:60:5";
  return chip;
}

Chip unknown_part() {
  Chip chip;
  chip.id.value = "other-unknown";
  chip.vendor = "Other";
  chip.name = "Unknown\n2";
  chip.origin = "sample.yaml:80:5";
  return chip;
}

// A host CPU whose area is a bound and whose data centre flag is in doubt.
Chip host_part() {
  Chip chip;
  chip.id.value = "other-host";
  chip.vendor = "Other";
  chip.name = "Host";
  chip.kind = DeviceKind::cpu;
  chip.datacenter = false;
  chip.applicable_die_area_mm2 = sheet(400);
  chip.applicable_die_area_mm2->bound = Bound::at_most;
  chip.details.grounds = {{"datacenter", {Confidence::recall, "sold to anybody: doubtful"}}};
  chip.origin = "sample.yaml:90:5";
  return chip;
}

CatalogLine line(const Chip& chip) {
  CatalogLine one;
  one.chip = &chip;
  return one;
}

CatalogLine chiplet_line() {
  CatalogLine one = line(catalog().chips[0]);
  one.tpp = 20919.2;
  one.precision = Precision::int8;
  one.confidence = Confidence::derived;
  one.density = 11.369130434782608;
  one.classification = "3A090.a";
  one.rendered = "3A090.a (3A090.a.1)";
  return one;
}

CatalogLine host_line() {
  CatalogLine one = line(catalog().chips[3]);
  one.tpp = 2752;
  one.precision = Precision::int8;
  one.confidence = Confidence::derived;
  one.density = 6.88;
  one.density_at_least = true;
  one.classification = "undetermined";
  one.rendered = "undetermined, presumed controlled (3A090.a.2)";
  one.class_note = "a host CPU: for information";
  return one;
}

}  // namespace

const Catalog& catalog() {
  static const Catalog sample = {
      "2026-09-30", {chiplet_part(), planar_part(), unknown_part(), host_part()}, {}};
  return sample;
}

CatalogListing catalog_listing() {
  CatalogListing listing = catalog_row();
  listing.overrides = {"OVERRIDDEN: catalogue rows from /etc/tpp-agent/catalog.d: 1 added (other)"};
  CatalogLine planar = line(catalog().chips[1]);
  planar.tpp = 736;
  planar.precision = Precision::int8;
  planar.confidence = Confidence::recall;
  planar.classification = "undetermined";
  planar.rendered = "undetermined";
  listing.lines.push_back(planar);
  listing.lines.push_back(line(catalog().chips[2]));
  listing.lines.push_back(host_line());
  return listing;
}

CatalogListing catalog_row() {
  CatalogListing listing;
  listing.warnings = {"the catalogue is known through 2026-09-30 only"};
  listing.known_through = "2026-09-30";
  listing.as_of = "2026-10-01";
  listing.rules = {"A rule", "Another rule"};
  listing.lines = {chiplet_line()};
  return listing;
}

CatalogMatch catalog_match() {
  CatalogMatch match;
  match.chip = &catalog().chips[0];
  match.reason = "by PCI id 1002:0001";
  match.steps = {"PCI id 1002:0001: 1 row (maker-chiplet)", "subsystem 1002:bbbb: no row"};
  match.agrees = {"PCI id", "units"};
  match.missing = {"memory size"};
  match.differs = {"name: 'X' reported, which the catalogue has as maker-planar"};
  return match;
}

CatalogMatch catalog_ambiguous() {
  CatalogMatch match;
  match.overrides = {"OVERRIDDEN: catalogue from /tmp/mine.yaml"};
  match.reason = "ambiguous: PCI id 1002:0001 fits maker-chiplet, maker-planar";
  match.candidates = {&catalog().chips[0], &catalog().chips[1]};
  match.steps = {"PCI id 1002:0001: 2 rows (maker-chiplet, maker-planar)"};
  return match;
}

CatalogCheck catalog_check() {
  CatalogCheck check;
  check.files = 2;
  check.chips = 3;
  check.faults = {{"sample.yaml:30:13", "maker-chiplet", "found 230 T in int8, expected 200 T"},
                  {"other.yaml:1:1", "", "found an empty file, expected a YAML mapping"}};
  check.accepted = {{"sample.yaml:40:9", "maker-chiplet", "peaks in fp16: the sheet rounds"}};
  return check;
}

}  // namespace tpp::samples
