"""What is written on a map, the most important first: airports, losses and findings, then countries, seas and towns."""

from collections.abc import Iterable, Iterator, Sequence
from math import hypot, sqrt

from msgspec import Struct

from flightwatch.core.points import Point, great_circle
from flightwatch.report.labels import Line, Placed, Room, Style, Text, Wanted, boxes_along, leading, place, place_at
from flightwatch.report.map_content import MapContent, Spot
from flightwatch.report.map_view import Size, View, located
from flightwatch.report.names import POLES, Names, rows_in
from flightwatch.report.projection import Frame, Pixel

_MARK = 11.0
"""Side of the box that a mark takes, px."""

_DOT = 5.0

_WIDEST = 3.4
"""Longest name of a country or a sea, in the radius that is free around its middle: longer ones would seem to be another's."""

_SHORTEST = 15.0
"""No name of a country or a sea is shorter, px."""

_APART = 0.55
"""Least distance of two towns, in the distance that they would have if they were spread evenly."""

_BESIDE = (8.0, 16.0, 24.0)
"""How far above or below the middle of a large area its name may stand, where something is drawn across the middle, px."""

_STEP_KM = 200.0
"""Distance of points of a great circle."""

_ROOM = 10.0
"""Free room at the edge of the frame within which the middle of a name does not lie, px."""


class Lettering(Struct, frozen=True):
    """What is written on a map, and the towns that are named, whose dots are to be drawn."""

    labels: tuple[Placed, ...]
    towns: tuple[Pixel, ...]


