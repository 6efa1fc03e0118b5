#include "kernels/cpu/gemm/onednn.h"

#include <dnnl.h>
#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <utility>
#include <vector>

namespace tpp::cpu {

// Of the C interface, version 2. Signatures come from its header, so that a wrong call does not
// compile.
struct OneDnn::Functions {
  // Required.
  decltype(dnnl_version)* version = nullptr;
  decltype(dnnl_engine_create)* engine_create = nullptr;
  decltype(dnnl_engine_destroy)* engine_destroy = nullptr;
  decltype(dnnl_stream_create)* stream_create = nullptr;
  decltype(dnnl_stream_wait)* stream_wait = nullptr;
  decltype(dnnl_stream_destroy)* stream_destroy = nullptr;
  decltype(dnnl_memory_desc_init_by_tag)* memory_desc_init_by_tag = nullptr;
  decltype(dnnl_memory_desc_get_size)* memory_desc_get_size = nullptr;
  decltype(dnnl_memory_create)* memory_create = nullptr;
  decltype(dnnl_memory_destroy)* memory_destroy = nullptr;
  decltype(dnnl_matmul_desc_init)* matmul_desc_init = nullptr;
  decltype(dnnl_primitive_attr_create)* attr_create = nullptr;
  decltype(dnnl_primitive_attr_set_scratchpad_mode)* attr_set_scratchpad_mode = nullptr;
  decltype(dnnl_primitive_attr_destroy)* attr_destroy = nullptr;
  decltype(dnnl_primitive_desc_create)* primitive_desc_create = nullptr;
  decltype(dnnl_reorder_primitive_desc_create)* reorder_desc_create = nullptr;
  decltype(dnnl_primitive_desc_query)* primitive_desc_query = nullptr;
  decltype(dnnl_primitive_desc_query_md)* primitive_desc_query_md = nullptr;
  decltype(dnnl_primitive_desc_destroy)* primitive_desc_destroy = nullptr;
  decltype(dnnl_primitive_create)* primitive_create = nullptr;
  decltype(dnnl_primitive_execute)* primitive_execute = nullptr;
  decltype(dnnl_primitive_destroy)* primitive_destroy = nullptr;
  // Optional.
  decltype(dnnl_sgemm)* sgemm = nullptr;
  decltype(dnnl_set_max_cpu_isa)* set_max_cpu_isa = nullptr;
  void (*omp_set_num_threads)(int threads) = nullptr;  // of the OpenMP that it was built on
};

namespace {

using Functions = OneDnn::Functions;

// oneDNN's objects are opaque pointers, each with a function of its own that ends it.
template <class Object>
struct Destroy {
  dnnl_status_t (*destroy)(Object*) = nullptr;
  void operator()(Object* object) const { destroy(object); }
};
template <class Object>
using Owned = std::unique_ptr<Object, Destroy<Object>>;

// const_dnnl_primitive_attr_t and the like are the same opaque types with const.
template <class Object>
Owned<Object> owned(Object* object, dnnl_status_t (*destroy)(Object*)) {
  return Owned<Object>(object, Destroy<Object>{destroy});
}

struct Status {
  dnnl_status_t status;
  const char* name;
};
constexpr Status kStatuses[] = {
    {dnnl_out_of_memory, "out of memory"}, {dnnl_invalid_arguments, "invalid arguments"},
    {dnnl_unimplemented, "unimplemented"}, {dnnl_runtime_error, "runtime error"},
    {dnnl_not_required, "not required"},
};

std::string name_of(dnnl_status_t status) {
  const auto* known = std::find_if(std::begin(kStatuses), std::end(kStatuses),
                                   [&](const Status& s) { return s.status == status; });
  return known != std::end(kStatuses) ? known->name : fmt::format("status {}", int{status});
}

void require(dnnl_status_t status, const char* what, const std::string& product) {
  if (status == dnnl_success) return;
  throw Failure(status == dnnl_out_of_memory ? TPP_OUT_OF_MEMORY : TPP_FAILED,
                fmt::format("oneDNN could not {} for {}: {}", what, product, name_of(status)));
}

struct DataType {
  Element element;
  dnnl_data_type_t type;
};
constexpr DataType kDataTypes[] = {
    {Element::f32, dnnl_f32}, {Element::f16, dnnl_f16}, {Element::bf16, dnnl_bf16},
    {Element::i8, dnnl_s8},   {Element::u8, dnnl_u8},   {Element::i32, dnnl_s32},
};

// dnnl_data_type_undef where oneDNN 2 has no such elements (f64).
dnnl_data_type_t data_type_of(Element element) {
  const auto* known = std::find_if(std::begin(kDataTypes), std::end(kDataTypes),
                                   [&](const DataType& t) { return t.element == element; });
  return known != std::end(kDataTypes) ? known->type : dnnl_data_type_undef;
}

using MemoryDescription = dnnl_memory_desc_t;

MemoryDescription describe(const Functions& dnnl, Element element, std::pair<int, int> size,
                           dnnl_format_tag_t layout) {
  MemoryDescription description{};
  dnnl_dims_t dims = {size.first, size.second};
  require(dnnl.memory_desc_init_by_tag(&description, 2, dims, data_type_of(element), layout),
          "describe a matrix", fmt::format("{} x {}", size.first, size.second));
  return description;
}

Owned<dnnl_engine> make_engine(const Functions& dnnl) {
  dnnl_engine_t engine = nullptr;
  require(dnnl.engine_create(&engine, dnnl_cpu, 0), "open the CPU", "products");
  return owned(engine, dnnl.engine_destroy);
}

struct MatmulDescription {
  dnnl_status_t status = dnnl_runtime_error;
  Owned<dnnl_primitive_desc> primitive;  // where status is dnnl_success
};

// One block of rows: (rows_per_core x depth) x (depth x columns), A and C plain, B as it likes.
// Scratch memory is ours: the library's own belongs to the thread that made the primitive.
MatmulDescription describe_matmul(const Functions& dnnl, dnnl_engine_t engine,
                                  const GemmFormat& format, const GemmShape& s) {
  const auto a = describe(dnnl, format.a, {s.rows_per_core, s.depth}, dnnl_ab);
  const auto b = describe(dnnl, format.b, {s.depth, s.columns}, dnnl_format_tag_any);
  const auto c = describe(dnnl, format.c, {s.rows_per_core, s.columns}, dnnl_ab);
  MatmulDescription result;
  dnnl_matmul_desc_t operation{};
  result.status = dnnl.matmul_desc_init(&operation, &a, &b, nullptr, &c);
  if (result.status != dnnl_success) return result;
  dnnl_primitive_attr_t made = nullptr;
  result.status = dnnl.attr_create(&made);
  if (result.status != dnnl_success) return result;
  const auto attributes = owned(made, dnnl.attr_destroy);
  result.status = dnnl.attr_set_scratchpad_mode(made, dnnl_scratchpad_mode_user);
  if (result.status != dnnl_success) return result;
  dnnl_primitive_desc_t primitive = nullptr;
  result.status = dnnl.primitive_desc_create(&primitive, &operation, made, engine, nullptr);
  if (result.status == dnnl_success) {
    result.primitive = owned(primitive, dnnl.primitive_desc_destroy);
  }
  return result;
}

std::string product_name(const Operands& operands) {
  const GemmShape& s = operands.shape();
  return fmt::format("a {} product of {}x{}x{}", operands.format().subject, s.rows_per_core,
                     s.columns, s.depth);
}

}  // namespace

namespace {

class MatmulRoutine final : public Routine {
 public:
  MatmulRoutine(std::shared_ptr<const Functions> dnnl, std::string library,
                const Operands& operands)
      : dnnl_(std::move(dnnl)), engine_(make_engine(*dnnl_)), name_(std::move(library)) {
    const std::string product = product_name(operands);
    MatmulDescription described =
        describe_matmul(*dnnl_, engine_.get(), operands.format(), operands.shape());
    require(described.status, "describe", product);
    description_ = std::move(described.primitive);
    dnnl_primitive_t primitive = nullptr;
    require(dnnl_->primitive_create(&primitive, description_.get()), "generate code", product);
    primitive_ = owned(primitive, dnnl_->primitive_destroy);
    const char* implementation = nullptr;
    dnnl_->primitive_desc_query(description_.get(), dnnl_query_impl_info_str, 0, &implementation);
    name_ += fmt::format(" matmul {}", implementation != nullptr ? implementation : "unnamed");
    pack_b(operands, product);
    for (int core = 0; core < operands.cores(); ++core) add_core(operands, core, product);
  }

