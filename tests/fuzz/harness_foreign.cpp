// What other programs, firmware, drivers and strangers hand over, as their readers take it.
#include <stdlib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "agent/pass/bench_records.h"
#include "agent/pass/code_trust.h"
#include "agent/pass/node_read_records.h"
#include "agent/pass/recorded_node.h"
#include "agent/pass/recording_masks.h"
#include "agent/support/elf_build_id.h"
#include "agent/support/error.h"
#include "agent/support/mapped_files.h"
#include "exporters/report_json.h"
#include "kernels/cpu/cgroup.h"
#include "kernels/cpu/cpuinfo.h"
#include "probes/amd/amd_address.h"
#include "probes/amd/amd_probe.h"
#include "probes/amd/gpu_metrics.h"
#include "probes/bus/bus_probe.h"
#include "probes/cpu/cpu_probe.h"
#include "probes/hwloc_topology.h"
#include "probes/nvidia/nvidia_probe.h"
#include "tests/fuzz/harness.h"

namespace tpp::fuzz {
namespace {

namespace fs = std::filesystem;

// A refusal in words of ours is as good as a value.
template <class Act>
void expect_value_or_error(const Act& act) {
  try {
    act();
  } catch (const Error& error) {
    TPP_CHECK(error.what()[0] != '\0');
  }
}

// A folder of this process, gone with it.
class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "tpp-fuzz-XXXXXX").string();
    TPP_CHECK(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~Folder() {
    std::error_code none;
    fs::remove_all(path_, none);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const fs::path& path() const { return path_; }

  void write(const std::string& file, std::string_view bytes) const {
    fs::create_directories((path_ / file).parent_path());
    std::ofstream(path_ / file, std::ios::binary) << bytes;
  }

 private:
  fs::path path_;
};

// In which the bytes of one input are put, a part each.
constexpr std::array kNodeFiles = {"proc/cpuinfo",
                                   "proc/sys/kernel/hostname",
                                   "proc/driver/nvidia/version",
                                   "sys/class/dmi/id/sys_vendor",
                                   "sys/class/dmi/id/product_serial",
                                   "sys/hypervisor/type",
                                   "sys/module/amdgpu/version",
                                   "sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq",
                                   "sys/bus/pci/devices/0000:01:00.0/vendor",
                                   "sys/bus/pci/devices/0000:01:00.0/device",
                                   "sys/bus/pci/devices/0000:01:00.0/class",
                                   "sys/bus/pci/devices/0000:01:00.0/subsystem_vendor",
                                   "sys/bus/pci/devices/0000:01:00.0/subsystem_device",
                                   "sys/bus/pci/devices/0000:01:00.0/power/runtime_status",
                                   "sys/bus/pci/devices/0000:01:00.0/numa_node",
                                   "sys/bus/pci/devices/0000:01:00.0/local_cpulist",
                                   "sys/bus/pci/slots/1/address"};

std::vector<std::string> parts_of(std::string_view bytes, std::size_t count) {
  std::vector<std::string> parts(count);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool last = i + 1 == parts.size();
    const auto end = last ? std::string_view::npos : bytes.find('\0');
    parts[i] = bytes.substr(0, end);
    if (end == std::string_view::npos) break;
    bytes.remove_prefix(end + 1);
  }
  return parts;
}

}  // namespace

void load_report(std::string_view bytes) {
  expect_value_or_error([&] {
    const std::string once = render_json(parse_report(bytes, "report"));
    TPP_CHECK(render_json(parse_report(once, "report")) == once);
  });
}

void load_inventory(std::string_view bytes) {
  expect_value_or_error([&] {
    const std::string once = render_json(parse_inventory(bytes, "inventory"));
    TPP_CHECK(render_json(parse_inventory(once, "inventory")) == once);
  });
}

void load_record(std::string_view bytes) {
  expect_value_or_error([&] { record::parse(bytes); });
  expect_value_or_error([&] { parse_sample(bytes, "sample"); });
  expect_value_or_error([&] {
    const NodeReadPart part = parse_read_record(bytes);
    TPP_CHECK(stays_inside(part.read.path));
  });
}

