"""One poll over every airframe: who is followed, whose absence means something, who is told of."""

import json
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from build_demo import il62, is_heard, polls, traffic
from msgspec.structs import replace
from state_vectors import (
    AIRPORTS,
    DAY,
    HOUR,
    ICAO24,
    MINUTE,
    NOON,
    Follower,
    Watcher,
    above,
    arrival,
    departure,
    in_flight,
    parked,
    report,
    told,
    watched,
)

from flightwatch.alerting.cycle import tracker_rules
from flightwatch.app.replay import replay
from flightwatch.core.model import WORLD, Box, Coverage, Place, Poll, Query, StateVector, instant
from flightwatch.core.watched import WatchedAircraft
from flightwatch.sources.answer import merge
from flightwatch.sources.opensky_answer import decode
from flightwatch.storage.store import Store
from flightwatch.tracking.advance_all import advance_all, is_silence
from flightwatch.tracking.following import FORGET_S, WATCH_KM
from flightwatch.tracking.track import Rules
from flightwatch.watchlist.model import AlertRules, PrintChannel, Routing, Watchlist

LISTED = watched(aircraft=[ICAO24])
LANDED = [("landing", "inferred", "LSZH")]
LOW = above(1500.0)
"""Receivers that lose an arrival at Zurich two minutes before it touches down."""
ALPS = Box(44.0, 5.0, 50.0, 12.0)


