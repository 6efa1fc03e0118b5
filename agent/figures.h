// Figures that a person gives of an item, checked, as values that a rule can be held against. Pure.
#ifndef TPP_AGENT_FIGURES_H
#define TPP_AGENT_FIGURES_H

#include <optional>
#include <string>
#include <vector>

#include "agent/board_values.h"
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

// Throws UsageError naming the option and the accepted range for what is negative, not finite or
// absurd, and for figures that contradict each other or leave nothing to classify.
void check_figures(const Figures& figures);

// Of checked figures. All are taken as the manufacturer's own.
BoardValues figure_values(const Figures& figures);

// For the reader, with the option that gave each.
std::vector<GivenFigure> given_figures(const Figures& figures);

}  // namespace tpp

#endif
