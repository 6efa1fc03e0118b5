#include "agent/model/precision.h"

#include <array>

#include "agent/support/error.h"

namespace tpp {
namespace {

constexpr std::array kPrecisions = {
    PrecisionInfo{Precision::fp64, "fp64", 64, 64},
    PrecisionInfo{Precision::fp32, "fp32", 32, 32},
    PrecisionInfo{Precision::tf32, "tf32", 32, 19},
    PrecisionInfo{Precision::fp16, "fp16", 16, 16},
    PrecisionInfo{Precision::bf16, "bf16", 16, 16},
    PrecisionInfo{Precision::fp8_e4m3, "fp8_e4m3", 8, 8},
    PrecisionInfo{Precision::fp8_e5m2, "fp8_e5m2", 8, 8},
    PrecisionInfo{Precision::mxfp8, "mxfp8", 8, 8},
    PrecisionInfo{Precision::fp6_e2m3, "fp6_e2m3", 6, 6},
    PrecisionInfo{Precision::fp6_e3m2, "fp6_e3m2", 6, 6},
    PrecisionInfo{Precision::mxfp6, "mxfp6", 6, 6},
    PrecisionInfo{Precision::fp4_e2m1, "fp4_e2m1", 4, 4},
    PrecisionInfo{Precision::mxfp4, "mxfp4", 4, 4},
    PrecisionInfo{Precision::nvfp4, "nvfp4", 4, 4},
    PrecisionInfo{Precision::int32, "int32", 32, 32},
    PrecisionInfo{Precision::int8, "int8", 8, 8},
    PrecisionInfo{Precision::int4, "int4", 4, 4},
    PrecisionInfo{Precision::int1, "int1", 1, 1},
};

}  // namespace

std::span<const PrecisionInfo> precisions() { return kPrecisions; }

const PrecisionInfo& info(Precision precision) {
  const auto row = static_cast<std::size_t>(precision);
  TPP_CHECK(row < kPrecisions.size() && kPrecisions[row].precision == precision);
  return kPrecisions[row];
}

std::string_view name(Precision precision) { return info(precision).name; }

std::optional<Precision> parse_precision(std::string_view name) {
  for (const PrecisionInfo& row : kPrecisions) {
    if (row.name == name) return row.precision;
  }
  return std::nullopt;
}

}  // namespace tpp
