"""flightwatch for programs and notebooks: what a database knows, and what recorded polls tell.

    import flightwatch

    with flightwatch.open("flightwatch.db") as db:
        for visit in db.visits("RA-86559", since="2023-08"):
            print(visit.arrival.best, visit.airport, visit.dwell.best)

    for event in flightwatch.replay("polls", "watchlist.yaml"):
        print(event.type, event.icao24, event.time)

All that is given back is frozen and typed. Instants are aware UTC datetimes in whole seconds, durations are timedeltas. What can
go wrong is in `flightwatch.errors`, and each message says what to do.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from os import PathLike, environ
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self, overload
from warnings import warn

from msgspec import Struct

from flightwatch import paths
from flightwatch.app import question_history
from flightwatch.app import replay as app_replay
from flightwatch.app.assembly import registered_tail, the_airports, the_register
from flightwatch.app.clock import utc_now
from flightwatch.app.damaged_rows import left_out
from flightwatch.app.history import events_of
from flightwatch.app.knowledge import Knowledge
from flightwatch.app.question import Question, find_question
from flightwatch.app.topic import airport_of
from flightwatch.app.watchlist_file import read_watchlist
from flightwatch.core import dates
from flightwatch.core.airports import Airports
from flightwatch.core.model import Basis, Event, Icao24, Place
from flightwatch.core.selection import Selection
from flightwatch.core.visits import Dwell, Source
from flightwatch.core.visits import Visit as RecordedVisit
from flightwatch.errors import DamageWarning, UsageError
from flightwatch.export.rows import VisitRow, row
from flightwatch.sources.recorded import Recording
from flightwatch.storage.store import Store
from flightwatch.watchlist.model import Watchlist
from flightwatch.watchlist.reading import parse_watchlist

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Database", "Dwell", "Event", "Moment", "Place", "Visit", "Visits", "open", "replay"]

Time = str | date | datetime
"""A date or an aware datetime, or a string as the command line takes it: ``2023-08``, ``yesterday``, ``30 days``."""

AnyPath = str | PathLike[str]

_YAML: Final = re.compile(r":\s|:$|\n")
"""What no path to a watchlist has, and each watchlist has: a key, or a second line."""


class Moment(Struct, frozen=True):
    """When an aircraft came or left: the best estimate, the bounds that hold it, and how it is known."""

    best: datetime | None
    """UTC. None: nobody can estimate it."""
    earliest: datetime | None
    """UTC. None: no lower bound."""
    latest: datetime | None
    """UTC. None: nobody knows whether it has happened; then it had not by ``earliest``."""
    basis: Basis
    """``observed`` where it was seen, ``inferred`` where it was worked out."""
    confidence: float
    """Probability from 0 to 1 that it happened, here; 0 where nobody knows whether it has happened."""


class Visit(Struct, frozen=True):
    """One stay of one aircraft at one place, as ``flightwatch history`` prints it."""

    id: str
    """The same for the same data; its events carry it as ``visit``."""
    icao24: Icao24
    """The transponder's address: six lower-case hex digits."""
    registration: str | None
    """The tail number. None: not known."""
    callsign: str | None
    """What it flew as, as it was sent: hostile text. None: none was received."""
    airport: Place | None
    """ICAO code, IATA code (None where there is none) and name. None: no airport can be named."""
    latitude: float
    """Degrees north, WGS 84: of the airport, or where it stood or was lost when none can be named."""
    longitude: float
    """Degrees east, WGS 84, of the same."""
    arrival: Moment
    departure: Moment | None
    """None while it is there, as far as is known."""
    dwell: Dwell
    """Time on the ground, counted to the moment of asking while it is there."""
    source: Source
    """Who told of the arrival: ``watched`` for polls, ``opensky`` for OpenSky's estimate of where flights began and ended, else
    the name of the archive that it was found in, as ``adsb.lol``."""


