"""The numbers of a server, and of its connections.

METRICS=yes in the environment: SHELF was built with prometheus-cpp,
CHANNELZ=yes: with gRPC's library for channelz.

usage: metrics_test.py SHELF

SHELF is the program of this folder.
"""

import base64
import hmac
import http.client
import os
import pathlib
import re
import socket
import time
import unittest
import urllib.error
import urllib.request

import grpc

import operate_case
from dashboard import check_dashboard
from metrics_text import parse_metrics, value
from operate_case import (ROOT, PARENT, PATIENCE, TRACE, OperateCase, Server,
                          number_field, text_field)


@unittest.skipUnless(os.environ.get("METRICS") == "yes", "no prometheus-cpp")
class MetricsTest(OperateCase):

    def read(self, server, accept="*/*", path="/metrics"):
        """The content type, and the text."""
        line = server.wait_for(["metrics_address="])
        address = re.search(r"metrics_address=(\S+)", line).group(1)
        request = urllib.request.Request(f"http://{address}{path}",
                                         headers={"Accept": accept})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return answer.headers["Content-Type"], answer.read().decode()

    def scrape(self, server):
        kind, text = self.read(server)
        self.assertEqual(kind, "text/plain; version=0.0.4")
        return parse_metrics(text)

    def test_exemplars(self):
        self.migrate()
        with Server(self, "--metrics_address=127.0.0.1:0") as server:
            server.call("Read", number_field(1, 20),
                        (("traceparent", PARENT),))
            line = server.wait_for(["span /shelf.Books/Read"])
            self.assertIn(f"trace={TRACE} in=b7ad6b7169203331", line)
            server.wait_for(["span SELECT"])
            # A trace that nobody records is no example.
            server.call("Read", b"", (("traceparent", PARENT[:-1] + "0"),))
            # What Prometheus 2.x asks for.
            kind, text = self.read(
                server, "application/openmetrics-text;version=1.0.0;q=0.5,"
                "application/openmetrics-text;version=0.0.1;q=0.4,"
                "text/plain;version=0.0.4;q=0.3,*/*;q=0.2")
            self.assertEqual(kind, "application/openmetrics-text; "
                             "version=1.0.0; charset=utf-8")
            self.assertTrue(text.endswith("\n# EOF\n"))
            self.assertIn("# TYPE modelservice_calls_started counter\n", text)
            examples = [line for line in text.splitlines() if " # {" in line]
            self.assertEqual(len(examples), 1, text)
            found = re.fullmatch(
                r'modelservice_call_seconds_bucket\{method="/shelf.Books/Read",'
                r'code="OK",le="([\d.]+)"\} (\d) # \{trace_id="(\w+)",'
                r'span_id="(\w{16})"\} ([\d.]+) ([\d.]+)', examples[0])
            self.assertTrue(found, examples[0])
            self.assertEqual(found[3], TRACE)
            self.assertGreaterEqual(float(found[5]), 0.02)
            self.assertLessEqual(float(found[5]), float(found[1]))
            self.assertLess(abs(float(found[6]) - time.time()), PATIENCE)
            # But for that, both formats say the same.
            _, plain = self.read(server, "text/plain")
            self.assertNotIn(" # {", plain)
            counted = "modelservice_call_seconds_count"
            bare = [re.sub(" # .*", "", line) for line in text.splitlines()]
            for line in bare:
                if line.startswith((counted, "modelservice_calls_started")):
                    self.assertIn(line, plain.splitlines())
            self.assertEqual(
                {line.split()[0] for line in bare if line[0] != "#"},
                {re.sub(r'le="(\d+)"', r'le="\1.0"', line.split()[0])
                 for line in plain.splitlines() if line[0] != "#"})
            # As those who only ask whether it is there do.
            host = re.search(r"metrics_address=(\S+)", server.wait_for(
                ["metrics_address="])).group(1)
            for method, status in (("HEAD", 200), ("POST", 405)):
                client = http.client.HTTPConnection(host, timeout=PATIENCE)
                client.request(method, "/metrics")
                answer = client.getresponse()
                self.assertEqual((answer.status, answer.read()),
                                 (status, b""), method)
                client.close()
            # Nothing else is there.
            for path in ("/", "/metrics/", "/metricsx", "/../etc/passwd"):
                with self.assertRaises(urllib.error.HTTPError) as caught:
                    self.read(server, path=path)
                self.assertEqual(caught.exception.code, 404, path)
                caught.exception.close()
            self.assertEqual(server.end(), 0)

    def test_what_is_counted(self):
        self.migrate()
        with Server(self, "--metrics_address=127.0.0.1:0") as server:
            for i in range(5):
                server.call("Create", text_field(2, f"Book {i}"))
            server.call("Create", text_field(2, "Book 0"))
            server.call("Retrieve", number_field(1, 1))
            for _ in range(3):
                server.call("Borrow")
            metrics = self.scrape(server)
            create = {"method": "/shelf.Books/Create"}
            self.assertEqual(
                value(metrics, "modelservice_calls_started_total", **create), 6)
            self.assertEqual(
                value(metrics, "modelservice_calls_in_flight", **create), 0)
            self.assertEqual(
                value(metrics, "modelservice_call_seconds_count", code="OK",
                      **create), 5)
            self.assertEqual(
                value(metrics, "modelservice_call_seconds_count",
                      code="ALREADY_EXISTS", **create), 1)
            buckets = [
                (float(dict(key)["le"]), count)
                for key, count in
                metrics["modelservice_call_seconds_bucket"].items()
                if dict(key)["code"] == "OK" and
                dict(key)["method"] == create["method"]]
            counts = [count for _, count in sorted(buckets)]
            self.assertEqual(counts, sorted(counts))
            self.assertEqual(counts[-1], 5)
            self.assertEqual(
                value(metrics, "modelservice_call_errors_total",
                      reason="RATE_LIMIT_EXCEEDED"), 1)
            limits = {"method": "/shelf.Books/Borrow", "limit": "few"}
            for decision, count in (("allowed", 2), ("refused", 1),
                                    ("failed", 0)):
                self.assertEqual(
                    value(metrics, "modelservice_limit_decisions_total",
                          decision=decision, **limits), count)
            self.assertGreaterEqual(
                value(metrics, "modelservice_rows_total"), 6)
            self.assertGreaterEqual(
                value(metrics, "modelservice_statement_seconds_count"), 7)
            self.assertGreaterEqual(
                value(metrics, "modelservice_batch_size_count",
                      batch="writes"), 1)
            self.assertEqual(
                value(metrics, "modelservice_queue_limit", queue="calls"), 1000)
            # Seven Creates and Reads, each of a statement that is prepared
            # once on its connection.
            self.assertGreaterEqual(
                value(metrics, "modelservice_cache_hits_total",
                      cache="statements"), 5)
            self.assertGreaterEqual(
                value(metrics, "modelservice_cache_misses_total",
                      cache="statements"), 2)
            self.assertEqual(
                value(metrics, "modelservice_queue_limit", queue="spans"), 8192)
            self.assertEqual(
                value(metrics, "modelservice_queue_refused_total",
                      queue="log"), 0)
            self.assertEqual(
                value(metrics, "modelservice_queue_refused_total",
                      queue="executor"), 0)
            self.assertGreater(
                value(metrics, "process_resident_memory_bytes"), 1 << 20)
            self.assertGreater(
                value(metrics, "modelservice_connections_taken_total"), 0)
            _, text = self.read(server)
            check_dashboard(self, metrics, dict(re.findall(
                r"^# TYPE (\w+) (\w+)$", text, re.MULTILINE)))
            self.assertEqual(server.end(), 0)

    def test_who_calls_is_counted(self):
        self.migrate()
        key = b"k" * 32
        pathlib.Path(self.folder, "key").write_bytes(key)

        def token(key):
            def coded(text):
                return base64.urlsafe_b64encode(text).rstrip(b"=")

            said = coded(b'{"alg":"HS256"}') + b"." + coded(
                b'{"sub":"ann","exp":%d}' % (time.time() + 600))
            sealed = hmac.digest(key, said, "sha256")
            return (said + b"." + coded(sealed)).decode()

        with Server(self, "--metrics_address=127.0.0.1:0",
                    '--authenticator=jwt { secret_file: "key" }',
                    "--default_access=any") as server:
            for made in ([], [token(key)], [token(key)], [token(b"j" * 32)]):
                server.call("Read", metadata=[
                    ("authorization", f"Bearer {one}") for one in made])
            metrics = self.scrape(server)
            for result, count in (("authenticated", 2), ("anonymous", 1),
                                  ("refused", 1), ("failed", 0)):
                self.assertEqual(
                    value(metrics, "modelservice_authentications_total",
                          result=result), count, result)
            self.assertEqual(
                value(metrics, "modelservice_cache_hits_total",
                      cache="tokens"), 1)
            self.assertEqual(
                value(metrics, "modelservice_call_errors_total",
                      reason="TOKEN_SIGNATURE"), 1)

    def test_the_page_has_all_of_them(self):
        """docs/operate.md names what there is, and nothing else."""
        page = (ROOT / "docs/operate.md").read_text()
        known = {}  # name -> what stands beside it
        for names, told in re.findall(r"^\| (`modelservice_.*?) \| (.*) \|$",
                                      page, re.MULTILINE):
            for name in re.findall(r"`(\w+)`", names):
                known[re.sub("^_", "modelservice_", name)] = told
        self.assertGreater(len(known), 20)
        types, labels = {}, {}
        pathlib.Path(self.folder, "key").write_text("k" * 32)
        urls = [self.url]
        if operate_case.POSTGRES is not None:
            urls.append(self.new_postgres_database())
        for self.url in urls:
            self.migrate()
            with Server(self, "--metrics_address=127.0.0.1:0",
                        '--authenticator=jwt { secret_file: "key" }') as server:
                server.call("Read")
                server.call("Read", number_field(1, 1),
                            (("authorization", "Bearer x"),))
                _, text = self.read(server)
            types.update(re.findall(r"^# TYPE (\w+) (\w+)$", text,
                                    re.MULTILINE))
            for name, samples in parse_metrics(text).items():
                labels.setdefault(name, set()).update(
                    label for key in samples for label in key)
        exposed = {name for name in types if name.startswith("modelservice_")}
        self.assertEqual(exposed - known.keys(), set())
        if len(urls) == 2:
            self.assertEqual(known.keys() - exposed, set())
        for name, told in known.items():
            for label, one in labels.get(name, ()):
                if label in ("queue", "cache", "decision", "result"):
                    self.assertIn(f"`{one}`", told, name)

    def test_silent_connections_keep_nobody_out(self):
        """Not for as long as Prometheus waits, ten seconds."""
        self.migrate()
        with Server(self, "--metrics_address=127.0.0.1:0") as server:
            line = server.wait_for(["metrics_address="])
            host, port = re.search(r"metrics_address=([\d.]+):(\d+)",
                                   line).groups()
            silent = [socket.create_connection((host, int(port)))
                      for _ in range(20)]
            start = time.monotonic()
            self.scrape(server)
            self.assertLess(time.monotonic() - start, 10)
            for connection in silent:
                connection.close()

    def test_an_address_that_is_taken(self):
        self.migrate()
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            self.assert_error(
                self.run_program("serve", f"--database={self.url}",
                                 "--address=127.0.0.1:0",
                                 f"--metrics_address=127.0.0.1:{port}"),
                "metrics_address", str(port))


