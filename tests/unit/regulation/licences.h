// Items and transactions that licences are asked about.
#ifndef TPP_TESTS_UNIT_REGULATION_LICENCES_H
#define TPP_TESTS_UNIT_REGULATION_LICENCES_H

#include <string>

#include "tests/unit/regulation/shipped.h"

namespace tpp::test {

struct Asked {
  Figures figures;
  Transaction transaction;
  std::string day = kToday;
  Scope scope = Scope::text;
};

inline Licence licence_of(const Asked& asked) {
  const auto result =
      determine(figures_item(asked.figures, ""), shipped_editions(), shipped_countries(),
                {asked.day, asked.scope, {}, asked.transaction});
  return *result.licence;
}

// Slower than anything that a letter may reach.
inline Figures slow(Figures figures) {
  figures.dram_bandwidth = 300;
  figures.interconnect = 64;
  return figures;
}

inline Figures a_datacenter() {
  Figures figures = board(15832, 814);
  figures.dram_bandwidth = 8000;  // outside the window of January 2026
  return figures;
}
inline Figures a_window() {
  Figures figures = board(15832, 814);
  figures.dram_bandwidth = 4800;
  return figures;
}
inline Figures a_other() { return slow(board(5285, 608.5, false)); }
inline Figures b_item() { return slow(board(2400, 1000)); }
inline Figures below() { return board(1042, 545); }
inline Figures below_and_slow() { return slow(board(1042, 545, false)); }
inline Figures with_rates(double memory, double links) {
  Figures figures = board(1042, 545, false);
  figures.dram_bandwidth = memory;
  figures.interconnect = links;
  return figures;
}
// Outside of the rule of 2022, which asked for 600 GB/s.
inline Figures a_without_links() {
  Figures figures = board(4992, 826);
  figures.interconnect = 400;
  return figures;
}

inline std::string text(const LicenceAnswer& answer) {
  if (answer.requirement == Truth::not_met) return "none";
  std::string words = answer.requirement == Truth::met ? "required" : "open";
  if (answer.exception) {
    words += "/" + *answer.exception + " " + std::to_string(answer.notice_days.value_or(-1));
  }
  return words + "/" + answer.review_policy.value_or("-");
}

}  // namespace tpp::test

#endif
