"""Who is let in: passwords, TLS, client certificates, and what changes while the server runs."""

import ssl
import subprocess
import threading
import time
import warnings

from web_server import OTHER, PATIENCE_S, PROGRAM, SCRAPE_ME, SLOW, WebCase, basic

USERS = f"basic_auth_users:\n  prometheus: {SCRAPE_ME}\n"


class Passwords(WebCase):
    def test_everything_needs_a_password_where_there_are_users(self):
        server = self.serve(config=self.write_config(USERS + f"  other: {OTHER}\n"))
        for path in "/metrics", "/", "/api/v1/report", "/-/healthy", "/nothing":
            answer = server.get(path)
            self.assertEqual(answer.status, 401, path)
            self.assertEqual(answer.header("www-authenticate"),
                             ['Basic realm="tpp-agent", charset="UTF-8"'])
            self.assertEqual(answer.header("cache-control"), ["no-store"])
        for user in basic("prometheus", "scrape-me"), basic("other", "other"):
            self.assertEqual(server.get(headers=user).status, 200)
            self.assertEqual(server.get("/", headers=user).status, 200)
            self.assertEqual(server.get("/nothing", headers=user).status, 404)

    def test_wrong_ones_are_refused_first_and_again(self):
        server = self.serve(config=self.write_config(USERS))
        wrong = [basic("prometheus", "scrape-you"), basic("stranger", "scrape-me"),
                 basic("prometheus", ""), basic("", "scrape-me"), basic("prometheus", "scrape-me\0"),
                 ["Authorization: Basic !!!"], ["Authorization: Bearer scrape-me"]]
        for headers in wrong * 2:
            self.assertEqual(server.get(headers=headers).status, 401, headers)
        self.assertEqual(server.get(headers=basic("prometheus", "scrape-me")).status, 200)

    def test_a_connection_stays_open_through_a_check(self):
        server = self.serve(config=self.write_config(USERS))
        with server.connect() as connection:
            self.assertEqual(connection.ask().status, 401)
            for _ in range(3):
                answer = connection.ask(headers=basic("prometheus", "scrape-me"))
                self.assertEqual(answer.status, 200)

    def test_many_may_ask_at_once_with_a_password_that_was_never_checked(self):
        config = self.write_config(f"basic_auth_users:\n  prometheus: {SLOW}\n")
        server = self.serve("--max-requests", "0", config=config)
        connections = [server.connect() for _ in range(40)]
        request = "\r\n".join(["GET /-/healthy HTTP/1.1", "Host: a", *basic("prometheus", "slow"),
                               "", ""]).encode()
        for connection in connections:
            connection.send(request)
        self.assertEqual({c.read_answer().status for c in connections}, {200})
        for connection in connections:
            connection.socket.close()

    def test_a_flood_of_wrong_ones_is_bounded_and_the_right_one_served_meanwhile(self):
        config = self.write_config(f"basic_auth_users:\n  prometheus: {SLOW}\n")
        server = self.serve(config=config)
        right = basic("prometheus", "slow")
        self.assertEqual(server.get(headers=right).status, 200)
        flood = [server.connect() for _ in range(20)]
        for i, connection in enumerate(flood):
            connection.send("\r\n".join(["GET / HTTP/1.1", "Host: a",
                                         *basic("prometheus", f"guess {i}"), "", ""]).encode())
        self.assertEqual(server.get(headers=right).status, 200)
        statuses = [connection.read_answer().status for connection in flood]
        self.assertEqual(statuses.count(401) + statuses.count(503), 20)
        # Four are let wait, and a check takes longer than to send all of them.
        self.assertGreaterEqual(statuses.count(503), 1)
        for connection in flood:
            connection.socket.close()

    def test_the_server_ends_while_passwords_are_being_checked(self):
        config = self.write_config(f"basic_auth_users:\n  prometheus: {SLOW}\n")
        server = self.serve(config=config)
        waiting = [server.connect() for _ in range(6)]
        for i, connection in enumerate(waiting):
            connection.send("\r\n".join(["GET / HTTP/1.1", "Host: a",
                                         *basic("prometheus", f"guess {i}"), "", ""]).encode())
        self.assertEqual(server.stop(), 0)
        for connection in waiting:
            connection.socket.close()


