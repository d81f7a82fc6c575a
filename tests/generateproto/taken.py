"""Schemas that other people have: protoc and the plugin take what is written of
them, as it is, and it says what is there."""

import shutil
import sqlite3
import subprocess
import unittest

import tool
from taken_cases import CASES, WORDS

SINGULARS = ("series,alias,process,address,movies,cookies,news,statuses,"
             "quizzes,boxes,people")


class Taken(unittest.TestCase):
    new_tool = None  # makes a tool over a new database, of some SQL
    protoc: str
    plugin: str
    database: str  # "sqlite" or "postgres"

    def take(self, text: str, used: tool.Tool, *options: str):
        """protoc and the plugin must take the file, without a word."""
        folder = used.folder / "taken"
        folder.mkdir()
        (folder / "taken.proto").write_text(text)
        done = subprocess.run(
            [self.protoc, f"-I{folder}", f"-I{tool.ROOT / 'protos'}",
             f"--plugin=protoc-gen-modelservice={self.plugin}",
             f"--cpp_out={folder}", f"--modelservice_out={folder}", *options,
             "taken.proto"], capture_output=True, text=True, timeout=60)
        shutil.rmtree(folder)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_cases(self):
        for name, (sql, has, has_not) in CASES[self.database].items():
            for style in ("django", "aip"):
                with self.subTest(name, style=style):
                    used = self.new_tool(sql)
                    text = used.write("--table=*", "--package=taken",
                                      f"--style={style}")
                    self.take(text, used)
                    flat = " ".join(text.split())
                    for words in has:
                        self.assertIn(" ".join(words.split()), flat)
                    for words in has_not:
                        self.assertNotIn(words, flat)
                    # What is written is what --update would write.
                    (used.folder / "again.proto").write_text(text)
                    self.assertEqual(
                        used.write("--table=*", "--file=again.proto",
                                   "--check"), "")
                    (used.folder / "again.proto").unlink()

    def test_keys_of_sqlite(self):
        if self.database != "sqlite":
            self.skipTest("PostgreSQL has no rowid")
        used = self.new_tool(CASES["sqlite"]["keys_that_are_no_rowid"][0])
        self.assertNotIn("auto_increment", used.write("--table=note"))
        self.assertIn("auto_increment", used.write("--table=given"))

    def test_packages_that_are_words(self):
        if self.database != "sqlite":
            self.skipTest("as on SQLite")
        used = self.new_tool(CASES["sqlite"]["packages_that_are_words"][0])
        for table in ("case", "register"):
            used.write(f"--table={table}", f"--file={table}.proto")
            path = used.folder / f"{table}.proto"
            self.assertIn(f"package {table}_db;", path.read_text())
            self.take(path.read_text(), used)
            path.unlink()

    def test_relations_to_many(self):
        used = self.new_tool("""
            CREATE TABLE guide (id integer PRIMARY KEY);
            CREATE TABLE town (id integer PRIMARY KEY);
            CREATE TABLE place (id integer PRIMARY KEY);
            """ + "".join(f"""
            CREATE TABLE guide_{other}s (id integer PRIMARY KEY,
              guide_id integer NOT NULL REFERENCES guide,
              {other}_id integer NOT NULL REFERENCES {other},
              UNIQUE (guide_id, {other}_id));
            """ for other in ("town", "place")))
        text = used.write("--table=guide")
        for other in ("towns", "places"):
            self.assertIn(f"To many: {other}, through table guide_{other}.",
                          text)

    def test_singulars(self):
        used = self.new_tool("".join(
            f"CREATE TABLE {table} (id integer PRIMARY KEY);"
            for table in SINGULARS.split(",")))
        text = used.write("--table=*")
        for message in ("Series", "Alias", "Process", "Address", "Movie",
                        "Cookie", "News", "Status", "Quiz", "Box", "Person"):
            self.assertIn(f"message {message} {{", text)

    def test_tables_that_are_words(self):
        used = self.new_tool("".join(
            f'CREATE TABLE "{table}" (id integer PRIMARY KEY, "{table}" text);'
            for table in WORDS.split(",")))
        for style in ("django", "aip"):
            with self.subTest(style=style):
                text = used.write("--table=*", "--package=taken",
                                  f"--style={style}")
                self.take(text, used)
                self.assertEqual(text.count("(modelservice.model)"),
                                 len(WORDS.split(",")))
                for member in ("New", "Clear", "Swap"):
                    self.assertIn(f"message {member}Row {{", text)
                (used.folder / "again.proto").write_text(text)
                self.assertEqual(
                    used.write("--table=*", "--file=again.proto", "--check"),
                    "")
                (used.folder / "again.proto").unlink()

    def test_patterns_take_what_can_be_had(self):
        used = self.new_tool("""
            CREATE TABLE good (id integer PRIMARY KEY, a text,
              b integer GENERATED ALWAYS AS (1 + 1) STORED);
            CREATE TABLE no_key (a integer, b text);
            CREATE TABLE by_unique (a integer NOT NULL, b text NOT NULL,
              c text UNIQUE, UNIQUE (a, b));
            CREATE VIEW totals AS SELECT a, count(*) AS n FROM no_key
              GROUP BY a;""")
        done = used.run("--table=*", "--package=taken")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.take(done.stdout, used)
        self.assertEqual(
            sorted(line for line in done.stdout.splitlines()
                   if line.startswith("message ") and "Request" not in line),
            ["message ByUnique {", "message Good {"])
        told = [line for line in done.stderr.splitlines()
                if line.startswith("note: left out: ")]
        self.assertEqual(len(told), 3, done.stderr)
        self.assertIn('column "b" of table "good" is computed', told[0])
        self.assertIn('"no_key" has no primary key', told[1])
        self.assertIn('"totals" is a view', told[2])
        self.assertIn('primary_key: "a"', done.stdout)
        self.assertIn("(a, b) is UNIQUE and NOT NULL", done.stdout)

    def test_what_only_its_own_program_knows(self):
        if self.database != "sqlite":
            self.skipTest("PostgreSQL knows its functions")
        used = self.new_tool("CREATE TABLE good (id INTEGER PRIMARY KEY);")
        connection = sqlite3.connect(used.url[len("sqlite:"):])
        connection.create_function("own", 1, lambda value: 1,
                                   deterministic=True)
        connection.executescript(
            "CREATE TABLE bad (id INTEGER PRIMARY KEY, x text CHECK (own(x)));"
            "CREATE TABLE odd (id INTEGER PRIMARY KEY, x text);"
            "CREATE INDEX by_own ON odd (x) WHERE own(id);")
        connection.close()
        done = used.run("--table=*", "--file=known.proto")
        self.assertEqual(done.returncode, 0, done.stderr)
        text = (used.folder / "known.proto").read_text()
        self.take(text, used)
        self.assertEqual([line for line in text.splitlines()
                          if line.startswith("message ")
                          and "Request" not in line], ["message Good {"])
        for table in ("bad", "odd"):
            self.assertIn(f'note: left out: table "{table}", of which the '
                          "plugin says: ", done.stderr)
        self.assertEqual(used.write("--table=*", "--file=known.proto",
                                    "--check"), "")
        used.write("--table=*", "--file=known.proto", "--update")
        self.assertEqual((used.folder / "known.proto").read_text(), text)
        done = used.run("--table=good,bad")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no such function: own", done.stderr)

    def test_views_are_read(self):
        used = self.new_tool("""
            CREATE TABLE sales (id integer PRIMARY KEY, customer integer,
              day date);
            CREATE VIEW by_day AS SELECT customer, day FROM sales;""")
        for style, methods in (("django", ["List", "Retrieve"]),
                               ("aip", ["ListByDays", "GetByDay"])):
            text = used.write("--table=by_day", "--key=by_day=customer,day",
                              f"--style={style}", "--package=taken")
            self.take(text, used)
            self.assertEqual(
                [line.split()[1].split("(")[0] for line in text.splitlines()
                 if line.strip().startswith("rpc ")], methods)
        for flag, words in (
                ("--key=by_day", "is no key"),
                ("--key=by_dya=day", 'there is no table "by_dya"'),
                ("--key=by_day=dya", 'has no column "dya"; did you mean "day"'),
                ("--key=sales=day", 'has a primary key (id)')):
            done = used.run("--table=by_day", flag)
            self.assertEqual(done.returncode, 1)
            self.assertIn(words, done.stderr)

    def test_list_of_what_fails(self):
        used = self.new_tool("CREATE TABLE t (id integer PRIMARY KEY);"
                             "INSERT INTO t VALUES (1);"
                             "CREATE VIEW v AS SELECT 1 / (id - 1) AS x FROM t;"
                             if self.database == "postgres" else
                             "CREATE TABLE t (id integer PRIMARY KEY);"
                             "INSERT INTO t VALUES (1);"
                             "CREATE VIEW v AS SELECT * FROM gone;")
        listed = used.write("--list")
        self.assertIn("t: 1 row", listed)
        self.assertIn("v", listed)

    def test_large_tables_are_not_counted_to_the_end(self):
        used = self.new_tool(
            "CREATE TABLE t (id integer PRIMARY KEY);"
            "INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
            "SELECT i + 1 FROM n WHERE i < 100002) SELECT i FROM n;")
        self.assertIn("t: more than 100000 rows", used.write("--list"))
