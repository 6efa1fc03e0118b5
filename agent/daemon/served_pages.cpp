#include "agent/daemon/served_pages.h"

#include <utility>

#include "agent/support/text.h"
#include "agent/version.h"
#include "exporters/prometheus/report_metrics.h"

namespace tpp {
namespace {

constexpr const char* kMetricsType = "text/plain; version=0.0.4; charset=utf-8";
constexpr const char* kHtml = "text/html; charset=utf-8";
constexpr const char* kPlain = "text/plain; charset=utf-8";
constexpr const char* kJson = "application/json";

constexpr const char* kNotYet =
    "<!DOCTYPE html><html lang=\"en\"><title>tpp-agent</title><p>The first look at this node is "
    "not over yet.</p></html>\n";

template <class Key>
void add_counts(const std::map<Key, std::uint64_t>& counts, std::map<Key, std::uint64_t>& to) {
  for (const auto& [key, count] : counts) to[key] += count;
}

std::string text_of(const std::map<std::string, std::string>& documents, const std::string& name,
                    std::string_view otherwise) {
  const auto found = documents.find(name);
  return found == documents.end() ? std::string(otherwise) : found->second;
}

}  // namespace

ServedPages::ServedPages() {
  status_.version = kVersion;
  status_.counters.emplace();
  status_.config_in_force = true;  // else there would be no daemon
}

void ServedPages::take(const PassNews& news, std::map<std::string, std::string> documents) {
  documents_ = std::move(documents);
  ++status_.counters->passes[news.outcome];
  add_counts(news.measurements, status_.counters->measurements);
  add_counts(news.board_changes, status_.counters->board_changes);
  status_.last_pass =
      LastPass{.outcome = news.outcome, .ended_at = utc_now(), .duration_s = news.duration_s};
  status_.probes = news.probes;
}

void ServedPages::failed(double duration_s) {
  ++status_.counters->passes[PassOutcome::failed];
  status_.last_pass =
      LastPass{.outcome = PassOutcome::failed, .ended_at = utc_now(), .duration_s = duration_s};
}

std::string ServedPages::document(const std::string& name) const {
  return text_of(documents_, name, "");
}

void ServedPages::reloaded(bool successful) { status_.config_in_force = successful; }

std::shared_ptr<const PageSet> ServedPages::pages(const std::string& telemetry_path) const {
  const bool ready = !documents_.empty();
  auto set = std::make_shared<PageSet>();
  set->pages = {
      {telemetry_path, kMetricsType,
       text_of(documents_, "metrics", "") + render_agent_metrics(status_), Audience::everyone},
      {"/-/healthy", kPlain, "healthy\n", Audience::everyone},
      {"/-/ready", kPlain, ready ? "ready\n" : "the first look at this node is not over yet\n",
       Audience::everyone, ready ? 200 : 503},
      {"/", kHtml, text_of(documents_, "page", kNotYet), Audience::authenticated},
      {"/api/v1/report", kJson, text_of(documents_, "report", "{}\n"), Audience::authenticated,
       ready ? 200 : 503},
  };
  return set;
}

}  // namespace tpp
