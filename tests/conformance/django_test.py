#!/usr/bin/python3
"""Drop-in for django-grpc-framework: its clients, Django's own database, our
server.

    django_test.py --server PROGRAM --protoc PROGRAM --grpc-plugin PROGRAM
                   [--postgres PROGRAM]

Django makes the tables and writes and reads rows; a client with stubs of
demo.proto, which django-grpc-framework generated, calls the server of
examples/django_user over the same SQLite file, or the same database of the
PostgreSQL server that --postgres, test_postgres, starts.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SKIPPED = 77  # ctest's SKIP_RETURN_CODE



def skip(reason: str) -> None:
    print(f"SKIPPED: {reason}")
    sys.exit(1 if os.environ.get("CI") else SKIPPED)
try:
    import django
    import google.protobuf
    import grpc
except ImportError as error:
    skip(f"{error}; install python3-django, python3-grpcio, python3-protobuf")

import django_site
import harness

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


@contextlib.contextmanager
def postgres(program: Path):
    """The url of a database on a server that lives as long."""
    try:
        import psycopg2  # what Django needs
    except ImportError as error:
        skip(f"{error}; install python3-psycopg2")
    del psycopg2
    with subprocess.Popen([str(program)], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True) as server:
        server.stdin.write("\n")
        server.stdin.flush()
        url = server.stdout.readline().strip()
        if not url:
            sys.exit(server.wait())
        yield url
        server.stdin.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--server", type=Path, required=True)
    parser.add_argument("--protoc", required=True)
    parser.add_argument("--grpc-plugin", required=True)
    parser.add_argument("--postgres", type=Path)
    arguments, rest = parser.parse_known_args()
    if not os.access(arguments.grpc_plugin, os.X_OK):
        skip("no grpc_python_plugin; install protobuf-compiler-grpc")

    with tempfile.TemporaryDirectory() as folder, \
         contextlib.ExitStack() as cleanup:
        out = Path(folder)
        url = f"sqlite:{out}/django.sqlite3"
        if arguments.postgres:
            url = cleanup.enter_context(postgres(arguments.postgres))
        django_site.make(url)
        from case import Case, connection
        Case.pb, services = harness.import_stubs(
            arguments.protoc, arguments.grpc_plugin, HERE / "demo.proto", out)
        Case.annotated = harness.Messages(
            arguments.protoc, [ROOT / "examples/django_user", ROOT / "protos"],
            ["demo.proto", "modelservice/status.proto"], out)
        with harness.Server(arguments.server, url) as address, \
             grpc.insecure_channel(address) as Case.channel:
            Case.stub = services.UserControllerStub(Case.channel)
            program = unittest.main(
                module=None,
                argv=[__file__, *(rest or ["transcript", "rows", "rules"])],
                exit=False)
            connection.close()
    if program.result.testsRun == 0:
        sys.exit("no test ran")
    sys.exit(not program.result.wasSuccessful())


if __name__ == "__main__":
    main()
