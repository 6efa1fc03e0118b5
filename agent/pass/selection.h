// Which benchmarks of all are to run, and what leaving some out means for what was measured.
#ifndef TPP_AGENT_PASS_SELECTION_H
#define TPP_AGENT_PASS_SELECTION_H

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/model/inventory.h"
#include "agent/model/precision.h"
#include "agent/pass/survey.h"

namespace tpp {

// An empty list means all.
struct Selection {
  std::vector<DeviceId> devices;
  std::vector<std::string> kernels;
  std::vector<Precision> precisions;  // leaves out what has no precision (memory)
};

// The benchmarks of one backend that are wanted, in the backend's order.
std::vector<record::Planned> select(const SurveyedBackend& backend, const Selection& selection);

// Those of them that are of one device.
std::vector<record::Planned> planned_of(const DeviceId& device, const SurveyedBackend& backend,
                                        const Selection& selection);

// Seconds that each of `planned`, the benchmarks of one device, may take so that the device is done
// in good time: 10 s in a quick pass, a minute in a full one, start-up included. nullopt where they
// need no limit.
std::optional<double> limit_each_s(const std::vector<record::Planned>& planned, PassMode mode);

// Why a selection cannot be measured.
struct UnfitSelection {
  std::string message;         // for the user
  bool module_failed = false;  // then that, and not the selection, may be what is to be mended
};

// nullopt unless it names what the node lacks, or matches nothing.
std::optional<UnfitSelection> check_selection(const Selection& selection, const Survey& survey);

// Throws UsageError, or Error where a module failed.
[[noreturn]] void refuse(const UnfitSelection& unfit);

// Boards none of whose devices was selected.
std::set<BoardId> boards_not_asked_for(const Selection& selection, const Inventory& inventory);

// A device of which a selection leaves out something that it can multiply was not measured whole:
// nothing may rest on what was not looked at. A board that was not asked for at all is said to be
// that, and narrows no other.
void mark_narrowed(const Selection& selection, const Survey& survey,
                   const std::set<BoardId>& not_asked_for, Inventory& inventory);

}  // namespace tpp

#endif
