"""A server as an operator watches it: its log, its numbers, its commands.

usage: operate_test.py SHELF [TEST_POSTGRES]

SHELF is the program of this folder. Messages are written as bytes by hand, so
that nothing is generated for this test. METRICS=yes in the environment: it was
built with prometheus-cpp, CHANNELZ=yes: with gRPC's library for channelz.
"""

import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.error
import urllib.request

import grpc

FOLDER = pathlib.Path(__file__).resolve().parent
ROOT = FOLDER.parent.parent
PROGRAM = None
POSTGRES = None
PATIENCE = 60  # seconds
TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-01"


def text_field(number, text):
    data = text.encode()
    assert len(data) < 128
    return bytes([number << 3 | 2, len(data)]) + data


def number_field(number, value):
    out = bytes([number << 3])
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


class Server:
    """A running `serve`; its log is read by `lines`."""

    def __init__(self, test, *flags, address="127.0.0.1:0", stderr=None):
        self.process = subprocess.Popen(
            [PROGRAM, "serve", f"--database={test.url}",
             f"--address={address}", *flags],
            stdout=subprocess.PIPE, stderr=stderr or subprocess.PIPE,
            text=True, cwd=test.folder)
        self.log = []
        self.changed = threading.Condition()
        self.reader = None
        if stderr is None:
            self.reader = threading.Thread(target=self.read)
            self.reader.start()
        line = self.process.stdout.readline()
        if not line.startswith("listening on "):
            self.process.wait(PATIENCE)
            raise AssertionError("no server: " + "".join(self.log))
        self.address = line.split()[-1]
        self.channel = grpc.insecure_channel(self.address.split(",")[0])

    def read(self):
        for line in self.process.stderr:
            with self.changed:
                self.log.append(line)
                self.changed.notify_all()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.channel.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE)
        if self.reader:
            self.reader.join()
            self.process.stderr.close()
        self.process.stdout.close()

    def call(self, method, request=b"", metadata=()):
        """The status's code, the reply and the trailers."""
        rpc = self.channel.unary_unary(f"/shelf.Books/{method}")
        try:
            reply, done = rpc.with_call(request, timeout=PATIENCE,
                                        metadata=metadata, wait_for_ready=True)
            return grpc.StatusCode.OK, reply, dict(done.trailing_metadata())
        except grpc.RpcError as error:
            return error.code(), error.details(), dict(
                error.trailing_metadata())

    def wait_for(self, wanted):
        """The first line of the log that has all of `wanted`."""
        deadline = time.monotonic() + PATIENCE
        with self.changed:
            while True:
                for line in self.log:
                    if all(word in line for word in wanted):
                        return line
                left = deadline - time.monotonic()
                if left <= 0 or not self.changed.wait(left):
                    raise AssertionError(
                        f"no line with {wanted}:\n" + "".join(self.log))

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


class OperateCase(unittest.TestCase):

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="modelservice-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.url = self.new_database()

    def new_database(self):
        return f"sqlite:{self.folder}/shelf.db"

    def run_program(self, *arguments, **options):
        return subprocess.run(
            [PROGRAM, *arguments], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, timeout=PATIENCE,
            cwd=self.folder, **options)

    def migrate(self):
        result = self.run_program("migrate", f"--database={self.url}")
        self.assertEqual(result.returncode, 0, result.stderr)

    def assert_error(self, result, *words):
        self.assertEqual(result.returncode, 1, result.stdout)
        for word in words:
            self.assertIn(word, result.stderr)


