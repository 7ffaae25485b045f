"""One cycle, from the loopback server into the database: decided once, kept whole, and the same as its recording."""

import sqlite3
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

import msgspec
import pytest
from made_visits import ICAO24, Answer, seen_visit, unseen_visit
from opensky_server import OpenSkyServer, Row, row, status
from program import RICH, show
from state_vectors import AIRPORTS, airport, told

from flightwatch.app.poll import poll_once
from flightwatch.app.poll_outcomes import Recorder as Keeper
from flightwatch.app.replay import replay
from flightwatch.core.model import OPENSKY, Event, Poll, Query, instant
from flightwatch.core.watched import WatchedAircraft, WatchedAirport
from flightwatch.errors import BadAnswer, SourceError, StoreError
from flightwatch.sources.answer import merge
from flightwatch.sources.opensky_answer import decode
from flightwatch.sources.opensky_states import OpenSky
from flightwatch.sources.recorded import Recorder, Recording
from flightwatch.storage.outbox import Outbox
from flightwatch.storage.poll_log import PollLog
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.store import Store
from flightwatch.tracking import listening
from flightwatch.watchlist.model import AlertRules, Channel, EmailChannel, PrintChannel, Watchlist

RA_86559 = WatchedAircraft(ICAO24, "RA-86559", "rule")
WATCHLIST = Watchlist(aircraft=(RA_86559,), airports=(WatchedAirport(airport("FNJ")),))
VISIT = [("landing", "observed", "UHWW"), ("departure", "observed", "UHWW")]
FAR = instant(2**31)
"""When everything is due."""
TOUCHDOWN = 3
"""The poll of `seen_visit` that sees it on the runway."""


def clock_of(server: OpenSkyServer) -> Callable[[], datetime]:
    """Give a clock that goes with the sky, a second late."""
    return lambda: instant(server.time + 1)


def dump(store: Store) -> list[str]:
    database = sqlite3.connect(store.path)
    try:
        return list(database.iterdump())
    finally:
        database.close()


def watch(
    answers: Iterable[Answer],
    server: OpenSkyServer,
    source: OpenSky,
    store: Store,
    watchlist: Watchlist = WATCHLIST,
    recorder: Keeper | None = None,
) -> list[Event]:
    """Poll each of these answers; give what is told."""
    events: list[Event] = []
    for time, rows in answers:
        show(server, time, rows)
        events += poll_once(
            watchlist, AIRPORTS, {OPENSKY: source}, store, clock=clock_of(server), recorder=recorder
        ).told
    return events


def waiting(store: Store) -> list[Event]:
    outbox = Outbox(store)
    return [outbox.event(alert) for alert in outbox.due(FAR) if alert.is_event]


def test_a_visit(server: OpenSkyServer, source: OpenSky, store: Store) -> None:
    """What is told waits in the outbox, and the visit is kept."""
    events = watch(seen_visit(), server, source, store)
    assert told(events) == VISIT
    assert waiting(store) == events
    [visit] = store.visits()
    assert (visit.landing, visit.departure is not None) == (events[0].id, True)
    assert store.last_poll() == PollRecord(instant(server.time + 1), instant(server.time), "ok", 0, 0, RICH - 4 * 12, 0)


def test_a_failed_poll_is_remembered_and_moves_nothing(server: OpenSkyServer, source: OpenSky, store: Store) -> None:
    """It is not mistaken for an aircraft that vanished: the visit goes on as if it had not been."""
    before, after = seen_visit()[:TOUCHDOWN], seen_visit()[TOUCHDOWN:]
    watch(before, server, source, store)
    tracks = store.tracks()
    server.faults.append(status(403))
    with pytest.raises(SourceError) as caught:
        watch(after[:1], server, source, store)
    assert store.tracks() == tracks
    assert store.last_poll() == PollRecord(instant(server.time + 1), None, str(caught.value), duration_ms=0)
    assert store.last_poll_at() == instant(before[-1][0])
    assert told(watch(after, server, source, store)) == VISIT


def test_a_poll_that_brings_nothing_newer_changes_nothing(server: OpenSkyServer, source: OpenSky, store: Store) -> None:
    """As when OpenSky answers twice from one moment, or from an earlier one."""
    answers = seen_visit()
    watch(answers[: TOUCHDOWN + 1], server, source, store)
    tracks, queued = store.tracks(), waiting(store)
    assert watch([answers[TOUCHDOWN], answers[0]], server, source, store) == []
    assert (store.tracks(), waiting(store)) == (tracks, queued)
    assert told(watch(answers[TOUCHDOWN + 1 :], server, source, store)) == VISIT[1:]


