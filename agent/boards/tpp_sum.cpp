#include "agent/boards/tpp_sum.h"

#include <algorithm>

#include "agent/support/add_once.h"

namespace tpp {
namespace {

// TPP counts tera operations.
constexpr double kTera = 1e12;

struct Way {
  int tf32_bits;
  bool best_then_sum;
  bool add_units;
  bool deciding_only;
};

// A product on its way to a sum. Ends of the interval are carried apart from the value: the largest
// of several alternatives is at least as large as the largest of their lower ends.
struct Product {
  double value = 0;
  Interval interval;
  Precision precision = Precision::fp64;
  Confidence confidence = Confidence::source;
  bool any = false;
  std::vector<Precision> added = {};  // each once
};

Product larger(const Product& one, const Product& other) {
  if (!one.any || !other.any) return one.any ? one : other;
  Product best = other.value > one.value ? other : one;
  best.interval = {std::max(one.interval.low, other.interval.low),
                   std::max(one.interval.high, other.interval.high)};
  return best;
}

Product plus(const Product& one, const Product& other) {
  if (!one.any || !other.any) return one.any ? one : other;
  Product sum = other.value > one.value ? other : one;
  sum.value = one.value + other.value;
  sum.interval = {one.interval.low + other.interval.low, one.interval.high + other.interval.high};
  sum.confidence = std::min(one.confidence, other.confidence);
  sum.added = one.added;
  for (const Precision precision : other.added) add_once(precision, sum.added);
  return sum;
}

Product product_of(const CountedRate& rate, int tf32_bits) {
  const int bits = rate.precision == Precision::tf32 ? tf32_bits : info(rate.precision).bit_length;
  // Divided last: a rate of a sheet times its bits is a whole number, and the quotient then the
  // double nearest to the decimal that a reader works out.
  const auto tpp = [&](double ops_per_second) { return ops_per_second * bits / kTera; };
  return {tpp(rate.ops_per_second),
          {tpp(rate.interval.low), tpp(rate.interval.high)},
          rate.precision,
          rate.confidence,
          true,
          {rate.precision}};
}

// The best rate of one part, in one precision or any; unlike units added or not.
Product of_part(const PartRates& part, const Way& way, std::optional<Precision> precision) {
  Product matrix;
  Product vector;
  for (const CountedRate& rate : part) {
    if (way.deciding_only && !rate.deciding) continue;
    if (precision && rate.precision != *precision) continue;
    Product& best = rate.unit_class == UnitClass::matrix ? matrix : vector;
    best = larger(best, product_of(rate, way.tf32_bits));
  }
  return way.add_units ? plus(matrix, vector) : larger(matrix, vector);
}

Product over_parts(const std::vector<PartRates>& parts, const Way& way,
                   std::optional<Precision> precision) {
  Product sum;
  for (const PartRates& part : parts) sum = plus(sum, of_part(part, way, precision));
  return sum;
}

Product total(const std::vector<PartRates>& parts, const Way& way) {
  if (way.best_then_sum) return over_parts(parts, way, std::nullopt);
  Product best;
  for (const PrecisionInfo& row : precisions()) {
    best = larger(best, over_parts(parts, way, row.precision));
  }
  return best;
}

TppReading read_as(const std::vector<PartRates>& parts, Way way) {
  const Product all = total(parts, way);
  TppReading reading;
  reading.tf32_bits = way.tf32_bits;
  reading.board_sum = way.best_then_sum ? "best_then_sum" : "sum_then_best";
  reading.processing_units = way.add_units ? "added" : "best";
  reading.value = all.value;
  reading.interval = all.interval;
  reading.precision = all.precision;
  reading.confidence = all.confidence;
  way.deciding_only = true;
  const Product deciding = total(parts, way);
  if (deciding.any) {
    reading.deciding_value = deciding.value;
    reading.deciding_interval = deciding.interval;
  }
  return reading;
}

template <class Predicate>
bool any_rate(const std::vector<PartRates>& parts, Predicate predicate) {
  return std::ranges::any_of(
      parts, [&](const PartRates& part) { return std::ranges::any_of(part, predicate); });
}

bool has_both_classes(const PartRates& part) {
  const auto has = [&](UnitClass unit_class) {
    return std::ranges::find(part, unit_class, &CountedRate::unit_class) != part.end();
  };
  return has(UnitClass::matrix) && has(UnitClass::vector);
}

}  // namespace

std::optional<Tpp> sum_tpp(const std::vector<PartRates>& parts, bool complete) {
  if (!any_rate(parts, [](const CountedRate&) { return true; })) return std::nullopt;
  const bool tf32 =
      any_rate(parts, [](const CountedRate& rate) { return rate.precision == Precision::tf32; });
  const bool addable = std::ranges::any_of(parts, has_both_classes);

  Tpp tpp;
  tpp.complete = complete;
  for (const bool add_units : {false, true}) {
    if (add_units && !addable) continue;
    for (const int bits : {32, 19}) {
      for (const bool best_first : {true, false}) {
        tpp.readings.push_back(read_as(parts, {bits, best_first, add_units, false}));
      }
    }
  }
  // The first four are: 32 bits best_then_sum, sum_then_best; 19 bits likewise.
  const TppReading& best_then_sum = tpp.readings[0];
  const TppReading& sum_then_best = tpp.readings[1];
  tpp.best_then_sum = best_then_sum.value;
  tpp.sum_then_best = sum_then_best.value;
  const bool best_first = !(sum_then_best.value > best_then_sum.value);
  const TppReading& shown = best_first ? best_then_sum : sum_then_best;
  tpp.value = shown.value;
  tpp.interval = shown.interval;
  tpp.precision = shown.precision;
  const std::vector<Precision> added = total(parts, {32, best_first, false, false}).added;
  if (added.size() > 1) tpp.precisions = added;
  tpp.confidence = shown.confidence;
  if (tf32) tpp.tf32_at_19 = std::max(tpp.readings[2].value, tpp.readings[3].value);
  return tpp;
}

}  // namespace tpp
