"""The daemon on a node whose drivers go and come, hang, crash, lie or eat all memory."""
import pathlib
import unittest

import daemon
import fake_node
import program
from daemon import ACHIEVED, BOARD, DECLARED, RATES, SLURM, at_least

# What is new, or came back, is measured at once.
ON_CHANGE = "load: {authority: operator, change_delay: 1s, pass: quick}\ninventory: {interval: 1d}\n"
LIMIT = ["prlimit", f"--as={3 << 30}"]


def finding(code, kind, severity):
    return f'tpp_finding{{code="{code}",class="{kind}",severity="{severity}"}}'


def boards(metrics):
    return [name for name in metrics if name.startswith(f'tpp_board_info{{board="{BOARD}"')]


def assert_moved(case, metrics):
    """That a board came or went."""
    case.assertEqual(metrics['tpp_board_changes_total{cause="placement"}'], 1)
    case.assertEqual(metrics.get(finding("board.event", "condition", "info")), 1)


NONE_FITS = finding("backend.none_fits", "condition", "warning")
BACKEND_FAILED = finding("backend.failed", "health", "warning")
PROBE_FAILED = finding("probe.failed", "health", "warning")
PROBE_SUCCESS = 'tpp_probe_success{probe="nvidia"}'
NO_PASS_FAILED = 'tpp_passes_total{outcome="failed"}'


