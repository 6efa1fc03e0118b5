// The history of boards as text for a person: the boards, then what changed from report to report,
// with its cause. Pure; never dependent on the locale.
#ifndef TPP_EXPORTERS_HISTORY_TABLE_H
#define TPP_EXPORTERS_HISTORY_TABLE_H

#include <string>

#include "agent/model/history.h"
#include "exporters/table.h"

namespace tpp {

std::string history_table(const History& history, const TableOptions& options);

}  // namespace tpp

#endif
