#include "agent/model/measurement.h"

#include <fmt/format.h>

namespace tpp {

std::string to_string(const BenchmarkId& id) {
  const std::string accumulator = id.accumulator.empty() ? "" : "+" + id.accumulator;
  return fmt::format("{}/{}/{}{}", id.device.value, id.kernel, id.subject, accumulator);
}

std::optional<BenchmarkId> parse_benchmark_id(std::string_view text) {
  const auto last = text.rfind('/');
  if (last == std::string_view::npos || last == 0) return std::nullopt;
  const auto before = text.rfind('/', last - 1);
  if (before == std::string_view::npos || before == 0) return std::nullopt;
  BenchmarkId id;
  id.device.value = text.substr(0, before);
  id.kernel = text.substr(before + 1, last - before - 1);
  const std::string_view subject = text.substr(last + 1);
  const auto plus = subject.find('+');
  id.subject = subject.substr(0, plus);
  if (plus != std::string_view::npos) id.accumulator = subject.substr(plus + 1);
  if (id.kernel.empty() || id.subject.empty()) return std::nullopt;
  return id;
}

// Written so that an error that is no number fails.
bool verified(const Rate& rate) {
  return rate.checked_values >= 1 && rate.max_error <= rate.error_bound;
}

bool counts(const Rate& rate) { return !rate.suspect && !rate.emulated && verified(rate); }

bool is_interrupted(const Outcome& outcome) {
  const auto* failed = std::get_if<Failed>(&outcome);
  return failed != nullptr && failed->interrupted;
}

std::optional<Precision> precision_of(const BenchmarkId& id) { return parse_precision(id.subject); }

}  // namespace tpp
