// What a survey asks, and whoever answers it: a child of ours, or the recording of one.
#ifndef TPP_AGENT_PASS_NODE_QUESTION_H
#define TPP_AGENT_PASS_NODE_QUESTION_H

#include <compare>
#include <functional>
#include <string>
#include <vector>

#include "agent/support/child_process.h"

namespace tpp {

// As run_child; tests give children that no test can make, such as one that survives SIGKILL.
using ChildRunner = std::function<ChildResult(const ChildCommand&, const LineReader&)>;

struct NodeQuestion {
  std::string of;                        // "probe cpu", "backend cuda"
  std::vector<std::string> environment;  // beside what every child gets

  auto operator<=>(const NodeQuestion&) const = default;
};

// As run_child: the command is what answers the question on this node. From several threads.
using Answerer =
    std::function<ChildResult(const NodeQuestion&, const ChildCommand&, const LineReader&)>;

}  // namespace tpp

#endif
