// What a pass asks of the idle gate of its devices. Plain values.
#ifndef TPP_AGENT_PASS_GATE_REQUEST_H
#define TPP_AGENT_PASS_GATE_REQUEST_H

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tpp {

struct GateRequest {
  bool force = false;   // measure although it is not idle; what is reserved stays so
  bool strict = false;  // refuse also where it cannot be known, and busy host CPUs
  // The node is reserved as long as it exists. One that cannot be looked for counts as there.
  std::optional<std::filesystem::path> lock_file;
  // Asked before each device, with its id in TPP_AGENT_DEVICE: exit status 0 lets the load begin,
  // else the first line of its output says why not. [0] is looked up in PATH.
  std::vector<std::string> hook;
  double hook_timeout_s = 10;  // after it the answer is no
};

}  // namespace tpp

#endif
