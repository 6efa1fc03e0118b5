"""The programs under the system calls, and without the privileges, that the unit leaves them."""
import ctypes.util
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import simulated_fleet

HERE = pathlib.Path(__file__).parent
UNIT = simulated_fleet.SOURCE / "deploy" / "systemd" / "tpp-agent.service"
SANDBOX = (sys.executable, "-B", HERE / "sandboxed.py", UNIT)
MISSING = [name for name, is_there in (("systemd-analyze", shutil.which("systemd-analyze")),
                                       ("libseccomp", ctypes.util.find_library("seccomp")))
           if not is_there]


@unittest.skipIf(MISSING, f"not here: {', '.join(MISSING)}")
class Sandbox(unittest.TestCase):
    def run_within(self, *words):
        return subprocess.run([str(word) for word in (*SANDBOX, *words)], capture_output=True,
                              text=True, timeout=120, check=False)

    def outcomes(self, module, benchmarks):
        """Benchmark to outcome of what tpp-bench measures within."""
        path = simulated_fleet.TREE / "lib" / "tpp" / "backends" / f"{module}.so"
        if not path.exists():
            self.skipTest(f"the module {module} is not built")
        told = self.run_within(simulated_fleet.TREE / "bin" / "tpp-bench", f"--backend={path}",
                               "--record_fd=1", f"--benchmark_filter={benchmarks}")
        records = [json.loads(line) for line in told.stdout.splitlines() if line.startswith("{")]
        return [record for record in records if record["record"] == "outcome"], told

    def test_takes_what_the_unit_takes(self):
        told = self.run_within("/bin/cat", "/proc/self/status").stdout
        for line in ("CapEff:\t0000000000000000", "NoNewPrivs:\t1", "Seccomp:\t2"):
            self.assertIn(line, told)
        for words in (("/usr/sbin/chroot", "/", "/bin/true"),
                      ("/bin/mount", "-t", "tmpfs", "x", "/mnt")):
            self.assertNotEqual(self.run_within(*words).returncode, 0, words)

    def test_the_daemon_serves_and_measures_a_simulated_node(self):
        with tempfile.TemporaryDirectory() as folder:
            agent = simulated_fleet.Agent(pathlib.Path(folder, "node"), "t4_node", SANDBOX)
            self.addCleanup(agent.end)
            agent.measure()
            simulated_fleet.wait_until("the measurement is served", lambda: (
                "tpp_board_last_measurement_timestamp_seconds{" in agent.ask("/metrics")[1]))
            self.assertIn("tpp_last_pass_success 1", agent.ask("/metrics")[1])

    def test_a_processor_is_measured_by_our_loops_and_by_libraries_that_make_code(self):
        outcomes, told = self.outcomes("cpu", "(gemm/fp32|gemm/int8|dram/read|fma/fp32)")
        self.assertGreaterEqual(len(outcomes), 3, told.stderr)
        self.assertNotIn("not permitted", told.stdout + told.stderr)

    def test_opencl_compiles_and_runs(self):
        outcomes, told = self.outcomes("opencl", "(fma|gemm)/fp32")
        if not outcomes:
            self.skipTest("OpenCL has nothing to run on here")
        self.assertNotIn("not permitted", told.stdout + told.stderr)


if __name__ == "__main__":
    unittest.main()
