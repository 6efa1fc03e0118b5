"""Every node of tests/fixtures/nodes gives its inventory.json, to the byte: a node more is a folder.

TPP_UPDATE_GOLDEN=1 writes the files anew; read the difference before committing it.
"""
import json
import os
import unittest

import program

NODES = program.SOURCE / "tests/fixtures/nodes"


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


class RecordedNodes(unittest.TestCase):
    def test_each_gives_exactly_its_inventory(self):
        nodes = sorted(path for path in NODES.iterdir() if path.is_dir())
        self.assertGreater(len(nodes), 3)
        for node in nodes:
            with self.subTest(node=node.name):
                inventory = inventory_of(node)
                golden = node / "inventory.json"
                if os.environ.get("TPP_UPDATE_GOLDEN"):
                    golden.write_text(inventory, encoding="utf-8")
                self.assertEqual(inventory, golden.read_text(encoding="utf-8"))


if __name__ == "__main__":
    unittest.main()
