// What the direct programs share: random operands, a grid of shapes, the timing of a call, and the
// search for the best of many. Each program calls one library as its manual shows, with the
// library's own threads.
#ifndef TPP_TESTS_BENCH_DIRECT_GEMM_H
#define TPP_TESTS_BENCH_DIRECT_GEMM_H

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <random>
#include <string>
#include <vector>

namespace direct {

struct Shape {
  int m, n, k;
};

// From what fits a core's second-level cache to what fits no cache.
inline constexpr Shape kShapes[] = {
    {512, 256, 256},    {512, 512, 512},    {768, 384, 384},    {1024, 512, 512},
    {1024, 512, 1024},  {1024, 1024, 512},  {1024, 1024, 1024}, {1536, 768, 768},
    {1536, 1536, 1536}, {2048, 512, 512},   {2048, 1024, 512},  {2048, 1024, 1024},
    {2048, 2048, 512},  {2048, 2048, 2048}, {4096, 512, 512},   {3072, 3072, 1024},
};

inline std::vector<float> random_values(std::size_t count) {
  static const std::vector<float> pool = [] {
    std::mt19937 engine(1);
    std::normal_distribution<float> normal;
    std::vector<float> values(1 << 16);
    std::generate(values.begin(), values.end(), [&] { return normal(engine); });
    return values;
  }();
  std::vector<float> values(count);
  std::mt19937 engine(2);
  for (std::size_t i = 0; i < count;) {  // runs from random starts
    for (std::size_t from = engine() % pool.size(); from < pool.size() && i < count;) {
      values[i++] = pool[from++];
    }
  }
  return values;
}

// Median time of a call in seconds over about `budget_s`, in pieces of at least 5 ms.
inline double seconds_a_call(const std::function<void()>& call, double budget_s) {
  const auto now = [] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
  };
  call();
  std::vector<double> pieces;
  const double start = now();
  do {
    const double begin = now();
    int calls = 0;
    do {
      call();
      ++calls;
    } while (now() - begin < 0.005);
    pieces.push_back((now() - begin) / calls);
  } while (now() - start < budget_s);
  std::nth_element(pieces.begin(), pieces.begin() + pieces.size() / 2, pieces.end());
  return pieces[pieces.size() / 2];
}

// One way to have one product computed.
struct Candidate {
  std::string name;
  double operations;
  // Makes it ready and returns the call.
  std::function<std::function<void()>()> prepare;
};

// Tries all shortly, the best few for longer, and measures the best of those once more: that figure
// is printed, as one line of JSON. The highest of several figures would be too high by what they
// scatter, and what it is held against is one figure too.
inline int report_best(const std::vector<Candidate>& candidates, const std::string& library) {
  constexpr double kScreening = 0.03;
  constexpr double kFinal = 0.4;
  constexpr std::size_t kFinalists = 4;
  std::vector<std::pair<double, const Candidate*>> found;
  const auto rate = [](const Candidate& c, double budget_s) {
    return c.operations / seconds_a_call(c.prepare(), budget_s);
  };
  for (const Candidate& candidate : candidates) {
    try {
      found.emplace_back(rate(candidate, kScreening), &candidate);
    } catch (const std::exception& e) {
      std::fprintf(stderr, "%s: %s\n", candidate.name.c_str(), e.what());
    }
  }
  if (found.empty()) {
    std::printf("{\"library\": \"%s\", \"ops_per_second\": null}\n", library.c_str());
    return 0;
  }
  std::sort(found.rbegin(), found.rend());
  found.resize(std::min(found.size(), kFinalists));
  for (auto& [figure, candidate] : found) figure = rate(*candidate, kFinal);
  const Candidate& best = *std::max_element(found.begin(), found.end())->second;
  std::printf("{\"library\": \"%s\", \"ops_per_second\": %.6g, \"what\": \"%s\"}\n",
              library.c_str(), rate(best, kFinal), best.name.c_str());
  return 0;
}

}  // namespace direct

#endif
