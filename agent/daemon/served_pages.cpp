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

std::shared_ptr<const std::string> shared(std::string text) {
  text.shrink_to_fit();  // it grew line by line, and is kept for long
  return std::make_shared<const std::string>(std::move(text));
}

}  // namespace

ServedPages::ServedPages() {
  status_.version = kVersion;
  status_.counters.emplace();
  status_.config_in_force = true;  // else there would be no daemon
}

void ServedPages::take(const PassNews& news, std::map<std::string, std::string> documents) {
  documents_.clear();
  while (!documents.empty()) {
    auto document = documents.extract(documents.begin());
    documents_.emplace(std::move(document.key()), shared(std::move(document.mapped())));
  }
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

std::shared_ptr<const std::string> ServedPages::document(const std::string& name) const {
  const auto found = documents_.find(name);
  return found == documents_.end() ? nullptr : found->second;
}

void ServedPages::reloaded(bool successful) { status_.config_in_force = successful; }

std::shared_ptr<const PageSet> ServedPages::pages(const std::string& telemetry_path) const {
  const bool ready = !documents_.empty();
  const auto document_or = [this](const char* name, const char* otherwise) {
    auto text = document(name);
    return text ? std::move(text) : shared(otherwise);
  };
  auto set = std::make_shared<PageSet>();
  set->pages = {
      {telemetry_path, kMetricsType,
       shared(*document_or("metrics", "") + render_agent_metrics(status_)), Audience::everyone},
      {"/-/healthy", kPlain, shared("healthy\n"), Audience::everyone},
      {"/-/ready", kPlain,
       shared(ready ? "ready\n" : "the first look at this node is not over yet\n"),
       Audience::everyone, ready ? 200 : 503},
      {"/", kHtml, document_or("page", kNotYet), Audience::authenticated},
      {"/api/v1/report", kJson, document_or("report", "{}\n"), Audience::authenticated,
       ready ? 200 : 503},
  };
  return set;
}

}  // namespace tpp
