"""Visits on a map, as RFC 7946 has it."""

import json
from itertools import pairwise
from typing import Any

import pytest
from made_visits import at, first_heard_there, landing, left, moment, unix, visit
from state_vectors import report

from flightwatch.core.geo import distance_km
from flightwatch.core.ids import identity
from flightwatch.core.legs import Fix, Leg
from flightwatch.core.model import Event, StateVector
from flightwatch.core.visits import Visit
from flightwatch.export.geojson import STEP_KM, as_geojson

NOW = at("2023-09-28T12:00")
LOST = report(unix("2023-09-26T01:40"), longitude=126.2, latitude=39.6, baro_altitude=3000.0)
SILENT = report(unix("2023-09-26T01:41"), longitude=None, latitude=None, time_position=None)
STOOD = report(unix("2023-09-27T22:40"), longitude=125.67, latitude=39.2241, on_ground=True)
FOUND = report(unix("2023-09-28T00:40"), longitude=126.4, latitude=39.4, baro_altitude=5000.0)
DEPARTURE = identity("departure", "visit-1")
THERE = [125.67, 39.2241]
ABOUT = {"visit": "visit-1", "icao24": "15521f", "registration": "RA-86559"}


def features(kept: Visit, *events: Event) -> list[dict[str, Any]]:
    written = json.loads(
        "".join(as_geojson([kept], lambda _: {event.id: event for event in events}, NOW)), parse_constant=pytest.fail
    )
    assert written.keys() == {"type", "features"}
    assert written["type"] == "FeatureCollection"
    assert {feature["type"] for feature in written["features"]} == {"Feature"}
    return [each for each in written["features"] if isinstance(each, dict)]


def dark_line(kept: Visit, lost: StateVector) -> dict[str, Any]:
    line = features(kept, landing(evidence=(lost,)))[-1]
    assert line["properties"]["kind"] == "dark"
    geometry = line["geometry"]
    assert isinstance(geometry, dict)
    return geometry


def test_a_visit_between_two_flights() -> None:
    """Four features: where it was, where contact ended, where it began again, and the dark, which is an estimate."""
    there, lost, found, dark = features(
        visit(), landing(evidence=(LOST, SILENT)), left(id=DEPARTURE, evidence=(LOST, FOUND))
    )
    assert there["geometry"] == {"type": "Point", "coordinates": THERE}
    assert there["properties"]["kind"] == "visit"
    assert there["properties"]["arrived"] == "2023-09-26T01:52:00Z"
    assert there["properties"]["dwell_s"] == 167_940
    assert lost == {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [126.2, 39.6]},
        "properties": {
            "kind": "last_contact",
            **ABOUT,
            "time": "2023-09-26T01:40:00Z",
            "altitude_m": 3000.0,
            "callsign": "TST1    ",
        },
    }
    assert found["geometry"]["coordinates"] == [126.4, 39.4]
    assert (found["properties"]["kind"], found["properties"]["time"]) == ("first_contact", "2023-09-28T00:40:00Z")
    assert dark == {
        "type": "Feature",
        "geometry": {"type": "LineString", "coordinates": [[126.2, 39.6], THERE, [126.4, 39.4]]},
        "properties": {
            "kind": "dark",
            **ABOUT,
            "since": "2023-09-26T01:40:00Z",
            "until": "2023-09-28T00:40:00Z",
            "duration_s": 169_200,
            "estimated": True,
        },
    }


def test_nothing_is_dark_that_was_seen() -> None:
    seen = landing(evidence=(LOST,), basis="observed", confidence=1.0)
    assert [f["properties"]["kind"] for f in features(visit(departure=None), seen)] == ["visit"]


def test_a_visit_that_goes_on_is_dark_until_nobody_knows_when() -> None:
    dark = features(visit(departure=None), landing(evidence=(LOST,)))[-1]
    assert dark["geometry"]["coordinates"] == [[126.2, 39.6], THERE]
    assert (dark["properties"]["until"], dark["properties"]["duration_s"]) == (None, None)


