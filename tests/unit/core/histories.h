// Reports for tests of histories: a scene as the report of a pass on a day.
#ifndef TPP_TESTS_UNIT_CORE_HISTORIES_H
#define TPP_TESTS_UNIT_CORE_HISTORIES_H

#include <initializer_list>
#include <string>
#include <vector>

#include "agent/history/history.h"
#include "tests/unit/core/boards.h"

namespace tpp::test {

// The large chip, measured, with serial number, UUID and intervals: a board that can be followed.
Scene followed();

// Aggregated and classified, as a pass on that day of 2026 would, "05-01".
Report report_on(const std::string& day, const Scene& scene);

History history_of(std::initializer_list<Report> reports, const Thresholds& thresholds = {});
// Events of the last report.
std::vector<BoardEvent> events_of(std::initializer_list<Report> reports);
// The events of one kind among them.
std::vector<BoardEvent> events_of(BoardEventKind kind, std::initializer_list<Report> reports);

using Causes = std::vector<EventCause>;

}  // namespace tpp::test

#endif
