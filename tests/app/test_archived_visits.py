"""What a scan finds, in the database: marked as archived, once however often it is scanned, beside what was watched, no alert."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from archive_rows import real_days, zipped
from msgspec.structs import replace
from state_vectors import AIRPORTS, watched

from flightwatch.app.archived_visits import SOURCES, Findings, keep_findings
from flightwatch.app.history import known
from flightwatch.app.knowledge import Knowledge
from flightwatch.app.replay import replay
from flightwatch.app.topic import Topic
from flightwatch.app.trace_scan import findings_of, scan_traces
from flightwatch.archives.files import BadFile
from flightwatch.archives.kinds import told
from flightwatch.core.model import Icao24, instant
from flightwatch.core.visits import Visit
from flightwatch.sources.recorded import Recording
from flightwatch.storage.archived import archived_visits
from flightwatch.storage.store import Store

DELTA: Icao24 = "ac671b"
LISTED = watched(aircraft=[DELTA])
SOURCE = SOURCES["traces"]
LATER = instant(1_740_000_000)


@pytest.fixture
def days(tmp_path: Path) -> Path:
    """A folder with the real trace as two days."""
    (folder := tmp_path / "traces").mkdir()
    for at, day in real_days().items():
        (folder / f"{at}.json").write_bytes(zipped(json.dumps(day).encode()))
    return folder


def findings(folder: Path) -> Iterator[Findings]:
    files = told([str(folder)]).files
    return (findings_of(day) for day in scan_traces(files, LISTED, AIRPORTS, must_not_be))


def must_not_be(bad: BadFile) -> None:
    raise AssertionError(bad)


def rows(db: Path) -> list[str]:
    """Give all that a database holds, but when a page of it was written."""
    connection = sqlite3.connect(db)
    try:
        return [*connection.iterdump()]
    finally:
        connection.close()


def shown(store: Store) -> list[Visit]:
    """Give the visits that history shows, oldest first."""
    found = known(Topic("N899DN", icao24s=(DELTA,)), Knowledge(store, LISTED, AIRPORTS, LATER))
    return sorted(found.visits, key=lambda visit: visit.arrival.latest)


def test_visits_are_marked_and_have_their_evidence(days: Path, store: Store) -> None:
    for each in findings(days):
        keep_findings(store, SOURCE, each)
    visits = archived_visits(store, [DELTA])
    assert [(v.airport and v.airport.icao, v.arrival.basis) for v in visits] == [
        ("KMSP", "observed"),
        ("KGEG", "inferred"),
        ("KMSP", "observed"),
        ("KDEN", "observed"),
    ]
    assert {v.arrival.source for v in visits} == {SOURCE}
    assert [v.may_be_there for v in visits] == [False, False, False, True]
    events = store.events([v.landing for v in visits if v.landing is not None])
    assert len(events) == 4
    assert all(event.evidence for event in events.values())


def test_scanned_again_it_is_the_same(days: Path, store: Store) -> None:
    """Whole, or what was interrupted and went on with the day that may have been kept."""
    first, second = findings(days)
    for each in (first, second):
        keep_findings(store, SOURCE, each)
    before = rows(store.path)
    for order in ((first, second), (second,), (first, first, second)):
        for each in order:
            keep_findings(store, SOURCE, each)
        assert rows(store.path) == before


def test_a_visit_that_polls_saw_is_shown_once(days: Path, store: Store) -> None:
    """It stays as it was watched; what only the archive knows is added."""
    watched_days = sorted(days.iterdir())
    assert list(replay(Recording(watched_days[1:]).answers(), LISTED, AIRPORTS, store))
    alone = shown(store)
    for each in findings(days):
        keep_findings(store, SOURCE, each)
    both = shown(store)
    assert [(v.airport and v.airport.icao) for v in both] == ["KMSP", "KGEG", "KMSP", "KDEN"]
    assert {v.id for v in alone} <= {v.id for v in both}
    assert {v.arrival.archive for v in both} == {None}


def test_a_landing_that_is_taken_back_is_gone(days: Path, store: Store) -> None:
    """Also when an earlier stretch had kept it."""
    *_, second = findings(days)
    keep_findings(store, SOURCE, second)
    taken_back = [v for v in second.visits if v.airport is not None and v.airport.icao == "KGEG"]
    gone = Findings(
        since=second.until + 1,
        until=second.until + 86_400,
        visits=[replace(visit, retracted_at=LATER) for visit in taken_back],
        events=(),
        tracks={},
    )
    keep_findings(store, SOURCE, gone)
    assert [v.airport and v.airport.icao for v in archived_visits(store, [DELTA])] == ["KMSP", "KMSP", "KDEN"]
    assert store.events([v.landing for v in taken_back if v.landing is not None]) == {}


def test_nobody_is_told(days: Path, store: Store) -> None:
    for each in findings(days):
        keep_findings(store, SOURCE, each)
    written = {row.split('"')[1] for row in rows(store.path) if row.startswith('INSERT INTO "')}
    assert written >= {"archived_visits", "archived_events"}
    assert not written & {"alerts", "outbox", "visits", "events", "polls"}
