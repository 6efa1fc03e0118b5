"""What stands in for the path that a row declares, or is more than it declares, on simulated nodes.

None of the boards that lack a path may come out as below, nor one that nothing but a clock explains.
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
                self.assertNotIn("report.inconsistent", self.classified(parsed))


class ClocksAboveTheAdvertisedOne(Adversarial):
    def judged(self, node, *words):
        """Verdict, and codes of its findings, of the pass and of the report that it leaves."""
        parsed = self.measure(node, *words)
        stored = self.folder / "report.json"
        stored.write_text(json.dumps(parsed))
        told = program.run("classify", "--report", stored).stdout
        self.assertNotIn("report.inconsistent", told)
        codes = {f["code"] for f in parsed["findings"]}
        self.assertEqual("evidence.unexplained_rate" in told,
                         "evidence.unexplained_rate" in codes, told)
        return parsed["verdicts"][0], codes

    def replaced(self, name, clock_mhz, kernel, subject, **benchmark):
        node, device = one(name)
        device["clock_mhz"] = clock_mhz
        device["benchmarks"] = [b for b in device["benchmarks"]
                                if (b["kernel"], b["subject"]) != (kernel, subject)]
        device["benchmarks"].append(dict(benchmark, kernel=kernel, subject=subject))
        return node, device

    def test_they_accuse_no_honest_board(self):
        lack = {"by": "build", "reason": "left out"}
        whole = one("rtx4090_workstation")[0]
        whole["devices"][0]["clock_mhz"] = 2745
        products, device = self.replaced("rtx4090_workstation", 2745, "mma", "int8",
                                         unsupported=lack)
        for benchmark in device["benchmarks"]:
            if (benchmark["kernel"], benchmark["subject"]) == ("gemm", "int8"):
                benchmark["efficiency"] = 0.98
        no_clock = self.replaced("rtx4090_workstation", 2745, "fma", "fp32", efficiency=0.997,
                                 ops_per_clock_per_unit=256, clock_counter=False)[0]
        for node, words in ((whole, ()), (whole, ("--kernel", "gemm")), (products, ()),
                            (no_clock, ())):
            with self.subTest(words):
                verdict, codes = self.judged(node, *words)
                self.assertNotIn("evidence.unexplained_rate", codes)
                self.assertNotEqual(verdict["assurance"], "contradicted")

    def test_they_accuse_no_board_whose_driver_does_not_tell_them_and_show_none_below(self):
        for told in (1590, 1200, None):
            node, device = one("t4_node")
            device.update(clock_mhz=1700, max_clock_mhz=told)
            if told is None:
                del device["max_clock_mhz"]
            with self.subTest(told):
                verdict, codes = self.judged(node)
                self.assertNotIn("evidence.unexplained_rate", codes)
                self.assertEqual((verdict["classification"], verdict["assurance"]),
                                 ("undetermined", "declared_only"))
                self.assertIn("by clocks alone", " ".join(verdict["assurance_reasons"]))

    def test_one_that_is_told_alone_shows_no_board_to_be_below(self):
        """A product that is over its declaration, and nothing that shows at which clock."""
        node, device = self.replaced("t4_node", 1590, "mma", "int8",
                                     unsupported={"by": "build", "reason": "left out"})
        device["max_clock_mhz"] = 1900
        for benchmark in device["benchmarks"]:
            if (benchmark["kernel"], benchmark["subject"]) == ("gemm", "int8"):
                benchmark.update(ops_per_clock_per_unit=2350, efficiency=1)
        verdict, codes = self.judged(node)
        self.assertNotIn("evidence.unexplained_rate", codes)
        self.assertEqual(verdict["classification"], "undetermined")

    def test_they_do_not_explain_what_no_clock_does(self):
        """Nor one that is said to be twice what it is, at half of the operations to each cycle."""
        for lie in (False, True):
            node, device = one("t4_node")
            if lie:
                node, device = self.replaced("t4_node", 1065, "fma", "fp32", efficiency=0.995,
                                             ops_per_clock_per_unit=64)
                device["benchmarks"][-1]["clock_mhz"] = 3180
            device["benchmarks"].append({"kernel": "gemm", "subject": "fp64",
                                         "ops_per_clock_per_unit": 8, "clock_mhz": 1590})
            with self.subTest(lie):
                verdict, codes = self.judged(node)
                self.assertIn("evidence.unexplained_rate", codes)
                self.assertEqual(verdict["assurance"], "contradicted")


if __name__ == "__main__":
    unittest.main()
