"""The daemon whose state directory is full, read-only or damaged, and one that is killed: what it
measured stays on its page, is said not to be kept, and is kept once that can be done."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import unittest

import daemon
import program
from daemon import ACHIEVED, RATES, SLURM

MEASURED_AT = f'tpp_board_last_measurement_timestamp_seconds{{board="{daemon.BOARD}"}}'
NOT_WRITTEN = 'tpp_finding{code="history.not_written",class="health",severity="warning"}'
DAMAGED = 'tpp_finding{code="history.damaged",class="health",severity="warning"}'

# Of a user other than root they make a user namespace beside the mounts'.
AS_ROOT = os.geteuid() == 0
NAMESPACE = ["unshare", "--mount"] if AS_ROOT else ["unshare", "--user", "--map-root-user", "--mount"]
ENTER = ["nsenter", "--mount"] if AS_ROOT else ["nsenter", "--preserve-credentials", "--user",
                                                "--mount"]


def history(directory, *words, inside=()):
    return subprocess.run([*inside, program.AGENT, "history", "--state-directory", directory, *words],
                          capture_output=True, text=True, check=False)


def passes_in(directory, inside=()):
    """The names of the passes that `history` shows of a state directory."""
    result = history(directory, "--format", "json", inside=inside)
    if "nothing to compare: 1 pass in" in result.stderr:
        return ["pass 1"]
    assert result.stdout, result.stderr
    return [report["origin"] for report in json.loads(result.stdout)["reports"]]


def rates_in(directory, inside=()):
    """How many rates each of these passes has."""
    exported = [history(directory, "--export", name.split()[1], inside=inside).stdout
                for name in passes_in(directory, inside)]
    return [sum(m["outcome"]["status"] == "rate" for m in json.loads(text)["measurements"])
            for text in exported]


class StateCase(daemon.DaemonCase):
    def assert_it_stays(self, measured, metrics):
        for name in (ACHIEVED, MEASURED_AT):
            self.assertEqual(metrics.get(name), measured[name])


class OwnFileSystem(StateCase):
    """The state directory is a file system of 1 MiB, which only the daemon sees."""

    def setUp(self):
        super().setUp()
        self.state.mkdir()
        tried = subprocess.run(
            [*NAMESPACE, "mount", "-t", "tmpfs", "none", self.state], capture_output=True,
            check=False)
        if tried.returncode != 0 or not shutil.which("nsenter"):
            self.skipTest("no file system can be mounted here")

    def start_there(self, first="true", scenario="h100_node"):
        """A daemon, ready; `first` is what the shell does once the file system is there."""
        mount = f'mount -t tmpfs -o size=1m none "$0" && {first}; exec "$@"'
        served = self.start(config=SLURM, scenario=scenario,
                            inside=[*NAMESPACE, "sh", "-c", mount, self.state])
        served.wait_until_ready()
        # As the daemon sees it.
        self.inside = [*ENTER, "--target", str(served.process.pid)]
        self.seen = pathlib.Path(f"/proc/{served.process.pid}/root{self.state}")
        return served

    def remount(self, how):
        subprocess.run([*self.inside, "mount", "-o", f"remount,{how}", self.state], check=True)

    def fill(self):
        with (self.seen / "ballast").open("wb", buffering=0) as file:
            for size in (4096, 1):
                try:
                    while file.write(bytes(size)) == size:
                        pass
                except OSError:
                    continue

    def make_room(self):
        (self.seen / "ballast").unlink()

    def assert_not_kept(self, served, metrics, why):
        self.assertEqual(metrics.get(NOT_WRITTEN), 1, served.log())
        self.assertRegex(served.log(), f"level=warn .*not in the history.*{why}")

    def assert_kept_again(self, served, measured):
        metrics = served.look_again()
        self.assertNotIn(NOT_WRITTEN, metrics)
        self.assert_it_stays(measured, metrics)
        kept = rates_in(self.state, self.inside)
        self.assertEqual(kept[-1], measured[RATES])
        # It is kept once, not with every look.
        served.look_again()
        self.assertEqual(rates_in(self.state, self.inside), kept)

    def test_a_full_disk_costs_nothing_that_was_measured(self):
        served = self.start_there()
        self.fill()
        measured = served.measured()
        self.assertIn(ACHIEVED, measured)
        self.assert_not_kept(served, measured, "make room on its disk")
        for _ in range(2):
            metrics = served.look_again()
            self.assert_it_stays(measured, metrics)
            self.assert_not_kept(served, metrics, "make room on its disk")
        self.make_room()
        self.assert_kept_again(served, measured)

    def test_what_was_measured_of_a_device_that_left_reaches_the_history(self):
        h100 = (program.SCENARIOS / "h100_node.yaml").read_text()
        t4 = (program.SCENARIOS / "t4_node.yaml").read_text()
        scenario = self.folder / "node.yaml"
        scenario.write_text(h100 + t4.split("devices:\n")[1])
        served = self.start_there(scenario=scenario)
        before = rates_in(self.state, self.inside)
        self.fill()
        measured = served.measured()
        self.assertIn(ACHIEVED, measured)
        scenario.write_text(t4)
        for _ in range(2):
            metrics = served.look_again()
            self.assertNotIn(ACHIEVED, metrics)
            self.assert_not_kept(served, metrics, "make room on its disk")
        # What is measured after that is not lost for it.
        served.measured()
        again = served.metrics()
        t4_rates = again[RATES] - measured[RATES]
        served.look_again()
        self.make_room()
        self.assertNotIn(NOT_WRITTEN, served.look_again())
        kept = rates_in(self.state, self.inside)[len(before):]
        self.assertEqual(kept, [measured[RATES], t4_rates])
        served.look_again()
        self.assertEqual(rates_in(self.state, self.inside), before + kept)

    def assert_nothing_stops(self, served, why, mend):
        self.assert_not_kept(served, served.metrics(), why)
        measured = served.measured()
        metrics = served.look_again()
        self.assert_it_stays(measured, metrics)
        self.assert_not_kept(served, metrics, why)
        mend()
        self.assert_kept_again(served, measured)

    def test_a_disk_that_is_full_from_the_start_stops_nothing(self):
        served = self.start_there('cat /dev/zero > "$0/ballast" 2> /dev/null')
        self.assert_nothing_stops(served, "make room on its disk", self.make_room)

    def test_a_disk_that_is_read_only_from_the_start_stops_nothing(self):
        served = self.start_there('mount -o remount,ro "$0"')
        self.assert_nothing_stops(served, "Read-only file system", lambda: self.remount("rw"))

    def test_a_disk_that_turns_read_only_is_said_at_the_next_look(self):
        served = self.start_there()
        measured = served.measured()
        self.assertNotIn(NOT_WRITTEN, measured)
        kept = passes_in(self.state, self.inside)
        self.remount("ro")
        metrics = served.look_again()
        self.assert_it_stays(measured, metrics)
        self.assert_not_kept(served, metrics, "Read-only file system")
        measured = served.measured()
        self.assert_it_stays(measured, served.look_again())
        self.remount("rw")
        self.assertNotIn(NOT_WRITTEN, served.look_again())
        self.assertEqual(len(passes_in(self.state, self.inside)), len(kept) + 1)


class Damage(StateCase):
    def test_a_history_that_is_damaged_meanwhile_is_kept_aside_and_begun_anew(self):
        served = self.start(config=SLURM).wait_until_ready()
        measured = served.measured()
        with (self.state / "history.sqlite").open("r+b") as file:
            file.write(b"no header of a database any more" * 4)
        metrics = served.look_again()
        self.assertEqual(metrics.get(DAMAGED), 1, served.log())
        self.assert_it_stays(measured, metrics)
        self.assertRegex(served.log(), "level=warn .*history of passes was damaged")
        aside = [p for p in self.state.iterdir() if "damaged" in p.name]
        self.assertTrue(any(p.read_bytes().startswith(b"no header") for p in aside), aside)
        self.assert_it_stays(measured, served.look_again())
        self.assertEqual(served.terminate()[0], 0)
        # What had been measured is in the new file, too.
        again = self.start(config=SLURM).wait_until_ready()
        self.assert_it_stays(measured, again.metrics())
        self.assertEqual(again.metrics()[RATES], 0)

    def unreadable(self, which):
        """Makes passes so, and says how many."""
        with contextlib.closing(sqlite3.connect(self.state / "history.sqlite")) as file, file:
            return file.execute(f"UPDATE pass SET report = x'00' WHERE {which}").rowcount

    def classes(self, served):
        return {(v["classification"], v["assurance"]) for v in served.report()["verdicts"]}

    def test_what_was_measured_is_found_behind_passes_that_cannot_be_read(self):
        served = self.start(config=SLURM, scenario="t4_node").wait_until_ready()
        for _ in range(6):
            served.measured()
        corroborated = {("below", "corroborated")}
        self.assertEqual(self.classes(served), corroborated)
        self.assertEqual(served.terminate()[0], 0)
        for which, found in (("id > 3", True), ("id > 0", False)):
            with self.subTest(which):
                self.assertGreater(self.unreadable(which), 3)
                served = self.start(config=SLURM, scenario="t4_node").wait_until_ready()
                self.assertRegex(served.log(), "level=warn .*passes of the history cannot be read")
                for _ in range(2):
                    if found:
                        self.assertEqual(self.classes(served), corroborated)
                    else:  # by what is declared the board would be below again
                        self.assertEqual({name for name, _ in self.classes(served)},
                                         {"undetermined"})
                    served.look_again()
                self.assertEqual(served.terminate()[0], 0)

    def overwrite(self, at, content):
        with (self.state / "history.sqlite").open("r+b") as file:
            file.seek(at)
            file.write(content)

    def halve(self):
        file = self.state / "history.sqlite"
        os.truncate(file, file.stat().st_size // 2)

    def put_a_directory(self):
        (self.state / "history.sqlite").unlink()
        (self.state / "history.sqlite").mkdir()

    def test_a_history_that_cannot_be_read_makes_no_board_below_again(self):
        """The board is below by what is declared, and its measurements contradict that."""
        scenario = program.SCENARIOS / "unlocked_board.yaml"
        # Places of SQLite's header: its version, and the program whose file it is.
        losses = {"header": lambda: self.overwrite(0, b"no database any more"),
                  "halved": self.halve,
                  "emptied": lambda: os.truncate(self.state / "history.sqlite", 0),
                  "later version": lambda: self.overwrite(60, (99).to_bytes(4, "big")),
                  "another program's": lambda: self.overwrite(68, b"none"),
                  "a directory": self.put_a_directory}
        new = self.start(config=daemon.NONE, scenario=scenario).wait_until_ready()
        self.assertEqual(self.classes(new), {("below", "declared_only")})
        self.assertEqual(new.terminate()[0], 0)
        for name, lose in losses.items():
            with self.subTest(name):
                shutil.rmtree(self.state)
                served = self.start(config=SLURM, scenario=scenario).wait_until_ready()
                served.measured()
                self.assertEqual(self.classes(served), {("undetermined", "contradicted")})
                self.assertEqual(served.terminate()[0], 0)
                lose()
                # Nor with the next start, while a damaged file stands beside a history of inventories.
                for _ in range(2):
                    served = self.start(config=daemon.NONE, scenario=scenario).wait_until_ready()
                    self.assertEqual({kind for kind, _ in self.classes(served)}, {"undetermined"})
                    served.look_again()
                    self.assertEqual({kind for kind, _ in self.classes(served)}, {"undetermined"})
                    self.assertEqual(served.terminate()[0], 0)

    def test_a_device_that_bears_no_number_is_measured_anew_after_each_boot(self):
        """It may have been exchanged while the node was off."""
        known = (program.SCENARIOS / "t4_node.yaml").read_text()
        scenario = self.folder / "node.yaml"
        note = self.state / "history.boot"
        for bears, text in (("uuid", known), ("", re.sub(r"(?m)^ *(-? *)(uuid|serial):.*\n", "", known))):
            with self.subTest(bears):
                self.assertEqual("uuid" in text, bool(bears))
                scenario.write_text(text)
                shutil.rmtree(self.state, ignore_errors=True)
                corroborated = {("below", "corroborated")}
                served = self.start(config=SLURM, scenario=scenario).wait_until_ready()
                served.measured()
                self.assertEqual(self.classes(served), corroborated)
                self.assertEqual(served.terminate()[0], 0)
                served = self.start(config=SLURM, scenario=scenario).wait_until_ready()
                self.assertEqual(self.classes(served), corroborated)
                self.assertEqual(served.terminate()[0], 0)
                boot, _ = note.read_text().split()
                self.assertEqual(
                    boot, pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip())
                note.write_text("another-boot 0\n")
                for _ in range(2):
                    served = self.start(config=SLURM, scenario=scenario).wait_until_ready()
                    if bears:
                        self.assertEqual(self.classes(served), corroborated)
                    else:
                        self.assertEqual({kind for kind, _ in self.classes(served)}, {"undetermined"})
                    self.assertEqual(served.terminate()[0], 0)

    def test_a_damaged_history_is_a_finding_until_its_file_is_taken_away(self):
        self.state.mkdir()
        (self.state / "history.sqlite").write_bytes(b"no database any more" * 500)
        served = self.start(config=SLURM).wait_until_ready()
        self.assertEqual(served.metrics().get(DAMAGED), 1, served.log())
        for _ in range(3):
            self.assertEqual(served.look_again().get(DAMAGED), 1)
        # It is news once: no look after that is kept for it, and the log does not fill with it.
        self.assertEqual(len(passes_in(self.state)), 1)
        self.assertEqual(served.log().count("history of passes was damaged"), 1)
        self.assertEqual(served.terminate()[0], 0)
        again = self.start(config=SLURM).wait_until_ready()
        self.assertEqual(again.look_again().get(DAMAGED), 1)
        aside, = self.state.glob("history.sqlite.damaged-*")
        said, = [f["message"] for f in again.report()["findings"] if f["code"] == "history.damaged"]
        self.assertIn(str(aside), said)
        aside.rename(self.folder / aside.name)
        self.assertNotIn(DAMAGED, again.look_again())

    def test_a_history_that_is_taken_away_costs_nothing_that_was_measured(self):
        served = self.start(config=SLURM).wait_until_ready()
        measured = served.measured()
        shutil.rmtree(self.state)
        self.assert_it_stays(measured, served.look_again())
        self.assertEqual(len(passes_in(self.state)), 1)


class Killed(StateCase):
    ROUNDS = 20

    def left_behind(self):
        """Processes that name the folder of this test."""
        found = []
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            words = daemon.command_of(int(process.name))
            if str(self.folder) in words:
                found.append(words)
        return found

    def test_a_daemon_that_is_killed_again_and_again_loses_the_pass_in_flight_at_most(self):
        scenario = self.folder / "scenario.yaml"
        shutil.copy(program.SCENARIOS / "h100_node.yaml", scenario)
        kept, steps = 1, 0  # the inventory of the first start
        for number in range(self.ROUNDS):
            served = self.start(config=SLURM, scenario=scenario).wait_until_ready()
            with served.ask().makefile("r") as lines:
                if number == 0:
                    steps = sum("progress" in json.loads(line) for line in lines)
                    kept += 1
                # Each of the others gets a little further.
                for _ in range(steps * number // self.ROUNDS):
                    lines.readline()
            served.process.kill()
            served.process.wait()
            daemon.wait_until(lambda: not self.left_behind(), "a child is left")
            found = len(passes_in(self.state))
            self.assertIn(found, (kept, kept + 1), f"round {number}")
            kept = found


if __name__ == "__main__":
    unittest.main()
