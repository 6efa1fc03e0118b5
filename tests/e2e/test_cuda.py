"""The CUDA module on a driver without a GPU: what it lists, what it answers to faults of the driver."""
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import program

BUILD = pathlib.Path(program.AGENT).resolve().parent.parent
MODULE = BUILD / "lib/tpp/backends/cuda.so"
FAKE = BUILD / "tests/fakes/cuda"


def bench(fake, *words, timeout=60, cublaslt="", visible=None, **settings):
    environment = dict(os.environ, LD_LIBRARY_PATH=str(FAKE), TPP_FAKE_CUDA=fake,
                       TPP_FAKE_CUBLASLT=cublaslt)
    if visible is not None:
        environment["CUDA_VISIBLE_DEVICES"] = visible
    return subprocess.run([BUILD / "bin/tpp-bench", f"--backend={MODULE}", *words],
                          env=environment, capture_output=True, text=True, timeout=timeout,
                          **settings)


def lacks(architecture):
    """Whether the toolkit that the module was built with has no such architecture: its own word."""
    cache = (BUILD / "CMakeCache.txt").read_text(encoding="utf-8")
    nvcc = re.search(r"^TPP_NVCC:FILEPATH=(.*)$", cache, re.MULTILINE).group(1)
    known = subprocess.run([nvcc, "--list-gpu-code"], capture_output=True, text=True, check=True)
    return architecture not in known.stdout.split()


