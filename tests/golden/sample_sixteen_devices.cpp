// A node as large as is planned for: what bounds and benchmarks of exporters look at.
#include <fmt/format.h>

#include <array>

#include "tests/golden/sample_parts.h"
#include "tests/golden/sample_reports.h"

namespace tpp::samples {
namespace {

constexpr int kDevices = 16;
constexpr std::array kBases = {Basis::achieved, Basis::inferred_advertised_clock,
                               Basis::inferred_max_clock, Basis::declared};
constexpr std::array kPrecisions = {
    Precision::fp64,     Precision::fp32,     Precision::tf32,  Precision::fp16,  Precision::bf16,
    Precision::fp8_e4m3, Precision::fp8_e5m2, Precision::mxfp8, Precision::mxfp6, Precision::mxfp4,
    Precision::nvfp4,    Precision::int32,    Precision::int8,  Precision::int4};
static_assert(kPrecisions.size() == 14);

double per_second(std::size_t row) { return 60e12 * static_cast<double>(row + 1); }

Device device(int index) {
  Device row = gpu(fmt::format("0000:{:02x}:00.0", index + 16).c_str(), "NVIDIA H100 80GB HBM3",
                   "10de:2330", 132);
  row.uuid = fmt::format("GPU-5f6c3e1a-0000-0000-0000-{:012}", index);
  row.serial = fmt::format("16500230{:05}", index);
  row.simulated = true;
  return row;
}

void add_measurements(Report& report, const Device& device) {
  for (std::size_t i = 0; i < kPrecisions.size(); ++i) {
    const std::string subject(name(kPrecisions[i]));
    for (const char* kernel : {"gemm", "mma"}) {
      report.measurements.push_back(rate(device, {kernel, subject.c_str(), per_second(i)}));
    }
  }
  for (const char* subject : {"read", "write", "triad"}) {
    report.measurements.push_back(rate(device, {"dram", subject, 3.01e12}));
  }
}

BoardPerformance performance_of(const Board& board, const Chip& chip) {
  BoardPerformance performance;
  performance.board = board.id;
  performance.chip = chip.id;
  performance.die_area_mm2 = chip.applicable_die_area_mm2;
  for (const Basis basis : kBases) {
    for (std::size_t i = 0; i < kPrecisions.size(); ++i) {
      performance.rates[basis].push_back(precision_rate(kPrecisions[i], per_second(i), "mma"));
    }
    performance.tpp[basis] = tpp(15831.2, kPrecisions[3]);
    performance.density[basis] = 15831.2 / 814;
    performance.memory_bandwidth[basis] = 3.35e12;
  }
  return performance;
}

Verdict verdict_of(const Board& board, const Rule& rule) {
  Verdict verdict;
  verdict.board = board.id;
  verdict.rule = rule.id;
  verdict.kind = ClassificationKind::controlled;
  verdict.classification = "3A090.a";
  verdict.paragraphs = {"3A090.a.1"};
  verdict.decided_by = Basis::declared;
  verdict.assurance = Assurance::corroborated;
  verdict.comparisons = {compare("3A090.a.1", Basis::declared, 15831.2, 4800)};
  return verdict;
}

}  // namespace

Report sixteen_devices() {
  Report report = empty_report("large-1");
  report.banners = {kSimulatedBanner};
  const Chip chip = h100();
  report.chips = {chip};
  for (int i = 0; i < kDevices; ++i) {
    const Device attached = device(i);
    add_board(report, attached, "");
    const Board& board = report.inventory.boards.back();
    add_measurements(report, attached);
    report.performances.push_back(performance_of(board, chip));
    report.verdicts.push_back(verdict_of(board, report.rules.front()));
    for (const FindingClass finding_class : {FindingClass::classification, FindingClass::health}) {
      report.findings.push_back({"classification.controlled", finding_class, Severity::warning,
                                 board.id.value, "a sentence"});
    }
  }
  return report;
}

}  // namespace tpp::samples
