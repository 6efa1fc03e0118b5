"""The devices of a board at once: `measure --together`, simulated."""
import json
import pathlib
import tempfile
import unittest

import yaml

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

    def test_where_a_device_crashes_the_reason_stands_in_place_of_the_sum(self):
        node = yaml.safe_load((program.SCENARIOS / "mi250x_node.yaml").read_text())
        rows = node["devices"][1]["benchmarks"]
        next(r for r in rows if (r["kernel"], r["subject"]) == ("mma", "fp64"))["fault"] = "crash"
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory) / "node.yaml"
            path.write_text(yaml.safe_dump(node))
            words = ("measure", "--simulate", path, "--kernel", "mma", "--together")
            rows = {r["subject"]: r for r in program.report(
                program.run(*words, "--format", "json"))["together"]}
            table = program.run(*words).stdout
        self.assertNotIn("one_by_one", rows["fp64"])
        self.assertNotIn("at_once", rows["fp64"])
        self.assertIn("0000:c6:00.0/mma/fp64: ", rows["fp64"]["reason"])
        self.assertIn("at_once", rows["fp16"])
        section = table.split("DEVICES OF A BOARD AT ONCE")[1]
        self.assertRegex(section, r"mma/fp64 +2 +- +- +- +- +not measured at once")

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
