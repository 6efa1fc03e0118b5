#!/usr/bin/python3
"""Makes the bundle, unpacks it elsewhere and uses it, with nothing of the build's environment.

Usage: bundle_test.py BUILD_DIRECTORY SOURCE_DIRECTORY
"""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

build_directory, source_directory = Path(), Path()


def run(*command, **environment):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True,
                          timeout=280, check=False,
                          env={"PATH": "/usr/sbin:/usr/bin:/bin", **environment})


class Bundle(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        root = Path(cls.folder.name)
        made = run(source_directory / "deploy/bundle.sh", "--no-install", build_directory,
                   root / "bundle.tar.gz")
        assert made.returncode == 0, made.stderr + made.stdout
        subprocess.run(["tar", "-C", root, "-xf", root / "bundle.tar.gz"], check=True)
        cls.tree = root / "tpp-agent"
        cls.root = root

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_programs_find_everything_in_it(self):
        done = run(self.tree / "bin/tpp-agent", "classify", "--tpp", "4800")
        self.assertIn("3A090.a.1", done.stdout, done.stderr)
        self.assertEqual(run(self.tree / "bin/tpp-bench", "--help").returncode, 0)

    def test_it_takes_no_library_from_the_build_machine(self):
        programs = [*self.tree.glob("bin/*"), *self.tree.glob("lib/tpp/backends/*.so")]
        for program in programs:
            lines = run("ldd", program).stdout.splitlines()
            for line in (each for each in lines if "=>" in each):
                name, where = line.split("=>")
                system = ("libc.so", "libm.so", "libstdc++", "libgcc_s", "libdl", "libpthread")
                if not name.strip().startswith(system):
                    self.assertIn(str(self.tree), where, f"{program.name}: {line}")

    def test_figures_of_a_node_without_a_gpu(self):
        done = run(self.tree / "run-gpu", "--output", self.root / "none")
        self.assertEqual(done.returncode, 2)
        self.assertIn("nothing to measure", done.stdout)
        self.assertEqual(run(self.tree / "run-gpu", "--frobnicate").returncode, 64)
        done = run(self.tree / "run-gpu", "--output")
        self.assertEqual(done.returncode, 64)
        self.assertIn("--output needs a value", done.stderr)

    def test_figures_by_a_driver_without_a_gpu(self):
        fake = build_directory / "tests/fakes/cuda"
        if not fake.exists():
            self.skipTest("the cuda module is not built")
        done = run(self.tree / "run-gpu", "--output", self.root / "fake", "--repeats", "0",
                   "--rounds", "1", "--no-full", LD_LIBRARY_PATH=fake,
                   TPP_FAKE_CUDA="cc=8.0 units=3 memory_mb=64")
        self.assertIn("mma/bf16", done.stdout, done.stdout + done.stderr)
        rows = json.loads((self.root / "fake/quick.json").read_text())["benchmarks"]
        self.assertGreater(len(rows), 10)
        # The agent hands no library path down, so it sees no such device, and that is said.
        self.assertIn("quick pass of the agent failed: ", done.stdout)
        self.assertTrue((self.root / "fake/quick.ndjson").stat().st_size > 0)
        compared = json.loads((self.root / "fake/compare.json").read_text())
        self.assertIn(("gemm/bf16", "plain call, best"),
                      [(row["row"], row["other"]) for row in compared["rows"]], done.stdout)
        self.assertIn("held against", (self.root / "fake/compare.txt").read_text())

    def test_the_plain_call_needs_nothing_but_the_system(self):
        program = self.tree / "compare/direct-cublaslt"
        if not program.exists():
            self.skipTest("the cuda module is not built")
        self.assertNotIn("cuda", run("ldd", program).stdout.replace(str(self.tree), ""))
        self.assertEqual(run(program).returncode, 64)
        done = run(program, "bf16=64x64x64")
        self.assertEqual(done.returncode, 2)
        self.assertIn("libcuda.so.1 is not here", done.stderr)


if __name__ == "__main__":
    build_directory, source_directory = (Path(word).resolve() for word in sys.argv[1:3])
    unittest.main(argv=sys.argv[:1], verbosity=2)
