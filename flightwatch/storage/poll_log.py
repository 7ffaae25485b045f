"""How past polls went: their spacing, what they cost, when nobody watched, and since when they look for whom."""

import sqlite3
from collections import defaultdict
from datetime import datetime, timedelta

import msgspec

from flightwatch.alerting.blindness import patience
from flightwatch.core.model import Icao24, Query, instant
from flightwatch.core.spans import Span
from flightwatch.core.watched import Watched, admits
from flightwatch.flights.model import Flight, arrivals
from flightwatch.planning.budget import Ledger, PastPoll, ledger_of
from flightwatch.storage.schema import instant_or_none, unix
from flightwatch.storage.store import Store
from flightwatch.tracking.aircraft import Visited
from flightwatch.tracking.listening import Memory, Usual
from flightwatch.tracking.reception import NOTHING_KNOWN, Counts, Reception

FLICKER = timedelta(days=1)
"""How long the watchlist may leave out what it names, without a word: a poll with another list, a line commented out."""

RECENT = 12
"""Polls from which the usual spacing is told."""

LOOKED_BACK = timedelta(days=2)
"""How far back polls tell of credits: a 429 may silence for as long."""

REVIEWED = 720
"""Most polls that are looked through for that: half a day of them at one a minute, 8 ms."""

RECALLED = 1000
"""Most days and nights with flights, of all airframes of the watchlist together, that are read before a poll: some 10 ms."""

_ASKED = msgspec.json.Decoder(tuple[Query, ...])
_QUESTION = msgspec.json.Decoder(Query)
_KNOWN = msgspec.json.Decoder(tuple[int, list[tuple[int, int, int, tuple[int, int, int, int]]]])
_USUAL = msgspec.json.Decoder(Usual)
_FLIGHTS = msgspec.json.Decoder(list[Flight])
_BALANCES = msgspec.json.Decoder(tuple[int | None, ...])


class PollLog:
    """The polls that ``store`` remembers."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def begun(self) -> list[datetime]:
        """When the last polls that asked something began by our clock, answered or not, oldest first."""
        with self._store.reading() as db:
            rows = db.execute(
                "SELECT started FROM polls WHERE asked IS NULL OR asked != '[]' ORDER BY id DESC LIMIT ?", (RECENT,)
            ).fetchall()
        return [instant(started) for (started,) in reversed(rows)]

    def ledger(self, now: datetime, *, signed_in: bool) -> Ledger:
        """What past polls, with this account or without one, tell of credits."""
        since = unix(now - LOOKED_BACK)
        with self._store.reading() as db:
            rows = db.execute(
                "SELECT started, asked, balances, at IS NOT NULL, signed_in FROM polls "
                "WHERE asked IS NOT NULL AND started BETWEEN ? AND ? ORDER BY started DESC, id DESC LIMIT ?",
                (since, unix(now), REVIEWED),
            ).fetchall()
            silence = db.execute(
                "SELECT silent_until FROM polls WHERE asked IS NOT NULL AND started BETWEEN ? AND ? AND signed_in = ? "
                "AND silent_until IS NOT NULL ORDER BY started DESC, id DESC LIMIT 1",
                (since, unix(now), signed_in),
            ).fetchone()
            past = [
                PastPoll(instant(started), _ASKED.decode(asked), _BALANCES.decode(balances), bool(ok))
                if bool(account) is signed_in
                else PastPoll(instant(started))
                for started, asked, balances, ok, account in reversed(rows)
            ]
        return ledger_of(past, instant_or_none(silence[0] if silence else None), now, signed_in=signed_in)

    def memory(self, watched: Watched) -> Memory:
        """What earlier polls have taught of the answers, and where airframes of the watchlist have been, as far as it is kept."""
        with self._store.reading() as db:
            usual = db.execute("SELECT question, usual FROM usual").fetchall()
            known = db.execute("SELECT at, known FROM reception").fetchone()
        return Memory(
            {_QUESTION.decode(question): _USUAL.decode(each) for question, each in usual},
            NOTHING_KNOWN if known is None else _reception(*known),
            self._flown_to(watched),
        )

    def _flown_to(self, watched: Watched) -> dict[Icao24, Visited]:
        """Where airframes of the watchlist have been, by the newest flights of OpenSky's that are kept."""
        with self._store.reading() as db:
            rows = db.execute(
                "SELECT icao24, flights FROM flights WHERE icao24 IN (SELECT value FROM json_each(?)) AND flights != x'5b5d' "
                "ORDER BY day DESC LIMIT ?",
                (msgspec.json.encode([*watched.aircraft_by_icao24]).decode(), RECALLED),
            ).fetchall()
        kept = defaultdict[Icao24, list[Flight]](list)
        for icao24, flown in rows:
            kept[icao24] += _FLIGHTS.decode(flown)
        return {icao24: fields for icao24, flown in kept.items() if (fields := arrivals(flown))}

    def began(self) -> datetime | None:
        """When the first poll of all began; None: there was none."""
        with self._store.reading() as db:
            (started,) = db.execute("SELECT started FROM polls ORDER BY id LIMIT 1").fetchone() or (None,)
        return instant_or_none(started)

    def ahead(self) -> timedelta:
        """How far the data's time was ahead of our clock at the last good poll; zero where there was none."""
        with self._store.reading() as db:
            row = db.execute("SELECT at - started FROM polls WHERE at IS NOT NULL ORDER BY at DESC LIMIT 1").fetchone()
        return timedelta(seconds=row[0]) if row is not None else timedelta(0)

    def knows_listed(self) -> bool:
        """Whether any poll noted whom the watchlist names: those of releases before schema 3 did not."""
        with self._store.reading() as db:
            return db.execute("SELECT 1 FROM listed LIMIT 1").fetchone() is not None

    def listed(self, now: datetime, *subjects: str) -> list[Span]:
        """When the watchlist named one of these, airframes by icao24 or airports by ICAO code, oldest first, until ``now``.

        Times less than `FLICKER` apart are one.
        """
        marks = ", ".join("?" * len(subjects))
        with self._store.reading() as db:
            rows = db.execute(
                f"SELECT since, coalesce(until, ?) FROM listed WHERE subject IN ({marks}) AND since <= ? ORDER BY since",  # noqa: S608
                (unix(now), *subjects, unix(now)),
            ).fetchall()
        spans: list[Span] = []
        for since, until in rows:
            span = Span(instant(since), max(instant(since), instant(until)))
            if spans and span.since - spans[-1].until < FLICKER:
                spans[-1] = Span(spans[-1].since, max(spans[-1].until, span.until))
            else:
                spans.append(span)
        return spans

    def looking(
        self,
        now: datetime,
        watched: Watched,
        icao24: Icao24,
        registration: str | None = None,
        airport_icao: str | None = None,
    ) -> list[Span]:
        """When this airframe was looked for until ``now``: by itself, or at this airport if that is watched for it."""
        airport = watched.airports_by_icao.get(airport_icao or "")
        if airport is None or not admits(airport, icao24, registration, watched.aircraft_by_icao24.get(icao24)):
            return self.listed(now, icao24)
        return self.listed(now, icao24, airport.airport.icao)

    def patience(self, blind_after: timedelta) -> timedelta:
        """How long a time without a good poll is a hole: `model.Health.blind_after`, or more where polls are seldom."""
        return patience(blind_after, self.begun()) or blind_after

    def unwatched(self, since: datetime, until: datetime, longer_than: timedelta) -> list[Span]:
        """The times without a good poll that touch ``since``..``until`` and last longer than that, oldest first."""
        with self._store.reading() as db:
            # +at: by length, of which few are long, not by time, of which there may be a year of polls.
            rows = db.execute(
                "SELECT at - gap, at FROM polls WHERE gap > ? AND +at > ? AND at - gap < ? ORDER BY +at",
                (longer_than.total_seconds(), unix(since), unix(until)),
            ).fetchall()
        return [Span(instant(before), instant(at)) for before, at in rows]


