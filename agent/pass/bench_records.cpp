#include "agent/pass/bench_records.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "agent/boards/serial_number.h"
#include "agent/support/error.h"
#include "agent/support/text.h"

namespace tpp::record {
namespace {

using nlohmann::json;

constexpr int kProtocol = 1;

template <class T>
std::optional<T> optional_member(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) return std::nullopt;
  return found->get<T>();
}

// Finite, or the record is refused: an infinity is no rate.
std::optional<double> number(const json& object, const char* name) {
  const auto value = optional_member<double>(object, name);
  if (value && !std::isfinite(*value)) throw Error(fmt::format("{} is not finite", name));
  return value;
}

double required_number(const json& object, const char* name) {
  const auto value = number(object, name);
  if (!value) throw Error(fmt::format("{} is missing", name));
  return *value;
}

BenchmarkId benchmark(const json& object) {
  const auto text = object.at("benchmark").get<std::string>();
  const auto id = parse_benchmark_id(text);
  if (!id) throw Error(fmt::format("'{}' is no benchmark name", text));
  return *id;
}

Quantity quantity(const json& object) {
  return object.value("quantity", std::string("operations")) == "bytes" ? Quantity::bytes
                                                                        : Quantity::operations;
}

std::optional<Interval> interval(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end()) return std::nullopt;
  const auto ends = found->get<std::array<double, 2>>();
  if (!std::isfinite(ends[0]) || !std::isfinite(ends[1])) {
    throw Error(fmt::format("{} is not finite", name));
  }
  return Interval{ends[0], ends[1]};
}

DeviceKind device_kind(const std::string& name) {
  if (name == "gpu") return DeviceKind::gpu;
  if (name == "cpu") return DeviceKind::cpu;
  if (name == "accelerator") return DeviceKind::accelerator;
  throw Error(fmt::format("'{}' is no kind of device", name));
}

// A name of a board or a package; "" where it is a word for none, which all would share that have
// none.
std::string name_told(const json& object, const char* member) {
  std::string name = object.value(member, "");
  return is_word_for_none(name) ? "" : name;
}

// "0000:07:00.0 0000:05:00.0#3", the device first.
std::optional<BusPlace> place(const json& object) {
  BusPlace place;
  for (const std::string& word : split(object.value("bus_way", ""), ' ')) {
    if (word.empty()) continue;
    const auto mark = word.find('#');
    BusStep step{word.substr(0, mark), std::nullopt};
    if (mark != std::string::npos) step.slot = word.substr(mark + 1);
    place.way.push_back(std::move(step));
  }
  if (const auto socket = optional_member<std::string>(object, "host_socket")) {
    place.socket = DeviceId{*socket};
  }
  if (place.way.empty()) return std::nullopt;
  place.address = place.way.front().address;
  return place;
}

std::optional<DeviceLabels> labels(const json& object) {
  DeviceLabels labels;
  labels.module_id = optional_member<int>(object, "module_id");
  labels.link_group = optional_member<std::string>(object, "link_group");
  return labels.module_id || labels.link_group ? std::optional(labels) : std::nullopt;
}

Record device(const json& object) {
  DeviceSeen seen;
  Device& device = seen.device;
  device.id.value = object.at("id").get<std::string>();
  device.kind = device_kind(object.at("kind").get<std::string>());
  device.name = object.value("name", "");
  device.vendor = object.value("vendor", "");
  device.architecture = optional_member<std::string>(object, "architecture");
  device.unit_kind = optional_member<std::string>(object, "unit_kind");
  device.units = optional_member<int>(object, "units");
  device.max_clock_hz = number(object, "max_clock_hz");
  device.pci_id = optional_member<std::string>(object, "pci_id");
  device.uuid = optional_member<std::string>(object, "uuid");
  device.serial = optional_member<std::string>(object, "serial");
  device.driver_version = optional_member<std::string>(object, "driver_version");
  device.memory_bytes = optional_member<std::uint64_t>(object, "memory_bytes");
  device.memory_bus_bits = optional_member<int>(object, "memory_bus_bits");
  device.memory_transfers_per_s = number(object, "memory_transfers_per_s");
  device.slice = object.value("slice", false);
  device.slice_reason = object.value("slice_reason", "");
  device.simulated = object.value("simulated", false);
  device.forced = object.value("forced", false);
  device.labels = labels(object);
  seen.place = place(object);
  seen.board_id = name_told(object, "board_id");
  seen.package_id = name_told(object, "package_id");
  // The flag can only say yes: its absence says nothing.
  if (object.value("datacenter", false)) seen.datacenter = true;
  seen.portable = object.value("portable", false);
  seen.die = object.value("die", false);
  // A module may set this flag alone; the die is no more the whole for it.
  if (seen.die && !device.slice) {
    device.slice = true;
    device.slice_reason = "one die of a package that has several";
  }
  return seen;
}

Unsupported unsupported(const json& object) {
  return {.by = object.at("by").get<std::string>(),
          .reason = object.at("reason").get<std::string>()};
}