def crowd(time: int, *, moved: bool = False) -> list[Row]:
    """Give strangers in cruise, enough to be the usual world; ``moved``: with a column that nobody documented."""
    rows = [row(f"{0x700000 + n:06x}", last_contact=time, latitude=-60.0 + n, longitude=n * 3.0) for n in range(100)]
    return [[*each[:4], "new", *each[4:]] for each in rows] if moved else rows


@pytest.mark.parametrize("failing", ["nobody", "hardly anybody", "another form"])
def test_a_poll_in_which_nobody_listened_moves_nothing(
    failing: str, server: OpenSkyServer, source: OpenSky, store: Store, tmp_path: Path
) -> None:
    """It fails as any other does, is not recorded, and is nobody's silence; the next that is sane tells as if it had not been.

    A replay of these answers tells the same.
    """
    crowded = [(time, [*rows, *crowd(time)]) for time, rows in unseen_visit()[:4]]
    silent = [
        (time, {"nobody": [], "hardly anybody": crowd(time)[:20], "another form": crowd(time, moved=True)}[failing])
        for time, _ in unseen_visit()[4:12]
    ]
    recorder = Recorder(tmp_path / "polls")
    watch(crowded, server, source, store, recorder=recorder)
    tracks, said = store.tracks(), set()
    for answer in silent:
        with pytest.raises(BadAnswer) as caught:
            watch([answer], server, source, store, recorder=recorder)
        said.add(str(caught.value))
        assert (store.last_poll_at(), store.tracks()) == (instant(crowded[-1][0]), tracks)
        last = store.last_poll()
        assert last is not None
        assert (last.at, last.outcome) == (None, str(caught.value))
    assert said == {SAID[failing]}
    sane = (silent[-1][0] + 60, crowd(silent[-1][0] + 60))
    live = watch([sane], server, source, store, recorder=recorder)
    assert list(replay(Recording([tmp_path / "polls"]).polls(), WATCHLIST, AIRPORTS)) == live
    assert [poll.at for poll in Recording([tmp_path / "polls"]).polls()] == [instant(at) for at, _ in (*crowded, sane)]

    noted: list[tuple[datetime, str]] = []
    polls = [raw(*answer) for answer in (*crowded, *silent, sane)]
    with Store(tmp_path / "replayed.db") as copy:
        assert list(replay(polls, WATCHLIST, AIRPORTS, copy, lambda at, why: noted.append((at, why)))) == live
        assert (copy.tracks(), PollLog(copy).memory(WATCHLIST.watched)) == (
            store.tracks(),
            PollLog(store).memory(WATCHLIST.watched),
        )
    assert noted == [(instant(time), SAID[failing].removesuffix(ADVICE)) for time, _ in silent]


def raw(time: int, rows: list[Row]) -> Poll:
    """Give the poll that this answer about the world is."""
    return merge([(Query(), decode(msgspec.json.encode({"time": time, "states": rows})))])


ADVICE = f"; {listening.ADVICE}"
SAID = {
    "nobody": "OpenSky answered with 0 aircraft in the whole world where some 101 are usual: something is wrong there, so this "
    "answer is not used" + ADVICE,
    "hardly anybody": "OpenSky answered with 20 aircraft in the whole world where some 101 are usual: something is wrong there, "
    "so this answer is not used" + ADVICE,
    "another form": "100 of 100 rows of OpenSky's answer cannot be read: their form has changed or they are garbled, so this "
    "answer is not used" + ADVICE,
}


def test_a_dry_run_tells_and_writes_nothing(server: OpenSkyServer, source: OpenSky, store: Store) -> None:
    answers = seen_visit()
    watch(answers[:TOUCHDOWN], server, source, store)
    before = dump(store)
    show(server, *answers[TOUCHDOWN])
    events = poll_once(WATCHLIST, AIRPORTS, {OPENSKY: source}, store, clock=clock_of(server), dry_run=True).told
    assert (told(events), dump(store)) == (VISIT[:1], before)
    server.faults.append(status(403))
    with pytest.raises(SourceError):
        poll_once(WATCHLIST, AIRPORTS, {OPENSKY: source}, store, clock=clock_of(server), dry_run=True)
    assert dump(store) == before