def _reception(at: int, known: bytes) -> Reception:
    world, cells = _KNOWN.decode(known)
    return Reception(at, world, {(row, column): Counts(samples, low) for row, column, samples, low in cells})


def keep_memory(db: sqlite3.Connection, memory: Memory) -> None:
    """Remember what polls have taught of the answers, and nothing else of it, inside the caller's transaction."""
    held = dict(db.execute("SELECT question, usual FROM usual").fetchall())
    now = {msgspec.json.encode(query).decode(): msgspec.json.encode(each) for query, each in memory.usual.items()}
    db.executemany("DELETE FROM usual WHERE question = ?", [(question,) for question in held.keys() - now.keys()])
    db.executemany(
        "INSERT OR REPLACE INTO usual VALUES (?, ?)",
        [(question, each) for question, each in now.items() if held.get(question) != each],
    )
    known = memory.reception
    if known.at and db.execute("SELECT 1 FROM reception WHERE at = ?", (known.at,)).fetchone() is None:
        cells = [(*cell, counts.samples, counts.low) for cell, counts in known.cells.items()]
        db.execute(
            "INSERT OR REPLACE INTO reception VALUES (1, ?, ?)", (known.at, msgspec.json.encode((known.world, cells)))
        )


def keep_listed(db: sqlite3.Connection, watched: Watched, at: datetime) -> None:
    """Remember what the watchlist names in the good poll of ``at``, inside the caller's transaction, before that is recorded."""
    names = {a.icao24 for a in watched.aircraft} | {each.airport.icao for each in watched.airports}
    known = {subject for (subject,) in db.execute("SELECT subject FROM listed WHERE until IS NULL")}
    for name in names - known:
        again = db.execute(
            "UPDATE listed SET until = NULL WHERE subject = ?1 AND until > ?2 "
            "AND since = (SELECT max(since) FROM listed WHERE subject = ?1)",
            (name, unix(at - FLICKER)),
        )
        if not again.rowcount:
            db.execute("INSERT OR IGNORE INTO listed VALUES (?, ?, NULL)", (name, unix(at)))
    if gone := known - names:
        (last,) = db.execute("SELECT max(at) FROM polls WHERE at IS NOT NULL").fetchone()
        db.executemany(
            "UPDATE listed SET until = ? WHERE subject = ? AND until IS NULL", [(last, name) for name in gone]
        )
