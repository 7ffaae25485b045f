"""What part of the earth a map shows, how large, and whether a smaller map beside it shows the whole flight."""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from flightwatch.core.geo import KM_PER_DEGREE, box_around, destination
from flightwatch.core.model import Box
from flightwatch.core.points import Detail, Point, apart_km, great_circle
from flightwatch.report.map_content import MapContent, Spot
from flightwatch.report.projection import Frame, Pixel, Projection, fitted

LEAST_REACH_KM: Final = 150.0
"""Distance around its first place that the map shows at least, km: enough coast to know the place by."""

REGION_KM: Final = 7000.0
"""Greatest reach of a map with land at 1:50 million, km: the land then takes 5 to 60 kB."""

WIDEST_DEG: Final = 110.0
"""Greatest distance of a corner of an azimuthal map from its middle, degrees: beyond it distorts too much, and the whole earth is
drawn."""

_OVER_POLE_DEG: Final = 75.0
"""Latitude beyond which a way runs along the edge of the whole earth, degrees: there a parallel is drawn 2.5 times too long."""

_LEAST_OVER_POLE_KM: Final = 1500.0
"""Reach of a way from which its run over a pole is shown on a smaller map, km: a shorter one is a spot there too."""

_STEP_KM: Final = 500.0
"""Distance of points of a way that must be on the map."""

NEAR_TIMES: Final = 3.0
"""How many times farther than what is near a flight may have begun to be drawn on the same map: beyond, the place where contact
was lost and the airport would be one spot, so a smaller map shows the flight."""

_INNER_MARGIN: Final = 14
"""Least distance of what a smaller map must show from its edge, px."""

_EDGE_PX: Final = 3.0
"""How far land is drawn beyond the frame, px, so that its outline is not seen to end."""


class Size(Struct, frozen=True):
    """How large a map is drawn, px."""

    width: int
    height: int
    margin: int
    """Least distance of what it must show from its edge."""
    locator: tuple[int, int] | None
    """Width and height of the smaller map; None: there is no room for one."""
    most_towns: int
    most_names: int
    """Most towns that are named, and most countries, and half as many seas."""


class View(Struct, frozen=True):
    """A part of the earth, and where in a drawing it is shown."""

    frame: Frame
    projection: Projection
    reach_km: float
    """How far the farthest point it must show is from the first."""
    wide_deg: float
    """How far its farthest corner is from the middle of the projection; 180 for the whole earth."""
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
    """Give what the map shows, and what the smaller map beside it does; None: there is none.

    That is the whole flights where the map shows their ends only, or the ways over a pole where it shows the whole earth.
    """
    near = [*seen.points, *_along((*seen.dark, *seen.boundless))]
    flights = [*_along(seen.routes), *(point for way in seen.flown for point in way)]
    near_km, all_km = _reach(near), _reach([*near, *flights])
    has_detail = bool(seen.lost or seen.found)
    if not has_detail or all_km <= NEAR_TIMES * max(near_km, LEAST_REACH_KM):
        main = view([*near, *flights], (0, 0, size.width, size.height), size.margin)
        return main, _over_pole(seen, main, size, size.locator) if main.is_world and size.locator else None
    main = view(near, (0, 0, size.width, size.height), size.margin)
    if size.locator is None:
        return main, None
    return main, view([*near, *flights], _corner(main, near, size, size.locator), _INNER_MARGIN, least_km=0.0)


def _along(ways: Iterable[Sequence[Point]]) -> list[Point]:
    return [point for way in ways for point in great_circle(way, _STEP_KM)]


def _over_pole(seen: MapContent, main: View, size: Size, inner: tuple[int, int]) -> View | None:
    """Give the view of the ways that run over a pole, or close by; None: there are none, or there is no room for it."""
    ways = [_along([way]) for way in (*seen.routes, *seen.dark, *seen.boundless, *seen.flown)]
    ways = [way for way in ways if _reach(way) > _LEAST_OVER_POLE_KM]
    north = [way for way in ways if max(lat for _, lat in way) > _OVER_POLE_DEG]
    south = [way for way in ways if min(lat for _, lat in way) < -_OVER_POLE_DEG]
    marks = [*seen.points, *(spot.point for spot in seen.origins)]
    frame, places = _corner(main, marks, size, inner), main.projection.pixels(marks)
    if not (north or south) or any(frame[0] < x < frame[2] and frame[1] < y < frame[3] for x, y in places):
        return None
    made = view([point for way in north or south for point in way], frame, _INNER_MARGIN, least_km=0.0)
    return None if made.is_world else made


def located(seen: MapContent, locator: View, main: View) -> tuple[Sequence[Spot], Sequence[Spot]]:
    """Give the origins and the airports that are marked on the smaller map: of airports that are one spot there the first."""
    left, top, right, bottom = locator.frame

    def inside(spots: Sequence[Spot]) -> list[Spot]:
        places = locator.projection.pixels([spot.point for spot in spots])
        return [s for s, (x, y) in zip(spots, places, strict=True) if left < x < right and top < y < bottom]

    return inside(seen.origins), inside(seen.airports if main.is_world else seen.airports[:1])


def view(points: Sequence[Point], frame: Frame, margin: float, *, least_km: float = LEAST_REACH_KM) -> View:
    """Give the view of points in a frame; ``least_km`` around the first of them is on it too."""
    longitude, latitude = points[0]
    around = [destination(latitude, longitude, bearing, least_km) for bearing in (0.0, 90.0, 180.0, 270.0) if least_km]
    corners = [*points, *((lon, lat) for lat, lon in around)]
    left, top, right, bottom = frame
    inner = (left + margin, top + margin, right - margin, bottom - margin)
    low = (left + margin, top + margin / 3, right - margin, bottom - margin / 3)
    region = fitted(corners, inner, is_world=False)
    wide_deg = region.away_deg((left - _EDGE_PX, top - _EDGE_PX, right + _EDGE_PX, bottom + _EDGE_PX))
    is_world = wide_deg > WIDEST_DEG
    return View(
        frame=frame,
        projection=fitted(corners, low, is_world=True) if is_world else region,
        reach_km=_reach(points),
        wide_deg=180.0 if is_world else wide_deg,
        box=Box(-90, -180, 90, 180)
        if is_world
        else box_around(region.middle[1], region.middle[0], wide_deg * KM_PER_DEGREE),
    )


def _reach(points: Sequence[Point]) -> float:
    return max(apart_km(points[0], point) for point in points)


def _corner(main: View, points: Sequence[Point], size: Size, inner: tuple[int, int]) -> Frame:
    """Give the corner of a map in which a smaller one hides least of it; never the lower left one, where its scale is."""
    (wide, high), aside = inner, 8
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
