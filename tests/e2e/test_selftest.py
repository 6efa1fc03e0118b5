"""The build's own validation."""
import json
import unittest

import program


class Selftest(unittest.TestCase):
    def test_this_build_passes_on_this_node(self):
        result = program.run("selftest", "--format", "json", timeout=240)
        record = json.loads(result.stdout)
        failed = [c for c in record["checks"] if not c["passed"]]
        self.assertEqual(failed, [])
        self.assertEqual(result.returncode, 0)
        names = " ".join(c["name"] for c in record["checks"])
        for words in ("a corrupted product is caught", "twice the work takes twice the time",
                      "host's monotonic clock"):
            self.assertIn(words, names)
        self.assertTrue(all(len(f["sha256"]) == 64 for f in record["files"]))

    def test_a_device_that_lies_fails_it(self):
        for scenario in ("fault_timer_lies", "fault_wrong_product", "fault_crash"):
            with self.subTest(scenario):
                result = program.run("selftest", "--simulate", program.SCENARIOS / f"{scenario}.yaml")
                self.assertEqual(result.returncode, 1, result.stdout)
                self.assertIn("FAILED", result.stdout)

    def test_its_record_says_simulated_where_it_is(self):
        result = program.run("selftest", "--simulate", program.SCENARIOS / "h100_node.yaml")
        self.assertIn("SIMULATED", result.stdout.splitlines()[0])
        self.assertEqual(result.returncode, 0, result.stdout)


if __name__ == "__main__":
    unittest.main()