@pytest.mark.parametrize("answers", [seen_visit(), unseen_visit()], ids=["seen", "unseen"])
def test_a_recording_gives_the_same_events(
    answers: list[Answer], server: OpenSkyServer, source: OpenSky, store: Store, tmp_path: Path
) -> None:
    """To the byte, and a database that holds the same, but for the clock's own columns."""
    recorder = Recorder(tmp_path / "polls")
    live = watch(answers, server, source, store, recorder=recorder)
    with Store(tmp_path / "replayed.db") as copy:
        replayed = list(replay(Recording([tmp_path / "polls"]).polls(), WATCHLIST, AIRPORTS, copy))
        assert (copy.tracks(), copy.visits()) == (store.tracks(), store.visits())
    assert len(live) == 2
    assert list(map(msgspec.json.encode, replayed)) == list(map(msgspec.json.encode, live))


def test_what_a_replay_told_is_not_told_again(
    server: OpenSkyServer, source: OpenSky, store: Store, tmp_path: Path
) -> None:
    """Neither by the poll that comes after, nor by the same replay."""
    answers = seen_visit()
    with Store(tmp_path / "live.db") as live:
        watch(answers[:-1], server, source, live, recorder=Recorder(tmp_path / "polls"))
    for events in (VISIT, []):
        polls = Recording([tmp_path / "polls"]).polls()
        assert told(replay(polls, WATCHLIST, AIRPORTS, store)) == events
    assert watch(answers[-1:], server, source, store) == []
    assert waiting(store) == []


def test_a_poll_that_cannot_be_recorded_is_kept_all_the_same(
    server: OpenSkyServer, source: OpenSky, store: Store, tmp_path: Path
) -> None:
    """An archive that fails does not stop the watch, and is said."""
    (tmp_path / "taken").touch()
    with pytest.raises(StoreError):
        watch(seen_visit(), server, source, store, recorder=Recorder(tmp_path / "taken"))
    assert (list(store.tracks()), store.last_poll_at()) == ([ICAO24], instant(server.time))


def contradicted() -> list[Answer]:
    """Give a landing at Pyongyang that must be inferred, and then the aircraft again at cruise, too soon to have landed."""
    answers = unseen_visit()[:12]
    time, last = answers[-1][0], answers[3][1][0]
    again = [*last]
    again[3] = again[4] = time + 60
    return [*answers, (time + 60, [again])]


DEAF = Watchlist(aircraft=(RA_86559,), alerts=AlertRules(on=("departure",)))


@pytest.mark.parametrize(
    ("first", "reads", "alerts"),
    [
        (WATCHLIST, True, [("retraction", "observed", "ZKPY")]),
        (WATCHLIST, False, []),
        (DEAF, True, []),
    ],
    ids=["told", "not told yet", "not asked"],
)
def test_a_retraction_reaches_whom_its_landing_reached(
    first: Watchlist, reads: bool, alerts: list[object], server: OpenSkyServer, source: OpenSky, store: Store
) -> None:
    """Nobody is told that something they never heard of did not happen."""
    answers = contradicted()
    watch(answers[:-1], server, source, store, first)
    if reads:
        outbox = Outbox(store)
        outbox.begin(outbox.due(FAR), FAR)
        outbox.end(outbox.due(FAR), FAR)
    watch(answers[-1:], server, source, store, WATCHLIST)
    assert told(waiting(store)) == alerts
    assert store.visits() == []


@pytest.mark.parametrize(
    "channels", [(), (PrintChannel(), EmailChannel(("desk@example.org",), "watch@example.org", ""))]
)
def test_an_alert_for_each_channel(
    channels: tuple[Channel, ...], server: OpenSkyServer, source: OpenSky, store: Store
) -> None:
    """And none where there is none; the visits are kept all the same."""
    events = watch(seen_visit(), server, source, store, Watchlist(aircraft=(RA_86559,), notify=channels))
    outbox = Outbox(store)
    queued = [(outbox.event(alert), alert.channel) for alert in outbox.due(FAR)]
    assert queued == [(event, channel.name) for event in events for channel in channels]
    assert len(store.visits()) == 1
