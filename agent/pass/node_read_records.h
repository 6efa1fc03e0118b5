// What a probe's child read of the node, as records on its descriptor: from the child to the agent
// that records. Pure. Long texts take several lines, since a line is bounded.
#ifndef TPP_AGENT_PASS_NODE_READ_RECORDS_H
#define TPP_AGENT_PASS_NODE_READ_RECORDS_H

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/node_files.h"

namespace tpp {

// JSON, without ends of lines. Bytes that are no UTF-8 become U+FFFD.
std::vector<std::string> records_of(const NodeRead& read);

bool is_read_record(std::string_view line);

struct NodeReadPart {
  NodeRead read;
  bool continues = false;  // its text goes on where that of the line before ended
};
// Throws Error if it is none, or names a path that leads out of a folder.
NodeReadPart parse_read_record(std::string_view line);

// Of a relative path whose every part is a name.
bool stays_inside(const std::string& path);

}  // namespace tpp

#endif
