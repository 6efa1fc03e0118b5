"""Devices that are not idle are left to others: before a measurement, and in the middle of it."""
import json
import os
import pathlib
import select
import subprocess
import tempfile
import time
import unittest

import fake_node
from test_gpu_node import LABELS, gpu, instance, instances, uuid_of

FIRST, SECOND = "0000:ab:00.0", "0000:ac:00.0"
NODE = "driver: 590.48.01\nprocesses: 0\ndevices:\n"
WORDS = ("measure", "--kernel", "mma", "--precision", "fp16")
BUSY = 75


def node(*devices, head=NODE):
    first = "  - pci: {domain: 0, bus: 0xab, device: 0, id: 0x233010de}" + LABELS
    return head + first + "".join(devices)


def messages(report, code="device.not_idle"):
    return {f["subject"]: f["message"] for f in report["findings"] if f["code"] == code}


def statuses(report, device):
    return [m["outcome"]["status"] for m in report["measurements"] if m["id"]["device"] == device]


class IdleGate(fake_node.FakeNode):
    MODULES = ("cuda",)
    FAKES = ("cuda", "nvml")

    def measure(self, nvml, *words, cuda="cc=9.0 units=2 count=2"):
        """The exit code and the report."""
        done = self.run_on({"fake_cuda": cuda, "fake_nvml.yaml": nvml}, *WORDS, *words)
        self.assertTrue(done.stdout, done.stderr)
        return done.returncode, json.loads(done.stdout)

    def test_a_device_with_a_foreign_process_is_left_alone_and_the_others_are_measured(self):
        code, report = self.measure(node("    processes: 1\n", gpu(0xac)))
        self.assertEqual(code, BUSY)
        self.assertEqual(set(messages(report)), {FIRST})
        self.assertIn("not measured: a foreign process computes on it", messages(report)[FIRST])
        self.assertEqual(statuses(report, FIRST), [])
        self.assertEqual(set(statuses(report, SECOND)), {"rate"})
        self.shown_below_nothing(report)
        self.assertFalse([f for f in report["findings"] if f["class"] == "health"])

    def test_heat_use_and_full_memory_shut_the_gate_by_the_numbers_that_are_given(self):
        for trouble, words in (("temperature_c: 70", "70 C warm"), ("utilization: 40", "40 % busy"),
                               ("memory_bytes: 80000000000\n    memory_used_bytes: 8000000000",
                                "8.0 GB of its memory")):
            with self.subTest(trouble):
                code, report = self.measure(node(f"    {trouble}\n"), cuda="cc=9.0 units=2")
                self.assertEqual(code, BUSY)
                self.assertIn(words, messages(report)[FIRST])
        code, report = self.measure(node("    temperature_c: 70\n"), "--threshold",
                                    "idle_temperature=75", cuda="cc=9.0 units=2")
        self.assertNotEqual(code, BUSY)
        self.assertEqual(messages(report), {})

    def test_a_list_of_processes_that_cannot_be_read_is_not_idle(self):
        code, report = self.measure(node(head=NODE.replace("processes: 0\n", "")),
                                    cuda="cc=9.0 units=2")
        self.assertEqual(code, BUSY)
        self.assertIn("cannot be read", messages(report)[FIRST])
        self.assertEqual(report["measurements"], [])

    def test_a_forced_measurement_says_in_its_first_line_that_the_device_was_not_idle(self):
        code, report = self.measure(node("    processes: 1\n", gpu(0xac)), "--force")
        self.assertNotEqual(code, BUSY)
        self.assertEqual(set(statuses(report, FIRST)), {"rate"})
        banner = f"FORCED: measured although not idle: {FIRST}: a foreign process computes on it"
        self.assertIn(banner, report["banners"])
        self.assertIn("lower bounds", messages(report)[FIRST])
        _, idle = self.measure(node(gpu(0xac)), "--force")
        self.assertFalse([b for b in idle["banners"] if b.startswith("FORCED: measured")])

    def test_an_instance_has_processes_of_its_own(self):
        parts = instances(0xab, 2).replace(
            f"{{uuid: {instance(0xab, 0)},", f"{{uuid: {instance(0xab, 0)}, processes: 1,")
        code, report = self.measure(node(parts), cuda="cc=9.0 units=2 mig=2")
        self.assertEqual(code, BUSY)
        self.assertEqual(set(messages(report)), {f"{FIRST}/{instance(0xab, 0)}"})
        self.assertEqual(set(statuses(report, f"{FIRST}/{instance(0xab, 1)}")), {"rate"})

    def test_links_wait_for_the_devices_at_both_ends(self):
        done = self.run_on({"fake_cuda": "cc=9.0 units=2 count=2 peers=1",
                            "fake_nvml.yaml": node(gpu(0xac) + "    processes: 1\n")},
                           "measure", "--kernel", "link")
        self.assertEqual(done.returncode, BUSY, done.stderr)
        measured = json.loads(done.stdout)["measurements"]
        outcomes = {m["id"]["subject"]: m["outcome"] for m in measured
                    if m["id"]["device"] == FIRST}
        self.assertEqual(outcomes["host_both"]["status"], "rate")
        self.assertTrue(outcomes["peer_both"]["interrupted"])
        self.assertIn(f"it would load {SECOND} as well: a foreign process computes on it",
                      outcomes["peer_both"]["reason"])

    # Processes that come and go.

    def start(self, *words):
        """A measurement of two devices under way on a node that tells of living processes."""
        home = tempfile.TemporaryDirectory()
        self.addCleanup(home.cleanup)
        self.home = pathlib.Path(home.name)
        self.processes = self.home / "fake_processes"
        self.processes.mkdir()
        (self.home / "fake_cuda").write_text("cc=9.0 units=2 count=2")
        (self.home / "fake_nvml.yaml").write_text(node(gpu(0xac)))
        environment = {k: v for k, v in os.environ.items() if not k.startswith("TPP_")}
        agent = subprocess.Popen(
            [self.tree / "bin/tpp-agent", *WORDS, *words, "--format", "json"],
            env=dict(environment, HOME=home.name), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, stdin=subprocess.DEVNULL)
        self.addCleanup(agent.wait)
        self.addCleanup(agent.kill)
        return agent

    def worker_on(self, agent, uuid):
        """The process that measures there, as soon as its context is on the device."""
        ended = select.poll()
        ended.register(os.pidfd_open(agent.pid), select.POLLIN)
        until = time.monotonic() + 60
        while time.monotonic() < until and not ended.poll(5):
            folder = self.processes / uuid
            for file in folder.iterdir() if folder.exists() else ():
                try:
                    command = pathlib.Path(f"/proc/{file.name}/cmdline").read_text()
                except (FileNotFoundError, ProcessLookupError):
                    continue  # one that listed the devices
                if "--benchmark_filter" in command:
                    return int(file.name)
        self.fail(f"no worker came: {agent.communicate(timeout=60)}")

    def test_a_foreign_process_has_the_device_within_half_a_second(self):
        agent = self.start("--full")
        worker = self.worker_on(agent, uuid_of(0xab))
        gone = select.poll()
        gone.register(os.pidfd_open(worker), select.POLLIN)

        (self.processes / uuid_of(0xab) / str(os.getpid())).touch()
        begin = time.monotonic()
        self.assertTrue(gone.poll(30000), "the worker stays on the device")
        latency = time.monotonic() - begin

        output, errors = agent.communicate(timeout=100)
        print(f"a foreign process has the device after {1000 * latency:.0f} ms")
        quiet = os.getloadavg()[0] <= os.cpu_count()
        self.assertLess(latency, 0.5 if quiet else 5)
        self.assertEqual(agent.returncode, BUSY, errors)
        report = json.loads(output)
        self.assertEqual(set(messages(report)), {FIRST})
        self.assertIn("left while it was measured", messages(report)[FIRST])
        lost = [m["outcome"] for m in report["measurements"] if m["id"]["device"] == FIRST]
        self.assertTrue(lost)
        for outcome in lost:
            self.assertTrue(outcome["interrupted"], outcome)
            self.assertIn("a foreign process computes on it", outcome["reason"])
        self.assertEqual(set(statuses(report, SECOND)), {"rate"})
        self.shown_below_nothing(report)
        # Nothing is wrong with the device.
        self.assertFalse([f for f in report["findings"] if f["class"] == "health"])

    def test_the_measuring_process_itself_is_no_foreign_one(self):
        agent = self.start()
        self.worker_on(agent, uuid_of(0xac))
        output, errors = agent.communicate(timeout=100)
        self.assertNotEqual(agent.returncode, BUSY, errors)
        report = json.loads(output)
        self.assertEqual(messages(report), {})
        for device in (FIRST, SECOND):
            self.assertEqual(set(statuses(report, device)), {"rate"})


if __name__ == "__main__":
    unittest.main()
