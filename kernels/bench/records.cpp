#include "kernels/bench/records.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>

namespace tpp::bench {
namespace {

using nlohmann::ordered_json;

std::string line(const ordered_json& record) {
  return record.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

ordered_json about(const char* record, const std::string& benchmark) {
  return {{"record", record}, {"benchmark", benchmark}};
}

void put_text(ordered_json& json, const char* name, const std::string& value) {
  if (!value.empty()) json[name] = value;
}

template <class Number>
void put_number(ordered_json& json, const char* name, Number value) {
  if (value > 0) json[name] = value;
}

template <class Value>
void put(ordered_json& json, const char* name, const std::optional<Value>& value) {
  if (value) json[name] = *value;
}

struct DeviceFlag {
  std::uint32_t bit;
  const char* name;
};

constexpr DeviceFlag kDeviceFlags[] = {
    {TPP_DEVICE_SIMULATED, "simulated"}, {TPP_DEVICE_SLICE, "slice"},
    {TPP_DEVICE_FORCED, "forced"},       {TPP_DEVICE_DATACENTER, "datacenter"},
    {TPP_DEVICE_PORTABLE, "portable"},   {TPP_DEVICE_DIE, "die"},
};

ordered_json rate_json(const Rate& rate) {
  ordered_json json = {{"quantity", rate.bytes ? "bytes" : "operations"},
                       {"per_second", rate.per_second},
                       {"interval", rate.interval},
                       {"bootstrap", rate.bootstrap},
                       {"batches", rate.batches},
                       {"steady", rate.steady},
                       {"sustained_s", rate.sustained_s},
                       {"units", rate.units},
                       {"max_error", rate.max_error},
                       {"error_bound", rate.error_bound},
                       {"checked_values", rate.checked_values},
                       {"generic", rate.generic},
                       {"emulated", rate.emulated},
                       {"timer_ratio", rate.timer_ratio},
                       {"path", rate.path}};
  put(json, "clock_hz", rate.clock_hz);
  put(json, "per_clock_per_unit", rate.per_clock_per_unit);
  put(json, "per_clock_interval", rate.per_clock_interval);
  put(json, "snapped_per_clock", rate.snapped_per_clock);
  put(json, "suspect", rate.suspect);
  return json;
}

void add_outcome(ordered_json& json, const Rate& rate) {
  json["status"] = "rate";
  json["rate"] = rate_json(rate);
}

void add_outcome(ordered_json& json, const Unsupported& unsupported) {
  json["status"] = "unsupported";
  json["by"] = unsupported.by;
  json["reason"] = unsupported.reason;
}

void add_outcome(ordered_json& json, const Failed& failed) {
  json["status"] = "failed";
  json["reason"] = failed.reason;
  put_text(json, "cause", failed.cause);
}

}  // namespace

std::string hello_record(const Backend& backend) {
  ordered_json json = {{"record", "hello"},
                       {"protocol", 1},
                       {"backend", backend.name()},
                       {"method_version", backend.method_version()},
                       {"module", backend.path().string()},
                       {"abi", backend.abi()}};
  if (const auto visibility = backend.visibility()) {
    json["visibility"] = {{"variable", visibility->variable}, {"vendor", visibility->vendor}};
  }
  return line(json);
}

std::string device_record(const tpp_device_info& device) {
  ordered_json json = {{"record", "device"}, {"id", text(device.id)}, {"kind", text(device.kind)}};
  put_text(json, "name", text(device.name));
  put_text(json, "vendor", text(device.vendor));
  put_text(json, "architecture", text(device.architecture));
  put_text(json, "unit_kind", text(device.unit_kind));
  put_text(json, "pci_id", text(device.pci_id));
  put_text(json, "uuid", text(device.uuid));
  put_text(json, "serial", text(device.serial));
  put_text(json, "board_id", text(device.board_id));
  put_text(json, "package_id", text(device.package_id));
  put_text(json, "driver_version", text(device.driver_version));
  put_text(json, "slice_reason", text(device.slice_reason));
  put_text(json, "bus_way", text(device.bus_way));
  put_text(json, "host_socket", text(device.host_socket));
  put_text(json, "link_group", text(device.link_group));
  put_number(json, "module_id", device.module_id);
  put_number(json, "units", device.units);
  put_number(json, "memory_bus_bits", device.memory_bus_bits);
  put_number(json, "memory_bytes", device.memory_bytes);
  put_number(json, "max_clock_hz", device.max_clock_hz);
  put_number(json, "memory_transfers_per_s", device.memory_transfers_per_s);
  for (const DeviceFlag& flag : kDeviceFlags) json[flag.name] = (device.flags & flag.bit) != 0;
  return line(json);
}

std::string plan_record(const Planned& planned, const Policy& policy) {
  const tpp_benchmark_info& info = planned.info;
  const bool ready = info.status == TPP_OK;
  ordered_json json = about("plan", planned.name);
  json["status"] = ready ? "ready" : "unsupported";
  if (!ready) {
    json["by"] = text(info.unsupported_by);
    json["reason"] = text(info.reason);
  }
  json["variants"] = info.variants;
  json["generic"] = (info.flags & TPP_BENCHMARK_GENERIC) != 0;
  json["emulated"] = (info.flags & TPP_BENCHMARK_EMULATED) != 0;
  json["quantity"] = (info.flags & TPP_BENCHMARK_BYTES) != 0 ? "bytes" : "operations";
  json["expected_s"] = ready ? expected_s(policy, info.variants > 1) : 0;
  return line(json);
}

std::string begin_record(const std::string& benchmark) { return line(about("begin", benchmark)); }

std::string progress_record(const std::string& benchmark, const Progress& progress) {
  ordered_json json = about("progress", benchmark);
  json["phase"] = progress.phase;
  json["fraction"] = progress.fraction;
  put(json, "per_second", progress.per_second);
  return line(json);
}

std::string outcome_record(const std::string& benchmark, const Sampled& sampled) {
  ordered_json json = about("outcome", benchmark);
  std::visit([&json](const auto& value) { add_outcome(json, value); }, sampled.outcome);
  json["wall_s"] = sampled.wall_s;
  if (sampled.counted) {
    json["counted"] = {{"begin_ns", sampled.counted->begin_ns},
                       {"end_ns", sampled.counted->end_ns}};
  }
  return line(json);
}

std::string unavailable_record(const std::string& reason) {
  return line({{"record", "unavailable"}, {"reason", reason}});
}

std::string check_record(const SelftestCheck& check) {
  return line({{"record", "check"},
               {"device", check.device},
               {"name", check.name},
               {"passed", check.passed},
               {"detail", check.detail}});
}

std::string libraries_record(const std::vector<MappedFile>& mapped) {
  ordered_json files = ordered_json::array();
  for (const MappedFile& file : mapped) {
    files.push_back({{"path", file.path}, {"deleted", file.deleted}});
  }
  return line({{"record", "libraries"}, {"files", files}});
}

std::string end_record() { return line({{"record", "end"}}); }

void RecordWriter::write(const std::string& record) const {
  if (!fd_) return;
  const std::string with_end = record + '\n';
  std::string_view rest = with_end;
  while (!rest.empty()) {  // one write, but for a signal or a record beyond what a full pipe takes
    const ssize_t done = ::write(*fd_, rest.data(), rest.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) {
      throw Error(
          fmt::format("cannot write a record to descriptor {}: {}", *fd_, std::strerror(errno)));
    }
    rest.remove_prefix(static_cast<std::size_t>(done));
  }
}

}  // namespace tpp::bench
