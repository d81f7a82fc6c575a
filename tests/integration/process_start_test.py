"""The program as an operator meets it: wrong starts.

usage: process_start_test.py QUICKSTART

QUICKSTART is the quickstart example's program. Messages are written as bytes by
hand, so that nothing is generated for this test.
"""

import os
import socket
import sqlite3
import sys

import process_case
from process_case import NOBODY, PATIENCE, Server


class StartTest(process_case.ProcessCase):

    def setUp(self):
        super().setUp()
        self.file = os.path.join(self.folder, "shop.db")
        self.url = "sqlite:" + self.file

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


if __name__ == "__main__":
    process_case.main(sys.argv.pop(1))
