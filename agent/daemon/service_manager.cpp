#include "agent/daemon/service_manager.h"

#include <fmt/format.h>
#include <systemd/sd-daemon.h>
#include <time.h>

#include <algorithm>
#include <cstdint>
#include <string>

namespace tpp {
namespace {

void tell(const std::string& state) { ::sd_notify(0, state.c_str()); }

// One line: a line break would begin another assignment.
std::string status_line(std::string_view status) {
  std::string line = fmt::format("STATUS={}", status);
  std::ranges::replace(line, '\n', ' ');
  return line;
}

std::uint64_t monotonic_us() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 +
         static_cast<std::uint64_t>(now.tv_nsec) / 1000;
}

}  // namespace

std::optional<std::chrono::microseconds> ServiceManager::watchdog_interval() {
  std::uint64_t limit_us = 0;
  if (::sd_watchdog_enabled(0, &limit_us) <= 0 || limit_us == 0) return std::nullopt;
  return std::chrono::microseconds(limit_us / 2);
}

void ServiceManager::ready(std::string_view status) { tell("READY=1\n" + status_line(status)); }
void ServiceManager::status(std::string_view status) { tell(status_line(status)); }
// The time is for units of Type=notify-reload, which hold the answer against it.
void ServiceManager::reloading() {
  tell(fmt::format("RELOADING=1\nMONOTONIC_USEC={}", monotonic_us()));
}
void ServiceManager::stopping() { tell("STOPPING=1"); }
void ServiceManager::alive() { tell("WATCHDOG=1"); }

}  // namespace tpp
