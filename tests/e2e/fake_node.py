"""Whole passes of tpp-agent on a node whose drivers and management libraries are fakes.

The agent hands little of its environment down, so a copy of its tree is made that looks for
libraries in the fakes' folders, and the fakes read what they are to play from the home folder.
"""
import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

import program

NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount"]
BUILD = pathlib.Path(program.AGENT).resolve().parent.parent


def gpus(report):
    return [d for d in report["inventory"]["devices"] if d["kind"] == "gpu"]


def can_mount():
    """False too where the program that makes the namespace is missing."""
    if not shutil.which(NAMESPACE[0]):
        return False
    return subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode == 0


class FakeNode(unittest.TestCase):
    MODULES = ()  # names of modules that the node has
    FAKES = ()    # folders of tests/fakes
    PROGRAMS = ("bin/tpp-agent", "bin/tpp-bench")
    OWN_FAKES = False  # in `fakes` of the tree, where they can be taken away

    @classmethod
    def setUpClass(cls):
        parts = list(cls.PROGRAMS)
        parts += [f"lib/tpp/backends/{module}.so" for module in cls.MODULES]
        fakes = [BUILD / "tests/fakes" / folder for folder in cls.FAKES]
        if not shutil.which("patchelf"):
            raise unittest.SkipTest("there is no patchelf")
        if not all(path.exists() for path in [*(BUILD / part for part in parts), *fakes]):
            raise unittest.SkipTest("a module or a fake is not built")
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.tree = pathlib.Path(folder.name) / "tree"
        (cls.tree / "lib/tpp/backends").mkdir(parents=True)
        (cls.tree / "bin").mkdir()
        (cls.tree / "share").symlink_to(BUILD / "share")
        if cls.OWN_FAKES:
            fakes = [shutil.copytree(fake, cls.tree / "fakes" / fake.name) for fake in fakes]
        for part in parts:
            shutil.copy2(BUILD / part, cls.tree / part)
            subprocess.run(["patchelf", "--force-rpath", "--set-rpath", ":".join(map(str, fakes)),
                            cls.tree / part], check=True)

    def run_on(self, files, *words, inside=(), **variables):
        """A run on the node that these files of its home folder show, which stays for the test;
        `inside` are words of a program that runs the agent."""
        home = tempfile.TemporaryDirectory()
        self.addCleanup(home.cleanup)
        self.home = home.name
        for name, text in files.items():
            (pathlib.Path(home.name) / name).write_text(text)
        environment = {k: v for k, v in os.environ.items() if not k.startswith("TPP_")}
        return subprocess.run([*inside, self.tree / "bin/tpp-agent", *words, "--format", "json"],
                              env=dict(environment, HOME=home.name, **variables),
                              capture_output=True, text=True, timeout=200, check=False,
                              stdin=subprocess.DEVNULL)

    def on_bus(self, ids, status="active"):
        """Words that run a program where the PCI bus shows NVIDIA's GPUs of these addresses and
        ids, awake or asleep."""
        bus = tempfile.TemporaryDirectory()
        self.addCleanup(bus.cleanup)
        for number, product in ids.items():
            folder = pathlib.Path(bus.name) / f"0000:{number:02x}:00.0"
            (folder / "power").mkdir(parents=True)
            for name, text in (("vendor", "0x10de"), ("device", f"{product:#06x}"),
                               ("class", "0x030200"), ("power/runtime_status", status)):
                (folder / name).write_text(text + "\n")
        shown = 'mount --bind "$0" /sys/bus/pci/devices && exec "$@"'
        return [*NAMESPACE, "sh", "-c", shown, bus.name]

    def shown_below_nothing(self, report):
        """A part's rate proves a lower bound of the board's, and that is all."""
        verdicts = [v for v in report["verdicts"] if v["board"].startswith("0000:")]
        self.assertTrue(verdicts)
        for verdict in verdicts:
            self.assertNotEqual(verdict["classification"], "below")
            self.assertNotEqual(verdict["assurance"], "corroborated")
