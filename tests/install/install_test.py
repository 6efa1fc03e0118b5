#!/usr/bin/python3
"""Installs the build tree to a fresh prefix and uses what is there as a user would.

Usage: install_test.py BUILD_DIRECTORY OUT_OF_TREE_SOURCE CMAKE
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

build_directory, out_of_tree_source, cmake = Path(), Path(), "cmake"

# Nothing of the caller's: an installed program must not need the environment it was built in.
ENVIRONMENT = {"PATH": "/usr/bin:/bin"}


def run(*command, **options):
    return subprocess.run(
        [str(word) for word in command],
        capture_output=True, text=True, timeout=240, check=False, env=ENVIRONMENT, **options,
    )


class InstalledTree(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.root = Path(cls.folder.name)
        first_prefix = cls.root / "first"
        # A DESTDIR of the caller's would be put before the prefix.
        subprocess.run(
            [cmake, "--install", build_directory, "--prefix", first_prefix],
            check=True, stdout=subprocess.DEVNULL, env={**os.environ, "DESTDIR": ""},
        )
        # Moved after installing: parts are found from the program's own path.
        cls.prefix = cls.root / "moved"
        shutil.move(first_prefix, cls.prefix)
        cls.elsewhere = cls.root / "elsewhere"
        cls.elsewhere.mkdir()

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def program(self, name, *arguments):
        return run(self.prefix / "bin" / name, *arguments, cwd=self.elsewhere)

    def assert_runs(self, result):
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertTrue(result.stdout.strip(), "nothing on standard output")

    def test_programs_run_from_another_directory(self):
        for words in [("tpp-agent", "--version"), ("tpp-agent", "--help"), ("tpp-bench", "--help")]:
            with self.subTest(words=words):
                self.assert_runs(self.program(*words))

    def test_the_agent_finds_this_node_from_another_directory(self):
        result = self.program("tpp-agent", "devices")
        self.assert_runs(result)
        self.assertIn("cpu:0", result.stdout)

    def files_below(self, *folders):
        directory = self.prefix.joinpath("share", *folders)
        files = [path for path in directory.rglob("*") if path.is_file()]
        self.assertFalse([path for path in files if path.is_symlink()])
        return sorted(path.name for path in files)

    def test_rules_and_catalogue_are_compiled_and_schema_and_scenarios_are_files(self):
        self.assertEqual(self.files_below("tpp", "rules"), ["compiled.index"])
        self.assertEqual(self.files_below("tpp", "catalog"), ["compiled.index"])
        self.assertEqual(self.files_below("tpp", "schema"),
                         ["history.schema.json", "report.schema.json"])
        self.assertIn("t4_node.yaml", self.files_below("tpp", "scenarios"))

    def test_sources_of_rules_and_catalogue_are_there_to_read(self):
        self.assertIn("us-ear-2023-10.yaml", self.files_below("doc", "tpp-agent", "rules"))
        self.assertIn("nvidia_hopper.yaml", self.files_below("doc", "tpp-agent", "catalog"))

    def test_a_simulated_node_is_classified_by_the_installed_rules(self):
        scenario = self.prefix / "share/tpp/scenarios/t4_node.yaml"
        result = self.program("tpp-agent", "measure", "--simulate", scenario, "--format", "json")
        self.assert_runs(result)
        origins = [rule["origin"] for rule in json.loads(result.stdout)["rules"]]
        self.assertIn("rules/us-ear-2023-10.yaml", origins)

    def test_modules_are_installed_where_programs_look_for_them(self):
        self.assertTrue(sorted((self.prefix / "lib/tpp/backends").glob("*.so")))

    def test_nothing_is_linked_with_a_library_of_a_maker_of_accelerators(self):
        makers = re.compile(r"lib(cuda|nv|amd|hip|roc|hsa|OpenCL|ze_)", re.IGNORECASE)
        files = [*(self.prefix / "bin").iterdir(), *(self.prefix / "lib/tpp/backends").glob("*.so")]
        self.assertGreater(len(files), 2)
        for file in files:
            needed = re.findall(r"\(NEEDED\).*\[(.*)\]", run("readelf", "-d", file).stdout)
            self.assertTrue(needed, file)
            self.assertEqual([name for name in needed if makers.match(name)], [], file)

    def install_again(self, prefix):
        done = run(cmake, "--install", build_directory, "--prefix", prefix)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_service_is_installed_with_the_places_of_its_prefix(self):
        first = self.root / "first"  # its name before it was moved, which stands in the unit
        unit = self.prefix / "lib/systemd/system/tpp-agent.service"
        command = re.search(r"(?m)^ExecStart=(.*)$", unit.read_text())[1].split()
        self.assertEqual(command[:3], [f"{first}/bin/tpp-agent", "run",
                                       f"--config.file={first}/etc/tpp-agent/tpp-agent.yaml"])
        for file in ("lib/sysusers.d/tpp-agent.conf", "lib/tmpfiles.d/tpp-agent.conf"):
            self.assertTrue((self.prefix / file).is_file(), file)
        self.assert_runs(self.program("tpp-agent", "run", "--config.check", "--config.file",
                                      self.prefix / "etc/tpp-agent/tpp-agent.yaml"))

    def test_systemd_reads_the_installed_unit(self):
        if not shutil.which("systemd-analyze"):
            self.skipTest("no systemd-analyze here")
        prefix = self.root / "unit"
        self.install_again(prefix)
        told = run("systemd-analyze", "verify", "--recursive-errors=no",
                   prefix / "lib/systemd/system/tpp-agent.service")
        self.assertEqual((told.returncode, told.stderr), (0, ""))

    def test_a_configuration_that_was_changed_is_not_written_over(self):
        prefix = self.root / "upgraded"
        self.install_again(prefix)
        file = prefix / "etc/tpp-agent/tpp-agent.yaml"
        default = file.read_text()
        file.write_text("load: {authority: operator}\n")
        self.install_again(prefix)
        self.assertEqual(file.read_text(), "load: {authority: operator}\n")
        beside = prefix / "share/doc/tpp-agent/tpp-agent.yaml"
        self.assertEqual(beside.read_text(), default, "the new default, to compare with")

    def test_a_package_has_unit_and_configuration_where_the_system_looks(self):
        staged = self.root / "staged"
        subprocess.run([cmake, "--install", build_directory, "--prefix", "/usr"], check=True,
                       stdout=subprocess.DEVNULL, env={**os.environ, "DESTDIR": str(staged)})
        unit = (staged / "usr/lib/systemd/system/tpp-agent.service").read_text()
        self.assertIn("ExecStart=/usr/bin/tpp-agent run --config.file=/etc/tpp-agent/", unit)
        self.assertTrue((staged / "etc/tpp-agent/tpp-agent.yaml").is_file())

    def build_out_of_tree(self):
        build = self.root / "out_of_tree"
        configured = run(
            cmake, "-G", "Ninja", "-S", out_of_tree_source, "-B", build,
            f"-DCMAKE_PREFIX_PATH={self.prefix}",
        )
        self.assertEqual(configured.returncode, 0, configured.stderr)
        built = run(cmake, "--build", build)
        self.assertEqual(built.returncode, 0, built.stdout + built.stderr)
        return build / "scalar.so"

    def test_a_module_of_another_project_is_built_loaded_and_measured(self):
        module = self.build_out_of_tree()

        listed = self.program("tpp-bench", f"--backend={module}", "--list")
        measured = self.program("tpp-bench", f"--backend={module}", "--record_fd=1")

        self.assert_runs(listed)
        records = [json.loads(line) for line in listed.stdout.splitlines()]
        hello = [record for record in records if record["record"] == "hello"]
        self.assertEqual([record["backend"] for record in hello], ["scalar"])
        self.assertIn("scalar:0/fma/fp64", listed.stdout)
        self.assertEqual(measured.returncode, 0, measured.stderr)
        self.assertIn('"status":"rate"', measured.stdout.replace(" ", ""))

    def test_a_module_of_another_project_is_found_measured_and_reported_by_the_agent(self):
        folder = self.root / "modules"
        folder.mkdir()
        shutil.copy2(self.build_out_of_tree(), folder)
        result = self.program("tpp-agent", "measure", "--backend-directory", folder,
                              "--fail-on", "none", "--format", "json")
        report = json.loads(result.stdout)
        device = next(d for d in report["inventory"]["devices"] if d["id"] == "scalar:0")
        self.assertEqual((device["backend"], device["seen_by"]), ("scalar", ["backend scalar"]))
        measured = [m for m in report["measurements"] if m["id"]["device"] == "scalar:0"]
        self.assertEqual([m["outcome"]["status"] for m in measured], ["rate"])
        self.assertIn("scalar:0", [p["board"] for p in report["performances"]])
        self.assertTrue([b for b in report["banners"] if str(folder) in b], report["banners"])

    def test_a_module_of_another_project_keeps_the_rules_of_the_boundary(self):
        suite = build_directory / "tests" / "backend_conformance"
        result = run(suite, f"--module={self.build_out_of_tree()}")
        self.assertEqual(result.returncode, 0, result.stdout)
        self.assertIn("[  PASSED  ]", result.stdout)


if __name__ == "__main__":
    build_directory, out_of_tree_source, cmake = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    unittest.main(argv=sys.argv[:1], verbosity=2)
