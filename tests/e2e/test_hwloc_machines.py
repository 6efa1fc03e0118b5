"""Machines of hwloc's own tests, of which tests/fixtures/topology/hwloc has a selection: each is read
in a child without a crash, and makes a plausible node."""
import json
import pathlib
import re
import tempfile
import unittest

import program

MACHINES = sorted((program.SOURCE / "tests/fixtures/topology/hwloc").glob("*.xml"))
RECORDING = {"recording": 1, "agent_version": "0.1.0", "recorded_at": "2023-01-01T00:00:00Z",
             "masked": True, "note": "a machine of hwloc's tests", "answers": []}

# Counted in the files: sockets, cores, hardware threads, memory nodes; and ids of what is on the bus
# beside bridges.
COUNTED = {
    "power8gpudistances.xml": ((2, 8, 16, 2), ["10de:15f9"] * 4),
    "32em64t-2n8c2t-pci-wholeio.xml":
        ((2, 16, 32, 2), ["10de:1094", "102b:0532", "10de:1094", "10de:1094", "1002:6798"]),
    "64intel64-3g2n+2n-irregulargroups+pci.xml":
        ((8, 64, 64, 8), ["102b:0534", "10de:11ba", "10de:11ba"]),
}


def inventory_of(machine):
    """Of a node whose recording has nothing but the machine's topology."""
    with tempfile.TemporaryDirectory() as folder:
        there = pathlib.Path(folder)
        (there / "recording.json").write_text(json.dumps(RECORDING))
        (there / "topology.xml").write_bytes(machine.read_bytes())
        (there / "proc/sys/kernel").mkdir(parents=True)
        (there / "proc/sys/kernel/arch").write_text("x86_64\n")
        done = program.run("devices", "--node", there, "--topology", "--format", "json")
        assert done.returncode == 0 and done.stdout, (machine.name, done.returncode, done.stderr)
        return json.loads(done.stdout)


class HwlocMachines(unittest.TestCase):
    def test_each_is_read_and_plausible(self):
        self.assertGreater(len(MACHINES), 12)
        for machine in MACHINES:
            with self.subTest(machine=machine.name):
                inventory = inventory_of(machine)
                self.assertEqual(program.of_the_node(inventory["findings"]), [])
                sockets = [d for d in inventory["devices"] if d["id"].startswith("cpu:")]
                self.assertEqual(len(sockets), len(inventory["devices"]))
                self.assertTrue(sockets)
                # None of those that a control group kept from whoever looked.
                self.assertTrue(all(s.get("units", 0) > 0 or "0 of " in s["slice_reason"]
                                    for s in sockets))
                self.assertTrue(any(s.get("units", 0) > 0 for s in sockets))
                self.assertTrue(inventory["topology"]["numa_nodes"])
                places = [p["address"] for p in inventory["topology"]["pci"]]
                self.assertEqual(len(places), len(set(places)))
                for place in inventory["topology"]["pci"]:
                    if place["kind"] != "host_bridge":
                        self.assertRegex(place["pci_id"], "^[0-9a-f]{4}:[0-9a-f]{4}$")
                        self.assertIn(place["upstream"], places)

    def test_of_three_the_counts_are_known(self):
        for name, (counts, ids) in COUNTED.items():
            with self.subTest(machine=name):
                (machine,) = [m for m in MACHINES if m.name == name]
                inventory = inventory_of(machine)
                words = re.findall(r"(\d+) (?:socket|core|hardware thread|NUMA node)",
                                   inventory["node"]["topology"])
                self.assertEqual(tuple(map(int, words)), counts)
                self.assertEqual([p["pci_id"] for p in inventory["topology"]["pci"]
                                  if p["kind"] == "device"], ids)

    def test_each_is_drawn_when_it_is_entered(self):
        for machine in MACHINES:
            with self.subTest(machine=machine.name):
                done = program.run("devices", "--topology-file", machine)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertIn("NUMA node ", done.stdout)


if __name__ == "__main__":
    unittest.main()
