#include "agent/support/program_tree.h"

#include <system_error>

#include "agent/support/error.h"

namespace tpp {

ProgramTree program_tree() {
  std::error_code error;
  const auto executable = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error)
    throw Error("cannot find this program's own files: /proc/self/exe: " + error.message());
  const auto root = executable.parent_path().parent_path();
  return {.executable = executable,
          .bench = root / "bin" / "tpp-bench",
          .agent = root / "bin" / "tpp-agent",
          .daemon = root / "bin" / "tpp-agent-daemon",
          .backends = root / "lib" / "tpp" / "backends",
          .rules = root / "share" / "tpp" / "rules",
          .catalog = root / "share" / "tpp" / "catalog",
          .countries = root / "share" / "tpp" / "countries",
          .schema = root / "share" / "tpp" / "schema"};
}

}  // namespace tpp
