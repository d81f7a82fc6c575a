#!/usr/bin/python3
"""dumpdata and loaddata of a program, over both databases.

    dump_test.py --store PROGRAM [--postgres PROGRAM]

PROGRAM serves the models of store.proto. Without --postgres, both ends of a
move are SQLite.
"""

import json
import re

import dump_case
from dump_case import FORMATS, DumpCase, everything, rows, tool


class DumpTest(DumpCase):
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

    def test_carries_what_only_postgres_has(self):
        for postgres in self.each([True]):
            url = self.database(postgres)
            self.store("loaddata", url, self.write("two.jsonl", [
                everything("a", price="1"), everything("b", price="2")]))
            tool.execute(url, "UPDATE everything SET price = 'NaN', discount "
                              "= 'NaN', a_double = '-0', doubles = "
                              "'{-0,0,-10}', a_string = '\"-0,\\'")
            content = ("SELECT price::text, discount::text, a_double::text, "
                       "doubles::text, a_string FROM everything")
            before = tool.query(url, content)
            self.assertEqual(before[0][:4], ("NaN", "NaN", "-0", "{-0,0,-10}"))
            for format_ in FORMATS:
                dump = self.dump(url, format_)
                path = self.folder / FORMATS[format_]
                there = self.database(postgres)
                for flags in ([], ["--upsert"]):
                    self.store("loaddata", there, path, *flags)
                    self.assertEqual(tool.query(there, content), before)
                self.assertEqual(self.dump(there, format_), dump)

    def test_names_rows_that_change(self):
        for postgres in self.each([True]):
            url = self.database(postgres)
            self.store("loaddata", url, self.write("three.jsonl", [
                everything(f"r{i}", region=i) for i in range(14)]))
            self.assertNotIn("warning", self.store("dumpdata", url).stderr)
            tool.execute(
                url, "UPDATE everything SET a_timestamp = '-infinity' WHERE "
                     "region = 1; UPDATE everything SET a_timestamp = "
                     "'0044-03-15 BC', a_duration = '1 mon 2 days' WHERE "
                     "region = 2; UPDATE everything SET a_timestamp = "
                     "'infinity', a_duration = '40 days 1:00' WHERE region = 3")
            warned = self.store("dumpdata", url).stderr
            self.assertEqual(warned.count("warning: "), 3, warned)
            self.assertIn("warning: store.Everything (1, r1): a_timestamp is "
                          "-infinity, which no Timestamp is; the dump has the "
                          "nearest that is one\n", warned)
            self.assertRegex(
                warned, r"\(2, r2\): a_timestamp is 0044-03-1.* BC,")
            self.assertIn("(2, r2): a_duration is 1 mon 2 days, and a Duration "
                          "has no months; the dump has 30 days for each\n",
                          warned)
            tool.execute(url, "UPDATE everything SET a_duration = '1 year'")
            warned = self.store("dumpdata", url).stderr
            self.assertEqual(warned.count("a_duration is 1 year,"), 10, warned)
            self.assertIn("warning: store.Everything: more rows of such "
                          "a_duration\n", warned)


if __name__ == "__main__":
    dump_case.main(__doc__.splitlines()[0])