class Changes(WebCase):
    def test_another_password_counts_from_the_next_request_on(self):
        server = self.serve(config=self.write_config(USERS))
        old, new = basic("prometheus", "scrape-me"), basic("prometheus", "other")
        with server.connect() as kept:
            self.assertEqual(kept.ask(headers=old).status, 200)
            self.write_config(f"basic_auth_users:\n  prometheus: {OTHER}\n")
            self.assertEqual(kept.ask(headers=old).status, 401)
        self.assertEqual(server.get(headers=old).status, 401)
        self.assertEqual(server.get(headers=new).status, 200)

    def test_a_broken_file_keeps_the_one_before_and_is_told_once(self):
        server = self.serve(config=self.write_config(USERS))
        self.write_config("basic_auth_user: {}\n")
        for _ in range(3):
            self.assertEqual(server.get().status, 401)
        self.assertEqual(server.get(headers=basic("prometheus", "scrape-me")).status, 200)
        self.assertEqual(server.said().count("did you mean 'basic_auth_users'?"), 1)
        self.write_config(f"basic_auth_users:\n  prometheus: {OTHER}\n")
        self.assertEqual(server.get(headers=basic("prometheus", "other")).status, 200)

    def test_headers_and_rate_change_with_the_file(self):
        server = self.serve(config=self.write_config("http_server_config: {http2: false}\n"))
        self.assertEqual(server.get().header("x-frame-options"), [])
        self.write_config("http_server_config: {headers: {X-Frame-Options: deny}}\n"
                          "rate_limit: {interval: 1h, burst: 2}\n")
        self.assertEqual(server.get().header("x-frame-options"), ["deny"])
        statuses = [server.get().status for _ in range(4)]
        self.assertEqual(statuses, [200, 200, 429, 429])

    def test_a_file_that_cannot_be_used_ends_the_start(self):
        run = subprocess.run([PROGRAM, "--config", self.write_config("tls: {}\n")], input="",
                             capture_output=True, text=True, check=False)
        self.assertEqual(run.returncode, 2)
        self.assertIn("web.yaml:1:1: found key 'tls'", run.stderr)


