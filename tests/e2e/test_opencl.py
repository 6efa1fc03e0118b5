"""The OpenCL module: what it lists, what it answers to faults, and who measures a device that another
module lists too. Whole passes run in a copy of the tree that looks for libraries in the fakes' folders.
"""
import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import program

BUILD = pathlib.Path(program.AGENT).resolve().parent.parent
MODULE = BUILD / "lib/tpp/backends/opencl.so"
FAKE = BUILD / "tests/fakes/opencl"
CUDA = BUILD / "lib/tpp/backends/cuda.so"
FAKE_CUDA = BUILD / "tests/fakes/cuda"
HIP = BUILD / "lib/tpp/backends/hip.so"
FAKE_HIP = BUILD / "tests/fakes/hip6"
CPU = BUILD / "lib/tpp/backends/cpu.so"


def bench(fake, *words):
    environment = dict(os.environ, TPP_FAKE_OPENCL=fake)
    if fake is not None:
        environment["LD_LIBRARY_PATH"] = str(FAKE)
    return subprocess.run([BUILD / "bin/tpp-bench", f"--backend={MODULE}", *words], env=environment,
                          capture_output=True, text=True, timeout=60, check=False)


def records(done):
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


@unittest.skipUnless(MODULE.exists() and FAKE.exists(), "the opencl module is not built")
class Module(unittest.TestCase):
    def test_lists_a_device_by_its_address_and_every_row_of_operations_as_generic(self):
        listed = records(bench("extensions=cl_khr_fp64,cl_khr_fp16,cl_khr_integer_dot_product", "--list"))
        device = next(r for r in listed if r["record"] == "device")
        self.assertEqual((device["id"], device["kind"], device["portable"]),
                         ("0000:ab:00.0", "gpu", True))
        rows = {r["benchmark"].split("/", 1)[1]: r for r in listed if r["record"] == "plan"}
        self.assertEqual(set(rows), {"dram/read", "dram/write", "dram/copy", "fma/fp64", "fma/fp32",
                                     "fma/fp16", "fma/int32", "fma/int8", "gemm/fp64", "gemm/fp32", "gemm/fp16+fp16",
                                     "gemm/int8"})
        for name, row in rows.items():
            self.assertEqual(row["generic"], not name.startswith("dram"), name)
        # The fake is of a half that does not fuse.
        self.assertEqual([n for n, r in rows.items() if r["status"] != "ready"], ["fma/fp16"])

    def test_dot_products_that_vector_instructions_do_are_emulated(self):
        extension = "extensions=cl_khr_fp64,cl_khr_integer_dot_product"
        for told, emulated in (("", False), (" dot=1", False), (" dot=0", True)):
            rows = {r["benchmark"].split("/", 1)[1]: r["emulated"]
                    for r in records(bench(extension + told, "--list")) if r["record"] == "plan"}
            self.assertEqual((rows["fma/int8"], rows["gemm/int8"]), (emulated, emulated), told)
            self.assertFalse(rows["fma/int32"] or rows["gemm/fp32"])

    def test_shows_what_the_compiler_said(self):
        done = bench("fault=build", "--benchmark_filter=fma/fp32")
        self.assertIn("cannot compile fma_fp32_x1", done.stdout)
        self.assertIn("no matching function for call to", done.stdout)

    def test_a_lost_device_and_memory_that_is_out_are_failures_with_a_reason(self):
        for fault, words in (("lost", "CL_OUT_OF_RESOURCES"), ("queue", "CL_DEVICE_NOT_AVAILABLE"),
                             ("memory", "lower the memory limit")):
            with self.subTest(fault):
                done = bench(f"fault={fault}", "--benchmark_filter=fma/fp32")
                self.assertIn(words, done.stdout)

    def test_a_device_that_does_nothing_gets_no_rate(self):
        done = bench("", "--benchmark_filter=fma/fp32|gemm/fp32|dram/read")
        self.assertNotIn("per_second=", done.stdout)
        self.assertIn("ERROR OCCURRED", done.stdout)

    def test_without_a_driver_it_has_nothing_to_run_on(self):
        listed = records(bench("platforms=0", "--list"))
        self.assertIn("no OpenCL driver", next(r for r in listed if r["record"] == "unavailable")["reason"])


@unittest.skipUnless(MODULE.exists() and FAKE.exists() and shutil.which("patchelf"),
                     "the opencl module is not built, or there is no patchelf")
