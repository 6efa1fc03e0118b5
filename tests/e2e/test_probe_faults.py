"""Whole passes on a node of two GPUs whose probe hangs, dies or lies: what it costs."""
import json
import unittest

import fake_node

CUDA = "cc=9.0 units=2 count=2"
DEVICES = ("devices:\n  - pci: {domain: 0, bus: 0xab, device: 0, id: 0x233010de}\n"
           "  - pci: {domain: 0, bus: 0xac, device: 0, id: 0x233010de}\n")


class ProbeFaults(fake_node.FakeNode):
    MODULES = ("cuda",)
    FAKES = ("cuda", "nvml")
    sane = None  # the report of a node without faults

    def measure(self, fault="none"):
        nvml = f"driver: 590.48.01\nprocesses: 0\nfault: {fault}\n" + DEVICES
        done = self.run_on({"fake_cuda": CUDA, "fake_nvml.yaml": nvml}, "measure", "--kernel",
                           "mma", "--precision", "fp16")
        self.assertTrue(done.stdout, done.stderr)
        return json.loads(done.stdout)

    def assert_costs_no_other(self, report):
        """Facts of the other probes, and what was measured on each device, are as without it."""
        if ProbeFaults.sane is None:
            ProbeFaults.sane = self.measure()

        def sockets(of):
            return [d for d in of["inventory"]["devices"] if d["kind"] == "cpu"]

        def outcomes(of):
            return [(m["id"], m["outcome"]["status"]) for m in of["measurements"]]

        self.assertEqual(sockets(report), sockets(self.sane))
        self.assertEqual([d["id"] for d in fake_node.gpus(report)],
                         ["0000:ab:00.0", "0000:ac:00.0"])
        self.assertEqual(outcomes(report), outcomes(self.sane))
        self.assertEqual({(i["device"], status) for i, status in outcomes(report)},
                         {("0000:ab:00.0", "rate"), ("0000:ac:00.0", "rate")})

    def failed(self, report):
        return [f["message"] for f in report["findings"] if f["code"] == "probe.failed"]

    def test_one_that_hangs_is_ended_and_named(self):
        report = self.measure("hang=nvmlInit_v2")
        self.assertRegex("".join(self.failed(report)),
                         "probe nvidia was still running at its deadline")
        self.assert_costs_no_other(report)

    def test_one_that_dies_is_named(self):
        report = self.measure("crash=nvmlInit_v2")
        self.assertRegex("".join(self.failed(report)), "probe nvidia was killed by SIGABRT")
        self.assert_costs_no_other(report)

    def test_one_that_is_told_garbage_of_each_device_says_so(self):
        report = self.measure("garbage-address")
        told = [f["message"] for f in report["findings"] if f["code"] == "device.unreadable"]
        self.assertTrue(told)
        for message in told:
            self.assertRegex(message, r"address is none \(probe nvidia, /.*libnvidia-ml\.so\.1\)")
        self.assert_costs_no_other(report)


if __name__ == "__main__":
    unittest.main()
