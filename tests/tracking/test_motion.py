"""How an airframe moves, from reports that may be stale, frozen or without heights."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from state_vectors import NOON, report

from flightwatch.core.flyable import MAX_SPEED_MS
from flightwatch.core.geo import KM_PER_DEGREE
from flightwatch.core.model import StateVector
from flightwatch.tracking.motion import (
    MOMENTARY,
    Motion,
    altitude_m,
    fixed_at,
    has_position,
    is_jump,
    motion,
    position,
    without_spikes,
)


def southbound(seconds: list[int], *, ms: float = 100.0, climb_ms: float = 0.0, **fields: object) -> list[StateVector]:
    """Reports of a flight due south at ``ms``, at these seconds; by themselves they tell neither speed nor climb."""
    usual: dict[str, object] = {"velocity": None, "true_track": None, "vertical_rate": None}
    return [
        report(
            NOON + s,
            latitude=50.0 - s * ms / 1000 / KM_PER_DEGREE,
            baro_altitude=5000.0 + s * climb_ms,
            **(usual | fields),
        )
        for s in seconds
    ]


def test_a_single_report_tells_what_it_says() -> None:
    """Its own vertical rate is worth less than a mean."""
    assert motion([report(NOON, vertical_rate=-10.0)]) == Motion(
        NOON, 50.0, 8.5, 10_668.0, 231.5, 180.0, -10.0 * MOMENTARY, 10.0 * MOMENTARY
    )


def test_a_single_report_may_tell_nothing() -> None:
    bare = report(NOON, velocity=None, true_track=None, vertical_rate=None, baro_altitude=None)
    assert motion([bare]) == Motion(NOON, 50.0, 8.5, None, None, None, None, None)


def test_positions_stand_in_for_missing_numbers() -> None:
    found = motion(southbound([0, 60, 120], climb_ms=-5.0))
    assert (found.speed_ms, found.track_deg) == pytest.approx((100.0, 180.0))
    assert (found.climb_ms, found.descent_ms) == pytest.approx((-5.0, 5.0))


def test_frozen_numbers_are_no_measurements() -> None:
    """The same speed and track to the last digit in three reports, while the aircraft moves: positions are believed."""
    frozen = southbound([0, 60, 120], velocity=275.74, true_track=280.55)
    assert (motion(frozen).speed_ms, motion(frozen).track_deg) == pytest.approx((100.0, 180.0))


def test_two_like_numbers_are_no_proof() -> None:
    found = motion(southbound([0, 60], velocity=275.74, true_track=280.55))
    assert (found.speed_ms, found.track_deg) == (275.74, 280.55)


@pytest.mark.parametrize("seconds", [[0, 10], [0]])
def test_too_short_a_leg_tells_nothing(seconds: list[int]) -> None:
    """Over a few seconds the rounding of positions would dominate."""
    found = motion(southbound(seconds, climb_ms=-5.0))
    assert (found.speed_ms, found.climb_ms) == (None, None)


def test_a_level_last_minute_inside_a_descent() -> None:
    """Approaches are flown in steps: climb is the mean of the shortest stretch, descent the steepest of all."""
    heights = {0: 5000.0, 120: 4000.0, 240: 3000.0, 300: 3000.0}
    found = motion([report(NOON + s, latitude=50.0 - s / 1000, baro_altitude=m) for s, m in heights.items()])
    assert (found.climb_ms, found.descent_ms) == pytest.approx((0.0, 2000 / 300))


def test_a_report_before_a_long_gap_still_tells() -> None:
    """With nothing inside the stretch, the mean is taken from the report before it."""
    found = motion(southbound([0, 1800], climb_ms=-2.0))
    assert found.descent_ms == pytest.approx(2.0)


def test_the_gnss_height_stands_in_for_pressure() -> None:
    assert altitude_m(report(NOON, baro_altitude=None, geo_altitude=900.0)) == 900.0
    assert altitude_m(report(NOON, baro_altitude=0.0, geo_altitude=900.0)) == 0.0
    assert altitude_m(report(NOON, baro_altitude=None, geo_altitude=None)) is None


@pytest.mark.parametrize(
    ("fields", "placed"),
    [({}, True), ({"latitude": None}, False), ({"longitude": None}, False), ({"time_position": None}, False)],
)
def test_a_position_of_its_own(fields: dict[str, object], placed: bool) -> None:
    assert has_position(report(NOON, **fields)) == placed


def test_a_report_without_a_position_has_none_to_give() -> None:
    assert position(report(NOON)) == (50.0, 8.5)
    with pytest.raises(ValueError, match=r"^report without a position$"):
        position(report(NOON, latitude=None))


def test_a_position_is_as_old_as_it_says() -> None:
    assert fixed_at(report(NOON, time_position=NOON - 12)) == NOON - 12
    assert fixed_at(report(NOON, time_position=None)) == NOON


@pytest.mark.parametrize(
    ("km", "seconds", "jump"),
    [(5.0, 0, False), (20.0, 0, True), (25.0, 60, False), (40.0, 60, True), (300.0, 900, False), (400.0, 900, True)],
)
def test_what_no_aircraft_can_fly(km: float, seconds: int, jump: bool) -> None:
    """Position errors explain some kilometres, speed the rest."""
    there = report(NOON + seconds, latitude=50.0 - km / KM_PER_DEGREE)
    assert is_jump(report(NOON), there) == jump


@given(st.lists(st.integers(1, 2000), min_size=1, max_size=8), st.floats(30, MAX_SPEED_MS), st.floats(-20, 20))
def test_steady_flight_is_measured_as_it_is(gaps: list[int], ms: float, climb_ms: float) -> None:
    """However irregular the polls."""
    seconds = [sum(gaps[:n]) for n in range(len(gaps) + 1)]
    found = motion(southbound([s for s in seconds if s * ms < 5_000_000], ms=ms, climb_ms=climb_ms))
    if found.speed_ms is not None:
        assert found.speed_ms == pytest.approx(ms, rel=1e-6)
    if found.climb_ms is not None:
        assert (found.climb_ms, found.descent_ms) == pytest.approx((climb_ms, -climb_ms), abs=1e-6)


def test_a_height_that_was_misread_is_left_out() -> None:
    """One of 5,349 m between 183 m and -23 m, as a recorded helicopter sent it, is no climb and no descent of its own."""
    heights = (183.0, 5349.0, -23.0)
    reports = [report(NOON + 60 * n, baro_altitude=height, vertical_rate=None) for n, height in enumerate(heights)]
    assert without_spikes(reports) == [reports[0], reports[2]]
    assert motion(reports).climb_ms == (-23.0 - 183.0) / 120
