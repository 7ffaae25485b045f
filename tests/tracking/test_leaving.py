"""The end of a visit that nobody saw begin: it left, or was never there, and then it may have been elsewhere."""

import pytest
from build_demo import Flight, duration_s
from msgspec.structs import replace
from state_vectors import (
    HOUR,
    ICAO24,
    MINUTE,
    NOON,
    Follower,
    Told,
    above,
    airport,
    arrival,
    departure,
    parked,
    report,
    told,
)

from flightwatch.core.geo import destination, distance_km
from flightwatch.core.model import Event, StateVector, instant
from flightwatch.tracking.belief import MOST_SURE
from flightwatch.tracking.track import Rules

WRONG: Told = ("landing", "inferred", "EGSS")
TAKEN_BACK: Told = ("retraction", "observed", "EGSS")
SPEED_MS = 100.0


def to_luton() -> Flight:
    """Make a flight that lands at Luton from the east, over Stansted's way in."""
    field = airport("LTN")
    runway = field.runways[0]
    assert runway.he_latitude is not None
    assert runway.he_longitude is not None
    assert runway.heading_deg is not None
    there = (runway.he_latitude, runway.he_longitude)
    start = destination(*there, runway.heading_deg, 600.0)
    flight = Flight(ICAO24, "TST1", "Switzerland", (start, there), 0, (0.0, field.elevation_m or 0.0))
    return replace(flight, takeoff_at=NOON - duration_s(flight))


