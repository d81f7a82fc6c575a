#!/usr/bin/python3
"""Writes the figures of the last run into docs/performance.md, and draws those
of models as docs/performance.svg. What the run left out stays as it is.

    tests/benchmark/plot.py build/bench
"""

import argparse
import json
import sys
from pathlib import Path

from harness import machine, report, svg
from harness.guards import GuardComparison

DOCS = Path(__file__).resolve().parents[2] / "docs"
BEGIN = "<!-- The rest up to the next such line is written by make bench-plot -->"
END = "<!-- End of what make bench-plot writes -->"
BEGIN_GUARDS = "<!-- Of guards, and as written by make bench-plot -->"
END_GUARDS = "<!-- End of guards, as written by make bench-plot -->"


def model_tables(figures: dict) -> str:
    parts = ["![Ours against a hand-written server](performance.svg)"]
    for database in figures["databases"]:
        parts.append(report.markdown(report.table(database)))
        parts.append(report.idle(database))
    versions = ", ".join(database["version"]
                         for database in figures["databases"])
    parts.append(_circumstances(figures, versions))
    return "\n\n".join(parts)


def guard_tables(figures: dict) -> str:
    measured = figures["guards"]
    parts = [
        report.markdown(GuardComparison.read(summary).table())
        for summary in measured["workloads"]
    ]
    parts.append(_circumstances(figures, measured.get("version")))
    return "\n\n".join(parts)


def _circumstances(figures: dict, versions: str) -> str:
    text = (f"{figures['date']}; {figures['rounds']} rounds of "
            f"{figures['seconds']:g} s; {machine.text(figures['machine'])}")
    return f"{text}, {versions}." if versions else f"{text}."


def _replace(page: Path, begin: str, end: str, written: str) -> None:
    text = page.read_text()
    start, stop = text.find(begin), text.find(end)
    if start < 0 or stop < start:
        sys.exit(f"plot.py: {page} has not the lines {begin} and {end}, "
                 "between which to write")
    page.write_text(text[:start + len(begin)] + "\n\n" + written + "\n\n" +
                    text[stop:])


def _write_models(figures: dict, build: Path, docs: Path) -> None:
    servers = figures["databases"][0]["workloads"][0]["figures"]
    if "handwritten" not in servers or "ours" not in servers:
        sys.exit("plot.py: it is drawn as ratios of ours to handwritten, and "
                 f"the run has {', '.join(servers)}")
    written = model_tables(figures)
    costs = build / "costs.json"
    if costs.exists():
        written += "\n\n" + report.markdown(
            report.costs(json.loads(costs.read_text())))
    _replace(docs / "performance.md", BEGIN, END, written)
    (docs / "performance.svg").write_text(svg.draw(figures))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path,
                        help="where figures.json is, and costs.json may be")
    parser.add_argument("--docs", type=Path, default=DOCS)
    arguments = parser.parse_args()
    file = arguments.build / "figures.json"
    if not file.exists():
        sys.exit(f"plot.py: no {file}: run `make bench` first")
    figures = json.loads(file.read_text())
    if "databases" in figures:
        _write_models(figures, arguments.build, arguments.docs)
    if "guards" in figures:
        _replace(arguments.docs / "performance.md", BEGIN_GUARDS, END_GUARDS,
                 guard_tables(figures))


if __name__ == "__main__":
    main()
