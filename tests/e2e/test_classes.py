"""One scenario for each classification and assurance, with its exit code."""
import json
import pathlib
import subprocess
import tempfile
import unittest

import yaml

import program

try:
    import jsonschema
except ImportError:
    jsonschema = None

#   scenario               classification  assurance        exit  with --fail-on classification
CASES = [
    ("h100_node",           "3A090.a",      "corroborated",  0,    1),
    ("a100_node",           "3A090.a",      "corroborated",  0,    1),
    ("l4_node",             "3A090.a",      "corroborated",  0,    1),
    ("a30_node",            "3A090.b",      "corroborated",  0,    1),
    ("t4_node",             "below",        "corroborated",  0,    0),
    ("mi250x_node",         "3A090.a",      "corroborated",  0,    1),
    ("mig_slice",           "3A090.a",      "declared_only", 0,    1),
    ("unlocked_board",      "undetermined", "contradicted",  1,    1),
    ("cut_board",           "3A090.a",      "contradicted",  1,    1),
    ("unknown_chip_large",  "3A090.a",      "none",          0,    1),
    ("unknown_chip_presumed", "undetermined", "none",        2,    1),
    ("unknown_chip_small",  "undetermined", "none",          2,    1),
]


def t4_times(catalogue, factor):
    """The T4's row alone, its rates multiplied."""
    document = yaml.safe_load(catalogue)
    row = next(c for c in document["chips"] if "tesla-t4" in c["id"])
    for table in ("declared_tops", "declared_vector_tops", "ops_per_clock_per_unit",
                  "vector_ops_per_clock_per_unit"):
        for figure in row.get(table, {}).values():
            figure[0] *= factor
    document["chips"] = [row]
    # JSON is YAML, and keeps every number a number.
    return json.dumps(document, default=str)


