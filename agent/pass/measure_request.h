// What a client of the daemon asks for, as one line of JSON:
//
//   {"measure": {"devices": ["0000:17:00.0"], "full": true, "force": false}}
//
// It is answered with the lines of a pass (pass_messages.h), or with {"refused": "why"}; beside it
// stands "usage": true where a device was asked for that the node does not have.
#ifndef TPP_AGENT_PASS_MEASURE_REQUEST_H
#define TPP_AGENT_PASS_MEASURE_REQUEST_H

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tpp {

struct MeasureRequest {
  std::uint64_t client = 0;          // of the connection that asked; never used again
  std::uint32_t user = 0;            // who asked
  std::vector<std::string> devices;  // none: all
  bool full = false;
  bool force = false;
};

// The request of a line. Throws Error saying what is wrong with it.
MeasureRequest parse_measure_request(std::string_view line);
std::string to_line(const MeasureRequest& request);

}  // namespace tpp

#endif
