"""What a poll and each question take of a large database, by hand: ``python tests/bench/bench_large.py``.

A database with two million visits of 200 watched airframes and a year of polls a minute, made by code; most visits are to one
hub. Each question is a process of its own: its seconds on the clock and of processor time, and the most memory that it held.
Beside those that read visits stands the bare query, by turns, in a process of its own too: the same rows through Python's
sqlite3, and nothing done with them. The ratio is of processor time, which others on the machine change least, beyond what
`version` takes.
"""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import NamedTuple

VISITS, AIRFRAMES, POLLS = 2_000_000, 200, 365 * 1440
START = 1_735_689_600
"""1 January 2025."""
HUB = ("ZKPY", "FNJ", "Pyongyang Sunan International Airport", 39.224, 125.670)
OTHERS = (
    ("UHWW", "VVO", "Vladivostok International Airport", 43.399, 132.148),
    ("UUWW", "VKO", "Vnukovo International Airport", 55.591, 37.261),
    ("LSZH", "ZRH", "Zurich Airport", 47.464, 8.549),
)
HUB_SHARE = 0.7
ASKED, BALANCES = '[{"icao24s":[],"box":null}]', "[3999]"
LANDED = 5
"""Landings in the poll that is measured."""

Row = tuple[object, ...]


def names() -> list[tuple[str, str]]:
    """The watched airframes, icao24 and tail number."""
    return [(f"4b{number:04x}", f"T-{number:04d}") for number in range(1, AIRFRAMES + 1)]


def watchlist() -> str:
    """A watchlist of them and the hub."""
    aircraft = "".join(f"  - {{registration: {tail}, icao24: {icao24}}}\n" for icao24, tail in names())
    return f"aircraft:\n{aircraft}airports:\n  - FNJ\nnotify:\n  - print\n"


def fill(path: Path) -> None:
    """Write the visits, their landings' events for the newest, and the polls."""
    from flightwatch.storage.rows import VISIT_COLUMNS, checksum
    from flightwatch.storage.store import Store

    with Store(path):
        pass
    random, airframes = Random(1), names()
    stay = 365 * 86_400 * AIRFRAMES / VISITS

    def row(number: int) -> Row:
        icao24, tail = airframes[number % AIRFRAMES]
        field = HUB if random.random() < HUB_SHARE else random.choice(OTHERS)
        came = START + int(number / AIRFRAMES * stay) + random.randrange(600)
        left = came + random.randrange(600, 2400)
        inferred = random.random() < 0.2
        basis, confidence, bounds = ("inferred", 0.83, 300) if inferred else ("observed", 1.0, 30)
        is_open = number >= VISITS - AIRFRAMES
        end = (None,) * 5 if is_open else (left, left - bounds, left + bounds, basis, confidence)
        id_ = f"{random.getrandbits(64):016x}"
        flown = f"AKY{number % 997}"
        arrival = (came, came - bounds, came + bounds, basis, confidence, f"{random.getrandbits(64):016x}")
        values = (id_, icao24, tail, flown, *field, *arrival, *end, None)
        return (*values, checksum(*values))

    with sqlite3.connect(path) as db:
        marks = ", ".join("?" * len(VISIT_COLUMNS.split(",")))
        db.executemany(f"INSERT INTO visits ({VISIT_COLUMNS}) VALUES ({marks})", map(row, range(VISITS)))  # noqa: S608
        db.executemany(
            "INSERT INTO polls (started, at, outcome, vectors, skipped, credits_remaining, duration_ms, signed_in, gap, asked, "
            "balances) VALUES (?1, ?1 - 5, 'ok', 9000, 0, 3999, 800, 1, 60, ?2, ?3)",
            ((START + n * 60, *((ASKED, BALANCES) if POLLS - n < 3 * 1440 else (None, None))) for n in range(POLLS)),
        )
        db.executemany(
            "INSERT INTO listed (subject, since) VALUES (?, ?)", [(name, START) for name in ("ZKPY", *dict(airframes))]
        )
    db.close()


def measure_poll(path: Path, listed: Path) -> None:
    """Ask what a poll asks around the newest landings at the hub, and print how long that took."""
    from flightwatch.app.alert_context import alert_of
    from flightwatch.app.watchlist_file import read_watchlist
    from flightwatch.core.ids import event_ids
    from flightwatch.core.model import Event, instant
    from flightwatch.core.selection import Selection
    from flightwatch.storage.poll_log import PollLog
    from flightwatch.storage.store import Store
    from flightwatch.storage.tables import load_airports

    airports = load_airports()
    watched = read_watchlist(listed, environment={}, airports=airports)
    with Store(path) as store:
        visits = store.visits(Selection(limit=LANDED), airport_icao=HUB[0])
        events = [
            Event(
                id=event_ids(visit)[0],
                type="landing",
                icao24=visit.icao24,
                registration=visit.registration,
                callsign=visit.callsign,
                airport=visit.airport,
                time=visit.arrival.at or visit.arrival.latest,
                earliest=visit.arrival.earliest or visit.arrival.latest,
                latest=visit.arrival.latest,
                basis=visit.arrival.basis,
                confidence=visit.arrival.confidence,
                detected_at=visit.arrival.latest,
                visit=visit.id,
            )
            for visit in visits
        ]
        began = perf_counter()
        now = instant(START + 365 * 86_400)
        log = PollLog(store)
        log.ledger(now, signed_in=True), log.begun(), log.memory(watched.watched), store.tracks()
        planned = perf_counter()
        for event in events:
            alert_of(event, store, watched, airports)
        print(f"plan {planned - began:.2f} s, {len(events)} alerts {perf_counter() - planned:.2f} s", file=sys.stderr)


