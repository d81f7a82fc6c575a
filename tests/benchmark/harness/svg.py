"""bench.py's figures as a picture."""

from html import escape
from statistics import median
from typing import List

from .report import Comparison

WIDTH = 960
LEFT = 220  # of the plot
RIGHT = 660
ROW = 24
MOST = 1.6  # the right end of the scale

INK, FAINT = "#1f2933", "#9aa5b1"
OURS, CPU, DJANGO = "#0b7285", "#e8590c", "#ced4da"


def draw(figures: dict) -> str:
    """All databases, one above the other: our rate and CPU as ratios to the
    hand-written server's, with the least and the greatest of the rounds, and
    Django's rate."""
    parts: List[str] = []
    top = _legend(parts)
    for database in figures["databases"]:
        top = _panel(parts, database, top)
    height = top + 10
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" '
        f'height="{height}" viewBox="0 0 {WIDTH} {height}" '
        'font-family="system-ui, sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>', *parts,
        "</svg>", ""
    ])


def _legend(parts: List[str]) -> int:
    y = 24
    _circle(parts, 24, y, OURS)
    _text(parts, 36, y, "ours: requests or rows a second")
    _diamond(parts, 264, y, CPU)
    _text(parts, 276, y, "ours: CPU for one, inverted")
    _bar(parts, 478, y, 18)
    _text(parts, 504, y, "Django's rate; all as ratios to the hand-written "
          "server: right is better")
    return y + 22


def _panel(parts: List[str], database: dict, top: int) -> int:
    comparisons = [
        Comparison.read(summary) for summary in database["workloads"]
    ]
    servers = list(comparisons[0].figures)
    _text(parts, 16, top + 12, database["version"], weight="bold", size=15)
    _text(parts, WIDTH - 16, top + 12, " / ".join(servers) + ", per second",
          anchor="end", fill=FAINT)
    first = top + 26
    end = first + ROW * len(comparisons)
    for tick in (0, 0.5, 1, 1.5):
        _line(parts, _x(tick), first, _x(tick), end,
              INK if tick == 1 else FAINT, 1.5 if tick == 1 else 0.5)
        _text(parts, _x(tick), end + 12, f"{tick:g}", anchor="middle",
              fill=FAINT)
    _line(parts, _x(0.95), first, _x(0.95), end, FAINT, 1, dashes="3 3")
    for number, comparison in enumerate(comparisons):
        _row(parts, comparison, servers, first + ROW * number + ROW // 2)
    return end + 36


def _row(parts: List[str], comparison: Comparison, servers: List[str],
         y: int) -> None:
    _text(parts, 16, y, comparison.workload.title)
    if "django" in servers:
        rate = comparison.workload.rate
        _bar(parts, LEFT, y, _x(comparison.median("django", rate) /
                                comparison.median("handwritten", rate)) - LEFT)
    _ratios(parts, comparison.rate_ratios("handwritten"), y - 4, OURS, _circle)
    _ratios(parts, comparison.cpu_ratios("handwritten"), y + 4, CPU, _diamond)
    rates = " / ".join(
        f"{comparison.median(server, comparison.workload.rate):,.0f}"
        for server in servers)
    _text(parts, WIDTH - 16, y, f"{rates} {comparison.workload.unit}",
          anchor="end")


def _ratios(parts: List[str], ratios: List[float], y: int, color: str,
            mark) -> None:
    _line(parts, _x(min(ratios)), y, _x(max(ratios)), y, color, 1.5)
    mark(parts, _x(median(ratios)), y, color)


def _x(value: float) -> float:
    return LEFT + (RIGHT - LEFT) * min(value, MOST) / MOST


def _circle(parts: List[str], x: float, y: float, color: str) -> None:
    parts.append(f'<circle cx="{x:.1f}" cy="{y}" r="4" fill="{color}"/>')


def _diamond(parts: List[str], x: float, y: float, color: str) -> None:
    parts.append(f'<path d="M{x - 4.5:.1f} {y}l4.5 -4.5l4.5 4.5l-4.5 4.5z" '
                 f'fill="{color}"/>')


def _bar(parts: List[str], x: float, y: int, width: float) -> None:
    parts.append(f'<rect x="{x}" y="{y - 6}" width="{max(width, 1):.1f}" '
                 f'height="12" fill="{DJANGO}"/>')


def _line(parts: List[str], x1: float, y1: float, x2: float, y2: float,
          color: str, width: float, dashes: str = "") -> None:
    style = f' stroke-dasharray="{dashes}"' if dashes else ""
    parts.append(f'<line x1="{x1:.1f}" y1="{y1}" x2="{x2:.1f}" y2="{y2}" '
                 f'stroke="{color}" stroke-width="{width}"{style}/>')


def _text(parts: List[str], x: float, y: float, text: str,
          anchor: str = "start", fill: str = INK, weight: str = "normal",
          size: int = 13) -> None:
    parts.append(f'<text x="{x:.1f}" y="{y + 4}" text-anchor="{anchor}" '
                 f'fill="{fill}" font-weight="{weight}" font-size="{size}">'
                 f"{escape(text)}</text>")
