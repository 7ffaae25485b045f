"""Areas that are watched as airports are: a circle or a polygon, with a floor or a ceiling."""

from functools import cached_property
from math import cos, hypot, radians
from typing import Final

from msgspec import Struct

from flightwatch.core.geo import KM_PER_DEGREE, box_around, distance_km
from flightwatch.core.ids import identity
from flightwatch.core.model import Box, Circle
from flightwatch.core.selectors import Picked

MARGIN_KM: Final = 1.0
"""How far outside an edge an airframe must be to have left, km: flying along an edge is neither leaving nor entering. In the
recorded sky of Paris 99 of 100 positions in straight flight lie within 0.31 km of the line between their neighbours a minute
before and after (`tests/accuracy/news.py`)."""

MARGIN_M: Final = 100.0
"""The same for floor and ceiling, m: heights come in steps of 7.6 m, and an aircraft holds its level to some 60 m (ICAO Annex 6,
vertical separation minima)."""

Place = tuple[float, float]
"""Latitude and longitude, degrees."""


class WatchedArea(Struct, frozen=True, dict=True):
    """A part of the air of which every airframe is told that enters or leaves it."""

    name: str
    shape: Circle | tuple[Place, ...]
    """A circle, or the corners of a polygon in order; its edges are straight on a map of latitude and longitude."""
    floor_m: float | None = None
    """Least altitude inside, m, as transponders give it (pressure altitude); None: down to the ground."""
    ceiling_m: float | None = None
    """Greatest altitude inside, m; None: there is none."""
    only: tuple[str, ...] = ()
    """As `WatchedAirport.only`."""
    picks: tuple[Picked, ...] = ()
    """As `WatchedAirport.picks`."""

    @cached_property
    def key(self) -> str:
        """What it is remembered by: its name, and a digest of where it is, so that an area that was moved is a new one."""
        return f"area {self.name} {identity(repr((self.shape, self.floor_m, self.ceiling_m)))}"

    @cached_property
    def box(self) -> Box:
        """The smallest box that holds it; it may cross the antimeridian."""
        if isinstance(self.shape, Circle):
            return box_around(self.shape.latitude, self.shape.longitude, self.shape.radius_km)
        (west, south), (east, north) = self._bounds
        return Box(south, _wrapped(west), north, _wrapped(east))

    @cached_property
    def _corners(self) -> tuple[tuple[float, float], ...]:
        """The corners of a polygon as longitude and latitude, each longitude within half a turn of the one before."""
        if isinstance(self.shape, Circle):
            return ()
        unwrapped = list[tuple[float, float]]()
        for latitude, longitude in self.shape:
            before = unwrapped[-1][0] if unwrapped else longitude
            unwrapped.append((before + _wrapped(longitude - before), latitude))
        return tuple(unwrapped)

    def holds(self, latitude: float, longitude: float, altitude_m: float | None, *, was_inside: bool) -> bool | None:
        """Tell whether a place is inside; who ``was_inside`` is so until it is beyond the margins. None: nobody can tell.

        That is where the altitude decides and is not known.
        """
        slack_km, slack_m = (MARGIN_KM, MARGIN_M) if was_inside else (0.0, 0.0)
        if not self._reaches(latitude, longitude, slack_km):
            return False
        if self.floor_m is None and self.ceiling_m is None:
            return True
        if altitude_m is None:
            return None
        return (self.floor_m is None or altitude_m >= self.floor_m - slack_m) and (
            self.ceiling_m is None or altitude_m <= self.ceiling_m + slack_m
        )

    def _reaches(self, latitude: float, longitude: float, slack_km: float) -> bool:
        """Tell whether a place is inside the outline, or outside by no more than this, km."""
        if isinstance(self.shape, Circle):
            centre = self.shape
            return distance_km(centre.latitude, centre.longitude, latitude, longitude) - centre.radius_km <= slack_km
        x_km, y_km = KM_PER_DEGREE * max(0.01, cos(radians(latitude))), KM_PER_DEGREE
        (west, south), (east, north) = self._bounds
        if not south - slack_km / y_km <= latitude <= north + slack_km / y_km:
            return False
        first = self._corners[0][0]
        nearest = first + _wrapped(longitude - first)
        return any(
            self._holds(x, latitude) or (slack_km > 0.0 and self._from_outline_km(x, latitude, x_km, y_km) <= slack_km)
            for x in (nearest - 360.0, nearest, nearest + 360.0)
            if west - slack_km / x_km <= x <= east + slack_km / x_km
        )

    @cached_property
    def _bounds(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The least longitude and latitude of a polygon's corners, and the greatest."""
        longitudes, latitudes = [x for x, _ in self._corners], [y for _, y in self._corners]
        return (min(longitudes), min(latitudes)), (max(longitudes), max(latitudes))

    @cached_property
    def _edges(self) -> tuple[tuple[float, float, float, float], ...]:
        """The edges of a polygon, each the longitude and latitude of both its ends."""
        return tuple((*a, *b) for a, b in zip(self._corners, (*self._corners[1:], self._corners[0]), strict=True))

    def _holds(self, x: float, y: float) -> bool:
        """Tell whether a place is inside the polygon."""
        crossed = sum(
            x < ax + (y - ay) / (by - ay) * (bx - ax) for ax, ay, bx, by in self._edges if (ay > y) != (by > y)
        )
        return crossed % 2 == 1

    def _from_outline_km(self, x: float, y: float, x_km: float, y_km: float) -> float:
        """How far a place is from the polygon's nearest edge on a plane around it, km."""
        return min(
            _from_edge_km((ax - x) * x_km, (ay - y) * y_km, (bx - x) * x_km, (by - y) * y_km)
            for ax, ay, bx, by in self._edges
        )


def _from_edge_km(ax: float, ay: float, bx: float, by: float) -> float:
    """Distance of the origin from the edge between two points, all in km."""
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    along = 0.0 if length == 0.0 else max(0.0, min(1.0, -(ax * dx + ay * dy) / length))
    return hypot(ax + along * dx, ay + along * dy)


def _wrapped(longitude: float) -> float:
    return (longitude + 180.0) % 360.0 - 180.0
