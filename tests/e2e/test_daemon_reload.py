"""Configuration, users and certificates that are replaced while the daemon serves: what is right is
taken over, what is broken keeps the one before and is said, and no scrape goes without an answer."""
import ssl
import sys
import threading
import unittest

import daemon
import program
from daemon import NONE

sys.path.insert(0, str(program.SOURCE / "tests" / "web"))
from certificates import Certificates  # noqa: E402
from web_server import OTHER, SCRAPE_ME, basic  # noqa: E402


class Scraper:
    """Asks for /metrics again and again in a thread of its own, from `with` to its end."""

    def __init__(self, served, **options):
        self.served, self.options = served, options
        self.statuses, self.failures = [], []
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.scrape)

    def scrape(self):
        while not self.done.is_set():
            try:
                self.statuses.append(self.served.get(**self.options)[0])
            except OSError as error:
                self.failures.append(error)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.done.set()
        self.thread.join()


class Replaced(daemon.DaemonCase, Certificates):
    def setUp(self):
        super().setUp()
        self.web = self.folder / "web.yaml"

    def write(self, text):
        beside = self.folder / "web.yaml.next"
        beside.write_text(text)
        beside.rename(self.web)

    def start_with(self, text, **options):
        self.write(text)
        return self.start("--web.config.file", self.web, config=NONE, **options)

    def shown_to(self, served, authority):
        """Whether a client that trusts this authority alone is served."""
        try:
            return served.get(context=self.client(authority))[0] == 200
        except (ssl.SSLError, OSError):
            return False

    def test_certificates_are_replaced_without_a_gap_and_a_broken_pair_keeps_the_old(self):
        for name in ("old", "new"):
            self.make_authority(name)
        self.make_certificate("server", "old", "DNS:localhost,IP:127.0.0.1")
        self.make_certificate("next", "new", "DNS:localhost,IP:127.0.0.1")
        (self.folder / "both.crt").write_text("".join(
            (self.folder / f"{name}.crt").read_text() for name in ("old", "new")))
        served = self.start_with("tls_server_config: {cert_file: server.crt, key_file: server.key}\n",
                                 context=self.client("both"))
        with Scraper(served) as scraper:
            # The key alone fits no certificate.
            (self.folder / "next.key").rename(self.folder / "server.key")
            served.wait_for_words("stays in force")
            self.assertRegex(served.log(), "level=warn .*cannot use the certificate")
            self.assertTrue(self.shown_to(served, "old"))
            (self.folder / "next.crt").rename(self.folder / "server.crt")
            served.wait_for(lambda: self.shown_to(served, "new"), "the new one is not served")
            served.wait_for(lambda: not self.shown_to(served, "old"), "the old one is served")
        self.assertEqual(scraper.failures, [])
        self.assertEqual(set(scraper.statuses), {200})

    def test_users_are_replaced_without_a_gap_and_a_broken_file_keeps_the_old(self):
        def users(password):
            return f"basic_auth_users:\n  one: {password}\n  other: {OTHER}\n"

        before, after = basic("one", "scrape-me"), basic("one", "other")
        served = self.start_with(users(SCRAPE_ME), headers=before)
        self.assertEqual(served.get(headers=[])[0], 401)
        with Scraper(served, headers=basic("other", "other")) as scraper:
            self.write("basic_auth_user: {}\n")
            served.wait_for_words("did you mean 'basic_auth_users'?")
            self.assertIn("level=warn", served.log())
            self.assertEqual(served.get(headers=before)[0], 200)
            self.write(users(OTHER))
            served.wait_for(lambda: served.get(headers=after)[0] == 200, "no new password")
            self.assertEqual(served.get(headers=before)[0], 401)
        self.assertEqual(scraper.failures, [])
        self.assertEqual(set(scraper.statuses), {200})


if __name__ == "__main__":
    unittest.main()
