// Constructed reports for the exporters' tests: one of each classification and assurance, with the
// faults that a pass can meet. No figure in them was measured on anything.
#ifndef TPP_TESTS_GOLDEN_SAMPLE_REPORTS_H
#define TPP_TESTS_GOLDEN_SAMPLE_REPORTS_H

#include <string>
#include <vector>

#include "agent/model/report.h"

namespace tpp::samples {

struct Sample {
  std::string name;  // also of its golden files
  Report report;
};

// Every sample, in a fixed order.
std::vector<Sample> all();

Report controlled_simulated();  // H100, simulated, 3A090.a, corroborated
Report below_corroborated();    // T4
Report contradicted();          // H20 with more units than it may have
Report undetermined();  // no catalogue row; a slice; suspect, failed, generic, emulated rows
Report cpu_information_only();   // one socket of a virtual machine
Report two_devices_one_board();  // MI250X, one device failed: incomplete
Report inventory_only();         // three boards, nothing measured
Report nothing_found();

// 16 simulated devices, each a board of its own with 14 precisions on every basis. Not in all().
Report sixteen_devices();

// Every member of the vocabulary set to something other than its default.
Report every_member();
// One of every struct, each member at its default: all that may be absent is.
Report no_optional_member();

}  // namespace tpp::samples

#endif
