"""What the map of visits shows: where they were, where contact was lost and found, and the way between."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from flightwatch.core.airports import Airports
from flightwatch.core.ids import departure_id
from flightwatch.core.legs import Leg
from flightwatch.core.model import Event, StateVector, instant
from flightwatch.core.points import SHORTEST_LINE_KM, Point, apart_km
from flightwatch.core.visits import Visit, came, left
from flightwatch.report.map_content import MOST_DRAWN, Doubt, MapContent, Spot
from flightwatch.report.map_notes import notes
from flightwatch.tracking.motion import fixed_at, has_position, point_of
from flightwatch.wording.phrases import short
from flightwatch.wording.whereabouts import nickname, place_name

MOST_DATED: Final = 6
"""Most visits for which the map tells the time of each loss and finding; of more it tells the day, as far as there is room."""

TWO_ENDS: Final = 2
"""Losses and findings, those of one visit, beside which there is room for the time on any map."""

LEAST_MS, MOST_MS = 120.0, 300.0
"""Bounds of the speed at which an airframe is taken to have flown unheard, m/s: those of airliners on approach and in the jet
stream. A last report on the ground or at the top of a climb tells no more than these."""

FARTHEST_KM: Final = 3000.0
"""Longest way unheard for which bounds are drawn, km: beyond that it can have been anywhere on a map."""

ONE_FLIGHT: Final = timedelta(hours=24)
"""Longest time between two visits that is taken for one flight."""


class _Drawn:
    """What a map shows, gathered visit by visit."""

    def __init__(self, shown: Sequence[Visit], airports: Airports) -> None:
        self.airports = airports
        self.named = dict[str, list[Visit]]()
        self.places = dict[str, Point]()
        self.elsewhere, self.lost, self.found = list[Spot](), list[Spot](), list[Spot]()
        self.heard = list[tuple[Point, ...]]()
        self.dark, self.boundless = list[tuple[Point, Point]](), list[tuple[Point, Point]]()
        self.routes, self.origins = dict[tuple[Point, Point], None](), dict[Point, Spot]()
        self.flown = dict[tuple[Point, ...], None]()
        self.doubts, self.is_anywhere = list[Doubt](), False
        self.is_timed = len(shown) <= MOST_DATED
        years = {came(visit).year for visit in shown}
        self.year = min(years) if len(years) == 1 else None
        tails = dict.fromkeys(visit.icao24 for visit in shown)
        self.letters = dict(zip(tails, _letters(), strict=False)) if len(tails) > 1 else {}

    def unheard(self, begin: Point, end: Point, span_s: float, report: StateVector) -> None:
        """Draw the way between two points that nobody received, and its bounds."""
        way_km = farthest_km(span_s, report)
        if apart_km(begin, end) >= SHORTEST_LINE_KM:
            (self.boundless if way_km > FARTHEST_KM else self.dark).append((begin, end))
        if way_km > FARTHEST_KM:
            self.is_anywhere = True
        elif way_km > apart_km(begin, end):
            self.doubts.append(Doubt(begin, end, way_km))

    def mark(self, report: StateVector, word: str, visit: Visit) -> Spot:
        """Make the mark of a report that was the last or the first one."""
        letter = self.letters.get(visit.icao24, "")
        field = self.airports.find_place(visit.airport)
        at = instant(fixed_at(report)).astimezone(ZoneInfo("UTC" if field is None else field.time_zone))
        clock = "UTC" if field is None else "local"
        who = f"{letter} {short(visit.registration or visit.icao24)} " if letter else ""
        when = f"{at.day} {at:%b}"
        if not self.is_timed:
            year = "" if at.year == self.year else f" {at.year}"
            return Spot(*point_of(report), f"{letter} {when}{year}".strip(), key=letter)
        return Spot(
            *point_of(report),
            f"{who}{word} {when} {at:%Y}, {at:%H:%M} {clock}",
            f"{letter} {word} {when}, {at:%H:%M}".strip(),
            key=letter,
        )

    def dates(self) -> str:
        """Say what the times beside losses and findings are."""
        if not self.lost and not self.found:
            return ""
        what = "times" if self.is_timed else "days"
        year = "" if self.is_timed or self.year is None else f"of {self.year} and "
        clock = f"{year}those of the airport’s clock"
        if self.letters:
            return f"letters and {what} stand where there is room for them; the {what} are {clock}"
        room = ", as far as there is room for them," if len(self.lost) + len(self.found) > TWO_ENDS else ""
        return f"{'' if self.is_timed else 'the '}{what} on it{room} are {clock}"


def farthest_km(span_s: float, report: StateVector) -> float:
    """Give how long a way an airframe can have flown unheard in this time, by the report beside it."""
    return span_s * min(max(report.velocity or 0.0, LEAST_MS), MOST_MS) / 1000


def map_content(
    visits: Sequence[Visit],
    events: Mapping[str, Event],
    airports: Airports,
    legs: Mapping[str, Sequence[Leg]] = {},
) -> MapContent:
    """Give what a map of the newest `MOST_DRAWN` visits shows; ``events`` are their landings and departures by id.

    ``legs`` are the flights to the visits and from them, as far as they were heard, by the visit's id.
    """
    shown = visits[:MOST_DRAWN]
    drawn = _Drawn(shown, airports)
    for visit in shown:
        _draw(drawn, visit, events)
        _fly(drawn, legs.get(visit.id, ()))
    for visit, before in _flights(shown):
        _route(drawn, visit, before, events.get(visit.landing or ""), legs.get(visit.id, ()))
    fields = tuple(_field(drawn, code, stays) for code, stays in drawn.named.items())
    there = {spot.point for spot in fields}
    tails = {visit.icao24: short(visit.registration or visit.icao24) for visit in reversed(shown)}
    return MapContent(
        airports=fields,
        elsewhere=tuple(drawn.elsewhere),
        lost=tuple(drawn.lost),
        found=tuple(drawn.found),
        heard=tuple(drawn.heard),
        flown=tuple(drawn.flown),
        dark=tuple(drawn.dark),
        boundless=tuple(drawn.boundless),
        origins=tuple(spot for point, spot in drawn.origins.items() if point not in there),
        routes=tuple(drawn.routes),
        doubts=tuple(drawn.doubts),
        is_anywhere=drawn.is_anywhere,
        dates=drawn.dates(),
        keys=tuple((letter, tails[icao24]) for icao24, letter in drawn.letters.items()),
    )


def _letters() -> Iterator[str]:
    """Give A to Z, then AA to ZZ: more than there are visits on a map."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    yield from alphabet
    yield from (first + second for first in alphabet for second in alphabet)


