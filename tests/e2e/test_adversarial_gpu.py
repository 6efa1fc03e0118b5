"""Boards made to look smaller than they are, where it is the makers' libraries that tell of it: by
fakes of them. The rest: test_adversarial."""
import json
import pathlib
import shutil
import tempfile
import unittest

import fake_node
from fake_node import BUILD, can_mount, gpus
from test_amd_node import accelerator, dies

H100, A16, T4 = 0x2330, 0x25b6, 0x1eb8
FP16 = ("--kernel", "mma", "--precision", "fp16")


def gpu(bus, product=A16, more=""):
    """A GPU as the management library tells of it."""
    return (f"  - pci: {{domain: 0, bus: {bus}, device: 0, id: {product << 16 | 0x10de:#x}}}\n"
            f"    name: NVIDIA A16\n    capability: [8, 6]\n{more}")


def card(buses):
    """GPUs of one card."""
    return "".join(gpu(bus, more="    multi_gpu_board: 1\n    board_id: 0x900\n") for bus in buses)


class AdversarialNvidia(fake_node.FakeNode):
    MODULES = ("cuda",)
    FAKES = ("cuda", "nvml")

    def measure(self, cuda, nvml, *words, **options):
        node = "processes: 0\ndevices:\n" + nvml
        done = self.run_on({"fake_cuda": cuda, "fake_nvml.yaml": node}, "measure",
                           *FP16, *words, **options)
        self.assertTrue(done.stdout, done.stderr)
        return json.loads(done.stdout)

    def told(self, report, code):
        """The messages of a finding, of which there must be one at least."""
        self.shown_below_nothing(report)
        messages = [f["message"] for f in report["findings"] if f["code"] == code]
        self.assertTrue(messages, sorted({f["code"] for f in report["findings"]}))
        return " ".join(messages)

    def half_a_card(self, report, present):
        """By measurement open, and never the smaller sum."""
        board = next(p for p in report["performances"] if p["board"] == "0000:ab:00.0")
        self.assertEqual(board["chip"], "nvidia-a16")
        self.assertIn(f"{present} of 4 devices", " ".join(board["facts"]["failed"]))
        self.assertFalse(board["tpp"]["achieved"]["complete"])
        self.assertIn(f"{present} of 4 devices", self.told(report, "evidence.failed"))

    def test_a_power_limit_at_half_is_told(self):
        report = self.measure("cc=9.0 units=2", gpu(
            0xab, H100, "    power_limit_mw: 350000\n    default_power_limit_mw: 700000\n"))
        self.assertIn("limited to 350 W, 700 W is its default",
                      self.told(report, "device.power_capped"))

    def test_a_locked_clock_is_told(self):
        report = self.measure("cc=9.0 units=2", gpu(
            0xab, H100, "    application_sm_mhz: 345\n    default_application_sm_mhz: 1980\n"))
        self.assertIn("345 MHz, 1980 MHz is its default", self.told(report, "device.clock_limited"))
        held = self.measure("cc=9.0 units=2", gpu(0xab, H100, "    clock_limits: 0x2\n"))
        self.assertIn("applications_clocks", self.told(held, "device.clock_limited"))

    def test_a_variable_that_hides_half_of_a_card_hides_nothing(self):
        report = self.measure("cc=8.6 units=2 count=2", card([0xab, 0xac]),
                              CUDA_VISIBLE_DEVICES="0")
        self.assertEqual({m["id"]["device"] for m in report["measurements"]},
                         {"0000:ab:00.0", "0000:ac:00.0"})
        self.assertIn("CUDA_VISIBLE_DEVICES", self.told(report, "environment.ignored"))

    def test_devices_of_a_card_that_a_control_group_denies_leave_it_open(self):
        denied = gpu(0xac, more="    result: 4\n")  # NVML_ERROR_NO_PERMISSION
        report = self.measure("cc=8.6 units=2", gpu(0xab) + denied)
        self.assertIn("cannot be asked", self.told(report, "device.unreadable"))
        self.half_a_card(report, 1)

    @unittest.skipUnless(can_mount(), "no namespace for mounts is to be had")
    def test_a_library_that_tells_another_product_than_the_bus_is_contradicted(self):
        report = self.measure("cc=7.5 units=2", gpu(0xab, T4), inside=self.on_bus({0xab: H100}))
        self.assertIn("10de:1eb8 by probe nvidia, 10de:2330 by probe bus and backend cuda",
                      self.told(report, "device.sources_differ"))
        board = next(p for p in report["performances"] if p["board"] == "0000:ab:00.0")
        self.assertIn("10de:2330", " ".join(board["facts"]["identity_differs"]))

    @unittest.skipUnless(can_mount(), "no namespace for mounts is to be had")
    def test_a_library_that_tells_a_smaller_product_is_contradicted_by_the_bus_alone(self):
        node = {"fake_cuda": "count=0", "fake_nvml.yaml": "devices:\n" + gpu(0xab, T4)}
        done = self.run_on(node, "measure", inside=self.on_bus({0xab: H100}))
        report = json.loads(done.stdout)
        told = [(f["severity"], f["subject"], f["message"]) for f in report["findings"]
                if f["code"] == "device.sources_differ"]
        self.assertEqual(told, [("error", "0000:ab:00.0", "PCI id: 10de:1eb8 by probe nvidia, "
                                 "10de:2330 by probe bus")])
        (board,) = [p for p in report["performances"] if p["board"] == "0000:ab:00.0"]
        self.assertEqual(board["chip"], "nvidia-tesla-t4")
        self.assertIn(told[0][2], board["facts"]["identity_differs"])
        (place,) = report["inventory"]["bus"]
        self.assertEqual((place["address"], place["pci_id"]), ("0000:ab:00.0", "10de:2330"))
        self.shown_below_nothing(report)

    @unittest.skipUnless(can_mount(), "no namespace for mounts is to be had")
    def test_devices_of_a_card_that_a_container_was_not_given_leave_it_open(self):
        report = self.measure("cc=8.6 units=2 count=2", card([0xab, 0xac]),
                              inside=self.on_bus(dict.fromkeys((0xab, 0xac, 0xad, 0xae), A16)))
        self.assertIn("is on the bus", self.told(report, "device.unseen"))
        self.assertEqual({f["subject"] for f in report["findings"] if f["code"] == "device.unseen"},
                         {"0000:ad:00.0", "0000:ae:00.0"})
        self.half_a_card(report, 2)

    def test_the_only_gpu_that_a_card_shows_is_a_part_of_it(self):
        report = self.measure("cc=9.0 units=2", gpu(
            0xab, H100, "    multi_gpu_board: 1\n    board_id: 0x900\n"))
        self.assertEqual([d["slice"] for d in gpus(report)], [True])
        self.assertIn("of a card with several", self.told(report, "evidence.partial"))

    def test_one_device_of_a_card_that_fails_leaves_it_open(self):
        report = self.measure("cc=8.6 units=2 count=2 fail=cuMemAlloc_v2:2", card([0xab, 0xac]))
        self.assertIn("fp16", self.told(report, "evidence.failed"))

    def test_a_preloaded_driver_is_told_and_reaches_no_child(self):
        with tempfile.TemporaryDirectory() as folder:
            fake = pathlib.Path(folder).resolve() / "libcuda.so.1"
            shutil.copy2(BUILD / "tests/fakes/cuda/libcuda.so.1", fake)
            report = self.measure("cc=9.0 units=2", gpu(0xab, H100), LD_PRELOAD=str(fake))
        (told,) = [f for f in report["libraries"] if f["path"] == str(fake)]
        self.assertEqual((told["trust"], told["trust_reason"], told["used_by"]),
                         ("untrusted", "it was preloaded", ["agent"]))
        self.assertIn("it was preloaded", self.told(report, "evidence.untrusted_code"))
        self.assertIn("LD_PRELOAD", self.told(report, "environment.ignored"))
        self.assertIn("UNTRUSTED", " ".join(report["banners"]))

    def test_what_is_loaded_only_where_a_device_is_watched_is_untrusted_as_well(self):
        with tempfile.TemporaryDirectory() as folder:
            brought = pathlib.Path(folder).resolve() / "libbrought.so"
            shutil.copy2(BUILD / "tests/fakes/cuda/libcuda.so.1", brought)
            report = self.measure("cc=9.0 units=2", gpu(0xab, H100) + f"brings: {brought}\n")
        (told,) = [f for f in report["libraries"] if f["path"] == str(brought)]
        self.assertEqual((told["trust"], told["used_by"]), ("untrusted", ["probe nvidia"]))
        self.assertIn(str(brought), self.told(report, "evidence.untrusted_code"))


