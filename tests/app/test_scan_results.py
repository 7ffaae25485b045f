"""Where a scan puts what it tells: Parquet that holds each event once, however often it was interrupted."""

import sqlite3
from collections import deque
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest
from made_archives import rows_of, write_parquet
from msgspec.structs import replace
from pyarrow.parquet import read_table
from scans import RECORDED, events, everybody, polls_of, scanned, scanning
from state_vectors import watched

from flightwatch.app.scan_request import LeftOut, Scanning, Teller
from flightwatch.app.scan_run import scan_events
from flightwatch.archives.kinds import told
from flightwatch.core.model import Event
from flightwatch.errors import StoreError, UsageError
from flightwatch.storage.store import Store

PARIS = "skies/paris-300s.jsonl.gz"


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLIGHTWATCH_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def asked(tmp_path: Path) -> Scanning:
    """A scan of several stretches, into a folder that is not there yet."""
    polls = polls_of(PARIS)
    archive = write_parquet(tmp_path / "a.parquet", rows_of(polls))
    alone = scanning(archive, watched(aircraft=everybody(polls)), most_rows=150)
    return replace(alone, parquet=tmp_path / "results" / "events")


def run(asked: Scanning, most: int | None = None) -> list[Event]:
    """What is told, or the first of it."""
    return [*islice(scan_events(asked, Teller(lambda _line: None, lambda *_: None), LeftOut()), most)]


def folder_of(asked: Scanning) -> Path:
    assert asked.parquet is not None
    return asked.parquet


def read(asked: Scanning) -> list[Event]:
    """The events in its folder, file after file."""
    return [_event(row) for path in sorted(folder_of(asked).iterdir()) for row in read_table(path).to_pylist()]


def _event(row: dict[str, Any]) -> Event:
    evidence = [[*report.values()] for report in row["evidence"]]
    there = {name: value for name, value in row.items() if name != "area" or value is not None}
    return msgspec.convert(there | {"evidence": evidence}, Event)


def test_each_event_as_it_is_told(asked: Scanning) -> None:
    found = run(asked)
    assert len(found) > 10
    assert read(asked) == found == events(scanned(replace(asked, parquet=None)))


def test_one_that_is_interrupted_goes_on(asked: Scanning) -> None:
    """Also where it was written what was told, and not yet that it was: the same stretch again puts nothing there twice."""
    whole, folder = events(scanned(replace(asked, parquet=None))), folder_of(asked)
    run(asked, len(whole) // 2)
    before = sorted(folder.iterdir())
    assert before
    begin, _, _ = before[0].name.rpartition("-")
    (folder / f"{begin}-29990101T000000Z.parquet").write_bytes(b"of a stretch that is told again")
    (folder / ".flightwatch-1").write_bytes(b"half of a file")
    kept = [path.stat().st_mtime_ns for path in before]
    run(asked)
    assert read(asked) == whole
    assert [path.stat().st_mtime_ns for path in before] == kept
    run(asked)
    assert read(asked) == whole


def test_what_others_read(asked: Scanning) -> None:
    """A folder is one table to DuckDB, with places as structs."""
    found = run(asked)
    chosen = f"SELECT id, airport.icao, epoch_us(time) FROM '{asked.parquet}/*.parquet' ORDER BY detected_at, id"  # noqa: S608
    with duckdb.connect() as connection:
        rows = connection.execute(chosen).fetchall()
    expected = sorted(found, key=lambda event: (event.detected_at, event.id))
    assert [row[:2] for row in rows] == [(each.id, each.airport and each.airport.icao) for each in expected]
    assert [row[2] for row in rows] == [round(each.time.timestamp() * 1e6) for each in expected]


def test_nothing_that_is_told(asked: Scanning) -> None:
    """Is a table without rows."""
    assert run(replace(asked, watchlist=watched(aircraft=["0000ff"]))) == []
    [path] = folder_of(asked).iterdir()
    assert read_table(path).num_rows == 0
    assert "airport" in read_table(path).column_names


def test_recorded_polls(asked: Scanning) -> None:
    recorded = replace(asked, archives=told([str(RECORDED / PARIS)]))
    found = run(recorded)
    assert read(recorded) == found != []


def test_a_folder_of_something_else(asked: Scanning, tmp_path: Path) -> None:
    run(asked)
    other = replace(asked, watchlist=watched("CDG"))
    with pytest.raises(UsageError, match=r"events holds events-.*, which is not of this scan; name another folder"):
        run(other)
    with pytest.raises(UsageError, match=r"a.parquet: .*; name a folder you can write to"):
        run(replace(asked, parquet=tmp_path / "a.parquet"))


def test_a_folder_that_goes_away(asked: Scanning) -> None:
    """What cannot be written is told of, and comes with the next scan."""
    whole = events(scanned(replace(asked, parquet=None)))
    folder = folder_of(asked)
    telling = scan_events(asked, Teller(lambda _line: None, lambda *_: None), LeftOut())
    next(telling)
    folder.rmdir()
    with pytest.raises(
        StoreError, match=r"events cannot be written: .*; make room, and begin the same scan again: it goes on here"
    ):
        list(telling)
    run(asked)
    assert read(asked) == whole


def into(asked: Scanning, folder: Path, *, most: int | None = None) -> list[str]:
    """All that a database holds after so many events were told, or all."""
    with Store(folder / "past.db") as store:
        told = scan_events(asked, Teller(lambda _line: None, lambda *_: None), LeftOut(), store)
        deque(islice(told, most), maxlen=0)
        del told
    with closing(sqlite3.connect(folder / "past.db")) as database:
        return [line for line in database.iterdump() if "sqlite_sequence" not in line]


def test_a_database_that_is_written_in_stretches(asked: Scanning, tmp_path: Path) -> None:
    """The same when it is scanned again, and when a scan was interrupted between stretches and within one."""
    alone = replace(asked, parquet=None)
    first, second = tmp_path / "whole", tmp_path / "parts"
    first.mkdir()
    second.mkdir()
    whole = into(alone, first)
    assert sum("archived state vectors" in line for line in whole) > 5
    assert into(alone, first) == whole
    some = into(alone, second, most=12)
    assert len(some) < len(whole)
    into(alone, second, most=3)
    assert into(alone, second) == whole