class Node(unittest.TestCase):
    """A node with fakes of drivers; the processor is left out."""

    def inventory(self, modules, opencl, cuda="", hip=""):
        with tempfile.TemporaryDirectory() as folder:
            tree = pathlib.Path(folder) / "tree"
            (tree / "lib/tpp/backends").mkdir(parents=True)
            (tree / "bin").mkdir()
            (tree / "share").symlink_to(BUILD / "share")
            programs = [BUILD / "bin/tpp-agent", BUILD / "bin/tpp-bench", *modules]
            for file in programs:
                copy = tree / file.relative_to(BUILD)
                shutil.copy2(file, copy)
                subprocess.run(["patchelf", "--force-rpath", "--set-rpath", f"{FAKE}:{FAKE_CUDA}:{FAKE_HIP}", copy],
                               check=True)
            home = pathlib.Path(folder)
            (home / "fake_opencl").write_text(opencl)
            (home / "fake_cuda").write_text(cuda)
            (home / "fake_hip").write_text(hip)
            environment = {k: v for k, v in os.environ.items() if not k.startswith("TPP_")}
            environment["HOME"] = folder

            def say(*words):
                done = subprocess.run([tree / "bin/tpp-agent", *words], env=environment,
                                      capture_output=True, text=True, timeout=60, check=False)
                self.assertEqual(done.returncode, 0, done.stderr)
                return done.stdout
            plan = say("measure", "--plan")
            return json.loads(say("devices", "--format", "json")), plan

    @unittest.skipUnless(CUDA.exists() and FAKE_CUDA.exists(), "the cuda module is not built")
    def test_a_gpu_that_cuda_lists_too_is_one_board_and_measured_once(self):
        listed, plan = self.inventory([CUDA, MODULE], "pci=khr", "cc=9.0")
        gpus = [d for d in listed["devices"] if d["kind"] == "gpu"]
        self.assertEqual([d["id"] for d in gpus], ["0000:ab:00.0"])
        self.assertEqual(gpus[0]["backend"], "cuda")
        self.assertEqual(gpus[0]["seen_by"], ["backend cuda", "backend opencl"])
        self.assertEqual(sum("0000:ab:00.0" in b["devices"] for b in listed["boards"]), 1)
        self.assertEqual(plan.count("0000:ab:00.0/dram/read "), 1)

    @unittest.skipUnless(CUDA.exists() and FAKE_CUDA.exists(), "the cuda module is not built")
    def test_instances_that_cuda_lists_are_not_measured_as_the_whole(self):
        listed, _ = self.inventory([CUDA, MODULE], "pci=khr", "cc=9.0 mig=1")
        gpus = [d for d in listed["devices"] if d["kind"] == "gpu"]
        self.assertEqual([d["backend"] for d in gpus], ["cuda"])

    @unittest.skipUnless(HIP.exists() and FAKE_HIP.exists(), "the hip module is not built")
    def test_partitions_that_hip_lists_are_no_further_devices(self):
        listed, _ = self.inventory([HIP, MODULE], "pci=amd functions=1 count=2",
                                   hip="arch=gfx942 count=2 partitions=1")
        gpus = {d["id"]: d["backend"] for d in listed["devices"] if d["kind"] == "gpu"}
        self.assertEqual(gpus, {"0000:ab:00.0/0": "hip", "0000:ab:00.0/1": "hip"})
        self.assertEqual(len([b for b in listed["boards"] if b["id"].startswith("0000:")]), 1)

    def test_a_device_that_no_other_module_lists_is_measured(self):
        listed, plan = self.inventory([CPU, MODULE], "type=accelerator pci=none")
        device = next(d for d in listed["devices"] if d["kind"] == "accelerator")
        self.assertEqual((device["id"], device["backend"]), ("opencl:0", "opencl"))
        self.assertIsNone(device.get("units"))
        self.assertIn("opencl:0/fma/fp32", plan)

    @unittest.skipUnless(CPU.exists(), "the cpu module is not built")
    def test_a_processor_is_measured_by_its_own_module_alone(self):
        listed, plan = self.inventory([CPU, MODULE], "type=cpu")
        for device in listed["devices"]:
            self.assertEqual(device["backend"], "cpu")
        self.assertEqual(len(listed["devices"]), len(listed["boards"]))
        self.assertEqual(plan.count("cpu:0/dram/read "), 1)


if __name__ == "__main__":
    unittest.main()
