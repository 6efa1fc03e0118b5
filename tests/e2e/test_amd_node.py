"""Passes on nodes of AMD's accelerators: dies, partitions, faults, makers side by side."""
import json
import unittest

import fake_node
import program
from fake_node import gpus

RECORDED = program.SOURCE / "tests/fixtures/amd"
DIE = """
    device_id: 0x7408
    memory_mib: 65536
    serial: "{serial}"
    unique_id: {unique}
    sclk_mhz: [500, 1700]
    power_w: {power}
    energy_counts: 0
    metrics: {{version: 3, hotspot_c: 63, activity: 0, gfxclk_mhz: 1650, throttlers: 0x1}}
"""


def dies(*serials):
    return "".join(f"  - pci: {{bus: {0xab + i}}}" + DIE.format(serial=serial, unique=100 + i,
                                                                power=500 if i % 2 == 0 else 0)
                   for i, serial in enumerate(serials))


def accelerator(mode, *partitions):
    return "".join(f"""  - pci: {{bus: 0xab, partition: {partition}}}
    device_id: 0x74a1
    serial: "69234"
    compute_partition: {mode}
    memory_mib: {196608 // len(partitions)}
    power_w: 700
    metrics: {{version: 6, hotspot_c: 60, socket_power_w: 700, gfxclks_mhz: [1500, 1400],
              residency: [100, 0, 90, 0, 0, 0]}}
""" for partition in partitions)


def boards(report):
    return [b for b in report["inventory"]["boards"] if b["id"].startswith("0000:")]


def of_board(report, board, part="performances"):
    return next(b for b in report[part] if b["board"] == board)


def rates(report):
    """Device -> its rate of fp16 by our own kernel."""
    return {m["id"]["device"]: m["outcome"]["rate"]["per_second"] for m in report["measurements"]
            if m["outcome"]["status"] == "rate" and (m["id"]["kernel"], m["id"]["subject"]) ==
            ("mma", "fp16")}


def codes(report, subject):
    return [f["code"] for f in report["findings"] if f["subject"] == subject]


