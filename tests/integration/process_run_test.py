"""The program as an operator meets it: its commands, and what it says.

usage: process_run_test.py QUICKSTART

QUICKSTART is the quickstart example's program. Messages are written as bytes by
hand, so that nothing is generated for this test.
"""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

import grpc

import process_case
from process_case import PATIENCE, Server, create, text_field


class RunTest(process_case.ProcessCase):

    def setUp(self):
        super().setUp()
        self.file = os.path.join(self.folder, "shop.db")
        self.url = "sqlite:" + self.file

    def test_tokens(self):
        """From the settings to a caller who has a name."""
        config = os.path.join(self.folder, "settings.textproto")
        with open(config, "w") as file:
            file.write("authenticator { token {} }")
        flags = [f"--database={self.url}", f"--config={config}"]
        self.migrate()
        self.assert_refused(self.serve(*flags),
                            "authenticator[0].token.table: ",
                            "modelservice_token", "migrate")
        self.assertIn("CREATE TABLE \"modelservice_token\"",
                      self.run_program("sqlmigrate", *flags).stdout)
        self.assertEqual(self.run_program("migrate", *flags).stdout,
                         "created table modelservice_token\n")
        token = self.run_program("createtoken", "alice", *flags).stdout.strip()
        with Server(self.url, *flags) as server, server.channel() as channel:
            call = channel.unary_unary("/shop.CustomerService/Create")
            for header in (f"Bearer {token}", f"Token {token}", "Digest x"):
                call(text_field(2, f"{len(header)}@example.com"),
                     metadata=[("authorization", header)], timeout=PATIENCE,
                     wait_for_ready=True)
            with self.assertRaises(grpc.RpcError) as caught:
                call(text_field(2, "bad@example.com"), timeout=PATIENCE,
                     metadata=[("authorization", f"Bearer {token}x")])
            self.assertEqual(caught.exception.code(),
                             grpc.StatusCode.UNAUTHENTICATED)
            self.assertEqual(caught.exception.details(), "Invalid token.")
            self.assertIn(("www-authenticate", 'Bearer error="invalid_token"'),
                          caught.exception.trailing_metadata())

    def test_a_server_says_what_is_open(self):
        reflection = "/grpc.reflection.v1{}.ServerReflection/ServerReflectionInfo"
        list_services = b"\x3a\x00"
        flags = ["--authenticator=token {}", f"--database={self.url}"]
        self.run_program("migrate", *flags)
        token = self.run_program("createtoken", "ann", *flags).stdout.strip()
        credentials = [("authorization", f"Bearer {token}")]

        def call(channel, method, request, metadata=None):
            return channel.unary_unary(method)(
                request, timeout=PATIENCE, metadata=metadata,
                wait_for_ready=True)

        def assert_refused(*arguments):
            with self.assertRaises(grpc.RpcError) as caught:
                call(*arguments)
            self.assertEqual(caught.exception.code(),
                             grpc.StatusCode.UNAUTHENTICATED)

        with Server(self.url, flags[0]) as server, server.channel() as channel:
            for version in ("", "alpha"):
                path = reflection.format(version)
                assert_refused(channel, path, list_services)
                self.assertIn(b"shop.CustomerService", call(
                    channel, path, list_services, credentials))
            call(channel, "/shop.CustomerService/List", b"")
            self.wait_for(lambda: any(
                "INFO open to everybody: List, " in line and
                " of shop.CustomerService" in line for line in server.errors))
            self.assertFalse(any("WARNING" in line for line in server.errors))
        with Server(self.url, flags[0], "--default_access=authenticated",
                    "--reflection_access=any",
                    "--address=0.0.0.0:0") as server:
            address = "127.0.0.1:" + server.address.split(":")[-1]
            with grpc.insecure_channel(address) as channel:
                assert_refused(channel, "/shop.CustomerService/List", b"")
                call(channel, "/shop.CustomerService/List", b"", credentials)
                call(channel, reflection.format(""), list_services)
            self.wait_for(lambda: any(
                "WARNING credentials cross the network" in line
                for line in server.errors))
            self.assertFalse(any(
                "open to everybody" in line and "shop.CustomerService" in line
                for line in server.errors))
        with Server(self.url) as server, server.channel() as channel:
            self.assertIn(b"grpc.health.v1.Health", call(
                channel, reflection.format(""), list_services))
            self.assertFalse(any("open to everybody" in line
                                 for line in server.errors))
        self.assert_refused(self.serve("--default_access=authenticated &"),
                            "default_access")

    def test_a_log_that_nobody_reads_stops_nobody(self):
        self.migrate()
        reading, writing = os.pipe()
        process = subprocess.Popen(
            [process_case.PROGRAM, *self.serve("--request_log=true")],
            stdout=subprocess.PIPE, stderr=writing, text=True)
        try:
            os.close(writing)
            address = process.stdout.readline().split()[-1]
            with grpc.insecure_channel(address) as channel:
                get = channel.unary_unary("/shop.CustomerService/Retrieve")
                # Twice what a pipe holds.
                for _ in range(2000):
                    with self.assertRaises(grpc.RpcError) as caught:
                        get(b"\x08\x07", timeout=PATIENCE, wait_for_ready=True)
                    self.assertEqual(caught.exception.code(),
                                     grpc.StatusCode.NOT_FOUND)
            process.send_signal(signal.SIGTERM)
            self.assertEqual(process.wait(PATIENCE), 0)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()
            os.close(reading)

    def test_a_file_that_is_deleted_or_replaced(self):
        health = "/grpc.health.v1.Health/Check"
        self.migrate()
        other = self.file + ".other"
        shutil.copy(self.file, other)
        for replace in (False, True):
            with Server(self.url) as server, server.channel() as channel:
                create(channel, f"before-{replace}@example.com")
                if replace:
                    os.rename(other, self.file)
                else:
                    os.rename(self.file, self.file + ".away")
                with self.assertRaises(grpc.RpcError) as caught:
                    create(channel, "lost@example.com")
                self.assertEqual(caught.exception.code(),
                                 grpc.StatusCode.UNAVAILABLE)
                self.wait_for(lambda: channel.unary_unary(health)(
                    b"", timeout=PATIENCE) == b"\x08\x02")
                self.wait_for(lambda: any(
                    "NOT_SERVING" in line and self.file in line and
                    ("another file" if replace else "was deleted") in line
                    for line in server.errors))
                if not replace:
                    os.rename(self.file + ".away", self.file)
                    self.wait_for(lambda: channel.unary_unary(health)(
                        b"", timeout=PATIENCE) == b"\x08\x01")
                    create(channel, "back@example.com")

    def wait_for(self, holds):
        deadline = time.monotonic() + PATIENCE
        while not holds():
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)

    def test_help_names_commands_and_settings(self):
        for arguments in ([], ["help"], ["--help"]):
            result = self.run_program(*arguments)
            self.assertEqual(result.returncode, 0)
            for word in ("serve", "migrate", "sqlmigrate", "--address"):
                self.assertIn(word, result.stdout)

    def test_what_sqlmigrate_prints_is_what_migrate_makes(self):
        printed = self.run_program("sqlmigrate").stdout
        self.migrate()
        other = sqlite3.connect(":memory:")
        other.executescript(printed)
        query = ("SELECT name, sql FROM sqlite_master "
                 "WHERE name NOT LIKE 'sqlite_%' ORDER BY name")
        made = sqlite3.connect(self.file)
        self.assertEqual(made.execute(query).fetchall(),
                         other.execute(query).fetchall())
        made.close()
        other.close()
        self.assertIn("no table is missing", self.migrate().stdout)

    def test_health(self):
        self.migrate()
        self.assert_refused(["health", "--address=127.0.0.1:1", "--wait=0.5"],
                            "127.0.0.1:1: ")
        self.assert_refused(["health", "--wait=never"], "--wait")
        with Server(self.url, "--address=0.0.0.0:0") as server:
            at = f"--address={server.address}"
            printed = self.run_program("health", at).stdout
            port = server.address.split(":")[-1]
            self.assertEqual(printed, f"127.0.0.1:{port} is SERVING\n")
            # A proxy that the environment names is not asked.
            proxied = {**os.environ, "http_proxy": "http://127.0.0.1:1"}
            self.assertEqual(self.run_program(
                "health", at, env=proxied).returncode, 0)
            self.assertEqual(self.run_program(
                "health", at, "--service=shop.OrderService").returncode, 0)
            self.assert_refused(["health", at, "--service=shop.Nope"], port)
            os.rename(self.file, self.file + ".away")
            self.wait_for(lambda: self.run_program(
                "health", at).returncode == 1)
            self.assert_refused(["health", at], "NOT_SERVING")

    def test_health_where_clients_need_a_certificate(self):
        self.migrate()
        pem, key = f"{self.folder}/it.pem", f"{self.folder}/it.key"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
             "-subj", "/CN=localhost", "-addext",
             "subjectAltName=DNS:localhost", "-days", "2", "-keyout", key,
             "-out", pem], check=True, capture_output=True)
        with Server(self.url, f"--tls.certificate_file={pem}",
                    f"--tls.key_file={key}", f"--tls.client_ca_file={pem}",
                    "--tls.require_client_certificate") as server:
            health = ["health", f"--address={server.address}",
                      f"--ca-file={pem}", "--server-name=localhost"]
            self.assertEqual(self.run_program(*health).returncode, 1)
            own = [f"--certificate-file={pem}", f"--key-file={key}"]
            told = self.run_program(*health, *own)
            self.assertEqual(told.returncode, 0, told.stderr)
            self.assert_refused([*health, own[0]], "--key-file")

    def test_list_handlers(self):
        printed = self.run_program("serve", "--list-handlers",
                                   "--maximum_timeout=5",
                                   "--default_access=authenticated").stdout
        lines = printed.splitlines()
        self.assertEqual(lines[0].split(),
                         ["method", "shape", "kind", "access", "limits",
                          "interceptors", "timeout"])
        create_line, = (line for line in lines
                        if line.startswith("/shop.CustomerService/Create "))
        for word in (" unary ", " CREATE ", " 5s"):
            self.assertIn(word, create_line)
        # Neither a database nor a port was needed.
        self.assertFalse(os.path.exists(self.file))


if __name__ == "__main__":
    process_case.main(sys.argv.pop(1))
