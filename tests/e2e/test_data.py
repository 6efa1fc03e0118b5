"""Rules and catalogue as the build compiles them: a faulty row ends the build, a damaged or doubtful
directory ends the program, each with the file's name."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import program

COMPILE = program.TREE / "tools" / "tpp-compile-data"
SHIPPED = program.TREE / "share" / "tpp"
INDEX = "compiled.index"


class Data(unittest.TestCase):
    def setUp(self):
        self._directory = tempfile.TemporaryDirectory()
        self.directory = pathlib.Path(self._directory.name)

    def tearDown(self):
        self._directory.cleanup()

    def compile(self, name, *files):
        output = self.directory / "made" / INDEX
        result = subprocess.run([COMPILE, name, output, *files], capture_output=True, text=True,
                                timeout=60, check=False)
        return result, output

    def refused(self, directory, *parts):
        result = program.measure("t4_node", "--rules", directory)
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertEqual(result.stdout, "")
        for part in parts:
            self.assertIn(part, result.stderr)

    def test_a_faulty_row_ends_the_build_at_its_place(self):
        rule = program.SOURCE / "agent" / "rules" / "us-ear-2023-10.yaml"
        faulty = self.directory / "faulty.yaml"
        faulty.write_text(rule.read_text().replace("rank:", "rnak:", 1))
        for name, what in [("rules", "did you mean 'rank'?"), ("catalog", "found key 'id'")]:
            result, output = self.compile(name, rule, faulty)
            self.assertEqual(result.returncode, 1)
            self.assertRegex(result.stderr, r"\.yaml:[0-9]+:[0-9]+: ")
            self.assertIn(what, result.stderr)
            self.assertFalse(output.exists())

    def test_the_compiler_refuses_what_it_has_no_reader_for(self):
        for words in [(), ("rules",), ("poems", "x.yaml")]:
            result = subprocess.run([COMPILE, *words, "out"], capture_output=True, text=True,
                                    timeout=60, check=False)
            self.assertIn(result.returncode, (1, 64), words)
            self.assertIn("usage: tpp-compile-data", result.stderr)

    def test_the_shipped_directories_hold_the_index_and_nothing_else(self):
        for name in ["rules", "catalog"]:
            self.assertEqual(os.listdir(SHIPPED / name), [INDEX])

    def test_yaml_and_index_give_the_same_report(self):
        reports = [program.report(program.measure("t4_node", "--format", "json", "--rules", rules,
                                                  "--catalog", catalog))
                   for rules, catalog in [(SHIPPED / "rules", SHIPPED / "catalog"),
                                          (program.SOURCE / "agent" / "rules",
                                           program.SOURCE / "agent" / "catalog")]]
        for part in ("performances", "verdicts"):
            self.assertEqual(reports[0][part], reports[1][part])
        compiled, read = (report["chips"][0]["origin"] for report in reports)
        self.assertEqual(read, f"{program.SOURCE}/agent/{compiled}")

    def test_a_damaged_index_is_refused_by_its_name(self):
        shutil.copytree(SHIPPED / "rules", self.directory, dirs_exist_ok=True)
        index = self.directory / INDEX
        whole = index.read_bytes()
        for damaged in [b"", whole[:-1], whole[:200], whole.replace(b"us-ear", b"us-eat", 1)]:
            index.write_bytes(damaged)
            self.refused(self.directory, f"{index}: damaged", "install tpp-agent again")

    def test_yaml_beside_an_index_is_refused_whichever_is_newer(self):
        shutil.copytree(SHIPPED / "rules", self.directory, dirs_exist_ok=True)
        shutil.copy(next((program.SOURCE / "agent" / "rules").glob("*.yaml")),
                    self.directory / "mine.yaml")
        self.refused(self.directory, "holds both", INDEX, "mine.yaml")


if __name__ == "__main__":
    unittest.main()
