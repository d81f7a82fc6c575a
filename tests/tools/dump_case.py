"""What the tests of dumpdata and loaddata share: databases, rows, the program."""

import argparse
import contextlib
import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "generateproto"))
import tool  # noqa: E402  databases for tests

OPTIONS = None
NEW_POSTGRES = None
FORMATS = {"jsonl": "dump.jsonl", "textproto": "dump.textproto",
           "binary": "dump.binpb"}

ODD = "it's \"odd\" \\ \n\t\r } { ] [ ü 漢 \U0001f600 \u2028 \x7f"


def everything(code, **fields):
    return {"model": "store.Everything", "row": {"code": code, **fields}}


def rows():
    """A row of zeros, one of NULLs, and such as are hard to carry."""
    yield everything("zeros", region=-1)
    yield everything(
        "", region=-2147483648, a_bool=True, an_int32=-2147483648,
        an_int64="-9223372036854775808", a_sfixed64="9223372036854775807",
        a_uint32=4294967295, a_uint64="9223372036854775807",
        a_float=1.17549435e-38, a_double=1.7976931348623157e308, a_string=ODD,
        a_bytes="AP/+fw==", a_color="GREEN", a_name="RED", maybe_bool=False,
        maybe_int64="0", maybe_double=0, maybe_string="", maybe_bytes="",
        maybe_name="COLOR_UNSPECIFIED",
        a_timestamp="0001-01-01T00:00:00Z", a_duration="-0.000001s",
        bool_value=False, int64_value="9007199254740993", string_value=ODD,
        bytes_value="AA==", a_struct={"a": [1, None, {"b": ODD}]},
        a_value=None, a_list=[[], {}, "x"], json_point={"x": 0.1, "next": {}},
        wire_point={"x": -1e-300, "next": {"next": {}, "nulls": {"": 0}}},
        numbers=[0, -1, 2147483647], words=["", ODD, "NULL", "{}"],
        blobs=["", "AP8="], doubles=[0.1, -2.5e-10, 3], colors=["RED", "GREEN"],
        points=[{"nulls": {ODD: 0}}, {"x": 1}],
        wire_numbers=["0", "18446744073709551615"],
        times=["2024-02-29T12:34:56.789012Z"], counts={"": 0, ODD: -5},
        places={"-1": {}, "0": {"x": 2}}, email="",
        price="12345678901234567890.12345678901234567890", discount="-0.10",
        uuid="123e4567-e89b-12d3-a456-426614174000", secret="hidden",
        serial="given", stock=0, create_time="1999-12-31T23:59:59.999999Z",
        update_time="9999-12-31T23:59:59.999999Z")
    yield everything("ü", region=2147483647, phone="-1", price="0",
                     a_double="NaN", a_float="-Infinity",
                     doubles=["Infinity", "-Infinity"],
                     uuid="00000000-0000-0000-0000-000000000000")
    for i in range(2345):
        yield everything(f"r{i * 7919 % 2345:05}", region=i % 5,
                         an_int64=str(i << 40), price=f"{i}.5")
    yield {"model": "store.Team", "row": {"id": "1", "lead_id": "12"}}
    yield {"model": "store.Team", "row": {"id": "2"}}
    for i in range(1, 1500):
        row = {"id": str(i), "name": f"n{i}", "team_id": str(1 + i % 2)}
        if i % 3:
            row["boss_id"] = str(1500 - i)  # often of a row that comes later
        yield {"model": "store.Employee", "row": row}


class DumpCase(unittest.TestCase):
    maxDiff = 2000

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.databases = 0

    def store(self, command, url, *arguments, code=0, **keywords):
        done = subprocess.run(
            [OPTIONS.store, command, *map(str, arguments),
             f"--database={url}"], cwd=self.folder, capture_output=True,
            text=True, timeout=250, **keywords)
        self.assertEqual(done.returncode, code, done.stderr)
        return done

    def database(self, postgres):
        if postgres:
            url = NEW_POSTGRES()
        else:
            self.databases += 1
            url = f"sqlite:{self.folder}/{self.databases}.db"
        self.store("migrate", url)
        return url

    def write(self, name, records):
        path = self.folder / name
        path.write_text("".join(
            json.dumps(record, ensure_ascii=False) + "\n"
            for record in records))
        return path

    def filled(self, postgres=False):
        url = self.database(postgres)
        self.store("loaddata", url, self.write("rows.jsonl", rows()))
        return url

    def dump(self, url, format_="jsonl", *flags):
        path = self.folder / FORMATS[format_]
        self.store("dumpdata", url, f"--output={path}", *flags)
        return path.read_bytes()

    def each(self, postgres=(False, True)):
        for one in postgres:
            if one and NEW_POSTGRES is None:
                continue
            with self.subTest(postgres=one):
                yield one

    @staticmethod
    def content(url):
        """All of a database, as its own program reads it."""
        content = {}
        for table in ("employee", "team", "everything"):
            columns = [row[1] for row in
                       tool.query(url, f"PRAGMA table_info({table})")]
            # Maps, which have no order: what dumps say of them is compared.
            columns = [f'"{column}"' for column in columns
                       if column not in ("counts", "places")]
            rows_ = tool.query(
                url, f"SELECT {', '.join(columns)} FROM {table}")
            content[table] = sorted(map(repr, rows_))
        return content


def main(description):
    global OPTIONS, NEW_POSTGRES
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--store", required=True)
    parser.add_argument("--postgres")
    OPTIONS, rest = parser.parse_known_args()
    with contextlib.ExitStack() as stack:
        if OPTIONS.postgres:
            NEW_POSTGRES = stack.enter_context(tool.postgres(OPTIONS.postgres))
        unittest.main(argv=[sys.argv[0], *rest])
