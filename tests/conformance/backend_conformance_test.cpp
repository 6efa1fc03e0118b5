// The contract of kernels/tpp_backend.h, tried on one module: --module=PATH
// [--option=NAME=VALUE]... A module that has nothing to run on here ends with 77, "skipped".
#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/tpp_backend.h"

namespace {

using ::testing::AnyOf;

const tpp_backend_api* api = nullptr;  // opened by main

constexpr unsigned char kUntouched = 0xa5;
constexpr int kSkipped = 77;

template <class Struct>
Struct sized() {
  Struct value = {};
  value.struct_size = sizeof(Struct);
  return value;
}

template <std::size_t Size>
bool is_ended(const char (&member)[Size]) {
  return std::memchr(member, '\0', Size) != nullptr;
}

struct Subject {
  std::uint32_t device;
  std::uint32_t benchmark;
  tpp_benchmark_info info;
  std::string name;
};

std::vector<Subject> subjects() {
  std::vector<Subject> all;
  for (std::uint32_t d = 0; d < api->device_count(); ++d) {
    for (std::uint32_t b = 0; b < api->benchmark_count(d); ++b) {
      auto info = sized<tpp_benchmark_info>();
      EXPECT_EQ(api->benchmark_info(d, b, &info, nullptr), TPP_OK);
      std::string name = std::to_string(d) + "/" + info.kernel + "/" + info.subject;
      if (info.accumulator[0] != '\0') name += std::string("+") + info.accumulator;
      all.push_back({.device = d, .benchmark = b, .info = info, .name = name});
    }
  }
  return all;
}

// Every benchmark that can run; of memory benchmarks one, for each takes a gigabyte and proves the
// same.
std::vector<Subject> ready_subjects() {
  std::vector<Subject> ready;
  bool memory_seen = false;
  for (const Subject& subject : subjects()) {
    if (subject.info.status != TPP_OK) continue;
    const bool memory = std::string_view(subject.info.kernel) == "dram";
    if (memory && memory_seen) continue;
    memory_seen |= memory;
    ready.push_back(subject);
  }
  return ready;
}

tpp_session* prepare(const Subject& subject, std::uint32_t variant) {
  auto request = sized<tpp_prepare_request>();
  request.device = subject.device;
  request.benchmark = subject.benchmark;
  request.variant = variant;
  request.seed = 7;
  auto error = sized<tpp_error>();
  tpp_session* session = nullptr;
  const tpp_status status = api->prepare(&request, &session, &error);
  EXPECT_EQ(status, TPP_OK) << error.message;
  EXPECT_NE(session, nullptr);
  return status == TPP_OK ? session : nullptr;
}

// Calls `fill` with an output that claims to end after `size` bytes, and says whether the memory
// behind was left alone.
template <class Struct, class Fill>
bool respects_size(std::size_t size, const Fill& fill) {
  alignas(Struct) std::array<unsigned char, sizeof(Struct)> memory;
  memory.fill(kUntouched);
  auto* out = reinterpret_cast<Struct*>(memory.data());
  out->struct_size = static_cast<std::uint32_t>(size);
  fill(out);
  return std::all_of(memory.begin() + static_cast<std::ptrdiff_t>(size), memory.end(),
                     [](unsigned char byte) { return byte == kUntouched; });
}

TEST(Backend, NamesItselfAndItsMethod) {
  ASSERT_NE(api->name, nullptr);
  ASSERT_NE(api->version, nullptr);
  EXPECT_STRNE(api->name, "");
  EXPECT_STRNE(api->version, "");
  EXPECT_EQ(api->reserved, 0u);
}

TEST(Backend, RefusesAnOptionThatItDoesNotKnowAndNamesIt) {
  // Opened a second time only after close, as the header asks.
  api->close();
  const char* name = "no_such_option";
  const char* value = "1";
  auto options = sized<tpp_open_options>();
  options.option_count = 1;
  options.option_names = &name;
  options.option_values = &value;
  auto error = sized<tpp_error>();
  EXPECT_EQ(api->open(&options, &error), TPP_INVALID);
  EXPECT_THAT(std::string(error.message), ::testing::HasSubstr(name));
  EXPECT_EQ(api->open(&options, nullptr), TPP_INVALID);
}

class OpenedBackend : public ::testing::Test {
 public:
  static std::vector<const char*> names;
  static std::vector<const char*> values;

  static tpp_status open(tpp_error* error) {
    auto options = sized<tpp_open_options>();
    options.option_count = static_cast<std::uint32_t>(names.size());
    options.option_names = names.data();
    options.option_values = values.data();
    return api->open(&options, error);
  }

