#!/usr/bin/python3
"""Measures our server against the hand-written one, side by side.

    tests/benchmark/bench.py --build build/bench --markdown figures.md

README.md tells what is compared and how to read the table.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from harness import report, seed, server
from harness.report import Comparison
from harness.workload import MORE_WORKLOADS, WORKLOADS, Bench


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--build", type=Path, help="the build folder")
    add("--ours", type=Path, help="our server, if it is not in --build")
    add("--handwritten", type=Path, help="the hand-written one, likewise")
    add("--load", type=Path, help="the load client, likewise")
    add("--compare", choices=("ours", "handwritten"), default="ours",
        help="what to hold against the hand-written server; itself, to see how "
        "far two equal runs are apart")
    add("--rounds", type=int, default=5, help="runs of each (5)")
    add("--seconds", type=float, default=2, help="measured, in a run (2)")
    add("--warmup", type=float, default=0.5, help="seconds before (0.5)")
    add("--workloads", help="only these, separated by commas: " + ", ".join(
        workload.name for workload in WORKLOADS + MORE_WORKLOADS))
    add("--all", action="store_true", help="all of them")
    add("--smoke", action="store_true",
        help="all of them, each for a moment: only whether it works")
    add("--server-cpus", help="the processors of the server, like 0,1 (all)")
    add("--client-cpus", help="the processors of the load client (all)")
    add("--json", type=Path, help="write every figure here")
    add("--markdown", type=Path, help="write the table here")
    arguments = parser.parse_args()
    if arguments.smoke:
        arguments.all = True
        arguments.rounds = 1
        arguments.seconds = 0.3
        arguments.warmup = 0.1
    for name in ("ours", "handwritten", "load"):
        if getattr(arguments, name) is not None:
            continue
        if arguments.build is None:
            parser.error(f"neither --build nor --{name}")
        program = f"tests/benchmark/benchmark_{name}"
        setattr(arguments, name, (arguments.build / program).resolve())
    return arguments


def chosen_workloads(arguments: argparse.Namespace) -> list:
    known = {workload.name: workload for workload in WORKLOADS + MORE_WORKLOADS}
    if arguments.workloads:
        names = arguments.workloads.split(",")
        unknown = [name for name in names if name not in known]
        if unknown:
            sys.exit(f"no such workload: {', '.join(unknown)}")
        return [known[name] for name in names]
    return list(known.values()) if arguments.all else list(WORKLOADS)


def make_databases(arguments: argparse.Namespace, workloads: list,
                   folder: Path) -> dict:
    databases = {}
    for rows in sorted({workload.table_rows for workload in workloads}):
        databases[rows] = folder / f"seed{rows}.db"
        if arguments.compare == "ours":
            server.migrate(arguments.ours, databases[rows])
        seed.seed(databases[rows], rows)
    return databases


def parse_cpus(text: str) -> set:
    return set(map(int, text.split(","))) if text else os.sched_getaffinity(0)


def compare(bench: Bench, workload, subject, reference,
            rounds: int) -> Comparison:
    comparison = Comparison(workload)
    for number in range(rounds):
        runs = [(subject, comparison.subject),
                (reference, comparison.reference)]
        # Taking turns in going first, so that neither always follows the other.
        for candidate, figures in runs if number % 2 == 0 else runs[::-1]:
            show_progress(f"{workload.name}: round {number + 1} of {rounds}, "
                          f"{candidate.name}")
            figures.append(bench.measure(candidate, workload))
    show_progress("")
    return comparison


def show_progress(text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r{text:<60}\r", end="", file=sys.stderr, flush=True)


def main() -> None:
    arguments = parse_arguments()
    workloads = chosen_workloads(arguments)
    reference = server.handwritten(arguments.handwritten)
    subject = (server.ours(arguments.ours)
               if arguments.compare == "ours" else reference)
    with tempfile.TemporaryDirectory(prefix="modelservice-bench-") as name:
        folder = Path(name)
        bench = Bench(
            load=arguments.load,
            folder=folder,
            databases=make_databases(arguments, workloads, folder),
            warmup=arguments.warmup,
            seconds=arguments.seconds,
            server_cpus=parse_cpus(arguments.server_cpus),
            client_cpus=parse_cpus(arguments.client_cpus))
        comparisons = [
            compare(bench, workload, subject, reference, arguments.rounds)
            for workload in workloads
        ]
    rows = [report.heads(subject.name, reference.name)]
    rows += [comparison.cells() for comparison in comparisons]
    print(report.plain(rows))
    if arguments.markdown:
        arguments.markdown.write_text(report.markdown(rows) + "\n")
    if arguments.json:
        summaries = [comparison.summary() for comparison in comparisons]
        arguments.json.write_text(json.dumps(summaries, indent=1) + "\n")


if __name__ == "__main__":
    try:
        main()
    except RuntimeError as error:
        sys.exit(f"bench.py: {error}")
