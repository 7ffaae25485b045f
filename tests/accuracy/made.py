"""Flights made by code, with their truth: invented, to measure how well landings are inferred.

A flight is a path on the ground, heights along it and a speed for each height; polls see it every so often, above a floor,
outside holes in reception. Nothing here knows how flightwatch decides.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from math import radians, tan
from random import Random

from flightwatch.core.geo import bearing_deg, destination, distance_km
from flightwatch.core.model import WORLD, Airport, Poll, Runway, StateVector, instant

Point = tuple[float, float]
ICAO24 = "abc123"
START = 1_700_000_000


@dataclass(frozen=True)
class Case:
    """Polls of one aircraft and what it really did."""

    name: str
    polls: tuple[Poll, ...]
    airport: str | None
    """Where it landed, ``airport.icao``; None: nowhere within the polls."""
    landed_at: int | None = None
    left_at: int | None = None
    watched: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Kind:
    """An aircraft's speeds, m/s: on final, and in cruise; its ceiling, m."""

    final_ms: float
    cruise_ms: float
    cruise_m: float
    turn_km: float


JET = Kind(70.0, 232.0, 10_600.0, 3.5)
TURBOPROP = Kind(58.0, 140.0, 5_800.0, 2.0)
LIGHT = Kind(35.0, 60.0, 1_500.0, 0.9)


@dataclass
class Flight:
    """Samples each second or so of a path: time, position, height, speed, track and climb."""

    kind: Kind
    times: list[float] = field(default_factory=list)
    states: list[tuple[float, float, float, float, float, float]] = field(default_factory=list)

    def fly(self, points: Sequence[tuple[float, float, float]], start: float, ground_m: float) -> None:
        """Go along the points from ``start``; speed follows the height over ``ground_m``."""
        now = start
        for a, b in pairwise(points):
            way = distance_km(a[0], a[1], b[0], b[1])
            if way == 0.0:
                continue
            speed = self._speed((a[2] + b[2]) / 2 - ground_m)
            took = way * 1000 / speed
            self.times.append(now)
            self.states.append((a[0], a[1], a[2], speed, bearing_deg(a[0], a[1], b[0], b[1]), (b[2] - a[2]) / took))
            now += took
        self.times.append(now)
        last = self.states[-1]
        self.states.append((points[-1][0], points[-1][1], points[-1][2], last[3], last[4], last[5]))

    def _speed(self, height_m: float) -> float:
        slow, fast = self.kind.final_ms, self.kind.cruise_ms
        limit = min(fast, 128.0)  # 250 kt below 10,000 ft
        if height_m <= 300.0:
            return slow
        if height_m <= 3_000.0:
            return slow + (limit - slow) * (height_m - 300.0) / 2_700.0
        return limit + (fast - limit) * min(1.0, (height_m - 3_000.0) / 4_000.0)

    def report(self, at: int, random: Random) -> StateVector | None:
        """What is received at a second of the flight; None before and after."""
        if not self.times or not self.times[0] <= at <= self.times[-1]:
            return None
        i = min(bisect_left(self.times, at), len(self.times) - 1)
        lat, lon, height, speed, track, climb = self.states[max(0, i - 1)]
        lat, lon = destination(lat, lon, track, speed * (at - self.times[max(0, i - 1)]) / 1000)
        pressure = round(height / 7.62) * 7.62
        return vector(
            at, lat, lon, pressure, speed + random.gauss(0, 1), track + random.gauss(0, 1), climb + random.gauss(0, 0.5)
        )


def vector(
    at: int,
    lat: float,
    lon: float,
    height: float | None,
    speed: float,
    track: float,
    climb: float,
    *,
    on_ground: bool = False,
) -> StateVector:
    """A state vector of the invented aircraft."""
    return StateVector(
        ICAO24, "MADE1   ", None, at, at, round(lon, 4), round(lat, 4), height, on_ground,
        round(max(0.0, speed), 1), round(track % 360, 1), round(climb, 2), None, height, None, False, 0, 0,
    )  # fmt: skip


def rounded(points: Sequence[Point], times: int = 3, corner_km: float = 4.0) -> list[Point]:
    """The path with its corners cut (Chaikin, at most ``corner_km`` from the corner), as aircraft turn."""
    path = list(points)
    for _ in range(times):
        cut: list[Point] = [path[0]]
        for a, b in pairwise(path):
            way, course = distance_km(*a, *b), bearing_deg(*a, *b)
            off = min(0.25 * way, corner_km)
            cut += [destination(*a, course, off), destination(*a, course, way - off)]
        path = [*cut, path[-1]]
    return path


def dense(points: Sequence[Point], step_km: float = 0.5) -> list[Point]:
    """The path with a point every ``step_km``."""
    path = [points[0]]
    for a, b in pairwise(points):
        way, course = distance_km(*a, *b), bearing_deg(*a, *b)
        path += [destination(*a, course, step_km * n) for n in range(1, int(way / step_km))]
        path.append(b)
    return path


