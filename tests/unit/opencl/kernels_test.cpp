// The kernels as a driver compiles and runs them, where there is one for the processor (PoCL); as
// it would run them on a GPU too.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>

#include "kernels/gpu/dram.h"
#include "kernels/opencl/rows.h"

namespace tpp::opencl {
namespace {

class OnTheProcessor : public testing::Test {
 protected:
  void SetUp() override {
    try {
      api_ = load_opencl();
      for (Device& device : find_devices(api_, "/sys/devices/system/cpu")) {
        if (device.is_processor) device_ = std::make_unique<Device>(std::move(device));
      }
    } catch (const Failure& failure) {
      GTEST_SKIP() << failure.what();
    }
    if (!device_) GTEST_SKIP() << "no OpenCL driver for a processor of one socket";
  }

  // A batch that is right, and whose check can fail.
  static void expect_sound(boundary::Workload& workload) {
    workload.run_batch(1);
    const boundary::Verification verified = workload.verify(3, false);
    EXPECT_GE(verified.values, 1u);
    EXPECT_LE(verified.max_error, verified.error_bound);
    const boundary::Verification damaged = workload.verify(3, true);
    EXPECT_GT(damaged.max_error, damaged.error_bound);
  }

  static void expect_all_sound(const boundary::Benchmark& benchmark) {
    for (const boundary::MakeWorkload& make : benchmark.variants) {
      boundary::Preparation preparation;
      preparation.seed = 11;
      const auto workload = make(preparation);
      SCOPED_TRACE(workload->info().path);
      expect_sound(*workload);
    }
  }

  const boundary::Benchmark& row(const std::string& kernel, const std::string& subject) {
    rows_ = benchmarks_of(api_, *device_);
    for (const boundary::Benchmark& one : rows_) {
      if (one.kernel == kernel && one.subject == subject) return one;
    }
    throw std::logic_error("no row " + kernel + "/" + subject);
  }

  OpenClApi api_;
  std::unique_ptr<Device> device_;
  std::vector<boundary::Benchmark> rows_;
};

TEST_F(OnTheProcessor, MultiplyAddsAreRightAtEveryWidth) {
  for (const char* precision : {"fp32", "fp64"}) {
    const boundary::Benchmark& one = row("fma", precision);
    if (one.variants.empty()) GTEST_SKIP() << one.reason;
    EXPECT_EQ(one.variants.size(), 5u);
    expect_all_sound(one);
  }
}

TEST_F(OnTheProcessor, StreamsAreRightWordByWordAsOnAGpu) {
  std::vector<Kernel> kernels;
  for (const char* name : {"dram_read", "dram_write", "dram_copy"}) {
    kernels.push_back(dram_kernel(name, false));
  }
  Context& context = device_->context(api_, kernels);
  boundary::Preparation preparation;
  preparation.memory_limit_bytes = uint64_t{64} << 20;
  for (const auto stream : {gpu::Stream::read, gpu::Stream::write, gpu::Stream::copy}) {
    const auto workload = gpu::make_stream_workload(
        stream, {context, 3, uint64_t{1} << 30, uint64_t{1} << 20, "test"}, preparation);
    expect_sound(*workload);
  }
}

TEST_F(OnTheProcessor, IntegersAreMultipliedAndAddedExactlyAtEveryWidth) {
  const boundary::Benchmark& one = row("fma", "int32");
  EXPECT_EQ(one.variants.size(), 5u);
  expect_all_sound(one);
}

// PoCL of Debian 12 has no integer dot product: kernels run with one written out.
TEST_F(OnTheProcessor, ProductsOfPackedIntegersAreExact) {
  for (Kernel kernel : {integer_kernel("int8", 1), gemm_kernel("int8", false)}) {
    const std::string source =
        std::string(
            "int dot_4x8packed_ss_int(uint a, uint b) {\n"
            "  const char4 x = as_char4(a), y = as_char4(b);\n"
            "  return x.s0 * y.s0 + x.s1 * y.s1 + x.s2 * y.s2 + x.s3 * y.s3;\n"
            "}\n") +
        kernel.source;
    kernel.source = source.c_str();
    Device device = *device_;
    device.context(api_, {kernel});
    device.extensions += "cl_khr_integer_dot_product ";
    const std::string name = kernel.name.substr(0, kernel.name.find('_'));
    for (const boundary::Benchmark& one : benchmarks_of(api_, device)) {
      if (one.kernel != name || one.subject != "int8") continue;
      ASSERT_FALSE(one.variants.empty()) << one.reason;
      expect_all_sound(one);
    }
  }
}

TEST_F(OnTheProcessor, ProductsAreRightWithoutFusedMultiplyAdds) {
  device_->fuses[1] = false;
  expect_all_sound(row("gemm", "fp32"));
}

TEST_F(OnTheProcessor, NoProductIsCheckedBeforeABatchRan) {
  const auto workload = row("gemm", "fp32").variants.back()({});
  EXPECT_THROW(workload->verify(1, false), Failure);
}

}  // namespace
}  // namespace tpp::opencl
