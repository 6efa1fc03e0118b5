#include "kernels/hip/gemm/gemm.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

namespace tpp::hip {
namespace {

// The names under which each ROCm has its libraries.
struct Names {
  int rocm;
  std::vector<int> hipblaslt, rocblas;
};
std::vector<Names> names_by_rocm() { return {{7, {1}, {5}}, {6, {0}, {4}}, {5, {}, {3, 0}}}; }

struct Place {
  const HipApi& api;
  Device& device;
  BlasLibraries& libraries;
};

// A library and, of hipBLASLt, which of its algorithms.
struct Way {
  bool rocblas;
  int rank;
};

// hipBLASLt where there is one that may know the target.
HipblasLt* hipblaslt_of(const Place& place) {
  const bool known = lt_since(place.device.info.architecture).has_value();
  return known && place.libraries.hipblaslt ? &*place.libraries.hipblaslt : nullptr;
}

// The first choice of each library before the second of any.
std::vector<Way> ways_of(const Place& place, const BlasFormat& format) {
  const int ranks = hipblaslt_of(place) != nullptr ? gpu::kGemmRanks : 0;
  std::vector<Way> ways;
  for (int rank = 0; rank < ranks; ++rank) ways.push_back({false, rank});
  if (place.libraries.rocblas && format.rocblas) {
    ways.insert(ways.begin() + std::min(ranks, 1), {true, 0});
  }
  return ways;
}

std::unique_ptr<gpu::GemmRoutine> routine_of(const Place& place, const BlasFormat& format,
                                             const gpu::GemmShape& shape, const Way& way) {
  if (way.rocblas) return make_rocblas_routine(*place.libraries.rocblas, format, shape);
  const Device& device = place.device;
  const int since = std::max(format.lt_since, *lt_since(device.info.architecture));
  return hipblaslt_of(place)->routine(place.device.context(place.api),
                                      {device.number, &format, shape, since}, way.rank);
}

boundary::MakeWorkload workload(const Place& place, const BlasFormat& format,
                                const gpu::GemmShape& shape, const Way& way) {
  return [place, &format, shape, way](const boundary::Preparation& preparation) {
    const Device& device = place.device;
    Context& context = place.device.context(place.api);
    // Libraries take the device that is current.
    const Error error = place.api.set_device(device.number);
    if (error != Error::none) fail(place.api, error, fmt::format("cannot use {}", device.info.id));
    return gpu::make_gemm_workload({context, device.info.units, device.last_level_bytes()},
                                   {format.format, shape}, routine_of(place, format, shape, way),
                                   preparation);
  };
}

void add_ways(const Place& place, const BlasFormat& format, boundary::Benchmark& benchmark) {
  const tpp_device_info& info = place.device.info;
  const auto shapes =
      gpu::gemm_shapes(info.units, info.memory_bytes / 8, bits_of(format.format.operand));
  for (const Way& way : ways_of(place, format)) {
    for (const gpu::GemmShape& shape : shapes) {
      benchmark.variants.push_back(workload(place, format, shape, way));
    }
  }
}

std::string lack_of(const Place& place, const BlasFormat& format) {
  const std::string lt =
      place.libraries.hipblaslt
          ? fmt::format("no hipBLASLt is known to be built for {}", place.device.info.architecture)
          : place.libraries.why_no_hipblaslt;
  return format.rocblas ? lt + "; " + place.libraries.why_no_rocblas : lt;
}

boundary::Benchmark benchmark_of(const Place& place, const BlasFormat& format) {
  boundary::Benchmark benchmark = gpu::gemm_benchmark(format.format);
  const std::string_view target = place.device.info.architecture;
  // Operands are filled by device code of this module.
  if (place.device.code.image == nullptr) return benchmark;
  if (!has(target, format)) {
    gpu::mark_unsupported(benchmark, "hardware",
                          fmt::format("{} multiplies no {}", target, format.format.subject));
  } else {
    add_ways(place, format, benchmark);
    if (benchmark.variants.empty()) {
      gpu::mark_unsupported(benchmark, "library", lack_of(place, format));
    }
  }
  return benchmark;
}

}  // namespace

BlasPlaces blas_places(int runtime_version) {
  const std::vector<Names> all = names_by_rocm();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Names& names) {
    return names.rocm == runtime_version / 10'000'000;
  });
  const Names names = found == all.end() ? Names{} : *found;
  const std::vector<std::string> folders = library_folders("");
  return {{"libhipblaslt.so", names.hipblaslt, folders, "ROCm"},
          {"librocblas.so", names.rocblas, folders, "ROCm"}};
}

BlasLibraries find_blas_libraries(const HipApi& api, const std::string& folder) {
  int version = 0;
  if (api.runtime_version(&version) != Error::none) version = 0;
  const BlasPlaces places = blas_places(version);
  BlasLibraries libraries;
  const auto untaken = [&](const char* library) {
    return fmt::format("the {} of ROCm {} is not one that this module takes", library,
                       version / 10'000'000);
  };
  if (places.hipblaslt.versions.empty()) {
    libraries.why_no_hipblaslt = untaken("hipBLASLt");
  } else if (auto found = gpu::find_library<HipblasLtApi>(places.hipblaslt, folder,
                                                          libraries.why_no_hipblaslt)) {
    libraries.hipblaslt.emplace(std::move(*found));
  }
  if (places.rocblas.versions.empty()) {
    libraries.why_no_rocblas = untaken("rocBLAS");
  } else {
    libraries.rocblas =
        gpu::find_library<RocblasApi>(places.rocblas, folder, libraries.why_no_rocblas);
  }
  return libraries;
}

std::vector<boundary::Benchmark> gemm_benchmarks(const HipApi& api, Device& device,
                                                 BlasLibraries& libraries) {
  const std::string_view target = device.info.architecture;
  std::vector<boundary::Benchmark> list;
  for (const BlasFormat& format : blas_formats()) {
    boundary::Benchmark benchmark = benchmark_of({api, device, libraries}, format);
    const bool again = !list.empty() && list.back().subject == benchmark.subject;
    if (again && !has(target, format)) continue;
    if (again) list.pop_back();
    list.push_back(std::move(benchmark));
  }
  return list;
}

}  // namespace tpp::hip
