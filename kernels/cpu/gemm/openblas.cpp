#include "kernels/cpu/gemm/openblas.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <iterator>

namespace tpp::cpu {
namespace {

constexpr int kRowMajor = 101;  // CblasRowMajor
constexpr int kNoTranspose = 111;

class OpenBlasRoutine final : public Routine {
 public:
  OpenBlasRoutine(const OpenBlas& library, const Operands& operands)
      : library_(library), operands_(operands), is_double_(operands.format().a == Element::f64) {}

  std::string name() const override { return library_.name + (is_double_ ? " dgemm" : " sgemm"); }

  bool multiply(int core) noexcept override {
    if (is_double_) {
      multiply_with(library_.dgemm, core);
    } else {
      multiply_with(library_.sgemm, core);
    }
    return true;
  }

 private:
  template <class Real>
  void multiply_with(OpenBlas::Gemm<Real>* gemm, int core) const {
    const GemmShape& s = operands_.shape();
    gemm(kRowMajor, kNoTranspose, kNoTranspose, s.rows_per_core, s.columns, s.depth, Real{1},
         static_cast<const Real*>(operands_.a_block(core)), s.depth,
         static_cast<const Real*>(operands_.b()), s.columns, Real{0},
         static_cast<Real*>(operands_.c_block(core)), s.columns);
  }

  const OpenBlas& library_;
  const Operands& operands_;
  bool is_double_;
};

struct CoreType {
  Feature needs;
  const char* name;
};

// Best first. OpenBLAS knows processors by model number and gives one that is newer than itself the
// kernels of 2004: 0.3.21 runs a fifth-generation Xeon as "Prescott", at a fifth of its rate.
// So the choice is made by what the processor can do. All that have AVX-512 share one set of dgemm
// and sgemm kernels.
constexpr CoreType kCoreTypes[] = {
    {Feature::avx512_core, "SkylakeX"},
    {Feature::avx2_fma, "Haswell"},
};

}  // namespace

const char* openblas_core_type(FeatureSet features) {
  for (const CoreType& type : kCoreTypes) {
    if (features.has(type.needs)) return type.name;
  }
  return nullptr;
}

std::string openblas_version(const std::string& config) {
  const std::string::size_type digits = config.find_first_of("0123456789");
  if (digits == std::string::npos) return "";
  return config.substr(digits, config.find_first_not_of("0123456789.", digits) - digits);
}

std::optional<OpenBlas> OpenBlas::bind(const SymbolSource& source, std::string& why) {
  OpenBlas blas;
  Binder binder(source);
  binder.required(blas.dgemm, "cblas_dgemm");
  binder.required(blas.sgemm, "cblas_sgemm");
  binder.required(blas.set_num_threads, "openblas_set_num_threads");
  binder.optional(blas.get_config, "openblas_get_config");
  binder.optional(blas.get_corename, "openblas_get_corename");
  if (!binder.missing().empty()) {
    why = fmt::format("OpenBLAS lacks {}", binder.missing());
    return std::nullopt;
  }
  blas.name = "OpenBLAS";
  if (blas.get_config != nullptr) {
    const std::string version = openblas_version(blas.get_config());
    if (!version.empty()) blas.name += " " + version;
  }
  if (blas.get_corename != nullptr) blas.name += fmt::format(" {}", blas.get_corename());
  return blas;
}

std::optional<OpenBlas> OpenBlas::load(FeatureSet features, bool forced, std::string& why) {
  const char* const type = openblas_core_type(features);
  if (forced && type == nullptr) {
    why = "OpenBLAS has no kernels that keep to the instruction sets which option isa leaves";
    return std::nullopt;
  }
  // Read by the library's constructor. One thread: then it starts none of its own.
  if (type != nullptr) setenv("OPENBLAS_CORETYPE", type, 1);
  setenv("OPENBLAS_NUM_THREADS", "1", 1);
  const SymbolSource source = open_shared_library("libopenblas.so.0", why);
  if (!source) return std::nullopt;
  std::optional<OpenBlas> blas = bind(source, why);
  if (blas) blas->set_num_threads(1);
  return blas;
}

bool OpenBlas::supports(const GemmFormat& format) const {
  return format.a == format.c && (format.a == Element::f64 || format.a == Element::f32);
}

std::unique_ptr<Routine> OpenBlas::make(const OpenBlas& library, const Operands& operands) {
  return std::make_unique<OpenBlasRoutine>(library, operands);
}

}  // namespace tpp::cpu
