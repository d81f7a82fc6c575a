#!/usr/bin/python3
"""generateproto over the tables that Django's own migrations make, and over odd
ones.

    generateproto_test.py --tool PROGRAM [--protoc PROGRAM] [--plugin PROGRAM]
                          [--postgres PROGRAM] [--update]

--update rewrites the goldens from what came out. With --postgres the databases
are on the server that test_postgres starts, else they are SQLite files.
"""

import argparse
import contextlib
import itertools
import sys
import tempfile
import unittest
from pathlib import Path

import tool

try:
    import django
except ImportError as missing:
    tool.skip(f"{missing}; install python3-django")

import django_site
import faults
import goldens
import random_updates
import split
import taken
import updates


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tool", required=True)
    parser.add_argument("--protoc", default="protoc")
    # Default: the one of the same build.
    parser.add_argument("--plugin")
    parser.add_argument("--postgres")
    parser.add_argument("--update", action="store_true")
    arguments, rest = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as name, \
         contextlib.ExitStack() as cleanup:
        folder = Path(name)
        if arguments.postgres:
            new_database = cleanup.enter_context(
                tool.postgres(arguments.postgres))
            urls = [new_database() for _ in range(4)]
            new_url = new_database
        else:
            urls = [f"sqlite:{folder}/{file}.db"
                    for file in ("site", "odd", "changing", "many")]
            names = itertools.count()

            def new_url() -> str:
                return f"sqlite:{folder}/new_{next(names)}.db"
        site, odd, changing, many = (
            tool.Tool(arguments.tool, url, folder) for url in urls)
        database = "postgres" if arguments.postgres else "sqlite"
        django_site.make(site.url, tool.SITE_APPS)
        tool.execute(odd.url,
                     (tool.HERE / f"odd_{database}.sql").read_text())
        goldens.update = arguments.update
        goldens.Goldens.many = many
        updates.Updates.changing = changing

        def new_tool(sql: str) -> tool.Tool:
            used = tool.Tool(arguments.tool, new_url(), folder)
            tool.execute(used.url, sql)
            return used

        updates.Updates.new_tool = staticmethod(new_tool)
        taken.Taken.new_tool = staticmethod(new_tool)
        taken.Taken.protoc = arguments.protoc
        taken.Taken.plugin = arguments.plugin or str(
            Path(arguments.tool).resolve().parents[3] / "plugin" /
            "protoc-gen-modelservice")
        taken.Taken.database = database
        split.Split.new_tool = staticmethod(new_tool)
        split.Split.protoc = taken.Taken.protoc
        split.Split.plugin = taken.Taken.plugin
        split.Split.database = database
        random_updates.RandomUpdates.new_tool = staticmethod(new_tool)
        random_updates.RandomUpdates.protoc = arguments.protoc
        random_updates.RandomUpdates.database = database
        for case in (goldens.Goldens, faults.Faults, updates.Updates):
            case.site, case.odd, case.database = site, odd, database
        program = unittest.main(
            module=None,
            argv=[__file__, *(rest or ["goldens", "faults", "split", "taken",
                           "updates", "random_updates"])],
            exit=False)
        from django.db import connection
        connection.close()
    if program.result.testsRun == 0:
        sys.exit("no test ran")
    sys.exit(not program.result.wasSuccessful())


if __name__ == "__main__":
    main()
