#include "exporters/report_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>

#include "agent/support/error.h"
#include "tests/golden/sample_reports.h"

namespace tpp {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::StartsWith;

std::string message_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

std::string refusal(const json& report) {
  return message_of([&] { report_from_json(report); });
}

json whole() { return to_json(samples::every_member()); }

// Paths of all values below the root.
void collect(const json& value, const json::json_pointer& at,
             std::vector<json::json_pointer>& all) {
  if (!value.is_structured()) return;
  for (const auto& [key, child] : value.items()) {
    const auto path = value.is_array() ? at / std::stoul(key) : at / key;
    all.push_back(path);
    collect(child, path, all);
  }
}

std::vector<json::json_pointer> all_places(const json& value) {
  std::vector<json::json_pointer> all;
  collect(value, json::json_pointer(), all);
  return all;
}

TEST(ReportJson, ComesBackExactlyInEveryMember) {
  for (const samples::Sample& sample : samples::all()) {
    const json before = to_json(sample.report);
    const Report read = report_from_json(json::parse(render_json(sample.report)));
    EXPECT_EQ(to_json(read), before) << sample.name;
    EXPECT_EQ(render_json(read), render_json(sample.report)) << sample.name;
  }
}

TEST(ReportJson, KeepsNumbersToTheLastBit) {
  Rate rate;
  for (const double value : {0.1, 1.0 / 3, 5e-324, 1.7976931348623157e308, -0.0, 989.4e12,
                             4799.999999999999, 2.2250738585072014e-308}) {
    rate.per_second = value;
    const double read = rate_from_json(json::parse(to_json(rate).dump())).per_second;
    EXPECT_EQ(read, value);
    EXPECT_EQ(std::signbit(read), std::signbit(value));
  }
}

TEST(ReportJson, KeepsWholeNumbersBeyondWhatADoubleHolds) {
  Report report = samples::every_member();
  report.inventory.devices[0].memory_bytes = std::numeric_limits<std::uint64_t>::max();
  const Report read = parse_report(render_json(report), "text");
  EXPECT_EQ(read.inventory.devices[0].memory_bytes, std::numeric_limits<std::uint64_t>::max());
}

TEST(ReportJson, LeavesOutWhatIsNotKnown) {
  const std::string text = render_json(samples::no_optional_member());
  EXPECT_THAT(text, testing::Not(HasSubstr("null")));
  EXPECT_THAT(text, testing::Not(HasSubstr("max_clock_hz")));
  const Report read = parse_report(text, "text");
  EXPECT_EQ(read.inventory.devices[0].max_clock_hz, std::nullopt);
}

TEST(ReportJson, PutsTheBannersOnTheFirstLine) {
  const std::string text = render_json(samples::controlled_simulated());
  EXPECT_THAT(text.substr(0, text.find('\n')), HasSubstr("SIMULATED"));
}

TEST(ReportJson, RefusesToWriteWhatIsNoNumber) {
  for (const double value : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    Report report = samples::every_member();
    report.performances[0].tpp[Basis::achieved].value = value;
    EXPECT_THAT(message_of([&] { render_json(report); }),
                HasSubstr("$.performances[0].tpp.achieved.value is not a finite number"));
  }
}

TEST(ReportJson, WritesBytesThatAreNoUtf8AsReplacementCharacters) {
  Report report = samples::every_member();
  report.inventory.devices[0].name = "GPU \xff";
  EXPECT_EQ(parse_report(render_json(report), "text").inventory.devices[0].name, "GPU \ufffd");
}

TEST(ReportJson, RefusesEveryMemberThatIsNull) {
  const json good = whole();
  for (const auto& place : all_places(good)) {
    json bad = good;
    bad[place] = nullptr;
    EXPECT_THAT(refusal(bad), HasSubstr("expected")) << place;
  }
}

TEST(ReportJson, RefusesEveryMemberOfAnotherType) {
  const json good = whole();
  for (const auto& place : all_places(good)) {
    json bad = good;
    bad[place] = bad[place].is_boolean() ? json("true") : json(true);
    EXPECT_THAT(refusal(bad), HasSubstr("expected")) << place;
  }
}

TEST(ReportJson, RefusesAnObjectThatLacksARequiredMemberAndNamesIt) {
  const json good = to_json(samples::no_optional_member());
  int removed = 0;
  for (const auto& place : all_places(good)) {
    const json& parent = good.at(place.parent_pointer());
    const std::string& name = place.back();
    // Elements of lists, and maps by basis or precision, may be fewer.
    const bool map =
        place.parent_pointer().empty() == false &&
        testing::Matches(testing::AnyOf("rates", "tpp", "declared"))(place.parent_pointer().back());
    if (!parent.is_object() || map) continue;
    json bad = good;
    bad.at(place.parent_pointer()).erase(name);
    EXPECT_THAT(refusal(bad), HasSubstr("." + name + ": missing")) << place;
    ++removed;
  }
  EXPECT_GT(removed, 150);
}

TEST(ReportJson, RefusesAMemberThatItDoesNotKnow) {
  const json good = whole();
  for (const auto& place : all_places(good)) {
    if (!good.at(place).is_object()) continue;
    json bad = good;
    bad[place]["max_clock_mhz"] = 1;
    EXPECT_NE(refusal(bad), "no error") << place;
  }
  json misspelt = good;
  misspelt["inventory"]["devices"][0]["max_clock_mhz"] = 1;
  EXPECT_THAT(refusal(misspelt),
              StartsWith("$.inventory.devices[0].max_clock_mhz: unknown member"));
}

struct BadValue {
  const char* place;
  json value;
  const char* message;
};

TEST(ReportJson, SaysWhereAndWhatWasExpected) {
  const std::vector<BadValue> cases = {
      {"/inventory/devices/0/units", "7",
       "$.inventory.devices[0].units: expected an integer from -2147483648 to 2147483647, found "
       "\"7\""},
      {"/inventory/devices/0/units", 7.5, "expected an integer"},
      {"/inventory/devices/0/units", 3000000000U, "expected an integer"},
      {"/inventory/devices/0/memory_bytes", -1, "expected an integer from 0 to"},
      {"/mode", "Quick",
       "$.mode: expected a mode of a pass, one of \"quick\", \"full\", \"inventory\", found "
       "\"Quick\""},
      {"/measurements/0/outcome/status", "ok", "\"rate\", \"unsupported\" or \"failed\""},
      {"/measurements/0/outcome/rate/interval", json::array({1}), "an interval [low, high]"},
      {"/performances/0/rates/achieved/0/precision", "fp12", "expected a precision, one of"},
      {"/banners", "simulated", "$.banners: expected a list"},
      {"/thresholds/0/threshold", "clock_shares",
       "$.thresholds[0].threshold: expected a threshold, one of \"unlocked_above\", "},
  };
  for (const BadValue& bad : cases) {
    json report = whole();
    report[json::json_pointer(bad.place)] = bad.value;
    EXPECT_THAT(refusal(report), HasSubstr(bad.message));
  }
}

TEST(ReportJson, RefusesAnotherSchemaVersionForThatReason) {
  json other = {{"schema_version", 99}};
  EXPECT_THAT(refusal(other), HasSubstr("has schema version 99"));
  other = json::object();
  EXPECT_THAT(refusal(other), HasSubstr("$.schema_version: missing"));
  EXPECT_THAT(refusal(json::array()), HasSubstr("$: expected an object"));
}

TEST(ReportJson, NamesTheFileWhereTextIsNoJson) {
  EXPECT_THAT(message_of([] { parse_report("{ \"banners\": [", "old.json"); }),
              testing::AllOf(StartsWith("old.json: not JSON: parse error at line 1, column"),
                             testing::Not(HasSubstr("json.exception"))));
  EXPECT_THAT(message_of([] { parse_report("", "old.json"); }), StartsWith("old.json: not JSON"));
  EXPECT_THAT(message_of([] { parse_report("{}", "old.json"); }), StartsWith("old.json: $."));
  EXPECT_THAT(message_of([] { parse_inventory("1e999", "x"); }), StartsWith("x: not JSON"));
}

TEST(InventoryJson, ComesBackExactly) {
  const Inventory inventory = samples::every_member().inventory;
  EXPECT_EQ(to_json(parse_inventory(render_json(inventory), "text")), to_json(inventory));
  EXPECT_EQ(to_json(inventory_from_json(to_json(inventory))), to_json(inventory));
}

TEST(MeasurementJson, ComesBackExactly) {
  for (const Measurement& measurement : samples::every_member().measurements) {
    EXPECT_EQ(to_json(measurement_from_json(to_json(measurement))), to_json(measurement));
  }
}

}  // namespace
}  // namespace tpp
