// What of a report stands in columns beside it, to be found by: when, where, and each board by
// every name that it has. What is shown to anybody is read from the report itself. Pure.
#ifndef TPP_AGENT_STORE_PASS_ROWS_H
#define TPP_AGENT_STORE_PASS_ROWS_H

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "agent/model/report.h"

namespace tpp {

struct ClassRow {
  std::string classification;  // "3A090.a", "below", "undetermined"
  std::string assurance;

  bool operator==(const ClassRow&) const = default;
};

struct BoardRow {
  std::string id;
  std::string sign;             // strongest that it can be known again by: "serial NVIDIA 165..."
  std::set<std::string> names;  // board id, serial numbers, UUIDs (of slices, too), addresses
  std::map<std::string, ClassRow> classes;  // by rule
  std::map<std::string, double> tpp;        // by basis

  bool operator==(const BoardRow&) const = default;
};

struct PassRow {
  std::string started_at;
  std::string node;
  std::string mode;
  bool simulated = false;  // or any device
  std::string agent_version;
  std::string method_version;
  int report_schema = 0;
  std::vector<BoardRow> boards;  // in the order of the inventory
};

PassRow pass_row(const Report& report);

// Leaves in the inventory the boards alone that have this name.
void keep_boards_named(std::string_view name, Report& report);

}  // namespace tpp

#endif
