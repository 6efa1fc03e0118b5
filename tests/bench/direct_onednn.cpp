// The best that oneDNN 2 reaches when it is called directly: direct_onednn fp32|fp16|bf16|int8.
#include <cmath>
#include <cstring>
#include <dnnl.hpp>
#include <memory>

#include "direct_gemm.h"

namespace {

using dnnl::memory;
using Type = memory::data_type;
using Tag = memory::format_tag;

struct Product {
  const char* precision;
  const char* name;
  Type a, b, c;
};
constexpr Product kProducts[] = {
    {"fp32", "f32", Type::f32, Type::f32, Type::f32},
    {"fp16", "f16f16f32", Type::f16, Type::f16, Type::f32},
    {"fp16", "f16f16f16", Type::f16, Type::f16, Type::f16},
    {"bf16", "bf16bf16f32", Type::bf16, Type::bf16, Type::f32},
    {"bf16", "bf16bf16bf16", Type::bf16, Type::bf16, Type::bf16},
    {"int8", "u8s8s32", Type::u8, Type::s8, Type::s32},
    {"int8", "u8s8f32", Type::u8, Type::s8, Type::f32},
    {"int8", "u8s8s8", Type::u8, Type::s8, Type::s8},
    {"int8", "s8s8s32", Type::s8, Type::s8, Type::s32},
};

dnnl::engine& cpu() {
  static dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

// Random values, laid out as `wanted`; `plain` is the same matrix row-major (or column-major).
memory filled(const memory::desc& plain, const memory::desc& wanted, double scale) {
  const memory::dims dims = plain.dims();
  auto values = direct::random_values(std::size_t(dims[0]) * dims[1]);
  const bool is_unsigned = plain.data_type() == Type::u8;
  for (float& v : values) v = float(v * scale + (is_unsigned ? 64 : 0));
  const memory::desc as_floats(dims, Type::f32, Tag::ab);
  memory from(as_floats, cpu(), values.data());
  memory to(wanted, cpu());
  dnnl::stream stream(cpu());
  dnnl::reorder(from, to).execute(stream, from, to);
  stream.wait();
  return to;
}

// The call itself, for any primitive with a source, weights and a destination.
template <class Primitive, class Description>
std::function<void()> call(const Description& description, const memory::desc& a,
                           const memory::desc& b) {
  const double scale = a.data_type() == Type::u8 || a.data_type() == Type::s8 ? 24 : 1;
  const memory source = filled(a, description.src_desc(), scale);
  const memory weights = filled(b, description.weights_desc(), scale);
  const memory product(description.dst_desc(), cpu());
  return [primitive = Primitive(description), stream = dnnl::stream(cpu()), source, weights,
          product]() mutable {
    primitive.execute(
        stream, {{DNNL_ARG_SRC, source}, {DNNL_ARG_WEIGHTS, weights}, {DNNL_ARG_DST, product}});
    stream.wait();
  };
}

std::function<void()> matmul(const Product& p, direct::Shape s, Tag weights) {
  const memory::desc a({s.m, s.k}, p.a, Tag::ab), c({s.m, s.n}, p.c, Tag::ab);
  const memory::desc b({s.k, s.n}, p.b, Tag::ab), wanted({s.k, s.n}, p.b, weights);
  return call<dnnl::matmul>(dnnl::matmul::primitive_desc(dnnl::matmul::desc(a, wanted, c), cpu()),
                            a, b);
}

std::function<void()> inner_product(const Product& p, direct::Shape s, Tag weights) {
  const memory::desc a({s.m, s.k}, p.a, Tag::ab), c({s.m, s.n}, p.c, Tag::ab);
  const memory::desc b({s.n, s.k}, p.b, Tag::ab), wanted({s.n, s.k}, p.b, weights);
  using Forward = dnnl::inner_product_forward;
  return call<Forward>(Forward::primitive_desc(
                           Forward::desc(dnnl::prop_kind::forward_inference, a, wanted, c), cpu()),
                       a, b);
}

std::function<void()> sgemm(const Product&, direct::Shape s, Tag) {
  return [s, a = direct::random_values(std::size_t(s.m) * s.k),
          b = direct::random_values(std::size_t(s.k) * s.n),
          c = std::vector<float>(std::size_t(s.m) * s.n)]() mutable {
    dnnl_sgemm('N', 'N', s.m, s.n, s.k, 1, a.data(), s.k, b.data(), s.n, 0, c.data(), s.n);
  };
}

struct Way {
  const char* name;
  std::function<void()> (*make)(const Product&, direct::Shape, Tag);
  Tag weights;
  bool fp32_only;
};
constexpr Way kWays[] = {
    {"matmul", matmul, Tag::ab, false},
    {"matmul, packed weights", matmul, Tag::any, false},
    {"inner product", inner_product, Tag::ab, false},
    {"inner product, packed weights", inner_product, Tag::any, false},
    {"sgemm", sgemm, Tag::ab, true},
};

}  // namespace

int main(int argc, char** argv) {
  const std::string precision = argc > 1 ? argv[1] : "";
  std::vector<direct::Candidate> candidates;
  for (const Product& p : kProducts) {
    for (const Way& way : kWays) {
      if (p.precision != precision || (way.fp32_only && p.a != Type::f32)) continue;
      for (const direct::Shape& s : direct::kShapes) {
        candidates.push_back({std::string(way.name) + " " + p.name + " " + std::to_string(s.m) +
                                  "x" + std::to_string(s.n) + "x" + std::to_string(s.k),
                              2.0 * s.m * s.n * s.k,
                              [&p, &way, s] { return way.make(p, s, way.weights); }});
      }
    }
  }
  if (candidates.empty()) {
    std::fprintf(stderr, "usage: %s fp32|fp16|bf16|int8\n", argv[0]);
    return 64;
  }
  const dnnl_version_t* v = dnnl_version();
  return direct::report_best(candidates, "oneDNN " + std::to_string(v->major) + "." +
                                             std::to_string(v->minor) + "." +
                                             std::to_string(v->patch));
}
