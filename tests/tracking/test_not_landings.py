"""What looks like a landing and is none: low passes, holes in reception, our own sleep, and lies."""

from collections.abc import Iterable, Iterator

import pytest
from state_vectors import (
    HOUR,
    ICAO24,
    MINUTE,
    NOON,
    Follower,
    Told,
    Watcher,
    above,
    airport,
    arrival,
    departure,
    in_flight,
    parked,
    report,
    sent,
    told,
    watched,
)

from flightwatch.core.geo import box_around, destination
from flightwatch.core.model import Coverage, StateVector
from flightwatch.tracking.track import Rules

ZURICH = Rules(watched=frozenset({"LSZH"}))
"""The airport it passes is one where a landing is expected."""
FIELD = airport("ZRH")
GROUND_M = FIELD.elevation_m or 0.0
THRESHOLD = (47.4756, 8.53595)
FINAL_DEG = 155.0
PASS = arrival("ZRH", NOON)
"""Comes down to Zurich's longest runway."""
Point = tuple[float, float]


def out(track_deg: float, distance_km: float) -> Point:
    """Give the point so far from the threshold."""
    return destination(*THRESHOLD, track_deg, distance_km)


def flying(at: int, where: Point, height_m: float, track_deg: float, **fields: object) -> StateVector:
    """Make a report of an airliner in the air, its height over the field's."""
    usual: dict[str, object] = {
        "latitude": where[0],
        "longitude": where[1],
        "baro_altitude": GROUND_M + height_m,
        "true_track": track_deg % 360.0,
        "velocity": 75.0,
    }
    return report(at, **(usual | fields))


def approaching(until: int, *, rules: Rules = ZURICH) -> Follower:
    """Follow the arrival at Zurich until ``until``, seconds before its touchdown."""
    follower = Follower(rules)
    assert follower.fly(PASS, NOON - 40 * MINUTE, NOON - until) == []
    return follower


def climbing_out(start: int, first_s: int, last_s: int) -> Iterator[StateVector]:
    """Make what is heard every minute of a climb straight on from the threshold, passed at ``start``."""
    flight = departure("ZRH", start)
    return (in_flight(flight, start + s) for s in range(first_s, last_s + 1, MINUTE))


def standing(follower: Follower) -> list[Told]:
    """Give the landings that were told and not taken back."""
    gone = {event.retracts for event in follower.events}
    return told(event for event in follower.events if event.type == "landing" and event.id not in gone)


# Near the ground


def test_a_low_pass() -> None:
    """Over the runway, lost for four minutes below the horizon, heard again as it climbs away."""
    follower = approaching(MINUTE)
    assert follower.miss(NOON, NOON + 3 * MINUTE) == []
    assert follower.hear(*climbing_out(NOON, 4 * MINUTE, 20 * MINUTE)) == []
    assert follower.miss(NOON + 21 * MINUTE, NOON + 2 * HOUR) == []


def test_a_go_around() -> None:
    """Seen all the way down to 60 m and up again, then once more round; it leaves unlanded."""
    follower = approaching(MINUTE)
    follower.hear(flying(NOON - 10, out(FINAL_DEG + 180.0, 0.8), 60.0, FINAL_DEG, vertical_rate=-3.5))
    assert follower.hear(*climbing_out(NOON, MINUTE, 3 * MINUTE)) == []
    assert follower.miss(NOON + 4 * MINUTE, NOON + HOUR) == []


@pytest.mark.parametrize("rolls_s", [(5,), (5, 15)], ids=["heard once", "twice"])
def test_a_touch_and_go(rolls_s: tuple[int, ...]) -> None:
    """Surface reports at flying speed for less than a minute between approach and climb."""
    follower = approaching(MINUTE)
    follower.hear(*(parked("ZRH", NOON + s, velocity=68.0) for s in rolls_s))
    assert follower.hear(*climbing_out(NOON, 45, 20 * MINUTE)) == []


# Holes in reception


