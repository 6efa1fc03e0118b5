"""The devices of a board at once: `measure --together`, simulated."""
import json
import unittest

import program


class Together(unittest.TestCase):
    def test_devices_of_one_board_stand_beside_their_sum_and_change_no_other_figure(self):
        words = ("--kernel", "mma", "--kernel", "dram", "--format", "json")
        plain = program.report(program.measure("mi250x_node", *words))
        both = program.report(program.measure("mi250x_node", *words, "--together"))
        self.assertNotIn("together", plain)
        self.assertEqual(plain["performances"], both["performances"])
        rows = {f"{r['kernel']}/{r['subject']}": r for r in both["together"]}
        rates = [m["outcome"]["rate"]["per_second"] for m in both["measurements"]
                 if program.name(m).endswith("/mma/fp64")]
        self.assertEqual(len(rates), 2)
        self.assertAlmostEqual(rows["mma/fp64"]["one_by_one"] / sum(rates), 1)
        self.assertEqual(rows["dram/read"]["quantity"], "bytes")
        for name, row in rows.items():
            self.assertEqual(row["devices"], 2, name)
            # Simulated time runs ahead of the clock: nobody can say that they ran at once.
            self.assertNotIn("overlap", row, name)
            self.assertIn("simulated", row["reason"], name)

    def test_a_board_of_one_device_has_nothing_to_run_at_once(self):
        report = program.report(program.measure("t4_node", "--together", "--format", "json"))
        self.assertEqual(report["together"], [])

    def test_the_table_shows_it_apart_from_the_boards_own_figures(self):
        result = program.measure("mi250x_node", "--kernel", "mma", "--precision", "fp64",
                                 "--together")
        section = result.stdout.split("DEVICES OF A BOARD AT ONCE")[1]
        self.assertIn("mma/fp64", section)
        self.assertIn("for information", section)

    def test_the_plan_says_what_runs_at_once(self):
        words = ("--plan", "--kernel", "mma", "--precision", "fp64")
        plain = program.measure("mi250x_node", *words)
        self.assertNotIn("at once", plain.stdout)
        text = program.measure("mi250x_node", *words, "--together").stdout
        self.assertIn("2 devices of its board at once", text)
        rows = json.loads(program.measure("mi250x_node", *words, "--together", "--format",
                                          "json").stdout)["benchmarks"]
        self.assertEqual([r.get("devices_at_once") for r in rows], [None, None, 2])


if __name__ == "__main__":
    unittest.main()
