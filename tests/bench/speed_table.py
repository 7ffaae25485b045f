"""The table of benchmarks as text: its rows, the machine above it, and the lines of the README that quote it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from math import floor, log10

from measuring import Measured, Side

HEAD = ("what", "takes", "CPU", "memory", "beside it", "takes", "CPU", "memory", "times as long", "CPU")
"""Of flightwatch, of what stands beside it, and the ratios: on the clock, and of processor time."""
NOTHING = "–"
QUOTED = (
    ("`flightwatch --help`", "`python -c 'import typer, rich, requests'`"),
    ("a whole poll, 17,000 tails among 12,000 aircraft", "fetching and decoding the same answer"),
    ("a tail's visits among 1,000,000, as values", "the bare query"),
    ("scan 48,383,218 rows for 500 tails", "DuckDB's filter and sort"),
)
"""The rows that the README quotes, as far as there are, by what is done and what stands beside it."""
UNITS = {"s": 1.0, "ms": 1e-3, "µs": 1e-6}


def cells(row: Measured) -> list[str]:
    """A row of the table."""
    ours, beside = (
        [side.name, span(side), seconds(side.cpu_s), megabytes(side)] if side else [NOTHING] * 4
        for side in (row.ours, row.beside)
    )
    rate = f", {row.count / row.ours.walls_s[0]:,.0f} {row.unit} a second" if row.unit else ""
    return [row.name, ours[1] + rate, *ours[2:], *beside, times(row.ratio), times(row.cpu_ratio)]


def span(side: Side) -> str:
    """The median, and in brackets the least and the most."""
    middle, least, most = side.walls_s
    unit = unit_of(middle)
    return f"{seconds(middle)} ({digits(least / UNITS[unit])} to {digits(most / UNITS[unit])})"


def seconds(taken_s: float | None) -> str:
    """A time, in a unit that suits it."""
    return NOTHING if taken_s is None else f"{digits(taken_s / UNITS[unit_of(taken_s)])} {unit_of(taken_s)}"


def unit_of(taken_s: float) -> str:
    """The unit that suits a time."""
    return next((unit for unit, size in UNITS.items() if taken_s >= size), "µs")


def digits(value: float) -> str:
    """A figure with two or three digits that count."""
    if value < 0.1:
        return f"{value:.{1 - floor(log10(value))}f}" if value else "0"
    return f"{value:.{0 if value >= 100 else 1 if value >= 10 else 2}f}"


def megabytes(side: Side) -> str:
    """The most memory."""
    return NOTHING if side.peak_mb is None else f"{side.peak_mb:.0f} MB"


def times(ratio: float | None) -> str:
    """A ratio."""
    return NOTHING if ratio is None else digits(ratio)


def table(rows: Iterable[Measured]) -> Iterator[str]:
    """Give the table's lines, as Markdown with columns that stand under one another."""
    lines = [list(HEAD), *(cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    lines.insert(1, ["-" * width for width in widths])
    for line in lines:
        yield f"| {' | '.join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))} |"


def read(page: str) -> dict[tuple[str, str], list[str]]:
    """Read the cells of a table back, by what is done and what stands beside it."""
    lines = [line for line in page.splitlines() if line.startswith("| ")]
    rows = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines]
    return {(cells[0], cells[4]): cells for cells in rows if len(cells) == len(HEAD) and cells[1][:1].isdigit()}


def quoted(page: str) -> list[str]:
    """The lines of the README, from the table of a page."""
    rows = read(page)
    return [quotation(rows[key]) for key in QUOTED if key in rows]


def quotation(cells: Sequence[str]) -> str:
    """One of them."""
    what, takes, _, _, beside, *_, ratio, _ = cells
    return f"- {what}: {median_of(takes)}, {ratio} times as long as {beside}"


def median_of(span: str) -> str:
    """The median out of a cell of times."""
    return span.partition(" (")[0]


def put(page: str, lines: Iterable[str]) -> str:
    """Put lines between the two marks of a page."""
    begin, end = "<!-- begin: python -m tests.bench --write -->", "<!-- end -->"
    written, count = re.subn(
        f"{begin}\n.*?{end}", lambda _: "\n".join([begin, "", *lines, "", end]), page, count=1, flags=re.DOTALL
    )
    assert count, f"the page lacks {begin} and {end}"
    return written
