// The best that OpenBLAS reaches when it is called directly: direct_openblas fp64|fp32.
#include <cblas.h>

#include "direct_gemm.h"

namespace {

void gemm(const double* a, const double* b, double* c, direct::Shape s) {
  cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, s.m, s.n, s.k, 1, a, s.k, b, s.n, 0, c,
              s.n);
}
void gemm(const float* a, const float* b, float* c, direct::Shape s) {
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, s.m, s.n, s.k, 1, a, s.k, b, s.n, 0, c,
              s.n);
}

template <class Real>
std::vector<direct::Candidate> candidates() {
  std::vector<direct::Candidate> all;
  for (const direct::Shape& s : direct::kShapes) {
    all.push_back(
        {"gemm " + std::to_string(s.m) + "x" + std::to_string(s.n) + "x" + std::to_string(s.k),
         2.0 * s.m * s.n * s.k, [s]() -> std::function<void()> {
           const auto a = direct::random_values(std::size_t(s.m) * s.k);
           const auto b = direct::random_values(std::size_t(s.k) * s.n);
           return [s, a = std::vector<Real>(a.begin(), a.end()),
                   b = std::vector<Real>(b.begin(), b.end()),
                   c = std::vector<Real>(std::size_t(s.m) * s.n)]() mutable {
             gemm(a.data(), b.data(), c.data(), s);
           };
         }});
  }
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string precision = argc > 1 ? argv[1] : "";
  const std::string library = openblas_get_config();
  if (precision == "fp64") return direct::report_best(candidates<double>(), library);
  if (precision == "fp32") return direct::report_best(candidates<float>(), library);
  std::fprintf(stderr, "usage: %s fp64|fp32\n", argv[0]);
  return 64;
}
