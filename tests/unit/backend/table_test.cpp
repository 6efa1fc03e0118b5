#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <memory>

#include "kernels/cpp_backend.h"

namespace tpp::boundary {
namespace {

using ::testing::HasSubstr;

// Two benchmarks of one device: what runs is generic, and the second is listed so.
class GenericWorkload final : public Workload {
 public:
  SessionInfo info() const override {
    SessionInfo info;
    info.path = "portable";
    info.flags = TPP_BENCHMARK_GENERIC;
    return info;
  }
  Batch run_batch(uint64_t) override { return {}; }
  Verification verify(uint64_t, bool) override { return {}; }
};

Benchmark benchmark(uint32_t flags) {
  Benchmark made;
  made.flags = flags;
  made.variants.push_back([](const Preparation&) { return std::make_unique<GenericWorkload>(); });
  return made;
}

struct Definition {
  static BackendDefinition get() {
    return {"portable", "1", {}, [](const Options&) {
              Opened opened;
              opened.devices.push_back({{}, {benchmark(0), benchmark(TPP_BENCHMARK_GENERIC)}});
              return opened;
            }};
  }
};

struct Answer {
  tpp_status status = TPP_OK;
  tpp_session_info info{};
  tpp_error error{};
};

// Of a session of that benchmark, to a host whose struct is `size` long.
Answer ask(uint32_t benchmark_number, std::size_t size) {
  const tpp_backend_api& api = *BackendTable<Definition>::api();
  EXPECT_EQ(api.open(nullptr, nullptr), TPP_OK);
  tpp_prepare_request request{};
  request.struct_size = sizeof request;
  request.benchmark = benchmark_number;
  tpp_session* session = nullptr;
  EXPECT_EQ(api.prepare(&request, &session, nullptr), TPP_OK);
  Answer answer;
  answer.info.struct_size = static_cast<uint32_t>(size);
  answer.error.struct_size = sizeof answer.error;
  answer.status = api.session_info(session, &answer.info, &answer.error);
  api.release(session);
  api.close();
  return answer;
}

TEST(BackendTable, TellsTheHostThatASessionTurnedOutGeneric) {
  const Answer answer = ask(0, sizeof(tpp_session_info));

  EXPECT_EQ(answer.status, TPP_OK);
  EXPECT_EQ(answer.info.flags, TPP_BENCHMARK_GENERIC);
}

TEST(BackendTable, GivesAHostThatCannotBeToldNothing) {
  const Answer answer = ask(0, offsetof(tpp_session_info, flags));

  EXPECT_EQ(answer.status, TPP_FAILED);
  EXPECT_THAT(answer.error.message, HasSubstr("too old to be told"));
}

TEST(BackendTable, GivesAnOlderHostWhatTheListSaidAlready) {
  EXPECT_EQ(ask(1, offsetof(tpp_session_info, flags)).status, TPP_OK);
}

}  // namespace
}  // namespace tpp::boundary
