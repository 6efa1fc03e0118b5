// Holds the boards of a stored report, and the rows that it rests on, against the shipped
// catalogue: a report that was made with another catalogue, or changed, rules nothing out. Pure.
#ifndef TPP_AGENT_BOARDS_STORED_ROWS_H
#define TPP_AGENT_BOARDS_STORED_ROWS_H

#include <vector>

#include "agent/model/catalog.h"
#include "agent/model/performance.h"
#include "agent/model/report.h"

namespace tpp {

inline constexpr const char* kRowDiffers = "report.row_differs";

// Adds to the facts of each board how its rows differ from the shipped ones, and what its devices
// say against those, and `report.row_differs` to the findings. The boards as the shipped catalogue
// has them, where it has them otherwise. Rows are told how many of them the shipped board carries.
std::vector<BoardPerformance> hold_stored_rows(const Catalog& shipped, Report& report);

}  // namespace tpp

#endif