class LogTest(OperateCase):
    """On SQLite, and below on PostgreSQL."""

    def test_a_line_for_each_call(self):
        self.migrate()
        with Server(self, "--request_log", "--log_format=json") as server:
            code, _, trailers = server.call(
                "Create", text_field(2, "Emma"),
                (("x-request-id", "web-1"), ("traceparent", PARENT)))
            self.assertEqual(code, grpc.StatusCode.OK)
            self.assertEqual(trailers["x-request-id"], "web-1")
            line = json.loads(server.wait_for(["web-1"]))
            self.assertEqual(line["severity"], "INFO")
            self.assertEqual(line["method"], "/shelf.Books/Create")
            self.assertEqual(line["status"], "OK")
            self.assertEqual(line["statements"], 1)
            self.assertEqual(line["rows"], 1)
            self.assertEqual(line["received"], 6)
            self.assertEqual(line["sent"], 8)
            self.assertEqual(line["trace_id"], TRACE)
            self.assertNotEqual(line["span_id"], "b7ad6b7169203331")
            self.assertEqual(line["caller"], "anonymous")
            self.assertTrue(line["peer"].startswith("ipv4:127.0.0.1:"))
            self.assertGreater(line["ms"], 0)
            self.assertGreater(line["sql_ms"], 0)
            self.assertLessEqual(line["sql_ms"], line["ms"])
            self.assertNotIn("reason", line)

            # A method of the program's own: on the executor, two statements.
            _, reply, trailers = server.call(
                "Read", metadata=(("traceparent", PARENT),))
            self.assertRegex(trailers["x-request-id"], "^[0-9a-f]{32}$")
            line = json.loads(server.wait_for([trailers["x-request-id"]]))
            self.assertEqual(line["statements"], 2)
            self.assertEqual(line["rows"], 2)
            self.assertGreater(line["queue_ms"], 0)
            self.assertIn(f"00-{TRACE}-{line['span_id']}-01", str(reply))

            # What is refused has its reason.
            code, *_ = server.call("Retrieve", number_field(1, 99),
                                   (("x-request-id", "web-2"),))
            self.assertEqual(code, grpc.StatusCode.NOT_FOUND)
            line = json.loads(server.wait_for(["web-2"]))
            self.assertEqual(line["status"], "NOT_FOUND")
            self.assertEqual(line["reason"], "NOT_FOUND")
            for _ in range(3):
                server.call("Borrow", metadata=(("x-request-id", "web-3"),))
            line = json.loads(server.wait_for(["web-3", "RESOURCE_EXHAUSTED"]))
            self.assertEqual(line["reason"], "RATE_LIMIT_EXCEEDED")

            # A stream of rows: one statement.
            rows = server.channel.unary_stream("/shelf.Books/List")
            self.assertEqual(len(list(rows(
                b"", timeout=PATIENCE, metadata=(("x-request-id", "web-4"),)
            ))), 1)
            line = json.loads(server.wait_for(["web-4"]))
            self.assertEqual((line["statements"], line["rows"]), (1, 1))
            self.assertEqual(line["sent"], 8)

            # An id that is no word is none, and a trace that is none begins
            # anew.
            _, reply, trailers = server.call(
                "Read", metadata=(("x-request-id", "a b"),
                                  ("traceparent", "00-zz-1-01")))
            self.assertRegex(trailers["x-request-id"], "^[0-9a-f]{32}$")
            self.assertRegex(str(reply), "00-[0-9a-f]{32}-[0-9a-f]{16}-00")
            self.assertEqual(server.end(), 0)

    def test_slow_calls_and_slow_statements(self):
        self.migrate()
        with Server(self, "--slow_call=0.2", "--slow_statement=0") as server:
            server.call("Create", text_field(2, "secret title"))
            line = server.wait_for(["slow statement", "INSERT"])
            self.assertIn("WARNING", line)
            self.assertNotIn("secret title", line)
            server.call("Read", number_field(1, 1))
            server.call("Read", number_field(1, 300))
            line = server.wait_for(["slow call"])
            self.assertIn("/shelf.Books/Read OK", line)
            self.assertIn("statements=2", line)
            self.assertEqual(sum("slow call" in line for line in server.log),
                             1)

    def test_a_share_of_what_was_well_and_all_that_was_not(self):
        self.migrate()
        with Server(self, "--request_log", "--request_log_share=0") as server:
            for _ in range(20):
                server.call("Read")
            server.call("Retrieve", number_field(1, 7))
            server.wait_for(["Retrieve NOT_FOUND"])
            self.assertFalse([line for line in server.log if "Read OK" in line])

    def test_sensitive_values_are_told_to_nobody(self):
        self.migrate()
        with Server(self, "--request_log", "--slow_statement=0") as server:
            code, text, _ = server.call(
                "Create", text_field(2, "Emma") + text_field(3, "hush"))
            self.assertEqual(code, grpc.StatusCode.INVALID_ARGUMENT)
            self.assertIn("not a valid choice", text)
            self.assertNotIn("hush", text)
            code, *_ = server.call("Create", text_field(2, "Emma") +
                                   text_field(3, "first edition"))
            self.assertEqual(code, grpc.StatusCode.OK)
            # Twice: the database quotes what is there already.
            code, *_ = server.call("Create", text_field(2, "Emma") +
                                   text_field(3, "first edition"))
            self.assertEqual(code, grpc.StatusCode.ALREADY_EXISTS)
            server.end()
            self.assertNotIn("hush", "".join(server.log))
            self.assertNotIn("first edition", "".join(server.log))

    def test_json_while_its_reader_stalls(self):
        self.migrate()
        reading, writing = os.pipe()
        with Server(self, "--request_log", "--log_format=json",
                    stderr=writing) as server:
            os.close(writing)
            stop = threading.Event()
            calls = []

            def call():
                while not stop.is_set():
                    # What is no UTF-8, and what JSON must escape.
                    calls.append(server.call(
                        "Retrieve", b"\xff",
                        (("x-request-id", 'quote"\\'),)))

            callers = [threading.Thread(target=call) for _ in range(4)]
            for caller in callers:
                caller.start()
            # A pipe holds 64 KiB, the queue a megabyte: both are full.
            deadline = time.monotonic() + PATIENCE
            while len(calls) < 3500 and time.monotonic() < deadline:
                time.sleep(0.1)
            lines = []

            def read():
                with os.fdopen(reading, "rb") as pipe:
                    for line in pipe:
                        lines.append(line)
                        if len(lines) % 500 == 0:
                            time.sleep(0.05)

            reader = threading.Thread(target=read)
            reader.start()
            time.sleep(1)
            stop.set()
            for caller in callers:
                caller.join()
            self.assertEqual(server.end(), 0)
            reader.join()
        records = [json.loads(line) for line in lines]
        for record in records:
            self.assertLessEqual({"time", "severity", "text"}, record.keys())
        told = sum("method" in record for record in records)
        dropped = sum(int(re.match(r"\d+", record["text"]).group())
                      for record in records
                      if "lines of the log were dropped" in record["text"])
        self.assertEqual(told + dropped, len(calls))

    def test_levels_change_while_it_runs(self):
        self.migrate()
        config = pathlib.Path(self.folder, "shelf.textproto")
        config.write_text("request_log: true\n")
        with Server(self, f"--config={config}") as server:
            server.call("Read", metadata=(("x-request-id", "one"),))
            server.wait_for(["one"])
            config.write_text("request_log: true log_level: WARNING "
                              "slow_call: 0\n")
            server.process.send_signal(signal.SIGHUP)
            # The line that tells of it is below the new level.
            deadline = time.monotonic() + PATIENCE
            while not any("slow call" in line for line in server.log):
                self.assertLess(time.monotonic(), deadline)
                server.call("Read", metadata=(("x-request-id", "two"),))
            config.write_text("request_log: nonsense\n")
            server.process.send_signal(signal.SIGHUP)
            server.wait_for(["SIGHUP: the settings stay as they were"])
            config.write_text("log_format: JSON\n")
            server.process.send_signal(signal.SIGHUP)
            line = server.wait_for(["were read again"])
            self.assertEqual(json.loads(line)["severity"], "INFO")
            self.assertEqual(server.end(), 0)

    def test_the_first_line_says_what_runs(self):
        self.migrate()
        with Server(self, "--log_format=json") as server:
            line = json.loads(server.wait_for(['"serving"']))
            self.assertEqual(line["services"], "shelf.Books")
            self.assertEqual(line["methods"], 6)
            self.assertIn("/shelf.Books/Create", line["open"])
            self.assertEqual(line["tables"], "book")
            self.assertEqual(line["tls"], "no")
            self.assertEqual(line["authenticators"], "none")
            self.assertEqual(line["limits"], 1)


