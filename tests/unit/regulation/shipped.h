// The shipped editions and countries, and short ways to ask them.
#ifndef TPP_TESTS_UNIT_REGULATION_SHIPPED_H
#define TPP_TESTS_UNIT_REGULATION_SHIPPED_H

#include <string>
#include <vector>

#include "agent/regulation/country_file.h"
#include "agent/regulation/determine.h"
#include "agent/regulation/edition_file.h"
#include "agent/regulation/items.h"

namespace tpp::test {

inline constexpr const char* kToday = "2026-09-01";  // within what the shipped files know

inline const std::vector<Edition>& shipped_editions() {
  static const std::vector<Edition> editions = load_editions(TPP_RULES);
  return editions;
}

inline const CountryTable& shipped_countries() {
  static const CountryTable countries = load_countries(TPP_COUNTRIES);
  return countries;
}

inline Determination ask(const Figures& figures, const std::string& as_of = kToday,
                         Scope scope = Scope::text) {
  return determine(figures_item(figures, ""), shipped_editions(), shipped_countries(),
                   {as_of, scope, {}, std::nullopt});
}

inline Determination ask_item(const Item& item,
                              const Question& question = {kToday, Scope::text, {}, {}}) {
  return determine(item, shipped_editions(), shipped_countries(), question);
}

// A datacenter board unless said otherwise; an area of 0 is an unknown one.
inline Figures board(double tpp, double area = 0, std::optional<bool> datacenter = true) {
  Figures figures;
  figures.tpp = tpp;
  if (area > 0) figures.die_area_mm2 = area;
  figures.datacenter = datacenter;
  return figures;
}

// An area that gives exactly this density in the arithmetic of doubles, where there is one.
inline Figures dense_board(double tpp, double pd, std::optional<bool> datacenter = true) {
  return board(tpp, tpp / pd, datacenter);
}

}  // namespace tpp::test

#endif
