// Whole answers of shipments, byte for byte.
#include <gtest/gtest.h>

#include "agent/support/file.h"
#include "exporters/shipment_json.h"
#include "exporters/shipment_table.h"
#include "tests/golden/comma_locale.h"
#include "tests/golden/golden_file.h"
#include "tests/golden/sample_shipment.h"

namespace tpp {
namespace {

struct Sample {
  const char* name;
  ShipmentAnswer (*answer)();
};
class ShipmentGolden : public testing::TestWithParam<Sample> {};

TEST_P(ShipmentGolden, IsTheSameByteForByte) {
  const std::string name = std::string("shipments/") + GetParam().name;

  expect_golden(name + ".txt", shipment_table(GetParam().answer(), {}));
  expect_golden(name + ".json", shipment_json(GetParam().answer()));
}

TEST_P(ShipmentGolden, DoesNotChangeUnderACommaLocale) {
  const CommaLocale comma;
  const std::string name = std::string("shipments/") + GetParam().name;

  EXPECT_EQ(shipment_table(GetParam().answer(), {}), read_file(golden_file(name + ".txt")));
  EXPECT_EQ(shipment_json(GetParam().answer()), read_file(golden_file(name + ".json")));
}

INSTANTIATE_TEST_SUITE_P(Samples, ShipmentGolden,
                         testing::Values(Sample{"shipment", samples::shipment},
                                         Sample{"bare", samples::bare_shipment}),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace tpp
