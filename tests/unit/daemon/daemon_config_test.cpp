#include "agent/daemon/daemon_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "agent/support/error.h"

namespace tpp {
namespace {

using std::chrono::days;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

DaemonConfig config(const std::string& text) { return parse_daemon_config(text, "config.yaml"); }

std::string refusal(const std::string& text) {
  try {
    config(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(DaemonConfig, LoadsNothingUnlessSomebodyIsNamedWhoMay) {
  const DaemonConfig standard = config("inventory: {interval: 5m}\n");

  EXPECT_EQ(standard.authority, LoadAuthority::none);
  EXPECT_EQ(standard.schedule.interval, days(30));
  EXPECT_EQ(standard.inventory_interval, minutes(5));
  EXPECT_FALSE(standard.hook);
}

TEST(DaemonConfig, TakesEveryKey) {
  const DaemonConfig all = config(R"(
load:
  authority: operator
  interval: 7d
  pass: quick
  on_change: no
  change_delay: 30m
  lock_file: /var/lock/gpu
  hook: {command: [/usr/local/bin/may-measure, --cluster, a], timeout: 20s}
inventory: {interval: 90s}
history: {keep_for: 365d, keep_bytes: 64MiB}
measure:
  catalog: /etc/tpp-agent/my-catalog
  threshold: [clock_share=0.9, cut_below=0.99]
  classify-cpu: yes
)");

  EXPECT_EQ(all.authority, LoadAuthority::site_operator);
  EXPECT_EQ(all.schedule.interval, days(7));
  EXPECT_FALSE(all.full_pass);
  EXPECT_FALSE(all.schedule.on_change);
  EXPECT_EQ(all.schedule.change_delay, minutes(30));
  EXPECT_EQ(all.lock_file, "/var/lock/gpu");
  EXPECT_THAT(all.hook->command, ElementsAre("/usr/local/bin/may-measure", "--cluster", "a"));
  EXPECT_EQ(all.hook->timeout, seconds(20));
  EXPECT_EQ(all.inventory_interval, seconds(90));
  EXPECT_EQ(all.keep_for, days(365));
  EXPECT_EQ(all.keep_bytes, 64u << 20);
  EXPECT_THAT(all.measure,
              ElementsAre("--catalog=/etc/tpp-agent/my-catalog", "--threshold=clock_share=0.9",
                          "--threshold=cut_below=0.99", "--classify-cpu"));
  EXPECT_THAT(all.measure_places, ElementsAre("config.yaml:13:12", "config.yaml:14:15",
                                              "config.yaml:14:32", "config.yaml:15:17"));
}

struct Refusal {
  const char* text;
  const char* words;
};
class RefusedConfig : public testing::TestWithParam<Refusal> {};

TEST_P(RefusedConfig, IsRefusedWithItsPlace) {
  const std::string said = refusal(GetParam().text);
  EXPECT_THAT(said, HasSubstr("config.yaml:1:"));
  EXPECT_THAT(said, HasSubstr(GetParam().words));
}

INSTANTIATE_TEST_SUITE_P(
    DaemonConfig, RefusedConfig,
    testing::Values(Refusal{"load: {authority: everybody}", "everybody"},
                    Refusal{"load: {autority: none}", "autority"},
                    Refusal{"load: {interval: 5}", "from 3600 s"},
                    Refusal{"load: {interval: 1e300d}", "a duration such as"},
                    Refusal{"load: {interval: -1h}", "a duration such as"},
                    Refusal{"load: {interval: nand}", "a duration such as"},
                    Refusal{"load: {pass: half}", "half"},
                    Refusal{"load: {on_change: maybe}", "maybe"},
                    Refusal{"load: {hook: {command: [may-measure]}}", "absolute path"},
                    Refusal{"load: {hook: {command: []}}", "absolute path"},
                    Refusal{"load: {lock_file: reserved}", "an absolute path"},
                    Refusal{"inventory: {interval: 1s}", "from 10 s"},
                    Refusal{"history: {keep_bytes: 512}", "in KiB, MiB or GiB"},
                    Refusal{"history: {keep_bytes: 99999999999999999999GiB}", "in KiB, MiB or GiB"},
                    Refusal{"history: {keep_for: 1h}", "from 86400 s"},
                    Refusal{"measure: {output: /tmp/x}", "output"},
                    Refusal{"measure: {device: \"0000:17:00.0\"}", "device"},
                    Refusal{"measure: {lock-file: /tmp/x}", "lock-file"},
                    Refusal{"measure: {treshold: x=1}", "treshold"},
                    Refusal{"measure: {threshold: {a: b}}", "a mapping"},
                    Refusal{"measures: {}", "measures"}));

TEST(DaemonConfig, ThatIsEmptyOrMissingIsRefused) {
  EXPECT_NE(refusal(""), "");
  EXPECT_THROW(load_daemon_config("/nonexistent/config.yaml"), Error);
}

}  // namespace
}  // namespace tpp
