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
from datetime import date, datetime
from os import PathLike, environ
from pathlib import Path
from types import TracebackType
from typing import Final, Self
from warnings import warn

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
from flightwatch.core.model import Event, Place
from flightwatch.core.selection import Selection
from flightwatch.core.visits import Dwell
from flightwatch.core.visits import Visit as RecordedVisit
from flightwatch.errors import DamageWarning, UsageError
from flightwatch.export.objects import Moment, Visit, Visits, visit_of
from flightwatch.export.rows import row
from flightwatch.sources.recorded import Recording
from flightwatch.storage.store import Store
from flightwatch.watchlist.model import Watchlist
from flightwatch.watchlist.reading import parse_watchlist

__all__ = ["Database", "Dwell", "Event", "Moment", "Place", "Visit", "Visits", "open", "replay"]

Time = str | date | datetime
"""A date or an aware datetime, or a string as the command line takes it: ``2023-08``, ``yesterday``, ``30 days``."""

AnyPath = str | PathLike[str]

_YAML: Final = re.compile(r":\s|:$|\n")
"""What no path to a watchlist has, and each watchlist has: a key, or a second line."""


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
        return Visits([visit_of(row(each, now)) for each in found], (*question.notes, *notes))

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
