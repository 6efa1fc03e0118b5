#include "exporters/prometheus/report_metrics.h"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <tuple>

#include "agent/model/names.h"
#include "agent/support/text.h"
#include "exporters/prometheus/label_text.h"
#include "exporters/prometheus/metric_sections.h"

namespace tpp {
namespace {

constexpr std::size_t kLongestBanner = 4096;  // bytes

bool any_device(const Report& report, bool Device::*member) {
  return std::ranges::any_of(report.inventory.devices, member);
}

bool any_untrusted(const Report& report) {
  return std::ranges::find(report.libraries, FileTrust::untrusted, &LibraryUse::trust) !=
             report.libraries.end() ||
         std::ranges::find(report.findings, "evidence.untrusted_code", &Finding::code) !=
             report.findings.end();
}

// A simulated device is announced whether or not the pass left a banner.
std::vector<std::string> banners_of(const Report& report) {
  std::vector<std::string> banners = report.banners;
  const bool said = std::ranges::any_of(
      banners, [](const std::string& banner) { return to_lower(banner).starts_with("simulated"); });
  if (!said && any_device(report, &Device::simulated)) {
    banners.insert(banners.begin(), kSimulatedBanner);
  }
  return banners;
}

void add_report(const Report& report, MetricFamilies& families) {
  if (const auto began = parse_utc_s(report.started_at)) {
    families.add(Metric::report_timestamp, *began);
    families.add(Metric::report_duration, report.duration_s);
  }
  families.add(Metric::report_simulated, any_device(report, &Device::simulated));
  families.add(Metric::report_forced, any_device(report, &Device::forced));
  families.add(Metric::report_untrusted_code, any_untrusted(report));
  families.add(Metric::report_banners, static_cast<double>(banners_of(report).size()));
}

void add_rules(const Report& report, MetricFamilies& families) {
  for (const Rule& rule : report.rules) {
    families.add(Metric::rule_info, 1, {rule.id.value, in_force(report, rule) ? "true" : "false"});
    if (const auto day = parse_utc_s(rule.known_through)) {
      families.add(Metric::rule_known_through, *day, {rule.id.value});
    }
  }
}

void add_findings(const Report& report, MetricFamilies& families) {
  std::map<std::tuple<std::string, FindingClass, Severity>, int> counts;
  for (const Finding& finding : report.findings) {
    ++counts[{finding.code, finding.finding_class, finding.severity}];
  }
  for (const auto& [what, count] : counts) {
    const auto& [code, finding_class, severity] = what;
    families.add(Metric::finding, count,
                 {code, std::string(enum_name(finding_class)), std::string(enum_name(severity))});
  }
}

BoardView board_of(const std::vector<BoardView>& views, const Device& device) {
  const auto found = std::ranges::find_if(views, [&](const BoardView& view) {
    return std::ranges::find(view.devices, &device) != view.devices.end();
  });
  return found == views.end() ? BoardView() : *found;
}

}  // namespace

bool in_force(const Report& report, const Rule& rule) {
  const std::string day = report.started_at.substr(0, 10);
  return rule.in_force_from <= day && (!rule.in_force_to || day < *rule.in_force_to);
}

std::vector<prometheus::MetricFamily> metric_families(const Report& report,
                                                      const AgentStatus& status,
                                                      const MetricOptions& options) {
  const SeriesKeys keys(report.inventory);
  const MetricScene scene{report, keys, options.detail};
  const std::vector<BoardView> views = board_views(report);
  MetricFamilies families;
  add_agent_metrics(status, families);
  add_report(report, families);
  add_rules(report, families);
  add_findings(report, families);
  for (const Device& device : report.inventory.devices) {
    add_device_metrics(scene, board_of(views, device), device, families);
  }
  for (const BoardView& view : views) add_board_metrics(scene, view, families);
  return families.take();
}

std::string render_agent_metrics(const AgentStatus& status) {
  MetricFamilies families;
  add_agent_metrics(status, families);
  std::ostringstream text;
  text.imbue(std::locale::classic());
  prometheus::TextSerializer().Serialize(text, families.take());
  return text.str();
}

std::string render_prometheus(const Report& report, const AgentStatus& status,
                              const MetricOptions& options) {
  std::ostringstream text;
  text.imbue(std::locale::classic());
  // After a word of ours: of a banner that began with HELP or TYPE the format would make something.
  for (const std::string& banner : banners_of(report)) {
    text << "# Warning: " << label_text(banner, kLongestBanner) << '\n';
  }
  prometheus::TextSerializer().Serialize(text, metric_families(report, status, options));
  return text.str();
}

}  // namespace tpp
