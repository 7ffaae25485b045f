"""The scale of a map, and along which line of it that holds."""

from math import cos, floor, log10, radians
from typing import Final

from msgspec import Struct

from flightwatch.core.geo import KM_PER_DEGREE
from flightwatch.report.labels import SIZES, text_width
from flightwatch.report.map_view import Size, View
from flightwatch.report.projection import Frame

_MIDDLE_ONLY_DEG: Final = 49.0
"""Distance of a map's corner from its middle beyond which its scale is said to be that of the middle, degrees: at the corner the
scale is a tenth more across, and a tenth less towards the middle."""

_STEP_DEG: Final = 5
"""To how many degrees the latitude of a scale is rounded."""


class Scale(Struct, frozen=True):
    """A bar of a round length."""

    text: str
    """What is written over it: ``100 km``, and where that holds if it does not all over the map."""
    long: float
    """Its length, px."""
    frame: Frame
    """What both take."""


def scale_of(shown: View, size: Size) -> Scale:
    """Give the scale of a map."""
    px_a_km, where = _along_a_parallel(shown) if shown.is_world else (shown.projection.px_a_km, "")
    if not shown.is_world and shown.wide_deg > _MIDDLE_ONLY_DEG:
        where = " in the middle"
    room_km = size.width / 4 / px_a_km
    power = 10.0 ** floor(log10(room_km))
    bar_km = power * (5 if room_km >= 5 * power else 2 if room_km >= 2 * power else 1)
    text, long = f"{bar_km:,.0f} km{where}", bar_km * px_a_km
    wide = max(long, text_width(text, SIZES["note"]))
    return Scale(text, long, (8.0, size.height - 42.0, 20.0 + wide, size.height - 6.0))


def _along_a_parallel(shown: View) -> tuple[float, str]:
    """Give the scale of the whole earth along a parallel, which is the same all along it: px a km, and which parallel it is.

    That is the equator, or if the map does not show it the parallel in its middle.
    """
    lon, (_, top, _, bottom) = shown.projection.middle[0], shown.frame
    level = {lat: shown.projection.at((lon, float(lat)))[1] for lat in range(-80, 81, _STEP_DEG)}
    latitude = 0 if top < level[0] < bottom else min(level, key=lambda lat: abs(level[lat] - (top + bottom) / 2))
    (x, _), (to_x, _) = shown.projection.pixels([(lon, float(latitude)), (lon + 1.0, float(latitude))])
    where = f"{abs(latitude)}° {'N' if latitude > 0 else 'S'}" if latitude else "the equator"
    return (to_x - x) / (KM_PER_DEGREE * cos(radians(latitude))), f" at {where}"
