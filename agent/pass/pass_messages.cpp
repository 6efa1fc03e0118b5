#include "agent/pass/pass_messages.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "agent/model/names.h"

namespace tpp {
namespace {

using nlohmann::json;

// A line may have a mebibyte, and a byte may take six as JSON.
constexpr std::size_t kLongestPart = 150'000;
// Sixteen devices with every batch are under two mebibytes.
constexpr std::size_t kLargestDocuments = 64u << 20;
constexpr std::size_t kMostDocuments = 8;

// As much of `text` as fits, without cutting a character of UTF-8.
std::string_view part_of(std::string_view text) {
  if (text.size() <= kLongestPart) return text;
  std::size_t size = kLongestPart;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80) --size;
  return text.substr(0, size == 0 ? kLongestPart : size);
}

std::string line_of(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace) + '\n';
}

json to_json(const DeviceNews& device) {
  return {{"device", device.device.value},
          {"state", device.state},
          {"measured_at", device.measured_at},
          {"seen_since", device.seen_since},
          {"changed", device.changed},
          {"refused", device.refused},
          {"hung", device.hung}};
}

DeviceNews device_from(const json& value) {
  return {.device = {value.at("device").get<std::string>()},
          .state = value.at("state").get<std::string>(),
          .measured_at = value.at("measured_at").get<std::string>(),
          .seen_since = value.at("seen_since").get<std::string>(),
          .changed = value.at("changed").get<bool>(),
          .refused = value.at("refused").get<std::string>(),
          .hung = value.at("hung").get<bool>()};
}

template <class Enum>
json counts_to_json(const std::map<Enum, std::uint64_t>& counts) {
  json value = json::object();
  for (const auto& [key, count] : counts) value[std::string(enum_name(key))] = count;
  return value;
}

template <class Enum>
std::map<Enum, std::uint64_t> counts_from(const json& value) {
  std::map<Enum, std::uint64_t> counts;
  for (const auto& item : value.items()) {
    if (const auto key = parse_enum<Enum>(item.key())) {
      counts[*key] = item.value().template get<std::uint64_t>();
    }
  }
  return counts;
}

json to_json(const PassNews& news) {
  json devices = json::array();
  for (const DeviceNews& device : news.devices) devices.push_back(to_json(device));
  json probes = json::array();
  for (const ProbeStatus& probe : news.probes) {
    probes.push_back(
        {{"probe", probe.probe}, {"success", probe.success}, {"duration_s", probe.duration_s}});
  }
  return {{"started_at", news.started_at},
          {"duration_s", news.duration_s},
          {"outcome", std::string(enum_name(news.outcome))},
          {"devices", devices},
          {"measurements", counts_to_json(news.measurements)},
          {"board_changes", counts_to_json(news.board_changes)},
          {"probes", probes},
          {"warnings", news.warnings}};
}

PassNews news_from(const json& value) {
  PassNews news;
  news.started_at = value.at("started_at").get<std::string>();
  news.duration_s = value.at("duration_s").get<double>();
  news.outcome =
      parse_enum<PassOutcome>(value.at("outcome").get<std::string>()).value_or(PassOutcome::failed);
  for (const json& device : value.at("devices")) news.devices.push_back(device_from(device));
  news.measurements = counts_from<MeasurementOutcome>(value.at("measurements"));
  news.board_changes = counts_from<EventCause>(value.at("board_changes"));
  for (const json& probe : value.at("probes")) {
    news.probes.push_back({.probe = probe.at("probe").get<std::string>(),
                           .success = probe.at("success").get<bool>(),
                           .duration_s = probe.at("duration_s").get<double>()});
  }
  news.warnings = value.at("warnings").get<std::vector<std::string>>();
  return news;
}

PassStep step_from(const json& value) {
  return {.done = value.at("done").get<int>(),
          .total = value.at("total").get<int>(),
          .benchmark = value.at("benchmark").get<std::string>(),
          .phase = value.at("phase").get<std::string>()};
}

}  // namespace

void PassSender::step(const PassStep& step) const {
  write_(line_of({{"progress",
                   {{"done", step.done},
                    {"total", step.total},
                    {"benchmark", step.benchmark},
                    {"phase", step.phase}}}}));
}

void PassSender::document(std::string_view name, std::string_view text) const {
  do {
    const std::string_view part = part_of(text);
    write_(line_of({{"document", std::string(name)}, {"text", std::string(part)}}));
    text.remove_prefix(part.size());
  } while (!text.empty());
}

void PassSender::news(const PassNews& news) const { write_(line_of({{"news", to_json(news)}})); }

bool PassReceiver::take(std::string_view line) {
  if (news_) return false;  // the last line was the last
  try {
    const json value = json::parse(line);
    if (value.contains("progress")) {
      const PassStep step = step_from(value.at("progress"));
      if (on_step_) on_step_(step);
      return true;
    }
    if (value.contains("news")) {
      news_ = news_from(value.at("news"));
      return true;
    }
    const auto& text = value.at("text").get_ref<const std::string&>();
    bytes_ += text.size();
    documents_[value.at("document").get<std::string>()] += text;
    return bytes_ <= kLargestDocuments && documents_.size() <= kMostDocuments;
  } catch (const json::exception&) {
    return false;
  }
}

}  // namespace tpp
