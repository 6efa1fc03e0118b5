"""What is answered: pages, methods, headers, compression, and what is no request at all."""

import gzip
import os
import socket
import struct
import subprocess
import sys
import unittest

from web_server import PROGRAM, Connection, WebCase, has_ipv6

# Arguments: a descriptor, a program and its arguments. Runs it as systemd does: the socket is
# descriptor 3, and meant for the process that is named.
HAND_OVER = ("import os, sys; os.environ['LISTEN_PID'] = str(os.getpid()); "
             "os.environ['LISTEN_FDS'] = '1'; fd = int(sys.argv[1]); "
             "fd == 3 or os.dup2(fd, 3); os.set_inheritable(3, True); "
             "os.execv(sys.argv[2], sys.argv[2:])")


class Pages(WebCase):
    def test_metrics_are_given_to_everyone_as_prometheus_expects_them(self):
        answer = self.serve().get()
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.header("content-type"),
                         ["text/plain; version=0.0.4; charset=utf-8"])
        self.assertTrue(answer.body.startswith(b"snapshot 1\n"))
        self.assertEqual(answer.header("x-content-type-options"), ["nosniff"])
        self.assertEqual(answer.header("vary"), ["Accept-Encoding"])
        self.assertEqual(answer.header("content-encoding"), [])

    def test_metrics_are_compressed_for_who_takes_it(self):
        server = self.serve()
        answer = server.get(headers=["Accept-Encoding: gzip, deflate"])
        self.assertEqual(answer.header("content-encoding"), ["gzip"])
        self.assertEqual(gzip.decompress(answer.body), server.get().body)
        self.assertLess(len(answer.body), 20_000)
        plain = server.get(headers=["Accept-Encoding: gzip;q=0"])
        self.assertEqual(plain.header("content-encoding"), [])

    def test_the_telemetry_path_moves_the_metrics(self):
        server = self.serve("--telemetry-path", "/elsewhere")
        self.assertEqual(server.get("/elsewhere").status, 200)
        self.assertEqual(server.get("/metrics").status, 404)

    def test_a_query_changes_nothing(self):
        self.assertEqual(self.serve().get("/metrics?collect[]=x").status, 200)

    def test_pages_keep_their_status(self):
        server = self.serve()
        self.assertEqual(server.get("/-/healthy").status, 200)
        self.assertEqual(server.get("/-/ready").status, 503)

    def test_inventory_and_report_need_authentication_or_the_flag(self):
        closed, public = self.serve(), self.serve("--public-pages")
        for path in "/", "/api/v1/report":
            answer = closed.get(path)
            self.assertEqual(answer.status, 403, path)
            self.assertIn(b"--web.public-pages", answer.body)
            self.assertNotIn(b"snapshot", answer.body)
            self.assertNotIn(b"inventory", answer.body)
            answer = public.get(path)
            self.assertEqual(answer.status, 200, path)
            self.assertEqual(answer.header("cache-control"), ["no-store"])
        self.assertIn("default-src 'none'",
                      public.get("/").header("content-security-policy")[0])

    def test_head_gives_the_headers_of_get_and_no_body(self):
        server = self.serve()
        with server.connect() as connection:
            head = connection.ask(method="HEAD")
            got = connection.ask(method="GET")
        self.assertEqual(head.status, 200)
        self.assertEqual(head.header("content-length"), [str(len(got.body))])
        self.assertEqual(head.header("content-type"), got.header("content-type"))

    def test_other_methods_are_told_which_there_are(self):
        server = self.serve()
        for method in "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "BREW":
            answer = server.get("/metrics", method=method)
            self.assertEqual(answer.status, 405, method)
            self.assertEqual(answer.header("allow"), ["GET, HEAD"])

    def test_a_body_is_not_waited_for(self):
        with self.serve().connect() as connection:
            connection.send(b"POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n")
            self.assertEqual(connection.read_answer().status, 405)
            self.assertTrue(connection.is_closed())

    def test_what_is_not_there_is_not_found(self):
        server = self.serve("--public-pages")
        for path in "/nothing", "/metrics/", "//metrics", "/../metrics", "/%2e%2e/etc/passwd":
            self.assertEqual(server.get(path).status, 404, path)

    def test_a_snapshot_is_served_from_the_next_request_on(self):
        server = self.serve()
        with server.connect() as connection:
            self.assertIn(b"snapshot 1\n", connection.ask().body)
            self.assertEqual(server.command("publish"), ["2"])
            self.assertIn(b"snapshot 2\n", connection.ask().body)

    def test_an_answer_being_sent_is_of_one_snapshot(self):
        # More than the sockets between the two hold.
        server = self.serve("--page-bytes", "20000000", "--request-ms", "120000")
        with server.connect() as connection:
            connection.send(b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
            connection.read_more()
            for _ in range(3):
                server.command("publish")
            answer = connection.read_answer()
        self.assertTrue(answer.body.startswith(b"snapshot 1\n"))
        self.assertGreaterEqual(len(answer.body), 20_000_000)


class Requests(WebCase):
    def test_requests_in_one_packet_are_answered_in_their_order(self):
        with self.serve().connect() as connection:
            one = "GET {} HTTP/1.1\r\nHost: a\r\n\r\n"
            paths = ["/metrics", "/-/healthy", "/nothing", "/metrics", "/-/ready"]
            connection.send("".join(one.format(path) for path in paths).encode())
            statuses = [connection.read_answer().status for _ in paths]
        self.assertEqual(statuses, [200, 200, 404, 200, 503])

    def test_a_request_may_come_byte_by_byte(self):
        with self.serve().connect() as connection:
            for byte in b"GET /-/healthy HTTP/1.1\r\nHost: a\r\n\r\n":
                connection.send(bytes([byte]))
            self.assertEqual(connection.read_answer().status, 200)

    def test_a_connection_of_http_1_0_is_closed(self):
        with self.serve().connect() as connection:
            connection.send(b"GET /-/healthy HTTP/1.0\r\n\r\n")
            self.assertEqual(connection.read_answer().status, 200)
            self.assertTrue(connection.is_closed())

    def test_a_line_that_is_too_long_is_refused(self):
        with self.serve().connect() as connection:
            connection.send(b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n")
            self.assertEqual(connection.read_answer().status, 414)
            self.assertTrue(connection.is_closed())

    def test_headers_that_are_too_large_are_refused(self):
        with self.serve().connect() as connection:
            lines = b"".join(b"X-%d: %s\r\n" % (i, b"a" * 200) for i in range(200))
            connection.send(b"GET /metrics HTTP/1.1\r\nHost: a\r\n" + lines + b"\r\n")
            self.assertEqual(connection.read_answer().status, 431)
            self.assertTrue(connection.is_closed())

    def test_garbage_ends_its_connection_and_nothing_else(self):
        server = self.serve()
        garbage = [b"\x00" * 100, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xff" * 600,
                   b"\r\n" * 50, b"GET\r\n\r\n", b"GET /metrics\r\n\r\n", os.urandom(5000),
                   b"GET /metrics HTTP/9.9\r\nHost: a\r\n\r\n",
                   b"GET /metrics HTTP/1.1\r\n\r\n",  # no Host
                   b"GET /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
                   b"GET /metrics HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"]
        for data in garbage:
            with server.connect() as connection:
                connection.send(data)
                connection.socket.shutdown(socket.SHUT_WR)
                self.assertTrue(connection.is_closed(), data[:40])
            self.assertEqual(server.get().status, 200, data[:40])

    def test_a_client_that_resets_in_the_middle_raises_no_signal(self):
        server = self.serve("--page-bytes", "5000000")
        for _ in range(20):
            connection = Connection(server.port)
            connection.send(b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n")
            connection.read_more()
            connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                         struct.pack("ii", 1, 0))
            connection.socket.close()
        self.assertEqual(server.get("/-/healthy").status, 200)
        self.assertEqual(server.stop(), 0)


class Sockets(WebCase):
    @unittest.skipUnless(has_ipv6(), "no IPv6 here")
    def test_several_addresses_are_served(self):
        server = self.serve(listen=("127.0.0.1:0", "127.0.0.2:0", "[::1]:0"))
        self.assertEqual(len(set(server.addresses)), 3)
        for address in server.addresses:
            host, port = address.rsplit(":", 1)
            with Connection(int(port), host=host.strip("[]")) as connection:
                self.assertEqual(connection.ask().status, 200, address)

    @unittest.skipUnless(has_ipv6(), "no IPv6 here")
    def test_all_addresses_are_those_of_both_families(self):
        server = self.serve(listen=(":0",))
        for host in "127.0.0.1", "::1":
            with Connection(server.port, host=host) as connection:
                self.assertEqual(connection.ask().status, 200, host)

    def test_an_address_in_use_is_told(self):
        server = self.serve()
        second = subprocess.run([PROGRAM, "--listen", f"127.0.0.1:{server.port}"],
                                capture_output=True, text=True, check=False, input="")
        self.assertEqual(second.returncode, 2)
        self.assertIn(f"cannot listen on 127.0.0.1:{server.port}: Address already in use",
                      second.stderr)

    def test_a_socket_of_the_service_manager_is_served(self):
        with socket.create_server(("127.0.0.1", 0)) as listening:
            process = subprocess.Popen(
                [sys.executable, "-c", HAND_OVER, str(listening.fileno()), PROGRAM,
                 "--systemd-socket"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                pass_fds=[listening.fileno()])
            port = listening.getsockname()[1]
            with process:
                self.assertEqual(process.stdout.readline(), f"listening 127.0.0.1:{port}\n")
                with Connection(port) as connection:
                    self.assertEqual(connection.ask().status, 200)
                process.stdin.close()
                process.stdin = None
                self.assertEqual(process.wait(), 0)

    def test_what_is_no_listening_socket_is_refused(self):
        unix = self.folder / "socket"
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(unix))
            listening.listen()
            run = subprocess.run(
                [sys.executable, "-c", HAND_OVER, str(listening.fileno()), PROGRAM,
                 "--systemd-socket"],
                input="", capture_output=True, text=True, check=False,
                pass_fds=[listening.fileno()])
        self.assertEqual(run.returncode, 2)
        self.assertIn("descriptor 3: it is no listening TCP socket", run.stderr)
