"""`measure` and `classify --report` of what it wrote give the same class, or classify leaves it
open and says why: over each scenario, recorded node and constructed node. What was changed by hand
in a report is found."""
import json
import pathlib
import tempfile
import unittest

import yaml

import program
from test_adversarial import one, scenario
from test_adversarial_boards import half_cards
from test_boards import A16, GB200, GH200, GRACE, H100, K80, L4, MI250, MI300X, T4, device
from test_recorded_nodes import NODES

STRICTNESS = ["below", "undetermined", "3A090.b", "3A090.a"]
# Where classify leaves open what measure says, and the words that say why.
OPEN = {
    "cut_a30": "every stricter class is open",
    "a30_without_an_outcome": "every stricter class is open",
}


def changed(name, **more):
    node, first = one(name)
    first.update(more)
    return node


def without_an_outcome():
    node, first = one("a30_node")
    first["benchmarks"] = [b for b in first["benchmarks"] if b["subject"] != "fp16"]
    return node


def with_a_generic_rate():
    """Faster than any native one: it can prove "over" and nothing else."""
    node, first = one("t4_node")
    first["benchmarks"].append({"kernel": "gemm", "subject": "fp8_e4m3", "generic": True,
                                "ops_per_clock_per_unit": 2400, "efficiency": 0.9})
    return node


def devices(*rows):
    return yaml.safe_load("version: 1\ndevices:\n" + "".join(rows))


def constructed():
    """What reviewers made up, by name."""
    return {
        "half_cards": half_cards(3),
        "cut_a30": changed("a30_node", units=40),
        "a30_without_an_outcome": without_an_outcome(),
        "t4_with_generic_gemm": with_a_generic_rate(),
        "t4_of_another_size": changed("t4_node", memory_gb=48),
        "t4_slice": changed("t4_node", slice="a part of it"),
        "two_t4": devices(device(1, T4), device(2, T4)),
        "two_t4_on_one_board": devices(*(device(i, T4, board_id="card") for i in (1, 2))),
        "a16": devices(*(device(i, A16, board_id="card") for i in range(7, 11))),
        "half_a_k80": devices(device(7, K80, board_id="card")),
        "mi250_or_mi250x": devices(*(device(i, MI250, package_id="p") for i in (1, 2))),
        "two_products": devices(device(1, T4, board_id="both"), device(2, H100, board_id="both")),
        "two_products_by_density": devices(device(1, T4, board_id="b"),
                                           device(2, L4, board_id="b")),
        "two_small_products": devices(device(1, T4, board_id="b"), device(2, A16, board_id="b")),
        "gb200": devices(*(device(i, GB200, board_id="tray") for i in (1, 2)),
                         device(0, GRACE, id="cpu:0", ops=64)),
        "gb200_slice": devices(device(1, {**GB200, "slice": "a part of it"})),
        "three_gb200": devices(*(device(i, GB200, board_id="tray") for i in (1, 2, 3))),
        "gh200": devices(device(1, GH200), device(0, GRACE, id="cpu:0", ops=64)),
        "mi300x": devices(*(device(i, MI300X, link_group="h") for i in range(1, 3))),
        "unknown": devices(device(1, {**A16, "name": "Novelty", "pci_id": "10de:ffff"})),
    }


