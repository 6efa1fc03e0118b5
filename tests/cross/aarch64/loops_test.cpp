// Every loop of the AArch64 table that the emulated processor can run, called directly: product,
// bounds, the caller's registers. The emulator executes each instruction by its definition, so a
// wrong encoding, operand or order shows as a wrong product or an illegal instruction.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <vector>

#include "kernels/cpu/aarch64/loops.h"
#include "kernels/cpu/architecture.h"
#include "kernels/cpu/reference.h"
#include "tests/cross/aarch64/emulated_processor.h"

namespace tpp::cpu {
namespace {

constexpr std::size_t kLine = 64;
constexpr uint8_t kUntouched = 0x5a;

// Bytes on a line of their own, with a line after them that nobody may write.
class Buffer {
 public:
  explicit Buffer(std::size_t bytes)
      : bytes_(bytes),
        memory_(static_cast<uint8_t*>(
                    std::aligned_alloc(kLine, (bytes + kLine - 1) / kLine * kLine + kLine)),
                std::free) {
    std::memset(memory_.get(), kUntouched, bytes + kLine);
  }
  uint8_t* data() const { return memory_.get(); }
  bool kept_within() const {
    return std::all_of(data() + bytes_, data() + bytes_ + kLine,
                       [](uint8_t byte) { return byte == kUntouched; });
  }

 private:
  std::size_t bytes_;
  std::unique_ptr<uint8_t, decltype(&std::free)> memory_;
};

// One row of the table with operands and room for its accumulators.
struct Trial {
  explicit Trial(const IssueKernel& row)
      : kernel(row),
        register_bytes(register_bytes_of(row)),
        accumulator_bytes(accumulator_bytes_of(row, register_bytes)),
        operands(4 * std::size_t{register_bytes}),
        accumulators(static_cast<std::size_t>(row.accumulators) * accumulator_bytes) {
    std::mt19937_64 generator(1);
    for (int i : {0, 2, 3}) fill(i, generator);
    for (std::size_t at = 0; at < register_bytes; at += bytes_of(row.a)) {
      encode(row.a, -decode(row.a, operand(0) + at), operand(1) + at);
    }
  }

  uint8_t* operand(int i) const {
    return operands.data() + static_cast<std::size_t>(i) * register_bytes;
  }
  const uint8_t* accumulator(int i) const {
    return accumulators.data() + static_cast<std::size_t>(i) * accumulator_bytes;
  }
  double value(int i, std::size_t element) const {
    const Element format = kernel.accumulator;
    return decode(format, accumulator(i) + element * bytes_of(format));
  }

  // The largest |difference| / magnitude over all accumulators; NaN counts as infinity.
  double largest_error() const {
    double largest = 0;
    for (int i = 0; i < kernel.accumulators; ++i) {
      const auto expected =
          reference_product(kernel, register_bytes, operand(0), operand(2 + i % 2));
      for (std::size_t e = 0; e < expected.size(); ++e) {
        const auto difference = std::fabs(value(i, e) - expected[e].value);
        const auto error = static_cast<double>(difference / expected[e].magnitude);
        if (difference != 0) largest = std::isnan(error) ? INFINITY : std::max(largest, error);
      }
    }
    return largest;
  }

  const IssueKernel& kernel;
  uint32_t register_bytes;
  uint32_t accumulator_bytes;
  Buffer operands;
  Buffer accumulators;

