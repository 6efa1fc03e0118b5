"""What stands in for the path that a row declares, or is more than it declares, on simulated nodes.

None of the boards that lack a path may come out as below.
"""
import json
import unittest

import program
from test_adversarial import Adversarial, one


class AdversarialOutcomes(Adversarial):
    def test_an_8_bit_path_that_the_library_has_not_is_no_outcome(self):
        lack = {"by": "library", "reason": "no algorithm for this type"}
        for name, subjects in (("t4_node", ("int8",)), ("h100_node", ("fp8_e4m3", "fp8_e5m2",
                                                                      "int8"))):
            node, device = one(name)
            device["benchmarks"] = [b for b in device["benchmarks"] if b["subject"] not in subjects]
            device["benchmarks"] += [{"kernel": "gemm", "subject": subject, "unsupported": lack}
                                     for subject in subjects]
            verdict = self.not_below(self.measure(node))
            self.assertNotEqual(verdict["assurance"], "corroborated", name)
            missing = [r for r in verdict["assurance_reasons"] if "no outcome" in r]
            self.assertEqual(len(missing), len(subjects), verdict["assurance_reasons"])

    def test_a_slow_path_is_no_outcome_of_the_one_that_is_declared(self):
        """A library that has another path, or a loop whose clock nobody knows."""
        lack = {"by": "library", "reason": "no algorithm for this type"}
        slow = [({"kernel": "mma", "subject": "int8", "unsupported": lack},
                 {"kernel": "gemm", "subject": "int8", "ops_per_clock_per_unit": 2048,
                  "efficiency": 0.1}),
                ({"kernel": "mma", "subject": "int8", "ops_per_clock_per_unit": 2048,
                  "efficiency": 0.1, "clock_counter": False},)]
        for benchmarks in slow:
            node, device = one("t4_node")
            device["benchmarks"] = [b for b in device["benchmarks"] if b["subject"] != "int8"]
            device["benchmarks"] += benchmarks
            verdict = self.not_below(self.measure(node))
            self.assertNotEqual(verdict["assurance"], "corroborated")
            self.assertIn("the declared path may be missing", " ".join(verdict["assurance_reasons"]))

    def test_a_generic_path_is_no_outcome_beside_a_slow_one(self):
        lack = {"by": "library", "reason": "no algorithm for this type"}
        for kernel, accumulator, rate in (("mma", "int32", 2048), ("gemm", "int32", 1800),
                                          ("fma", "", 1300)):
            with self.subTest(kernel):
                node, device = one("t4_node")
                device["benchmarks"] = [b for b in device["benchmarks"] if b["subject"] != "int8"]
                device["benchmarks"] += [
                    {"kernel": "mma", "subject": "int8", "unsupported": lack},
                    {"kernel": "gemm", "subject": "int8", "ops_per_clock_per_unit": 16},
                    {"kernel": kernel, "subject": "int8", "generic": True,
                     "ops_per_clock_per_unit": rate}]
                if accumulator:
                    device["benchmarks"][-1]["accumulator"] = accumulator
                verdict = self.not_below(self.measure(node))
                self.assertNotEqual(verdict["assurance"], "corroborated")

    def test_vector_units_are_no_outcome_of_matrix_units_at_twice_their_rate(self):
        """An H100 whose fp64 is measured on vector units: half of what is declared of the others."""
        for by in ("library", "build"):
            with self.subTest(by):
                node, device = one("h100_node")
                device["benchmarks"] = [
                    b for b in device["benchmarks"]
                    if b["subject"] != "fp64" or b["kernel"] == "fma"]
                self.assertTrue([b for b in device["benchmarks"] if b["subject"] == "fp64"])
                device["benchmarks"].append({"kernel": "mma", "subject": "fp64",
                                             "unsupported": {"by": by, "reason": "left out"}})
                parsed = self.measure(node)
                self.assertIn("fp64: by vector units alone",
                              " ".join(parsed["performances"][0]["facts"]["outcomes_missing"]))
                self.assertNotEqual(self.not_below(parsed)["assurance"], "corroborated")

    def test_vector_units_are_held_against_the_row_as_matrix_units_are(self):
        for change, assurance, code in ((("fma", "fp32", 256), "contradicted", "unlocked_units"),
                                        (("fma", "fp64", 64), "contradicted", "unlocked_units"),
                                        (("fma", "fp32", 32), "declared_only", None),
                                        (("mma", "fp64", 128), "contradicted", "unlocked_units"),
                                        (("mma", "fp32", 128), "declared_only",
                                         "undeclared_precision"),
                                        (("gemm", "fp64", 200), "contradicted",
                                         "unexplained_rate")):
            with self.subTest(change):
                kernel, subject, rate = change
                node, device = one("t4_node")
                device["benchmarks"] = [
                    b for b in device["benchmarks"]
                    if (b["kernel"], b["subject"]) != (kernel, subject)]
                device["benchmarks"].append({"kernel": kernel, "subject": subject,
                                             "ops_per_clock_per_unit": rate, "efficiency": 0.995})
                codes = [f"evidence.{code}"] if code else []
                parsed = self.measure(node)
                self.assertEqual(self.not_below(parsed, *codes)["assurance"], assurance)
                stored = self.folder / "report.json"
                stored.write_text(json.dumps(parsed))
                told = program.run("classify", "--report", stored).stdout
                self.assertNotIn("not-controlled", told)
                self.assertNotIn("report.inconsistent", told)


if __name__ == "__main__":
    unittest.main()