  std::string name() const override { return name_; }

  std::size_t bytes() const override {
    std::size_t sum = packed_b_->size();
    for (const Core& core : cores_) sum += core.scratch->size();
    return sum;
  }

  bool multiply(int core) noexcept override {
    const Core& c = cores_[static_cast<std::size_t>(core)];
    const dnnl_exec_arg_t arguments[] = {{DNNL_ARG_SRC, c.a.get()},
                                         {DNNL_ARG_WEIGHTS, c.b.get()},
                                         {DNNL_ARG_DST, c.c.get()},
                                         {DNNL_ARG_SCRATCHPAD, c.scratch_memory.get()}};
    return dnnl_->primitive_execute(primitive_.get(), c.stream.get(),
                                    static_cast<int>(std::size(arguments)),
                                    arguments) == dnnl_success &&
           dnnl_->stream_wait(c.stream.get()) == dnnl_success;
  }

 private:
  // What one core's calls need for themselves.
  struct Core {
    Owned<dnnl_stream> stream;
    std::unique_ptr<PageBuffer> scratch;
    Owned<dnnl_memory> a, b, c, scratch_memory;
  };

  const MemoryDescription& wants(dnnl_query_t what) const {
    return *dnnl_->primitive_desc_query_md(description_.get(), what, 0);
  }

