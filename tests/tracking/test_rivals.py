"""An airframe that is said to be at two places at once: the tracker takes the one that can follow."""

from state_vectors import AIRPORTS, ICAO24, MINUTE, NOON, Watcher, arrival, in_flight, parked, report, told, watched

from flightwatch.core.model import WORLD, Poll, StateVector, instant
from flightwatch.tracking.advance_all import advance_all
from flightwatch.tracking.doubt import taken_as
from flightwatch.tracking.reports import Reports
from flightwatch.tracking.track import Rules, Track

HERE, THERE = report(NOON, latitude=47.0), report(NOON - 4, latitude=52.0)
NOWHERE = report(NOON, latitude=None, longitude=None, time_position=None)


def known(*latitudes: float, doubted: tuple[float, ...] = ()) -> Track:
    """Give the track of an airframe heard at these latitudes, the last a minute before noon."""

    def heard(those: tuple[float, ...]) -> tuple[StateVector, ...]:
        return tuple(report(NOON - MINUTE * (len(those) - n), latitude=lat) for n, lat in enumerate(those))

    return Track(ICAO24, reports=Reports.of(*heard(latitudes)), doubtful=heard(doubted))


def test_the_place_that_can_be_reached_is_taken() -> None:
    assert taken_as(known(46.9), (THERE, HERE)) == HERE
    assert taken_as(known(51.9), (HERE, THERE)) == THERE


def test_where_none_can_be_reached_the_doubt_goes_on_where_it_has_been() -> None:
    assert taken_as(known(10.0, doubted=(51.9,)), (HERE, THERE)) == THERE


def test_nobody_known_is_heard_and_nowhere() -> None:
    """So is who can be at either place, or at neither."""
    for track in (None, Track(ICAO24), known(10.0), known(10.0, doubted=(20.0,))):
        assert taken_as(track, (HERE, THERE)) == NOWHERE
    long_ago = Track(
        ICAO24, reports=Reports.of(report(NOON - 7200, latitude=49.5)), doubtful=(report(NOON - 60, latitude=51.9),)
    )
    assert taken_as(long_ago, (HERE, THERE)) == NOWHERE


def test_a_spoofed_place_does_not_disturb_a_landing() -> None:
    """Every minute of the approach another source says that it is in Berlin; it lands where it was going."""
    watcher, flight = Watcher(watched("ZRH")), arrival("ZRH", NOON)
    watcher.fly(flight, NOON - 30 * MINUTE, NOON - 20 * MINUTE)
    places = [(at, in_flight(flight, at)) for at in range(NOON - 19 * MINUTE, NOON, MINUTE)]
    for at, true in [*places, (NOON + 20, parked("ZRH", NOON + 20, velocity=8.0))]:
        false = report(at, latitude=52.5, longitude=13.4)
        poll = Poll(instant(at), (), WORLD, rivals={ICAO24: (false, true)})
        seen = advance_all(
            watcher.tracks, poll, watcher.watchlist.watched, Rules(watched=frozenset({"LSZH"})), AIRPORTS
        )
        watcher.tracks |= seen.tracks
        watcher.events += seen.events

    assert told(watcher.events) == [("landing", "observed", "LSZH")]


def test_who_is_at_two_places_has_not_fallen_silent() -> None:
    """Nobody who is heard is taken for lost, wherever it may be."""
    track = known(10.0)
    tracks = {ICAO24: track}
    poll = Poll(instant(NOON), (), WORLD, rivals={ICAO24: (HERE, THERE)})

    moved = advance_all(tracks, poll, watched("ZRH", aircraft=[ICAO24]).watched, Rules(), AIRPORTS).tracks[ICAO24]

    assert (moved.heard, moved.reports, moved.silent_s) == (NOON, track.reports, 0)
