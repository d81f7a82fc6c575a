#!/usr/bin/python3
"""Measures our server against a hand-written one and against Django, side by
side, on SQLite and on PostgreSQL; what guards cost an echo; and the ORM alone
against calls of the drivers by hand.

    tests/benchmark/bench.py --build build/bench --json figures.json

README.md tells what is compared and how to read the tables.
"""

import argparse
import datetime
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from harness import guards, machine, report, servers
from harness.guards import GUARDS, GuardComparison
from harness.postgres import Postgres
from harness.redis import Redis
from harness.report import Comparison
from harness.sqlite import Sqlite
from harness.workload import HUGE, WORKLOADS, Bench

DATABASES = {kind.name: kind for kind in (Sqlite, Postgres)}
SERVERS = ("ours", "handwritten", "django")
SUITES = ("models", "guards", "orm")
PROGRAMS = ("ours", "handwritten", "load", "ours_echo", "handwritten_echo",
            "orm")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--build", type=Path, help="the build folder")
    add("--ours", type=Path, help="our server, if it is not in --build")
    add("--handwritten", type=Path, help="the hand-written one, likewise")
    add("--load", type=Path, help="the load client, likewise")
    add("--ours-echo", type=Path, help="our echo server, likewise")
    add("--handwritten-echo", type=Path, help="the hand-written one, likewise")
    add("--orm", type=Path, help="what measures the ORM, likewise")
    add("--protoc", default="protoc", help="for Django's messages")
    add("--protos", type=Path, help="where modelservice/annotations.proto is",
        default=Path(__file__).resolve().parents[2] / "protos")
    add("--suites", default=",".join(SUITES), help="(%(default)s)")
    add("--servers", default=",".join(SERVERS),
        help="which, separated by commas; the first is held against the "
        "others. One that is named twice, against itself: how far two equal "
        "runs are apart (%(default)s)")
    add("--databases", default=",".join(DATABASES), help="(%(default)s)")
    add("--guards", default=",".join(guard.name for guard in GUARDS),
        help="what is around an echo (%(default)s)")
    add("--workloads", help="only these: " + ", ".join(
        workload.name for workload in (*WORKLOADS, *guards.WORKLOADS)))
    add("--rounds", type=int, default=5, help="runs of each (%(default)s)")
    add("--seconds", type=float, default=1.5,
        help="measured, in a run (%(default)s)")
    add("--warmup", type=float, default=0.5,
        help="seconds before (%(default)s)")
    add("--smoke", action="store_true",
        help="each for a moment: only whether it works")
    add("--server-cpus", help="the processors of the server, like 0,1 (all)")
    add("--client-cpus", help="the processors of the load client (all)")
    add("--json", type=Path, help="write every figure here")
    arguments = parser.parse_args()
    arguments.rows = HUGE
    arguments.idle = 1.0
    if arguments.smoke:
        arguments.rounds = 1
        arguments.seconds = 0.1
        arguments.warmup = 0.02
        arguments.rows = 4000
        arguments.idle = 0
    for name in PROGRAMS:
        if getattr(arguments, name) is None and arguments.build is not None:
            program = f"tests/benchmark/benchmark_{name}"
            setattr(arguments, name, (arguments.build / program).resolve())
    if arguments.load is None:
        parser.error("neither --build nor --load")
    return arguments


def chosen(what: str, names: str, known) -> list:
    picked = names.split(",") if names else list(known)
    unknown = [name for name in picked if name not in known]
    if unknown:
        sys.exit(f"no {what} {', '.join(unknown)}; there are "
                 f"{', '.join(known)}")
    return picked


def leave_out(what: str, packages: str) -> None:
    """Says what to install. In CI, where all must be there, it is an error."""
    line = f"{what} is left out; to have it: apt-get install {packages}"
    if os.environ.get("CI"):
        sys.exit(f"bench.py: {line}")
    print(line, file=sys.stderr)


def chosen_databases(arguments: argparse.Namespace) -> list:
    found = []
    for name in chosen("database", arguments.databases, DATABASES):
        missing = DATABASES[name].missing()
        if missing:
            leave_out(DATABASES[name].title, missing)
        else:
            found.append(name)
    return found


def chosen_servers(arguments: argparse.Namespace, databases: list,
                   folder: Path) -> list:
    found = []
    for name in chosen("server", arguments.servers, SERVERS):
        if name == "django":
            missing = servers.missing_for_django(databases)
            if missing:
                leave_out("Django", missing)
                continue
            made = servers.django(
                servers.make_stubs(arguments.protoc, arguments.protos, folder))
        else:
            made = getattr(servers, name)(getattr(arguments, name))
        found.append(servers.renamed(made, found))
    return found


def migrator(arguments: argparse.Namespace):
    """Makes our table in the database of a URL; without our server, nothing."""
    if "ours" not in arguments.servers.split(","):
        return None

    def migrate(url: str) -> None:
        result = subprocess.run(
            [str(arguments.ours), "migrate", f"--database={url}"],
            capture_output=True, text=True, timeout=60, check=False)
        if result.returncode != 0:
            raise RuntimeError(f"migrate: {result.stderr.strip()}")

    return migrate


class Progress:
    """One line on a terminal: how far it is."""

    def __init__(self, total: int):
        self._total = total
        self._done = 0

    def step(self, text: str) -> None:
        self._done += 1
        self._show(f"{self._done} of {self._total}: {text}")

    def clear(self) -> None:
        self._show("")

    @staticmethod
    def _show(text: str) -> None:
        if sys.stderr.isatty():
            print(f"\r{text:<79}\r", end="", file=sys.stderr, flush=True)


