"""What the database knows around an event."""

from datetime import timedelta
from functools import partial

import pytest
from made_visits import PYONGYANG, VLADIVOSTOK, at, landing, left, moment, visit
from msgspec.structs import replace
from state_vectors import AIRPORTS, airport

from flightwatch.app.alert_context import Around, alert_of, context_of
from flightwatch.core.spans import Span
from flightwatch.core.visits import Visit
from flightwatch.core.watched import WatchedAircraft, WatchedAirport
from flightwatch.storage.poll_log import keep_listed
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.store import Store
from flightwatch.tracking.advance_all import PollChanges
from flightwatch.watchlist.model import Watchlist
from flightwatch.wording.record import Context

WATCHLIST = Watchlist((WatchedAircraft("15521f", "RA-86559", "rule"), WatchedAircraft("7278a5", "P-885", "given")))
AUGUST = visit(
    id="august", arrival=moment("2023-08-01T02:42", minutes=10), departure=moment("2023-08-02T14:37", minutes=9)
)
JUNE = visit(id="june", arrival=moment("2023-06-01T02:42"), departure=moment("2023-06-02T14:37"))
KORYO = visit(id="koryo", icao24="7278a5", arrival=moment("2023-09-24T10:00"), departure=moment("2023-09-25T09:00"))
STILL_THERE = replace(KORYO, id="still", arrival=moment("2023-05-01T00:00"), departure=None)
BEFORE = replace(KORYO, id="before", departure=moment("2023-09-24T20:00"))
STRANGER = replace(KORYO, id="stranger", icao24="4b1814")
ELSEWHERE = visit(id="elsewhere", airport=VLADIVOSTOK, arrival=moment("2023-09-20T10:00"))
TAKEN_BACK = replace(AUGUST, id="taken-back", retracted_at=at("2023-08-01T03:00"))


def keep(store: Store, *visits: Visit, polls: tuple[str, ...] = ("2023-05-01T00:00",)) -> None:
    for time in polls:
        look, record = PollChanges({}, frozenset(), (), visits), PollRecord(at(time), at(time), "ok")
        store.commit(look, record, partial(keep_listed, watched=WATCHLIST.watched, at=record.started_at))


def test_the_visits_around(store: Store) -> None:
    """Its own earlier ones there, newest first; those of others on the list that are there, and not elsewhere since."""
    keep(store, visit(), AUGUST, JUNE, KORYO, STILL_THERE, BEFORE, STRANGER, ELSEWHERE, TAKEN_BACK)
    for event in (landing(), left()):
        assert context_of(event, store, WATCHLIST) == Context(at("2023-05-01T00:00"), visit(), (AUGUST, JUNE), (KORYO,))


def test_behind_a_delay_nobody_else_is_told_early(store: Store) -> None:
    """Who came beside it is held back as long as that landing is: from when it was decided on."""
    told = landing(
        id="koryo", icao24=KORYO.icao24, visit=KORYO.id, detected_at=KORYO.arrival.latest + timedelta(hours=2)
    )
    koryo = replace(KORYO, landing=told.id)
    changes = PollChanges({}, frozenset(), (told,), (visit(), koryo))
    store.commit(changes, PollRecord(told.detected_at, told.detected_at, "ok"))
    for until, others in ((told.detected_at - timedelta(seconds=1), ()), (told.detected_at, (koryo,))):
        around = Around(store, WATCHLIST, until)
        assert context_of(landing(), store, WATCHLIST, around).others == others


def test_a_tail_number_with_two_addresses_is_one_aircraft(store: Store) -> None:
    """Its visits on the other address are its own: among those before, and not somebody else's beside it."""
    both = Watchlist((WATCHLIST.aircraft[0], WatchedAircraft("4b1814", "RA-86559", "given"), WATCHLIST.aircraft[1]))
    before = replace(AUGUST, icao24="4b1814")
    keep(store, visit(), before, JUNE, KORYO)
    found = context_of(landing(), store, both)
    assert (found.earlier, found.others) == ((before, JUNE), (KORYO,))
    assert both.watched.sharing_tail("4b1814") == both.watched.sharing_tail("15521f") == ("15521f", "4b1814")
    assert (both.watched.sharing_tail("7278a5"), both.watched.sharing_tail("444444")) == (("7278a5",), ("444444",))


