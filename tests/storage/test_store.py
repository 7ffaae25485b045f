"""The database: made, migrated, guarded, and one transaction a poll."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from subprocess import PIPE

import pytest
from cron_polls import Unavailable
from injected_faults import lockless
from made_visits import ICAO24, VLADIVOSTOK, at, first_heard_there, landing, moment, visit
from program import running
from state_vectors import report

from flightwatch.core.model import Event
from flightwatch.core.visits import Visit
from flightwatch.errors import StoreError
from flightwatch.storage.lock import poll_lock
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.schema import MIGRATIONS
from flightwatch.storage.store import Store
from flightwatch.tracking.advance_all import PollChanges
from flightwatch.tracking.reports import Reports
from flightwatch.tracking.track import Track

AT = at("2023-09-26T02:10")
GOOD = PollRecord(AT, AT, "ok", 12_000, 1, 396, 812)
TRACK = Track(ICAO24, "RA-86559", "airborne", Reports.of(report(1_695_693_120, icao24=ICAO24)), heard=1_695_693_120)
TABLES = {
    "sources",
    *("archived_visits", "archived_events", "traces", "trace_days", "trace_answers", "look_ups", "legs"),
    "tracks",
    "earlier_reports",
    "visits",
    "events",
    "evidence",
    "alerts",
    "pauses",
    "polls",
    "blindness",
    "flights",
    "flight_tracks",
    "balances",
    "listed",
    "reception",
    "usual",
    "watchlists",
}


def look(*events: Event, visits: tuple[Visit, ...] = (), forgotten: tuple[str, ...] = ()) -> PollChanges:
    return PollChanges({ICAO24: TRACK}, frozenset(forgotten), events, visits)


def dump(path: Path) -> list[str]:
    """Give all that a database holds, as SQL."""
    with closing(sqlite3.connect(path)) as database:
        return list(database.iterdump())


def execute(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(sql)


def refusal(path: Path) -> str:
    """Open a store that cannot be; give the one line that says why."""
    with pytest.raises(StoreError) as caught:
        Store(path)
    assert str(caught.value).isprintable()
    return str(caught.value)


def test_a_new_database_is_made_private_with_its_folder(tmp_path: Path) -> None:
    """It tells whom a newsroom watches; so do the files that SQLite and the lock put beside it."""
    path = tmp_path / "new" / "folder" / "flightwatch.db"
    with poll_lock(path), Store(path) as store:
        store.record_failure(PollRecord(AT, None, "refused"))
        modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()}
    names = ("flightwatch.db", "flightwatch.db-shm", "flightwatch.db-wal", "flightwatch.db.lock")
    assert modes == dict.fromkeys(names, 0o600)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_new_database_has_the_newest_schema(tmp_path: Path) -> None:
    Store(tmp_path / "a.db").close()
    with closing(sqlite3.connect(tmp_path / "a.db")) as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        settings = [database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("user_version", "journal_mode")]
    assert (tables, settings) == (TABLES, [len(MIGRATIONS), "wal"])


@pytest.mark.parametrize(("options", "synchronous"), [({}, 2), ({"lasting": False}, 0)])
def test_a_commit_waits_for_the_disk(tmp_path: Path, options: dict[str, bool], synchronous: int) -> None:
    """Beyond its own cache, so that a power cut undoes nothing: ``synchronous=FULL``, and ``fullfsync`` for macOS.

    It need not where the database is thrown away at once.
    """
    with Store(tmp_path / "a.db", **options) as store, store.reading() as database:
        settings = [database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "fullfsync")]
    assert settings == [synchronous, 1]


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    Store(tmp_path / "a.db").close()
    before = dump(tmp_path / "a.db")
    Store(tmp_path / "a.db").close()
    assert dump(tmp_path / "a.db") == before


def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    """A crash between making the file and its tables leaves one."""
    (tmp_path / "a.db").touch()
    with Store(tmp_path / "a.db") as store:
        assert store.last_poll() is None


def test_a_newer_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    Store(path).close()
    execute(path, f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    before = path.read_bytes()
    assert refusal(path) == (
        f"{path}: written by a newer flightwatch (schema {len(MIGRATIONS) + 1}, this one knows {len(MIGRATIONS)}): "
        "upgrade flightwatch, or use another --db"
    )
    assert path.read_bytes() == before


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "places.sqlite"
    execute(path, "CREATE TABLE moz_places (id INTEGER)")
    before = path.read_bytes()
    assert refusal(path) == f"{path}: is not a flightwatch database: choose another --db"
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["file:watch.db", ":memory:", "watch.db?mode=memory", "a\nb"])
def test_a_name_is_only_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Also where SQLite has addresses and a name for no file at all, in which nothing would be kept."""
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        with Store(Path(name)) as store:
            store.commit(look(), GOOD)
    assert {each.name: stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()} == {name: 0o600}
    with Store(tmp_path / name) as store:
        assert store.last_poll() == GOOD


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "watchlist.yaml"
    path.write_text("aircraft:\n  - RA-86559\n" * 100)
    before = path.read_bytes()
    assert refusal(path) == f"{path}: is no database, or a damaged one: choose another --db, or restore a copy"
    assert path.read_bytes() == before


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    assert refusal(tmp_path) == (
        f"{tmp_path}: cannot be opened: check that it is a file, its permissions and its folder's"
    )


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    assert refusal(tmp_path / "taken" / "a.db").startswith(f"{tmp_path}/taken/a.db: ")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert (
        refusal(tmp_path / "a.db")
        == f"{tmp_path}/a.db: Permission denied: give this user the right to read and write it, or choose another --db"
    )
    with pytest.raises(StoreError), poll_lock(tmp_path / "a.db"):
        pass