void load_recording(std::string_view bytes) {
  expect_value_or_error([&] {
    const std::string once =
        render_recording_manifest(parse_recording_manifest(bytes, "recording"));
    TPP_CHECK(render_recording_manifest(parse_recording_manifest(once, "recording")) == once);
  });
}

void load_answer(std::string_view bytes) {
  expect_value_or_error([&] {
    const RecordedAnswer answer = parse_recorded_answer(bytes, "answer");
    NodeRecording recording;
    recording.texts["proc/cpuinfo"] = std::string(bytes);
    recording.texts[kRecordedTopology] = std::string(bytes);
    recording.answers = {answer};
    mask(recording, "47110815");
    parse_recorded_answer(render_recorded_answer(recording.answers[0]), "masked");
  });
}

void load_topology(std::string_view bytes) {
  expect_value_or_error([&] { check_hwloc_xml(std::string(bytes), "topology"); });
}

void load_node(std::string_view bytes) {
  static const Folder folder;
  static const bool ready = [] {
    fs::copy_file(TPP_FUZZ_TOPOLOGY, folder.path() / kRecordedTopology);
    return true;
  }();
  TPP_CHECK(ready);
  static std::vector<std::string> there(kNodeFiles.size());
  const std::vector<std::string> parts = parts_of(bytes, kNodeFiles.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (parts[i] != there[i]) folder.write(kNodeFiles[i], parts[i]);
  }
  there = parts;
  const NodeFiles files(folder.path());
  // What a probe says goes to the agent as JSON, whatever bytes are in it.
  expect_value_or_error([&] {
    for (const auto probe : {+[](const NodeFiles& of) { return probe_cpu(of); },
                             +[](const NodeFiles& of) { return probe_nvidia(of); },
                             +[](const NodeFiles& of) { return probe_amd(of); }, &probe_bus}) {
      const Inventory inventory = probe(files);
      const auto replace = nlohmann::json::error_handler_t::replace;
      parse_inventory(to_json(inventory).dump(-1, ' ', false, replace), "probe");
    }
  });
}

void load_limits(std::string_view bytes) {
  static const Folder folder;
  constexpr std::array kFiles = {"proc/self/cgroup", "sys/fs/cgroup/a/cpu.max",
                                 "sys/fs/cgroup/a/memory.max", "sys/fs/cgroup/a/memory.current"};
  const std::vector<std::string> parts = parts_of(bytes, kFiles.size());
  for (std::size_t i = 0; i < parts.size(); ++i) folder.write(kFiles[i], parts[i]);
  TPP_CHECK(cpu::cgroup_limits(folder.path()).processors >= 0);
  const std::string model = cpu::cpuinfo_field_in(bytes, 0, "model name");
  TPP_CHECK(model.find('\n') == std::string::npos);
}

void load_metrics(std::string_view bytes) {
  amd::MetricsRoom before;
  amd::MetricsRoom after;
  const std::size_t half = std::min(bytes.size() / 2, sizeof(amd::GpuMetrics));
  std::memcpy(before.table(), bytes.data(), half);
  std::memcpy(after.table(), bytes.data() + half, half);
  const auto first = amd::readings_of(before.read());
  const auto second = amd::readings_of(after.read());
  if (first && first->power_w) TPP_CHECK(*first->power_w > 0 && *first->power_w < 1e5);
  if (first && second && first->residency && second->residency) {
    amd::limits_between(*first->residency, *second->residency);
  }
  std::uint64_t address = 0;
  std::memcpy(&address, bytes.data(), std::min(bytes.size(), sizeof address));
  if (const auto parsed = amd::parse_address(address)) TPP_CHECK(parsed->pci.ends_with(".0"));
}

void load_program(std::string_view bytes) {
  static const Folder folder;
  folder.write("program", bytes);
  for (const auto& id : {build_id_of_file(folder.path() / "program"), build_id_in_notes(bytes)}) {
    if (id) TPP_CHECK(!id->empty() && id->size() <= 128);
  }
}

void load_maps(std::string_view bytes) {
  for (const MappedFile& file : code_files(bytes)) TPP_CHECK(file.path.starts_with("/"));
  user_mounts(bytes);
}

}  // namespace tpp::fuzz
