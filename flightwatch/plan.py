"""What to ask OpenSky in a poll, and what that costs."""

from datetime import timedelta

from flightwatch.geo import box_around, box_square_degrees
from flightwatch.model import Box, Query
from flightwatch.tracking.sky import WATCH_KM
from flightwatch.watched import Watchlist

WORLD_CREDITS = 4
"""Credits of the whole world, and of any number of icao24s (OpenSky REST documentation: queries without a box cost 4)."""

BOX_CREDITS = ((25.0, 1), (100.0, 2), (400.0, 3))
"""Square degrees up to which a box costs so many credits (OpenSky REST documentation); beyond, as the world."""

MAX_ICAO24S = 100
"""Airframes named in one query: 14 characters each keep the address under 2 kB; for more, the whole world costs the same."""

DAILY_CREDITS = {"anonymous": 400, "registered": 4000}
"""OpenSky's daily allowance for ``/states`` (OpenSky REST documentation)."""


def plan(watchlist: Watchlist) -> tuple[Query, ...]:
    """The queries of one poll: the cheapest that return every watched airframe and every watched airport's traffic.

    Named airframes cost as much as the whole world and travel lighter; airports alone fit in boxes; both together cost
    least as the whole world.
    """
    if not watchlist.aircraft and not watchlist.airports:
        return ()
    if not watchlist.airports and len(watchlist.aircraft) <= MAX_ICAO24S:
        return (Query(icao24s=tuple(sorted(a.icao24 for a in watchlist.aircraft))),)
    boxes = tuple(Query(box=box) for w in watchlist.airports for box in _boxes(w.airport.latitude, w.airport.longitude))
    if not watchlist.aircraft and sum(map(credits_of, boxes)) < WORLD_CREDITS:
        return boxes
    return (Query(),)


def credits_of(query: Query) -> int:
    """What OpenSky charges for this query."""
    if query.box is None:
        return WORLD_CREDITS
    area = box_square_degrees(query.box)
    return next((cost for limit, cost in BOX_CREDITS if area <= limit), WORLD_CREDITS)


def credits_per_day(queries: tuple[Query, ...], every: timedelta) -> int:
    """Credits that these queries cost in 24 hours at this cadence."""
    return round(timedelta(days=1) / every * sum(map(credits_of, queries)))


def affordable_cadence(queries: tuple[Query, ...], daily_credits: int) -> timedelta:
    """The shortest time between polls that keeps a day inside ``daily_credits``."""
    return timedelta(days=1) * sum(map(credits_of, queries)) / daily_credits


def _boxes(latitude: float, longitude: float) -> tuple[Box, ...]:
    """The box around an airport; two where it crosses the antimeridian, which OpenSky's parameters cannot say."""
    box = box_around(latitude, longitude, WATCH_KM)
    if box.lon_min <= box.lon_max:
        return (box,)
    return (
        Box(box.lat_min, box.lon_min, box.lat_max, 180.0),
        Box(box.lat_min, -180.0, box.lat_max, box.lon_max),
    )
