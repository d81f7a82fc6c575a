#!/usr/bin/python3
"""loaddata: rows in any order, faults, kills, progress and memory.

    load_test.py --store PROGRAM [--postgres PROGRAM]

PROGRAM serves the models of store.proto. Without --postgres, both ends of a
move are SQLite.
"""

import contextlib
import json
import os
import pty
import re
import signal
import subprocess
import time
from pathlib import Path

import dump_case
from dump_case import DumpCase, everything, tool


class LoadTest(DumpCase):
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

    def test_connects_many_rows_at_once(self):
        """A statement and a savepoint for each row would take a minute for a
        few hundred thousand. PostgreSQL counts them: a transaction each."""
        count = 2500
        path = self.write("chain.jsonl", [
            {"model": "store.Team", "row": {"id": "1"}}] + [
            {"model": "store.Employee", "row": dict(
                id=str(i), name=str(i), team_id="1",
                **({"boss_id": str(i + 1)} if i < count else {}))}
            for i in range(1, count + 1)])
        for postgres in self.each():
            url = self.database(postgres)
            before = postgres and tool.query(url, "SELECT txid_current()")
            self.store("loaddata", url, path)
            if postgres:
                after = tool.query(url, "SELECT txid_current()")
                self.assertLess(int(after[0][0]) - int(before[0][0]), 100)
            self.assertEqual(tool.query(
                url, "SELECT count(*), sum(boss_id - id) FROM employee "
                "WHERE boss_id = id + 1"), [(count - 1, count - 1)])

    def test_connects_rows_by_a_role_that_may_not_read_them(self):
        path = self.write("boss.jsonl", [
            {"model": "store.Team", "row": {"id": "1"}},
            {"model": "store.Employee", "row": {
                "id": "1", "name": "a", "team_id": "1", "boss_id": "2"}},
            {"model": "store.Employee", "row": {
                "id": "2", "name": "b", "team_id": "1"}}])
        for _ in self.each([True]):
            url = self.database(True)
            tool.execute(url, "DROP ROLE IF EXISTS writer; CREATE ROLE writer "
                              "LOGIN; GRANT INSERT, UPDATE, SELECT (id) ON "
                              "team, employee TO writer; GRANT ALL ON ALL "
                              "SEQUENCES IN SCHEMA public TO writer")
            self.store("loaddata", url.replace("postgres@", "writer@", 1), path)
            self.assertEqual(tool.query(
                url, "SELECT id, boss_id FROM employee ORDER BY id"),
                [(1, 2), (2, None)])

    def test_names_a_row_of_many_that_refers_to_none(self):
        """What was connected ahead of its thousand is not connected again."""
        count = 2500
        path = self.write("many.jsonl", [
            {"model": "store.Team", "row": {"id": "1"}}] + [
            {"model": "store.Employee", "row": {
                "id": str(i), "name": str(i), "team_id": "1",
                "boss_id": str(i % count + 1) if i != 2100 else "9999"}}
            for i in range(1, count + 1)])
        for postgres in self.each():
            url = self.database(postgres)
            if postgres:
                tool.execute(url, '''
                    CREATE SEQUENCE connected;
                    CREATE FUNCTION note_update() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN PERFORM nextval('connected'); RETURN NEW; END $$;
                    CREATE TRIGGER counts BEFORE UPDATE ON employee
                    FOR EACH ROW EXECUTE FUNCTION note_update()''')
            error = self.store("loaddata", url, path, code=1).stderr
            self.assertIn("many.jsonl:2101: store.Employee: ", error)
            if postgres:
                (times,), = tool.query(url, "SELECT last_value FROM connected")
                # Its thousand, and those before it one by one; as they come,
                # and table by table.
                self.assertLessEqual(times, 2 * (2500 + 100))

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
                [dump_case.OPTIONS.store, "loaddata", big, *flags,
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
            [dump_case.OPTIONS.store, "dumpdata", f"--output={target}",
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
                [dump_case.OPTIONS.store, command, *map(str, arguments),
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
                    [dump_case.OPTIONS.store, command, *map(str, arguments),
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


if __name__ == "__main__":
    dump_case.main(__doc__.splitlines()[0])
