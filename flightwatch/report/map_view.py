"""What part of the earth a map shows, how large, and whether a smaller map beside it shows the whole flight."""

import math
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from flightwatch.core.geo import EARTH_RADIUS_KM, box_around, destination
from flightwatch.core.model import Box
from flightwatch.core.points import Detail, Point, apart_km
from flightwatch.report.map_content import MapContent
from flightwatch.report.projection import Frame, Pixel, Projection, fitted, middle_of

LEAST_REACH_KM: Final = 150.0
"""Distance around its first place that the map shows at least, km: enough coast to know the place by."""

REGION_KM: Final = 7000.0
"""Greatest reach of a map with land at 1:50 million, km: the land then takes 5 to 60 kB."""

HEMISPHERE_KM: Final = 9000.0
"""Reach from which the whole earth is drawn, km: an azimuthal map distorts too much towards its edge."""

NEAR_TIMES: Final = 3.0
"""How many times farther than what is near a flight may have begun to be drawn on the same map: beyond, the place where contact
was lost and the airport would be one spot, so a smaller map shows the flight."""

_VIEW: Final = 2.9
"""Distance of a map's corners from its middle, as a multiple of that of the farthest point it must show, both measured on paper:
2.8 for 860 by 470 px with their margins."""


class Size(Struct, frozen=True):
    """How large a map is drawn, px."""

    width: int
    height: int
    margin: int
    """Least distance of what it must show from its edge."""
    locator: tuple[int, int]
    """Width and height of the smaller map."""
    most_towns: int
    most_names: int
    """Most towns that are named, and most countries, and half as many seas."""


class View(Struct, frozen=True):
    """A part of the earth, and where in a drawing it is shown."""

    frame: Frame
    projection: Projection
    reach_km: float
    """How far the farthest point it must show is from the first."""
    box: Box
    """Box of all that may be seen."""

    @property
    def is_world(self) -> bool:
        """Tell whether the whole earth is drawn."""
        return self.projection.is_world

    @property
    def detail(self) -> Detail:
        """At which scale the land is drawn."""
        return "50m" if self.reach_km <= REGION_KM else "110m"


def views(seen: MapContent, size: Size) -> tuple[View, View | None]:
    """Give what the map shows, and what the smaller map beside it does; None: there is none."""
    near, flights = seen.points, [point for way in (*seen.routes, *seen.flown) for point in way]
    near_km, all_km = _reach(near), _reach([*near, *flights])
    has_detail = bool(seen.lost or seen.found)
    if not has_detail or all_km <= NEAR_TIMES * max(near_km, LEAST_REACH_KM):
        return view([*near, *flights], (0, 0, size.width, size.height), size.margin), None
    main = view(near, (0, 0, size.width, size.height), size.margin)
    return main, view([*near, *flights], _corner(main, near, size), 14, least_km=0.0)


def view(points: Sequence[Point], frame: Frame, margin: float, *, least_km: float = LEAST_REACH_KM) -> View:
    """Give the view of points in a frame; ``least_km`` around the first of them is on it too."""
    longitude, latitude = points[0]
    around = [destination(latitude, longitude, bearing, least_km) for bearing in (0.0, 90.0, 180.0, 270.0) if least_km]
    corners = [*points, *((lon, lat) for lat, lon in around)]
    reach_km, middle = _reach(points), middle_of(corners)
    is_world = reach_km > HEMISPHERE_KM
    left, top, right, bottom = frame
    inner = (left + margin, top + margin, right - margin, bottom - margin)
    farthest_km = max(apart_km(middle, corner) for corner in corners)
    return View(
        frame=frame,
        projection=fitted(corners, inner, is_world=is_world),
        reach_km=reach_km,
        box=Box(-90, -180, 90, 180) if is_world else box_around(middle[1], middle[0], _seen_km(farthest_km)),
    )


def _reach(points: Sequence[Point]) -> float:
    return max(apart_km(points[0], point) for point in points)


def _seen_km(farthest_km: float) -> float:
    """Give how far a map shows, km, if it must show a point ``farthest_km`` from its middle; it draws distances as chords."""
    chord = math.sin(farthest_km / EARTH_RADIUS_KM / 2)
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, _VIEW * chord))


def _corner(main: View, points: Sequence[Point], size: Size) -> Frame:
    """Give the corner of a map in which a smaller one hides least of it; never the lower left one, where its scale is."""
    (wide, high), aside = size.locator, 8
    right, bottom = size.width - aside, size.height - aside
    corners = [
        (right - wide, aside, right, aside + high),
        (aside, aside, aside + wide, aside + high),
        (right - wide, bottom - high, right, bottom),
    ]
    marks = [main.projection.at(point) for point in points]
    return min(corners, key=lambda corner: sum(_near(mark, corner) for mark in marks))


def _near(mark: Pixel, frame: Frame) -> float:
    """Rate how much a frame hides of a mark and its label."""
    across = max(frame[0] - mark[0], mark[0] - frame[2], 0.0)
    down = max(frame[1] - mark[1], mark[1] - frame[3], 0.0)
    return max(0.0, 1.0 - across / 160.0) * max(0.0, 1.0 - down / 40.0)
