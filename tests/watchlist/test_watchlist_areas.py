"""The watchlist's areas: what is understood, and what is said of what cannot be."""

import pytest
from made_watchlists import complaints, parse
from msgspec.structs import replace
from state_vectors import NOON, report

from flightwatch.core.areas import WatchedArea
from flightwatch.core.model import Circle, Event, instant
from flightwatch.watchlist.changes import changed
from flightwatch.watchlist.model import Watchlist
from flightwatch.watchlist.wanted import wanted

CIRCLE = "circle: {at: [39.17, 127.49], radius_km: 40}"
POLYGON = "polygon: [[39.0, 127.0], [39.5, 127.0], [39.5, 128.0]]"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (f"name: Wonsan, {CIRCLE}", WatchedArea("Wonsan", Circle(39.17, 127.49, 40.0))),
        (f"name: T, {POLYGON}", WatchedArea("T", ((39.0, 127.0), (39.5, 127.0), (39.5, 128.0)))),
        (
            f"name: T, {POLYGON[:-1]}, [39.0, 127.0]], floor: FL100, ceiling: 6000m",
            WatchedArea("T", ((39.0, 127.0), (39.5, 127.0), (39.5, 128.0)), 3048.0, 6000.0),
        ),
        (
            f"name: T, {CIRCLE}, floor: 10000 ft, only: [RA-86*, 15521f]",
            WatchedArea("T", Circle(39.17, 127.49, 40.0), 3048.0, None, ("RA-86*", "15521f")),
        ),
        (
            "name: T, polygon: [[39.000000000000007, 127.0], [39.5, 127.0], [39.5, 128.0]]",
            WatchedArea("T", ((39.00000000000001, 127.0), (39.5, 127.0), (39.5, 128.0))),
        ),
        (
            "name: Fiji, polygon: [[-17, 179.5], [-17, -179.5], [-18, -179.5]]",
            WatchedArea("Fiji", ((-17.0, 179.5), (-17.0, -179.5), (-18.0, -179.5))),
        ),
    ],
)
def test_an_area(written: str, meant: WatchedArea) -> None:
    assert parse(f"areas: [{{{written}}}]").areas == (meant,)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (CIRCLE, "areas[0]: has no 'name', write {name: Wonsan, circle: {at: [39.17, 127.49], radius_km: 40}}"),
        (
            "name: T",
            "areas[0]: has no circle and no polygon, write {name: Wonsan, circle: {at: [39.17, 127.49], radius_km: 40}}",
        ),
        (f"name: T, {CIRCLE}, {POLYGON}", "areas[0]: has both circle and polygon, write one"),
        (
            "name: T, circle: {at: [39.17], radius_km: 40}",
            "areas[0].circle.at: is not two numbers in [ ], write latitude and longitude such as [39.17, 127.49]",
        ),
        (
            "name: T, circle: {at: [127.49, 39.17], radius_km: 40}",
            "areas[0].circle.at[0]: '127.49' is not a number from -90 to 90, write "
            "latitude and longitude such as [39.17, 127.49]",
        ),
        (
            "name: T, circle: {at: [39.17, x], radius_km: 40}",
            "areas[0].circle.at[1]: 'x' is not a number from -180 to 180, write latitude and longitude such as [39.17, 127.49]",
        ),
        (
            "name: T, circle: {at: [39.17, 127.49], radius_km: 0}",
            "areas[0].circle.radius_km: '0' is not a number from 0.1 to 5000, write kilometres such as 40",
        ),
        (
            "name: T, polygon: [[1, 1], [2, 2], [1, 1]]",
            "areas[0].polygon: has fewer than three corners, write three or more places such as "
            "[[39.0, 127.0], [39.5, 127.0], [39.5, 128.0]]",
        ),
        (
            "name: T, polygon: [[1, 179], [2, -180], [3, -179]]",
            "areas[0].polygon: has all its corners on one line, write three or more places such as "
            "[[39.0, 127.0], [39.5, 127.0], [39.5, 128.0]]",
        ),
        (
            f"name: T, polygon: {[[n / 1000, n % 2] for n in range(1001)]}",
            "areas[0].polygon: has 1,001 corners, write 1,000 at most: fewer along the same line",
        ),
        (
            "name: T, polygon: [[80, 0], [86, 10], [80, 20]]",
            "areas[0].polygon: reaches beyond 85° of latitude, or round half of the Earth, write a circle there",
        ),
        (
            "name: T, polygon: [[60, 0], [60, 120], [60, -120]]",
            "areas[0].polygon: reaches beyond 85° of latitude, or round half of the Earth, write a circle there",
        ),
        (
            f"name: T, {CIRCLE}, floor: 3000",
            "areas[0].floor: '3000' is not a height, write a number and a unit such as 3000m, 10000ft or FL100",
        ),
        (
            f"name: T, {CIRCLE}, floor: 2000m, ceiling: 5000ft",
            "areas[0].ceiling: is not above floor, write a greater height",
        ),
        (
            f'name: T, {CIRCLE}, only: ["tag:x"]',
            "areas[0].only[0]: 'tag:x' is a tag that no aircraft has, add it to the tags: of an aircraft",
        ),
        (f"name: T, {CIRCLE}}}, {{name: T, {POLYGON}", "areas[1]: the name 'T' is another area's, write another name"),
    ],
)
def test_what_is_wrong_with_an_area(written: str, said: str) -> None:
    assert complaints(f"areas: [{{{written}}}]") == [f"w.yaml:1: {said}"]


def test_areas_are_told_by_themselves() -> None:
    """Whatever ``alerts: on`` says; and of whom they are watched for alone."""
    watchlist = parse(f"areas: [{{name: T, {CIRCLE}, only: [15521f]}}]\nalerts: {{on: [landing]}}")
    now = instant(NOON)
    entered = Event(
        *("e", "entered", "15521f", None, None, None, now, now, now, "observed", 1.0, now, ""),
        evidence=(report(NOON),),
        area="T",
    )
    assert wanted(watchlist, entered)
    assert not wanted(watchlist, replace(entered, icao24="3c0001"))
    assert not wanted(watchlist, replace(entered, area="U"))
    assert changed(Watchlist(), watchlist) == "new: T; other rules for alerts"
