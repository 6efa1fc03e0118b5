#!/usr/bin/python3
"""Takes what the daemon costs a node of sixteen simulated devices, and how fast it is.

Usage: TPP_TREE=build/dev tests/bench/daemon_cost.py [--short] [idle|start|day|latency|abort]...    default all

Prints a line a figure beside its target; judges nothing. `cpu` counts the daemon and all children of
its that have ended. --short takes seconds, to see that it runs; its figures say nothing.
"""

import argparse
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from sixteen_devices import scenario  # noqa: E402

TREE = pathlib.Path(os.environ["TPP_TREE"]).resolve()
CLIENT = TREE / "tests" / "bench" / "web-latency"
FILLER = TREE / "tests" / "bench" / "store-speed"


class Lengths:
    scrape_every_s = 15
    idle_s = 600
    day_speed = 600  # a day in 144 s, and 84 s before the first
    days = 7
    load_s = 5
    passes = 1000  # of its history at the start


class ShortLengths(Lengths):
    scrape_every_s = 0.5
    idle_s = 2
    day_speed = 21600  # a day in 4 s
    days = 2
    load_s = 0.5
    passes = 5


def say(name, figure, target):
    print(f"{name:52} {figure:>14}   target {target}", flush=True)


class Daemon:
    """`tpp-agent run` on a free port, with a directory of its own."""

    def __init__(self, folder, config, *words, in_real_time=False):
        (folder / "scenario.yaml").write_text(scenario(in_real_time))
        (folder / "config.yaml").write_text(config)
        self.folder = folder
        self.began = time.monotonic()
        self.log = open(folder / "log", "w+")
        self.process = subprocess.Popen(
            [TREE / "bin/tpp-agent", "run", "--config.file", folder / "config.yaml",
             "--state-directory", folder / "state", "--socket", folder / "socket",
             "--web.listen-address", "127.0.0.1:0", "--simulate", folder / "scenario.yaml",
             *words],
            stderr=self.log)
        self.address = self.listening(folder / "log")

    def listening(self, log):
        while self.process.poll() is None:
            found = re.search(r"msg=listening address=(\S+)", log.read_text())
            if found:
                return found[1]
            time.sleep(0.001)
        raise SystemExit(f"the daemon ended: {log.read_text()}")

    def scrape(self):
        with urllib.request.urlopen(f"http://{self.address}/metrics", timeout=10) as answer:
            return answer.read().decode()

    def cpu_s(self):
        """Of the process and of its children that ended."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(") ", 1)[1].split()
        return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")

    def own_cpu_s(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(") ", 1)[1].split()
        return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")

    def resident_mib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024

    def forget_highest(self):
        """What `resident_mib` tells begins anew."""
        pathlib.Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")

    def open_files(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def series(self):
        return sum(not line.startswith("#") for line in self.scrape().splitlines())

    def ask(self):
        """`measure --via-daemon` of all devices, in a process of its own."""
        return subprocess.Popen(
            [TREE / "bin/tpp-agent", "measure", "--via-daemon", self.folder / "socket"],
            stdout=subprocess.DEVNULL)

    def workers(self):
        """Children of children: those that put load on devices. They name the scenario."""
        found = []
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                words = (process / "cmdline").read_text()
                if "--benchmark_filter" in words and str(self.folder) in words:
                    found.append(process.name)
            except OSError:
                pass
        return found

    def wait_for_worker(self):
        deadline = time.monotonic() + 60
        while not self.workers():
            if time.monotonic() > deadline:
                raise SystemExit(f"nothing is measured: {(self.folder / 'log').read_text()}")
            time.sleep(0.001)

    def end(self):
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
        self.log.close()
        return time.monotonic() - began


def wait_for(daemon, pattern, seconds):
    deadline = time.monotonic() + seconds
    while not re.search(pattern, daemon.scrape(), re.M):
        if time.monotonic() > deadline:
            raise SystemExit(f"nothing like {pattern} in {seconds} s")
        time.sleep(0.02)


def idle(daemon, lengths):
    daemon.scrape()
    say("start to first scrape", f"{(time.monotonic() - daemon.began) * 1000:.0f} ms", "300 ms")
    wait_for(daemon, r"^tpp_board_info", 60)
    say("start to the first inventory", f"{time.monotonic() - daemon.began:.2f} s", "-")
    cpu, own, began = daemon.cpu_s(), daemon.own_cpu_s(), time.monotonic()
    while time.monotonic() - began < lengths.idle_s:
        time.sleep(lengths.scrape_every_s)
        daemon.scrape()
    spent = time.monotonic() - began
    say("series", daemon.series(), "at most 16 x 60 and the node's")
    say("memory of the daemon, highest", f"{daemon.resident_mib():.1f} MiB", "24 MiB")
    say("cpu of the daemon", f"{(daemon.own_cpu_s() - own) / spent:.3%}", "0.1 %")
    say("cpu with its children", f"{(daemon.cpu_s() - cpu) / spent:.3%}", "0.1 %")


def fill(folder, lengths):
    """The state directory with full passes of all devices, none of which is too old to keep."""
    (folder / "scenario.yaml").write_text(scenario())
    report = folder / "report.json"
    subprocess.run([TREE / "bin/tpp-agent", "measure", "--quick", "--format", "json",
                    "--output", report, "--simulate", folder / "scenario.yaml"],
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    subprocess.run([FILLER, report, str(lengths.passes), folder / "state"],
                   stdout=subprocess.DEVNULL, check=True)


def start(daemon, lengths):
    size = sum(file.stat().st_size for file in (daemon.folder / "state").iterdir())
    daemon.scrape()
    say(f"start to first scrape, {lengths.passes} passes kept",
        f"{(time.monotonic() - daemon.began) * 1000:.0f} ms", "300 ms")
    wait_for(daemon, r"^tpp_board_info", 60)
    say("the same: start to the first inventory", f"{time.monotonic() - daemon.began:.2f} s", "-")
    say("the same: history", f"{size / 2**20:.1f} MiB", "-")
    say("the same: memory of the daemon, highest", f"{daemon.resident_mib():.1f} MiB", "24 MiB")


def day(daemon, lengths):
    hour_s = 3600 / lengths.day_speed
    wait_for(daemon, r"^tpp_board_info", 60)
    time.sleep(14 * hour_s)  # of devices that were never measured there is less to tell
    figures = []
    for _ in range(lengths.days):
        daemon.forget_highest()
        time.sleep(24 * hour_s)
        figures.append((daemon.resident_mib(), daemon.open_files(), daemon.series()))
    for name, of_days in zip(("memory, highest, MiB", "open files", "series"), zip(*figures)):
        say(f"a day: {name}", ", ".join(f"{figure:.4g}" for figure in of_days), "no growth")
    passes = re.findall(r'^tpp_passes_total.outcome="(\w+)". (\d+)', daemon.scrape(), re.M)
    say("a day: passes", ", ".join(f"{count} {outcome}" for outcome, count in passes), "-")


def latency(daemon, lengths):
    wait_for(daemon, r"^tpp_board_info", 60)
    port = daemon.address.rsplit(":", 1)[1]
    for held in (0, 1000):
        measuring = daemon.ask()
        daemon.wait_for_worker()
        run = subprocess.run([CLIENT, port, "50", str(lengths.load_s), str(held), "0", "10000"],
                             stdout=subprocess.PIPE, check=True)
        during = "a pass" if measuring.poll() is None else "a part of it, a pass"
        measuring.kill()
        measuring.wait()
        times = json.loads(run.stdout)
        say(f"50 clients, {held} held open, during {during}: p99",
            f"{times['p99_us'] / 1000:.2f} ms", "5 ms")
        say("the same: requests without an answer, or refused",
            f"{times['failed']}, {times['other_status']}", "0, 0")


def abort(daemon, _lengths):
    wait_for(daemon, r"^tpp_board_info", 60)
    measuring = daemon.ask()
    daemon.wait_for_worker()
    time.sleep(0.1)  # it is past its start
    began = last = time.monotonic()
    measuring.kill()
    measuring.wait()
    while time.monotonic() - began < 3:
        if daemon.workers():
            last = time.monotonic()
        time.sleep(0.001)
    say("whoever asked goes: the last worker is gone", f"{(last - began) * 1000:.0f} ms", "500 ms")


OPERATOR = "load:\n  authority: operator\n  interval: 12h\n  pass: quick\n"
FIGURES = {
    "idle": (idle, "load:\n  authority: none\n"),
    "start": (start, "load:\n  authority: none\n"),
    "day": (day, OPERATOR),
    "latency": (latency, "load:\n  authority: slurm\n"),
    "abort": (abort, "load:\n  authority: slurm\n"),
}


def main(arguments):
    parser = argparse.ArgumentParser()
    parser.add_argument("--short", action="store_true")
    parser.add_argument("figures", nargs="*", metavar="|".join(FIGURES))
    chosen = parser.parse_args(arguments)
    lengths = ShortLengths if chosen.short else Lengths
    for name in chosen.figures or FIGURES:
        if name not in FIGURES:
            parser.error(f"there is no figure {name}")
        figure, config = FIGURES[name]
        words = ("--clock-speed", str(lengths.day_speed)) if name == "day" else ()
        with tempfile.TemporaryDirectory() as folder:
            if name == "start":
                fill(pathlib.Path(folder), lengths)
            daemon = Daemon(pathlib.Path(folder), config, *words,
                            in_real_time=name in ("latency", "abort"))
            try:
                figure(daemon, lengths)
            finally:
                daemon.end()


if __name__ == "__main__":
    main(sys.argv[1:])