class MeasureAndClassify(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def measured(self, *words):
        done = program.run("measure", *words, "--format", "json", "--silence", "1")
        return json.loads(done.stdout) if done.stdout else None

    def of_node(self, node):
        path = self.folder / "node.yaml"
        path.write_text(yaml.safe_dump(node), encoding="utf-8")
        return self.measured("--simulate", path)

    def classified(self, report):
        """The answer for each board, and the exit code: 1 beside what speaks against a board."""
        path = self.folder / "report.json"
        path.write_text(json.dumps(report), encoding="utf-8")
        done = program.run("classify", "--report", path, "--format", "json")
        self.assertTrue(done.stdout, done.stderr)
        items = json.loads(done.stdout)["items"]
        boards = [board["board"] for board in report["performances"]]
        self.hold_objections(report, items, done.returncode)
        return dict(zip(boards, items, strict=True)), done.returncode

    def hold_objections(self, report, items, code):
        """What the report says against its boards and devices is said again, and fails as it did."""
        board_of = {device["id"]: device["board"] for device in report["inventory"]["devices"]}
        subjects = {*board_of, *board_of.values()}
        objections = [f for f in report["findings"]
                      if f["class"] in ("contradiction", "health") and f["subject"] in subjects]
        told = [f for item in items for f in item.get("findings", [])]
        for finding in objections:
            self.assertIn(finding, told)
        if any(f["severity"] != "info" for f in objections):
            self.assertEqual(code, 1, objections)

    def class_of(self, item):
        if item["determination"] == "undetermined":
            return "undetermined"
        if item["determination"] == "not-controlled":
            return "below"
        return max(item["paragraphs"], key=lambda p: p.startswith("3A090.a"))[:7]

    def hold(self, name, report):
        items, _ = self.classified(report)
        for board, item in items.items():
            verdicts = [v["classification"] for v in report["verdicts"] if v["board"] == board]
            if "information only" in verdicts:
                continue
            measured = max(verdicts, key=STRICTNESS.index)
            told = self.class_of(item)
            codes = [f["code"] for f in item.get("findings", [])]
            self.assertNotIn("report.inconsistent", codes, (name, item.get("findings")))
            self.assertNotIn("report.row_differs", codes, (name, item.get("findings")))
            if name in OPEN:
                self.assertEqual(told, "undetermined", (name, board, measured))
                self.assertTrue(any(OPEN[name] in note for note in item["notes"]), item["notes"])
                self.assertTrue(all(p.startswith(measured) for p in item["paragraphs"]))
            else:
                self.assertEqual(told, measured, (name, board, item["notes"]))

    def test_each_scenario(self):
        seen = 0
        for path in sorted(program.SCENARIOS.glob("*.yaml")):
            with self.subTest(path.stem):
                report = self.measured("--simulate", path)
                if report is None or not report["performances"]:
                    continue
                self.hold(path.stem, report)
                seen += 1
        self.assertGreater(seen, 15)

    def test_each_constructed_node(self):
        nodes = constructed()
        self.assertLessEqual(set(OPEN), set(nodes))
        for name, node in nodes.items():
            with self.subTest(name):
                self.hold(name, self.of_node(node))

    def test_each_recorded_node(self):
        for node in sorted(path for path in NODES.iterdir() if path.is_dir()):
            with self.subTest(node.name):
                self.hold(node.name, self.measured("--node", node))

    def test_devices_at_once_change_no_answer(self):
        """With --together: of every constructed board the class is what it is without."""
        seen = 0
        for name, node in constructed().items():
            with self.subTest(name):
                path = self.folder / "node.yaml"
                path.write_text(yaml.safe_dump(node), encoding="utf-8")
                alone = self.measured("--simulate", path)
                report = self.measured("--simulate", path, "--together")
                self.hold(name, report)
                self.assertEqual([v["classification"] for v in report["verdicts"]],
                                 [v["classification"] for v in alone["verdicts"]])
                seen += bool(report.get("together"))
        self.assertGreater(seen, 2)

    def test_figures_of_devices_at_once_that_were_changed_decide_nothing(self):
        path = self.folder / "node.yaml"
        path.write_text(yaml.safe_dump(constructed()["a16"]), encoding="utf-8")
        report = self.measured("--simulate", path, "--together")
        self.assertTrue(report["together"])
        before, _ = self.classified(report)
        for factor in (0.001, 1000):
            for row in report["together"]:
                for member in ("at_once", "one_by_one"):
                    if row.get(member):
                        row[member] *= factor
            after, _ = self.classified(report)
            self.assertEqual({b: (i["determination"], i["rendered"]) for b, i in after.items()},
                             {b: (i["determination"], i["rendered"]) for b, i in before.items()})

    def test_a_board_of_two_products_is_presumed_what_one_of_them_is(self):
        """By density, which the board has none of: in `measure`, of the computer, in `classify`."""
        report = self.of_node(constructed()["two_products_by_density"])
        rendered = "undetermined, presumed controlled (3A090.a.2)"
        verdicts = [v for v in report["verdicts"] if v["rule"] == "us-ear-2023-10"]
        self.assertEqual([(v["rendered"], v["presumed"]) for v in verdicts],
                         [(rendered, "3A090.a")])
        notes = " ".join(verdicts[0]["notes"])
        self.assertIn("presumed by a part of it alone: nvidia-l4", notes)
        self.assertIn("performance density (PD) is not known", notes)
        found = {f["code"]: f["message"] for f in report["findings"]}
        self.assertIn("classification.presumed_controlled", found)
        self.assertIn("presumed to contain boards of 3A090.a: b", found["classification.system"])
        items, code = self.classified(report)
        self.assertEqual((items["b"]["determination"], items["b"]["rendered"], code),
                         ("undetermined", rendered, 1))  # board.joined
        told = " ".join(items["b"]["notes"])
        self.assertRegex(told, r"nvidia-l4 \(declared TPP \d+\): license-required \(3A090\.a\.2\)")
        self.assertIn("performance density (PD) is not known", told)
        self.assertIn("4A090.a", [control["name"] for control in items["b"]["other_controls"]])

    def test_a_host_processor_is_for_information_in_both(self):
        node = devices(device(0, GRACE, id="cpu:0", ops=64))
        path = self.folder / "node.yaml"
        path.write_text(yaml.safe_dump(node), encoding="utf-8")
        report = self.measured("--simulate", path)
        self.assertEqual({v["kind"] for v in report["verdicts"]}, {"information_only"})
        stored = self.folder / "report.json"

        def classify(report, *words):
            stored.write_text(json.dumps(report), encoding="utf-8")
            done = program.run("classify", "--report", stored, "--destination", "CN", *words)
            return done.returncode, done.stdout

        code, table = classify(report)
        self.assertEqual(code, 0, table)
        self.assertIn("information-only", table)
        self.assertNotIn("LICENCE", table)
        code, table = classify(report, "--classify-cpu")
        self.assertEqual(code, 2, table)
        self.assertIn("LICENCE", table)
        (item,) = json.loads(classify(report, "--format", "json")[1])["items"]
        self.assertEqual((item["determination"], item["paragraphs"]), ("information-only", []))
        self.assertIn("by arithmetic alone: ", item["notes"][0])
        # A GPU does not become a processor by its report's word, nor what the report classifies.
        classified = self.measured("--simulate", path, "--classify-cpu")
        self.assertEqual(classify(classified)[0], 2)
        gpu = self.of_node(devices(device(1, H100)))
        gpu["performances"][0]["facts"]["kind"] = "cpu"
        for verdict in gpu["verdicts"]:
            verdict.update(kind="information_only", classification="information only")
        self.assertEqual(classify(gpu)[0], 1)
        self.assertIn("LICENCE", classify(gpu)[1])

    def test_a_processor_whose_cores_are_hidden_is_not_below(self):
        report = self.measured("--node", NODES / "half-hidden", "--classify-cpu")
        self.assertEqual({v["classification"] for v in report["verdicts"]}, {"undetermined"})
        self.hold("half-hidden", report)

    def test_what_was_changed_by_hand_is_found_and_nothing_is_below_by_it(self):
        def smaller(report):
            for tpp in report["performances"][0]["tpp"].values():
                for reading in [tpp, *tpp["readings"]]:
                    for member in ("value", "deciding_value", "best_then_sum", "sum_then_best"):
                        if reading.get(member):
                            reading[member] /= 20
                    for member in ("interval", "deciding_interval"):
                        if reading.get(member):
                            reading[member] = [end / 20 for end in reading[member]]
            for rates in report["performances"][0]["rates"].values():
                for rate in rates:
                    rate["ops_per_second"] /= 20
                    rate["interval"] = [end / 20 for end in rate["interval"]]

        def of_facts(**more):
            return lambda report: report["performances"][0]["facts"].update(more)

        def whole(report):
            report["inventory"]["devices"][0]["slice"] = False

        def off_the_board(report):
            del report["inventory"]["boards"][0]["devices"][0]

        t4_slice = self.of_node(changed("t4_node", slice="a part of it"))
        cases = [
            ("tpp", self.of_node(scenario("h100_node")), smaller),
            ("facts.partial", t4_slice, of_facts(partial=[])),
            ("facts.identity_differs", self.of_node(changed("t4_node", memory_gb=48)),
             of_facts(identity_differs=[])),
            ("facts.failed", self.of_node(half_cards(1)), of_facts(failed=[])),
            ("inventory.boards", self.of_node(scenario("mi250x_node")), off_the_board),
        ]
        for member, report, change in cases:
            with self.subTest(member):
                change(report)
                items, code = self.classified(report)
                item = next(iter(items.values()))
                self.assertIn(item["determination"], ("undetermined", "license-required"))
                self.assertEqual(code, 1)
                told = [f["message"] for f in item["findings"]
                        if f["code"] == "report.inconsistent"]
                self.assertTrue(any(m.startswith(member) for m in told), told)

    def forged(self, node, change):
        """The T4 with what contradicts its row, and then with findings and verdicts of one that
        fits it, and a change of its board: what `classify` says of each."""
        report = self.of_node(node)
        self.assertEqual({v["assurance"] for v in report["verdicts"]}, {"contradicted"})
        sound = self.of_node(scenario("t4_node"))
        self.assertEqual(self.classified(sound)[1], 0)
        report.update(findings=sound["findings"], verdicts=sound["verdicts"])
        change(report["performances"][0])
        items, code = self.classified(report)
        (item,) = items.values()
        self.assertEqual((item["determination"], code), ("undetermined", 1))
        return [(f["code"], f["message"]) for f in item["findings"]]

    def test_a_rate_that_is_more_than_declared_is_not_forged_away(self):
        """fp32 by a library, at four times what is declared of the vector units."""
        node, first = one("t4_node")
        first["benchmarks"].append({"kernel": "gemm", "subject": "fp32",
                                    "ops_per_clock_per_unit": 512, "efficiency": 0.995})

        def fp32_of(board, basis):
            return [r for r in board["rates"][basis] if r["precision"] == "fp32"]

        def left_out(board):
            rates = board["rates"]["achieved"]
            rates.remove(max(fp32_of(board, "achieved"), key=lambda r: r["ops_per_second"]))

        def generic(board):
            for rate in fp32_of(board, "achieved"):
                rate["only_over"] = True

        def undeclared(board):
            rates = board["rates"]["declared"]
            rates[:] = [r for r in rates if r["precision"] != "fp32"]

        def allowed(basis):
            def change(board):
                for rate in fp32_of(board, basis):
                    rate["ops_per_second"] *= 3
                    rate["interval"] = [end * 3 for end in rate["interval"]]
            return change

        for change in (left_out, generic, undeclared, allowed("declared"),
                       allowed("inferred_max_clock")):
            with self.subTest(change):
                told = self.forged(node, change)
                self.assertTrue(any(code == "report.inconsistent" and message.startswith("rates: ")
                                    for code, message in told), told)

    def test_vector_units_that_do_more_than_declared_are_not_forged_away(self):
        """Their grid is in the shipped row, and in no row of a report."""
        node, first = one("t4_node")
        for benchmark in first["benchmarks"]:
            if (benchmark["kernel"], benchmark["subject"]) == ("fma", "fp32"):
                benchmark["ops_per_clock_per_unit"] = 256

        def as_declared(board):
            for check in board["facts"]["grid"]:
                if check["precision"] == "fp32":
                    check["measured_per_clock"] = check["declared_per_clock"]

        def left_out(board):
            grid = board["facts"]["grid"]
            grid[:] = [check for check in grid if check["precision"] != "fp32"]

        for change, code in ((as_declared, "report.row_differs"),
                             (left_out, "evidence.unlocked_units")):
            with self.subTest(change):
                codes = [code for code, _ in self.forged(node, change)]
                self.assertIn(code, codes)
                self.assertIn("evidence.unlocked_units", codes)

    def test_a_verdict_that_the_figures_do_not_give_is_not_forgotten(self):
        report = self.of_node(scenario("t4_node"))
        for verdict in report["verdicts"]:
            verdict.update(kind="controlled", classification="3A090.a")
        items, code = self.classified(report)
        (item,) = items.values()
        self.assertEqual((item["determination"], code), ("undetermined", 1))
        self.assertIn("verdicts: ", " ".join(item["notes"]))


if __name__ == "__main__":
    unittest.main()
