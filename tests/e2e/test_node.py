"""The real thing: the CPU of the node that runs the tests."""
import json
import pathlib
import subprocess
import tempfile
import unittest

import program

VENDOR_LIBRARIES = ("libdnnl", "libopenblas", "libcuda", "libnvidia", "libamdhip", "libOpenCL")


class Node(unittest.TestCase):
    def test_devices_lists_the_sockets_without_measuring(self):
        result = program.run("devices", "--format", "json")
        inventory = json.loads(result.stdout)
        self.assertEqual(result.returncode, 0)
        self.assertEqual(inventory["devices"][0]["id"], "cpu:0")
        self.assertGreaterEqual(inventory["devices"][0]["units"], 1)
        self.assertNotIn("measurements", inventory)

    def test_a_measurement_carries_its_evidence(self):
        result = program.run("measure", "--kernel", "fma", "--precision", "fp64", "--format", "json")
        parsed = program.report(result)
        rate = program.outcome(parsed, "/fma/fp64")["outcome"]["rate"]
        # A rate taken on a shared machine can be suspect, and then the exit code must say so.
        failing = [f for f in parsed["findings"] if f["severity"] != "info"
                   and f["class"] in ("health", "contradiction")]
        self.assertEqual(result.returncode, 1 if failing else 0, result.stderr)
        self.assertGreater(rate["per_second"], 1e8)
        self.assertLessEqual(rate["max_error"], rate["error_bound"])
        self.assertGreaterEqual(rate["batches"], 1)
        self.assertLess(rate["interval"][0], rate["interval"][1])
        self.assertNotEqual(rate["path"], "")

    def test_the_command_printed_beside_a_figure_takes_it_again(self):
        result = program.run("measure", "--kernel", "fma", "--precision", "fp32", "--format", "json")
        measurement = program.outcome(program.report(result), "/fma/fp32")
        again = subprocess.run(["sh", "-c", measurement["command"] + " --benchmark_format=json"],
                               capture_output=True, text=True, timeout=60, check=True)
        figures = json.loads(again.stdout)["benchmarks"][0]
        ratio = figures["ops_per_second"] / measurement["outcome"]["rate"]["per_second"]
        # Another moment on a shared machine: the same thing within a factor, not a timing test.
        self.assertTrue(0.2 < ratio < 5, ratio)

    def test_a_cpu_without_a_known_instruction_set_runs_the_portable_kernel_and_says_so(self):
        result = program.run("measure", "--kernel", "fma", "--precision", "fp64",
                             "--backend-option", "cpu.isa=portable", "--format", "json")
        parsed = program.report(result)
        rate = program.outcome(parsed, "/fma/fp64")["outcome"]["rate"]
        self.assertTrue(rate["generic"])
        self.assertIn("portable", rate["path"])
        self.assertTrue(any("FORCED" in banner for banner in parsed["banners"]))

    def test_a_variable_that_could_talk_it_down_is_a_finding_and_has_no_effect(self):
        words = ("measure", "--kernel", "gemm", "--precision", "fp64", "--format", "json")
        plain = program.report(program.run(*words))
        slowed = program.report(program.run(*words, environment={"OPENBLAS_CORETYPE": "Prescott"}))
        self.assertIn("environment.ignored", [f["code"] for f in slowed["findings"]])
        kernels = [program.outcome(r, "/gemm/fp64")["outcome"]["rate"]["path"].split(" ")[:3]
                   for r in (plain, slowed)]
        self.assertEqual(kernels[0], kernels[1])

    def test_host_cpus_are_information_unless_asked_for(self):
        words = ("measure", "--kernel", "fma", "--precision", "fp64", "--format", "json")
        verdict = program.report(program.run(*words))["verdicts"][0]
        self.assertEqual(verdict["kind"], "information_only")

    def test_the_plan_puts_no_load_on_anything_and_names_every_benchmark(self):
        result = program.run("measure", "--plan")
        self.assertEqual(result.returncode, 0, result.stderr)
        for words in ("cpu:0/fma/fp64", "cpu:0/gemm/fp32", "cpu:0/dram/read"):
            self.assertIn(words, result.stdout)

    def test_a_report_goes_whole_into_its_file(self):
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory) / "report.json"
            result = program.run("measure", "--kernel", "fma", "--precision", "fp64",
                                 "--format", "json", "--output", path)
            self.assertIn(result.returncode, (0, 1), result.stderr)
            self.assertEqual(result.stdout, "")
            json.loads(path.read_text())
            self.assertEqual([p.name for p in path.parent.iterdir()], ["report.json"])

    def test_the_agent_itself_links_no_vendor_library(self):
        linked = subprocess.run(["ldd", program.AGENT], capture_output=True, text=True, check=True)
        for library in VENDOR_LIBRARIES:
            self.assertNotIn(library, linked.stdout)


if __name__ == "__main__":
    unittest.main()
