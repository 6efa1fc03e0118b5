// Figures that a person gives of an item, checked, as values that a rule can be held against. Pure.
#ifndef TPP_AGENT_REGULATION_FIGURES_H
#define TPP_AGENT_REGULATION_FIGURES_H

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/boards/board_values.h"
#include "agent/model/determination.h"

namespace tpp {

// What is not given is unknown. Units as in RuleQuantity; areas in mm2, bandwidths in GB/s,
// transistors in thousand millions.
struct Figures {
  std::optional<double> tpp;
  std::optional<double> die_area_mm2;
  bool planar = false;  // no die area counts
  std::optional<bool> datacenter;
  std::optional<double> dram_bandwidth;
  std::optional<double> interconnect;
  std::optional<double> transistors;
  std::optional<bool> hbm;
  std::optional<double> hbm_bandwidth;  // of a stack sold by itself, with its package's area
  std::optional<double> package_area_mm2;
};

// A figure by its option, with the range of what was ever built and much room beside it.
struct FigureRange {
  std::optional<double> Figures::*member;
  const char* option;
  const char* unit;
  double lowest;
  bool above_lowest;  // the lowest itself is not accepted
  double highest;
};
std::span<const FigureRange> figure_ranges();

// Whether the value is finite and in the range; and the range in words, "from 0 to 1e+08 (unit)".
bool in_range(const FigureRange& range, double value);
std::string range_text(const FigureRange& range);

// The same words where figures stand in a file: the option --die-area is the member die_area there.
std::string in_field_words(std::string_view text);

// Throws UsageError as check_figures does, but takes what leaves nothing to classify.
void check_consistent(const Figures& figures);

// Throws UsageError naming the option and the accepted range for what is negative, not finite or
// absurd, and for figures that contradict each other or leave nothing to classify.
void check_figures(const Figures& figures);

// Of checked figures. All are taken as the manufacturer's own.
BoardValues figure_values(const Figures& figures);

// For the reader, with the option that gave each.
std::vector<GivenFigure> given_figures(const Figures& figures);

}  // namespace tpp

#endif
