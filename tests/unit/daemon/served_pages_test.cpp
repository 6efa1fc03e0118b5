#include "agent/daemon/served_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace tpp {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

WebPage page(const ServedPages& pages, const std::string& path) {
  const auto set = pages.pages("/metrics");
  const auto found = std::ranges::find(set->pages, path, &WebPage::path);
  EXPECT_NE(found, set->pages.end()) << path;
  return found == set->pages.end() ? WebPage{} : *found;
}

PassNews news(PassOutcome outcome = PassOutcome::completed) {
  PassNews news;
  news.outcome = outcome;
  news.duration_s = 2.5;
  news.measurements = {{MeasurementOutcome::rate, 3}};
  news.board_changes = {{EventCause::hardware, 1}};
  news.probes.push_back({"nvidia", false, 0.25});
  return news;
}

std::map<std::string, std::string> documents(const std::string& of) {
  return {{"metrics", "# of " + of + "\n"}, {"page", "page of " + of}, {"report", "report " + of}};
}

TEST(ServedPages, AnswerBeforeTheFirstLookIsOver) {
  const ServedPages pages;

  EXPECT_EQ(page(pages, "/-/healthy").status, 200);
  EXPECT_EQ(page(pages, "/-/ready").status, 503);
  EXPECT_EQ(page(pages, "/api/v1/report").status, 503);
  EXPECT_EQ(page(pages, "/metrics").status, 200);
  EXPECT_THAT(*page(pages, "/metrics").body, HasSubstr("tpp_passes_total{outcome=\"failed\"} 0\n"));
  EXPECT_THAT(*page(pages, "/metrics").body, Not(HasSubstr("tpp_last_pass")));
  EXPECT_THAT(*page(pages, "/").body, HasSubstr("not over yet"));
}

TEST(ServedPages, HandOutADocumentByItsName) {
  ServedPages pages;
  EXPECT_EQ(pages.document("report"), nullptr);
  pages.take(news(), documents("one"));

  ASSERT_NE(pages.document("report"), nullptr);
  EXPECT_EQ(*pages.document("report"), "report one");
  EXPECT_EQ(pages.document("unkept"), nullptr);
}

TEST(ServedPages, HoldADocumentOnce) {
  ServedPages pages;
  pages.take(news(), documents("one"));

  EXPECT_EQ(page(pages, "/api/v1/report").body, pages.document("report"));
  EXPECT_EQ(page(pages, "/").body, pages.document("page"));
}

TEST(ServedPages, AreTheDocumentsOfTheLastPass) {
  ServedPages pages;
  pages.take(news(), documents("one"));
  pages.take(news(), documents("two"));

  EXPECT_EQ(page(pages, "/-/ready").status, 200);
  EXPECT_THAT(*page(pages, "/metrics").body, StartsWith("# of two\n"));
  EXPECT_EQ(*page(pages, "/").body, "page of two");
  EXPECT_EQ(*page(pages, "/api/v1/report").body, "report two");
  EXPECT_EQ(page(pages, "/api/v1/report").status, 200);
}

TEST(ServedPages, KeepWhatIsKnownThroughAPassThatFailed) {
  ServedPages pages;
  pages.take(news(), documents("one"));
  pages.failed(7.5);

  EXPECT_EQ(page(pages, "/-/ready").status, 200);
  EXPECT_EQ(*page(pages, "/").body, "page of one");
  const std::string metrics = *page(pages, "/metrics").body;
  EXPECT_THAT(metrics, HasSubstr("tpp_last_pass_success 0\n"));
  EXPECT_THAT(metrics, HasSubstr("tpp_last_pass_duration_seconds 7.5\n"));
  EXPECT_THAT(metrics, HasSubstr("tpp_probe_success{probe=\"nvidia\"} 0\n"));
}

TEST(ServedPages, CountSinceTheStart) {
  ServedPages pages;
  pages.take(news(), documents("one"));
  pages.take(news(PassOutcome::refused), documents("two"));
  pages.take(news(), documents("three"));
  pages.failed(1);

  const std::string metrics = *page(pages, "/metrics").body;
  EXPECT_THAT(metrics, HasSubstr("tpp_passes_total{outcome=\"completed\"} 2\n"));
  EXPECT_THAT(metrics, HasSubstr("tpp_passes_total{outcome=\"refused\"} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("tpp_passes_total{outcome=\"failed\"} 1\n"));
  EXPECT_THAT(metrics, HasSubstr("tpp_measurements_total{outcome=\"rate\"} 9\n"));
  EXPECT_THAT(metrics, HasSubstr("tpp_board_changes_total{cause=\"hardware\"} 3\n"));
}

TEST(ServedPages, TellWhetherTheConfigurationThatWasReadLastIsInForce) {
  ServedPages pages;
  EXPECT_THAT(*page(pages, "/metrics").body, HasSubstr("tpp_config_last_reload_successful 1\n"));
  pages.reloaded(false);
  EXPECT_THAT(*page(pages, "/metrics").body, HasSubstr("tpp_config_last_reload_successful 0\n"));
  pages.reloaded(true);
  EXPECT_THAT(*page(pages, "/metrics").body, HasSubstr("tpp_config_last_reload_successful 1\n"));
}

TEST(ServedPages, ShowInventoryAndReportToWhomIsLetInOnly) {
  ServedPages pages;
  pages.take(news(), documents("one"));
  for (const char* path : {"/", "/api/v1/report"}) {
    EXPECT_EQ(page(pages, path).audience, Audience::authenticated) << path;
  }
  for (const char* path : {"/metrics", "/-/healthy", "/-/ready"}) {
    EXPECT_EQ(page(pages, path).audience, Audience::everyone) << path;
  }
}

TEST(ServedPages, HaveTheMetricsWhereTheyAreAskedFor) {
  const ServedPages pages;
  const auto set = pages.pages("/elsewhere");
  EXPECT_EQ(std::ranges::count(set->pages, "/elsewhere", &WebPage::path), 1);
  EXPECT_EQ(std::ranges::count(set->pages, "/metrics", &WebPage::path), 0);
}

}  // namespace
}  // namespace tpp
