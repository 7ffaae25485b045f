"""Where an airframe was heard on a flight to or from a visit: few positions that tell the whole way."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.geo import distance_km
from flightwatch.core.points import Point

NEAR_KM: Final = 0.5
"""Farthest that a position which is left out lies from where the others have the airframe at that time, km: less than a line on
a map is wide."""

NEAR_M: Final = 150.0
"""The same of its altitude, m."""

LONGEST_GAP_S: Final = 900
"""Longest time between two positions over which a line is drawn as heard, s: polls every five minutes that miss two of three."""


class Fix(NamedTuple):
    """Where an airframe was."""

    at: int
    """Unix seconds."""
    latitude: float
    longitude: float
    altitude_m: int | None

    @property
    def point(self) -> Point:
        """The same as a point on a map."""
        return self.longitude, self.latitude


class Leg(Struct, frozen=True):
    """A flight to a visit, or from one, as far as it was heard."""

    is_to: bool
    """True if it led to the visit."""
    fixes: tuple[Fix, ...]
    """Oldest first, at least two."""
    heard_by: tuple[str, ...] = ()
    """Names of the sources that heard it, in order of the alphabet."""

    @property
    def heard(self) -> list[list[Fix]]:
        """The parts without a gap of `LONGEST_GAP_S`, in order."""
        parts = [[self.fixes[0]]]
        for before, fix in pairwise(self.fixes):
            if fix.at - before.at > LONGEST_GAP_S:
                parts.append([])
            parts[-1].append(fix)
        return parts


def heard_until(legs: Iterable[Leg], at: datetime) -> tuple[Leg, ...]:
    """The flights as far as they were heard by then; one of which there are no two positions by then is left out."""
    last = at.timestamp()
    known = (replace(leg, fixes=tuple(fix for fix in leg.fixes if fix.at <= last)) for leg in legs)
    return tuple(leg for leg in known if len(leg.fixes) > 1)


def thinned(fixes: Sequence[Fix]) -> list[Fix]:
    """The fixes, oldest first, without those that the others tell: time-ratio Douglas-Peucker (Meratnia and de By, 2004).

    One is left out where a steady flight between those that stay has the airframe within `NEAR_KM` and `NEAR_M` of it at its
    time. So many stay that there is no gap of `LONGEST_GAP_S` where there was none.
    """
    stay = {0, len(fixes) - 1} if fixes else set[int]()
    spans = [*pairwise(sorted(stay))]
    while spans:
        first, last = spans.pop()
        off, tells = max(((_off(fixes, first, last, n), n) for n in range(first + 1, last)), default=(0.0, 0))
        if off <= 1.0 and tells and fixes[last].at - fixes[first].at > LONGEST_GAP_S:
            off, tells = 2.0, (first + last) // 2
        if off > 1.0:
            stay.add(tells)
            spans += [(first, tells), (tells, last)]
    return [fixes[n] for n in sorted(stay)]


def _off(fixes: Sequence[Fix], first: int, last: int, n: int) -> float:
    """How far a fix is from where a steady flight has it, as a share of what is near; above 1: it tells more."""
    a, b, fix = fixes[first], fixes[last], fixes[n]
    share = (fix.at - a.at) / (b.at - a.at) if b.at > a.at else 0.0
    east = (b.longitude - a.longitude + 180.0) % 360.0 - 180.0
    latitude, longitude = a.latitude + share * (b.latitude - a.latitude), a.longitude + share * east
    off = distance_km(fix.latitude, fix.longitude, latitude, longitude) / NEAR_KM
    heights = (a.altitude_m, b.altitude_m, fix.altitude_m)
    if any(height is None for height in heights):
        return off if len({height is None for height in heights}) == 1 else max(off, 1.1)
    low, high, height = (float(each or 0) for each in heights)
    return max(off, abs(height - low - share * (high - low)) / NEAR_M)
