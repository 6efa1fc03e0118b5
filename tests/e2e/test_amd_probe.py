"""The probe of AMD's management libraries as a child process, on libraries without GPUs."""
import json
import os
import pathlib
import subprocess
import unittest

import program

FAKES = pathlib.Path(program.AGENT).resolve().parent.parent / "tests/fakes"
RECORDED = program.SOURCE / "tests/fixtures/amd"


def probe(recorded, *libraries, fault="", words=""):
    """What the probe writes to descriptor 3, on standard output; and its own words and end."""
    folders = ":".join(str(FAKES / library) for library in libraries) or "/nonexistent"
    environment = dict(os.environ, LD_LIBRARY_PATH=folders, TPP_FAKE_SMI_FAULT=fault,
                       TPP_FAKE_SMI=str(RECORDED / f"{recorded}.yaml"))
    return subprocess.run(["sh", "-c", f'exec "$0" probe amd {words} 3>&1', program.AGENT],
                          env=environment, capture_output=True, text=True, timeout=60, check=False)


def devices(done):
    return json.loads(done.stdout.splitlines()[-1])["devices"]


class AmdProbe(unittest.TestCase):
    def test_devices_are_listed_by_whichever_library_the_loader_finds(self):
        for library in ("rocm_smi", "amd_smi"):
            done = probe("mi300x_cpx", library)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertEqual([d["id"] for d in devices(done)],
                             [f"0000:05:00.0/{i}" for i in range(8)])

    def test_rocm_smi_goes_before_amd_smi_and_that_before_none(self):
        both = ("rocm_smi", "amd_smi")
        self.assertIn("serial", devices(probe("mi300x_spx", *both))[0])
        # Without a driver that it knows, or of no use: then the other one answers.
        for status in (8, 5):
            by_the_other = devices(probe("mi300x_spx", *both, fault=f"fail=rsmi_init:{status}"))
            self.assertEqual(len(by_the_other), 8, status)
            self.assertNotIn("serial", by_the_other[0])

    def test_a_node_without_the_kernel_driver_has_none(self):
        done = probe("mi250x", "rocm_smi", fault="fail=rsmi_init:8")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(devices(done), [])

    def test_a_node_without_a_library_has_none(self):
        done = probe("mi250x")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(devices(done), [])

    def test_a_fault_is_said_with_what_to_do(self):
        done = probe("mi250x", "rocm_smi", fault="fail=rsmi_init:5")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("see that the amdgpu driver is loaded", done.stderr)

    def test_a_device_that_is_not_there_cannot_be_watched(self):
        done = probe("mi250x", "rocm_smi", words="--watch 0000:01:00.0")
        self.assertEqual(done.returncode, 2)
        self.assertIn("cannot watch 0000:01:00.0", done.stderr)


if __name__ == "__main__":
    unittest.main()
