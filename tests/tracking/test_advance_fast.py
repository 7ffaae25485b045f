"""What spares the tracker work decides nothing: each shortcut gives what the long way gives, for any report."""

from collections.abc import Sequence

import pytest
from any_histories import Polls, histories
from hypothesis import example, given, settings
from hypothesis import strategies as st
from state_vectors import AIRPORTS, ICAO24, NOON, airport, report

from flightwatch.core.flyable import MAX_SPEED_MS
from flightwatch.core.geo import distance_km
from flightwatch.core.model import StateVector
from flightwatch.tracking.advance import advance
from flightwatch.tracking.field import field_at
from flightwatch.tracking.likelihood import FINAL_M
from flightwatch.tracking.motion import (
    JUMP_SLACK_KM,
    MIN_SPAN_S,
    STRETCHES_S,
    altitude_m,
    fixed_at,
    is_jump,
    motion,
    without_spikes,
)
from flightwatch.tracking.poll_context import PollContext
from flightwatch.tracking.report_worth import (
    HIGHEST_FIELD_M,
    MAX_GROUND_SPEED_MS,
    PRESSURE_SLACK_M,
    ROUND_KM,
    surroundings,
    worth_of,
)
from flightwatch.tracking.track import OVER_ALL_M, Rules, Track, fly_on
from flightwatch.tracking.weighing import is_known, on_final

latitudes, longitudes = st.floats(-90, 90), st.floats(-180, 180)
fields = st.sampled_from(["ZRH", "FNJ", "JFK", "LLMZ", "LPB", "LSZS"]).map(airport)
"""Among them one far below the sea, one at 4,000 m, and one between mountains beside lower ones."""

near_fields = st.builds(
    lambda f, north, east: (f.latitude + north, f.longitude + east), fields, *2 * [st.floats(-0.5, 0.5)]
)

places = (
    near_fields | st.tuples(latitudes, longitudes) | st.sampled_from([(90.0, 180.0), (-90.0, -180.0), (0.0, 180.0)])
)
heights = st.none() | st.floats(-500, 7000) | st.sampled_from([10_668.0, -100.0, 300.0])


@given(places, st.floats(-1, 1), st.floats(-1, 1), st.integers(-10, 4000))
@settings(max_examples=500, deadline=None)
def test_a_jump_is_measured_in_doubt_only(here: tuple[float, float], north: float, east: float, seconds: int) -> None:
    """A bound on the way stands in for the way only where both say the same, up to the very edge of what can be flown."""
    there = (max(-90.0, min(90.0, here[0] + north)), max(-180.0, min(180.0, here[1] + east)))
    before = report(NOON, latitude=here[0], longitude=here[1])
    after = report(NOON + seconds, latitude=there[0], longitude=there[1])
    reach_km = MAX_SPEED_MS * max(0, seconds) / 1000 + JUMP_SLACK_KM
    assert is_jump(before, after) == (distance_km(*here, *there) > reach_km)


@given(places, st.floats(0, ROUND_KM))
@settings(max_examples=300, deadline=None)
def test_the_fields_around_answer_as_all_fields_do(here: tuple[float, float], radius_km: float) -> None:
    around = surroundings(report(NOON, latitude=here[0], longitude=here[1]), AIRPORTS)
    found = AIRPORTS.within(*here, radius_km)
    known = [(away_km, f) for away_km, f in found if is_known(f)]
    assert around.fields.within(*here, radius_km) == found
    assert around.known.within(*here, radius_km) == known
    assert all(around.lowest_m <= f.elevation_m for _, f in found if f.elevation_m is not None)
    assert all((f.elevation_m or 0.0) <= around.highest_m for _, f in known)


def test_nobody_is_on_final_above_every_field() -> None:
    assert max(field.elevation_m or 0.0 for field in AIRPORTS) + FINAL_M < OVER_ALL_M


@st.composite
def over_a_field(draw: st.DrawFn) -> tuple[tuple[float, float], float | None]:
    """Draw a place on or near a field, and an altitude about its own."""
    field = draw(fields)
    off = draw(st.sampled_from([0.0, 0.01, 0.05])) * draw(st.sampled_from([-1, 1]))
    height = draw(st.none() | st.floats(-300, 1500))
    return (field.latitude + off, field.longitude), None if height is None else (field.elevation_m or 0.0) + height