def test_holding_in_and_out_of_coverage() -> None:
    """Half an hour round a racetrack at 2,000 m, heard on one leg of it for two minutes in every five."""
    follower = approaching(12 * MINUTE)
    fix = out(FINAL_DEG + 180.0, 45.0)
    start = NOON - 8 * MINUTE
    for at in range(start, start + HOUR // 2, MINUTE):
        phase = (at - start) // MINUTE % 5
        course = FINAL_DEG if phase < 2 else FINAL_DEG + 180.0
        where = destination(*fix, FINAL_DEG, 7.0 * phase - 3.5)
        seen = flying(at, where, 2000.0, course, velocity=115.0)
        follower.poll(at, seen if phase < 2 else None)
    assert follower.events == []


@pytest.fixture(
    params=[(270.0, 40.0, 90.0), (0.0, 60.0, 90.0), (200.0, 60.0, 290.0)],
    ids=["Schupfart", "Donaueschingen", "Alpnach"],
)
def hidden(request: pytest.FixtureRequest) -> Follower:
    """Follow a flight level at 300 m past small fields, hidden by terrain for eight minutes at noon, and heard again."""
    track_deg, distance_km, course = request.param
    follower = Follower(ZURICH)
    for at in range(NOON - 20 * MINUTE, NOON + 20 * MINUTE, MINUTE):
        where = destination(*out(track_deg, distance_km), course, 3.6 * (at - NOON) / MINUTE)
        seen = flying(at, where, 300.0, course, velocity=60.0)
        follower.poll(at, None if NOON <= at < NOON + 8 * MINUTE else seen)
    return follower


def test_behind_a_hill(hidden: Follower) -> None:
    """Whatever was told is taken back as soon as it is heard again."""
    assert standing(hidden) == []
    assert hidden.track.visit is None
    assert hidden.track.reports[-1].last_contact == NOON + 19 * MINUTE


def test_level_behind_a_hill_is_not_told_at_all(hidden: Follower) -> None:
    """Without a descent there is no landing."""
    assert hidden.events == []


@pytest.mark.parametrize("level_m", [6000.0, 3000.0])
@pytest.mark.parametrize("rules", [Rules(), ZURICH], ids=["nobody expects it", "watched"])
def test_down_to_a_lower_level(level_m: float, rules: Rules) -> None:
    """Leaves cruise in a hole and is heard again 25 minutes later, further on and lower: nothing that was told stands."""
    follower = Follower(rules)
    start, speed_km = out(270.0, 120.0), 13.8
    for minute in range(-20, 60):
        height = min(10_000.0, max(level_m, 10_000.0 - 600.0 * (minute + 6)))
        where = destination(*start, 90.0, speed_km * minute)
        seen = flying(NOON + minute * MINUTE, where, height, 90.0, velocity=230.0, vertical_rate=0.0)
        follower.poll(NOON + minute * MINUTE, None if 0 < minute < 25 else seen)
    assert standing(follower) == []
    assert follower.track.visit is None


def test_switched_off_for_an_hour() -> None:
    """A transponder that is off in cruise, over several airports, and on again."""
    follower = Follower(ZURICH)
    for at in range(NOON - HOUR, NOON + 2 * HOUR, MINUTE):
        where = destination(*out(315.0, 300.0), 135.0, 13.8 * (at - NOON) / MINUTE)
        seen = flying(at, where, 10_000.0, 135.0, velocity=230.0)
        follower.poll(at, None if NOON <= at < NOON + HOUR else seen)
    assert follower.events == []
    assert follower.visits == {}


# Nobody listened


def test_a_laptop_asleep_during_the_descent() -> None:
    """Six hours of sleep from 8,000 m on: the first silent poll afterwards is no six hours of silence."""
    asleep = above(8000.0)
    follower = Follower(ZURICH)
    awake = [at for at in range(NOON - 40 * MINUTE, NOON, MINUTE) if sent(PASS, at, asleep)]
    follower.hear(*(in_flight(PASS, at) for at in awake))
    assert follower.track.reports[-1].vertical_rate is not None
    assert follower.track.reports[-1].vertical_rate < -5.0
    assert follower.miss(awake[-1] + 6 * HOUR, awake[-1] + 6 * HOUR) == []


def test_opensky_down_during_the_approach() -> None:
    """No poll succeeds for twenty minutes; the next one hears it climbing away."""
    follower = approaching(5 * MINUTE)
    assert follower.hear(*climbing_out(NOON, 15 * MINUTE, 30 * MINUTE)) == []
    assert follower.miss(NOON + 31 * MINUTE, NOON + 2 * HOUR) == []


@pytest.fixture
def heard_but_for_one_poll() -> Follower:
    """Follow an approach into an outage of twenty minutes; then one poll misses the aircraft and the next has it."""
    follower = approaching(5 * MINUTE)
    follower.miss(NOON + 15 * MINUTE, NOON + 15 * MINUTE)
    follower.hear(*climbing_out(NOON, 16 * MINUTE, 30 * MINUTE))
    return follower


def test_one_silent_poll_after_an_outage(heard_but_for_one_poll: Follower) -> None:
    """It climbed away: nothing that was told stands."""
    assert standing(heard_but_for_one_poll) == []
    assert heard_but_for_one_poll.track.visit is None


def test_one_silent_poll_after_an_outage_tells_nothing(heard_but_for_one_poll: Follower) -> None:
    assert heard_but_for_one_poll.events == []


def test_leaving_the_box_that_is_asked_for() -> None:
    """Comes down through the edge of the box; what the box does not hold nobody asked for."""
    coverage = Coverage(boxes=(box_around(*out(FINAL_DEG + 180.0, 60.0), 40.0),))
    watcher = Watcher(watched(aircraft=[ICAO24]))
    inside = [at for at in range(NOON - 40 * MINUTE, NOON, MINUTE) if _in_box(in_flight(PASS, at), coverage)]
    for at in inside:
        watcher.poll(at, in_flight(PASS, at), coverage=coverage)
    for at in range(inside[-1] + MINUTE, NOON + 6 * HOUR, MINUTE):
        watcher.poll(at, coverage=coverage)
    assert len(inside) > 3
    assert watcher.events == []


def _in_box(seen: StateVector, coverage: Coverage) -> bool:
    (box,) = coverage.boxes
    assert seen.latitude is not None
    assert seen.longitude is not None
    return box.lat_min <= seen.latitude <= box.lat_max and box.lon_min <= seen.longitude <= box.lon_max


# Lies


def cruising(minutes: Iterable[int]) -> Iterator[StateVector]:
    """Make what it really sends, a minute apart: at cruise, 800 km from Zurich, eastwards."""
    for minute in minutes:
        yield flying(
            NOON + minute * MINUTE, destination(54.0, 14.0, 90.0, 13.8 * minute), 10_000.0, 90.0, velocity=230.0
        )


def test_an_old_track_replayed() -> None:
    """Yesterday's approach and landing, sent again with today's times between what it really sends."""
    follower = Follower(ZURICH)
    yesterday = arrival("ZRH", NOON + 10 * MINUTE)
    for real in cruising(range(40)):
        at = real.last_contact
        follower.hear(real)
        fake = sent(yesterday, at + 20) or parked("ZRH", at + 20)
        follower.hear(fake)
    assert follower.events == []
    assert follower.track.visit is None


def test_an_old_track_with_its_old_times() -> None:
    """Late answers of a cache: reports from before the last one change nothing."""
    follower = Follower(ZURICH)
    follower.hear(*cruising(range(10)))
    before = follower.track.reports
    for real in cruising(range(-40, 0)):
        stale = sent(PASS, real.last_contact) or parked("ZRH", real.last_contact)
        follower.poll(NOON + 10 * MINUTE, stale)
    assert (follower.events, follower.track.reports) == ([], before)


@pytest.fixture
def spoofed() -> Follower:
    """Follow a flight that jamming puts on another airport's ground for four polls; an hour later it still cruises."""
    follower = Follower(ZURICH)
    follower.hear(*cruising(range(20)))
    follower.hear(*(parked("ZRH", NOON + s) for s in range(20 * MINUTE, 24 * MINUTE, MINUTE)))
    follower.hear(*cruising(range(24, 200)))
    return follower


def test_spoofed_onto_the_ground(spoofed: Follower) -> None:
    """From cruise, 800 km away: no landing is told."""
    assert [event for event in spoofed.events if event.type == "landing"] == []


def test_spoofed_onto_the_ground_and_away(spoofed: Follower) -> None:
    """Nor a departure from where it never was."""
    assert spoofed.events == []
    assert spoofed.track.visit is None


def test_two_aircraft_with_one_icao24() -> None:
    """One comes down to Zurich and stays, one cruises far away, each heard in turn: which of them landed nobody knows."""
    follower = Follower(ZURICH)
    for real in cruising(range(40)):
        follower.hear(real)
        twin = sent(arrival("ZRH", NOON + 30 * MINUTE), real.last_contact + 30)
        follower.poll(real.last_contact + 30, twin or parked("ZRH", real.last_contact + 30))
    assert standing(follower) == []
