"""What ``history`` takes of a million visits, beside the bare query for the same rows.

A database made by code: a million visits of ten thousand airframes, seven in ten of them to one hub, and a year of polls every
minute with some holes. First in a process that has it open: a tail's visits as values, and with them how far the record goes.
Then each question as a process of its own, with Python's start, beside a process that fetches the same rows through Python's
sqlite3 and does nothing with them. Last what a poll asks of such a database when aircraft land.
"""

import os
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from made_visits import tally
from measuring import Measured, Taken, by_turns, calls, named, process, tell

from flightwatch.app.alert_context import alert_of
from flightwatch.app.history import context_line, known, watch_times_of
from flightwatch.app.knowledge import Knowledge
from flightwatch.app.topic import find_topic
from flightwatch.app.watchlist_file import read_watchlist
from flightwatch.core.ids import event_ids
from flightwatch.core.model import Event, instant
from flightwatch.core.selection import Selection
from flightwatch.core.visits import Visit
from flightwatch.storage.database import CACHE_KIB
from flightwatch.storage.poll_log import PollLog
from flightwatch.storage.rows import VISIT_COLUMNS, checksum
from flightwatch.storage.store import Store
from flightwatch.storage.tables import load_airports

VISITS, FEW_VISITS = 1_000_000, 600
AIRFRAMES, FEW_AIRFRAMES, WATCHED = 10_000, 30, 200
POLLS, FEW_POLLS = 365 * 1440, 1440
HOLE_EVERY, HOLE = 30 * 1440, 180
"""Every 30 days nobody watched for three hours, min."""
START = 1_735_689_600
"""1 January 2025."""
YEAR_S = 365 * 86_400
NOW = instant(START + YEAR_S)
HUB = ("ZKPY", "FNJ", "Pyongyang Sunan International Airport", 39.224, 125.670)
OTHERS = (
    ("UHWW", "VVO", "Vladivostok International Airport", 43.399, 132.148),
    ("UUWW", "VKO", "Vnukovo International Airport", 55.591, 37.261),
    ("LSZH", "ZRH", "Zurich Airport", 47.464, 8.549),
)
HUB_SHARE, INFERRED_SHARE = 0.7, 0.2
ASKED, BALANCES = '[{"icao24s":[],"box":null}]', "[3999]"
LANDED = 5
"""Landings in the poll that is measured."""
ROUNDS, LONG_ROUNDS, TIMES, FEW_TIMES = 7, 1, 101, 5
TAIL, ICAO24 = "T-00001", "4b0001"
DATABASE, LISTED = "large.db", "watchlist.yaml"

_AT_HUB = f"airport_icao = '{HUB[0]}'"
_IN_ORDER = "ORDER BY arrived_latest DESC, id"
QUESTIONS = {
    "a tail's newest 20": (("history", TAIL, "--limit", "20"), f"icao24 = '{ICAO24}' {_IN_ORDER} LIMIT 21"),
    "a hub's newest 20": (("history", "FNJ", "--limit", "20"), f"{_AT_HUB} {_IN_ORDER} LIMIT 21"),
    "a hub's newest 2,000": (("history", "FNJ"), f"{_AT_HUB} {_IN_ORDER} LIMIT 2001"),
}
"""What is asked, and which visits that reads, in SQL."""
LONG_QUESTIONS = {
    "all of a hub as CSV": (("history", "FNJ", "--format", "csv"), f"{_AT_HUB} {_IN_ORDER}"),
    "all of a hub as JSON lines": (("history", "FNJ", "--format", "jsonl"), f"{_AT_HUB} {_IN_ORDER}"),
    "all of a hub counted": (("history", "FNJ", "--summary"), f"{_AT_HUB} {_IN_ORDER}"),
    "all of a hub as a report": (("report", "FNJ", "-o", os.devnull), f"{_AT_HUB} {_IN_ORDER}"),
}
"""The same of those that read all visits to the hub."""

BARE = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute(f"PRAGMA cache_size = -{sys.argv[2]}")
rows = db.execute(sys.argv[3])
while rows.fetchmany(500):
    pass
