"""What probing a node of 16 GPUs takes beside what the maker's library takes, and that it wakes none.

Run as a program it prints the figures of docs/measurements.md: test_probing.py RUNS
"""
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time
import unittest

import program
import test_recording

MOST_S = 0.2
GPUS = "driver: 590.48.01\ndevices:\n" + "".join(f"""
  - pci: {{domain: 0, bus: {0xab + i}, device: 0, id: 0x233010de, subsystem: 0x16c110de}}
    name: NVIDIA H100 80GB HBM3
    uuid: GPU-00000000-0000-0000-0000-{i:012d}
    serial: "{1654922000000 + i}"
    capability: [9, 0]
    memory_bytes: 85520809984
    memory_bus_bits: 5120
    max_sm_mhz: 1980
    mig: 0
    power_limit_mw: 700000
    default_power_limit_mw: 700000
    ecc: 1
    utilization: 0
    processes: 0
""" for i in range(16))


class SixteenGpus(test_recording.Node):
    def seconds(self, *words):
        begin = time.monotonic()
        done = self.run_agent(*words, nvml=GPUS, cuda="cc=9.0 units=132 count=16")
        return time.monotonic() - begin, done

    def library_seconds(self):
        """Of the child that asks the fake library, which is the library's own time but for its start."""
        environment = dict(os.environ, HOME=self.home.name)
        begin = time.monotonic()
        subprocess.run(["sh", "-c", 'exec "$0" probe nvidia 3>/dev/null', self.tree / "bin/tpp-agent"],
                       env=environment, timeout=60, check=True)
        return time.monotonic() - begin

    def figures(self, runs):
        all_of_it, library = [], []
        for _ in range(runs):
            taken, done = self.seconds("devices", "--format", "json")
            assert done.stdout.count('"kind": "gpu"') == 16, done.stderr
            all_of_it.append(taken)
            library.append(self.library_seconds())
        return all_of_it, library


@unittest.skipUnless(test_recording.MODULE.exists() and shutil.which("patchelf"),
                     "the cuda module is not built, or there is no patchelf")
class Probing(SixteenGpus):
    def test_sixteen_gpus_take_under_a_fifth_of_a_second_beside_their_library(self):
        # The least of several: a shared machine adds to each, and takes from none.
        all_of_it, library = self.figures(9)
        self.assertLess(min(all_of_it), MOST_S + min(library))


class Print(SixteenGpus):
    def runTest(self):
        for name, values in zip(("devices, 16 GPUs", "of it probe nvidia alone"),
                                self.figures(int(sys.argv[1]))):
            print(f"{name}: median {statistics.median(values) * 1e3:.1f} ms, "
                  f"{min(values) * 1e3:.1f} to {max(values) * 1e3:.1f}")


def load_tests(loader, _tests, _pattern):
    return loader.loadTestsFromTestCase(Probing)


if __name__ == "__main__":
    unittest.TextTestRunner().run(unittest.TestSuite([Print()]))
