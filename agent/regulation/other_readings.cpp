#include "agent/regulation/other_readings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tpp {

Readings choices_of(const Readings& readings, const Readings& other) {
  Readings choices;
  for (const auto& [name, option] : other) {
    if (readings.at(name) != option) choices[name] = option;
  }
  return choices;
}

std::string choices_text(const Readings& choices) {
  std::vector<std::string> texts;
  for (const auto& [name, option] : choices) texts.push_back(fmt::format("{}={}", name, option));
  return fmt::format("{}", fmt::join(texts, " with "));
}

bool are_among(const Readings& few, const Readings& many) {
  return std::ranges::all_of(few, [&](const auto& choice) {
    const auto found = many.find(choice.first);
    return found != many.end() && found->second == choice.second;
  });
}

std::vector<Readings> other_readings(const Rule& table, const Readings& readings) {
  std::vector<Readings> all = {readings};
  for (const Reading& reading : table.readings) {
    const std::size_t before = all.size();
    for (const ReadingOption& option : reading.options) {
      if (readings.at(reading.name) == option.name) continue;
      for (std::size_t i = 0; i < before; ++i) {
        all.push_back(all[i]);
        all.back()[reading.name] = option.name;
      }
    }
  }
  std::ranges::stable_sort(
      all, {}, [&](const Readings& other) { return choices_of(readings, other).size(); });
  all.erase(all.begin());  // the readings in use
  return all;
}

}  // namespace tpp