class Tls(WebCase):
    def setUp(self):
        super().setUp()
        self.make_authority("authority")
        self.make_certificate("server", "authority", "DNS:localhost,IP:127.0.0.1")

    def configure(self, *lines, users=""):
        tls = ["tls_server_config:", "  cert_file: server.crt", "  key_file: server.key", *lines]
        return self.write_config("\n".join(tls) + "\n" + users)

    def refuses(self, server, context):
        """Whether the handshake fails, or, under TLS 1.3, what follows it."""
        try:
            server.get("/-/healthy", context=context)
        except (ssl.SSLError, EOFError, ConnectionError):
            return True
        return False

    def test_pages_are_served_over_it_and_not_beside_it(self):
        server = self.serve(config=self.configure())
        answer = server.get(context=self.client())
        self.assertEqual(answer.status, 200)
        self.assertGreater(len(answer.body), 99_000)
        with server.connect() as plain:
            plain.send(b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
            self.assertTrue(plain.is_closed())
        self.assertEqual(server.get("/", context=self.client()).status, 403)

    def test_versions_are_those_configured(self):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            old = self.client()
            old.minimum_version = ssl.TLSVersion.TLSv1
            old.maximum_version = ssl.TLSVersion.TLSv1_1
        old.set_ciphers("ALL:@SECLEVEL=0")
        both = self.serve(config=self.configure())
        for version in ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3:
            self.assertEqual(both.get(context=self.client(version=version)).status, 200)
        self.assertTrue(self.refuses(both, old))
        newest = self.serve(config=self.configure("  min_version: TLS13"))
        self.assertTrue(self.refuses(newest, self.client(version=ssl.TLSVersion.TLSv1_2)))
        self.assertFalse(self.refuses(newest, self.client(version=ssl.TLSVersion.TLSv1_3)))

    def test_ciphers_are_those_configured(self):
        server = self.serve(config=self.configure(
            "  max_version: TLS12",
            "  cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384]"))
        with server.connect(context=self.client()) as connection:
            self.assertEqual(connection.socket.cipher()[0], "ECDHE-ECDSA-AES256-GCM-SHA384")
        context = self.client(version=ssl.TLSVersion.TLSv1_2)
        context.set_ciphers("ECDHE-ECDSA-AES128-GCM-SHA256")
        self.assertTrue(self.refuses(server, context))

    def test_a_certificate_is_replaced_without_a_restart(self):
        server = self.serve(config=self.configure())
        kept = server.connect(context=self.client())
        self.assertEqual(kept.ask().status, 200)
        self.make_authority("next")
        self.make_certificate("server", "next", "DNS:localhost")
        # The first connection may still be shown the one before; its request brings the new.
        deadline = time.monotonic() + PATIENCE_S
        while self.refuses(server, self.client("next")) and time.monotonic() < deadline:
            self.refuses(server, self.client())
        self.assertFalse(self.refuses(server, self.client("next")))
        self.assertTrue(self.refuses(server, self.client()))
        self.assertEqual(server.said(), "")
        kept.socket.close()

    def test_a_key_of_another_certificate_keeps_the_pair_before(self):
        server = self.serve(config=self.configure())
        self.openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "server.key")
        for _ in range(3):
            self.assertEqual(server.get(context=self.client()).status, 200)
        self.assertIn("cannot use the certificate", server.said())
        self.assertIn("stays in force", server.said())

    def test_a_client_needs_a_certificate_that_is_verified_where_it_is_asked(self):
        self.make_authority("clients")
        self.make_authority("strangers")
        self.make_certificate("scraper", "clients", "DNS:prometheus.example")
        self.make_certificate("stranger", "strangers", "DNS:prometheus.example")
        server = self.serve(config=self.configure(
            "  client_auth_type: RequireAndVerifyClientCert", "  client_ca_file: clients.crt"))
        for version in ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3:
            known = self.client(certificate="scraper", version=version)
            self.assertEqual(server.get("/", context=known).status, 200)
            self.assertTrue(self.refuses(server, self.client(version=version)))
            self.assertTrue(self.refuses(server, self.client(certificate="stranger",
                                                             version=version)))

    def test_a_certificate_may_be_left_out_where_it_is_verified_if_given(self):
        self.make_authority("clients")
        self.make_authority("strangers")
        self.make_certificate("scraper", "clients")
        self.make_certificate("stranger", "strangers")
        server = self.serve(config=self.configure(
            "  client_auth_type: VerifyClientCertIfGiven", "  client_ca_file: clients.crt"))
        self.assertEqual(server.get(context=self.client()).status, 200)
        self.assertEqual(server.get("/", context=self.client()).status, 403)
        self.assertEqual(server.get("/", context=self.client(certificate="scraper")).status, 200)
        self.assertTrue(self.refuses(server, self.client(certificate="stranger")))

    def test_a_certificate_that_is_not_verified_authenticates_nobody(self):
        self.make_authority("strangers")
        self.make_certificate("stranger", "strangers")
        for kind in "RequestClientCert", "RequireAnyClientCert":
            server = self.serve(config=self.configure(f"  client_auth_type: {kind}"))
            context = self.client(certificate="stranger")
            self.assertEqual(server.get(context=context).status, 200)
            self.assertEqual(server.get("/", context=context).status, 403)
            self.assertEqual(self.refuses(server, self.client()), kind == "RequireAnyClientCert")

    def test_a_client_is_known_by_a_name_that_is_allowed(self):
        self.make_authority("clients")
        self.make_certificate("named", "clients", "DNS:a.example,DNS:prometheus.example")
        self.make_certificate("addressed", "clients", "IP:192.0.2.7,IP:2001:db8::7")
        self.make_certificate("other", "clients", "DNS:other.example,IP:192.0.2.8")
        self.make_certificate("uri", "clients", "URI:spiffe://example/scraper")
        server = self.serve(config=self.configure(
            "  client_auth_type: RequireAndVerifyClientCert", "  client_ca_file: clients.crt",
            "  client_allowed_sans: [prometheus.example, 2001:db8::7, spiffe://example/scraper]"))
        for name in "named", "addressed", "uri":
            self.assertEqual(server.get("/", context=self.client(certificate=name)).status, 200)
        self.assertTrue(self.refuses(server, self.client(certificate="other")))

    def test_a_certificate_of_servers_is_none_of_a_client(self):
        self.make_authority("clients")
        self.make_certificate("server-only", "clients",
                              "DNS:localhost\nextendedKeyUsage=serverAuth")
        server = self.serve(config=self.configure(
            "  client_auth_type: RequireAndVerifyClientCert", "  client_ca_file: clients.crt"))
        self.assertTrue(self.refuses(server, self.client(certificate="server-only")))

    def test_another_authority_of_clients_counts_while_running(self):
        self.make_authority("clients")
        self.make_authority("later")
        self.make_certificate("scraper", "clients")
        self.make_certificate("successor", "later")
        lines = ["  client_auth_type: RequireAndVerifyClientCert"]
        server = self.serve(config=self.configure(*lines, "  client_ca_file: clients.crt"))
        scraper, successor = self.client(certificate="scraper"), self.client(certificate="successor")
        self.assertFalse(self.refuses(server, scraper))
        self.configure(*lines, "  client_ca_file: later.crt")
        deadline = time.monotonic() + PATIENCE_S
        while self.refuses(server, successor) and time.monotonic() < deadline:
            self.refuses(server, scraper)
        self.assertFalse(self.refuses(server, successor))
        self.assertTrue(self.refuses(server, scraper))

    def test_a_password_is_asked_for_beside_the_certificate(self):
        self.make_authority("clients")
        self.make_certificate("scraper", "clients")
        server = self.serve(config=self.configure(
            "  client_auth_type: RequireAndVerifyClientCert", "  client_ca_file: clients.crt",
            users=USERS))
        context = self.client(certificate="scraper")
        self.assertEqual(server.get(context=context).status, 401)
        right = basic("prometheus", "scrape-me")
        self.assertEqual(server.get("/", context=context, headers=right).status, 200)

    def test_many_clients_at_once_are_served_over_it(self):
        server = self.serve(config=self.configure())
        context, statuses = self.client(), []

        def scrape():
            for _ in range(5):
                statuses.append(server.get(context=context).status)

        threads = [threading.Thread(target=scrape) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(statuses, [200] * 40)
