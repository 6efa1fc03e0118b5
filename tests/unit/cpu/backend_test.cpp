// The module as a host sees it: loaded, through its one symbol.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cstring>
#include <set>
#include <string>
#include <vector>

#include "kernels/tpp_backend.h"

namespace {

const tpp_backend_api& api() {
  static const tpp_backend_api* const table = [] {
    void* library = dlopen(TPP_CPU_MODULE, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (library == nullptr) throw std::runtime_error(dlerror());
    const auto query =
        reinterpret_cast<tpp_backend_query_function>(dlsym(library, "tpp_backend_query"));
    return query(TPP_BACKEND_ABI_MAJOR, TPP_BACKEND_ABI_MINOR);
  }();
  return *table;
}

class CpuBackend : public ::testing::Test {
 protected:
  ~CpuBackend() override { api().close(); }

  tpp_status open(const char* name = nullptr, const char* value = nullptr) {
    tpp_open_options options{sizeof(tpp_open_options), name == nullptr ? 0u : 1u, &name, &value};
    return api().open(&options, &error_);
  }

  std::vector<tpp_benchmark_info> benchmarks() {
    std::vector<tpp_benchmark_info> list;
    for (uint32_t i = 0; i < api().benchmark_count(0); ++i) {
      tpp_benchmark_info info{};
      info.struct_size = sizeof info;
      EXPECT_EQ(api().benchmark_info(0, i, &info, &error_), TPP_OK) << error_.message;
      list.push_back(info);
    }
    return list;
  }

  tpp_device_info device() {
    tpp_device_info info{};
    info.struct_size = sizeof info;
    EXPECT_EQ(api().device_info(0, &info, &error_), TPP_OK) << error_.message;
    return info;
  }

  std::string message() const { return error_.message; }

  tpp_error error_{sizeof(tpp_error), {}};
};

TEST_F(CpuBackend, DescribesTheFirstSocket) {
  ASSERT_EQ(open(), TPP_OK) << message();
  const tpp_device_info info = device();
  EXPECT_EQ(std::string(info.id).rfind("cpu:", 0), 0u);
  EXPECT_STREQ(info.kind, "cpu");
  EXPECT_STREQ(info.unit_kind, "core");
  EXPECT_GE(info.units, 1u);
  EXPECT_GT(info.memory_bytes, 0u);
  EXPECT_TRUE(info.flags & TPP_DEVICE_TIMER_IS_HOST);
  EXPECT_FALSE(info.flags & TPP_DEVICE_FORCED);
  EXPECT_EQ((info.flags & TPP_DEVICE_SLICE) != 0, info.slice_reason[0] != '\0');
}

TEST_F(CpuBackend, ListsEachBenchmarkOnceWithVariantsOrAReason) {
  ASSERT_EQ(open(), TPP_OK) << message();
  std::set<std::string> names;
  for (const tpp_benchmark_info& info : benchmarks()) {
    const std::string name = std::string(info.kernel) + "/" + info.subject + "+" + info.accumulator;
    EXPECT_TRUE(names.insert(name).second) << name << " twice";
    if (info.status == TPP_OK) {
      EXPECT_GE(info.variants, 1u) << name;
    } else {
      EXPECT_EQ(info.status, TPP_UNSUPPORTED) << name;
      EXPECT_STRNE(info.unsupported_by, "") << name;
      EXPECT_STRNE(info.reason, "") << name;
    }
  }
  for (const char* wanted :
       {"fma/fp64+", "fma/fp32+", "dram/read+", "dram/write+", "dram/triad+"}) {
    EXPECT_TRUE(names.count(wanted)) << wanted;
  }
}

TEST_F(CpuBackend, RunsPortableLoopsAndSaysSoWhereNothingElseIsAllowed) {
  ASSERT_EQ(open("isa", "portable"), TPP_OK) << message();
  EXPECT_TRUE(device().flags & TPP_DEVICE_FORCED);
  int rates = 0;
  const auto list = benchmarks();
  for (uint32_t i = 0; i < list.size(); ++i) {
    const std::string kernel = list[i].kernel;
    if (kernel != "fma" && kernel != "mma") continue;
    if (list[i].status != TPP_OK) {
      EXPECT_STREQ(list[i].unsupported_by, "build") << "the hardware may well have it";
      continue;
    }
    ++rates;
    EXPECT_TRUE(list[i].flags & TPP_BENCHMARK_GENERIC);
    tpp_prepare_request request{sizeof(tpp_prepare_request), 0, i, 0, TPP_FILL_NORMAL, 1, 0};
    tpp_session* session = nullptr;
    ASSERT_EQ(api().prepare(&request, &session, &error_), TPP_OK) << message();
    tpp_session_info info{};
    info.struct_size = sizeof info;
    EXPECT_EQ(api().session_info(session, &info, &error_), TPP_OK);
    EXPECT_NE(std::string(info.path).find("portable C++"), std::string::npos) << info.path;
    tpp_batch_result batch{};
    batch.struct_size = sizeof batch;
    EXPECT_EQ(api().run_batch(session, 1, &batch, &error_), TPP_OK) << message();
    EXPECT_GT(batch.operations, 0);
    tpp_verify_request check{sizeof(tpp_verify_request), 0, 1};
    tpp_verify_result result{};
    result.struct_size = sizeof result;
    EXPECT_EQ(api().verify(session, &check, &result, &error_), TPP_OK);
    EXPECT_LE(result.max_error, result.error_bound);
    api().release(session);
  }
  EXPECT_EQ(rates, 2);
}

TEST_F(CpuBackend, RefusesAnUnknownOptionByName) {
  EXPECT_EQ(open("colour", "red"), TPP_INVALID);
  EXPECT_NE(message().find("colour"), std::string::npos) << message();
  EXPECT_NE(message().find("isa"), std::string::npos) << message();
}

TEST_F(CpuBackend, RefusesAnUnknownIsaAndListsThoseItKnows) {
  EXPECT_EQ(open("isa", "mmx"), TPP_INVALID);
  EXPECT_NE(message().find("mmx"), std::string::npos) << message();
  EXPECT_NE(message().find("portable"), std::string::npos) << message();
}

TEST_F(CpuBackend, AnswersCallsBeforeOpenWithoutFalling) {
  EXPECT_EQ(api().device_count(), 0u);
  EXPECT_EQ(api().benchmark_count(0), 0u);
  tpp_device_info info{};
  info.struct_size = sizeof info;
  EXPECT_EQ(api().device_info(0, &info, &error_), TPP_INVALID);
  EXPECT_FALSE(message().empty());
}

TEST_F(CpuBackend, RefusesNumbersThatDoNotExist) {
  ASSERT_EQ(open(), TPP_OK) << message();
  tpp_session* session = nullptr;
  tpp_prepare_request request{sizeof(tpp_prepare_request), 0, 9999, 0, 0, 0, 0};
  EXPECT_EQ(api().prepare(&request, &session, &error_), TPP_INVALID);
  request = {sizeof(tpp_prepare_request), 99, 0, 0, 0, 0, 0};
  EXPECT_EQ(api().prepare(&request, &session, &error_), TPP_INVALID);
  request = {sizeof(tpp_prepare_request), 0, 0, 99, 0, 0, 0};
  EXPECT_EQ(api().prepare(&request, &session, &error_), TPP_INVALID);
  request = {sizeof(tpp_prepare_request), 0, 0, 0, 99, 0, 0};
  EXPECT_EQ(api().prepare(&request, &session, &error_), TPP_INVALID);
  EXPECT_EQ(session, nullptr);
  request = {sizeof(tpp_prepare_request), 0, 0, 0, 0, 0, 0};
  EXPECT_EQ(api().prepare(&request, &session, nullptr), TPP_OK);
  tpp_batch_result batch{};
  batch.struct_size = sizeof batch;
  EXPECT_EQ(api().run_batch(session, 0, &batch, &error_), TPP_INVALID);
  tpp_verify_request check{sizeof(tpp_verify_request), 0, 1};
  tpp_verify_result result{};
  result.struct_size = sizeof result;
  EXPECT_EQ(api().verify(session, &check, &result, &error_), TPP_INVALID) << "no batch yet";
  api().release(session);
}

TEST_F(CpuBackend, WritesNoFurtherThanTheCallersStructIsLong) {
  ASSERT_EQ(open(), TPP_OK) << message();
  tpp_device_info info;
  std::memset(&info, 0x7f, sizeof info);
  info.struct_size = offsetof(tpp_device_info, name);
  ASSERT_EQ(api().device_info(0, &info, &error_), TPP_OK);
  EXPECT_EQ(info.struct_size, offsetof(tpp_device_info, name));
  EXPECT_EQ(std::string(info.id).rfind("cpu:", 0), 0u);
  EXPECT_EQ(info.name[0], 0x7f);
}

TEST_F(CpuBackend, TellsAHostOfAnotherMajorVersionItsOwn) {
  void* library = dlopen(TPP_CPU_MODULE, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  const auto query =
      reinterpret_cast<tpp_backend_query_function>(dlsym(library, "tpp_backend_query"));
  const tpp_backend_api* table = query(TPP_BACKEND_ABI_MAJOR + 1, 0);
  ASSERT_NE(table, nullptr);
  EXPECT_EQ(table->abi_major, TPP_BACKEND_ABI_MAJOR);
}

}  // namespace
