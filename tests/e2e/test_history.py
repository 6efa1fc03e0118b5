"""Boards through several reports: `history`, and `measure --previous`."""
import json
import pathlib
import tempfile
import unittest

import yaml

import program


class History(unittest.TestCase):
    def setUp(self):
        self._directory = tempfile.TemporaryDirectory()
        self.directory = pathlib.Path(self._directory.name)

    def tearDown(self):
        self._directory.cleanup()

    def report(self, name, day, change=None, scenario="t4_node"):
        """A report of a simulated node as of a day, its scenario's text changed on the way."""
        text = (program.SCENARIOS / f"{scenario}.yaml").read_text()
        path = self.directory / f"{name}.yaml"
        path.write_text(change(text) if change else text)
        parsed = json.loads(program.run("measure", "--simulate", path, "--format", "json").stdout)
        parsed["started_at"] = f"2026-{day}T12:00:00Z"
        stored = self.directory / f"{name}.json"
        stored.write_text(json.dumps(parsed))
        return stored

    def history(self, *words):
        result = program.run("history", *words, "--format", "json")
        return result, json.loads(result.stdout)

    def test_of_an_unchanged_board_has_no_event_and_no_finding(self):
        reports = [self.report("a", "05-01"), self.report("b", "06-01")]
        result, parsed = self.history(*reports)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual([r["events"] for r in parsed["reports"]], [[], []])
        self.assertEqual(parsed["reports"][1]["notes"], [])
        self.assertEqual(parsed["boards"][0]["reports"], 2)
        self.assertIn("SIMULATED", result.stdout.splitlines()[0])

    def test_reports_may_stand_behind_options_that_take_lists(self):
        reports = [self.report("a", "05-01"), self.report("b", "06-01")]
        for words in (["--threshold", "history_rate=0.05"], ["--fail-on", "health,condition"]):
            result, parsed = self.history(*words, *reports)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual(len(parsed["reports"]), 2)

    def test_of_a_board_that_lost_units_is_a_finding(self):
        self.report("a", "05-01")
        self.report("b", "06-01", lambda text: text.replace("units: 40", "units: 36"))
        result, parsed = self.history(self.directory)
        self.assertEqual(result.returncode, 1, result.stderr)
        events = {e["event"]: e for e in parsed["reports"][1]["events"]}
        self.assertEqual(events["units_changed"]["causes"], ["hardware"])
        self.assertEqual(events["units_changed"]["before"], "40 SM")
        self.assertEqual(parsed["reports"][1]["findings"][0]["code"], "board.changed")
        quiet = program.run("history", self.directory, "--fail-on", "health")
        self.assertEqual(quiet.returncode, 0)
        self.assertIn("units changed", quiet.stdout)

    def test_of_a_clock_that_was_capped_is_none(self):
        reports = [self.report("a", "05-01"),
                   self.report("b", "06-01", lambda text: text.replace("    clock_mhz: 1065",
                                                                       "    clock_mhz: 600"))]
        result, parsed = self.history(*reports)
        self.assertEqual(result.returncode, 0, result.stdout)
        self.assertEqual(parsed["reports"][1]["findings"], [])

    def test_the_same_report_twice_is_counted_once_and_alone_is_not_enough(self):
        first = self.report("a", "05-01")
        copy = self.directory / "copy.json"
        copy.write_text(first.read_text())
        alone = program.run("history", first, copy)
        self.assertEqual(alone.returncode, 2)
        self.assertIn("the same report", alone.stderr)
        _, parsed = self.history(first, copy, self.report("b", "06-01"))
        self.assertEqual(len(parsed["reports"]), 2)
        self.assertIn("counted once", parsed["notes"][0])

    def test_bad_input_is_named(self):
        first = self.report("a", "05-01")
        none = self.directory / "none.json"
        none.write_text('{"devices": []}')
        old = json.loads(first.read_text())
        old["schema_version"] = 1
        older = self.directory / "older.json"
        older.write_text(json.dumps(old))
        for path, words in ((none, "none.json"), (older, "schema"),
                            (self.directory / "gone.json", "gone.json")):
            with self.subTest(words):
                result = program.run("history", first, path)
                self.assertEqual(result.returncode, 2, result.stderr)
                self.assertIn(words, result.stderr)
                self.assertEqual(result.stdout, "")
        self.assertEqual(program.run("history").returncode, 64)
        self.assertEqual(program.run("history", first, first, "--format", "csv").returncode, 64)

    def test_a_pass_that_knows_an_earlier_report_says_what_changed(self):
        earlier = self.report("a", "05-01")
        changed = self.directory / "b.yaml"
        text = (program.SCENARIOS / "t4_node.yaml").read_text()
        changed.write_text(text.replace("units: 40", "units: 36"))
        result = program.run("measure", "--simulate", changed, "--previous", earlier, "--format",
                             "json")
        findings = {f["code"]: f for f in program.report(result)["findings"]}
        self.assertEqual(result.returncode, 1)
        self.assertEqual(findings["board.changed"]["class"], "contradiction")
        self.assertIn("40 SM -> 36 SM", findings["board.changed"]["message"])
        same = program.measure("t4_node", "--previous", earlier, "--format", "json")
        codes = [f["code"] for f in program.report(same)["findings"]]
        self.assertEqual([c for c in codes if c.startswith("board.")], [])

    def of_node(self, hostname, stored):
        parsed = json.loads(stored.read_text())
        parsed["inventory"]["node"]["hostname"] = hostname
        stored.write_text(json.dumps(parsed))
        return stored

    def test_a_board_is_not_gone_whose_node_was_not_looked_at(self):
        one = lambda text: text.replace("1324220000004", "1324220000011").replace("0a4", "0b4")
        days = [("a", "05-01", "n1", None), ("b", "05-02", "n2", one), ("c", "05-03", "n1", None),
                ("d", "05-04", "n2", one)]
        reports = [self.of_node(node, self.report(name, day, change))
                   for name, day, node, change in days]
        result, parsed = self.history(*reports)
        self.assertEqual(result.returncode, 0, result.stdout)
        self.assertEqual([report["events"] for report in parsed["reports"]], [[]] * 4)
        self.assertEqual([board["present"] for board in parsed["boards"]], [True] * 2)
        table = program.run("history", *reports).stdout
        self.assertNotIn("gone", table)
        self.assertIn("the first report of this node", table)
        now = program.run("measure", "--simulate", self.directory / "a.yaml", "--previous",
                          reports[1], "--format", "json")
        told = [f for f in program.report(now)["findings"] if f["code"].startswith("board.")]
        self.assertEqual({f["code"] for f in told}, {"board.not_compared"})
        self.assertIn("nodes", told[0]["message"])

    def test_another_spelling_of_a_serial_number_is_no_change(self):
        spelled = lambda serial: lambda text: text.replace('"1324220000004"', f'"{serial}"')
        reports = [self.report("a", "05-01", spelled("ABC132422")),
                   self.report("b", "06-01", spelled("abc132422")),
                   self.report("c", "07-01", spelled("ABC132422   "))]
        result, parsed = self.history(*reports)
        self.assertEqual(result.returncode, 0, result.stdout)
        self.assertEqual([report["events"] for report in parsed["reports"]], [[]] * 3)

    def test_a_report_of_a_day_to_come_is_a_finding(self):
        later = self.report("b", "06-01")
        later.write_text(later.read_text().replace("2026-06-01T", "2999-06-01T"))
        result, parsed = self.history(self.report("a", "05-01"), later)
        self.assertEqual([f["code"] for f in parsed["reports"][1]["findings"]],
                         ["report.later_than_clock"])
        self.assertEqual(result.returncode, 0)

    def test_a_rate_is_held_against_the_threshold_given(self):
        slower = lambda text: text.replace("unit: 1024", "unit: 960")  # by 6.25 %
        self.report("a", "05-01")
        self.report("b", "06-01", slower)
        result, parsed = self.history(self.directory)
        self.assertEqual(result.returncode, 1, result.stdout)
        result, parsed = self.history(self.directory, "--threshold", "history_rate=0.1")
        self.assertEqual(result.returncode, 0, result.stdout)
        events = [e["event"] for e in parsed["reports"][1]["events"]]
        self.assertNotIn("rate_per_clock_changed", events)
        self.assertIn("history_rate=0.1 (default 0.02)", program.first_line(result.stdout))
        refused = program.run("history", self.directory, "--threshold", "history_rate=0.2")
        self.assertEqual((refused.returncode, refused.stdout), (64, ""))
        now = self.directory / "b.yaml"
        words = ("measure", "--simulate", now, "--previous", self.directory / "a.json", "--format",
                 "json")
        for more, told in (((), True), (("--threshold", "history_rate=0.1"), False)):
            codes = [f["code"] for f in program.report(program.run(*words, *more))["findings"]]
            self.assertEqual("board.changed" in codes, told)

    def test_of_boards_counted_at_another_level_is_one_note_and_no_event(self):
        node = yaml.safe_load((program.SCENARIOS / "h100_node.yaml").read_text())
        node["devices"] = [dict(node["devices"][0], id=f"0000:0{i}:00.0", uuid=f"GPU-{i}",
                                serial=f"165252300001{i}", module_id=i) for i in range(1, 4)]
        path = self.directory / "node.yaml"
        path.write_text(yaml.safe_dump(node))
        mapping = self.directory / "map.yaml"
        mapping.write_text("boards:\n  - {name: two, devices: ['0000:01:00.0', '0000:02:00.0']}\n")
        stored = []
        for month, words in enumerate(([], ["--board-level", "baseboard"], [],
                                       ["--board-map", mapping], []), 5):
            parsed = program.report(program.run("measure", "--simulate", path, "--format", "json",
                                                *words))
            parsed["started_at"] = f"2026-{month:02}-01T12:00:00Z"
            stored.append(self.directory / f"{month}.json")
            stored[-1].write_text(json.dumps(parsed))
        result, parsed = self.history(*stored)
        self.assertEqual(result.returncode, 0, result.stdout)
        self.assertEqual([r["events"] for r in parsed["reports"]], [[]] * 5)
        self.assertEqual([len(r["notes"]) for r in parsed["reports"]], [0, 1, 1, 1, 1])
        for report in parsed["reports"][1:]:
            self.assertIn("count boards at different levels", report["notes"][0])
        self.assertEqual(len(parsed["boards"]), 3)

    def test_a_previous_report_is_read_before_anything_runs(self):
        earlier = self.report("a", "05-01")
        later = json.loads(earlier.read_text())
        later["started_at"] = "2199-01-01T00:00:00Z"
        earlier.write_text(json.dumps(later))
        result = program.measure("t4_node", "--previous", earlier)
        self.assertEqual(result.returncode, 2)
        self.assertIn("clock", result.stderr)
        self.assertEqual(result.stdout, "")


if __name__ == "__main__":
    unittest.main()
