"""The figures of all rounds as one table."""

import statistics
from typing import Dict, List

from .workload import Workload


class Comparison:
    """The rounds of one workload, of the subject and of what it is held
    against. Ratios are of the two runs of one round, which had the machine in
    the same mood; above 1 the subject is better."""

    def __init__(self, workload: Workload):
        self.workload = workload
        self.subject: List[dict] = []
        self.reference: List[dict] = []

    def rate_ratios(self) -> List[float]:
        rate = self.workload.rate
        return [rate(ours) / rate(theirs) for ours, theirs in self._rounds()]

    def cpu_ratios(self) -> List[float]:
        cpu = self.workload.cpu
        return [cpu(theirs) / cpu(ours) for ours, theirs in self._rounds()]

    def _rounds(self):
        return zip(self.subject, self.reference)

    def cells(self) -> List[str]:
        unit = self.workload.unit
        cpu_digits = 2 if self.workload.counts_rows else 1
        return [
            self.workload.title,
            f"{self._pair(self.workload.rate, 0)} {unit}/s",
            _ratio(self.rate_ratios()),
            f"{self._pair(self.workload.cpu, cpu_digits)} us/{unit}",
            _ratio(self.cpu_ratios()),
            self._pair(lambda f: f["p50_us"] / 1000, 2),
            self._pair(lambda f: f["p99_us"] / 1000, 2),
            self._pair(lambda f: f["server_peak_mib"], 0),
        ]

    def summary(self) -> Dict[str, object]:
        return {
            "workload": self.workload.name,
            "rate_ratio": statistics.median(self.rate_ratios()),
            "cpu_ratio": statistics.median(self.cpu_ratios()),
            "subject": self.subject,
            "reference": self.reference,
        }

    def _pair(self, figure, digits: int) -> str:
        return " / ".join(
            f"{statistics.median(map(figure, rounds)):,.{digits}f}"
            for rounds in (self.subject, self.reference))


def _ratio(ratios: List[float]) -> str:
    return (f"{statistics.median(ratios):.2f} "
            f"({min(ratios):.2f}-{max(ratios):.2f})")


def heads(subject: str, reference: str) -> List[str]:
    pair = f"{subject} / {reference}"
    return [
        pair,
        "rate",
        "ratio",
        "server's CPU",
        "ratio",
        "p50, ms",
        "p99, ms",
        "peak, MiB",
    ]


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
