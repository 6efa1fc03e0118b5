"""Whole passes of tpp-agent on a node whose driver and management library are fakes without GPUs.

The agent hands little of its environment down, so a copy of its tree is made that looks for
libraries in the fakes' folders, and the fakes read what they are to play from the home folder.
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
MODULE = BUILD / "lib/tpp/backends/cuda.so"
FAKES = [BUILD / "tests/fakes/cuda", BUILD / "tests/fakes/nvml"]
LABELS = """
    name: Fake GPU
    uuid: GPU-10101010-1010-1010-1010-101010101010
    capability: [9, 0]
"""
LOADED = """
    sm_mhz: 1980
    clock_limits: 0x4
    temperature_c: 59
    power_instant_mw: 588390
    utilization: 100
"""


def gpus(report):
    return [d for d in report["inventory"]["devices"] if d["kind"] == "gpu"]


@unittest.skipUnless(MODULE.exists() and FAKES[0].exists() and shutil.which("patchelf"),
                     "the cuda module is not built, or there is no patchelf")
class GpuNode(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.tree = pathlib.Path(cls.folder.name) / "tree"
        (cls.tree / "lib/tpp/backends").mkdir(parents=True)
        (cls.tree / "bin").mkdir()
        (cls.tree / "share").symlink_to(BUILD / "share")
        for file in ("bin/tpp-agent", "bin/tpp-bench", "lib/tpp/backends/cuda.so"):
            shutil.copy2(BUILD / file, cls.tree / file)
            subprocess.run(["patchelf", "--force-rpath", "--set-rpath",
                            ":".join(map(str, FAKES)), cls.tree / file], check=True)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def run_agent(self, cuda, nvml, *words):
        with tempfile.TemporaryDirectory() as home:
            (pathlib.Path(home) / "fake_cuda").write_text(cuda)
            (pathlib.Path(home) / "fake_nvml.yaml").write_text("driver: 590.48.01\ndevices:\n  - pci: "
                                                               "{domain: 0, bus: 0xab, device: 0, id: "
                                                               "0x233010de}" + nvml)
            environment = {k: v for k, v in os.environ.items() if not k.startswith("TPP_")}
            return subprocess.run([self.tree / "bin/tpp-agent", *words, "--format", "json"],
                                  env=dict(environment, HOME=home), capture_output=True, text=True,
                                  timeout=120, check=False, stdin=subprocess.DEVNULL)

    def measure(self, cuda, nvml):
        done = self.run_agent(cuda, nvml, "measure", "--kernel", "mma", "--precision", "fp16")
        self.assertTrue(done.stdout, done.stderr)
        return json.loads(done.stdout)

    def shown_below_nothing(self, report):
        """A part's rate proves a lower bound of the board's, and that is all."""
        verdicts = [v for v in report["verdicts"] if v["board"].startswith("0000:")]
        self.assertTrue(verdicts)
        for verdict in verdicts:
            self.assertNotEqual(verdict["classification"], "below")
            self.assertNotEqual(verdict["assurance"], "corroborated")

    def test_each_figure_keeps_how_the_device_was_meanwhile(self):
        report = self.measure("cc=9.0 units=2", LABELS + LOADED)
        self.assertEqual([d["seen_by"] for d in gpus(report)], [["probe nvidia", "backend cuda"]])
        rates = [m for m in report["measurements"] if m["outcome"]["status"] == "rate"]
        self.assertEqual(len(rates), 2, report["measurements"])
        for measurement in rates:
            telemetry = measurement["telemetry"]
            self.assertEqual(telemetry["source"], "probe nvidia")
            self.assertGreater(telemetry["samples"], 2)
            self.assertEqual((telemetry["clock_hz"], telemetry["temperature_c"]), (1980e6, 59))
            self.assertAlmostEqual(telemetry["power_w"], 588.39)
            self.assertEqual(telemetry["clock_limits"], [{"reason": "power_cap", "share": 1.0}])

    def test_heat_that_held_the_clock_down_is_a_finding(self):
        report = self.measure("cc=9.0 units=2", LABELS + LOADED.replace("0x4", "0x48"))
        found = [f for f in report["findings"] if f["code"] == "device.slowed_down"]
        self.assertEqual([f["class"] for f in found], ["health"])
        self.assertIn("heat (hw_thermal) in 2 of its measurements, up to 100 %", found[0]["message"])

    def test_others_on_the_gpu_are_told_before_it_is_measured(self):
        report = self.measure("cc=9.0 units=2", LABELS + "    processes: 2\n")
        found = [f for f in report["findings"] if f["code"] == "device.busy"]
        self.assertIn("2 other processes compute on it", found[0]["message"])

    def test_an_instance_is_measured_as_a_slice_and_the_board_never_judged_by_it(self):
        instance = "MIG-10101010-1010-1010-1010-101010101010"
        report = self.measure(
            "cc=9.0 units=2 mig=1",
            LABELS + LOADED + "    mig: 1\n    most_instances: 7\n    instances:\n"
            f"      - {{uuid: {instance}, name: Fake GPU MIG 1g.10gb, multiprocessors: 16}}\n"
            "      - {uuid: MIG-2, name: Fake GPU MIG 1g.10gb, multiprocessors: 16}\n")
        devices = {d["id"]: d for d in gpus(report)}
        self.assertEqual(set(devices), {"0000:ab:00.0", f"0000:ab:00.0/{instance}",
                                        "0000:ab:00.0/MIG-2"})
        self.assertTrue(all(d["slice"] for d in devices.values()))
        self.assertEqual({m["id"]["device"] for m in report["measurements"]},
                         {f"0000:ab:00.0/{instance}"})
        boards = [b for b in report["inventory"]["boards"] if b["id"].startswith("0000:")]
        self.assertEqual(len(boards), 1)
        self.shown_below_nothing(report)

    def test_an_error_that_a_process_cannot_recover_from_costs_one_outcome_at_a_time(self):
        report = self.measure("cc=9.0 units=2 fail=cuLaunchKernel:719", LABELS)
        reasons = [m["outcome"].get("reason", "") for m in report["measurements"]]
        self.assertEqual(len(reasons), 2)
        for reason in reasons:
            self.assertIn("cannot start a kernel", reason)
            self.assertIn("Xid", reason)
        died = [f["message"] for f in report["findings"] if f["code"] == "worker.died"]
        self.assertEqual(len(died), 2)
        self.assertIn("the device is lost to this process", died[0])

    def test_a_selection_that_finds_nothing_tells_of_the_driver_that_failed(self):
        done = self.run_agent("driver=11000", "", "measure", "--kernel", "mma")
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertIn("module cuda: ", done.stderr)
        self.assertIn("update it", done.stderr)
        done = self.run_agent("count=0", "", "measure", "--kernel", "mma")
        self.assertEqual(done.returncode, 64)
        self.assertIn("no NVIDIA device", done.stderr)

    def test_a_gpu_shared_through_mps_is_a_slice(self):
        report = self.measure("cc=9.0 units=2 mps=1", LABELS)
        device = gpus(report)[0]
        self.assertTrue(device["slice"])
        self.assertIn("MPS", device["slice_reason"])
        self.shown_below_nothing(report)

    def test_a_gpu_that_cannot_be_watched_is_measured_all_the_same(self):
        # The probe's first call finds it; the watch, which asks by address, does not.
        report = self.measure("cc=9.0 units=2", LABELS + "    unwatchable: 1\n")
        self.assertEqual([m["outcome"]["status"] for m in report["measurements"]], ["rate", "rate"])
        self.assertTrue(all("telemetry" not in m for m in report["measurements"]))
        found = [f for f in report["findings"] if f["code"] == "telemetry.missing"]
        self.assertEqual([f["class"] for f in found], ["condition"])
        self.assertIn("cannot watch 0000:ab:00.0", found[0]["message"])


if __name__ == "__main__":
    unittest.main()
