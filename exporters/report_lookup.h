// Finding things in a report that belong together. Pure; pointers live as long as the report.
#ifndef TPP_EXPORTERS_REPORT_LOOKUP_H
#define TPP_EXPORTERS_REPORT_LOOKUP_H

#include <optional>
#include <vector>

#include "agent/model/report.h"

namespace tpp {

// One board with everything that the report says of it. Pointers are null where there is nothing.
struct BoardView {
  const Board* board = nullptr;
  std::vector<const Device*> devices;
  const BoardPerformance* performance = nullptr;
  const Chip* chip = nullptr;
  std::vector<const Verdict*> verdicts;
};
std::vector<BoardView> board_views(const Report& report);

// The devices whose rates make the board's: a processor beside accelerators is none of them.
std::vector<const Device*> added_devices(const BoardView& view);

// Operations/s of the whole board in a precision on a basis: the highest that counts. nullopt if
// there is none.
std::optional<double> board_rate(const BoardView& view, Basis basis, Precision precision);

// Clocks that the inferred figures of a board stand on: the advertised one (matrix clock where the
// catalogue has it, else boost), and the highest that its devices admit. nullopt if not known, or
// if devices differ.
std::optional<double> advertised_clock_hz(const BoardView& view);
std::optional<double> max_clock_hz(const BoardView& view);

// Whether it is one of several figures of one quantity and basis that are held against the same, as
// of a board of several products: whose it is, its note says.
bool is_one_of_several(const Comparison& comparison, const std::vector<Comparison>& all);

// The comparison that says how far the board is from a change of class. On the deciding basis: of a
// controlled board the tightest one of its first deciding paragraph; of a board below, of each
// paragraph the condition that it misses most, and of these the closest. Of any other board: the
// tightest one of the paragraph that a basis meets altogether, else that which a basis comes
// nearest to. nullptr if nothing was compared with a figure, or a margin would mislead.
const Comparison* nearest_threshold(const Verdict& verdict);

}  // namespace tpp

#endif
