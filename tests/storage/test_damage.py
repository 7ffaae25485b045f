"""Whatever bytes of the file changed: each question is answered or refused in one line, and a poll as well."""

import sqlite3
from contextlib import closing, suppress
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_visits import ICAO24, at
from state_vectors import watched

from flightwatch.alerting.answer_times import Begun
from flightwatch.errors import StoreError
from flightwatch.storage.outbox import Outbox
from flightwatch.storage.poll_log import PollLog
from flightwatch.storage.store import Store

OLD = Path(__file__).parents[1] / "databases" / "schema-5.db"
SINCE, NOW = at("2000-01-01T00:00"), at("2026-01-01T00:00")


@cache
def sound() -> bytes:
    """A database of today's schema in which something stands in most tables."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.db"
        path.write_bytes(OLD.read_bytes())
        with Store(path, lasting=False) as store, store.writing() as db:
            db.execute("INSERT INTO reception VALUES (1, 1700000000, '[10, [[9, 25, 8, [1, 2, 3, 4]]]]')")
            db.execute("INSERT INTO listed VALUES (?, 1690000000, NULL)", (ICAO24,))
        return path.read_bytes()


def ask_everything(path: Path) -> None:
    """Ask what polls and commands ask."""
    with Store(path, reading_only=True) as store:
        store.tracks(), store.last_poll(), store.last_poll_at(), store.events_since(SINCE)
        for visit in store.visits():
            store.next_visit_at(visit), store.first_visit_at(visit.icao24), store.corrected_by(visit)
        log, outbox = PollLog(store), Outbox(store)
        log.ledger(NOW, signed_in=False), log.memory(watched(aircraft=[ICAO24]).watched), log.began(), log.last_begun()
        (
            log.answers(),
            log.begun(),
            log.unseen(Begun(NOW)),
            log.listings(ICAO24),
            log.gaps(SINCE, NOW, timedelta(hours=1)),
        )
        for alert in outbox.due(NOW):
            outbox.event(alert) if alert.is_event else outbox.blindness(alert)
        outbox.channels(), outbox.undelivered(SINCE), list(store.damages())


def test_a_sound_one(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.write_bytes(sound())
    ask_everything(path)


@given(st.lists(st.tuples(st.integers(0, len(OLD.read_bytes()) - 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_any_bytes_that_changed(changed: list[tuple[int, int]]) -> None:
    """`StoreError` is all that comes of it."""
    data = bytearray(sound())
    for where, byte in changed:
        data[where % len(data)] = byte
    with TemporaryDirectory() as folder:
        path = Path(folder) / "a.db"
        path.write_bytes(data)
        with suppress(StoreError):
            ask_everything(path)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE polls SET at = 1 << 60",
        "UPDATE polls SET started = 1 << 60",
        "UPDATE polls SET started = 'noon'",
        "UPDATE reception SET known = '[1, '",
        "UPDATE listed SET since = -(1 << 60)",
        "UPDATE alerts SET readers = '[', ended = NULL",
    ],
)
def test_a_value_that_nobody_wrote(damage: str, tmp_path: Path) -> None:
    """Which would be a traceback, were it not taken for damage."""
    path = tmp_path / "a.db"
    path.write_bytes(sound())
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        assert db.execute(damage).rowcount
    with pytest.raises(StoreError, match="is damaged"):
        ask_everything(path)


def test_a_schema_that_is_no_text(tmp_path: Path) -> None:
    """SQLite complains of it with words that are no UTF-8."""
    path = tmp_path / "a.db"
    path.write_bytes(sound().replace(b"CREATE TABLE tracks", b"CREATE T\xe1BLE tracks"))
    with pytest.raises(StoreError, match="is damaged"):
        ask_everything(path)
