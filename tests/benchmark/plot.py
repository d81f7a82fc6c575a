#!/usr/bin/python3
"""Writes the figures of the last run into docs/performance.md, and draws them
as docs/performance.svg.

    tests/benchmark/plot.py build/bench
"""

import argparse
import json
import sys
from pathlib import Path

from harness import machine, report, svg

DOCS = Path(__file__).resolve().parents[2] / "docs"
BEGIN = "<!-- The rest up to the next such line is written by make bench-plot -->"
END = "<!-- End of what make bench-plot writes -->"


def tables(figures: dict) -> str:
    parts = ["![Ours against a hand-written server](performance.svg)"]
    for database in figures["databases"]:
        parts.append(report.markdown(report.table(database)))
        parts.append(report.idle(database))
    versions = ", ".join(database["version"]
                         for database in figures["databases"])
    parts.append(f"{figures['date']}; {figures['rounds']} rounds of "
                 f"{figures['seconds']:g} s; "
                 f"{machine.text(figures['machine'])}, {versions}.")
    return "\n\n".join(parts)


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
    servers = figures["databases"][0]["workloads"][0]["figures"]
    if "handwritten" not in servers or "ours" not in servers:
        sys.exit("plot.py: it is drawn as ratios of ours to handwritten, and "
                 f"{file} has {', '.join(servers)}")
    written = tables(figures)
    costs = arguments.build / "costs.json"
    if costs.exists():
        written += "\n\n" + report.markdown(
            report.costs(json.loads(costs.read_text())))
    page = arguments.docs / "performance.md"
    text = page.read_text()
    begin, end = text.find(BEGIN), text.find(END)
    if begin < 0 or end < begin:
        sys.exit(f"plot.py: {page} has not the lines between which to write")
    page.write_text(text[:begin + len(BEGIN)] + "\n\n" + written + "\n\n" +
                    text[end:])
    (arguments.docs / "performance.svg").write_text(svg.draw(figures))


if __name__ == "__main__":
    main()
