// A backend as a table in this process, whose every answer a test can set. One simulated device, so
// that time is what the fake claims and no test waits.
#ifndef TPP_TESTS_UNIT_BENCH_FAKE_BACKEND_H
#define TPP_TESTS_UNIT_BENCH_FAKE_BACKEND_H

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "kernels/bench/backend.h"
#include "kernels/bench/plan.h"

namespace tpp::bench {

struct FakeBenchmark {
  std::string kernel = "mma";
  std::string subject = "fp16";
  std::string accumulator = "";
  std::uint32_t flags = 0;
  tpp_status status = TPP_OK;
  std::uint32_t variants = 1;
};

// What a batch reports, to be changed by FakeState::change.
struct FakeCall {
  std::uint32_t variant = 0;
  std::uint64_t repeats = 0;
  int batch = 0;         // of this session, from 0
  double claimed_s = 0;  // so far, of all sessions
};

struct FakeState {
  std::vector<FakeBenchmark> benchmarks = {FakeBenchmark{}};
  std::uint32_t device_flags = TPP_DEVICE_SIMULATED;
  // 4 units at 1 GHz doing 1024 operations a clock, 1 us a repeat.
  std::uint32_t units = 4;
  double clock_hz = 1e9;
  double repeat_s = 1e-6;
  double operations_per_repeat = 4 * 1024 * 1e3;
  std::uint64_t working_set_bytes = 1 << 20;
  double operations_per_clock = 0;
  std::array<std::uint64_t, 3> product = {};  // m, n, k
  std::function<std::uint32_t(std::uint32_t variant)> session_flags = [](std::uint32_t) {
    return 0u;
  };
  // Last word on a batch's figures.
  std::function<void(const FakeCall&, tpp_batch_result&)> change = [](const FakeCall&, auto&) {};
  std::function<tpp_status(std::uint32_t variant)> prepare = [](std::uint32_t) { return TPP_OK; };
  std::function<tpp_status(const FakeCall&)> run = [](const FakeCall&) { return TPP_OK; };
  double error = 0;
  double error_bound = 1e-3;
  std::uint32_t values = 16;

  // What was seen.
  double claimed_s = 0;
  int prepared = 0;
  int released = 0;
  int batches = 0;
  int checks = 0;
  std::uint32_t last_fill = 0;
};

// Fresh defaults; the table reads this one state.
FakeState& reset_fake();
const tpp_backend_api& fake_table();

// Opened and planned.
struct Fake {
  Fake() : backend(&fake_table()) { backend.open({}); }
  std::vector<Planned> plan() const {
    return tpp::bench::plan(backend, backend.devices(), std::nullopt);
  }
  Backend backend;
};

}  // namespace tpp::bench

#endif
