"""The unit, the user and the folders of the service, as systemd's own programs read them."""
import os
import pathlib
import re
import shutil
import stat
import subprocess
import tempfile
import unittest

SYSTEMD = pathlib.Path(os.environ["TPP_SOURCE"], "deploy", "systemd")
AGENT = pathlib.Path(os.environ["TPP_TREE"], "bin", "tpp-agent")
UNIT = SYSTEMD / "tpp-agent.service"
MOST_EXPOSURE = 2.5


def run(*words):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True,
                          timeout=60, check=False)


def needs(program):
    return unittest.skipUnless(shutil.which(program), f"no {program} here")


class Unit(unittest.TestCase):
    @needs("systemd-analyze")
    def test_is_exposed_by_no_more_than_it_may(self):
        told = run("systemd-analyze", "security", "--offline=true", "--no-pager",
                   f"--threshold={MOST_EXPOSURE * 10:.0f}", UNIT)
        self.assertEqual(told.returncode, 0, told.stdout + told.stderr)
        exposure = float(re.search(r"exposure level for \S+: ([0-9.]+)", told.stdout)[1])
        self.assertLessEqual(exposure, MOST_EXPOSURE)
        page = pathlib.Path(os.environ["TPP_SOURCE"], "docs", "service.md").read_text()
        self.assertIn(f"exposure {exposure}", page, "the figure of docs/service.md")

    @needs("systemd-analyze")
    def test_is_right(self):
        # But for the place of the program, which the test of the installed tree looks at.
        with tempfile.TemporaryDirectory() as folder:
            unit = pathlib.Path(folder, UNIT.name)
            unit.write_text(UNIT.read_text().replace("/usr/bin/tpp-agent", str(AGENT)))
            told = run("systemd-analyze", "verify", "--recursive-errors=no", unit)
        self.assertEqual((told.returncode, told.stderr), (0, ""))

    def test_lets_code_that_is_made_at_run_time_run(self):
        lines = UNIT.read_text().splitlines()
        set_there = [line for line in lines if line.startswith("MemoryDenyWriteExecute=")]
        self.assertEqual(set_there, [], "oneDNN and OpenCL compile to memory")

    def test_puts_no_limit_on_what_measures(self):
        for limit in ("MemoryMax", "MemoryHigh", "CPUQuota", "CPUWeight", "CPUAffinity", "Nice",
                      "LimitAS"):
            self.assertNotRegex(UNIT.read_text(), rf"(?m)^{limit}=")


class Configuration(unittest.TestCase):
    TEXT = (SYSTEMD / "tpp-agent.yaml").read_text()

    def check(self, text):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "tpp-agent.yaml")
            file.write_text(text)
            return run(AGENT, "run", "--config.check", f"--config.file={file}")

    def test_is_right_and_loads_nothing(self):
        checked = self.check(self.TEXT)
        self.assertEqual(checked.returncode, 0, checked.stderr)
        self.assertEqual(re.findall(r"(?m)^[^#\n]*authority: *(\w+)", self.TEXT), ["none"])

    def test_is_right_with_all_that_is_commented_out(self):
        text, count = re.subn(r"(?m)^( *)#( *[a-z_-]+:)", r"\1\2", self.TEXT)
        self.assertGreater(count, 10)
        checked = self.check(text)
        self.assertEqual(checked.returncode, 0, checked.stderr)

    def test_shows_every_key_that_the_reader_knows(self):
        source = pathlib.Path(os.environ["TPP_SOURCE"], "agent", "daemon", "daemon_config.cpp")
        keys = set(re.findall(r'(?:find|at)\("([a-z_]+)"\)', source.read_text()))
        self.assertGreater(len(keys), 10)
        for key in keys:
            self.assertRegex(self.TEXT, rf"(?m)^[ #]*{key}:", key)


def can_hand_over():
    """Whether this is the machine's root: a user namespace mostly knows no other user."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            os.chown(folder, 900, 900)
        except OSError:
            return False
    return True


@unittest.skipUnless(can_hand_over(), "only root hands folders over")
class UserAndFolders(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / "etc/tpp-agent").mkdir(parents=True)
        (self.root / "run").mkdir()

    @needs("systemd-sysusers")
    @needs("systemd-tmpfiles")
    def test_are_made_for_the_service_alone(self):
        made = run("systemd-sysusers", f"--root={self.root}", SYSTEMD / "tpp-agent.sysusers")
        self.assertEqual(made.returncode, 0, made.stderr)
        lines = (self.root / "etc/passwd").read_text().splitlines()
        users = dict(line.split(":", 1) for line in lines)
        lines = (self.root / "etc/group").read_text().splitlines()
        groups = {line.split(":")[0]: line.split(":")[2:] for line in lines}
        self.assertIn("nologin", users["tpp-agent"])
        self.assertEqual((groups["render"][1], groups["video"][1]), ("tpp-agent", "tpp-agent"))

        made = run("systemd-tmpfiles", "--create", f"--root={self.root}",
                   SYSTEMD / "tpp-agent.tmpfiles")
        self.assertEqual(made.returncode, 0, made.stderr)
        group = int(groups["tpp-agent"][0])
        for folder, user in (("etc/tpp-agent", 0), ("run/tpp-agent", None)):
            status = (self.root / folder).stat()
            self.assertEqual(stat.S_IMODE(status.st_mode), 0o750, folder)
            self.assertEqual(status.st_gid, group, folder)
            self.assertEqual(status.st_uid == 0, user == 0, folder)


if __name__ == "__main__":
    unittest.main()