def lost(watchlist: Watchlist = LISTED) -> Watcher:
    """Watch an arrival at Zurich until it has just been lost on its way down."""
    watcher = Watcher(watchlist)
    watcher.fly(arrival("ZRH", NOON), NOON - HOUR // 2, NOON - 3 * MINUTE, heard=LOW)
    return watcher


# Silence, and what only looks like it


@pytest.mark.parametrize(
    "coverage",
    [
        Coverage(world=True),
        Coverage(icao24s=frozenset({ICAO24})),
        Coverage(icao24s=frozenset({"3c6444"}), boxes=(Box(-90.0, -180.0, 90.0, 180.0),)),
    ],
)
def test_a_poll_that_asked_and_heard_nothing(coverage: Coverage) -> None:
    """The whole world, this airframe, or a box that it cannot have left: absence is silence."""
    watcher = lost()
    assert watcher.fly(arrival("ZRH", NOON), NOON - 2 * MINUTE, NOON + HOUR, heard=LOW, coverage=coverage) == LANDED


@pytest.mark.parametrize(
    "coverage",
    [
        Coverage(),
        Coverage(icao24s=frozenset({"3c6444"})),
        Coverage(boxes=(Box(30.0, 120.0, 40.0, 130.0),)),
        Coverage(boxes=(Box(47.4, 8.4, 47.6, 8.6),)),
    ],
    ids=["nothing", "somebody else", "another box", "a box it can have left"],
)
def test_a_poll_that_did_not_ask(coverage: Coverage) -> None:
    """Whoever was not asked for is not silent, however often he is not asked for."""
    watcher = lost()
    before = dict(watcher.tracks)
    assert watcher.fly(arrival("ZRH", NOON), NOON - 2 * MINUTE, NOON + HOUR, heard=LOW, coverage=coverage) == []
    assert watcher.tracks == before


def test_a_box_it_has_had_time_to_leave() -> None:
    """Over Zurich a box of 600 km is enough at first; after ten minutes at 230 m/s it may be outside."""
    watcher = Watcher(LISTED)
    watcher.poll(NOON, report(NOON, latitude=47.4, longitude=8.5))
    box = Coverage(boxes=(ALPS,))
    assert watcher.poll(NOON + 5 * MINUTE, coverage=box).tracks.keys() == {ICAO24}
    assert watcher.poll(NOON + 30 * MINUTE, coverage=box).tracks == {}


def test_a_box_around_a_parked_aircraft() -> None:
    """It cannot leave without flying, so the box tells of it for as long as it stands."""
    watcher = Watcher(LISTED)
    watcher.poll(NOON, parked("ZRH", NOON))
    assert is_silence(watcher.tracks[ICAO24], Coverage(boxes=(ALPS,)), NOON + DAY)
    assert not is_silence(watcher.tracks[ICAO24], Coverage(boxes=(Box(30.0, 120.0, 40.0, 130.0),)), NOON + DAY)


def test_rows_that_do_not_fit_are_not_silence() -> None:
    """It was heard, only not understood."""
    watcher = lost()
    for at in range(NOON - 2 * MINUTE, NOON + HOUR, MINUTE):
        watcher.poll(at, unfit=frozenset({ICAO24}))
    assert watcher.events == []


def test_a_poll_moves_only_what_it_tells_of() -> None:
    """The look names what changed; the caller's tracks are left alone."""
    watcher = lost()
    before = dict(watcher.tracks)
    seen = advance_all(
        watcher.tracks, Poll(instant(NOON), (), Coverage(world=True)), LISTED.watched, tracker_rules(LISTED), AIRPORTS
    )
    assert watcher.tracks == before
    assert seen.tracks.keys() == {ICAO24}


# Who is told of


@pytest.mark.parametrize("watchlist", [watched("ZRH"), watched("ZRH", "GVA"), watched("ZRH", aircraft=["15521f"])])
def test_an_arrival_at_a_watched_airport(watchlist: Watchlist) -> None:
    """Whoever comes is followed from some way out, told of when he lands and when he leaves, and then forgotten."""
    watcher = Watcher(watchlist)
    assert watcher.fly(arrival("ZRH", NOON), NOON - HOUR // 2, NOON - MINUTE) == []
    watcher.poll(NOON + 30, parked("ZRH", NOON + 30))
    assert told(watcher.events) == [("landing", "observed", "LSZH")]
    watcher.poll(NOON + HOUR, parked("ZRH", NOON + HOUR))
    up = NOON + HOUR + MINUTE
    assert watcher.fly(departure("ZRH", up), up + MINUTE, up + HOUR // 2) == [
        ("landing", "observed", "LSZH"),
        ("departure", "observed", "LSZH"),
    ]
    assert watcher.tracks == {}


def test_an_inferred_arrival_at_a_watched_airport() -> None:
    """Nobody on the list, nobody near the ground: Pyongyang's visitor is told of all the same.

    Its address is that of RA-86559 and of RF-86559, so neither is claimed.
    """
    watcher, (inbound, _), down = Watcher(watched("FNJ")), il62("2023-09-26T01:52"), 1_695_693_120
    assert watcher.fly(inbound, down - HOUR, down + HOUR, heard=is_heard) == [("landing", "inferred", "ZKPY")]
    assert [(event.icao24, event.registration) for event in watcher.events] == [("15521f", None)]


def test_an_arrival_elsewhere() -> None:
    """Basel lies within reach of Zurich, but nobody asked about Basel."""
    watcher = Watcher(watched("ZRH"))
    watcher.fly(arrival("BSL", NOON), NOON - HOUR // 2, NOON - MINUTE)
    assert watcher.tracks.keys() == {ICAO24}
    watcher.poll(NOON + 30, parked("BSL", NOON + 30))
    assert (watcher.events, watcher.tracks) == ([], {})


def test_passing_by() -> None:
    """Followed while near a watched airport, forgotten beyond, and never followed far away."""
    watcher = Watcher(watched("ZRH"))
    watcher.poll(NOON, report(NOON, latitude=48.5))
    assert watcher.tracks.keys() == {ICAO24}
    watcher.poll(NOON + 20 * MINUTE, report(NOON + 20 * MINUTE, latitude=51.0))
    assert watcher.tracks == {}
    watcher.poll(NOON + 21 * MINUTE, report(NOON + 21 * MINUTE, latitude=51.1))
    assert (watcher.tracks, watcher.events) == ({}, [])


def test_lost_for_days() -> None:
    """An airframe that nobody lists is not waited for, one that somebody lists is."""
    for watchlist, waited_for in ((watched("ZRH"), False), (LISTED, True)):
        watcher = Watcher(watchlist)
        watcher.poll(NOON, report(NOON, latitude=48.0))
        watcher.poll(NOON + FORGET_S + 1)
        assert (ICAO24 in watcher.tracks) == waited_for


@pytest.mark.parametrize(("only", "followed"), [((), True), ((ICAO24,), True), (("RA-*",), False), (("HB-*",), False)])
def test_only_whom_the_airport_is_watched_for(only: tuple[str, ...], followed: bool) -> None:
    watcher = Watcher(watched("ZRH", only=only))
    watcher.poll(NOON, report(NOON, latitude=48.0))
    assert (ICAO24 in watcher.tracks) == followed


@pytest.mark.parametrize("code", ["ZRH", "BSL"])
def test_a_listed_airframe_anywhere(code: str) -> None:
    watcher = Watcher(watched(aircraft=[ICAO24]))
    watcher.fly(arrival(code, NOON), NOON - HOUR // 2, NOON - MINUTE)
    watcher.poll(NOON + 30, parked(code, NOON + 30))
    assert len(watcher.events) == 1


def test_events_come_by_airframe() -> None:
    """Whatever the order of the rows, so that a replay prints the same."""

    def landing_rows(at: int) -> list[StateVector]:
        return [in_flight(arrival("ZRH", NOON, icao24=i), at) for i in ("4b1807", "4b1805", "4b1806")]

    watcher = Watcher(watched("ZRH"))
    for at in range(NOON - HOUR // 2, NOON, MINUTE):
        watcher.poll(at, *landing_rows(at))
    watcher.poll(NOON + 30, *(parked("ZRH", NOON + 30, icao24=i) for i in ("4b1807", "4b1805", "4b1806")))
    assert [event.icao24 for event in watcher.events] == ["4b1805", "4b1806", "4b1807"]


def test_what_the_watchlist_asks_of_the_tracker() -> None:
    """Landings are expected at watched airports and where the list says an airframe matters; channels may wait to be surer."""
    watchlist = Watchlist(
        aircraft=(WatchedAircraft("7278a5", "P-885", "given", at=("UHWW",)),),
        airports=watched("FNJ").airports,
        notify=(PrintChannel(), PrintChannel(routing=Routing(min_confidence=0.95))),
        alerts=AlertRules(min_confidence=0.8, still_on_ground=(timedelta(days=1),)),
    )
    assert tracker_rules(watchlist) == Rules(0.8, frozenset({"ZKPY", "UHWW"}), (timedelta(days=1),), (0.95,))


def test_arrivals_are_followed_from_where_they_are_lost() -> None:
    """Over North Korea nothing is heard below 2,100 m at best: the last report may come from 200 km out."""
    assert WATCH_KM > 200


# The same polls


def demo() -> list[Poll]:
    """Make the demo's first day: the Il-62M and the traffic around Seoul."""
    down = 1_695_693_120
    start = (down - 2 * HOUR) // 300 * 300
    flights = [*il62("2023-09-26T01:52"), *traffic(start, start + 8 * HOUR, Random(1))]  # noqa: S311  no secret
    answers = polls(flights, start, start + 8 * HOUR)
    return [merge([(Query(), decode(json.dumps(answer).encode()))]) for answer in answers]


def test_replaying_gives_the_same_events(tmp_path: Path) -> None:
    """Again from nothing: the same, to the last digit. Again into the same database: nothing new."""
    watchlist, day = watched("FNJ", "ICN"), demo()
    first = list(replay(day, watchlist, AIRPORTS))
    assert ("landing", "inferred", "ZKPY") in told(first)
    assert list(replay(day, watchlist, AIRPORTS)) == first
    assert list(replay([p for poll in day for p in (poll, poll)], watchlist, AIRPORTS)) == first
    with Store(tmp_path / "flightwatch.db") as store:
        assert list(replay(day[:50], watchlist, AIRPORTS, store)) == [e for e in first if e.detected_at <= day[49].at]
    with Store(tmp_path / "flightwatch.db") as store:
        assert list(replay(day, watchlist, AIRPORTS, store)) == [e for e in first if e.detected_at > day[49].at]
        assert list(replay(day, watchlist, AIRPORTS, store)) == []


def test_down_on_a_field_unknown_is_not_down_elsewhere() -> None:
    """An aircraft on no list that may have landed at the watched airport is followed until that is known."""
    follower = Follower(Rules(watched=frozenset({"ZKPY"})))
    follower.fly(arrival("FNJ", NOON), NOON - HOUR // 2, NOON + HOUR, heard=above(2300.0))
    named = follower.track
    assert named.visit is not None
    unnamed = replace(named, visit=replace(named.visit, airport=None))
    elsewhere = replace(named, visit=replace(named.visit, airport=Place("ZKWS", "WOS", "Wonsan")))
    later = Poll(instant(NOON + 2 * HOUR), (), WORLD)
    pyongyang = watched("FNJ")
    rules = tracker_rules(pyongyang)
    gone = [
        advance_all({t.icao24: t}, later, pyongyang.watched, rules, AIRPORTS).forgotten
        for t in (named, unnamed, elsewhere)
    ]
    assert gone == [frozenset(), frozenset(), frozenset({named.icao24})]
