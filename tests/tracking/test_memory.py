"""Where an airframe has been: by the visits of this database, and by the flights that OpenSky told of."""

from typing import Final

import msgspec
import pytest
from made_visits import ICAO24 as LISTED
from made_visits import Answer, at, rows
from msgspec.structs import replace
from opensky_journeys import DOWN, Wire, journey, read
from opensky_server import OpenSkyServer
from program import show
from state_vectors import (
    AIRPORTS,
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
    in_flight,
    sent,
    told,
    watched,
)

from flightwatch.alerting.cycle import tracker_rules
from flightwatch.app.poll import poll_once
from flightwatch.app.replay import replay
from flightwatch.core.model import OPENSKY, WORLD, Event, Poll, Query, instant
from flightwatch.core.spans import DAY_S, Span
from flightwatch.flights.model import LOW_M, MOST_FIELDS, NEAR_M, arrivals
from flightwatch.sources.answer import merge
from flightwatch.sources.opensky_answer import decode
from flightwatch.sources.opensky_flights import OpenSkyFlights
from flightwatch.sources.opensky_states import OpenSky
from flightwatch.storage import flights
from flightwatch.storage.poll_log import RECALLED, PollLog
from flightwatch.storage.store import Store
from flightwatch.tracking.advance_all import advance_all
from flightwatch.tracking.aircraft import Aircraft, Visited
from flightwatch.tracking.field import AIRLINER_RUNWAY_M
from flightwatch.tracking.track import Track, aircraft_of
from flightwatch.tracking.weighing import BEEN_OFTEN, expected

JET = Aircraft(is_rotary=False, needs_m=AIRLINER_RUNWAY_M)
WATCHLIST = watched(aircraft=[LISTED])
TO_DOMODEDOVO: Final = tuple(
    journey(f"2024-02-{day:02}T06:00", f"2024-02-{day:02}T09:00", "UHWW", "UUDD") for day in (5, 9, 14)
)


def to(destination: str | None, came: tuple[float, float] | None = DOWN, day: int = 1) -> Wire:
    """Make a flight to a field, last heard so many metres from it and above it."""
    return journey(f"2024-02-{day:02}T06:00", f"2024-02-{day:02}T09:00", None, destination, came=came)


# What OpenSky's flights say


@pytest.mark.parametrize(
    ("destination", "came", "fields"),
    [
        ("UUDD", DOWN, (("UUDD", 1),)),
        ("UUDD", (NEAR_M, -LOW_M), (("UUDD", 1),)),
        ("UUDD", (NEAR_M + 1, 40.0), ()),
        ("UUDD", (900.0, LOW_M + 1), ()),
        ("UUDD", (-1.0, 40.0), ()),
        ("UUDD", None, ()),
        (None, DOWN, ()),
    ],
)
def test_an_arrival_counts_where_it_was_heard_near_the_field(
    destination: str | None, came: tuple[float, float] | None, fields: Visited
) -> None:
    """OpenSky names the nearest airport, which says little of who was lost far out or high up."""
    assert arrivals(read(to(destination, came))) == fields


def test_arrivals_are_counted_by_field() -> None:
    """The most frequent first; what OpenSky tells twice, as of a flight over midnight, counts once."""
    flights = [to("ZKPY", day=1), to("UUDD", day=2), to("UUDD", day=3), to("UUDD", day=3)]
    assert arrivals(read(*flights)) == (("UUDD", 2), ("ZKPY", 1))


def test_those_fields_are_kept_where_it_came_most_often() -> None:
    often = to("UUDD", day=1), to("UUDD", day=2)
    found = arrivals(read(*often, *(to(f"F{day:03}", day=day) for day in range(3, 3 + MOST_FIELDS))))
    assert (len(found), found[0]) == (MOST_FIELDS, ("UUDD", 2))


# What the tracker makes of it


def test_of_two_sources_the_larger_count_holds() -> None:
    """A visit of ours may be the same as a flight of OpenSky's."""
    track = Track(ICAO24, been=(("LSZH", 3), ("LFSB", 1)), flown_to=(("LSZH", 2), ("LFSB", 5), ("EDDM", 1)))
    assert dict(aircraft_of(track).been) == {"LSZH": 3, "LFSB": 5, "EDDM": 1}


def test_the_oftener_it_was_there_the_likelier_it_is_there_again() -> None:
    """Up to a number of visits that says all; where else it was changes nothing, and where it never was nothing is added."""

    def worth(*been: tuple[str, int]) -> float:
        return expected(replace(JET, been=been), airport("ZRH"), frozenset())

    never, once, often = worth(), worth(("LSZH", 1)), worth(("LSZH", BEEN_OFTEN))
    assert never < once < often == worth(("LSZH", 10 * BEEN_OFTEN))
    assert worth(("LFSB", 30)) == never
    assert worth(("LFSB", 30), ("LSZH", 1)) == once


