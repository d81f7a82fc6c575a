"""What generateproto writes, compared with the files in goldens/."""

import difflib
import re
import time
import unittest

import django

import tool


# Rewrite the files instead.
update = False

# From Django 4.1 on a migration that changes a field's choices leaves SQLite's
# table as it is, and that of the admin's log has its columns in another order.
OTHER_LOG = django.VERSION >= (4, 1)
LOG = re.compile(r"^message LogEntry \{\n.*?^\}\n", re.DOTALL | re.MULTILINE)


def check(case: unittest.TestCase, name: str, text: str) -> None:
    path = tool.GOLDENS / name
    if update:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return
    expected = path.read_text() if path.exists() else ""
    diff = "".join(difflib.unified_diff(
        expected.splitlines(True), text.splitlines(True), name,
        "generateproto"))
    case.assertFalse(diff, "\n" + diff)


class Goldens(unittest.TestCase):
    site: tool.Tool  # a Django site
    odd: tool.Tool  # tables that Django would not make
    many: tool.Tool  # an empty database
    database: str  # "sqlite" or "postgres"

    def test_the_framework_s_own_example(self):
        written = self.site.write("--table=auth_user", "--package=demo",
                                  "--fields=id,username,email",
                                  "--annotate=false")
        self.assertEqual(
            written,
            (tool.HERE.parent / "conformance" / "demo.proto").read_text())

    def test_plain(self):
        check(self, f"plain_{self.database}.proto",
                   self.site.write("--table=*", "--annotate=false",
                                   f"--package=plain_{self.database}"))

    def test_site(self):
        check(self, f"site_{self.database}.proto",
                   self.site.write("--table=*",
                                   f"--package=site_{self.database}"))

    def test_it_says_what_it_took_for_secrets(self):
        told = self.site.run("--table=auth_*,django_session").stderr
        told = [line for line in told.splitlines() if "secrets" in line]
        self.assertEqual(len(told), 1, told)
        told = told[0]
        self.assertTrue(told.startswith("note: "), told)
        for column in ("auth_user.password", "django_session.session_key",
                       "django_session.session_data"):
            self.assertIn(column, told)
        self.assertEqual(self.site.run("--table=auth_group").stderr, "")
        # Without options nothing is said of them, there or here.
        self.assertEqual(
            self.site.run("--table=auth_user", "--annotate=false").stderr, "")

    def test_it_says_what_the_framework_s_clients_cannot_read(self):
        told = self.site.run("--table=auth_user").stderr.splitlines()[0]
        self.assertTrue(told.startswith("note: the wire is another one"), told)
        for field in ("User.last_login (google.protobuf.Timestamp, there "
                      "string)", "User.date_joined"):
            self.assertIn(field, told)
        self.assertNotIn("User.email", told)
        # Not of what is its own, or becomes so, or nobody there has.
        for flags in (["--table=auth_user", "--annotate=false"],
                      ["--table=auth_user", "--style=aip"]):
            self.assertNotIn("the wire", self.site.run(*flags).stderr)
        odd = {"sqlite": "moods", "postgres": "events"}[self.database]
        self.assertNotIn("the wire", self.odd.run(f"--table={odd}").stderr)
        file = self.site.folder / "theirs.proto"
        file.write_text(self.site.write("--table=auth_user", "--package=theirs",
                                        "--annotate=false"))
        done = self.site.run("--table=auth_user", "--file=theirs.proto",
                             "--update")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("the wire", done.stderr)
        file.unlink()

    def test_aip(self):
        name = f"aip/v1/aip_{self.database}.proto"
        text = self.site.write("--table=*", "--style=aip", "--package=aip.v1")
        if self.database == "sqlite" and OTHER_LOG:
            [log] = LOG.findall(text)
            check(self, "aip_log_django_4_1.txt", log)
            [before] = LOG.findall((tool.GOLDENS / name).read_text())
            text = text.replace(log, before)
        check(self, name, text)

    def test_aip_without_options(self):
        check(self, f"aip_plain_{self.database}.proto",
                   self.site.write("--table=auth_*", "--style=aip",
                                   "--annotate=false",
                                   f"--package=aip_plain_{self.database}"))

    def test_odd(self):
        tables = {
            "sqlite": "odd name,odd_name,odd_name_list_request,computed,moods,"
                      "lines,words_of_lines,categories,loose,parts",
            "postgres": "shop.customers,computed,events,bookings,uniques,Users,"
                        "rarities,readings,spans,domains,parts",
        }[self.database]
        check(self, f"odd_{self.database}.proto",
                   self.odd.write(f"--table={tables}", "--exclude=computed.b",
                                  f"--package=odd_{self.database}"))

    def test_list(self):
        # The sizes of what Django's own tables hold may change with Django.
        check(self, f"list_{self.database}.txt", self.odd.write("--list"))

    def test_many_tables(self):
        number = 500
        tool.execute(self.many.url, "".join(
            f"CREATE TABLE table_{i} (id bigint PRIMARY KEY, "
            "name varchar(100) NOT NULL UNIQUE, email text, "
            "amount numeric(10, 2) NOT NULL DEFAULT 0, "
            "made timestamp NOT NULL DEFAULT current_timestamp, "
            "count bigint CHECK (count >= 0), "
            f"parent bigint REFERENCES table_{max(i - 1, 0)} (id));"
            f"CREATE INDEX index_{i} ON table_{i} (email, count);"
            for i in range(number)))
        start = time.monotonic()
        text = self.many.write("--table=*", "--package=many")
        print(f"{number} tables: {time.monotonic() - start:.2f} s")
        self.assertEqual(text.count("option (modelservice.model) = {"), number)
        self.assertEqual(text.count("references: { model: "), number)

    def test_the_same_types_on_both_databases(self):
        """Without options only two things differ: where migrations left a
        column, and SQLite's durations, which are numbers there."""
        if update:
            self.skipTest("the goldens are being written")
        fields = {}
        for database in ("sqlite", "postgres"):
            text = (tool.GOLDENS / f"plain_{database}.proto").read_text()
            text = text.replace("int64 duration", "string duration")
            fields[database] = sorted(
                line.split(" = ")[0] for line in text.splitlines()
                if not line.startswith("package"))
        self.assertEqual(fields["sqlite"], fields["postgres"])
