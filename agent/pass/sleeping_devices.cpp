#include "agent/pass/sleeping_devices.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace tpp {
namespace {

struct Row {
  std::string_view module;
  std::string_view starts;  // devices of this vendor; "" none
};
constexpr std::array kRows = {Row{"cpu", ""}, Row{"cuda", "NVIDIA"}, Row{"hip", "AMD"},
                              Row{"sim", ""}};

bool starts(const std::string& module, const Device& device) {
  const auto row = std::ranges::find(kRows, module, &Row::module);
  return row == kRows.end() || row->starts == device.vendor;
}

}  // namespace

std::optional<std::string> would_wake(const std::string& module,
                                      const std::vector<Inventory>& probed) {
  for (const Inventory& inventory : probed) {
    for (const Finding& finding : inventory.findings) {
      if (finding.code != "device.asleep") continue;
      const Device* const device = find_device(inventory, {finding.subject});
      if (device == nullptr || !starts(module, *device)) continue;
      return fmt::format("not asked: {} sleeps, and would be woken", finding.subject);
    }
  }
  return std::nullopt;
}

}  // namespace tpp
