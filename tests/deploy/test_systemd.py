"""The unit and the configuration of the service, as systemd and the program read them."""
import os
import pathlib
import re
import shutil
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

    def test_waits_longer_for_the_first_look_than_that_may_take(self):
        source = pathlib.Path(os.environ["TPP_SOURCE"], "agent", "daemon", "daemon.cpp").read_text()
        look_s = int(re.search(r"kInventoryDeadline_s = (\d+);", source)[1])
        limit_s = int(re.search(r"(?m)^TimeoutStartSec=(\d+)$", UNIT.read_text())[1])
        self.assertGreaterEqual(limit_s, look_s + 30, "a child that is killed takes some seconds")

    def test_lets_the_daemon_divide_its_cgroup(self):
        self.assertRegex(UNIT.read_text(), r"(?m)^Delegate=memory$")
        self.assertNotRegex(UNIT.read_text(), r"(?m)^ProtectControlGroups=")
        header = pathlib.Path(os.environ["TPP_SOURCE"], "agent", "daemon",
                              "own_cgroup.h").read_text()
        mib = re.search(r"kDaemonMemory = std::uint64_t\{(\d+)\} << 20;", header)[1]
        page = pathlib.Path(os.environ["TPP_SOURCE"], "docs", "service.md").read_text()
        self.assertIn(f"may have {mib} MiB", page)
        self.assertIn(f"limited to {mib} MiB", UNIT.read_text())

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
        self.assertIn("/etc/tpp-agent/boards.yaml", checked.stderr, "a file that is to be there")
        with tempfile.TemporaryDirectory() as folder:
            boards = pathlib.Path(folder, "boards.yaml")
            boards.write_text('boards:\n  - {name: one, devices: ["0000:17:00.0"]}\n')
            checked = self.check(text.replace("/etc/tpp-agent/boards.yaml", str(boards)))
        self.assertEqual(checked.returncode, 0, checked.stderr)

    def test_shows_every_key_that_the_reader_knows(self):
        source = pathlib.Path(os.environ["TPP_SOURCE"], "agent", "daemon", "daemon_config.cpp")
        keys = set(re.findall(r'(?:find|at)\("([a-z_]+)"\)', source.read_text()))
        self.assertGreater(len(keys), 10)
        for key in keys:
            self.assertRegex(self.TEXT, rf"(?m)^[ #]*{key}:", key)


if __name__ == "__main__":
    unittest.main()
