"""A stranger's mistakes: a message that says where and what was expected, the documented exit code,
nothing on standard output, no partial file."""
import os
import pathlib
import shutil
import tempfile
import unittest

import program


class BadInput(unittest.TestCase):
    def setUp(self):
        self._directory = tempfile.TemporaryDirectory()
        self.directory = pathlib.Path(self._directory.name)

    def tearDown(self):
        self._directory.cleanup()

    def refused(self, code, *words_then_parts, parts):
        result = program.run(*words_then_parts)
        self.assertEqual(result.returncode, code, result.stderr)
        for part in parts:
            self.assertIn(part, result.stderr)
        self.assertEqual(result.stdout, "")
        return result

    def file(self, name, text):
        path = self.directory / name
        path.write_text(text)
        return path

    def test_unknown_words(self):
        self.refused(64, "measure", "--precision", "bf61", parts=["bf61", "did you mean bf16?"])
        self.refused(64, "measure", "--kernel", "gem", parts=["gemm"])
        self.refused(64, "measure", "--device", "cpu:7", parts=["cpu:7", "cpu:0"])
        self.refused(64, "measure", "--turbo", parts=["--turbo", "--help"])
        self.refused(64, "mesure", parts=["mesure", "did you mean measure?"])
        self.refused(64, parts=["a command is missing", "--help"])
        self.refused(64, "measure", "--backend-option", "cpu.isa=avx9000", parts=["avx9000"])
        self.refused(64, "measure", "--backend-option", "gpu.x=1", parts=["cpu"])

    def test_missing_or_empty_module_directory(self):
        gone = self.directory / "gone"
        self.refused(2, "measure", "--backend-directory", gone, parts=[str(gone), "--backend-directory"])
        self.refused(2, "measure", "--backend-directory", self.directory, parts=["no modules"])

    def test_simulation_without_its_module(self):
        modules = self.directory / "modules"
        modules.mkdir()
        self.file("modules/cpu.so", "not asked")
        scenario = program.SCENARIOS / "t4_node.yaml"
        for command in ("measure", "devices", "selftest"):
            result = self.refused(2, command, "--simulate", scenario, "--backend-directory", modules,
                                  parts=[f"there is no module sim.so in {modules}"])
            self.assertNotIn("--backend-option", result.stderr)

    def test_empty_values(self):
        output = self.directory / "report.json"
        for option in ("--simulate", "--catalog", "--rules", "--backend-directory", "--deadline"):
            self.refused(64, "measure", "--output", output, option, "", parts=[option, "empty"])
        self.refused(64, "devices", "--output", "", parts=["--output", "empty"])
        self.refused(64, "measure", "--reading", "tf32_bits=19", "--reading", "tf32_bits=32",
                     parts=["tf32_bits", "contradict"])
        self.assertEqual(os.listdir(self.directory), [])

    def test_modules_that_are_none(self):
        modules = self.directory / "modules"
        modules.mkdir()
        for module in sorted((program.TREE / "tests" / "modules").glob("*.so")):
            shutil.copy(module, modules)
        self.file("modules/text.so", "not a library")
        self.assertGreater(len(list(modules.iterdir())), 1, "the fake modules were not built")
        result = program.run("measure", "--backend-directory", modules)
        self.assertEqual(result.returncode, 1, result.stdout)
        self.assertIn("ABI", result.stdout)
        self.assertIn("text.so", result.stdout)

    def test_malformed_rules_name_the_place(self):
        broken = self.file("broken.yaml", "id: x\n  title: [unclosed\n")
        self.refused(2, "measure", "--rules", broken, parts=[f"{broken}:2:"])
        shipped = (program.SOURCE / "agent" / "rules" / "us-ear-2023-10.yaml").read_text()
        twisted = self.file("twisted.yaml", shipped.replace("known_through", "known_trough", 1))
        self.refused(2, "measure", "--rules", twisted, parts=[f"{twisted}:", "known_through"])
        self.refused(2, "measure", "--rules", self.directory / "none.yaml", parts=["none.yaml"])

    def test_a_rule_file_may_not_take_the_id_of_a_shipped_rule(self):
        shipped = (program.SOURCE / "agent" / "rules" / "us-ear-2023-10.yaml").read_text()
        lax = shipped.replace("threshold: 4800", "threshold: 48000")
        self.assertNotEqual(lax, shipped)
        scenario = program.SCENARIOS / "l4_node.yaml"
        path = self.file("lax.yaml", lax)
        self.refused(2, "measure", "--simulate", scenario, "--rules", path,
                     parts=[f"{path}:", "us-ear-2023-10", "an id of its own"])
        own = self.file("own.yaml", lax.replace("id: us-ear-2023-10", "id: own"))
        words = ("measure", "--simulate", scenario, "--format", "json")
        parsed = program.report(program.run(*words, environment={"TPP_AGENT_RULES": str(own)}))
        self.assertIn("data.rule_overridden", [f["code"] for f in parsed["findings"]])
        self.assertTrue(any("no rule that was shipped" in n for n in parsed["verdicts"][0]["notes"]))
        copy = self.file("copy.yaml", shipped)
        parsed = program.report(program.run(*words, "--rules", copy))
        self.assertNotIn("data.rule_overridden", [f["code"] for f in parsed["findings"]])

    def test_malformed_catalogue_names_the_place(self):
        chip = "known_through: 2026-09-30\nchips:\n  - id: a\n    vendor: V\n    colour: red\n"
        path = self.file("chips.yaml", chip)
        self.refused(2, "measure", "--catalog", path, parts=[f"{path}:5:", "colour"])

    def test_malformed_scenario_names_the_place(self):
        path = self.file("scenario.yaml", "version: 1\ndevices:\n  - id: x\n    colour: red\n")
        result = self.refused(2, "measure", "--simulate", path, parts=[f"{path}:4:", "colour"])
        self.assertEqual(result.stderr.count("backend sim"), 1)
        self.assertNotIn("tpp-bench", result.stderr)
        self.refused(2, "measure", "--simulate", self.directory, parts=["a directory"])
        self.refused(2, "devices", "--simulate", self.directory / "gone", parts=["no such file"])

    def test_unwritable_output_is_told_before_anything_is_measured(self):
        nowhere = self.directory / "missing" / "report.json"
        self.refused(2, "measure", "--output", nowhere, parts=[str(nowhere), "No such file"])
        self.refused(2, "measure", "--output", self.directory, parts=["directory"])
        self.assertEqual(os.listdir(self.directory), [])

    def test_a_device_or_link_is_written_into_and_never_replaced(self):
        scenario = program.SCENARIOS / "t4_node.yaml"
        target = self.file("target.txt", "old")
        link = self.directory / "link"
        link.symlink_to(target)
        result = program.run("devices", "--simulate", scenario, "--output", link)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertTrue(link.is_symlink())
        self.assertIn("T4", target.read_text())
        result = program.run("devices", "--simulate", scenario, "--output", "/dev/full")
        self.assertEqual(result.returncode, 2)
        self.assertIn("No space left", result.stderr)
        self.assertTrue(pathlib.Path("/dev/full").is_char_device())

    def test_a_selection_that_fits_nothing(self):
        self.refused(64, "measure", "--kernel", "dram", "--precision", "fp64", parts=["--plan"])

    def test_no_partial_file_is_left_by_a_mistake(self):
        output = self.directory / "report.json"
        self.refused(64, "measure", "--output", output, "--device", "none:0", parts=["none:0"])
        self.assertEqual(os.listdir(self.directory), [])

    def test_help_and_version_are_no_mistakes(self):
        for words in (["--help"], ["measure", "--help"], ["--version"]):
            result = program.run(*words)
            self.assertEqual(result.returncode, 0)
            self.assertNotEqual(result.stdout, "")
        self.assertIn("124", program.run("--help").stdout)

    def test_help_of_an_answer_names_no_exit_code_that_it_cannot_give(self):
        for command in ("classify", "shipment"):
            words = program.run(command, "--help").stdout
            self.assertIn("  64  ", words)
            self.assertNotIn("124", words)
            # What shipment says of a report stands in its first line, and fails nothing.
            self.assertEqual("--fail-on" in words, command == "classify")
            self.assertEqual("  1    " in words, command == "classify")
            self.assertNotIn("{}", words)


if __name__ == "__main__":
    unittest.main()
