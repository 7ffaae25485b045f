"""What a second source that hears farther gains, by hand: ``python tests/accuracy/farther_ear.py [--count 400] [--seed 1]``.

The same invented visits to North Korea (`pyongyang`), heard by OpenSky alone, and by a second source too that hears 60 km nearer
to the field. Prints the table that docs/explanation/sources.md shows.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from invented import track_events
from made import ICAO24, Case
from msgspec.structs import replace
from pyongyang import visits

from flightwatch.core.airports import Airports
from flightwatch.core.merging import merged
from flightwatch.core.model import Event, Poll
from flightwatch.storage.tables import load_airports
from flightwatch.tracking.track import Rules

MIN_CONFIDENCE = 0.6
"""The default of a watchlist."""

NEARER_KM = 60.0
OTHER = "adsb.lol"


@dataclass
class Found:
    """What was told of the visits."""

    visits: int = 0
    right: int = 0
    wrong: int = 0
    none: int = 0
    open: int = 0
    """Told without a field."""
    delays_s: list[float] = field(default_factory=list)
    """From touchdown to alert, of the right ones."""
    widths_s: list[float] = field(default_factory=list)
    """Of the range of the dwell told, where it has two ends."""
    held: int = 0
    """Of these: the true dwell is in the range."""
    sure: list[float] = field(default_factory=list)


def both(alone: Case, nearer: Case) -> tuple[Poll, ...]:
    """The polls of both sources, merged as a live poll merges them."""
    others = (replace(poll, sources=(OTHER,)) for poll in nearer.polls)
    return tuple(merged(pair) for pair in zip(alone.polls, others, strict=True))


def look(found: Found, case: Case, polls: Sequence[Poll], airports: Airports) -> None:
    """Count what is told of one visit."""
    events = list(track_events(polls, ICAO24, airports, Rules(MIN_CONFIDENCE, case.watched)))
    gone = {event.retracts for event in events}
    landings = [e for e in events if e.type == "landing" and e.id not in gone]
    departures = [e for e in events if e.type == "departure"]
    found.visits += 1
    if not landings or case.landed_at is None or case.left_at is None:
        found.none += 1
        return
    first = landings[0]
    if first.airport is None:
        found.open += 1
    elif first.airport.icao != case.airport:
        found.wrong += 1
    else:
        found.right += 1
        found.delays_s.append(first.detected_at.timestamp() - case.landed_at)
        found.sure.append(first.confidence)
    _dwell(found, departures, case.left_at - case.landed_at)


def _dwell(found: Found, departures: Sequence[Event], true_s: int) -> None:
    told = next((e for e in departures if e.dwell_min_s is not None and e.dwell_max_s is not None), None)
    if told is not None and told.dwell_min_s is not None and told.dwell_max_s is not None:
        found.widths_s.append(told.dwell_max_s - told.dwell_min_s)
        found.held += told.dwell_min_s <= true_s <= told.dwell_max_s


def row(name: str, found: Found) -> str:
    """A row of the table."""
    delay, width = median(found.delays_s) / 60, median(found.widths_s) / 60
    return (
        f"| {name} | {found.right} | {found.open} | {found.wrong} | {found.none} | {median(found.sure):.2f} | {delay:.0f} min | "
        f"{width:.0f} min | {found.held / len(found.widths_s):.0%} |"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    airports = load_airports()
    alone, two = Found(), Found()
    nearer = visits(airports, given.seed, given.count, nearer_km=NEARER_KM)
    for case, near in zip(visits(airports, given.seed, given.count), nearer, strict=True):
        look(alone, case, case.polls, airports)
        look(two, case, both(case, near), airports)
    heads = ("heard by", "right field", "field open", "wrong field", "not told", "sure, median", "delay, median")
    print(f"| {' | '.join(heads)} | dwell's range, median | holds the true one |")
    print("|---" * (len(heads) + 2) + "|")
    print(row("OpenSky", alone))
    print(row(f"OpenSky and one that hears {NEARER_KM:.0f} km farther", two))


if __name__ == "__main__":
    main()