@pytest.mark.parametrize(
    ("kept", "event"),
    [
        (visit(arrival=moment("2023-09-26T01:52")), landing(evidence=(LOST, STOOD), basis="observed", confidence=1.0)),
        (visit(arrival=first_heard_there(), landing=None), None),
    ],
    ids=["seen to land", "found there"],
)
@pytest.mark.parametrize(
    ("before", "since", "duration_s"), [((STOOD,), "2023-09-27T22:40:00Z", 7200), ((), None, None)]
)
def test_no_stay_is_dark_that_was_heard(
    kept: Visit, event: Event | None, before: tuple[StateVector, ...], since: str | None, duration_s: int | None
) -> None:
    """The dark begins with the last report from the ground; where none is recorded nobody knows when."""
    gone = left(id=DEPARTURE, evidence=(*before, FOUND))
    _, found, dark = features(kept, *([event] if event else []), gone)
    assert found["properties"]["kind"] == "first_contact"
    assert dark["geometry"]["coordinates"] == [THERE, [126.4, 39.4]]
    assert dark["properties"] == {
        "kind": "dark",
        **ABOUT,
        "visit": kept.id,
        "since": since,
        "until": "2023-09-28T00:40:00Z",
        "duration_s": duration_s,
        "estimated": True,
    }


def test_heard_there_between() -> None:
    """A landing that was inferred and then confirmed is between two stretches of dark."""
    _, _, _, way_in, way_out = features(visit(), landing(evidence=(LOST,)), left(id=DEPARTURE, evidence=(STOOD, FOUND)))
    said = [
        (dark["geometry"]["coordinates"], dark["properties"]["since"], dark["properties"]["until"])
        for dark in (way_in, way_out)
    ]
    assert said == [
        ([[126.2, 39.6], THERE], "2023-09-26T01:40:00Z", None),
        ([THERE, [126.4, 39.4]], "2023-09-27T22:40:00Z", "2023-09-28T00:40:00Z"),
    ]


def test_no_line_from_a_place_to_itself() -> None:
    """A field unknown is drawn where contact was lost."""
    kept = visit(airport=None, latitude=39.6, longitude=126.2, departure=None)
    assert [f["properties"]["kind"] for f in features(kept, landing(evidence=(LOST,)))] == ["visit", "last_contact"]


def test_events_that_are_not_recorded() -> None:
    assert [f["properties"]["kind"] for f in features(visit())] == ["visit"]


def test_whoever_heard_them_is_named() -> None:
    """Where there is more than OpenSky, with the terms of each; a receiver of one's own needs no credit."""

    def attribution(*heard_by: str) -> list[str] | None:
        heard = landing(evidence=(LOST,), heard_by=heard_by)
        written = json.loads("".join(as_geojson([visit()], lambda _: {heard.id: heard}, NOW)))
        assert written["features"]
        named: list[str] | None = written.get("attribution")
        return named

    assert attribution() is attribution("OpenSky") is attribution("attic") is None
    named = attribution("OpenSky", "adsb.lol", "attic")
    assert named is not None
    assert [line.split(" (")[0] for line in named] == ["The OpenSky Network", "adsb.lol and its contributors"]
    assert "https://opendatacommons.org/licenses/odbl/1-0/" in named[1]


