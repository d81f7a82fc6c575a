"""The program under test, and databases for it."""

import contextlib
import os
import re
import subprocess
import sys
from pathlib import Path

SKIPPED = 77  # ctest's SKIP_RETURN_CODE
HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
GOLDENS = HERE / "goldens"
# Django sites are made as the conformance tests make theirs.
sys.path.append(str(HERE.parent / "conformance"))

SITE_APPS = ("django.contrib.auth", "django.contrib.contenttypes",
             "django.contrib.sessions", "django.contrib.admin",
             "django.contrib.messages", "kinds")


def skip(reason: str) -> None:
    print(f"SKIPPED: {reason}")
    sys.exit(1 if os.environ.get("CI") else SKIPPED)


class Tool:
    """`modelservice generateproto` over one database."""

    def __init__(self, program: str, url: str, folder: Path):
        self.url = url
        self.folder = folder
        self._program = program

    def run(self, *flags: str, url: str = None) -> subprocess.CompletedProcess:
        if url is None:
            url = self.url
            # A connection takes PostgreSQL longer than what is asked over it.
            if not url.startswith("sqlite:"):
                url += "&read_lanes=1&write_lanes=1"
        return subprocess.run(
            [self._program, "generateproto", f"--database={url}",
             *flags],
            cwd=self.folder, capture_output=True, text=True, timeout=60)

    def run_where_nothing_can_be_written(
            self, folder: Path, *flags: str,
            url: str) -> subprocess.CompletedProcess:
        """In a folder that is mounted for reading alone, which root cannot
        write either; None where this user may not mount."""
        mount = ('mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && '
                 'cd "$1"')
        within = ["unshare", "--mount", "--map-root-user", "sh", "-c"]
        if subprocess.run([*within, mount, "sh", folder], capture_output=True,
                          timeout=60).returncode != 0:
            return None
        return subprocess.run(
            [*within, f'{mount} && shift && exec "$@"', "sh", folder,
             self._program, "generateproto", f"--database={url}", *flags],
            capture_output=True, text=True, timeout=60)

    def write(self, *flags: str) -> str:
        """What it prints; it must succeed and complain of nothing."""
        done = self.run(*flags)
        assert done.returncode == 0, done.stderr
        complaints = [line for line in done.stderr.splitlines()
                      if not line.startswith("note: ")]
        assert not complaints, complaints
        return done.stdout


@contextlib.contextmanager
def postgres(program: str):
    """A function that makes urls of databases, on a server that lives as long.
    """
    try:
        import psycopg2  # what Django needs
    except ImportError as error:
        skip(f"{error}; install python3-psycopg2")
    del psycopg2
    with subprocess.Popen([program], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True) as server:

        def new_database() -> str:
            server.stdin.write("\n")
            server.stdin.flush()
            url = server.stdout.readline().strip()
            if not url:
                sys.exit(server.wait())
            return url

        yield new_database
        server.stdin.close()


def _connect(url: str):
    if url.startswith("sqlite:"):
        import sqlite3
        connection = sqlite3.connect(url[len("sqlite:"):])
        # As every program of Django's has it.
        connection.create_function(
            "regexp", 2, lambda pattern, text: bool(re.search(pattern, text)),
            deterministic=True)
        return connection
    import psycopg2
    return psycopg2.connect(url)


def execute(url: str, script: str) -> None:
    """Runs SQL without Django."""
    with contextlib.closing(_connect(url)) as connection:
        if url.startswith("sqlite:"):
            connection.executescript(f"BEGIN; {script}; COMMIT;")
        else:
            connection.cursor().execute(script)
            connection.commit()


def query(url: str, sql: str) -> list:
    with contextlib.closing(_connect(url)) as connection:
        cursor = connection.cursor()
        cursor.execute(sql)
        return cursor.fetchall()