def _draw(drawn: _Drawn, visit: Visit, events: Mapping[str, Event]) -> None:
    """Add a visit: where it was, and what was heard before and after."""
    landing, departure = events.get(visit.landing or ""), events.get(departure_id(visit))
    came_by, left_by = _flown(landing), _flown(departure)
    there = (visit.longitude, visit.latitude)
    if visit.airport is not None:
        known = drawn.airports.find(visit.airport.icao)
        there = (known.longitude, known.latitude) if known else there
        drawn.named.setdefault(visit.airport.icao, []).append(visit)
        drawn.places.setdefault(visit.airport.icao, there)
    else:
        letter = drawn.letters.get(visit.icao24, "")
        drawn.elsewhere.append(Spot(*there, key=letter if not came_by and not left_by else ""))
    if came_by and landing is not None:
        last = came_by[-1]
        drawn.heard.append(tuple(map(point_of, came_by)))
        drawn.lost.append(drawn.mark(last, "lost", visit))
        drawn.unheard(point_of(last), there, landing.latest.timestamp() - fixed_at(last), last)
    if left_by and departure is not None:
        first = left_by[-1]
        drawn.found.append(drawn.mark(first, "heard", visit))
        drawn.unheard(there, point_of(first), fixed_at(first) - departure.earliest.timestamp(), first)


def _fly(drawn: _Drawn, legs: Sequence[Leg]) -> None:
    """Add the flights to a visit and from it, each once; what was not heard of one is a straight way."""
    flown, routes = flown_and_routes(legs)
    drawn.flown |= dict.fromkeys(flown)
    drawn.routes |= dict.fromkeys(routes)


def flown_and_routes(legs: Iterable[Leg]) -> tuple[tuple[tuple[Point, ...], ...], tuple[tuple[Point, Point], ...]]:
    """Give the lines along which flights were heard, and the straight ways between them."""
    several = [leg.heard for leg in legs]
    flown = (tuple(fix.point for fix in part) for parts in several for part in parts if len(part) > 1)
    routes = ((before[-1].point, after[0].point) for parts in several for before, after in pairwise(parts))
    return tuple(flown), tuple(routes)


def _flights(shown: Sequence[Visit]) -> Iterator[tuple[Visit, Visit | None]]:
    """Give each visit, and the one before of the same airframe, if any."""
    before = dict[str, Visit]()
    for visit in reversed(shown):
        yield visit, before.get(visit.icao24)
        before[visit.icao24] = visit


def _route(drawn: _Drawn, visit: Visit, before: Visit | None, landing: Event | None, legs: Sequence[Leg]) -> None:
    """Add the way of the flight that a visit began with, if it is known where that began."""
    came_by, flown = _flown(landing), next((leg for leg in legs if leg.is_to), None)
    there = drawn.places.get(visit.airport.icao) if visit.airport else (visit.longitude, visit.latitude)
    until = flown.fixes[0].point if flown else point_of(came_by[0]) if came_by else there
    if until is None:
        return
    origin = None if landing is None else landing.origin
    if origin is not None:
        field = drawn.airports.find_place(origin.airport)
        begin = (field.longitude, field.latitude) if field else (origin.longitude, origin.latitude)
        if origin.airport is not None:
            label = nickname(field or origin.airport)
        else:
            label = f"first heard {origin.at.day} {origin.at:%b %Y, %H:%M} UTC" if drawn.is_timed else ""
        brief = label.rpartition(" ")[2] if origin.airport is not None else "first heard" if label else ""
        drawn.origins.setdefault(begin, Spot(*begin, label, brief))
    elif before is not None and before.airport is not None and _is_one_flight(before, visit):
        begin = drawn.places[before.airport.icao]
    else:
        return
    if apart_km(begin, until) >= SHORTEST_LINE_KM and (until, begin) not in drawn.routes:
        drawn.routes.setdefault((begin, until))


def _is_one_flight(before: Visit, visit: Visit) -> bool:
    gone = left(before)
    is_elsewhere = visit.airport is not None and visit.airport != before.airport
    return is_elsewhere and not before.may_be_there and gone is not None and came(visit) - gone <= ONE_FLIGHT


def _field(drawn: _Drawn, code: str, stays: Sequence[Visit]) -> Spot:
    """Make the mark of an airport, with what visits were there."""
    newest = stays[0]
    label = place_name(newest, drawn.airports)
    return Spot(*drawn.places[code], label, label.rpartition(" ")[2], *notes(stays, drawn.airports.find(code)))


def _flown(event: Event | None) -> list[StateVector]:
    """Give the reports before an inferred landing, or the one after an inferred departure; none for what was observed."""
    if event is None or event.basis == "observed":
        return []
    placed = [report for report in event.evidence if has_position(report)]
    return placed[-1:] if event.type == "departure" else placed
