"""A fault costs its own outcome, is named, and hides nothing else."""
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

import program

#   scenario               what the failed outcome says
FAULTS = [
    ("fault_hang",          "hung"),
    ("fault_crash",         "SIGSEGV"),
    ("fault_illegal",       "illegal instruction"),
    ("fault_memory",        "want of memory"),
    ("fault_garbage",       "garbage"),
    ("fault_wrong_product", "product"),
    ("fault_fails",         "the device fell off the bus; reset the node"),
    ("fault_timer_lies",    "timer"),
]


def failed(parsed):
    return [m for m in parsed["measurements"] if m["outcome"]["status"] == "failed"]


def rates(parsed):
    return [m for m in parsed["measurements"] if m["outcome"]["status"] == "rate"]


class Faults(unittest.TestCase):
    def test_each_fault_costs_its_own_outcome_and_is_named(self):
        for scenario, words in FAULTS:
            with self.subTest(scenario):
                result = program.measure(scenario, "--format", "json", "--silence", "1")
                parsed = program.report(result)
                lost = failed(parsed)
                self.assertEqual(len(lost), 1, [program.name(m) for m in lost])
                self.assertIn(words, lost[0]["outcome"]["reason"])
                self.assertNotIn("simulated", lost[0]["outcome"]["reason"].lower())
                self.assertGreater(len(rates(parsed)), 0)
                self.assertEqual(result.returncode, 1, result.stderr)

    def test_a_wrong_product_and_a_timer_that_lies_are_findings_of_their_own(self):
        for scenario, code in (("fault_wrong_product", "evidence.wrong_product"),
                               ("fault_timer_lies", "evidence.timer_drift")):
            parsed = program.report(program.measure(scenario, "--format", "json"))
            told = [f for f in parsed["findings"] if f["code"] == code]
            self.assertEqual([(f["class"], f["severity"]) for f in told], [("health", "error")])
            self.assertIn("/mma/fp16: ", told[0]["message"])

    def test_a_failed_outcome_is_shown_as_such_and_never_as_zero(self):
        result = program.measure("fault_crash")
        self.assertIn("failed", result.stdout.lower())
        self.assertIn("SIGSEGV", result.stdout)

    def test_a_board_with_a_fault_is_not_called_below_by_measurement(self):
        result = program.measure("one_failed_device", "--format", "json")
        self.assertNotEqual(program.report(result)["verdicts"][0]["classification"], "below")

    def test_a_driver_that_hangs_or_fails_is_a_finding(self):
        for scenario in ("driver_hangs", "driver_fails"):
            with self.subTest(scenario):
                result = program.measure(scenario, "--format", "json")
                codes = [f["code"] for f in program.report(result)["findings"]]
                self.assertIn("backend.failed", codes)
                self.assertEqual(result.returncode, 1)

    def test_no_device_is_a_quiet_and_stated_outcome(self):
        result = program.measure("driver_absent")
        self.assertEqual(result.returncode, 2)
        self.assertEqual(result.stderr, "")
        self.assertIn("nothing to run on here: sim (", result.stdout)
        path = program.SCENARIOS / "driver_absent.yaml"
        devices = program.run("devices", "--simulate", path)
        self.assertEqual(devices.returncode, 2)
        self.assertIn("module sim: unavailable, ", devices.stdout)

    def test_the_deadline_has_an_exit_code_of_its_own(self):
        result = program.measure("fault_hang", "--deadline", "1s", "--format", "json")
        self.assertEqual(result.returncode, 124)
        self.assertIn("deadline", failed(program.report(result))[0]["outcome"]["reason"])

    def test_no_child_outlives_an_agent_that_is_killed(self):
        with tempfile.TemporaryDirectory() as directory:
            tree = pathlib.Path(directory) / "tree"
            shutil.copytree(program.TREE / "bin", tree / "bin")
            (tree / "lib").symlink_to(program.TREE / "lib")
            (tree / "share").symlink_to(program.TREE / "share")
            agent = subprocess.Popen(
                [tree / "bin" / "tpp-agent", "measure", "--simulate",
                 program.SCENARIOS / "fault_hang.yaml"],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            bench = str(tree / "bin" / "tpp-bench")
            self.assertTrue(wait_until(lambda: running(bench), 20), "no worker was started")
            agent.send_signal(signal.SIGKILL)
            agent.wait(10)
            self.assertTrue(wait_until(lambda: not running(bench), 10), "a worker was left behind")


def running(program_path):
    """Processes whose first word is that program."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit():
                words = (entry / "cmdline").read_bytes().split(b"\0")
                if words[0].decode() == program_path:
                    found.append(entry.name)
        except OSError:
            continue
    return found


def wait_until(condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return bool(condition())


if __name__ == "__main__":
    unittest.main()
