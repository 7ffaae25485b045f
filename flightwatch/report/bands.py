"""The bands of a map: where airframes can have been while nobody heard them, in pixels."""

from collections.abc import Iterator, Sequence
from math import atan2, cos, degrees, hypot, pi, sin, sqrt
from typing import Final

from msgspec import Struct

from flightwatch.report.map_content import Doubt
from flightwatch.report.map_view import View
from flightwatch.report.projection import Pixel

_LEAST_PX: Final = 3.0
"""Least half width of a band, px: narrower it would be taken for a line."""

_AROUND: Final = 96
"""Points in which the edge of a band is looked at."""

_MOST: Final = 60
"""Most bands that are looked at for their common edge; more are drawn without one."""


class Band(Struct, frozen=True):
    """An ellipse: the sum of distances from its foci is the way that an airframe can have flown."""

    middle: Pixel
    long: float
    short: float
    """Half of its length and width, px."""
    angle: float
    """Of its length, radians clockwise from the right."""

    @property
    def path(self) -> str:
        """Its outline as an SVG path, in quarters: half an ellipse leaps by pixels where its numbers are rounded."""
        first, *others = (f"{x:.1f},{y:.1f}" for x, y in (self.at(quarter * pi / 2) for quarter in range(5)))
        arc = f"A{self.long:.1f},{self.short:.1f} {degrees(self.angle):.1f} 0 1 "
        return f"M{first}{''.join(f'{arc}{each}' for each in others)}Z"

    def at(self, turn: float) -> Pixel:
        """Give a point of its edge."""
        along, aside = self.long * cos(turn), self.short * sin(turn)
        return (
            self.middle[0] + along * cos(self.angle) - aside * sin(self.angle),
            self.middle[1] + along * sin(self.angle) + aside * cos(self.angle),
        )

    def holds(self, point: Pixel) -> bool:
        """Tell whether a point lies inside it, and not on its edge."""
        x, y = point[0] - self.middle[0], point[1] - self.middle[1]
        along, aside = x * cos(self.angle) + y * sin(self.angle), y * cos(self.angle) - x * sin(self.angle)
        return (along / self.long) ** 2 + (aside / self.short) ** 2 < 0.999


def band(doubt: Doubt, shown: View) -> Band:
    """Give the band of a way that nobody heard."""
    (x, y), (to_x, to_y) = (shown.projection.at(point) for point in (doubt.begin, doubt.end))
    apart = hypot(to_x - x, to_y - y)
    long = max(doubt.way_km * shown.projection.px_a_km, apart, 2 * _LEAST_PX) / 2
    short = max(sqrt(max(long * long - apart * apart / 4, 0.0)), _LEAST_PX)
    return Band(((x + to_x) / 2, (y + to_y) / 2), long, short, atan2(to_y - y, to_x - x))


def edge_of(bands: Sequence[Band]) -> str:
    """Give the edge of all bands together as an SVG path; empty where there are too many."""
    return "".join(map(_line, edges(bands)))


def edges(bands: Sequence[Band]) -> Iterator[list[Pixel]]:
    """Give the edge of all bands together, in parts; nothing where there are too many."""
    for each in bands if len(bands) <= _MOST else ():
        yield from _outside(each, [other for other in bands if other is not each])


def _outside(each: Band, others: Sequence[Band]) -> Iterator[list[Pixel]]:
    """Give the parts of an edge that lie in no other band."""
    part = list[Pixel]()
    for number in range(_AROUND + 1):
        point = each.at(2 * pi * number / _AROUND)
        if not any(other.holds(point) for other in others):
            part.append(point)
        elif part:
            yield part
            part = []
    if part:
        yield part


def _line(part: Sequence[Pixel]) -> str:
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in part)
