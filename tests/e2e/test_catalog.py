"""The catalogue from the command line: list, show, match, check, rows of the operator, bad input."""
import csv
import json
import pathlib
import tempfile
import unittest

import yaml

import program

LOCAL_ROW = """known_through: 2026-09-30
chips:
  - id: {id}
    vendor: Mine
    name: Mine One
    kind: gpu
    pci_ids: ["ffff:0001"]
    reported_names: ["Mine One"]
    figures: {{units: [10, source, "a label"], memory_gb: [16, source, "a label"]}}
    declared_tops:
      fp16: [{rate}, source, "a label"]
"""


class Catalog(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)
        self.local = self.directory / "catalog.d"
        self.local.mkdir()

    def catalog(self, *words):
        """`catalog` with this test's own site directory."""
        where = () if words[0] == "check" else ("--site-directory", self.directory)
        return program.run("catalog", *words, *where)

    def answer(self, *words):
        result = self.catalog(*words)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def refused(self, code, *words, parts):
        result = self.catalog(*words)
        self.assertEqual(result.returncode, code, result.stderr + result.stdout)
        for part in parts:
            self.assertIn(part, result.stderr)
        self.assertEqual(result.stdout, "")

    def add_row(self, row_id="mine-one", rate=100, name="mine.yaml"):
        (self.local / name).write_text(LOCAL_ROW.format(id=row_id, rate=rate))

    def test_list_is_one_line_a_chip_in_every_format(self):
        listed = json.loads(self.answer("list", "--format", "json"))
        lines = self.answer("list", "--format", "csv").splitlines(keepends=True)
        rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
        table = self.answer("list")

        self.assertGreaterEqual(len(listed["chips"]), 300)
        self.assertEqual([c["id"] for c in listed["chips"]], [r["id"] for r in rows])
        h200 = next(r for r in rows if r["id"] == "nvidia-h200-sxm-141-gb")
        self.assertEqual((h200["classification"], float(h200["tpp"])), ("3A090.a", 15840))
        for chip in listed["chips"]:
            self.assertIn(chip["id"], table)

    def test_a_class_is_of_the_day_asked_for(self):
        def classes(day):
            listed = json.loads(self.answer("list", "--format", "json", "--as-of", day))
            return {c["id"]: c["classification"] for c in listed["chips"]}
        # In 2022 the rate between chips counted too; in 2023 the A800, cut in that alone, came in.
        self.assertNotEqual(classes("2022-11-01")["nvidia-a800-sxm4-80-gb"], "3A090.a")
        self.assertEqual(classes("2023-11-17")["nvidia-a800-sxm4-80-gb"], "3A090.a")
        refused = program.run("catalog", "list", "--as-of", "2020-01-01")
        self.assertEqual(refused.returncode, 64)
        self.assertIn("from 2022-10-07 on", refused.stderr)

    def test_a_day_after_the_last_one_known_is_warned_of(self):
        for words in (["list"], ["show", "MI300X"]):
            known = json.loads(self.answer(*words, "--as-of", "2024-01-01", "--format", "json"))
            late = json.loads(self.answer(*words, "--as-of", "2030-01-01", "--format", "json"))
            self.assertEqual(known["warnings"], [])
            self.assertIn("the chip catalogue", late["warnings"][0])
            self.assertIn("warning", self.answer(*words, "--as-of", "2030-01-01"))

    def test_rows_for_programs_have_no_warning_among_them(self):
        done = program.run("catalog", "list", "--as-of", "2030-01-01", "--format", "csv")
        self.assertTrue(done.stdout.startswith("id,vendor,"), done.stdout[:200])
        self.assertNotIn("#", done.stdout.splitlines()[1][:1])
        self.assertIn("warning: the chip catalogue is known through", done.stderr)

    def test_show_names_the_source_of_every_figure(self):
        shown = json.loads(self.answer("show", "MI300X", "--format", "json"))["chip"]
        table = self.answer("show", "amd-instinct-mi300x")

        self.assertEqual(shown["id"], "amd-instinct-mi300x")
        self.assertEqual([d["count"] for d in shown["dies"]], [8, 4])
        self.assertEqual(shown["published_areas"][0]["area_mm2"]["value"], 1017)
        for figure in (shown["units"], shown["memory_bytes"], *shown["declared"].values()):
            self.assertTrue(figure["source"] and figure["confidence"])
        self.assertIn("CC BY 4.0", table)

    def test_show_says_what_else_is_on_the_board(self):
        shown = json.loads(self.answer("show", "nvidia-gb200-one-gpu", "--format", "json"))["chip"]
        self.assertEqual((shown["copies_on_board"], shown["host_on_board"]), (2, True))
        self.assertIn("a board has 2 of this row; the processor is on the board",
                      " ".join(self.answer("show", "nvidia-gb200-one-gpu").split()))
        self.assertIn("a module for a baseboard", self.answer("show", "amd-instinct-mi300x"))
        self.assertNotIn("module", json.loads(self.answer("show", "amd-instinct-mi210",
                                                          "--format", "json"))["chip"])

    def test_show_names_chips_near_to_one_that_there_is_not(self):
        self.refused(64, "show", "H100", parts=["H100", "did you mean", "nvidia-h100-pcie-80-gb"])
        self.refused(64, "show", "nvidia h100", parts=["did you mean nvidia-h100-sxm5-80-gb"])
        self.refused(64, "show", "nvidia-l40x", parts=["did you mean nvidia-l40"])

    def test_match_says_why(self):
        match = json.loads(self.answer("match", "--pci", "10DE:2330", "--subsystem", "10de:16c1",
                                       "--units", "132", "--memory", "80", "--format", "json"))
        self.assertEqual(match["chip"], "nvidia-h100-sxm5-80-gb")
        self.assertEqual(match["agrees"], ["PCI id", "units", "memory size"])
        self.assertIn("10de:2330", match["reason"])

    def test_match_leaves_open_what_the_clues_leave_open(self):
        result = self.catalog("match", "--pci", "1002:744c")
        self.assertEqual(result.returncode, 2)
        self.assertIn("Several rows fit.", result.stdout)
        self.assertIn("amd-radeon-rx-7900-xtx", result.stdout)
        result = self.catalog("match", "--pci", "ffff:ffff")
        self.assertEqual(result.returncode, 2)
        self.assertIn("No row fits.", result.stdout)

    def test_match_names_what_half_a_device_lacks(self):
        self.refused(64, "match", "--pci", "10de", parts=["--pci: '10de' is half", "10de:2330"])
        self.refused(64, "match", "--pci", "10de:", parts=["vendor and device"])
        for beside in ((), ("--name", "NVIDIA H100 80GB HBM3"), ("--units", "132")):
            self.refused(64, "match", "--subsystem", "10de:16c1", *beside,
                         parts=["--subsystem belongs to --pci, which is missing"])
        self.refused(64, "match", "--units", "132", parts=["--units alone", "--pci or --name"])
        self.refused(64, "match", "--units", "132", "--memory", "80",
                     parts=["--units and --memory alone tell no device", "--pci or --name"])

    def test_wherever_a_class_stands_it_is_called_arithmetic(self):
        words = "A class is arithmetic, not legal advice."
        for command in (["list"], ["list", "--format", "json"], ["show", "MI300X"],
                        ["show", "MI300X", "--format", "json"], ["list", "--help"],
                        ["show", "--help"]):
            with self.subTest(command):
                where = () if command[-1] == "--help" else ("--site-directory", self.directory)
                text = program.run("catalog", *command, *where).stdout
                self.assertIn(words, " ".join(text.split()))

    def test_a_host_cpu_has_one_class_in_list_and_classify(self):
        listed = json.loads(self.answer("list", "--format", "json", "--as-of", "2023-12-01"))
        xeon = next(c for c in listed["chips"] if c["id"] == "intel-xeon-6980p")
        result = program.run("classify", "--chip", "intel-xeon-6980p", "--as-of", "2023-12-01",
                             "--format", "json")
        answer = json.loads(result.stdout)
        self.assertEqual((xeon["classification"], xeon["rendered"]),
                         ("3A090.a", answer["rendered"]))
        self.assertIn(xeon["class_note"], answer["notes"])

    def test_check_finds_nothing_in_what_ships(self):
        text = self.answer("check", program.SOURCE / "agent" / "catalog")
        self.assertIn(" 0 faults", text)

    def test_check_lists_every_fault_with_its_place(self):
        file = self.directory / "wrong.yaml"
        file.write_text(LOCAL_ROW.format(id="mine-one", rate=3e6))
        broken = self.directory / "broken.yaml"
        broken.write_text("chips: [")
        result = self.catalog("check", file, broken, "--format", "json")

        self.assertEqual(result.returncode, 1, result.stderr)
        faults = json.loads(result.stdout)["faults"]
        self.assertTrue(all(f["place"].startswith(str(self.directory)) for f in faults), faults)
        messages = " ".join(f["message"] for f in faults)
        for part in ("3e+06 T in fp16", "not readable as YAML", "no source of datacenter"):
            self.assertIn(part, messages)

    def test_rows_of_the_operator_are_said_in_the_first_line(self):
        self.add_row()
        banner = f"OVERRIDDEN: catalogue rows from {self.local}: 1 added (mine-one)"
        for words in (["list"], ["list", "--format", "csv"], ["list", "--format", "json"],
                      ["show", "mine-one"], ["show", "mine-one", "--format", "json"],
                      ["match", "--pci", "ffff:0001"],
                      ["match", "--pci", "ffff:0001", "--format", "json"]):
            with self.subTest(words):
                self.assertIn(banner, program.first_line(self.answer(*words)))

    def test_a_row_of_the_operator_replaces_the_shipped_one(self):
        self.add_row("nvidia-tesla-t4", rate=50)
        shown = self.answer("show", "nvidia-tesla-t4")
        self.assertIn("1 replaced (nvidia-tesla-t4)", program.first_line(shown))
        self.assertIn("Mine One", shown)

    def add_l4_of_large_dies(self):
        """The shipped row of a board in 3A090.a, by its die area no more."""
        head, rows = (program.SOURCE / "agent" / "catalog" / "nvidia_ada.yaml"
                      ).read_text().split("chips:\n")
        l4 = next(r for r in rows.split("\n\n") if "id: nvidia-l4\n" in r)
        (self.local / "l4.yaml").write_text(head + "chips:\n" + l4.replace("[294, ", "[800, "))

    def test_a_row_that_differs_from_the_shipped_one_rules_nothing_out(self):
        self.add_l4_of_large_dies()
        differs = "800 mm2 in the catalogue given, 294 mm2 in the shipped one"
        listed = json.loads(self.answer("list", "--format", "json"))["chips"]
        row = next(row for row in listed if row["id"] == "nvidia-l4")
        self.assertEqual((row["classification"], row["class_note"]),
                         ("undetermined", "not the shipped row"))
        self.assertIn("undetermined", self.answer("show", "nvidia-l4"))

        site = ("--site-directory", self.directory, "--format", "json")
        result = program.run("classify", "--chip", "nvidia-l4", *site)
        self.assertEqual(json.loads(result.stdout)["determination"], "undetermined")
        self.assertIn(differs, result.stdout)

        manifest = self.directory / "shipment.yaml"
        manifest.write_text(
            "name: cards\ntransaction: {kind: export, exported_from: US, destination: SG}\n"
            "items: [{kind: board, model: nvidia-l4, quantity: 2}]\n")
        result = program.run("shipment", manifest, *site)
        self.assertEqual(json.loads(result.stdout)["items"][0]["determination"], "undetermined",
                         result.stderr)

    def test_a_stored_row_that_differs_from_the_shipped_one_rules_nothing_out(self):
        stored = program.report(program.measure("t4_node", "--format", "json"))
        kept = self.directory / "report.json"
        for change in (lambda row: None, lambda row: row["memory_bandwidth"].update(value=1e11)):
            change(stored["chips"][0])
            kept.write_text(json.dumps(stored))
            result = program.run("classify", "--report", kept, "--format", "json")
            determination = json.loads(result.stdout)["items"][0]
            codes = {finding["code"] for finding in determination.get("findings", [])}
            changed = stored["chips"][0]["memory_bandwidth"]["value"] == 1e11
            self.assertEqual("report.row_differs" in codes, changed)
            self.assertEqual(determination["determination"],
                             "undetermined" if changed else "not-controlled")

    def test_measure_reads_them_and_says_so(self):
        shipped = (program.SOURCE / "agent" / "catalog" / "nvidia_turing.yaml").read_text()
        head, rows = shipped.split("chips:\n")
        t4 = next(r for r in rows.split("\n\n") if "id: nvidia-tesla-t4" in r)
        self.assertIn("[65, source, t4_sheet]", t4)
        (self.local / "t4.yaml").write_text(
            head + "chips:\n" + t4.replace("[65, source, t4_sheet]", "[64, source, t4_sheet]"))

        result = program.measure("t4_node", "--format", "json", "--site-directory", self.directory)

        self.assertIn(f"OVERRIDDEN: catalogue rows from {self.local}",
                      program.first_line(result.stdout))
        facts = program.report(result)["performances"][0]["facts"]
        self.assertTrue(any("declared rates: fp16 64 T in the catalogue given" in words
                            for words in facts["identity_differs"]), facts)
        self.assertNotEqual(program.report(result)["verdicts"][0]["assurance"], "corroborated")

    def identified(self, **identity):
        """The row of a device of this identity, and the findings of its board."""
        node = yaml.safe_load((program.SCENARIOS / "unknown_chip_small.yaml").read_text())
        device = node["devices"][0]
        device.update(identity)
        path = self.directory / "node.yaml"
        path.write_text(yaml.safe_dump(node))
        parsed = program.report(program.run("measure", "--simulate", path, "--site-directory",
                                            self.directory, "--format", "json"))
        codes = {f["code"] for f in parsed["findings"] if f["subject"] == device["id"]}
        self.assertNotEqual(parsed["verdicts"][0]["classification"], "below")
        return parsed["performances"][0].get("chip"), codes, parsed["banners"]

    def test_what_the_catalogue_leaves_open_is_a_finding_and_the_operators_row_an_answer(self):
        mine = {"pci_id": "ffff:0001", "name": "Mine One", "units": 10, "memory_gb": 16}
        chip, codes, _ = self.identified(**mine)
        self.assertIsNone(chip)
        self.assertIn("evidence.no_catalogue_row", codes)
        self.assertNotIn("evidence.ambiguous_identity", codes)
        self.add_row()
        chip, codes, banners = self.identified(**mine)
        self.assertEqual(chip, "mine-one")
        self.assertIn("evidence.area_unknown", codes)
        self.assertNotIn("evidence.no_catalogue_row", codes)
        self.assertTrue(any("OVERRIDDEN" in banner for banner in banners), banners)

    def test_a_device_that_may_be_several_chips_is_none_of_them(self):
        chip, codes, _ = self.identified(pci_id="10de:25b6", name="A GPU", units=13)  # A2, A16
        self.assertIsNone(chip)
        self.assertIn("evidence.ambiguous_identity", codes)
        self.assertNotIn("evidence.no_catalogue_row", codes)

    def test_bad_words_name_the_option_and_what_it_takes(self):
        self.refused(64, "list", "--format", "xml", parts=["--format", "xml", "table, json, csv"])
        self.refused(64, "show", "nvidia-l4", "--format", "csv", parts=["csv", "table, json"])
        self.refused(64, "list", "--as-of", "2023-02-30", parts=["--as-of", "2023-11-17"])
        self.refused(64, "match", "--pci", "2330", parts=["--pci", "10de:2330"])
        self.refused(64, "match", "--pci", "10de:2330", "--units", "0",
                     parts=["--units", "from 1 to 1000000"])
        self.refused(64, "match", "--pci", "10de:2330", "--memory", "-1",
                     parts=["--memory", "above 0"])
        self.refused(64, "match", parts=["nothing to look for", "--pci or --name"])
        self.refused(64, "show", parts=["chip"])
        for words, part in ((["catalog"], "expected one of list, show, match, check"),
                            (["catalog", "lisst"], "did you mean list?")):
            result = program.run(*words)
            self.assertEqual(result.returncode, 64)
            self.assertIn(part, result.stderr)

    def test_a_wrong_row_of_the_operator_stops_the_list(self):
        self.add_row(rate=-1)
        self.refused(2, "list", parts=[f"{self.local}/mine.yaml:11:14", "a value above 0"])


if __name__ == "__main__":
    unittest.main()
