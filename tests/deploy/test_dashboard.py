"""The dashboard's queries and the alerts, asked of a Prometheus that scrapes simulated nodes."""
import contextlib
import json
import pathlib
import re
import shutil
import socket
import tempfile
import unittest

import yaml

import metrics_page
import simulated_fleet

DASHBOARD = json.loads(
    (metrics_page.SOURCE / "deploy" / "grafana" / "tpp-inventory.json").read_text())
RULES = metrics_page.SOURCE / "deploy" / "prometheus" / "tpp-agent.rules.yml"
# What a panel says of itself that shows what is wrong, and nothing otherwise.
MAY_BE_EMPTY = "Empty when healthy."

# Nodes of the fleet and their scenarios; `away` is a target that nobody answers at.
NODES = {"whole": "h100_node", "unlocked": "unlocked_board", "failed": "one_failed_device"}


def panels():
    return [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]


def filled_in(query):
    """As Grafana asks it with everything chosen."""
    for variable, value in (("job", ".*"), ("instance", ".*"), ("rule", ".*"),
                            ("__rate_interval", "1m")):
        query = query.replace("$" + variable, value)
    return query


def queries():
    """Panel and query as it is asked."""
    return [(panel, target, filled_in(target["expr"]))
            for panel in panels() for target in panel["targets"]]


class Form(unittest.TestCase):
    def test_names_only_metrics_that_are_explained(self):
        known = set(metrics_page.documented())
        for panel, target, _ in queries():
            self.assertLessEqual(metrics_page.used(target["expr"]), known, panel["title"])

    def test_uses_only_variables_that_it_has(self):
        has = {variable["name"] for variable in DASHBOARD["templating"]["list"]}
        for used in re.findall(r"\$\{?(\w+)", json.dumps(DASHBOARD)):
            self.assertIn(used, has | {"__all", "__rate_interval"})

    def test_lays_no_panel_over_another(self):
        taken = {}
        for panel in DASHBOARD["panels"]:
            at = panel["gridPos"]
            self.assertLessEqual(at["x"] + at["w"], 24, panel["title"])
            for x in range(at["x"], at["x"] + at["w"]):
                for y in range(at["y"], at["y"] + at["h"]):
                    self.assertIsNone(taken.get((x, y)), panel["title"])
                    taken[x, y] = panel["title"]
        identities = [panel["id"] for panel in DASHBOARD["panels"]]
        self.assertEqual(len(identities), len(set(identities)))


@unittest.skipUnless(shutil.which("prometheus"), "no prometheus here")
class Fleet(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with contextlib.ExitStack() as stack:
            folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))

            def started(child):
                stack.callback(child.end)
                return child

            agents = {name: started(simulated_fleet.Agent(folder / name, scenario))
                      for name, scenario in NODES.items()}
            targets = {name: agent.address for name, agent in agents.items()}
            away = stack.enter_context(socket.socket())
            away.bind(("127.0.0.1", 0))  # and does not listen: refused
            targets["away"] = f"127.0.0.1:{away.getsockname()[1]}"
            cls.prometheus = started(
                simulated_fleet.Prometheus(folder / "prometheus", targets, RULES))
            # Scraped before and after, so that counters are seen to rise.
            passes = "sum(tpp_passes_total{outcome='completed'})"
            cls.wait_for(f"{passes} == {len(NODES)}")
            for agent in agents.values():
                agent.measure()
            agents["whole"].reload("load: {authority: nobody}\n")
            # Beside the first look one a device.
            cls.wait_for(f"{passes} == count(tpp_device_info) + {len(NODES)}")
            cls.wait_for("tpp_config_last_reload_successful == 0")
            cls.wait_for("sum(increase(tpp_measurements_total[1m])) > 0")
            cls.addClassCleanup(stack.pop_all().close)

    @classmethod
    def wait_for(cls, query):
        simulated_fleet.wait_until(query, lambda: cls.prometheus.query(query))

    def test_every_query_of_the_dashboard_is_answered(self):
        empty = set()
        for panel, _, query in queries():
            with self.subTest(panel=panel["title"], query=query):
                if not self.prometheus.query(query):
                    empty.add(panel["title"])
                    self.assertIn(MAY_BE_EMPTY, panel["description"])
        # Of what may be empty, this is how much the fleet gives no cause for.
        self.assertEqual(empty, {"Probes that fail",
                                 "Last passes that failed, reloads that were refused"})

    def labels_of(self, target):
        return set().union(*self.prometheus.query(filled_in(target["expr"])))

    def test_every_legend_and_every_joined_label_is_there(self):
        for panel, target, _ in queries():
            named = set(re.findall(r"\{\{(\w+)\}\}", target.get("legendFormat", "")))
            for joined in re.findall(r"group_left \(([^)]+)\)", target["expr"]):
                named |= set(joined.split(", "))
            found = self.labels_of(target)
            if found or MAY_BE_EMPTY not in panel["description"]:
                self.assertLessEqual(named, found, panel["title"])

    def test_every_column_that_is_hidden_or_renamed_is_there(self):
        for panel in panels():
            found = set().union(*(self.labels_of(target) for target in panel["targets"]))
            if not found:
                continue
            columns = found | {"Time", "Value"}
            columns |= {f"Value #{target['refId']}" for target in panel["targets"]}
            for step in panel.get("transformations", []):
                named = {**step["options"].get("excludeByName", {}),
                         **step["options"].get("renameByName", {})}
                self.assertLessEqual(set(named), columns, panel["title"])

    def test_every_variable_has_values(self):
        for variable in DASHBOARD["templating"]["list"]:
            if variable["type"] != "query":
                continue
            values = re.fullmatch(r"label_values\((.*), (\w+)\)", variable["definition"])
            metric, label = values.groups()
            found = {labels.get(label) for labels in self.prometheus.query(filled_in(metric))}
            self.assertTrue(found and None not in found, variable["name"])

    def test_the_alerts_that_have_cause_are_those_that_would_fire(self):
        groups = yaml.safe_load(RULES.read_text())["groups"]
        caused = {rule["alert"]: self.prometheus.query(rule["expr"])
                  for group in groups for rule in group["rules"]}
        nodes = {name: {labels.get("instance") for labels in series}
                 for name, series in caused.items() if series}
        for of_the_day_or_the_build in ("TppEditionOutdated", "TppUntrustedCode"):
            nodes.pop(of_the_day_or_the_build, None)
        self.assertEqual(nodes, {
            "TppAgentDown": {"away"},
            "TppBoardClassChanged": {"unlocked"},  # by what was measured
            "TppConfigNotReloaded": {"whole"},
            "TppContradiction": {"unlocked"},
            "TppHealthFinding": {"failed"},
            "TppMeasurementFailed": {"failed"},
            "TppSimulated": set(NODES),
            "TppUnexpectedBoard": set(NODES)})

    def test_no_alert_fails_where_it_is_evaluated(self):
        for group in self.prometheus.ask("rules")["groups"]:
            for rule in group["rules"]:
                self.assertEqual((rule["health"], rule.get("lastError", "")), ("ok", ""),
                                 rule["name"])


if __name__ == "__main__":
    unittest.main()
