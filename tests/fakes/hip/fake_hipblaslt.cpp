// AMD's hipBLASLt without a GPU: libhipblaslt for tests, as ROCm 6 and ROCm 7 have it
// (FAKE_HIP_MAJOR). Products are computed on the host, from device memory as fake_hip has it, as
// soon as they are asked for. Numbers and structures are written down here once more, from AMD's
// hipblaslt.h and library_types.h, so that each checks the other. It knows two algorithms of each
// product, FP8 as the target that fake_hip says has it, and scales of blocks, in rows, on gfx950.
//
// What the environment variable TPP_FAKE_HIPBLASLT asks for (words apart by spaces), beside
// settings.h:
//
//   version=1200         that of the library
//   lacks=14             no algorithm for operands of that hipDataType
//   found=1              so many algorithms
//   wide=1               tf32 is multiplied as fp32, without a word
//   lie=2                the second product and those after it are wrong
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "tests/fakes/product_emulation.h"
#include "tests/fakes/settings.h"

namespace {

using tpp::boundary::Element;

// hipblasStatus_t
enum Status : int { kSuccess = 0, kInvalidValue = 3, kNotSupported = 7 };
enum : int { kOperationN = 111, kOperationT = 112 };
enum : int { kCompute32F = 2, kComputeTf32 = 6, kCompute64F = 7, kCompute32I = 9 };
enum : int { kTransA = 0, kTransB = 1, kScaleA = 5, kScaleB = 6, kModeA = 31, kModeB = 32 };
enum : int { kMaxWorkspace = 1 };
enum : int { kOneScale = 0, kVec32Ue8m0 = 2 };

fakes::Settings settings("TPP_FAKE_HIPBLASLT");
int version() { return settings.number("version", FAKE_HIP_MAJOR >= 7 ? 100'000 : 1'200); }

std::string target() {
  const std::string given = fakes::Settings("TPP_FAKE_HIP").text("arch");
  return given.empty() ? "gfx942" : given;
}

struct Type {
  int number;
  Element element;
  int factor;  // type of alpha and beta
  int least_version;
  const char* targets;  // "" = all
};
constexpr Type kTypes[] = {
    {0, Element::f32, 0, 600, ""},
    {1, Element::f64, 1, 600, ""},
    {2, Element::f16, 0, 600, ""},
    {3, Element::i8, 10, 600, ""},
    {10, Element::i32, 10, 600, ""},
    {14, Element::bf16, 0, 600, ""},
    {28, Element::e4m3, 0, 1'000, "gfx950 gfx1200 gfx1201"},
    {29, Element::e5m2, 0, 1'000, "gfx950 gfx1200 gfx1201"},
    {33, Element::e2m1, 0, 100'000, "gfx950"},
    {1000, Element::e4m3_fnuz, 0, 600, "gfx942"},
    {1001, Element::e5m2_fnuz, 0, 600, "gfx942"},
};

const Type* type_of(int number) {
  for (const Type& type : kTypes) {
    if (type.number == number) return &type;
  }
  return nullptr;
}

struct Scaling {
  int mode = kOneScale;
  const unsigned char* at = nullptr;
};
struct Product {
  int compute;
  int factor;
  int operation_a = kOperationN, operation_b = kOperationN;
  Scaling a{}, b{};
};
struct Layout {
  int type;
  uint64_t rows, columns;
  int64_t stride;
};

// hipblasLtMatmulHeuristicResult_t
struct Result {
  struct {
    int32_t solution;
    unsigned char rest[12];
    size_t most_workspace;
  } algorithm;
  size_t workspace;
  int state;
  float waves;
  int reserved[4];
};
static_assert(sizeof(Result) == 56);

// Each says what the heuristic would: whether there is a kernel for it.
bool takes(const Product& product, const Layout& layout, const Scaling& scaling) {
  const Type* type = type_of(layout.type);
  if (type == nullptr || type->least_version > version()) return false;
  if (layout.type == settings.number("lacks", -1)) return false;
  const std::string targets = type->targets;
  if (!targets.empty() && targets.find(target()) == std::string::npos) return false;
  const int compute = layout.type == 1 ? kCompute64F : layout.type == 3 ? kCompute32I : kCompute32F;
  const bool tf32 = product.compute == kComputeTf32 && layout.type == 0;
  if ((product.compute != compute && !tf32) || product.factor != type->factor) return false;
  if (scaling.mode == kOneScale) return type->element != Element::e2m1;
  const bool narrow = type->element == Element::e2m1 || type->element == Element::e4m3;
  return scaling.mode == kVec32Ue8m0 && scaling.at != nullptr && narrow && layout.rows % 32 == 0;
}

std::vector<double> operand_of(const Product& product, const Layout& layout, const Scaling& scaling,
                               const void* at) {
  const bool tf32 = product.compute == kComputeTf32 && settings.number("wide", 0) == 0;
  const Element element = tf32 ? Element::tf32 : type_of(layout.type)->element;
  auto values = fakes::values_of(at, layout.rows * layout.columns, element);
  if (scaling.mode == kOneScale) return values;
  // One exponent for 32 neighbours, those of a vector and then those of the next.
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] *= std::exp2(static_cast<int>(scaling.at[i / 32]) - 127);
  }
  return values;
}

// As AMD built each version; asked for other targets, some follow a null pointer.
bool built_for(const std::string& target) {
  std::string targets = "gfx90a gfx942";
  if (version() >= 800) targets += " gfx1100 gfx1101";
  if (version() >= 1'000) targets += " gfx908 gfx1200 gfx1201";
  if (version() >= 100'000) targets += " gfx950 gfx1150 gfx1151";
  return targets.find(target) != std::string::npos;
}

#define FAIL_IF_ASKED(call)                                               \
  do {                                                                    \
    if (const int asked = settings.fault(call); asked != 0) return asked; \
  } while (false)

}  // namespace

// NOLINTBEGIN(readability-identifier-naming,readability-function-size): AMD's names and parameters.
#define LIBRARY extern "C" __attribute__((visibility("default")))

LIBRARY int hipblasLtCreate(void** handle) {
  FAIL_IF_ASKED("hipblasLtCreate");
  *handle = new int(0);
  return kSuccess;
}
LIBRARY int hipblasLtDestroy(void* handle) {
  delete static_cast<int*>(handle);
  return kSuccess;
}
LIBRARY int hipblasLtGetVersion(void* handle, int* to) {
  FAIL_IF_ASKED("hipblasLtGetVersion");
  if (handle == nullptr) return 1;
  *to = version();
  return kSuccess;
}
LIBRARY int hipblasLtMatmulDescCreate(Product** to, int compute, int factor) {
  FAIL_IF_ASKED("hipblasLtMatmulDescCreate");
  *to = new Product{compute, factor};
  return kSuccess;
}
LIBRARY int hipblasLtMatmulDescDestroy(Product* product) {
  delete product;
  return kSuccess;
}
LIBRARY int hipblasLtMatmulDescSetAttribute(Product* product, int which, const void* value,
                                            size_t bytes) {
  FAIL_IF_ASKED("hipblasLtMatmulDescSetAttribute");
  const auto copy = [&](auto& to) {
    if (bytes != sizeof to) return kInvalidValue;
    std::memcpy(&to, value, sizeof to);
    return kSuccess;
  };
  switch (which) {
    case kTransA:
      return copy(product->operation_a);
    case kTransB:
      return copy(product->operation_b);
    case kScaleA:
      return copy(product->a.at);
    case kScaleB:
      return copy(product->b.at);
    case kModeA:
      return version() >= 100'000 ? copy(product->a.mode) : kInvalidValue;
    case kModeB:
      return version() >= 100'000 ? copy(product->b.mode) : kInvalidValue;
    default:
      return kInvalidValue;
  }
}
LIBRARY int hipblasLtMatrixLayoutCreate(Layout** to, int type, uint64_t rows, uint64_t columns,
                                        int64_t stride) {
  FAIL_IF_ASKED("hipblasLtMatrixLayoutCreate");
  *to = new Layout{type, rows, columns, stride};
  return kSuccess;
}
LIBRARY int hipblasLtMatrixLayoutDestroy(Layout* layout) {
  delete layout;
  return kSuccess;
}
LIBRARY int hipblasLtMatmulPreferenceCreate(size_t** to) {
  FAIL_IF_ASKED("hipblasLtMatmulPreferenceCreate");
  *to = new size_t(0);
  return kSuccess;
}
LIBRARY int hipblasLtMatmulPreferenceDestroy(size_t* preference) {
  delete preference;
  return kSuccess;
}
LIBRARY int hipblasLtMatmulPreferenceSetAttribute(size_t* preference, int which, const void* value,
                                                  size_t bytes) {
  if (which != kMaxWorkspace || bytes != sizeof *preference) return kInvalidValue;
  std::memcpy(preference, value, bytes);
  return kSuccess;
}
// The last one would want more memory than it may have.
LIBRARY int hipblasLtMatmulAlgoGetHeuristic(void*, const Product* product, const Layout* a,
                                            const Layout* b, const Layout*, const Layout*,
                                            const size_t* workspace, int wanted, Result results[],
                                            int* found) {
  FAIL_IF_ASKED("hipblasLtMatmulAlgoGetHeuristic");
  if (!built_for(target())) std::abort();
  if (*workspace < size_t{32} << 20) return kInvalidValue;
  const bool transposed =
      product->operation_a == kOperationT && product->operation_b == kOperationN;
  *found = 0;
  if (!transposed || !takes(*product, *a, product->a) || !takes(*product, *b, product->b)) {
    return kSuccess;
  }
  const int algorithms = settings.number("found", 2);
  for (int i = 0; i <= algorithms && i < wanted; ++i) {
    results[i] = {};
    results[i].algorithm.solution = 4711 + i;
    results[i].workspace = i == algorithms ? *workspace + 1 : *workspace;
    ++*found;
  }
  return kSuccess;
}
LIBRARY int hipblasLtMatmul(void*, const Product* product, const void* alpha, const void* a,
                            const Layout* a_layout, const void* b, const Layout* b_layout,
                            const void* beta, const void*, const Layout*, void* d,
                            const Layout* d_layout, const void* algorithm, void* workspace,
                            size_t workspace_bytes, void*) {
  FAIL_IF_ASKED("hipblasLtMatmul");
  static int products = 0;
  const Element factor = type_of(product->factor)->element;
  const bool plain =
      tpp::boundary::decode(factor, alpha) == 1 && tpp::boundary::decode(factor, beta) == 0;
  int32_t solution = 0;
  std::memcpy(&solution, algorithm, sizeof solution);
  if (!plain || solution < 4711 || workspace == nullptr || workspace_bytes == 0) {
    return kInvalidValue;
  }
  auto left = operand_of(*product, *a_layout, product->a, a);
  const int lie = settings.number("lie", 0);
  if (lie != 0 && ++products >= lie) {
    for (double& value : left) value = -value;
  }
  fakes::multiply(left, operand_of(*product, *b_layout, product->b, b),
                  {d_layout->rows, d_layout->columns, a_layout->rows}, d,
                  type_of(d_layout->type)->element);
  return kSuccess;
}
LIBRARY int hipblasLtMatrixTransformDescCreate(void**, int) { return kNotSupported; }
// NOLINTEND(readability-identifier-naming,readability-function-size)