  // The library takes matrices as pointers to what is not const and reads A and B alone.
  Owned<dnnl_memory> memory(const MemoryDescription& description, const void* data,
                            const std::string& product) const {
    dnnl_memory_t made = nullptr;
    require(dnnl_->memory_create(&made, &description, engine_.get(), const_cast<void*>(data)),
            "take matrices", product);
    return owned(made, dnnl_->memory_destroy);
  }

  Owned<dnnl_stream> stream(const std::string& product) const {
    dnnl_stream_t made = nullptr;
    require(dnnl_->stream_create(&made, engine_.get(), dnnl_stream_default_flags), "make a stream",
            product);
    return owned(made, dnnl_->stream_destroy);
  }

  // B as the primitive wants it, once and outside of all timing, as programs do with weights.
  void pack_b(const Operands& operands, const std::string& product) {
    const GemmShape& s = operands.shape();
    const auto plain = describe(*dnnl_, operands.format().b, {s.depth, s.columns}, dnnl_ab);
    const MemoryDescription& packed = wants(dnnl_query_weights_md);
    packed_b_ = std::make_unique<PageBuffer>(dnnl_->memory_desc_get_size(&packed));
    dnnl_primitive_desc_t made = nullptr;
    require(
        dnnl_->reorder_desc_create(&made, &plain, engine_.get(), &packed, engine_.get(), nullptr),
        "lay out B", product);
    const auto description = owned(made, dnnl_->primitive_desc_destroy);
    dnnl_primitive_t made_primitive = nullptr;
    require(dnnl_->primitive_create(&made_primitive, made), "lay out B", product);
    const auto reorder = owned(made_primitive, dnnl_->primitive_destroy);
    const auto from = memory(plain, operands.b(), product);
    const auto to = memory(packed, packed_b_->data(), product);
    const auto in = stream(product);
    const dnnl_exec_arg_t arguments[] = {{DNNL_ARG_FROM, from.get()}, {DNNL_ARG_TO, to.get()}};
    require(dnnl_->primitive_execute(reorder.get(), in.get(), 2, arguments), "lay out B", product);
    require(dnnl_->stream_wait(in.get()), "lay out B", product);
  }

  void add_core(const Operands& operands, int core, const std::string& product) {
    Core c;
    c.stream = stream(product);
    const MemoryDescription& scratch = wants(dnnl_query_scratchpad_md);
    c.scratch = std::make_unique<PageBuffer>(
        std::max<std::size_t>(1, dnnl_->memory_desc_get_size(&scratch)));
    c.scratch_memory = memory(scratch, c.scratch->data(), product);
    c.a = memory(wants(dnnl_query_src_md), operands.a_block(core), product);
    c.b = memory(wants(dnnl_query_weights_md), packed_b_->data(), product);
    c.c = memory(wants(dnnl_query_dst_md), operands.c_block(core), product);
    cores_.push_back(std::move(c));
  }