def test_flights_that_were_heard() -> None:
    """A line each, in parts where it was not heard, with whom to name; none of single positions."""
    to = Leg(True, tuple(Fix(n * 600, 39.0 + n, 126.0, 9000) for n in (0, 1, 2, 9, 10)), ("adsb.lol",))
    back = Leg(False, tuple(Fix(n * 600, 39.0, 126.0 + n, None) for n in (0, 1)))
    alone = Leg(False, (Fix(0, 39.0, 126.0, None), Fix(9999, 40.0, 126.0, None)))
    parts = as_geojson([visit()], lambda _: {}, NOW, lambda some: {some[0].id: (to, back, alone)})
    written = json.loads("".join(parts))
    _, first, second = written["features"]
    assert first == {
        "type": "Feature",
        "geometry": {
            "type": "MultiLineString",
            "coordinates": [[[126.0, 39.0], [126.0, 40.0], [126.0, 41.0]], [[126.0, 48.0], [126.0, 49.0]]],
        },
        "properties": {
            "kind": "leg",
            **ABOUT,
            "direction": "to",
            "since": "1970-01-01T00:00:00Z",
            "until": "1970-01-01T01:40:00Z",
            "heard_by": ["adsb.lol"],
        },
    }
    assert second["geometry"] == {"type": "LineString", "coordinates": [[126.0, 39.0], [127.0, 39.0]]}
    assert second["properties"]["direction"] == "from"
    assert [line.split(" (")[0] for line in written["attribution"]] == ["adsb.lol and its contributors"]


def test_no_visits() -> None:
    assert json.loads("".join(as_geojson([], lambda _: {}, NOW))) == {"type": "FeatureCollection", "features": []}


def test_a_long_way_follows_the_great_circle() -> None:
    """From Moscow, over the north of Siberia."""
    line = dark_line(visit(departure=None), report(unix("2023-09-26T01:40"), longitude=37.26, latitude=55.59))
    points = line["coordinates"]
    assert line["type"] == "LineString"
    assert (points[0], points[-1]) == ([37.26, 55.59], THERE)
    steps = [distance_km(a[1], a[0], b[1], b[0]) for a, b in pairwise(points)]
    assert max(steps) <= STEP_KM + 0.1
    assert sum(steps) == pytest.approx(distance_km(55.59, 37.26, 39.2241, 125.67), rel=1e-5)
    assert max(lat for _, lat in points) > 58.0


@pytest.mark.parametrize(("east", "west"), [(179.0, -179.0), (-179.0, 179.0), (170.0, -170.0)])
def test_a_line_is_cut_at_the_antimeridian(east: float, west: float) -> None:
    """In two that meet there, so that no map draws it around the world."""
    kept = visit(airport=None, latitude=51.0, longitude=west, departure=None)
    line = dark_line(kept, report(unix("2023-09-26T01:40"), longitude=east, latitude=52.0))
    assert line["type"] == "MultiLineString"
    first, second = line["coordinates"]
    assert (first[0], second[-1]) == ([east, 52.0], [west, 51.0])
    assert abs(first[-1][0]) == 180.0
    assert second[0] == [-first[-1][0], first[-1][1]]
    for part in (first, second):
        assert all(abs(a[0] - b[0]) < 3.0 for a, b in pairwise(part))


@pytest.mark.parametrize(
    ("lost", "place", "line"),
    [
        ((180.0, 10.0), (-179.5, 10.0), [(-180.0, 10.0), (-179.5, 10.0)]),
        ((179.5, 10.0), (-180.0, 10.0), [(179.5, 10.0), (180.0, 10.0)]),
        ((-179.5, 10.0), (180.0, 10.0), [(-179.5, 10.0), (-180.0, 10.0)]),
        ((180.0, 10.0), (-180.0, 10.5), [(-180.0, 10.0), (-180.0, 10.5)]),
    ],
)
def test_a_line_that_only_touches_the_antimeridian(
    lost: tuple[float, float], place: tuple[float, float], line: list[tuple[float, float]]
) -> None:
    """It is in one piece, and no part of it a mere point."""
    kept = visit(airport=None, longitude=place[0], latitude=place[1], departure=None)
    drawn = dark_line(kept, report(unix("2023-09-26T01:40"), longitude=lost[0], latitude=lost[1]))
    assert drawn == {"type": "LineString", "coordinates": [[*point] for point in line]}
