"""The probe of NVIDIA's management library as a child process, on a library without GPUs."""
import json
import os
import pathlib
import subprocess
import unittest

import program

FAKE = pathlib.Path(program.AGENT).resolve().parent.parent / "tests/fakes/nvml"
RECORDED = program.SOURCE / "tests/fixtures/nvml"


def probe(recorded, fault="", library=FAKE):
    """What the probe writes to descriptor 3, on standard output; and its own words and end."""
    environment = dict(os.environ, LD_LIBRARY_PATH=str(library), TPP_FAKE_NVML_FAULT=fault,
                       TPP_FAKE_NVML=str(RECORDED / f"{recorded}.yaml"))
    return subprocess.run(["sh", "-c", 'exec "$0" probe nvidia 3>&1', program.AGENT],
                          env=environment, capture_output=True, text=True, timeout=60, check=False)


def inventory(done):
    """After what code was in the child, in the last line."""
    return json.loads(done.stdout.splitlines()[-1])


class NvidiaProbe(unittest.TestCase):
    def test_gpus_are_listed_by_the_library_that_the_loader_finds(self):
        done = probe("ailing_cards")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        found = inventory(done)
        self.assertEqual([d["id"] for d in found["devices"]],
                         ["0000:07:00.0", "0000:08:00.0", "10000:09:00.0"])
        self.assertEqual(found["findings"][-1]["code"], "device.unreadable")

    def test_a_node_without_the_kernel_driver_has_none(self):
        done = probe("h100", "fail=nvmlInit_v2:9")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(inventory(done)["devices"], [])

    def test_a_fault_is_said_with_what_to_do(self):
        done = probe("h100", "fail=nvmlInit_v2:18")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("restart the node", done.stderr)

    def test_a_node_without_the_library_has_none(self):
        if "libnvidia-ml.so.1" in subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True,
                                                 text=True, check=False).stdout:
            self.skipTest("this node has the library")
        done = probe("h100", library="/nonexistent")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(inventory(done)["devices"], [])


if __name__ == "__main__":
    unittest.main()
