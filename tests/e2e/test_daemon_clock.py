"""The daemon on a node whose clock is set while it runs, far ahead and far back."""
import json
import struct
import time
import unittest

import daemon
import fake_node
import program
from daemon import ACHIEVED, RATES

LIBRARY = fake_node.BUILD / "tests/fakes/clock/libfake_clock.so"
MONTHLY = """
load: {authority: operator, interval: 30d, pass: quick}
inventory: {interval: 1d}
"""
DAY_S = 86400
MEASURED_AT = f'tpp_board_last_measurement_timestamp_seconds{{board="{daemon.BOARD}"}}'
TIMES = (MEASURED_AT, "tpp_last_pass_timestamp_seconds", "tpp_report_timestamp_seconds")


@unittest.skipUnless(LIBRARY.exists(), "the fake clock is not built")
class SetClock(daemon.DaemonCase):
    def start_with_clock(self, config):
        self.clock = self.folder / "clock"
        self.clock.write_bytes(struct.pack("=q", 0))
        self.shift_s = 0
        return self.start(config=config, environment={
            "LD_PRELOAD": str(LIBRARY), "TPP_FAKE_CLOCK": str(self.clock)}).wait_until_ready()

    def set_clock(self, by_s):
        """Ahead, or back, in one step."""
        self.shift_s += by_s
        with self.clock.open("r+b") as file:
            file.write(struct.pack("=q", self.shift_s))

    def now(self):
        return time.time() + self.shift_s

    def due(self, served):
        return served.log().count("pass is due")

    def wait_until_measured(self, served, rates):
        """All metrics once there are more rates than these; whoever asks makes it look at once."""
        def look():
            served.answers(served.ask(devices=["none"]))
            metrics = served.metrics()
            return metrics if metrics[RATES] > rates and ACHIEVED in metrics else None
        return served.wait_for(look, "nothing is measured")

    def assert_now(self, metrics, *names):
        for name in names:
            self.assertLess(abs(metrics[name] - self.now()), daemon.PATIENCE_S, name)

    def test_a_clock_that_jumps_ahead_brings_one_pass_and_no_burst(self):
        served = self.start_with_clock(MONTHLY)
        self.set_clock(60 * DAY_S)
        metrics = self.wait_until_measured(served, 0)
        self.assertEqual(self.due(served), 1)
        self.assert_now(metrics, *TIMES)
        # A year ahead: that is one interval that was missed, however many it were.
        self.set_clock(365 * DAY_S)
        metrics = self.wait_until_measured(served, metrics[RATES])
        self.assert_now(metrics, *TIMES)
        for _ in range(3):
            metrics = served.look_again()
        self.assertEqual(self.due(served), 2)
        self.assertIn(ACHIEVED, metrics)

    def passes_in_history(self):
        """Their names, which count them: whatever the clock showed, it shows them as they came."""
        shown = program.run("history", "--state-directory", self.state, "--format", "json")
        names = [report["origin"] for report in json.loads(shown.stdout)["reports"]]
        self.assertEqual(names, sorted(names, key=lambda name: int(name.split()[1])))
        return set(names)

    def test_a_clock_that_is_years_ahead_for_one_pass_costs_no_history(self):
        served = self.start_with_clock(daemon.SLURM + "history: {keep_for: 1095d}\n")
        for _ in range(3):
            served.measured()
        before = self.passes_in_history()
        self.assertGreater(len(before), 3)
        self.set_clock(4 * 365 * DAY_S)
        served.measured()
        after = self.passes_in_history()
        self.assertLess(before, after)
        self.set_clock(-4 * 365 * DAY_S)
        served.measured()
        self.assertLess(after, self.passes_in_history())

    def test_a_clock_that_is_put_back_stops_nothing_for_ever_and_brings_no_burst(self):
        served = self.start_with_clock(MONTHLY)
        self.set_clock(365 * DAY_S)
        metrics = self.wait_until_measured(served, 0)
        self.set_clock(-365 * DAY_S)
        for _ in range(3):
            metrics = served.look_again()
        # What was measured stays, with the time that the clock showed then.
        self.assertIn(ACHIEVED, metrics)
        self.assert_now(metrics, *TIMES[1:])
        self.assertEqual(self.due(served), 1)
        # Evidence of a year ahead holds nothing up: the next interval has its pass.
        self.set_clock(30 * DAY_S)
        metrics = self.wait_until_measured(served, metrics[RATES])
        self.assert_now(metrics, *TIMES)
        for _ in range(2):
            metrics = served.look_again()
        self.assertIn(ACHIEVED, metrics)
        # What was stored last counts, though it is dated before what was stored first.
        self.assert_now(metrics, *TIMES)
        self.assertEqual(self.due(served), 2)


if __name__ == "__main__":
    unittest.main()
