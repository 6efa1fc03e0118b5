#include "agent/chips/catalog_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "agent/support/decimal.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

const std::map<std::string, Precision>& precision_words() {
  static const std::map<std::string, Precision> words = [] {
    std::map<std::string, Precision> rows;
    for (const PrecisionInfo& row : precisions()) rows.emplace(row.name, row.precision);
    return rows;
  }();
  return words;
}

// A key of `sources`, a key and words as in "sheet: page 3", or words that say where to look. A
// lone word says that only as a key, but for what is from memory, which has no source.
std::string read_source(const YamlValue& yaml, Confidence confidence, const Sources& sources) {
  std::string words = yaml.text();
  const auto known = sources.find(words);
  if (known != sources.end()) return known->second;
  const auto colon = words.find(": ");
  const auto prefix = sources.find(words.substr(0, colon));
  if (colon != std::string::npos && prefix != sources.end()) {
    return fmt::format("{}, {}", words.substr(colon + 2), prefix->second);
  }
  const bool lone = words.find_first_of(" :/") == std::string::npos;
  if (!lone) return words;
  std::vector<std::string> keys;
  for (const auto& [key, address] : sources) keys.push_back(key);
  if (confidence == Confidence::recall && closest(words, keys).empty()) return words;
  yaml.fail_unknown("source", keys);
}

// Calls take(precision, value) for each precision of each key, none twice.
template <class Take>
void each_precision(const YamlValue& yaml, Take take) {
  std::set<Precision> seen;
  for (const auto& [key, value] : yaml.members()) {
    for (const Precision precision : read_precision_key(key)) {
      if (!seen.insert(precision).second) {
        key.fail(fmt::format("found '{}' again, expected it once", name(precision)));
      }
      take(precision, value);
    }
  }
}

}  // namespace

Figure read_figure(const YamlValue& yaml, double scale, const Sources& sources) {
  const std::vector<YamlValue> parts = yaml.items();
  if (parts.size() != 3) {
    yaml.fail(fmt::format("a list of {}", parts.size()), "[value, confidence, source]");
  }
  Figure figure;
  figure.value = parts[0].number();
  // 0 would say "not able"; what is not known is left out.
  if (figure.value <= 0) parts[0].fail(fmt::format("{}", figure.value), "a value above 0");
  figure.value = without_noise(figure.value * scale);
  if (!std::isfinite(figure.value)) {
    parts[0].fail(fmt::format("{} x {:g}", parts[0].text(), scale), "a finite number");
  }
  figure.confidence = parts[1].one_of(words_of<Confidence>(), "confidence");
  figure.source = read_source(parts[2], figure.confidence, sources);
  return figure;
}

Ground read_ground(const YamlValue& yaml, const Sources& sources) {
  const std::vector<YamlValue> parts = yaml.items();
  if (parts.size() != 2) {
    yaml.fail(fmt::format("a list of {}", parts.size()), "[confidence, source]");
  }
  Ground ground;
  ground.confidence = parts[0].one_of(words_of<Confidence>(), "confidence");
  ground.source = read_source(parts[1], ground.confidence, sources);
  return ground;
}

std::vector<Precision> read_precision_key(const YamlValue& key) {
  std::vector<Precision> read;
  for (const std::string& word : split(key.text(), ',')) {
    const auto row = precision_words().find(std::string(trim(word)));
    if (row == precision_words().end()) {
      std::vector<std::string> names;
      for (const auto& [known, precision] : precision_words()) names.push_back(known);
      const std::string near = closest(trim(word), names);
      key.fail(fmt::format("precision '{}'", trim(word)),
               fmt::format("one of {}{}", fmt::join(names, ", "),
                           near.empty() ? "" : fmt::format(": did you mean '{}'?", near)));
    }
    read.push_back(row->second);
  }
  return read;
}

std::map<Precision, Figure> read_table(const YamlValue& yaml, const TableForm& form,
                                       const Sources& sources, Places& places) {
  std::map<Precision, Figure> figures;
  each_precision(yaml, [&](Precision precision, const YamlValue& value) {
    figures[precision] = read_figure(value, form.scale, sources);
    places[fmt::format("{}.{}", form.path, name(precision))] = value.place();
  });
  return figures;
}

std::map<Precision, std::vector<Figure>> read_lists(const YamlValue& yaml, double scale,
                                                    const Sources& sources) {
  std::map<Precision, std::vector<Figure>> lists;
  each_precision(yaml, [&](Precision precision, const YamlValue& value) {
    for (const YamlValue& item : value.items()) {
      lists[precision].push_back(read_figure(item, scale, sources));
    }
  });
  return lists;
}

}  // namespace tpp
