#include "agent/chips/catalog_dies.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/support/decimal.h"

namespace tpp {
namespace {

Die read_die(const YamlValue& yaml, const Sources& sources) {
  yaml.expect_keys(
      {"count", "role", "area_mm2", "area_is", "node", "nonplanar", "counts", "computes", "why"});
  Die die;
  if (const auto count = yaml.find("count")) {
    die.count = count->integer();
    if (die.count < 1) count->fail(fmt::format("{}", die.count), "a count of at least 1");
  }
  die.role = yaml.at("role").text();
  if (const auto area = yaml.find("area_mm2")) die.area_mm2 = read_figure(*area, 1, sources);
  if (const auto bound = yaml.find("area_is")) {
    if (!die.area_mm2) bound->fail("'area_is' without an area", "'area_mm2' beside it");
    die.area_mm2->bound = bound->one_of(words_of<Bound>(), "bound");
  }
  if (const auto node = yaml.find("node")) die.node = node->text();
  if (const auto nonplanar = yaml.find("nonplanar")) die.nonplanar = nonplanar->boolean();
  die.counts = die.nonplanar != false;
  if (const auto computes = yaml.find("computes")) die.computes = computes->boolean();
  if (const auto why = yaml.find("why")) die.why = why->text();
  const auto counts = yaml.find("counts");
  if (!counts) return die;
  die.counts = counts->boolean();
  if (die.counts && die.nonplanar == false) {
    counts->fail("a planar die in the applicable area", "none: only non-planar dies count");
  }
  if (!die.counts && die.nonplanar != false && die.why.empty()) {
    counts->fail("a non-planar die left out of the applicable area", "'why', in words");
  }
  return die;
}

std::string area_text(const Die& die) {
  const std::string each =
      fmt::format("{}{:g} mm2", die.area_mm2->bound ? "at most " : "", die.area_mm2->value);
  return die.count == 1 ? fmt::format("{} {}", die.role, each)
                        : fmt::format("{} {} of {}", die.count, die.role, each);
}

}  // namespace

std::vector<Die> read_dies(const YamlValue& yaml, const Sources& sources) {
  std::vector<Die> dies;
  for (const YamlValue& item : yaml.items()) dies.push_back(read_die(item, sources));
  if (dies.empty()) yaml.fail("an empty list", "a die at least, or no 'dies'");
  return dies;
}

std::vector<PublishedArea> read_published_areas(const YamlValue& yaml, const Sources& sources) {
  std::vector<PublishedArea> areas;
  for (const YamlValue& item : yaml.items()) {
    item.expect_keys({"area_mm2", "leaves_out"});
    areas.push_back({read_figure(item.at("area_mm2"), 1, sources), item.at("leaves_out").text()});
  }
  return areas;
}

std::optional<bool> any_nonplanar(const std::vector<Die>& dies) {
  if (std::ranges::any_of(dies, [](const Die& die) { return die.nonplanar == true; })) return true;
  const bool planar = std::ranges::all_of(
      dies, [](const Die& die) { return die.nonplanar.has_value() && !*die.nonplanar; });
  return planar && !dies.empty() ? std::optional(false) : std::nullopt;
}

std::optional<Figure> applicable_area(const std::vector<Die>& dies, int packages) {
  Figure area{0, Confidence::source, ""};
  int kinds = 0;
  for (const Die& die : dies) {
    if (!die.counts) continue;
    if (!die.area_mm2) return std::nullopt;
    ++kinds;
    area.value += die.area_mm2->value * die.count * packages;
    area.confidence = std::min(area.confidence, die.area_mm2->confidence);
    // One die that may be smaller makes the whole a bound.
    if (die.area_mm2->bound) area.bound = die.area_mm2->bound;
    // One that may be planar may not count at all.
    if (!die.nonplanar) area.bound = Bound::at_most;
    if (die.count * packages == 1 && dies.size() == 1) {
      area.source = die.area_mm2->source;
    } else {
      area.source += fmt::format("{}{} ({})", area.source.empty() ? "" : ", ", area_text(die),
                                 die.area_mm2->source);
    }
  }
  if (kinds == 0) return std::nullopt;
  area.value = without_noise(area.value);
  if (packages > 1) area.source = fmt::format("{} packages, each {}", packages, area.source);
  return area;
}

std::optional<Figure> computing_area(const std::vector<Die>& dies, int packages) {
  std::vector<Die> computing = dies;
  const auto others = std::erase_if(computing, [](const Die& die) { return !die.computes; });
  return others > 0 ? applicable_area(computing, packages) : std::nullopt;
}

}  // namespace tpp
