#include "tests/golden/sample_reports.h"

#include "tests/golden/sample_parts.h"

namespace tpp::samples {
namespace {

constexpr const char* kHere = "0000:17:00.0";

BoardPerformance& add_performance(Report& report, const char* board, const Chip* chip,
                                  const char* reason) {
  BoardPerformance& performance = report.performances.emplace_back();
  performance.board.value = board;
  performance.match_reason = reason;
  if (chip != nullptr) {
    performance.chip = chip->id;
    performance.die_area_mm2 = chip->applicable_die_area_mm2;
    if (chip->memory_bandwidth) {
      performance.memory_bandwidth[Basis::declared] = chip->memory_bandwidth->value;
    }
    for (const auto& [precision, figure] : chip->declared) {
      performance.rates[Basis::declared].push_back(
          precision_rate(precision, figure.value, figure.source.c_str()));
    }
    report.chips.push_back(*chip);
  }
  return performance;
}

void set_tpp(BoardPerformance& performance, Basis basis, double value, Precision precision) {
  performance.tpp[basis] = tpp(value, precision);
  if (performance.die_area_mm2) {
    performance.density[basis] = value / performance.die_area_mm2->value;
  }
}

Verdict& add_verdict(Report& report, const char* board, ClassificationKind kind,
                     const char* classification) {
  Verdict& verdict = report.verdicts.emplace_back();
  verdict.board.value = board;
  verdict.rule.value = "us-ear-2023-10";
  verdict.kind = kind;
  verdict.classification = classification;
  verdict.rendered = classification;
  return verdict;
}

void add_h100_measurements(Report& report, const Device& device) {
  std::vector<Measurement>& rows = report.measurements;
  rows.push_back(rate(device, {"mma", "fp64", 64.8e12, 255.9, 256, 1918e6, "mma.sync.m8n8k4.f64"}));
  rows.push_back(
      rate(device, {"mma", "tf32", 487.2e12, 2046.3, 2048, 1803e6, "wgmma.m64n256k8.tf32"}));
  rows.push_back(
      rate(device, {"mma", "fp16", 968.1e12, 4093.7, 4096, 1791e6, "wgmma.m64n256k16.f16"}));
  rows.push_back(rate(device, {"gemm", "fp16", 812.4e12, 0, 0, 1695e6,
                               "cublasLt 12.8.3, algorithm 66, tile 128x256, 8192x8192x8192"}));
  rows.push_back(
      rate(device, {"gemm", "bf16", 808.9e12, 0, 0, 1702e6, "cublasLt 12.8.3, algorithm 66"}));
  rows.push_back(
      rate(device, {"mma", "fp8_e4m3", 1934e12, 8187.1, 8192, 1789e6, "wgmma.m64n256k32.e4m3"}));
  rows.back().id.accumulator = "fp32";
  rows.push_back(
      rate(device, {"gemm", "int8", 1641e12, 0, 0, 1733e6, "cublasLt 12.8.3, algorithm 71"}));
  rows.push_back(rate(device, {"dram", "read", 3.01e12, 0, 0, 0, "ld.global.v4, 8 GiB"}));
  rows.push_back(rate(device, {"dram", "triad", 2.88e12, 0, 0, 0, "st.global.v4, 12 GiB"}));
  for (const char* subject : {"fp6_e2m3", "fp6_e3m2", "fp4_e2m1", "nvfp4"}) {
    rows.push_back(unsupported(device, "mma", subject, "no such instruction on sm_90"));
    rows.push_back(unsupported(device, "gemm", subject, "no such instruction on sm_90"));
  }
  rows.push_back(unsupported(device, "mma", "int4", "removed from tensor cores of sm_90"));
}

}  // namespace

Report controlled_simulated() {
  Report report = empty_report("sim-node-1");
  report.mode = PassMode::full;
  report.banners = {"SIMULATED: these figures come from a scenario, not from hardware"};
  Device device = gpu(kHere, "NVIDIA H100 80GB HBM3", "10de:2330", 132);
  device.backend = "sim";
  device.simulated = true;
  device.architecture = "sm_90";
  device.max_clock_hz = 1980e6;
  device.memory_bytes = std::uint64_t{81559} << 20;
  device.memory_bus_bits = 5120;
  device.memory_transfers_per_s = 5.2e9;
  device.uuid = "GPU-5f6c3e1a-0000-0000-0000-000000000001";
  device.serial = "1650023000000";
  add_board(report, device, "");
  add_h100_measurements(report, device);

  const Chip chip = h100();
  BoardPerformance& performance =
      add_performance(report, kHere, &chip, "PCI id 10de:2330, name and 132 SM agree");
  performance.rates[Basis::achieved] = {
      precision_rate(Precision::fp16, 968.1e12, "mma wgmma.m64n256k16.f16"),
      precision_rate(Precision::fp8_e4m3, 1934e12, "mma wgmma.m64n256k32.e4m3")};
  for (const auto& [precision, grid] :
       {std::pair(Precision::fp64, 256), std::pair(Precision::tf32, 2048),
        std::pair(Precision::fp16, 4096), std::pair(Precision::fp8_e4m3, 8192)}) {
    performance.rates[Basis::inferred_advertised_clock].push_back(
        precision_rate(precision, grid * 132 * 1830e6, "mma"));
    performance.rates[Basis::inferred_max_clock].push_back(
        precision_rate(precision, grid * 132 * 1980e6, "mma"));
  }
  set_tpp(performance, Basis::achieved, 15489.6, Precision::fp16);
  performance.tpp[Basis::achieved].interval = {15458.6, 15505.1};
  performance.tpp[Basis::achieved].tf32_at_19 = 9256.8;
  set_tpp(performance, Basis::inferred_advertised_clock, 15831.4, Precision::fp16);
  set_tpp(performance, Basis::inferred_max_clock, 17129.0, Precision::fp16);
  set_tpp(performance, Basis::declared, 15831.2, Precision::fp8_e4m3);
  performance.memory_bandwidth[Basis::achieved] = 3.01e12;
  performance.memory_bandwidth[Basis::inferred_max_clock] = 3.328e12;

  Verdict& verdict = add_verdict(report, kHere, ClassificationKind::controlled, "3A090.a");
  verdict.paragraphs = {"3A090.a.1", "3A090.a.2"};
  verdict.decided_by = Basis::declared;
  verdict.assurance = Assurance::corroborated;
  verdict.assurance_reasons = {"132 units as declared", "PCI id and memory size as declared",
                               "inferred within 0.001 % of declared"};
  verdict.comparisons = {compare("3A090.a.1", Basis::declared, 15831.2, 4800),
                         compare("3A090.a.2", Basis::declared, 15831.2, 1600),
                         compare("3A090.a.1", Basis::achieved, 15489.6, 4800)};
  verdict.notes = {"achieved and inferred TPP reach the same paragraphs"};
  report.findings = {{"classification.controlled", FindingClass::classification, Severity::warning,
                      kHere, "declared TPP 15831.2 meets 3A090.a.1 and 3A090.a.2"}};
  report.libraries = {{"lib/tpp/backends/sim.so", std::string(64, 'a')}};
  return report;
}

Report below_corroborated() {
  Report report = empty_report("bench-3");
  report.duration_s = 6.25;
  Device device = gpu("0000:3b:00.0", "Tesla T4", "10de:1eb8", 40);
  device.max_clock_hz = 1590e6;
  device.memory_bytes = std::uint64_t{15360} << 20;
  add_board(report, device, "");
  auto& rows = report.measurements;
  rows.push_back(rate(device, {"mma", "fp16", 40.2e12, 1023.6, 1024, 982e6, "mma.sync.m16n8k8"}));
  rows.push_back(rate(device, {"mma", "int8", 84.3e12, 2047.5, 2048, 1030e6, "mma.sync.m8n8k16"}));
  rows.push_back(rate(device, {"mma", "int4", 171e12, 4094.2, 4096, 1044e6, "mma.sync.m8n8k32"}));
  rate_in(rows.back()).steady = false;
  rows.push_back(rate(device, {"dram", "read", 262e9, 0, 0, 0, "ld.global.v4, 4 GiB"}));
  rows.push_back(unsupported(device, "mma", "bf16", "no such instruction on sm_75"));

  const Chip chip = t4();
  auto& performance = add_performance(report, "0000:3b:00.0", &chip, "PCI id 10de:1eb8");
  set_tpp(performance, Basis::achieved, 684, Precision::int4);
  set_tpp(performance, Basis::inferred_advertised_clock, 1042.02, Precision::int8);
  set_tpp(performance, Basis::inferred_max_clock, 1042.02, Precision::int8);
  set_tpp(performance, Basis::declared, 1041.6, Precision::fp16);
  performance.memory_bandwidth[Basis::achieved] = 262e9;
  Verdict& verdict = add_verdict(report, "0000:3b:00.0", ClassificationKind::below, "below");
  verdict.rendered = "not 3A090.a/.b; normally 3A991.p";
  verdict.decided_by = Basis::declared;
  verdict.assurance = Assurance::corroborated;
  verdict.assurance_reasons = {"40 units as declared", "PCI id as declared"};
  verdict.comparisons = {compare("3A090.a.1", Basis::declared, 1041.6, 4800),
                         compare("3A090.a.2", Basis::declared, 1041.6, 1600),
                         compare("3A090.a.2", Basis::declared, 1.911, 5.92)};
  verdict.comparisons.back().quantity = RuleQuantity::pd;
  report.findings = {{"health.power_cap", FindingClass::condition, Severity::info, "0000:3b:00.0",
                      "the board ran at its power limit of 70 W; rates are lower than its clocks "
                      "would allow, and its class is not changed by that"}};
  return report;
}

Report contradicted() {
  Report report = empty_report("dock-7");
  Device device = gpu(kHere, "NVIDIA H20", "10de:2329", 132);
  device.max_clock_hz = 1980e6;
  device.memory_bytes = std::uint64_t{97871} << 20;
  add_board(report, device, "");
  report.measurements = {
      rate(device, {"mma", "fp16", 941e12, 4093.1, 4096, 1741e6, "wgmma.m64n256k16.f16"}),
      failed(device, "gemm", "fp16",
             "tpp-bench did not answer within 30 s and was ended; the device was left alone")};
  const Chip chip = h20();
  auto& performance = add_performance(report, kHere, &chip, "PCI id 10de:2329; units disagree");
  performance.rates[Basis::inferred_max_clock] = {
      precision_rate(Precision::fp16, 4096 * 132 * 1980e6, "mma")};
  set_tpp(performance, Basis::achieved, 15056, Precision::fp16);
  set_tpp(performance, Basis::inferred_max_clock, 17129.0, Precision::fp16);
  set_tpp(performance, Basis::declared, 2368, Precision::fp16);
  Verdict& verdict = add_verdict(report, kHere, ClassificationKind::controlled, "3A090.a");
  verdict.paragraphs = {"3A090.a.1"};
  verdict.decided_by = Basis::achieved;
  verdict.assurance = Assurance::contradicted;
  verdict.assurance_reasons = {"132 units, declared are 78"};
  verdict.comparisons = {compare("3A090.a.1", Basis::achieved, 15056, 4800),
                         compare("3A090.a.1", Basis::declared, 2368, 4800)};
  report.findings = {
      {"evidence.unlocked_units", FindingClass::contradiction, Severity::error, kHere,
       "the device reports 132 SM and does 4096 operations per clock and SM: 1.69 times what the "
       "catalogue declares for H20. The silicon is unlocked or mislabelled; inspect the board"},
      {"health.worker_timeout", FindingClass::health, Severity::warning, kHere,
       "gemm/fp16 was ended after 30 s"},
      {"classification.controlled", FindingClass::classification, Severity::warning, kHere,
       "achieved TPP 15056 meets 3A090.a.1"}};
  return report;
}

Report undetermined() {
  Report report = empty_report("rack-2");
  report.banners = {"rule file overridden: /etc/tpp/rules/us-ear-2023-10.yaml", "forced: isa=ptx"};
  report.inventory.node.hypervisor = "kvm";
  // A name as hostile firmware could report it: it must not forge lines or colours.
  Device device = gpu(kHere, "GPU X\x1b[2J\nCLASS not controlled", "10de:ffff", 98);
  device.forced = true;
  device.slice = true;
  device.slice_reason = "MIG 1g.10gb";
  add_board(report, device, "");
  auto& rows = report.measurements;
  rows.push_back(rate(device, {"mma", "fp16", 299.998e12, 1024, 1024, 2990e6, "ptx mma.sync"}));
  rate_in(rows.back()).generic = true;
  rows.push_back(rate(device, {"gemm", "fp16", 780e12, 0, 0, 0, "opencl"}));
  rate_in(rows.back()).suspect = "2.6 times what units x grid x the observed clock allow";
  rows.push_back(rate(device, {"gemm", "fp64", 1.5e12, 0, 0, 0, "ozaki int8"}));
  rate_in(rows.back()).emulated = true;
  rate_in(rows.back()).steady = false;
  rate_in(rows.back()).bootstrap = false;
  rate_in(rows.back()).batches = 4;
  rows.push_back(failed(device, "mma", "int8", "illegal instruction"));
  auto& performance =
      add_performance(report, kHere, nullptr, "no row with PCI id 10de:ffff or this name");
  set_tpp(performance, Basis::achieved, 4799.968, Precision::fp16);
  performance.tpp[Basis::achieved].interval = {4790.4, 4804.8};
  Verdict& verdict = add_verdict(report, kHere, ClassificationKind::undetermined, "undetermined");
  verdict.rendered = "undetermined, presumed controlled";
  verdict.assurance_reasons = {"no catalogue entry", "a slice is not the device"};
  verdict.comparisons = {compare("3A090.a.1", Basis::achieved, 4799.968, 4800)};
  verdict.comparisons.back().truth = Truth::not_decided;
  verdict.comparisons.back().within_uncertainty = true;
  verdict.sensitive_to = {"tf32_bits=19: 3A090.b"};
  report.findings = {{"health.illegal_instruction", FindingClass::health, Severity::error, kHere,
                      "mma/int8 ended with an illegal instruction"}};
  return report;
}

Report cpu_information_only() {
  Report report = empty_report("vm-9");
  report.inventory.modules = {
      {"cpu", "/usr/lib/tpp/backends/cpu.so", ModuleState::ready, ""},
      {"sim", "/usr/lib/tpp/backends/sim.so", ModuleState::unavailable, "no scenario"}};
  report.inventory.node.hypervisor = "kvm";
  report.inventory.node.memory_bytes = std::uint64_t{16} << 30;
  report.inventory.node.topology = "1 socket, 2 cores, 1 NUMA node, L3 32 MiB";
  Device device = gpu("cpu:0", "AMD EPYC 9R45", "", 2);
  device.kind = DeviceKind::cpu;
  device.vendor = "AMD";
  device.pci_id = std::nullopt;
  device.driver_version = std::nullopt;
  device.unit_kind = "core";
  device.architecture = "x86_64";
  device.backend = "cpu";
  device.slice = true;
  device.slice_reason = "virtual machine: 2 cores of a socket";
  device.seen_by = {"cpu", "hwloc"};
  add_board(report, device, "");
  report.inventory.boards[0].grouping_reason = "one socket is one board";
  auto& rows = report.measurements;
  rows.push_back(rate(device, {"fma", "fp64", 287e9, 31.94, 32, 4493e6, "avx512 vfmadd231pd zmm"}));
  rows.push_back(rate(device, {"gemm", "fp64", 262e9, 0, 0, 4487e6, "OpenBLAS 0.3.21 SkylakeX"}));
  rows.push_back(rate(device, {"fma", "fp32", 574e9, 63.88, 64, 4493e6, "avx512 vfmadd231ps zmm"}));
  rows.push_back(rate(device, {"mma", "bf16", 1.15e12, 127.7, 128, 4494e6, "avx512_bf16"}));
  rows.push_back(rate(device, {"mma", "int8", 2.29e12, 255.1, 256, 4490e6, "avx512_vnni"}));
  rows.push_back(rate(device, {"dram", "read", 38.2e9, 0, 0, 0, "vmovups zmm, 512 MiB"}));
  rows.push_back(rate(device, {"dram", "triad", 31.6e9, 0, 0, 0, "vmovups zmm, 768 MiB"}));
  for (const char* subject : {"fp16", "fp8_e4m3", "int4"}) {
    rows.push_back(unsupported(device, "mma", subject, "the CPU has no such instruction"));
  }
  auto& performance = add_performance(report, "cpu:0", nullptr, "a slice matches no row");
  performance.rates[Basis::achieved] = {precision_rate(Precision::fp64, 287e9, "fma"),
                                        precision_rate(Precision::int8, 2.29e12, "mma")};
  set_tpp(performance, Basis::achieved, 18.4, Precision::bf16);
  performance.tpp[Basis::achieved].interval = {18.36, 18.42};
  performance.memory_bandwidth[Basis::achieved] = 38.2e9;
  Verdict& verdict = add_verdict(report, "cpu:0", ClassificationKind::information_only, "none");
  verdict.rendered = "a host CPU is no 3A090 part by its maker's classification";
  report.findings = {{"condition.slice", FindingClass::condition, Severity::info, "cpu:0",
                      "a virtual machine shows a part of the socket"}};
  return report;
}

namespace {

void add_mi250x(Report& report) {
  Board board;
  board.id.value = "0000:c1:00.0";
  board.name = "OAM module";
  board.expected_devices = 2;
  board.grouped_by = Source::read;
  for (const char* id : {"0000:c1:00.0", "0000:c6:00.0"}) {
    Device device = gpu(id, "AMD Instinct MI250X", "1002:7408", 110);
    device.vendor = "AMD";
    device.unit_kind = "CU";
    device.backend = "hip";
    device.board = board.id;
    device.max_clock_hz = 1700e6;
    device.memory_bytes = std::uint64_t{64} << 30;
    board.devices.push_back(device.id);
    report.inventory.devices.push_back(device);
  }
  report.inventory.boards.push_back(board);
}

}  // namespace

Report two_devices_one_board() {
  Report report = empty_report("gpu-node-4");
  add_mi250x(report);
  const auto& devices = report.inventory.devices;
  report.measurements = {
      rate(devices[0], {"mma", "fp64", 42.1e12, 255.8, 256, 1498e6, "v_mfma_f64_16x16x4f64"}),
      rate(devices[0], {"mma", "fp16", 174e12, 1023.1, 1024, 1546e6, "v_mfma_f32_32x32x8f16"}),
      rate(devices[1], {"mma", "fp64", 42.3e12, 255.9, 256, 1502e6, "v_mfma_f64_16x16x4f64"}),
      failed(devices[1], "mma", "fp16", "worker died: signal 9 (killed)")};
  const Chip chip = mi250x();
  auto& performance = add_performance(report, "0000:c1:00.0", &chip, "PCI id 1002:7408");
  performance.rates[Basis::achieved] = {precision_rate(Precision::fp64, 84.4e12, "mma"),
                                        precision_rate(Precision::fp16, 174e12, "mma")};
  set_tpp(performance, Basis::achieved, 5491.2, Precision::fp64);
  performance.tpp[Basis::achieved].complete = false;
  performance.tpp[Basis::achieved].best_then_sum = 5491.2;
  performance.tpp[Basis::achieved].precisions = {Precision::fp16, Precision::fp64};
  performance.tpp[Basis::achieved].sum_then_best = 5401.6;
  set_tpp(performance, Basis::declared, 6128, Precision::fp16);
  Verdict& verdict = add_verdict(report, "0000:c1:00.0", ClassificationKind::controlled, "3A090.a");
  verdict.paragraphs = {"3A090.a.1"};
  verdict.decided_by = Basis::declared;
  verdict.assurance = Assurance::declared_only;
  verdict.assurance_reasons = {"fp16 has no outcome on 0000:c6:00.0"};
  verdict.comparisons = {compare("3A090.a.1", Basis::declared, 6128, 4800)};
  report.findings = {{"health.worker_died", FindingClass::health, Severity::error, "0000:c6:00.0",
                      "mma/fp16: the worker was killed by signal 9"}};
  return report;
}

Report inventory_only() {
  Report report = empty_report("gpu-node-5");
  report.mode = PassMode::inventory;
  report.inventory.modules = {
      {"cpu", "/usr/lib/tpp/backends/cpu.so", ModuleState::ready, ""},
      {"cuda", "/usr/lib/tpp/backends/cuda.so", ModuleState::unavailable, "no driver library"},
      {"hip", "/usr/lib/tpp/backends/hip.so", ModuleState::failed, "hung for 20 s"}};
  report.duration_s = 0.21875;
  Device t4_device = gpu("0000:3b:00.0", "Tesla T4", "10de:1eb8", 40);
  add_board(report, t4_device, "");
  add_mi250x(report);
  Device unknown = gpu("0000:d8:00.0", "", "1234:5678", 0);
  unknown.units = std::nullopt;
  unknown.backend.clear();
  unknown.seen_by = {"sysfs"};
  add_board(report, unknown, "");
  report.inventory.devices.back().driver_version = std::nullopt;

  const Chip chip = t4();
  auto& performance = add_performance(report, "0000:3b:00.0", &chip, "PCI id 10de:1eb8");
  set_tpp(performance, Basis::declared, 1041.6, Precision::fp16);
  Verdict& below = add_verdict(report, "0000:3b:00.0", ClassificationKind::below, "below");
  below.rendered = "not 3A090.a/.b; normally 3A991.p";
  below.decided_by = Basis::declared;
  below.assurance = Assurance::declared_only;
  below.comparisons = {compare("3A090.a.2", Basis::declared, 1041.6, 1600)};
  const Chip module = mi250x();
  auto& pair = add_performance(report, "0000:c1:00.0", &module, "PCI id 1002:7408");
  set_tpp(pair, Basis::declared, 6128, Precision::fp16);
  Verdict& over = add_verdict(report, "0000:c1:00.0", ClassificationKind::controlled, "3A090.a");
  over.paragraphs = {"3A090.a.1"};
  over.decided_by = Basis::declared;
  over.assurance = Assurance::declared_only;
  over.comparisons = {compare("3A090.a.1", Basis::declared, 6128, 4800)};
  add_performance(report, "0000:d8:00.0", nullptr, "no row with PCI id 1234:5678");
  add_verdict(report, "0000:d8:00.0", ClassificationKind::undetermined, "undetermined");
  return report;
}

Report nothing_found() {
  Report report = empty_report("empty-1");
  report.inventory.node.memory_bytes = std::nullopt;
  report.inventory.node.topology.clear();
  report.findings = {{"health.no_backend", FindingClass::health, Severity::error, "",
                      "no backend was found in lib/tpp/backends; reinstall tpp-agent"}};
  return report;
}

std::vector<Sample> all() {
  return {{"controlled_simulated", controlled_simulated()},
          {"below_corroborated", below_corroborated()},
          {"contradicted", contradicted()},
          {"undetermined", undetermined()},
          {"cpu_information_only", cpu_information_only()},
          {"two_devices_one_board", two_devices_one_board()},
          {"inventory_only", inventory_only()},
          {"nothing_found", nothing_found()},
          {"every_member", every_member()},
          {"no_optional_member", no_optional_member()}};
}

}  // namespace tpp::samples
