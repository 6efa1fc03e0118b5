"""That the measurements of the daemon run, each to its figures; none of these is judged."""

import contextlib
import io
import unittest

import daemon_cost


class DaemonCost(unittest.TestCase):
    def said_of(self, name):
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            daemon_cost.main(["--short", name])
        lines = said.getvalue().splitlines()
        self.assertTrue(all("target" in line for line in lines), lines)
        return lines

    def test_what_it_costs_where_nothing_is_measured(self):
        self.assertIn("start to first scrape", self.said_of("idle")[0])

    def test_what_a_history_costs_its_start(self):
        first, *_ = self.said_of("start")
        self.assertRegex(first, r"first scrape, 5 passes kept +[0-9]+ ms")

    def test_a_day_of_passes(self):
        *_, passes = self.said_of("day")
        self.assertRegex(passes, r"passes +[0-9]+ completed")

    def test_how_long_a_page_takes_during_a_pass(self):
        lines = self.said_of("latency")
        self.assertEqual(sum("a pass: p99" in line for line in lines), 2, lines)

    def test_how_soon_a_device_is_free(self):
        self.assertEqual(len(self.said_of("abort")), 1)


if __name__ == "__main__":
    unittest.main()
