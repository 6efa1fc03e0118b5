// Our declarations of ROCm SMI held against AMD's own header, where Debian's librocm-smi-dev is
// installed (of ROCm 5.2: what newer releases appended is not in it).
#include <gtest/gtest.h>

#include <cstddef>

#include "probes/amd/rsmi_api.h"
#include "probes/amd/smi.h"

#if __has_include(<rocm_smi/rocm_smi.h>)
#include <rocm_smi/rocm_smi.h>

namespace tpp::amd {
namespace {

#define SAME_PLACE(their_type, theirs, our_type, ours) \
  EXPECT_EQ(offsetof(their_type, theirs), offsetof(our_type, ours))

TEST(RocmSmiHeader, HasTheSameStructures) {
  EXPECT_EQ(sizeof(rsmi_error_count_t), sizeof(rsmi::ErrorCount));
  SAME_PLACE(rsmi_error_count_t, uncorrectable_err, rsmi::ErrorCount, uncorrected);
  EXPECT_EQ(sizeof(rsmi_retired_page_record_t), sizeof(rsmi::RetiredPage));
  SAME_PLACE(rsmi_retired_page_record_t, status, rsmi::RetiredPage, status);
  EXPECT_EQ(sizeof(rsmi_process_info_t), sizeof(rsmi::Process));
  SAME_PLACE(rsmi_process_info_t, process_id, rsmi::Process, id);
  EXPECT_TRUE(sizeof(rsmi_frequencies_t) == sizeof(rsmi::Frequencies5) ||
              sizeof(rsmi_frequencies_t) == sizeof(rsmi::Frequencies6));
}

TEST(RocmSmiHeader, HasTheSameTableOfMetricsAsFarAsItGoes) {
  SAME_PLACE(rsmi_gpu_metrics_t, common_header, GpuMetrics, structure_size);
  SAME_PLACE(rsmi_gpu_metrics_t, temperature_edge, GpuMetrics, temperature_edge_c);
  SAME_PLACE(rsmi_gpu_metrics_t, temperature_hotspot, GpuMetrics, temperature_hotspot_c);
  SAME_PLACE(rsmi_gpu_metrics_t, temperature_mem, GpuMetrics, temperature_memory_c);
  SAME_PLACE(rsmi_gpu_metrics_t, average_gfx_activity, GpuMetrics, average_gfx_activity);
  SAME_PLACE(rsmi_gpu_metrics_t, average_socket_power, GpuMetrics, average_socket_power_w);
  SAME_PLACE(rsmi_gpu_metrics_t, current_gfxclk, GpuMetrics, current_gfxclk_mhz);
  SAME_PLACE(rsmi_gpu_metrics_t, current_uclk, GpuMetrics, current_uclk_mhz);
  SAME_PLACE(rsmi_gpu_metrics_t, throttle_status, GpuMetrics, throttle_status);
  SAME_PLACE(rsmi_gpu_metrics_t, temperature_hbm, GpuMetrics, temperature_hbm_c);
}

TEST(RocmSmiHeader, HasTheSameNumbers) {
  EXPECT_EQ(RSMI_STATUS_NOT_SUPPORTED, rsmi::kNotSupported);
  EXPECT_EQ(RSMI_STATUS_PERMISSION, rsmi::kPermission);
  EXPECT_EQ(RSMI_STATUS_INIT_ERROR, rsmi::kInitError);
  EXPECT_EQ(RSMI_STATUS_NOT_YET_IMPLEMENTED, rsmi::kNotYetImplemented);
  EXPECT_EQ(RSMI_STATUS_NO_DATA, rsmi::kNoData);
  EXPECT_EQ(RSMI_CLK_TYPE_SYS, rsmi::kClockCompute);
  EXPECT_EQ(RSMI_CLK_TYPE_MEM, rsmi::kClockMemory);
  EXPECT_EQ(RSMI_TEMP_TYPE_JUNCTION, rsmi::kJunction);
  EXPECT_EQ(RSMI_TEMP_TYPE_MEMORY, rsmi::kMemory);
  EXPECT_EQ(RSMI_MEM_PAGE_STATUS_PENDING, rsmi::kPagePending);
  EXPECT_EQ(RSMI_MEM_PAGE_STATUS_UNRESERVABLE, rsmi::kPageFailed);
  EXPECT_EQ(RSMI_GPU_BLOCK_UMC, kMemoryBlock);
  EXPECT_EQ(RSMI_DEV_PERF_LEVEL_DETERMINISM, 8);
}

}  // namespace
}  // namespace tpp::amd

#else

TEST(RocmSmiHeader, HasTheSameStructures) { GTEST_SKIP() << "librocm-smi-dev is not installed"; }

#endif

// What is known of the structures of newer releases, from AMD's repositories (rocm_smi.h and
// amdsmi.h of ROCm 6.2 to 7): the places of members that are read.
TEST(RocmSmiHeader, HasNewerStructuresAsTheyWereRead) {
  using tpp::amd::GpuMetrics;
  EXPECT_EQ(offsetof(GpuMetrics, throttlers), 112u);
  EXPECT_EQ(offsetof(GpuMetrics, current_socket_power_w), 120u);
  EXPECT_EQ(offsetof(GpuMetrics, gfxclk_lock_status), 132u);
  EXPECT_EQ(offsetof(GpuMetrics, current_gfxclks_mhz), 312u);
  EXPECT_EQ(offsetof(GpuMetrics, accumulation_counter), 424u);
  EXPECT_EQ(offsetof(GpuMetrics, power_residency), 440u);
  EXPECT_EQ(offsetof(GpuMetrics, memory_heat_residency), 464u);
  EXPECT_EQ(sizeof(tpp::amd::rsmi::Frequencies5), 264u);
  EXPECT_EQ(sizeof(tpp::amd::rsmi::Frequencies6), 280u);
  EXPECT_EQ(offsetof(tpp::amd::rsmi::Frequencies6, count), 4u);
  EXPECT_EQ(offsetof(tpp::amd::rsmi::Frequencies6, hertz), 16u);
}
