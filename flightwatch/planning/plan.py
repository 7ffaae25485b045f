"""What to ask OpenSky in a poll, so that the credits last the day and go where they tell most.

While everything fits at each poll until midnight, everything is asked at each poll. Where it does not, airports (in boxes of
their own) and aircraft (by icao24, or with the whole world, which then serves the airports too) have their turns: the turns
are as long as the credits left and the time left make them, so that a balance that shrinks or grows for any reason is simply
spread anew. Aircraft that cannot wait (`urgency`) are asked about between the turns, a little ahead of the rest of the day.

Turns that minimise the sum of all waits: of a group that costs c credits and weighs w, every sqrt(c / w), scaled to what the
credits afford.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from math import ceil, inf, sqrt

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.areas import WatchedArea
from flightwatch.core.geo import box_widened, box_within
from flightwatch.core.model import Airport, Coverage, Icao24, Query, instant
from flightwatch.core.spans import DAY_S
from flightwatch.core.watched import Watched
from flightwatch.planning.boxes import Area, areas_around, covers_place, merged, split
from flightwatch.planning.budget import (
    LEAST_SAMPLES,
    MAX_ICAO24S,
    WORLD_CREDITS,
    Answered,
    Kind,
    Ledger,
    Purse,
    box_prices,
    coverage_of,
    left_s,
    price,
    purse_of,
)
from flightwatch.planning.urgency import Urgent, urgent
from flightwatch.tracking.following import AROUND_KM, WATCH_KM
from flightwatch.tracking.track import Track

POLLS_IN_BOX, LEAST_KM, ARRIVING_MS = 2, 120.0, 250.0
"""Polls before touchdown for which a box must hold an arrival; how far around its airport a box reaches at least, whatever the
cadence, km: about twice what an arrival flies in five minutes on its way down; and its speed from cruise, m/s. Beyond
`WATCH_KM` nobody is followed."""

AIRPORT_WEIGHT = 4.0
"""What a wait of the airports weighs beside one of the aircraft. A watched aircraft is found once and then followed in boxes
(`urgency`), while each arrival of a stranger must be found by the airports' own turns."""

IDLE_AFTER_S, IDLE_TURN_S = 86_400, 3600
"""Time on the ground of all watched aircraft, s, after which they are idle; and the time between their turns then, s, which
bounds a departure that nobody saw."""

MOST_URGENT = 8
"""Airframes that cannot wait for whom one poll makes room."""

TURN_SLACK = 0.5
"""Part of the cadence by which a turn comes early rather than late: polls come when they come."""

MOST_NAMED = MAX_ICAO24S * WORLD_CREDITS
"""More aircraft are never named: the whole world costs less, whatever a query by icao24 costs."""

STEP_KM = 25.0
"""Steps in which boxes grow with the cadence, km: the same boxes while polls come a little early or late."""

WORLD = Query()


class Plan(Struct, frozen=True):
    """What one poll asks."""

    queries: tuple[Query, ...]
    credits: int
    """What they cost, as far as known."""
    why: str | None = None
    """Why nothing is asked, to follow "nothing asked: "; None where something is."""


class _Wants(Struct, frozen=True):
    """Whom one poll should tell of."""

    areas: tuple[Area, ...] = ()
    icao24s: tuple[Icao24, ...] = ()
    """Sorted; all of the watchlist's, or none."""
    urgent: tuple[Urgent, ...] = ()
    by_name: bool = False
    """True if airframes are asked for by icao24 where the world costs as much."""
    world: bool = False
    """True if nobody knows whom to ask for: whoever flies as a callsign may be anywhere."""


def plan_poll(watched: Watched, tracks: Mapping[Icao24, Track], ledger: Ledger, now: datetime) -> Plan:
    """Choose the queries of the poll that begins ``now``, by our clock. ``tracks`` is what the last poll left.

    Never more than the balance; nothing before the time that a 429 named. No box crosses the antimeridian.
    """
    at = round(now.timestamp())
    if not watched.aircraft and not _has_places(watched) and not watched.callsigns:
        return Plan((), 0, "the watchlist names no aircraft, no airport and no area")
    if at < ledger.silent_until:
        return Plan((), 0, f"OpenSky said to wait until {_clock(ledger.silent_until)}")
    purse, prices, next_at = purse_of(ledger, at), ledger.prices, at
    wants = _everything(watched, ledger)
    queries = _cheapest(wants, prices)
    if _sum(queries, prices) * purse.polls_left > purse.balance - purse.reserve:
        wants, next_at = _due(watched, tracks, ledger, purse, at)
        queries = _cheapest(wants, prices)
    if queries != (WORLD,):
        queries = _with_urgent(wants, queries, urgent(tracks, watched, at), ledger, purse, at=at)
    if queries:
        return Plan(queries, _sum(queries, prices))
    if purse.balance <= purse.reserve:
        renewed = _clock(at + left_s(ledger.account, at))
        return Plan((), 0, f"{purse.balance:,} credits are left, which are kept; more about {renewed}")
    return Plan((), 0, f"to spread the credits over the day; the next query about {_clock(next_at)}")


