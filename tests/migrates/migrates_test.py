"""What the plugin accepts migrates, and takes rows.

usage: migrates_test.py --protoc P --plugin P --protos DIR [--postgres P]
                        [--seeds N] [--seed N]

The DDL of the good golden cases, of peers/, and of random models that the
plugin takes is run on SQLite or, with the program that starts one, on
PostgreSQL.
"""

import argparse
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import random_models

HERE = Path(__file__).resolve().parent
CASES = HERE.parent / "golden" / "cases"
SKIPPED = 77  # ctest's SKIP_RETURN_CODE


def skip(reason):
    print(f"SKIPPED: {reason}")
    sys.exit(1 if os.environ.get("CI") else SKIPPED)


class Sqlite:
    dialect = "sqlite"

    def run(self, script, rows):
        with sqlite3.connect(":memory:") as connection:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.executescript(script)
            for row in rows:
                connection.execute(row)

    def close(self):
        pass


class Postgres:
    dialect = "postgres"

    def __init__(self, program):
        try:
            import psycopg2
        except ImportError as error:
            skip(f"{error}; install python3-psycopg2")
        self._server = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._server.stdin.write("\n")
        self._server.stdin.flush()
        url = self._server.stdout.readline().strip()
        if not url:
            skip("no PostgreSQL")
        self._connection = psycopg2.connect(url)
        with self._connection, self._connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION citext")  # what a case is of

    def run(self, script, rows):
        """In a transaction that is taken back."""
        try:
            with self._connection.cursor() as cursor:
                cursor.execute(script)
                for row in rows:
                    cursor.execute(row)
            told = [note for note in self._connection.notices
                    if "truncated" in note]
            assert not told, told
        finally:
            self._connection.rollback()
            self._connection.notices.clear()

    def close(self):
        self._connection.close()
        self._server.stdin.close()
        self._server.wait()


class Plugin:

    def __init__(self, arguments):
        self._arguments = arguments

    def sql_of(self, folders, files, dialect):
        """The DDL of the files, in their order; None and why when refused."""
        with tempfile.TemporaryDirectory() as out:
            run = subprocess.run(
                [self._arguments.protoc,
                 *[f"--proto_path={folder}" for folder in folders],
                 f"--proto_path={self._arguments.protos}",
                 f"--plugin=protoc-gen-modelservice={self._arguments.plugin}",
                 f"--modelservice_out={out}",
                 f"--modelservice_opt=emit=sql,dialect={dialect}", *files],
                capture_output=True, text=True, timeout=60, check=False)
            if run.returncode != 0:
                return None, run.stderr
            return "\n".join((Path(out) / re.sub(r"\.proto$", ".sql", name))
                             .read_text() for name in files), ""


def in_order(folders, files):
    """The files, each behind those that it imports."""
    ordered = []

    def add(name):
        if name in ordered or name not in files:
            return
        for folder in folders:
            if (folder / name).exists():
                text = (folder / name).read_text()
                for imported in re.findall(r'^import "([^"]+)"', text, re.M):
                    add(imported)
                break
        ordered.append(name)

    for name in files:
        add(name)
    return ordered


def is_of_postgres(case):
    """Whether its files say that they are."""
    return any("dialect: POSTGRES" in path.read_text()
               for path in case.rglob("*.proto"))


def golden_cases(dialect):
    """Name, folders and files of each good case that has models."""
    for case in sorted(CASES.iterdir()):
        folders = [folder for folder in (case, case / "imports")
                   if folder.is_dir()]
        options = case / "options.txt"
        options = options.read_text() if options.exists() else ""
        if (case / "errors.txt").exists() or "emit=none" in options:
            continue
        if dialect == "sqlite" and ("dialect=postgres" in options or
                                    is_of_postgres(case)):
            continue
        files = []
        for folder in reversed(folders):
            for path in sorted(folder.rglob("*.proto")):
                name = path.relative_to(folder).as_posix()
                if not name.startswith(("imports/", "google/")):
                    files.append(name)
        yield f"golden/{case.name}", folders, in_order(folders, files), []


def peer_cases():
    """The models of peers/, whose rows are in their comments."""
    for path in sorted((HERE / "peers").glob("*.proto")):
        rows = re.findall(r"^// row: (.*)$", path.read_text(), re.M)
        yield f"peers/{path.name}", [path.parent], [path.name], rows


class Test:

    def __init__(self, plugin, database):
        self._plugin = plugin
        self._database = database
        self.failed = 0

    def check(self, name, folders, files, rows, must_be_taken=True):
        """Whether the plugin takes the case; then it must migrate."""
        script, fault = self._plugin.sql_of(folders, files,
                                            self._database.dialect)
        if script is None:
            if must_be_taken:
                self._fail(name, fault)
            return False
        if ";" not in script:
            return True  # there are no models
        try:
            self._database.run(script, rows)
        except Exception as error:  # of either driver
            self._fail(name, "\n".join([str(error), script, *rows]))
        return True

    def _fail(self, name, why):
        self.failed += 1
        print(f"FAILED {name} on {self._database.dialect}: {why}")

    def check_random(self, seed):
        text, rows = random_models.make(seed)
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "random.proto").write_text(text)
            taken = self.check(f"seed {seed}", [folder], ["random.proto"], rows,
                               must_be_taken=False)
        return taken


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--protoc", required=True)
    parser.add_argument("--plugin", required=True)
    parser.add_argument("--protos", required=True)
    parser.add_argument("--postgres", help="the program test_postgres")
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--seed", type=int, help="only this one")
    arguments = parser.parse_args()

    database = Postgres(arguments.postgres) if arguments.postgres else Sqlite()
    try:
        test = Test(Plugin(arguments), database)
        if arguments.seed is not None:
            print("taken" if test.check_random(arguments.seed) else "refused")
            sys.exit(1 if test.failed else 0)
        for case in [*golden_cases(database.dialect), *peer_cases()]:
            test.check(*case)
        taken = 0
        for seed in range(arguments.seeds):
            taken += test.check_random(seed)
            if test.failed:
                break
    finally:
        database.close()
    print(f"{taken} of {arguments.seeds} random files were taken")
    # Else the test would say nothing of either.
    if not arguments.seeds / 5 < taken < arguments.seeds * 4 / 5:
        test.failed += 1
    sys.exit(1 if test.failed else 0)


if __name__ == "__main__":
    main()
