// AMD's rocBLAS without a GPU: librocblas for tests. Products are computed on the host, from device
// memory as fake_hip has it, as soon as they are asked for. Numbers are written down here once
// more, from AMD's rocblas-types.h, so that each checks the other.
//
// What the environment variable TPP_FAKE_ROCBLAS asks for (words apart by spaces), beside
// settings.h:
//
//   lacks=168            rocblas_status_not_implemented for operands of that rocblas_datatype
//   lie=2                the second product and those after it are wrong
#include <cstdint>
#include <cstring>

#include "tests/fakes/product_emulation.h"
#include "tests/fakes/settings.h"

namespace {

using tpp::boundary::Element;

enum Status : int { kSuccess = 0, kNotImplemented = 2, kInvalidSize = 4, kInvalidValue = 11 };
enum : int { kOperationN = 111, kOperationT = 112 };
constexpr const char* kVersion = "4.4.0.fake";

fakes::Settings settings("TPP_FAKE_ROCBLAS");

struct Type {
  int number;
  Element element;
  int product, sums;  // what may come out, and what is summed in
};
constexpr Type kTypes[] = {
    {150, Element::f16, 150, 151}, {151, Element::f32, 151, 151}, {152, Element::f64, 152, 152},
    {160, Element::i8, 162, 162},  {162, Element::i32, 0, 0},     {168, Element::bf16, 168, 151},
};

const Type* type_of(int number) {
  for (const Type& type : kTypes) {
    if (type.number == number) return &type;
  }
  return nullptr;
}

#define FAIL_IF_ASKED(call)                                               \
  do {                                                                    \
    if (const int asked = settings.fault(call); asked != 0) return asked; \
  } while (false)

}  // namespace

// NOLINTBEGIN(readability-identifier-naming,readability-function-size): AMD's names and parameters.
#define LIBRARY extern "C" __attribute__((visibility("default")))

LIBRARY int rocblas_create_handle(void** handle) {
  FAIL_IF_ASKED("rocblas_create_handle");
  *handle = new int(0);
  return kSuccess;
}
LIBRARY int rocblas_destroy_handle(void* handle) {
  delete static_cast<int*>(handle);
  return kSuccess;
}
LIBRARY int rocblas_get_version_string(char* to, size_t size) {
  FAIL_IF_ASKED("rocblas_get_version_string");
  if (size <= std::strlen(kVersion)) return kInvalidSize;
  std::strcpy(to, kVersion);
  return kSuccess;
}
LIBRARY const char* rocblas_status_to_string(int) { return "a fault that was asked for"; }
LIBRARY int rocblas_gemm_ex(void* handle, int operation_a, int operation_b, int m, int n, int k,
                            const void* alpha, const void* a, int a_type, int a_stride,
                            const void* b, int b_type, int b_stride, const void* beta, const void*,
                            int c_type, int c_stride, void* d, int d_type, int d_stride,
                            int sum_type, int algorithm, int32_t solution, uint32_t flags) {
  FAIL_IF_ASKED("rocblas_gemm_ex");
  static int products = 0;
  const Type* type = type_of(a_type);
  if (handle == nullptr || type == nullptr || a_type == settings.number("lacks", -1)) {
    return kNotImplemented;
  }
  const bool layout = operation_a == kOperationT && operation_b == kOperationN && a_stride == k &&
                      b_stride == k && d_stride == m && c_stride == m;
  const bool types =
      b_type == a_type && d_type == type->product && c_type == d_type && sum_type == type->sums;
  if (!types || algorithm != 0 || solution != 0 || flags != 0) return kNotImplemented;
  const Element sum = type_of(sum_type)->element;
  const bool plain =
      tpp::boundary::decode(sum, alpha) == 1 && tpp::boundary::decode(sum, beta) == 0;
  if (!layout || !plain) return kInvalidValue;
  const fakes::ProductShape shape{static_cast<uint64_t>(m), static_cast<uint64_t>(n),
                                  static_cast<uint64_t>(k)};
  auto left = fakes::values_of(a, shape.m * shape.k, type->element);
  const int lie = settings.number("lie", 0);
  if (lie != 0 && ++products >= lie) {
    for (double& value : left) value = -value;
  }
  fakes::multiply(left, fakes::values_of(b, shape.n * shape.k, type->element), shape, d,
                  type_of(d_type)->element);
  return kSuccess;
}
// NOLINTEND(readability-identifier-naming,readability-function-size)
