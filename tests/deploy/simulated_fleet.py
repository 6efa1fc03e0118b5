"""Agents that serve simulated nodes, and a Prometheus that scrapes them, in private folders."""
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

TREE = pathlib.Path(os.environ["TPP_TREE"])
SOURCE = pathlib.Path(os.environ["TPP_SOURCE"])
PATIENCE_S = 120  # for what is sure to come; loaded machines are slow


def answer_of(url):
    """Status and text; status 0 where nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except OSError:
        return 0, ""


def wait_until(what, condition):
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.1)


class Child:
    """A program that is ended with the context."""

    def __init__(self, folder, *words):
        folder.mkdir()
        self.folder = folder
        with open(folder / "log", "w", encoding="utf-8") as log:
            self.process = subprocess.Popen([str(word) for word in words], cwd=folder, stdout=log,
                                            stderr=log, stdin=subprocess.DEVNULL)

    def log(self):
        return (self.folder / "log").read_text()

    def end(self):
        self.process.terminate()
        self.process.wait(PATIENCE_S)

    def wait_until(self, what, condition):
        def holds():
            assert self.process.poll() is None, f"ended before: {what}\n{self.log()}"
            return condition()
        wait_until(what, holds)


class Agent(Child):
    """`tpp-agent run` on one scenario; measures when it is asked to, and only then. `under` are
    words of a program that runs it."""

    def __init__(self, folder, scenario, under=()):
        self.config = folder.parent / f"{folder.name}.yaml"
        self.config.write_text("load: {authority: operator, interval: 3660d, on_change: no}\n")
        super().__init__(folder, *under, TREE / "bin/tpp-agent", "run",
                         "--config.file", self.config,
                         "--state-directory", folder / "state", "--socket", folder / "socket",
                         "--web.listen-address", "127.0.0.1:0", "--simulate",
                         SOURCE / "kernels/sim/scenarios" / f"{scenario}.yaml")
        self.wait_until("it listens", lambda: "msg=listening" in self.log())
        self.address = re.search(r"address=(\S+)", self.log())[1]
        self.wait_until("it is ready", lambda: self.ask("/-/ready")[0] == 200)

    def ask(self, path):
        return answer_of(f"http://{self.address}{path}")

    def measure(self):
        """A quick pass of every device; returns at its end."""
        with socket.socket(socket.AF_UNIX) as asked:
            asked.settimeout(PATIENCE_S)
            asked.connect(str(self.folder / "socket"))
            asked.sendall(b'{"measure": {"devices": [], "full": false, "force": false}}\n')
            answers = b"".join(iter(lambda: asked.recv(65536), b""))
        last = (answers.splitlines() or [b"nothing"])[-1]
        assert last.startswith(b'{"news"'), (last, self.log())

    def reload(self, config):
        self.config.write_text(config)
        self.process.send_signal(signal.SIGHUP)


class Prometheus(Child):
    """Debian's, with the alerts that ship. `targets`: instance to its address."""

    def __init__(self, folder, targets, rules):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}"
        config = folder.parent / f"{folder.name}.yml"
        relabel = [{"targets": [address], "labels": {"instance": name, "controlled_boards": "none"}}
                   for name, address in targets.items()]
        # JSON is YAML.
        config.write_text(json.dumps({
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(rules)],
            "scrape_configs": [{"job_name": "tpp-agent", "static_configs": relabel}]}))
        super().__init__(folder, "prometheus", f"--config.file={config}",
                         f"--storage.tsdb.path={folder}/data", "--log.level=warn",
                         f"--web.listen-address={self.url.removeprefix('http://')}")
        self.wait_until("it is ready", lambda: answer_of(f"{self.url}/-/ready")[0] == 200)

    def ask(self, path, **words):
        status, text = answer_of(f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(words)}")
        assert status == 200, text
        return json.loads(text)["data"]

    def query(self, expression):
        """The series of an instant query, each as its labels."""
        return [row["metric"] for row in self.ask("query", query=expression)["result"]]
