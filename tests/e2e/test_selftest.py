"""The build's own validation."""
import json
import unittest

import program


class Selftest(unittest.TestCase):
    def test_this_build_counts_and_checks_right_on_this_node(self):
        result = program.run("selftest", "--format", "json", timeout=240)
        record = json.loads(result.stdout)
        by_name = {c["name"]: c for c in record["checks"]}
        for words in ("work is counted in proportion to repeats",
                      "the product agrees with a reference", "a corrupted product is caught"):
            checks = [c for name, c in by_name.items() if words in name]
            self.assertGreaterEqual(len(checks), 4, words)
            self.assertEqual([c for c in checks if not c["passed"]], [])
        # The program's own count of a product, and what a core can do in a clock, which no module
        # has a say in.
        counted = [c for name, c in by_name.items() if "2 m n k" in name]
        self.assertTrue(counted)
        self.assertEqual([c for c in counted if not c["passed"]], [])
        # Timers are compared too. On a machine that is shared their figures are no test of this
        # program: what they must catch is tested on simulated devices and on known batches.
        for words in ("twice the work takes twice the time", "host's monotonic clock"):
            self.assertTrue(any(words in name for name in by_name), words)
        self.assertEqual(result.returncode, 0 if record["passed"] else 1)
        self.assertTrue(all(len(f["sha256"]) == 64 for f in record["files"]))

    def test_a_device_that_lies_fails_it(self):
        for scenario in ("fault_timer_lies", "fault_wrong_product", "fault_crash"):
            with self.subTest(scenario):
                result = program.run("selftest", "--simulate", program.SCENARIOS / f"{scenario}.yaml")
                self.assertEqual(result.returncode, 1, result.stdout)
                self.assertIn("FAILED", result.stdout)

    def test_its_record_says_simulated_in_its_first_line(self):
        for form in ("table", "json"):
            result = program.run("selftest", "--simulate", program.SCENARIOS / "h100_node.yaml",
                                 "--format", form)
            self.assertIn("SIMULATED", result.stdout.splitlines()[0])
            self.assertEqual(result.returncode, 0, result.stdout)
        record = json.loads(result.stdout)
        self.assertIn("SIMULATED", record["banners"][0])
        self.assertTrue(record["simulated"])



if __name__ == "__main__":
    unittest.main()