 private:
  // Whole eighths between 1/8 and 15.875 of either sign: exact in every real format, whole numbers
  // up to 127 as 8-bit ones.
  void fill(int i, std::mt19937_64& generator) {
    const double scale = is_integer(kernel.a) ? 1 : 0.125;
    std::uniform_int_distribution<int> size(1, 127);
    for (std::size_t at = 0; at < register_bytes; at += bytes_of(kernel.a)) {
      const int sign = size(generator) % 2 == 0 ? 1 : -1;
      encode(kernel.a, sign * size(generator) * scale, operand(i) + at);
    }
  }
};

std::vector<const IssueKernel*> runnable_rows() {
  const FeatureSet present = detect_features();
  std::vector<const IssueKernel*> rows;
  for (const IssueKernel& row : issue_kernels()) {
    if (present.has(row.needs)) rows.push_back(&row);
  }
  return rows;
}

// qemu before 8.2.3 multiplies 8-bit outer products two rows and two columns at a time and stores
// them at wrong places (its commit "target/arm: Fix 32-bit SMOPA", March 2024): rows of odd number
// stay zero, odd columns of the others belong to the next row. A product that is wrong in exactly
// this way is the emulator's fault; encoding, operands and tiles are proven all the same.
bool is_emulators_outer_product(const Trial& trial) {
  const std::size_t side = trial.register_bytes / sizeof(int32_t);
  for (int i = 0; i < trial.kernel.accumulators; ++i) {
    const auto right = reference_product(trial.kernel, trial.register_bytes, trial.operand(0),
                                         trial.operand(2 + i % 2));
    for (std::size_t e = 0; e < right.size(); ++e) {
      const bool odd_row = e / side % 2 != 0;
      const bool odd_column = e % side % 2 != 0;
      const long double wrong = odd_row ? 0 : right[odd_column ? e + side : e].value;
      if (trial.value(i, e) != wrong) return false;
    }
  }
  return true;
}

// Calls a loop with known values in the lanes that belong to the caller, and returns what is left.
std::array<uint64_t, 8> lanes_after(const Trial& trial) {
  std::array<uint64_t, 8> lanes = {1, 2, 3, 4, 5, 6, 7, 8};
  register uint64_t* where asm("x19") = lanes.data();
  register void (*loop)(const void*, void*, uint64_t) asm("x20") = trial.kernel.run;
  register const void* operands asm("x21") = trial.operands.data();
  register void* accumulators asm("x22") = trial.accumulators.data();
  asm volatile(
      "ldp d8, d9, [%0]\n ldp d10, d11, [%0, #16]\n"
      "ldp d12, d13, [%0, #32]\n ldp d14, d15, [%0, #48]\n"
      "mov x0, %2\n mov x1, %3\n mov x2, #1\n blr %1\n"
      "stp d8, d9, [%0]\n stp d10, d11, [%0, #16]\n"
      "stp d12, d13, [%0, #32]\n stp d14, d15, [%0, #48]\n"
      :
      : "r"(where), "r"(loop), "r"(operands), "r"(accumulators)
      : "memory", "cc", "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11",
        "x12", "x13", "x14", "x15", "x16", "x17", "x30", "v0", "v1", "v2", "v3", "v4", "v5", "v6",
        "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17", "v18", "v19",
        "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29", "v30", "v31");
  return lanes;
}

TEST(AArch64Processor, FindsWhatTheEmulatedOneHas) {
  const EmulatedProcessor& expected = emulated_processor();

  const FeatureSet found = detect_features();

  EXPECT_EQ(found & expected.present, expected.present);
  EXPECT_EQ(found & expected.absent, FeatureSet());
}

TEST(AArch64Processor, TakesTheLongestVectorsThatThereAre) {
  const EmulatedProcessor& expected = emulated_processor();
  detect_features();

  EXPECT_EQ(vector_bytes(Feature::sve), expected.sve_bytes);
  EXPECT_EQ(vector_bytes(Feature::sme), expected.sme_bytes);
}

TEST(AArch64Processor, NamesTheCore) {
  const EmulatedProcessor& expected = emulated_processor();

  const ProcessorIdentity identity = identify_processor(0);

  EXPECT_EQ(identity.vendor, expected.vendor);
  EXPECT_EQ(identity.name, expected.core);
}

TEST(AArch64Loops, LeaveOneProductHoweverOftenTheyRun) {
  flush_denormals();
  std::size_t rows = 0;
  for (const IssueKernel* row : runnable_rows()) {
    SCOPED_TRACE(std::string(row->precision) + " " + row->isa);
    const Trial trial(*row);
    const double bound = error_bound(*row, trial.register_bytes);
    for (uint64_t iterations : {1, 2, 3, 64}) {
      row->run(trial.operands.data(), trial.accumulators.data(), iterations);

      const double error = trial.largest_error();
      const bool emulators_fault =
          error > bound && row->run == tpp_sme_smopa_i8 && is_emulators_outer_product(trial);
      if (emulators_fault) {
        std::printf("%s: wrong in the way that qemu before 8.2.3 is\n", row->isa);
      }
      EXPECT_TRUE(error <= bound || emulators_fault)
          << "error " << error << " over " << bound << " after " << iterations << " iterations";
      EXPECT_TRUE(trial.accumulators.kept_within());
    }
    ++rows;
  }
  EXPECT_GE(rows, 2u);
}

TEST(AArch64Loops, AreRunForEachFeatureThatIsThere) {
  const FeatureSet present = emulated_processor().present;
  FeatureSet ran;
  for (const IssueKernel* row : runnable_rows()) ran.add(row->needs);

  // These open no loop of their own.
  const FeatureSet general = {Feature::portable, Feature::sve2, Feature::sme, Feature::sme2};
  EXPECT_EQ(present & (ran | general), present);
}

TEST(AArch64Loops, GiveTheCallerItsLanesBack) {
  const std::array<uint64_t, 8> before = {1, 2, 3, 4, 5, 6, 7, 8};
  for (const IssueKernel* row : runnable_rows()) {
    const Trial trial(*row);
    EXPECT_EQ(lanes_after(trial), before) << row->isa;
  }
}

TEST(AArch64ClockChain, TakesEveryStep) {
  for (uint64_t steps : {1, 2, 255, 256, 257, 1000}) {
    uint64_t expected = 1;
    for (uint64_t i = 0; i < steps; ++i) {
      const bool whole_block = i < steps / 256 * 256;
      if (whole_block && i % 2 == 1) {
        expected ^= 0x3333;
      } else {
        expected += 0x5555;
      }
    }
    EXPECT_EQ(tpp_clock_chain(steps), expected) << steps;
  }
}

TEST(AArch64FloatingPoint, FlushesDenormalsAndRoundsToNearest) {
  flush_denormals();
  volatile double least_normal = 0x1p-1022;
  volatile double half = 0.5;
  EXPECT_EQ(least_normal * half, 0.0);
  volatile double one = 1;
  volatile double three_quarters_of_a_step = 0x1.8p-53;
  EXPECT_EQ(one + three_quarters_of_a_step, 1 + 0x1p-52);
}

TEST(AArch64Streams, ReadWriteAndCombineEveryWord) {
  constexpr std::size_t kBytes = 4096;
  constexpr std::size_t kWords = kBytes / sizeof(uint64_t);
  const Buffer to(kBytes), b(kBytes), c(kBytes);
  auto* const words = reinterpret_cast<uint64_t*>(to.data());
  for (const StreamKernel& stream : stream_kernels()) {
    stream.write(words, kBytes, 0x123456789abcdef0);
    EXPECT_TRUE(std::all_of(words, words + kWords,
                            [](uint64_t word) { return word == 0x123456789abcdef0; }));
    for (std::size_t i = 0; i < kWords; ++i) words[i] = uint64_t{1} << 60 | i;
    EXPECT_EQ(stream.read(words, kBytes), (kWords << 60) + kWords * (kWords - 1) / 2);

    auto* const x = reinterpret_cast<double*>(b.data());
    auto* const y = reinterpret_cast<double*>(c.data());
    for (std::size_t i = 0; i < kWords; ++i) x[i] = y[i] = static_cast<double>(i);
    stream.triad(reinterpret_cast<double*>(to.data()), x, y, 3, kBytes);
    for (std::size_t i = 0; i < kWords; ++i) {
      EXPECT_EQ(reinterpret_cast<double*>(to.data())[i], 4 * static_cast<double>(i));
    }
    EXPECT_TRUE(to.kept_within() && b.kept_within() && c.kept_within());
  }
}

}  // namespace
}  // namespace tpp::cpu

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
