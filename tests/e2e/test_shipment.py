"""`shipment`: answers, exit codes and refusals of the built program."""
import json
import pathlib
import tempfile
import unittest

import yaml

import program

DAY = ("--as-of", "2026-09-01")
EXAMPLE = program.SOURCE / "deploy" / "examples" / "shipment.yaml"

MANIFEST = """\
transaction: {kind: export, exported_from: US, destination: DE}
parties:
  - {role: end-user, country: DE, headquarters: DE, ultimate_parent: DE}
items:
  - kind: board
    figures: {tpp: 500, die_area: 400, datacenter: yes}
    quantity: 3
"""


NOTICE = """\
transaction: {kind: reexport, exported_from: SG, destination: CN}
parties:
  - {role: end-user, country: CN, headquarters: CN, ultimate_parent: CN}
  - {role: distributor, country: SG, headquarters: SG, ultimate_parent: SG}
items:
  - kind: board
    figures: {tpp: 5285, die_area: 608.5, datacenter: no, dram_bandwidth: 1008, interconnect: 64}
    quantity: 40
    marketing_evidence: [data sheet]
"""

COMPUTER = """\
transaction: {kind: export, exported_from: US, destination: CN}
parties:
  - {role: end-user, country: CN, headquarters: CN, ultimate_parent: CN}
items:
  - kind: computer
    contains:
      - {kind: chip, figures: {tpp: 1500, die_area: 1000, datacenter: yes}, quantity: 8}
    quantity: 1
"""


