"""Skies that made the tracker tell what does not fit together, as random ones in test_any_polls.py found them."""

from msgspec.structs import replace
from poll_stories import Chronicle, Turn, assert_told
from state_vectors import (
    DAY,
    HOUR,
    ICAO24,
    MINUTE,
    NOON,
    Follower,
    Told,
    arrival,
    departure,
    in_flight,
    parked,
    sent,
    told,
)

from flightwatch.core.model import WORLD, StateVector, instant
from flightwatch.core.watched import WatchedAircraft
from flightwatch.watchlist.model import AlertRules, Watchlist

Heard = tuple[int, StateVector | None]
"""A poll's time, Unix seconds, and what it hears; None: nothing."""


def follow(*reports: Heard, sure: float = 0.6) -> list[Told]:
    """Poll these one after another; tell what happened where."""
    watched = WatchedAircraft(ICAO24, None, "given")
    chronicle = Chronicle(Watchlist(aircraft=(watched,), alerts=AlertRules(min_confidence=sure)))
    for at, report in reports:
        chronicle.take(Turn(at, () if report is None else (report,), WORLD))
    assert_told(chronicle.watchlist, chronicle.events)
    return told(chronicle.events)


def test_a_speed_below_nothing() -> None:
    """It made a turn infinitely wide, and poll after poll end with an OverflowError."""
    way = [(at, sent(departure("ZRH", NOON), at)) for at in range(NOON + MINUTE, NOON + HOUR, MINUTE)]
    assert follow(*((at, vector and replace(vector, velocity=-1e308)) for at, vector in way)) == []


def test_a_position_older_than_the_one_that_waits() -> None:
    """A landing that waits for a second sign was told to have ended before it began."""
    assert follow(
        (NOON, parked("ZRH", NOON)),
        (NOON + DAY, parked("FNJ", NOON + DAY, velocity=None)),
        (NOON + DAY + MINUTE, parked("ZRH", NOON + DAY + MINUTE, time_position=NOON + 1)),
        (NOON + DAY + 2 * MINUTE, parked("ZRH", NOON + DAY + 2 * MINUTE)),
    ) == [("departure", "inferred", "LSZH"), ("landing", "observed", "LSZH")]


def test_down_elsewhere_days_after_it_was_lost_over_a_runway() -> None:
    """The next landing was dated before the departure, as if it had flown there right away."""
    lost = parked("ZRH", NOON, on_ground=False, baro_altitude=420.0, velocity=None, true_track=None)
    silent = [(at, None) for at in range(NOON + MINUTE, NOON + HOUR, MINUTE)]
    found = parked("FNJ", NOON + 4 * DAY)
    assert follow((NOON, lost), *silent, (NOON + 4 * DAY, found)) == [
        ("landing", "inferred", "LSZH"),
        ("departure", "inferred", "LSZH"),
        ("landing", "observed", "ZKPY"),
    ]


APPROACH = arrival("ZRH", NOON)


def way_down(first: int, last: int, above_m: float = 0.0) -> list[Heard]:
    """Hear an approach to Zurich each minute from so many minutes before touchdown to so many."""
    times = range(NOON - first * MINUTE, NOON - last * MINUTE + 1, MINUTE)
    vectors = [(at, in_flight(APPROACH, at)) for at in times]
    return [(at, replace(v, baro_altitude=(v.baro_altitude or 0.0) + above_m)) for at, v in vectors]


def silent(since: int, until: int, step_s: int = 5 * MINUTE) -> list[Heard]:
    return [(at, None) for at in range(since, until, step_s)]


def astray(at: int) -> Heard:
    """Hear it stand on no field, 650 km west of Zurich."""
    return at, parked("ZRH", at, longitude=0.0)


def test_it_does_not_leave_before_it_came() -> None:
    """Its departure was told for before it likely came: what never told a speed is slow for all we know."""
    lost = [(at, vector and replace(vector, velocity=None)) for at, vector in way_down(10, 5)]
    found = parked("FNJ", NOON + 45 * HOUR)
    assert follow(*lost, *silent(NOON, NOON + HOUR), (NOON + 45 * HOUR, found)) == [
        ("landing", "inferred", "LSZH"),
        ("departure", "inferred", "LSZH"),
        ("landing", "observed", "ZKPY"),
    ]


