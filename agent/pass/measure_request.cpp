#include "agent/pass/measure_request.h"

#include <fmt/format.h>

#include <cstddef>
#include <nlohmann/json.hpp>

#include "agent/support/error.h"

namespace tpp {
namespace {

using nlohmann::json;

constexpr std::size_t kMostDevices = 256;

bool flag(const json& measure, const char* name) {
  const auto value = measure.find(name);
  if (value == measure.end()) return false;
  if (!value->is_boolean()) throw Error(fmt::format("\"{}\" is neither true nor false", name));
  return value->get<bool>();
}

}  // namespace

MeasureRequest parse_measure_request(std::string_view line) {
  const json value = json::parse(line, nullptr, false);
  if (!value.is_object() || value.size() != 1 || !value.contains("measure") ||
      !value["measure"].is_object()) {
    throw Error("the request is no line of the form {\"measure\": {...}}");
  }
  MeasureRequest request;
  for (const auto& [name, member] : value["measure"].items()) {
    if (name != "devices" && name != "full" && name != "force") {
      throw Error(fmt::format("\"{}\" is not known; expected devices, full or force", name));
    }
  }
  request.full = flag(value["measure"], "full");
  request.force = flag(value["measure"], "force");
  const json devices = value["measure"].value("devices", json::array());
  if (!devices.is_array() || devices.size() > kMostDevices) {
    throw Error(fmt::format("\"devices\" is no list of at most {} ids", kMostDevices));
  }
  for (const json& device : devices) {
    if (!device.is_string() || device.get_ref<const std::string&>().empty()) {
      throw Error("\"devices\" holds something that is no id");
    }
    request.devices.push_back(device.get<std::string>());
  }
  return request;
}

std::string to_line(const MeasureRequest& request) {
  const json value = {
      {"measure",
       {{"devices", request.devices}, {"full", request.full}, {"force", request.force}}}};
  return value.dump(-1, ' ', false, json::error_handler_t::replace) + '\n';
}

}  // namespace tpp
