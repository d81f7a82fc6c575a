"""Random schemas, changed at random beside their files, and files changed by
hand: whatever --update makes of one protoc and the plugin take, nobody who has
the old file reads another field from the same number, and there it ends."""

import os
import random
import re
import subprocess
import unittest

from google.protobuf import descriptor_pb2

import tool

SEEDS = int(os.environ.get("GENERATEPROTO_SEEDS", "3"))
# Those that once went wrong.
KNOWN = (8, 16)
ROUNDS = 3

WORDS = ("name", "fooBar", "a-b", "class", "created_at", "updated", "size",
         "état", "order", "has_size", "_x", "errno", "mood", "price", "owner_id",
         "password", "data", "EOF", "1st", "list")
TYPES = {
    "sqlite": ("integer", "bigint", "text", "varchar(20)", "boolean", "real",
               "decimal(8,2)", "timestamp", "date", "blob", "json",
               "UNSIGNED BIG INT", "LONGVARCHAR"),
    "postgres": ("integer", "bigint", "text", "varchar(20)", "boolean", "real",
                 "numeric(8,2)", "timestamptz", "timestamp(3)", "date", "bytea",
                 "jsonb", "uuid", "inet", "interval", "text[]", "feeling[]",
                 "feeling", "odd", "posint"),
}
SETUP = {
    "sqlite": "",
    "postgres": "CREATE TYPE feeling AS ENUM ('sad', 'happy');"
                "CREATE TYPE odd AS ENUM ('1st', 'OK', 'ok');"
                "CREATE DOMAIN posint AS int CHECK (VALUE > 0);",
}


def quoted(name: str) -> str:
    return '"' + name + '"'


class Schema:
    """Tables of one database, and what changes them."""

    def __init__(self, chance: random.Random, used: tool.Tool, database: str):
        self.chance, self.used, self.database = chance, used, database
        self.tables = {}
        self.indexes = 0
        tool.execute(used.url, SETUP[database] or "SELECT 1")
        for _ in range(chance.randint(1, 3)):
            self.add_table()

    def run(self, sql: str) -> None:
        tool.execute(self.used.url, sql)

    def new_name(self, taken) -> str:
        name = self.chance.choice(WORDS)
        while name.lower() in (other.lower() for other in taken):
            name += self.chance.choice("abc")
        return name

    def column(self, name: str) -> str:
        kind = self.chance.choice(TYPES[self.database])
        extra = ""
        if self.chance.random() < 0.2 and kind in ("integer", "bigint"):
            extra = " DEFAULT 3"
        if self.chance.random() < 0.2 and kind == "text":
            extra = " CHECK (%s IN ('a', 'b'))" % quoted(name)
        return f"{quoted(name)} {kind}{extra}"

    def add_table(self) -> None:
        name = self.new_name(self.tables)
        columns = ["id"]
        parts = ["id integer PRIMARY KEY"]
        for _ in range(self.chance.randint(0, 5)):
            column = self.new_name(columns)
            columns.append(column)
            parts.append(self.column(column))
        if self.tables and self.chance.random() < 0.5:
            target = self.chance.choice(sorted(self.tables))
            parts.append(f"up_id integer REFERENCES {quoted(target)} (id)")
            columns.append("up_id")
        self.run(f"CREATE TABLE {quoted(name)} ({', '.join(parts)})")
        self.tables[name] = columns

    def change(self) -> None:
        table = self.chance.choice(sorted(self.tables))
        columns = self.tables[table]
        free = [column for column in columns if column not in ("id", "up_id")]
        what = self.chance.random()
        if what < 0.35 or not free:
            column = self.new_name(columns)
            self.run(f"ALTER TABLE {quoted(table)} ADD COLUMN "
                     + self.column(column))
            columns.append(column)
        elif what < 0.55:
            column = self.chance.choice(free)
            try:
                self.run(f"ALTER TABLE {quoted(table)} DROP COLUMN "
                         + quoted(column))
                columns.remove(column)
            except Exception:  # SQLite drops none that a check or index names
                pass
        elif what < 0.7:
            column = self.chance.choice(free)
            name = self.new_name(columns)
            self.run(f"ALTER TABLE {quoted(table)} RENAME COLUMN "
                     f"{quoted(column)} TO {quoted(name)}")
            columns[columns.index(column)] = name
        elif what < 0.85:
            column = self.chance.choice(columns)
            self.indexes += 1
            try:
                self.run(f"CREATE INDEX i{self.indexes} ON {quoted(table)} "
                         f"({quoted(column)}, id)")
            except Exception:  # of a type that has no order
                pass
        elif what < 0.95 or self.database == "sqlite":
            self.add_table()
        else:
            self.run("ALTER TYPE feeling ADD VALUE IF NOT EXISTS 'calm'")


