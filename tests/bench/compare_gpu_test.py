#!/usr/bin/python3
"""compare_gpu.py and direct-cublaslt on the fake driver and library, with a fake PyTorch.

TPP_TREE names the build. The figures mean nothing: products are computed by the host.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import types
import unittest

import compare_gpu

HERE = pathlib.Path(__file__).resolve().parent
TREE = pathlib.Path(os.environ["TPP_TREE"])
DIRECT = TREE / "tests/bench/direct-cublaslt"


def environment(torch="", cublaslt=""):
    return dict(os.environ, LD_LIBRARY_PATH=str(TREE / "tests/fakes/cuda"),
                TPP_FAKE_CUDA="cc=9.0 units=3", TPP_FAKE_CUBLASLT=cublaslt,
                PYTHONPATH=str(HERE / "fake_torch"), PYTHONDONTWRITEBYTECODE="1", FAKE_TORCH=torch)


def run(*words, **asked):
    return subprocess.run([str(word) for word in words], env=environment(**asked),
                          capture_output=True, text=True, timeout=120)


def direct(*words, **asked):
    done = run(DIRECT, "--seconds", "0.02", *words, **asked)
    return done, compare_gpu.lines_of(done.stdout)


class DirectCublasLt(unittest.TestCase):
    def test_the_first_choice_and_the_best_are_measured_in_batches(self):
        done, rows = direct("bf16=64x64x64", "tf32=64x64x64", "fp64=64x32x128", "int8=64x64x64",
                            "fp16=64x64x64", "fp32=64x64x64", "fp8_e4m3=64x64x64")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual([r["precision"] for r in rows],
                         ["bf16", "tf32", "fp64", "int8", "fp16", "fp32", "fp8_e4m3"])
        for row in rows:
            self.assertEqual(row["library"], "cuBLASLt, version 130000")
            self.assertRegex(row["first"]["what"], r"^64x\d+x\d+, algorithm 1$")
            for figure in (row["first"], row["best"]):
                self.assertGreater(figure["ops_per_second"], 0)
                self.assertLessEqual(min(figure["batches"]), figure["ops_per_second"])
                self.assertGreaterEqual(max(figure["batches"]), figure["ops_per_second"])

    def test_what_cannot_run_is_said_and_the_rest_goes_on(self):
        # 8192^3 does not fit into the fake's memory; operands of type 14 are bf16.
        done, rows = direct("int4=8x8x8", "fp16=8192x8192x8192", "bf16=64x64x64",
                            "int8=8192x8192x8192,64x64x64", cublaslt="lacks=14")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("not a precision", rows[0]["error"])
        self.assertIn("fits into memory", rows[1]["error"])
        self.assertIn("cublasLtMatmulAlgoGetHeuristic: cuBLASLt status 15", rows[2]["error"])
        self.assertTrue(rows[3]["best"]["what"].startswith("64x64x64, "))

    def test_bad_words_and_a_missing_library_end_it(self):
        for words in ((), ("bf16",), ("bf16=1x2",), ("bf16=1x2x0",), ("bf16=1x2x3;",)):
            self.assertEqual(direct(*words)[0].returncode, 64, words)
        done, rows = direct("--library", "/nowhere/libcublasLt.so.13", "bf16=8x8x8")
        self.assertEqual((done.returncode, rows), (2, []))
        self.assertIn("/nowhere/libcublasLt.so.13 is not here", done.stderr)


class CompareGpu(unittest.TestCase):
    def compare(self, *words, precisions="bf16,int8", **asked):
        """(what it did, its JSON or None)"""
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "figures.json")
            done = run(sys.executable, HERE / "compare_gpu.py", "--tpp-bench", TREE / "bin/tpp-bench",
                       "--direct", DIRECT, "--seconds", "0.02", "--rounds", "1", "--precisions",
                       precisions, "--json", file, *words, **asked)
            return done, json.loads(file.read_text()) if file.exists() else None

    def test_all_three_are_held_against_one_another(self):
        done, figures = self.compare("--rounds", "2", precisions="bf16,fp8_e4m3,int8")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(figures["rounds"]), 2)
        self.assertEqual([(r["row"], r["other"]) for r in figures["rows"]],
                         [(f"gemm/{p}", other) for p in ("bf16", "fp8_e4m3", "int8")
                          for other in ("PyTorch", "plain call, best", "plain call, first choice")])
        for row in figures["rows"]:
            self.assertEqual(row["rounds"], 2)
            self.assertLessEqual(row["interval"][0], row["ratio"])
            # The same shape for all.
            self.assertIn("256x256x384", row["what"])
            self.assertIn(f"{row['row']:<15}{row['other']}", done.stdout)
        torch = [r for r in figures["rows"] if r["other"] == "PyTorch"]
        for row in torch:
            self.assertAlmostEqual(row["theirs"] / 1e12, 1)
            self.assertAlmostEqual(row["ratio"] / (row["ours"] / 1e12), 1, places=1)
        self.assertEqual((figures["absent"], figures["errors"]), ([], []))

    def test_without_pytorch_the_rest_goes_on(self):
        for torch, why in (("absent", "No module named 'torch'"), ("no_gpu", "it sees no GPU")):
            done, figures = self.compare(torch=torch, precisions="bf16")
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(f"not here: PyTorch ({why})", done.stdout)
            self.assertEqual({r["other"] for r in figures["rows"]},
                             {"plain call, best", "plain call, first choice"})

    def test_a_precision_that_pytorch_cannot_do_hides_no_other(self):
        _, figures = self.compare(torch="no_int8")
        self.assertEqual([r["row"] for r in figures["rows"] if r["other"] == "PyTorch"],
                         ["gemm/bf16"])
        self.assertEqual(figures["errors"], [
            "PyTorch gemm/int8 (RuntimeError: _int_mm is not for this device)"])

    def test_without_the_plain_call_the_rest_goes_on(self):
        done, figures = self.compare("--direct", "/nowhere", precisions="bf16")
        self.assertIn("not here: the plain call (/nowhere is not there)", done.stdout)
        self.assertEqual([r["other"] for r in figures["rows"]], ["PyTorch"])
        # One that ends at once.
        done, figures = self.compare("--direct", "/bin/false", precisions="bf16")
        self.assertIn("no figure: plain call, first choice, plain call, best (it ended with status 1)",
                      done.stdout)
        self.assertEqual([r["other"] for r in figures["rows"]], ["PyTorch"])

    def test_without_cublaslt_there_is_nothing_to_compare(self):
        with tempfile.TemporaryDirectory() as empty:
            done, figures = self.compare("--library-path", empty)
        self.assertEqual((done.returncode, figures), (1, None))
        self.assertIn("no gemm figure to compare: unsupported by library: no libcublasLt.so.13",
                      done.stdout)

    def test_no_round_is_begun_that_would_end_too_late(self):
        done, figures = self.compare("--rounds", "9", "--budget", "0", precisions="bf16")
        self.assertEqual(len(figures["rounds"]), 1)
        self.assertIn("after round 1 the 0 s are used up", done.stdout)

    def test_pytorchs_own_library_stands_in_where_the_loader_has_none(self):
        class Bench:
            folder, asked = "", []

            def figures(self):
                self.asked.append(self.folder)
                return {compare_gpu.OURS: {"gemm/bf16": 1.0} if self.folder else {}}

        bench = Bench()
        torch = types.SimpleNamespace(hello={"cublaslt": "/opt/nvidia/libcublasLt.so.12"})
        self.assertEqual(compare_gpu.first_figures(bench, torch), {"gemm/bf16": 1.0})
        self.assertEqual(bench.asked, ["", "/opt/nvidia"])
        self.assertEqual(compare_gpu.library_in(TREE / "tests/fakes/cuda"),
                         str(TREE / "tests/fakes/cuda/libcublasLt.so.13"))


if __name__ == "__main__":
    unittest.main()
