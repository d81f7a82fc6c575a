#!/usr/bin/python3
"""dumpdata and loaddata of a program, over both databases.

    dump_test.py --store PROGRAM [--postgres PROGRAM]

PROGRAM serves the models of store.proto. Without --postgres, both ends of a
move are SQLite.
"""

import argparse
import contextlib
import json
import os
import pty
import re
import signal
import subprocess
import sys
import tempfile
import time
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
        wire_point={"x": -1e-300, "next": {"next": {}}},
        numbers=[0, -1, 2147483647], words=["", ODD, "NULL", "{}"],
        blobs=["", "AP8="], doubles=[0.1, -2.5e-10, 3], colors=["RED", "GREEN"],
        points=[{}, {"x": 1}], wire_numbers=["0", "18446744073709551615"],
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


class DumpTest(unittest.TestCase):
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

    def test_moves_a_database_over_and_back_row_by_row(self):
        source = self.filled()
        dumps = {format_: self.dump(source, format_) for format_ in FORMATS}
        for format_, bytes_ in dumps.items():
            for postgres in self.each():
                path = self.folder / FORMATS[format_]
                path.write_bytes(bytes_)
                there = self.database(postgres)
                self.store("loaddata", there, path)
                self.assertEqual(self.dump(there, format_), bytes_, format_)
                back = self.database(False)
                self.store("loaddata", back, path, "--batch=700")
                self.assertEqual(self.content(back), self.content(source))

    def test_keeps_what_was_written(self):
        for postgres in self.each():
            dump = self.dump(self.filled(postgres)).decode()
            lines = [json.loads(line) for line in dump.splitlines()]
            self.assertEqual(len(lines), 3 + 2345 + 2 + 1499)
            odd = next(line["row"] for line in lines
                       if line["row"].get("serial"))
            wanted = list(rows())[1]["row"]
            del wanted["code"]  # empty, and so not said
            for field, value in wanted.items():
                if field in ("maybe_double", "json_point", "wire_point"):
                    continue  # numbers are spelt in many ways
                self.assertEqual(odd.get(field), value, field)

    def test_orders_by_reference_and_key(self):
        dump = self.dump(self.filled()).decode()
        models = re.findall(r'^\{"model":"store\.(\w+)"', dump, re.M)
        self.assertLess(models.index("Team"), models.index("Employee"))
        keys = [(line["row"].get("region", 0), line["row"].get("code", ""))
                for line in map(json.loads, dump.splitlines())
                if line["model"] == "store.Everything"]
        self.assertEqual(keys, sorted(keys))
        self.assertEqual(self.dump(self.filled()).decode(), dump)

    def test_dumps_chosen_models_and_to_standard_output(self):
        url = self.filled()
        done = self.store("dumpdata", url, "--model=Team,store.Employee")
        self.assertNotIn("store.Everything", done.stdout)
        self.assertEqual(done.stdout.count("\n"), 1501)
        self.assertEqual(done.stderr, "1501 rows\n")
        there = self.database(False)
        self.store("loaddata", there, "-", input=done.stdout)
        again = self.store("dumpdata", there)
        self.assertEqual(again.stdout, done.stdout)
        done = self.store("dumpdata", url, "--model=Nobody", code=1)
        self.assertIn('--model: no one model is called "Nobody"; there are '
                      "store.Employee, store.Team, store.Node, store.Paper, "
                      "store.Everything",
                      done.stderr)
        self.assertIn("none of jsonl, textproto, binary", self.store(
            "dumpdata", url, "--format=xml", code=1).stderr)

    def test_carries_rows_of_all_tenants_and_deleted_ones(self):
        papers = [{"model": "store.Paper", "row": row} for row in (
            {"id": "1", "tenant": "a", "title": "t", "version": "3"},
            {"id": "2", "tenant": "b", "title": "t", "version": "1"},
            {"id": "3", "tenant": "a", "title": "t", "version": "7",
             "delete_time": "2024-02-29T12:34:56.789012Z"})]
        for postgres in self.each():
            url = self.database(postgres)
            self.store("loaddata", url, self.write("papers.jsonl", papers))
            for flags in ([], ["--upsert"]):
                there = url if flags else self.database(postgres)
                dump = self.dump(url)
                self.store("loaddata", there, "dump.jsonl", *flags)
                self.assertEqual(self.dump(there), dump)
                rows_ = [json.loads(line) for line in dump.splitlines()]
                for row in rows_:
                    row["row"].pop("etag", None)
                self.assertEqual(rows_, papers)

    def test_gives_no_key_twice(self):
        for postgres in self.each():
            url = self.filled(postgres)
            tool.execute(url, "INSERT INTO team (lead_id) VALUES (NULL)")
            self.assertEqual(tool.query(url, "SELECT max(id) FROM team"),
                             [(3,)])
            # Nor is what was given later taken back.
            self.store("loaddata", url, self.write(
                "one.jsonl", [{"model": "store.Team", "row": {"id": "1"}}]),
                "--upsert")
            tool.execute(url, "INSERT INTO team (lead_id) VALUES (NULL)")
            self.assertEqual(tool.query(url, "SELECT max(id) FROM team"),
                             [(4,)])

    def test_overwrites_by_key(self):
        for postgres in self.each():
            url = self.filled(postgres)
            before = self.dump(url)
            tool.execute(url, "UPDATE everything SET a_string = 'changed';"
                              "UPDATE employee SET boss_id = NULL;"
                              "DELETE FROM everything WHERE region = 3")
            self.assertNotEqual(self.dump(url), before)
            for flags in ([], ["--batch=1000"]):
                self.store("loaddata", url, "rows.jsonl", "--upsert", *flags)
                self.assertEqual(self.dump(url), before)

    def faulty(self, *lines):
        path = self.folder / "faulty.jsonl"
        path.write_text("".join(line + "\n" for line in lines))
        return path

    def test_says_where_and_what_to_do(self):
        team = '{"model":"store.Team","row":{"id":"%d"}}'
        person = '{"model":"store.Employee","row":%s}'
        cases = [
            ([team % 1, "{"], "faulty.jsonl:2: it has no name; a record is"),
            (["[]"], "faulty.jsonl:1: this is no JSON object"),
            (["", '{"model":"store.Team"}'], 'faulty.jsonl:2: it has no "row"'),
            (['{"model":"store.Tea","row":{}}'],
             "faulty.jsonl:1: this program has no model store.Tea; leave"),
            (['{"model":"store.Team","row":{"ide":"1"}}'],
             "faulty.jsonl:1: store.Team: "),
            (['{"model":"store.Team","row":{"id":"x"}}'],
             "faulty.jsonl:1: store.Team: "),
            ([team % 1, team % 2, team % 1, team % 3],
             "faulty.jsonl:3: store.Team: "),
            ([team % 1, person % '{"id":"1","name":"a","team_id":"1"}',
              person % '{"id":"2","name":"b","team_id":"9"}'],
             "faulty.jsonl:3: store.Employee: "),
            ([team % 1, person % '{"id":"1","name":"a","team_id":"1"}',
              person % '{"id":"2","name":"b","team_id":"1","boss_id":"7"}'],
             "faulty.jsonl:3: store.Employee: "),
            ([json.dumps(everything("a", price="1,5"))],
             "faulty.jsonl:1: store.Everything: "),
        ]
        for postgres in self.each():
            url = self.database(postgres)
            for lines, wanted in cases:
                path = self.faulty(*lines)
                for flags in ([], ["--upsert"]):
                    if flags and wanted.startswith("faulty.jsonl:3: store.T"):
                        continue  # that is what --upsert is for
                    error = self.store("loaddata", url, path, *flags,
                                       code=1).stderr
                    self.assertIn(wanted, error)
                    self.assertIn("; ", error)
                    self.assertTrue(
                        error.endswith("(nothing is loaded)\n"), error)
                    self.assertEqual(self.dump(url), b"")
            error = self.store("loaddata", url, self.faulty(team % 1, team % 1),
                               code=1).stderr
            self.assertIn("; load into empty tables, or with --upsert", error)
            # In batches, what came before is there, and it says so.
            path = self.faulty(*(team % i for i in range(1, 11)), "{")
            error = self.store("loaddata", url, path, "--batch=3",
                               code=1).stderr
            self.assertIn("faulty.jsonl:11: ", error)
            self.assertIn("load all of it again with --upsert", error)
            self.assertEqual(tool.query(url, "SELECT count(*) FROM team"),
                             [(9,)])
            path = self.faulty(*(team % i for i in range(1, 11)))
            self.store("loaddata", url, path, "--upsert")
            self.assertEqual(tool.query(url, "SELECT count(*) FROM team"),
                             [(10,)])

    def test_takes_rows_in_any_order(self):
        """Those that others refer to may come last."""
        source = self.filled()
        lines = self.dump(source).splitlines(keepends=True)
        path = self.folder / "reversed.jsonl"
        path.write_bytes(b"".join(reversed(lines)))
        for postgres in self.each():
            url = self.database(postgres)
            for flags in ([], ["--upsert"]):
                done = self.store("loaddata", url, path, *flags)
                self.assertEqual(done.stdout, f"{len(lines)} rows\n")
                self.assertEqual(self.dump(url), b"".join(lines))
            # Batches stand as they come.
            url = self.database(postgres)
            error = self.store("loaddata", url, path, "--batch=100",
                               code=1).stderr
            self.assertRegex(error, r"reversed.jsonl:\d+: store.Employee: ")
            self.assertIn("; load the rows that it refers to first, as "
                          "dumpdata orders them, or all in one transaction, "
                          "without --batch (", error)
            # What is nowhere is told of, wherever it is looked for.
            error = self.store("loaddata", url, self.faulty(
                '{"model":"store.Employee","row":'
                '{"id":"1","name":"a","team_id":"9"}}',
                '{"model":"store.Team","row":{"id":"8"}}'), code=1).stderr
            self.assertIn("faulty.jsonl:1: store.Employee: ", error)
            self.assertIn("; no row is what it refers to: add that one, or "
                          "correct it (nothing is loaded)", error)

    def test_loads_what_must_refer_in_circles(self):
        """No order of the rows has each behind what it refers to."""
        nodes = [{"model": "store.Node", "row": {
            "id": str(i), "root_id": str(1 + i * 7919 % 2345)}}
                 for i in range(1, 2346)]
        nodes[884]["row"]["root_id"] = "885"  # its own
        for postgres in self.each():
            url = self.database(postgres)
            path = self.write("circles.jsonl", nodes)
            self.assertEqual(self.store("loaddata", url, path).stdout,
                             f"{len(nodes)} rows\n")
            dump = self.dump(url)
            self.assertEqual(len(dump.splitlines()), len(nodes))
            for name, wanted in (("dump.jsonl", None),
                                 ("reversed.jsonl", reversed(nodes))):
                if wanted is not None:
                    self.write(name, wanted)
                there = self.database(postgres)
                for flags in ([], ["--upsert"]):
                    self.store("loaddata", there, name, *flags)
                    self.assertEqual(self.dump(there), dump)
            if postgres:  # What was altered is as it was.
                self.assertEqual(tool.query(
                    there, "SELECT count(*) FROM pg_constraint WHERE contype "
                    "= 'f' AND (condeferrable OR NOT convalidated)"), [(0,)])
            # What is nowhere has a place, and nothing of it stays.
            there = self.database(postgres)
            nodes[2000]["row"]["root_id"] = "9999"
            for lines, wanted in (
                    (nodes, "lost.jsonl:2001: store.Node: root_id refers to "
                     "node; no row is what it refers to: add that one, or "
                     "correct it (nothing is loaded)"),
                    ([nodes[884], {"model": "store.Employee", "row": {
                        "id": "1", "name": "a", "team_id": "9"}}],
                     "lost.jsonl:2: store.Employee: ")):
                self.write("lost.jsonl", lines)
                for flags in ([], ["--upsert"]):
                    self.assertIn(wanted, self.store(
                        "loaddata", there, "lost.jsonl", *flags, code=1).stderr)
                    self.assertEqual(self.dump(there), b"")
            nodes[2000]["row"]["root_id"] = "1"
            if not postgres:
                continue
            # It takes the tables' owner, and says why.
            tool.execute(there, "CREATE ROLE loader LOGIN; GRANT ALL ON ALL "
                                "TABLES IN SCHEMA public TO loader; GRANT ALL "
                                "ON ALL SEQUENCES IN SCHEMA public TO loader")
            error = self.store(
                "loaddata", there.replace("postgres@", "loader@", 1),
                "circles.jsonl", code=1).stderr
            self.assertIn("store.Node.root_id must not be NULL and ", error)
            self.assertIn("leads in circles, which takes the tables' owner to "
                          "load: ", error)
            self.assertIn("(nothing is loaded)", error)

    def test_refuses_wrong_flags_and_files(self):
        url = self.database(False)
        path = self.write("rows.jsonl", [])
        for flags, wanted in [
                (["--batch=0"], "is no number from 1 on"),
                (["--batch=x"], "is no number from 1 on"),
                (["--one=row"], "write --one=transaction"),
                (["--one=transaction", "--batch=5"], "exclude each other")]:
            self.assertIn(wanted, self.store("loaddata", url, path, *flags,
                                             code=1).stderr)
        self.assertIn("loaddata needs FILE...",
                      self.store("loaddata", url, code=1).stderr)
        self.assertIn("cannot read nowhere.jsonl", self.store(
            "loaddata", url, "nowhere.jsonl", code=1).stderr)

    def test_knows_a_file_that_is_not_whole(self):
        url = self.filled()
        whole = self.dump(url, "binary")
        path = self.folder / "cut.binpb"
        there = self.database(False)
        for size, wanted in [(len(whole) - 1, "the file ends inside of it"),
                             (1, "the file ends inside of it")]:
            path.write_bytes(whole[:size])
            error = self.store("loaddata", there, path, code=1).stderr
            self.assertRegex(error, r"cut\.binpb: record \d+: " + wanted)
        path.write_bytes(b"\xff" * 100)
        self.assertIn("record 1: there is no length", self.store(
            "loaddata", there, path, code=1).stderr)
        path.write_bytes(b"\x03abc")
        self.assertIn("record 1: this is no google.protobuf.Any", self.store(
            "loaddata", there, path, code=1).stderr)
        self.assertEqual(self.dump(there), b"")

    def test_survives_kill(self):
        """Killed anywhere: no half dump by its name, and what is left of a load
        is loaded over."""
        url = self.filled()
        before = self.dump(url)
        big = self.write("big.jsonl", (
            {"model": "store.Team", "row": {"id": str(i)}}
            for i in range(1, 200_000)))
        for flags in (["--one=transaction"], ["--batch=500"]):
            there = self.database(False)
            process = subprocess.Popen(
                [OPTIONS.store, "loaddata", big, *flags,
                 f"--database={there}"], cwd=self.folder)
            time.sleep(0.7)
            process.send_signal(signal.SIGKILL)
            killed = process.wait() == -signal.SIGKILL
            (count,), = tool.query(there, "SELECT count(*) FROM team")
            if killed and "--one=transaction" in flags:
                self.assertEqual(count, 0)
            self.store("loaddata", there, big, "--upsert")
            self.assertEqual(tool.query(there, "SELECT count(*) FROM team"),
                             [(199_999,)])
        target = self.folder / "killed.jsonl"
        process = subprocess.Popen(
            [OPTIONS.store, "dumpdata", f"--output={target}",
             f"--database={there}"], cwd=self.folder)
        while not Path(f"{target}.partial").exists() and process.poll() is None:
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        if process.wait() == -signal.SIGKILL:
            self.assertFalse(target.exists())
        self.assertEqual(self.dump(url), before)

    def test_shows_progress_on_a_terminal_alone(self):
        big = self.write("big.jsonl", (
            {"model": "store.Team", "row": {"id": str(i)}}
            for i in range(1, 300_000)))
        url = self.database(False)
        self.assertEqual(self.seen("loaddata", url, big)[-1:], ["299999 rows"])
        seen = self.seen("dumpdata", url, f"--output={self.folder}/x.jsonl")
        self.assertTrue(any(re.fullmatch(
            r"store\.Team: [\d,]+ rows, [\d,]+/s, \d+:\d\d left", line)
                            for line in seen), seen)

    def seen(self, command, url, *arguments):
        """What a terminal shows, piece by piece."""
        ours, theirs = pty.openpty()
        with subprocess.Popen(
                [OPTIONS.store, command, *map(str, arguments),
                 f"--database={url}"], stdout=theirs, stderr=theirs,
                cwd=self.folder) as process:
            os.close(theirs)
            text = b""
            with contextlib.suppress(OSError):
                while piece := os.read(ours, 4096):
                    text += piece
            os.close(ours)
            self.assertEqual(process.wait(), 0)
        return [piece for piece in re.split(r"[\r\n]|\x1b\[K", text.decode())
                if piece]

    def test_needs_little_memory(self):
        """However many rows there are: the peak of 200,000 is that of few."""
        limit = 200_000
        big = self.write("big.jsonl", (
            everything(f"{i:09}", a_string="x" * 100) for i in range(limit)))
        url = self.database(False)
        peaks = []
        for command, *arguments in (
                ["loaddata", big], ["dumpdata", "--output=again.jsonl"]):
            with subprocess.Popen(
                    [OPTIONS.store, command, *map(str, arguments),
                     f"--database={url}"], cwd=self.folder,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL) as process:
                _, status, usage = os.wait4(process.pid, 0)
                process.returncode = os.waitstatus_to_exitcode(status)
            self.assertEqual(process.returncode, 0)
            peaks.append(usage.ru_maxrss // 1024)
        self.assertEqual(len((self.folder / "again.jsonl").read_bytes()
                             .splitlines()), limit)
        # The rows are 25 MB of text, as messages far more.
        self.assertLess(max(peaks), 160, peaks)


def main():
    global OPTIONS, NEW_POSTGRES
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", required=True)
    parser.add_argument("--postgres")
    OPTIONS, rest = parser.parse_known_args()
    with contextlib.ExitStack() as stack:
        if OPTIONS.postgres:
            NEW_POSTGRES = stack.enter_context(tool.postgres(OPTIONS.postgres))
        unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
