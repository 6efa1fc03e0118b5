"""Every node of tests/fixtures/nodes gives its inventory.json, and by declaration the classes in its
classes.json, to the byte: a node more is a folder.

TPP_UPDATE_GOLDEN=1 writes the files anew; read the difference before committing it.
"""
import json
import os
import pathlib
import shutil
import tempfile
import unittest

import program

NODES = program.SOURCE / "tests/fixtures/nodes"
RULE = "us-ear-2023-10"


def inventory_of(node):
    """As the program prints it, without the first line's banner, which names the folder."""
    done = program.run("devices", "--node", node, "--topology", "--format", "json")
    assert done.returncode in (0, 1, 2) and done.stdout, done.stderr
    inventory = json.loads(done.stdout)
    banner = inventory.pop("banners")[0]
    assert banner.startswith("RECORDED: "), banner
    # Of the program that looks, which a build of one's own is not trusted for.
    inventory["findings"] = program.of_the_node(inventory["findings"])
    return json.dumps(inventory, indent=2, ensure_ascii=False) + "\n"


def report_of(node):
    """Boards by declaration."""
    # Of this machine, and none of the node's affair.
    distrusted = {"NVIDIA_TF32_OVERRIDE": "0"}
    done = program.run("measure", "--node", node, "--format", "json",
                       environment=distrusted)
    assert done.returncode in (0, 1, 2) and done.stdout, done.stderr
    return json.loads(done.stdout)


def classes_of(node):
    """A line a board: the row that it was taken for, its class, and what that rests on."""
    report = report_of(node)
    rows = {p["board"]: p.get("chip") for p in report["performances"]}
    boards = {v["board"]: {"chip": rows[v["board"]], "class": v["classification"],
                           "assurance": v["assurance"]} for v in report["verdicts"]
              if v["rule"] == RULE}
    lines = [f"  {json.dumps(board)}: {json.dumps(said)}" for board, said in boards.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


class RecordedNodes(unittest.TestCase):
    def each_gives(self, text_of, name):
        nodes = sorted(path for path in NODES.iterdir() if path.is_dir())
        self.assertGreater(len(nodes), 3)
        for node in nodes:
            with self.subTest(node=node.name):
                text = text_of(node)
                golden = node / name
                if os.environ.get("TPP_UPDATE_GOLDEN"):
                    golden.write_text(text, encoding="utf-8")
                self.assertEqual(text, golden.read_text(encoding="utf-8"))

    def test_each_gives_exactly_its_inventory(self):
        self.each_gives(inventory_of, "inventory.json")

    def test_each_gives_exactly_its_classes(self):
        self.each_gives(classes_of, "classes.json")

    def test_files_that_a_recording_names_are_not_taken_for_this_machines(self):
        with tempfile.TemporaryDirectory() as folder:
            node = pathlib.Path(folder) / "node"
            shutil.copytree(NODES / "hgx-h100-one-divided", node)
            answer = node / "answers/probe-nvidia.ndjson"
            said = {"record": "libraries", "files": [{"path": "/usr/bin/env", "deleted": False}]}
            answer.write_text(json.dumps(said) + "\n" + answer.read_text(encoding="utf-8"),
                              encoding="utf-8")
            report = report_of(node)
        self.assertNotIn("/usr/bin/env", [library["path"] for library in report["libraries"]])
        self.assertTrue(all(board["facts"]["untrusted"] for board in report["performances"]
                            if board["facts"]["kind"] == "gpu"))

    def test_classify_tells_of_gpus_that_the_report_lacks(self):
        whole = report_of(NODES / "switched-gpus")
        lost = {**whole, "findings": [f for f in whole["findings"] if f["code"] != "device.unseen"]}
        for report in (whole, lost):  # they stand in the inventory, too
            with tempfile.TemporaryDirectory() as folder:
                stored = pathlib.Path(folder) / "report.json"
                stored.write_text(json.dumps(report), encoding="utf-8")
                done = program.run("classify", "--report", stored, "--destination", "FR",
                                   "--format", "json")
            self.assertEqual(done.returncode, 1, done.stderr)
            for item in json.loads(done.stdout)["items"]:
                codes = [finding["code"] for finding in item["findings"]]
                self.assertEqual(codes.count("device.unseen"), 4)

    def test_gpus_that_the_bus_alone_shows_are_named_by_their_rows_and_not_assessed(self):
        node = NODES / "switched-gpus"
        told = [f["message"] for f in report_of(node)["findings"] if f["code"] == "device.unseen"]
        self.assertEqual(len(told), 4)
        for message in told:
            self.assertRegex(message, r"its PCI id [0-9a-f:]+ fits (no row|[a-z0-9-]+: .* by its row)")
        self.assertTrue(any(": 3A090.a by its row" in message for message in told), told)
        with tempfile.TemporaryDirectory() as folder:
            stored = pathlib.Path(folder) / "report.json"
            stored.write_text(json.dumps(report_of(node)), encoding="utf-8")
            for words in (("measure", "--node", node), ("classify", "--report", stored)):
                done = program.run(*words, "--fail-on", "contradiction")
                self.assertEqual(done.returncode, 2, done.stdout)
                self.assertEqual(program.run(*words).returncode, 1)

    def test_the_environment_of_this_machine_is_none_of_its_own(self):
        codes = {f["code"] for f in report_of(NODES / "half-hidden")["findings"]}
        self.assertNotIn("environment.ignored", codes)

    def test_a_virtual_function_is_missed_only_where_nothing_says_whose_it_is(self):
        def missed_and_boards(whole):
            """Of the node with one more function on its bus, `whole` its physical one."""
            with tempfile.TemporaryDirectory() as folder:
                node = pathlib.Path(folder) / "node"
                shutil.copytree(NODES / "hgx-h100-one-divided", node)
                function = node / "sys/bus/pci/devices/0000:ac:00.4"
                function.mkdir(parents=True)
                for name, text in (("vendor", "0x10de"), ("device", "0x2330"),
                                   ("class", "0x030200")):
                    (function / name).write_text(text + "\n", encoding="utf-8")
                if whole:
                    (function / "physfn").symlink_to(f"../{whole}")
                report = report_of(node)
            return ([f["subject"] for f in report["findings"] if f["code"] == "device.unseen"],
                    [board["id"] for board in report["inventory"]["boards"]])

        alone, boards = missed_and_boards(None)
        self.assertEqual(alone, ["0000:ac:00.4"], "as in a guest")
        self.assertEqual(missed_and_boards("0000:ac:00.0"), ([], boards))
        self.assertEqual(missed_and_boards("0000:99:00.0"), (alone, boards))


if __name__ == "__main__":
    unittest.main()
