"""One scenario for each classification and assurance, with its exit code."""
import json
import unittest

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
    ("unknown_chip_small",  "undetermined", "none",          2,    1),
]


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
        for scenario in ("h100_node", "t4_node"):
            table = program.measure(scenario)
            self.assertIn("SIMULATED", table.stdout.splitlines()[0])
            banners = program.report(program.measure(scenario, "--format", "json"))["banners"]
            self.assertIn("SIMULATED", banners[0])
            path = program.SCENARIOS / f"{scenario}.yaml"
            for words in (["devices"], ["measure", "--plan"]):
                for form in ("table", "json"):
                    result = program.run(*words, "--simulate", path, "--format", form)
                    self.assertIn("SIMULATED", result.stdout.splitlines()[0], words + [form])

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

    def test_a_workstation_card_below_4800_is_never_called_uncontrolled(self):
        result = program.measure("t4_node")
        self.assertNotIn("uncontrolled", result.stdout.lower())
        self.assertIn("3A991.p", result.stdout)

    def test_numbers_do_not_depend_on_the_locale(self):
        plain = program.measure("h100_node", "--format", "json")
        comma = program.measure("h100_node", "--format", "json",
                                environment={"LC_ALL": "de_DE.UTF-8"})
        tpp = [program.report(r)["performances"][0]["tpp"] for r in (plain, comma)]
        self.assertEqual(tpp[0]["declared"], tpp[1]["declared"])


if __name__ == "__main__":
    unittest.main()