def compare(bench: Bench, database, workload, candidates: list, rounds: int,
            progress: Progress) -> Comparison:
    figures = {server.name: [] for server in candidates}
    for number in range(rounds):
        # Taking turns in going first, so that none always follows another.
        turn = number % len(candidates)
        for server in candidates[turn:] + candidates[:turn]:
            progress.step(f"{database.title}, {workload.title}, round "
                          f"{number + 1}, {server.name}")
            figures[server.name].append(
                bench.measure(database, server, workload))
    progress.clear()
    return Comparison(workload, figures)


def measure(bench: Bench, database, workloads: list, candidates: list,
            arguments: argparse.Namespace, progress: Progress) -> dict:
    bench.make_templates(database, workloads, migrator(arguments))
    measured = {
        "name": database.name,
        "title": database.title,
        "version": database.version(),
        "idle_mib": {
            server.name: bench.idle_mib(database, server, workloads[0])
            for server in candidates
        },
        "workloads": [],
    }
    for workload in workloads:
        measured["workloads"].append(
            compare(bench, database, workload, candidates, arguments.rounds,
                    progress).summary())
    print(report.plain(report.table(measured)))
    print(report.idle(measured) + "\n", flush=True)
    return measured


def measure_models(bench: Bench, workloads: list, arguments: argparse.Namespace,
                   folder: Path) -> list:
    databases = chosen_databases(arguments)
    if not databases:
        sys.exit("bench.py: no database")
    candidates = chosen_servers(arguments, databases, folder)
    if not candidates:
        sys.exit("bench.py: no server")
    progress = Progress(
        len(databases) * len(workloads) * len(candidates) * arguments.rounds)
    measured = []
    for name in databases:
        with DATABASES[name](folder, durable=not arguments.smoke) as database:
            measured.append(
                measure(bench, database, workloads, candidates, arguments,
                        progress))
    return measured


def measure_guards(bench: Bench, workloads: list,
                   arguments: argparse.Namespace) -> dict:
    known = {guard.name: guard for guard in GUARDS}
    picked = [
        known[name] for name in chosen("guard", arguments.guards, known)
    ]
    missing = Redis.missing()
    if missing and any(guard.needs_redis for guard in picked):
        leave_out("Redis", missing)
        picked = [guard for guard in picked if not guard.needs_redis]
    programs = {name: getattr(arguments, name) for name in PROGRAMS}
    measured = guards.measure(
        bench, workloads, picked, programs, arguments.rounds,
        Progress(len(workloads) * len(picked) * arguments.rounds))
    for summary in measured["workloads"]:
        print(report.plain(GuardComparison.read(summary).table()) + "\n",
              flush=True)
    return measured


def measure_orm(arguments: argparse.Namespace, folder: Path) -> dict:
    """The tables that the program prints, by database."""
    options = [f"--rounds={arguments.rounds}"]
    if arguments.smoke:
        options += ["--seconds=0.02", "--rows=2000", "--all=10000"]
    tables = {}
    for name in chosen_databases(arguments):
        with DATABASES[name](folder, durable=not arguments.smoke) as database:
            database.create("library")
            result = subprocess.run(
                [str(arguments.orm), database.url("library"), *options],
                capture_output=True, text=True, timeout=1200, check=False)
        if result.returncode != 0:
            raise RuntimeError(f"{arguments.orm}: {result.stderr.strip()}")
        tables[name] = result.stdout
        print(result.stdout, flush=True)
    return tables


def main() -> None:
    arguments = parse_arguments()
    suites = chosen("suite", arguments.suites, SUITES)
    by_name = {
        workload.name: workload
        for workload in (*WORKLOADS, *guards.WORKLOADS)
    }
    names = chosen("workload", arguments.workloads, by_name)
    of_suite = lambda all: [
        workload for workload in all if workload.name in names
    ]
    parse_cpus = lambda text: (set(map(int, text.split(",")))
                               if text else os.sched_getaffinity(0))
    figures = {
        "date": datetime.date.today().isoformat(),
        "machine": machine.describe(),
        "rounds": arguments.rounds,
        "seconds": arguments.seconds,
    }
    with tempfile.TemporaryDirectory(prefix="modelservice-bench-") as folder:
        bench = Bench(load=arguments.load, folder=Path(folder),
                      most_rows=arguments.rows, warmup=arguments.warmup,
                      seconds=arguments.seconds, idle_seconds=arguments.idle,
                      server_cpus=parse_cpus(arguments.server_cpus),
                      client_cpus=parse_cpus(arguments.client_cpus))
        if "models" in suites and of_suite(WORKLOADS):
            figures["databases"] = measure_models(bench, of_suite(WORKLOADS),
                                                  arguments, Path(folder))
        if "guards" in suites and of_suite(guards.WORKLOADS):
            figures["guards"] = measure_guards(
                bench, of_suite(guards.WORKLOADS), arguments)
        # It has operations of its own.
        if "orm" in suites and not arguments.workloads:
            figures["orm"] = measure_orm(arguments, Path(folder))
    if not {"databases", "guards", "orm"} & figures.keys():
        sys.exit("bench.py: none of these workloads is in these suites")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    try:
        main()
    except RuntimeError as error:
        sys.exit(f"bench.py: {error}")
