#!/usr/bin/python3
"""Servers made of what generateproto wrote, over the database that it wrote it
of: a client reads the rows that Django wrote, and Django those that it wrote.

    round_trip_test.py --server PROGRAM --odd-server PROGRAM --protoc PROGRAM
                       [--aip-server PROGRAM] [--postgres PROGRAM]
"""

import argparse
import contextlib
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import tool

try:
    import django
    import grpc
    from google.protobuf import empty_pb2
except ImportError as missing:
    tool.skip(f"{missing}; install python3-django, python3-grpcio, "
              "python3-protobuf")

import django_site
import harness

from caller import SECONDS, SECRET, Client, Table


class RoundTrip(unittest.TestCase):
    maxDiff = None
    client: Client

    def tables(self) -> list:
        import rows
        return [Table(self.client, model) for model in rows.models()]

    def listed(self, table: Table) -> list:
        return self.client.stream(
            f"{table.name}Controller/List",
            self.client.message(f"{table.name}ListRequest")(), table.message)

    def call(self, table: Table, method: str, request):
        return self.client.unary(f"{table.name}Controller/{method}", request,
                                 table.message)

    def retrieve(self, table: Table, message):
        request = self.client.message(f"{table.name}RetrieveRequest")()
        setattr(request, table.key, getattr(message, table.key))
        return self.call(table, "Retrieve", request)

    def test_a_client_reads_what_django_wrote(self):
        for table in self.tables():
            with self.subTest(table=table.name):
                stored = [table.shown(table.plain(row))
                          for row in table.rows().values()]
                self.assertTrue(stored, "Django wrote no row")
                messages = self.listed(table)
                read = [table.values_of(message) for message in messages]
                key = table.model._meta.pk.attname
                order = lambda row: str(sorted(row.items())
                                        if key in table.secrets else row[key])
                self.assertEqual(sorted(read, key=order),
                                 sorted(stored, key=order))
                if key not in table.secrets:
                    self.assertEqual(self.retrieve(table, messages[0]),
                                     messages[0])
                    continue
                # Whoever has one finds its row.
                secret, row = next(iter(table.rows().items()))
                setattr(messages[0], table.key, secret)
                self.assertEqual(
                    table.values_of(self.retrieve(table, messages[0])),
                    table.shown(table.plain(row)))

    def test_django_reads_what_a_client_wrote(self):
        import rows
        import values
        differences = rows.differences()
        for table in self.tables():
            with self.subTest(table=table.name):
                before = table.rows()
                message = self.listed(table)[0]
                changed = differences.get(table.model._meta.db_table, {})
                by_column = {field.column: (name, field)
                             for name, field in table.fields.items()}
                for column, value in changed.items():
                    name, field = by_column[column]
                    values.set_field(message, name, field, value)
                created = self.call(table, "Create", message)
                key = table.model._meta.pk.attname
                stored = {name: table.plain(row)
                          for name, row in table.rows().items()
                          if name not in before}
                self.assertEqual(len(stored), 1)
                row = next(iter(stored.values()))
                expected = table.values_of(message)
                expected[key] = row[key]
                self.assertEqual(row, expected)
                self.assertEqual(table.values_of(created),
                                 table.shown(expected))

                # The same once more, over the row that is there. No secret in
                # it is wiped.
                if key in table.secrets:
                    setattr(created, table.key, row[key])
                updated = self.call(table, "Update", created)
                self.assertEqual(table.values_of(updated),
                                 table.shown(expected))
                self.assertEqual(table.plain(table.rows()[row[key]]), row)
                self.client.unary(
                    f"{table.name}Controller/Destroy", created,
                    empty_pb2.Empty)
                self.assertEqual(table.rows(), before)

    def test_a_null_can_be_written(self):
        kind = next(table for table in self.tables() if table.name == "Kind")
        message = self.listed(kind)[0]
        nullable = [name for name, field in kind.fields.items() if field.null]
        self.assertGreater(len(nullable), 8)
        for name in nullable:
            message.ClearField(name)
        updated = self.call(kind, "Update", message)
        row = kind.rows()[updated.id]
        for name in nullable:
            self.assertIsNone(row[kind.fields[name].attname], name)

    def test_rules_of_the_database_are_rules_of_the_service(self):
        kind = next(table for table in self.tables() if table.name == "Kind")
        message = self.listed(kind)[0]
        for name, value, words in (
                ("char", "x" * 31, "char: Ensure this field has no more than"),
                ("date", "tomorrow", "date: "),
                ("decimal", "much", "decimal: A valid number is required."),
                ("positive_integer", -1, "positive_integer: Ensure this value "
                                         "is greater than or equal to 0."),
                ("small_integer", 1000, "")):
            with self.subTest(field=name):
                wrong = type(message)()
                wrong.CopyFrom(message)
                setattr(wrong, name, value)
                with self.assertRaises(grpc.RpcError) as refused:
                    self.call(kind, "Update", wrong)
                self.assertEqual(refused.exception.code(),
                                 grpc.StatusCode.INVALID_ARGUMENT)
                self.assertIn(words, refused.exception.details())


    def test_nobody_else_is_served(self):
        channel = self.client.channel
        for table in self.tables():
            stream = channel.unary_stream(
                f"/{self.client.package}.{table.name}Controller/List")(
                    b"", timeout=SECONDS)
            with self.assertRaises(grpc.RpcError) as refused:
                list(stream)
            self.assertEqual(refused.exception.code(),
                             grpc.StatusCode.UNAUTHENTICATED)


