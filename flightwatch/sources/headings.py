"""The true heading of a strip of which only the number is known, which is magnetic."""

import re
from math import floor
from typing import Final

from flightwatch.data.magnetic_variation import FARTHEST_DEG, STEP_DEG, VARIATION_DEG

_NUMBER: Final = re.compile(r"(0?[1-9]|[12][0-9]|3[0-6])[LCRT]?")
_COLUMNS: Final = 360 // STEP_DEG


def heading_of_number(ident: str, latitude: float, longitude: float) -> float | None:
    """The true heading when landing on the end that is called so, degrees: ten times its number, and the variation there.

    Good to 5° and what the variation has changed since the strip was numbered. None where no number is written, and nearer to the
    poles than the variation is known.
    """
    number = _NUMBER.fullmatch(ident.strip().upper())
    if number is None or abs(latitude) > FARTHEST_DEG:
        return None
    return float(round(10 * int(number[1]) + variation_deg(latitude, longitude)) % 360)


def variation_deg(latitude: float, longitude: float) -> float:
    """Magnetic variation, degrees, positive to the east, at a place no nearer to a pole than `FARTHEST_DEG`."""
    north, east = (latitude + FARTHEST_DEG) / STEP_DEG, (longitude + 180) / STEP_DEG
    row, column = min(floor(north), 2 * FARTHEST_DEG // STEP_DEG - 1), floor(east)
    first = _at(row, column)
    total = 0.0
    for up in (0, 1):
        for right in (0, 1):
            share = (north - row if up else 1 - north + row) * (east - column if right else 1 - east + column)
            value = _at(row + up, column + right)
            # 179° and -179° are two degrees apart.
            total += share * (first + (value - first + 180) % 360 - 180)
    return total


def _at(row: int, column: int) -> int:
    return VARIATION_DEG[row * _COLUMNS + column % _COLUMNS]
