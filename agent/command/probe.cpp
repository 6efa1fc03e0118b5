#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "agent/command/command.h"
#include "agent/exit_code.h"
#include "agent/support/child_process.h"
#include "agent/support/error.h"
#include "exporters/report_json.h"
#include "probes/probe.h"

namespace tpp {

int probe_command(const Options& options) {
  const Probe* probe = find_probe(options.probe);
  if (probe == nullptr)
    throw UsageError(fmt::format("probe: there is none named {}", options.probe));
  const std::string line = to_json(probe->run(NodeFiles())).dump() + "\n";
  const ssize_t written = ::write(kRecordDescriptor, line.data(), line.size());
  if (written != static_cast<ssize_t>(line.size())) {
    throw Error(
        "probe: runs as a child of tpp-agent and writes to descriptor 3, which is not open");
  }
  return kAssessed;
}

}  // namespace tpp
