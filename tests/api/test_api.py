"""flightwatch as a library: its names, what they give, and what they leave alone."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from program import Program

import flightwatch
from flightwatch.app.replay import replay
from flightwatch.errors import StoreError, UsageError, WatchlistError
from flightwatch.export.rows import VisitRow
from flightwatch.sources.recorded import Recording
from flightwatch.storage.schema import MIGRATIONS
from flightwatch.storage.store import Store
from flightwatch.storage.tables import load_airports
from flightwatch.watchlist.reading import parse_watchlist

DEMO = Path(flightwatch.__file__).parent / "data" / "demo.jsonl.gz"
RECORDED = Path(__file__).parents[1] / "recorded"
WATCHLIST = "aircraft: [RA-86559]\nairports: [FNJ]\n"


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of who watched through the demo's two visits."""
    path = tmp_path_factory.mktemp("demo") / "a name with ? and #.db"
    airports = load_airports()
    watchlist = parse_watchlist(WATCHLIST.encode(), name="demo", environment={}, airports=airports)
    with Store(path, lasting=False) as store:
        assert len([*replay(Recording([DEMO]).polls(), watchlist, airports, store)]) == 4
    return path


@pytest.fixture
def db(demo: Path) -> Iterator[flightwatch.Database]:
    with flightwatch.open(demo, watchlist=WATCHLIST) as db:
        yield db


def test_the_public_names() -> None:
    """Whoever takes one away, or adds one, does so on purpose."""
    assert sorted(flightwatch.__all__) == [
        "Database",
        "Dwell",
        "Event",
        "Moment",
        "Place",
        "Visit",
        "Visits",
        "__version__",
        "open",
        "replay",
    ]
    assert set(flightwatch.__all__) <= {*dir(flightwatch)}
    assert [name for name in flightwatch.__all__ if not getattr(flightwatch, name).__doc__] == []
    with pytest.raises(AttributeError, match="module 'flightwatch' has no attribute 'visit'"):
        flightwatch.visit  # type: ignore[attr-defined]  # noqa: B018


def test_the_fields_of_a_visit() -> None:
    assert flightwatch.Visit.__struct_fields__ == (
        *("id", "icao24", "registration", "callsign", "airport", "latitude", "longitude"),
        *("arrival", "departure", "dwell", "source"),
    )
    assert flightwatch.Moment.__struct_fields__ == ("best", "earliest", "latest", "basis", "confidence")
    assert flightwatch.Dwell.__struct_fields__ == ("best", "shortest", "longest")
    assert flightwatch.Place.__struct_fields__ == ("icao", "iata", "name")


def test_importing_it_loads_nothing() -> None:
    """A poll, or whoever asks for the version, does not pay for the library."""
    program = "import sys\nold = {*sys.modules}\nimport flightwatch\nprint(*{*sys.modules} - old)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    ours = {name for name in done.stdout.split() if name.split(".")[0] not in sys.stdlib_module_names}
    assert ours == {"flightwatch", "flightwatch.version"}


def test_visits_are_those_of_history(db: flightwatch.Database, demo: Path, bare_program: Program) -> None:
    """Newest first, and in all they say."""
    printed = bare_program.out("history", "RA-86559", "--offline", "--format", "json", "--db", str(demo))
    rows = msgspec.json.decode(printed, type=list[VisitRow])
    visits = db.visits("RA-86559")
    newest, row = visits[0], rows[0]
    assert (newest.id, newest.icao24, newest.registration, newest.callsign, newest.source) == (
        *(row.visit, row.icao24, row.registration, row.callsign, row.source),
    )
    assert newest.airport == flightwatch.Place("ZKPY", "FNJ", "Pyongyang Sunan International Airport")
    assert (newest.latitude, newest.longitude) == (row.latitude, row.longitude)
    assert newest.arrival == flightwatch.Moment(
        row.arrived, row.arrived_earliest, row.arrived_latest, "inferred", row.arrival_confidence
    )
    assert row.departure_confidence is not None
    assert newest.departure == flightwatch.Moment(
        row.departed, row.departed_earliest, row.departed_latest, "inferred", row.departure_confidence
    )
    dwell = [timedelta(seconds=length or 0) for length in (row.dwell_s, row.dwell_min_s, row.dwell_max_s)]
    assert newest.dwell == flightwatch.Dwell(*dwell)
    assert [visit.id for visit in visits] == [row.visit for row in rows]


def test_visits_are_a_sequence(db: flightwatch.Database) -> None:
    visits = db.visits("RA-86559")
    newest, oldest = visits
    assert (len(visits), visits[-1], visits[:1][0], list(reversed(visits))) == (2, oldest, newest, [oldest, newest])
    assert visits == db.visits("15521f")
    assert (hash(visits), repr(visits), repr(visits[:1])) == (hash(db.visits("15521f")), "<2 visits>", "<1 visit>")
    with pytest.raises(AttributeError, match="immutable"):
        newest.id = "another"  # type: ignore[misc]


