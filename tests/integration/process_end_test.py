"""The program as an operator meets it: signals, its end, a crash.

usage: process_end_test.py QUICKSTART

QUICKSTART is the quickstart example's program. Messages are written as bytes by
hand, so that nothing is generated for this test.
"""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time

import grpc

import process_case
from process_case import PATIENCE, Server, create


class EndTest(process_case.ProcessCase):

    def setUp(self):
        super().setUp()
        self.file = os.path.join(self.folder, "shop.db")
        self.url = "sqlite:" + self.file

    def fill(self, rows):
        with sqlite3.connect(self.file) as database:
            database.executemany(
                "INSERT INTO customer (email, name, create_time) "
                "VALUES (?, ?, '2020-01-01 00:00:00')",
                ((f"c{i}@example.com", "x" * 1000) for i in range(rows)))

    def test_sigterm_lets_a_stream_end(self):
        self.migrate()
        self.fill(5000)
        for stop in (signal.SIGTERM, signal.SIGINT):
            with Server(self.url) as server, server.channel() as channel:
                stream = channel.unary_stream("/shop.CustomerService/Stream")(
                    b"", timeout=PATIENCE, wait_for_ready=True)
                rows = 1
                next(stream)
                server.process.send_signal(stop)
                self.await_refusal(server)
                self.assertIsNone(server.process.poll())
                for _ in stream:
                    rows += 1
                self.assertEqual(rows, 5000)
                self.assertEqual(server.end(), 0)
                self.assertIn("stopped", server.errors[-1])

    def test_sigterm_ends_what_outlasts_the_grace(self):
        self.migrate()
        self.fill(5000)
        with Server(self.url, "--grace_period=0.3") as server, \
                server.channel() as channel:
            stream = channel.unary_stream("/shop.CustomerService/Stream")(
                b"", timeout=PATIENCE, wait_for_ready=True)
            next(stream)  # and no further: the rest does not fit the window
            begin = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            self.assertEqual(server.end(), 0)
            self.assertLess(time.monotonic() - begin, 10)
            with self.assertRaises(grpc.RpcError):
                for _ in stream:
                    pass

    def test_sigterm_waits_for_no_client_without_a_call(self):
        self.migrate()
        for name, address in (("internet", "127.0.0.1:0"),
                              ("unix", f"unix:{self.folder}/socket")):
            with Server(self.url, f"--address={address}",
                        "--grace_period=3600") as server, \
                    server.channel() as channel:
                # And nothing more: it has no thread that would hear of the end.
                create(channel, f"{name}@example.com")
                server.process.send_signal(signal.SIGTERM)
                begin = time.monotonic()
                self.assertEqual(server.end(), 0)
                self.assertLess(time.monotonic() - begin, 4)

    def test_it_starts_anew_when_it_was_built_anew(self):
        self.migrate()
        program = os.path.join(self.folder, "program")
        shutil.copy(process_case.PROGRAM, program)
        process = subprocess.Popen(
            [program, *self.serve("--reload")], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        try:
            for _ in range(2):
                line = process.stdout.readline()
                self.assertIn("listening on ", line)
                with grpc.insecure_channel(line.split()[-1]) as channel:
                    channel.unary_unary("/shop.CustomerService/List")(
                        b"", timeout=PATIENCE, wait_for_ready=True)
                # As a linker does it.
                shutil.copy(program, program + ".new")
                os.rename(program + ".new", program)
            self.assertIn("listening on ", process.stdout.readline())
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=PATIENCE)
            self.assertEqual(process.returncode, 0)
            self.assertEqual(errors.count("the program was built anew"), 2)
        finally:
            process.kill()
            process.communicate()

    def test_the_service_manager_is_told(self):
        self.migrate()
        path = os.path.join(self.folder, "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
            manager.bind(path)
            manager.settimeout(PATIENCE)
            os.environ["NOTIFY_SOCKET"] = path
            self.addCleanup(os.environ.pop, "NOTIFY_SOCKET", None)
            with Server(self.url) as server:
                self.assertEqual(manager.recv(100), b"READY=1")
                server.process.send_signal(signal.SIGTERM)
                self.assertEqual(manager.recv(100), b"STOPPING=1")
                self.assertEqual(server.end(), 0)

    def test_a_second_signal_ends_it_at_once(self):
        self.migrate()
        self.fill(5000)
        for first, second in ((signal.SIGTERM, signal.SIGTERM),
                              (signal.SIGINT, signal.SIGTERM)):
            with Server(self.url, "--grace_period=3600") as server, \
                    server.channel() as channel:
                stream = channel.unary_stream("/shop.CustomerService/Stream")(
                    b"", timeout=PATIENCE, wait_for_ready=True)
                next(stream)  # and no further
                server.process.send_signal(first)
                self.await_refusal(server)
                self.assertIsNone(server.process.poll())
                begin = time.monotonic()
                server.process.send_signal(second)
                self.assertNotEqual(server.end(), 0)
                self.assertLess(time.monotonic() - begin, 10)

    def await_refusal(self, server):
        """Until the server takes no new calls."""
        deadline = time.monotonic() + PATIENCE
        while True:
            self.assertLess(time.monotonic(), deadline)
            # By a connection of its own.
            with server.channel() as other:
                try:
                    other.unary_unary("/shop.CustomerService/List")(
                        b"", timeout=1)
                except grpc.RpcError as error:
                    if error.code() == grpc.StatusCode.UNAVAILABLE:
                        return

    def test_restart_after_kill(self):
        self.migrate()
        acknowledged = []

        def write(server, number):
            with server.channel() as channel:
                for i in range(1000000):
                    email = f"w{number}-{i}@example.com"
                    try:
                        create(channel, email, timeout=5)
                    except grpc.RpcError:
                        return
                    acknowledged.append(email)

        for round_ in range(3):
            before = len(acknowledged)
            with Server(self.url) as server:
                threads = [
                    threading.Thread(target=write,
                                     args=(server, f"{round_}-{t}"))
                    for t in range(4)
                ]
                for thread in threads:
                    thread.start()
                deadline = time.monotonic() + PATIENCE
                while (len(acknowledged) < before + 100 and
                       time.monotonic() < deadline):
                    time.sleep(0.01)
                server.process.kill()
                self.assertEqual(server.end(), -signal.SIGKILL)
                for thread in threads:
                    thread.join()
            self.assertGreaterEqual(len(acknowledged), before + 100)
        with Server(self.url) as server, server.channel() as channel:
            create(channel, "after@example.com")
            server.process.send_signal(signal.SIGTERM)
            self.assertEqual(server.end(), 0)
        database = sqlite3.connect(self.file)
        stored = {row[0] for row in database.execute(
            "SELECT email FROM customer")}
        database.close()
        self.assertEqual(set(acknowledged) - stored, set())

    def test_a_unix_socket_that_a_killed_server_left(self):
        self.migrate()
        address = f"unix:{self.folder}/socket"
        for _ in range(2):
            with Server(self.url, f"--address={address}") as server, \
                    server.channel() as channel:
                self.assertEqual(server.address, address)
                with self.assertRaises(grpc.RpcError) as refused:
                    create(channel, "nobody")
                self.assertEqual(refused.exception.code(),
                                 grpc.StatusCode.INVALID_ARGUMENT)
                server.process.kill()
                server.end()


if __name__ == "__main__":
    process_case.main(sys.argv.pop(1))