@given(over_a_field() | st.tuples(places, heights), st.floats(0, 150), st.booleans())
@settings(max_examples=500, deadline=None)
def test_a_surface_report_of_what_stood(
    there: tuple[tuple[float, float], float | None], speed: float, is_first: bool
) -> None:
    """Tell whether it can be down is what the field under it says, asked or not."""
    here, height = there
    same: dict[str, object] = {"latitude": here[0], "longitude": here[1], "on_ground": True, "velocity": speed}
    known = [] if is_first else [report(NOON - 60, baro_altitude=None, **same)]
    later = report(NOON, baro_altitude=height, **same)
    field = field_at(*here, AIRPORTS)
    limit = HIGHEST_FIELD_M
    if field is not None and field.elevation_m is not None:
        limit = field.elevation_m + PRESSURE_SLACK_M
    down = speed <= MAX_GROUND_SPEED_MS and (height is None or height <= limit)
    heard = None if is_first else NOON - 60
    assert worth_of(known, heard, later, NOON, AIRPORTS) == ("ground" if down else "unplaced")


@given(over_a_field() | st.tuples(places, heights))
@settings(max_examples=500, deadline=None)
@example(((47.45806, 8.54806), 952.9))  # over Zürich, low enough for Dübendorf alone
def test_on_final_is_asked_where_it_can_be(there: tuple[tuple[float, float], float | None]) -> None:
    here, height = there
    heard = report(NOON, latitude=here[0], longitude=here[1], baro_altitude=height)
    asked = on_final(heard, AIRPORTS)
    assert fly_on(Track(ICAO24), heard, AIRPORTS).circuit == (None if asked is None else asked.icao)


def mean_climb_ms(reports: Sequence[StateVector], stretch_s: int) -> float | None:
    """Give the mean climb over one stretch, worked out by itself."""
    last = reports[-1]
    starts = [r for r in reports[:-1] if altitude_m(r) is not None and fixed_at(last) - fixed_at(r) >= MIN_SPAN_S]
    inside = [r for r in starts if fixed_at(last) - fixed_at(r) <= stretch_s] or starts[-1:]
    top, low = altitude_m(last), altitude_m(inside[0]) if inside else None
    return None if top is None or low is None else (top - low) / (fixed_at(last) - fixed_at(inside[0]))


@given(st.lists(st.tuples(st.integers(0, 400), heights), min_size=1, max_size=30))
@example([(0, 1659.0), (170, 10_668.0), (24, 3389.0)])
def test_all_climbs_at_once(legs: list[tuple[int, float | None]]) -> None:
    """The mean over every stretch, from one walk over the reports, is what each by itself gives; misread heights are left out."""
    times = [NOON + sum(gap for gap, _ in legs[: n + 1]) for n in range(len(legs))]
    reports = [
        report(at, baro_altitude=height, vertical_rate=None) for at, (_, height) in zip(times, legs, strict=True)
    ]
    kept = without_spikes(reports)
    climbs = [c for stretch in STRETCHES_S if (c := mean_climb_ms(kept, stretch)) is not None]
    found = motion(reports)
    assert (found.climb_ms, found.descent_ms) == ((climbs[0], -min(climbs)) if climbs else (None, None))


@pytest.mark.slow
@given(histories())
@settings(max_examples=200, deadline=None)
def test_who_was_on_final_is_known_as_if_it_was_always_asked(polls: Polls) -> None:
    """After each report that a flight took in, its circuit is that of the report, or the one before where it is on none."""
    track = Track(ICAO24)
    for now, heard in polls:
        step = advance(track, heard, PollContext(now, AIRPORTS, Rules()))
        reports = step.track.reports
        flew_on = step.track.phase == "airborne" and not (step.track.is_rotary or step.visits or track.doubtful)
        if flew_on and heard is not None and reports[-1:] == (heard,) != track.reports[-1:]:
            asked = on_final(heard, AIRPORTS)
            assert step.track.circuit == (track.circuit if asked is None else asked.icao)
        track = step.track