def whole_credits(watched: Watched, ledger: Ledger) -> int:
    """What a poll costs that asks everything."""
    return _cost(_everything(watched, ledger), ledger.prices)


def _everything(watched: Watched, ledger: Ledger) -> _Wants:
    areas, world = _areas(watched, ledger.prices, WATCH_KM), bool(watched.callsigns)
    return _Wants(areas, _named(watched), by_name=not _has_places(watched), world=world)


def _due(watched: Watched, tracks: Mapping[Icao24, Track], ledger: Ledger, purse: Purse, at: int) -> tuple[_Wants, int]:
    """Whose turn it is, as many of them as the balance pays, the longest waiting first; and when the next turn is."""
    aircraft = _Wants((), _named(watched), by_name=not _has_places(watched), world=bool(watched.callsigns))
    icao24s, is_any = aircraft.icao24s, bool(aircraft.icao24s or aircraft.world)
    areas = _areas(watched, ledger.prices, POLLS_IN_BOX * ARRIVING_MS * ledger.spacing_s / 1000)
    is_idle = not aircraft.world and _is_idle(watched.aircraft_by_icao24, tracks, at)
    aircraft_s, airports_s = _turns(areas, aircraft, ledger, purse, is_idle=is_idle)
    asked = _aircraft_asked_at(ledger.answered, aircraft) if is_any else at
    asked_by_area = {
        area: min(_asked_at(ledger.answered, watched, member, area) for member in area.members) for area in areas
    }
    now = at + TURN_SLACK * ledger.spacing_s
    due = tuple(sorted((a for a in areas if asked_by_area[a] + airports_s <= now), key=asked_by_area.__getitem__))
    tries = [_Wants(due[:count]) for count in range(len(due), 0, -1)]
    if is_any and asked + aircraft_s <= now:
        tries.insert(0, replace(aircraft, areas=due))
        is_untried = not aircraft.world and ledger.is_told and len(ledger.samples.get("icao24", ())) < LEAST_SAMPLES
        if is_untried and len(icao24s) <= MAX_ICAO24S:
            tries.insert(0, _Wants((), icao24s, by_name=True))  # costs what the world does, or shows that it does not
    for wants in tries:
        if _cost(wants, ledger.prices) <= purse.balance - purse.reserve:
            return wants, at
    next_at = min(
        asked + aircraft_s if is_any else inf, airports_s + min(asked_by_area.values(), default=inf), at + DAY_S
    )
    return _Wants(), max(at, round(next_at))


def _turns(
    areas: tuple[Area, ...], aircraft: _Wants, ledger: Ledger, purse: Purse, *, is_idle: bool
) -> tuple[float, float]:
    """Seconds between two polls of the aircraft and at the airports that the rate affords, none less than the cadence."""
    if purse.rate <= 0.0:
        return inf, inf
    often = 1.0 / ledger.spacing_s
    both = _cost(_Wants(areas, aircraft.icao24s, world=aircraft.world), ledger.prices)
    fields = _cost(_Wants(areas), ledger.prices)
    named = both - fields  # what the aircraft cost beside the airports, who are served in the same turn
    if not named or not fields:
        each = 1.0 / min(often, purse.rate / both)
        return each, each
    ratio = max(1.0, sqrt(AIRPORT_WEIGHT * named / fields))
    airports = min(often, ratio * purse.rate / (fields * ratio + named))
    others = min(airports, (purse.rate - fields * airports) / named)
    if is_idle:
        others = min(others, 1.0 / IDLE_TURN_S)
        airports = min(often, (purse.rate - named * others) / fields)
    return 1.0 / others, 1.0 / airports


def _with_urgent(
    wants: _Wants, queries: tuple[Query, ...], waiting: Sequence[Urgent], ledger: Ledger, purse: Purse, *, at: int
) -> tuple[Query, ...]:
    """The queries, and those for as many of the urgent as may be paid, the most urgent first."""
    now = at + TURN_SLACK * ledger.spacing_s
    due = tuple(u for u in waiting if u.asked + u.waits_s <= now and not _covers(coverage_of(queries), u))
    spent_at = ledger.answered[-1][0] if ledger.answered else 0
    routine = _sum(queries, ledger.prices)
    for count in range(min(len(due), MOST_URGENT), 0, -1):
        more = _cheapest(replace(wants, urgent=due[:count]), ledger.prices)
        cost = _sum(more, ledger.prices)
        left = purse.balance - cost
        is_earned = purse.rate > 0.0 and now - spent_at >= (cost - routine) / purse.rate
        if left >= purse.urgent_reserve or (is_earned and left >= purse.reserve):
            return more
    return queries


