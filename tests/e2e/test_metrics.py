"""Metrics for Prometheus: `--format prometheus` and `measure --textfile`."""
import os
import pathlib
import re
import shutil
import stat
import subprocess
import tempfile
import unittest

import program


def samples(text):
    """Series (name and labels as written) to value."""
    return dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))


class Formats(unittest.TestCase):
    def test_figures_are_those_of_the_json_report_of_the_same_pass(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "tpp.prom")
            report = program.report(program.measure("h100_node", "--format", "json", "--textfile",
                                                    file))
            told = samples(file.read_text())
        uuid = report["inventory"]["devices"][0]["uuid"]
        for basis, tpp in report["performances"][0]["tpp"].items():
            value = float(told[f'tpp_board_tpp{{board="{uuid}",basis="{basis}"}}'])
            self.assertAlmostEqual(value / tpp["value"], 1, places=14)
        for precision in ("fp64", "fp16", "int8"):
            rates = [m["outcome"]["rate"]["per_second"] for m in report["measurements"]
                     if m["id"]["subject"] == precision and m["outcome"]["status"] == "rate"]
            series = ('tpp_device_dense_throughput_ops_per_second'
                      f'{{uuid="{uuid}",basis="achieved",precision="{precision}"}}')
            self.assertAlmostEqual(float(told[series]) / max(rates), 1, places=14)
        for series in told:
            self.assertNotIn('precision="int4"', series, "unsupported is absent")

    def test_simulated_stands_in_the_first_line_and_in_a_gauge(self):
        for words in (("measure",), ("devices",)):
            text = program.run(*words, "--simulate", program.SCENARIOS / "t4_node.yaml",
                               "--format", "prometheus").stdout
            self.assertIn("SIMULATED", text.splitlines()[0])
            self.assertEqual(samples(text)["tpp_report_simulated"], "1")
            self.assertIn("tpp_device_info{", text)

    def test_detail_adds_kernels(self):
        words = ("t4_node", "--format", "prometheus")
        self.assertNotIn("tpp_device_kernel_", program.measure(*words).stdout)
        self.assertIn("tpp_device_kernel_throughput",
                      program.measure(*words, "--metrics-detail").stdout)

    def test_a_failed_measurement_is_absent_and_no_success(self):
        text = program.measure("fault_fails", "--format", "prometheus").stdout
        success = [v for s, v in samples(text).items() if s.startswith("tpp_board_measurement_suc")]
        self.assertEqual(success, ["0"])

    @unittest.skipUnless(shutil.which("promtool"), "needs promtool (package prometheus)")
    def test_promtool_finds_nothing_amiss_on_any_node(self):
        for scenario in sorted(program.SCENARIOS.glob("*_node.yaml")):
            text = program.measure(scenario.stem, "--format", "prometheus",
                                   "--metrics-detail").stdout
            checked = subprocess.run(["promtool", "check", "metrics"], input=text, text=True,
                                     capture_output=True, check=False)
            self.assertEqual((checked.returncode, checked.stdout + checked.stderr), (0, ""),
                             scenario.stem)

    def test_what_no_metrics_are_of_is_refused_with_words(self):
        for words, said in ((("--plan", "--format", "prometheus"), "--plan"),
                            (("--plan", "--textfile", "/tmp/x.prom"), "--plan"),
                            (("--metrics-detail",), "--metrics-detail"),
                            (("--textfile", "/tmp/x.txt"), ".prom")):
            result = program.measure("t4_node", *words)
            self.assertEqual((result.returncode, result.stdout), (64, ""), words)
            self.assertIn(said, result.stderr)
        result = program.run("devices", "--topology", "--format", "prometheus")
        self.assertEqual((result.returncode, result.stdout), (64, ""))
        result = program.run("classify", "--tpp", "100", "--format", "prometheus")
        self.assertEqual((result.returncode, result.stdout), (64, ""))
        self.assertIn("table, json", result.stderr)


class Textfile(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.file = self.folder / "tpp.prom"

    def test_is_what_the_format_gives_and_everybody_may_read_it(self):
        self.file.write_text("old")
        self.file.chmod(0o600)
        result = program.measure("t4_node", "--format", "prometheus", "--textfile", self.file)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(self.file.read_text(), result.stdout)
        self.assertEqual(stat.S_IMODE(self.file.stat().st_mode), 0o644)
        self.assertEqual(os.listdir(self.folder), ["tpp.prom"])

    def test_holds_no_times(self):
        program.measure("t4_node", "--textfile", self.file)
        for line in self.file.read_text().splitlines():
            if not line.startswith("#"):
                self.assertRegex(line, r"^[a-z_]+(\{.*\})? [0-9.e+-]+$")

    def test_that_cannot_be_written_is_said_before_load_and_costs_nothing(self):
        missing = self.folder / "missing" / "tpp.prom"
        result = program.measure("t4_node", "--textfile", missing)
        self.assertEqual((result.returncode, result.stdout), (2, ""))
        self.assertIn(str(missing), result.stderr)

    def test_does_not_depend_on_the_locale(self):
        comma = {"LC_ALL": "de_DE.UTF-8"}
        text = program.measure("t4_node", "--format", "prometheus", environment=comma).stdout
        for series, value in samples(text).items():
            self.assertIsNotNone(re.fullmatch(r"[0-9.e+-]+", value), series)


if __name__ == "__main__":
    unittest.main()
