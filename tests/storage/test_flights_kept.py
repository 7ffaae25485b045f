"""OpenSky's flights kept: asked once, gone on with where it stopped, and no more than the balance pays."""

import signal
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from made_visits import ICAO24, at, unix
from opensky_journeys import AUTUMN, journey, track_of
from opensky_server import CLIENT_ID, CLIENT_SECRET, Fault, OpenSkyServer, status
from state_vectors import AIRPORTS, HOUR, NOON, arrival, departure

from flightwatch.core.model import instant
from flightwatch.core.spans import DAY_S, Span
from flightwatch.errors import BadAnswer, OutOfCredits, StoreError, Unreachable
from flightwatch.flights.model import Flight, cost_line, price
from flightwatch.sources.opensky_flights import OpenSkyFlights
from flightwatch.storage import flights
from flightwatch.storage.flights import Missing, ask, ask_tracks, credits_left, estimates_kept, track_price
from flightwatch.storage.store import Store

pytestmark = pytest.mark.usefixtures("no_proxy")

SINCE, UNTIL, NOW = at("2023-07-15T00:00"), at("2023-10-14T13:00"), at("2023-10-14T13:00")
SEPTEMBER = at("2023-09-24T00:00"), at("2023-09-30T00:00")


def clock() -> datetime:
    return NOW


def missing(store: Store, icao24s: list[str], since: datetime, until: datetime, now: datetime) -> Missing:
    return flights.missing(store, {icao24: [Span(since, until)] for icao24 in icao24s}, now)


def open_ends(store: Store, since: datetime, now: datetime) -> tuple[Flight, ...]:
    return flights.open_ends(store, ICAO24, Span(since, now), AIRPORTS, now)


def quiet(_done: int, _total: int) -> None:
    """Show no progress."""


@pytest.fixture
def autumn(server: OpenSkyServer) -> OpenSkyServer:
    """OpenSky with three months of flights."""
    server.flights = list(AUTUMN)
    server.flights_until = unix("2023-10-14T00:00")
    return server


@pytest.fixture
def opensky(autumn: OpenSkyServer) -> OpenSkyFlights:
    return OpenSkyFlights(
        base_url=autumn.url,
        token_url=autumn.token_url,
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        pause=lambda _: None,
    )


@pytest.fixture
def anonymous(autumn: OpenSkyServer) -> OpenSkyFlights:
    return OpenSkyFlights(base_url=autumn.url, token_url=autumn.token_url, pause=lambda _: None)


def asked(server: OpenSkyServer) -> list[tuple[int, int]]:
    """Give the times asked about, in the order they were."""
    requests = [dict(request.params) for request in server.asked("/api/flights/aircraft")]
    return [(int(request["begin"]), int(request["end"])) for request in requests]


def times(wanted: Missing) -> list[tuple[int, int]]:
    return [(window.begin, window.end) for windows in wanted.values() for window in windows]


def places(store: Store) -> list[str | None]:
    visits = estimates_kept(store, ICAO24, None, since=SINCE, airports=AIRPORTS, now=NOW).visits
    return [visit.airport.iata if visit.airport else None for visit in visits]


def test_three_months_are_asked_once(autumn: OpenSkyServer, opensky: OpenSkyFlights, store: Store) -> None:
    """For what was said to be the price; then the database tells the visits, and nothing is missing."""
    wanted = missing(store, [ICAO24], SINCE, UNTIL, NOW)
    assert (
        cost_line(wanted, opensky.allowance)
        == "asking OpenSky: 91 days: 1 airframe, 92 questions, 1,538 of 4,000 credits"
    )
    shown: list[tuple[int, int]] = []
    ask(store, opensky, wanted, clock, lambda done, total: shown.append((done, total)))
    assert shown == [(done, 92) for done in range(1, 93)]
    assert autumn.flight_credits[CLIENT_ID] == 4000 - 1538
    assert asked(autumn) == times(wanted)
    assert places(store) == ["VKO", "FNJ", "VKO", "VVO", "VVO", "VKO", "FNJ", "VKO", "FNJ"]
    assert missing(store, [ICAO24], SINCE, UNTIL, NOW) == {}


