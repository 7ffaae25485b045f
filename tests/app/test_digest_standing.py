"""Who stands where, for a digest: whose landing its readers would be told of."""

from datetime import timedelta

import pytest
from made_visits import ICAO24, VLADIVOSTOK, at, first_heard_there, visit
from state_vectors import AIRPORTS, airport

from flightwatch.app.digest_standing import still_there
from flightwatch.core.watched import WatchedAircraft, WatchedAirport
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.store import Store
from flightwatch.tracking.advance_all import PollChanges
from flightwatch.tracking.track import Track
from flightwatch.watchlist.model import PrintChannel, Routing, Watchlist

NOW = at("2023-09-27T02:10")


@pytest.fixture
def standing(store: Store) -> Store:
    """RA-86559 at Pyongyang, P-885 at Vladivostok since nobody knows when, and a stranger there too."""
    there = {"airport": VLADIVOSTOK, "departure": None}
    tracks = [
        Track(ICAO24, "RA-86559", visit=visit(departure=None), heard=int(NOW.timestamp()) - 600),
        Track(
            "7278a5",
            "P-885",
            visit=visit(id="v2", icao24="7278a5", registration="P-885", arrival=first_heard_there(), **there),
        ),
        Track("abcdef", "N1", visit=visit(id="v3", icao24="abcdef", registration="N1", **there)),
    ]
    changes = PollChanges({track.icao24: track for track in tracks}, frozenset(), (), ())
    store.commit(changes, PollRecord(NOW, NOW, "ok"))
    return store


@pytest.mark.parametrize(
    ("routing", "names"),
    [
        (Routing(), ["P-885 (Il-62M)", "RA-86559"]),
        (Routing(only=("FNJ",), airports=(airport("FNJ"),)), ["RA-86559"]),
        (Routing(only=("P-*",)), ["P-885 (Il-62M)"]),
        (Routing(on=("departure",)), []),
        (Routing(min_confidence=0.99), ["P-885 (Il-62M)"]),
        (Routing(delay=timedelta(hours=1)), []),
    ],
    ids=["all", "at an airport", "of a fleet", "who gets no landings", "who wants to be sure", "who must wait"],
)
def test_who_is_told(routing: Routing, names: list[str], standing: Store) -> None:
    aircraft = (
        WatchedAircraft(ICAO24, "RA-86559", "rule"),
        WatchedAircraft("7278a5", "P-885", "rule", label="Il-62M"),
    )
    watchlist = Watchlist(aircraft, notify=(PrintChannel(routing),))
    found = still_there("print", standing, watchlist, AIRPORTS, NOW)
    assert sorted(name for name, _ in found) == names


def test_what_is_said(standing: Store) -> None:
    """At a watched airport of strangers, too; the latest to come first."""
    watchlist = Watchlist(airports=(WatchedAirport(airport("VVO")),))
    found = still_there("print", standing, watchlist, AIRPORTS, NOW)
    assert [name for name, _ in found] == ["P-885", "N1"]
    assert found[0][1].startswith(
        "Vladivostok VVO, at least 24 h 18 min so far, first heard there 2023-09-26 01:52 UTC"
    )
