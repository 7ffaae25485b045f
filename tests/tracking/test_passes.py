"""Low passes: who has come low over a field and gone up again in this flight will do so again."""

import pytest
from msgspec.structs import replace
from state_vectors import (
    AIRPORTS,
    HOUR,
    MINUTE,
    NOON,
    Follower,
    above,
    airport,
    arrival,
    departure,
    parked,
    report,
    visitor,
)

from flightwatch.core.geo import destination
from flightwatch.core.model import StateVector
from flightwatch.tracking.belief import judge
from flightwatch.tracking.track import Rules, Track, belief_of

FIELD = airport("ZRH")
GROUND_M = FIELD.elevation_m or 0.0
CRUISE_M, SPEED_MS = 1500.0, 80.0
REACH_KM, SLOPE = 16.0, 0.08
LAP_S = round(4 * REACH_KM * 1000 / SPEED_MS)
"""In over the field and out, and round again at height."""


def lap(since: int, lowest_m: float, step_s: int, heard_above_m: float = 0.0) -> list[StateVector]:
    """Make a pass over Zurich that goes down to so many metres over it and up again, and the way back to where it began."""
    runway = FIELD.runways[0]
    heading, middle = runway.heading_deg or 0.0, (FIELD.latitude, FIELD.longitude)
    made = []
    for second in range(0, LAP_S, step_s):
        along_km = second * SPEED_MS / 1000
        is_in = along_km < 2 * REACH_KM
        km = along_km - REACH_KM if is_in else 3 * REACH_KM - along_km
        height = min(CRUISE_M, lowest_m + SLOPE * 1000 * abs(km)) if is_in else CRUISE_M
        climb_ms = 0.0 if height == CRUISE_M else SLOPE * SPEED_MS * (1 if km > 0 else -1)
        lat, lon = destination(*middle, heading, km) if km >= 0 else destination(*middle, heading + 180.0, -km)
        track = heading if is_in else heading + 180.0
        if height >= heard_above_m:
            made.append(
                report(
                    since + second,
                    latitude=lat,
                    longitude=lon,
                    baro_altitude=GROUND_M + height,
                    velocity=SPEED_MS,
                    true_track=track % 360.0,
                    vertical_rate=climb_ms,
                )
            )
    return made


def laps(times: int, lowest_m: float, step_s: int = MINUTE, heard_above_m: float = 0.0) -> Follower:
    """Follow so many of them; nothing is told whatever happens."""
    follower = Follower(Rules(min_confidence=1.0))
    for each in range(times):
        follower.hear(*lap(NOON + each * LAP_S, lowest_m, step_s, heard_above_m))
    assert follower.events == []
    return follower


@pytest.mark.parametrize("times", [1, 2, 4])
@pytest.mark.parametrize("step_s", [10, 20, 60])
@pytest.mark.parametrize("lowest_m", [30.0, 300.0, 600.0])
def test_each_pass_counts_once(times: int, step_s: int, lowest_m: float) -> None:
    """However often it is heard on the way up."""
    assert laps(times, lowest_m, step_s).track.passes == times


@pytest.mark.parametrize("heard_above_m", [400.0, 700.0])
def test_a_pass_of_which_the_lowest_part_is_not_heard(heard_above_m: float) -> None:
    """It counts all the same: it was heard coming down, and then higher."""
    assert laps(2, 30.0, 20, heard_above_m).track.passes == 2


@pytest.mark.parametrize("lowest_m", [950.0, 1300.0])
def test_too_high_to_be_a_pass(lowest_m: float) -> None:
    assert laps(2, lowest_m, 20).track.passes == 0


def test_not_while_it_is_low() -> None:
    """It counts when it has gone up, not before: who came down last may have landed."""
    low = [r for r in lap(NOON, 30.0, 20) if (r.vertical_rate or 0.0) <= 0.0]
    down = low[: 1 + min(range(len(low)), key=lambda n: low[n].baro_altitude or 0.0)]
    follower = Follower(Rules(min_confidence=1.0))
    follower.hear(*down)
    assert (follower.track.passes, follower.track.dipped_m) == (0, down[-1].baro_altitude)


@pytest.mark.parametrize("step_s", [10, 60])
def test_a_take_off_is_none(step_s: int) -> None:
    """Low over a field and going up, but it had not come down."""
    follower = Follower()
    follower.fly(departure("ZRH", NOON), NOON, NOON + HOUR // 2, step_s=step_s)
    assert follower.track.reports
    assert follower.track.passes == 0
    left = visitor()
    up = NOON + HOUR
    left.hear(parked("ZRH", up - MINUTE))
    left.fly(departure("ZRH", up), up + MINUTE, up + HOUR // 2, step_s=step_s)
    assert [event.type for event in left.events] == ["landing", "departure"]
    assert left.track.passes == 0


def test_an_approach_is_none() -> None:
    follower = Follower()
    follower.fly(arrival("ZRH", NOON), NOON - HOUR // 2, NOON - MINUTE, step_s=10)
    assert follower.track.passes == 0


def test_a_helicopter_makes_none() -> None:
    """It is low wherever it goes."""
    follower = Follower(Rules(min_confidence=1.0))
    follower.hear(*(replace(each, category=8) for each in lap(NOON, 30.0, 20)))
    assert follower.track.passes == 0


def test_a_landing_ends_them() -> None:
    """Where it has been is over when it leaves again."""
    follower = laps(2, 30.0)
    end = NOON + 2 * LAP_S
    follower.rules = Rules()
    follower.hear(*(r for r in lap(end, 30.0, 20) if r.last_contact < end + LAP_S // 4))
    assert follower.track.passes == 2
    down = end + LAP_S // 4
    follower.hear(*(parked("ZRH", down + s, velocity=8.0) for s in (30, 90, 150)))
    up = down + HOUR
    follower.hear(parked("ZRH", up - MINUTE))
    follower.fly(departure("ZRH", up), up + MINUTE, up + 20 * MINUTE)
    assert [event.type for event in follower.events] == ["landing", "departure"]
    assert (follower.track.passes, follower.track.dipped_m) == (0, None)


# What they are worth


def lost_after(passes: int) -> Track:
    """Follow an airliner to Zurich until it is lost on the way down, after so many low passes."""
    follower = Follower(Rules(min_confidence=1.0))
    follower.fly(arrival("ZRH", NOON), NOON - HOUR // 2, NOON, heard=above(3000.0))
    return replace(follower.track, passes=passes, belief=None)


def sure(track: Track, silent_s: int) -> float:
    """Give how sure it is that it is down at Zurich."""
    found = judge(belief_of(track, AIRPORTS, frozenset()), silent_s, AIRPORTS)
    assert found.candidates[0].airport == FIELD
    return found.candidates[0].probability


@pytest.mark.parametrize("silent_s", [300, 900, 3600])
def test_less_sure_after_a_pass(silent_s: int) -> None:
    """Another one is the likelier; a second adds nothing to that."""
    never, once, often = (sure(lost_after(passes), silent_s) for passes in (0, 1, 5))
    assert never > once == often > 0.5


def test_silence_wears_it_off() -> None:
    """Who passes comes round within half an hour: after two hours it is as if it had passed nothing."""
    never, once = lost_after(0), lost_after(1)
    doubts = [sure(never, silent_s) - sure(once, silent_s) for silent_s in (300, 1200, 7200)]
    assert doubts == sorted(doubts, reverse=True)
    assert doubts[0] > 10 * doubts[-1]
