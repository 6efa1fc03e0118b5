// What the facts of a board owe neither to its devices nor to its measurements: code that touched
// it and cannot be relied on, and sources that tell two identities of one device. Pure.
#ifndef TPP_AGENT_BOARDS_OUTSIDE_FACTS_H
#define TPP_AGENT_BOARDS_OUTSIDE_FACTS_H

#include <string>
#include <vector>

#include "agent/model/inventory.h"
#include "agent/model/measurement.h"
#include "agent/model/performance.h"
#include "agent/model/report.h"

namespace tpp {

// What this program itself has loaded touches every device.
inline constexpr const char* kThisProgram = "agent";

// The code of what sources tell differently of one device: its board is neither corroborated nor
// below.
inline constexpr const char* kSourcesDiffer = "device.sources_differ";

// "/tmp/libcuda.so.1 (used by backend cuda; took part when 0000:17:00.0 was measured earlier)"
std::string named(const LibraryUse& file);

// In words, each file that is untrusted and was used on a device of the board, in this pass or in
// the earlier one that a measurement of it was carried over from, and each that has seen one and
// named no file: at least its program is told. Simulated devices have nothing that a file could
// falsify.
std::vector<std::string> untrusted_code(const std::vector<LibraryUse>& files,
                                        const Inventory& inventory, const BoardId& board);

// Adds both to the facts of a board, by the report's inventory and libraries.
void add_outside_facts(const Report& report, BoardPerformance& board);

}  // namespace tpp

#endif