def lettering(seen: MapContent, shown: View, size: Size, names: Names, fixed: Sequence[Frame]) -> Lettering:
    """Find what can be written on a map; ``fixed`` are boxes that stay free, such as the scale's."""
    spots = [*seen.airports, *seen.elsewhere, *seen.lost, *seen.found, *seen.origins]
    marks = [_box(shown.projection.at(spot.point), _MARK) for spot in spots]
    along = _boxes((*seen.dark, *seen.boundless, *seen.heard, *seen.flown, *seen.routes), shown)
    frame = _inner(shown.frame)
    fields = [shown.projection.at(spot.point) for spot in seen.airports]
    apart = [spot for spot in (*seen.lost, *seen.found) if _is_apart(shown.projection.at(spot.point), fields)]
    ours = [
        *_marked(seen.airports, shown, "name", is_needed=True),
        *_marked(apart, shown, "note"),
        *_marked((*seen.origins, *seen.elsewhere), shown, "note"),
    ]
    theirs = [
        *_areas(shown, names, "country", size.most_names),
        *_areas(shown, names, "sea", size.most_names // 2),
    ]
    labels = place([*ours, *theirs], frame, marks, fixed, along)
    written = {line.line.text for label in labels for line in label.lines}
    taken = [*fixed, *(line.box for label in labels for line in label.lines)]
    taken += [box for label in labels for box in leading(label, from_px=0.0)]
    rows = [*_poles(shown), *rows_in(shown.box, names.towns)]
    towns, dots = _towns(shown, rows, size.most_towns, written, [*marks, *along, *taken])
    return Lettering((*labels, *towns), tuple(dots))


def locator_lettering(seen: MapContent, shown: View, main: View, names: Names) -> Lettering:
    """Find what can be written on the smaller map: where the flights began and ended, and countries.

    Where flights were first heard is said at one of these places, as all of them have the same sign.
    """
    origins, airports = located(seen, shown, main)
    spots = [*airports, *{spot.brief: spot for spot in reversed(origins)}.values()]
    poles = {name: shown.projection.at(point) for name, point, _ in _poles(shown)}
    marks = [_box(shown.projection.at(spot.point), 7.0) for spot in spots] + [_box(at, _DOT) for at in poles.values()]
    lines = _boxes((*seen.routes, *seen.heard, *seen.flown), shown)
    brief = [Spot(s.longitude, s.latitude, s.label.partition(",")[0], s.brief) for s in spots]
    wanted = [
        *(Wanted(((Line(name, "town"),),), (at,)) for name, at in poles.items()),
        *_marked(brief, shown, "note"),
        *_areas(shown, names, "country", 3),
        *_areas(shown, names, "sea", 1),
    ]
    labels = place(wanted, _inner(shown.frame), marks, (), lines)
    written = {line.line.text for label in labels for line in label.lines}
    return Lettering(tuple(labels), tuple(at for name, at in poles.items() if name in written))


def _poles(shown: View) -> list[tuple[str, Point, float]]:
    """Give the poles on a map, as towns are given; none on one of the whole earth, where each is a line."""
    return rows_in(shown.box, () if shown.is_world else POLES)


def _boxes(ways: Iterable[Sequence[Point]], shown: View) -> list[Frame]:
    """Give small boxes that cover ways along great circles."""
    lines = (line for way in ways for line in shown.projection.lines(great_circle(way, _STEP_KM)))
    return [box for line in lines for box in boxes_along(line)]


def _inner(frame: Frame) -> Frame:
    return frame[0] + 3, frame[1] + 3, frame[2] - 3, frame[3] - 3


def _box(at: Pixel, side: float) -> Frame:
    return at[0] - side / 2, at[1] - side / 2, at[0] + side / 2, at[1] + side / 2


def _is_apart(at: Pixel, fields: Sequence[Pixel]) -> bool:
    """Tell whether a mark can be seen beside those of airports, as on a map of the whole earth it cannot."""
    return all(hypot(at[0] - x, at[1] - y) >= _MARK for x, y in fields)


def _marked(spots: Sequence[Spot], shown: View, style: Style, *, is_needed: bool = False) -> Iterator[Wanted]:
    for spot in spots:
        below = [note for note in dict.fromkeys((spot.note, spot.brief_note)) if note]
        ways: list[Text] = [(Line(spot.label, style), Line(note, "note")) for note in below]
        ways += [(Line(text, style),) for text in dict.fromkeys((spot.label, spot.brief)) if text]
        ways += [(Line(spot.key, "key"),)] if spot.key else []
        if ways:
            yield Wanted(tuple(ways), (shown.projection.at(spot.point),), is_needed=is_needed)


def _areas(shown: View, names: Names, style: Style, most: int) -> Iterator[Wanted]:
    """Want the names of the countries or seas that take most of the map, each where most of it is free."""
    rows = names.countries if style == "country" else names.seas
    left, top, right, bottom = shown.frame
    found = dict[str, list[tuple[float, Pixel]]]()
    for name, point, radius_km in rows_in(shown.box, rows):
        widest = _WIDEST * radius_km * shown.projection.px_a_km
        if widest < _SHORTEST:
            break
        if (width := Line(name, style).width) > widest:
            continue
        x, y = shown.projection.at(point)
        edge = min(x - left, right - x, 3 * (y - top), 3 * (bottom - y))
        radius = min(radius_km * shown.projection.px_a_km, edge)
        if edge >= _ROOM and width <= _WIDEST * radius:
            found.setdefault(name, []).append((radius, (x, y)))
    ranked = sorted(found.items(), key=lambda each: (-max(each[1])[0], each[0]))
    for name, places in ranked[:most]:
        best = sorted(places, reverse=True)
        beside = (
            (x, y + down) for off in _BESIDE for radius, (x, y) in best if radius > 2 * off for down in (-off, off)
        )
        spots = (*(spot for _, spot in best), *beside)
        yield Wanted(((Line(name, style),),), spots, is_inside=True)


def _towns(
    shown: View, rows: Sequence[tuple[str, Point, float]], most: int, written: set[str], taken: Sequence[Frame]
) -> tuple[list[Placed], list[Pixel]]:
    """Name the largest towns for which there is room, and none that an airport is named after."""
    labels, dots = list[Placed](), list[Pixel]()
    said = " ".join(written)
    room = Room(_inner(shown.frame))
    for box in taken:
        room.take(box)
    left, top, right, bottom = _inner(shown.frame)
    apart = _APART * sqrt((right - left) * (bottom - top) / most)
    for name, point, _people in rows:
        at = shown.projection.at(point)
        is_free = name not in said and room.is_free(_box(at, _DOT + 1))
        if not is_free or any(hypot(at[0] - x, at[1] - y) < apart for x, y in dots):
            continue
        placed = place_at(Line(name, "town"), at, room)
        if placed is not None:
            labels.append(placed)
            dots.append(at)
            room.take(_box(at, _DOT))
            room.take(placed.lines[0].box)
            if len(labels) == most:
                break
    return labels, dots