 protected:
  static void SetUpTestSuite() {
    auto error = sized<tpp_error>();
    ASSERT_EQ(open(&error), TPP_OK) << error.message;
    ASSERT_GE(api->device_count(), 1u);
  }
  static void TearDownTestSuite() { api->close(); }
};
std::vector<const char*> OpenedBackend::names;
std::vector<const char*> OpenedBackend::values;

TEST_F(OpenedBackend, DescribesEachDeviceWithAnIdOfItsOwnAndEndedTexts) {
  std::set<std::string> ids;
  for (std::uint32_t d = 0; d < api->device_count(); ++d) {
    auto info = sized<tpp_device_info>();
    ASSERT_EQ(api->device_info(d, &info, nullptr), TPP_OK);
    ASSERT_TRUE(is_ended(info.id) && is_ended(info.name) && is_ended(info.kind) &&
                is_ended(info.architecture) && is_ended(info.slice_reason));
    EXPECT_STRNE(info.id, "");
    EXPECT_TRUE(ids.insert(info.id).second) << info.id;
    EXPECT_THAT(std::string(info.kind), AnyOf("gpu", "cpu", "accelerator"));
    EXPECT_GE(info.units, 1u);
    EXPECT_EQ((info.flags & TPP_DEVICE_SLICE) != 0, info.slice_reason[0] != '\0');
    if ((info.flags & TPP_DEVICE_DIE) != 0) {
      EXPECT_NE(info.flags & TPP_DEVICE_SLICE, 0u);
    }
  }
}

TEST_F(OpenedBackend, DescribesEachBenchmarkWithAVariantOrAReason) {
  std::set<std::string> seen;
  for (const Subject& subject : subjects()) {
    SCOPED_TRACE(subject.name);
    const tpp_benchmark_info& info = subject.info;
    EXPECT_TRUE(seen.insert(subject.name).second);
    EXPECT_THAT(std::string(info.kernel), AnyOf("gemm", "mma", "fma", "dram", "link"));
    EXPECT_STRNE(info.subject, "");
    if (info.status == TPP_OK) {
      EXPECT_GE(info.variants, 1u);
    } else {
      EXPECT_EQ(info.status, TPP_UNSUPPORTED);
      EXPECT_THAT(std::string(info.unsupported_by), AnyOf("hardware", "library", "build"));
      EXPECT_STRNE(info.reason, "");
    }
  }
  EXPECT_FALSE(seen.empty());
}

TEST_F(OpenedBackend, DescribesTheSameTwice) {
  const auto first = subjects();
  const auto second = subjects();
  ASSERT_EQ(first.size(), second.size());
  for (std::size_t i = 0; i < first.size(); ++i) EXPECT_EQ(first[i].name, second[i].name);
}

TEST_F(OpenedBackend, AnswersAnIndexOutOfRangeWithInvalid) {
  const std::uint32_t devices = api->device_count();
  auto device = sized<tpp_device_info>();
  auto benchmark = sized<tpp_benchmark_info>();
  auto error = sized<tpp_error>();
  for (const std::uint32_t beyond : {devices, ~0u}) {
    error.message[0] = '\0';
    EXPECT_EQ(api->device_info(beyond, &device, &error), TPP_INVALID);
    EXPECT_STRNE(error.message, "");
    EXPECT_EQ(api->device_info(beyond, &device, nullptr), TPP_INVALID);
    EXPECT_EQ(api->benchmark_count(beyond), 0u);
    EXPECT_EQ(api->benchmark_info(beyond, 0, &benchmark, nullptr), TPP_INVALID);
  }
  EXPECT_EQ(api->benchmark_info(0, api->benchmark_count(0), &benchmark, &error), TPP_INVALID);
  EXPECT_EQ(api->benchmark_info(0, ~0u, &benchmark, nullptr), TPP_INVALID);
}

TEST_F(OpenedBackend, RefusesToPrepareWhatDoesNotExist) {
  const auto ready = ready_subjects();
  ASSERT_FALSE(ready.empty());
  const Subject& subject = ready.back();
  auto good = sized<tpp_prepare_request>();
  good.device = subject.device;
  good.benchmark = subject.benchmark;
  std::array<tpp_prepare_request, 4> bad = {good, good, good, good};
  bad[0].device = api->device_count();
  bad[1].benchmark = api->benchmark_count(subject.device);
  bad[2].variant = subject.info.variants;
  bad[3].device = ~0u;
  for (const tpp_prepare_request& request : bad) {
    tpp_session* session = nullptr;
    auto error = sized<tpp_error>();
    EXPECT_EQ(api->prepare(&request, &session, &error), TPP_INVALID);
    EXPECT_STRNE(error.message, "");
    EXPECT_EQ(session, nullptr);
    EXPECT_EQ(api->prepare(&request, &session, nullptr), TPP_INVALID);
  }
}

TEST_F(OpenedBackend, RefusesToPrepareWhatIsUnsupported) {
  for (const Subject& subject : subjects()) {
    if (subject.info.status == TPP_OK) continue;
    SCOPED_TRACE(subject.name);
    auto request = sized<tpp_prepare_request>();
    request.device = subject.device;
    request.benchmark = subject.benchmark;
    tpp_session* session = nullptr;
    EXPECT_THAT(api->prepare(&request, &session, nullptr), AnyOf(TPP_UNSUPPORTED, TPP_INVALID));
    EXPECT_EQ(session, nullptr);
  }
}

TEST_F(OpenedBackend, LeavesMemoryBehindAShorterStructAlone) {
  // As an older host would ask, whose structs end after the first half.
  EXPECT_TRUE(respects_size<tpp_device_info>(sizeof(tpp_device_info) / 2, [](auto* out) {
    EXPECT_EQ(api->device_info(0, out, nullptr), TPP_OK);
    EXPECT_EQ(out->struct_size, sizeof(tpp_device_info) / 2);
  }));
  EXPECT_TRUE(respects_size<tpp_benchmark_info>(sizeof(tpp_benchmark_info) / 2, [](auto* out) {
    EXPECT_EQ(api->benchmark_info(0, 0, out, nullptr), TPP_OK);
  }));
  EXPECT_TRUE(respects_size<tpp_error>(64, [](auto* out) {
    auto info = sized<tpp_device_info>();
    EXPECT_EQ(api->device_info(~0u, &info, out), TPP_INVALID);
  }));
}

TEST_F(OpenedBackend, LeavesMemoryBehindAShorterResultAlone) {
  const auto ready = ready_subjects();
  ASSERT_FALSE(ready.empty());
  tpp_session* session = prepare(ready.back(), 0);
  ASSERT_NE(session, nullptr);
  EXPECT_TRUE(respects_size<tpp_session_info>(
      offsetof(tpp_session_info, working_set_bytes),
      [&](auto* out) { EXPECT_EQ(api->session_info(session, out, nullptr), TPP_OK); }));
  EXPECT_TRUE(respects_size<tpp_batch_result>(offsetof(tpp_batch_result, clock_hz), [&](auto* out) {
    EXPECT_EQ(api->run_batch(session, 1, out, nullptr), TPP_OK);
  }));
  auto request = sized<tpp_verify_request>();
  EXPECT_TRUE(respects_size<tpp_verify_result>(
      offsetof(tpp_verify_result, error_bound),
      [&](auto* out) { EXPECT_EQ(api->verify(session, &request, out, nullptr), TPP_OK); }));
  api->release(session);
}

// As an older host would ask, whose request ends where the later members of today's struct hold
// something else: `good` up to `size`, noise behind.
template <class Struct>
Struct cut(const Struct& good, std::size_t size) {
  Struct request;
  std::memset(&request, 0xff, sizeof request);
  std::memcpy(&request, &good, size);
  request.struct_size = static_cast<std::uint32_t>(size);
  return request;
}

TEST_F(OpenedBackend, TakesWhatAShorterRequestDoesNotSayAsZero) {
  const auto ready = ready_subjects();
  ASSERT_FALSE(ready.empty());
  auto asked = sized<tpp_prepare_request>();
  asked.device = ready.front().device;
  asked.benchmark = ready.front().benchmark;
  const auto request = cut(asked, offsetof(tpp_prepare_request, variant));
  auto error = sized<tpp_error>();
  tpp_session* session = nullptr;
  ASSERT_EQ(api->prepare(&request, &session, &error), TPP_OK) << error.message;
  auto batch = sized<tpp_batch_result>();
  EXPECT_EQ(api->run_batch(session, 1, &batch, &error), TPP_OK) << error.message;
  // Behind its end stands TPP_VERIFY_CORRUPT.
  const auto check = cut(sized<tpp_verify_request>(), offsetof(tpp_verify_request, flags));
  auto result = sized<tpp_verify_result>();
  EXPECT_EQ(api->verify(session, &check, &result, &error), TPP_OK) << error.message;
  EXPECT_LE(result.max_error, result.error_bound);
  api->release(session);
}

TEST(Backend, ReadsNoOptionsBehindAShorterRequestToOpen) {
  const auto options = cut(sized<tpp_open_options>(), offsetof(tpp_open_options, option_count));
  const tpp_status status = api->open(&options, nullptr);
  EXPECT_THAT(status, AnyOf(TPP_OK, TPP_UNAVAILABLE));
  if (status == TPP_OK) api->close();
}

TEST_F(OpenedBackend, SaysAsMuchOfAnErrorAsThereIsRoomFor) {
  auto info = sized<tpp_device_info>();
  for (const std::size_t room : {std::size_t{1}, std::size_t{8}, std::size_t{60}}) {
    const std::size_t size = offsetof(tpp_error, message) + room;
    EXPECT_TRUE(respects_size<tpp_error>(size, [&](auto* out) {
      EXPECT_EQ(api->device_info(~0u, &info, out), TPP_INVALID);
      EXPECT_NE(std::memchr(out->message, '\0', room), nullptr) << room;
      EXPECT_EQ(out->message[0] != '\0', room > 1) << room;
    }));
  }
  // No room for any text.
  EXPECT_TRUE(respects_size<tpp_error>(offsetof(tpp_error, message), [&](auto* out) {
    EXPECT_EQ(api->device_info(~0u, &info, out), TPP_INVALID);
  }));
}

TEST_F(OpenedBackend, FillsNothingBeyondItsOwnStructs) {
  // As a newer host would ask, whose struct has a member more.
  struct Newer {
    tpp_device_info info;
    std::uint64_t added;
  };
  Newer newer = {};
  newer.info.struct_size = sizeof(Newer);
  newer.added = 0x0123456789abcdef;
  EXPECT_EQ(api->device_info(0, &newer.info, nullptr), TPP_OK);
  EXPECT_EQ(newer.added, 0x0123456789abcdefu);
}

void expect_sound_batch(const tpp_session_info& info, const tpp_batch_result& batch,
                        double repeats) {
  EXPECT_GT(batch.elapsed_ns, 0);
  EXPECT_TRUE(std::isfinite(batch.elapsed_ns));
  EXPECT_GT(batch.end_ns, batch.begin_ns);
  EXPECT_EQ(batch.reserved, 0u);
  EXPECT_GE(batch.clock_hz, 0);
  EXPECT_GE(batch.unit_cycles, 0);
  // Not more than a repeat off: a batch may have a first and a last step of its own.
  EXPECT_NEAR(batch.operations, repeats * info.operations_per_repeat,
              info.operations_per_repeat * (1 + 1e-6 * repeats));
  EXPECT_NEAR(batch.bytes, repeats * info.bytes_per_repeat,
              info.bytes_per_repeat * (1 + 1e-6 * repeats));
}

void expect_sound_check(tpp_session* session) {
  auto request = sized<tpp_verify_request>();
  request.seed = 3;
  auto error = sized<tpp_error>();
  auto right = sized<tpp_verify_result>();
  ASSERT_EQ(api->verify(session, &request, &right, &error), TPP_OK) << error.message;
  EXPECT_GE(right.values, 1u);
  EXPECT_LE(right.max_error, right.error_bound);
  request.flags = TPP_VERIFY_CORRUPT;
  auto wrong = sized<tpp_verify_result>();
  ASSERT_EQ(api->verify(session, &request, &wrong, &error), TPP_OK) << error.message;
  EXPECT_FALSE(wrong.max_error <= wrong.error_bound) << wrong.max_error;
}

void expect_works(const Subject& subject, std::uint32_t variant) {
  tpp_session* session = prepare(subject, variant);
  ASSERT_NE(session, nullptr);
  auto error = sized<tpp_error>();
  auto info = sized<tpp_session_info>();
  EXPECT_EQ(api->session_info(session, &info, &error), TPP_OK) << error.message;
  EXPECT_GE(info.units, 1u);
  EXPECT_STRNE(info.path, "");
  EXPECT_EQ(info.flags & ~(TPP_BENCHMARK_GENERIC | TPP_BENCHMARK_EMULATED), 0u);
  EXPECT_EQ(info.reserved, 0u);
  const bool bytes = (subject.info.flags & TPP_BENCHMARK_BYTES) != 0;
  EXPECT_EQ(info.operations_per_repeat > 0, !bytes);
  EXPECT_EQ(info.bytes_per_repeat > 0, bytes);
  if (info.product_m != 0 && info.product_n != 0 && info.product_k != 0) {
    EXPECT_EQ(2.0 * static_cast<double>(info.product_m * info.product_n * info.product_k),
              info.operations_per_repeat);
  }
  for (const std::uint64_t repeats : {1u, 3u}) {
    auto batch = sized<tpp_batch_result>();
    EXPECT_EQ(api->run_batch(session, repeats, &batch, &error), TPP_OK) << error.message;
    expect_sound_batch(info, batch, static_cast<double>(repeats));
  }
  expect_sound_check(session);
  api->release(session);
}

TEST_F(OpenedBackend, RunsEveryVariantOfEveryBenchmarkAndCatchesACorruptedProduct) {
  for (const Subject& subject : ready_subjects()) {
    for (std::uint32_t variant = 0; variant < subject.info.variants; ++variant) {
      SCOPED_TRACE(subject.name + " variant " + std::to_string(variant));
      expect_works(subject, variant);
    }
  }
}

TEST_F(OpenedBackend, RunsAfterVerificationAndReadsTheSameProductAgain) {
  const auto ready = ready_subjects();
  ASSERT_FALSE(ready.empty());
  tpp_session* session = prepare(ready.back(), 0);
  ASSERT_NE(session, nullptr);
  auto batch = sized<tpp_batch_result>();
  for (int round = 0; round < 2; ++round) {
    // A corruption must not outlive its check.
    ASSERT_EQ(api->run_batch(session, 2, &batch, nullptr), TPP_OK);
    expect_sound_check(session);
    expect_sound_check(session);
  }
  api->release(session);
}

TEST_F(OpenedBackend, KeepsTwoSessionsApart) {
  const auto ready = ready_subjects();
  ASSERT_FALSE(ready.empty());
  tpp_session* first = prepare(ready.front(), 0);
  tpp_session* second = prepare(ready.back(), 0);
  ASSERT_TRUE(first != nullptr && second != nullptr);
  auto batch = sized<tpp_batch_result>();
  EXPECT_EQ(api->run_batch(first, 1, &batch, nullptr), TPP_OK);
  EXPECT_EQ(api->run_batch(second, 1, &batch, nullptr), TPP_OK);
  expect_sound_check(first);
  api->release(first);
  expect_sound_check(second);
  api->release(second);
}

// Loads the module and sets `api`; nullptr with a word on stderr if there is none.
const tpp_backend_api* load(const std::string& path) {
  void* handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (handle == nullptr) {
    std::fprintf(stderr, "%s\n", ::dlerror());
    return nullptr;
  }
  const auto query =
      reinterpret_cast<tpp_backend_query_function>(::dlsym(handle, "tpp_backend_query"));
  if (query == nullptr) return nullptr;
  const tpp_backend_api* table = query(TPP_BACKEND_ABI_MAJOR, TPP_BACKEND_ABI_MINOR);
  if (table == nullptr || table->abi_major != TPP_BACKEND_ABI_MAJOR) return nullptr;
  return table->struct_size >= sizeof(tpp_backend_api) ? table : nullptr;
}

int run(const std::vector<std::string>& words) {
  std::vector<std::string> options;  // "NAME\0VALUE"
  std::string module;
  for (const std::string& word : words) {
    if (word.starts_with("--module=")) module = word.substr(9);
    if (word.starts_with("--option=")) options.push_back(word.substr(9));
  }
  for (std::string& option : options) {
    const auto equals = option.find('=');
    option[equals] = '\0';
    OpenedBackend::names.push_back(option.c_str());
    OpenedBackend::values.push_back(option.c_str() + equals + 1);
  }
  api = load(module);
  if (api == nullptr) {
    std::fprintf(stderr, "no module of this ABI at '%s'\n", module.c_str());
    return 1;
  }
  auto error = sized<tpp_error>();
  const tpp_status status = OpenedBackend::open(&error);
  if (status == TPP_UNAVAILABLE) {
    std::fprintf(stderr, "nothing to run on here: %s\n", error.message);
    return kSkipped;
  }
  if (status != TPP_OK) {
    std::fprintf(stderr, "cannot open %s: %s\n", module.c_str(), error.message);
    return 1;
  }
  return RUN_ALL_TESTS();
}

}  // namespace

int main(int argc, char** argv) {
  ::testing::InitGoogleMock(&argc, argv);
  return run(std::vector<std::string>(argv + 1, argv + argc));
}
