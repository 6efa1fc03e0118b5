"""The scrape configuration and the alerts, by Prometheus' own checker and its unit tests."""
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import yaml

import metrics_page

HERE = pathlib.Path(__file__).parent
PROMETHEUS = metrics_page.SOURCE / "deploy" / "prometheus"
RULES = PROMETHEUS / "tpp-agent.rules.yml"


def alerts():
    groups = yaml.safe_load(RULES.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def promtool(*words):
    return subprocess.run(["promtool", *map(str, words)], capture_output=True, text=True,
                          timeout=120, check=False)


@unittest.skipUnless(shutil.which("promtool"), "no promtool here (package prometheus)")
class Promtool(unittest.TestCase):
    def assert_passes(self, *words):
        told = promtool(*words)
        self.assertEqual(told.returncode, 0, told.stdout + told.stderr)

    def test_reads_the_configuration_and_the_alerts(self):
        self.assert_passes("check", "config", PROMETHEUS / "prometheus.yml")
        self.assert_passes("check", "rules", RULES)

    def test_sees_each_alert_fire_when_it_is_to_and_not_before(self):
        self.assert_passes("test", "rules", HERE / "alerts_test.yml")

    def test_reads_the_configurations_of_the_pages(self):
        for page in ("service.md", "web.md"):
            blocks = re.findall(r"```yaml\n(.*?)```", (HERE.parents[1] / "docs" / page).read_text(),
                                re.DOTALL)
            for block in (each for each in blocks if each.startswith("scrape_configs:")):
                with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
                    file.write(block)
                    file.flush()
                    self.assert_passes("check", "config", "--syntax-only", file.name)


class Alerts(unittest.TestCase):
    def test_have_a_test_in_which_they_fire(self):
        tests = yaml.safe_load((HERE / "alerts_test.yml").read_text())["tests"]
        fired = {case["alertname"] for test in tests for case in test.get("alert_rule_test", [])
                 if case["exp_alerts"]}
        self.assertEqual(fired, {alert["alert"] for alert in alerts()})

    def test_are_of_metrics_that_are_explained(self):
        known = metrics_page.documented()
        for alert in alerts():
            self.assertLessEqual(metrics_page.used(alert["expr"]), set(known), alert["alert"])

    def test_say_what_is_wrong_and_how_grave_it_is(self):
        for alert in alerts():
            self.assertEqual(set(alert["annotations"]), {"summary", "description"}, alert["alert"])
            self.assertIn(alert["labels"]["severity"], ("critical", "warning"), alert["alert"])

    def test_are_explained_in_the_page_of_the_service(self):
        page = (metrics_page.SOURCE / "docs" / "service.md").read_text()
        listed = re.findall(r"(?m)^\| `(Tpp\w+)` ", page)
        self.assertEqual(listed, [alert["alert"] for alert in alerts()])


if __name__ == "__main__":
    unittest.main()