class Odd(unittest.TestCase):
    """Types that Django does not have: a row that is read and written back is
    what it was, to the last digit."""

    maxDiff = None
    client: Client
    program: Path
    url: str
    tables: dict  # messages by table

    def test_nothing_differs_from_what_was_written_of_it(self):
        checked = subprocess.run(
            [self.program, "check", f"--database={self.url}"],
            capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((checked.returncode, checked.stderr), (0, ""),
                         checked.stdout)

    def test_rows_survive_an_update(self):
        import odd_rows
        for table, name in self.tables.items():
            with self.subTest(table=table):
                before = odd_rows.stored(self.url, table)
                message = self.client.message(name)
                rows = self.client.stream(
                    f"{name}Controller/List",
                    self.client.message(f"{name}ListRequest")(), message)
                self.assertEqual(len(rows), len(before))
                self.assertTrue(rows)
                for row in rows:
                    self.client.unary(f"{name}Controller/Update", row, message)
                self.assertEqual(odd_rows.stored(self.url, table), before)


    def test_what_a_client_cannot_write_stays_beside_what_it_writes(self):
        if "rarities" not in self.tables:
            self.skipTest("a table of PostgreSQL")
        import odd_rows
        message = self.client.message("Rarity")
        before = odd_rows.stored(self.url, "rarities")
        for row in self.client.stream(
                "RarityController/List",
                self.client.message("RarityListRequest")(), message):
            row.name = "b"
            self.client.unary("RarityController/Update", row, message)
        self.assertEqual(
            odd_rows.stored(self.url, "rarities"),
            [(row.replace('"name": "a"', '"name": "b"'),)
             for (row,) in before])
        for row in odd_rows.stored(self.url, "rarities"):
            self.assertIn('"name": "b"', row[0])
        created = self.client.unary(
            "RarityController/Create", message(id=9, name="n"), message)
        self.assertEqual(created, message(id=9, name="n", size="small"))
        for wrong in ({"amount": "NaN"}, {"price": "Infinity"},
                      {"host": "10.0.0"}, {"day": "Infinity"}):
            with self.subTest(wrong):
                with self.assertRaises(grpc.RpcError) as refused:
                    self.client.unary("RarityController/Update",
                                      message(id=9, name="n", size="small",
                                              **wrong), message)
                self.assertEqual(refused.exception.code(),
                                 grpc.StatusCode.INVALID_ARGUMENT)
        self.client.unary("RarityController/Destroy", created,
                          empty_pb2.Empty)


ODD_TABLES = {
    "sqlite": {"odd name": "OddName", "odd_name": "OddName2",
               "lines": "Line", "words_of_lines": "WordsOfLine",
               "categories": "Category", "loose": "Loose", "parts": "Part"},
    "postgres": {"shop.customers": "Customer", "computed": "Computed",
                 "events": "Event", "bookings": "Booking",
                 "uniques": "Unique", "Users": "User", "rarities": "Rarity",
                 "readings": "Reading", "spans": "Span",
                 "domains": "Domain", "parts": "Part"},
}


class Aip(unittest.TestCase):
    client: Client = None

    def setUp(self):
        if self.client is None:
            self.skipTest("no server of that style")

    def call(self, method: str, request, reply: str):
        return self.client.unary(f"TagService/{method}", request,
                                 self.client.message(reply))

    def test_the_standard_methods(self):
        message = self.client.message
        tag = self.call("CreateTag", message("CreateTagRequest")(
            tag=message("Tag")(name="aip-1")), "Tag")
        self.call("CreateTag", message("CreateTagRequest")(
            tag=message("Tag")(name="aip-2")), "Tag")
        tag.name = "aip-changed"
        update = message("UpdateTagRequest")(tag=tag)
        update.update_mask.paths.append("name")
        self.call("UpdateTag", update, "Tag")
        self.assertEqual(self.call(
            "GetTag", message("GetTagRequest")(id=tag.id), "Tag"), tag)
        names, token = [], ""
        while True:
            page = self.call("ListTags", message("ListTagsRequest")(
                page_size=1, page_token=token), "ListTagsResponse")
            names += [row.name for row in page.tags]
            token = page.next_page_token
            if not token:
                break
        from kinds.models import Tag
        self.assertEqual(sorted(names), sorted(
            Tag.objects.values_list("name", flat=True)))
        self.call("DeleteTag", message("DeleteTagRequest")(id=tag.id), "Tag")
        self.assertFalse(Tag.objects.filter(id=tag.id).exists())


class Adopted(unittest.TestCase):
    """Django's own tables, from here on migrated by us."""
    program: Path = None
    url = ""
    folder = ""

    def run_command(self, command: str, *flags: str):
        return subprocess.run(
            [self.program, command, f"--migrations={self.folder}",
             f"--database={self.url}", *flags],
            capture_output=True, text=True, timeout=60, check=False)

    def test_the_first_migration_is_what_is_there(self):
        from django.db import connection
        made = self.run_command("makemigrations")
        self.assertEqual(made.returncode, 0, made.stderr)
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE kinds_tag RENAME COLUMN name TO label")
        differs = self.run_command("migrate", "--fake-initial")
        self.assertEqual(differs.returncode, 1)
        self.assertIn("the database is not what 0001_initial makes",
                      differs.stderr)
        self.assertIn('"kinds_tag"', differs.stderr)
        self.assertNotIn('"auth_user"', differs.stderr)
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE kinds_tag RENAME COLUMN label TO name")
            cursor.execute("SELECT name FROM django_migrations ORDER BY id")
            before = cursor.fetchall()
        taken = self.run_command("migrate", "--fake-initial")
        self.assertEqual((taken.returncode, taken.stderr), (0, ""))
        self.assertIn("faked 0001_initial", taken.stdout)
        checked = self.run_command("check")
        self.assertEqual((checked.returncode, checked.stderr), (0, ""),
                         checked.stdout)
        self.assertEqual(self.run_command("makemigrations").stdout,
                         "no changes\n")
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM django_migrations ORDER BY id")
            self.assertEqual(cursor.fetchall(), before)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", type=Path, required=True)
    parser.add_argument("--odd-server", type=Path, required=True)
    parser.add_argument("--aip-server", type=Path)
    parser.add_argument("--protoc", required=True)
    parser.add_argument("--postgres")
    arguments, rest = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as name, \
         contextlib.ExitStack() as cleanup:
        out = Path(name)
        secret = out / "secret"
        secret.write_bytes(SECRET)
        database = "sqlite"
        url, odd_url = (f"sqlite:{out}/{file}.db" for file in ("site", "odd"))
        if arguments.postgres:
            database = "postgres"
            new_database = cleanup.enter_context(
                tool.postgres(arguments.postgres))
            url, odd_url = new_database(), new_database()
        django_site.make(url, tool.SITE_APPS)
        import rows
        rows.write()

        def client(program: Path, package: str, proto: str,
                   url: str = url) -> Client:
            messages = harness.Messages(
                arguments.protoc, [tool.GOLDENS, tool.ROOT / "protos"],
                [proto], out)
            address = cleanup.enter_context(harness.Server(
                program, url,
                f"--authenticator=jwt {{ secret_file: '{secret}' }}"))
            channel = cleanup.enter_context(grpc.insecure_channel(address))
            return Client(channel, messages, package)

        RoundTrip.client = client(arguments.server, f"site_{database}",
                                  f"site_{database}.proto")
        Adopted.program, Adopted.url = arguments.server, url
        Adopted.folder = out / "migrations"
        import odd_rows
        odd_rows.write(odd_url, database)
        Odd.program = arguments.odd_server
        Odd.url, Odd.tables = odd_url, ODD_TABLES[database]
        Odd.client = client(arguments.odd_server, f"odd_{database}",
                            f"odd_{database}.proto", odd_url)
        if arguments.aip_server:
            Aip.client = client(arguments.aip_server, "aip.v1",
                                "aip/v1/aip_sqlite.proto")
        program = unittest.main(argv=[__file__, *rest], exit=False)
        from django.db import connection
        connection.close()
    if program.result.testsRun == 0:
        sys.exit("no test ran")
    sys.exit(not program.result.wasSuccessful())


if __name__ == "__main__":
    main()
