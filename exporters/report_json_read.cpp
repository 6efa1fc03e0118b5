// JSON to model, strictly: nothing missing, nothing unknown, nothing of another type.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <limits>
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

using Json = nlohmann::json;

[[noreturn]] void expected(const JsonPath& path, std::string_view what, const Json& found) {
  throw Error(fmt::format("{}: expected {}, found {}", path.text(), what,
                          found.is_structured()
                              ? std::string(found.type_name())
                              : found.dump(-1, ' ', true, Json::error_handler_t::replace)));
}

// "gpu", "cpu" or "accelerator"
template <class Rows>
std::string one_of(const Rows& rows) {
  std::string words;
  for (const auto& row : rows) {
    fmt::format_to(std::back_inserter(words), "{}\"{}\"", words.empty() ? "" : ", ", row.name);
  }
  return words;
}

const std::string& text_at(const Json& json, const JsonPath& path) {
  if (!json.is_string()) expected(path, "a text", json);
  return json.get_ref<const std::string&>();
}

void read(const Json& json, std::string& value, const JsonPath& path) {
  value = text_at(json, path);
}

void read(const Json& json, bool& value, const JsonPath& path) {
  if (!json.is_boolean()) expected(path, "true or false", json);
  value = json.get<bool>();
}

void read(const Json& json, double& value, const JsonPath& path) {
  if (!json.is_number()) expected(path, "a number", json);
  value = json.get<double>();
}

template <class Integer>
requires std::is_same_v<Integer, int> || std::is_same_v<Integer, std::uint64_t>
void read(const Json& json, Integer& value, const JsonPath& path) {
  using Limits = std::numeric_limits<Integer>;
  bool fits = false;
  if (json.is_number_unsigned()) {
    fits = std::in_range<Integer>(json.get<std::uint64_t>());
  } else if (json.is_number_integer()) {
    fits = std::in_range<Integer>(json.get<std::int64_t>());
  }
  if (!fits) {
    expected(path, fmt::format("an integer from {} to {}", Limits::min(), Limits::max()), json);
  }
  value = json.get<Integer>();
}

void read(const Json& json, Precision& value, const JsonPath& path) {
  const auto precision = parse_precision(text_at(json, path));
  if (!precision) expected(path, "a precision, one of " + one_of(precisions()), json);
  value = *precision;
}

void read(const Json& json, Threshold& value, const JsonPath& path) {
  const auto row = std::ranges::find(thresholds(), text_at(json, path), &ThresholdInfo::name);
  if (row == thresholds().end())
    expected(path, "a threshold, one of " + one_of(thresholds()), json);
  value = row->threshold;
}

template <class Enum>
requires std::is_enum_v<Enum>
void read(const Json& json, Enum& value, const JsonPath& path) {
  using Names = EnumNames<Enum>;
  const auto parsed = parse_enum<Enum>(text_at(json, path));
  if (!parsed)
    expected(path, fmt::format("a {}, one of {}", Names::what, one_of(Names::rows)), json);
  value = *parsed;
}

template <class Tag>
void read(const Json& json, Id<Tag>& id, const JsonPath& path) {
  read(json, id.value, path);
}

void read(const Json& json, Interval& interval, const JsonPath& path) {
  if (!json.is_array() || json.size() != 2) expected(path, "an interval [low, high]", json);
  read(json[0], interval.low, path.element(0));
  read(json[1], interval.high, path.element(1));
}

template <HasFields Struct>
void read(const Json& json, Struct& value, const JsonPath& path);
void read(const Json& json, Outcome& outcome, const JsonPath& path);

template <class T>
void read(const Json& json, std::vector<T>& values, const JsonPath& path) {
  if (!json.is_array()) expected(path, "a list", json);
  values.resize(json.size());
  for (std::size_t i = 0; i < json.size(); ++i) read(json[i], values[i], path.element(i));
}

template <class Key, class T>
void read(const Json& json, std::map<Key, T>& values, const JsonPath& path) {
  if (!json.is_object()) expected(path, "an object", json);
  values.clear();
  for (const auto& [key_text, member] : json.items()) {
    Key key{};
    read(Json(key_text), key, path.member(key_text));
    read(member, values[key], path.member(key_text));
  }
}

const Json& required(const Json& json, const char* name, const JsonPath& path) {
  const auto found = json.find(name);
  if (found == json.end()) throw Error(path.member(name).text() + ": missing");
  return *found;
}

// A misspelt optional member would otherwise be lost without a word.
template <class Names>
void refuse_unknown(const Json& json, const Names& known, const JsonPath& path) {
  for (const auto& [name, member] : json.items()) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      throw Error(path.member(name).text() +
                  ": unknown member; was this written by a newer tpp-agent?");
    }
  }
}

