"""Points as GeoJSON has them, longitude first, for maps and map files."""

from collections.abc import Sequence
from itertools import pairwise
from math import ceil
from typing import Final, Literal

from flightwatch.core.geo import bearing_deg, destination, distance_km

Point = tuple[float, float]
"""Longitude and latitude, degrees."""

Detail = Literal["110m", "50m"]
"""Natural Earth's scales: 1:110 million for continents, 1:50 million where a coast must be recognised."""

Sheet = Literal["110m", "50m", "names"]
"""What an atlas holds: land and borders at two scales, and names."""

SHORTEST_LINE_KM: Final = 1.0
"""Shortest way that is drawn as a line: the place of a visit without an airport is often where contact was lost."""


def apart_km(a: Point, b: Point) -> float:
    """Give the great-circle distance of two points, km."""
    return distance_km(a[1], a[0], b[1], b[0])


def great_circle(way: Sequence[Point], step_km: float) -> list[Point]:
    """Give points along a way, no farther from one another than a step, so that it follows the great circles."""
    points = [way[0]]
    for a, b in pairwise(way):
        long, course = apart_km(a, b), bearing_deg(a[1], a[0], b[1], b[0])
        steps = max(1, ceil(long / step_km))
        between = (destination(a[1], a[0], course, long * n / steps) for n in range(1, steps))
        points += [*((lon, lat) for lat, lon in between), b]
    return points