class AdversarialAmd(fake_node.FakeNode):
    MODULES = ("hip",)
    FAKES = ("hip6", "rocm_smi")

    def measure(self, hip, devices, **options):
        smi = "driver: 6.3.6\nprocesses: []\ndevices:\n" + devices
        done = self.run_on({"fake_hip": hip, "fake_smi.yaml": smi}, "measure", *FP16, **options)
        self.assertTrue(done.stdout, done.stderr)
        return json.loads(done.stdout)

    def by_declaration(self, report, *codes):
        """The class that the maker's figures give. What fakes show of clocks means nothing."""
        self.shown_below_nothing(report)
        self.assertEqual({v["classification"] for v in report["verdicts"]
                          if v["board"] == "0000:ab:00.0"}, {"3A090.a"})
        told = {f["code"] for f in report["findings"]}
        for code in codes:
            self.assertIn(code, told)

    def test_a_cpx_slice_is_not_the_board(self):
        report = self.measure("arch=gfx942 units=38 count=4 partitions=1",
                              accelerator("CPX", *range(4)))
        self.by_declaration(report, "evidence.partial", "device.partitioned")
        self.assertTrue(all(d["slice"] for d in gpus(report)))

    def test_a_die_whose_other_half_is_hidden_is_not_the_board(self):
        self.by_declaration(self.measure("arch=gfx90a units=110", dies("A1")), "evidence.partial")
        # Hidden from the runtime alone.
        report = self.measure("arch=gfx90a units=110", dies("A1", "A1"))
        self.by_declaration(report)
        (board,) = [p for p in report["performances"] if p["board"] == "0000:ab:00.0"]
        self.assertIn("0000:ac:00.0 fp16: not measured", board["facts"]["outcomes_missing"])

    def test_a_power_limit_at_half_and_a_level_that_holds_the_clock_are_told(self):
        limits = "    default_power_cap_w: 750\n    power_cap_w: 375\n    level: 2\n"
        report = self.measure("arch=gfx942 units=304", accelerator("SPX", 0) + limits)
        self.by_declaration(report, "device.power_capped", "device.clock_limited")

    def test_variables_that_hide_or_mask_units_are_told_and_reach_no_child(self):
        report = self.measure("arch=gfx942 units=304", accelerator("SPX", 0),
                              HIP_VISIBLE_DEVICES="", HSA_CU_MASK="0:0-9")
        self.by_declaration(report, "environment.ignored")
        told = [f["message"] for f in report["findings"] if f["code"] == "environment.ignored"]
        for variable in ("HIP_VISIBLE_DEVICES", "HSA_CU_MASK"):
            self.assertTrue(any(m.startswith(variable) for m in told), told)


if __name__ == "__main__":
    unittest.main()
