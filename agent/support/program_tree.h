// Where this installation keeps its parts, found from /proc/self/exe alone, so that a build tree,
// an installed tree and a bundle are the same tree. Never the current directory or the environment.
#ifndef TPP_AGENT_SUPPORT_PROGRAM_TREE_H
#define TPP_AGENT_SUPPORT_PROGRAM_TREE_H

#include <filesystem>

namespace tpp {

struct ProgramTree {
  std::filesystem::path executable;  // this program
  std::filesystem::path bench;       // bin/tpp-bench
  std::filesystem::path agent;       // bin/tpp-agent
  std::filesystem::path daemon;      // bin/tpp-agent-daemon
  std::filesystem::path backends;    // lib/tpp/backends
  std::filesystem::path rules;       // share/tpp/rules
  std::filesystem::path catalog;     // share/tpp/catalog
  std::filesystem::path countries;   // share/tpp/countries
  std::filesystem::path schema;      // share/tpp/schema
};

// Throws Error if /proc/self/exe cannot be read.
ProgramTree program_tree();

}  // namespace tpp

#endif
