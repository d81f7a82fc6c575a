"""What stands around a call, by what it costs an echo."""

import contextlib
import statistics
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Dict, List

from .redis import Redis
from .report import ratio
from .servers import Server
from .workload import Bench, Workload

LEASE_MS = 50

WORKLOADS = (
    Workload("echo1", "Echo, 1 in flight", "echo", 1, 1),
    Workload("echo128", "Echo, 128 in flight", "echo", 4, 128),
)


@dataclass(frozen=True)
class Guard:
    """One way to serve an echo."""

    name: str
    title: str
    program: str  # of bench.py's arguments
    # With {port} to be filled in, and {database}: where calls are counted.
    arguments: tuple
    operation: str = "echo"
    needs_redis: bool = False

    def server(self, program: Path) -> Server:
        return Server(self.name, (str(program), *self.arguments))


_BY_HAND = ("--address=127.0.0.1:{port}",)
_OURS = ("serve", "--address=127.0.0.1:{port}",
         "--rate_limits.store={database}")

GUARDS = (
    Guard("callback", "by hand, gRPC's callback API", "handwritten_echo",
          _BY_HAND + ("--api=callback",)),
    Guard("sync", "by hand, gRPC's synchronous API", "handwritten_echo",
          _BY_HAND + ("--api=sync",)),
    Guard("bare", "ours, nothing around it", "ours_echo", _OURS),
    Guard("again", "... the same, once more", "ours_echo", _OURS),
    Guard("chain", "... an interceptor that does nothing", "ours_echo", _OURS,
          "echo_in_chain"),
    Guard("memory", "... a limit in memory", "ours_echo", _OURS,
          "echo_limited"),
    Guard("redis", "... a limit in Redis", "ours_echo", _OURS, "echo_limited",
          True),
    Guard("lease", f"... a limit in Redis, leases of {LEASE_MS} ms",
          "ours_echo", _OURS + (f"--rate_limits.lease_ms={LEASE_MS}",),
          "echo_limited", True),
)
# What the others are held against.
REFERENCES = ("bare", "callback")


class GuardComparison:
    """The rounds of one workload by all guards. Ratios as in Comparison."""

    def __init__(self, workload: Workload, figures: Dict[str, List[dict]]):
        self.workload = workload
        self.figures = figures

    @staticmethod
    def read(summary: dict) -> "GuardComparison":
        """From bench.py's file."""
        (workload,) = [
            known for known in WORKLOADS if known.name == summary["workload"]
        ]
        return GuardComparison(workload, summary["figures"])

    def summary(self) -> dict:
        return {"workload": self.workload.name, "figures": self.figures}

    def table(self) -> List[List[str]]:
        references = [
            name for name in REFERENCES if name in self.figures
        ]
        against = [f"vs {name}" for name in references]
        rows = [[self.workload.title, "req/s", *against, "server's CPU, us/req",
                 *against, "Redis's CPU", "p50, ms", "p99, ms"]]
        for guard in GUARDS:
            if guard.name in self.figures:
                rows.append(self._cells(guard, references))
        return rows

    def _cells(self, guard: Guard, references: List[str]) -> List[str]:
        rate, cpu = self.workload.rate, self.workload.cpu
        runs = self.figures[guard.name]

        def ratios(figure) -> List[str]:
            """Of each reference's figure to this one's."""
            return [
                "" if name == guard.name else ratio([
                    figure(theirs) / figure(ours)
                    for ours, theirs in zip(runs, self.figures[name])
                ]) for name in references
            ]

        def middle(figure) -> float:
            return statistics.median(map(figure, runs))

        def redis_cpu(figures: dict) -> float:
            return figures["database_cpu_seconds"] * 1e6 / figures["requests"]

        name = f"{guard.title} (`{guard.name}`)"
        return [
            name, f"{middle(rate):,.0f}",
            *ratios(lambda figures: 1 / rate(figures)),
            f"{middle(cpu):.1f}", *ratios(cpu),
            f"{middle(redis_cpu):.1f}" if guard.needs_redis else "",
            f"{middle(lambda figures: figures['p50_us'] / 1000):.2f}",
            f"{middle(lambda figures: figures['p99_us'] / 1000):.2f}"
        ]


def measure(bench: Bench, workloads: list, guards: list, programs: dict,
            rounds: int, progress) -> dict:
    """All rounds; what goes into bench.py's file."""
    measured = {"workloads": []}
    with contextlib.ExitStack() as stack:
        redis = None
        if any(guard.needs_redis for guard in guards):
            redis = stack.enter_context(Redis())
            measured["version"] = redis.version()
        for workload in workloads:
            figures = {guard.name: [] for guard in guards}
            for number in range(rounds):
                # Taking turns in going first, so that none always follows
                # another.
                turn = number % len(guards)
                for guard in guards[turn:] + guards[:turn]:
                    progress.step(f"{workload.title}, round {number + 1}, "
                                  f"{guard.title}")
                    figures[guard.name].append(
                        _measure_one(bench, workload, guard,
                                     programs[guard.program], redis))
            measured["workloads"].append(
                GuardComparison(workload, figures).summary())
    progress.clear()
    return measured


def _measure_one(bench: Bench, workload: Workload, guard: Guard, program: Path,
                 redis) -> dict:
    store = redis.url() if guard.needs_redis else "memory:"
    with bench.serve(guard.server(program), store) as running:
        return bench.run_load(running,
                              replace(workload, operation=guard.operation),
                              redis.pid if guard.needs_redis else None)
