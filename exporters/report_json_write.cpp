// Model to JSON. One overload a kind of type; structs follow their table in json_fields.h.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <type_traits>

#include "agent/model/names.h"
#include "agent/support/error.h"
#include "exporters/json_fields.h"
#include "exporters/json_path.h"
#include "exporters/report_json.h"

namespace tpp {
namespace json_form {
namespace {

// Json is nlohmann::json, or ordered_json for text that keeps the order of the model.
template <class Json>
class Writer {
 public:
  template <class T>
  requires std::is_same_v<T, bool> || std::is_same_v<T, int> || std::is_same_v<T, std::uint64_t> ||
      std::is_same_v<T, std::string>
          Json write(const T& value, const JsonPath&) {
    return Json(value);
  }

  // JSON has no word for these, and nlohmann would write null: a reader would take it for unknown.
  Json write(double value, const JsonPath& path) {
    if (!std::isfinite(value)) {
      throw Error("cannot write the report: " + path.text() +
                  " is not a finite number; this is a mistake in tpp-agent, please report it");
    }
    return Json(value);
  }

  Json write(Precision value, const JsonPath&) { return Json(name(value)); }
  Json write(Threshold value, const JsonPath&) { return Json(info(value).name); }

  template <class Enum>
  requires std::is_enum_v<Enum> Json write(Enum value, const JsonPath&) {
    return Json(enum_name(value));
  }

  template <class Tag>
  Json write(const Id<Tag>& id, const JsonPath&) {
    return Json(id.value);
  }

  Json write(const Interval& interval, const JsonPath& path) {
    return Json::array(
        {write(interval.low, path.element(0)), write(interval.high, path.element(1))});
  }

  template <class T>
  Json write(const std::vector<T>& values, const JsonPath& path) {
    Json json = Json::array();
    for (std::size_t i = 0; i < values.size(); ++i) {
      json.push_back(write(values[i], path.element(i)));
    }
    return json;
  }

  template <class Key, class T>
  Json write(const std::map<Key, T>& values, const JsonPath& path) {
    Json json = Json::object();
    for (const auto& [key, value] : values) {
      const std::string key_text = write(key, path).template get<std::string>();
      json[key_text] = write(value, path.member(key_text));
    }
    return json;
  }

  Json write(const Outcome& outcome, const JsonPath& path) {
    Json json = Json::object();
    std::visit(
        [&]<class T>(const T& value) {
          json["status"] = OutcomeName<T>::value;
          if constexpr (std::is_same_v<T, Rate>) json["rate"] = write(value, path.member("rate"));
          if constexpr (std::is_same_v<T, Unsupported>) json["by"] = value.by;
          if constexpr (!std::is_same_v<T, Rate>) json["reason"] = value.reason;
          if constexpr (std::is_same_v<T, Failed>) {
            if (value.interrupted) json["interrupted"] = true;
          }
        },
        outcome);
    return json;
  }

  template <HasFields Struct>
  Json write(const Struct& value, const JsonPath& path) {
    static_assert(complete<Struct>, "a member of this struct has no row in json_fields.h");
    Json json = Json::object();
    std::apply([&](const auto&... row) { (write_member(json, row, value, path), ...); },
               Fields<Struct>::rows);
    return json;
  }

 private:
  template <class Struct, class T>
  void write_member(Json& json, const Field<Struct, std::optional<T>>& row, const Struct& value,
                    const JsonPath& path) {
    const std::optional<T>& member = value.*row.member;
    if (member) json[row.name] = write(*member, path.member(row.name));
  }

  template <class Struct, class T>
  void write_member(Json& json, const Field<Struct, T>& row, const Struct& value,
                    const JsonPath& path) {
    json[row.name] = write(value.*row.member, path.member(row.name));
  }
};

using Ordered = nlohmann::ordered_json;

template <class T>
Ordered in_order(const T& value) {
  return Writer<Ordered>().write(value, JsonPath());
}

std::string dump(const Ordered& json, int indent) {
  return json.dump(indent, ' ', false, Ordered::error_handler_t::replace);
}

template <class T>
nlohmann::json convert(const T& value) {
  return Writer<nlohmann::json>().write(value, JsonPath());
}

}  // namespace
}  // namespace json_form

namespace {

// The banners stand on the first line, as in every other format: `head -1` shows that figures are
// simulated.
std::string with_banners(const json_form::Ordered& banners, const json_form::Ordered& rest) {
  return "{ \"banners\": " + json_form::dump(banners, -1) + "," +
         json_form::dump(rest, 2).substr(1) + "\n";
}

}  // namespace

std::string render_json(const Report& report) {
  json_form::Ordered json = json_form::in_order(report);
  const json_form::Ordered banners = json["banners"];
  json.erase("banners");
  return with_banners(banners, json);
}

std::string render_json(const Inventory& inventory, const std::vector<std::string>& banners) {
  std::vector<std::string> said = banners;
  if (said.empty() && std::ranges::any_of(inventory.devices, &Device::simulated)) {
    said.emplace_back(kSimulatedBanner);
  }
  const json_form::Ordered json = json_form::in_order(inventory);
  return said.empty() ? json_form::dump(json, 2) + "\n" : with_banners(said, json);
}

std::string render_json(const Plan& plan) {
  json_form::Ordered json;
  json["benchmarks"] = json_form::Ordered::array();
  for (const PlanRow& row : plan.rows) {
    json_form::Ordered one = {
        {"benchmark", to_string(row.id)}, {"status", row.status}, {"expected_s", row.expected_s}};
    if (row.expected_j) one["expected_j"] = *row.expected_j;
    if (row.at_once > 1) one["devices_at_once"] = row.at_once;
    json["benchmarks"].push_back(one);
  }
  json["findings"] = json_form::Ordered::array();
  for (const Finding& finding : plan.findings) {
    json["findings"].push_back(json_form::in_order(finding));
  }
  return with_banners(plan.banners, json);
}

nlohmann::json to_json(const Report& report) { return json_form::convert(report); }
nlohmann::json to_json(const Inventory& inventory) { return json_form::convert(inventory); }
nlohmann::json to_json(const Measurement& measurement) { return json_form::convert(measurement); }
nlohmann::json to_json(const Rate& rate) { return json_form::convert(rate); }
nlohmann::json to_json(const TelemetrySample& sample) { return json_form::convert(sample); }

}  // namespace tpp
