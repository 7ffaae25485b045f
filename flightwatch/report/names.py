"""The names on a map: which countries, seas and towns lie in the part of the earth it shows."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cache
from operator import itemgetter
from typing import Final

import msgspec
from msgspec import Struct

from flightwatch.core.model import Box
from flightwatch.core.points import Point
from flightwatch.report.land import Outlines

Row = tuple[str, float, float, float]


POLES: Final[tuple[Row, ...]] = (("South Pole", 0.0, -90.0, 0.0), ("North Pole", 0.0, 90.0, 0.0))
"""The poles, as towns are given: for maps on which each is one spot."""


class Names(Struct, frozen=True):
    """What can be written on maps, each with longitude and latitude in degrees."""

    countries: list[Row]
    seas: list[Row]
    """Places for the name of a country or sea, several of each: the fourth is the radius around it that is free of others, km."""
    towns: list[Row]
    """The fourth is how many people live there, in thousands."""


@cache
def names_of(outlines: Outlines) -> Names:
    """Read the names of an atlas, from south to north."""
    read = msgspec.json.decode(outlines("names"), type=Names)
    return Names(*(sorted(rows, key=_latitude) for rows in (read.countries, read.seas, read.towns)))


def rows_in(box: Box, rows: Sequence[Row]) -> list[tuple[str, Point, float]]:
    """Give the names that lie in a box, the highest in rank first: each with its place, and what ranks it.

    ``rows`` are in order from south to north.
    """
    south, north = bisect_left(rows, box.lat_min, key=_latitude), bisect_right(rows, box.lat_max, key=_latitude)
    west, east = box.lon_min, box.lon_max
    found = [
        (name, (lon, lat), rank)
        for name, lon, lat, rank in rows[south:north]
        if west <= lon <= east or (west > east and (lon >= west or lon <= east))
    ]
    return sorted(found, key=itemgetter(2), reverse=True)


def _latitude(row: Row) -> float:
    return row[2]