class Classes(unittest.TestCase):
    def test_each_scenario_gets_its_class_assurance_and_exit_code(self):
        for scenario, classification, assurance, code, strict_code in CASES:
            with self.subTest(scenario):
                result = program.measure(scenario, "--format", "json")
                verdict = program.report(result)["verdicts"][0]
                self.assertEqual(verdict["classification"], classification)
                self.assertEqual(verdict["assurance"], assurance)
                self.assertEqual(result.returncode, code, result.stderr)
                strict = program.measure(scenario, "--fail-on", "contradiction,classification")
                self.assertEqual(strict.returncode, strict_code, strict.stdout)

    def test_every_output_says_simulated_in_its_first_line(self):
        for scenario in ("h100_node", "t4_node", "driver_absent"):
            table = program.measure(scenario)
            self.assertIn("SIMULATED", table.stdout.splitlines()[0])
            banners = program.report(program.measure(scenario, "--format", "json"))["banners"]
            self.assertIn("SIMULATED", banners[0])
            path = program.SCENARIOS / f"{scenario}.yaml"
            for words in (["devices"], ["measure", "--plan"]):
                for form in ("table", "json"):
                    result = program.run(*words, "--simulate", path, "--format", form)
                    self.assertIn("SIMULATED", result.stdout.splitlines()[0], words + [form])

    def test_tpp_bench_says_simulated_first_too(self):
        words = [program.TREE / "bin" / "tpp-bench",
                 f"--backend={program.TREE / 'lib' / 'tpp' / 'backends' / 'sim.so'}",
                 f"--backend_option=scenario={program.SCENARIOS / 't4_node.yaml'}"]
        for form in ("console", "json", "csv"):
            # One benchmark: the library's CSV takes only benchmarks of equal counters.
            result = subprocess.run(
                [*words, f"--benchmark_format={form}", "--benchmark_filter=/mma/fp16"],
                capture_output=True, text=True, timeout=60, check=True)
            self.assertTrue(result.stderr.startswith("SIMULATED"), result.stderr)
            self.assertEqual(result.stdout.startswith("SIMULATED"), form == "console")
            if form == "json":
                self.assertEqual(json.loads(result.stdout)["context"]["simulated"], "true")

    @unittest.skipIf(jsonschema is None, "python3-jsonschema is not installed")
    def test_every_report_is_valid_against_the_schema(self):
        schema = json.loads(program.SCHEMA.read_text())
        validator = jsonschema.validators.validator_for(schema)(schema)
        for scenario in sorted(program.SCENARIOS.glob("*.yaml")):
            result = program.measure(scenario.stem, "--format", "json", "--silence", "1")
            if not result.stdout:
                self.assertNotEqual(result.returncode, 0, scenario.stem)
                continue
            errors = [e.message for e in validator.iter_errors(program.report(result))]
            self.assertEqual(errors, [], scenario.stem)

    def test_a_board_over_a_threshold_by_estimate_is_presumed_controlled(self):
        result = program.measure("unknown_chip_presumed")
        self.assertIn("presumed controlled", result.stdout)

    def test_a_narrowed_measurement_never_shows_that_a_board_is_below(self):
        for words in (["--precision", "fp16,int8"], ["--kernel", "mma"]):
            result = program.measure("t4_node", *words, "--format", "json")
            parsed = program.report(result)
            self.assertNotEqual(parsed["verdicts"][0]["classification"], "below", words)
            self.assertNotEqual(parsed["verdicts"][0]["assurance"], "corroborated", words)
            self.assertTrue(any("narrowed" in b for b in parsed["banners"]), words)

    def test_a_board_that_was_not_asked_for_narrows_no_other(self):
        scenario = yaml.safe_load((program.SCENARIOS / "t4_node.yaml").read_text())
        first = scenario["devices"][0]
        scenario["devices"].append({**first, "id": "0000:00:1f.0", "uuid": "GPU-2", "serial": "2"})
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory) / "two.yaml"
            path.write_text(yaml.safe_dump(scenario))
            words = ("measure", "--simulate", path, "--format", "json", "--device", first["id"])
            whole = program.run(*words)
            part = program.report(program.run(*words, "--kernel", "mma"))
        self.assertEqual(whole.returncode, 0, whole.stderr)
        parsed = program.report(whole)
        self.assertFalse(any("FORCED" in b for b in parsed["banners"]), parsed["banners"])
        asked, other = parsed["verdicts"]
        self.assertEqual((asked["classification"], asked["assurance"]), ("below", "corroborated"))
        self.assertEqual(other["classification"], "undetermined")
        self.assertTrue(any("was not asked for" in r for r in other["assurance_reasons"]))
        self.assertFalse(any("narrowed" in r for r in other["assurance_reasons"]))
        self.assertTrue(any("FORCED" in b and "in part" in b for b in part["banners"]))
        self.assertNotEqual(part["verdicts"][0]["classification"], "below")

    def test_links_are_shown_in_bytes_and_are_no_memory(self):
        parsed = program.report(program.measure("h100_node", "--format", "json"))
        rate = program.outcome(parsed, "/link/host_both")["outcome"]["rate"]
        self.assertEqual(rate["quantity"], "bytes")
        memory = parsed["performances"][0]["memory_bandwidth"]["achieved"]
        read = program.outcome(parsed, "/dram/read")["outcome"]["rate"]
        self.assertEqual(memory, read["per_second"])
        table = program.measure("h100_node", "--kernel", "link").stdout
        self.assertRegex(table, r"host_both +link +\d+ GB/s")
        self.assertIn("not supported by hardware: link peer_both", table)
        plan = program.measure("h100_node", "--plan").stdout
        self.assertRegex(plan, r"/link/host_read .* ready\n")

    def test_a_narrowed_measurement_accuses_no_genuine_board(self):
        for scenario in ("h100_node", "a100_node", "mi250x_node"):
            result = program.measure(scenario, "--kernel", "fma", "--format", "json")
            self.assertNotEqual(program.report(result)["verdicts"][0]["assurance"], "contradicted")

    def test_no_rule_in_force_assesses_nothing(self):
        shipped = (program.SOURCE / "agent" / "rules" / "us-ear-2023-10.yaml").read_text()
        ended = shipped.replace("known_through:", "in_force_to: 2024-01-01\nknown_through:", 1)
        self.assertNotEqual(ended, shipped)
        ended = ended.replace("id: us-ear-2023-10", "id: ended", 1)
        with tempfile.TemporaryDirectory() as directory:
            (pathlib.Path(directory) / "ended.yaml").write_text(ended)
            result = program.measure("h100_node", "--rules", directory, "--format", "json")
        self.assertEqual(result.returncode, 2, result.stderr)
        codes = [f["code"] for f in program.report(result)["findings"]]
        self.assertIn("data.rule_not_in_force", codes)

    def test_a_catalogue_of_the_user_argues_no_contradiction_away(self):
        shipped = (program.SOURCE / "agent" / "catalog" / "nvidia_turing.yaml").read_text()
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory) / "mine.yaml"
            path.write_text(t4_times(shipped, 1.293))
            result = program.measure("unlocked_board", "--catalog", path, "--format", "json")
        verdict = program.report(result)["verdicts"][0]
        self.assertEqual(verdict["assurance"], "contradicted")
        self.assertEqual(result.returncode, 1)

    def test_a_workstation_card_below_4800_is_never_called_uncontrolled(self):
        result = program.measure("t4_node")
        self.assertNotIn("uncontrolled", result.stdout.lower())
        self.assertIn("3A991.p", result.stdout)


if __name__ == "__main__":
    unittest.main()
