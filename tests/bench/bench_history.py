"""What ``history`` of one tail takes beside the bare query, by hand: ``python tests/bench/bench_history.py``.

A database with a million visits of ten thousand airframes and a year of polls every minute with some holes, made by code.
Timed in one process, without Python's start, in turn: *bare* is SQLite's own indexed query for the rows of one tail; *found*
is `find_topic` and `known`, which give the same visits as values; *told* adds how far the record goes, as the table does.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from flightwatch.app.history import context_line, known, watch_times_of
from flightwatch.app.knowledge import Knowledge
from flightwatch.app.topic import find_topic
from flightwatch.core.model import instant
from flightwatch.core.selection import tally
from flightwatch.storage.rows import VISIT_COLUMNS, checksum
from flightwatch.storage.store import Store
from flightwatch.storage.tables import load_airports

VISITS, AIRFRAMES = 1_000_000, 10_000
POLLS = 365 * 1440
HOLE_EVERY, HOLE = 30 * 1440, 180
"""Every 30 days nobody watched for three hours, min."""
START = 1_672_531_200
"""1 January 2023."""
NOW = instant(START + 365 * 86_400)
FIELDS = [
    ("ZKPY", "FNJ", "Pyongyang"),
    ("UHWW", "VVO", "Vladivostok"),
    ("UUWW", "VKO", "Vnukovo"),
    ("LSZH", "ZRH", "Zurich"),
]
TAIL, ICAO24 = "RA-86559", "15521f"
ROUNDS = 101


def fill(path: Path) -> None:
    """Write the visits and the polls."""
    with Store(path):
        pass
    random = Random(1)
    names = [(ICAO24, TAIL)] + [(f"{n:06x}", f"T-{n:05d}") for n in range(1, AIRFRAMES)]

    def row(number: int) -> tuple[object, ...]:
        icao24, tail = names[number % AIRFRAMES]
        field = random.choice(FIELDS)
        came = START + random.randrange(365 * 86_400)
        left = came + random.randrange(3600, 90_000)
        ends = (came, came - 60, came + 60, "observed", 1.0), (left, left - 60, left + 60, "observed", 1.0)
        values = (
            f"{random.getrandbits(64):016x}",
            icao24,
            tail,
            "TST1",
            *field,
            39.2,
            125.7,
            *ends[0],
            None,
            *ends[1],
            None,
        )
        return (*values, checksum(*values))

    with sqlite3.connect(path) as db:
        marks = ", ".join("?" * len(VISIT_COLUMNS.split(",")))
        db.executemany(f"INSERT INTO visits ({VISIT_COLUMNS}) VALUES ({marks})", map(row, range(VISITS)))  # noqa: S608
        times = [START + n * 60 for n in range(POLLS) if n % HOLE_EVERY >= HOLE]
        db.executemany(
            "INSERT INTO polls (started, at, outcome, gap) VALUES (?1, ?1, 'ok', ?1 - ?2)",
            zip(times, [None, *times], strict=False),
        )
        db.execute("INSERT INTO listed (subject, since) VALUES (?, ?)", (ICAO24, times[0]))
    db.close()


def milliseconds(works: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """Time each, the median of some rounds in turn, so that what else the machine does falls on all alike."""
    taken = defaultdict[str, list[float]](list)
    for _ in range(ROUNDS):
        for name, work in works.items():
            began = perf_counter()
            work()
            taken[name].append(perf_counter() - began)
    return {name: 1000 * median(each) for name, each in taken.items()}


def main() -> None:
    """Make the database, ask, print."""
    airports = load_airports()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "flightwatch.db"
        fill(path)
        db = sqlite3.connect(path)

        def bare() -> list[object]:
            return db.execute(
                f"SELECT {VISIT_COLUMNS} FROM visits WHERE icao24 = ? AND retracted IS NULL "  # noqa: S608 constant
                "ORDER BY arrived_latest DESC, id",
                (ICAO24,),
            ).fetchall()

        with Store(path) as store:
            knowledge = Knowledge(store, None, airports, NOW)

            def found() -> object:
                return known(find_topic(TAIL, None, store, airports), knowledge)

            def told() -> object:
                subject = find_topic(TAIL, None, store, airports)
                visits = known(subject, knowledge).visits
                return context_line(subject, tally(visits), watch_times_of(subject, knowledge), knowledge)

            print(told())
            print(f"{len(bare())} of {VISITS} visits, {path.stat().st_size / 1e6:.0f} MB")
            taken = milliseconds({"bare": bare, "found": found, "told": told})
            for name, each in taken.items():
                print(f"{name:<6} {each:7.2f} ms  {each / taken['bare']:5.2f}x")
        db.close()


if __name__ == "__main__":
    main()
