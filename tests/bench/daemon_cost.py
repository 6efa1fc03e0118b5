#!/usr/bin/python3
"""Takes what the daemon costs a node of sixteen simulated devices, and how fast it is.

Usage: TPP_TREE=build/dev tests/bench/daemon_cost.py [IDLE_SECONDS]      default 600

Prints a line a figure beside its target; judges nothing. `cpu` counts the daemon and all children of
its that have ended.
"""

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
SCRAPE_EVERY_S = 15


def say(name, figure, target):
    print(f"{name:52} {figure:>14}   target {target}", flush=True)


class Daemon:
    """`tpp-agent run` on a free port, with a directory of its own."""

    def __init__(self, folder, config):
        (folder / "scenario.yaml").write_text(scenario())
        (folder / "config.yaml").write_text(config)
        self.began = time.monotonic()
        self.log = open(folder / "log", "w+")
        self.process = subprocess.Popen(
            [TREE / "bin/tpp-agent", "run", "--config.file", folder / "config.yaml",
             "--state-directory", folder / "state", "--socket", folder / "socket",
             "--web.listen-address", "127.0.0.1:0", "--simulate", folder / "scenario.yaml"],
            stderr=self.log)
        self.address = self.listening(folder / "log")

    @staticmethod
    def listening(log):
        while True:
            found = re.search(r"msg=listening address=(\S+)", log.read_text())
            if found:
                return found[1]
            time.sleep(0.001)

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

    def end(self):
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
        return time.monotonic() - began


def wait_for(daemon, pattern, seconds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if re.search(pattern, daemon.scrape(), re.M):
            return True
        time.sleep(0.02)
    return False


def idle(seconds):
    with tempfile.TemporaryDirectory() as folder:
        daemon = Daemon(pathlib.Path(folder), "load:\n  authority: none\n")
        daemon.scrape()
        say("start to first scrape", f"{(time.monotonic() - daemon.began) * 1000:.0f} ms", "300 ms")
        wait_for(daemon, r"^tpp_board_info", 60)
        say("start to the first inventory", f"{time.monotonic() - daemon.began:.2f} s", "-")
        cpu, own, began = daemon.cpu_s(), daemon.own_cpu_s(), time.monotonic()
        while time.monotonic() - began < seconds:
            time.sleep(min(SCRAPE_EVERY_S, seconds))
            series = sum(not line.startswith("#") for line in daemon.scrape().splitlines())
        spent = time.monotonic() - began
        say("series", f"{series}", "at most 16 x 60 and the node's")
        say("memory of the daemon, highest", f"{daemon.resident_mib():.1f} MiB", "24 MiB")
        say("cpu of the daemon", f"{(daemon.own_cpu_s() - own) / spent:.3%}", "0.1 %")
        say("cpu with its children", f"{(daemon.cpu_s() - cpu) / spent:.3%}", "0.1 %")
        say("end", f"{daemon.end():.2f} s", "5 s")


def main(arguments):
    idle(float(arguments[1]) if len(arguments) > 1 else 600)


if __name__ == "__main__":
    main(sys.argv)
