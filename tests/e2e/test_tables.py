"""What people read fits 120 columns where the terminal's width is not known."""
import pathlib
import re
import tempfile
import unittest

import program

COLUMNS = 120
NODES = sorted(p for p in (program.SOURCE / "tests/fixtures/nodes").iterdir() if p.is_dir())
# Of a hanging driver nothing new is drawn, and each question of it lasts as long as its deadline.
SCENARIOS = sorted(p for p in program.SCENARIOS.glob("*.yaml") if "hang" not in p.stem)


class Tables(unittest.TestCase):
    def check(self, *words):
        done = program.run(*words)
        self.assertIn(done.returncode, (0, 1, 2), done.stderr)
        self.assertTrue(done.stdout, done.stderr)
        for line in done.stdout.splitlines():
            # Nothing breaks a path.
            if " " in line.strip():
                self.assertLessEqual(len(line), COLUMNS, line)
        return done.stdout

    def each(self, flag, inputs, *words):
        for path in inputs:
            with self.subTest(words=words, input=path.name):
                self.check(*words, flag, path)

    def test_no_name_turns_or_hides_what_stands_beside_it(self):
        unseen = "\u202e\u200b\u2066\ufeff\u009b"
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory) / "node.yaml"
            text = (program.SCENARIOS / "t4_node.yaml").read_text()
            escaped = unseen.encode("unicode_escape").decode()
            path.write_text(text.replace("name: Tesla T4", f'name: "Tesla T4{escaped}"'))
            for words in (["measure"], ["devices"], ["devices", "--topology"],
                          ["measure", "--format", "prometheus"]):
                shown = program.run(*words, "--simulate", path).stdout
                self.assertIn("Tesla T4", shown)
                self.assertEqual([c for c in unseen if c in shown], [], words)

    def test_help_of_every_command(self):
        listed = self.check("--help").split("Subcommands:")[1].split("Exit codes")[0]
        commands = [line.split()[0] for line in listed.splitlines()
                    if line.startswith("  ") and not line.startswith("   ")]
        self.assertIn("measure", commands)
        listed = self.check("catalog", "--help")
        for words in [[c] for c in commands] + [["catalog", c] for c in ("list", "show", "match",
                                                                         "check")]:
            with self.subTest(words):
                self.check(*words, "--help")

    def test_help_lists_the_exit_codes_that_a_command_has(self):
        codes = {"measure": ["64", "75", "124", "1", "2", "0"], "devices": ["64", "1", "2", "0"],
                 "selftest": ["64", "2", "1", "0"], "catalog": ["64", "2", "1", "0"]}
        for command, expected in codes.items():
            with self.subTest(command):
                said = self.check(command, "--help").split("Exit codes")[1]
                self.assertEqual(re.findall(r"(?m)^  (\d+) ", said), expected)
                self.assertEqual("--fail-on" in said, command == "measure")

    def test_what_a_selftest_could_not_run(self):
        self.check("selftest", "--simulate", program.SCENARIOS / "h100_node.yaml")
        reason = "; ".join(["no driver of this maker is loaded here"] * 5)
        with tempfile.TemporaryDirectory() as folder:
            scenario = pathlib.Path(folder) / "absent.yaml"
            scenario.write_text(f'version: 1\nopen: {{unavailable: "{reason}"}}\n')
            said = self.check("selftest", "--simulate", scenario)
        self.assertIn("not run", said)
        self.assertIn(reason, " ".join(said.split()))

    def test_devices_of_every_recorded_node(self):
        self.each("--node", NODES, "devices")

    def test_trees_of_every_recorded_node(self):
        self.each("--node", NODES, "devices", "--topology")

    def test_devices_and_tree_of_every_simulated_node(self):
        self.each("--simulate", SCENARIOS, "devices")
        # Without a bus trees differ by how many devices and packages a board has.
        self.each("--simulate", [program.SCENARIOS / f"{name}.yaml" for name in
                                 ("cut_board", "mi250x_node", "mig_slice")], "devices", "--topology")

    def test_plans_of_every_simulated_node(self):
        self.each("--simulate", SCENARIOS, "measure", "--plan")

    def test_boards_of_every_simulated_node(self):
        # Garbage is no text, and goes where errors go, too.
        self.each("--simulate", [s for s in SCENARIOS if "garbage" not in s.stem], "measure")

    def test_boards_of_every_recorded_node_their_licences_and_their_history(self):
        self.each("--node", NODES, "measure")
        inputs = [("--node", node) for node in NODES]
        inputs += [("--simulate", program.SCENARIOS / f"{name}.yaml")
                   for name in ("generic_paths", "mig_slice", "mi250x_node", "one_failed_device")]
        with tempfile.TemporaryDirectory() as folder:
            for flag, path in inputs:
                with self.subTest(input=path.name):
                    report = program.run("measure", flag, path, "--format", "json")
                    stored = pathlib.Path(folder) / f"{path.stem}.json"
                    stored.write_text(report.stdout, encoding="utf-8")
                    self.check("classify", "--report", stored, "--destination", "FR")
            self.check("history", folder)


if __name__ == "__main__":
    unittest.main()