@unittest.skipUnless(os.environ.get("CHANNELZ") == "yes", "no channelz")
class ChannelzTest(OperateCase):

    def test_an_address_of_its_own(self):
        self.migrate()
        get_servers = "/grpc.channelz.v1.Channelz/GetServers"
        with Server(self, "--channelz_address=127.0.0.1:0") as server:
            server.call("Create", text_field(2, "Emma"))
            line = server.wait_for(["channelz_address="])
            address = re.search(r"channelz_address=(\S+)", line).group(1)
            with grpc.insecure_channel(address) as channel:
                servers = channel.unary_unary(get_servers)(
                    b"", timeout=PATIENCE)
                # Field 1, a server: the one that clients call, which counts.
                self.assertEqual(servers[0], 1 << 3 | 2)
                self.assertGreater(len(servers), 10)
                # It tells of nothing else.
                reflection = channel.stream_stream(
                    "/grpc.reflection.v1alpha.ServerReflection/"
                    "ServerReflectionInfo")
                with self.assertRaises(grpc.RpcError) as caught:
                    next(reflection(iter([b"\x3a\x00"]), timeout=PATIENCE))
                self.assertEqual(caught.exception.code(),
                                 grpc.StatusCode.UNIMPLEMENTED)
            # Clients cannot ask.
            with self.assertRaises(grpc.RpcError) as caught:
                server.channel.unary_unary(get_servers)(b"", timeout=PATIENCE)
            self.assertEqual(caught.exception.code(),
                             grpc.StatusCode.UNIMPLEMENTED)
            self.assert_error(
                self.run_program("serve", f"--database={self.url}",
                                 "--address=127.0.0.1:0",
                                 f"--channelz_address={address}"),
                "channelz_address", address)
            # gRPC would take another one.
            self.assert_error(
                self.run_program("serve", f"--database={self.url}",
                                 "--address=127.0.0.1:0",
                                 "--channelz_address=127.0.0.1:99999"),
                "channelz_address", "ports end at 65535")
            self.assertEqual(server.end(), 0)


if __name__ == "__main__":
    operate_case.main()