class PostgresLogTest(LogTest):

    def new_database(self):
        if POSTGRES is None:
            self.skipTest("there is no PostgreSQL server to test on")
        POSTGRES.stdin.write("\n")
        POSTGRES.stdin.flush()
        return POSTGRES.stdout.readline().strip()


def parse_metrics(text):
    """name -> {labels: value}, as Prometheus reads it."""
    metrics, types = {}, {}
    sample = re.compile(r'^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$')
    label = re.compile(r'([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)",?')
    for line in text.splitlines():
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split()
            assert name not in types, line
            types[name] = kind
        elif line and not line.startswith("#"):
            name, labels, value = sample.match(line).groups()
            key = tuple(sorted(label.findall(labels or "")))
            family = metrics.setdefault(name, {})
            assert key not in family, line
            family[key] = float(value)
    for name in metrics:
        base = re.sub("_(bucket|sum|count)$", "", name)
        assert name in types or types.get(base) == "histogram", name
    return metrics


def value(metrics, name, **labels):
    return metrics[name][tuple(sorted(labels.items()))]


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
            self.assertEqual(
                value(metrics, "modelservice_queue_refused_total",
                      queue="executor"), 0)
            self.assertGreater(
                value(metrics, "process_resident_memory_bytes"), 1 << 20)
            self.assertGreater(
                value(metrics, "modelservice_connections_taken_total"), 0)
            self.check_dashboard(metrics)
            self.assertEqual(server.end(), 0)

    def check_dashboard(self, metrics):
        """docs/grafana.json asks for what there is, by labels that there are."""
        dashboard = json.loads((ROOT / "docs/grafana.json").read_text())
        queries = [target["expr"] for panel in dashboard["panels"]
                   for target in panel.get("targets", [])]
        self.assertGreater(len(queries), 10)
        for query in queries:
            names = re.findall(r"\b((?:modelservice|process)_\w+)", query)
            self.assertTrue(names, query)
            for name in names:
                self.assertIn(name, metrics, query)
                known = {label for key in metrics[name] for label, _ in key}
                for labels in re.findall(name + r"\{([^}]*)\}", query):
                    for label in re.findall(r"(\w+)\s*=", labels):
                        self.assertIn(label, known | {"job", "instance"}, query)
            for labels in re.findall(r"by \(([^)]*)\)", query):
                for label in labels.split(","):
                    self.assertTrue(
                        any(label.strip() in dict(key)
                            for name in names for key in metrics[name]), query)

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
            self.assertEqual(server.end(), 0)


