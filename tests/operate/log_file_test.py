"""The log in a file, as its operator, logrotate and a full disk meet it.

usage: log_file_test.py SHELF

SPDLOG=yes in the environment: SHELF, the program of this folder, was built
with spdlog.
"""

import json
import os
import pathlib
import resource
import signal
import socket
import threading
import time
import unittest

import operate_case
from operate_case import PATIENCE, OperateCase, Server, number_field

HAS_SPDLOG = os.environ.get("SPDLOG") == "yes"


class LogFileCase(OperateCase):

    def setUp(self):
        super().setUp()
        self.path = pathlib.Path(self.folder, "shelf.log")
        self.made = 0

    def flags(self, **settings):
        return ["--request_log", "--log_format=json",
                f"--log_file.path={self.path}",
                *(f"--log_file.{name}={value}"
                  for name, value in settings.items())]

    def call(self, server):
        """The id of a call that writes nothing."""
        self.made += 1
        request_id = f"call-{self.made}."
        server.call("Retrieve", number_field(1, 99),
                    (("x-request-id", request_id),))
        return request_id

    def wait_until(self, is_so):
        deadline = time.monotonic() + PATIENCE
        while not is_so():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.01)

    def wait_for(self, text, path=None):
        path = path or self.path
        self.wait_until(
            lambda: path.exists() and text in path.read_text())

    def call_until(self, server, is_so):
        deadline = time.monotonic() + PATIENCE
        while not is_so(self.call(server)):
            self.assertLess(time.monotonic(), deadline)

    def told(self, *paths):
        """The ids in these files, each of whose lines is an object."""
        records = [json.loads(line) for path in paths
                   for line in path.read_text().splitlines()]
        return [record["request_id"] for record in records
                if "request_id" in record]