def test_a_visit_that_is_over_is_not_told_again_while_the_next_is_unsure() -> None:
    """The reports it rests on are kept until then, and the same landing was told of them again."""
    assert follow(
        *way_down(14, 10, 800.0),
        *silent(NOON, NOON + HOUR),
        astray(NOON + 2 * HOUR),
        *silent(NOON + 2 * HOUR + MINUTE, NOON + 3 * HOUR),
    ) == [("landing", "inferred", "LSZH"), ("departure", "inferred", "LSZH")]


def test_nor_when_it_is_heard_to_fly_on() -> None:
    """As a stay in the gap that began with them."""
    up = NOON + 5 * HOUR - 10 * MINUTE
    assert follow(
        *way_down(14, 10, 800.0),
        *silent(NOON, NOON + HOUR),
        astray(NOON + 2 * HOUR),
        *silent(NOON + 2 * HOUR + MINUTE, up),
        (NOON + 5 * HOUR, in_flight(departure("ZRH", up), NOON + 5 * HOUR)),
    ) == [("landing", "inferred", "LSZH"), ("departure", "inferred", "LSZH")]


def test_nor_a_landing_that_was_taken_back() -> None:
    """It stood elsewhere too soon to have been there."""
    up = NOON + 3 * HOUR - 12 * MINUTE
    assert follow(
        *way_down(14, 10, 800.0),
        *silent(NOON, NOON + HOUR // 2),
        astray(NOON + HOUR),
        *silent(NOON + HOUR + MINUTE, up),
        (NOON + 3 * HOUR, in_flight(departure("ZRH", up), NOON + 3 * HOUR)),
    ) == [("landing", "inferred", "LSZH"), ("retraction", "observed", "LSZH")]


def from_afar() -> tuple[StateVector, ...]:
    """Hear it climb out of Pyongyang, where it cannot be."""
    return tuple(in_flight(departure("FNJ", NOON), NOON + minute * MINUTE) for minute in (6, 11, 17))


def test_a_flight_that_begins_where_the_known_one_cannot_be_does_not_land_for_it() -> None:
    """What was believed of the approach to Zurich was told of the climb out of Pyongyang."""
    lost = [*way_down(20, 8), *silent(NOON - 7 * MINUTE, NOON - MINUTE, MINUTE)]
    elsewhere = [(vector.last_contact, vector) for vector in from_afar()]
    assert follow(*lost, *elsewhere, *silent(NOON + 20 * MINUTE, NOON + 2 * HOUR)) == []


def test_nor_has_it_the_speed_the_height_and_the_home_of_the_known_one() -> None:
    """They weigh where it lands, and date when it leaves from there."""
    follower = Follower()
    follower.hear(parked("ZRH", NOON - HOUR))
    follower.fly(departure("ZRH", NOON - HOUR + MINUTE), NOON - HOUR + 2 * MINUTE, NOON - HOUR // 2)
    assert follower.track.homes == (("LSZH", 1.0),)
    climbed = from_afar()
    assert follower.hear(*climbed) == [("departure", "observed", "LSZH")]
    track = follower.track
    assert (track.phase, track.reports.all()) == ("airborne", climbed)
    assert track.fastest_ms == max(vector.velocity or 0.0 for vector in climbed)
    assert track.highest_m == climbed[-1].baro_altitude
    assert "LSZH" not in dict(track.homes)
    assert track.origin is not None
    assert track.origin.at == instant(climbed[0].last_contact)


def test_a_landing_after_a_correction_is_another() -> None:
    """The report that corrected the landing before, and the one that told the next, was the same: so were their ids."""
    away, back = departure("ZRH", NOON), NOON + 7 * HOUR
    lost = [(at, in_flight(away, at)) for at in range(NOON + MINUTE, NOON + 37 * MINUTE, 5 * MINUTE)]
    assert follow(
        *lost,
        *silent(NOON + 40 * MINUTE, back - 5 * MINUTE),
        (back, in_flight(arrival("ZRH", back + 20), back)),
        *silent(back + 15 * MINUTE, back + HOUR, 15 * MINUTE),
        sure=0.1,
    ) == [
        ("landing", "inferred", "LIRP"),
        ("retraction", "observed", "LIRP"),
        ("landing", "inferred", "LIRF"),
        ("departure", "inferred", "LIRF"),
        ("landing", "inferred", "LSZH"),
    ]
