"""Passes on nodes of NVIDIA's GPUs: telemetry, instances, others on the device, faults."""
import json
import os
import pathlib
import subprocess
import unittest

import fake_node
from fake_node import gpus

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
"""


def uuid_of(bus, last=0, kind="GPU"):
    """As the fake driver gives it: 0x10 from the first GPU on, the last byte counting instances."""
    byte = 0x10 + bus - 0xab
    parts = ["".join(f"{byte:02x}" for _ in range(n)) for n in (4, 2, 2, 2, 5)]
    return f"{kind}-" + "-".join(parts) + f"{byte + last:02x}"


def instance(bus, index):
    return uuid_of(bus, index, "MIG")


def instances(bus, count):
    """What the management library says of a GPU that is partitioned into so many."""
    rows = "".join(f"      - {{uuid: {instance(bus, i)}, name: Fake GPU MIG 1g.10gb, "
                   "multiprocessors: 16}\n" for i in range(count))
    return "    mig: 1\n    most_instances: 7\n    instances:" + (f"\n{rows}" if rows else " []\n")


def gpu(bus):
    """One GPU more."""
    return (f"  - pci: {{domain: 0, bus: {bus}, device: 0, id: 0x233010de}}\n    name: Fake GPU\n"
            f"    uuid: {uuid_of(bus)}\n    capability: [9, 0]\n")


class GpuNode(fake_node.FakeNode):
    MODULES = ("cuda",)
    FAKES = ("cuda", "nvml")

    def run_agent(self, cuda, nvml, *words, **variables):
        first = "devices:\n  - pci: {domain: 0, bus: 0xab, device: 0, id: 0x233010de}"
        return self.run_on({"fake_cuda": cuda,
                            "fake_nvml.yaml": "driver: 590.48.01\nprocesses: 0\n" + first + nvml},
                           *words, **variables)

    def measure(self, cuda, nvml, *words, **variables):
        done = self.run_agent(cuda, nvml, "measure", "--kernel", "mma", "--precision", "fp16", *words,
                              **variables)
        self.assertTrue(done.stdout, done.stderr)
        return json.loads(done.stdout)

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

    def test_adversarial_a_fake_library_of_the_maker_shows_no_board_to_be_below(self):
        report = self.measure("cc=9.0 units=2", LABELS)
        told = {pathlib.Path(f["path"]).name: f for f in report["libraries"]}
        for name, user in (("libcuda.so.1", "backend cuda"), ("libnvidia-ml.so.1", "probe nvidia")):
            library = next(f for n, f in told.items() if n.startswith(name.split(".")[0]))
            self.assertEqual(library["trust"], "untrusted", library)
            self.assertIn(user, library["used_by"])
            self.assertEqual(len(library["sha256"]), 64)
        self.assertTrue(any("UNTRUSTED" in banner for banner in report["banners"]))
        boards = [p for p in report["performances"] if p["board"].startswith("0000:")]
        self.assertIn("libcuda", " ".join(boards[0]["facts"]["untrusted"]))
        self.assertIn("evidence.untrusted_code", [f["code"] for f in report["findings"]])
        self.shown_below_nothing(report)

    def test_gpus_of_one_board_are_measured_at_once_where_that_is_asked_for(self):
        words = ("measure", "--kernel", "fma", "--precision", "fp32")
        fake = ("cc=9.0 units=2 count=2 per-board=2", LABELS + gpu(0xac))
        report = json.loads(self.run_agent(*fake, *words, "--together").stdout)
        rows = report["together"]
        self.assertEqual([(r["board"], r["kernel"], r["devices"]) for r in rows],
                         [("0000:ab:00.0", "fma", 2)])
        self.assertGreater(rows[0]["overlap"], 0.5, rows)
        # Both may be held up on a machine of few cores; then it says that it does not count.
        self.assertNotEqual("at_once" in rows[0], bool(rows[0]["reason"]), rows)
        alone = [m["outcome"]["rate"]["per_second"] for m in report["measurements"]]
        self.assertAlmostEqual(rows[0]["one_by_one"] / sum(alone), 1)
        self.assertNotIn("together", json.loads(self.run_agent(*fake, *words).stdout))

    def test_heat_that_held_the_clock_down_is_a_finding(self):
        report = self.measure("cc=9.0 units=2", LABELS + LOADED.replace("0x4", "0x48"))
        found = [f for f in report["findings"] if f["code"] == "device.slowed_down"]
        self.assertEqual([f["class"] for f in found], ["health"])
        self.assertIn("heat (hw_thermal) in 2 of its measurements, up to 100 %", found[0]["message"])

    def test_others_on_the_gpu_are_told_before_it_is_measured(self):
        report = self.measure("cc=9.0 units=2", LABELS + "    processes: 2\n")
        found = [f for f in report["findings"] if f["code"] == "device.busy"]
        self.assertIn("2 other processes compute on it", found[0]["message"])
        self.assertEqual(report["measurements"], [])

    def test_each_instance_is_measured_as_a_slice_and_the_board_never_judged_by_it(self):
        report = self.measure("cc=9.0 units=2 mig=2", LABELS + LOADED + instances(0xab, 2))
        devices = {d["id"]: d for d in gpus(report)}
        parts = [f"0000:ab:00.0/{instance(0xab, i)}" for i in range(2)]
        self.assertEqual(set(devices), {"0000:ab:00.0", *parts})
        self.assertTrue(all(d["slice"] for d in devices.values()))
        self.assertEqual([devices[part]["backend"] for part in parts], ["cuda", "cuda"])
        measured = report["measurements"]
        self.assertEqual([m["id"]["device"] for m in measured], [parts[0]] * 2 + [parts[1]] * 2)
        self.assertEqual({m["outcome"]["status"] for m in measured}, {"rate"})
        self.assertTrue(all("telemetry" in m for m in measured))
        boards = [b for b in report["inventory"]["boards"] if b["id"].startswith("0000:")]
        self.assertEqual(len(boards), 1)
        self.assertEqual([m["name"] for m in report["inventory"]["modules"]], ["cuda"])
        self.assertEqual(report["method_version"], "cuda 1")
        self.shown_below_nothing(report)

    def test_the_command_beside_a_figure_of_an_instance_takes_it_again(self):
        report = self.measure("cc=9.0 units=2 mig=2", LABELS + instances(0xab, 2))
        for measurement in report["measurements"]:
            uuid = measurement["id"]["device"].split("/")[1]
            self.assertIn(f"CUDA_VISIBLE_DEVICES={uuid} ", measurement["command"])
            done = subprocess.run(measurement["command"], shell=True, capture_output=True, text=True,
                                  env=dict(os.environ, HOME=self.home), timeout=60, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(f"{uuid}/mma/fp16", done.stdout)

    def test_two_partitioned_gpus_beside_a_plain_one_are_all_measured(self):
        report = self.measure(
            "cc=9.0 units=2 count=3 mig=1,2,-",
            LABELS + instances(0xab, 1) + gpu(0xac) + instances(0xac, 2) + gpu(0xad))
        whole = {d["id"]: d["slice"] for d in gpus(report) if "/" not in d["id"]}
        self.assertEqual(whole, {"0000:ab:00.0": True, "0000:ac:00.0": True, "0000:ad:00.0": False})
        rates = {m["id"]["device"] for m in report["measurements"]
                 if m["outcome"]["status"] == "rate"}
        self.assertEqual(rates, {f"0000:ab:00.0/{instance(0xab, 0)}",
                                 f"0000:ac:00.0/{instance(0xac, 0)}",
                                 f"0000:ac:00.0/{instance(0xac, 1)}", "0000:ad:00.0"})
        plain = [m for m in report["measurements"] if m["id"]["device"] == "0000:ad:00.0"]
        self.assertIn(f"CUDA_VISIBLE_DEVICES={uuid_of(0xad)} ", plain[0]["command"])
        parts = {b["id"]: len(b["devices"]) for b in report["inventory"]["boards"]
                 if b["id"].startswith("0000:")}
        self.assertEqual(parts, {"0000:ab:00.0": 2, "0000:ac:00.0": 3, "0000:ad:00.0": 1})

    def test_where_nothing_is_partitioned_no_device_is_named(self):
        report = self.measure("cc=9.0 units=2 count=2", LABELS + gpu(0xac))
        self.assertEqual({m["id"]["device"] for m in report["measurements"]},
                         {"0000:ab:00.0", "0000:ac:00.0"})
        self.assertFalse([m for m in report["measurements"] if "VISIBLE" in m["command"]])

    def test_plain_gpus_beside_a_partitioned_one_still_reach_each_other(self):
        done = self.run_agent("cc=9.0 count=3 mig=1,-,- peers=1",
                              LABELS + instances(0xab, 1) + gpu(0xac) + gpu(0xad),
                              "measure", "--plan", "--kernel", "link")
        rows = {row["benchmark"]: row["status"] for row in json.loads(done.stdout)["benchmarks"]
                if row["benchmark"].endswith("/link/peer_both")}
        part = f"0000:ab:00.0/{instance(0xab, 0)}/link/peer_both"
        self.assertIn("it is an instance of a partitioned GPU", rows.pop(part))
        self.assertEqual(rows, {"0000:ac:00.0/link/peer_both": "ready",
                                "0000:ad:00.0/link/peer_both": "ready"})

    def test_a_partitioned_gpu_without_instances_is_listed_and_said_to_have_none(self):
        report = self.measure("cc=9.0 units=2 count=2 mig=0,-", LABELS + instances(0xab, 0) + gpu(0xac))
        devices = {d["id"]: d for d in gpus(report)}
        self.assertEqual(set(devices), {"0000:ab:00.0", "0000:ac:00.0"})
        self.assertEqual(devices["0000:ab:00.0"].get("backend", ""), "")
        self.assertIn("and it shows none", devices["0000:ab:00.0"]["slice_reason"])
        self.assertEqual({m["id"]["device"] for m in report["measurements"]}, {"0000:ac:00.0"})
        # What its maker declares still decides.
        verdicts = {(v["classification"], v["assurance"]) for v in report["verdicts"]
                    if v["board"] == "0000:ab:00.0"}
        self.assertEqual(verdicts, {("3A090.a", "declared_only")})
        alone = self.run_agent("cc=9.0 mig=0", LABELS + instances(0xab, 0), "measure")
        self.assertEqual(json.loads(alone.stdout)["measurements"], [], alone.stderr)

    def test_an_instance_that_hangs_costs_no_other(self):
        for hanging in (0, 2):  # one that the driver shows unasked, and one that it hides
            report = self.measure(
                "cc=9.0 units=2 mig=3 hang=cuModuleLoadData "
                f"only={instance(0xab, hanging)}", LABELS + instances(0xab, 3), "--silence", "3")
            status = {}
            for measurement in report["measurements"]:
                status.setdefault(measurement["id"]["device"], set()).add(
                    measurement["outcome"]["status"])
            self.assertEqual(status, {f"0000:ab:00.0/{instance(0xab, i)}":
                                      {"failed" if i == hanging else "rate"} for i in range(3)})

    def test_an_instance_that_crashes_the_driver_when_listed_costs_no_other(self):
        broken = instance(0xab, 0)
        report = self.measure(f"cc=9.0 units=2 mig=3 crash=cuDeviceGetName only={broken}",
                              LABELS + instances(0xab, 3))
        self.assertEqual({m["id"]["device"] for m in report["measurements"]},
                         {f"0000:ab:00.0/{instance(0xab, i)}" for i in (1, 2)})
        found = [f["message"] for f in report["findings"] if f["code"] == "backend.failed"]
        self.assertEqual(len(found), 2)
        self.assertIn(f"with CUDA_VISIBLE_DEVICES={broken}", found[1])

    def test_the_users_own_choice_of_devices_is_a_finding_and_hides_none(self):
        report = self.measure("cc=9.0 units=2 mig=2", LABELS + instances(0xab, 2),
                              CUDA_VISIBLE_DEVICES=instance(0xab, 1))
        self.assertEqual(len({m["id"]["device"] for m in report["measurements"]}), 2)
        self.assertTrue([f for f in report["findings"] if f["code"] == "environment.ignored"
                         and "CUDA_VISIBLE_DEVICES" in f["message"]])

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

    def test_modules_of_a_baseboard_are_boards_and_one_where_that_is_asked_for(self):
        modules = [f"    module_id: {i + 1}\n    multi_gpu_board: 0\n" for i in range(8)]
        node = LABELS + modules[0] + "".join(gpu(0xab + i) + modules[i] for i in range(1, 8))
        for words, count in (((), 8), (("--board-level", "baseboard"), 1)):
            inventory = json.loads(self.run_agent("cc=9.0 count=8", node, "devices", *words).stdout)
            boards = [b for b in inventory["boards"] if b["id"].startswith("0000:")]
            self.assertEqual([len(b["devices"]) for b in boards], [8 // count] * count)
            self.assertEqual({b["baseboard"] for b in boards}, {"0000:ab:00.0"})
            self.assertEqual({b["grouped_by"] for b in boards}, {"entered" if words else "read"})

    @unittest.skipUnless(fake_node.can_mount(), "no namespace for mounts is to be had")
    def test_a_plan_wakes_no_gpu_that_sleeps_and_measuring_does(self):
        asleep = self.on_bus({0xab: 0x2330}, "suspended")
        node = ("cc=9.0 units=2", LABELS)
        plan = json.loads(self.run_agent(*node, "measure", "--plan", inside=asleep).stdout)
        self.assertEqual(plan["benchmarks"], [])
        self.assertIn(("device.asleep", "0000:ab:00.0"),
                      {(f["code"], f["subject"]) for f in plan["findings"]})
        awake = json.loads(self.run_agent(*node, "measure", "--plan",
                                          inside=self.on_bus({0xab: 0x2330})).stdout)
        self.assertTrue(awake["benchmarks"])
        report = self.measure(*node, inside=asleep)
        self.assertEqual({m["outcome"]["status"] for m in report["measurements"]}, {"rate"})

    def test_a_gpu_shared_through_mps_is_a_slice(self):
        report = self.measure("cc=9.0 units=2 mps=1", LABELS)
        device = gpus(report)[0]
        self.assertTrue(device["slice"])
        self.assertIn("MPS", device["slice_reason"])
        self.shown_below_nothing(report)

    def test_a_gpu_that_cannot_be_watched_is_measured_where_that_is_forced(self):
        # The probe's first call finds it; the watch, which asks by address, does not.
        report = self.measure("cc=9.0 units=2", LABELS + "    unwatchable: 1\n")
        self.assertEqual(report["measurements"], [])
        found = [f["message"] for f in report["findings"] if f["code"] == "device.not_idle"]
        self.assertIn("cannot watch 0000:ab:00.0", found[0])
        report = self.measure("cc=9.0 units=2", LABELS + "    unwatchable: 1\n", "--force")
        self.assertEqual([m["outcome"]["status"] for m in report["measurements"]], ["rate", "rate"])
        self.assertTrue(all("telemetry" not in m for m in report["measurements"]))
        found = [f for f in report["findings"] if f["code"] == "telemetry.missing"]
        self.assertEqual([f["class"] for f in found], ["condition"])
        self.assertIn("cannot watch 0000:ab:00.0", found[0]["message"])


if __name__ == "__main__":
    unittest.main()
