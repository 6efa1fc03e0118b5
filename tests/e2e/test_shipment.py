"""`shipment`: answers, exit codes and refusals of the built program."""
import json
import pathlib
import tempfile
import unittest

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
        self.assertEqual(code, 0)
        self.assertEqual(answer["determination"], "license-required")
        self.assertEqual(len(answer["items"]), 5)
        self.assertIn("not legal advice", answer["disclaimer"])
        content = answer["programmes"][0]["us_content"]
        self.assertEqual(content["presumed_sufficient_from"], 0.51)
        self.assertAlmostEqual(content["share"], 666000 / 1299200)
        table = program.run("shipment", EXAMPLE, *DAY)
        self.assertEqual(table.returncode, 0)
        for words in ("NOT DECIDED HERE", "Entity List", "not legal advice", "51.26 % beside 51"):
            self.assertIn(words, table.stdout)

    def test_example_at_no_given_day(self):
        result = program.run("shipment", EXAMPLE)
        self.assertEqual(result.returncode, 0, result.stderr)

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
        self.assertEqual([b["required"] for b in branches], [True, False])
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

    def test_bad_manifests(self):
        for change, parts in (
                (("tpp: 500", "tpp: -5"), ["manifest.yaml:6:20", "tpp", "from 0 to 1e+08"]),
                (("tpp: 500", "tpp: nan"), ["tpp", "from 0 to 1e+08"]),
                (("tpp: 500, ", ""), ["figures: found no figure", "tpp from 0 to 1e+08"]),
                (("quantity: 3", "quantity: 0"), ["quantity", "from 1 to"]),
                (("destination: DE", "destination: XX"), ["destination", "ISO 3166"]),
                (("exported_from: US", "exported_from: SG"), ["transaction", "expected reexport"]),
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