class ServerPageTest(OperateCase):
    """docs/server.md: what it types and prints, and the settings that it names."""

    def setUp(self):
        super().setUp()
        self.page = (ROOT / "docs/server.md").read_text()
        self.indented = [line[4:] for line in self.page.splitlines()
                         if line.startswith("    ")]

    def test_its_commands_are_commands(self):
        folder = pathlib.Path(self.folder)
        (folder / "shop").symlink_to(PROGRAM)
        (folder / "prod.textproto").write_text("workers: 3\n")
        typed = [line for line in self.indented if "./shop " in line]
        self.assertGreater(len(typed), 5)
        for line in typed:
            # Each with its settings as they were read, in place of a server.
            result = subprocess.run(
                ["bash", "-c", f"{line} --print-config"], cwd=self.folder,
                text=True, capture_output=True, timeout=PATIENCE)
            self.assertEqual(result.returncode, 0, f"{line}\n{result.stderr}")
            for number in re.findall(r"(?<=WORKERS=|workers=)\d+", line):
                self.assertIn(f"workers: {number}\n", result.stdout)

    def test_its_list_of_handlers_is_what_is_printed(self):
        printed = self.run_program("serve", "--list-handlers").stdout
        lines = [line.rstrip() for line in printed.splitlines()]
        self.assertGreater(len(lines), 3)
        for line in lines:
            self.assertIn(line, [shown.rstrip() for shown in self.indented])

    def test_its_settings_are_settings(self):
        config = pathlib.Path(self.folder, "page.textproto")
        (option,) = [line for line in self.indented
                     if line.startswith("channel_option")]
        config.write_text(option)
        printed = self.run_program("serve", "--print-config",
                                   f"--config={config}")
        self.assertEqual(printed.returncode, 0, printed.stderr)
        self.assertIn("grpc.max_metadata_size", printed.stdout)
        known = self.run_program("serve", "--help").stdout
        # What the right side of a table names besides settings.
        others = {"access", "page_size", "page_token", "main"}
        named = set()
        for row in re.findall(r"^\| .* \| (.*) \|$", self.page, re.MULTILINE):
            named.update(name.split(":")[0] for name in re.findall(
                r"`([a-z_]+(?:\.[a-z_]+)*(?:: [^`]*)?)`", row))
        self.assertGreater(len(named), 10)
        for name in sorted(named - others):
            self.assertRegex(known, rf"--{re.escape(name)}\b", name)


class RollingRestartTest(OperateCase):
    """Two servers, of which one starts anew again and again."""

    def test_no_read_fails(self):
        self.migrate()
        self.assertEqual(self.run_program(
            "seed", "1", f"--database={self.url}").returncode, 0)
        with Server(self) as stays:
            first = Server(self)
            address = first.address
            visitor = subprocess.Popen(
                [PROGRAM, "visit", "8", f"--database={self.url}"],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                cwd=self.folder,
                env={**os.environ,
                     "GRPC_SERVER_ADDR": f"{address},{stays.address}"})
            for end in ("asked", "killed", "asked"):
                time.sleep(1)
                with first:
                    if end == "asked":
                        self.assertEqual(first.end(), 0)
                time.sleep(0.3)
                first = Server(self, address=address)
            with first:
                told, faults = visitor.communicate(timeout=PATIENCE)
            self.assertEqual(visitor.returncode, 0, faults)
            made, failed = map(int, re.fullmatch(
                r"(\d+) calls, (\d+) failed\n", told).groups())
            self.assertEqual(failed, 0, faults)
            self.assertGreater(made, 100)


