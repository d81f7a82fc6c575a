"""The log of a server, as its operator reads it.

usage: log_test.py SHELF [TEST_POSTGRES]

SHELF is the program of this folder.
"""

import json
import os
import pathlib
import re
import select
import signal
import subprocess
import threading
import time

import grpc

import operate_case
from operate_case import (PARENT, PATIENCE, TRACE, OperateCase, Server,
                          number_field, text_field)


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

            # A method of a newer server's.
            code, text, _ = server.call("Burn", metadata=(
                ("x-request-id", "web-5"),))
            self.assertEqual(code, grpc.StatusCode.UNIMPLEMENTED)
            self.assertEqual(text,
                             "This server has no method /shelf.Books/Burn.")
            line = json.loads(server.wait_for(["web-5"]))
            self.assertEqual(line["status"], "UNIMPLEMENTED")
            self.assertEqual(line["reason"], "UNIMPLEMENTED")

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

    def test_its_file_may_be_cut_while_it_runs(self):
        """As logrotate's copytruncate does it."""
        self.migrate()
        path = pathlib.Path(self.folder, "shelf.log")
        with open(path, "a", encoding="utf-8") as file, \
                Server(self, "--request_log", "--log_format=json",
                       stderr=file) as server:

            def wait_for(text):
                deadline = time.monotonic() + PATIENCE
                while text not in path.read_text():
                    self.assertLess(time.monotonic(), deadline)
                    time.sleep(0.01)

            server.call("Read", metadata=(("x-request-id", "before"),))
            wait_for("before")
            os.truncate(path, 0)
            server.call("Read", metadata=(("x-request-id", "after"),))
            wait_for("after")
            self.assertEqual(server.end(), 0)
        lines = path.read_text().splitlines()
        self.assertEqual(json.loads(lines[0])["request_id"], "after")

    def test_a_script_may_hold_hangups_back(self):
        self.migrate()
        with subprocess.Popen(
                ["sh", "-c", "trap '' HUP; echo ready; exec \"$@\"", "sh",
                 operate_case.PROGRAM, "serve", f"--database={self.url}",
                 "--address=127.0.0.1:0"], cwd=self.folder, text=True,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            self.assertEqual(process.stdout.readline(), "ready\n")
            # While the program is loaded, too.
            for _ in range(50):
                process.send_signal(signal.SIGHUP)
                time.sleep(0.001)
            self.assertIn("listening on ", process.stdout.readline())
            process.send_signal(signal.SIGHUP)
            while "were read again" not in process.stderr.readline():
                self.assertIsNone(process.poll())
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(PATIENCE), 0)

    def test_a_hangup_ends_no_server_that_starts(self):
        self.migrate()
        blocked = re.compile(r"^SigBlk:\s*\w*[13579bdf]$", re.MULTILINE)
        with subprocess.Popen(
                [operate_case.PROGRAM, "serve", f"--database={self.url}",
                 "--address=127.0.0.1:0"], cwd=self.folder, text=True,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            # As soon as its own code runs, long before it listens.
            status = pathlib.Path(f"/proc/{process.pid}/status")
            deadline = time.monotonic() + PATIENCE
            while not blocked.search(status.read_text()):
                self.assertIsNone(process.poll())
                self.assertLess(time.monotonic(), deadline)
            process.send_signal(signal.SIGHUP)
            ready, _, _ = select.select([process.stdout], [], [], 0)
            self.assertEqual(ready, [], "too late to tell")
            self.assertIn("listening on ", process.stdout.readline())
            while "were read again" not in process.stderr.readline():
                self.assertIsNone(process.poll())
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(PATIENCE), 0)

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
        return self.new_postgres_database()


if __name__ == "__main__":
    operate_case.main()
