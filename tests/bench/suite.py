"""The benchmark suite: one table with the compared thing beside ours, from one run.

    python -m tests.bench [MEMBER ...] [--quick] [--write]

MEMBER: start, decode, …; all unless some are named. ``--write`` puts the table into docs/explanation/speed.md and some of its
rows into README.md. ``--quick`` takes small sizes, to see whether it works. What a member is, is told in measuring.py.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from time import perf_counter

import machine
from measuring import Measured
from speed_table import put, quoted, table

MEMBERS = (
    "start",
    "decode",
    "tracker",
    "history",
    "publish",
    "poll",
    "selectors",
    "sources",
    "airports",
    "scan",
    "spark",
)
"""Each is a file, named ``bench_`` and this; the table has them in this order."""

ROOT = Path(__file__).resolve().parents[2]
PAGE, README = ROOT / "docs" / "explanation" / "speed.md", ROOT / "README.md"


def measured(members: Sequence[str], *, quick: bool) -> Iterator[Measured]:
    """Run the members, and say on stderr which and for how long."""
    for name in members:
        print(f"{name} …", end=" ", file=sys.stderr, flush=True)
        began = perf_counter()
        yield from import_module(f"bench_{name}").measure(quick=quick)
        print(f"{perf_counter() - began:.0f} s", file=sys.stderr, flush=True)


def run(members: Sequence[str], *, quick: bool) -> list[str]:
    """Give the lines of the table, with the machine above it."""
    begun = machine.now_and_load()
    rows = list(measured(members, quick=quick))
    about = [*machine.described(), f"Begun {begun}; ended {machine.now_and_load()}"]
    return [*(f"- {line}" for line in about), "", *table(rows)]


def main() -> None:
    """Print the table, and write it where that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.partition("\n")[0])
    parser.add_argument("members", nargs="*", metavar="MEMBER", help=f"one or more of {', '.join(MEMBERS)}; else all")
    parser.add_argument("--quick", action="store_true", help="small sizes, to see whether it works")
    parser.add_argument("--write", action="store_true", help="write the table into docs and README.md")
    given = parser.parse_args()
    if unknown := [name for name in given.members if name not in MEMBERS]:
        parser.error(f"there is no {unknown[0]}: choose of {', '.join(MEMBERS)}")
    if given.write and (given.quick or given.members):
        parser.error("--write writes one run of all members in full: leave out --quick and their names")
    chosen = [name for name in MEMBERS if name in given.members] or MEMBERS
    lines = run(chosen, quick=given.quick)
    print("\n".join(lines))
    if given.write:
        PAGE.write_text(put(PAGE.read_text("utf-8"), lines), "utf-8")
        README.write_text(put(README.read_text("utf-8"), quoted("\n".join(lines))), "utf-8")
