"""Several files of one package: what is in which, what they import of each
other, and what becomes of them when the tables change."""

import shutil
import sqlite3
import subprocess
import unittest

import goldens
import tool

TABLES = """
    CREATE TABLE sales_customer (id {key}, name text NOT NULL, made {time});
    CREATE TABLE stock_item (id {key}, name varchar(40) NOT NULL UNIQUE,
      {mood} favourite_id integer REFERENCES sales_customer);
    CREATE TABLE sales_order (id {key},
      customer_id integer NOT NULL REFERENCES sales_customer ON DELETE CASCADE,
      {mood} item_id integer REFERENCES stock_item);
    CREATE TABLE audit (id {key}, note text NOT NULL);
"""


class Split(unittest.TestCase):
    new_tool = None  # makes a tool over a new database, of some SQL
    protoc: str
    plugin: str
    database: str  # "sqlite" or "postgres"

    def setUp(self):
        on_postgres = self.database == "postgres"
        self.used = self.new_tool(
            ("CREATE TYPE mood AS ENUM ('sad', 'happy');"
             if on_postgres else "") + TABLES.format(
                 key="integer PRIMARY KEY",
                 time="timestamp",
                 mood="mood mood," if on_postgres else ""))
        self.folder = self.used.folder / "split"
        self.folder.mkdir()
        self.addCleanup(shutil.rmtree, self.folder)

    def run_split(self, how: str, *flags: str, file="split/*.proto"):
        return self.used.run("--table=*", f"--file={file}", f"--split={how}",
                             *flags)

    def write(self, how: str, *flags: str) -> dict:
        done = self.run_split(how, *flags)
        self.assertEqual(done.returncode, 0, done.stderr)
        return self.texts()

    def texts(self) -> dict:
        return {path.stem: path.read_text()
                for path in sorted(self.folder.iterdir())}

    def take(self) -> None:
        """protoc and the plugin must take all of them at once."""
        out = self.used.folder / "out"
        out.mkdir()
        done = subprocess.run(
            [self.protoc, f"-I{self.used.folder}",
             f"-I{tool.ROOT / 'protos'}",
             f"--plugin=protoc-gen-modelservice={self.plugin}",
             f"--cpp_out={out}", f"--modelservice_out={out}",
             *(f"split/{path.name}" for path in self.folder.iterdir())],
            cwd=self.used.folder, capture_output=True, text=True, timeout=60)
        shutil.rmtree(out)
        # protoc does not see what names in options are of.
        told = [line for line in done.stderr.splitlines()
                if not line.endswith(" is unused.")]
        self.assertEqual((done.returncode, told), (0, []))

    def fails(self, words: str, how: str, *flags: str, **named) -> None:
        done = self.run_split(how, *flags, **named)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn(words, done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)

    def test_by_prefix(self):
        texts = self.write("prefix", "--package=shop")
        self.assertEqual(list(texts), ["audit", "sales", "stock"])
        for name, text in texts.items():
            goldens.check(self, f"split_{self.database}/{name}.proto", text)
        self.assertIn('import "split/stock.proto";', texts["sales"])
        self.assertIn('references: { model: "StockItem" }', texts["sales"])
        # No file imports one that imports it.
        self.assertNotIn("import \"split/", texts["stock"])
        self.assertIn("References SalesCustomer, whose file imports this one "
                      "already.", texts["stock"])
        self.take()
        self.assertEqual(
            self.run_split("prefix", "--check").returncode, 0)

    def test_what_the_plugin_refuses_is_left_out(self):
        if self.database != "sqlite":
            self.skipTest("PostgreSQL knows its functions")
        connection = sqlite3.connect(self.used.url[len("sqlite:"):])
        connection.create_function("own", 1, lambda value: 1,
                                   deterministic=True)
        connection.executescript(
            "CREATE TABLE stock_odd (id INTEGER PRIMARY KEY, "
            "x text CHECK (own(x)));"
            "CREATE TABLE audit_odd (id INTEGER PRIMARY KEY, "
            "of integer REFERENCES stock_odd, x text CHECK (own(x)));")
        connection.close()
        done = self.run_split("prefix", "--package=shop")
        self.assertEqual(done.returncode, 0, done.stderr)
        for table in ("stock_odd", "audit_odd"):
            self.assertIn(f'note: left out: table "{table}", of which the '
                          "plugin says: ", done.stderr)
        texts = self.texts()
        self.assertEqual(list(texts), ["audit", "sales", "stock"])
        self.assertNotIn("own(", "".join(texts.values()))
        self.take()
        self.assertEqual(self.run_split("prefix", "--check").returncode, 0)
        self.assertEqual(self.write("prefix", "--update"), texts)
        done = self.used.run("--table=stock_odd", "--file=split/*.proto",
                             "--split=one=*", "--package=shop")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no such function: own", done.stderr)

    def test_in_the_other_style(self):
        self.write("prefix", "--package=shop", "--style=aip")
        self.take()
        self.assertEqual(self.run_split("prefix", "--check").returncode, 0)

    def test_by_groups(self):
        texts = self.write("all=sales_customer,stock_*;orders=sales_order",
                           "--package=shop", "--exclude=audit")
        self.assertEqual(list(texts), ["all", "orders"])
        self.assertIn('references: { model: "SalesCustomer" }', texts["all"])
        self.assertIn('import "split/all.proto";', texts["orders"])
        self.take()

    def test_by_schema(self):
        if self.database == "sqlite":
            self.fails("SQLite has no schemas", "schema", "--package=shop")
            return
        tool.execute(self.used.url, """
            CREATE SCHEMA ware;
            CREATE TABLE ware.place (id integer PRIMARY KEY,
              item_id integer NOT NULL REFERENCES stock_item);""")
        texts = self.write("schema", "--package=shop")
        self.assertEqual(list(texts), ["public", "ware"])
        self.assertIn('import "split/public.proto";', texts["ware"])
        self.assertIn('schema: "ware"', texts["ware"])
        self.take()

    def test_keys_that_are_enums(self):
        """Each file has an enum of its own, to which no other refers."""
        if self.database == "sqlite":
            self.skipTest("SQLite has no enums")
        tool.execute(self.used.url, """
            CREATE TABLE sales_kind (mood mood PRIMARY KEY);
            CREATE TABLE stock_kind (id integer PRIMARY KEY,
              mood mood NOT NULL REFERENCES sales_kind);""")
        done = self.run_split("prefix", "--package=shop")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        texts = self.texts()
        self.assertIn("message StockKind {", texts["stock"])
        self.assertIn("// References SalesKind, whose file has an enum of its "
                      "own.", texts["stock"])
        self.take()
        self.assertEqual(self.run_split("prefix", "--check").returncode, 0)

    def test_updates(self):
        before = self.write("prefix", "--package=shop")
        tool.execute(self.used.url, """
            CREATE TABLE place_shelf (id integer PRIMARY KEY,
              item_id integer REFERENCES stock_item);
            ALTER TABLE stock_item ADD COLUMN weight integer;
            ALTER TABLE sales_customer DROP COLUMN name;""")
        done = self.run_split("prefix", "--check")
        self.assertEqual(done.returncode, 1)
        self.assertIn("+++ split/place.proto", done.stdout)
        self.assertEqual(self.texts(), before)
        texts = self.write("prefix", "--update")
        self.assertEqual(list(texts), ["audit", "place", "sales", "stock"])
        self.assertEqual(texts["audit"], before["audit"])
        self.assertIn("package shop;", texts["place"])
        self.assertIn('import "split/stock.proto";', texts["place"])
        self.assertIn("optional int", texts["stock"])
        self.assertIn('reserved "name";', texts["sales"])
        self.take()
        self.assertEqual(self.run_split("prefix", "--check").stdout, "")
        self.assertEqual(self.write("prefix", "--update"), texts)

    def test_a_message_stays_in_its_file(self):
        before = self.write("one=*", "--package=shop")
        # Whatever group it would be in now.
        after = self.write("one=audit;two=sales_*,stock_*", "--update")
        self.assertEqual(after, before)
        tool.execute(self.used.url,
                     "CREATE TABLE sales_note (id integer PRIMARY KEY, "
                     "order_id integer REFERENCES sales_order);")
        after = self.write("one=audit;two=sales_*,stock_*", "--update")
        self.assertEqual(after["one"], before["one"])
        self.assertIn("message SalesNote {", after["two"])
        self.assertIn('import "split/one.proto";', after["two"])
        self.take()

    def test_what_is_wrong_writes_nothing(self):
        self.fails("write a * for the group's name", "prefix",
                   "--package=shop", file="split/shop.proto")
        self.fails("neither schema nor prefix", "app", "--package=shop")
        self.fails("needs the package", "prefix")
        self.fails('no group for table "audit"', "sales=sales_*;stock=stock_*",
                   "--package=shop")
        self.fails('"nothing"', "sales=nothing", "--package=shop")
        self.fails("none of the files is there", "prefix", "--update")
        self.assertEqual(self.texts(), {})
        self.write("sales=sales_*,stock_*,audit", "--package=shop")
        self.fails("already exists", "sales=sales_*,stock_*,audit",
                   "--package=shop")
        done = self.used.run("--table=audit", "--split=prefix",
                             "--package=shop")
        self.assertIn("--split needs to know where", done.stderr)
