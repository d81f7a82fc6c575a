"""What is measured, and one measurement of it."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import seed
from .server import RunningServer, Server

LARGE = 100_000
SMALL = 10_000
# More than can be destroyed while it is measured.
HUGE = 400_000


@dataclass(frozen=True)
class Workload:
    name: str
    title: str
    operation: str
    connections: int
    in_flight: int
    table_rows: int = LARGE
    # Whether the rate is of rows (else of requests).
    counts_rows: bool = False

    @property
    def unit(self) -> str:
        return "row" if self.counts_rows else "req"

    def rate(self, figures: dict) -> float:
        """Units per second."""
        return self._count(figures) / figures["seconds"]

    def cpu(self, figures: dict) -> float:
        """Microseconds of the server for a unit."""
        return figures["server_cpu_seconds"] * 1e6 / self._count(figures)

    def _count(self, figures: dict) -> int:
        return figures["rows" if self.counts_rows else "requests"]


WORKLOADS = (
    Workload("retrieve", "Retrieve", "retrieve", 4, 128),
    Workload("page", "List, page of 100", "page", 4, 128, counts_rows=True),
    Workload("chunks", "List of 10,000, chunks of 512", "chunks", 2, 4, SMALL,
             True),
    Workload("rows", "List of 10,000, row stream", "rows", 2, 4, SMALL, True),
    Workload("create1", "Create, 1 in flight", "create", 1, 1),
    Workload("create128", "Create, 128 in flight", "create", 4, 128),
    Workload("mixed", "90% Retrieve, 10% Create", "mixed", 4, 128),
)
# Measured on demand.
MORE_WORKLOADS = (
    Workload("update", "Update", "update", 4, 128),
    Workload("partial_update", "PartialUpdate", "partial_update", 4, 128),
    Workload("destroy", "Destroy", "destroy", 4, 128, HUGE),
)


@dataclass(frozen=True)
class Bench:
    """Where and how to measure."""

    load: Path  # the load client's program
    folder: Path  # for databases and logs
    databases: dict  # by number of rows
    warmup: float
    seconds: float
    server_cpus: set
    client_cpus: set

    def measure(self, server: Server, workload: Workload) -> dict:
        """The load client's figures, on a fresh copy of the database."""
        database = self.folder / "measured.db"
        shutil.copyfile(self.databases[workload.table_rows], database)
        try:
            log = self.folder / f"{server.name}.log"
            with RunningServer(server, database, log,
                               self.server_cpus) as running:
                figures = self._run_load(running, workload)
            _check(server, workload, database, figures)
            return figures
        finally:
            for left in self.folder.glob("measured.db*"):
                left.unlink()

    def _run_load(self, running: RunningServer, workload: Workload) -> dict:
        result = subprocess.run(
            [
                str(self.load),
                f"--port={running.port}",
                f"--server_pid={running.pid}",
                f"--operation={workload.operation}",
                f"--connections={workload.connections}",
                f"--in_flight={workload.in_flight}",
                f"--rows={workload.table_rows}",
                f"--warmup={self.warmup}",
                f"--seconds={self.seconds}",
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            timeout=self.warmup + self.seconds + 60,
            preexec_fn=lambda: os.sched_setaffinity(0, self.client_cpus))
        if result.returncode != 0:
            raise RuntimeError(f"{workload.name}: {result.stderr.strip()}\n"
                               f"{running.output()}")
        return json.loads(result.stdout)


def _check(server: Server, workload: Workload, database: Path,
           figures: dict) -> None:
    """Whether the file holds what the server said that it holds."""
    if workload.operation == "destroy":
        return
    rows = seed.count(database)
    expected = workload.table_rows + figures["created"]
    if rows != expected:
        raise RuntimeError(f"{workload.name}: the {server.name} server left "
                           f"{rows} rows, not {expected}")
