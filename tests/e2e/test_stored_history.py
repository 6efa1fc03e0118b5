"""Passes kept under a state directory: `measure --state-directory`, and what answers from there."""
import json
import pathlib
import sqlite3
import tempfile
import unittest

import program


class StoredHistory(unittest.TestCase):
    def setUp(self):
        self._directory = tempfile.TemporaryDirectory()
        self.directory = pathlib.Path(self._directory.name)
        self.state = self.directory / "state"

    def tearDown(self):
        self._directory.cleanup()

    def measure(self, change=None, scenario="t4_node", state=None):
        """A pass of a simulated node, its scenario's text changed on the way: its report."""
        text = (program.SCENARIOS / f"{scenario}.yaml").read_text()
        path = self.directory / "scenario.yaml"
        path.write_text(change(text) if change else text)
        result = program.run("measure", "--simulate", path, "--format", "json",
                             "--state-directory", state or self.state)
        return result, json.loads(result.stdout)

    def history(self, *words):
        result = program.run("history", "--state-directory", self.state, *words)
        return result, result.stdout

    def codes(self, report):
        return [f["code"] for f in report["findings"] if f["code"].startswith("history.")]

    def test_compares_passes_as_it_does_files(self):
        reports = [self.measure()[1],
                   self.measure(lambda text: text.replace("units: 40", "units: 36"))[1]]
        self.assertEqual([self.codes(r) for r in reports], [[], []])
        files = []
        for number, report in enumerate(reports, start=1):
            files.append(self.directory / f"{number}.json")
            files[-1].write_text(json.dumps(report))
        of_files = program.run("history", *files, "--format", "json")
        result, text = self.history("--format", "json")
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertEqual(of_files.returncode, 1)
        stored, named = json.loads(text), json.loads(of_files.stdout)
        self.assertEqual([r.pop("origin") for r in stored["reports"]], ["pass 1", "pass 2"])
        for report in named["reports"]:
            report.pop("origin")
        self.assertEqual(stored, named)

    def test_exports_the_report_that_was_measured(self):
        _, measured = self.measure()
        result, text = self.history("--export", "1")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(json.loads(text), measured)
        none, _ = self.history("--export", "2")
        self.assertEqual(none.returncode, 2)
        self.assertIn("no pass 2", none.stderr)

    def test_a_pass_is_judged_again_by_the_rules_of_another_day(self):
        self.measure(scenario="h100_node")
        words = ("classify", "--state-directory", self.state, "--pass", "1", "--format", "json")
        after = program.run(*words, "--as-of", "2023-12-01")
        before = program.run(*words, "--as-of", "2022-09-01")
        self.assertIn("3A090.a", after.stdout, after.stderr)
        self.assertNotIn('"3A090.a"', before.stdout)
        exported = self.directory / "1.json"
        self.history("--export", "1", "--output", exported)
        by_file = program.run("classify", "--report", exported, "--format", "json", "--as-of",
                              "2023-12-01")
        self.assertEqual(by_file.stdout, after.stdout)

    def test_takes_the_newest_passes_of_one_board_since_a_day(self):
        for units in (40, 39, 38):
            self.measure(lambda text, units=units: text.replace("units: 40", f"units: {units}"))
        _, text = self.history("--limit", "2", "--format", "json")
        parsed = json.loads(text)
        self.assertEqual([r["origin"] for r in parsed["reports"]], ["pass 2", "pass 3"])
        self.assertIn("the newest 2 passes of 3", parsed["notes"][0])
        board = parsed["boards"][0]["board"]
        _, text = self.history("--board", board, "--since", "2020-01-01", "--format", "json")
        self.assertEqual(len(json.loads(text)["reports"]), 3)
        for words in (("--board", "none"), ("--since", "2199-01-01")):
            result, _ = self.history(*words)
            self.assertEqual(result.returncode, 2)
            self.assertIn("nothing to compare", result.stderr)

    def test_a_damaged_file_is_kept_and_the_pass_goes_on(self):
        self.measure()
        file = self.state / "history.sqlite"
        file.write_bytes(b"no database any more" * 500)
        read, _ = self.history()
        self.assertEqual(read.returncode, 2)
        self.assertIn("history.sqlite", read.stderr)
        result, report = self.measure()
        self.assertEqual(result.returncode, 1)
        self.assertEqual(self.codes(report), ["history.damaged"])
        kept = [p for p in self.state.iterdir() if "damaged" in p.name]
        self.assertEqual([p.read_bytes() for p in kept], [b"no database any more" * 500])
        _, text = self.history("--export", "1")
        self.assertEqual(json.loads(text), report)
        # The next pass says so, too, until somebody has seen to the file.
        result, report = self.measure()
        self.assertEqual((result.returncode, self.codes(report)), (1, ["history.damaged"]))
        kept[0].rename(self.directory / kept[0].name)
        result, report = self.measure()
        self.assertEqual((result.returncode, self.codes(report)), (0, []), result.stderr)

    def test_a_pass_that_cannot_be_kept_is_reported_all_the_same(self):
        blocked = self.directory / "file"
        blocked.write_text("")
        result, report = self.measure(state=blocked / "state")
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertEqual(self.codes(report), ["history.not_written"])
        self.assertTrue(report["verdicts"])

    def test_a_file_of_a_later_version_is_left_alone(self):
        self.measure()
        file = self.state / "history.sqlite"
        with sqlite3.connect(file) as connection:
            connection.execute("PRAGMA user_version = 99")
        connection.close()
        before = file.read_bytes()
        _, report = self.measure()
        self.assertEqual(self.codes(report), ["history.not_written"])
        self.assertEqual(self.history()[0].returncode, 2)
        self.assertEqual(file.read_bytes(), before)

    def test_the_environment_names_the_directory_too(self):
        self.measure()
        environment = {"TPP_AGENT_STATE_DIRECTORY": str(self.state)}
        exported = self.directory / "1.json"
        printed = program.run("history", "--export", "1", "--output", exported,
                              environment=environment)
        self.assertEqual(printed.returncode, 0, printed.stderr)
        named = program.run("history", exported, environment=environment)
        self.assertIn("what was given", named.stderr)

    def test_words_that_contradict_each_other_are_refused(self):
        for words in (("history", "a.json", "--state-directory", self.state),
                      ("history", "a.json", "--since", "2026-01-01"),
                      ("history", "--export", "1"),
                      ("history", "--state-directory", self.state, "--since", "yesterday"),
                      ("history", "--state-directory", self.state, "--limit", "0"),
                      ("history", "--state-directory", self.state, "--export", "x"),
                      ("classify", "--pass", "1"),
                      ("classify", "--pass", "1", "--report", "a.json", "--state-directory", "d"),
                      ("measure", "--state-directory", "")):
            with self.subTest(words):
                result = program.run(*words)
                self.assertEqual(result.returncode, 64, result.stderr)
                self.assertEqual(result.stdout, "")


if __name__ == "__main__":
    unittest.main()