Record planned(const json& object) {
  Planned plan{.benchmark = benchmark(object)};
  if (object.at("status") == "unsupported") plan.unsupported = unsupported(object);
  plan.generic = object.value("generic", false);
  plan.emulated = object.value("emulated", false);
  plan.quantity = quantity(object);
  plan.expected_s = number(object, "expected_s").value_or(0);
  return plan;
}

Rate rate(const json& object) {
  Rate rate;
  rate.quantity = quantity(object);
  rate.per_second = required_number(object, "per_second");
  rate.interval = interval(object, "interval").value_or(Interval{rate.per_second, rate.per_second});
  rate.bootstrap = object.value("bootstrap", false);
  rate.batches = object.at("batches").get<int>();
  rate.steady = object.value("steady", false);
  rate.sustained_s = number(object, "sustained_s").value_or(0);
  rate.clock_hz = number(object, "clock_hz");
  rate.per_clock_per_unit = number(object, "per_clock_per_unit");
  rate.per_clock_interval = interval(object, "per_clock_interval");
  rate.snapped_per_clock = number(object, "snapped_per_clock");
  rate.units = object.at("units").get<int>();
  rate.max_error = required_number(object, "max_error");
  rate.error_bound = required_number(object, "error_bound");
  rate.checked_values = object.at("checked_values").get<int>();
  rate.generic = object.value("generic", false);
  rate.emulated = object.value("emulated", false);
  rate.suspect = optional_member<std::string>(object, "suspect");
  rate.timer_ratio = number(object, "timer_ratio").value_or(1);
  rate.path = object.value("path", "");
  // A rate without a verified product is no rate, whatever the child calls it.
  if (rate.per_second <= 0 || rate.checked_values < 1 || rate.max_error > rate.error_bound) {
    throw Error("a rate without a verified product");
  }
  return rate;
}

Record outcome(const json& object) {
  OutcomeOf of{.benchmark = benchmark(object), .outcome = Failed{}, .wall_s = 0};
  of.wall_s = number(object, "wall_s").value_or(0);
  if (const auto counted = object.find("counted"); counted != object.end()) {
    of.counted = {.begin_ns = counted->at("begin_ns").get<std::uint64_t>(),
                  .end_ns = counted->at("end_ns").get<std::uint64_t>()};
  }
  const auto status = object.at("status").get<std::string>();
  if (status == "rate") {
    of.outcome = rate(object.at("rate"));
  } else if (status == "unsupported") {
    of.outcome = unsupported(object);
  } else if (status == "failed") {
    of.outcome = Failed{object.at("reason").get<std::string>()};
    of.cause = object.value("cause", "");
  } else {
    throw Error(fmt::format("'{}' is no status", status));
  }
  return of;
}

Record hello(const json& object) {
  if (object.at("protocol").get<int>() != kProtocol) throw Error("another protocol version");
  Hello hello{.backend = object.at("backend").get<std::string>(),
              .method_version = object.at("method_version").get<std::string>()};
  if (const auto found = object.find("visibility"); found != object.end()) {
    hello.visibility = Visibility{.variable = found->at("variable").get<std::string>(),
                                  .vendor = found->at("vendor").get<std::string>()};
  }
  return hello;
}

Record progress(const json& object) {
  return Progress{.benchmark = benchmark(object),
                  .phase = object.value("phase", ""),
                  .fraction = number(object, "fraction").value_or(0),
                  .per_second = number(object, "per_second")};
}

Record libraries(const json& object) {
  Libraries libraries;
  for (const json& file : object.at("files")) {
    libraries.files.push_back(
        {.path = file.at("path").get<std::string>(), .deleted = file.value("deleted", false)});
  }
  return libraries;
}

Record check(const json& object) {
  return Check{.device = object.at("device").get<std::string>(),
               .name = object.at("name").get<std::string>(),
               .passed = object.at("passed").get<bool>(),
               .detail = object.value("detail", "")};
}

struct Kind {
  const char* name;
  Record (*read)(const json&);
};
constexpr std::array kKinds = {
    Kind{"hello", hello},
    Kind{"device", device},
    Kind{"plan", planned},
    Kind{"begin", [](const json& o) -> Record { return Begin{benchmark(o)}; }},
    Kind{"progress", progress},
    Kind{"outcome", outcome},
    Kind{"unavailable",
         [](const json& o) -> Record { return Unavailable{o.at("reason").get<std::string>()}; }},
    Kind{"libraries", libraries},
    Kind{"check", check},
    Kind{"end", [](const json&) -> Record { return End{}; }},
};

}  // namespace

Record parse(std::string_view line) {
  try {
    const json object = json::parse(line);
    const auto name = object.at("record").get<std::string>();
    for (const Kind& kind : kKinds) {
      if (name == kind.name) return kind.read(object);
    }
    throw Error(fmt::format("unknown record '{}'", name));
  } catch (const json::exception& error) {
    throw Error(fmt::format("not a record of tpp-bench: {}", error.what()));
  }
}

std::optional<std::vector<MappedFile>> code_in_line(std::string_view line) {
  if (!line.starts_with("{\"record\":")) return std::nullopt;
  Record record = parse(line);
  auto* used = std::get_if<Libraries>(&record);
  return used == nullptr ? std::vector<MappedFile>() : std::move(used->files);
}

}  // namespace tpp::record
