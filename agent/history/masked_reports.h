// Reports of recordings that masked who is who: the stand-ins of one are of it alone, and no board
// of it can be known in another report. Inside history only; pure.
#ifndef TPP_AGENT_HISTORY_MASKED_REPORTS_H
#define TPP_AGENT_HISTORY_MASKED_REPORTS_H

#include <string>
#include <vector>

#include "agent/history/history.h"

namespace tpp {

// What all stand-ins of a masked recording have in common, "node-47110815"; "" where nothing is
// masked.
std::string mask_of(const Report& report);

// As follow_boards(), each board through the reports that can tell it: those of one recording, or
// those that mask nothing. The first report of such a sequence is held against the one before it by
// slot alone: all that differs is placement, for another board may stand there, and never a
// finding. A note says so once.
History follow_known_boards(const std::vector<StoredReport>& reports, const Thresholds& thresholds);

}  // namespace tpp

#endif
