// What clients and children of the daemon send it, and its configuration, as their readers take it.
#include <algorithm>
#include <string>

#include "agent/daemon/daemon_config.h"
#include "agent/pass/measure_request.h"
#include "agent/pass/pass_messages.h"
#include "agent/support/error.h"
#include "tests/fuzz/harness.h"

namespace tpp::fuzz {

void load_daemon_config(std::string_view bytes) {
  try {
    const DaemonConfig config = parse_daemon_config(std::string(bytes), "folder/daemon.yaml");
    TPP_CHECK(config.lock_file.is_absolute() && config.keep_bytes > 0);
    for (const auto& duration : {config.schedule.interval, config.schedule.change_delay,
                                 config.inventory_interval, config.keep_for}) {
      TPP_CHECK(duration.count() > 0);
    }
    if (config.hook) {
      TPP_CHECK(config.hook->command.at(0).starts_with('/') && config.hook->timeout.count() > 0);
    }
    TPP_CHECK(config.measure.size() == config.measure_places.size());
    for (const std::string& word : config.measure) TPP_CHECK(word.starts_with("--"));
  } catch (const Error& error) {
    TPP_CHECK(std::string_view(error.what()).starts_with("folder/daemon.yaml"));
  }
}

void load_measure_request(std::string_view bytes) {
  try {
    const MeasureRequest request = parse_measure_request(bytes);
    TPP_CHECK(std::ranges::find(request.devices, "") == request.devices.end());
    const std::string once = to_line(request);
    TPP_CHECK(to_line(parse_measure_request(once)) == once);
  } catch (const Error& error) {
    TPP_CHECK(error.what()[0] != '\0');
  }
}

void load_pass_message(std::string_view bytes) {
  PassReceiver receiver;
  if (!receiver.take(bytes) || !receiver.news()) return;
  std::string once;
  PassSender([&](std::string_view line) { once += line; }).news(*receiver.news());
  PassReceiver again;
  TPP_CHECK(again.take(once) && again.news());
}

}  // namespace tpp::fuzz