@pytest.mark.parametrize("subject", ["RA-86559", "ra86559", "15521f", "icao24:15521f", "FNJ", "Pyongyang", "RFF7451"])
def test_whom_one_may_name(db: flightwatch.Database, subject: str) -> None:
    """As on the command line."""
    assert 1 <= len(db.visits(subject)) <= 2


def test_how_a_name_was_understood(db: flightwatch.Database) -> None:
    assert db.visits("FNJ").notes == ()
    assert "Pyongyang Sunan" in " ".join(db.visits("Piongyang").notes)
    assert "Pyongyang Sunan" in " ".join(db.visits("RA-86559", at="Piongyang").notes)


@pytest.mark.parametrize(
    ("since", "until", "count"),
    [
        (None, None, 2),
        ("2023-09", None, 1),
        (date(2023, 9, 1), None, 1),
        (datetime(2023, 9, 1, tzinfo=UTC), None, 1),
        (None, "August 2023", 1),
        (None, date(2023, 8, 1), 1),
        (None, datetime(2023, 8, 1, tzinfo=UTC), 0),
        ("2023-08", date(2023, 9, 30), 2),
    ],
)
def test_when(
    db: flightwatch.Database, since: str | date | datetime | None, until: str | date | datetime | None, count: int
) -> None:
    """A day or a month that ends it belongs to it."""
    assert len(db.visits("RA-86559", since=since, until=until)) == count


def test_where(db: flightwatch.Database) -> None:
    assert (len(db.visits("RA-86559", at="FNJ")), len(db.visits("RA-86559", at="VVO"))) == (2, 0)


def test_the_events_of_visits(db: flightwatch.Database) -> None:
    """Are those that were told."""
    assert db.events("RA-86559") == [*flightwatch.replay(DEMO, WATCHLIST)]
    assert [event.type for event in db.events("RA-86559", since="2023-09")] == ["landing", "departure"]


def test_what_cannot_be_asked(db: flightwatch.Database) -> None:
    for nobody in ((), (["RA-86559"],)):
        with pytest.raises(UsageError, match="name tail numbers"):
            db.visits(*nobody)
    with pytest.raises(UsageError, match="since: 3 is no time"):
        db.visits("RA-86559", since=3)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=r"^since '2023-09' is not before the end of until '2023-08'"):
        db.visits("RA-86559", since="2023-09", until="2023-08")
    with pytest.raises(UsageError, match="no known tail number"):
        db.visits("???")
    with pytest.raises(UsageError, match="at: "):
        db.visits("RA-86559", at="???")
    with pytest.raises(UsageError, match="is no date"):
        db.visits("RA-86559", since="sometime")
    with pytest.raises(UsageError, match=r"since: .* names no zone"):
        db.visits("RA-86559", since=datetime(2023, 9, 1))  # noqa: DTZ001 what is refused


def test_a_closed_one_says_so(demo: Path) -> None:
    with flightwatch.open(demo) as db:
        pass
    with pytest.raises(UsageError, match="this database is closed"):
        db.visits("RA-86559")


def test_what_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such database"):
        flightwatch.open(tmp_path / "none.db")
    with pytest.raises(UsageError, match="is a folder"):
        flightwatch.open(str(tmp_path))
    (tmp_path / "text.db").write_text("not a database, whatever its name says" * 100)
    with pytest.raises(StoreError, match="is no database"):
        flightwatch.open(tmp_path / "text.db")
    Store(tmp_path / "new.db", lasting=False).close()
    with pytest.raises(WatchlistError, match="unknown key 'zzz'"):
        flightwatch.open(tmp_path / "new.db", watchlist="zzz: 1\n")
    assert sorted(path.name for path in tmp_path.glob("*.db")) == ["new.db", "text.db"]


@pytest.mark.parametrize("schema", range(1, len(MIGRATIONS)))
def test_an_older_database_is_read_and_left_as_it_is(tmp_path: Path, schema: int) -> None:
    """By way of a copy: bringing it up to date would be writing."""
    older = Path(__file__).parents[1] / "databases" / f"schema-{schema}.db"
    path, newer = tmp_path / "older.db", tmp_path / "newer.db"
    path.write_bytes(older.read_bytes())
    newer.write_bytes(older.read_bytes())
    Store(newer, lasting=False).close()
    with flightwatch.open(path) as db, flightwatch.open(newer) as brought_up_to_date:
        assert db._store.visits() == brought_up_to_date._store.visits()
    assert path.read_bytes() == older.read_bytes()


def test_nothing_is_written(demo: Path) -> None:
    """A poll may write meanwhile, and is seen."""
    before = demo.read_bytes()
    with flightwatch.open(demo, watchlist=WATCHLIST) as db:
        db.visits("RA-86559", "FNJ")
        db.events("RA-86559")
        with pytest.raises(StoreError, match="cannot be written"), db._store.writing() as connection:
            connection.execute("DELETE FROM visits")
    assert demo.read_bytes() == before


