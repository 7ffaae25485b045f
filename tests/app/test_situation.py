"""A look at what is: what is read from the database, and what people and monitors are told of it."""

from pathlib import Path

from made_visits import ICAO24, at, landing, visit
from state_vectors import AIRPORTS
from waiting_alerts import post

from flightwatch.app.situation import condition, groups, read_situation
from flightwatch.core.watched import WatchedAircraft
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.store import Store
from flightwatch.tracking.advance_all import PollChanges
from flightwatch.tracking.track import Track
from flightwatch.watchlist.model import Watchlist

NOW = at("2023-09-26T02:30")
LISTED = Watchlist(aircraft=(WatchedAircraft(ICAO24, "RA-86559", "rule"), WatchedAircraft("7278a5", "P-885", "given")))


def test_what_is_read(store: Store) -> None:
    """Tracks, the visits of those without one, what is new, and what waits."""
    track, recorded = Track(ICAO24, heard=round(NOW.timestamp())), visit(id="v", icao24="7278a5")
    changes = PollChanges({ICAO24: track}, frozenset(), (), (visit(), recorded))
    store.commit(changes, PollRecord(NOW, NOW, "ok", credits_remaining=300))
    post(store, landing())
    situation = read_situation(store, LISTED, NOW)
    assert (situation.at, situation.known_until, list(situation.tracks)) == (NOW, NOW, [ICAO24])
    assert (list(situation.visits), list(situation.events)) == ([recorded], [landing()])
    assert [(owed.channel, owed.waiting) for owed in situation.undelivered] == [("print", 1)]
    assert groups(situation, LISTED, AIRPORTS)[0].title == "new in the last 24 h"


def test_nobody_has_polled(store: Store) -> None:
    """It is trouble, which people read first and a monitor by the exit code."""
    situation = read_situation(store, LISTED, NOW)
    assert groups(situation, LISTED, AIRPORTS)[0].title == "polling"
    found = condition(situation, LISTED, path=Path("w.yaml"), database=Path("f.db"))
    assert (found.blind, found.exit_code, found.watchlist, found.database) == (True, 3, "w.yaml", "f.db")
