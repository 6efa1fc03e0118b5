"""`devices --topology`: the tree of this node, of a simulated one, and of another machine."""
import json
import pathlib
import tempfile
import unittest

import program

SWITCHED = program.SOURCE / "tests/fixtures/nodes/switched-gpus/topology.xml"


def draw(*words):
    return program.run("devices", "--topology", *words)


def whole_lines(tree):
    """Each branch in one line: where it goes on in further ones, these have no branch of their own."""
    lines = []
    for line in tree.splitlines():
        text = line.lstrip("│ ")
        if lines and line != text and not text.startswith(("├", "└")):
            lines[-1] += " " + text
        else:
            lines.append(line)
    return "\n".join(lines)


class Topology(unittest.TestCase):
    def test_this_nodes_sockets_are_boards_of_its_tree(self):
        done = draw()
        self.assertIn(done.returncode, (0, 1), done.stderr)
        self.assertIn("NUMA node 0: ", done.stdout)
        self.assertIn("(read: probe topology)", done.stdout)
        tree = whole_lines(done.stdout)
        self.assertRegex(tree, r"board cpu:0: .*\(inferred: ")
        self.assertRegex(tree, r"package cpu:0: ")
        self.assertRegex(tree, r"cpu cpu:0: .*\(read: probe cpu")

    def test_json_has_the_bus_only_where_it_is_asked_for(self):
        asked = json.loads(draw("--format", "json").stdout)
        self.assertEqual(asked["topology"]["source"], "read")
        self.assertTrue(asked["topology"]["numa_nodes"])
        plain = json.loads(program.run("devices", "--format", "json").stdout)
        self.assertNotIn("topology", plain)

    def test_a_simulated_node_has_boards_and_no_bus(self):
        done = draw("--simulate", program.SCENARIOS / "mi250x_node.yaml")
        self.assertIn("SIMULATED", done.stdout.splitlines()[0])
        self.assertIn("Where devices hang is not known", done.stdout)
        self.assertIn("(entered: scenario)", done.stdout)
        self.assertRegex(whole_lines(done.stdout),
                         r"board .*\(entered: the vendor's board identity\)")
        self.assertNotIn("─ NUMA node", done.stdout)

    def test_another_machine_is_drawn_from_its_file_without_this_ones_devices(self):
        done = draw("--topology-file", SWITCHED)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertTrue(done.stdout.splitlines()[0].startswith("ENTERED: "), done.stdout)
        self.assertIn("node switched", done.stdout)
        tree = whole_lines(done.stdout)
        self.assertIn(f"(entered: {SWITCHED})", tree)
        self.assertRegex(tree, r"switch 0000:01:00\.0: 10b5:8796")
        self.assertRegex(tree, r"PCI device 0000:03:00\.0: 10de:2330.*not in this inventory")
        self.assertNotIn("cpu:0", done.stdout)

    def test_the_file_alone_asks_for_the_tree(self):
        done = program.run("devices", "--topology-file", SWITCHED)
        self.assertIn("host bridge 0000:[00-06]", done.stdout)

    def test_devices_of_a_scenario_hang_where_the_file_has_their_addresses(self):
        scenario = (program.SCENARIOS / "t4_node.yaml").read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            moved = pathlib.Path(folder) / "moved.yaml"
            moved.write_text(scenario.replace("0000:00:1e.0", "0000:04:00.0"), encoding="utf-8")
            drawn = draw("--simulate", moved, "--topology-file", SWITCHED).stdout
        lines = whole_lines(drawn).splitlines()
        board = next(i for i, line in enumerate(lines) if "board 0000:04:00.0" in line)
        self.assertIn("bridge 0000:02:01.0", lines[board - 1])
        self.assertIn("near NUMA node 0", lines[board + 2])

    def test_words_of_a_machine_give_its_memory_nodes(self):
        done = draw("--topology-synthetic", "pack:2 numa:2 core:4 pu:2")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("NUMA node 3: ", done.stdout)

    def test_a_damaged_file_is_refused_with_its_name(self):
        with tempfile.TemporaryDirectory() as folder:
            cut = pathlib.Path(folder) / "cut.xml"
            cut.write_text(SWITCHED.read_text(encoding="utf-8")[:3000], encoding="utf-8")
            done = draw("--topology-file", cut)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("cannot read the topology", done.stderr)
        self.assertIn("cut.xml", done.stderr)

    def test_what_is_no_file_is_refused_in_one_clause(self):
        done = draw("--topology-file", "/")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertEqual(done.stderr, "tpp-agent: cannot read the topology: cannot read /: "
                                      "Is a directory\n")

    def test_names_in_another_encoding_are_drawn_with_what_can_be_read_of_them(self):
        with tempfile.TemporaryDirectory() as folder:
            foreign = pathlib.Path(folder) / "foreign.xml"
            foreign.write_bytes(SWITCHED.read_bytes().replace(b'name="card1"', b'name="c\xe9rd1"'))
            done = draw("--topology-file", foreign)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("c\ufffdrd1", done.stdout)

    def test_a_file_and_words_together_are_refused(self):
        done = draw("--topology-file", SWITCHED, "--topology-synthetic", "pu:2")
        self.assertEqual(done.returncode, 64)


if __name__ == "__main__":
    unittest.main()
