"""How true the news of flights in the air is, on recordings whose landings are known.

    python tests/accuracy/news.py [SET ...] [-v]

SET: of tests/recorded, all four unless some are named. Each recording's own landing fields are watched; around Paris all three
airports, and for the airliners over Switzerland six that lie below or ahead. ``-v`` names what was not true.
"""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import quantiles

from msgspec import Struct
from recordings import SETS, Recorded, Truth, polls, truths
from scoring import bins

from flightwatch.app.replay import replay
from flightwatch.core.airports import Airports
from flightwatch.core.geo import distance_km
from flightwatch.core.model import Event, Icao24, StateVector
from flightwatch.core.watched import WatchedAircraft, WatchedAirport
from flightwatch.storage.tables import load_airports
from flightwatch.watchlist.model import AlertRules, AskedFor, Watchlist

KINDS: tuple[AskedFor, ...] = ("airborne", "lost", "approaching", "diverted", "emergency")
SKIES = {"paris": ("LFPG", "LFPO", "LFPB"), "swiss": ("LSZH", "LSGG", "LFPG", "EDDM", "EDDF", "LIMC")}
SOON_S = 1800
"""Time after the silence that made a flight lost, s, up to which a landing nobody heard makes that untrue."""


class Judged(Struct, frozen=True):
    """An event, and whether it came true."""

    recorded: Recorded
    event: Event
    is_true: bool
    landed: Truth | None
    """The next landing of the airframe; None: none is known."""


def fields_of(recorded: Recorded) -> tuple[str, ...]:
    """The airports that are watched in a recording."""
    if recorded.sky:
        return next(fields for name, fields in SKIES.items() if recorded.case.startswith(name))
    return tuple(sorted({e.airport for e in recorded.events if e.airport and e.type == "landing"}))


def told(recorded: Recorded, airports: Airports, on: tuple[AskedFor, ...] = KINDS) -> list[Event]:
    """The news that a replay of a recording tells."""
    fields = [airports.find(icao) for icao in fields_of(recorded)]
    watchlist = Watchlist(
        aircraft=tuple(WatchedAircraft(icao24, None, "given") for icao24 in recorded.icao24),
        airports=tuple(WatchedAirport(field) for field in fields if field is not None),
        alerts=AlertRules(on=on),
    )
    return list(replay(polls(recorded_set(recorded), recorded), watchlist, airports))


def recorded_set(recorded: Recorded) -> str:
    """The set that a recording is of."""
    return next(name for name in SETS if recorded in truths(name))


def judged(recorded: Recorded, events: Iterable[Event]) -> Iterator[Judged]:
    """Each event beside what happened."""
    for event in events:
        since = event.evidence[-1].last_contact - 60
        landing = next_landing(recorded, event.icao24, since)
        yield Judged(recorded, event, is_true(event, landing), landing)


def next_landing(recorded: Recorded, icao24: Icao24, since: int) -> Truth | None:
    """The first landing of an airframe after a Unix second."""
    after = (e for e in recorded.events if e.type == "landing" and e.icao24 in (None, icao24) and e.time >= since)
    return min(after, key=lambda e: e.time, default=None)


def is_true(event: Event, landing: Truth | None) -> bool:
    """Tell whether what was told came true."""
    there = landing is not None and event.airport is not None and landing.airport == event.airport.icao
    match event.type:
        case "approaching":
            return there
        case "diverted":
            return not there
        case "lost":
            return landing is None or landing.time > event.detected_at.timestamp() + SOON_S
        case _:
            return True


def is_in_time(each: Judged) -> bool:
    """Tell whether an arrival was inside the bounds that were told."""
    assert each.landed is not None
    return each.event.earliest.timestamp() <= each.landed.time <= each.event.latest.timestamp()


def counts(all_judged: Sequence[Judged]) -> Iterator[str]:
    """How many of each kind were told of a set, and how many came true."""
    for kind in KINDS:
        those = [each for each in all_judged if each.event.type == kind]
        yield f"  {kind:12} {len(those):4} told, {sum(each.is_true for each in those):4} true"
    arrivals = [each for each in all_judged if each.event.type == "approaching" and each.is_true and each.landed]
    if arrivals:
        inside = sum(map(is_in_time, arrivals))
        early = [(each.landed.time - each.event.detected_at.timestamp()) / 60 for each in arrivals if each.landed]
        middle = sorted(early)[len(early) // 2]
        yield f"  arrivals within the bounds told: {inside} of {len(arrivals)}; told {middle:.0f} min before"


def off_line_km(reports: Sequence[StateVector]) -> list[float]:
    """How far each position of an airframe is from the middle of its neighbours a minute away, along and across, km."""
    far = []
    for (a, b), (_, c) in pairwise(pairwise(reports)):
        if None in (a.latitude, b.latitude, c.latitude) or a.true_track is None or c.true_track is None:
            continue
        if abs((a.true_track - c.true_track + 180) % 360 - 180) > 2 or not 90 <= c.last_contact - a.last_contact <= 150:
            continue
        far.append(_across_km(a, b, c))
    return far


def _across_km(a: StateVector, b: StateVector, c: StateVector) -> float:
    ab, bc, ac = (_apart_km(*ends) for ends in ((a, b), (b, c), (a, c)))
    half = (ab + bc + ac) / 2
    area = max(0.0, half * (half - ab) * (half - bc) * (half - ac)) ** 0.5
    return 2 * area / ac if ac else 0.0


def _apart_km(a: StateVector, b: StateVector) -> float:
    return distance_km(a.latitude or 0.0, a.longitude or 0.0, b.latitude or 0.0, b.longitude or 0.0)


def noise() -> Iterator[str]:
    """How far positions in straight flight lie beside the line between their neighbours, in the sky of Paris."""
    sky = next(each for each in truths("skies") if each.case == "paris-60s")
    by_airframe = dict[str, list[StateVector]]()
    for poll in polls("skies", sky):
        for vector in poll.vectors:
            known = by_airframe.setdefault(vector.icao24, [])
            if not known or vector.last_contact > known[-1].last_contact:
                known.append(vector)
    far = [km for reports in by_airframe.values() for km in off_line_km(reports)]
    cuts = quantiles(far, n=100)
    yield f"positions beside their neighbours' line: median {cuts[49]:.2f} km, 99 of 100 within {cuts[98]:.2f} km ({len(far)})"


def main() -> None:
    """Print it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sets", nargs="*", default=SETS)
    parser.add_argument("-v", "--verbose", action="store_true")
    given = parser.parse_args()
    airports = load_airports()
    every = list[Judged]()
    for name in given.sets:
        found = [each for recorded in truths(name) for each in judged(recorded, told(recorded, airports))]
        print(f"{name} (recorded)", *counts(found), sep="\n")
        for each in found if given.verbose else ():
            if not each.is_true:
                event = each.event
                what = f"{event.type} {event.airport} {event.confidence}"
                print(f"    {each.recorded.case} {event.icao24} {what} {each.landed}")
        every += found
    print("approaching: said, true (how many)")
    for many, said, true in bins([(e.event.confidence, e.is_true) for e in every if e.event.type == "approaching"]):
        print(f"  {said:.2f}  {true:.2f}  ({many})")
    print(*noise(), sep="\n")


if __name__ == "__main__":
    main()
