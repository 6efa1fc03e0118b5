"""Mappings, levels and modules that make a board look smaller, on simulated nodes: none is below."""
import json

import yaml

import program
from test_adversarial import Adversarial, one

FLEX_140 = {"name": "Intel(R) Data Center GPU Flex 140", "vendor": "Intel", "kind": "gpu",
            "pci_id": "8086:56c1", "units": 8, "unit_kind": "core", "max_clock_mhz": 1600,
            "clock_mhz": 1600, "memory_gb": 6}
FLEX_RATES = {("mma", "fp16"): 2048, ("mma", "bf16"): 2048, ("mma", "int8"): 4096,
              ("mma", "int4"): 8192, ("fma", "fp32"): 256, ("fma", "fp16"): 512}


def half_cards(count):
    """Cards of which one of two devices is left on each, as the vendor numbers them."""
    rates = [{"kernel": kernel, "subject": subject, "ops_per_clock_per_unit": rate}
             for (kernel, subject), rate in FLEX_RATES.items()]
    return {"version": 1, "devices": [
        dict(FLEX_140, id=f"0000:{i:02x}:00.0", uuid=f"u{i}", serial=f"INT000{i}",
             board_id=f"B{i}", benchmarks=rates) for i in range(1, count + 1)]}


class AdversarialBoards(Adversarial):
    def map_file(self, **boards):
        path = self.folder / "map.yaml"
        path.write_text(yaml.safe_dump({"boards": [{"name": name, "devices": ids}
                                                   for name, ids in boards.items()]}))
        return path

    def twins(self, **more):
        """Two T4 as they are in a slot, without numbers that part them."""
        node, device = one("t4_node")
        device.pop("serial", None)
        node["devices"] = [
            dict(device, id=f"0000:0{i}:00.0", uuid=f"GPU-{i}",
                 bus_way=f"0000:0{i}:00.0 0000:04:0{i}.0 0000:03:00.0 0000:02:01.0#3 0000:01:00.0",
                 **more) for i in (5, 6)]
        return node

    def test_boards_that_lack_devices_lack_them_merged(self):
        node = half_cards(4)
        mapping = self.map_file(all=[d["id"] for d in node["devices"]])
        parsed = self.measure(node, "--board-map", mapping)
        self.not_below(parsed, "evidence.failed")
        board = parsed["performances"][0]
        self.assertIn("4 of 8 devices", " ".join(board["facts"]["failed"]))
        alone = self.measure(half_cards(1))["performances"][0]
        self.assertEqual(board["tpp"]["declared"]["value"], 4 * alone["tpp"]["declared"]["value"])

    def test_a_mapping_of_one_says_nothing_of_its_neighbour(self):
        node = self.twins()
        self.not_below(self.measure(node), "board.uncertain")
        for named in ("0000:05:00.0", "0000:06:00.0"):
            parsed = self.measure(node, "--board-map", self.map_file(one=[named]))
            self.not_below(parsed, "board.uncertain")

    def test_a_mapping_of_both_is_the_operators_word(self):
        parsed = self.measure(self.twins(), "--board-map",
                              self.map_file(one=["0000:05:00.0"], other=["0000:06:00.0"]))
        self.assertEqual({v["classification"] for v in parsed["verdicts"]}, {"below"})

    def test_a_vendor_that_joins_what_the_row_has_apart_is_not_believed(self):
        parsed = self.measure(self.twins(board_id="card"))
        verdict = self.not_below(parsed, "board.joined")
        self.assertEqual(len(parsed["verdicts"]), len({v["rule"] for v in parsed["verdicts"]}))
        self.assertNotEqual(verdict["assurance"], "corroborated")

    def test_a_vendor_that_joins_a_card_and_an_unknown_device_is_not_believed(self):
        _, t4 = one("t4_node")
        _, unknown = one("unknown_chip_small")
        for device in (t4, unknown):
            device["board_id"] = "card"
        self.not_below(self.measure({"version": 1, "devices": [t4, unknown]}), "board.joined")

    def test_tables_say_of_which_product_on_a_board_a_figure_is(self):
        _, t4 = one("t4_node")
        _, l4 = one("l4_node")
        l4["id"] = "0000:77:00.0"
        for device in (t4, l4):
            device["board_id"] = "card"
        parsed = self.measure({"version": 1, "devices": [t4, l4]})
        self.not_below(parsed, "board.joined", "evidence.several_products")
        stored = self.folder / "report.json"
        stored.write_text(json.dumps(parsed))
        table = program.run("classify", "--report", stored, "--destination", "FR").stdout
        told = " ".join(table.split())
        for name in ("nvidia-tesla-t4", "nvidia-l4"):
            self.assertIn(f"declared, of {name} alone", told)

    def test_a_mapping_does_not_settle_what_the_vendor_joins(self):
        node = self.twins(board_id="card")
        done_apart = self.map_file(one=["0000:05:00.0"], other=["0000:06:00.0"])
        parsed = self.measure(node, "--board-map", done_apart)
        self.not_below(parsed, "board.split")
        (told,) = [f["message"] for f in parsed["findings"] if f["code"] == "board.split"]
        self.assertIn("the vendor's identity may be wrong and not the mapping", told)
        self.assertNotIn("mend the mapping", told)
        merged = self.map_file(card=["0000:05:00.0", "0000:06:00.0"])
        self.not_below(self.measure(node, "--board-map", merged), "board.joined")

    def test_two_devices_do_not_make_up_for_each_other(self):
        dies = yaml.safe_load((program.SCENARIOS / "mi250x_node.yaml").read_text())["devices"]
        for one_has, other_has, code in (
                ({"units": 120}, {"units": 100}, "evidence.units_differ"),
                ({"memory_gb": 40}, {"memory_gb": 88}, "evidence.identity_differs")):
            parsed = self.measure({"version": 1, "devices": [dict(dies[0], **one_has),
                                                             dict(dies[1], **other_has)]})
            self.assertNotIn("corroborated", [v["assurance"] for v in parsed["verdicts"]])
            self.assertIn(code, [f["code"] for f in parsed["findings"]])

    def test_two_devices_of_one_identity_are_not_below(self):
        _, t4 = one("t4_node")
        t4.pop("serial", None)
        apart = [dict(t4, id=f"0000:0{i}:00.0", uuid=f"GPU-1a2b-000{i}", serial=f"13200000{i}")
                 for i in (5, 6)]
        self.assertEqual({v["classification"] for v in self.measure(
            {"version": 1, "devices": apart})["verdicts"]}, {"below"})
        one_uuid = [dict(device, uuid="GPU-1a2b-0007") for device in apart]
        # A card each, by its number; by its label the one is the other.
        one_serial = [dict(device, serial="132000007", board_id=device["id"]) for device in apart]
        for twins in (one_uuid, one_serial):
            parsed = self.measure({"version": 1, "devices": twins})
            verdict = self.not_below(parsed, "device.same_identity")
            self.assertNotEqual(verdict["assurance"], "corroborated")
            (told,) = [f["message"] for f in parsed["findings"]
                       if f["code"] == "device.same_identity"]
            self.assertIn("0000:05:00.0 and by 0000:06:00.0", told)
            # Nor where the finding is taken out of the report.
            for findings in (parsed["findings"], parsed["inventory"]["findings"]):
                findings[:] = [f for f in findings if f["code"] != "device.same_identity"]
            stored = self.folder / "report.json"
            stored.write_text(json.dumps(parsed))
            done = program.run("classify", "--report", stored, "--format", "json")
            self.assertNotIn("not-controlled", done.stdout)

    def test_several_products_are_not_made_one_board(self):
        node, t4 = one("t4_node")
        _, h100 = one("h100_node")
        node["devices"] = [t4, h100]
        path = self.folder / "node.yaml"
        path.write_text(yaml.safe_dump(node))
        done = program.run("measure", "--simulate", path, "--board-map",
                           self.map_file(both=[t4["id"], h100["id"]]))
        self.assertEqual((done.returncode, done.stdout), (64, ""))
        self.assertIn("several products", done.stderr)

    def test_no_two_boards_bear_one_name(self):
        node, device = one("t4_node")
        node["devices"] = [dict(device, id=f"0000:0{i}:00.0", uuid=f"GPU-{i}", serial="13200000001",
                                board_id="0000:05:00.0") for i in (5, 6, 7)]
        parsed = self.measure(node, "--board-map", self.map_file(first=["0000:05:00.0"]))
        names = [board["id"] for board in parsed["inventory"]["boards"]]
        self.assertEqual(len(names), len(set(names)))
        self.not_below(parsed, "board.split")
        stored = self.folder / "report.json"
        stored.write_text(json.dumps(parsed))
        done = program.run("classify", "--report", stored, "--destination", "FR")
        self.assertEqual((done.returncode, done.stderr), (1, ""))  # not refused
        self.assertNotIn("not-controlled", done.stdout)
        self.assertIn("undetermined", done.stdout)

    def test_a_precision_that_nobody_knows_ends_the_corroboration(self):
        node, device = one("t4_node")
        self.assertEqual(self.measure(node)["verdicts"][0]["classification"], "below")
        device["benchmarks"].append({"kernel": "gemm", "subject": "fp5_e2m2",
                                     "ops_per_clock_per_unit": 90000})
        self.not_below(self.measure(node), "evidence.undeclared_precision")

    def test_a_gpu_that_says_it_is_a_processor_is_classified(self):
        node, device = one("t4_node")
        device.update(id="cpu:7", kind="cpu")
        del device["pci_id"]
        self.not_below(self.measure(node), "evidence.identity_differs")

    def test_stricter_thresholds_of_a_report_are_not_lost(self):
        node, device = one("t4_node")
        del device["memory_gb"]
        stored = self.folder / "report.json"
        parsed = self.measure(node, "--threshold", "identity_facts=3")
        self.assertEqual(parsed["thresholds"], [{"threshold": "identity_facts", "value": 3}])

        def classify(*words):
            stored.write_text(json.dumps(parsed))
            return program.run("classify", "--report", stored, "--destination", "FR", *words)

        for words in ([], ["--threshold", "identity_facts=3"], ["--threshold", "cut_below=0.99"]):
            done = classify(*words)
            self.assertEqual(done.returncode, 2, done.stdout)
            self.assertNotIn("not-controlled", done.stdout)
            self.assertIn("identity_facts=3 (default 2", program.first_line(done.stdout))
        parsed["thresholds"][0]["value"] = 1
        done = classify()
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("identity_facts=1", done.stderr)
        del parsed["thresholds"]  # as older reports are
        self.assertNotIn("not-controlled", classify().stdout)
        self.assertIn("judged by other thresholds", classify().stdout)
        for other in ("report_age=60", "memory_errors=1", "cut_below=0.99"):
            self.assertNotIn("not-controlled", classify("--threshold", other).stdout, other)
