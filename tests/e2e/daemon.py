"""The daemon as a context, and what there is to look at: its pages, log, processes and sockets."""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.request

import program

DAEMON = program.TREE / "bin" / "tpp-agent-daemon"
PATIENCE_S = 100  # of a test for what is sure to come; sanitizers and loaded machines are slow

NONE = "load: {authority: none}\ninventory: {interval: 10s}\n"
OPERATOR = """
load: {authority: operator, interval: 30d, pass: quick}
inventory: {interval: 1d}
"""
# An interval takes three seconds, an inventory comes ten times a second.
FAST = "--clock-speed=864000"

BOARD = "GPU-00000000-0000-0000-0000-000000000001"
ACHIEVED = f'tpp_board_tpp{{board="{BOARD}",basis="achieved"}}'
DECLARED = f'tpp_board_tpp{{board="{BOARD}",basis="declared"}}'
COMPLETED = 'tpp_passes_total{outcome="completed"}'
RATES = 'tpp_measurements_total{outcome="rate"}'
SLURM = "load: {authority: slurm}\ninventory: {interval: 1d}\n"  # passes come when asked for
RELOADED = "tpp_config_last_reload_successful"


def at_least(count):
    return lambda value: value >= count


def quiet():
    """Whether the machine has cores to spare, so that times can be held against a limit."""
    return os.getloadavg()[0] <= os.cpu_count()


