"""The figures of all rounds as tables."""

import statistics
from typing import Callable, Dict, List

from .workload import WORKLOADS, Workload


class Comparison:
    """The rounds of one workload by all servers on one database. Ratios are of
    two runs in one round, which had the machine in the same mood; above 1 the
    first server is better."""

    def __init__(self, workload: Workload, figures: Dict[str, List[dict]]):
        self.workload = workload
        self.figures = figures
        self.subject = next(iter(figures))

    @staticmethod
    def read(summary: dict) -> "Comparison":
        """From bench.py's file."""
        (workload,) = [
            known for known in WORKLOADS if known.name == summary["workload"]
        ]
        return Comparison(workload, summary["figures"])

    def summary(self) -> dict:
        return {"workload": self.workload.name, "figures": self.figures}

    def rate_ratios(self, reference: str) -> List[float]:
        rate = self.workload.rate
        return [rate(a) / rate(b) for a, b in self._rounds(reference)]

    def cpu_ratios(self, reference: str) -> List[float]:
        cpu = self.workload.cpu
        return [cpu(b) / cpu(a) for a, b in self._rounds(reference)]

    def median(self, server: str, figure: Callable) -> float:
        return statistics.median(map(figure, self.figures[server]))

    def cells(self) -> List[str]:
        workload = self.workload
        digits = 2 if workload.counts_rows else 1
        others = list(self.figures)[1:]
        return [
            workload.title,
            f"{self._all(workload.rate, 0)} {workload.unit}/s",
            *[ratio(self.rate_ratios(other)) for other in others],
            f"{self._all(workload.cpu, digits)} us/{workload.unit}",
            *[ratio(self.cpu_ratios(other)) for other in others],
            self._all(lambda figures: figures["p50_us"] / 1000, 2),
            self._all(lambda figures: figures["p99_us"] / 1000, 2),
            self._all(lambda figures: figures["server_peak_mib"], 0),
        ]

    def _rounds(self, reference: str):
        return zip(self.figures[self.subject], self.figures[reference])

    def _all(self, figure: Callable, digits: int) -> str:
        return " / ".join(f"{self.median(server, figure):,.{digits}f}"
                          for server in self.figures)


def ratio(ratios: List[float]) -> str:
    middle = statistics.median(ratios)
    digits = 2 if middle < 10 else 0
    return (f"{middle:.{digits}f} "
            f"({min(ratios):.{digits}f}-{max(ratios):.{digits}f})")


def table(database: dict) -> List[List[str]]:
    """One of the databases of bench.py's file."""
    comparisons = [
        Comparison.read(summary) for summary in database["workloads"]
    ]
    servers = list(comparisons[0].figures)
    against = [f"vs {other}" for other in servers[1:]]
    heads = [
        database["title"], "rate: " + " / ".join(servers), *against,
        "server's CPU", *against, "p50, ms", "p99, ms", "peak, MiB"
    ]
    return [heads] + [comparison.cells() for comparison in comparisons]


def idle(database: dict) -> str:
    memory = ", ".join(f"{server} {mib:.0f} MiB"
                       for server, mib in database["idle_mib"].items())
    return f"Before the first request: {memory}."


def costs(figures: List[dict]) -> List[List[str]]:
    """Those of build_costs.py."""
    rows = [["", "protobuf", "gRPC", "ours", "all / protobuf + gRPC"]]
    for row in figures:
        theirs = row["protobuf"] + row["gRPC"]
        digits = 0 if row["ours"] >= 20 else 2
        rows.append([row["what"]] + [
            f"{row[kind]:.{digits}f}" for kind in ("protobuf", "gRPC", "ours")
        ] + [f"{(theirs + row['ours']) / theirs:.2f}"])
    return rows


def plain(rows: List[List[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = []
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def markdown(rows: List[List[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines.insert(1, "|---" + "|---:" * (len(rows[0]) - 1) + "|")
    return "\n".join(lines)
