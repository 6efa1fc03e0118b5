"""The program tpp-web-server as a context, and clients for it."""

import base64
import os
import pathlib
import socket
import ssl
import subprocess
import tempfile
import unittest

from certificates import Certificates

PROGRAM = pathlib.Path(os.environ["TPP_TREE"], "tests", "tpp-web-server")
PATIENCE_S = 60  # of a test for what is sure to come; sanitizers and loaded machines are slow

# Of "scrape-me" (cost 4), "other" (cost 5) and "slow" (cost 11: about 150 ms a check).
SCRAPE_ME = "$2b$04$abcdefghijklmnopqrstuuY9IzzDs2KOfMw3usTjoBXx1ZNABU.fW"
OTHER = "$2b$05$abcdefghijklmnopqrstuuVQd15VhR/oN1H3pzUR5lME0fZO6.qRW"
SLOW = "$2b$11$abcdefghijklmnopqrstuunCeKINGCIR2HCghh6O3jDKZvMFq0Aja"


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as tried:
            tried.bind(("::1", 0))
    except OSError:
        return False
    return True


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def header(self, name):
        """All values of a header, in order."""
        return [value for key, value in self.headers if key == name.lower()]


class Connection:
    """A socket that speaks HTTP/1.1 by hand, so that nothing is repaired on the way."""

    def __init__(self, port, host="127.0.0.1", context=None):
        self.socket = socket.create_connection((host, port), timeout=PATIENCE_S)
        if context is not None:
            self.socket = context.wrap_socket(self.socket, server_hostname="localhost")
        self.unread = bytearray()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def ask(self, path="/metrics", method="GET", headers=()):
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost", *headers]
        self.send("\r\n".join([*lines, "", ""]).encode())
        return self.read_answer(method)

    def read_more(self):
        data = self.socket.recv(65536)
        if not data:
            raise EOFError(f"closed after {len(self.unread)} bytes: {self.unread[:200]!r}")
        self.unread += data

    def read_answer(self, method="GET"):
        while b"\r\n\r\n" not in self.unread:
            self.read_more()
        head, self.unread = self.unread.split(b"\r\n\r\n", 1)
        first, *lines = head.decode().split("\r\n")
        headers = [(k.lower(), v) for k, v in (line.split(": ", 1) for line in lines)]
        answer = Answer(int(first.split()[1]), headers, b"")
        size = 0 if method == "HEAD" else int((answer.header("content-length") or ["0"])[0])
        while len(self.unread) < size:
            self.read_more()
        answer.body, self.unread = bytes(self.unread[:size]), self.unread[size:]
        return answer

    def is_closed(self):
        """Waits for the other side to close, and drops what it still says."""
        try:
            while self.socket.recv(65536):
                pass
        except (ConnectionError, ssl.SSLError):
            pass
        except TimeoutError:
            return False
        return True


class Server:
    def __init__(self, *arguments, config=None, listen=("127.0.0.1:0",), **popen):
        command = [PROGRAM, *arguments]
        for address in listen:
            command += ["--listen", address]
        if config is not None:
            command += ["--config", config, "--config-check-ms", "0"]
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors,
            text=True, bufsize=1, **popen)
        self.addresses = []
        for _ in listen:
            words = self.process.stdout.readline().split()
            if len(words) != 2 or words[0] != "listening":
                raise AssertionError(f"did not start: {self.said()}")
            self.addresses.append(words[1])
        self.port = int(self.addresses[0].rsplit(":", 1)[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        self.process.stdout.close()
        self.errors.close()

    def stop(self):
        if self.process.stdin:
            self.process.stdin.close()
            self.process.stdin = None
        return self.process.wait(PATIENCE_S)

    def said(self):
        self.errors.seek(0)
        return self.errors.read().decode()

    def command(self, words):
        self.process.stdin.write(words + "\n")
        return self.process.stdout.readline().split()[1:]

    def connect(self, **options):
        return Connection(self.port, **options)

    def get(self, path="/metrics", method="GET", headers=(), context=None):
        with self.connect(context=context) as connection:
            return connection.ask(path, method, headers)


def basic(user, password):
    token = base64.b64encode(f"{user}:{password}".encode()).decode()
    return [f"Authorization: Basic {token}"]


class WebCase(unittest.TestCase, Certificates):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.config = self.folder / "web.yaml"

    def serve(self, *arguments, **options):
        server = Server(*arguments, **options)
        self.addCleanup(server.__exit__)
        return server

    def write_config(self, text):
        """In the place of the one before, at once."""
        beside = self.folder / "web.yaml.next"
        beside.write_text(text)
        beside.rename(self.config)
        return self.config
