"""Since when polls look for whom, as far as news needs it: what is new at a first look is no news."""

from collections.abc import Mapping

from msgspec import Struct

from flightwatch.core.areas import WatchedArea
from flightwatch.core.geo import box_covered, distance_km
from flightwatch.core.model import Circle, Coverage
from flightwatch.core.watched import Watched
from flightwatch.tracking.lost import QUARTER_S, QUARTERS

FRESH_S = 3600
"""Time since the last good poll, s, up to which who is first heard inside an area can be told to have come: after a longer one
it may have been there all the time."""


class Looks(Struct, frozen=True):
    """What earlier polls looked for."""

    listed: Mapping[str, int] = {}
    """Unix seconds of the first good poll with a name of the watchlist: an airframe's icao24, where ``airborne`` is asked, or an
    area's key, which must have been looked at too."""
    quarters: tuple[int, ...] = ()
    """Quarter days, Unix seconds by `lost.QUARTER_S`, in which a poll was good; the newest last."""
    last_at: int | None = None
    """Unix seconds of the last good poll; None: there was none."""

    def is_known(self, area: WatchedArea) -> bool:
        """Tell whether somebody has looked at an area before."""
        return area.key in self.listed

    def is_fresh(self, now: int) -> bool:
        """Tell whether the last good poll was a short time before Unix second ``now``."""
        return self.last_at is not None and now - self.last_at <= FRESH_S


def looked(before: Looks, watched: Watched, coverage: Coverage, now: int, *, for_aircraft: bool) -> Looks:
    """What is known after the good poll of Unix second ``now``; ``for_aircraft``: whether it matters when they were listed."""
    if not for_aircraft and not watched.areas:
        return Looks(last_at=now)
    names = [aircraft.icao24 for aircraft in watched.aircraft] if for_aircraft else []
    names += [area.key for area in watched.areas if area.key not in before.listed and _is_asked(area, coverage)]
    new = {name: now for name in names if name not in before.listed}
    quarter = now // QUARTER_S
    quarters = before.quarters if quarter in before.quarters else (*before.quarters, quarter)[-QUARTERS - 1 :]
    return Looks({**before.listed, **new} if new else before.listed, quarters, now)


def _is_asked(area: WatchedArea, coverage: Coverage) -> bool:
    box, shape = area.box, area.shape
    if isinstance(shape, Circle) and any(
        distance_km(heard.latitude, heard.longitude, shape.latitude, shape.longitude) + shape.radius_km
        <= heard.radius_km
        for heard in coverage.circles
    ):
        return True
    corners = [(lat, lon) for lat in (box.lat_min, box.lat_max) for lon in (box.lon_min, box.lon_max)]
    return (
        coverage.world
        or box_covered(box, coverage.boxes)
        or any(
            all(distance_km(heard.latitude, heard.longitude, *corner) <= heard.radius_km for corner in corners)
            for heard in coverage.circles
        )
    )