@pytest.mark.parametrize(("code", "is_remembered"), [("VKO", True), ("DME", False)])
def test_a_guess_is_not_remembered(code: str, *, is_remembered: bool) -> None:
    """It would make the next one surer. Both ends at Vnukovo say that it was there; Domodedovo is named, but may be another."""
    follower = Follower(track=Track(LISTED, "RA-86559"))
    follower.fly(arrival(code, NOON, icao24=LISTED), NOON - HOUR // 2, NOON + HOUR, heard=above(2500.0))
    follower.fly(departure(code, NOON + 4 * HOUR, icao24=LISTED), NOON + 4 * HOUR, NOON + 5 * HOUR, heard=above(2500.0))
    icao = airport(code).icao
    assert told(follower.events)[-1] == ("departure", "inferred", icao)
    assert follower.track.been == (((icao, 1),) if is_remembered else ())


def test_listed_airframes_are_known() -> None:
    """What is known replaces what was; strangers near a watched airport are followed as before."""
    flown_to = (("LSZH", 2),)
    answer = Poll(instant(NOON), (in_flight(arrival("ZRH", NOON + HOUR // 4), NOON),), WORLD)
    for watchlist, before, after in (
        (watched(aircraft=[ICAO24]), Track(ICAO24), flown_to),
        (watched(aircraft=[ICAO24]), Track(ICAO24, flown_to=(("LFSB", 1),)), flown_to),
        (watched("ZRH"), Track(ICAO24), ()),
    ):
        seen = advance_all(
            {ICAO24: before},
            answer,
            watchlist.watched,
            tracker_rules(watchlist),
            AIRPORTS,
            flown_to={ICAO24: flown_to},
        )
        assert seen.tracks[ICAO24].flown_to == after


# What the database keeps of it


def keep(store: Store, icao24: str, day: int, *flights: Wire) -> None:
    """Keep an answer as `archive.ask` does."""
    with store.writing() as db:
        db.execute(
            "INSERT INTO flights (icao24, day, asked, flights) VALUES (?, ?, 0, ?)",
            (icao24, day, msgspec.json.encode(read(*flights))),
        )


def test_only_airframes_of_the_watchlist_are_recalled(store: Store) -> None:
    """With their flights of all days; days without any tell nothing."""
    keep(store, LISTED, 0, to("UUDD", day=1))
    keep(store, LISTED, DAY_S, to("UUDD", day=2), to("ZKPY", day=3))
    keep(store, LISTED, 2 * DAY_S)
    keep(store, ICAO24, 0, to("LSZH"))
    assert PollLog(store).memory(WATCHLIST.watched).flown_to == {LISTED: (("UUDD", 2), ("ZKPY", 1))}
    assert PollLog(store).memory(watched("ZRH").watched).flown_to == {}


def test_the_newest_days_are_recalled(store: Store) -> None:
    """No more than a poll has time for, however long the record; days without a flight are not among them."""
    keep(store, LISTED, 0, to("ZKPY", day=1))
    for day in range(1, 1 + RECALLED):
        keep(store, LISTED, day * DAY_S, to("UUDD", day=2))
        keep(store, LISTED, day * DAY_S + DAY_S // 2)
    assert PollLog(store).memory(WATCHLIST.watched).flown_to == {LISTED: (("UUDD", 1),)}


def keep_history(store: Store, server: OpenSkyServer) -> None:
    """Ask OpenSky for ten days of flights, as ``history`` does."""
    server.flights, server.flights_until = list(TO_DOMODEDOVO), NOON
    opensky = OpenSkyFlights(base_url=server.url, token_url=server.token_url, pause=lambda _: None)
    wanted = flights.missing(store, {LISTED: [Span(at("2024-02-05T00:00"), at("2024-02-15T00:00"))]}, instant(NOON))
    flights.ask(store, opensky, wanted, lambda: instant(NOON), lambda _done, _total: None)


def lost_over_moscow() -> list[Answer]:
    """Give an arrival at Domodedovo that nobody hears below 2,500 m, from where any of Moscow's airports can be reached."""
    flight = arrival("DME", NOON, icao24=LISTED)
    times = range(NOON - HOUR // 2, NOON + HOUR, 2 * MINUTE)
    return [(now, rows(sent(flight, now, above(2500.0)))) for now in times]


NAMED, OPEN = [("landing", "inferred", "UUDD")], [("landing", "inferred", None)]


@pytest.mark.parametrize(("is_asked", "landed"), [(False, OPEN), (True, NAMED)])
def test_a_poll_names_the_airport_to_which_it_flew_before(
    is_asked: bool, landed: list[Told], server: OpenSkyServer, source: OpenSky, store: Store
) -> None:
    if is_asked:
        keep_history(store, server)
    events: list[Event] = []
    for now, answer in lost_over_moscow():
        show(server, now, answer)
        events += poll_once(WATCHLIST, AIRPORTS, {OPENSKY: source}, store, clock=lambda: instant(server.time + 1)).told
    assert told(events) == landed


@pytest.mark.usefixtures("no_proxy")
def test_a_replay_knows_what_its_database_knows(server: OpenSkyServer, store: Store) -> None:
    """Without a database it knows nothing."""
    polls = [
        merge([(Query(), decode(msgspec.json.encode({"time": now, "states": answer})))])
        for now, answer in lost_over_moscow()
    ]
    keep_history(store, server)
    assert told(replay(polls, WATCHLIST, AIRPORTS)) == OPEN
    assert told(replay(polls, WATCHLIST, AIRPORTS, store)) == NAMED