template <class Struct, class T>
void read_member(const Json& json, const Field<Struct, std::optional<T>>& row, Struct& value,
                 const JsonPath& path) {
  const auto found = json.find(row.name);
  if (found == json.end()) {
    value.*row.member = std::nullopt;
  } else {
    read(*found, (value.*row.member).emplace(), path.member(row.name));
  }
}

template <class Struct, class T>
void read_member(const Json& json, const Field<Struct, T>& row, Struct& value,
                 const JsonPath& path) {
  read(required(json, row.name, path), value.*row.member, path.member(row.name));
}

template <HasFields Struct>
void read(const Json& json, Struct& value, const JsonPath& path) {
  if (!json.is_object()) expected(path, "an object", json);
  std::apply(
      [&](const auto&... row) {
        (read_member(json, row, value, path), ...);
        refuse_unknown(json, std::array{std::string_view(row.name)...}, path);
      },
      Fields<Struct>::rows);
}

void read(const Json& json, Outcome& outcome, const JsonPath& path) {
  using namespace std::string_view_literals;
  if (!json.is_object()) expected(path, "an object", json);
  const JsonPath status_path = path.member("status");
  const std::string& status = text_at(required(json, "status", path), status_path);
  if (status == OutcomeName<Rate>::value) {
    read(required(json, "rate", path), outcome.emplace<Rate>(), path.member("rate"));
    refuse_unknown(json, std::array{"status"sv, "rate"sv}, path);
  } else if (status == OutcomeName<Unsupported>::value) {
    auto& unsupported = outcome.emplace<Unsupported>();
    read(required(json, "by", path), unsupported.by, path.member("by"));
    read(required(json, "reason", path), unsupported.reason, path.member("reason"));
    refuse_unknown(json, std::array{"status"sv, "by"sv, "reason"sv}, path);
  } else if (status == OutcomeName<Failed>::value) {
    auto& failed = outcome.emplace<Failed>();
    read(required(json, "reason", path), failed.reason, path.member("reason"));
    if (const auto at = json.find("interrupted"); at != json.end()) {
      read(*at, failed.interrupted, path.member("interrupted"));
    }
    refuse_unknown(json, std::array{"status"sv, "reason"sv, "interrupted"sv}, path);
  } else {
    expected(status_path, R"("rate", "unsupported" or "failed")", json["status"]);
  }
}

template <class T>
T read_whole(const Json& json) {
  T value;
  read(json, value, JsonPath());
  return value;
}

// nlohmann begins its messages with "[json.exception.parse_error.101] ", which tells a user
// nothing.
std::string without_tag(std::string_view message) {
  const auto end = message.find("] ");
  return std::string(end == std::string_view::npos ? message : message.substr(end + 2));
}

template <class T>
T parse(std::string_view text, std::string_view origin, T (*convert)(const Json&)) {
  Json json;
  try {
    json = Json::parse(text);
  } catch (const Json::exception& error) {
    throw Error(fmt::format("{}: not JSON: {}", origin, without_tag(error.what())));
  }
  try {
    return convert(json);
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}", origin, error.what()));
  }
}

}  // namespace
}  // namespace json_form

Report report_from_json(const nlohmann::json& json) {
  // First, so that a report of another version is refused for that and not for what it lacks.
  if (json.is_object()) {
    const json_form::JsonPath root;
    const auto path = root.member("schema_version");
    int version = 0;
    json_form::read(json_form::required(json, "schema_version", root), version, path);
    if (version != kReportSchemaVersion) {
      throw Error(
          fmt::format("{}: this report has schema version {}, and this tpp-agent reads version {}: "
                      "use the tpp-agent that wrote it, or a newer one",
                      path.text(), version, kReportSchemaVersion));
    }
  }
  return json_form::read_whole<Report>(json);
}

Inventory inventory_from_json(const nlohmann::json& json) {
  return json_form::read_whole<Inventory>(json);
}
Measurement measurement_from_json(const nlohmann::json& json) {
  return json_form::read_whole<Measurement>(json);
}
Rate rate_from_json(const nlohmann::json& json) { return json_form::read_whole<Rate>(json); }

Report parse_report(std::string_view text, std::string_view origin) {
  return json_form::parse(text, origin, &report_from_json);
}
Inventory parse_inventory(std::string_view text, std::string_view origin) {
  // The banners of the text only repeat what the devices say.
  const auto without_banners = [](const nlohmann::json& json) {
    nlohmann::json inventory = json;
    if (inventory.is_object()) inventory.erase("banners");
    return inventory_from_json(inventory);
  };
  return json_form::parse(text, origin, +without_banners);
}
TelemetrySample parse_sample(std::string_view text, std::string_view origin) {
  return json_form::parse(text, origin, &json_form::read_whole<TelemetrySample>);
}

}  // namespace tpp
