"""Wrong calls: one line that says what is wrong, exit 1, nothing written."""

import shutil
import unittest

import tool


class Faults(unittest.TestCase):
    site: tool.Tool
    odd: tool.Tool
    database: str

    def refused(self, words: str, *flags: str, of: tool.Tool = None,
                url: str = None):
        used = of or self.site
        before = sorted(used.folder.iterdir())
        done = used.run(*flags, url=url)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertIn(words, done.stderr)
        self.assertEqual(sorted(used.folder.iterdir()), before)

    def test_tables(self):
        self.refused('there is no table "auth_usr"; did you mean "auth_user"?',
                     "--table=auth_usr", "--file=new.proto")
        self.refused('there is no table "zzzzzzzzzzz"; --list shows',
                     "--table=zzzzzzzzzzz")
        self.refused('there is no table "zz*"', "--table=zz*")
        self.refused("--table names no table")

    def test_fields(self):
        self.refused('--fields: there is no field "usernam"; did you mean '
                     '"username"?', "--table=auth_user", "--fields=id,usernam")
        self.refused('--exclude: there is no field "emial"; did you mean '
                     '"email"?', "--table=auth_user", "--exclude=emial")
        self.refused('"groups" of table "auth_user" has no column, for it is a '
                     'relation through table "auth_user_groups"',
                     "--table=auth_user", "--fields=id,groups")
        self.refused('the primary key "id" of table "auth_user" is left out',
                     "--table=auth_user", "--fields=username")

    def test_flags(self):
        self.refused('--style: "djang" is neither django nor aip',
                     "--table=auth_user", "--style=djang")
        self.refused('--package: "a b" is no package', "--table=auth_user",
                     "--package=a b")
        self.refused('--model: "a b" is no name for a message',
                     "--table=auth_user", "--model=a b")
        self.refused("--model has 1 names, but there are 2 tables",
                     "--table=auth_user,auth_group", "--model=A")
        self.refused("--check needs the file", "--table=auth_user", "--check")
        self.refused("those of generateproto: table, model",
                     "--tabel=auth_user")
        self.refused("--table needs a value", "--table")
        self.refused("--table is given twice", "--table=a", "--table=b")
        self.refused('--update: "perhaps" is not true or false',
                     "--table=a", "--update=perhaps")

    def test_files(self):
        path = self.site.folder / "there.proto"
        path.write_text("mine")
        self.refused('File "there.proto" already exists.', "--table=auth_user",
                     "--file=there.proto")
        self.refused("there.proto:1:1: ", "--table=auth_user",
                     "--file=there.proto", "--update")
        self.assertEqual(path.read_text(), "mine")
        self.refused("there is no file gone.proto", "--table=auth_user",
                     "--file=gone.proto", "--update")
        self.refused("cannot write no/folder.proto", "--table=auth_user",
                     "--file=no/folder.proto")
        path.write_text('syntax = "proto3";\nmessage User {\n'
                        "  option (modelservice.model) = { tabel: \"x\" };\n}")
        self.refused("there.proto:3:3: (modelservice.model): ",
                     "--table=auth_user", "--file=there.proto", "--update")
        path.unlink()

    def test_what_has_no_key(self):
        self.refused('"a_view" is a view and has no primary key',
                     "--table=a_view", of=self.odd)
        if self.database == "sqlite":
            self.refused('"no_key" has no primary key, by which a row is '
                         "found, and no UNIQUE over NOT NULL columns; give it "
                         "one; --key=no_key=COLUMN[,COLUMN...] says what is "
                         "unique", "--table=no_key", of=self.odd)
            self.refused('table "broken_view" cannot be read',
                         "--table=broken_view", of=self.odd)
            self.refused('"words" is a virtual table', "--table=words",
                         of=self.odd)
        else:
            self.refused('"kept_view" is a view', "--table=kept_view",
                         of=self.odd)

    def test_columns_that_make_no_field(self):
        self.refused('column "b" of table "computed" is computed by the '
                     "database and cannot be written; leave it out with "
                     "--exclude=computed.b", "--table=computed", of=self.odd)
        if self.database == "sqlite":
            self.refused('column "x" of table "untyped" has no declared type',
                         "--table=untyped", of=self.odd)
            self.refused('column "x" of table "anything" is of the type ANY, '
                         "which holds values of every type",
                         "--table=anything", of=self.odd)
        else:
            self.refused('column "position" of table "counted" is numbered by '
                         "the database", "--table=counted", of=self.odd)
            for table in ("numbered", "numbered_always"):
                self.refused(f'column "id" of table "{table}" is numbered by '
                             "the database, but is only a part of the key",
                             f"--table={table}", of=self.odd)

    def test_databases(self):
        if self.database == "postgres":
            nobody = "postgresql://nobody@127.0.0.1:1/x"
            self.refused(f"cannot open {nobody}", "--table=t", url=nobody)
            return
        self.refused("cannot open gone.db: there is no such file",
                     "--table=t", url="sqlite:gone.db")
        self.refused('database "mysql:...": no such kind of database',
                     "--table=t", url="mysql://secret@x/y")
        text = self.site.folder / "text.db"
        text.write_text("no database " * 100)
        self.refused("cannot open text.db: it is not an SQLite database",
                     "--table=t", url="sqlite:text.db")
        text.unlink()

    def test_a_mount_that_cannot_be_written(self):
        if self.database == "postgres":
            self.skipTest("a file of SQLite's")
        folder = self.site.folder / "mount"
        folder.mkdir()
        url = f"sqlite:{folder / 'wal.db'}"
        tool.query(url, "PRAGMA journal_mode = wal")
        tool.execute(url, "CREATE TABLE t (id integer PRIMARY KEY)")
        done = self.site.run_where_nothing_can_be_written(
            folder, "--table=t", url="sqlite:wal.db")
        shutil.rmtree(folder)
        if done is None:
            self.skipTest("this user may mount nothing")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("cannot open wal.db: ", done.stderr)
        self.assertIn("a database in WAL mode can be read only where files can "
                      "be made beside it: copy it", done.stderr)