class SimulatedDriver(daemon.DaemonCase):
    """The node is played by another scenario from one look to the next."""

    def setUp(self):
        super().setUp()
        self.scenario = self.folder / "scenario.yaml"
        self.well = (program.SCENARIOS / "h100_node.yaml").read_text()
        self.play(self.well)

    def play(self, text):
        beside = self.folder / "scenario.yaml.next"
        beside.write_text(text)
        beside.rename(self.scenario)

    def fail_to_open(self, fault):
        self.play(f"version: 1\nopen: {fault}\n")

    def start_measured(self, config=SLURM, **options):
        served = self.start(config=config, scenario=self.scenario, **options).wait_until_ready()
        return served, served.measured()

    def test_a_driver_that_is_unloaded_leaves_no_board_behind_until_it_is_back(self):
        served, measured = self.start_measured()
        self.fail_to_open('{unavailable: "no driver is loaded"}')
        gone = served.look_again()
        self.assert_gone(gone)
        assert_moved(self, gone)
        self.play(self.well)
        # It is the same device, and what was measured of it holds.
        back = served.look_again()
        self.assertEqual((back[ACHIEVED], back[RATES]), (measured[ACHIEVED], measured[RATES]))
        self.assertIn(ACHIEVED, served.measured())

    def contradictions(self, metrics):
        return [name for name in metrics
                if name.startswith("tpp_finding") and 'class="contradiction"' in name]

    def test_a_contradiction_is_washed_out_by_no_unloading_however_long(self):
        other = self.well
        unlocked = (program.SCENARIOS / "unlocked_board.yaml").read_text().split("devices:\n")[1]
        self.play(other + unlocked)
        served, measured = self.start_measured()
        told = self.contradictions(measured)
        self.assertTrue(told)
        self.play(other)
        self.assertEqual(self.contradictions(served.look_again()), [])
        # Longer than the newest passes that are kept reach back, and over a restart.
        for _ in range(4):
            served.measured()
        self.assertEqual(served.terminate()[0], 0)
        served = self.start(config=SLURM, scenario=self.scenario).wait_until_ready()
        self.play(other + unlocked)
        back = served.look_again()
        self.assertEqual(self.contradictions(back), told)
        self.assertEqual(back[RATES], 0)
        # Nobody knows that of another one.
        self.play(other)
        served.look_again()
        serial = "1324220000004"
        self.assertIn(serial, unlocked)
        self.play(other + unlocked.replace(serial, "1324220000009"))
        self.assertEqual(self.contradictions(served.look_again()), [])

    def assert_gone(self, metrics):
        self.assertEqual(boards(metrics), [])
        self.assertNotIn(ACHIEVED, metrics)
        self.assertEqual(metrics[NO_PASS_FAILED], 0)

    def test_a_device_that_is_lost_and_comes_back_is_measured_anew(self):
        other = (program.SCENARIOS / "t4_node.yaml").read_text()
        self.play(self.well + other.split("devices:\n")[1])
        served, measured = self.start_measured(ON_CHANGE)
        self.play(other)
        gone = served.look_again()
        self.assert_gone(gone)
        assert_moved(self, gone)
        self.play(self.well + other.split("devices:\n")[1])
        # What was measured is there at once; what was away may have been changed.
        self.assertIn(ACHIEVED, served.look_again())
        again = served.wait_for_metric(RATES, at_least(measured[RATES] + 1))
        self.assertIn(ACHIEVED, again)
        self.assertRegex(served.log(), "pass is due.* device=0000:17:00.0 by=change")

    def test_a_board_that_sits_in_another_slot_keeps_what_was_measured_and_is_measured_anew(self):
        served, measured = self.start_measured(ON_CHANGE)
        self.assertIn("0000:17:00.0", self.well)
        self.play(self.well.replace("0000:17:00.0", "0000:65:00.0"))
        self.assertEqual(served.look_again()[ACHIEVED], measured[ACHIEVED])
        served.wait_for_metric(RATES, at_least(measured[RATES] + 1))
        self.assertRegex(served.log(), "pass is due.* device=0000:65:00.0 by=change")

    def test_what_was_measured_holds_for_no_other_driver_and_device(self):
        served, measured = self.start_measured()
        self.assertEqual(served.look_again()[ACHIEVED], measured[ACHIEVED])
        for was, now in (("580.65.06", "590.48.01"), ("1652523000017", "1652523000018")):
            with self.subTest(now):
                self.assertIn(was, self.well)
                self.play(self.well.replace(was, now))
                metrics = served.look_again()
                self.assertNotIn(ACHIEVED, metrics)
                self.assertIn(DECLARED, metrics)
                self.assertGreater(served.measured()[ACHIEVED], 0)

    def test_passes_that_find_every_device_in_use_make_no_board_below_again(self):
        head, one = (program.SCENARIOS / "t4_node.yaml").read_text().split("devices:\n")
        ids = [f"0000:00:1{number}.0" for number in range(5)]
        t4s = [one.replace("0000:00:1e.0", device).replace("00a4", f"00b{number}").replace(
            "1324220000004", f"132422000000{number}") for number, device in enumerate(ids)]
        node = f"{head}devices:\n{''.join(t4s)}"
        lock = self.folder / "reserved"
        self.play(node)
        served, _ = self.start_measured(SLURM.replace("slurm", f"slurm, lock_file: {lock}"))

        def kinds():
            return {verdict["kind"] for verdict in served.report()["verdicts"]}
        self.assertEqual(kinds(), {"below"})
        # Of another driver nothing was measured, and more passes in turn than one looks back.
        self.play(node.replace("580.65.06", "590.48.01"))
        served.look_again()
        self.assertEqual(kinds(), {"undetermined"})
        lock.touch()
        for device in ids:
            news = served.answers(served.ask(devices=[device]))[-1]["news"]
            self.assertEqual(news["outcome"], "refused")
        served.look_again()
        self.assertEqual(kinds(), {"undetermined"})

    def test_a_runtime_that_fails_costs_its_devices_and_is_named_until_it_is_well(self):
        served, measured = self.start_measured(inside=LIMIT)
        faults = (("crash", "SIGSEGV"), ("garbage", "garbage"), ("memory", "memory"),
                  ('{fails: "the device fell off the bus"}', "fell off the bus"))
        for fault, words in faults:
            with self.subTest(fault):
                self.fail_to_open(fault)
                metrics = served.look_again()
                self.assert_gone(metrics)
                self.assertEqual(metrics[BACKEND_FAILED], 1)
                said = [f["message"] for f in served.report()["findings"]
                        if f["code"] == "backend.failed"]
                self.assertIn(words, " ".join(said))
                self.play(self.well)
                metrics = served.look_again()
                self.assertNotIn(BACKEND_FAILED, metrics)
                self.assertEqual(metrics[ACHIEVED], measured[ACHIEVED])
        self.assertGreater(served.measured()[ACHIEVED], 0)

    def resident_mib(self, served):
        status = pathlib.Path(f"/proc/{served.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024

    def test_a_worker_that_eats_all_memory_costs_its_benchmark_and_the_daemon_none(self):
        served, _ = self.start_measured(inside=LIMIT)
        before = self.resident_mib(served)
        self.play((program.SCENARIOS / "fault_memory.yaml").read_text())
        served.look_again()
        for _ in range(2):
            metrics = served.measured()
        self.assertEqual(metrics['tpp_measurements_total{outcome="failed"}'], 2)
        self.assertIn(ACHIEVED, metrics)
        failed = [m["outcome"]["reason"] for m in served.report()["measurements"]
                  if m["outcome"]["status"] == "failed"]
        self.assertEqual(len(failed), 1)
        self.assertIn("memory", failed[0])
        self.assertLess(self.resident_mib(served), before + 16)

    def test_the_kernel_is_told_to_end_what_measures_before_the_daemon(self):
        def first_to_go(pid):
            return int(pathlib.Path(f"/proc/{pid}/oom_score_adj").read_text())

        served = self.start(config=SLURM, scenario="fault_slow").wait_until_ready()
        self.assertEqual(first_to_go(served.process.pid), first_to_go("self"))
        served.ask(full=True)
        self.assertEqual(first_to_go(served.wait_for_worker()), 1000)


class Library(daemon.DaemonCase, fake_node.FakeNode):
    """A node with one GPU of NVIDIA's, as far as its libraries say; they can be taken away."""
    MODULES = ("cuda",)
    FAKES = ("cuda", "nvml")
    PROGRAMS = ("bin/tpp-agent", "bin/tpp-bench", "bin/tpp-agent-daemon")
    OWN_FAKES = True

    CUDA = "cc=9.0 units=2"
    UUID = "GPU-10101010-1010-1010-1010-101010101010"
    CONFIG = SLURM + "measure: {kernel: mma, precision: fp16}\n"

    def play(self, fault="none", driver="590.48.01"):
        (self.folder / "fake_cuda").write_text(self.CUDA)
        beside = self.folder / "fake_nvml.yaml.next"
        beside.write_text(
            f"driver: {driver}\nprocesses: 0\nfault: {fault}\ndevices:\n"
            "  - pci: {domain: 0, bus: 0xab, device: 0, id: 0x233010de}\n    name: Fake GPU\n"
            f"    uuid: {self.UUID}\n    capability: [9, 0]\n")
        beside.rename(self.folder / "fake_nvml.yaml")

    def start_there(self, inside=()):
        self.play()
        return self.start(config=self.CONFIG, scenario=None, inside=inside,
                          program_file=self.tree / "bin/tpp-agent-daemon",
                          environment={"HOME": str(self.folder)}).wait_until_ready()

    def gpus(self, metrics):
        return [name for name in metrics
                if name.startswith("tpp_device_info") and 'kind="gpu"' in name]

    def achieved(self, metrics):
        return [name for name in metrics
                if name.startswith('tpp_board_tpp{board="GPU-') and 'basis="achieved"' in name]

    def test_libraries_that_are_taken_away_and_put_back_are_seen_to_be_so(self):
        served = self.start_there()
        self.assertEqual(len(self.gpus(served.metrics())), 1, served.metrics())
        measured = served.measured(devices=["0000:ab:00.0"])
        self.assertTrue(self.achieved(measured))
        fakes = self.tree / "fakes"
        fakes.rename(self.tree / "away")
        try:
            gone = served.look_again()
        finally:
            (self.tree / "away").rename(fakes)
        self.assertEqual((self.gpus(gone), self.achieved(gone)), ([], []))
        assert_moved(self, gone)
        self.assertEqual(gone[NONE_FITS], 1)
        self.assertEqual(gone[NO_PASS_FAILED], 0)
        back = served.look_again()
        self.assertEqual(self.gpus(back), self.gpus(measured))
        self.assertEqual(self.achieved(back), self.achieved(measured))
        self.assertTrue(self.achieved(served.measured(devices=["0000:ab:00.0"])))

    def test_a_probe_that_dies_lies_or_eats_all_memory_is_named_and_costs_no_other(self):
        served = self.start_there(inside=LIMIT)
        kept = self.gpus(served.metrics())
        for fault, code in (("crash=nvmlInit_v2", PROBE_FAILED), ("memory=nvmlInit_v2", PROBE_FAILED),
                            ("garbage-address", finding("device.unreadable", "health", "error"))):
            with self.subTest(fault):
                self.play(fault)
                metrics = served.look_again()
                self.assertGreaterEqual(metrics.get(code, 0), 1, served.report()["findings"])
                self.assertEqual(len(self.gpus(metrics)), 1)  # by its runtime
                self.assertEqual(metrics[NO_PASS_FAILED], 0)
                self.play()
                metrics = served.look_again()
                self.assertNotIn(code, metrics)
                self.assertEqual(self.gpus(metrics), kept)

    def test_a_probe_that_hangs_for_all_its_time_costs_what_it_alone_would_have_told(self):
        def sockets(metrics):
            return [name for name in metrics
                    if name.startswith("tpp_device_info") and 'kind="cpu"' in name]

        served = self.start_there()
        before = served.metrics()
        self.assertEqual(before[PROBE_SUCCESS], 1)
        self.assertTrue(sockets(before))
        self.play("hang=nvmlInit_v2")
        served.hang_up()
        probe = served.wait_for_child("probe nvidia")
        hung = []  # at each scrape that was answered

        def is_over(value):
            hung.append(daemon.command_of(probe) != "")
            return value == 0
        after = served.wait_for_metric(PROBE_SUCCESS, is_over)
        self.assertGreater(sum(hung), 10)
        self.assertFalse(hung[-1])
        self.assertEqual(sockets(after), sockets(before))
        self.assertEqual(len(self.gpus(after)), 1)  # by its runtime
        self.assertEqual(after[PROBE_FAILED], 1)
        self.assertEqual(after[NO_PASS_FAILED], 0)

    def test_a_probe_that_hangs_keeps_nobody_waiting_and_goes_with_the_daemon(self):
        served = self.start_there()
        kept = self.gpus(served.metrics())
        self.play("hang=nvmlInit_v2")
        served.hang_up()
        probe = served.wait_for_child("probe nvidia")
        self.assertEqual(self.gpus(served.metrics()), kept)
        code, took = served.terminate()
        self.assertEqual(code, 0)
        self.assertLess(took, 5 if daemon.quiet() else 20)
        self.assertEqual(daemon.command_of(probe), "")


if __name__ == "__main__":
    unittest.main()
