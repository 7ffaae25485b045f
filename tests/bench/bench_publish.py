"""What ``publish`` takes of a thousand visits, into a new folder, and again with nothing new, beside reading the visits alone.

Databases made by code: a thousand visits of ten aircraft to two airports, and of three hundred, with their events. Each is a
process of its own with Python's start. What it is compared with prints the same visits as CSV.
"""

import os
import shutil
import sys
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from made_records import record, stay
from made_visits import VLADIVOSTOK, at, moment
from measuring import Measured, Taken, by_turns, named, process

from flightwatch.core.ids import identity

VISITS, FEW_VISITS = 1000, 4
AIRCRAFT = {"the same again": 10, "those many pages again": 300}
"""How many aircraft have the visits, by what writing their pages a second time is called."""
FEW_AIRCRAFT = {"the same again": 1, "those many pages again": 2}
ROUNDS = 3
SINCE = at("2023-01-01T00:00")


def fill(path: Path, visits: int, aircraft: int) -> None:
    """Write the visits, one after another of each aircraft, each six hours long."""
    stays = []
    for number in range(visits):
        came = SINCE + timedelta(hours=12 * (number // aircraft), minutes=number % aircraft)
        place = {"airport": VLADIVOSTOK, "latitude": 43.399, "longitude": 132.148} if number % 3 == 0 else {}
        about = {"icao24": icao24(number % aircraft), "registration": tail(number % aircraft), "callsign": "KOR271"}
        named_by = {"id": identity("visit", number), "landing": identity("landing", number)}
        seen = moment(f"{came:%Y-%m-%dT%H:%M}", minutes=5, confidence=0.93)
        stays.append(stay(number, came, 6, arrival=seen, **(about | place | named_by)))
    record(path, stays, last(visits, aircraft))


def last(visits: int, aircraft: int) -> datetime:
    return SINCE + timedelta(hours=12 * (visits // aircraft + 1))


def icao24(number: int) -> str:
    return f"{0x727800 + number:06x}"


def tail(number: int) -> str:
    return f"P-{800 + number}"


def measure(*, quick: bool) -> list[Measured]:
    """A new folder, and the same again, with few pages and with many."""
    visits, fleets, rounds = (FEW_VISITS, FEW_AIRCRAFT, 1) if quick else (VISITS, AIRCRAFT, ROUNDS)
    return [row for again, aircraft in fleets.items() for row in published(visits, aircraft, rounds, again)]


def published(visits: int, aircraft: int, rounds: int, again: str) -> list[Measured]:
    """A folder with so many visits of so many aircraft."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder / "f.db", visits, aircraft)
        tails = [tail(number) for number in range(aircraft)]
        listed = "".join(f"  - {{registration: {tail(n)}, icao24: {icao24(n)}}}\n" for n in range(aircraft))
        (folder / "watchlist.yaml").write_text(f"aircraft:\n{listed}airports: [FNJ, VVO]\n")
        environment = {"PATH": os.environ["PATH"], "HOME": name}

        def run(*words: str, into: str = "out") -> Taken:
            command = [sys.executable, "-m", "flightwatch", *words, "--db", "f.db", "--watchlist", "watchlist.yaml"]
            return process(command, environment, folder, folder / into)

        works = {
            "new": partial(run, "publish", "new"),
            "again": partial(run, "publish", "again"),
            "read": partial(run, "history", *tails, "--offline", "--format", "csv"),
        }
        works["again"]()
        sides = by_turns(works, rounds, lambda: shutil.rmtree(folder / "new", ignore_errors=True))
    read = named(sides["read"], "`history --format csv` of the same")
    what = f"`publish` of {visits:,} visits, a page for each of {aircraft:,} aircraft and their airports"
    return [
        Measured(what, sides["new"], read, visits, "visits"),
        Measured(f"{again}, with nothing new", sides["again"], read),
    ]
