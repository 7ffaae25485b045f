"""How past polls went: their spacing, what they cost, when nobody watched, and since when they look for whom."""

import sqlite3
from collections import defaultdict
from datetime import datetime, timedelta
from itertools import pairwise, starmap

import msgspec

from flightwatch.alerting.answer_times import VOTES, Begun, Heard, Uptime, elapsed
from flightwatch.core.lookout import Listing, goes_on, names_of
from flightwatch.core.model import OPENSKY, Icao24, Query, instant
from flightwatch.core.spans import Span
from flightwatch.core.watched import Watched
from flightwatch.flights.model import Flight, arrivals
from flightwatch.planning.budget import Ledger, PastPoll, ledger_of
from flightwatch.storage.rows import instant_or_none, unix
from flightwatch.storage.store import Store
from flightwatch.tracking.aircraft import Visited
from flightwatch.tracking.listening import Memory, Usual
from flightwatch.tracking.looks import Looks
from flightwatch.tracking.lost import DAYS_S, QUARTER_S
from flightwatch.tracking.reception import NOTHING_KNOWN, Counts, Reception

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
_NAMES = msgspec.json.Decoder(list[str])


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
            past = [_past_poll(*row, is_of_another=bool(account) is not signed_in) for *row, account in reversed(rows)]
            return ledger_of(past, instant_or_none(silence[0] if silence else None), now, signed_in=signed_in)

    def memory(self, watched: Watched, *, for_aircraft: bool = False) -> Memory:
        """What earlier polls have taught of the answers, and where airframes of the watchlist have been, as far as it is kept.

        ``for_aircraft``: whether it matters since when aircraft are listed, as it does for areas.
        """
        with self._store.reading() as db:
            usual = db.execute("SELECT question, usual FROM usual").fetchall()
            known = db.execute("SELECT at, known FROM reception").fetchone()
            return Memory(
                {_QUESTION.decode(question): _USUAL.decode(each) for question, each in usual},
                NOTHING_KNOWN if known is None else _reception(*known),
                self._flown_to(watched),
                self._looks(watched, for_aircraft=for_aircraft),
            )

    def _looks(self, watched: Watched, *, for_aircraft: bool) -> Looks:
        """Since when the watchlist names its areas and, where that matters, its aircraft."""
        if not watched.areas and not for_aircraft:
            return Looks()
        names = [area.key for area in watched.areas]
        names += [aircraft.icao24 for aircraft in watched.aircraft] if for_aircraft else []
        with self._store.reading() as db:
            (last_at,) = db.execute("SELECT max(at) FROM polls WHERE at IS NOT NULL").fetchone()
            quarters = db.execute(
                "SELECT DISTINCT at / ? FROM polls WHERE at >= ? ORDER BY 1", (QUARTER_S, (last_at or 0) - DAYS_S)
            ).fetchall()
            listed = db.execute(
                "SELECT subject, since FROM listed WHERE until IS NULL AND subject IN (SELECT value FROM json_each(?))",
                (msgspec.json.encode(names).decode(),),
            ).fetchall()
            return Looks(dict(listed), tuple(quarter for (quarter,) in quarters), last_at)

    def _flown_to(self, watched: Watched) -> dict[Icao24, Visited]:
        """Where airframes of the watchlist have been, by the newest flights of OpenSky's that are kept."""
        with self._store.reading() as db:
            if db.execute("SELECT 1 FROM flights LIMIT 1").fetchone() is None:
                return {}
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

    def last_begun(self) -> Begun | None:
        """When the last poll began, good or not; None: there was none."""
        with self._store.reading() as db:
            row = db.execute("SELECT started, boot, uptime FROM polls ORDER BY id DESC LIMIT 1").fetchone()
            return None if row is None else _begun(*row)

    def answers(self) -> list[Heard]:
        """The last answer that was used, and the last of those since that were not for their time, oldest first."""
        with self._store.reading() as db:
            used = db.execute(
                "SELECT started, boot, uptime, at, id FROM polls WHERE at IS NOT NULL ORDER BY at DESC LIMIT 1"
            ).fetchone()
            unused = db.execute(
                "SELECT started, boot, uptime, claimed FROM polls WHERE id > ? AND claimed IS NOT NULL "
                "ORDER BY id DESC LIMIT ?",
                (-1 if used is None else used[-1], VOTES - 1),
            ).fetchall()
            heard = [Heard(_begun(*begun), instant(time), was_used=False) for *begun, time in reversed(unused)]
            return heard if used is None else [Heard(_begun(*used[:3]), instant(used[3])), *heard]

    def unseen(self, now: Begun) -> timedelta | None:
        """How long ago the last good poll was, or the first of all where none was good; None: there was no poll.

        It is told from one poll to the next, so a clock that is set back meanwhile takes nothing away.
        """
        with self._store.reading() as db:
            rows = db.execute(
                "SELECT started, boot, uptime FROM polls WHERE id >= coalesce((SELECT id FROM polls WHERE at IS NOT NULL "
                "ORDER BY at DESC LIMIT 1), 0) ORDER BY id"
            ).fetchall()
            if not rows:
                return None
            return sum(starmap(elapsed, pairwise([*(_begun(*row) for row in rows), now])), timedelta(0))

    def data_time(self, now: Begun) -> datetime:
        """The time by the data's clock, which also says when things happened; by ours where no poll was good."""
        at, unseen = self._store.last_poll_at(), self.unseen(now)
        return now.at if at is None or unseen is None else at + unseen

    def knows_listed(self) -> bool:
        """Tell whether any poll noted whom the watchlist names: those of releases before schema 3 did not."""
        with self._store.reading() as db:
            return db.execute("SELECT 1 FROM listed LIMIT 1").fetchone() is not None

    def listings(self, *names: str) -> list[Listing]:
        """When the watchlist named these, airframes by icao24 or airports by ICAO code, oldest first."""
        marks = ", ".join("?" * len(names))
        with self._store.reading() as db:
            rows = db.execute(
                f"SELECT since, until FROM listed WHERE subject IN ({marks}) ORDER BY since",  # noqa: S608 marks
                names,
            ).fetchall()
            return [Listing(instant(since), instant_or_none(until)) for since, until in rows]

    def gaps(self, since: datetime, until: datetime, longer_than: timedelta) -> list[Span]:
        """The times without a good poll that touch ``since``..``until`` and last longer than that, oldest first."""
        with self._store.reading() as db:
            # +at: by length, of which few are long, not by time, of which there may be a year of polls.
            rows = db.execute(
                "SELECT at - gap, at FROM polls WHERE gap > ? AND +at > ? AND at - gap < ? ORDER BY +at",
                (longer_than.total_seconds(), unix(since), unix(until)),
            ).fetchall()
            return [Span(instant(before), instant(at)) for before, at in rows]


