"""What is measured, and one measurement of it."""

import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from .process import RunningServer
from .servers import Server

LARGE = 100_000
SMALL = 10_000
# More than can be destroyed while it is measured.
HUGE = 200_000


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

    @property
    def only_reads(self) -> bool:
        return self.operation in ("retrieve", "page", "chunks", "rows")

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
    Workload("update", "Update", "update", 4, 128),
    Workload("partial_update", "PartialUpdate", "partial_update", 4, 128),
    Workload("destroy", "Destroy", "destroy", 4, 128, HUGE),
    Workload("mixed", "90% Retrieve, 10% Create", "mixed", 4, 128),
)


@dataclass(frozen=True)
class Bench:
    """Where and how to measure."""

    load: Path  # the load client's program
    folder: Path  # for logs
    most_rows: int  # in a table
    warmup: float
    seconds: float
    idle_seconds: float
    server_cpus: set
    client_cpus: set

    def rows(self, workload: Workload) -> int:
        return min(workload.table_rows, self.most_rows)

    def make_templates(self, database, workloads: list, migrate) -> None:
        """The databases that those of measurements are copied from. `migrate`
        makes the table in the database of a URL, or is None."""
        for rows in sorted({self.rows(workload) for workload in workloads}):
            database.create(f"seed{rows}")
            if migrate:
                migrate(database.url(f"seed{rows}"))
            database.seed(f"seed{rows}", rows)

    def idle_mib(self, database, server: Server, workload: Workload) -> float:
        """The memory of a server that nobody has asked anything."""
        url = database.url(f"seed{self.rows(workload)}")
        with self.serve(server, url) as running:
            time.sleep(self.idle_seconds)
            return running.resident_mib()

    def measure(self, database, server: Server, workload: Workload) -> dict:
        """The load client's figures; of writes, on a fresh copy."""
        template = f"seed{self.rows(workload)}"
        pid = database.pid() if hasattr(database, "pid") else None
        if workload.only_reads:
            with self.serve(server, database.url(template)) as running:
                return self.run_load(running, workload, pid)
        database.copy(template, "measured")
        try:
            with self.serve(server, database.url("measured")) as running:
                figures = self.run_load(running, workload, pid)
            self._check(database, server, workload, figures)
            return figures
        finally:
            database.drop("measured")

    def serve(self, server: Server, url: str) -> RunningServer:
        return RunningServer(server, url, self.folder / f"{server.name}.log",
                             self.server_cpus)

    def run_load(self, running: RunningServer, workload: Workload,
                 database_pid: Optional[int] = None) -> dict:
        """The load client's figures, with a database's use of the machine."""
        command = [
            str(self.load),
            f"--port={running.port}",
            f"--server_pid={running.pid}",
            f"--operation={workload.operation}",
            f"--connections={workload.connections}",
            f"--in_flight={workload.in_flight}",
            f"--rows={self.rows(workload)}",
            f"--warmup={self.warmup}",
            f"--seconds={self.seconds}",
        ]
        if database_pid is not None:
            command.append(f"--database_pid={database_pid}")
        result = subprocess.run(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            timeout=self.warmup + self.seconds + 150,
            preexec_fn=lambda: os.sched_setaffinity(0, self.client_cpus))
        if result.returncode != 0:
            raise RuntimeError(f"{workload.name}: {result.stderr.strip()}\n"
                               f"{running.output()}")
        return json.loads(result.stdout)

    def _check(self, database, server: Server, workload: Workload,
               figures: dict) -> None:
        """Whether the table holds what the server said that it holds."""
        if workload.operation == "destroy":
            return
        rows = database.count("measured")
        expected = self.rows(workload) + figures["created"]
        if rows != expected:
            raise RuntimeError(f"{workload.name}: the {server.name} server "
                               f"left {rows} rows, not {expected}")
