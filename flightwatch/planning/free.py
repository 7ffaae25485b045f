"""What to ask sources that count no credits: everything that is watched, in as few questions as they take, in turns if many.

They take one question at a time, about one a second, so that a poll has room for some thirty: where the watchlist needs more,
polls take turns, and nobody is left out for longer than it takes to come round.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from flightwatch.core.geo import NAUTICAL_MILE_KM, box_around, box_halves, box_widened, circle_around
from flightwatch.core.model import Box, Circle, Icao24, Query
from flightwatch.core.watched import Watched
from flightwatch.tracking.following import AROUND_KM, WATCH_KM


class Limits(Struct, frozen=True):
    """How much one kind of source takes."""

    icao24s: int
    """Most airframes of one question."""
    callsigns: int
    """Most callsigns of one question."""
    radius_km: float
    """Largest circle of one question, km."""
    questions: int
    """Most questions of one poll: they go one after another, at this pace, and a poll has 45 s."""
    pace_s: float
    """Least time from one question to the next, s."""


_LARGEST_KM: Final = 250 * NAUTICAL_MILE_KM
"""All three take circles up to 250 nautical miles."""

LIMITS: Final[Mapping[str, Limits]] = {
    "adsb.lol": Limits(icao24s=500, callsigns=500, radius_km=_LARGEST_KM, questions=6, pace_s=2.0),
    "adsb.fi": Limits(icao24s=200, callsigns=1, radius_km=_LARGEST_KM, questions=30, pace_s=1.1),
    "airplanes.live": Limits(icao24s=500, callsigns=500, radius_km=_LARGEST_KM, questions=30, pace_s=1.1),
}
"""Of the networks, by kind. 1,000 airframes or callsigns are the most that adsb.lol and readsb, which airplanes.live passes
questions on to, document; adsb.fi tells none, and documents one callsign a question. A question of 500 is an address of 3,500
characters. adsb.lol's rate is "dynamic": somebody was refused after 7 questions in 40 s (adsblol/api, pull request 57). The
others take one a second. A receiver is asked for all that it hears."""


class FreePlan(Struct, frozen=True):
    """What a source is asked in one poll."""

    queries: tuple[Query, ...]
    wanted: int
    """How many questions it would take to ask everything."""
    turn: int
    """The number of the first of ``queries`` among these."""

    def after(self, answered: int) -> int:
        """The turn of the next poll, if this one got so many answers: a question that fails is not asked first for ever."""
        return (self.turn + max(answered, 1)) % self.wanted if self.wanted else 0


def plan_free(source: str, kind: str, watched: Watched, *, circle: Circle | None = None, turn: int = 0) -> FreePlan:
    """What to ask a source of this kind now. ``circle``: what a receiver hears around it; None: it is not told."""
    if (limits := LIMITS.get(kind)) is None:
        is_any = watched.aircraft or watched.airports or watched.areas or watched.callsigns
        return FreePlan((Query(source=source, circle=circle),), 1, 0) if is_any else FreePlan((), 0, 0)
    every = [
        *_named(source, sorted(watched.aircraft_by_icao24), limits),
        *_flying(source, watched, limits),
        *_around(source, watched, limits),
    ]
    if not every:
        return FreePlan((), 0, 0)
    first = turn % len(every)
    asked = [every[(first + number) % len(every)] for number in range(min(limits.questions, len(every)))]
    return FreePlan(tuple(asked), len(every), first)


def _named(source: str, icao24s: Sequence[Icao24], limits: Limits) -> list[Query]:
    batches = (tuple(icao24s[n : n + limits.icao24s]) for n in range(0, len(icao24s), limits.icao24s))
    return [Query(icao24s=batch, source=source) for batch in batches]


def _flying(source: str, watched: Watched, limits: Limits) -> list[Query]:
    """The callsigns that are watched. A glob is none: the networks compare whole callsigns."""
    exact = sorted({each.callsign for each in watched.callsigns if each.is_exact})
    batches = (tuple(exact[n : n + limits.callsigns]) for n in range(0, len(exact), limits.callsigns))
    return [Query(callsigns=batch, source=source) for batch in batches]


def _around(source: str, watched: Watched, limits: Limits) -> list[Query]:
    """The watched airports' and areas' surroundings, those together that one circle holds."""
    boxes, places = list[Box](), (each.airport for each in watched.airports)
    wanted = [box_around(place.latitude, place.longitude, WATCH_KM) for place in places]
    wanted += [part for area in watched.areas for part in _parts(box_widened(area.box, AROUND_KM), limits.radius_km)]
    for box in wanted:
        for number, held in enumerate(boxes):
            if (both := _hull(held, box)) is not None and circle_around(both).radius_km <= limits.radius_km:
                boxes[number] = both
                break
        else:
            boxes.append(box)
    return [Query(box=box, source=source) for box in boxes]


def _parts(box: Box, radius_km: float) -> Iterator[Box]:
    """Parts of a box, each small enough for a circle of this radius."""
    if circle_around(box).radius_km <= radius_km:
        yield box
        return
    for half in box_halves(box):
        yield from _parts(half, radius_km)


def _hull(a: Box, b: Box) -> Box | None:
    """The smallest box around both; None where one of them crosses the antimeridian."""
    if a.lon_min > a.lon_max or b.lon_min > b.lon_max:
        return None
    return Box(
        min(a.lat_min, b.lat_min), min(a.lon_min, b.lon_min), max(a.lat_max, b.lat_max), max(a.lon_max, b.lon_max)
    )
