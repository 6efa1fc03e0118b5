"""Which devices make a board, from the options to the report, on simulated nodes."""
import json
import pathlib
import tempfile
import unittest

import program

H100 = {"name": "NVIDIA H100 80GB HBM3", "vendor": "NVIDIA", "pci_id": "10de:2330", "units": 132,
        "memory_gb": 80}
T4 = {"name": "Tesla T4", "vendor": "NVIDIA", "pci_id": "10de:1eb8", "units": 40, "memory_gb": 16}
L4 = {"name": "NVIDIA L4", "vendor": "NVIDIA", "pci_id": "10de:27b8", "units": 58, "memory_gb": 24}
A16 = {"name": "NVIDIA A16", "vendor": "NVIDIA", "pci_id": "10de:25b6", "units": 10, "memory_gb": 16}
K80 = {"name": "Tesla K80", "vendor": "NVIDIA", "pci_id": "10de:102d", "units": 13, "memory_gb": 12}
MI300X = {"name": "AMD Instinct MI300X", "vendor": "AMD", "pci_id": "1002:74a1", "units": 304,
          "memory_gb": 192}
GB200 = {"name": "NVIDIA GB200", "vendor": "NVIDIA", "pci_id": "10de:2941", "units": 148,
         "memory_gb": 186}
GH200 = {"name": "NVIDIA GH200 480GB", "vendor": "NVIDIA", "pci_id": "10de:2342", "units": 132,
         "memory_gb": 96}
# Neither name nor units tell which of the two it is.
MI250 = {"name": "AMD Instinct", "vendor": "AMD", "pci_id": "1002:740c", "units": 100,
         "memory_gb": 64}
GRACE = {"kind": "cpu", "name": "Grace", "vendor": "NVIDIA", "units": 72, "unit_kind": "core"}


def device(number, part, **more):
    """A device of that part at 0000:<number>:00.0, or at the id given."""
    row = {"id": f"0000:{number:02x}:00.0", "kind": "gpu", "unit_kind": "SM", "max_clock_mhz": 1500,
           "clock_mhz": 1500, "ops": 1024, **part, **more}
    ops = row.pop("ops")
    lines = [f"    {key}: {json.dumps(value)}" for key, value in row.items() if key != "id"]
    rate = (f"{{unsupported: {{by: hardware, reason: none}}, kernel: mma, subject: fp16}}" if not ops
            else f"{{kernel: mma, subject: fp16, ops_per_clock_per_unit: {ops}}}")
    return "\n".join([f"  - id: {json.dumps(row['id'])}", *lines, f"    benchmarks: [{rate}]"]) + "\n"


