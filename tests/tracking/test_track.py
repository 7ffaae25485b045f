"""One airframe, poll by poll: what is told of it, and what never is."""

from datetime import timedelta
from itertools import pairwise

import msgspec
import pytest
from any_histories import Polls, histories
from build_demo import il62, is_heard
from hypothesis import example, given, settings
from hypothesis import strategies as st
from state_vectors import (
    DAY,
    HOUR,
    ICAO24,
    MINUTE,
    NOON,
    Follower,
    above,
    airport,
    arrival,
    departure,
    in_flight,
    parked,
    report,
    told,
    visitor,
)

from flightwatch.core.model import Event, StateVector, instant
from flightwatch.core.visits import Visit
from flightwatch.tracking.belief import MIN_SILENCE_S
from flightwatch.tracking.events import told_as
from flightwatch.tracking.track import Rules, Track

IL62_DOWN, IL62_UP = 1_695_693_120, 1_695_861_060
"""The demo's touchdown and take-off at Pyongyang: 26 September 2023, 01:52, and 28 September, 00:31 UTC."""
INBOUND, OUTBOUND = il62("2023-09-26T01:52")
PYONGYANG = Rules(watched=frozenset({"ZKPY"}))
LANDING = ("landing", "observed", "LSZH")
DEPARTURE = ("departure", "observed", "LSZH")
INFERRED = ("landing", "inferred", "ZKPY")


def lost_at_pyongyang(rules: Rules = PYONGYANG, *, step_s: int = MINUTE, until: int = IL62_DOWN + HOUR) -> Follower:
    """Follow the demo's flight to Pyongyang, lost over the horizon near 2,500 m, and then hear nothing."""
    follower = Follower(rules, Track("15521f", "RA-86559"))
    start = (IL62_DOWN - HOUR) // step_s * step_s
    follower.fly(INBOUND, start, until, step_s=step_s, heard=is_heard)
    return follower


def near(events: Follower, at: int, slack_s: int) -> bool:
    """Tell whether the last event's best estimate is no farther than this from the truth."""
    return abs(events.events[-1].time - instant(at)) <= timedelta(seconds=slack_s)


# Seen


