// What systemd is told of this service: that it is ready, reloads, stops, lives, and how it fares.
// Without systemd nothing is told, and nothing fails.
#ifndef TPP_AGENT_DAEMON_SERVICE_MANAGER_H
#define TPP_AGENT_DAEMON_SERVICE_MANAGER_H

#include <chrono>
#include <optional>
#include <string_view>

namespace tpp {

class ServiceManager {
 public:
  // How often it wants to hear that this process lives: half of its limit. nullopt if it does not.
  static std::optional<std::chrono::microseconds> watchdog_interval();

  static void ready(std::string_view status);
  static void status(std::string_view status);
  static void reloading();  // followed by ready()
  static void stopping();
  static void alive();
};

}  // namespace tpp

#endif