def test_a_poll_writes_meanwhile(demo: Path, tmp_path: Path) -> None:
    """And is seen."""
    path = tmp_path / "flightwatch.db"
    path.write_bytes(demo.read_bytes())
    with flightwatch.open(path) as db, Store(path, lasting=False) as store:
        assert len(db.visits("RA-86559")) == 2
        with store.writing() as connection:
            connection.execute("DELETE FROM visits WHERE arrived_latest < 1695600000")
        assert len(db.visits("RA-86559")) == 1


def test_a_frame(db: flightwatch.Database) -> None:
    pd = pytest.importorskip("pandas", reason="the extra `pandas` is not installed")
    visits = db.visits("RA-86559")
    frame = visits.to_frame()
    by_name = {"dwell_s": "dwell", "dwell_min_s": "dwell_min", "dwell_max_s": "dwell_max"}
    assert [*frame.columns] == [by_name.get(name, name) for name in VisitRow.__struct_fields__]
    kinds = {str(kind): [*frame.columns[frame.dtypes == kind]] for kind in frame.dtypes.unique()}
    assert kinds["datetime64[ns, UTC]"] == [
        *("arrived", "arrived_earliest", "arrived_latest", "departed", "departed_earliest", "departed_latest"),
    ]
    assert kinds["timedelta64[ns]"] == ["dwell", "dwell_min", "dwell_max"]
    assert kinds["float64"] == ["latitude", "longitude", "arrival_confidence", "departure_confidence"]
    assert len(kinds["string"]) == len(frame.columns) - 13
    newest = frame.loc[0]
    assert (newest["visit"], newest["airport_iata"], newest["source"]) == (visits[0].id, "FNJ", "watched")
    assert newest["arrived"].to_pydatetime() == visits[0].arrival.best
    assert newest["dwell"].to_pytimedelta() == visits[0].dwell.best
    assert pd.isna(
        flightwatch.Visits([msgspec.structs.replace(visits[0], departure=None)]).to_frame().loc[0, "departed"]
    )


def test_a_frame_of_nothing_has_the_same_columns(db: flightwatch.Database) -> None:
    pytest.importorskip("pandas", reason="the extra `pandas` is not installed")
    some, none = db.visits("RA-86559").to_frame(), db.visits("RA-86559", at="VVO").to_frame()
    assert (len(none), [*none.dtypes.items()]) == (0, [*some.dtypes.items()])


def test_without_pandas(tmp_path: Path) -> None:
    """What is missing is named: here a folder before the others has one that cannot be imported."""
    (tmp_path / "pandas.py").write_text("raise ImportError('as if it were not there')")
    program = """
import flightwatch
from flightwatch.errors import UsageError
try:
    flightwatch.Visits([]).to_frame()
except UsageError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout == "to_frame() needs pandas: pip install pandas\n"


@pytest.mark.parametrize("case", [0, 10, 20, 30])
def test_a_replay_is_the_commands(case: int, tmp_path: Path, bare_program: Program) -> None:
    """Byte for byte, when its events are encoded."""
    truth = json.loads((RECORDED / "real" / "truth.json").read_text())[case]
    recording = RECORDED / "real" / f"{truth['case']}.jsonl.gz"
    watchlist = tmp_path / "watch.yaml"
    watchlist.write_text("aircraft:\n" + "".join(f'  - {{icao24: "{icao24}"}}\n' for icao24 in truth["icao24"]))
    printed = bare_program.out("replay", str(recording), "--watchlist", str(watchlist), "--format", "jsonl")
    events = [*flightwatch.replay([recording], watchlist)]
    assert events
    assert "".join(f"{msgspec.json.encode(event).decode()}\n" for event in events) == printed


def test_what_a_watchlist_may_be(tmp_path: Path) -> None:
    """A path, its text or bytes, or what was read from them; tokens in it are not looked up."""
    text = "aircraft: [RA-86559]"
    path = tmp_path / "watch.yaml"
    path.write_text(f"{text}\nopensky: {{client_id: desk, client_secret: '${{NOT_SET}}'}}\n")
    read = parse_watchlist(text.encode(), name="w", environment={}, airports=load_airports())
    told = [[*flightwatch.replay(DEMO.parent, each)] for each in (path, str(path), text, text.encode(), read)]
    assert [len(events) for events in told] == [4] * 5
    assert told == [told[0]] * 5


def test_what_cannot_be_replayed(tmp_path: Path) -> None:
    """Is said at once, not at the first event."""
    with pytest.raises(UsageError, match="is no recording"):
        flightwatch.replay(tmp_path, WATCHLIST)
    with pytest.raises(WatchlistError, match="no such file"):
        flightwatch.replay(DEMO, tmp_path / "none.yaml")
    with pytest.raises(WatchlistError, match="watchlist:1: "):
        flightwatch.replay(DEMO, "zzz: 1")