@pytest.mark.parametrize("since", ["2023-07-15", "2023-07-16"])
def test_a_flight_over_midnight_is_found_whatever_the_pairs(opensky: OpenSkyFlights, store: Store, since: str) -> None:
    """OpenSky tells it only to who asks about both days: every midnight is inside a pair or inside a night."""
    ask(store, opensky, missing(store, [ICAO24], at(f"{since}T00:00"), UNTIL, NOW), clock, quiet)
    assert places(store).count("FNJ") == 3


KILLED = """
import os, signal, sys
from datetime import datetime, timedelta
from pathlib import Path
from flightwatch.storage.flights import ask, missing
from flightwatch.wording.record import Span
from flightwatch.sources.opensky_flights import OpenSkyFlights
from flightwatch.storage.store import Store

database, url, tokens, moment, *times = sys.argv[1:]
since, until, now = map(datetime.fromisoformat, times)

class Source(OpenSkyFlights):
    answers = 0
    def flights(self, icao24, window):
        fetched = super().flights(icao24, window)
        self.answers += 1
        if moment == "before it is kept" and self.answers == 5:
            os.kill(os.getpid(), signal.SIGKILL)
        return fetched

def progress(done, total):
    if moment == "after it was kept" and done == 5:
        os.kill(os.getpid(), signal.SIGKILL)

with Store(Path(database)) as store:
    source = Source(base_url=url, token_url=tokens)
    ask(store, source, missing(store, {"15521f": [Span(since, until)]}, now), lambda: now, progress)
"""