"""
"""Reads what a question reads, with as much cache, and does nothing with it."""

Row = tuple[object, ...]


def names(airframes: int) -> list[tuple[str, str]]:
    """The airframes, icao24 and tail number."""
    return [(f"4b{number:04x}", f"T-{number:05d}") for number in range(1, airframes + 1)]


def fill(path: Path, visits: int, airframes: int, polls: int) -> None:
    """Write the visits, one after another of each airframe, and the polls."""
    with Store(path):
        pass
    random, everybody = Random(1), names(airframes)
    stay_s = YEAR_S * airframes / visits

    def row(number: int) -> Row:
        icao24, tail = everybody[number % airframes]
        field = HUB if random.random() < HUB_SHARE else random.choice(OTHERS)
        came = START + int(number // airframes * stay_s) + random.randrange(int(stay_s / 10))
        left = came + random.randrange(600, int(stay_s / 2))
        basis, confidence, bounds = (
            ("inferred", 0.83, 300) if random.random() < INFERRED_SHARE else ("observed", 1.0, 30)
        )
        is_open = number >= visits - airframes
        end = (None,) * 5 if is_open else (left, left - bounds, left + bounds, basis, confidence)
        arrival = (came, came - bounds, came + bounds, basis, confidence, f"{random.getrandbits(64):016x}")
        values = (f"{random.getrandbits(64):016x}", icao24, tail, f"AKY{number % 997}", *field, *arrival, *end, None)
        return (*values, checksum(*values))

    with closing(sqlite3.connect(path)) as db, db:
        marks = ", ".join("?" * len(VISIT_COLUMNS.split(",")))
        db.executemany(f"INSERT INTO visits ({VISIT_COLUMNS}) VALUES ({marks})", map(row, range(visits)))  # noqa: S608
        times = [START + n * 60 for n in range(polls) if n % HOLE_EVERY >= HOLE]
        newest = times[-1] - 3 * 86_400
        db.executemany(
            "INSERT INTO polls (started, at, outcome, vectors, skipped, credits_remaining, duration_ms, signed_in, gap, asked, "
            "balances) VALUES (?1, ?1 - 5, 'ok', 9000, 0, 3999, 800, 1, ?1 - ?2, ?3, ?4)",
            (
                (at, before, *((ASKED, BALANCES) if at > newest else (None, None)))
                for at, before in zip(times, [None, *times], strict=False)
            ),
        )
        listed = [HUB[0], *(icao24 for icao24, _ in everybody[:WATCHED])]
        db.executemany("INSERT INTO listed (subject, since) VALUES (?, ?)", [(subject, times[0]) for subject in listed])


def watchlist(airframes: int) -> str:
    """A watchlist of some of them and the hub."""
    chosen = names(airframes)[:WATCHED]
    aircraft = "".join(f"  - {{registration: {tail}, icao24: {icao24}}}\n" for icao24, tail in chosen)
    return f"aircraft:\n{aircraft}airports:\n  - FNJ\nnotify:\n  - print\n"


def measure(*, quick: bool) -> list[Measured]:
    """The tail in a process that has the database open, the questions, the poll."""
    visits, airframes, polls = (FEW_VISITS, FEW_AIRFRAMES, FEW_POLLS) if quick else (VISITS, AIRFRAMES, POLLS)
    rounds = 1 if quick else ROUNDS
    with TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder / DATABASE, visits, airframes, polls)
        (folder / LISTED).write_text(watchlist(airframes))
        environment = {"PATH": os.environ["PATH"], "HOME": name}

        def called(way: str, times: int) -> Callable[[], Taken]:
            return partial(calls, [__file__, way, str(times)], folder)

        def asked(questions: Mapping[str, tuple[Sequence[str], str]], rounds: int) -> Iterator[Measured]:
            for what, (words, which) in questions.items():
                offline = ["--offline"] if words[0] == "history" else []
                ours = [sys.executable, "-m", "flightwatch", *words, *offline, "--db", DATABASE, "--watchlist", LISTED]
                query = f"SELECT {VISIT_COLUMNS} FROM visits WHERE retracted IS NULL AND {which}"  # noqa: S608 our own
                bare = [sys.executable, "-c", BARE, DATABASE, str(CACHE_KIB), query]
                works = {"ours": ours, "bare": bare}
                sides = by_turns(
                    {
                        way: partial(process, command, environment, folder, folder / "out")
                        for way, command in works.items()
                    },
                    rounds,
                )
                name = f"`{words[0]}` of {visits:,} visits: {what}"
                yield Measured(name, sides["ours"], named(sides["bare"], "Python and the bare query"))

        inside = by_turns({way: called(way, 1 if quick else TIMES) for way in ("rows", "found", "told")}, rounds)
        bare = named(inside["rows"], "the bare query")
        poll = by_turns({"poll": called("poll", 1 if quick else FEW_TIMES)}, rounds)
        return [
            Measured(f"a tail's visits among {visits:,}, as values", inside["found"], bare),
            Measured("the same, and how far the record goes", inside["told"], bare),
            *asked(QUESTIONS, rounds),
            *asked(LONG_QUESTIONS, 1 if quick else LONG_ROUNDS),
            Measured(f"what a poll with {LANDED} landings asks of this database", poll["poll"]),
        ]


def tell_rows(times: int) -> None:
    """Fetch the rows of one tail."""
    query = f"SELECT {VISIT_COLUMNS} FROM visits WHERE retracted IS NULL AND icao24 = ? {_IN_ORDER}"  # noqa: S608
    with closing(sqlite3.connect(DATABASE)) as db:
        tell(lambda: db.execute(query, (ICAO24,)).fetchall(), times)


def tell_tail(times: int, *, is_context: bool) -> None:
    """Find the visits of one tail, and where it is asked for, how far the record goes."""
    airports = load_airports()
    with Store(Path(DATABASE)) as store:
        knowledge = Knowledge(store, None, airports, NOW)

        def found() -> object:
            return known(find_topic(TAIL, None, store, airports), knowledge)

        def told() -> object:
            subject = find_topic(TAIL, None, store, airports)
            visits = known(subject, knowledge).visits
            return context_line(subject, tally(visits), watch_times_of(subject, knowledge), knowledge)

        tell(told if is_context else found, times)


def tell_poll(times: int) -> None:
    """Ask what a poll asks that finds the newest landings at the hub."""
    airports = load_airports()
    watched = read_watchlist(Path(LISTED), environment={}, airports=airports)
    with Store(Path(DATABASE)) as store:
        events = [landing(visit) for visit in store.visits(Selection(limit=LANDED), airport_icao=HUB[0])]

        def poll() -> None:
            log = PollLog(store)
            log.ledger(NOW, signed_in=True), log.begun(), log.memory(watched.watched), store.tracks()
            for event in events:
                alert_of(event, store, watched, airports)

        tell(poll, times)


def landing(visit: Visit) -> Event:
    """The event that told of this visit."""
    return Event(
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


TELLING: dict[str, Callable[[int], None]] = {
    "rows": tell_rows,
    "found": partial(tell_tail, is_context=False),
    "told": partial(tell_tail, is_context=True),
    "poll": tell_poll,
}

if __name__ == "__main__":
    TELLING[sys.argv[1]](int(sys.argv[2]))