def _past_poll(started: int, asked: bytes, balances: bytes, ok: int, *, is_of_another: bool) -> PastPoll:
    """A poll as far as OpenSky's credits are concerned. Balances come with its answers alone."""
    queries, told = tuple(q for q in _ASKED.decode(asked) if q.source == OPENSKY), _BALANCES.decode(balances)
    return PastPoll(
        at=instant(started),
        queries=queries,
        balances=told,
        ok=bool(ok) and len(told) >= len(queries),
        is_of_another=is_of_another,
    )


def _begun(started: int, boot: int | None, uptime: int | None) -> Begun:
    return Begun(instant(started), None if boot is None or uptime is None else Uptime(boot, uptime))


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


def keep_listed(db: sqlite3.Connection, watched: Watched, at: datetime, looks: Looks = Looks()) -> None:  # noqa: B008
    """Remember what the watchlist names in the good poll of ``at``, inside the caller's transaction, before that is recorded.

    Of the areas those at which some poll has looked, as ``looks`` has them after this one.
    """
    names = names_of(watched)
    names -= {area.key for area in watched.areas if not looks.is_known(area)}
    # In one row, as there may be 20,000.
    (held,) = db.execute("SELECT json_group_array(subject) FROM listed WHERE until IS NULL").fetchone()
    known = {*_NAMES.decode(held)}
    for name in names - known:
        row = db.execute(
            "SELECT since, until FROM listed WHERE subject = ? ORDER BY since DESC LIMIT 1", (name,)
        ).fetchone()
        if row is not None and goes_on(Listing(instant(row[0]), instant_or_none(row[1])), at):
            db.execute("UPDATE listed SET until = NULL WHERE subject = ? AND since = ?", (name, row[0]))
        else:
            db.execute("INSERT OR IGNORE INTO listed VALUES (?, ?, NULL)", (name, unix(at)))
    if gone := known - names:
        (last,) = db.execute("SELECT max(at) FROM polls WHERE at IS NOT NULL").fetchone()
        db.executemany(
            "UPDATE listed SET until = ? WHERE subject = ? AND until IS NULL", [(last, name) for name in gone]
        )
