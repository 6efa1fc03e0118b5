"""The HIP module on a runtime without a GPU: what it lists, what it answers to faults of the runtime."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

import program

BUILD = pathlib.Path(program.AGENT).resolve().parent.parent
MODULE = BUILD / "lib/tpp/backends/hip.so"
FAKES = {major: BUILD / f"tests/fakes/hip{major}" for major in (5, 6, 7)}
COMPILING = [FAKES[6], BUILD / "tests/fakes/hiprtc6"]


def environment_of(fake, folders, hipblaslt="", rocblas=""):
    return dict(os.environ, LD_LIBRARY_PATH=":".join(map(str, folders)), TPP_FAKE_HIP=fake,
                TPP_FAKE_HIPBLASLT=hipblaslt, TPP_FAKE_ROCBLAS=rocblas)


def bench(fake, *words, major=6, folders=None, timeout=60, **libraries):
    environment = environment_of(fake, folders or [FAKES[major]], **libraries)
    return subprocess.run([BUILD / "bin/tpp-bench", f"--backend={MODULE}", *words],
                          env=environment, capture_output=True, text=True, timeout=timeout)


@unittest.skipUnless(MODULE.exists() and FAKES[6].exists(), "the hip module is not built")
class Hip(unittest.TestCase):
    def listed(self, fake, major=6, folders=None):
        """Benchmark -> its record, with the devices'."""
        done = bench(fake, "--list", major=major, folders=folders)
        self.assertEqual(done.returncode, 0, done.stderr)
        records = [json.loads(line) for line in done.stdout.splitlines()]
        rows = {r["benchmark"].rsplit("/", 2)[1] + "/" + r["benchmark"].rsplit("/", 2)[2]: r
                for r in records if r["record"] == "plan"}
        return [r for r in records if r["record"] == "device"], rows

    def rate(self, fake, name, major=6, **settings):
        """The one row of that name, measured. The fake's timer is the host's, read by other calls:
        where a busy machine comes between them they disagree, and it is asked again."""
        for _ in range(3):
            done = bench(fake, f"--benchmark_filter=/{name}/", "--benchmark_format=json",
                         major=major, **settings)
            row = json.loads(done.stdout)["benchmarks"][0]
            if "device timer and host clock disagree" not in row.get("error_message", ""):
                break
        return row

    def test_cdna3(self):
        (device,), rows = self.listed("arch=gfx942 units=304")
        self.assertEqual((device["id"], device["architecture"], device["units"], device["unit_kind"]),
                         ("0000:ab:00.0", "gfx942", 304, "CU"))
        self.assertFalse(device.get("slice", False))
        for name in ("mma/fp64", "mma/fp32", "mma/tf32", "mma/fp16", "mma/bf16", "mma/int8",
                     "mma/fp8_e4m3", "mma/fp8_e5m2", "fma/fp64", "fma/fp32", "dram/copy"):
            self.assertEqual(rows[name]["status"], "ready", name)
        self.assertEqual((rows["mma/mxfp4"]["status"], rows["mma/mxfp4"]["by"]),
                         ("unsupported", "hardware"))
        self.assertIn("gfx942 has no matrix instruction of its own for mxfp4",
                      rows["mma/mxfp4"]["reason"])

    def test_cdna4_has_no_tf32_and_all_small_formats(self):
        _, rows = self.listed("arch=gfx950")
        self.assertEqual(rows["mma/tf32"]["by"], "hardware")
        for name in ("mma/fp6_e2m3", "mma/fp6_e3m2", "mma/fp4_e2m1", "mma/mxfp8", "mma/mxfp6",
                     "mma/mxfp4"):
            self.assertEqual(rows[name]["status"], "ready", name)

    def test_vector_fp32_of_rdna_is_a_lower_bound(self):
        (device,), rows = self.listed("arch=gfx1100 units=96 pairs=1")
        self.assertEqual(device["units"], 96)
        self.assertTrue(rows["fma/fp32"]["generic"])
        self.assertFalse(rows["fma/fp16"].get("generic", False))
        self.assertFalse(rows["mma/int4"].get("generic", False))

    def test_a_target_without_code_runs_what_the_runtime_compiles(self):
        for major, fake, name in ((6, "arch=gfx1030 units=2", "fma/fp32"),
                                  (6, "arch=gfx1152 units=2", "fma/fp16"),
                                  (5, "arch=gfx906 units=2", "fma/fp64"),
                                  (6, "arch=gfx1030 units=2", "dram/copy")):
            folders = COMPILING if major == 6 else None
            _, rows = self.listed(fake, major, folders)
            self.assertEqual(rows[name]["status"], "ready", fake)
            self.assertEqual(rows[name].get("generic", False), name.startswith("fma/"))
            self.assertEqual((rows["mma/fp16"]["status"], rows["mma/fp16"]["by"]),
                             ("unsupported", "build"))
            row = self.rate(fake, name, major, folders=folders)
            self.assertGreater(row.get("ops_per_second", row.get("bytes_per_second", 0)), 0, row)
            self.assertIn(fake.split()[0][5:] + " machine code compiled by the ROCm runtime",
                          row["label"])

    def test_a_target_without_code_and_compiler_says_what_to_install(self):
        _, rows = self.listed("arch=gfx1030")
        self.assertEqual(rows["fma/fp32"]["by"], "build")
        self.assertIn("no machine code for gfx1030, and the ROCm runtime here has no hipRTC "
                      "(libhiprtc) to compile it: install that", rows["fma/fp32"]["reason"])
        self.assertEqual(rows["gemm/fp16"]["reason"], rows["fma/fp32"]["reason"])
        _, rows = self.listed("arch=gfx803", folders=COMPILING)
        self.assertIn("no machine code for gfx803: a newer one may", rows["fma/fp32"]["reason"])

    def test_what_the_compiler_said_is_told(self):
        os.environ["TPP_FAKE_HIPRTC"] = "--no-such-word"
        self.addCleanup(os.environ.pop, "TPP_FAKE_HIPRTC")
        row = self.rate("arch=gfx1030 units=2", "fma/fp32", folders=COMPILING)
        self.assertIn("hipRTC cannot compile this module's loops for gfx1030: "
                      "HIPRTC_ERROR_COMPILATION:", row["error_message"])
        self.assertIn("--no-such-word", row["error_message"])

    def test_an_unknown_target_is_listed_and_its_links_alone_are_measured(self):
        (device,), rows = self.listed("arch=gfx1030")
        self.assertEqual(device["architecture"], "gfx1030")
        links = {"link/host_read", "link/host_write", "link/host_both"}
        self.assertEqual({name for name, r in rows.items() if r["status"] == "ready"}, links)
        self.assertTrue(all(r["by"] == "build" for name, r in rows.items()
                            if not name.startswith("link/")))
        self.assertIn("no machine code for gfx1030", rows["mma/fp16"]["reason"])

    def test_every_version_of_the_runtime_tells_the_architecture(self):
        for major in (5, 6, 7):
            (device,), _ = self.listed("arch=gfx942", major)
            self.assertEqual((device["architecture"], device["driver_version"]),
                             ("gfx942", f"HIP {major}.0"))

    def test_partitions_are_slices_of_one_package(self):
        devices, _ = self.listed("arch=gfx942 count=2 partitions=1")
        self.assertEqual([d["id"] for d in devices], ["0000:ab:00.0/0", "0000:ab:00.0/1"])
        self.assertTrue(all(d["slice"] and d["package_id"] == "0000:ab:00.0" for d in devices))

    def test_partitions_of_one_package_are_no_peers(self):
        _, rows = self.listed("arch=gfx942 count=2 partitions=1 peers=1")
        self.assertEqual(rows["link/peer_both"]["by"], "hardware")
        self.assertIn("partitions of an accelerator", rows["link/peer_both"]["reason"])

    def test_a_die_of_mi250_is_a_slice(self):
        (device,), _ = self.listed("arch=gfx90a", major=5)
        self.assertTrue(device["slice"])
        self.assertTrue(device["die"])
        self.assertIn("GCD", device["slice_reason"])

    def test_rates_that_were_verified(self):
        for fake, major, name, words in (
                ("arch=gfx942 units=2", 6, "mma/fp8_e4m3", "FNUZ), gfx942 machine code"),
                ("arch=gfx950 units=2", 6, "mma/mxfp6", "v_mfma_scale_f32_"),
                ("arch=gfx90a units=2", 5, "mma/fp64", "v_mfma_f64_16x16x4_f64"),
                ("arch=gfx1100 units=2", 6, "mma/int4", "v_wmma_i32_16x16x16_iu4"),
                ("arch=gfx1201 units=2", 6, "mma/fp8_e5m2", "v_wmma_f32_16x16x16_bf8_bf8")):
            row = self.rate(fake, name, major)
            self.assertGreater(row.get("ops_per_second", 0), 0, row)
            self.assertLessEqual(row["error"], row["error_bound"])
            self.assertIn(words, row["label"])

    def test_both_shapes_are_ways_to_do_the_same(self):
        _, rows = self.listed("arch=gfx942")
        for name in ("mma/fp16", "mma/bf16", "mma/int8", "mma/tf32", "mma/fp8_e4m3"):
            self.assertEqual(rows[name]["variants"], 2, name)

    def test_a_clock_needs_a_timer_whose_rate_is_told(self):
        with_timer = self.rate("arch=gfx942 units=2", "mma/fp64")
        without = self.rate("arch=gfx942 units=2 no-timer=1", "mma/fp64")
        self.assertAlmostEqual(with_timer["clock_hz"], 1.7e9, delta=0.02e9)  # the slower die
        self.assertFalse(without.get("clock_hz", 0))
        self.assertGreater(without["ops_per_second"], 0)

    def test_faults_of_the_runtime_are_told_with_advice(self):
        for fail, words in (("hipMalloc:2", "free memory of the device"),
                            ("hipModuleLoadData:209", "older than this device's code"),
                            ("hipEventSynchronize:719:3", "the kernel's log for amdgpu"),
                            ("hipMemcpyDtoH:214:2", "reset the device")):
            row = self.rate(f"arch=gfx942 units=2 fail={fail}", "mma/fp64")
            self.assertTrue(row.get("error_occurred"), fail)
            self.assertIn(words, row["error_message"], fail)

    def test_a_lost_device_ends_the_process(self):
        for fail in ("hipEventSynchronize:719", "hipEventSynchronize:700", "hipMalloc:100"):
            done = bench(f"arch=gfx942 units=2 fail={fail}", "--benchmark_filter=/mma/fp(64|16)/",
                         "--benchmark_format=json")
            rows = json.loads(done.stdout)["benchmarks"]
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn("amdgpu", rows[0]["error_message"])
            self.assertEqual(rows[1]["error_message"],
                             "not measured: this process cannot go on", fail)
            self.assertIn("the device is lost to this process", done.stdout + done.stderr)

    def test_a_listing_that_fails_says_where(self):
        done = bench("fail=hipDeviceGetPCIBusId:101", "--list")
        self.assertIn("cannot ask a device for its PCI address", done.stdout + done.stderr)

    def test_no_runtime_is_a_quiet_outcome(self):
        done = bench("", "--list", folders=[BUILD / "tests"])
        self.assertIn("no ROCm runtime", done.stdout + done.stderr)

    def test_no_device_says_what_to_look_at(self):
        done = bench("count=0", "--list")
        self.assertIn("no AMD device that this process may use", done.stdout + done.stderr)

    def test_products_of_every_rocm_name_library_version_and_algorithm(self):
        for fake, major, name, words in (
                ("arch=gfx90a units=3", 5, "gemm/fp64", "librocblas.so.3 version 4.4.0.fake, 256x256x384, "
                                                        "the library's own choice of algorithm"),
                ("arch=gfx942 units=3", 6, "gemm/tf32", "libhipblaslt.so.0 version 0.12.0, 256x256x384, "),
                ("arch=gfx942 units=3", 6, "gemm/fp8_e5m2", "), FP8 FNUZ, "),
                ("arch=gfx950 units=3", 7, "gemm/mxfp4", "libhipblaslt.so.1 version 1.0.0, "),
                ("arch=gfx1201 units=3", 7, "gemm/fp8_e4m3", "of its heuristic (solution 47")):
            row = self.rate(fake, name, major)
            self.assertGreater(row.get("ops_per_second", 0), 0, row)
            self.assertLessEqual(row["error"], row["error_bound"])
            self.assertIn(words, row["label"])

    def test_rocblas_multiplies_what_hipblaslt_does_not(self):
        for name, number, major, fake in (("fp64", 1, 6, "arch=gfx90a"), ("int8", 3, 7, "arch=gfx950"),
                                          ("bf16", 14, 6, "arch=gfx1100")):
            row = self.rate(f"{fake} units=3", f"gemm/{name}", major, hipblaslt=f"lacks={number}")
            self.assertIn("librocblas.so", row["label"], name)
        # A hipBLASLt that fails is no reason to go without a product.
        row = self.rate("arch=gfx942 units=3", "gemm/fp16", hipblaslt="fail=hipblasLtCreate:6")
        self.assertIn("librocblas.so.4", row["label"])

    def test_what_no_library_has_is_no_failure(self):
        row = self.rate("arch=gfx942 units=3", "gemm/fp8_e4m3", hipblaslt="lacks=1000")
        self.assertIn("unsupported by library", row["error_message"])
        self.assertIn("hipBLASLt has no algorithm for it on this device", row["error_message"])
        row = self.rate("arch=gfx942 units=3", "gemm/bf16", hipblaslt="found=0", rocblas="lacks=168")
        self.assertIn("unsupported by library", row["error_message"])

    def test_a_library_too_old_for_a_format_is_named_with_what_is_needed(self):
        row = self.rate("arch=gfx950 units=3", "gemm/mxfp8", hipblaslt="version=1200")
        self.assertIn("unsupported by library", row["error_message"])
        self.assertIn("mxfp8 needs hipBLASLt 1.0.0 or newer on this device: libhipblaslt.so.0 is of "
                      "version 0.12.0", row["error_message"])
        row = self.rate("arch=gfx1201 units=3", "gemm/fp8_e4m3", hipblaslt="version=800")
        self.assertIn("needs hipBLASLt 0.10.0 or newer", row["error_message"])
        row = self.rate("arch=gfx908 units=3", "gemm/bf16", hipblaslt="version=600")
        self.assertIn("librocblas.so.4", row["label"])

    def test_products_need_a_library(self):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "libamdhip64.so.6").symlink_to(FAKES[6] / "libamdhip64.so.6")
            done = bench("arch=gfx942", "--list", f"--backend_option=library-path={folder}",
                         folders=[BUILD / "tests"])
        rows = {r["benchmark"].rsplit("/", 2)[1] + "/" + r["benchmark"].rsplit("/", 2)[2]: r
                for r in map(json.loads, done.stdout.splitlines()) if r["record"] == "plan"}
        self.assertEqual((rows["gemm/bf16"]["status"], rows["gemm/bf16"]["by"]),
                         ("unsupported", "library"))
        self.assertEqual(rows["gemm/bf16"]["reason"], f"no libhipblaslt.so.0 in {folder}; "
                                                      f"no librocblas.so.4 in {folder}")
        self.assertEqual(rows["mma/bf16"]["status"], "ready")

    def test_fp32_does_not_pass_for_tf32(self):
        row = self.rate("arch=gfx942 units=3", "gemm/tf32", hipblaslt="wide=1")
        self.assertIn("unsupported by library", row["error_message"])
        self.assertIn("multiplies tf32 as fp32", row["error_message"])

    def test_a_wrong_product_is_no_rate(self):
        # Of what follows the first products, so that what was right once does not pass.
        for libraries, name in (({"hipblaslt": "lie=4"}, "gemm/fp8_e4m3"),
                                ({"hipblaslt": "found=0", "rocblas": "lie=3"}, "gemm/int8")):
            row = self.rate("arch=gfx942 units=3", name, **libraries)
            self.assertTrue(row.get("error_occurred"), libraries)
            self.assertIn("product differs from the reference", row["error_message"])
            self.assertNotIn("ops_per_second", row)

    def test_faults_of_the_libraries_are_told_with_advice(self):
        for hipblaslt, rocblas, words in (
                ("fail=hipblasLtMatmul:2:3", "lacks=151", "free memory of the device"),
                ("fail=hipblasLtMatmul:6", "lacks=151", "multiplying failed with status 6 of hipBLASLt"),
                ("fail=hipblasLtMatmulAlgoGetHeuristic:6", "lacks=151", "asking for algorithms failed"),
                ("found=0", "fail=rocblas_gemm_ex:5:2", "free memory of the device"),
                ("found=0", "fail=rocblas_create_handle:6",
                 "starting rocBLAS failed with status 6 of rocBLAS (a fault that was asked for); look at")):
            row = self.rate("arch=gfx942 units=3", "gemm/fp32", hipblaslt=hipblaslt, rocblas=rocblas)
            self.assertTrue(row.get("error_occurred"), hipblaslt)
            self.assertIn(words, row["error_message"], hipblaslt)

    def test_a_library_that_hangs_keeps_nothing_else_back(self):
        read, write = os.pipe()
        with subprocess.Popen(
                [BUILD / "bin/tpp-bench", f"--backend={MODULE}", f"--record_fd={write}",
                 "--benchmark_filter=/(mma/fp64|gemm/fp64)/"], pass_fds=[write],
                env=environment_of("arch=gfx942 units=2", [FAKES[6]], hipblaslt="hang=hipblasLtMatmul"),
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            os.close(write)
            with os.fdopen(read) as records:
                for line in records:
                    record = json.loads(line)
                    if record["record"] == "outcome":
                        break
                self.assertIn("mma/fp64", record["benchmark"])
                self.assertIsNone(process.poll())
                process.kill()
                self.assertFalse([r for r in records if '"outcome"' in r])


if __name__ == "__main__":
    unittest.main()