def test_a_landing_and_a_departure_that_were_seen() -> None:
    """Each is told once, in the poll that saw it, and the departure says how long the stay was."""
    follower = Follower()
    assert follower.fly(arrival("ZRH", NOON), NOON - HOUR // 2, NOON - MINUTE) == []
    assert follower.hear(parked("ZRH", NOON + 30, velocity=25.0)) == [LANDING]
    assert near(follower, NOON, MINUTE)
    assert follower.hear(*(parked("ZRH", NOON + s) for s in range(90, 2 * HOUR, 300))) == [LANDING]

    up = NOON + 2 * HOUR
    assert follower.fly(departure("ZRH", up), up + MINUTE, up + HOUR // 2) == [LANDING, DEPARTURE]
    assert near(follower, up, 5 * MINUTE)
    landed, left = follower.events
    assert (landed.detected_at, left.detected_at) == (instant(NOON + 30), instant(up + MINUTE))
    assert (landed.confidence, left.confidence) == (1.0, 1.0)
    assert (landed.registration, landed.callsign, left.callsign) == (None, "TST1", "TST2")
    assert left.visit == landed.visit
    assert left.dwell_s == pytest.approx(2 * HOUR, abs=6 * MINUTE)
    assert follower.visits[left.visit].departure is not None


def test_a_landing_shows_its_evidence() -> None:
    """The reports before and after, oldest first."""
    (event,) = visitor().events
    times = [e.last_contact for e in event.evidence]
    assert times == [NOON - 2 * MINUTE, NOON - MINUTE, NOON + 20]
    assert [e.on_ground for e in event.evidence] == [False, False, True]


def test_taxiing_while_in_the_air() -> None:
    """Transponders that never say "on the ground": slow at the field's height is down, and stays down."""
    follower = Follower()
    follower.fly(arrival("ZRH", NOON), NOON - HOUR // 2, NOON - MINUTE)
    taxiing = [
        parked("ZRH", NOON + s, on_ground=False, velocity=8.0, baro_altitude=airport("ZRH").elevation_m)
        for s in range(60, 600, 60)
    ]
    assert follower.hear(*taxiing) == [LANDING]


def test_a_slow_report_in_the_air_is_no_departure() -> None:
    follower = visitor()
    assert follower.hear(parked("ZRH", NOON + HOUR, on_ground=False, velocity=12.0)) == [LANDING]


def test_first_heard_on_the_ground() -> None:
    """A visit without a landing: when it came is not known, so the departure says "at least"."""
    follower = Follower()
    assert follower.hear(parked("ZRH", NOON), parked("ZRH", NOON + 3 * HOUR)) == []
    (visit,) = follower.visits.values()
    assert (visit.is_open, visit.landing, visit.arrival.at, visit.arrival.latest) == (True, None, None, instant(NOON))

    up = NOON + 3 * HOUR + 5 * MINUTE
    assert follower.fly(departure("ZRH", up), up + MINUTE, up + HOUR // 2) == [DEPARTURE]
    (left,) = follower.events
    assert (left.dwell_s, left.dwell_max_s) == (None, None)
    assert left.dwell_min_s == pytest.approx(3 * HOUR, abs=10 * MINUTE)


def test_away_for_days_while_nobody_listened() -> None:
    """Silent on the ground, then heard at cruise: it left in between, and the stay is a range that holds the truth."""
    follower, up = visitor(), NOON + 3 * DAY
    assert follower.miss(NOON + MINUTE, up, HOUR) == [LANDING]
    assert follower.hear(in_flight(departure("ZRH", up), up + 25 * MINUTE)) == [
        LANDING,
        ("departure", "inferred", "LSZH"),
    ]
    left = follower.events[-1]
    assert left.dwell_min_s is not None
    assert left.dwell_max_s is not None
    assert left.dwell_min_s <= 3 * DAY <= left.dwell_max_s


def test_parked_here_then_parked_there() -> None:
    """It flew unheard: a departure that must have been, a landing that is seen, in this order."""
    follower = visitor()
    assert follower.hear(parked("GVA", NOON + DAY)) == [
        LANDING,
        ("departure", "inferred", "LSZH"),
        ("landing", "observed", "LSGG"),
    ]
    _, left, landed = follower.events
    assert left.earliest <= left.time <= left.latest <= landed.latest
    assert left.time <= landed.time
    assert left.earliest <= landed.earliest
    assert [visit.is_open for visit in follower.visits.values()] == [False, True]


def test_inferred_here_then_parked_there() -> None:
    """Not seen here, seen there: it left before it landed."""
    follower = Follower()
    follower.fly(arrival("ZRH", NOON), NOON - HOUR // 2, NOON + HOUR, heard=above(1200.0))
    follower.hear(parked("GVA", NOON + 6 * HOUR))
    _, left, landed = follower.events
    assert (told(follower.events)[1:]) == [("departure", "inferred", "LSZH"), ("landing", "observed", "LSGG")]
    assert left.time <= landed.time


# Not seen, and yet certain enough


@pytest.mark.parametrize("step_s", [60, 300])
def test_an_inferred_landing_at_pyongyang(step_s: int) -> None:
    """Lost on the way down behind the horizon: told once, marked as inferred, not before the silence means anything."""
    follower = lost_at_pyongyang(step_s=step_s, until=IL62_DOWN + DAY)
    assert told(follower.events) == [INFERRED]
    (event,) = follower.events
    silence = event.detected_at - instant(event.evidence[-1].last_contact)
    assert silence >= timedelta(seconds=MIN_SILENCE_S)
    assert event.earliest <= instant(IL62_DOWN) <= event.latest
    assert 0.6 <= event.confidence < 1.0
    assert event.registration == "RA-86559"


def test_climbing_out_after_two_days() -> None:
    """The stay is a range that holds the truth."""
    follower = lost_at_pyongyang(step_s=300)
    follower.fly(OUTBOUND, IL62_DOWN + HOUR + 300, IL62_UP + HOUR, step_s=300, heard=is_heard)
    assert told(follower.events) == [INFERRED, ("departure", "inferred", "ZKPY")]
    left = follower.events[-1]
    assert left.dwell_min_s is not None
    assert left.dwell_max_s is not None
    assert left.dwell_min_s <= IL62_UP - IL62_DOWN <= left.dwell_max_s


@pytest.mark.parametrize(("min_confidence", "times"), [(0.0, 1), (0.3, 1), (0.6, 1), (1.0, 0)])
def test_only_what_is_sure_enough(min_confidence: float, times: int) -> None:
    """Nothing below the confidence asked for, and nothing inferred is ever certain."""
    follower = lost_at_pyongyang(Rules(min_confidence, PYONGYANG.watched))
    assert told(follower.events) == times * [INFERRED]
    assert all(event.confidence >= min_confidence for event in follower.events)


def test_taken_back() -> None:
    """At cruise twelve minutes after it was said to be down: the landing is named and withdrawn, the visit too."""
    follower = lost_at_pyongyang()
    (landed,) = follower.events
    last = landed.evidence[-1]
    at = round(landed.detected_at.timestamp()) + 12 * MINUTE
    assert last.latitude is not None
    seen = report(at, icao24="15521f", latitude=last.latitude - 1.5, longitude=last.longitude)
    follower.poll(at, seen)
    assert told(follower.events) == [INFERRED, ("retraction", "observed", "ZKPY")]
    taken_back = follower.events[-1]
    assert (taken_back.retracts, taken_back.visit, taken_back.time) == (landed.id, landed.visit, instant(at))
    (visit,) = follower.visits.values()
    assert (visit.retracted_at, visit.departure) == (instant(at), None)


def test_confirmed() -> None:
    """Heard on the ground after it was inferred: the visit is now seen, and nobody is told a second time."""
    follower = lost_at_pyongyang()
    follower.hear(parked("FNJ", IL62_DOWN + 2 * HOUR, icao24="15521f"))
    assert told(follower.events) == [INFERRED]
    (visit,) = follower.visits.values()
    assert (visit.arrival.basis, visit.is_open, visit.landing) == ("observed", True, follower.events[0].id)


# Surer than when it was told

EVERY_BIT = tuple(n / 1000 for n in range(601, 1000))
"""Thresholds so near to each other that whatever can be surer is."""


def lose_helicopter(follower: Follower, since: int, silent_s: int) -> None:
    """Hear a helicopter come down into a valley, and then nothing for so long: the longer, the surer it is down."""
    for before in range(10, -1, -1):
        at, lat, height = since - before * MINUTE, 47.2 - 0.02 * before, 490.0 + 150.0 * before
        follower.hear(report(at, category=8, latitude=lat, velocity=40.0, vertical_rate=-2.5, baro_altitude=height))
    follower.miss(since + MINUTE, since + silent_s)


def lost_helicopter(rules: Rules, silent_s: int) -> Follower:
    """Give the follower of one that was lost at noon."""
    follower = Follower(rules)
    lose_helicopter(follower, NOON, silent_s)
    return follower


def without_confidence(visit: Visit) -> Visit:
    return msgspec.structs.replace(visit, arrival=msgspec.structs.replace(visit.arrival, confidence=0.0))


def test_surer_with_the_silence() -> None:
    """Nothing more is told, only the visit knows it, and nothing of it but its confidence changes."""
    told_then, now_known = (lost_helicopter(Rules(thresholds=asked), 3 * HOUR) for asked in ((), EVERY_BIT))
    assert now_known.events == told_then.events
    ((then,), (now,)) = (list(follower.visits.values()) for follower in (told_then, now_known))
    assert now.arrival.confidence > then.arrival.confidence + 0.1
    assert without_confidence(now) == without_confidence(then)
    (landing,) = now_known.events
    assert told_as(landing, now) == msgspec.structs.replace(landing, confidence=round(now.arrival.confidence, 3))


@pytest.mark.parametrize(
    ("thresholds", "passed"), [((0.85,), [0.85]), ((0.85, 0.9), [0.85, 0.9]), ((0.7,), []), ((0.999,), [])]
)
def test_surer_only_where_a_reader_is_reached(thresholds: tuple[float, ...], passed: list[float]) -> None:
    """Each threshold is passed once, in the poll that reaches it; in between, and beyond the last, the visit stays as it is."""
    follower = lost_helicopter(Rules(thresholds=thresholds), 8 * MINUTE)
    steps = [follower.poll(now, None) for now in range(NOON + 9 * MINUTE, NOON + 5 * HOUR, MINUTE)]
    surer = [round(visit.arrival.confidence, 3) for step in steps for visit in step.visits]
    assert told(follower.events) == [("landing", "inferred", None)]
    assert surer == [pytest.approx(threshold, abs=0.01) for threshold in passed]
    assert all(sure >= threshold for sure, threshold in zip(surer, passed, strict=True))


def test_each_landing_is_waited_for_by_itself() -> None:
    """The next one grows surer with its own silence, however long the last one's was."""
    follower = lost_helicopter(Rules(thresholds=EVERY_BIT), 5 * HOUR)
    lose_helicopter(follower, NOON + 8 * HOUR, 5 * HOUR)
    assert [event.type for event in follower.events] == ["landing", "departure", "landing"]
    one, other = (visit.arrival.confidence for visit in follower.visits.values())
    assert one == pytest.approx(other, abs=0.001)


def test_waiting_ends() -> None:
    """After four hours of silence nothing is learned from more of it: the track rests."""
    follower = lost_helicopter(Rules(thresholds=(0.999,)), 5 * HOUR)
    assert follower.poll(NOON + 6 * HOUR, None).track is follower.track


def test_not_surer_once_it_was_heard() -> None:
    """Messages without a position after the landing was told: the silence is over, and tells nothing more."""
    follower = lost_helicopter(Rules(thresholds=EVERY_BIT), 10 * MINUTE)
    before, at = dict(follower.visits), NOON + 11 * MINUTE
    follower.poll(at, report(at, latitude=None, longitude=None, time_position=None))
    assert follower.miss(at + MINUTE, at + 2 * HOUR) == [("landing", "inferred", None)]
    assert follower.visits == before


def same_but_surer(follower: Follower) -> tuple[Track, list[Event], list[Visit]]:
    """Give all that has come of it but how sure inferred arrivals are, and the departures that repeat it."""
    track = msgspec.structs.replace(follower.track, silence=None, visit=None)
    events = [
        msgspec.structs.replace(event, confidence=0.0) if event.type == "departure" else event
        for event in follower.events
    ]
    visits = [without_confidence(msgspec.structs.replace(v, departure=None)) for v in follower.visits.values()]
    return track, events, visits


@pytest.mark.parametrize("again", [9 * MINUTE, 40 * MINUTE, 5 * HOUR])
def test_whoever_asks_for_more_changes_nothing(again: int) -> None:
    """Heard again soon or late: the same landing, the same retraction or departure, the same dwell."""
    both = [lost_helicopter(Rules(thresholds=asked), again) for asked in ((), EVERY_BIT)]
    for follower in both:
        up = NOON + again + MINUTE
        follower.hear(
            *(
                report(up + s, category=8, latitude=47.4 + s / 1e5, velocity=40.0, baro_altitude=900.0)
                for s in (0, 60, 120)
            )
        )
        follower.miss(up + 3 * MINUTE, up + HOUR)
    assert same_but_surer(both[0]) == same_but_surer(both[1])
    assert [event.type for event in both[0].events] == ["landing", "retraction" if again < HOUR / 4 else "departure"]


def test_a_landing_as_its_visit_knows_it() -> None:
    """Seen on the ground after it was inferred: the same landing, observed. Whatever has not changed is the event itself."""
    follower = lost_at_pyongyang()
    (landing,) = follower.events
    assert told_as(landing, follower.visits[landing.visit]) is landing
    follower.hear(parked("FNJ", IL62_DOWN + 2 * HOUR, icao24="15521f"))
    visit = follower.visits[landing.visit]
    assert told_as(landing, visit) == msgspec.structs.replace(landing, basis="observed", confidence=1.0)
    follower.fly(OUTBOUND, IL62_UP, IL62_UP + HOUR, heard=is_heard)
    left = follower.events[-1]
    assert left.type == "departure"
    assert told_as(left, follower.visits[left.visit]) is left


# No landing


def test_touch_and_go() -> None:
    """On the runway at flying speed and up again; then it comes back and stays."""
    follower = Follower()
    follower.fly(arrival("ZRH", NOON), NOON - HOUR // 2, NOON - MINUTE)
    assert follower.hear(parked("ZRH", NOON + 5, velocity=68.0)) == []
    assert follower.fly(departure("ZRH", NOON + 20), NOON + MINUTE, NOON + 20 * MINUTE) == []
    assert follower.visits == {}


def test_a_fast_roll_and_then_silence() -> None:
    """A touch-and-go would be heard again, so it stayed; the landing is told once."""
    follower = Follower()
    follower.fly(arrival("ZRH", NOON), NOON - HOUR // 2, NOON - MINUTE)
    assert follower.hear(parked("ZRH", NOON + 5, velocity=68.0)) == []
    assert follower.miss(NOON + MINUTE, NOON + HOUR) == [LANDING]


@pytest.mark.parametrize(
    "spurious",
    [
        {"velocity": 0.0},
        {"velocity": 0.0, "baro_altitude": None, "geo_altitude": 10_700.0},
        {"velocity": 231.5, "baro_altitude": None},
        {"velocity": None, "baro_altitude": None},
    ],
)
def test_on_the_ground_at_cruise(spurious: dict[str, object]) -> None:
    """By height, by speed, or by how soon after flight: it is flying, and its real landing is told later."""
    follower, flight = Follower(), arrival("ZRH", NOON)
    follower.fly(flight, NOON - 40 * MINUTE, NOON - 35 * MINUTE)
    at = NOON - 35 * MINUTE + 20
    here = in_flight(flight, at)
    bad = report(at, latitude=here.latitude, longitude=here.longitude, on_ground=True, **spurious)
    assert follower.hear(bad) == []
    assert follower.fly(flight, NOON - 34 * MINUTE, NOON - MINUTE) == []
    assert follower.hear(parked("ZRH", NOON + 20)) == [LANDING]


def test_a_jump_is_no_landing_and_heals() -> None:
    """One report from the ground of an airport 400 km away, in the middle of a flight."""
    follower, flight = Follower(), arrival("ZRH", NOON)
    follower.fly(flight, NOON - 40 * MINUTE, NOON - 30 * MINUTE)
    assert follower.hear(parked("VCE", NOON - 30 * MINUTE + 10)) == []
    assert follower.fly(flight, NOON - 29 * MINUTE, NOON - MINUTE) == []
    assert follower.hear(parked("ZRH", NOON + 20)) == [LANDING]


def test_a_false_start_heals() -> None:
    """The first report was the wrong one: the many that agree are believed instead."""
    follower = Follower()
    follower.hear(report(NOON - 40 * MINUTE - 10, latitude=-30.0, longitude=100.0))
    assert follower.fly(arrival("ZRH", NOON), NOON - 40 * MINUTE, NOON - MINUTE) == []
    assert follower.hear(parked("ZRH", NOON + 20)) == [LANDING]


@pytest.mark.parametrize("on_ground", [True, False])
def test_two_airframes_with_one_icao24(on_ground: bool) -> None:
    """One at Zurich, on the ground or passing, and one over Venice, heard in turns: nothing is told."""
    follower = Follower()
    for at in range(NOON, NOON + HOUR, MINUTE):
        if at // MINUTE % 2:
            follower.hear(report(at, latitude=45.5, longitude=12.35))
        else:
            height = None if on_ground else 10_668.0
            speed = 0.0 if on_ground else 231.5
            follower.hear(parked("ZRH", at, on_ground=on_ground, baro_altitude=height, velocity=speed))
    assert follower.events == []


def same_but_asked(before: Track, after: Track) -> bool:
    """Tell whether the track is as it was, but for when it was last asked about."""
    return msgspec.structs.replace(before, asked=None) == msgspec.structs.replace(after, asked=None)


@pytest.mark.parametrize(
    "stale",
    [
        in_flight(arrival("ZRH", NOON), NOON - MINUTE),
        parked("ZRH", NOON - 2 * MINUTE),
        parked("ZRH", NOON + 10 * MINUTE),
    ],
    ids=["repeated", "late", "from the future"],
)
def test_reports_that_are_not_new_change_nothing(stale: StateVector) -> None:
    follower = Follower()
    follower.fly(arrival("ZRH", NOON), NOON - HOUR // 2, NOON - MINUTE)
    before = follower.track
    step = follower.poll(NOON - 30, stale)
    assert (step.events, step.visits) == ((), ())
    assert same_but_asked(before, step.track)


def test_heard_without_a_position_is_not_silent() -> None:
    """Low and descending, then messages without positions for twenty minutes: nothing is known, nothing is told."""
    follower = lost_at_pyongyang(until=IL62_DOWN - 7 * MINUTE)
    for at in range(IL62_DOWN - 6 * MINUTE, IL62_DOWN + 20 * MINUTE, MINUTE):
        follower.poll(
            at, report(at, icao24="15521f", latitude=None, longitude=None, time_position=None, baro_altitude=None)
        )
    assert follower.events == []


def test_a_remembered_position_is_not_a_new_one() -> None:
    """OpenSky repeats the last position without a time of its own: not an aircraft that stands still."""
    follower = visitor()
    step = follower.poll(NOON + HOUR, report(NOON + HOUR, time_position=None))
    assert (step.events, step.track.visit) == ((), follower.track.visit)


@pytest.mark.parametrize("lost_for", [2 * HOUR, 8 * HOUR])
def test_lost_in_cruise_is_not_landed(lost_for: int) -> None:
    follower = Follower()
    for at in range(NOON, NOON + HOUR // 2, MINUTE):
        follower.poll(at, report(at, latitude=50.0 - (at - NOON) * 0.002))
    assert follower.miss(NOON + HOUR // 2, NOON + lost_for) == []


def test_failed_polls_are_not_silence() -> None:
    """Half an hour in which no poll succeeds is no step at all: it may as well go on flying."""
    follower, flight = Follower(), arrival("ZRH", NOON)
    follower.fly(flight, NOON - HOUR // 2, NOON - 20 * MINUTE)
    assert follower.hear(report(NOON + 10 * MINUTE, latitude=46.5, longitude=9.2)) == []
    assert follower.visits == {}


def test_our_own_long_gap_is_no_landing() -> None:
    """Six hours without a poll while it was at cruise, and then it is not heard."""
    follower = Follower()
    for at in range(NOON, NOON + HOUR // 2, MINUTE):
        follower.poll(at, report(at, latitude=50.0 - (at - NOON) * 0.002))
    assert follower.miss(NOON + 6 * HOUR, NOON + 8 * HOUR) == []


# The same data


def test_the_same_data_give_the_same_events() -> None:
    first, second = (lost_at_pyongyang(until=IL62_DOWN + HOUR) for _ in range(2))
    assert (first.events, first.visits, first.track) == (second.events, second.visits, second.track)


def test_a_track_without_history_stays_quiet() -> None:
    follower = Follower()
    assert follower.miss(NOON, NOON + DAY, HOUR) == []
    assert follower.track == Track(ICAO24)


# Whatever comes


confidences = st.sampled_from([0.0, 0.3, 0.6, 0.95])

TAKEN_BACK_ON_THE_GROUND: Polls = [
    (NOON, report(NOON, latitude=47.4756, longitude=8.536, baro_altitude=434.34, velocity=72.0, true_track=155.0)),
    (NOON + 1200, report(NOON + 1200, latitude=45.5146, longitude=9.8357, baro_altitude=9997.44, true_track=155.9)),
    (
        NOON + 2400,
        report(
            NOON + 2400,
            latitude=43.1898,
            longitude=11.2534,
            baro_altitude=4107.18,
            velocity=235.0,
            true_track=156.9,
            vertical_rate=-12.3,
        ),
    ),
    (NOON + 4500, None),
    (NOON + 4520, None),
    (
        NOON + 26_130,
        report(NOON + 26_130, latitude=0.0, longitude=1.0, baro_altitude=None, on_ground=True, velocity=None),
    ),
    (NOON + 26_430, None),
]
"""An inferred landing that a report from another continent's ground takes back: it was told again from the same reports."""


@given(histories(), confidences)
@example(TAKEN_BACK_ON_THE_GROUND, 0.0)
@settings(max_examples=200, deadline=None)
def test_whatever_comes(polls: Polls, min_confidence: float) -> None:
    """No report and no silence breaks the track: `assert_sound` holds at each step, and no id comes twice."""
    follower = Follower(Rules(min_confidence, PYONGYANG.watched))
    for now, heard in polls:
        follower.poll(now, heard)
    assert len({event.id for event in follower.events}) == len(follower.events)
    assert all(event.confidence >= min_confidence for event in follower.events if event.type == "landing")
    stays = [visit for visit in follower.visits.values() if visit.retracted_at is None]
    assert all(not visit.is_open for visit in stays[:-1])
    for one, other in pairwise(stays):
        assert one.departure is not None
        assert one.departure.at is not None
        if one.arrival.basis == "observed":
            assert one.departure.at <= (other.arrival.at or other.arrival.latest)


@pytest.mark.slow
@given(histories(), confidences)
@settings(max_examples=100, deadline=None)
def test_asking_for_more_changes_nothing(polls: Polls, min_confidence: float) -> None:
    usual, asking = Follower(Rules(min_confidence)), Follower(Rules(min_confidence, thresholds=EVERY_BIT))
    for now, heard in polls:
        usual.poll(now, heard)
        asking.poll(now, heard)
        assert same_but_surer(usual) == same_but_surer(asking)


@pytest.mark.slow
@given(histories(), st.integers(0, 100))
@settings(max_examples=100, deadline=None)
def test_a_track_survives_storage(polls: Polls, cut: int) -> None:
    """Written as JSON after any poll and read again, it goes on as if it had never been away."""
    whole, stored = Follower(Rules(thresholds=EVERY_BIT)), Follower(Rules(thresholds=EVERY_BIT))
    for number, (now, heard) in enumerate(polls):
        whole.poll(now, heard)
        stored.poll(now, heard)
        if number == cut % len(polls):
            stored.track = msgspec.json.decode(msgspec.json.encode(stored.track), type=Track)
            assert stored.track == whole.track
    assert (stored.track, stored.events, stored.visits) == (whole.track, whole.events, whole.visits)


def test_a_low_loss_hidden_below_2000_m_is_told_once() -> None:
    """A valley without receivers, at an airport the user did not name."""
    follower = Follower()
    down = follower.fly(arrival("ZRH", NOON), NOON - HOUR // 2, NOON + 3 * HOUR, heard=above(1200.0))
    assert down == [("landing", "inferred", "LSZH")]