def series(text):
    """The samples of a page of metrics, by name with labels."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def command_of(pid):
    """"" once it is gone."""
    try:
        return pathlib.Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def children_of(pid):
    try:
        tasks = list(pathlib.Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks
                for child in (task / "children").read_text().split()]
    except OSError:
        return []


def descendants_of(pid):
    found = children_of(pid)
    return found + [one for child in found for one in descendants_of(child)]


def wait_until(look, failure):
    """As Daemon.wait_for, where there need not be one."""
    until = time.monotonic() + PATIENCE_S
    while not look():
        if time.monotonic() > until:
            raise AssertionError(failure)
        time.sleep(0.01)


class Daemon:
    """`scenario` is the name of one that is shipped, a file, or None for this node; `inside` are
    words of a program that becomes the daemon; `context` and `headers` are of its clients."""

    def __init__(self, case, *words, scenario="h100_node", environment=None, program_file=DAEMON,
                 inside=(), context=None, headers=()):
        self.case = case
        self.folder = case.folder
        self.context, self.headers = context, headers
        if isinstance(scenario, str):
            scenario = program.SCENARIOS / f"{scenario}.yaml"
        source = ["--simulate", scenario] if scenario else []
        self.log_file = case.folder / f"log{case.started}"
        case.started += 1
        env = {k: v for k, v in os.environ.items() if not k.startswith("TPP_AGENT_")}
        env.update(environment or {})
        self.began = time.monotonic()
        with self.log_file.open("wb") as log:
            self.process = subprocess.Popen(
                [*inside, program_file, "--config.file", case.config, "--state-directory",
                 case.state, "--socket", case.socket, "--web.listen-address", "127.0.0.1:0",
                 "--web.public-pages", *source, *words],
                stdin=subprocess.DEVNULL, stderr=log, env=env)
        case.addCleanup(self.process.wait)
        case.addCleanup(self.process.kill)
        self.address = self.wait_for(
            lambda: re.search(r"msg=listening address=(\S+)", self.log()), "no address")[1]

    def log(self):
        return self.log_file.read_text()

    def wait_for(self, look, failure, pause_s=0.02):
        """What `look` gives as soon as it gives anything, while the daemon lives."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            found = look()
            if found:
                return found
            try:
                self.process.wait(pause_s)
            except subprocess.TimeoutExpired:
                continue
            found = look()
            if found:
                return found
            self.case.fail(f"the daemon ended: {self.log()}")
        self.case.fail(f"{failure}: {self.log()}")

    def get(self, path="/metrics", context=None, headers=None):
        """Status and body."""
        context = context or self.context
        lines = self.headers if headers is None else headers
        request = urllib.request.Request(
            f"http{'s' if context else ''}://{self.address}{path}",
            headers=dict(line.split(": ", 1) for line in lines))
        try:
            with urllib.request.urlopen(request, timeout=60, context=context) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def metrics(self):
        return series(self.get()[1])

    def look_again(self):
        """All metrics after another inventory, which a reload brings at once."""
        before = self.metrics()[COMPLETED]
        self.hang_up()
        return self.wait_for_metric(COMPLETED, at_least(before + 1))

    def report(self):
        return json.loads(self.get("/api/v1/report")[1])

    def wait_until_ready(self):
        self.wait_for(lambda: self.get("/-/ready")[0] == 200, "it does not get ready")
        return self

    def wait_for_metric(self, name, is_right):
        """All metrics, once this one is there and right."""
        def look():
            metrics = self.metrics()
            return metrics if name in metrics and is_right(metrics[name]) else None
        return self.wait_for(look, f"{name} does not come", 0.1)

    def wait_for_words(self, words):
        self.wait_for(lambda: words in self.log(), f"no '{words}'")

    def wait_for_child(self, words):
        """The process below the daemon whose command line holds these words."""
        return self.wait_for(
            lambda: next((pid for pid in descendants_of(self.process.pid)
                          if words in command_of(pid)), None), f"no child '{words}'", 0.005)

    def wait_for_worker(self):
        return self.wait_for_child("--benchmark_filter")

    def measured(self, **measure):
        """All metrics after a pass with load of these devices."""
        self.case.assertEqual(self.answers(self.ask(**measure))[-1]["news"]["outcome"], "completed")
        return self.metrics()

    def descriptors(self):
        return len(list(pathlib.Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def hang_up(self):
        self.process.send_signal(signal.SIGHUP)

    def terminate(self):
        """Its exit code and how long it took."""
        began = time.monotonic()
        self.process.terminate()
        return self.process.wait(PATIENCE_S), time.monotonic() - began

    def ask(self, **measure):
        """A connection on which a measurement was asked for."""
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(PATIENCE_S)
        connection.connect(str(self.case.socket))
        self.case.addCleanup(connection.close)
        connection.sendall(json.dumps({"measure": measure}).encode() + b"\n")
        return connection

    @staticmethod
    def answers(connection):
        """All lines, once the daemon has closed."""
        with connection.makefile("r") as lines:
            return [json.loads(line) for line in lines]


class ServiceManager:
    """The end of NOTIFY_SOCKET that systemd has."""

    def __init__(self, case):
        self.path = case.folder / "notify"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(self.path))
        self.socket.settimeout(PATIENCE_S)
        case.addCleanup(self.socket.close)

    def wait_for(self, begin):
        """All messages up to the first with a line that begins so."""
        heard = []
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            heard.append(self.socket.recv(65536).decode())
            if any(line.startswith(begin) for line in heard[-1].splitlines()):
                return heard
        raise AssertionError(f"no {begin}: {heard}")


class DaemonCase(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tpp-daemon-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.config = self.folder / "config.yaml"
        self.state = self.folder / "state"
        self.socket = self.folder / "tpp.sock"
        self.started = 0

    def configure(self, text):
        beside = self.folder / "config.yaml.next"
        beside.write_text(text)
        beside.rename(self.config)

    def start(self, *words, config=None, **options):
        if config is not None:
            self.configure(config)
        return Daemon(self, *words, **options)

    def refused(self, *words, config="load: {authority: none}\n"):
        """How a daemon ends that cannot begin: exit code and what it says."""
        self.configure(config)
        done = subprocess.run(
            [DAEMON, "--config.file", self.config, "--state-directory", self.state, *words],
            capture_output=True, text=True, timeout=PATIENCE_S, stdin=subprocess.DEVNULL,
            check=False)
        return done.returncode, done.stderr