@unittest.skipUnless(HAS_SPDLOG, "no spdlog")
class LogFileTest(LogFileCase):

    def test_all_of_the_log_is_there_and_nothing_elsewhere(self):
        self.migrate()
        self.path.write_text("what was there")  # without the line's end
        with Server(self, *self.flags()) as server:
            self.wait_for("serving")
            request_id = self.call(server)
            self.wait_for(request_id)
            self.assertEqual(server.end(), 0)
            server.reader.join()
            self.assertEqual(server.log, [])
        first, *lines = self.path.read_text().splitlines()
        self.assertEqual(first, "what was there")
        records = [json.loads(line) for line in lines]
        self.assertEqual(records[-1]["text"], "stopped")
        serving = [record for record in records if record["text"] == "serving"]
        self.assertEqual(serving[0]["log_file"], str(self.path))

        # A start that fails is told where the operator looks, too.
        with socket.create_server(("127.0.0.1", 0)) as taken:
            result = self.run_program(
                "serve", *self.flags(), f"--database={self.url}",
                f"--address=127.0.0.1:{taken.getsockname()[1]}")
            self.assert_error(result, "error: ")
        said = result.stderr.removeprefix("error: ").strip()
        last = json.loads(self.path.read_text().splitlines()[-1])
        self.assertEqual((last["severity"], last["text"]), ("ERROR", said))

    def test_a_full_file_is_set_aside(self):
        self.migrate()
        older = [self.path.with_name(f"shelf.{n}.log") for n in range(1, 5)]
        with Server(self, *self.flags(max_bytes=65536, max_files=3)) as server:
            self.call_until(server, lambda _: older[2].exists())
            self.assertEqual(server.end(), 0)
        self.assertFalse(older[3].exists())
        kept = [path for path in (*reversed(older), self.path)
                if path.exists()]
        for path in kept:
            self.assertLessEqual(path.stat().st_size, 65536)
        # From the first that is kept to the last there is each of them.
        told = self.told(*kept)
        self.assertGreater(len(told), 400)
        self.assertEqual(told, [
            f"call-{n}." for n in range(self.made - len(told) + 1,
                                        self.made + 1)])

    def test_what_others_do_to_it(self):
        self.migrate()
        with Server(self, *self.flags()) as server:
            # As logrotate does it.
            self.wait_for(self.call(server))
            old = self.path.rename(self.path.with_suffix(".1"))
            server.process.send_signal(signal.SIGHUP)
            self.wait_for("were read again")
            self.wait_for(self.call(server))
            self.assertNotIn("were read again", old.read_text())
            # Without the signal.
            os.unlink(self.path)
            self.call_until(server, lambda _: self.path.exists())
            self.wait_for(self.call(server))
            # As copytruncate does it.
            os.truncate(self.path, 0)
            self.wait_for(self.call(server))
            self.assertEqual(server.end(), 0)
            self.assertEqual(server.log, [])
        self.told(self.path)

    def test_a_full_disk(self):
        """What does not fit is on standard error, and all of it is whole."""
        self.migrate()
        limit = resource.RLIMIT_FSIZE
        with Server(self, *self.flags()) as server:
            self.wait_for(self.call(server))
            before = resource.prlimit(server.process.pid, limit)
            # A part of the next line fits.
            resource.prlimit(server.process.pid, limit,
                             (self.path.stat().st_size + 20, before[1]))
            elsewhere = [self.call(server) for _ in range(3)]
            for request_id in elsewhere:
                server.wait_for([request_id])
            fault = json.loads(server.wait_for(["standard error meanwhile"]))
            self.assertEqual(fault["severity"], "ERROR")
            self.assertIn(str(self.path), fault["text"])
            self.assertFalse(self.path.read_text().endswith("\n"))

            resource.prlimit(server.process.pid, limit, before)
            self.call_until(server, lambda request_id:
                            request_id in self.path.read_text())
            self.assertEqual(server.end(), 0)
            server.reader.join()
        lines = self.path.read_text().splitlines()
        broken = [line for line in lines if not line.endswith("}")]
        self.assertEqual(len(broken), 1)
        lines.remove(broken[0])
        records = [json.loads(line) for line in lines]
        records += [json.loads(line) for line in server.log]
        self.assertTrue(any("lines of the log are on standard error" in
                            record["text"] for record in records))
        self.assertEqual(
            sum("request_id" in record for record in records), self.made)

    def test_a_crash_loses_no_line(self):
        self.migrate()
        with Server(self, *self.flags()) as server:
            request_id = self.call(server)
            server.process.send_signal(signal.SIGSEGV)
            self.assertEqual(server.process.wait(PATIENCE), -signal.SIGSEGV)
        self.assertIn(request_id, self.told(self.path))

    def test_two_servers_write_whole_lines(self):
        self.migrate()
        with Server(self, *self.flags()) as one, \
                Server(self, *self.flags()) as other:
            def calls(server):
                for _ in range(200):
                    server.call("Retrieve", number_field(1, 99), (
                        ("x-request-id", "x" * 100),))
            callers = [threading.Thread(target=calls, args=(server,))
                       for server in (one, other)]
            for caller in callers:
                caller.start()
            for caller in callers:
                caller.join()
            self.assertEqual((one.end(), other.end()), (0, 0))
        self.assertEqual(len(self.told(self.path)), 400)

    def test_settings_that_are_read_again(self):
        self.migrate()
        config = pathlib.Path(self.folder, "shelf.textproto")

        def configure(server, text):
            config.write_text("request_log: true " + text)
            if server:
                server.process.send_signal(signal.SIGHUP)

        configure(None, f'log_file {{ path: "{self.path}" }}')
        with Server(self, f"--config={config}") as server:
            self.wait_for(self.call(server))
            configure(server, 'log_file { path: "/nowhere/shelf.log" }')
            self.wait_for("SIGHUP: the settings stay as they were: log_file: "
                          "/nowhere/shelf.log")
            self.wait_for(self.call(server))
            other = self.path.with_name("other.log")
            configure(server, f'log_file {{ path: "{other}" }}')
            self.wait_for("were read again", other)
            self.wait_for(self.call(server), other)
            configure(server, "")
            server.wait_for(["were read again"])
            server.wait_for([self.call(server)])
            self.assertEqual(server.end(), 0)

    def test_what_cannot_be_is_said_before_it_serves(self):
        self.migrate()
        fifo = pathlib.Path(self.folder, "fifo")
        os.mkfifo(fifo)
        for settings, words in (
                ({"path": "/nowhere/shelf.log"},
                 ("/nowhere/shelf.log cannot be written: No such file",)),
                ({"path": self.folder}, ("is a folder",)),
                ({"path": fifo}, ("is a FIFO",)),
                ({"path": "/dev/full"}, ("is a device",)),
                ({"max_bytes": 5}, ("log_file.path is missing",)),
                ({"path": self.path, "max_bytes": 5},
                 ("log_file.max_bytes must be at least 65536",)),
                ({"path": self.path, "max_files": 1001},
                 ("log_file.max_files must be from 1 to 1000",))):
            flags = [f"--log_file.{name}={value}"
                     for name, value in settings.items()]
            for check in ([], ["--check"]):
                self.assert_error(
                    self.run_program("serve", f"--database={self.url}",
                                     *check, *flags), "error: ", *words)
        # A check makes nothing.
        result = self.run_program("serve", "--check", *self.flags(),
                                  f"--database={self.url}")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertFalse(self.path.exists())


@unittest.skipIf(HAS_SPDLOG, "there is spdlog")
class NoLogFileTest(LogFileCase):

    def test_it_is_an_error(self):
        self.assert_error(self.run_program("serve", *self.flags()),
                          "built without spdlog", "libspdlog-dev")


if __name__ == "__main__":
    operate_case.main()
