"""Helicopters and drones: down at a place, not at whatever field is near."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from state_vectors import AIRPORTS, HOUR, ICAO24, MINUTE, NOON, Follower, airport, report

from flightwatch.core.airports import Airports
from flightwatch.core.geo import destination
from flightwatch.core.model import StateVector, instant
from flightwatch.core.watched import WatchedAircraft
from flightwatch.tracking.belief import ABSTAIN, MIN_SILENCE_S, Assessment, judge
from flightwatch.tracking.motion import Motion
from flightwatch.tracking.rotor import CLOSE_M, GROUND_KM, believe_rotary
from flightwatch.watchlist.model import Watchlist
from flightwatch.wording.alert import describe
from flightwatch.wording.sentence import sentence

HELICOPTER, DRONE, UNSAID = 8, 14, 0
SPEED_MS = 40.0
MEADOW = destination(airport("ZRH").latitude, airport("ZRH").longitude, 45.0, 12.0)
"""Among villages; the nearest field is a grass strip, 8.6 km away and 459 m high."""
GROUND_M = 459.0
RUNWAY = (47.4756, 8.53595)
"""The end of Zurich's longest."""
SOMEWHERE = [("landing", "inferred", None)]
SINK_MS = 3.0


def assess_rotary(flight: Motion, silent_s: int, airports: Airports) -> Assessment:
    """Give what is believed of it after so much silence."""
    return judge(believe_rotary(flight, airports), silent_s, airports)


def coming_down(
    to: tuple[float, float], height_m: float, category: int | None = HELICOPTER, *, sink_ms: float = SINK_MS
) -> list[StateVector]:
    """Make the last six minutes of a way down to a point so high over the ground, where it is lost at noon."""
    made = []
    for before_s in range(6 * MINUTE, -1, -MINUTE):
        lat, lon = destination(*to, 90.0, SPEED_MS * before_s / 1000)
        made.append(
            report(
                NOON - before_s,
                latitude=lat,
                longitude=lon,
                baro_altitude=GROUND_M + height_m + sink_ms * before_s,
                velocity=SPEED_MS,
                true_track=270.0,
                vertical_rate=-sink_ms,
                category=category,
            )
        )
    return made


def lost(to: tuple[float, float], height_m: float, category: int | None = HELICOPTER) -> Follower:
    """Follow it until it has been silent for an hour."""
    follower = Follower()
    assert follower.hear(*coming_down(to, height_m, category)) == []
    follower.miss(NOON + MINUTE, NOON + HOUR)
    return follower


@pytest.mark.parametrize("category", [HELICOPTER, DRONE])
def test_down_in_a_meadow(category: int) -> None:
    """Told once, without an airport; in words: how far from an airport that people know."""
    follower = lost(MEADOW, 60.0, category)
    (event,) = follower.events
    assert (event.type, event.basis, event.airport) == ("landing", "inferred", None)
    assert event.earliest == instant(NOON)
    assert event.detected_at - instant(NOON) >= timedelta(seconds=MIN_SILENCE_S)
    assert 0.6 <= event.confidence < 1.0
    (visit,) = follower.visits.values()
    assert visit.airport is None
    assert (visit.latitude, visit.longitude) == pytest.approx(MEADOW, abs=1e-4)

    said = sentence(
        describe(event, Watchlist(aircraft=(WatchedAircraft(ICAO24, "HB-XYZ", "given"),)).watched, AIRPORTS)
    )
    assert said.startswith(
        f"TST1 ({ICAO24}, registered in Switzerland) probably landed at a place 12 km north-east of Zürich ZRH (Switzerland) on "
    )
    assert "; contact lost there in descent at " in said
    assert not {field.name for _, field in AIRPORTS.within(*MEADOW, 11.0) if field.name in said}


@pytest.mark.parametrize("category", [HELICOPTER, DRONE])
def test_down_on_a_runway(category: int) -> None:
    """Over a field's runway it is that field."""
    (event,) = lost(RUNWAY, 60.0, category).events
    assert event.airport is not None
    assert (event.type, event.basis, event.airport.icao) == ("landing", "inferred", "LSZH")


@pytest.mark.parametrize("where", [MEADOW, RUNWAY], ids=["meadow", "runway"])
@pytest.mark.parametrize("height_m", [800.0, 5000.0])
def test_lost_high(where: tuple[float, float], height_m: float) -> None:
    assert lost(where, height_m).visits == {}


