"""A real Prometheus scrapes the server, under all that its configuration can ask for."""

import json
import shutil
import socket
import subprocess
import time
import unittest
import urllib.request

from web_server import PATIENCE_S, SCRAPE_ME, WebCase

SCRAPE = """
global: {{scrape_interval: 1s}}
scrape_configs:
  - job_name: tpp-agent
    scheme: https
    tls_config: {{ca_file: authority.crt, cert_file: scraper.crt, key_file: scraper.key}}
    basic_auth: {{username: prometheus, password: {password}}}
    static_configs: [{{targets: ["127.0.0.1:{port}"]}}]
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@unittest.skipUnless(shutil.which("prometheus"), "no prometheus here")
class Prometheus(WebCase):
    def setUp(self):
        super().setUp()
        self.make_authority("authority")
        self.make_certificate("server", "authority", "IP:127.0.0.1")
        self.make_certificate("scraper", "authority", "DNS:prometheus.example")
        self.write_config(
            "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n"
            "  client_auth_type: RequireAndVerifyClientCert\n  client_ca_file: authority.crt\n"
            f"basic_auth_users:\n  prometheus: {SCRAPE_ME}\n")
        self.server = self.serve(config=self.config)

    def target(self, password):
        """What a Prometheus says of the server once it has scraped it."""
        (self.folder / "prometheus.yml").write_text(
            SCRAPE.format(password=password, port=self.server.port))
        port = free_port()
        process = subprocess.Popen(
            ["prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=data",
             f"--web.listen-address=127.0.0.1:{port}", "--log.level=error"], cwd=self.folder)
        try:
            deadline = time.monotonic() + PATIENCE_S
            while time.monotonic() < deadline:
                try:
                    self.fail(f"prometheus ended: {process.wait(0.2)}")
                except subprocess.TimeoutExpired:
                    pass
                try:
                    answer = urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/targets")
                except OSError:
                    continue
                with answer:
                    targets = json.load(answer)["data"]["activeTargets"]
                if targets and targets[0]["health"] != "unknown":
                    return targets[0]
            self.fail("prometheus has not scraped")
        finally:
            process.terminate()
            process.wait()

    def test_it_scrapes_by_certificate_and_password(self):
        target = self.target("scrape-me")
        self.assertEqual((target["health"], target["lastError"]), ("up", ""))

    def test_it_is_refused_by_a_wrong_password(self):
        target = self.target("guess")
        self.assertEqual(target["health"], "down")
        self.assertIn("401", target["lastError"])