def test_since_when_it_is_watched(store: Store) -> None:
    """Since the watchlist names it, or the airport, if that is watched for it."""
    keep(store, visit(icao24="4b1814"), polls=("2023-05-01T00:00",))
    listed = WatchedAircraft("4b1814", "HB-TEST", "given")
    for time, aircraft, only in (
        ("2023-06-01", (), ("P-*",)),
        ("2023-07-01", (), ("4b1814",)),
        ("2023-08-01", (listed,), ("4b1814",)),
    ):
        watchlist = Watchlist((*WATCHLIST.aircraft, *aircraft), (WatchedAirport(airport("FNJ"), only),))
        with store.writing() as db:
            keep_listed(db, watchlist.watched, at(time))
        told = context_of(landing(icao24="4b1814"), store, watchlist).watching_since
        assert told == (None if only == ("P-*",) else at("2023-06-01"))
    everywhere = Watchlist((*WATCHLIST.aircraft, listed))
    assert context_of(landing(icao24="4b1814"), store, everywhere).watching_since == at("2023-08-01")


def test_when_nobody_watched(store: Store) -> None:
    """Only what lies in the visit, and only what is long enough to be blindness."""
    polls = ("2023-09-25T00:00", "2023-09-26T02:10", "2023-09-26T02:50", "2023-09-26T06:00", "2023-09-28T01:00")
    keep(store, visit(), polls=polls)
    spans = [("2023-09-25T00:00", "2023-09-26T02:10"), ("2023-09-26T02:50", "2023-09-26T06:00")]
    spans.append(("2023-09-26T06:00", "2023-09-28T01:00"))
    found = context_of(left(), store, WATCHLIST)
    assert found.unwatched == tuple(Span(at(since), at(until)) for since, until in spans)


def test_what_nobody_watched_before_it(store: Store) -> None:
    """Since the visit before, or since the watchlist names it: the holes between polls, and when it was not on the list."""
    keep(store, visit(), AUGUST, polls=("2023-08-01T00:00", "2023-08-02T20:00", "2023-09-25T20:00", "2023-09-26T01:40"))
    gone, last_poll = at("2023-08-02T14:46"), at("2023-09-26T01:40")
    assert context_of(landing(), store, WATCHLIST).unwatched_before == last_poll - gone
    with store.writing() as db:
        db.execute("DELETE FROM visits WHERE id = 'august'")
    assert context_of(landing(), store, WATCHLIST).unwatched_before == last_poll - at("2023-08-01T00:00")


def test_a_visit_to_no_airport(store: Store) -> None:
    unnamed = visit(airport=None)
    keep(store, unnamed, AUGUST, KORYO)
    assert context_of(landing(airport=None), store, WATCHLIST) == Context(at("2023-05-01T00:00"), unnamed)


@pytest.mark.parametrize(
    ("wrong", "is_corrected"),
    [
        ({}, True),
        ({"retracted_at": None}, False),
        ({"airport": PYONGYANG}, False),
        ({"icao24": "7278a5"}, False),
        ({"landing": None}, False),
        ({"arrival": moment("2023-09-25T21:52", minutes=10)}, False),
        ({"arrival": moment("2023-09-26T03:52", minutes=10)}, False),
    ],
    ids=["of this flight", "it stands", "the same field", "another aircraft", "never told", "before", "after"],
)
def test_what_a_landing_corrects(store: Store, wrong: dict[str, object], is_corrected: bool) -> None:
    """The landing elsewhere that was told of the same flight and taken back; a departure corrects nothing."""
    usual = {
        "id": "wrong",
        "airport": VLADIVOSTOK,
        "arrival": moment("2023-09-26T01:45", minutes=10),
        "departure": None,
        "retracted_at": at("2023-09-26T02:20"),
    }
    told = visit(**(usual | wrong))
    keep(store, told, visit())
    assert context_of(landing(), store, WATCHLIST).corrects == (told if is_corrected else None)
    assert context_of(left(), store, WATCHLIST).corrects is None


def test_nothing_recorded(store: Store) -> None:
    assert context_of(landing(), store, WATCHLIST) == Context()


def test_a_landing_is_told_as_it_is_known_now(store: Store) -> None:
    """A delayed alert says what was seen since it was queued."""
    keep(store, visit(arrival=moment("2023-09-26T01:50")))
    alert = alert_of(landing(), store, WATCHLIST, AIRPORTS)
    assert alert.event == landing(
        time=at("2023-09-26T01:50"),
        earliest=at("2023-09-26T01:50"),
        latest=at("2023-09-26T01:50"),
        basis="observed",
        confidence=1.0,
    )
    assert alert.context.visit == visit(arrival=moment("2023-09-26T01:50"))
