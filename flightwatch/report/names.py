"""The names on a map: which countries, seas and towns lie in the part of the earth it shows."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

import msgspec
from msgspec import Struct

from flightwatch.core.geo import box_holds
from flightwatch.core.model import Box
from flightwatch.core.points import Point
from flightwatch.report.land import Outlines

Row = tuple[str, float, float, float]


POLES: Final[tuple[Row, ...]] = (("North Pole", 0.0, 90.0, 0.0), ("South Pole", 0.0, -90.0, 0.0))
"""The poles, as towns are given: for maps on which each is one spot."""


class Names(Struct, frozen=True):
    """What can be written on maps, each with longitude and latitude in degrees."""

    countries: list[Row]
    seas: list[Row]
    """Places for the name of a country or sea, several of each: the fourth is the radius around it that is free of others, km."""
    towns: list[Row]
    """The largest first: the fourth is how many people live there, in thousands."""


@cache
def names_of(outlines: Outlines) -> Names:
    """Read the names of an atlas."""
    return msgspec.json.decode(outlines("names"), type=Names)


def rows_in(box: Box, rows: Sequence[Row]) -> Iterator[tuple[str, Point, float]]:
    """Give the names that lie in a box: each with its place, and what ranks it."""
    return ((name, (lon, lat), rank) for name, lon, lat, rank in rows if box_holds(box, lat, lon))
