#!/usr/bin/python3
"""Takes how long /metrics (100 kB) takes to come, under the loads that the server is built for.

Usage: TPP_TREE=build/dev tests/bench/web_latency.py [SECONDS]

Prints a line a load beside what was expected, and what a request cost the server's processor; judges
nothing. Client and server share the machine: on one that does other work the times are not the
server's.
"""

import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "web"))
from web_server import Server  # noqa: E402

CLIENT = pathlib.Path(os.environ["TPP_TREE"], "tests", "bench", "web-latency")
# Name, clients, held open in silence, gzip, pause of a client in us, and what was expected of p99
# before the first measurement, in ms: the target is 5.
LOADS = [
    ("one client", 1, 0, 0, 10_000, 0.3),
    ("one client, 1,000 held open", 1, 1000, 0, 10_000, 0.3),
    ("50 clients, each 100 times a second", 50, 0, 0, 10_000, 2),
    ("50 clients without a pause", 50, 0, 0, 0, 4.5),
    ("50 clients without a pause, gzip", 50, 0, 1, 0, 2),
    ("50 clients without a pause, 1,000 held open", 50, 1000, 0, 0, 4.5),
]


def processor_s(pid):
    """Seconds of processor that a process has used."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_kib(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


def main(arguments):
    seconds = arguments[1] if len(arguments) > 1 else "5"
    print(f"{'load':44} {'expected':>8} {'p50':>7} {'p99':>7} {'max':>7} ms {'answers':>8} "
          f"{'failed':>6} {'cpu':>6} us {'RSS':>6} KiB")
    for name, clients, slow, gzip, pause_us, expected in LOADS:
        with Server() as server:
            before = processor_s(server.process.pid)
            run = subprocess.run(
                [CLIENT, *map(str, (server.port, clients, seconds, slow, gzip, pause_us))],
                stdout=subprocess.PIPE, check=True)
            result = json.loads(run.stdout)
            used = processor_s(server.process.pid) - before
            kib = resident_kib(server.process.pid)
        times = "".join(f" {result[key] / 1000:7.2f}" for key in ("p50_us", "p99_us", "max_us"))
        failed = result["failed"] + result["other_status"]
        cost_us = used / max(result["answers"], 1) * 1e6
        print(f"{name:44} {expected:8}{times}    {result['answers']:8} {failed:6} {cost_us:6.0f}    "
              f"{kib:6}", flush=True)


if __name__ == "__main__":
    main(sys.argv)
