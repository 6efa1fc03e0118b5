// Which members each struct of the vocabulary has in JSON: one row a member, read by the writer and
// the reader (report_json_write.cpp, report_json_read.cpp) alike, so that no member is named twice.
#ifndef TPP_EXPORTERS_JSON_FIELDS_H
#define TPP_EXPORTERS_JSON_FIELDS_H

#include <tuple>
#include <type_traits>

#include "agent/model/report.h"
#include "exporters/member_count.h"

namespace tpp::json_form {

template <class Struct, class Member>
struct Field {
  const char* name;
  Member Struct::*member;
};

template <class Struct, class Member>
constexpr Field<Struct, Member> field(const char* name, Member Struct::*member) {
  return {name, member};
}

// The table of a struct; types without a specialisation are written by rules of their own.
template <class Struct>
struct Fields;

template <class T>
concept HasFields = requires {
  Fields<T>::rows;
};

#define TPP_FIELD(member) field(#member, &Self::member)

template <>
struct Fields<Finding> {
  using Self = Finding;
  static constexpr auto rows =
      std::tuple(TPP_FIELD(code), field("class", &Self::finding_class), TPP_FIELD(severity),
                 TPP_FIELD(subject), TPP_FIELD(message));
};

template <>
struct Fields<KernelDriver> {
  using Self = KernelDriver;
  static constexpr auto rows =
      std::tuple(TPP_FIELD(name), TPP_FIELD(version), TPP_FIELD(source_version));
};

template <>
struct Fields<NodeIdentity> {
  using Self = NodeIdentity;
  static constexpr auto rows = std::tuple(
      TPP_FIELD(vendor), TPP_FIELD(product), TPP_FIELD(product_version), TPP_FIELD(serial),
      TPP_FIELD(uuid), TPP_FIELD(board_vendor), TPP_FIELD(board), TPP_FIELD(board_version),
      TPP_FIELD(board_serial), TPP_FIELD(chassis_vendor), TPP_FIELD(chassis_serial));
};

template <>
struct Fields<Node> {
  using Self = Node;
  static constexpr auto rows = std::tuple(
      TPP_FIELD(hostname), TPP_FIELD(kernel), TPP_FIELD(machine), TPP_FIELD(hypervisor),
      TPP_FIELD(memory_bytes), TPP_FIELD(topology), TPP_FIELD(kernel_drivers), TPP_FIELD(identity));
};

template <>
struct Fields<DeviceLabels> {
  using Self = DeviceLabels;
  static constexpr auto rows =
      std::tuple(TPP_FIELD(board_id), TPP_FIELD(multi_gpu_board), TPP_FIELD(board_part_number),
                 TPP_FIELD(subsystem_id), TPP_FIELD(vbios_version), TPP_FIELD(inforom_version),
                 TPP_FIELD(gsp_firmware_version), TPP_FIELD(module_id), TPP_FIELD(link_group),
                 TPP_FIELD(chassis_serial), TPP_FIELD(slot), TPP_FIELD(tray), TPP_FIELD(host));
};

template <>
struct Fields<DeviceLimits> {
  using Self = DeviceLimits;
  static constexpr auto rows = std::tuple(
      TPP_FIELD(power_limit_w), TPP_FIELD(default_power_limit_w), TPP_FIELD(application_clock_hz),
      TPP_FIELD(default_application_clock_hz), TPP_FIELD(overdrive_percent));
};

template <>
struct Fields<DeviceState> {
  using Self = DeviceState;
  static constexpr auto rows = std::tuple(
      TPP_FIELD(ecc_enabled), TPP_FIELD(uncorrected_errors), TPP_FIELD(retired_pages),
      TPP_FIELD(remapped_rows), TPP_FIELD(repair_pending), TPP_FIELD(repair_failed),
      TPP_FIELD(clock_hz), TPP_FIELD(temperature_c), TPP_FIELD(power_w), TPP_FIELD(utilization),
      TPP_FIELD(memory_used_bytes), TPP_FIELD(clock_limits), TPP_FIELD(processes),
      TPP_FIELD(sharing_processes), TPP_FIELD(partitioned), TPP_FIELD(compute_partition),
      TPP_FIELD(memory_partition), TPP_FIELD(virtualization), TPP_FIELD(confidential_computing),
      TPP_FIELD(persistence), TPP_FIELD(compute_mode), TPP_FIELD(performance_level));
};

template <>
struct Fields<TelemetrySample> {
  using Self = TelemetrySample;
  static constexpr auto rows =
      std::tuple(TPP_FIELD(at_ns), TPP_FIELD(clock_hz), TPP_FIELD(memory_clock_hz),
                 TPP_FIELD(power_w), TPP_FIELD(energy_j), TPP_FIELD(temperature_c),
                 TPP_FIELD(memory_temperature_c), TPP_FIELD(utilization), TPP_FIELD(processes),
                 TPP_FIELD(memory_used_bytes), TPP_FIELD(clock_limits));
};

template <>
struct Fields<ClockLimit> {
  using Self = ClockLimit;
  static constexpr auto rows = std::tuple(TPP_FIELD(reason), TPP_FIELD(share));
};

template <>
struct Fields<Telemetry> {
  using Self = Telemetry;
  static constexpr auto rows =
      std::tuple(TPP_FIELD(source), TPP_FIELD(samples), TPP_FIELD(clock_hz),
                 TPP_FIELD(memory_clock_hz), TPP_FIELD(power_w), TPP_FIELD(temperature_c),
                 TPP_FIELD(memory_temperature_c), TPP_FIELD(utilization), TPP_FIELD(clock_limits));
};

template <>
struct Fields<Device> {
  using Self = Device;
  static constexpr auto rows = std::tuple(
      TPP_FIELD(id), TPP_FIELD(package), TPP_FIELD(board), TPP_FIELD(kind), TPP_FIELD(name),
      TPP_FIELD(vendor), TPP_FIELD(architecture), TPP_FIELD(unit_kind), TPP_FIELD(units),
      TPP_FIELD(whole_units), TPP_FIELD(max_clock_hz), TPP_FIELD(pci_id), TPP_FIELD(uuid),
      TPP_FIELD(serial), TPP_FIELD(driver_version), TPP_FIELD(memory_bytes),
      TPP_FIELD(memory_bus_bits), TPP_FIELD(memory_transfers_per_s),
      TPP_FIELD(last_level_cache_bytes), TPP_FIELD(labels), TPP_FIELD(limits), TPP_FIELD(state),
      TPP_FIELD(slice), TPP_FIELD(slice_reason), TPP_FIELD(simulated), TPP_FIELD(forced),
      TPP_FIELD(backend), TPP_FIELD(seen_by));
};

template <>
struct Fields<Board> {
  using Self = Board;
  static constexpr auto rows =
      std::tuple(TPP_FIELD(id), TPP_FIELD(name), TPP_FIELD(devices), TPP_FIELD(grouped_by),
                 TPP_FIELD(grouping_reason), TPP_FIELD(datacenter), TPP_FIELD(expected_devices),
                 TPP_FIELD(uncertain), TPP_FIELD(baseboard));
};

template <>
struct Fields<BusStep> {
  using Self = BusStep;
  static constexpr auto rows = std::tuple(TPP_FIELD(address), TPP_FIELD(slot));
};

template <>
struct Fields<BusPlace> {
  using Self = BusPlace;
  static constexpr auto rows =
      std::tuple(TPP_FIELD(address), TPP_FIELD(way), TPP_FIELD(pci_id), TPP_FIELD(subsystem_id),
                 TPP_FIELD(socket), TPP_FIELD(physical_function));
};

template <>
struct Fields<Module> {
  using Self = Module;
  static constexpr auto rows =
      std::tuple(TPP_FIELD(name), TPP_FIELD(path), TPP_FIELD(state), TPP_FIELD(reason));
};

template <>
struct Fields<NumaNode> {
  using Self = NumaNode;
  static constexpr auto rows = std::tuple(TPP_FIELD(number), TPP_FIELD(memory_bytes));
};

template <>
struct Fields<PciObject> {
  using Self = PciObject;
  static constexpr auto rows =
      std::tuple(TPP_FIELD(kind), TPP_FIELD(address), TPP_FIELD(upstream), TPP_FIELD(pci_id),
                 TPP_FIELD(class_code), TPP_FIELD(name), TPP_FIELD(numa_nodes),
                 TPP_FIELD(link_bytes_per_s), TPP_FIELD(link_lanes), TPP_FIELD(os_devices));
};

template <>
struct Fields<NodeTopology> {
  using Self = NodeTopology;
  static constexpr auto rows =
      std::tuple(TPP_FIELD(source), TPP_FIELD(origin), TPP_FIELD(numa_nodes), TPP_FIELD(pci));
};

template <>
struct Fields<Inventory> {
  using Self = Inventory;
  static constexpr auto rows =
      std::tuple(TPP_FIELD(node), TPP_FIELD(modules), TPP_FIELD(devices), TPP_FIELD(boards),
                 TPP_FIELD(findings), TPP_FIELD(topology), TPP_FIELD(bus));
};

template <>
struct Fields<BenchmarkId> {
  using Self = BenchmarkId;
  static constexpr auto rows =
      std::tuple(TPP_FIELD(device), TPP_FIELD(kernel), TPP_FIELD(subject), TPP_FIELD(accumulator));
};

// Equal to the "rate" object of tpp-bench's records (kernels/bench/README.md).
template <>
struct Fields<Rate> {
  using Self = Rate;
  static constexpr auto rows = std::tuple(
      TPP_FIELD(quantity), TPP_FIELD(per_second), TPP_FIELD(interval), TPP_FIELD(bootstrap),
      TPP_FIELD(batches), TPP_FIELD(steady), TPP_FIELD(sustained_s), TPP_FIELD(clock_hz),
      TPP_FIELD(per_clock_per_unit), TPP_FIELD(per_clock_interval), TPP_FIELD(snapped_per_clock),
      TPP_FIELD(units), TPP_FIELD(max_error), TPP_FIELD(error_bound), TPP_FIELD(checked_values),
      TPP_FIELD(generic), TPP_FIELD(emulated), TPP_FIELD(suspect), TPP_FIELD(timer_ratio),
      TPP_FIELD(path));
};

template <>
struct Fields<Measurement> {
  using Self = Measurement;
  static constexpr auto rows =
      std::tuple(TPP_FIELD(id), TPP_FIELD(backend), TPP_FIELD(method_version), TPP_FIELD(outcome),
                 TPP_FIELD(wall_s), TPP_FIELD(command), TPP_FIELD(telemetry), TPP_FIELD(taken_at));
};

template <>
struct Fields<LibraryUse> {
  using Self = LibraryUse;
  static constexpr auto rows = std::tuple(
      TPP_FIELD(path), TPP_FIELD(sha256), TPP_FIELD(used_by), TPP_FIELD(owner_uid),
      TPP_FIELD(build_id), TPP_FIELD(trust), TPP_FIELD(trust_reason), TPP_FIELD(carried_for));
};

template <>
struct Fields<Figure> {
  using Self = Figure;
  static constexpr auto rows =
      std::tuple(TPP_FIELD(value), TPP_FIELD(confidence), TPP_FIELD(source), TPP_FIELD(bound));
};

// Without `details`, on which no verdict rests: they stand in the catalogue.
template <>
struct Fields<Chip> {
  using Self = Chip;
  static constexpr auto rows = std::tuple(
      TPP_FIELD(id), TPP_FIELD(vendor), TPP_FIELD(name), TPP_FIELD(kind), TPP_FIELD(datacenter),
      TPP_FIELD(pci_ids), TPP_FIELD(reported_names), TPP_FIELD(devices_per_package),
      TPP_FIELD(packages_per_board), TPP_FIELD(nonplanar), TPP_FIELD(applicable_die_area_mm2),
      TPP_FIELD(computing_die_area_mm2), TPP_FIELD(units), TPP_FIELD(unit_kind),
      TPP_FIELD(boost_clock_hz), TPP_FIELD(matrix_clock_hz), TPP_FIELD(board_power_w),
      TPP_FIELD(memory_bytes), TPP_FIELD(memory_bandwidth), TPP_FIELD(declared),
      TPP_FIELD(per_clock_per_unit), TPP_FIELD(declared_vector), TPP_FIELD(note),
      TPP_FIELD(origin));
};

template <>
struct Fields<PrecisionRate> {
  using Self = PrecisionRate;
  static constexpr auto rows =
      std::tuple(TPP_FIELD(precision), TPP_FIELD(ops_per_second), TPP_FIELD(interval),
                 TPP_FIELD(deciding), TPP_FIELD(only_over), TPP_FIELD(origin));
};

template <>
struct Fields<TppReading> {
  using Self = TppReading;
  static constexpr auto rows =
      std::tuple(TPP_FIELD(tf32_bits), TPP_FIELD(board_sum), TPP_FIELD(processing_units),
                 TPP_FIELD(value), TPP_FIELD(interval), TPP_FIELD(precision), TPP_FIELD(confidence),
                 TPP_FIELD(deciding_value), TPP_FIELD(deciding_interval));
};

template <>
struct Fields<GridCheck> {
  using Self = GridCheck;
  static constexpr auto rows =
      std::tuple(TPP_FIELD(precision), TPP_FIELD(measured_per_clock), TPP_FIELD(declared_per_clock),
                 TPP_FIELD(confidence), TPP_FIELD(can_show_less), TPP_FIELD(kernel));
};

template <>
struct Fields<BoardFacts> {
  using Self = BoardFacts;
  static constexpr auto rows = std::tuple(
      TPP_FIELD(kind), TPP_FIELD(simulated), TPP_FIELD(datacenter), TPP_FIELD(datacenter_doubt),
      TPP_FIELD(nonplanar), TPP_FIELD(identity_agrees), TPP_FIELD(identity_missing),
      TPP_FIELD(identity_differs), TPP_FIELD(units_differ), TPP_FIELD(confidence_raised),
      TPP_FIELD(partial), TPP_FIELD(board_uncertain), TPP_FIELD(failed), TPP_FIELD(suspect),
      TPP_FIELD(overtaken), TPP_FIELD(untrusted), TPP_FIELD(undeclared),
      TPP_FIELD(outcomes_missing), TPP_FIELD(grid), TPP_FIELD(claimed_tpp));
};

template <>
struct Fields<Tpp> {
  using Self = Tpp;
  static constexpr auto rows =
      std::tuple(TPP_FIELD(value), TPP_FIELD(interval), TPP_FIELD(precision), TPP_FIELD(precisions),
                 TPP_FIELD(best_then_sum), TPP_FIELD(sum_then_best), TPP_FIELD(complete),
                 TPP_FIELD(tf32_at_19), TPP_FIELD(confidence), TPP_FIELD(readings));
};

template <>
struct Fields<DeclaredProduct> {
  using Self = DeclaredProduct;
  static constexpr auto rows =
      std::tuple(TPP_FIELD(chip), TPP_FIELD(devices), TPP_FIELD(tpp), TPP_FIELD(die_area_mm2),
                 TPP_FIELD(computing_die_area_mm2), TPP_FIELD(datacenter),
                 TPP_FIELD(datacenter_doubt), TPP_FIELD(nonplanar));
};

template <>
struct Fields<BoardPerformance> {
  using Self = BoardPerformance;
  static constexpr auto rows = std::tuple(
      TPP_FIELD(board), TPP_FIELD(chip), TPP_FIELD(rates), TPP_FIELD(tpp), TPP_FIELD(die_area_mm2),
      TPP_FIELD(computing_die_area_mm2), TPP_FIELD(density), TPP_FIELD(memory_bandwidth),
      TPP_FIELD(match_reason), TPP_FIELD(facts), TPP_FIELD(candidates), TPP_FIELD(parts));
};

template <>
struct Fields<Condition> {
  using Self = Condition;
  static constexpr auto rows =
      std::tuple(TPP_FIELD(quantity), TPP_FIELD(op), TPP_FIELD(threshold), TPP_FIELD(citation));
};

template <>
struct Fields<Standing> {
  using Self = Standing;
  static constexpr auto rows =
      std::tuple(TPP_FIELD(citation), TPP_FIELD(text_verified), TPP_FIELD(unverified),
                 TPP_FIELD(in_text), TPP_FIELD(enforced), TPP_FIELD(from), TPP_FIELD(to));
};

template <>
struct Fields<Provision> {
  using Self = Provision;
  static constexpr auto rows = std::tuple(TPP_FIELD(paragraph), TPP_FIELD(gives), TPP_FIELD(rank),
                                          TPP_FIELD(all), TPP_FIELD(standing), TPP_FIELD(item));
};

template <>
struct Fields<Exclusion> {
  using Self = Exclusion;
  static constexpr auto rows =
      std::tuple(TPP_FIELD(note), TPP_FIELD(excludes), TPP_FIELD(all), TPP_FIELD(standing));
};

template <>
struct Fields<ReadingOption> {
  using Self = ReadingOption;
  static constexpr auto rows = std::tuple(TPP_FIELD(name), TPP_FIELD(ground));
};

template <>
struct Fields<Reading> {
  using Self = Reading;
  static constexpr auto rows = std::tuple(TPP_FIELD(name), TPP_FIELD(question), TPP_FIELD(options),
                                          TPP_FIELD(default_option));
};

template <>
struct Fields<Rule> {
  using Self = Rule;
  static constexpr auto rows =
      std::tuple(TPP_FIELD(id), TPP_FIELD(title), TPP_FIELD(citation), TPP_FIELD(in_force_from),
                 TPP_FIELD(in_force_to), TPP_FIELD(known_through), TPP_FIELD(provisions),
                 TPP_FIELD(exclusions), TPP_FIELD(below_text), TPP_FIELD(not_controlled_text),
                 TPP_FIELD(figures_only), TPP_FIELD(readings), TPP_FIELD(origin));
};

template <>
struct Fields<Comparison> {
  using Self = Comparison;
  static constexpr auto rows = std::tuple(
      TPP_FIELD(paragraph), TPP_FIELD(quantity), TPP_FIELD(basis), TPP_FIELD(value),
      TPP_FIELD(interval), TPP_FIELD(op), TPP_FIELD(threshold), TPP_FIELD(truth), TPP_FIELD(margin),
      TPP_FIELD(within_uncertainty), TPP_FIELD(citation), TPP_FIELD(note));
};

template <>
struct Fields<Verdict> {
  using Self = Verdict;
  static constexpr auto rows =
      std::tuple(TPP_FIELD(board), TPP_FIELD(rule), TPP_FIELD(kind), TPP_FIELD(classification),
                 TPP_FIELD(rendered), TPP_FIELD(paragraphs), TPP_FIELD(decided_by),
                 TPP_FIELD(presumed), TPP_FIELD(assurance), TPP_FIELD(assurance_reasons),
                 TPP_FIELD(comparisons), TPP_FIELD(sensitive_to), TPP_FIELD(notes));
};

template <>
struct Fields<ThresholdValue> {
  using Self = ThresholdValue;
  static constexpr auto rows = std::tuple(TPP_FIELD(threshold), TPP_FIELD(value));
};

template <>
struct Fields<TogetherRate> {
  using Self = TogetherRate;
  static constexpr auto rows =
      std::tuple(TPP_FIELD(board), TPP_FIELD(kernel), TPP_FIELD(subject), TPP_FIELD(accumulator),
                 TPP_FIELD(quantity), TPP_FIELD(devices), TPP_FIELD(one_by_one), TPP_FIELD(at_once),
                 TPP_FIELD(overlap), TPP_FIELD(reason));
};

template <>
struct Fields<BaseboardSum> {
  using Self = BaseboardSum;
  static constexpr auto rows = std::tuple(TPP_FIELD(baseboard), TPP_FIELD(boards), TPP_FIELD(tpp));
};

template <>
struct Fields<Report> {
  using Self = Report;
  static constexpr auto rows = std::tuple(
      TPP_FIELD(schema_version), TPP_FIELD(agent_version), TPP_FIELD(method_version),
      TPP_FIELD(mode), TPP_FIELD(started_at), TPP_FIELD(duration_s), TPP_FIELD(banners),
      TPP_FIELD(inventory), TPP_FIELD(measurements), TPP_FIELD(libraries), TPP_FIELD(performances),
      TPP_FIELD(verdicts), TPP_FIELD(findings), TPP_FIELD(rules), TPP_FIELD(chips),
      TPP_FIELD(thresholds), TPP_FIELD(together), TPP_FIELD(baseboards));
};

#undef TPP_FIELD

// Members that are left out on purpose, as said at the table.
template <class T>
inline constexpr std::size_t kLeftOut = 0;
template <>
inline constexpr std::size_t kLeftOut<Chip> = 1;

// Every member of the struct has its row; asserted where structs are written.
template <HasFields T>
inline constexpr bool complete =
    member_count<T>() == std::tuple_size_v<std::remove_cvref_t<decltype(Fields<T>::rows)>> +
                             kLeftOut<T>;

// The alternatives of Outcome by the word in "status", in the order of the variant.
template <class T>
struct OutcomeName;
template <>
struct OutcomeName<Rate> {
  static constexpr const char* value = "rate";
};
template <>
struct OutcomeName<Unsupported> {
  static constexpr const char* value = "unsupported";
};
template <>
struct OutcomeName<Failed> {
  static constexpr const char* value = "failed";
};

}  // namespace tpp::json_form

#endif