class Boards(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def run_agent(self, command, devices, *words):
        scenario = self.file("node.yaml", "version: 1\ndevices:\n" + "".join(devices))
        return program.run(command, "--simulate", scenario, *words)

    def measure(self, devices, *words):
        done = self.run_agent("measure", devices, "--format", "json", *words)
        self.assertTrue(done.stdout, done.stderr)
        return json.loads(done.stdout)

    def boards(self, report):
        return {b["id"]: b["devices"] for b in report["inventory"]["boards"]}

    def of_board(self, report, board, what="performances"):
        return [row for row in report[what] if row["board"] == board][-1]

    def map_file(self, *boards):
        rows = "".join(f"  - {{name: {name}, devices: {json.dumps(ids)}}}\n" for name, ids in boards)
        return self.file("map.yaml", "boards:\n" + rows)

    def test_two_cards_of_one_model_are_two_boards(self):
        report = self.measure([device(1, T4), device(2, T4)])
        self.assertEqual(len(self.boards(report)), 2)

    def test_what_shares_a_slot_is_never_below_and_what_has_a_slot_each_is(self):
        for slots, expected in ((("#1", "#2", ""), "below"), (("", "", "#3"), "undetermined")):
            with self.subTest(slots=slots):
                node = [device(i, T4, bus_way=f"0000:{i:02x}:00.0{slots[i - 1]} 0000:0a:0{i}.0 "
                               f"0000:09:00.0{slots[2]} 0000:00:01.0") for i in (1, 2)]
                report = json.loads(self.run_agent("devices", node, "--format", "json").stdout)
                self.assertEqual(["uncertain" in board for board in report["boards"]],
                                 [expected != "below"] * 2)
                self.assertEqual([f["code"] for f in program.of_the_node(report["findings"])],
                                 ["board.uncertain"] * 2 if expected != "below" else [])
                verdicts = self.measure(node)["verdicts"]
                self.assertTrue(all(v["classification"] == "undetermined" for v in verdicts))
                notes = " ".join(" ".join(v["assurance_reasons"]) for v in verdicts)
                self.assertEqual("board not certain" in notes, expected != "below")

    def test_a_word_for_none_is_the_name_of_no_board_and_no_package(self):
        for word in ("unknown", "none", "N/A"):
            for name in ("board_id", "package_id"):
                report = self.measure([device(i, L4, **{name: word}) for i in (1, 2)])
                self.assertEqual(self.boards(report), {f"0000:0{i}:00.0": [f"0000:0{i}:00.0"]
                                                       for i in (1, 2)}, (name, word))
        shared = "0000:0{}:00.0 0000:06:0{}.0 0000:05:00.0#3 0000:00:01.0"
        report = self.measure([device(i, T4, board_id=word, bus_way=shared.format(i, i))
                               for i, word in ((7, "unknown"), (8, "none"))])
        self.assertEqual(["uncertain" in board for board in report["inventory"]["boards"]],
                         [True] * 2)

    def test_an_a16_is_one_board_by_the_catalogue_and_the_bus(self):
        for slot in ("", "#3"):
            node = [device(i, A16, bus_way=f"0000:{i:02x}:00.0 0000:06:0{i - 7}.0 0000:05:00.0{slot}")
                    for i in range(7, 11)]
            (board,) = self.measure(node)["inventory"]["boards"]
            self.assertEqual((len(board["devices"]), board["grouped_by"]), (4, "inferred"))
            self.assertIn("4 devices a board (nvidia-a16), behind one bridge", board["grouping_reason"])

    def test_an_unknown_part_is_one_board_where_two_share_a_slot(self):
        node = [device(i, {**A16, "name": "Novelty", "pci_id": "10de:ffff"},
                       bus_way=f"0000:{i:02x}:00.0 0000:06:0{i}.0 0000:05:00.0#3") for i in (7, 8)]
        (board,) = self.measure(node)["inventory"]["boards"]
        self.assertEqual(board["grouping_reason"], "PCI: devices of one part in one slot")

    def test_a_tray_of_two_gb200_is_two_boards_by_the_sockets(self):
        node = [device(i, GB200, host_socket=f"cpu:{i // 2}", bus_way=f"000{i}:01:00.0 000{i}:00:00.0",
                       id=f"000{i}:01:00.0") for i in range(4)]
        node += [device(0, GRACE, id=f"cpu:{i}", ops=64) for i in range(2)]
        self.assertEqual(list(self.boards(self.measure(node)).values()),
                         [["0000:01:00.0", "0001:01:00.0", "cpu:0"],
                          ["0002:01:00.0", "0003:01:00.0", "cpu:1"]])

    def test_modules_are_boards_and_their_baseboard_adds_up_for_information(self):
        for part, more in ((H100, lambda i: {"module_id": i}), (MI300X, lambda i: {"link_group": "h"})):
            node = [device(i, part, **more(i)) for i in range(1, 9)]
            report = self.measure(node)
            self.assertEqual(len(self.boards(report)), 8)
            one = self.of_board(report, "0000:01:00.0")["tpp"]["declared"]["value"]
            table = " ".join(self.run_agent("measure", node).stdout.split())
            self.assertIn("8 boards from 0000:01:00.0 on plug into one baseboard", table)
            (baseboard,) = report["baseboards"]
            self.assertEqual(baseboard["boards"], list(self.boards(report)))
            self.assertAlmostEqual(baseboard["tpp"]["declared"], 8 * one, delta=1)
            whole = self.measure(node, "--board-level", "baseboard")
            self.assertNotIn("baseboards", whole)
            self.assertEqual(list(self.boards(whole)), ["0000:01:00.0"])
            tpp = self.of_board(whole, "0000:01:00.0")["tpp"]
            self.assertAlmostEqual(tpp["declared"]["value"], 8 * one, delta=1)
            self.assertTrue(tpp["achieved"]["complete"])

    def test_a_baseboard_that_nothing_tells_of_is_a_finding(self):
        report = self.measure([device(1, T4), device(2, T4)], "--board-level", "baseboard")
        self.assertEqual(len(self.boards(report)), 2)
        self.assertIn("board.no_baseboard", [f["code"] for f in report["findings"]])

    def test_a_board_that_is_one_of_two_products_has_the_class_of_both(self):
        report = self.measure([device(i, MI250, package_id="0000:01:00.0") for i in (1, 2)])
        performance = self.of_board(report, "0000:01:00.0")
        self.assertNotIn("chip", performance)
        self.assertEqual([c["chip"] for c in performance["candidates"]],
                         ["amd-instinct-mi250", "amd-instinct-mi250x"])
        verdict = self.of_board(report, "0000:01:00.0", "verdicts")
        self.assertEqual((verdict["classification"], verdict["decided_by"], verdict["assurance"]),
                         ("3A090.a", "declared", "declared_only"))
        self.assertIn("the smallest margin", " ".join(verdict["notes"]))
        self.assertIn("evidence.ambiguous_identity", [f["code"] for f in report["findings"]])
        stored = self.file("report.json", json.dumps(report))
        (again,) = json.loads(program.run("classify", "--report", stored, "--format",
                                          "json").stdout)["items"]
        self.assertIn("amd-instinct-mi250 or amd-instinct-mi250x", again["subject"])
        self.assertEqual((again["determination"], again["paragraphs"]),
                         ("license-required", ["3A090.a.1"]))

    def test_a_board_of_two_products_holds_what_one_of_them_does(self):
        for other, expected, told in (
                (H100, "3A090.a", "decided by a part of it alone: nvidia-h100-sxm5-80-gb"),
                (A16, "undetermined", "its parts, each alone, for information: nvidia-")):
            report = self.measure([device(1, T4, board_id="both"), device(2, other, board_id="both")])
            self.assertEqual(len(self.of_board(report, "both")["parts"]), 2)
            verdict = self.of_board(report, "both", "verdicts")
            self.assertEqual(verdict["classification"], expected)
            self.assertIn(told, " ".join(verdict["notes"]))
            self.assertIn("evidence.several_products", [f["code"] for f in report["findings"]])

    def test_an_a16_is_one_board_of_four_and_its_rate_is_their_sum(self):
        report = self.measure([device(i, A16, board_id="0000:07:00.0") for i in range(7, 11)])
        (devices,) = self.boards(report).values()
        self.assertEqual(len(devices), 4)
        tpp = self.of_board(report, "0000:07:00.0")["tpp"]["achieved"]
        self.assertTrue(tpp["complete"])
        self.assertAlmostEqual(tpp["value"], 4 * 10 * 1024 * 1.5e9 * 16e-12, delta=3)

    def test_a_k80_is_one_board_by_its_serial_number(self):
        report = self.measure([device(i, K80, serial="0321215000123") for i in (7, 8)])
        (board,) = report["inventory"]["boards"]
        self.assertEqual((board["grouped_by"], board["expected_devices"]), ("read", 2))
        self.assertIn("one serial number", board["grouping_reason"])

    def test_a_card_whose_second_device_is_lost_is_never_the_smaller_sum(self):
        whole = self.measure([device(i, K80, board_id="0000:07:00.0") for i in (7, 8)])
        report = self.measure([device(7, K80, board_id="0000:07:00.0")])
        performance = self.of_board(report, "0000:07:00.0")
        self.assertFalse(performance["tpp"]["achieved"]["complete"])
        self.assertEqual(performance["tpp"]["declared"]["value"],
                         self.of_board(whole, "0000:07:00.0")["tpp"]["declared"]["value"])
        self.assertIn("1 of 2 devices of the board present", performance["facts"]["failed"])
        self.assertEqual(self.of_board(report, "0000:07:00.0", "verdicts")["classification"],
                         "undetermined")

    def test_a_gb200_adds_its_gpus_and_shows_its_processor_beside_them(self):
        node = [device(1, GB200, board_id="tray"), device(2, GB200, board_id="tray"),
                device(0, GRACE, id="cpu:0", ops=64)]
        report = self.measure(node)
        self.assertEqual(self.boards(report), {"tray": ["0000:01:00.0", "0000:02:00.0", "cpu:0"]})
        tpp = self.of_board(report, "tray")["tpp"]
        self.assertAlmostEqual(tpp["declared"]["value"], 2 * 40200, delta=1)
        self.assertAlmostEqual(tpp["achieved"]["value"], 2 * 148 * 1024 * 1.5e9 * 16e-12, delta=10)
        table = self.run_agent("measure", node).stdout
        self.assertRegex(table, r"per device .* 40200")
        self.assertIn("2 devices  and a processor beside them", table)
        self.assertIn("for information: a processor on the board", table)

    def test_a_gh200_is_one_gpu_with_its_processor(self):
        report = self.measure([device(1, GH200), device(0, GRACE, id="cpu:0", ops=64)])
        self.assertEqual(self.boards(report), {"0000:01:00.0": ["0000:01:00.0", "cpu:0"]})
        self.assertEqual(self.of_board(report, "0000:01:00.0", "verdicts")["classification"], "3A090.a")

    def test_a_mig_instance_on_one_of_eight_leaves_eight_boards_of_their_class(self):
        node = [device(i, H100) for i in range(1, 9) if i != 4]
        node.append(device(4, H100, id="0000:04:00.0/MIG-1", package_id="0000:04:00.0", units=16,
                           slice="MIG instance 1g.10gb"))
        report = self.measure(node)
        self.assertEqual(len(self.boards(report)), 8)
        for board in self.boards(report):
            self.assertEqual(self.of_board(report, board, "verdicts")["classification"], "3A090.a")
            partial = self.of_board(report, board)["facts"]["partial"]
            self.assertEqual(len(partial), 1 if board == "0000:04:00.0" else 0)
        for text in self.run_agent("measure", node).stdout.split("\nBOARD ")[1:]:
            self.assertEqual("(slice only)" in text, text.startswith("0000:04:00.0"), text)

    def test_a_slice_says_of_how_many_units_it_is_a_part(self):
        node = [device(4, H100, id="0000:04:00.0/MIG-1", package_id="0000:04:00.0", units=16,
                       slice="MIG instance 1g.10gb"), device(5, H100)]
        part, whole = self.measure(node)["inventory"]["devices"]
        self.assertEqual((part["units"], part["whole_units"]), (16, 132))
        self.assertNotIn("whole_units", whole)
        # Reports from before it was told are read all the same.
        report = self.measure(node)
        del report["inventory"]["devices"][0]["whole_units"]
        stored = self.file("report.json", json.dumps(report))
        done = program.run("classify", "--report", stored)
        self.assertEqual((done.returncode, done.stderr), (1, ""))  # of the other: a quarter of its rate
        self.assertIn("evidence.cut_units", done.stdout)

    def test_partitions_are_one_board_and_never_the_board(self):
        report = self.measure([device(5, MI300X, id=f"0000:05:00.0/{i}", package_id="0000:05:00.0",
                                      units=38, slice="a partition (CPX)") for i in range(8)])
        self.assertEqual(list(self.boards(report)), ["0000:05:00.0"])
        verdict = self.of_board(report, "0000:05:00.0", "verdicts")
        self.assertEqual((verdict["classification"], verdict["decided_by"]), ("3A090.a", "declared"))

    def test_a_gpu_without_a_serial_number_says_which_fact_is_missing(self):
        report = self.measure([device(5, H100, uuid="GPU-1")])
        self.assertIn("serial number", self.of_board(report, "0000:05:00.0")["facts"]["identity_missing"])

    def test_two_vendors_have_boards_of_their_own(self):
        report = self.measure([device(1, H100), device(2, MI300X)])
        self.assertEqual([p["chip"] for p in report["performances"]],
                         ["nvidia-h100-sxm5-80-gb", "amd-instinct-mi300x"])

    def test_sockets_alone_are_boards_for_information(self):
        report = self.measure([device(0, GRACE, id="cpu:0", ops=64)])
        self.assertEqual(list(self.boards(report)), ["cpu:0"])
        self.assertEqual({v["kind"] for v in report["verdicts"]}, {"information_only"})
        self.assertNotIn("classification.system", [f["code"] for f in report["findings"]])

    def test_the_computer_is_named_once_where_a_board_brings_it_under_its_entry(self):
        report = self.measure([device(1, H100), device(2, H100), device(3, T4)])
        found = [f for f in report["findings"] if f["code"] == "classification.system"
                 and "us-ear-2023-10" in f["message"]]
        self.assertEqual([f["subject"] for f in found], [""])
        self.assertIn("4A090.a under us-ear-2023-10", found[0]["message"])
        self.assertIn("0000:01:00.0, 0000:02:00.0", found[0]["message"])
        self.assertNotIn("0000:03:00.0", found[0]["message"])

    def test_the_operators_mapping_merges_and_stands_in_the_first_line(self):
        mapping = self.map_file(("both", ["0000:01:00.0", "GPU-2"]))
        node = [device(1, T4), device(2, T4, uuid="GPU-2"), device(3, T4)]
        for command in ("devices", "measure"):
            with self.subTest(command=command):
                table = self.run_agent(command, node, "--board-map", mapping).stdout
                self.assertIn(f"ENTERED: boards by the mapping {mapping}", program.first_line(table))
                self.assertIn(f"entered: the mapping {mapping}: both", " ".join(table.split()))
        report = self.measure(node, "--board-map", mapping)
        self.assertEqual(list(self.boards(report).values()),
                         [["0000:01:00.0", "0000:02:00.0"], ["0000:03:00.0"]])
        self.assertTrue(any(str(mapping) in banner for banner in report["banners"]))
        tree = self.run_agent("devices", node, "--board-map", mapping, "--topology").stdout
        self.assertIn(f"(entered: the mapping {mapping}: both)",
                      " ".join(tree.replace("│", " ").split()))

    def test_adversarial_a_mapping_against_the_vendor_leaves_no_board_below(self):
        mapping = self.map_file(("half", ["0000:01:00.0"]))
        node = [device(i, T4, board_id="card", serial="1320000000001") for i in (1, 2)]
        done = self.run_agent("measure", node, "--board-map", mapping, "--format", "json")
        self.assertEqual(done.returncode, 1, done.stderr)
        report = json.loads(done.stdout)
        self.assertIn("board.split", [f["code"] for f in report["findings"]])
        self.assertEqual({v["classification"] for v in report["verdicts"]}, {"undetermined"})

    def test_a_mapping_that_does_not_fit_is_refused_with_its_place(self):
        node = [device(1, T4)]
        for text, status, words in (
                ("boards:\n  - {name: a, devices: [x]}\n", 64, ":2:25: found 'x', which is no device"),
                ("boards:\n  - {name: a, device: [x]}\n", 2, ":2:15: found key 'device'"),
                ("boards:\n  - {name: a, devices: [x, x]}\n", 2, "found 'x' again")):
            mapping = self.file("bad.yaml", text)
            for command in ("devices", "measure"):
                done = self.run_agent(command, node, "--board-map", mapping)
                self.assertEqual((done.returncode, done.stdout), (status, ""), done.stderr)
                self.assertIn(str(mapping) + words if words[0] == ":" else words, done.stderr)
        done = self.run_agent("devices", node, "--board-map", self.folder / "gone.yaml")
        self.assertEqual(done.returncode, 2)
        self.assertIn("gone.yaml", done.stderr)

    def test_an_unknown_level_is_refused_and_a_known_one_stands_in_the_first_line(self):
        done = self.run_agent("devices", [device(1, T4)], "--board-level", "rack")
        self.assertEqual(done.returncode, 64)
        self.assertIn("--board-level: 'rack' is not known; expected one of board, baseboard", done.stderr)
        table = self.run_agent("devices", [device(1, T4)], "--board-level", "baseboard").stdout
        self.assertIn("BOARD LEVEL: ", program.first_line(table))

    def test_devices_says_what_decided_each_board(self):
        table = self.run_agent("devices", [device(1, T4), device(2, K80, board_id="a"),
                                           device(3, K80, board_id="a")]).stdout
        self.assertIn("board 0000:01:00.0: inferred: the catalogue: one device a board "
                      "(nvidia-tesla-t4)", table)
        self.assertIn("board a: entered: the vendor's board identity", table)


if __name__ == "__main__":
    unittest.main()
