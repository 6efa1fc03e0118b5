"""The user and the folders of the service, made by systemd's own programs below a folder."""
import os
import pathlib
import shutil
import stat
import subprocess
import tempfile
import unittest

SYSTEMD = pathlib.Path(os.environ["TPP_SOURCE"], "deploy", "systemd")
MISSING = [name for name in ("systemd-sysusers", "systemd-tmpfiles") if not shutil.which(name)]


def run(*words):
    return subprocess.run([str(word) for word in words], capture_output=True, text=True,
                          timeout=60, check=False)


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

    @unittest.skipIf(MISSING, f"not here: {', '.join(MISSING)}")
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
