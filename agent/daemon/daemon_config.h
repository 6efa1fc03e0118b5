// The daemon's config file (YAML, docs/daemon.md) as values: what it may do to this node, and when.
// What a pass goes by stands under `measure`, by the names of that command's options: rules,
// catalogue, thresholds and the like, not what is measured when.
#ifndef TPP_AGENT_DAEMON_DAEMON_CONFIG_H
#define TPP_AGENT_DAEMON_DAEMON_CONFIG_H

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "agent/daemon/schedule.h"

namespace tpp {

// Who decides that a device may be loaded.
//   none        nobody: what is attached and what its makers declare, and nothing else
//   operator    this file: passes begin by the schedule, where the device is idle
//   slurm, kubernetes  the scheduler: the daemon begins nothing, a job that owns the device asks
enum class LoadAuthority { none, site_operator, slurm, kubernetes };

// A command of the site, asked with a time limit (agent/pass/device_gate.h).
struct Hook {
  std::vector<std::string> command;  // [0] is an absolute path; no shell is between
  std::chrono::seconds timeout{10};
};

struct DaemonConfig {
  LoadAuthority authority = LoadAuthority::none;
  SchedulePolicy schedule;
  bool full_pass = true;     // else quick
  std::optional<Hook> hook;  // may hold a pass: reservations, concurrency over a cluster
  std::filesystem::path lock_file = "/run/tpp-agent/reserved";  // while it is there, no load
  std::chrono::seconds inventory_interval = std::chrono::minutes(5);
  std::chrono::seconds keep_for = std::chrono::days(3 * 365);
  std::uint64_t keep_bytes = std::uint64_t{512} << 20;
  std::vector<std::string> measure;         // "--catalog=/etc/...", in the order of the file
  std::vector<std::string> measure_places;  // "file:line:column" of the value of each
};

// Throws Error "file:line:column: found ..., expected ...".
DaemonConfig parse_daemon_config(const std::string& text, const std::string& origin);
// A file that is not there is an error: a default one ships.
DaemonConfig load_daemon_config(const std::filesystem::path& file);

}  // namespace tpp

#endif
