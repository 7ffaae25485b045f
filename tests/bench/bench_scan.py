"""A scan of a day of the world, beside DuckDB's own filter and sort that writes the rows of the same airframes.

The archive is made by made_archive.py: 48 million rows, a look every ten seconds, 50,000 airframes; a half and a quarter of it
are its first hours. ``taskset`` keeps both to one core. Of 17,000 tails some 1,500 fly that day, as of a list of the world's
noteworthy aircraft; of shorter lists all. Memory is of all processes.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from made_archive import icao24s, make
from measuring import Measured, Taken, by_turns, family, process
from pyarrow.parquet import read_metadata

AIRFRAMES, HOURS, STEP_S = 50_000, 24, 10
FEW, FEW_HOURS, FEW_STEP_S = 600, 4, 60
ROUNDS = 3
FEWER, TAILS, LISTED, OF_THEM_FLYING = (5, 50), 500, 17_000, 1_500
PARTS = {"half": 2, "quarter": 4}
"""Archives of that part of the hours."""
BESIDE = "DuckDB's filter and sort"
ONE_CORE = ("taskset", "-c", "0")

FILTER = """
import sys, duckdb
folder, tails = sys.argv[1:]
names = ", ".join(map(repr, open(tails).read().split()))
rows = f"SELECT * FROM read_parquet('{folder}/*.parquet') WHERE icao24 IN ({names}) ORDER BY icao24, time"
duckdb.sql(f"COPY ({rows}) TO '{tails}.parquet'")
"""
"""What it is compared with, as a program."""


class Bench:
    """A folder with archives and lists, in which both sides run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "FLIGHTWATCH_CACHE": str(folder)}

    def listing(self, name: str, icao24s: Sequence[str]) -> None:
        """Write a watchlist, and its names for the filter."""
        rows = "".join(f"  - {{icao24: {icao24}}}\n" for icao24 in icao24s)
        (self.folder / f"{name}.yaml").write_text(f"aircraft:\n{rows}notify: [print]\n")
        (self.folder / name).write_text("\n".join(icao24s))

    def ours(
        self, archive: Path, listing: str, wrapped: Sequence[str] = (), more: Sequence[str] = ()
    ) -> Callable[[], Taken]:
        """A scan, with ``more`` options."""
        words = ["scan", str(archive), "--watchlist", f"{listing}.yaml", "--format", "jsonl", "--anew", *more]
        command = [*wrapped, sys.executable, "-m", "flightwatch", *words]
        return partial(family, command, self._environment, self.folder)

    def beside(self, archive: Path, listing: str, wrapped: Sequence[str] = ()) -> Callable[[], Taken]:
        """DuckDB alone."""
        command = [*wrapped, sys.executable, "-c", FILTER, str(archive), listing]
        return partial(process, command, self._environment, self.folder)


def measure(*, quick: bool) -> list[Measured]:
    """All rows, on all cores and on one; parts of them; and fewer and more tails."""
    airframes, hours, step_s = (FEW, FEW_HOURS, FEW_STEP_S) if quick else (AIRFRAMES, HOURS, STEP_S)
    with TemporaryDirectory() as name:
        bench = Bench(Path(name))
        make(bench.folder / "whole", airframes, hours, step_s)
        for part, of_it in PARTS.items():
            (bench.folder / part).mkdir()
            for file in sorted((bench.folder / "whole").iterdir())[: hours // of_it]:
                (bench.folder / part / file.name).hardlink_to(file)
        flying = Random(2).sample(icao24s(airframes), min(OF_THEM_FLYING, airframes))
        silent = [f"{number:06x}" for number in Random(3).sample(range(0xF00000, 0xFFFFFF), LISTED - len(flying))]
        for tails in (*FEWER, TAILS):
            bench.listing(f"{tails}", flying[:tails])
        bench.listing(f"{LISTED}", [*flying, *silent])
        return [*_measured(bench, 1 if quick else ROUNDS)]


def _measured(bench: Bench, rounds: int) -> Iterator[Measured]:
    rows = {archive: rows_in(bench.folder / archive) for archive in ("whole", *PARTS)}
    for what, archive, tails, wrapped in (
        (f"scan {rows['whole']:,} rows for {TAILS} tails", "whole", TAILS, ()),
        ("the same on one core", "whole", TAILS, ONE_CORE),
        *((f"a {part} of the rows", part, TAILS, ()) for part in PARTS),
        *((f"all rows for {tails:,} tails", "whole", tails, ()) for tails in (*FEWER, LISTED)),
    ):
        works = {
            "flightwatch": bench.ours(bench.folder / archive, f"{tails}", wrapped),
            BESIDE: bench.beside(bench.folder / archive, f"{tails}", wrapped),
        }
        sides = by_turns(works, rounds)
        yield Measured(what, sides["flightwatch"], sides[BESIDE], rows[archive], "rows")


def rows_in(archive: Path) -> int:
    """How many rows the files of a folder have."""
    return sum(read_metadata(file).num_rows for file in archive.iterdir())