@pytest.mark.parametrize(("moment", "again"), [("after it was kept", 0), ("before it is kept", 1)])
def test_killed_it_goes_on_where_it_stopped(
    autumn: OpenSkyServer, anonymous: OpenSkyFlights, tmp_path: Path, moment: str, again: int
) -> None:
    """No day is asked twice; only an answer that was lost on its way to the disk must be."""
    path = tmp_path / "killed.db"
    arguments = [str(path), autumn.url, autumn.token_url, moment, *(t.isoformat() for t in (*SEPTEMBER, NOW))]
    done = subprocess.run([sys.executable, "-c", KILLED, *arguments], check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert len(asked(autumn)) == 5
    with Store(path) as store:
        ask(store, anonymous, missing(store, [ICAO24], *SEPTEMBER, NOW), clock, quiet)
        assert missing(store, [ICAO24], *SEPTEMBER, NOW) == {}
        assert places(store) == ["VKO", "FNJ", "VKO"]
    counts = Counter(asked(autumn))
    assert [times for times, count in counts.items() if count > 1] == asked(autumn)[5 - again : 5]
    assert len(counts) == 7


def test_a_failure_keeps_what_was_answered(autumn: OpenSkyServer, anonymous: OpenSkyFlights, store: Store) -> None:
    wanted = missing(store, [ICAO24], *SEPTEMBER, NOW)

    def then_trouble(done: int, _total: int) -> None:
        if done == 2:
            autumn.flight_faults.extend([status(503)] * 3)

    with pytest.raises(Unreachable):
        ask(store, anonymous, wanted, clock, then_trouble)
    assert times(missing(store, [ICAO24], *SEPTEMBER, NOW)) == times(wanted)[2:]


def test_nothing_is_asked_that_the_balance_does_not_pay(
    autumn: OpenSkyServer, anonymous: OpenSkyFlights, opensky: OpenSkyFlights, store: Store
) -> None:
    """Nor is it by the runs after, until the next day, which goes on there. Accounts and buckets are told apart."""
    autumn.flight_credits["anonymous"] = 4 + 30 + 4 + 29
    with pytest.raises(OutOfCredits) as caught:
        ask(store, anonymous, missing(store, [ICAO24], *SEPTEMBER, NOW), clock, quiet)
    assert str(caught.value) == (
        "3 of 7 questions are answered and kept; 29 credits do not pay for the next (30): ask again after midnight UTC, "
        "it goes on there"
    )
    assert [price(window) for windows in missing(store, [ICAO24], *SEPTEMBER, NOW).values() for window in windows] == [
        30,
        4,
        30,
        4,
    ]
    assert [
        credits_left(store, *asked_with, NOW).credits
        for asked_with in ((anonymous, "flights"), (anonymous, "tracks"), (opensky, "flights"))
    ] == [29, 400, 4000]
    autumn.flight_credits["anonymous"] = 400
    with pytest.raises(OutOfCredits, match="0 of 4 questions are answered and kept; 29 credits"):
        ask(store, anonymous, missing(store, [ICAO24], *SEPTEMBER, NOW), clock, quiet)
    assert len(asked(autumn)) == 3
    ask(store, anonymous, missing(store, [ICAO24], *SEPTEMBER, NOW), lambda: NOW + 12 * timedelta(hours=1), quiet)
    assert len(set(asked(autumn))) == len(asked(autumn)) == 7


def test_an_answer_that_cannot_be_read_is_not_kept(
    autumn: OpenSkyServer, anonymous: OpenSkyFlights, store: Store
) -> None:
    """A flight unknown would be taken for none; the other answers are, and it is said."""
    autumn.flight_faults.append(Fault(body=b'[{"icao24": "15521f", "seen": "yesterday"}]'))
    wanted = missing(store, [ICAO24], *SEPTEMBER, NOW)
    with pytest.raises(BadAnswer) as caught:
        ask(store, anonymous, wanted, clock, quiet)
    assert str(caught.value) == (
        "1 of 7 answers hold flights that cannot be read, and are not kept: ask again another day, or upgrade flightwatch"
    )
    assert times(missing(store, [ICAO24], *SEPTEMBER, NOW)) == times(wanted)[:1]
    assert len(asked(autumn)) == 7


def test_an_unknown_balance_is_reckoned(autumn: OpenSkyServer, anonymous: OpenSkyFlights, store: Store) -> None:
    """From the allowance, so that a server that tells none is not asked for ever."""
    autumn.flight_faults.extend([status(404)] * 100)
    with pytest.raises(OutOfCredits, match="22 of 92 questions are answered and kept; 26 credits"):
        ask(store, anonymous, missing(store, [ICAO24], SINCE, UNTIL, NOW), clock, quiet)


def test_spent_credits_say_how_long(autumn: OpenSkyServer, anonymous: OpenSkyFlights, store: Store) -> None:
    """And until then no run asks."""
    autumn.flight_credits["anonymous"] = 0
    wanted = missing(store, [ICAO24], *SEPTEMBER, NOW)
    with pytest.raises(OutOfCredits, match="OpenSky says to wait 3 h 12 min"):
        ask(store, anonymous, wanted, clock, quiet)
    autumn.flight_credits["anonymous"] = 400
    with pytest.raises(OutOfCredits, match=r"next \(4\): ask again after 2023-10-14 16:12 UTC"):
        ask(store, anonymous, wanted, lambda: NOW + timedelta(hours=3), quiet)
    assert len(asked(autumn)) == 1
    ask(store, anonymous, wanted, lambda: NOW + timedelta(hours=3, minutes=12), quiet)
    assert missing(store, [ICAO24], *SEPTEMBER, NOW) == {}


def test_an_account_is_not_silenced_by_what_another_was_told(
    autumn: OpenSkyServer, opensky: OpenSkyFlights, store: Store
) -> None:
    autumn.flight_credits[CLIENT_ID] = 0
    with pytest.raises(OutOfCredits):
        ask(store, opensky, missing(store, [ICAO24], *SEPTEMBER, NOW), clock, quiet)
    another = OpenSkyFlights(client_id="another", client_secret=CLIENT_SECRET)
    assert [credits_left(store, source, "flights", NOW).credits for source in (opensky, another)] == [0, 4000]


def test_several_airframes_newest_days_first(autumn: OpenSkyServer, opensky: OpenSkyFlights, store: Store) -> None:
    """Each flight is kept with its own airframe."""
    autumn.flights.append(journey("2023-09-26T03:00", "2023-09-26T05:00", "ZKPY", "ZBAA", icao24="7278a5"))
    wanted = missing(store, [ICAO24, "7278a5"], *SEPTEMBER, NOW)
    assert cost_line(wanted, 4000) == "asking OpenSky: 6 days: 2 airframes, 14 questions, 212 of 4,000 credits"
    ask(store, opensky, wanted, clock, quiet)
    assert asked(autumn) == sorted(asked(autumn), reverse=True)
    visits = estimates_kept(store, "7278a5", "P-885", since=SINCE, airports=AIRPORTS, now=NOW).visits
    assert [(v.icao24, v.registration, v.airport and v.airport.iata) for v in visits] == [
        ("7278a5", "P-885", "PEK"),
        ("7278a5", "P-885", "FNJ"),
    ]
    assert places(store) == ["VKO", "FNJ", "VKO"]


def test_a_track_names_an_open_end(autumn: OpenSkyServer, anonymous: OpenSkyFlights, store: Store) -> None:
    """It is asked once, out of its own bucket; that there is none is kept too."""
    into, out = arrival("FNJ", NOON, icao24=ICAO24), departure("FNJ", NOON + 40 * HOUR, icao24=ICAO24)
    track = track_of(into, above_m=1_500.0)
    begin, end = int(str(track["startTime"])), int(str(track["endTime"]))
    onward = {"firstSeen": out.takeoff_at + 300, "lastSeen": out.takeoff_at + 3 * HOUR}
    autumn.tracks = [track]
    autumn.flights = [
        journey("2024-03-01T00:00", "2024-03-01T00:00", None, "ZKPY", came=None)
        | {"firstSeen": begin, "lastSeen": end},
        journey("2024-03-01T00:00", "2024-03-01T00:00") | onward,
    ]
    autumn.flights_until = NOON + 10 * DAY_S
    since, now = instant(NOON), instant(NOON + 4 * DAY_S)
    ask(store, anonymous, missing(store, [ICAO24], since, now, now), lambda: now, quiet)
    assert estimates_kept(store, ICAO24, None, since=since, airports=AIRPORTS, now=now).visits == ()

    open_then = open_ends(store, since, now)
    assert [(flight.first_seen, track_price(flight)) for flight in open_then] == [(onward["firstSeen"], 4), (begin, 4)]
    left = autumn.flight_credits["anonymous"]
    ask_tracks(store, anonymous, open_then, lambda: now, quiet)
    assert (autumn.flight_credits["anonymous"], autumn.track_credits["anonymous"]) == (left, 392)
    assert open_ends(store, since, now) == ()
    [visit] = estimates_kept(store, ICAO24, None, since=since, airports=AIRPORTS, now=now).visits
    assert (visit.airport and visit.airport.iata, visit.departure and visit.departure.at) == ("FNJ", None)


def test_tracks_stop_at_their_own_balance(autumn: OpenSkyServer, anonymous: OpenSkyFlights, store: Store) -> None:
    autumn.flights = [journey(f"2023-10-0{day}T01:00", f"2023-10-0{day}T02:00") for day in range(1, 6)]
    autumn.track_credits["anonymous"] = 10
    ask(store, anonymous, missing(store, [ICAO24], at("2023-10-01T00:00"), UNTIL, NOW), clock, quiet)
    wanted = open_ends(store, SINCE, NOW)
    assert len(wanted) == 5
    with pytest.raises(OutOfCredits, match="2 of 5 questions are answered and kept; 2 credits"):
        ask_tracks(store, anonymous, wanted, clock, quiet)
    assert open_ends(store, SINCE, NOW) == wanted[2:]


def test_kept_flights_that_cannot_be_read(store: Store) -> None:
    with store.writing() as db:
        db.execute("INSERT INTO flights VALUES (?, ?, ?, ?)", (ICAO24, unix("2023-09-26T00:00"), 1, b"[{}]"))
    with pytest.raises(StoreError, match="is damaged"):
        estimates_kept(store, ICAO24, None, since=SINCE, airports=AIRPORTS, now=NOW)
