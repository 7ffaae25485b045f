"""Databases of every released schema open, and keep what they hold."""

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from made_visits import PYONGYANG, at
from state_vectors import AIRPORTS

from flightwatch.app.history import watch_times_of
from flightwatch.app.knowledge import Knowledge
from flightwatch.app.topic import Topic
from flightwatch.core.model import Query
from flightwatch.core.spans import Span
from flightwatch.storage.outbox import Outbox, Undelivered
from flightwatch.storage.poll_log import PollLog
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.schema import MIGRATIONS
from flightwatch.storage.store import Store
from flightwatch.wording.watch_times import WatchTimes, together

DATABASES = Path(__file__).parents[1] / "databases"
"""One of each schema but the newest, made by the release that wrote it: the demo's polls, most of them taken out, with one
alert that waits after two failures."""


@pytest.mark.parametrize("number", range(1, len(MIGRATIONS)))
def test_an_older_database(number: int, tmp_path: Path) -> None:
    """Its visits, tracks, polls and outbox are there; what waited still waits, and is not repeated where it was delivered."""
    path = tmp_path / "old.db"
    shutil.copy(DATABASES / f"schema-{number}.db", path)
    with Store(path) as store:
        second, first = store.visits()
        assert (first.airport, second.airport) == (PYONGYANG, PYONGYANG)
        assert store.events([first.landing or "", second.landing or ""]).keys() == {first.landing, second.landing}
        assert store.tracks().keys() >= {"15521f"}
        assert store.last_poll() == PollRecord(
            at("2023-09-28T11:20"),
            None,
            "opensky-network.org did not answer within 20 s; nothing is lost, the next poll asks again",
            duration_ms=20_001,
        )
        assert PollLog(store).gaps(at("2023-08-02T00:00"), at("2023-09-25T00:00"), timedelta(days=1)) == [
            Span(at("2023-08-02T13:20"), at("2023-09-25T23:50"))
        ]
        unknown = WatchTimes(None, why="what was watched is not known: no good poll since flightwatch was upgraded")
        watched = watch_times_of(
            Topic("RA-86559", icao24s=("15521f",)), Knowledge(store, None, AIRPORTS, at("2023-09-29T00:00"))
        )
        assert watched == together([watched, watched]) == unknown
        outbox = Outbox(store)
        [alert] = outbox.due(at("2023-09-29T00:00"))
        left = outbox.event(alert)
        assert (left.type, left.visit, alert.channel, alert.attempts) == (
            "departure",
            second.id,
            "print",
            2,
        )
        assert outbox.undelivered(at("2023-09-29T00:00")) == [Undelivered("print", 1, 0, "mail.example.org refuses")]
        posted = outbox.posted([second.landing or "", left.id])
        assert [became["print"].is_waiting for became in posted.values()] == [False, True]
        assert all(became["print"].was_begun for became in posted.values())


def test_what_a_poll_asked_is_kept(tmp_path: Path) -> None:
    record = PollRecord(at("2026-01-01T00:00"), None, "429", asked=(Query(),), silent_until=at("2026-01-01T03:00"))
    with Store(tmp_path / "a.db") as store:
        store.record_failure(record)
        with store.reading() as db:
            row = db.execute("SELECT asked, silent_until FROM polls").fetchone()
    assert row == ("[{}]", round(at("2026-01-01T03:00").timestamp()))


def test_tracks_that_were_json(tmp_path: Path) -> None:
    """They are packed as they were; one that was damaged before is found to be so afterwards, too."""
    path = tmp_path / "old.db"
    shutil.copy(DATABASES / "schema-7.db", path)
    with closing(sqlite3.connect(path)) as db, db:
        before = {
            icao24: msgspec.json.decode(track) for icao24, track in db.execute("SELECT icao24, track FROM tracks")
        }
        db.execute("UPDATE tracks SET track = CAST('{' AS BLOB) WHERE icao24 = '71f003'")
        db.execute("""UPDATE tracks SET track = CAST(replace(CAST(track AS TEXT), '"ground"', '"airborne"') AS BLOB)
                   WHERE icao24 = '71f00f'""")
    with Store(path) as store:
        tracks = store.tracks()
        assert store.take_left_out() == ["what is remembered of '71f003'", "what is remembered of '71f00f'"]
    assert tracks.keys() == before.keys() - {"71f003", "71f00f"}
    for icao24, track in tracks.items():
        expected = before[icao24]
        assert [[*msgspec.to_builtins(report)] for report in track.reports] == expected["reports"]
        assert (track.registration, track.phase) == (expected.get("registration"), expected["phase"])
