"""`classify`: answers, exit codes and refusals of the built program."""
import json
import pathlib
import tempfile
import unittest

import program

DAY = ("--as-of", "2026-09-01")


def answer(*words):
    result = program.run("classify", *words, "--format", "json")
    assert result.returncode in (0, 2), result.stderr
    return json.loads(result.stdout), result.returncode


class Classify(unittest.TestCase):
    def setUp(self):
        self._directory = tempfile.TemporaryDirectory()
        self.directory = pathlib.Path(self._directory.name)

    def tearDown(self):
        self._directory.cleanup()

    def test_by_figures(self):
        result, code = answer("--tpp", "2400", "--die-area", "750", "--datacenter", "yes", *DAY)
        self.assertEqual(code, 0)
        self.assertEqual(result["determination"], "exception-eligible")
        self.assertEqual(result["paragraphs"], ["3A090.b.1", "3A090.b.2"])
        comparison = result["comparisons"][0]
        for member in ("quantity", "value", "operator", "threshold", "met", "margin", "citation"):
            self.assertIn(member, comparison)
        self.assertNotIn("licence", result)
        self.assertIn("not legal advice", result["disclaimer"])

    def test_an_old_report_is_stale_in_the_first_line(self):
        report = program.report(program.measure("t4_node", "--format", "json"))
        report["started_at"] = "2026-07-31" + report["started_at"][10:]
        for measurement in report["measurements"]:
            measurement["taken_at"] = report["started_at"]
        path = self.directory / "old.json"
        path.write_text(json.dumps(report))
        words = ("classify", "--report", path, *DAY)
        told = "STALE: the report is of 2026-07-31, 32 days before 2026-09-01"
        self.assertIn(told, program.first_line(program.run(*words).stdout))
        self.assertNotIn("STALE", program.run(*words, "--threshold", "report_age=32").stdout)
        self.assertIn("report.stale", program.run(*words).stdout)
        failing = program.run(*words, "--fail-on", "condition", "--format", "json")
        self.assertEqual(failing.returncode, 1)
        found = json.loads(failing.stdout)["items"][0]["findings"]
        self.assertEqual([(f["code"], f["class"]) for f in found], [("report.stale", "condition")])
        self.assertNotEqual(program.run(*words).returncode, 1)

    def test_measurements_that_were_old_when_they_were_shown_are_stale(self):
        report = program.report(program.measure("t4_node", "--format", "json"))
        report["measurements"][0]["taken_at"] = "2026-01-01T00:00:00Z"
        path = self.directory / "shown.json"
        path.write_text(json.dumps(report))
        words = ("classify", "--report", path, "--format", "json", "--fail-on", "condition")
        done = program.run(*words)
        found = json.loads(done.stdout)["items"][0]["findings"]
        self.assertEqual([(f["code"], f["class"]) for f in found],
                         [("evidence.stale", "condition")])
        self.assertEqual(done.returncode, 1)
        self.assertNotIn("evidence.stale",
                         program.run(*words, "--threshold", "evidence_age=3650").stdout)

    def test_a_report_of_a_day_to_come_has_no_age(self):
        report = program.report(program.measure("t4_node", "--format", "json"))
        report["started_at"] = "2999-01-01T00:00:00Z"
        path = self.directory / "later.json"
        path.write_text(json.dumps(report))
        done = program.run("classify", "--report", path, *DAY)
        self.assertIn("CLOCK: the report began at 2999", program.first_line(done.stdout))
        self.assertIn("report.later_than_clock", done.stdout)

    def test_undetermined_is_exit_code_2(self):
        result, code = answer("--tpp", "3000", *DAY)
        self.assertEqual((result["determination"], code), ("undetermined", 2))

    def test_below_is_never_rendered_as_uncontrolled(self):
        words = ("--tpp", "1000", "--die-area", "545", *DAY)
        result, code = answer(*words)
        self.assertEqual((result["determination"], code), ("not-controlled", 0))
        for text in (result["rendered"], program.run("classify", *words).stdout):
            self.assertIn("not controlled by 3A090; normally 3A991.p", text)
        self.assertNotIn("uncontrolled", json.dumps(result).replace('not \\"uncontrolled\\"', ""))

    def test_licence_where_a_destination_is_given(self):
        words = ("--tpp", "15832", "--die-area", "814", "--datacenter", "yes", "--dram-bandwidth",
                 "4800", "--destination", "cn", "--headquarters", "CN,CN", *DAY)
        result, _ = answer(*words, "--exported-from", "US")
        self.assertEqual(result["licence"]["required"], True)
        self.assertEqual(result["licence"]["review_policy"], "case by case")
        result, _ = answer(*words, "--exported-from", "SG")
        self.assertEqual(result["licence"]["review_policy"], "presumption of denial")
        result, _ = answer(*words)  # from where decides, and is not known
        self.assertIsNone(result["licence"]["review_policy"])
        self.assertEqual(result["licence"]["beside"]["scope"], "enforced")

    def test_a_changed_report_is_refused(self):
        report = json.loads(program.measure("h100_node", "--format", "json").stdout)
        tpp = report["performances"][0]["tpp"]["declared"]
        for value, words in ((-5, "-5 is out of range; expected from 0 to"), (100, "own rates make")):
            tpp["value"] = value
            with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
                json.dump(report, file)
                file.flush()
                done = program.run("classify", "--report", file.name, *DAY)
            self.assertEqual((done.returncode, done.stdout), (64, ""))
            self.assertIn(words, done.stderr)
            self.assertIn("tpp.declared.value", done.stderr)

    def test_chip(self):
        result, code = answer("--chip", "nvidia-h200-sxm-141-gb", *DAY)
        self.assertEqual((result["determination"], code), ("license-required", 0))
        refused = program.run("classify", "--chip", "H20O")
        self.assertEqual(refused.returncode, 64)
        self.assertIn("'H20O' is no id or name of one chip of the catalogue", refused.stderr)

    def test_stored_report(self):
        report = self.directory / "report.json"
        made = program.measure("h100_node", "--format", "json", "--output", report)
        self.assertIn(made.returncode, (0, 1), made.stderr)
        result, code = answer("--report", report, *DAY)
        self.assertEqual(code, 0)
        self.assertTrue(any("SIMULATED" in banner for banner in result["banners"]))
        self.assertEqual({item["determination"] for item in result["items"]}, {"license-required"})
        text = program.run("classify", "--report", report).stdout
        self.assertIn("SIMULATED", text.splitlines()[0])

    def test_what_a_site_adds_is_said_in_the_first_line(self):
        rules = self.directory / "rules.d"
        rules.mkdir()
        (rules / "own.yaml").write_text(
            "id: own\ntitle: t\ncitation: c\nin_force_from: 2026-01-01\nknown_through: 2026-12-31\n"
            "other_controls:\n"
            "  - {name: own letter, kind: unpublished, text: ask, citation: c, text_verified: yes}\n")
        words = ("classify", "--tpp", "100", "--site-directory", self.directory, *DAY)
        self.assertIn("ADDED: rule own", program.first_line(program.run(*words).stdout))
        self.assertIn("own letter", program.run(*words).stdout)
        (rules / "own.yaml").write_text("id: own\n")
        refused = program.run(*words)
        self.assertEqual(refused.returncode, 2)
        self.assertIn("own.yaml:1:1", refused.stderr)
        self.assertEqual(refused.stdout, "")

    def test_refusals_leave_nothing(self):
        output = self.directory / "answer.json"
        for words, part in (
                (["--tpp", "-1"], "--tpp: -1 is out of range"),
                (["--tpp", "nan"], "--tpp"),
                (["--tpp", "5000", "--destination", "XX"], "--destination: 'XX'"),
                (["--tpp", "5000", "--planar", "--die-area", "5"], "contradict"),
                (["--tpp", "5000", "--as-of", "2022-10-06"], "from 2022-10-07 on"),
                (["--tpp", "5000", "--stage", "wafer"], "expected one of die, package, board"),
                (["--tpp", "5000", "--reading", "tf32_bits=20"], "tf32_bits"),
                (["--tpp", "5000", "--format", "xml"], "--format"),
                (["--tpp", ""], "empty"),
                ([], "nothing to classify")):
            refused = program.run("classify", *words, "--output", output)
            self.assertEqual(refused.returncode, 64, (words, refused.stderr))
            self.assertIn(part, refused.stderr)
            self.assertEqual(refused.stdout, "")
            self.assertFalse(output.exists(), words)

    def test_matrix(self):
        result = program.run("classify", "--matrix", "--as-of", "2023-11-17", "--format", "json")
        self.assertEqual(result.returncode, 0, result.stderr)
        cells = json.loads(result.stdout)["cells"]
        self.assertEqual(len(cells), 3 * 2 * 3)
        text = program.run("classify", "--matrix", "--as-of", "2023-11-17").stdout
        self.assertIn("presumption of approval", text)


if __name__ == "__main__":
    unittest.main()
