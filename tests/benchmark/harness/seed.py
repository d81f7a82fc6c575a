"""The benchmark's database: perf_user with the keys 1 to N, always the same."""

import sqlite3
from pathlib import Path

# What `migrate` creates for perf.proto; here for runs without our own server.
SCHEMA = """
CREATE TABLE IF NOT EXISTS perf_user (
  id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  username TEXT NOT NULL UNIQUE DEFAULT '',
  email TEXT NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL DEFAULT 0,
  is_active BOOLEAN NOT NULL DEFAULT 0,
  score DOUBLE NOT NULL DEFAULT 0
)
"""

INSERT = """
INSERT INTO perf_user (id, username, email, created_at, is_active, score)
VALUES (?, ?, ?, ?, ?, ?)
"""


def row(key: int) -> tuple:
    return (
        key,
        f"user{key}",
        f"user{key}@example.com",
        1600000000000000 + key * 1000003,
        key % 3 != 0,
        key * 0.125,
    )


def seed(path: Path, rows: int) -> None:
    """Fills the table in `path`, which is made if it is not there."""
    connection = sqlite3.connect(path, isolation_level=None)
    # Safe to lose: whoever dies here starts again.
    connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
    connection.execute("BEGIN")
    connection.execute(SCHEMA)
    connection.executemany(INSERT, map(row, range(1, rows + 1)))
    connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()


def count(path: Path) -> int:
    """The rows in the table, after a check of the whole file."""
    connection = sqlite3.connect(path)
    try:
        (verdict,) = connection.execute("PRAGMA integrity_check").fetchone()
        if verdict != "ok":
            raise RuntimeError(f"{path}: {verdict}")
        (rows,) = connection.execute(
            "SELECT count(*) FROM perf_user").fetchone()
        return rows
    finally:
        connection.close()
