"""Who cannot wait for its turn."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from state_vectors import DAY, HOUR, ICAO24, MINUTE, NOON, Follower, arrival, departure, parked, report, watched

from flightwatch.core.model import Coverage
from flightwatch.planning.urgency import FLYING_S, GIVEN_UP_S, INBOUND_S, LOST_S, SLACK_S, urgent
from flightwatch.tracking.advance_all import is_silence
from flightwatch.watchlist.model import Watchlist

ZURICH = watched("ZRH")
LISTED = watched(aircraft=[ICAO24])


def inbound(until: int = NOON - 5 * MINUTE) -> Follower:
    """Follow an arrival at Zurich until so long before it touches down."""
    follower = Follower()
    follower.fly(arrival("ZRH", NOON), until - 20 * MINUTE, until)
    return follower


def lost() -> Follower:
    follower = inbound()
    follower.miss(NOON - 4 * MINUTE, NOON - 2 * MINUTE)
    return follower


def cruising() -> Follower:
    follower = Follower()
    follower.hear(*(report(NOON + s, latitude=20.0 + s / 500, longitude=-40.0, true_track=0.0) for s in (-120, -60, 0)))
    return follower


def landed() -> Follower:
    follower = inbound()
    follower.hear(parked("ZRH", NOON + MINUTE, velocity=10.0))
    return follower


def leaving() -> Follower:
    follower = Follower()
    follower.fly(departure("ZRH", NOON), NOON + MINUTE, NOON + 10 * MINUTE)
    return follower


def waits(follower: Follower, watchlist: Watchlist, at: int = NOON) -> list[int]:
    return [u.waits_s for u in urgent({ICAO24: follower.track}, watchlist.watched, at)]


@pytest.mark.parametrize(
    ("made", "at_zurich", "listed"),
    [
        (inbound, [INBOUND_S], [INBOUND_S]),
        (lost, [LOST_S], [LOST_S]),
        (cruising, [], [FLYING_S]),
        (landed, [], []),
        (leaving, [], [FLYING_S]),
        (Follower, [], []),
    ],
)
def test_who_cannot_wait(made: Callable[[], Follower], at_zurich: list[int], listed: list[int]) -> None:
    """A stranger on its way down to a watched airport; a watched aircraft in flight, wherever."""
    assert (waits(made(), ZURICH), waits(made(), LISTED)) == (at_zurich, listed)


def test_a_watched_aircraft_is_inbound_from_cruise() -> None:
    """To a watched airport: before a stranger would be."""
    far = inbound(NOON - 30 * MINUTE)
    assert (waits(far, ZURICH), waits(far, LISTED)) == ([], [FLYING_S])
    assert waits(far, watched("ZRH", aircraft=[ICAO24])) == [INBOUND_S]


def test_a_landing_not_yet_sure_is_asked_about() -> None:
    rolling = inbound()
    rolling.hear(parked("ZRH", NOON + 10, velocity=60.0))
    assert rolling.events == []
    assert waits(rolling, ZURICH) == [INBOUND_S]


@pytest.mark.parametrize(("later_s", "count"), [(GIVEN_UP_S, 1), (GIVEN_UP_S + 1, 0), (DAY, 0)])
def test_hope_ends(later_s: int, count: int) -> None:
    """What was lost long ago is asked about in the ordinary turns."""
    follower = lost()
    heard = follower.track.heard
    assert heard is not None
    assert len(urgent({ICAO24: follower.track}, ZURICH.watched, heard + later_s)) == count


def test_the_most_urgent_come_first() -> None:
    """The one that lands next; those that only fly come last."""
    made = {"aa0001": cruising(), "aa0002": inbound(NOON - 10 * MINUTE), "aa0003": inbound(), "aa0004": lost()}
    tracks = {icao24: replace(follower.track, icao24=icao24) for icao24, follower in made.items()}
    order = [u.icao24 for u in urgent(tracks, watched("ZRH", aircraft=tracks).watched, NOON)]
    assert order == ["aa0003", "aa0004", "aa0002", "aa0001"]


@pytest.mark.parametrize("later_s", [0, 5 * MINUTE, HOUR // 2])
def test_a_box_that_holds_where_it_can_be_tells_by_silence(later_s: int) -> None:
    """Also when the answer is of a minute later than the plan."""
    track = lost().track
    (found,) = urgent({ICAO24: track}, ZURICH.watched, NOON + later_s)
    assert is_silence(track, Coverage(boxes=(found.box,)), NOON + later_s + SLACK_S)
