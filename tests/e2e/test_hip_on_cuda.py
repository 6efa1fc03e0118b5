"""The HIP module on a ROCm runtime whose devices are NVIDIA's: on a driver without a GPU, and on a real
one where there is one. Not a word of it is about AMD's hardware."""
import ctypes
import json
import os
import subprocess
import unittest

from test_cuda import BUILD, FAKE, MODULE as CUDA
from test_hip import MODULE

RUNTIME = BUILD / "tests/fakes/hip_on_cuda"
LOOPS = ("fma/fp64", "fma/fp32", "fma/fp16", "dram/read", "dram/write", "dram/copy")
LINKS = ("link/host_read", "link/host_write", "link/host_both")


def bench(module, libraries, *words, fake="", timeout=300):
    environment = dict(os.environ, TPP_FAKE_CUDA=fake)
    before = environment.get("LD_LIBRARY_PATH")
    environment["LD_LIBRARY_PATH"] = ":".join([*map(str, libraries), *([before] if before else [])])
    return subprocess.run([BUILD / "bin/tpp-bench", f"--backend={module}",
                           "--benchmark_format=json", *words],
                          env=environment, capture_output=True, text=True, timeout=timeout,
                          check=False)


def rows_of(done):
    """"fma/fp32" -> its row, of the first device that has it."""
    rows = {}
    for row in json.loads(done.stdout)["benchmarks"]:
        rows.setdefault("/".join(row["name"].split("/")[1:3]), row)
    return rows


def why_no_device():
    """Why there is no NVIDIA device on this machine; "" if there is one."""
    try:
        driver = ctypes.CDLL("libcuda.so.1")
    except OSError as error:
        return f"no NVIDIA driver: {error}"
    count = ctypes.c_int()
    if driver.cuInit(0) or driver.cuDeviceGetCount(ctypes.byref(count)) or not count.value:
        return "NVIDIA's driver has no device"
    return ""


@unittest.skipUnless(MODULE.exists() and RUNTIME.exists() and FAKE.exists(),
                     "the hip or the cuda module is not built")
class OnTheFakeDriver(unittest.TestCase):
    def rows(self, fake, *words):
        return rows_of(bench(MODULE, [RUNTIME, FAKE], *words, fake=fake))

    def test_loops_and_links_are_measured_and_verified(self):
        rows = self.rows("cc=9.0 units=2 count=2 peers=1")
        for name in (*LOOPS, *LINKS, "link/peer_both"):
            row = rows[name]
            rate = row.get("ops_per_second", row.get("bytes_per_second", 0))
            self.assertGreater(rate, 0, row)
            self.assertLessEqual(row["error"], row["error_bound"])
        self.assertAlmostEqual(rows["fma/fp32"]["clock_hz"], 1.755e9, delta=0.02e9)
        self.assertNotIn("ops_per_second", rows["mma/fp16"])

    def test_errors_of_the_driver_reach_the_row(self):
        for fault, words in (("cuMemAlloc_v2:2", "free memory of the device"),
                             ("cuModuleLoadData:209", "older than this device's code"),
                             ("cuEventSynchronize:700", "the kernel's log for amdgpu"),
                             ("cuLaunchKernel:719", "the kernel's log for amdgpu")):
            rows = self.rows(f"cc=9.0 units=2 fail={fault}", "--benchmark_filter=/fma/fp32/")
            self.assertIn(words, rows["fma/fp32"]["error_message"], fault)


@unittest.skipUnless(MODULE.exists() and RUNTIME.exists(), "the hip or the cuda module is not built")
@unittest.skipIf(why_no_device(), why_no_device())
class OnADevice(unittest.TestCase):
    def test_loops_and_links_are_measured_and_verified_and_agree_with_the_cuda_module(self):
        words = ["--benchmark_filter=/(fma|dram|link/host)"]
        by_hip = rows_of(bench(MODULE, [RUNTIME], *words))
        by_cuda = rows_of(bench(CUDA, [], *words))
        for name in (*LOOPS, *LINKS):
            row = by_hip[name]
            self.assertFalse(row.get("error_occurred"), row)
            self.assertLessEqual(row["error"], row["error_bound"])
            kind = "ops_per_second" if name.startswith("fma") else "bytes_per_second"
            ratio = row[kind] / by_cuda[name][kind]
            print(f"{name}: {ratio:.4f} of the cuda module's")
            self.assertAlmostEqual(ratio, 1, delta=0.1, msg=name)
            if name.startswith("fma"):
                self.assertGreater(row["clock_hz"], 0)


if __name__ == "__main__":
    unittest.main()
