"""What a poll asks, and what that costs."""

from datetime import timedelta

import pytest
from reports import airport, watched

from flightwatch.geo import box_around, box_holds, destination
from flightwatch.model import Box, Query
from flightwatch.plan import MAX_ICAO24S, affordable_cadence, credits_of, credits_per_day, plan
from flightwatch.tracking.sky import WATCH_KM

WORLD = (Query(),)
FIJI = "NFNA"
"""Nausori, 150 km from the antimeridian."""


def many(number: int) -> list[str]:
    return [f"{n:06x}" for n in range(number)]


def test_airframes_are_asked_for_by_name() -> None:
    """In the same order whatever the watchlist's, so that recordings compare."""
    assert plan(watched(aircraft=["7278a5", "15521f"])) == (Query(icao24s=("15521f", "7278a5")),)


def test_one_airport_is_asked_for_as_a_box() -> None:
    pyongyang = airport("FNJ")
    (query,) = plan(watched("FNJ"))
    assert query == Query(box=box_around(pyongyang.latitude, pyongyang.longitude, WATCH_KM))
    assert credits_of(query) == 2


@pytest.mark.parametrize("codes", [("FNJ",), (FIJI,), ("SIN",)])
def test_the_boxes_hold_every_arrival(codes: tuple[str, ...]) -> None:
    """As OpenSky takes boxes: west before east, none across the antimeridian."""
    boxes = [query.box for query in plan(watched(*codes)) if query.box is not None]
    for box in boxes:
        assert -180 <= box.lon_min < box.lon_max <= 180
    for code in codes:
        there = airport(code)
        for bearing in range(0, 360, 5):
            point = destination(there.latitude, there.longitude, bearing, WATCH_KM - 0.001)
            assert any(box_holds(box, *point) for box in boxes)


def test_two_boxes_at_the_antimeridian() -> None:
    first, second = (query.box for query in plan(watched(FIJI)))
    assert first is not None
    assert second is not None
    assert (first.lon_max, second.lon_min) == (180.0, -180.0)
    assert (first.lat_min, first.lat_max) == (second.lat_min, second.lat_max)


@pytest.mark.parametrize(
    ("codes", "aircraft"),
    [(("FNJ",), ["15521f"]), (("FNJ", "VVO"), []), (("FNJ", "VVO", "ZRH", "BRU"), []), ((), many(MAX_ICAO24S + 1))],
    ids=["both", "two boxes", "four boxes", "too many names"],
)
def test_the_whole_world_where_nothing_is_cheaper(codes: tuple[str, ...], aircraft: list[str]) -> None:
    assert plan(watched(*codes, aircraft=aircraft)) == WORLD


def test_as_many_names_as_fit() -> None:
    (query,) = plan(watched(aircraft=many(MAX_ICAO24S)))
    assert len(query.icao24s) == MAX_ICAO24S


@pytest.mark.parametrize(
    ("query", "cost"),
    [
        (Query(), 4),
        (Query(icao24s=("15521f",)), 4),
        (Query(box=Box(0.0, 0.0, 5.0, 5.0)), 1),
        (Query(box=Box(0.0, 0.0, 5.0, 5.1)), 2),
        (Query(box=Box(0.0, 0.0, 10.0, 10.0)), 2),
        (Query(box=Box(0.0, 0.0, 10.0, 10.1)), 3),
        (Query(box=Box(0.0, 0.0, 20.0, 20.0)), 3),
        (Query(box=Box(0.0, 0.0, 20.0, 20.1)), 4),
    ],
)
def test_what_a_query_costs(query: Query, cost: int) -> None:
    assert credits_of(query) == cost


@pytest.mark.parametrize(("minutes", "cost"), [(5, 1152), (15, 384), (1, 5760)])
def test_what_a_day_costs(minutes: int, cost: int) -> None:
    assert credits_per_day(WORLD, timedelta(minutes=minutes)) == cost


@pytest.mark.parametrize(("allowed", "seconds"), [(400, 864.0), (4000, 86.4)])
def test_how_often_a_day_affords(allowed: int, seconds: float) -> None:
    """The whole world: every 15 minutes without an account, every 87 seconds with one."""
    cadence = affordable_cadence(WORLD, allowed)
    assert cadence == timedelta(seconds=seconds)
    assert credits_per_day(WORLD, cadence) <= allowed
