"""Flights thinned: the way that is left tells the whole one."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flightwatch.core.geo import distance_km
from flightwatch.core.legs import LONGEST_GAP_S, NEAR_KM, NEAR_M, Fix, Leg, thinned


def steady(count: int, step_s: int = 60) -> list[Fix]:
    """Give a level flight eastward, a report a minute."""
    return [Fix(n * step_s, 50.0, 30.0 + 0.1 * n, 10_000) for n in range(count)]


def test_a_steady_flight_is_few_positions() -> None:
    """No more than that it can be told from one that was not heard."""
    found = thinned(steady(200))
    assert len(found) == 17
    assert max(b.at - a.at for a, b in pairwise(found)) <= LONGEST_GAP_S
    assert thinned(steady(9)) == [steady(9)[0], steady(9)[-1]]


@pytest.mark.parametrize(("off_km", "count"), [(0.8 * NEAR_KM, 2), (3 * NEAR_KM, 5)])
def test_a_turn_stays(off_km: float, count: int) -> None:
    flight = steady(9)
    flight[4] = flight[4]._replace(latitude=50.0 + off_km / 111.2)
    assert len(thinned(flight)) == count


def test_altitudes_are_told() -> None:
    """A step in the descent stays, and where the altitude begins to be missing."""
    flight = steady(9)
    flight[4] = flight[4]._replace(altitude_m=10_000 - round(2 * NEAR_M))
    assert flight[4] in thinned(flight)
    flight = [fix._replace(altitude_m=None) for fix in steady(9)]
    assert thinned(flight) == [flight[0], flight[-1]]
    assert len(thinned([*steady(5), *flight[5:]])) > 2


def test_both_sides_of_a_gap_stay() -> None:
    """The way is drawn on both sides of it, not across."""
    before, after = steady(12), [fix._replace(at=fix.at + 3 * LONGEST_GAP_S) for fix in steady(24)[12:]]
    found = thinned([*before, *after])
    assert found == [before[0], before[-1], after[0], after[-1]]
    assert Leg(True, tuple(found)).heard == [found[:2], found[2:]]


def test_an_antimeridian_is_no_way_round_the_world() -> None:
    flight = [fix._replace(longitude=(fix.longitude + 147.0 + 180.0) % 360.0 - 180.0) for fix in steady(60)]
    assert len({fix.longitude > 0 for fix in flight}) == 2
    assert len(thinned(flight)) == len(thinned(steady(60)))


FIXES = st.lists(
    st.tuples(st.integers(1, 2000), st.floats(-89, 89), st.floats(-180, 180), st.none() | st.integers(-300, 15_000)),
    max_size=40,
)


@given(FIXES)
def test_every_position_is_told(steps: list[tuple[int, float, float, int | None]]) -> None:
    """First and last stay, nothing is made up, and each that is left out is near the way that is left."""
    at, fixes = 0, list[Fix]()
    for step, latitude, longitude, altitude in steps:
        at += step
        fixes.append(Fix(at, latitude, longitude, altitude))
    found = thinned(fixes)
    assert {*found} <= {*fixes}
    assert (found[:1], found[-1:]) == (fixes[:1], fixes[-1:])
    for a, b in pairwise(found):
        for fix in (fix for fix in fixes if a.at < fix.at < b.at):
            share = (fix.at - a.at) / (b.at - a.at)
            east = (b.longitude - a.longitude + 180.0) % 360.0 - 180.0
            there = (a.latitude + share * (b.latitude - a.latitude), a.longitude + share * east)
            assert distance_km(fix.latitude, fix.longitude, *there) <= NEAR_KM