class Taken(NamedTuple):
    """What a process took."""

    seconds: float
    """On the clock."""
    cpu_s: float
    peak_mb: float
    printed: int
    """Bytes."""


def question(database: Path, listed: Path, *words: str) -> Taken:
    """Ask in a process of its own; return what it took."""
    code = (
        "import atexit, resource, runpy, sys; sys.argv = sys.argv[1:]\n"
        "used = lambda: resource.getrusage(resource.RUSAGE_SELF)\n"
        "told = lambda: print('USED', used().ru_maxrss, used().ru_utime + used().ru_stime, file=sys.stderr)\n"
        "atexit.register(told)\n"
        "runpy.run_module(sys.argv[0], run_name='__main__', alter_sys=True) if sys.argv[0] == 'flightwatch' else "
        "runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    is_ours = words[:1] == (__file__,) or words[-1:] == ("version",)
    known = () if is_ours else ("--db", str(database), "--watchlist", str(listed))
    with (database.parent / "out").open("wb") as out:
        began = perf_counter()
        done = subprocess.run([sys.executable, "-c", code, *words, *known], stdout=out, stderr=subprocess.PIPE)
        seconds = perf_counter() - began
    *said, used = done.stderr.decode().strip().splitlines()
    if said or done.returncode:
        print("   ", *said[-3:], done.returncode)
    _, peak, cpu_s = used.split()
    return Taken(seconds, float(cpu_s), int(peak) / 1024, (database.parent / "out").stat().st_size)


def read_bare(path: Path, name: str) -> None:
    """Read the rows that a question reads, and do nothing with them."""
    from flightwatch.storage.database import CACHE_KIB
    from flightwatch.storage.rows import VISIT_COLUMNS

    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        rows = db.execute(f"SELECT {VISIT_COLUMNS} FROM visits WHERE retracted IS NULL AND {BARE[name]}")  # noqa: S608
        while rows.fetchmany(500):
            pass


QUESTIONS: dict[str, tuple[str, ...]] = {
    "poll": (__file__, "poll"),
    "table": ("flightwatch", "history", "FNJ", "--offline"),
    "--limit 20": ("flightwatch", "history", "FNJ", "--offline", "--limit", "20"),
    "tail": ("flightwatch", "history", "T-0001", "--offline", "--limit", "20"),
    "one month": ("flightwatch", "history", "FNJ", "--offline", "--since", "2025-12", "--format", "csv"),
    "csv": ("flightwatch", "history", "FNJ", "--offline", "--format", "csv"),
    "jsonl": ("flightwatch", "history", "FNJ", "--offline", "--format", "jsonl"),
    "geojson": ("flightwatch", "history", "FNJ", "--offline", "--format", "geojson"),
    "--summary": ("flightwatch", "history", "FNJ", "--offline", "--summary"),
    "report": ("flightwatch", "report", "FNJ", "-o", "/dev/null"),
    "status": ("flightwatch", "status"),
}


_AT_HUB = "airport_icao = 'ZKPY'"
_IN_ORDER = "ORDER BY arrived_latest DESC, id"
BARE = {
    "table": f"{_AT_HUB} {_IN_ORDER} LIMIT 2001",
    "--limit 20": f"{_AT_HUB} {_IN_ORDER} LIMIT 21",
    "tail": f"icao24 = '4b0001' {_IN_ORDER}",
    "one month": f"{_AT_HUB} AND coalesce(departed, departed_latest, 253402300800) >= 1764547200 {_IN_ORDER}",
    **dict.fromkeys(("csv", "jsonl", "geojson", "--summary", "report"), f"{_AT_HUB} {_IN_ORDER}"),
}
"""Which visits a question reads, in SQL."""


def main(folder: Path, chosen: list[str]) -> None:
    """Make the database where it is not there yet, ask, print."""
    database, listed = folder / "large.db", folder / "watchlist.yaml"
    listed.write_text(watchlist())
    if not database.exists():
        fill(database)
    print(f"{VISITS:,} visits, {POLLS:,} polls: {database.stat().st_size / 1e6:,.0f} MB")
    start = question(database, listed, "flightwatch", "version")
    print(f"{'version':<12} {start.seconds:7.2f} s {start.cpu_s:7.2f} s cpu {start.peak_mb:5.0f} MB")
    for name in chosen or QUESTIONS:
        words, ratio = QUESTIONS[name], ""
        if name == "poll":
            words = (*words, str(database), str(listed))
        if name in BARE:
            bare = question(database, listed, __file__, "bare", str(database), name).cpu_s
        it = question(database, listed, *words)
        if name in BARE:
            ratio = f"  bare {bare:6.2f} s cpu, {(it.cpu_s - start.cpu_s) / bare:4.1f} times"
        print(
            f"{name:<12} {it.seconds:7.2f} s {it.cpu_s:7.2f} s cpu {it.peak_mb:5.0f} MB",
            f"{it.printed / 1e6:7.1f} MB printed{ratio}",
            flush=True,
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["poll"]:
        measure_poll(Path(sys.argv[2]), Path(sys.argv[3]))
    elif sys.argv[1:2] == ["bare"]:
        read_bare(Path(sys.argv[2]), sys.argv[3])
    elif sys.argv[1:]:
        main(Path(sys.argv[1]), sys.argv[2:])
    else:
        with TemporaryDirectory() as made:
            main(Path(made), [])