def _cheapest(wants: _Wants, prices: Mapping[Kind, int]) -> tuple[Query, ...]:
    """The queries that tell of all of them for the fewest credits; of equals the world, which tells most."""
    if wants.world:
        return (WORLD,)
    if not wants.areas and not wants.icao24s and not wants.urgent:
        return ()
    ways: list[tuple[Query, ...]] = [(WORLD,)]
    icao24s = tuple(sorted({*wants.icao24s, *(u.icao24 for u in wants.urgent)})) if wants.urgent else wants.icao24s
    if icao24s and len(icao24s) <= MOST_NAMED:
        by_name = tuple(Query(icao24s=icao24s[n : n + MAX_ICAO24S]) for n in range(0, len(icao24s), MAX_ICAO24S))
        ways.insert(0 if wants.by_name else 1, (*by_name, *_in_boxes(wants.areas, prices)))
    if not wants.icao24s and all(u.box.lon_min <= u.box.lon_max for u in wants.urgent):
        ways.append(_in_boxes((*wants.areas, *(Area(u.box, ()) for u in wants.urgent)), prices))
    return min(ways, key=lambda queries: _sum(queries, prices))


def _in_boxes(areas: tuple[Area, ...], prices: Mapping[Kind, int]) -> tuple[Query, ...]:
    return tuple(Query(box=area.box) for area in merged(areas, box_prices(prices)))


def _cost(wants: _Wants, prices: Mapping[Kind, int]) -> int:
    return _sum(_cheapest(wants, prices), prices)


def _sum(queries: Sequence[Query], prices: Mapping[Kind, int]) -> int:
    return sum(price(prices, query) for query in queries)


def _has_places(watched: Watched) -> bool:
    return bool(watched.airports or watched.areas)


def _areas(watched: Watched, prices: Mapping[Kind, int], least_km: float) -> tuple[Area, ...]:
    """What to ask for airports, so that nobody within ``least_km`` (in steps, no more than WATCH_KM) is missed, and for areas.

    Members are positions among the airports and then the areas.
    """
    places = tuple((at.airport.latitude, at.airport.longitude) for at in watched.airports)
    stepped_km = min(WATCH_KM, max(LEAST_KM, STEP_KM * ceil(least_km / STEP_KM)))
    fields = areas_around(places, stepped_km, WATCH_KM, box_prices(prices)) if places else ()
    return (*fields, *_watched_areas(watched.areas, len(places)))


def _watched_areas(areas: Sequence[WatchedArea], first: int) -> Iterator[Area]:
    """The boxes to ask for areas, with what is around them; the first of them is member ``first``."""
    for number, area in enumerate(areas, first):
        for box in split(box_widened(area.box, AROUND_KM)):
            yield Area(box, (number,))


def _named(watched: Watched) -> tuple[Icao24, ...]:
    """The watched aircraft, sorted; some of them where they are too many to be named in queries."""
    icao24s = watched.aircraft_by_icao24
    return tuple(sorted(icao24s) if len(icao24s) <= MOST_NAMED else islice(icao24s, MOST_NAMED + 1))


def _aircraft_asked_at(answered: Answered, aircraft: _Wants) -> int:
    """Unix seconds of the last poll that told of all these aircraft; 0: none that is remembered."""
    known = {*aircraft.icao24s}
    return next(
        (at for at, asked in reversed(answered) if asked.world or (not aircraft.world and known <= asked.icao24s)), 0
    )


def _asked_at(answered: Answered, watched: Watched, member: int, area: Area) -> int:
    """Unix seconds of the last poll that told of a member of an area; 0: none that is remembered."""
    if member < len(watched.airports):
        return _airport_asked_at(answered, watched.airports[member].airport)
    for at, asked in reversed(answered):
        if asked.world or any(box_within(area.box, box) for box in asked.boxes):
            return at
    return 0


def _airport_asked_at(answered: Answered, field: Airport) -> int:
    """Unix seconds of the last poll that told of the airport's surroundings; 0: none that is remembered."""
    for at, asked in reversed(answered):
        if asked.world or covers_place(asked.boxes, field.latitude, field.longitude):
            return at
    return 0


def _covers(asked: Coverage, wanted: Urgent) -> bool:
    box = wanted.box
    return (
        asked.world
        or wanted.icao24 in asked.icao24s
        or any(
            b.lat_min <= box.lat_min
            and box.lat_max <= b.lat_max
            and b.lon_min <= box.lon_min <= box.lon_max <= b.lon_max
            for b in asked.boxes
        )
    )


def _is_idle(icao24s: Iterable[Icao24], tracks: Mapping[Icao24, Track], at: int) -> bool:
    """Tell whether every watched aircraft is known to have been on the ground for IDLE_AFTER_S."""
    for icao24 in icao24s:
        visit = track.visit if (track := tracks.get(icao24)) is not None else None
        if visit is None or visit.arrival.latest.timestamp() > at - IDLE_AFTER_S:
            return False
    return True


def _clock(at: int) -> str:
    return f"{instant(at):%Y-%m-%d %H:%M} UTC"