def test_a_database_whose_rows_are_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with Store(path) as store:
        store.commit(look(landing()), GOOD)
        execute(path, "UPDATE tracks SET track = '{\"icao24\":'")
        execute(path, "UPDATE events SET event = '[]'")
        assert (store.tracks(), store.events(["landing-1"]), store.events_since(AT.replace(year=2000))) == ({}, {}, [])
        assert store.take_left_out() == ["what is remembered of '15521f'", "the event 'landing-1' of '15521f'"]
        assert store.take_left_out() == []


def test_a_poll_is_kept_whole(store: Store) -> None:
    """What is committed is what is read."""
    kept = visit()
    store.commit(look(landing(), visits=(kept,)), GOOD)
    assert store.tracks() == {ICAO24: TRACK}
    assert store.visits() == [kept]
    assert store.last_poll() == GOOD
    assert store.last_poll_at() == AT
    assert store.events(["landing-1", "no such"]) == {"landing-1": landing()}
    assert (store.visit("visit-1"), store.visit("no such")) == (kept, None)


def test_nothing_polled_yet(store: Store) -> None:
    assert (store.tracks(), store.visits()) == ({}, [])
    assert (store.last_poll(), store.last_poll_at()) == (None, None)


@pytest.mark.parametrize(
    "kept",
    [
        visit(),
        visit(departure=None),
        visit(arrival=first_heard_there(), landing=None, registration=None, callsign=None),
        visit(airport=None, latitude=39.5, longitude=126.1, departure=None),
    ],
)
def test_a_visit_comes_back_as_it_was(store: Store, kept: Visit) -> None:
    store.commit(look(visits=(kept,)), GOOD)
    assert store.visits() == [kept]


def test_a_visit_is_replaced_by_what_became_of_it(store: Store) -> None:
    store.commit(look(visits=(visit(departure=None),)), GOOD)
    store.commit(look(visits=(visit(),)), GOOD)
    assert store.visits() == [visit()]


def test_a_visit_taken_back_stands_no_more(store: Store) -> None:
    store.commit(look(visits=(visit(departure=None, retracted_at=AT),)), GOOD)
    assert store.visits() == []


def test_an_airframe_is_forgotten(store: Store) -> None:
    store.commit(look(), GOOD)
    store.commit(PollChanges({}, frozenset({ICAO24}), (), ()), GOOD)
    assert store.tracks() == {}


def test_the_same_look_twice_tells_once(store: Store) -> None:
    """As after a crash that lost the memory of a commit, but not the commit."""
    for _ in range(2):
        store.commit(look(landing(), visits=(visit(),)), GOOD)
    assert (store.tracks(), store.visits()) == ({ICAO24: TRACK}, [visit()])
    assert store.events(["landing-1"]) == {"landing-1": landing()}