def told_at_stansted(silent_until: int = NOON + HOUR) -> Follower:
    """Follow it until it is lost at 2,000 m and told to be down at Stansted, where it is not."""
    follower = Follower()
    follower.fly(to_luton(), NOON - HOUR // 2, NOON + 10 * MINUTE, heard=above(2000.0))
    assert follower.miss(NOON + 11 * MINUTE, silent_until) == [WRONG]
    assert follower.events[0].confidence < 0.7
    return follower


def climbing(follower: Follower, code: str, above_m: float = 500.0) -> list[Event]:
    """Hear it climb away from there an hour after it was told to be down; give what is told of it then."""
    up = NOON + HOUR + MINUTE
    follower.fly(departure(code, up), up, up + HOUR // 2, heard=above(above_m))
    return follower.events[1:]


# Elsewhere


def test_heard_climbing_from_the_neighbour() -> None:
    """What was told is taken back, and the visit that it made is told, both ends at once, as another one."""
    follower = told_at_stansted()
    back, landed, left = climbing(follower, "LTN")
    assert told((back, landed, left)) == [
        TAKEN_BACK,
        ("landing", "inferred", "EGGW"),
        ("departure", "inferred", "EGGW"),
    ]
    (first,) = follower.events[:1]
    assert (back.retracts, back.visit) == (first.id, first.visit)
    assert len({event.id for event in follower.events}) == 4
    assert landed.visit == left.visit != first.visit
    assert back.detected_at == landed.detected_at == left.detected_at
    assert landed.earliest <= instant(NOON) <= landed.latest
    assert left.earliest <= instant(NOON + HOUR + MINUTE) <= left.latest
    assert back.confidence > 0.9
    assert landed.confidence == left.confidence > 0.9
    wrong, right = follower.visits.values()
    assert (wrong.retracted_at, right.retracted_at) == (back.time, None)
    assert [(c.icao, c.share) for c in back.candidates] == [("EGGW", landed.confidence)]
    assert follower.track.been == (("EGGW", 1),)
    assert follower.track.homes == (("EGGW", 1.0),)


def test_heard_climbing_from_there() -> None:
    """Then it was there, surer than when it was told."""
    (left,) = climbing(told_at_stansted(), "STN")
    assert told((left,)) == [("departure", "inferred", "EGSS")]
    assert left.confidence > 0.95


def test_the_neighbour_is_the_likelier_but_not_certain() -> None:
    """First heard high, where either may be: the neighbour is corrected to when it is sure enough, and twice as likely."""
    back, landed, left = climbing(told_at_stansted(), "LTN", 1500.0)
    assert told((back, landed, left))[1:] == [("landing", "inferred", "EGGW"), ("departure", "inferred", "EGGW")]
    assert 0.6 < landed.confidence < 0.95
    assert back.confidence >= landed.confidence
    assert 1.0 - back.confidence <= landed.confidence / 2


def test_nobody_asks_for_so_little() -> None:
    """Where the neighbour is not sure enough to be told, the landing is taken back alone, or leaves with little confidence."""
    follower = told_at_stansted()
    follower.rules = Rules(min_confidence=1.0)
    assert [event.type for event in climbing(follower, "LTN")] == ["retraction"]
    follower = told_at_stansted()
    follower.rules = Rules(min_confidence=1.0)
    (left,) = climbing(follower, "LTN", 1500.0)
    assert (left.type, left.confidence < 0.5) == ("departure", True)


@pytest.mark.parametrize("minutes", [12, 20, 45])
def test_seen_on_the_ground_of_the_neighbour(minutes: int) -> None:
    """It came there first: no visit to Stansted, and one landing, dated by the way in."""
    seen = NOON + minutes * MINUTE
    follower = told_at_stansted(seen - MINUTE)
    follower.hear(parked("LTN", seen), parked("LTN", seen + 5 * MINUTE))
    _, back, landed = follower.events
    assert told((back, landed)) == [TAKEN_BACK, ("landing", "observed", "EGGW")]
    assert landed.earliest <= instant(NOON) <= landed.latest
    assert back.confidence > 0.9
    (instead,) = back.candidates
    assert (instead.icao, instead.share > 0.9) == ("EGGW", True)
    assert follower.track.visit is not None
    assert follower.track.visit.id == landed.visit != back.visit


@pytest.mark.parametrize(("code", "hours"), [("EDI", 6), ("GVA", 6), ("GVA", 30)])
def test_seen_on_the_ground_far_away_hours_later(code: str, hours: int) -> None:
    """There was time for both: it left Stansted unheard."""
    seen = NOON + hours * HOUR
    follower = told_at_stansted(seen - MINUTE)
    follower.hear(parked(code, seen), parked(code, seen + 5 * MINUTE))
    _, left, landed = follower.events
    assert told((left, landed)) == [
        ("departure", "inferred", "EGSS"),
        ("landing", "observed", airport(code).icao),
    ]
    assert left.time < landed.time
    assert 0.5 < left.confidence < 0.7


def test_seen_on_the_ground_far_away_as_soon_as_can_be() -> None:
    """Geneva is an hour's flight away: there was no time for Stansted."""
    follower = told_at_stansted(NOON + HOUR - MINUTE)
    follower.hear(parked("GVA", NOON + HOUR), parked("GVA", NOON + HOUR + 5 * MINUTE))
    assert told(follower.events)[1:] == [TAKEN_BACK, ("landing", "observed", "LSGG")]


# It flew on


@pytest.mark.parametrize("minutes", [12, 20, 40, 90])
def test_heard_again_where_flying_on_takes_it(minutes: int) -> None:
    """Straight on at its speed: whatever the time, it was nowhere on the ground."""
    at = NOON + minutes * MINUTE
    follower = told_at_stansted(at - MINUTE)
    last = follower.events[0].evidence[-1]
    assert last.latitude is not None
    assert last.longitude is not None
    assert last.true_track is not None
    on = destination(last.latitude, last.longitude, last.true_track, (at - last.last_contact) * SPEED_MS / 1000)
    again = report(at, latitude=on[0], longitude=on[1], baro_altitude=2500.0, velocity=SPEED_MS, true_track=270.0)
    assert follower.hear(again) == [WRONG, TAKEN_BACK]
    assert follower.track.phase == "airborne"
    back = follower.events[1]
    assert (back.confidence > 0.9, back.candidates) == (True, ())


# How sure


def test_nothing_that_nobody_saw_is_certain() -> None:
    """Not even what explains all reports: who asks for certainty is told what was seen, and no more."""
    follower = told_at_stansted()
    back, landed, left = climbing(follower, "LTN")
    assert back.confidence <= MOST_SURE
    assert landed.confidence == left.confidence == MOST_SURE


# On the same field, or on another that is as near


FAR_END = {"AMS": (52.3627, 4.71193), "MAD": (40.5358, -3.5591)}
"""Runway ends that are 7 km from the reference points of their fields."""


def stands(where: tuple[float, float], at: int) -> StateVector:
    """Make the report of an aircraft that taxies there."""
    return report(at, latitude=where[0], longitude=where[1], on_ground=True, velocity=5.0, baro_altitude=None)


@pytest.mark.parametrize("code", FAR_END)
def test_seen_at_the_far_end_of_the_field_where_it_was_told_to_be(code: str) -> None:
    """Seven kilometres from the middle of Schiphol is Schiphol still: confirmed, and nothing told anew."""
    field = airport(code)
    assert distance_km(*FAR_END[code], field.latitude, field.longitude) > 6.0
    follower = Follower()
    follower.fly(arrival(code, NOON), NOON - HOUR // 2, NOON + 20 * MINUTE, heard=above(1000.0))
    once = [("landing", "inferred", field.icao)]
    assert told(follower.events) == once
    middle = (field.latitude, field.longitude)
    assert follower.hear(*(stands(w, NOON + HOUR + 300 * n) for n, w in enumerate((FAR_END[code], middle)))) == once
    (visit,) = follower.visits.values()
    assert (visit.arrival.basis, visit.is_open) == ("observed", True)


@pytest.mark.parametrize("code", FAR_END)
def test_taxiing_in_from_the_far_end(code: str) -> None:
    """One visit, from the touchdown to the gate."""
    field = airport(code)
    follower = Follower()
    follower.fly(arrival(code, NOON), NOON - HOUR // 2, NOON - MINUTE)
    middle = (field.latitude, field.longitude)
    for n in range(6):
        there = FAR_END[code] if n < 3 else middle
        follower.hear(stands(there, NOON + 60 + 120 * n))
    assert told(follower.events) == [("landing", "observed", field.icao)]


def test_seen_on_the_field_beside_the_one_that_was_told() -> None:
    """North Island is 4 km from San Diego's middle: the landing told there is not confirmed by that."""
    follower = Follower()
    follower.fly(arrival("SAN", NOON), NOON - HOUR // 2, NOON + 20 * MINUTE, heard=above(600.0))
    assert told(follower.events) == [("landing", "inferred", "KSAN")]
    follower.hear(*(parked("KNZY", NOON + HOUR + 300 * n) for n in range(2)))
    assert [event.airport.icao for event in follower.events if event.airport][1:] == ["KSAN", "KNZY"]
    assert told(follower.events)[-1] == ("landing", "observed", "KNZY")