class CommandsTest(OperateCase):

    def test_check_looks_and_ends(self):
        serve = ["serve", "--check", f"--database={self.url}"]
        self.assert_error(self.run_program(*serve), "shelf.db")
        self.assertFalse(os.path.exists(f"{self.folder}/shelf.db"))
        self.migrate()
        result = self.run_program(*serve)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("fit to serve", result.stdout)
        self.assert_error(self.run_program(*serve, "--interceptor=nope"),
                          "nope")
        self.assert_error(
            self.run_program(*serve, "--tls.certificate_file=none.pem",
                             "--tls.key_file=none.pem"), "none.pem")
        # The port of a server that runs is no fault.
        with Server(self) as server:
            line = server.wait_for(["serving"])
            self.assertIn("database=", line)
            self.assertEqual(self.run_program(*serve).returncode, 0)

    def test_list_handlers(self):
        printed = self.run_program("serve", "--list-handlers",
                                   "--maximum_timeout=30")
        self.assertEqual(printed.returncode, 0, printed.stderr)
        heads, *rows = [re.split("  +", line)
                        for line in printed.stdout.splitlines()]
        self.assertEqual(heads, ["method", "shape", "kind", "access", "limits",
                                 "interceptors", "timeout"])
        by_method = {row[0]: row[1:] for row in rows}
        self.assertEqual(len(by_method), 6)
        for method, told in (
                ("List", ["server stream", "LIST", "any", "none"]),
                ("Borrow", ["unary", "CUSTOM", "any", "2/1h"]),
                ("Discard", ["unary", "CUSTOM", "role:librarian", "none"])):
            self.assertEqual(by_method[f"/shelf.Books/{method}"],
                             told + ["none", "30s"])
        # Neither a database nor a port was needed.
        self.assertEqual(os.listdir(self.folder), [])

    def test_several_addresses(self):
        self.migrate()
        two = f"127.0.0.1:0,unix:{self.folder}/shelf"
        with Server(self, address=two) as server:
            addresses = server.address.split(",")
            self.assertEqual(len(addresses), 2)
            self.assertEqual(addresses[1], f"unix:{self.folder}/shelf")
            for i, address in enumerate(addresses):
                with grpc.insecure_channel(address) as channel:
                    create = channel.unary_unary("/shelf.Books/Create")
                    create(text_field(2, f"Book {i}"), timeout=PATIENCE)
            health = self.run_program("health",
                                      f"--address={server.address}")
            self.assertEqual(health.stdout, f"{addresses[0]} is SERVING\n")
            self.assertEqual(server.end(), 0)
        self.assertFalse(os.path.exists(f"{self.folder}/shelf"))

    def test_print_config_masks_secrets(self):
        result = self.run_program(
            "serve", "--print-config",
            "--database=postgresql://shop:hunter2@db/shop",
            "--secret_key=0123456789abcdef", "--workers=7",
            "--rate_limits.store=redis://:hunter3@cache/0")
        self.assertEqual(result.returncode, 0, result.stderr)
        for secret in ("hunter2", "hunter3", "0123456789abcdef"):
            self.assertNotIn(secret, result.stdout)
        self.assertIn("workers: 7\n", result.stdout)
        self.assertIn("# grace_period: 30", result.stdout)
        # It is a file of settings again.
        config = pathlib.Path(self.folder, "again.textproto")
        config.write_text(result.stdout.replace("\"...\"", "\"" + "x" * 16 +
                                                "\""))
        again = self.run_program("serve", "--print-config",
                                 f"--config={config}")
        self.assertEqual(again.returncode, 0, again.stderr)
        self.assertIn("workers: 7\n", again.stdout)

    def test_secrets_come_from_files(self):
        pathlib.Path(self.folder, "url").write_text(self.url + "\n")
        result = self.run_program("migrate", "--database_file=url")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertTrue(os.path.exists(f"{self.folder}/shelf.db"))
        self.assert_error(self.run_program("migrate", "--database_file=none"),
                          "database_file", "none")
        self.assert_error(
            self.run_program("migrate", "--database_file=url",
                             f"--database={self.url}"), "database_file", "drop")

    def test_help_explains_each_setting(self):
        everything = self.run_program("--help").stdout
        for words in ("--grace_period=VALUE  (default 30)",
                      "Seconds that calls in flight get to end",
                      "  seed  ", "  completion  "):
            self.assertIn(words, everything)
        # Each line but the names of lists that share a comment has its words.
        self.assertGreater(len(re.findall(r"^      \S", everything,
                                          re.MULTILINE)), 60)
        self.assertLessEqual(max(map(len, everything.splitlines())), 120)
        of_migrate = self.run_program("migrate", "--help").stdout
        self.assertIn("--database=VALUE", of_migrate)
        self.assertNotIn("--grace_period", of_migrate)

    def test_did_you_mean(self):
        self.assert_error(self.run_program("sevre"), 'did you mean "serve"?')
        self.assert_error(self.run_program("serve", "--adress=x"),
                          'did you mean "--address"?')
        self.assert_error(self.run_program("serve", "--list-handler"),
                          'did you mean "--list-handlers"?')
        self.assert_error(
            self.run_program("serve", env={"MODELSERVICE_WORKER": "3"}),
            'did you mean "workers"?')
        self.assertNotIn("did you mean",
                         self.run_program("serve", "--zzzzzz=1").stderr)

    def test_a_command_of_the_programs_own(self):
        self.migrate()
        seed = ["seed", "3", f"--database={self.url}"]
        self.assertEqual(self.run_program(*seed).returncode, 0)
        with Server(self) as server:
            rows = server.channel.unary_stream("/shelf.Books/List")
            self.assertEqual(len(list(rows(b"", timeout=PATIENCE))), 3)
        self.assert_error(self.run_program("seed", "x",
                                           f"--database={self.url}"),
                          'error: seed: "x" is no number')
        self.assert_error(self.run_program(*seed), "error: ")
        self.assertIn("make books", self.run_program("seed", "--help").stdout)

    def test_completion(self):
        script = self.run_program("completion", "bash")
        self.assertEqual(script.returncode, 0, script.stderr)

        def completed(*words):
            shell = (script.stdout + f"\nCOMP_WORDS=({' '.join(words)})\n"
                     f"COMP_CWORD={len(words) - 1}\n"
                     f"_complete_shelf\necho \"${{COMPREPLY[*]}}\"\n")
            return subprocess.run(["bash", "-c", shell], text=True, check=True,
                                  stdout=subprocess.PIPE).stdout.split()

        self.assertEqual(completed("shelf", "se"), ["serve", "seed"])
        self.assertEqual(completed("shelf", "serve", "--list-h"),
                         ["--list-handlers"])
        self.assertIn("--tls.key_file", completed("shelf", "serve", "--tls"))
        self.assertEqual(completed("shelf", "migrate", "--grace"), [])
        self.assertEqual(completed("shelf", "completion", ""),
                         ["bash", "zsh"])
        self.assert_error(self.run_program("completion", "fish"), "fish",
                          "bash or zsh")

    def test_what_the_page_types(self):
        """Each line of commands.sh, with the files that the page has."""
        bin_folder = pathlib.Path(self.folder)
        (bin_folder / "shelf").symlink_to(PROGRAM)
        config = (FOLDER / "shelf.textproto").read_text()
        (bin_folder / "shelf.textproto").write_text(
            config + f'database: "{self.url}"\n')
        self.migrate()
        for line in (FOLDER / "commands.sh").read_text().splitlines():
            result = subprocess.run(["bash", "-c", line], cwd=self.folder,
                                    text=True, capture_output=True,
                                    timeout=PATIENCE)
            self.assertEqual(result.returncode, 0, line + "\n" + result.stderr)


if __name__ == "__main__":
    PROGRAM = os.path.abspath(sys.argv[1])
    if len(sys.argv) > 2 and not sys.argv[2].startswith("-"):
        started = subprocess.Popen([sys.argv[2]], stdin=subprocess.PIPE,
                                   stdout=subprocess.PIPE, text=True)
        # Ready when it answers; else it has said why it ended.
        started.stdin.write("\n")
        started.stdin.flush()
        if started.stdout.readline().strip():
            POSTGRES = started
        elif started.wait() != 77 or os.environ.get("CI"):
            sys.exit("no PostgreSQL server could be started")
        del sys.argv[2]
    del sys.argv[1]
    try:
        unittest.main(verbosity=2)
    finally:
        if POSTGRES is not None:
            POSTGRES.stdin.close()
            POSTGRES.wait()
