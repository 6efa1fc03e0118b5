#include "kernels/sim/simulation.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <string_view>
#include <thread>

namespace tpp::sim {
namespace {

// One repeat keeps every unit busy for so many clocks, about 1 us.
constexpr double kClocksPerRepeat = 2048;
constexpr double kBytesPerRepeat = 4 << 20;
constexpr double kSlowerPerVariant = 0.07;
constexpr double kThrottleTime_s = 0.5;
constexpr std::uint64_t kLaunch_ns = 2000;
constexpr std::uint32_t kCheckedValues = 256;

std::uint64_t mix(std::uint64_t value) {  // splitmix64's finaliser
  value ^= value >> 30;
  value *= 0xbf58476d1ce4e5b9u;
  value ^= value >> 27;
  value *= 0x94d049bb133111ebu;
  return value ^ value >> 31;
}

std::uint64_t hash(std::string_view text, std::uint64_t seed) {
  for (const char c : text) seed = mix(seed + static_cast<unsigned char>(c));
  return seed;
}

bool is_integer(std::string_view subject) { return subject.starts_with("int"); }

// Half a unit in the last place of the accumulator, which is fp32 where nothing else is said.
double rounding(const Benchmark& benchmark) {
  if (benchmark.accumulator == "fp16") return 0x1p-11;
  return benchmark.subject == "fp64" ? 0x1p-53 : 0x1p-24;
}

}  // namespace

SimulatedClock::SimulatedClock()
    : now_ns_(static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch() /
                                         std::chrono::nanoseconds(1))) {}

Simulation::Simulation(const Device& device, const Benchmark& benchmark, std::uint32_t variant,
                       std::uint64_t seed)
    : device_(device),
      benchmark_(benchmark),
      speed_(std::pow(1 - kSlowerPerVariant, variant)),
      random_(hash(device.id + benchmark.kernel + benchmark.subject, seed)) {
  if (benchmark.fault.kind == FaultKind::slow) speed_ /= benchmark.fault.value;
  const auto is_set = [](const std::string& name) { return std::getenv(name.c_str()) != nullptr; };
  if (std::ranges::any_of(device.heeds, is_set)) speed_ /= 2;
}

double Simulation::amount_per_repeat() const {
  if (benchmark_.bytes_per_second > 0) return kBytesPerRepeat;
  if (const auto [m, n, k] = product(); k > 0) {
    return 2 * static_cast<double>(m) * static_cast<double>(n) * static_cast<double>(k);
  }
  return benchmark_.ops_per_clock_per_unit * device_.units * kClocksPerRepeat;
}

// A cube for each unit, of about as many operations as another kernel's repeat.
std::array<std::uint64_t, 3> Simulation::product() const {
  if (benchmark_.kernel != "gemm" || benchmark_.bytes_per_second > 0) return {};
  const double volume = benchmark_.ops_per_clock_per_unit * kClocksPerRepeat / 2;
  const auto side = static_cast<std::uint64_t>(std::max(1.0, std::round(std::cbrt(volume))));
  return {side * device_.units, side, side};
}

double Simulation::gauss() {
  const auto uniform = [this] {
    random_ += 0x9e3779b97f4a7c15u;
    return (static_cast<double>(mix(random_) >> 11) + 0.5) * 0x1p-53;
  };
  const double radius = std::sqrt(-2 * std::log(uniform()));
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

boundary::Batch Simulation::run(std::uint64_t repeats, SimulatedClock& clock) {
  double clock_share = 1;
  if (benchmark_.fault.kind == FaultKind::throttled) {
    const double progress = std::min(1.0, busy_s_ / kThrottleTime_s);
    clock_share = 1 - progress * (1 - benchmark_.fault.value);
  }
  const double clock_hz = benchmark_.clock_hz * clock_share;
  const double amount = amount_per_repeat() * static_cast<double>(repeats);
  const double peak = benchmark_.bytes_per_second > 0
                          ? benchmark_.bytes_per_second
                          : benchmark_.ops_per_clock_per_unit * device_.units * clock_hz;
  // Noise only slows down, as it does on hardware.
  const double reached =
      benchmark_.efficiency * speed_ / (1 + benchmark_.noise * std::fabs(gauss()));
  const double seconds = amount / (peak * reached);
  busy_s_ += seconds;

  boundary::Batch batch;
  batch.begin_ns = clock.now_ns();
  clock.advance_ns(std::max<std::uint64_t>(1, std::llround(seconds * 1e9)) + kLaunch_ns);
  batch.end_ns = clock.now_ns();
  batch.elapsed_ns = seconds * 1e9;
  if (benchmark_.fault.kind == FaultKind::timer_lies) batch.elapsed_ns *= benchmark_.fault.value;
  (benchmark_.bytes_per_second > 0 ? batch.bytes : batch.operations) = amount;
  if (benchmark_.clock_counter && clock_hz > 0) {
    batch.clock_hz = clock_hz;
    if (benchmark_.bytes_per_second <= 0) batch.unit_cycles = seconds * clock_hz;
  }
  if (benchmark_.fault.kind == FaultKind::slow) {
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
  }
  return batch;
}

boundary::Verification check_product(const Benchmark& benchmark, bool corrupt) {
  boundary::Verification check;
  check.values = kCheckedValues;
  check.error_bound = is_integer(benchmark.subject) ? 0 : 8 * rounding(benchmark);
  check.max_error = check.error_bound / 8;
  if (benchmark.fault.kind == FaultKind::wrong_product) check.max_error = 0.03125;
  if (corrupt) check.max_error = 0.5;
  return check;
}

}  // namespace tpp::sim
