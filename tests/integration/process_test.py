"""The program as an operator meets it: wrong starts, signals, a crash.

usage: process_test.py QUICKSTART

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
from process_case import NOBODY, PATIENCE, Server, create, text_field


class ProcessTest(process_case.ProcessCase):

    def setUp(self):
        super().setUp()
        self.file = os.path.join(self.folder, "shop.db")
        self.url = "sqlite:" + self.file

    # Wrong starts.

    def test_unknown_command(self):
        self.assert_refused(["sevre"], "sevre", "serve", "migrate")

    def test_unknown_flag(self):
        for command in ("serve", "migrate", "sqlmigrate"):
            self.assert_refused([command, "--adress=x"], "--adress", "address")
        self.assertFalse(os.path.exists(self.file))

    def test_wrong_values(self):
        self.assert_refused(self.serve("--workers=0"), "--workers", "0")
        self.assert_refused(self.serve("--config=none.json"), "none.json")
        self.assert_refused(self.serve("stray"), "stray")
        self.assert_refused(["serve", "--database=mysql:x"], "mysql:",
                            "sqlite:")
        self.assert_refused(["serve", "--database=sqlite:"], "sqlite:")
        self.assert_refused(self.serve(), "MODELSERVICE_NOPE",
                            env={"MODELSERVICE_NOPE": "1"})

    def test_wrong_addresses(self):
        self.migrate()
        for address in ("nonsense", "127.0.0.1", "localhost", "::1:50051",
                        "127.0.0.1:99999", "192.0.2.1:1",
                        "unix:/nowhere/socket"):
            self.assert_refused(
                ["serve", f"--database={self.url}", f"--address={address}"],
                address)

    def test_busy_port(self):
        self.migrate()
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            self.assert_refused(
                ["serve", f"--database={self.url}",
                 f"--address=127.0.0.1:{port}"],
                f"127.0.0.1:{port}", "taken")

    def test_port_of_another_server(self):
        self.migrate()
        with Server(self.url) as server:
            self.assert_refused(
                ["serve", f"--database={self.url}",
                 f"--address={server.address}"], server.address, "taken")

    def test_unmigrated_database(self):
        self.assert_refused(self.serve(), '"customer"', '"customer_order"',
                            "migrate", told=2)

    def test_table_without_a_column(self):
        self.migrate()
        with sqlite3.connect(self.file) as database:
            database.execute("ALTER TABLE customer DROP COLUMN phone")
            database.execute("ALTER TABLE customer DROP COLUMN name")
        self.assert_refused(self.serve(), "customer", "phone", "name",
                            'ALTER TABLE "customer" ADD COLUMN "phone"', told=2)
        self.assert_refused(["migrate", f"--database={self.url}"], "name")

    def test_table_that_keeps_less_than_its_model_promises(self):
        url = f"--database={self.url}"
        tables = self.run_program("sqlmigrate", url).stdout
        self.assertIn("UNIQUE", tables)
        with sqlite3.connect(self.file) as database:
            database.executescript(tables.replace("UNIQUE", ""))
        told = "may have several rows of one (email)"
        checked = self.run_program("check", url)
        self.assertEqual(checked.returncode, 1)
        self.assertIn(told, checked.stdout)
        self.assertIn("in 1 point", checked.stderr)
        self.assert_refused(self.serve("--on_drift=REFUSE"), told)
        with Server(self.url) as server:
            server.process.terminate()
            server.process.wait(PATIENCE)
        self.assertIn(told, "".join(server.errors))
        with sqlite3.connect(self.file) as database:
            database.executescript(checked.stdout.splitlines()[1])
        checked = self.run_program("check", url)
        self.assertEqual((checked.returncode, checked.stderr), (0, ""))
        with Server(self.url, "--on_drift=REFUSE"):
            pass

    def test_notes_are_no_points(self):
        url = f"--database={self.url}"
        self.migrate()
        with sqlite3.connect(self.file) as database:
            tables = {name: sql for name, sql in database.execute(
                "SELECT name, sql FROM sqlite_schema WHERE type = 'table'")}
            nullable = tables["customer"].replace(
                '"name" VARCHAR(100) NOT NULL', '"name" BLOB')
            self.assertNotEqual(nullable, tables["customer"])
            database.execute('DROP TABLE "customer"')
            database.execute(nullable)
        checked = self.run_program("check", url)
        self.assertEqual(checked.returncode, 1)
        listed = [line for line in checked.stdout.splitlines()
                  if not line.startswith(" ")]
        notes = [line for line in listed if line.startswith("note: ")]
        points = len(listed) - len(notes)
        self.assertTrue(any('"name"' in line and "that is BLOB" in line
                            for line in notes), checked.stdout)
        self.assertIn(f"in {points} point", checked.stderr)
        self.assertIn(f"besides {len(notes)} note", checked.stderr)

    def test_null_of_a_newer_version_only_warns(self):
        """A rolling deploy migrates before the last old server is gone."""
        url = f"--database={self.url}"
        tables = self.run_program("sqlmigrate", url).stdout
        nullable = tables.replace('"name" VARCHAR(100) NOT NULL',
                                  '"name" VARCHAR(100)')
        self.assertNotEqual(nullable, tables)
        with sqlite3.connect(self.file) as database:
            database.executescript(nullable)
        told = "that takes NULL, which the field cannot be"
        self.assertIn(told, self.run_program("check", url).stdout)
        with Server(self.url, "--on_drift=REFUSE") as server:
            server.process.terminate()
            server.process.wait(PATIENCE)
        self.assertIn(told, "".join(server.errors))

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

    def test_file_that_is_no_database(self):
        with open(self.file, "wb") as file:
            file.write(b"this is a text, not a database\n" * 100)
        for command in ("serve", "migrate"):
            self.assert_refused([command, f"--database={self.url}"],
                                self.file, "not an SQLite database")
        with open(self.file, "rb") as file:
            self.assertTrue(file.read().startswith(b"this is a text"))

    def test_corrupt_database(self):
        self.migrate()
        with sqlite3.connect(self.file) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with open(self.file, "r+b") as file:
            file.seek(100)  # behind the header: the schema's page
            file.write(b"\xa5" * 3000)
        self.assert_refused(self.serve(), self.file, "damaged")

    def test_folder_that_does_not_exist(self):
        for command in ("serve", "migrate"):
            self.assert_refused(
                [command, "--database=sqlite:/nowhere/at/all/shop.db"],
                "/nowhere/at/all")

    def test_folder_in_place_of_a_file(self):
        self.assert_refused(["serve", f"--database=sqlite:{self.folder}"],
                            self.folder, "folder")

    def test_unwritable_folder_and_file(self):
        options = {}
        if os.geteuid() == 0:
            # Root may write anywhere.
            options = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        self.migrate()
        os.chmod(self.file, 0o444)
        os.chmod(self.folder, 0o555)
        self.addCleanup(os.chmod, self.folder, 0o755)
        self.assert_refused(self.serve(), self.file, "written", **options)
        url = f"sqlite:{self.folder}/new.db"
        self.assert_refused(["migrate", f"--database={url}"], "new.db",
                            "written", **options)

    # What is open.

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

    # Secrets in errors.

    def assert_no_secret(self, arguments, *words, **options):
        result = self.run_program(*arguments, **options)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn("error: ", result.stderr)
        self.assertNotIn("hunter", result.stderr + result.stdout)
        for word in words:
            self.assertIn(word, result.stderr)

    def test_errors_show_no_secrets(self):
        urls = ("postgres://shop:hunter2@127.0.0.1:1/shop",
                "postgres://shop:hunter2@127.0.0.1:1/shop?nope=1",
                "postgres://shop:hunter2", "postgres://shop:hunt@er2@h/shop?x",
                "postgres://shop:a?hunter2@127.0.0.1:1/shop",
                "postgres://127.0.0.1:1/shop?password=hunter2&nope=1",
                "sqlite://shop:hunter2@h/shop", "mysql://shop:hunter2@h/shop",
                "host=h password=hunter2")
        for url in urls:
            self.assert_no_secret(["serve", f"--database={url}"])
            self.assert_no_secret(["serve"], env={"MODELSERVICE_DATABASE": url})
            self.assert_no_secret(["serve", url], "unexpected argument")
            self.assert_no_secret(["serve", "--workers", url], "--workers")
            self.assert_no_secret(["serve"], "MODELSERVICE_WORKERS",
                                  env={"MODELSERVICE_WORKERS": url})
        for store in ("redis://shop:hunter2", "redis://shop:hunter2@h:x",
                      "nope://shop:hunter2@h"):
            self.assert_no_secret(self.serve(f"--rate_limits.store={store}"))
        self.assert_no_secret(self.serve("--secret_key=my", "hunter2"),
                              "--secret_key")
        self.assert_no_secret(self.serve("--secret_key", "hunter2"),
                              "secret_key")
        config = os.path.join(self.folder, "settings.textproto")
        for text in ("secret_key: hunter2", "workers: 1\nsecret_key: hunter2",
                     "database: postgres://shop:hunter2@h/shop",
                     "database 'postgres://shop:hunter2@h/shop'"):
            with open(config, "w") as file:
                file.write(text)
            self.assert_no_secret(self.serve(f"--config={config}"),
                                  "settings.textproto:")

    # Files of settings that are none.

    def test_files_that_are_none(self):
        self.migrate()
        fifo = os.path.join(self.folder, "fifo")
        os.mkfifo(fifo)
        self.assert_refused(["serve", f"--database=sqlite:{fifo}"], fifo,
                            "is a FIFO")
        for path, kind in ((fifo, "is a FIFO"), ("/dev/zero", "is a device"),
                           (self.folder, "is a folder")):
            self.assert_refused(self.serve(f"--config={path}"), path, kind)
            for setting in ("public_key_file", "secret_file", "jwks_file"):
                self.assert_refused(
                    self.serve(f"--authenticator=jwt {{ {setting}: '{path}' }}"),
                    setting, path, kind)
            self.assert_refused(
                self.serve(f"--tls.certificate_file={path}",
                           f"--tls.key_file={path}"),
                "tls.certificate_file", path, kind)

    # The log.

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

    # The database's file.

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

    # Commands that only print.

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

    # Signals.

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

    # For who builds the program.

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
            self.assertEqual(self.run_program(
                "health", at, "--service=shop.OrderService").returncode, 0)
            self.assert_refused(["health", at, "--service=shop.Nope"], port)
            os.rename(self.file, self.file + ".away")
            self.wait_for(lambda: self.run_program(
                "health", at).returncode == 1)
            self.assert_refused(["health", at], "NOT_SERVING")

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
