"""Strangers who hold connections open, are slow or too many: who has to go, and who is served."""

import resource
import unittest

from web_server import WebCase, has_ipv6

HEALTHY = b"GET /-/healthy HTTP/1.1\r\nHost: a\r\n\r\n"


class SlowClients(WebCase):
    def setUp(self):
        super().setUp()
        self.held = []
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = 4096 if hard == resource.RLIM_INFINITY else min(hard, 4096)
        if soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))

    def tearDown(self):
        for connection in self.held:
            connection.socket.close()

    def hold(self, server, count, data=b""):
        """More connections, kept open after these bytes."""
        made = [server.connect() for _ in range(count)]
        for connection in made:
            connection.send(data)
        self.held += made
        return made

    def test_a_thousand_held_open_leave_room_for_scrapes(self):
        server = self.serve("--first-request-ms", "600000")
        for data in b"", b"GET /metrics HTTP/1.1\r\nX-Slow: ":
            for _ in range(5):
                self.hold(server, 100, data)
                self.assertEqual(server.get().status, 200)
        for _ in range(20):
            self.assertEqual(server.get().status, 200)
        connections, for_newcomers, *_ = map(int, server.command("counts"))
        self.assertEqual(connections, 1030)
        # Of one address 64 at most.
        self.assertGreaterEqual(for_newcomers, 1030 - 64 - 30)

    def test_a_connection_that_is_used_outlasts_those_that_say_nothing(self):
        server = self.serve("--connections-per-address", "8", "--connections", "8")
        with server.connect() as scraper:
            self.assertEqual(scraper.ask().status, 200)
            # Connections are accepted in their order: the answer to the last of a group shows that
            # all of it were.
            for _ in range(20):
                self.hold(server, 6)
                self.assertEqual(scraper.ask("/-/healthy").status, 200)

    def test_the_oldest_goes_first(self):
        server = self.serve("--connections-per-address", "4", "--connections", "4")
        first, *others = self.hold(server, 4)
        self.assertEqual(server.get("/-/healthy").status, 200)
        self.assertTrue(first.is_closed())
        for connection in others[1:]:
            connection.send(HEALTHY)
            self.assertEqual(connection.read_answer().status, 200)

    @unittest.skipUnless(has_ipv6(), "no IPv6 here")
    def test_another_address_is_not_touched_by_a_flood_of_one(self):
        server = self.serve("--connections-per-address", "6", "--connections", "8",
                            listen=("[::]:0",))
        with server.connect(host="::1") as scraper:
            for _ in range(10):
                self.hold(server, 20)
            self.assertEqual(scraper.ask().status, 200)

    def test_headers_that_do_not_come_to_an_end_are_not_waited_for(self):
        server = self.serve("--first-request-ms", "300")
        silent, slow = self.hold(server, 1) + self.hold(server, 1, b"GET /met")
        self.assertTrue(silent.is_closed())
        self.assertTrue(slow.is_closed())
        self.assertEqual(server.command("counts")[2], "2")

    def test_an_idle_connection_is_closed_after_its_time(self):
        server = self.serve("--idle-ms", "300")
        with server.connect() as connection:
            self.assertEqual(connection.ask("/-/healthy").status, 200)
            self.assertTrue(connection.is_closed())

    def test_an_answer_that_nobody_takes_is_not_kept(self):
        server = self.serve("--page-bytes", "20000000", "--request-ms", "300")
        (slow,) = self.hold(server, 1, b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
        while server.command("counts")[2] == "0":
            pass
        self.assertTrue(slow.is_closed())

    def test_requests_at_once_are_limited(self):
        server = self.serve("--page-bytes", "20000000", "--max-requests", "3",
                            "--yields-after-ms", "600000", "--request-ms", "600000")
        for connection in self.hold(server, 3, b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"):
            connection.read_more()
        answer = server.get("/-/healthy")
        self.assertEqual(answer.status, 503)
        self.assertEqual(answer.header("retry-after"), ["1"])
        self.assertEqual(server.command("counts")[3], "1")
        self.held[0].socket.close()
        while (status := server.get("/-/healthy").status) == 503:
            pass
        self.assertEqual(status, 200)

    def test_a_request_that_nobody_reads_gives_its_place_to_a_scrape(self):
        server = self.serve("--page-bytes", "20000000", "--max-requests", "3",
                            "--yields-after-ms", "0", "--request-ms", "600000")
        for connection in self.hold(server, 3, b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"):
            connection.read_more()
        self.assertEqual(server.get("/-/healthy").status, 200)
        self.assertEqual(server.command("counts")[1], "1")
