#!/usr/bin/python3
"""comparison.py: ratios within rounds, their interval, and when a program is level."""

import contextlib
import io
import unittest

import comparison


def rounds_of(pairs):
    return [{"ours": {"gemm/bf16": a}, "theirs": {"gemm/bf16": b}} for a, b in pairs]


class Comparison(unittest.TestCase):
    def row(self, pairs):
        rows = comparison.ratio_rows(rounds_of(pairs), "ours", {"theirs": {"gemm/bf16": "a call"}})
        self.assertEqual(len(rows), 1)
        return rows[0]

    def test_ratios_are_taken_within_a_round(self):
        # The second round ran on a machine half as fast.
        row = self.row([(100, 100), (50, 50), (102, 100)])
        self.assertEqual(row["ratio"], 1.0)
        self.assertEqual((row["ours"], row["theirs"], row["rounds"]), (100, 100, 3))
        self.assertEqual(row["what"], "a call")

    def test_level_is_a_median_of_099_and_an_interval_that_reaches_1(self):
        self.assertTrue(self.row([(99.5, 100)] * 3 + [(100, 100)] * 2)["level"])
        self.assertFalse(self.row([(98.9, 100)] * 3 + [(101, 100)] * 2)["level"])
        # Close, but below 1 in every round.
        self.assertFalse(self.row([(99.5, 100)] * 5)["level"])

    def test_the_interval_holds_the_median_and_is_the_same_each_time(self):
        ratios = [0.97, 0.99, 1.0, 1.01, 1.04]
        low, high = comparison.bootstrap_interval(ratios)
        self.assertTrue(0.97 <= low < 1.0 < high <= 1.04, (low, high))
        self.assertEqual(comparison.bootstrap_interval(ratios), (low, high))
        self.assertEqual(comparison.bootstrap_interval([0.9]), (0.9, 0.9))

    def test_the_interval_is_that_of_the_median(self):
        # One outlier in five is the median of one resample in 17, more than the 2.5 % cut off.
        self.assertEqual(comparison.bootstrap_interval([1, 1, 1, 1, 5])[0], 1)
        self.assertEqual(comparison.bootstrap_interval([1, 1, 1, 1, 5])[1], 5)
        # In twenty-one never.
        self.assertEqual(comparison.bootstrap_interval([1] * 20 + [5])[1], 1)

    def test_rounds_without_a_figure_of_both_do_not_count(self):
        rounds = rounds_of([(1, 2), (3, 3)]) + [{"ours": {"gemm/bf16": 9}}, {"theirs": {"x": 1}}]
        rows = comparison.ratio_rows(rounds, "ours", {"theirs": {}})
        self.assertEqual([(r["row"], r["rounds"]) for r in rows], [("gemm/bf16", 2)])
        self.assertEqual(comparison.ratio_rows([], "ours", {"theirs": {}}), [])

    def test_each_round_begins_with_another(self):
        self.assertEqual([comparison.in_turn("abc", i) for i in range(4)],
                         ["abc", "bca", "cab", "abc"])

    def test_the_table_says_who_is_behind(self):
        with contextlib.redirect_stdout(io.StringIO()) as said:
            comparison.print_ratios([self.row([(80e9, 100e9)] * 5)], "tpp-bench")
        self.assertIn("gemm/bf16", said.getvalue())
        self.assertIn("0.800  0.800 .. 0.800   5  BEHIND", said.getvalue())


if __name__ == "__main__":
    unittest.main()
