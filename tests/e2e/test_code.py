"""Which code took part: what was put in, or could have been changed, is told."""
import hashlib
import json
import os
import pathlib
import shutil
import stat
import subprocess
import tempfile
import unittest

import program

MODULE = program.TREE / "lib/tpp/backends/sim.so"
# Not so in a container that a user started: there nothing is trusted.
ROOT_IS_KNOWN = os.stat("/proc/version").st_uid == 0


def files(parsed):
    """File name -> its entry."""
    return {pathlib.Path(f["path"]).name: f for f in parsed["libraries"]}


def codes(parsed):
    return [f["code"] for f in parsed["findings"]]


def may_be_changed(folder):
    """Whether others than root and this user could put a file of theirs there."""
    status = folder.stat()
    if status.st_uid not in (0, os.geteuid()):
        return True
    return status.st_mode & 0o022 != 0 and status.st_mode & stat.S_ISVTX == 0


class Code(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name).resolve()

    @unittest.skipUnless(ROOT_IS_KNOWN, "the machine's root is not known here")
    def test_programs_and_modules_are_told_with_owner_digest_and_build_id(self):
        parsed = program.report(program.measure("t4_node", "--kernel", "mma", "--format", "json"))
        bench = program.TREE / "bin/tpp-bench"
        for path, user in ((program.AGENT, "agent"), (bench, "backend sim"),
                           (MODULE, "backend sim")):
            told = files(parsed)[path.name]
            self.assertIn(user, told["used_by"])
            self.assertEqual(told["owner_uid"], path.stat().st_uid)
            self.assertEqual(told["sha256"], hashlib.sha256(path.read_bytes()).hexdigest())
            notes = subprocess.run(["readelf", "-n", path], capture_output=True, text=True,
                                   check=False).stdout
            if "Build ID" in notes:
                self.assertIn(told["build_id"], notes)
        self.assertNotIn("libc.so.6", files(parsed))
        if not any(may_be_changed(folder) for folder in program.AGENT.resolve().parents):
            self.assertNotIn("evidence.untrusted_code", codes(parsed))

    def test_a_module_from_a_folder_of_somebodys_is_untrusted_and_in_the_first_line(self):
        shutil.copy2(MODULE, self.folder)
        words = ("--kernel", "mma", "--backend-directory", self.folder)
        parsed = program.report(program.measure("t4_node", *words, "--format", "json"))
        told = files(parsed)["sim.so"]
        self.assertEqual(told["trust"], "untrusted")
        self.assertIn("neither in a folder of the system", told["trust_reason"])
        self.assertIn("evidence.untrusted_code", codes(parsed))
        line = program.first_line(program.measure("t4_node", *words).stdout)
        self.assertIn("UNTRUSTED", line)
        self.assertIn(str(self.folder / "sim.so"), line)

    @unittest.skipUnless(ROOT_IS_KNOWN, "the machine's root is not known here")
    def test_a_tree_that_everybody_can_write_is_no_own_build(self):
        for part in ("bin", "lib/tpp/backends"):
            (self.folder / part).mkdir(parents=True)
        (self.folder / "share").symlink_to(program.TREE / "share")
        for file in ("bin/tpp-agent", "bin/tpp-bench", "lib/tpp/backends/sim.so"):
            shutil.copy2(program.TREE / file, self.folder / file)
            (self.folder / file).chmod(0o755)

        def told():
            result = subprocess.run(
                [self.folder / "bin/tpp-agent", "measure", "--kernel", "mma", "--format", "json",
                 "--simulate", program.SCENARIOS / "t4_node.yaml"],
                capture_output=True, text=True, timeout=120, check=False)
            return {name: f["trust"] for name, f in files(json.loads(result.stdout)).items()}

        own = "trusted" if os.geteuid() == 0 else "own_build"
        self.assertEqual({told()[name] for name in ("tpp-agent", "tpp-bench", "sim.so")}, {own})
        (self.folder / "lib").chmod(0o777)
        changed = told()
        self.assertEqual((changed["sim.so"], changed["tpp-agent"]), ("untrusted", own))


class Adversarial(unittest.TestCase):
    def test_a_preloaded_library_is_untrusted_and_in_the_first_line_of_every_output(self):
        with tempfile.TemporaryDirectory() as folder:
            fake = pathlib.Path(folder).resolve() / "libcuda.so.1"
            shutil.copy2(MODULE, fake)
            # AddressSanitizer wants to come first, unless it is told not to look.
            asan = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
            preloaded = {"LD_PRELOAD": str(fake), "ASAN_OPTIONS": asan}
            parsed = program.report(program.measure("t4_node", "--kernel", "mma", "--format",
                                                    "json", environment=preloaded))
            told = files(parsed)[fake.name]
            self.assertEqual(told["trust"], "untrusted")
            self.assertEqual(told["trust_reason"], "it was preloaded")
            self.assertEqual(told["used_by"], ["agent"], "no child may have it")
            self.assertIn("evidence.untrusted_code", codes(parsed))
            for words in (("devices",), ("devices", "--format", "json"), ("measure", "--plan"),
                          ("devices", "--topology-synthetic", "pu:2")):
                line = program.first_line(program.run(*words, environment=preloaded).stdout)
                self.assertIn("UNTRUSTED", line, words)
                self.assertIn(fake.name, line, words)

    def test_root_of_a_user_namespace_is_not_taken_for_the_machines(self):
        own = ["unshare", "--user", program.AGENT]
        if subprocess.run([*own, "--version"], capture_output=True, check=False).returncode != 0:
            self.skipTest("no user namespace can be made here")
        done = subprocess.run([*own, "devices", "--format", "json"], capture_output=True, text=True,
                              timeout=120, check=False)
        told = [f for f in json.loads(done.stdout)["findings"]
                if f["code"] == "evidence.untrusted_code"]
        self.assertEqual(len(told), 1, told)
        self.assertIn("root is not the machine's root", told[0]["message"])
        self.assertIn("tpp-agent (used by agent", told[0]["message"])

    def test_settings_of_a_library_put_no_code_into_the_agent(self):
        with tempfile.TemporaryDirectory() as folder:
            settings = pathlib.Path(folder) / "openssl.cnf"
            os.mkfifo(settings)  # who reads it waits for ever
            done = program.measure("t4_node", "--kernel", "mma", "--format", "json", timeout=60,
                                   environment={"OPENSSL_CONF": str(settings)})
        self.assertTrue(all(f["sha256"] for f in program.report(done)["libraries"]))


if __name__ == "__main__":
    unittest.main()