@unittest.skipUnless(MODULE.exists() and FAKE.exists(), "the cuda module is not built")
class Cuda(unittest.TestCase):
    def listed(self, fake, **environment):
        """Benchmark -> its record, with the device's."""
        done = bench(fake, "--list", **environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        records = [json.loads(line) for line in done.stdout.splitlines()]
        device = next(r for r in records if r["record"] == "device")
        return device, {r["benchmark"].split("/", 1)[1]: r for r in records if r["record"] == "plan"}

    def test_hopper(self):
        device, rows = self.listed("cc=9.0 units=132")
        self.assertEqual((device["id"], device["architecture"], device["units"], device["unit_kind"]),
                         ("0000:ab:00.0", "sm_90", 132, "SM"))
        self.assertEqual(device["memory_bus_bits"], 5120)
        for name in ("mma/fp64", "mma/tf32", "mma/fp16", "mma/fp16+fp16", "mma/bf16", "mma/int8",
                     "mma/fp8_e4m3", "mma/fp8_e5m2", "mma/int1", "fma/fp64", "fma/fp32"):
            self.assertEqual(rows[name]["status"], "ready", name)
        self.assertEqual((rows["mma/int4"]["status"], rows["mma/int4"]["by"]),
                         ("unsupported", "hardware"))
        self.assertIn("sm_90 has no matrix instruction of its own for int4",
                      rows["mma/int4"]["reason"])

    def test_an_instance_of_a_partitioned_gpu_is_a_slice(self):
        device, _ = self.listed("cc=9.0 mig=1")
        self.assertTrue(device["slice"])
        self.assertIn("MIG", device["slice_reason"])
        self.assertTrue(device["id"].startswith("0000:ab:00.0/MIG-"), device["id"])
        self.assertEqual(device["package_id"], "0000:ab:00.0")

    def test_a_process_sees_one_instance_and_beside_it_no_whole_gpu(self):
        whole = "GPU-" + "-".join("12" * n for n in (4, 2, 2, 2, 6))
        second = "MIG-10101010-1010-1010-1010-101010101011"
        for visible, seen in (
                (None, ["0000:ab:00.0/MIG-10101010-1010-1010-1010-101010101010"]),
                (second, [f"0000:ab:00.0/{second}"]),
                (f"{whole},{second}", [f"0000:ab:00.0/{second}"]),
                (whole, ["0000:ad:00.0"]),
                ("MIG-none", [])):
            done = bench("count=3 mig=2,0,-", "--list", visible=visible)
            self.assertEqual(done.returncode, 0, done.stderr)
            devices = [r for r in map(json.loads, done.stdout.splitlines())
                       if r["record"] == "device"]
            self.assertEqual([d["id"] for d in devices], seen)

    def test_gpus_of_one_card_are_on_one_board(self):
        done = bench("cc=8.6 count=4 per-board=2", "--list")
        devices = [r for r in map(json.loads, done.stdout.splitlines()) if r["record"] == "device"]
        self.assertEqual([d["board_id"] for d in devices],
                         ["0000:ab:00.0", "0000:ab:00.0", "0000:ad:00.0", "0000:ad:00.0"])

    def test_turing_has_no_bf16(self):
        _, rows = self.listed("cc=7.5")
        self.assertEqual(rows["mma/int4"]["status"], "ready")
        self.assertEqual(rows["mma/bf16"]["by"], "hardware")

    def test_an_architecture_to_come_runs_portable_code_alone(self):
        _, rows = self.listed("cc=13.0")
        self.assertEqual(rows["mma/fp16"]["status"], "ready")
        self.assertTrue(rows["mma/fp16"]["generic"])
        self.assertEqual(rows["mma/int1"]["by"], "build")
        self.assertIn("no machine code for sm_130", rows["mma/int1"]["reason"])

    def test_what_the_toolkit_lacks_is_unsupported_by_the_build(self):
        for capability, architecture, name in (
                ("8.9", "sm_100", "mma/fp8_e4m3+fp16"), ("10.0", "sm_100", "mma/nvfp4"),
                ("10.3", "sm_103", "mma/nvfp4"), ("12.0", "sm_120", "mma/mxfp8")):
            if not lacks(architecture):  # sums of FP8 in 16 bits came with Blackwell
                continue
            _, rows = self.listed(f"cc={capability}")
            self.assertEqual(rows[name]["by"], "build", capability)
            self.assertIn("cannot compile it for sm_", rows[name]["reason"])
            # What can be measured all the same may not be the device's fastest.
            for other in rows:
                if other.startswith("mma/fp8_e4m3") and rows[other]["status"] == "ready":
                    self.assertTrue(rows[other]["generic"], f"{other} on {capability}")

    @unittest.skipIf(MODULE.exists() and any(map(lacks, ("sm_100", "sm_103", "sm_110", "sm_120"))),
                     "the toolkit does not know all of it")
    def test_blackwell(self):
        for capability, int8 in (("10.0", 2), ("10.3", 1), ("11.0", 2)):
            _, rows = self.listed(f"cc={capability}")
            # In tensor memory, and the instruction that all families share.
            self.assertEqual(rows["mma/bf16"]["variants"], 2, capability)
            self.assertEqual(rows["mma/int8"]["variants"], int8, capability)
            # B300 has a faster instruction beside the other's.
            self.assertEqual(rows["mma/nvfp4"]["variants"], 2 if capability == "10.3" else 1)
            self.assertTrue(rows["mma/fp4_e2m1"]["generic"], "its rate is that of 8 bits")
            for name in ("mma/nvfp4", "mma/mxfp4", "mma/mxfp6", "mma/mxfp8", "mma/fp6_e2m3"):
                self.assertEqual(rows[name]["status"], "ready", f"{name} on {capability}")
                # Until a B300 has shown its full rate, FP4 there is a lower bound.
                unseen = capability == "10.3" and "fp4" in name
                self.assertEqual(rows[name]["generic"], unseen, f"{name} on {capability}")
        _, rows = self.listed("cc=12.0")
        self.assertEqual(rows["mma/fp8_e4m3"]["variants"], 2)
        self.assertEqual(rows["mma/nvfp4"]["status"], "ready")

    @unittest.skipIf(MODULE.exists() and lacks("sm_103"), "the toolkit does not know B300")
    def test_a_rate_that_was_verified(self):
        for name, words in (("mma/int8", "m16n8k32.row.col.s32.s8.s8.s32, sm_80 machine code"),
                            ("gemm/bf16", "libcublasLt.so.13 version 130000, 256x256x384")):
            done = bench("cc=8.0 units=2", f"--benchmark_filter=/{name}/", "--benchmark_format=json")
            self.assertEqual(done.returncode, 0, done.stderr)
            row = json.loads(done.stdout)["benchmarks"][0]
            self.assertGreater(row.get("ops_per_second", 0), 0, row)
            self.assertIn(words, row["label"])

    def test_studies_are_listed_where_they_are_asked_for(self):
        names = {"wgmma_1x1", "wgmma_2x64", "mma_sync_16"}
        for capability, option, found in (("9.0", ["study=yes"], True), ("9.0", ["study=no"], False),
                                          ("9.0", [], False), ("8.0", ["study=yes"], False)):
            with self.subTest(capability=capability, option=option):
                done = bench(f"cc={capability}", "--list",
                             *(f"--backend_option={word}" for word in option))
                self.assertEqual(done.returncode, 0, done.stderr)
                for name in names:
                    self.assertEqual(f"/mma/bf16+{name}\"" in done.stdout, found, name)
        done = bench("cc=9.0", "--list", "--backend_option=study=maybe")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("study=maybe: yes or no expected", done.stderr)

    def test_products_of_studies_are_right(self):
        done = bench("cc=9.0 units=2", "--backend_option=study=yes",
                     "--benchmark_filter=/mma/.*(wgmma|sync)", "--benchmark_format=json", timeout=240)
        self.assertEqual(done.returncode, 0, done.stderr)
        rows = json.loads(done.stdout)["benchmarks"]
        self.assertEqual(len(rows), 34)
        for row in rows:
            self.assertGreater(row.get("ops_per_second", 0), 0, row)

    def test_products_need_their_library(self):
        with tempfile.TemporaryDirectory() as empty:
            done = bench("cc=10.0", "--list", f"--backend_option=library-path={empty}")
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        gemm = [row for row in rows if "/gemm/" in row.get("benchmark", "")]
        self.assertGreater(len(gemm), 5)
        for row in gemm:
            self.assertEqual((row["status"], row["by"]), ("unsupported", "library"))
            self.assertIn("no libcublasLt.so.13, .12 or .11 in", row["reason"])
        # What needs the driver alone is there all the same.
        self.assertTrue(any(row.get("benchmark", "").endswith("/mma/bf16")
                            and row["status"] == "ready" for row in rows))

    def test_a_device_without_peers_says_so(self):
        for fake, words in (
                ("count=2", "no other device that it can reach directly"),
                ("count=2 peers=1 mig=1", "directly: it is an instance of a partitioned")):
            _, rows = self.listed("cc=9.0 " + fake)
            row = next(row for name, row in rows.items() if name.endswith("link/peer_both"))
            self.assertEqual((row["status"], row["by"]), ("unsupported", "hardware"), fake)
            self.assertIn(words, row["reason"])

    def rate(self, fake, name, **environment):
        """The one row of that name, measured."""
        done = bench(fake, f"--benchmark_filter=/{name}/", "--benchmark_format=json", **environment)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)["benchmarks"][0]

    def test_products_with_a_scale_a_block_are_of_blackwell(self):
        for fake in ("cc=10.0 units=3", "cc=12.0 units=3"):
            for name in ("gemm/mxfp8", "gemm/nvfp4"):
                row = self.rate(fake, name)
                self.assertGreater(row.get("ops_per_second", 0), 0, row)
                self.assertLessEqual(row["error"], row["error_bound"])
        _, rows = self.listed("cc=9.0")
        self.assertEqual((rows["gemm/nvfp4"]["by"], rows["gemm/nvfp4"]["reason"]),
                         ("hardware", "sm_90 multiplies no nvfp4"))

    def test_a_library_without_scales_a_block_is_named_with_what_is_needed(self):
        _, rows = self.listed("cc=10.0 units=2", cublaslt="version=120300")
        for name in ("mxfp8", "nvfp4"):
            row = rows[f"gemm/{name}"]
            self.assertEqual((row["status"], row["by"]), ("unsupported", "library"))
            self.assertEqual(row["reason"], f"{name} needs cuBLASLt 12.8 or newer: "
                                            "libcublasLt.so.13 is of version 120300")
        self.assertEqual(rows["gemm/fp8_e4m3"]["status"], "ready")

    def test_sums_in_half_precision_are_exact_and_one_product_less_shows(self):
        row = self.rate("cc=9.0 units=3", r"gemm/fp16\+fp16")
        self.assertEqual((row.get("error"), row.get("error_bound")), (0, 0), row)
        row = self.rate("cc=9.0 units=3", r"gemm/fp16\+fp16", cublaslt="skips=1")
        self.assertNotIn("ops_per_second", row)
        self.assertIn("product", row["error_message"])

    def test_what_the_library_has_no_algorithm_for_is_no_failure(self):
        row = self.rate("cc=12.0 units=3", "gemm/nvfp4", cublaslt="lacks=33")
        self.assertIn("unsupported by library", row["error_message"])
        self.assertIn("no algorithm for it on this device", row["error_message"])

    def test_fp32_does_not_pass_for_tf32(self):
        row = self.rate("cc=8.0 units=3", "gemm/tf32", cublaslt="wide=1")
        self.assertIn("unsupported by library", row["error_message"])
        self.assertIn("multiplies tf32 as fp32", row["error_message"])
        self.assertGreater(self.rate("cc=8.0 units=3", "gemm/tf32")["ops_per_second"], 0)

    def test_no_driver_or_device_is_quiet(self):
        done = bench("count=0", "--list")
        self.assertEqual(done.returncode, 0)
        self.assertIn("no NVIDIA device that this process may use", done.stdout)

    def test_faults_of_the_driver_are_told_with_what_to_do(self):
        for fake, words in (
                ("driver=11000", ["CUDA 11.0", "expected driver 5", "or newer: update it"]),
                ("fail=cuInit:803", ["cannot start NVIDIA's driver", "kernel module differ"]),
                ("fail=cuInit:802", ["fabric manager"]),
                ("fail=cuDeviceGetCount:999", ["cannot count NVIDIA devices"])):
            done = bench(fake, "--list")
            said = done.stdout + done.stderr
            for word in words:
                self.assertIn(word, said, fake)

    def test_faults_of_a_device_end_its_benchmarks_alone(self):
        for fake, words in (
                ("fail=cuMemAlloc_v2:2", "lower the memory limit"),
                ("fail=cuDevicePrimaryCtxRetain:46", "another process holds the device"),
                ("refuse-machine-code=209 refuse-ptx=222", "update the driver"),
                ("fail=cuLaunchKernel:719", "cannot start a kernel on 0000:ab:00.0 (Fake GPU)"),
                ("fail=cuEventSynchronize:700", "Xid")):
            done = bench(fake, "--benchmark_filter=/mma/(int8|bf16)")
            self.assertIn(words, done.stdout + done.stderr, fake)


if __name__ == "__main__":
    unittest.main()
