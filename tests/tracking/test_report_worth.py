"""What one report is worth."""

import pytest
from state_vectors import AIRPORTS, MINUTE, NOON, airport, parked, report

from flightwatch.core.model import StateVector
from flightwatch.tracking.report_worth import ReportWorth, is_flying, is_standing, worth_of

CRUISE = report(NOON)
ZRH_M = airport("ZRH").elevation_m or 0.0


def worth(later: StateVector, *known: StateVector, now: int | None = None) -> ReportWorth:
    """Judge a report after these, in the poll of its own second unless ``now`` says else."""
    heard = known[-1].last_contact if known else None
    return worth_of(known, heard, later, later.last_contact if now is None else now, AIRPORTS)


@pytest.mark.parametrize(
    ("later", "is_worth"),
    [
        (report(NOON), "old"),
        (report(NOON - 1, latitude=49.9), "old"),
        (report(NOON + 60, latitude=None), "unplaced"),
        (report(NOON + 60, longitude=None), "unplaced"),
        (report(NOON + 60, time_position=None, latitude=49.9), "unplaced"),
        (report(NOON + 60, time_position=NOON, latitude=49.9), "unplaced"),
        (report(NOON + 60, time_position=NOON + 600, latitude=49.9), "unplaced"),
        (report(NOON + 60), "unplaced"),
        (report(NOON + 60, latitude=45.0), "jump"),
        (report(NOON + 60, latitude=45.0, on_ground=True), "jump"),
        (report(NOON + 60, latitude=49.9), "air"),
    ],
    ids=[
        "the same again",
        "out of order",
        "no latitude",
        "no longitude",
        "a remembered position",
        "an old position",
        "a position from the future",
        "the same place in flight",
        "too far",
        "too far, on the ground",
        "flying on",
    ],
)
def test_after_a_report_at_cruise(later: StateVector, is_worth: ReportWorth) -> None:
    assert worth(later, CRUISE) == is_worth


@pytest.mark.parametrize(("ahead_s", "is_worth"), [(0, "air"), (60, "air"), (61, "old"), (10**6, "old")])
def test_a_clock_ahead_of_the_poll(ahead_s: int, is_worth: ReportWorth) -> None:
    assert worth(report(NOON + ahead_s), now=NOON) == is_worth


@pytest.mark.parametrize(
    ("fields", "is_worth"),
    [
        ({}, "ground"),
        ({"velocity": 70.0}, "ground"),
        ({"velocity": None}, "ground"),
        ({"baro_altitude": ZRH_M + 500.0}, "ground"),
        ({"baro_altitude": ZRH_M - 900.0}, "ground"),
        ({"baro_altitude": 10_668.0}, "unplaced"),
        ({"baro_altitude": ZRH_M + 800.0}, "unplaced"),
        ({"geo_altitude": 10_668.0}, "unplaced"),
        ({"velocity": 231.5}, "unplaced"),
    ],
)
def test_a_first_surface_report(fields: dict[str, object], is_worth: ReportWorth) -> None:
    """Believed at an airport, at its height or without one, and at a speed that wheels stand."""
    assert worth(parked("ZRH", NOON, **fields)) == is_worth


@pytest.mark.parametrize(("height_m", "is_worth"), [(None, "ground"), (4000.0, "ground"), (5000.0, "unplaced")])
def test_a_surface_report_away_from_any_field(height_m: float | None, is_worth: ReportWorth) -> None:
    """There is ground where no airfield is, but not at any height."""
    assert worth(report(NOON, latitude=0.0, longitude=-30.0, on_ground=True, velocity=0.0, baro_altitude=height_m)) == (
        is_worth
    )


@pytest.mark.parametrize(("after_s", "is_worth"), [(20, "unplaced"), (120, "unplaced"), (600, "ground")])
def test_down_from_cruise_takes_time(after_s: int, is_worth: ReportWorth) -> None:
    """No aircraft falls 10,000 m in two minutes."""
    above = report(NOON, latitude=47.4756, longitude=8.53595)
    assert worth(parked("ZRH", NOON + after_s), above) == is_worth


@pytest.mark.parametrize(
    ("fields", "is_worth"),
    [
        ({}, "ground"),
        ({"velocity": 25.0}, "air"),
        ({"velocity": None}, "air"),
        ({"baro_altitude": ZRH_M + 300.0}, "air"),
        ({"baro_altitude": None}, "air"),
        ({"category": 8}, "air"),
        ({"latitude": 0.0, "longitude": -30.0, "baro_altitude": 0.0}, "air"),
    ],
    ids=["taxiing", "too fast", "no speed", "too high", "no height", "a helicopter", "no airport"],
)
def test_slow_in_the_air(fields: dict[str, object], is_worth: ReportWorth) -> None:
    """An aeroplane too slow to fly, on an airport and at its height, taxies, whatever its transponder says.

    It was fast, or on the ground, before: balloons and helicopters that never say what they are drift as slowly.
    """
    usual = {"on_ground": False, "velocity": 8.0, "baro_altitude": ZRH_M}
    slow = parked("ZRH", NOON, **(usual | fields))
    final = parked("ZRH", NOON - MINUTE, latitude=47.44, on_ground=False, velocity=85.0, baro_altitude=ZRH_M + 150.0)
    assert worth(slow) == "air"
    if "latitude" not in fields:
        assert worth(slow, final) == is_worth
        assert worth(slow, parked("ZRH", NOON - MINUTE, latitude=47.46)) == is_worth


@pytest.mark.parametrize(
    ("fields", "standing"),
    [
        ({"on_ground": True, "velocity": 60.0}, True),
        ({"velocity": 8.0}, True),
        ({}, False),
        ({"velocity": None}, False),
    ],
)
def test_standing(fields: dict[str, object], standing: bool) -> None:
    assert is_standing(report(NOON, **fields)) == standing


@pytest.mark.parametrize(
    ("fields", "away_km", "flying"),
    [
        ({"velocity": 8.0, "baro_altitude": ZRH_M}, 0.0, False),
        ({"velocity": None, "baro_altitude": None}, 5.0, False),
        ({"velocity": 70.0, "baro_altitude": ZRH_M}, 0.0, True),
        ({"velocity": 8.0, "baro_altitude": ZRH_M + 900.0}, 0.0, True),
        ({"velocity": None, "baro_altitude": None}, 11.0, True),
    ],
)
def test_flying_again(fields: dict[str, object], away_km: float, flying: bool) -> None:
    """Speed, height or distance: one is enough, none is taxiing."""
    assert is_flying(report(NOON, **fields), ZRH_M, away_km) == flying


def test_height_means_nothing_over_an_unknown_field() -> None:
    assert not is_flying(report(NOON, velocity=8.0, baro_altitude=3000.0), None, 0.0)
