// The tables of the history, and the steps that brought them there. Inside the store only.
#ifndef TPP_AGENT_STORE_SCHEMA_H
#define TPP_AGENT_STORE_SCHEMA_H

#include <span>

namespace tpp {

class Connection;

// "TPPH" in the file's header: `file history.sqlite` shows it, and another program's file lacks it.
inline constexpr int kApplicationId = 0x54505048;

// Brings a file of the version before to `version`. Steps that shipped are never changed: files of
// that version are out there.
struct SchemaStep {
  int version = 0;
  const char* sql = nullptr;
};

// From version 1 on, without a gap.
std::span<const SchemaStep> schema_steps();

// Runs the steps after `from` and writes the version, inside the caller's transaction.
void take_steps(Connection& connection, int from, std::span<const SchemaStep> steps);

}  // namespace tpp

#endif
