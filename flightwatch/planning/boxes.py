"""Boxes around places, as OpenSky takes and charges them: none across the antimeridian, as few credits as possible."""

from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct

from flightwatch.core.geo import box_around, box_square_degrees
from flightwatch.core.model import Box

PRICE_LIMITS = (25.0, 100.0, 400.0)
"""Square degrees up to which a box costs 1, 2 and 3 credits by OpenSky's table (REST documentation); beyond, as the world."""

MOST_MERGED = 40
"""Boxes up to which mergers are tried: forty take 20 ms, once a process. More cost less in one box, whatever its size."""

FILLS = 24
"""Halvings with which the largest box of a price is sought: to a metre."""

NEAR_DEG = 0.5
"""What a box must hold around a place for a poll of it to tell of that place, degrees."""

Prices = tuple[int, int, int, int]
"""Credits of a box in each of PRICE_LIMITS, and of one beyond them."""


class Area(Struct, frozen=True):
    """A box to ask, and the places it is for."""

    box: Box
    members: tuple[int, ...]
    """Positions in the sequence of places; one near the antimeridian has two areas."""


def price_class(box: Box) -> int:
    """Which of `Prices` a box costs: 0 to 3."""
    area = box_square_degrees(box)
    return next((number for number, limit in enumerate(PRICE_LIMITS) if area <= limit), len(PRICE_LIMITS))


def split(box: Box) -> tuple[Box, ...]:
    """The boxes that OpenSky can be asked for the ground of this one: two where it crosses the antimeridian."""
    if box.lon_min <= box.lon_max:
        return (box,)
    west = Box(box.lat_min, box.lon_min, box.lat_max, 180.0)
    east = Box(box.lat_min, -180.0, box.lat_max, box.lon_max)
    return tuple(half for half in (west, east) if half.lon_min < half.lon_max)


def covers_place(boxes: Sequence[Box], lat: float, lon: float) -> bool:
    """Tell whether one of the boxes, none across the antimeridian, holds the place and NEAR_DEG around it."""
    south, north = max(-90.0, lat - NEAR_DEG), min(90.0, lat + NEAR_DEG)
    west, east = max(-180.0, lon - NEAR_DEG), min(180.0, lon + NEAR_DEG)
    return any(b.lat_min <= south and north <= b.lat_max and b.lon_min <= west and east <= b.lon_max for b in boxes)


@lru_cache(maxsize=256)
def merged(areas: tuple[Area, ...], prices: Prices) -> tuple[Area, ...]:
    """The areas, with those that together cost less in one box put together.

    Step by step the two whose common box costs least more are joined, and the cheapest of all steps is taken (fewest
    credits, then most boxes, which are smaller): three boxes may be cheaper as one though no two of them are.
    """
    best = held = [*areas]
    if len(held) > MOST_MERGED:
        return (Area(_hull([area.box for area in held]), tuple(sorted({m for area in held for m in area.members}))),)
    while len(held) > 1:
        _, _, first, second = min(
            (
                prices[price_class(hull)] - prices[price_class(a.box)] - prices[price_class(b.box)],
                box_square_degrees(hull),
                i,
                i + 1 + j,
            )
            for i, a in enumerate(held)
            for j, b in enumerate(held[i + 1 :])
            for hull in (_hull((a.box, b.box)),)
        )
        a, b = held[first], held[second]
        joined = Area(_hull((a.box, b.box)), tuple(sorted({*a.members, *b.members})))
        held = [joined, *(area for number, area in enumerate(held) if number not in (first, second))]
        if _total(held, prices) < _total(best, prices):
            best = held
    return tuple(sorted(best, key=lambda area: area.members))


@lru_cache(maxsize=64)
def areas_around(
    places: tuple[tuple[float, float], ...], least_km: float, most_km: float, prices: Prices
) -> tuple[Area, ...]:
    """The areas to ask so that nobody within ``least_km`` of a place (latitude, longitude) is missed, for the fewest credits.

    Each box then grows towards ``most_km`` as far as its price allows: OpenSky charges the same for 1 and for 25 square
    degrees, and who is seen farther out is seen more often before touchdown.
    """
    needed = [
        Area(box, (number,)) for number, place in enumerate(places) for box in split(box_around(*place, least_km))
    ]
    return tuple(_filled(area, places, most_km) for area in merged(tuple(needed), prices))


def _filled(area: Area, places: Sequence[tuple[float, float]], most_km: float) -> Area:
    least = area.box
    middle = (least.lon_min + least.lon_max) / 2
    wide = [
        min(split(box_around(*places[m], most_km)), key=lambda b: max(b.lon_min - middle, middle - b.lon_max, 0.0))
        for m in area.members
    ]
    most = _hull([least, *wide])
    if price_class(most) == price_class(least):
        return Area(most, area.members)
    low, high = 0.0, 1.0
    for _ in range(FILLS):
        half = (low + high) / 2
        low, high = (half, high) if price_class(_between(least, most, half)) == price_class(least) else (low, half)
    return Area(_between(least, most, low), area.members)


def _between(least: Box, most: Box, share: float) -> Box:
    return Box(
        least.lat_min + share * (most.lat_min - least.lat_min),
        least.lon_min + share * (most.lon_min - least.lon_min),
        least.lat_max + share * (most.lat_max - least.lat_max),
        least.lon_max + share * (most.lon_max - least.lon_max),
    )


def _hull(boxes: Sequence[Box]) -> Box:
    """The smallest box around boxes that do not cross the antimeridian."""
    return Box(
        min(box.lat_min for box in boxes),
        min(box.lon_min for box in boxes),
        max(box.lat_max for box in boxes),
        max(box.lon_max for box in boxes),
    )


def _total(areas: Sequence[Area], prices: Prices) -> int:
    return sum(prices[price_class(area.box)] for area in areas)
