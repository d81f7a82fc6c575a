#!/usr/bin/python3
"""modelservice diff: its verdicts, and that of the wire beside buf's.

    diff_test.py --tool PROGRAM --protoc PROGRAM --buf SCRIPT --node PROGRAM
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OPTIONS = None

# What buf looks at that is about the wire, JSON, and who can be called.
BUF = """version: v2
breaking:
  use:
    - WIRE_JSON
    - RPC_NO_DELETE
    - PACKAGE_SERVICE_NO_DELETE
"""

BASE = """syntax = "proto3";
package a.v1;
enum Color {
  COLOR_UNSPECIFIED = 0;
  COLOR_RED = 1;
  reserved 7 to 9;
  reserved "COLOR_OLD";
}
message Thing {
  reserved 100 to max;
  reserved "gone";
  int32 one = 1;
  string two = 2;
  repeated int64 three = 3;
  Color four = 4;
  oneof choice {
    string five = 5;
    Inner six = 6;
  }
  map<string, int32> seven = 7;
  optional bool eight = 8;
  Inner nine = 9;
  message Inner { fixed32 x = 1; }
  bytes ten = 10;
}
message Request { string name = 1; }
service Things {
  rpc Get(Request) returns (Thing);
  rpc Watch(Request) returns (stream Thing);
  rpc Put(stream Thing) returns (Request);
}
"""

# What is changed, into what, and whether that breaks anything.
WIRE = [
    ("", "", False),
    ("int32 one = 1;", "int32 one = 1; int32 eleven = 11;", False),
    ("int32 one = 1;", "int32 one = 12;", True),
    ("int32 one = 1;", "", True),
    ("int32 one = 1;", 'reserved 1; reserved "one";', False),
    ("int32 one = 1;", "reserved 1;", True),
    ("int32 one = 1;", 'reserved "one";', True),
    ("int32 one = 1;", "uint32 one = 1;", False),
    ("int32 one = 1;", "int64 one = 1;", True),
    ("int32 one = 1;", "sint32 one = 1;", True),
    ("int32 one = 1;", "bool one = 1;", True),
    ("int32 one = 1;", "Color one = 1;", True),
    ("int32 one = 1;", "repeated int32 one = 1;", True),
    ("int32 one = 1;", "optional int32 one = 1;", False),
    ("int32 one = 1;", "int32 uno = 1;", True),
    ("int32 one = 1;", 'int32 one = 1 [json_name = "uno"];', True),
    ("int32 one = 1;", "oneof single { int32 one = 1; }", True),
    ("string two = 2;", "bytes two = 2;", True),
    ("bytes ten = 10;", "string ten = 10;", True),
    ("repeated int64 three = 3;", "int64 three = 3;", True),
    ("repeated int64 three = 3;", "repeated uint64 three = 3;", False),
    ("repeated int64 three = 3;", "repeated int64 three = 3 [packed = false];",
     False),
    ("Color four = 4;", "int32 four = 4;", True),
    ("string five = 5;", "", True),
    ("    Inner six = 6;\n  }", "  }\n  Inner six = 6;", True),
    ("oneof choice", "oneof choices", True),
    ("map<string, int32> seven = 7;", "map<string, string> seven = 7;", True),
    ("map<string, int32> seven = 7;", "map<int32, int32> seven = 7;", True),
    ("map<string, int32> seven = 7;", "repeated Inner seven = 7;", True),
    ("optional bool eight = 8;", "bool eight = 8;", False),
    ("Inner nine = 9;", "Request nine = 9;", True),
    ("fixed32 x = 1;", "sfixed32 x = 1;", False),
    ("fixed32 x = 1;", "int32 x = 1;", True),
    ("COLOR_RED = 1;", "COLOR_RED = 1; COLOR_BLUE = 2;", False),
    ("COLOR_RED = 1;", "", True),
    ("COLOR_RED = 1;", 'reserved 1; reserved "COLOR_RED";', False),
    ("COLOR_RED = 1;", "COLOR_ROUGE = 1;", True),
    ("COLOR_RED = 1;", "COLOR_RED = 3;", True),
    ("reserved 7 to 9;", "reserved 7, 9;", True),
    ("reserved 7 to 9;", "reserved 5 to 8, 9 to 20;", False),
    ('reserved "COLOR_OLD";', "", True),
    ("reserved 100 to max;", "reserved 101 to max;", True),
    ("reserved 100 to max;", "reserved 100 to 200, 201 to max;", False),
    ('reserved "gone";', "", True),
    ("rpc Get(Request) returns (Thing);", "", True),
    ("rpc Get(Request) returns (Thing);",
     "rpc Get(Thing) returns (Thing);", True),
    ("rpc Get(Request) returns (Thing);",
     "rpc Get(Request) returns (Request);", True),
    ("rpc Get(Request) returns (Thing);",
     "rpc Get(stream Request) returns (Thing);", True),
    ("rpc Get(Request) returns (Thing);",
     "rpc Get(Request) returns (stream Thing);", True),
    ("rpc Get(Request) returns (Thing);",
     "rpc Get(Request) returns (Thing);\n  rpc New(Request) returns (Thing);",
     False),
    ("rpc Put(stream Thing)", "rpc Put(Thing)", True),
    ("(stream Thing);", "(Thing);", True),
    ("service Things", "service Stuff", True),
    ("package a.v1;", "package a.v2;", True),
]

MODEL = """syntax = "proto3";
package a;
import "google/protobuf/timestamp.proto";
import "modelservice/annotations.proto";
enum Color {
  COLOR_UNSPECIFIED = 0;
  COLOR_RED = 1;
}
message Owner {
  option (modelservice.model) = {};
  int64 id = 1 [(modelservice.field).primary_key = true];
}
message Item {
  option (modelservice.model) = { table: "item" };
  int64 id = 1 [(modelservice.field).primary_key = true];
  string name = 2 [(modelservice.field).max_length = 10];
  optional string note = 3;
  int32 count = 4;
  Color color = 5 [(modelservice.field).storage = NAME];
  int64 owner_id = 6;
  string price = 7 [(modelservice.field).format = DECIMAL];
}
"""

# What is changed, into what; the verdicts of the database and of a rolling
# deploy; what they say.
TABLES = [
    ("", "", "compatible", "compatible", []),
    ("int32 count = 4;", "int32 count = 4; int32 more = 8;",
     "compatible, with changes", "compatible, with care",
     ['column "more" is new', 'ADD COLUMN "more" INTEGER',
      "before the first new server"]),
    ("int32 count = 4;", "int32 count = 4; optional int32 more = 8;",
     "compatible, with changes", "compatible, with care", ['"more" is new']),
    ("int32 count = 4;", "", "breaking", "compatible, with care",
     ['column "count" is no longer stored', 'DROP COLUMN "count"',
      "when the last old server is gone"]),
    ("int32 count = 4;", "int64 count = 4;", "compatible, with care",
     "compatible, with care",
     ["its column is BIGINT, was INTEGER", "ACCESS EXCLUSIVE"]),
    ("int32 count = 4;", "string count = 4;", "breaking", "breaking",
     ["a new column, and copy the values"]),
    ("int32 count = 4;", "optional int32 count = 4;",
     "compatible, with changes", "compatible, with care",
     ["its column takes NULL", "DROP NOT NULL"]),
    ("optional string note = 3;", "string note = 3;", "breaking", "breaking",
     ["takes no NULL any more", "SET NOT NULL"]),
    ("max_length = 10", "max_length = 20", "compatible, with care",
     "compatible, with care", ["nothing is written anew"]),
    ("max_length = 10", "max_length = 5", "breaking", "breaking",
     ["VARCHAR(5)"]),
    ("string name = 2", "string title = 2", "compatible, with care",
     "breaking", ['RENAME COLUMN "name" TO "title"', 'keep column: "name"']),
    ('table: "item"', 'table: "items"', "compatible, with care", "breaking",
     ['ALTER TABLE "item" RENAME TO "items"', 'keep table: "item"']),
    ('message Item {\n  option (modelservice.model) = { table: "item" };',
     "message Article {\n  option (modelservice.model) = "
     '{ renamed_from: "Item" };', "compatible, with care", "breaking",
     ['ALTER TABLE "item" RENAME TO "article"', 'keep table: "item"']),
    ("int32 count = 4;",
     'int32 number = 9 [(modelservice.field).renamed_from = "count"];',
     "compatible, with care", "breaking",
     ['RENAME COLUMN "count" TO "number"']),
    ("int64 owner_id = 6;",
     'int64 owner_id = 6 [(modelservice.field).references = {model: "Owner"}];',
     "compatible, with care", "compatible, with care",
     ["owner_id refers to owner", "FOREIGN KEY", "SHARE ROW EXCLUSIVE"]),
    # A column that old servers leave empty refers to nothing wrong.
    ("int32 count = 4;",
     "int32 count = 4; optional int64 maker_id = 8 "
     '[(modelservice.field).references = {model: "Owner"}];',
     "compatible, with changes", "compatible, with care",
     ['ADD COLUMN "maker_id" BIGINT REFERENCES "owner"']),
    ("int64 owner_id = 6;",
     "int64 owner_id = 6 [(modelservice.field).index = true];",
     "compatible, with care", "compatible",
     ["an index over owner_id is new", "CONCURRENTLY"]),
    ("int64 owner_id = 6;",
     "int64 owner_id = 6 [(modelservice.field).unique = true];",
     "compatible, with care", "compatible, with care",
     ["rows that are equal there stop it", "ALREADY_EXISTS"]),
    ("string name = 2 [(modelservice.field).max_length = 10];",
     'string name = 2 [(modelservice.field) = { primary_key: true '
     'max_length: 10 }];', "breaking", "breaking", ["its primary key is"]),
    ('{ table: "item" }', '{ table: "item" check { sql: "count > 0" } }',
     "compatible, with care", "compatible, with care", ["count > 0"]),
    ("int32 count = 4;", "int32 count = 4; google.protobuf.Timestamp gone = 8 "
     "[(modelservice.field).role = DELETE_TIME];",
     "compatible, with changes", "compatible, with care",
     ["show rows that those of the other have deleted"]),
    ("int32 count = 4;",
     "int32 count = 4; int64 rev = 8 [(modelservice.field).role = VERSION];",
     "compatible, with changes", "compatible, with care",
     ["is not told that it has changed"]),
    ("int32 count = 4;",
     "int32 count = 4; string who = 8 [(modelservice.field).role = OWNER];",
     "compatible, with changes", "breaking",
     ["write rows of nobody", "end the old servers before"]),
    (MODEL, MODEL.replace(
        "package a;",
        'package a;\noption (modelservice.file).tenant = "metadata:x-tenant";')
     .replace('"item" };\n  int64 id = 1 [',
              '"item" };\n  int64 id = 1 [(modelservice.field).auto_increment '
              "= true, ")
     .replace("int32 count = 4;", "int32 count = 4;\n  string tenant = 8 "
              "[(modelservice.field).role = TENANT];"),
     "compatible, with care", "breaking",
     ["do not ask for a row's tenant"]),
    ("COLOR_RED = 1;", "COLOR_ROUGE = 1;", "breaking", "compatible",
     ["rows store the name COLOR_RED"]),
    ("COLOR_RED = 1;", "COLOR_RED = 1; COLOR_BLUE = 2;", "compatible",
     "compatible, with care",
     ["cannot read rows that store the new name COLOR_BLUE",
      "when the last old server is gone"]),
    ("message Owner {", "message Fresh {\n  option (modelservice.model) = {};"
     "\n  int64 id = 1 [(modelservice.field).primary_key = true];\n}\n"
     "message Owner {", "compatible, with changes", "compatible, with care",
     ['table "fresh" is new', 'CREATE TABLE "fresh"']),
    ("message Owner {\n  option (modelservice.model) = {};\n  int64 id = 1 "
     "[(modelservice.field).primary_key = true];",
     "message Owner {\n  int64 id = 1;", "breaking", "compatible, with care",
     ['no model stores its rows in table "owner" any more']),
]


def run(*command, **keywords):
    return subprocess.run([str(part) for part in command], text=True,
                          capture_output=True, timeout=120, **keywords)


class DiffTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def diff(self, *arguments, code):
        done = run(OPTIONS.tool, "diff", *arguments, cwd=self.folder)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def write(self, old, new, name="a.proto"):
        for folder, text in (("old", old), ("new", new)):
            (self.folder / folder).mkdir(exist_ok=True)
            (self.folder / folder / name).write_text(text)

    def changed(self, base, before, after):
        self.assertIn(before, base)
        return base.replace(before, after, 1)

    def verdict(self, done, part):
        lines = [line for line in done.stdout.splitlines()
                 if line.startswith(f"{part}: ")]
        self.assertEqual(len(lines), 1, done.stdout)
        return lines[0][len(part) + 2:]

    def test_says_what_breaks_the_wire(self):
        for before, after, breaks in WIRE:
            with self.subTest(before=before, after=after):
                self.write(BASE, self.changed(BASE, before, after))
                done = self.diff("old", "new", code=int(breaks))
                self.assertEqual(self.verdict(done, "wire"),
                                 "breaking" if breaks else "compatible",
                                 done.stdout)
                self.assertEqual(self.verdict(done, "database"), "compatible")
                if breaks:
                    self.assertRegex(done.stdout, r"^a\.proto(:\d+:\d+)?: "
                                     r"wire: breaking: \S+: .+\n    \S")

    def test_agrees_with_buf(self):
        for needed in (OPTIONS.buf, OPTIONS.node):
            if not os.access(needed, os.R_OK):
                if os.environ.get("CI"):
                    self.fail(f"no {needed}")
                self.skipTest(f"no {needed}; run scripts/install_clients.sh")
        for name in ("old", "new"):
            (self.folder / name).mkdir()
            (self.folder / name / "buf.yaml").write_text(BUF)
        for before, after, breaks in WIRE:
            with self.subTest(before=before, after=after):
                self.write(BASE, self.changed(BASE, before, after))
                done = run(OPTIONS.node, OPTIONS.buf, "breaking", "new",
                           "--against", "old", cwd=self.folder,
                           env={**os.environ, "HOME": str(self.folder),
                                "XDG_CACHE_HOME": str(self.folder)})
                self.assertIn(done.returncode, (0, 100), done.stderr)
                self.assertEqual(done.returncode == 100, breaks, done.stdout)

    def test_says_what_becomes_of_tables(self):
        for before, after, database, deploy, words in TABLES:
            with self.subTest(before=before, after=after):
                self.write(MODEL, self.changed(MODEL, before, after))
                done = run(OPTIONS.tool, "diff", "old", "new", cwd=self.folder)
                self.assertIn(done.returncode, (0, 1), done.stderr)
                self.assertEqual(
                    (self.verdict(done, "database"),
                     self.verdict(done, "rolling deploy")),
                    (database, deploy), done.stdout)
                self.assertEqual(
                    done.returncode,
                    int("breaking" in (database, deploy,
                                       self.verdict(done, "wire"))))
                for word in words:
                    self.assertIn(word, done.stdout)

    def test_reads_files_folders_sets_and_revisions(self):
        new = self.changed(BASE, "int32 one = 1;", "int64 one = 1;")
        self.write(BASE, new)
        wanted = ("a.proto:12:3: wire: breaking: a.v1.Thing.one: field 1 is "
                  "int64, was int32\n")
        for name in ("old", "new"):
            done = run(OPTIONS.protoc, f"-I{name}", "a.proto",
                       "--include_imports", "--include_source_info",
                       f"--descriptor_set_out={name}.binpb", cwd=self.folder)
            self.assertEqual(done.returncode, 0, done.stderr)
        git = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c"]
        shutil.copytree(self.folder / "old", self.folder / "protos")
        for command in (["init", "-q"], ["add", "protos"],
                        ["commit", "-q", "-m", "old"]):
            done = run(*git, *command, cwd=self.folder)
            self.assertEqual(done.returncode, 0, done.stderr)
        shutil.copy(self.folder / "new" / "a.proto", self.folder / "protos")
        for old, new in [("old", "new"), ("old/a.proto", "new/a.proto"),
                         ("old.binpb", "new.binpb"), ("old.binpb", "new"),
                         ("HEAD:protos", "protos"),
                         ("HEAD:protos/a.proto", "protos/a.proto"),
                         ("HEAD:protos/", "new.binpb")]:
            with self.subTest(old=old, new=new):
                self.assertIn(wanted, self.diff(old, new, code=1).stdout)
                self.diff(old, old, code=0)

    def test_finds_imports(self):
        self.write(BASE, BASE)
        for name in ("old", "new"):
            (self.folder / name / "b.proto").write_text(
                'syntax = "proto3"; package b; import "a.proto"; '
                "message B { a.v1.Thing thing = 1; }")
        self.diff("old", "new", code=0)
        self.diff("old/b.proto", "new/b.proto", code=0)
        (self.folder / "new" / "a.proto").unlink()
        error = self.diff("old/b.proto", "new/b.proto", code=2).stderr
        self.assertIn("b.proto: imports a.proto, which is in none of the "
                      "folders new; name its folder with --proto_path", error)
        self.diff("old/b.proto", "new/b.proto", "--proto_path=new,old", code=0)

    def test_ends_with_2_where_there_is_no_verdict(self):
        self.write(BASE, "syntax = ")
        (self.folder / "text.binpb").write_text("what")
        (self.folder / "empty").mkdir()
        bad = MODEL.replace("max_length = 10", "max_length = 0")
        (self.folder / "bad.proto").write_text(bad)
        for arguments, wanted in [
                (["old", "new"], "a.proto:1:"),
                (["old"], "diff needs OLD NEW"),
                (["old", "nowhere"], "there is no nowhere; name a .proto file"),
                (["old", "empty"], "the folder empty has no .proto file"),
                (["old", "text.binpb"], "text.binpb is no descriptor set"),
                (["HEAD:old", "old"], "HEAD:old has no .proto file"),
                (["old", "bad.proto"], "bad.proto:16:3: error: Item.name"),
                (["old", "old", "--color"], "unknown flag")]:
            with self.subTest(arguments=arguments):
                self.assertIn(wanted, self.diff(*arguments, code=2).stderr)


def main():
    global OPTIONS
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for program in ("tool", "protoc", "buf", "node"):
        parser.add_argument(f"--{program}", required=True)
    OPTIONS, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