@pytest.mark.parametrize("category", [UNSAID, None])
def test_an_aeroplane_does_not_land_in_a_meadow(category: int | None) -> None:
    """The same reports from something that does not say it is a helicopter."""
    assert all(event.airport is not None for event in lost(MEADOW, 60.0, category).events)


def test_it_need_say_so_only_once() -> None:
    """The category comes with few messages."""
    follower = Follower()
    first, *rest = coming_down(MEADOW, 60.0, None)
    follower.hear(coming_down(MEADOW, 60.0)[0], *rest)
    assert follower.miss(NOON + MINUTE, NOON + HOUR) == SOMEWHERE
    assert first.category is None


@pytest.mark.parametrize("where", [MEADOW, RUNWAY], ids=["meadow", "runway"])
def test_heard_again_ten_minutes_later(where: tuple[float, float]) -> None:
    """It had only passed behind a hill: taken back."""
    follower = Follower()
    follower.hear(*coming_down(where, 60.0))
    (landing,) = follower.miss(NOON + MINUTE, NOON + 10 * MINUTE)
    lat, lon = destination(*where, 270.0, SPEED_MS * 10 * MINUTE / 1000)
    again = report(
        NOON + 10 * MINUTE + 10,
        latitude=lat,
        longitude=lon,
        baro_altitude=GROUND_M + 150.0,
        velocity=SPEED_MS,
        category=HELICOPTER,
    )
    assert follower.hear(again) == [landing, ("retraction", "observed", landing[2])]
    assert follower.events[1].retracts == follower.events[0].id
    assert [visit.is_open for visit in follower.visits.values()] == [False]


def test_leaving_the_meadow_after_two_hours() -> None:
    """It stood there: a departure without an airport, and a dwell that holds the truth."""
    follower = lost(MEADOW, 60.0)
    up = NOON + 2 * HOUR
    follower.miss(NOON + HOUR + MINUTE, up)
    lat, lon = destination(*MEADOW, 90.0, 5.0)
    follower.hear(report(up + 2 * MINUTE, latitude=lat, longitude=lon, baro_altitude=700.0, velocity=50.0, category=8))
    landed, left = follower.events
    assert (left.type, left.airport, left.visit) == ("departure", None, landed.visit)
    assert left.dwell_min_s is not None
    assert left.dwell_max_s is not None
    assert left.dwell_min_s <= 2 * HOUR <= left.dwell_max_s


@pytest.mark.parametrize(
    ("height_m", "climb_ms", "latitude"),
    [(None, -SINK_MS, MEADOW[0]), (60.0, 2.0, MEADOW[0]), (CLOSE_M + 1.0, -SINK_MS, MEADOW[0]), (60.0, -SINK_MS, 89.0)],
    ids=["no height", "climbing", "high", "no ground known"],
)
def test_nothing_to_say(height_m: float | None, climb_ms: float, latitude: float) -> None:
    height = None if height_m is None else GROUND_M + height_m
    flown = Motion(NOON, latitude, MEADOW[1], height, SPEED_MS, 270.0, climb_ms, -climb_ms)
    assert assess_rotary(flown, HOUR, AIRPORTS) == ABSTAIN


def test_nothing_to_say_far_from_every_field() -> None:
    """Only fields tell how high the ground is."""
    ocean = (-30.0, -30.0)
    assert AIRPORTS.nearest(*ocean, within_km=GROUND_KM) is None
    assert assess_rotary(Motion(NOON, *ocean, 30.0, 0.0, None, -3.0, 3.0), HOUR, AIRPORTS) == ABSTAIN


heights = st.floats(0.0, CLOSE_M)


@given(heights, heights, st.integers(0, 4 * HOUR), st.integers(0, 4 * HOUR), st.floats(-0.4, 6.0))
def test_lower_and_longer_is_surer(one_m: float, other_m: float, one_s: int, other_s: int, sink_ms: float) -> None:
    """Probability of being down never falls with silence, nor when it was lost lower; with none it makes one."""

    def sure(height_m: float, silent_s: int) -> float:
        flown = Motion(NOON, *MEADOW, GROUND_M + height_m, SPEED_MS, 270.0, -sink_ms, sink_ms)
        found = assess_rotary(flown, silent_s, AIRPORTS)
        (down,) = found.candidates
        assert down.probability + found.none == pytest.approx(1.0)
        assert NOON <= down.earliest <= down.best <= down.latest
        assert down.best <= down.settled
        return down.probability

    low, high = sorted((one_m, other_m))
    short, long = sorted((one_s, other_s))
    assert sure(low, short) <= sure(low, long) + 1e-12
    assert sure(high, long) <= sure(low, long) + 1e-12
