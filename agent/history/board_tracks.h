// Boards from one report to the next: goes through them in their order, and keeps which board is
// which and what each was. Inside history only; pure.
#ifndef TPP_AGENT_HISTORY_BOARD_TRACKS_H
#define TPP_AGENT_HISTORY_BOARD_TRACKS_H

#include <vector>

#include "agent/history/history.h"

namespace tpp {

// Whether hardware is among its causes: then it is a finding.
bool by_hardware(const BoardEvent& event);

// Steps and boards of a history of reports that are in order of time; no banners, and no notes but
// those of its steps.
History follow_boards(const std::vector<StoredReport>& reports, const Thresholds& thresholds);

}  // namespace tpp

#endif
