#include "agent/regulation/figures.h"

#include <fmt/format.h>

#include <cmath>

#include "agent/support/decimal.h"
#include "agent/support/error.h"

namespace tpp {
namespace {

// A wafer is 46,225 mm2 with 4,000 thousand million transistors and 21 PB/s of memory on it; a
// stack of memory is about 110 mm2.
constexpr FigureRange kRanges[] = {
    {&Figures::tpp, "--tpp", "tera operations/s x bit length", 0.001, false, 1e8},
    {&Figures::die_area_mm2, "--die-area", "mm2", 0.01, false, 1e5},
    {&Figures::dram_bandwidth, "--dram-bandwidth", "GB/s", 0, false, 1e9},
    {&Figures::interconnect, "--interconnect", "GB/s", 0, false, 1e9},
    {&Figures::transistors, "--transistors", "thousand millions", 0, false, 1e5},
    {&Figures::hbm_bandwidth, "--hbm-bandwidth", "GB/s", 0.1, false, 1e7},
    {&Figures::package_area_mm2, "--package-area", "mm2", 0.01, false, 1e4},
};

void check_range(const FigureRange& range, const Figures& figures) {
  const std::optional<double>& value = figures.*range.member;
  if (!value || in_range(range, *value)) return;
  throw UsageError(fmt::format("{}: {:g} is out of range; expected {}", range.option, *value,
                               range_text(range)));
}

[[noreturn]] void contradiction(const char* one, const char* other, const char* why) {
  throw UsageError(fmt::format("{} and {} contradict each other: {}", one, other, why));
}

bool is_memory(const Figures& figures) {
  return figures.hbm_bandwidth.has_value() || figures.package_area_mm2.has_value();
}

// A stack of memory has a bandwidth and an area, and nothing of a circuit.
void check_memory(const Figures& figures) {
  constexpr const char* kStack = "a stack of memory has no such figure; classify the two apart";
  const char* option = figures.hbm_bandwidth ? "--hbm-bandwidth" : "--package-area";
  for (const FigureRange& range : kRanges) {
    const bool of_memory =
        range.member == &Figures::hbm_bandwidth || range.member == &Figures::package_area_mm2;
    if (!of_memory && figures.*range.member) contradiction(option, range.option, kStack);
  }
  if (figures.planar) contradiction(option, "--planar", kStack);
  if (figures.datacenter) contradiction(option, "--datacenter", kStack);
  if (figures.hbm == false) contradiction(option, "--hbm no", "it is one");
  if (!figures.hbm_bandwidth || !figures.package_area_mm2) {
    throw UsageError(
        "--hbm-bandwidth and --package-area belong together: the density is one by the other");
  }
}

void add(BasisValues& values, RuleQuantity quantity, const std::optional<double>& value) {
  if (value) values.figures.emplace(quantity, Quantified{*value, {*value, *value}, Weight::both});
}

std::optional<double> density(const Figures& figures) {
  if (!figures.tpp || !figures.die_area_mm2) return std::nullopt;
  return decimal_quotient(*figures.tpp, *figures.die_area_mm2);
}

std::optional<double> memory_density(const Figures& figures) {
  if (!is_memory(figures)) return std::nullopt;
  return decimal_quotient(*figures.hbm_bandwidth, *figures.package_area_mm2);
}

}  // namespace

std::span<const FigureRange> figure_ranges() { return kRanges; }

bool in_range(const FigureRange& range, double value) {
  const bool high_enough = range.above_lowest ? value > range.lowest : value >= range.lowest;
  return std::isfinite(value) && high_enough && value <= range.highest;
}

std::string range_text(const FigureRange& range) {
  return fmt::format("{} {:g} to {:g} ({})", range.above_lowest ? "above" : "from", range.lowest,
                     range.highest, range.unit);
}

std::string in_field_words(std::string_view text) {
  std::string words;
  bool in_option = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins = text.substr(i, 2) == "--" && i + 2 < text.size() && text[i + 2] != ' ';
    if (begins) {
      in_option = true;
      ++i;
      continue;
    }
    in_option = in_option && (text[i] == '-' || (text[i] >= 'a' && text[i] <= 'z'));
    words += in_option && text[i] == '-' ? '_' : text[i];
  }
  return words;
}

void check_consistent(const Figures& figures) {
  for (const FigureRange& range : kRanges) check_range(range, figures);
  if (figures.planar && figures.die_area_mm2) {
    contradiction("--planar", "--die-area", "the area of planar dies does not count");
  }
  if (is_memory(figures)) check_memory(figures);
}

void check_figures(const Figures& figures) {
  check_consistent(figures);
  if (!figures.tpp && !is_memory(figures)) {
    throw UsageError(
        "no figure to classify by; expected --tpp, or --hbm-bandwidth with --package-area, or "
        "--chip, or --report");
  }
}

BoardValues figure_values(const Figures& figures) {
  BoardValues values;
  values.datacenter = figures.datacenter.value_or(true);
  values.datacenter_known = figures.datacenter.has_value();
  values.hbm = figures.hbm;
  values.planar = figures.planar;
  if (is_memory(figures)) {
    values.item = ItemKind::memory;
    values.hbm = true;
  }
  BasisValues declared{Basis::declared, {}, ""};
  add(declared, RuleQuantity::tpp, figures.tpp);
  add(declared, RuleQuantity::pd, density(figures));
  add(declared, RuleQuantity::dram_bandwidth, figures.dram_bandwidth);
  add(declared, RuleQuantity::interconnect, figures.interconnect);
  add(declared, RuleQuantity::transistors, figures.transistors);
  add(declared, RuleQuantity::memory_density, memory_density(figures));
  if (figures.tpp) {
    // Bit lengths go from 1 to 64, so that the rate lies between these.
    declared.figures.emplace(
        RuleQuantity::tops,
        Quantified{*figures.tpp, {*figures.tpp / 64, *figures.tpp}, Weight::both});
  }
  values.bases.push_back(std::move(declared));
  return values;
}

std::vector<GivenFigure> given_figures(const Figures& figures) {
  std::vector<GivenFigure> given;
  const auto put = [&](RuleQuantity quantity, const std::optional<double>& value,
                       const char* origin) {
    if (value) given.push_back({quantity, value, origin});
  };
  put(RuleQuantity::tpp, figures.tpp, "--tpp");
  if (figures.tpp) {
    given.push_back({RuleQuantity::pd, density(figures),
                     figures.die_area_mm2 ? "--tpp by --die-area"
                     : figures.planar     ? "--planar: no die area counts"
                                          : "no --die-area given: unknown"});
  }
  if (is_memory(figures)) {
    put(RuleQuantity::memory_density, memory_density(figures), "--hbm-bandwidth by --package-area");
  } else if (figures.datacenter) {
    given.push_back({RuleQuantity::datacenter, *figures.datacenter ? 1.0 : 0.0, "--datacenter"});
  } else {
    given.push_back({RuleQuantity::datacenter, std::nullopt, "not given: counts as yes"});
  }
  put(RuleQuantity::dram_bandwidth, figures.dram_bandwidth, "--dram-bandwidth");
  put(RuleQuantity::interconnect, figures.interconnect, "--interconnect");
  put(RuleQuantity::transistors, figures.transistors, "--transistors");
  if (figures.hbm) given.push_back({RuleQuantity::hbm, *figures.hbm ? 1.0 : 0.0, "--hbm"});
  return given;
}

}  // namespace tpp
