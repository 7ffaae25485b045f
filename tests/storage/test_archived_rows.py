"""What archives tell, kept beside what polls found."""

import sqlite3
from contextlib import closing

import pytest
from made_visits import ICAO24, at, landing, left, visit
from msgspec.structs import replace

from flightwatch.core.model import Event
from flightwatch.core.visits import Visit
from flightwatch.storage.archived import Archived, archived_airframes, archived_visits, keep_archived
from flightwatch.storage.pruning import prune, what_goes
from flightwatch.storage.recorded import is_recorded, visits_flown_as, who_flew_as
from flightwatch.storage.store import Store

WHOLE = at("2023-01-01T00:00"), at("2024-01-01T00:00")


def marked(kept: Visit, source: str) -> Visit:
    """Give a visit as an archive of this name tells of it."""
    left = kept.departure and replace(kept.departure, source=source)
    return replace(kept, arrival=replace(kept.arrival, source=source), departure=left)


def archive(
    store: Store,
    *visits: Visit,
    source: str = "adsb.lol",
    events: tuple[Event, ...] = (landing(), left()),
) -> None:
    with store.writing() as db:
        keep_archived(db, Archived(source, ICAO24, *WHOLE, visits=visits, events=events))


def test_a_visit_comes_back_with_its_source(store: Store) -> None:
    """With its events, which are found like others; polls know nothing of it."""
    archive(store, visit())
    archive(store, visit())
    assert archived_visits(store, [ICAO24]) == [marked(visit(), "adsb.lol")]
    assert archived_airframes(store) == {ICAO24}
    assert store.events(["landing-1", "departure-1"]) == {"landing-1": landing(), "departure-1": left()}
    assert store.visits() == []
    assert store.events_since(at("2023-01-01T00:00")) == []


def test_what_is_told_anew_takes_its_place(store: Store) -> None:
    """Of the same archive and time; another archive's stays."""
    archive(store, visit(), replace(visit(), id="visit-2"))
    archive(store, visit(), source="elsewhere")
    archive(store, replace(visit(), id="visit-3"), events=())
    assert [(v.id, v.arrival.archive) for v in archived_visits(store, [ICAO24])] == [
        ("visit-1", "elsewhere"),
        ("visit-3", "adsb.lol"),
    ]
    assert store.events(["landing-1"]) == {"landing-1": landing()}


def test_it_is_found_by_tail_and_callsign(store: Store) -> None:
    archive(store, visit())
    assert store.icao24s_of("RA-86559") == [ICAO24]
    assert is_recorded(ICAO24, store)
    assert who_flew_as("RFF7451", store) == {ICAO24: "RA-86559"}
    assert visits_flown_as("RFF7451", store) == {"visit-1"}


@pytest.mark.parametrize("table", ["archived_visits", "archived_events"])
def test_a_damaged_row_is_left_out_and_named(store: Store, table: str) -> None:
    archive(store, visit(), replace(visit(), id="visit-2"))
    with closing(sqlite3.connect(store.path, isolation_level=None)) as db:
        db.execute(f"UPDATE {table} SET icao24 = icao24, checksum = checksum + 1 WHERE id IN ('visit-1', 'landing-1')")  # noqa: S608
    found = [each.id for each in archived_visits(store, [ICAO24])]
    events = store.events(["landing-1", "departure-1"])
    if table == "archived_visits":
        assert (found, [*events]) == (["visit-2"], ["departure-1", "landing-1"])
    else:
        assert (found, [*events]) == (["visit-1", "visit-2"], ["departure-1"])
    assert len(store.take_left_out()) == 1
    assert len([*store.damages()]) == 1


def test_pruning_takes_it_with_visits(store: Store) -> None:
    archive(store, visit())
    assert not any(part.rows for part in what_goes(store, at("2025-01-01T00:00"), with_visits=False))
    prune(store, at("2025-01-01T00:00"), with_visits=True)
    assert archived_visits(store, [ICAO24]) == []
    assert store.events(["landing-1"]) == {}