def by_hand(chance: random.Random, text: str) -> str:
    """One change that somebody may make to a file."""
    lines = text.splitlines(True)
    fields = [i for i, line in enumerate(lines)
              if re.match(r"^ +(optional |repeated )?[\w.]+ \w+ = \d+;$", line)
              and not re.search(r" (\w*page_token|page_size|total_size) = ",
                                line)]
    messages = [i for i, line in enumerate(lines)
                if re.match(r"^message \w+ {$", line)]
    what = chance.randrange(8)
    if what == 0 and fields:
        lines.insert(chance.choice(fields), "    // Said by hand.\n\n")
    elif what == 1 and fields:
        at = chance.choice(fields)
        lines[at] = lines[at].rstrip(";\n") + " [deprecated = true];  // old\n"
    elif what == 2 and fields:
        at = chance.choice(fields)
        lines[at] = lines[at].strip() + " /* here */\n"
    elif what == 3:
        lines.append("\nmessage Own {\n  string text = 1;\n}\n")
        if text.count("message Own ") > 0:
            return text
    elif what == 4 and messages:
        at = chance.choice(messages)
        lines[at] = "/* Before. */ " + lines[at].rstrip("\n") + " // Behind.\n"
    elif what == 5:
        return text.replace("\n", "\r\n") if "\r" not in text else text
    elif what == 6:
        return re.sub(r"option \(modelservice\.file\) = \{[^}]*\};\n", "", text)
    elif what == 7 and fields:
        # A field with a name of its own.
        at = chance.choice(fields)
        match = re.match(r"^( +)(optional |repeated )?([\w.]+) (\w+) = (\d+);$",
                         lines[at])
        indent, label, kind, name, number = match.groups()
        if "option (modelservice.model)" in text and kind != "Own":
            new = f"renamed_{number}_{name}"
            if not re.search(rf"\b{new}\b", text) and lines[at - 1].strip() \
               .startswith(("optional", "option", "int", "}", "string")):
                lines[at] = (f"{indent}{label or ''}{kind} {new} = {number} "
                             f"[(modelservice.field).column = \"{name}\"];\n")
                if text.count(f" {name} = ") + text.count(f'"{name}"') != 1:
                    return text
    return "".join(lines)


class RandomUpdates(unittest.TestCase):
    new_tool = None
    protoc: str
    database: str

    def read(self, used: tool.Tool) -> descriptor_pb2.FileDescriptorProto:
        out = used.folder / "random.bin"
        done = subprocess.run(
            [self.protoc, f"-I{used.folder}", f"-I{tool.ROOT / 'protos'}",
             f"--descriptor_set_out={out}", "random.proto"],
            cwd=used.folder, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        files = descriptor_pb2.FileDescriptorSet.FromString(out.read_bytes())
        out.unlink()
        return files.file[0]

    def check_numbers(self, before, after) -> None:
        messages = {message.name: message for message in after.message_type}
        for old in before.message_type:
            new = messages[old.name]
            fields = {field.number: field.name for field in new.field}
            for field in old.field:
                if field.number in fields:
                    self.assertEqual(fields[field.number], field.name)
                    continue
                self.assertTrue(
                    any(part.start <= field.number < part.end
                        for part in new.reserved_range),
                    f"{old.name}.{field.name} = {field.number} is free")

    def live(self, seed: int, annotate: bool, style: str) -> str:
        """What an update refused to do, in its words; then it ends."""
        chance = random.Random(seed)
        used = self.new_tool("SELECT 1;")
        schema = Schema(chance, used, self.database)
        flags = ["--table=*", "--file=random.proto",
                 f"--annotate={'true' if annotate else 'false'}"]
        path = used.folder / "random.proto"
        done = used.run(*flags, f"--style={style}")
        self.assertEqual(done.returncode, 0, done.stderr)
        try:
            for _ in range(ROUNDS):
                for _ in range(chance.randint(1, 3)):
                    schema.change()
                if chance.random() < 0.7:
                    path.write_bytes(
                        by_hand(chance, path.read_bytes().decode()).encode())
                text = path.read_bytes()
                before = self.read(used)
                done = used.run(*flags, "--update")
                if done.returncode != 0:
                    # Told, with the place, and nothing is written.
                    self.assertIn("random.proto:", done.stderr)
                    self.assertEqual(path.read_bytes(), text)
                    return done.stderr
                after = self.read(used)
                self.check_numbers(before, after)
                written = path.read_bytes()
                done = used.run(*flags, "--check")
                self.assertEqual((done.returncode, done.stdout), (0, ""))
                done = used.run(*flags, "--update")
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(path.read_bytes(), written)
        finally:
            path.unlink()
        return ""

    def test_files_live_on(self):
        for annotate, style in ((True, "django"), (True, "aip"),
                                (False, "django"), (False, "aip")):
            lived = 0
            # Of files without options some end early.
            seeds = set(range(SEEDS if annotate else max(SEEDS, 6)))
            for seed in sorted(seeds.union(KNOWN)):
                with self.subTest(seed=seed, annotate=annotate, style=style):
                    refusal = self.live(seed, annotate, style)
                    lived += not refusal
                    if refusal:
                        # In a file without options a rename is anybody's
                        # guess.
                        self.assertFalse(annotate, refusal)
                        self.assertIn("with another name", refusal)
            self.assertGreater(lived, 0)
