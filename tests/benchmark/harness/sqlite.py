"""Databases in SQLite's files."""

import shutil
import sqlite3
from pathlib import Path

from . import seed


class Sqlite:
    """Makes databases with the table in a folder; for `with`."""

    name = "sqlite"
    title = "SQLite"

    # What `migrate` creates for perf.proto; for runs without our own server.
    TABLE = """
        CREATE TABLE IF NOT EXISTS perf_user (
          id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
          username TEXT NOT NULL UNIQUE DEFAULT '',
          email TEXT NOT NULL DEFAULT '',
          created_at BIGINT NOT NULL DEFAULT 0,
          is_active BOOLEAN NOT NULL DEFAULT 0,
          score DOUBLE NOT NULL DEFAULT 0
        )"""

    def __init__(self, folder: Path, durable: bool = True):
        self._folder = folder
        del durable  # the servers' own setting

    @staticmethod
    def missing() -> str:
        """What to install, or nothing."""
        return ""

    def __enter__(self) -> "Sqlite":
        return self

    def __exit__(self, error_type, error, traceback) -> None:
        pass

    def version(self) -> str:
        return f"SQLite {sqlite3.sqlite_version}"

    def url(self, name: str) -> str:
        return f"sqlite:{self._path(name)}"

    def create(self, name: str) -> None:
        """An empty database."""

    def seed(self, name: str, rows: int) -> None:
        """Fills the table, which is made if it is not there."""
        connection = sqlite3.connect(self._path(name), isolation_level=None)
        # Safe to lose: whoever dies here starts again.
        connection.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
        connection.execute("BEGIN")
        connection.execute(self.TABLE)
        self._insert(connection, rows)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.close()

    def reset(self, name: str, rows: int) -> None:
        """The table as `seed` made it, while a server has it open."""
        connection = sqlite3.connect(self._path(name), isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("DELETE FROM perf_user")
        connection.execute("DELETE FROM sqlite_sequence")
        self._insert(connection, rows)
        connection.execute("COMMIT")
        connection.close()

    def copy(self, source: str, target: str) -> None:
        shutil.copyfile(self._path(source), self._path(target))

    def drop(self, name: str) -> None:
        for left in self._folder.glob(f"{name}.db*"):
            left.unlink()

    def row(self, name: str, key: int):
        """The row of a key, or None."""
        found = self._fetch(
            name, f"SELECT {seed.COLUMNS} FROM perf_user WHERE id = {key}")
        if not found:
            return None
        values = list(found[0])
        values[4] = bool(values[4])
        return tuple(values)

    def count(self, name: str) -> int:
        """The rows in the table, after a check of the whole file."""
        (verdict,) = self._fetch(name, "PRAGMA integrity_check")[0]
        if verdict != "ok":
            raise RuntimeError(f"{self._path(name)}: {verdict}")
        return self._fetch(name, "SELECT count(*) FROM perf_user")[0][0]

    def connect(self, name: str) -> sqlite3.Connection:
        return sqlite3.connect(self._path(name))

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.db"

    def _fetch(self, name: str, sql: str) -> list:
        connection = self.connect(name)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    @staticmethod
    def _insert(connection: sqlite3.Connection, rows: int) -> None:
        connection.executemany(
            f"INSERT INTO perf_user ({seed.COLUMNS}) VALUES"
            " (?, ?, ?, ?, ?, ?)", seed.rows(rows))
