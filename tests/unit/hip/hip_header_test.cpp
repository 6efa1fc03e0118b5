// Our declarations of the ROCm runtime and of hipRTC held against AMD's own headers, where Debian's
// libamdhip64-dev is installed (of HIP 5.2: what newer releases changed is not in it).
#include <gtest/gtest.h>

#if __has_include(<hip/hip_runtime_api.h>) && __has_include(<hip/hiprtc.h>)
#define __HIP_PLATFORM_AMD__  // NOLINT: what these headers ask for
#include <hip/hip_runtime_api.h>
#include <hip/hiprtc.h>

#include <cstddef>
#include <type_traits>

#include "kernels/hip/hip_api.h"
#include "kernels/hip/runtime_compiler.h"

namespace tpp::hip {
namespace {

template <class Ours, class Theirs>
constexpr bool kPassedAlike =
    sizeof(Ours) == sizeof(Theirs) && std::is_pointer_v<Ours> == std::is_pointer_v<Theirs>;

// As many parameters, each passed alike; types have names of our own.
template <class Ours, class Theirs>
struct Called;
template <class Ours, class... OfOurs, class Theirs, class... OfTheirs>
struct Called<Ours (*)(OfOurs...), Theirs (*)(OfTheirs...)> {
  static constexpr bool alike() {
    if constexpr (sizeof...(OfOurs) != sizeof...(OfTheirs)) {
      return false;
    } else {
      return (kPassedAlike<Ours, Theirs> && ... && kPassedAlike<OfOurs, OfTheirs>);
    }
  }
};

#define CALLED_ALIKE(api, member, function) \
  EXPECT_TRUE((Called<decltype(api::member), decltype(&function)>::alike())) << #function
#define SAME_NUMBER(ours, theirs) EXPECT_EQ(static_cast<int>(ours), static_cast<int>(theirs))

TEST(HipHeader, HasTheSameFunctions) {
  CALLED_ALIKE(HipApi, init, hipInit);
  CALLED_ALIKE(HipApi, runtime_version, hipRuntimeGetVersion);
  CALLED_ALIKE(HipApi, error_name, hipGetErrorName);
  CALLED_ALIKE(HipApi, error_text, hipGetErrorString);
  CALLED_ALIKE(HipApi, device_count, hipGetDeviceCount);
  CALLED_ALIKE(HipApi, device_name, hipDeviceGetName);
  CALLED_ALIKE(HipApi, attribute, hipDeviceGetAttribute);
  CALLED_ALIKE(HipApi, pci_bus_id, hipDeviceGetPCIBusId);
  CALLED_ALIKE(HipApi, total_memory, hipDeviceTotalMem);
  CALLED_ALIKE(HipApi, uuid, hipDeviceGetUuid);
  CALLED_ALIKE(HipApi, properties_r0000, hipGetDeviceProperties);
  CALLED_ALIKE(HipApi, set_device, hipSetDevice);
  CALLED_ALIKE(HipApi, free, hipFree);
  CALLED_ALIKE(HipApi, upload, hipMemcpyHtoD);
  CALLED_ALIKE(HipApi, download, hipMemcpyDtoH);
  CALLED_ALIKE(HipApi, load_module, hipModuleLoadData);
  CALLED_ALIKE(HipApi, unload_module, hipModuleUnload);
  CALLED_ALIKE(HipApi, function, hipModuleGetFunction);
  CALLED_ALIKE(HipApi, launch, hipModuleLaunchKernel);
  CALLED_ALIKE(HipApi, create_event, hipEventCreate);
  CALLED_ALIKE(HipApi, destroy_event, hipEventDestroy);
  CALLED_ALIKE(HipApi, wait_event, hipEventSynchronize);
  CALLED_ALIKE(HipApi, elapsed_ms, hipEventElapsedTime);
}

TEST(HipHeader, HasTheSameFunctionsOfQueuesAndPeers) {
  CALLED_ALIKE(HipApi, free_pinned, hipHostFree);
  CALLED_ALIKE(HipApi, create_stream, hipStreamCreateWithFlags);
  CALLED_ALIKE(HipApi, destroy_stream, hipStreamDestroy);
  CALLED_ALIKE(HipApi, wait_stream, hipStreamSynchronize);
  CALLED_ALIKE(HipApi, stream_wait_event, hipStreamWaitEvent);
  CALLED_ALIKE(HipApi, copy_async, hipMemcpyAsync);
  CALLED_ALIKE(HipApi, fill_async, hipMemsetD32Async);
  CALLED_ALIKE(HipApi, can_access_peer, hipDeviceCanAccessPeer);
  CALLED_ALIKE(HipApi, peer_attribute, hipDeviceGetP2PAttribute);
  CALLED_ALIKE(HipApi, open_peer, hipDeviceEnablePeerAccess);
  CALLED_ALIKE(HipApi, close_peer, hipDeviceDisablePeerAccess);
}

TEST(HipHeader, HasTheSameCompiler) {
  CALLED_ALIKE(Compiler, create, hiprtcCreateProgram);
  CALLED_ALIKE(Compiler, destroy, hiprtcDestroyProgram);
  CALLED_ALIKE(Compiler, compile, hiprtcCompileProgram);
  CALLED_ALIKE(Compiler, log_size, hiprtcGetProgramLogSize);
  CALLED_ALIKE(Compiler, log, hiprtcGetProgramLog);
  CALLED_ALIKE(Compiler, code_size, hiprtcGetCodeSize);
  CALLED_ALIKE(Compiler, code, hiprtcGetCode);
  CALLED_ALIKE(Compiler, error_text, hiprtcGetErrorString);
  SAME_NUMBER(RtcResult::out_of_memory, HIPRTC_ERROR_OUT_OF_MEMORY);
  SAME_NUMBER(RtcResult::compilation, HIPRTC_ERROR_COMPILATION);
}

TEST(HipHeader, HasTheSameNumbersAndPlaces) {
  SAME_NUMBER(Error::out_of_memory, hipErrorOutOfMemory);
  SAME_NUMBER(Error::insufficient_driver, hipErrorInsufficientDriver);
  SAME_NUMBER(Error::no_device, hipErrorNoDevice);
  SAME_NUMBER(Error::invalid_image, hipErrorInvalidImage);
  SAME_NUMBER(Error::no_binary_for_gpu, hipErrorNoBinaryForGpu);
  SAME_NUMBER(Error::ecc_not_correctable, hipErrorECCNotCorrectable);
  SAME_NUMBER(Error::peer_access_unsupported, hipErrorPeerAccessUnsupported);
  SAME_NUMBER(Error::not_found, hipErrorNotFound);
  SAME_NUMBER(Error::illegal_address, hipErrorIllegalAddress);
  SAME_NUMBER(Error::launch_timeout, hipErrorLaunchTimeOut);
  SAME_NUMBER(Error::context_is_destroyed, hipErrorContextIsDestroyed);
  SAME_NUMBER(Error::assertion, hipErrorAssert);
  SAME_NUMBER(Error::launch_failure, hipErrorLaunchFailure);
  SAME_NUMBER(Error::unknown, hipErrorUnknown);
  SAME_NUMBER(Attribute::clock_rate, hipDeviceAttributeClockRate);
  SAME_NUMBER(Attribute::l2_cache_size, hipDeviceAttributeL2CacheSize);
  SAME_NUMBER(Attribute::memory_bus_width, hipDeviceAttributeMemoryBusWidth);
  SAME_NUMBER(Attribute::multiprocessor_count, hipDeviceAttributeMultiprocessorCount);
  SAME_NUMBER(Attribute::shared_memory_per_block, hipDeviceAttributeMaxSharedMemoryPerBlock);
  SAME_NUMBER(Attribute::physical_multiprocessor_count,
              hipDeviceAttributePhysicalMultiProcessorCount);
  SAME_NUMBER(PeerAttribute::performance_rank, hipDevP2PAttrPerformanceRank);
  SAME_NUMBER(PeerAttribute::native_atomics, hipDevP2PAttrNativeAtomicSupported);
  SAME_NUMBER(CopyKind::by_addresses, hipMemcpyDefault);
  EXPECT_EQ(sizeof(hipDeviceProp_t), sizeof(PropertiesR0000));
  EXPECT_EQ(offsetof(hipDeviceProp_t, gcnArchName), offsetof(PropertiesR0000, architecture));
}

}  // namespace
}  // namespace tpp::hip

#else

TEST(HipHeader, HasTheSameFunctions) { GTEST_SKIP() << "libamdhip64-dev is not installed"; }

#endif
