// The formats that hardware multiplies, one row each: name, and the bit length that the rules
// count.
#ifndef TPP_AGENT_MODEL_PRECISION_H
#define TPP_AGENT_MODEL_PRECISION_H

#include <optional>
#include <span>
#include <string_view>

namespace tpp {

// Order is that of the table, widest first; values are not stored anywhere, names are.
enum class Precision {
  fp64,
  fp32,
  tf32,
  fp16,
  bf16,
  fp8_e4m3,
  fp8_e5m2,
  mxfp8,
  fp6_e2m3,
  fp6_e3m2,
  mxfp6,
  fp4_e2m1,
  mxfp4,
  nvfp4,
  int32,
  int8,
  int4,
  int1,
};

struct PrecisionInfo {
  Precision precision;
  std::string_view name;
  // Widest input of the multiplication, in bits (3A090 technical note 1.c). TF32 is stored in 32.
  int bit_length;
  // Bits that take part in the product; differs from bit_length for TF32 (19) alone.
  int bits_used;
};

std::span<const PrecisionInfo> precisions();
const PrecisionInfo& info(Precision precision);
std::string_view name(Precision precision);
std::optional<Precision> parse_precision(std::string_view name);

}  // namespace tpp

#endif
