"""Visits as GeoJSON (RFC 7946): where they were, where contact ended and began again, and the unheard way between.

Written by hand: the package geojson adds untyped dictionaries to what msgspec does and does not cut lines at the antimeridian;
what does (antimeridian) brings NumPy and Shapely.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby, islice, pairwise
from math import ceil, copysign
from typing import Any, Final

import msgspec

from flightwatch.core.attribution import whom_to_name
from flightwatch.core.geo import bearing_deg, destination
from flightwatch.core.ids import departure_id
from flightwatch.core.legs import Leg
from flightwatch.core.model import OPENSKY, Event, StateVector, instant
from flightwatch.core.points import SHORTEST_LINE_KM, Point, apart_km
from flightwatch.core.visits import Visit
from flightwatch.export.rows import row
from flightwatch.tracking.motion import fixed_at, has_position, point_of
from flightwatch.wording.phrases import json_text

STEP_KM: Final = 100.0
"""Distance between points of a great circle: straight lines between them are within 1 km of it."""

READ_AT_ONCE: Final = 250
"""Visits of which the events are read at once."""

_DIGITS: Final = 6
"""Decimals of a degree, 0.1 m, as RFC 7946 (11.2) advises."""


def as_geojson(
    visits: Iterable[Visit],
    events_of: Callable[[Sequence[Visit]], Mapping[str, Event]],
    now: datetime,
    legs_of: Callable[[Sequence[Visit]], Mapping[str, Sequence[Leg]]] = lambda _: {},
) -> Iterator[str]:
    """Write visits as a FeatureCollection, a feature a line. ``events_of`` gives the landings and departures of some, by id.

    ``legs_of`` gives the flights to some visits and from them, by the visit's id.

    Each feature has a ``kind`` and the id of its ``visit``. ``visit``: a point with all fields of `VisitRow`.
    ``last_contact`` and ``first_contact``: a point, before a landing and after a departure that were inferred. ``dark``: the
    great circles between these and the visit's place, with ``estimated`` true; nobody knows what was flown there. A visit
    whose airframe was heard on the ground in between has two of them: the way there, and the way from there ``since`` then.
    ``leg``: where it was heard on the flight ``to`` the visit or ``from`` it, as ``direction`` says; in parts where it was not.
    Where others than OpenSky heard them, ``attribution`` at the end says whom to name, and the terms of their data.
    """
    before, rest = '{"type": "FeatureCollection", "features": [', iter(visits)
    heard_by, archives = set[str](), set[str]()
    while some := list(islice(rest, READ_AT_ONCE)):
        events, legs = events_of(some), legs_of(some)
        heard_by.update(name for each in legs.values() for leg in each for name in leg.heard_by)
        heard_by.update(name for event in events.values() for name in event.heard_by)
        archives.update(end.archive for visit in some for end in visit.ends if end.archive is not None)
        for visit in some:
            for feature in (*_features(visit, events, now), *_legs(visit, legs.get(visit.id, ()))):
                yield f"{before}{json_text(feature)}"
                before = ",\n"
    heard_by |= archives
    named = [credit.line for credit in whom_to_name(heard_by)] if heard_by - {OPENSKY} else []
    attribution = f', "attribution": {json_text(named)}' if named else ""
    yield ("" if before == ",\n" else before) + f"]{attribution}}}\n"


def _features(visit: Visit, events: Mapping[str, Event], now: datetime) -> Iterator[dict[str, Any]]:
    there = (visit.longitude, visit.latitude)
    yield _feature(_point(there), "visit", msgspec.to_builtins(row(visit, now)))
    departure = None if visit.departure is None else events.get(departure_id(visit))
    lost, found = _contact(events.get(visit.landing or "")), _contact(departure)
    about = _about(visit)
    for kind, report in (("last_contact", lost), ("first_contact", found)):
        if report is not None:
            heard = {"time": instant(fixed_at(report)), "altitude_m": report.baro_altitude, "callsign": report.callsign}
            yield _feature(_point(point_of(report)), kind, about | heard)
    stood = None if departure is None else _last_stood(departure)
    if lost and found and stood is None:
        yield from _dark(about, [point_of(lost), there, point_of(found)], fixed_at(lost), fixed_at(found))
        return
    if lost:
        yield from _dark(about, [point_of(lost), there], fixed_at(lost), None)
    if found:
        yield from _dark(about, [there, point_of(found)], fixed_at(stood) if stood else None, fixed_at(found))


def _about(visit: Visit) -> dict[str, Any]:
    return {"visit": visit.id, "icao24": visit.icao24, "registration": visit.registration}


def _legs(visit: Visit, legs: Iterable[Leg]) -> Iterator[dict[str, Any]]:
    """Draw the flights to a visit and from it, as far as they were heard; none of which no two positions are near in time."""
    for leg in legs:
        parts = [line for part in leg.heard if len(part) > 1 for line in _parts([fix.point for fix in part])]
        if parts:
            times = {"since": instant(leg.fixes[0].at), "until": instant(leg.fixes[-1].at)}
            told = {"direction": "to" if leg.is_to else "from", **times, "heard_by": leg.heard_by}
            yield _feature(_lines(parts), "leg", _about(visit) | told)


def _contact(event: Event | None) -> StateVector | None:
    """Give the last report before an inferred landing, or the first after an inferred departure; None: there is none."""
    if event is None or event.basis == "observed":
        return None
    return next((report for report in reversed(event.evidence) if has_position(report)), None)


def _last_stood(departure: Event) -> StateVector | None:
    """Give the last report from the ground before a departure; None: it was not heard there."""
    return next(
        (report for report in reversed(departure.evidence[:-1]) if report.on_ground and has_position(report)), None
    )


def _dark(
    about: dict[str, Any], way: Sequence[Point], since: int | None, until: int | None
) -> Iterator[dict[str, Any]]:
    """Draw the way between two contacts, if it has any length; the times are Unix seconds, None where nobody knows them."""
    legs = [(a, b) for a, b in pairwise(way) if apart_km(a, b) >= SHORTEST_LINE_KM]
    if not legs:
        return
    times = {
        "since": None if since is None else instant(since),
        "until": None if until is None else instant(until),
        "duration_s": None if since is None or until is None else until - since,
        "estimated": True,
    }
    yield _feature(_line([p for a, b in legs for p in _great_circle(a, b)] + [legs[-1][1]]), "dark", about | times)


def _feature(geometry: dict[str, Any], kind: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": geometry, "properties": {"kind": kind, **properties}}


def _point(at: Point) -> dict[str, Any]:
    return {"type": "Point", "coordinates": _rounded(at)}


def _line(points: Sequence[Point]) -> dict[str, Any]:
    """Draw a line, cut in parts where it crosses the antimeridian (RFC 7946, 3.1.9). Parts that only touch it are left out."""
    return _lines(_parts(points))


def _parts(points: Sequence[Point]) -> list[list[Point]]:
    parts = [[p for p, _ in groupby(map(_rounded, part))] for part in _cut(points)]
    return [part for part in parts if len(part) > 1]


def _lines(parts: Sequence[Sequence[Point]]) -> dict[str, Any]:
    if len(parts) == 1:
        return {"type": "LineString", "coordinates": parts[0]}
    return {"type": "MultiLineString", "coordinates": parts}


def _cut(points: Sequence[Point]) -> list[list[Point]]:
    parts = [[points[0]]]
    for (lon_a, lat_a), (lon_b, lat_b) in pairwise(points):
        if abs(lon_b - lon_a) > 180.0:
            edge = copysign(180.0, lon_a)
            way = lon_b + 2 * edge - lon_a
            lat = lat_a + (lat_b - lat_a) * (edge - lon_a) / way if way else lat_a
            parts[-1].append((edge, lat))
            parts.append([(-edge, lat)])
        parts[-1].append((lon_b, lat_b))
    return parts


def _great_circle(a: Point, b: Point) -> list[Point]:
    """Give points on the great circle from ``a`` to ``b``, at most `STEP_KM` apart, including ``a`` but not ``b``."""
    course, way = bearing_deg(a[1], a[0], b[1], b[0]), apart_km(a, b)
    steps = ceil(way / STEP_KM)
    between = (destination(a[1], a[0], course, way * step / steps) for step in range(1, steps))
    return [a, *((lon, lat) for lat, lon in between)]


def _rounded(at: Point) -> Point:
    return round(at[0], _DIGITS), round(at[1], _DIGITS)