def runway_end(airport: Airport, random: Random) -> tuple[Point, float]:
    """A threshold to land on and the true course there."""
    runways = [r for r in airport.runways if r.heading_deg is not None and (r.length_m or 0) >= 1200]
    if not runways:  # OurAirports knows none at Wonsan
        return (airport.latitude, airport.longitude), random.uniform(0.0, 360.0)
    runway: Runway = random.choice(runways[:2])
    heading = runway.heading_deg or 0.0
    low = (runway.le_latitude, runway.le_longitude)
    high = (runway.he_latitude, runway.he_longitude)
    if random.random() < 0.5:
        low, heading = high, heading + 180.0
    lat, lon = low
    return (airport.latitude if lat is None else lat, airport.longitude if lon is None else lon), heading % 360.0


def approach(airport: Airport, kind: Kind, random: Random, start: Point | None = None) -> list[Point]:
    """A path to a threshold: straight in, on a base leg, along a downwind leg, or after holding."""
    threshold, course = runway_end(airport, random)
    back = (course + 180.0) % 360.0
    final_km = random.uniform(6.0, 18.0) if kind is not LIGHT else random.uniform(1.5, 4.0)
    join = destination(*threshold, back, final_km)
    side = random.choice((-90.0, 90.0))
    offset = random.uniform(5.0, 10.0) if kind is not LIGHT else random.uniform(1.5, 2.5)
    if start is None:
        start = destination(*threshold, random.uniform(0.0, 360.0), random.uniform(150.0, 320.0))
    inbound = bearing_deg(*threshold, *start)
    points = [start]
    if random.random() < 0.12:
        points += holding(destination(*threshold, inbound, random.uniform(40.0, 70.0)), inbound, random)
    from_ahead = abs((inbound - course + 180.0) % 360.0 - 180.0) < 70.0
    if from_ahead:
        base = destination(*join, (course + side) % 360.0, offset)
        points += [destination(*threshold, (course + side) % 360.0, offset), base]
    elif random.random() < 0.5:
        points += [destination(*join, (course + side) % 360.0, offset * random.uniform(0.8, 2.5))]
    points += [join, threshold]
    return dense(rounded(points))


def holding(fix: Point, outbound: float, random: Random) -> list[Point]:
    """One to three racetracks at a fix."""
    leg, width = 12.0, 6.0
    a = destination(*fix, outbound, leg)
    b, c = destination(*a, outbound + 90.0, width), destination(*fix, outbound + 90.0, width)
    return [fix, *([c, b, a, fix] * random.randint(1, 3))]


def descent(path: Sequence[Point], airport: Airport, kind: Kind, random: Random) -> list[tuple[float, float, float]]:
    """Heights for a path that ends on the runway: 2.6 to 3.6° with level stretches, from cruise."""
    slope = tan(radians(random.uniform(2.6, 3.6)))
    ground = airport.elevation_m or 0.0
    levels = sorted((random.uniform(500.0, 4_000.0), random.uniform(3.0, 25.0)) for _ in range(random.randint(0, 2)))
    cruise = ground + kind.cruise_m if kind is LIGHT else max(kind.cruise_m, ground + 3_000.0)
    ways = [0.0, *accumulate(distance_km(*a, *b) for a, b in pairwise(reversed(path)))]
    heights = []
    for way in ways:
        left, height = way, 0.0
        for level, length in levels:
            climb_km = (level - height) / 1000 / slope
            if climb_km >= left:
                break
            height, left = level, max(0.0, left - climb_km - length)
        heights.append(min(cruise, ground + 15.0 + height + left * 1000 * slope))
    return [(lat, lon, h) for (lat, lon), h in zip(path, reversed(heights), strict=True)]


def climb(
    path: Sequence[Point], ground_m: float, kind: Kind, cruise_m: float | None = None
) -> list[tuple[float, float, float]]:
    """Heights for a path that begins on the runway: 3.5° up to cruise."""
    slope = tan(radians(3.5))
    top = kind.cruise_m if cruise_m is None else cruise_m
    ways = [0.0, *accumulate(distance_km(*a, *b) for a, b in pairwise(path))]
    return [
        (lat, lon, min(top, ground_m + 15.0 + way * 1000 * slope)) for (lat, lon), way in zip(path, ways, strict=True)
    ]


def level(path: Sequence[Point], height: float) -> list[tuple[float, float, float]]:
    """A path flown at one height."""
    return [(lat, lon, height) for lat, lon in path]


def polls(
    report: Callable[[int], StateVector | None], start: int, end: int, step_s: int, heard: Callable[[StateVector], bool]
) -> Iterator[Poll]:
    """A worldwide poll every ``step_s``; only what is heard is in it."""
    for at in range(start, end + 1, step_s):
        seen = report(at)
        yield Poll(instant(at), (seen,) if seen is not None and heard(seen) else (), WORLD)


def circle(centre: Point, radius_km: float) -> list[Point]:
    """A closed path around a point."""
    return dense([destination(*centre, 360.0 * n / 24, radius_km) for n in range(25)])


def wander(start: Point, course: float, length_km: float, random: Random) -> list[Point]:
    """A path without aim, as survey and training flights make."""
    points = [start]
    while length_km > 0:
        leg = random.uniform(8.0, 30.0)
        points.append(destination(*points[-1], course, leg))
        course = (course + random.choice((-90.0, 90.0, 180.0 - 30.0, 20.0))) % 360.0
        length_km -= leg
    return dense(rounded(points, 2))


def straight(a: Point, b: Point) -> list[Point]:
    """A great circle."""
    return dense([a, b], 2.0)