class Visits(Sequence[Visit]):
    """Visits, newest first."""

    def __init__(self, found: Sequence[Visit], notes: Sequence[str] = ()) -> None:
        self._found = tuple(found)
        self.notes = tuple(notes)
        """How the words of the question were understood, where that must be told: ``Piongyang`` was taken for Pyongyang."""

    @overload
    def __getitem__(self, index: int) -> Visit: ...
    @overload
    def __getitem__(self, index: slice) -> "Visits": ...
    def __getitem__(self, index: int | slice) -> "Visit | Visits":
        """One of them; of a slice, `Visits`."""
        return Visits(self._found[index], self.notes) if isinstance(index, slice) else self._found[index]

    def __len__(self) -> int:
        """How many there are."""
        return len(self._found)

    def __eq__(self, other: object) -> bool:
        """Tell whether the other is `Visits` too, and has the same ones."""
        return isinstance(other, Visits) and self._found == other._found

    def __hash__(self) -> int:
        """The same for the same visits."""
        return hash(self._found)

    def __repr__(self) -> str:
        """``<3 visits>``; `to_frame` shows them."""
        return f"<{len(self):,} visit{'' if len(self) == 1 else 's'}>"

    def to_frame(self) -> "pd.DataFrame":
        """The visits as a pandas DataFrame, a visit a row.

        Columns are named as ``flightwatch history --format csv`` names them: text is ``string``, times are
        ``datetime64[ns, UTC]``, degrees and probabilities ``float64``. The time on the ground is ``dwell``, ``dwell_min`` and
        ``dwell_max``, each ``timedelta64[ns]``. What is None is missing. Raises `UsageError` when pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise UsageError("to_frame() needs pandas: pip install pandas") from error
        cells = [_cells(visit) for visit in self]
        return pd.DataFrame({name: pd.Series([c[name] for c in cells], dtype=kind) for name, kind in _DTYPES.items()})


_TEXT: Final = "string"
_INSTANT: Final = "datetime64[ns, UTC]"
_DURATION: Final = "timedelta64[ns]"
_NUMBER: Final = "float64"
_DTYPES: Final = {
    **dict.fromkeys(("visit", "icao24", "registration", "callsign"), _TEXT),
    **dict.fromkeys(("airport_icao", "airport_iata", "airport_name"), _TEXT),
    **dict.fromkeys(("latitude", "longitude"), _NUMBER),
    **dict.fromkeys(("arrived", "arrived_earliest", "arrived_latest"), _INSTANT),
    "arrival_basis": _TEXT,
    "arrival_confidence": _NUMBER,
    **dict.fromkeys(("departed", "departed_earliest", "departed_latest"), _INSTANT),
    "departure_basis": _TEXT,
    "departure_confidence": _NUMBER,
    **dict.fromkeys(("dwell", "dwell_min", "dwell_max"), _DURATION),
    "source": _TEXT,
}
"""The columns of a frame: those of `VisitRow`, but for the unit in the names of durations, which have a type here."""


def _cells(visit: Visit) -> dict[str, object]:
    place, came, left, dwell = visit.airport, visit.arrival, visit.departure, visit.dwell
    return {
        "visit": visit.id,
        "icao24": visit.icao24,
        "registration": visit.registration,
        "callsign": visit.callsign,
        "airport_icao": place.icao if place else None,
        "airport_iata": place.iata if place else None,
        "airport_name": place.name if place else None,
        "latitude": visit.latitude,
        "longitude": visit.longitude,
        "arrived": came.best,
        "arrived_earliest": came.earliest,
        "arrived_latest": came.latest,
        "arrival_basis": came.basis,
        "arrival_confidence": came.confidence,
        "departed": left.best if left else None,
        "departed_earliest": left.earliest if left else None,
        "departed_latest": left.latest if left else None,
        "departure_basis": left.basis if left else None,
        "departure_confidence": left.confidence if left else None,
        "dwell": dwell.best,
        "dwell_min": dwell.shortest,
        "dwell_max": dwell.longest,
        "source": visit.source,
    }


class Database:
    """A database of flightwatch's, opened to read by `open`; a context manager, which closes it."""

    def __init__(self, store: Store, watchlist: Watchlist | None, airports: Airports) -> None:
        self._store = store
        self._watchlist = watchlist
        self._airports = airports
        self._is_closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; nothing can be asked afterwards."""
        self._is_closed = True
        self._store.close()

    def visits(
        self, *subjects: str, since: Time | None = None, until: Time | None = None, at: str | None = None
    ) -> Visits:
        """The visits of these, newest first, as ``flightwatch history --offline`` lists them.

        Each of ``subjects`` is a tail number, an icao24, an airport's code or name, a callsign, or with a watchlist ``tag:dprk``.
        Those that touch the time from ``since`` to ``until`` count; a day or month given as ``until`` belongs to it. ``at`` is an
        airport's code or name, and only visits there count. Raises `UsageError` for what is not known or may mean several
        things, and `StoreError` when the database cannot be read. Damaged rows are left out: a `errors.DamageWarning` says which,
        and so do the notes.
        """
        notes = list[str]()
        now = _now()
        question, found = self._found(subjects, since, until, at, now=now, note=notes.append)
        if (damage := left_out(self._store)) is not None:
            notes.append(damage)
            warn(damage, DamageWarning, stacklevel=2)
        return Visits([_visit(row(each, now)) for each in found], (*question.notes, *notes))

    def events(
        self, *subjects: str, since: Time | None = None, until: Time | None = None, at: str | None = None
    ) -> list[Event]:
        """The landings and departures with which those visits began and ended, oldest first, as far as polls told of them.

        The questions are those of `visits`, and so is what is said of damaged rows. The reports that show an event are its
        ``evidence``.
        """
        _, found = self._found(subjects, since, until, at, now=_now(), note=lambda _note: None)
        events = sorted(events_of(found, self._store).values(), key=lambda event: (event.time, event.id))
        if (damage := left_out(self._store)) is not None:
            warn(damage, DamageWarning, stacklevel=2)
        return events

    def _found(
        self,
        subjects: Sequence[str],
        since: Time | None,
        until: Time | None,
        at: str | None,
        *,
        now: datetime,
        note: Callable[[str], None],
    ) -> tuple[Question, Sequence[RecordedVisit]]:
        if self._is_closed:
            raise UsageError("this database is closed: ask before the end of its with block, or open it again")
        if not subjects or not all(isinstance(each, str) for each in subjects):
            raise UsageError('name tail numbers, airports or callsigns, one or several: visits("RA-86559", "P-885")')
        begin, end = _as_written(since, "since"), _as_written(until, "until")
        which = Selection(*dates.between(begin, end, now, named=("since", "until")))
        there = airport_of(at, "at", self._airports, note)
        question = find_question(subjects, self._watchlist, self._store, self._airports)
        knowledge = Knowledge(self._store, self._watchlist, self._airports, now)
        past = question_history.known(question, knowledge, which, at=there)
        return question, past.visits


def open(db: AnyPath, *, watchlist: AnyPath | bytes | Watchlist | None = None) -> Database:  # noqa: A001 as in gzip.open
    """Open a database to read; nothing is written to it, and polls may go on meanwhile.

    With the ``watchlist`` of the polls, its tail numbers and tags are understood, and who is still at a watched airport is told
    as ``flightwatch history`` tells it; see `replay` for what it may be. Raises `UsageError` where there is no such file,
    `StoreError` when it is no database of this version's, `WatchlistError` when the watchlist cannot be used.
    """
    path = paths.find_database(Path(db))
    if not path.exists():
        raise UsageError(f"{path}: no such database; flightwatch poll makes it")
    airports = the_airports()
    listed = None if watchlist is None else _watchlist(watchlist, airports)
    return Database(Store(path, reading_only=True), listed, the_airports(listed))


def replay(files: AnyPath | Iterable[AnyPath], watchlist: AnyPath | bytes | Watchlist) -> Iterator[Event]:
    """Recorded polls through the same core: each event as it is decided, as ``flightwatch replay --format jsonl`` prints it.

    ``files`` are recordings, traces of readsb's, or folders of them. ``watchlist`` is a path, the YAML itself, or a `Watchlist`;
    a string is YAML where it has a line break, or a colon before a blank or at its end. Lines that cannot be read are left out.
    Raises `UsageError` for what is no recording and `WatchlistError` when the watchlist cannot be used.
    """
    airports = the_airports()
    listed = _watchlist(watchlist, airports)
    each = [files] if isinstance(files, str | PathLike) else files
    polls = Recording([Path(file) for file in each]).answers()
    return app_replay.replay(polls, listed, the_airports(listed), tail_of=registered_tail)


def _watchlist(given: AnyPath | bytes | Watchlist, airports: Airports) -> Watchlist:
    """The watchlist, without its secrets: nobody is told anything."""
    if isinstance(given, Watchlist):
        return given
    if isinstance(given, bytes) or (isinstance(given, str) and _YAML.search(given)):
        data = given if isinstance(given, bytes) else given.encode()
        return parse_watchlist(
            data,
            name="watchlist",
            environment=environ,
            airports=airports,
            register=the_register,
            secrets=False,
            routes=True,
        )
    return read_watchlist(
        Path(given), environment=environ, airports=airports, register=the_register, secrets=False, routes=True
    )


def _as_written(time: Time | None, name: str) -> str | None:
    """A time as the command line takes it. Raises `UsageError` for what is no time, and for an instant that names no zone."""
    if not isinstance(time, str | date | None):
        raise UsageError(f"{name}: {time!r} is no time; give a date, an aware datetime or a string such as '2023-08'")
    if isinstance(time, datetime) and time.tzinfo is None:
        raise UsageError(f"{name}: {time!r} names no zone; write one, as in {time!r}.replace(tzinfo=UTC)")
    return time.isoformat() if isinstance(time, date) else time


def _now() -> datetime:
    return utc_now().replace(microsecond=0)


def _visit(told: VisitRow) -> Visit:
    """The visit that a row of ``history`` tells of."""
    departure = None
    if told.departure_basis is not None and told.departure_confidence is not None:
        departure = Moment(
            told.departed,
            told.departed_earliest,
            told.departed_latest,
            told.departure_basis,
            told.departure_confidence,
        )
    return Visit(
        id=told.visit,
        icao24=told.icao24,
        registration=told.registration,
        callsign=told.callsign,
        airport=Place(told.airport_icao, told.airport_iata, told.airport_name or "") if told.airport_icao else None,
        latitude=told.latitude,
        longitude=told.longitude,
        arrival=Moment(
            told.arrived, told.arrived_earliest, told.arrived_latest, told.arrival_basis, told.arrival_confidence
        ),
        departure=departure,
        dwell=Dwell(_duration(told.dwell_s), timedelta(seconds=told.dwell_min_s), _duration(told.dwell_max_s)),
        source=told.source,
    )


def _duration(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
