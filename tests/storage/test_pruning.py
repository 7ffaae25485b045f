"""What is long past goes when somebody says so, and nothing else."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from made_visits import ICAO24, at, visit

from flightwatch.core.lookout import Listing
from flightwatch.core.spans import Span
from flightwatch.core.visits import Visit
from flightwatch.storage.poll_log import PollLog
from flightwatch.storage.poll_record import ASKED_KEPT_S, PollRecord
from flightwatch.storage.pruning import Part, give_back, prune, size_of, visits_ended, what_goes
from flightwatch.storage.store import Store
from flightwatch.tracking.advance_all import PollChanges

MINUTE = timedelta(minutes=1)
NEW_YEAR = at("2024-01-01T00:00")


def poll(store: Store, began: datetime, *visits: Visit, is_good: bool = True) -> None:
    """Record a poll that asked one thing."""
    record = PollRecord(began, began if is_good else None, "ok" if is_good else "429", asked=())
    if is_good:
        store.commit(PollChanges({}, frozenset(), (), visits), record)
    else:
        store.record_failure(record)


def polls(store: Store) -> int:
    """Count the polls that are kept."""
    with store.reading() as db:
        return int(db.execute("SELECT count(*) FROM polls").fetchone()[0])


def test_old_polls_are_thinned(store: Store) -> None:
    """Of those of some days ago only the first remains, and those that end a time without polls: what is told stays the same."""
    begin = at("2023-09-01T00:00")
    days = 2 * ASKED_KEPT_S // 86_400
    times = [begin + minute * MINUTE for minute in range(days * 1440) if not 300 <= minute < 500]
    with store.writing() as db:  # as one: each by itself takes a second for a thousand
        db.executemany(
            "INSERT INTO polls (started, at, outcome, asked, balances, gap) VALUES (?1, ?1, 'ok', '[]', '[]', ?2)",
            (
                (round(time.timestamp()), None if before is None else round((time - before).total_seconds()))
                for before, time in zip([None, *times], times, strict=False)
            ),
        )
    hole = Span(begin + 299 * MINUTE, begin + 500 * MINUTE)
    told = PollLog(store).gaps(begin, times[-1], timedelta(hours=1))
    poll(store, times[-1] + MINUTE, is_good=False)
    assert PollLog(store).gaps(begin, times[-1], timedelta(hours=1)) == told == [hole]
    assert PollLog(store).began() == begin
    assert store.last_poll_at() == times[-1]
    assert polls(store) == ASKED_KEPT_S // 60 + 3


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """Make a database with a visit of 2023 and one that goes on, found at two polls half a year apart."""
    path = tmp_path / "old.db"
    with Store(path) as store:
        poll(store, at("2023-09-28T11:30"), visit(), visit(id="open", departure=None))
        poll(store, at("2023-09-28T11:31"))
        poll(store, at("2024-03-01T00:00"))
        with store.writing() as db:
            db.execute("INSERT INTO listed VALUES (?, ?, NULL)", (ICAO24, round(at("2023-08-01T00:00").timestamp())))
            db.execute("INSERT INTO listed VALUES ('zzz', 1, 2)")
    return path


def test_visits_stay_unless_they_are_named(old: Path) -> None:
    with Store(old) as store:
        assert [part for part in what_goes(store, NEW_YEAR, with_visits=False) if part.rows] == []
        assert visits_ended(store, NEW_YEAR) == 1
        prune(store, NEW_YEAR, with_visits=False)
        assert {each.id for each in store.visits()} == {"visit-1", "open"}
        assert PollLog(store).listings(ICAO24) == [Listing(at("2023-08-01T00:00"), None)]


def test_named_visits_go(old: Path) -> None:
    """One that goes on stays; of the time before nothing is said any more."""
    with Store(old) as store:
        going = what_goes(store, NEW_YEAR, with_visits=True)
        assert [(part.noun, part.rows) for part in going if part.rows] == [("visit", 1)]
        prune(store, NEW_YEAR, with_visits=True)
        give_back(store)
        assert all(part == Part(part.noun, 0, 0) for part in what_goes(store, NEW_YEAR, with_visits=True))
        assert [each.id for each in store.visits()] == ["open"]
        assert PollLog(store).listings(ICAO24, "zzz") == [Listing(NEW_YEAR, None)]
    assert size_of(old) == old.stat().st_size