class AmdNode(fake_node.FakeNode):
    MODULES = ("cuda", "hip")
    FAKES = ("cuda", "nvml", "hip6", "rocm_smi", "amd_smi")

    def run_agent(self, hip, smi, *words, cuda="count=0", nvml="devices: []\n"):
        done = self.run_on({"fake_cuda": cuda, "fake_nvml.yaml": nvml, "fake_hip": hip,
                            "fake_smi.yaml": smi}, *words)
        self.assertTrue(done.stdout, done.stderr)
        return json.loads(done.stdout)

    def measure(self, hip, devices, fault="", only=("--kernel", "mma", "--precision", "fp16"), **others):
        smi = f"driver: 6.3.6\nfault: {fault or 'none'}\nprocesses: []\ndevices:\n" + devices
        return self.run_agent(hip, smi, "measure", *only, **others)

    def class_by_declaration(self, report, board, chip):
        self.assertEqual(of_board(report, board)["chip"], chip)
        verdict = of_board(report, board, "verdicts")
        self.assertEqual(verdict["classification"], "3A090.a", verdict)

    def test_two_dies_are_one_board_and_its_rate_is_their_sum(self):
        report = self.measure("arch=gfx90a units=110 count=2", dies("A1", "A1"), only=())
        self.assertEqual([(d["slice"], d["package"], d["seen_by"]) for d in gpus(report)],
                         [(False, "0000:ab:00.0", ["probe amd", "backend hip"])] * 2)
        (board,) = boards(report)
        self.assertEqual(board["devices"], ["0000:ab:00.0", "0000:ac:00.0"])
        self.class_by_declaration(report, board["id"], "amd-instinct-mi250x")
        performance = of_board(report, board["id"])
        self.assertEqual(performance["facts"]["partial"], [])
        self.assertEqual(performance["facts"]["identity_agrees"], ["PCI id", "units", "memory size"])
        self.assertTrue(performance["tpp"]["achieved"]["complete"])
        measured = rates(report)
        self.assertEqual(len(measured), 2)
        (shown,) = [r["ops_per_second"] for r in performance["rates"]["achieved"]
                    if r["precision"] == "fp16" and r["origin"].startswith("mma")]
        self.assertAlmostEqual(shown, sum(measured.values()), delta=1e-9 * shown)

    def test_each_figure_of_a_die_keeps_how_it_was_meanwhile(self):
        report = self.measure("arch=gfx90a units=110 count=2", dies("A1", "A1"))
        telemetry = [m["telemetry"] for m in report["measurements"]]
        for one in telemetry:
            self.assertEqual((one["source"], one["clock_hz"], one["temperature_c"]),
                             ("probe amd", 1650e6, 63))
            self.assertGreater(one["samples"], 2)
            self.assertEqual(one["clock_limits"], [{"reason": "power_cap", "share": 1.0}])
        self.assertAlmostEqual(telemetry[0]["power_w"], 500)
        self.assertNotIn("power_w", telemetry[1])

    def test_a_die_without_the_other_never_stands_for_the_package(self):
        for hip, smi, fact, words in (
                ("count=1", dies("A1"), "partial", "0000:ab:00.0 is a slice: one die"),
                ("count=2", dies("A1", "A2"), "partial", "0000:ab:00.0 is a slice: one die"),
                ("count=1", dies("A1", "A1"), "outcomes_missing", "0000:ac:00.0 fp16: not measured")):
            with self.subTest(hip=hip, smi=smi.count("pci")):
                report = self.measure("arch=gfx90a units=110 " + hip, smi)
                self.shown_below_nothing(report)
                self.class_by_declaration(report, "0000:ab:00.0", "amd-instinct-mi250x")
                performance = of_board(report, "0000:ab:00.0")
                self.assertFalse(performance["tpp"]["achieved"]["complete"])
                self.assertIn(words, " ".join(performance["facts"][fact]))

    def test_a_die_whose_measurement_fails_leaves_its_board_open(self):
        report = self.measure("arch=gfx90a units=110 count=2 fail=hipMalloc:2", dies("A1", "A1"))
        self.shown_below_nothing(report)
        self.class_by_declaration(report, "0000:ab:00.0", "amd-instinct-mi250x")
        self.assertIn("evidence.failed", codes(report, "0000:ab:00.0"))

    def test_a_runtime_that_stops_answering_in_the_middle_leaves_the_board_open(self):
        report = self.measure("arch=gfx90a units=110 count=2 hang=hipEventSynchronize:4",
                              dies("A1", "A1"), only=("--kernel", "mma", "--precision", "fp16",
                                                      "--silence", "3"))
        outcomes = [m["outcome"] for m in report["measurements"]]
        self.assertEqual([o["status"] for o in outcomes], ["failed"] * 2)
        for outcome in outcomes:
            self.assertIn("no sign of life", outcome["reason"])
        self.shown_below_nothing(report)
        self.class_by_declaration(report, "0000:ab:00.0", "amd-instinct-mi250x")
        self.assertIn("evidence.failed", codes(report, "0000:ab:00.0"))

    def test_an_accelerator_that_is_whole_is_a_board_of_one_device(self):
        report = self.measure("arch=gfx942 units=304", accelerator("SPX", 0))
        (device,) = gpus(report)
        self.assertEqual((device["id"], device["slice"]), ("0000:ab:00.0", False))
        self.assertEqual(len(boards(report)), 1)
        self.class_by_declaration(report, "0000:ab:00.0", "amd-instinct-mi300x")
        (measurement,) = report["measurements"]
        self.assertEqual(measurement["telemetry"]["clock_hz"], 1400e6)
        self.assertEqual(measurement["telemetry"]["clock_limits"][0]["reason"], "power_cap")

    def test_partitions_are_slices_of_one_board_and_never_the_board(self):
        parts = accelerator("CPX", *range(4))
        report = self.measure("arch=gfx942 units=38 count=4 partitions=1", parts)
        self.assertEqual([d["id"] for d in gpus(report)],
                         [f"0000:ab:00.0/{i}" for i in range(4)])
        self.assertTrue(all(d["slice"] and d["seen_by"] == ["probe amd", "backend hip"]
                            for d in gpus(report)))
        (board,) = boards(report)
        self.assertEqual(board["id"], "0000:ab:00.0")
        self.shown_below_nothing(report)
        self.class_by_declaration(report, board["id"], "amd-instinct-mi300x")
        shown = max(r["ops_per_second"] for r in of_board(report, board["id"])["rates"]["achieved"])
        self.assertEqual(len(rates(report)), 4)
        self.assertAlmostEqual(shown, max(rates(report).values()), delta=1e-9 * shown)

    def test_makers_stand_side_by_side_on_one_node(self):
        report = self.measure(
            "arch=gfx1100 units=2 bus=3", "  - pci: {bus: 3}\n    device_id: 0x744c\n    power_w: 300\n",
            cuda="cc=9.0 units=2", nvml="driver: 590.48.01\nprocesses: 0\ndevices:\n  - pci: {domain: 0, bus: "
            "0xab, device: 0, id: 0x233010de}\n    power_instant_mw: 600000\n    name: Fake GPU\n")
        self.assertEqual({d["id"]: d["seen_by"] for d in gpus(report)},
                         {"0000:03:00.0": ["probe amd", "backend hip"],
                          "0000:ab:00.0": ["probe nvidia", "backend cuda"]})
        self.assertEqual({m["id"]["device"]: (m["telemetry"]["source"], m["telemetry"]["power_w"])
                          for m in report["measurements"]},
                         {"0000:03:00.0": ("probe amd", 300), "0000:ab:00.0": ("probe nvidia", 600)})
        self.assertEqual(len(boards(report)), 2)

    def test_a_library_that_fails_under_load_costs_no_figure(self):
        report = self.measure("arch=gfx942 units=2", accelerator("SPX", 0),
                              fault="fail=rsmi_dev_gpu_metrics_info_get:6")
        (measurement,) = report["measurements"]
        self.assertEqual(measurement["outcome"]["status"], "rate")
        self.assertEqual(measurement["telemetry"]["power_w"], 700)
        self.assertIn("device.answers_failed", codes(report, "0000:ab:00.0"))

    def test_recorded_nodes_are_listed_without_a_runtime(self):
        for name, devices, listed in (("mi250x", 8, 4), ("mi300x_spx", 8, 8), ("mi300x_cpx", 8, 1),
                                      ("rx_7900_xtx", 1, 1)):
            report = self.run_agent("count=0", (RECORDED / f"{name}.yaml").read_text(), "devices")
            report = {"inventory": report}
            self.assertEqual(len(gpus(report)), devices, name)
            self.assertEqual(len(boards(report)), listed, name)


if __name__ == "__main__":
    unittest.main()
