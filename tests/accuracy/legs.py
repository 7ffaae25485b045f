"""Flights between airfields in an invented sky: take-off, cruise, an entry fix, vectors, landing, and stays."""

from collections.abc import Callable, Sequence
from random import Random

from heard import Airframe
from made import LIGHT, Flight, Point, approach, climb, dense, descent, rounded

from flightwatch.core.airports import Airports
from flightwatch.core.geo import bearing_deg, destination, distance_km
from flightwatch.core.model import Airport

CORNER_KM = 65.0
"""Distance of the four fixes by which traffic enters the area of a large airport, km."""


def corner(place: Airport, inbound_from: Point) -> Point:
    """The entry fix that traffic from there uses: one of four, turned as the field's position says, the same each time."""
    turn = (place.latitude * 37.0 + place.longitude * 17.0) % 90.0
    course = bearing_deg(place.latitude, place.longitude, *inbound_from)
    best = min((turn + 90.0 * n for n in range(4)), key=lambda c: abs((course - c + 180.0) % 360.0 - 180.0))
    return destination(place.latitude, place.longitude, best, CORNER_KM)


def leg(craft: Airframe, origin: Airport, goal: Airport, leaves_at: float, random: Random) -> float:
    """Fly from one field to another by an entry fix and vectors; when it lands, Unix seconds."""
    here, there = (origin.latitude, origin.longitude), (goal.latitude, goal.longitude)
    kind, way = craft.kind, distance_km(*here, *there)
    out = destination(
        *here, random.uniform(0, 360) if kind is LIGHT else bearing_deg(*here, *there) + random.gauss(0, 60), 8.0
    )
    entry = corner(goal, here) if kind is not LIGHT and way > 2 * CORNER_KM and goal.kind == "large" else None
    bend = destination(*out, bearing_deg(*out, *there) + random.gauss(0, 4), way / 2)
    start = entry or destination(*there, bearing_deg(*there, *bend) + random.gauss(0, 3), min(150.0, 0.45 * way))
    final = approach(goal, kind, random, start)
    path = [*dense(rounded([here, out, bend, start]), 1.5)[:-1], *final]
    top = min(kind.cruise_m, 40.0 * way) if kind is not LIGHT else kind.cruise_m
    up = climb(path, origin.elevation_m or 0.0, kind, max(top, (origin.elevation_m or 0.0) + 1_500.0))
    down = descent(path, goal, kind, random)
    heights = [(lat, lon, min(a, b)) for (lat, lon, a), (_, _, b) in zip(up, down, strict=True)]
    flight = Flight(kind)
    flight.fly(heights, leaves_at, origin.elevation_m or 0.0)
    craft.flights.append(flight)
    craft.leaves(origin, leaves_at)
    craft.lands(goal, flight.times[-1])
    return flight.times[-1]


def taxi(craft: Airframe, place: Airport, lands_at: float, leaves_at: float | None, random: Random) -> None:
    """On the ground with the transponder on: a few minutes after landing and before leaving."""
    craft.stays.append((lands_at, lands_at + random.uniform(120, 600), place))
    if leaves_at is not None:
        craft.stays.append((max(lands_at + 600, leaves_at - random.uniform(200, 900)), leaves_at, place))


def tour(
    craft: Airframe,
    fields: Sequence[Airport],
    begins_at: float,
    ends_at: float,
    random: Random,
    stay_s: Callable[[], float],
) -> None:
    """Legs between fields, a stay at each, until the time is over."""
    here, at = random.choice(fields), begins_at
    craft.stays.append((at - random.uniform(0, 900), at, here))
    while at < ends_at:
        goal = random.choice(
            [
                f
                for f in fields
                if f is not here and distance_km(f.latitude, f.longitude, here.latitude, here.longitude) > 60
            ]
        )
        landed = leg(craft, here, goal, at, random)
        at, here = landed + stay_s(), goal
        taxi(craft, goal, landed, at if at < ends_at else None, random)


def nearby(table: Airports, lat: float, lon: float, radius_km: float, *, scheduled: bool = True) -> list[Airport]:
    """Fields of some size around a place."""
    return [
        f for _, f in table.within(lat, lon, radius_km) if (f.scheduled or f.kind != "small") is scheduled and f.runways
    ]
