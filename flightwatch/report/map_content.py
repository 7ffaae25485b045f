"""What the map of a report shows, in degrees: where visits were, where contact was lost and found, and the way between."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from flightwatch.core.airports import Airports
from flightwatch.core.ids import departure_id
from flightwatch.core.model import Event, StateVector, instant
from flightwatch.core.points import SHORTEST_LINE_KM, Point, apart_km
from flightwatch.core.visits import Visit
from flightwatch.tracking.motion import fixed_at, has_position, point_of
from flightwatch.wording.phrases import counted
from flightwatch.wording.whereabouts import place_name

MOST_DRAWN: Final = 100
"""Most visits on one map, the newest; more of them hide one another."""

MOST_DATED: Final = 6
"""Most visits for which the map dates each place of loss and finding; the table dates them all."""

MOST_NAMED: Final = 20
"""Most places that the description of a map names, the newest."""


class Spot(Struct, frozen=True):
    """A mark on the map and what is written beside it."""

    longitude: float
    latitude: float
    label: str = ""


class MapContent(Struct, frozen=True):
    """What a map shows, newest first."""

    airports: tuple[Spot, ...]
    elsewhere: tuple[Spot, ...]
    """Where an airframe stood, or was heard last, without an airport that could be named."""
    lost: tuple[Spot, ...]
    found: tuple[Spot, ...]
    heard: tuple[tuple[Point, ...], ...]
    """Lines along the reports that were received."""
    dark: tuple[tuple[Point, Point], ...]
    """Lines where nobody received anything: from the loss to the place, and from the place to where it was found."""
    is_dated: bool = False
    """True if losses and findings have their times beside them, in UTC."""

    @property
    def points(self) -> list[Point]:
        """All points that must be on the map."""
        spots = (*self.airports, *self.elsewhere, *self.lost, *self.found)
        return [(s.longitude, s.latitude) for s in spots]


def map_content(visits: Sequence[Visit], events: Mapping[str, Event], airports: Airports) -> MapContent:
    """Give what a map of the newest `MOST_DRAWN` visits shows; ``events`` are their landings and departures by id."""
    shown = visits[:MOST_DRAWN]
    is_dated = len(shown) <= MOST_DATED
    named, elsewhere = dict[str, Spot](), list[Spot]()
    lost, found, heard, dark = list[Spot](), list[Spot](), list[tuple[Point, ...]](), list[tuple[Point, Point]]()
    for visit in shown:
        there = (visit.longitude, visit.latitude)
        came = _flown(events.get(visit.landing or ""))
        left = _flown(events.get(departure_id(visit)))
        if visit.airport is not None:
            known = airports.find(visit.airport.icao)
            there = (known.longitude, known.latitude) if known else there
            named.setdefault(visit.airport.icao, Spot(*there, place_name(visit, airports)))
        else:
            elsewhere.append(Spot(*there))
        if came:
            heard.append(tuple(map(point_of, came)))
            lost.append(_spot(came[-1], "lost", is_dated))
        if left:
            found.append(_spot(left[-1], "heard", is_dated))
        ways = [(point_of(last), there) for last in came[-1:]] + [(there, point_of(first)) for first in left[-1:]]
        dark += [way for way in ways if apart_km(*way) >= SHORTEST_LINE_KM]
    is_dated = is_dated and bool(lost or found)
    return MapContent(
        airports=tuple(named.values()),
        elsewhere=tuple(elsewhere),
        lost=tuple(lost),
        found=tuple(found),
        heard=tuple(heard),
        dark=tuple(dark),
        is_dated=is_dated,
    )


def described(seen: MapContent, what: str) -> str:
    """Describe the map for whoever cannot see it. ``what`` says what it shows: ``2 visits``."""
    names = [spot.label for spot in seen.airports]
    others = len(names) - MOST_NAMED
    more = [counted(others, "more airport")] if others > 0 else []
    unnamed = [f"{counted(len(seen.elsewhere), 'place')} without an airport"] if seen.elsewhere else []
    marked = [
        f"{counted(len(spots), 'place')} where {told}"
        for spots, told in ((seen.lost, "contact was lost"), (seen.found, "it was heard again"))
        if spots
    ]
    said = [f"Map of {what}: {', '.join([*names[:MOST_NAMED], *more, *unnamed])}."]
    if marked:
        lines = "; dashed lines join them with where it was on the ground" if seen.dark else ""
        said.append(f"Marked: {' and '.join(marked)}{lines}.")
    return " ".join(said)


def _flown(event: Event | None) -> list[StateVector]:
    """Give the reports before an inferred landing, or the one after an inferred departure; none for what was observed."""
    if event is None or event.basis == "observed":
        return []
    placed = [report for report in event.evidence if has_position(report)]
    return placed[-1:] if event.type == "departure" else placed


def _spot(report: StateVector, word: str, is_dated: bool) -> Spot:
    return Spot(*point_of(report), f"{word} {instant(fixed_at(report)):%Y-%m-%d %H:%M}" if is_dated else "")
