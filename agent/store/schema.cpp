#include "agent/store/schema.h"

#include <fmt/format.h>

#include <array>

#include "agent/store/sqlite.h"

namespace tpp {
namespace {

// Ids are never used again (AUTOINCREMENT): one that somebody wrote down stays that pass. The
// report stands last in its row, so that a search of the other columns does not read it.
constexpr const char* kVersion1 = R"(
CREATE TABLE pass (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  started_at TEXT NOT NULL,
  node TEXT NOT NULL,
  mode TEXT NOT NULL,
  simulated INTEGER NOT NULL,
  agent_version TEXT NOT NULL,
  method_version TEXT NOT NULL,
  report_schema INTEGER NOT NULL,
  digest TEXT NOT NULL UNIQUE,
  report_bytes INTEGER NOT NULL,
  report BLOB NOT NULL
) STRICT;
CREATE INDEX pass_by_time ON pass (started_at, id);
CREATE TABLE board (
  pass INTEGER NOT NULL REFERENCES pass (id) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  id TEXT NOT NULL,
  sign TEXT NOT NULL,
  PRIMARY KEY (pass, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE board_name (
  pass INTEGER NOT NULL,
  place INTEGER NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (pass, place, name),
  FOREIGN KEY (pass, place) REFERENCES board (pass, place) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX board_name_by_name ON board_name (name, pass);
CREATE TABLE board_class (
  pass INTEGER NOT NULL,
  place INTEGER NOT NULL,
  rule TEXT NOT NULL,
  class TEXT NOT NULL,
  assurance TEXT NOT NULL,
  PRIMARY KEY (pass, place, rule),
  FOREIGN KEY (pass, place) REFERENCES board (pass, place) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE TABLE board_tpp (
  pass INTEGER NOT NULL,
  place INTEGER NOT NULL,
  basis TEXT NOT NULL,
  tpp REAL NOT NULL,
  PRIMARY KEY (pass, place, basis),
  FOREIGN KEY (pass, place) REFERENCES board (pass, place) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
)";

constexpr std::array kSteps = {SchemaStep{1, kVersion1}};

}  // namespace

std::span<const SchemaStep> schema_steps() { return kSteps; }

void take_steps(Connection& connection, int from, std::span<const SchemaStep> steps) {
  for (const SchemaStep& step : steps) {
    if (step.version <= from) continue;
    connection.run(step.sql);
    connection.run(fmt::format("PRAGMA user_version = {}", step.version).c_str());
  }
  connection.run(fmt::format("PRAGMA application_id = {}", kApplicationId).c_str());
}

}  // namespace tpp