  std::shared_ptr<const Functions> dnnl_;
  Owned<dnnl_engine> engine_;
  Owned<dnnl_primitive_desc> description_;
  Owned<dnnl_primitive> primitive_;
  std::unique_ptr<PageBuffer> packed_b_;
  std::vector<Core> cores_;
  std::string name_;
};

class SgemmRoutine final : public Routine {
 public:
  SgemmRoutine(std::shared_ptr<const Functions> dnnl, std::string library, const Operands& operands)
      : dnnl_(std::move(dnnl)), operands_(operands), name_(std::move(library) + " sgemm") {}

  std::string name() const override { return name_; }

  bool multiply(int core) noexcept override {
    const GemmShape& s = operands_.shape();
    return dnnl_->sgemm('N', 'N', s.rows_per_core, s.columns, s.depth, 1.0f,
                        static_cast<const float*>(operands_.a_block(core)), s.depth,
                        static_cast<const float*>(operands_.b()), s.columns, 0.0f,
                        static_cast<float*>(operands_.c_block(core)), s.columns) == dnnl_success;
  }

 private:
  std::shared_ptr<const Functions> dnnl_;
  const Operands& operands_;
  std::string name_;
};

// What dnnl_set_max_cpu_isa is told where the backend's option `isa` forces less than the CPU has.
// Best first.
struct MaxIsa {
  Feature needs;
  dnnl_cpu_isa_t isa;
};
constexpr MaxIsa kMaxIsas[] = {
    {Feature::amx_int8, dnnl_cpu_isa_all},
    {Feature::avx512_bf16, dnnl_cpu_isa_avx512_core_bf16},
    {Feature::avx512_vnni, dnnl_cpu_isa_avx512_core_vnni},
    {Feature::avx512_core, dnnl_cpu_isa_avx512_core},
    {Feature::avx_vnni, dnnl_cpu_isa_avx2_vnni},
    {Feature::avx2_fma, dnnl_cpu_isa_avx2},
    {Feature::portable, dnnl_cpu_isa_sse41},
};

dnnl_cpu_isa_t max_isa(FeatureSet features) {
  return std::find_if(std::begin(kMaxIsas), std::end(kMaxIsas),
                      [&](const MaxIsa& m) { return features.has(m.needs); })
      ->isa;
}

// Runs `work` on the first thread of `team` and passes on what it throws, which work of a Team must
// not.
void run_on_first(Team& team, const std::function<void()>& work) {
  std::exception_ptr thrown;
  team.run([&](int core) {
    if (core != 0) return;
    try {
      work();
    } catch (...) {
      thrown = std::current_exception();
    }
  });
  if (thrown) std::rethrow_exception(thrown);
}

// Read by the constructor of OpenMP, which comes with the library. One thread a caller: the callers
// are the cores' own threads. They are pinned already, and OpenMP must not move them or the host's.
void calm_openmp() {
  setenv("OMP_NUM_THREADS", "1", 1);
  setenv("OMP_PROC_BIND", "false", 1);
  for (const char* binding : {"OMP_PLACES", "GOMP_CPU_AFFINITY", "KMP_AFFINITY"}) unsetenv(binding);
}

void bind_functions(Binder& binder, Functions& f) {
  binder.required(f.version, "dnnl_version");
  binder.required(f.engine_create, "dnnl_engine_create");
  binder.required(f.engine_destroy, "dnnl_engine_destroy");
  binder.required(f.stream_create, "dnnl_stream_create");
  binder.required(f.stream_wait, "dnnl_stream_wait");
  binder.required(f.stream_destroy, "dnnl_stream_destroy");
  binder.required(f.memory_desc_init_by_tag, "dnnl_memory_desc_init_by_tag");
  binder.required(f.memory_desc_get_size, "dnnl_memory_desc_get_size");
  binder.required(f.memory_create, "dnnl_memory_create");
  binder.required(f.memory_destroy, "dnnl_memory_destroy");
  binder.required(f.matmul_desc_init, "dnnl_matmul_desc_init");
  binder.required(f.attr_create, "dnnl_primitive_attr_create");
  binder.required(f.attr_set_scratchpad_mode, "dnnl_primitive_attr_set_scratchpad_mode");
  binder.required(f.attr_destroy, "dnnl_primitive_attr_destroy");
  binder.required(f.primitive_desc_create, "dnnl_primitive_desc_create");
  binder.required(f.reorder_desc_create, "dnnl_reorder_primitive_desc_create");
  binder.required(f.primitive_desc_query, "dnnl_primitive_desc_query");
  binder.required(f.primitive_desc_query_md, "dnnl_primitive_desc_query_md");
  binder.required(f.primitive_desc_destroy, "dnnl_primitive_desc_destroy");
  binder.required(f.primitive_create, "dnnl_primitive_create");
  binder.required(f.primitive_execute, "dnnl_primitive_execute");
  binder.required(f.primitive_destroy, "dnnl_primitive_destroy");
  binder.optional(f.sgemm, "dnnl_sgemm");
  binder.optional(f.set_max_cpu_isa, "dnnl_set_max_cpu_isa");
  binder.optional(f.omp_set_num_threads, "omp_set_num_threads");
}

}  // namespace

OneDnn::OneDnn(std::shared_ptr<const Functions> functions) : functions_(std::move(functions)) {
  const dnnl_version_t* v = functions_->version();
  name_ = fmt::format("oneDNN {}.{}.{}", v->major, v->minor, v->patch);
}

std::optional<OneDnn> OneDnn::bind(const SymbolSource& source, std::string& why) {
  auto functions = std::make_shared<Functions>();
  Binder binder(source);
  bind_functions(binder, *functions);
  if (!binder.missing().empty()) {
    why = fmt::format("oneDNN lacks {}", binder.missing());
    return std::nullopt;
  }
  OneDnn library(functions);
  const dnnl_version_t* v = functions->version();
  if (v->major != 2) {
    why = fmt::format("{} is there, and the interface of version 2 is needed", library.name_);
    return std::nullopt;
  }
  if (v->cpu_runtime != DNNL_RUNTIME_OMP && v->cpu_runtime != DNNL_RUNTIME_SEQ) {
    why = fmt::format(
        "{} is built on neither OpenMP nor a single thread (runtime {}): its threads "
        "cannot be held to one a core",
        library.name_, v->cpu_runtime);
    return std::nullopt;
  }
  return library;
}

std::optional<OneDnn> OneDnn::load(FeatureSet features, bool forced, std::string& why) {
  calm_openmp();
  const SymbolSource source = open_shared_library("libdnnl.so.2", why);
  if (!source) return std::nullopt;
  std::optional<OneDnn> library = bind(source, why);
  if (library && library->functions_->set_max_cpu_isa != nullptr) {
    // Said in any case, so that an inherited DNNL_MAX_CPU_ISA does not hold. Off x86 it is refused.
    library->functions_->set_max_cpu_isa(forced ? max_isa(features) : dnnl_cpu_isa_all);
  }
  return library;
}

bool OneDnn::supports(Method method, const GemmFormat& format, std::string& why) const {
  const auto fits = [](Element e) { return data_type_of(e) != dnnl_data_type_undef; };
  const bool known = fits(format.a) && fits(format.b) && fits(format.c);
  if (method == Method::sgemm) {
    if (functions_->sgemm != nullptr && format.a == Element::f32) return true;
    why = fmt::format("{} has no {} function of its BLAS-like kind", name_, format.subject);
    return false;
  }
  dnnl_status_t answer = dnnl_unimplemented;
  if (known) {
    const auto engine = make_engine(*functions_);
    constexpr GemmShape kAny = {256, 256, 256};
    answer = describe_matmul(*functions_, engine.get(), format, kAny).status;
  }
  if (answer == dnnl_success) return true;
  why = fmt::format("{} answers for a {} product on this CPU: {}", name_, format.subject,
                    name_of(answer));
  return false;
}

std::unique_ptr<Routine> OneDnn::make(Method method, const Operands& operands, Team& team) const {
  if (functions_->omp_set_num_threads != nullptr) {
    // For each calling thread by itself: another library may have brought OpenMP in before the
    // variable was set.
    team.run([&](int) { functions_->omp_set_num_threads(1); });
  }
  std::unique_ptr<Routine> routine;
  run_on_first(team, [&] {
    if (method == Method::sgemm) {
      routine = std::make_unique<SgemmRoutine>(functions_, name_, operands);
    } else {
      routine = std::make_unique<MatmulRoutine>(functions_, name_, operands);
    }
  });
  return routine;
}

}  // namespace tpp::cpu
