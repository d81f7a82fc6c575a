#!/usr/bin/python3
"""Counts the instructions of two builds of our server for one request, with
callgrind: figures that do not depend on what else the machine does.

    tests/benchmark/instructions.py --before OLD/build/bench \
        --build build/bench

Each server runs under valgrind for a short and for a long while; what it did
more in the long one, divided by the requests (or rows) that it answered more,
is what one costs: starting, connecting and preparing fall out. The figure is of
the whole process, gRPC included; the median of the rounds, builds in turns.

What a setting costs is a build held against itself, of which the second one has
more arguments:

    tests/benchmark/instructions.py --before build/bench --build build/bench \
        --workloads echo1 --arguments=--metrics_address=127.0.0.1:0
"""

import argparse
import os
import re
import shutil
import statistics
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from harness import guards, servers
from harness.sqlite import Sqlite
from harness.workload import SMALL, WORKLOADS, Bench

COLLECTED = re.compile(r"Collected : (\d+)")
DEFAULT = "retrieve,page,create128,echo1,echo128"


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--build", type=Path, required=True, help="the build to judge")
    add("--before", type=Path, required=True, help="what it is held against")
    add("--arguments", action="append", default=[],
        help="another argument of the build to judge")
    add("--workloads", default=DEFAULT, help="(%(default)s)")
    add("--rounds", type=int, default=3, help="(%(default)s)")
    add("--short", type=float, default=2, help="seconds (%(default)s)")
    add("--long", type=float, default=8, help="seconds (%(default)s)")
    return parser.parse_args()


def program(build: Path, name: str) -> Path:
    return (build / f"tests/benchmark/benchmark_{name}").resolve()


def server_of(build: Path, workload, folder: Path,
              more: list) -> servers.Server:
    """The build's server for the workload, under callgrind."""
    if workload in guards.WORKLOADS:
        (bare,) = [guard for guard in guards.GUARDS if guard.name == "bare"]
        plain = bare.server(program(build, "ours_echo"))
    else:
        plain = servers.ours(program(build, "ours"))
    return replace(plain, arguments=(
        "valgrind", "--tool=callgrind",
        f"--callgrind-out-file={folder}/callgrind.out", *plain.arguments, *more))


def run(bench: Bench, seconds: float, database: Sqlite, server,
        workload) -> tuple:
    """Instructions, and requests or rows, of one run."""
    bench = replace(bench, seconds=seconds)
    if workload in guards.WORKLOADS:
        with bench.serve(server, "memory:") as running:
            figures = bench.run_load(running, workload)
    else:
        figures = bench.measure(database, server, workload)
    log = (bench.folder / f"{server.name}.log").read_text(errors="replace")
    found = COLLECTED.search(log)
    if found is None:
        raise RuntimeError(f"callgrind counted nothing:\n{log[-2000:]}")
    return (int(found.group(1)),
            figures["rows" if workload.counts_rows else "requests"])


def cost(bench: Bench, arguments, database, server, workload) -> float:
    """Instructions of one request or row."""
    short = run(bench, arguments.short, database, server, workload)
    long = run(bench, arguments.long, database, server, workload)
    return (long[0] - short[0]) / (long[1] - short[1])


def main() -> None:
    arguments = parse_arguments()
    if shutil.which("valgrind") is None:
        sys.exit("instructions.py: valgrind is missing; apt-get install "
                 "valgrind")
    by_name = {w.name: w for w in (*WORKLOADS, *guards.WORKLOADS)}
    builds = {"before": (arguments.before, []),
              "now": (arguments.build, arguments.arguments)}
    with tempfile.TemporaryDirectory(prefix="modelservice-bench-") as folder:
        bench = Bench(load=program(arguments.build, "load"),
                      folder=Path(folder), most_rows=SMALL, warmup=0,
                      seconds=0, idle_seconds=0,
                      server_cpus=os.sched_getaffinity(0),
                      client_cpus=os.sched_getaffinity(0))
        database = Sqlite(Path(folder))
        bench.make_templates(database, list(WORKLOADS), None)
        print("| | before | now | now / before |\n|---|---:|---:|---:|")
        for name in arguments.workloads.split(","):
            workload = by_name[name]
            costs = {build: [] for build in builds}
            for _ in range(arguments.rounds):
                for build, (path, more) in builds.items():
                    server = server_of(path, workload, Path(folder), more)
                    costs[build].append(
                        cost(bench, arguments, database, server, workload))
            before, now = (statistics.median(costs[b]) for b in builds)
            pairs = [n / b for b, n in zip(costs["before"], costs["now"])]
            print(f"| {workload.title} | {before:,.0f} | {now:,.0f} | "
                  f"{statistics.median(pairs):.3f} "
                  f"({min(pairs):.3f}-{max(pairs):.3f}) |", flush=True)


if __name__ == "__main__":
    try:
        main()
    except RuntimeError as error:
        sys.exit(f"instructions.py: {error}")
