// Makes items to determine of what is at hand: figures that a person gives, a catalogue row, the
// boards of a stored report. Pure.
#ifndef TPP_AGENT_REGULATION_ITEMS_H
#define TPP_AGENT_REGULATION_ITEMS_H

#include <string>
#include <vector>

#include "agent/model/catalog.h"
#include "agent/model/report.h"
#include "agent/model/thresholds.h"
#include "agent/regulation/determine.h"
#include "agent/regulation/figures.h"

namespace tpp {

// Said of every answer about a host CPU, whose class is shown as any other's.
inline constexpr const char* kHostCpuNote =
    "a host CPU: its maker lists it outside 3A090; this is arithmetic for information";

// Throws UsageError as check_figures does.
Item figures_item(const Figures& figures, const std::string& stage);

// A design, to which a count of transistors suffices: without a TPP its class stays open. Throws
// UsageError as check_consistent does.
Item design_item(const Figures& figures);

// A row of `catalog`. One that differs from the shipped row that it stands for rules nothing out,
// and is presumed to be what that is, where `shipped` is given: the catalogue that shipped, if it
// is another one.
Item chip_item(const Chip& chip, const Catalog& catalog, const Catalog* shipped = nullptr);

// One a board, in the report's order. Simulated boards say so. They are judged by the stricter of
// the report's own thresholds and those `given`, and have the findings that rest on the report:
// what it says against them, also that their measurements were old when it showed them. Throws
// Error if the report has no board, or thresholds that cannot be.
// `shipped` are boards as the shipped catalogue has them, where it has them otherwise.
std::vector<Item> report_items(const Report& report, const Thresholds& given = {},
                               const std::vector<BoardPerformance>& shipped = {});

}  // namespace tpp

#endif