class Shipment(unittest.TestCase):
    def setUp(self):
        self._directory = tempfile.TemporaryDirectory()
        self.directory = pathlib.Path(self._directory.name)

    def tearDown(self):
        self._directory.cleanup()

    def manifest(self, text=MANIFEST):
        path = self.directory / "manifest.yaml"
        path.write_text(text)
        return path

    def answer(self, path, *words):
        result = program.run("shipment", path, *DAY, "--format", "json", *words)
        self.assertIn(result.returncode, (0, 2), result.stderr)
        return json.loads(result.stdout), result.returncode

    def refused(self, code, path, *words, parts):
        output = self.directory / "answer"
        result = program.run("shipment", path, *DAY, "--output", output, *words)
        self.assertEqual(result.returncode, code, result.stderr)
        for part in parts:
            self.assertIn(part, result.stderr)
        self.assertEqual(result.stdout, "")
        # Nothing half written, and nothing left of an attempt.
        self.assertEqual([p.name for p in self.directory.iterdir() if p.name.startswith("answer")],
                         [])

    def test_example(self):
        answer, code = self.answer(EXAMPLE)
        # The design is open, which the whole then is not assessed without.
        self.assertEqual(code, 2)
        self.assertEqual(answer["determination"], "license-required")
        items = {item["name"]: item for item in answer["items"]}
        self.assertEqual({name: item["determination"] for name, item in items.items()}, {
            "nvidia-h200-sxm-141-gb": "license-required",
            "workstation boards": "exception-eligible",
            "training server": "license-required",
            "inference server": "not-controlled",
            "memory stacks": "license-required",
            "accelerator design": "undetermined"})
        self.assertIn("3A090.a.1", items["training server"]["parts"][0]["paragraphs"])
        self.assertEqual(items["inference server"]["parts"][0]["per_board"], 2)
        self.assertEqual(items["inference server"]["tpp"]["value"], 4 * 8 * 500)
        self.assertIn("presumed controlled", items["accelerator design"]["rendered"])
        self.assertEqual(answer["licence"]["exceptions"], ["NAC"])
        self.assertEqual(answer["licence"]["exceptions_not_open"], [])
        self.assertIs(answer["licence"]["without_exception"], True)
        self.assertNotEqual(answer["notice_worksheet"]["why_not"], [])
        self.assertIn("not legal advice", answer["disclaimer"])
        content = answer["programmes"][0]["us_content"]
        self.assertEqual(content["presumed_sufficient_from"], 0.51)
        self.assertAlmostEqual(content["share"], 686800 / 1339200)
        table = program.run("shipment", EXAMPLE, *DAY)
        self.assertEqual(table.returncode, 2)
        for words in ("NOT DECIDED HERE", "Entity List", "not legal advice", "51.28 % beside 51",
                      "8 in each, 2 on one board", "3A090.a is open"):
            self.assertIn(words, table.stdout)

    def test_example_at_no_given_day(self):
        result = program.run("shipment", EXAMPLE)
        self.assertEqual(result.returncode, 2, result.stderr)

    def test_exception_that_is_not_open_as_filed(self):
        path = self.manifest(NOTICE)
        answer, code = self.answer(path)
        licence = answer["licence"]
        self.assertEqual(code, 0)
        self.assertEqual(licence["exceptions"], [])
        self.assertEqual(licence["exceptions_not_open"],
                         [{"exception": "NAC", "why": ["no distributor: 1"]}])
        self.assertIs(licence["without_exception"], True)
        self.assertEqual(answer["notice_worksheet"]["why_not"], [])
        table = program.run("shipment", path, *DAY)
        self.assertIn("NAC: not open as filed: no distributor: 1", " ".join(table.stdout.split()))

        kept = NOTICE.replace("role: distributor", "role: purchaser")
        answer, _ = self.answer(self.manifest(kept))
        self.assertEqual(answer["licence"]["exceptions"], ["NAC"])
        self.assertIs(answer["licence"]["without_exception"], False)

    def test_chips_of_a_computer_on_one_board(self):
        answer, code = self.answer(self.manifest(COMPUTER))
        self.assertEqual((answer["determination"], code), ("undetermined", 2))
        self.assertTrue(any("give per_board" in note
                            for note in answer["items"][0]["parts"][0]["notes"]))
        for per_board, expected in ((1, "not-controlled"), (8, "license-required")):
            text = COMPUTER.replace("quantity: 8", f"quantity: 8, per_board: {per_board}")
            answer, _ = self.answer(self.manifest(text))
            self.assertEqual(answer["determination"], expected)
            self.assertEqual(answer["total_tpp"]["value"], 12000)

    def test_headquarters_of_the_exporter_alone_leave_the_licence_open(self):
        text = MANIFEST.replace("tpp: 500", "tpp: 15832").replace("end-user", "exporter")
        answer, code = self.answer(self.manifest(text), "--scope", "enforced")
        self.assertIsNone(answer["licence"]["required"])
        self.assertEqual(code, 2)

    def test_not_controlled_is_assessed(self):
        answer, code = self.answer(self.manifest())
        self.assertEqual((answer["determination"], code), ("not-controlled", 0))
        self.assertEqual(answer["licence"]["required"], False)
        self.assertEqual(answer["total_tpp"], {"value": 1500, "complete": True, "missing": []})

    def test_undetermined_item_is_exit_code_2(self):
        answer, code = self.answer(self.manifest(MANIFEST.replace("tpp: 500, die_area: 400",
                                                                  "tpp: 3000")))
        self.assertEqual((answer["determination"], code), ("undetermined", 2))

    def test_open_licence_is_exit_code_2(self):
        text = MANIFEST.replace("tpp: 500", "tpp: 15832").replace(", ultimate_parent: DE", "")
        answer, code = self.answer(self.manifest(text), "--scope", "enforced")
        self.assertIsNone(answer["licence"]["required"])
        self.assertEqual(code, 2)
        branches = answer["items"][0]["parts"][0]["licence"]["depends_on"]
        self.assertEqual([b["required"] for b in branches], [True, True, False])
        # The worldwide control in the text needs no headquarters.
        _, code = self.answer(self.manifest(text))
        self.assertEqual(code, 0)

    def test_report_beside_the_manifest(self):
        measured = program.measure("h100_node", "--format", "json")
        (self.directory / "measured.json").write_text(measured.stdout)
        text = MANIFEST + "  - {kind: report, report: measured.json}\n"
        answer, _ = self.answer(self.manifest(text))
        self.assertGreater(len(answer["items"]), 1)
        self.assertIn("SIMULATED", answer["items"][1]["name"])
        self.assertTrue(any("SIMULATED" in banner for banner in answer["banners"]))

    def test_a_report_is_judged_by_its_own_thresholds_and_its_age_is_told(self):
        node = yaml.safe_load((program.SCENARIOS / "t4_node.yaml").read_text())
        del node["devices"][0]["memory_gb"]  # two facts of its identity are left
        path = self.directory / "node.yaml"
        path.write_text(yaml.safe_dump(node))
        text = MANIFEST + "  - {kind: report, report: measured.json}\n"
        for words, determination in (((), "not-controlled"),
                                     (("--threshold", "identity_facts=3"), "undetermined")):
            parsed = program.report(program.run("measure", "--simulate", path, "--format", "json",
                                                *words))
            parsed["started_at"] = "2026-07-01T12:00:00Z"
            (self.directory / "measured.json").write_text(json.dumps(parsed))
            answer, _ = self.answer(self.manifest(text))
            self.assertEqual(answer["items"][1]["determination"], determination)
            stale = [b for b in answer["banners"] if b.startswith("STALE: ")]
            self.assertEqual(len(stale), 1, answer["banners"])
            self.assertIn("62 days before 2026-09-01", stale[0])
            self.assertIn("measured.json", stale[0])

    def test_a_report_that_shows_old_measurements_is_said_to(self):
        report = program.report(program.measure("t4_node", "--format", "json"))
        text = MANIFEST + "  - {kind: report, report: measured.json}\n"
        for taken_at, codes in ((report["started_at"], []),
                                ("2026-01-01T00:00:00Z", ["evidence.stale"])):
            report["measurements"][0]["taken_at"] = taken_at
            (self.directory / "measured.json").write_text(json.dumps(report))
            answer, _ = self.answer(self.manifest(text))
            part, = answer["items"][1]["parts"]
            self.assertEqual([f["code"] for f in part.get("findings", [])], codes)
            shown = program.run("shipment", self.manifest(text)).stdout
            self.assertEqual("evidence.stale" in shown, bool(codes))

    def test_what_a_report_lacks_is_told_and_leaves_the_shipment_open(self):
        report = program.report(program.measure("t4_node", "--format", "json"))
        text = MANIFEST.split("items:")[0] + "items:\n  - {kind: report, report: measured.json}\n"
        for code in (None, "device.unseen", "backend.failed", "probe.failed"):
            with self.subTest(code):
                lacks = [{"code": code, "class": "health", "severity": "warning", "subject": "",
                          "message": "something is missing"}] if code else []
                (self.directory / "measured.json").write_text(
                    json.dumps({**report, "findings": report["findings"] + lacks}))
                result = program.run("shipment", self.manifest(text))
                self.assertEqual(result.returncode, 2 if code else 0, result.stdout)
                told = f"not decided whether one is required for what a report lacks ({code})"
                self.assertEqual(told in " ".join(result.stdout.split()), bool(code))
                self.assertEqual("something is missing" in result.stdout, bool(code))

    def test_bad_manifests(self):
        for change, parts in (
                (("tpp: 500", "tpp: -5"), ["manifest.yaml:6:20", "tpp", "from 0.001 to 1e+08"]),
                (("tpp: 500", "tpp: nan"), ["tpp", "from 0.001 to 1e+08"]),
                (("tpp: 500, ", ""), ["figures: found no figure", "tpp from 0.001 to 1e+08"]),
                (("quantity: 3", "quantity: 0"), ["quantity", "from 1 to"]),
                (("destination: DE", "destination: XX"), ["destination", "ISO 3166"]),
                (("exported_from: US", "exported_from: SG"), ["transaction", "expected reexport"]),
                (("role: end-user, country: DE", "role: end-user, country: FR"),
                 ["manifest.yaml:3:31: country", "found FR of the end-user", "expected DE"]),
                (("quantity: 3", "quantity: 3\n    per_board: 3"), ["per_board"]),
                (("tpp: 500", "stage: die, tpp: 500"), ["stage", "'die' of a board"]),
                (("items:", "itmes:"), ["did you mean 'items'?"]),
                (("figures: {tpp: 500, die_area: 400, datacenter: yes}", "model: no-such-chip"),
                 ["manifest.yaml:6:12: model", "no-such-chip"])):
            with self.subTest(change=change):
                self.refused(64, self.manifest(MANIFEST.replace(*change)), parts=parts)

    def test_bad_words(self):
        self.refused(64, self.manifest(), "--scope", "both", parts=["--scope"])
        self.refused(64, self.manifest(), "--as-of", "2020-01-01", parts=["--as-of"])
        self.refused(64, self.manifest(), "--reading", "x=y", parts=["x"])
        result = program.run("shipment")
        self.assertEqual(result.returncode, 64)
        self.assertIn("expected FILE", result.stderr)

    def test_what_cannot_be_read_is_exit_code_2(self):
        self.refused(2, self.directory / "gone.yaml", parts=["gone.yaml"])
        text = MANIFEST + "  - {kind: report, report: gone.json}\n"
        self.refused(2, self.manifest(text), parts=["manifest.yaml:8:5", "gone.json"])
        (self.directory / "bad.json").write_text("{}")
        text = MANIFEST + "  - {kind: report, report: bad.json}\n"
        self.refused(2, self.manifest(text), parts=["bad.json"])
        rules = self.directory / "rules.yaml"
        rules.write_text("id: x\n")
        self.refused(2, self.manifest(), "--rules", rules, parts=["rules.yaml"])


if __name__ == "__main__":
    unittest.main()