def test_a_poll_that_cannot_be_kept_whole_is_not_kept(tmp_path: Path) -> None:
    """Its last row fails here, and nothing of the rows before it stays."""
    path = tmp_path / "a.db"
    with Store(path) as store:
        execute(path, "CREATE TRIGGER full BEFORE INSERT ON polls BEGIN SELECT raise(ABORT, 'no room'); END")
        before = dump(path)
        with pytest.raises(StoreError) as caught:
            store.commit(look(landing(), visits=(visit(),)), GOOD)
        assert str(caught.value) == f"{path}: no room: check the file, or choose another --db"
        assert dump(path) == before
        execute(path, "DROP TRIGGER full")
        store.commit(look(landing(), visits=(visit(),)), GOOD)
        assert store.visits() == [visit()]


def test_a_failed_poll_is_remembered_but_is_no_look(store: Store) -> None:
    failed = PollRecord(AT, None, "credits are spent", duration_ms=40)
    store.commit(look(), GOOD)
    store.record_failure(failed)
    assert (store.last_poll(), store.last_poll_at()) == (failed, AT)


AUGUST = visit(id="august", arrival=moment("2023-08-01T02:41"), departure=moment("2023-08-02T14:37"))
SEPTEMBER = visit(id="september", arrival=moment("2023-09-26T01:52", minutes=5))
ELSEWHERE = visit(id="elsewhere", airport=VLADIVOSTOK, arrival=moment("2023-11-22T03:00"), departure=None)
ANOTHER = visit(id="another", icao24="7278a5", registration="P-885", arrival=moment("2023-10-01T00:00"))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, "elsewhere another september august"),
        ({"icao24s": [ICAO24]}, "elsewhere september august"),
        ({"icao24s": [ICAO24, "7278a5"], "airport_icao": "ZKPY"}, "another september august"),
        ({"airport_icao": "UHWW"}, "elsewhere"),
        ({"airport_icao": "ZKWS"}, ""),
    ],
)
def test_visits_are_found_newest_first(store: Store, asked: dict[str, object], found: str) -> None:
    store.commit(look(visits=(AUGUST, SEPTEMBER, ELSEWHERE, ANOTHER)), GOOD)
    assert " ".join(each.id for each in store.visits(**asked)) == found  # type: ignore[arg-type]


def test_airframes_are_found_by_the_tail_number_they_were_recorded_with(store: Store) -> None:
    store.commit(look(visits=(AUGUST, SEPTEMBER, ANOTHER)), GOOD)
    assert (store.icao24s_of("RA-86559"), store.icao24s_of("P-000")) == ([ICAO24], [])


def test_one_poll_at_a_time(tmp_path: Path) -> None:
    """The second is told so at once; when the first is done the next may."""
    path = tmp_path / "a.db"
    with poll_lock(path) as first, poll_lock(path) as second:
        assert (first, second) == (True, False)
    with poll_lock(path) as third:
        assert third


HOLDER = """
import sys
from pathlib import Path
from flightwatch.storage.lock import poll_lock
with poll_lock(Path(sys.argv[1])) as held:
    print(held, flush=True)
    sys.stdin.read()
"""


def test_a_killed_poll_blocks_nobody(tmp_path: Path) -> None:
    """Not even by the lock's file, which it leaves behind."""
    path = tmp_path / "a.db"
    with running([sys.executable, "-c", HOLDER, str(path)], tmp_path, os.environ, stdin=PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "True\n"
        with poll_lock(path) as held:
            assert not held
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    with poll_lock(path) as held:
        assert held


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, lambda path: path.symlink_to("elsewhere")])
def test_a_lock_that_is_no_file(tmp_path: Path, make: Callable[[Path], None]) -> None:
    """It is said, not waited for, and no link is followed."""
    make(tmp_path / "a.db.lock")
    with pytest.raises(StoreError, match=r"a\.db\.lock: .*choose another --db"), poll_lock(tmp_path / "a.db"):
        pass
    assert not (tmp_path / "elsewhere").exists()


def test_a_file_system_without_locks(tmp_path: Path) -> None:
    """Is said, and looks not like another poll."""
    try:
        command = [*lockless(), sys.executable, "-c", HOLDER, str(tmp_path / "a.db")]
    except Unavailable as error:
        pytest.skip(str(error))
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == (
        f"flightwatch.errors.StoreError: {tmp_path}/a.db.lock: its file system has no locks (No locks available), so two "
        "at once could spoil each other's work; mount it with locks, or choose another --db on a disk of this machine"
    )
