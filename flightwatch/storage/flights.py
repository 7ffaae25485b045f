"""OpenSky's flights kept in the database: what is missing, asking for it, and the visits it tells of.

Every answer is written as soon as it is there, in one transaction. So asking again is free, and whoever is interrupted goes
on where it stopped.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

import msgspec

from flightwatch.core.airports import Airports
from flightwatch.core.model import Icao24, instant
from flightwatch.core.progress import Progress
from flightwatch.core.spans import DAY_S, Span
from flightwatch.errors import BadAnswer, OutOfCredits
from flightwatch.flights import estimates, model
from flightwatch.flights.ends import Ends
from flightwatch.flights.estimates import Estimates
from flightwatch.flights.flown import ends_of, with_unlisted
from flightwatch.flights.model import (
    Flight,
    FlightTrack,
    Window,
    day_of,
    in_order,
    in_turn,
    price,
    rows_of,
    settled,
    windows_to_ask,
)
from flightwatch.planning.budget import silence_after
from flightwatch.planning.flight_credits import Balance, Bucket, Left, left
from flightwatch.storage.rows import instant_or_none, unix
from flightwatch.storage.store import Store

Missing = Mapping[Icao24, tuple[Window, ...]]
"""What must be asked, by airframe."""

_FLIGHTS = msgspec.json.Decoder(list[Flight])
_TRACK = msgspec.json.Decoder(FlightTrack | None)


class FlightsFetched(Protocol):
    """One answer about flights."""

    @property
    def flights(self) -> tuple[Flight, ...]:
        """The flights of the airframe asked about."""

    @property
    def unreadable(self) -> int:
        """Rows that cannot be read, any of which may be a flight."""

    @property
    def credits_remaining(self) -> int | None:
        """The balance for ``/flights``; None when it was not told."""


class TrackFetched(Protocol):
    """One answer about a track."""

    @property
    def track(self) -> FlightTrack | None:
        """The track; None: there is none."""

    @property
    def credits_remaining(self) -> int | None:
        """The balance for ``/tracks``; None when it was not told."""


class Source(Protocol):
    """Where flights come from."""

    @property
    def account(self) -> str:
        """Who pays, told apart from others; empty where nobody does."""

    @property
    def allowance(self) -> int:
        """The credits of a day in each bucket, to count on until a balance is told."""

    def flights(self, icao24: Icao24, window: Window) -> FlightsFetched:
        """Ask about one airframe and time; raises `SourceError`."""

    def track(self, flight: Flight) -> TrackFetched:
        """Ask for one flight's track; raises `SourceError`."""


def missing(store: Store, wanted: Mapping[Icao24, Sequence[Span]], now: datetime) -> Missing:
    """What the database does not hold yet of these flights; airframes of which it holds all are left out."""
    asked = {icao24: windows_to_ask(spans, _asked(store, icao24), now) for icao24, spans in wanted.items()}
    return {icao24: windows for icao24, windows in asked.items() if windows}


def ask(store: Store, source: Source, wanted: Missing, clock: Callable[[], datetime], progress: Progress) -> None:
    """Ask for what is missing, newest days first, and keep each answer with the balance it told.

    Raises `SourceError` as soon as a question fails, `OutOfCredits` also before a question that the balance does not pay; and
    `BadAnswer` at last for answers with rows that cannot be read, which are not kept, as a flight unknown would be taken for
    none.
    """
    questions, unreadable = in_turn(wanted), 0
    for done, (window, icao24) in enumerate(questions):
        asked_at = clock()
        reckoned = _pay(price(window), credits_left(store, source, "flights", asked_at), done, len(questions))
        with _silenced(store, source, "flights", clock):
            fetched = source.flights(icao24, window)
        told = {} if fetched.unreadable else rows_of(window, fetched.flights)
        unreadable += bool(fetched.unreadable)
        with store.writing() as db:
            db.executemany(
                "INSERT OR REPLACE INTO flights (icao24, day, asked, flights) VALUES (?, ?, ?, ?)",
                [(icao24, key, unix(asked_at), msgspec.json.encode(flown)) for key, flown in told.items()],
            )
            _keep(db, source, "flights", _told(fetched.credits_remaining, reckoned, asked_at))
        progress(done + 1, len(questions))
    if unreadable:
        raise BadAnswer(
            f"{unreadable:,} of {len(questions):,} answers hold flights that cannot be read, and are not kept: ask again another "
            "day, or upgrade flightwatch"
        )


def open_ends(store: Store, icao24: Icao24, span: Span, airports: Airports, now: datetime) -> tuple[Flight, ...]:
    """The flights of that time with an end that only their tracks can tell, newest first, as far as tracks go back."""
    flown = _flights(store, icao24, span.since)
    wanted = estimates.to_ask_tracks(flown, _tracks(store, icao24).keys(), airports, now)
    return tuple(flight for flight in wanted if instant(flight.first_seen) < span.until)


def track_price(flight: Flight) -> int:
    """Credits for the track of a flight, out of a bucket of their own."""
    return price(Window(flight.first_seen, flight.last_seen))


def ask_tracks(
    store: Store, source: Source, wanted: Sequence[Flight], clock: Callable[[], datetime], progress: Progress
) -> None:
    """Ask for the tracks of these flights and keep them; raises as `ask` does."""
    for done, flight in enumerate(wanted):
        asked_at = clock()
        reckoned = _pay(track_price(flight), credits_left(store, source, "tracks", asked_at), done, len(wanted))
        with _silenced(store, source, "tracks", clock):
            fetched = source.track(flight)
        with store.writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO flight_tracks (icao24, start, asked, track) VALUES (?, ?, ?, ?)",
                (flight.icao24, flight.first_seen, unix(asked_at), msgspec.json.encode(fetched.track)),
            )
            _keep(db, source, "tracks", _told(fetched.credits_remaining, reckoned, asked_at))
        progress(done + 1, len(wanted))


def credits_left(store: Store, source: Source, bucket: Bucket, now: datetime) -> Left:
    """What the source's account has left, by what earlier answers told."""
    with store.reading() as db:
        row = db.execute(
            "SELECT at, credits, silent_until FROM balances WHERE bucket = ? AND account = ?",
            (bucket, source.account),
        ).fetchone()
        last = None if row is None else Balance(instant(row[0]), row[1], instant_or_none(row[2]))
    return left(last, source.allowance, now)


def estimates_kept(
    store: Store, icao24: Icao24, registration: str | None, *, since: datetime, airports: Airports, now: datetime
) -> Estimates:
    """The visits that the kept flights of an airframe tell of, from the day of ``since`` on."""
    flown, tracks = _flights(store, icao24, since), _tracks(store, icao24)
    ends: dict[int, Ends] = {
        flight.first_seen: with_unlisted(ends_of(track, airports), flight, track, airports)
        for flight in flown
        if (track := tracks.get(flight.first_seen)) is not None
    }
    have = settled(_asked(store, icao24))
    return estimates.estimates_of(flown, have, registration, airports, now, tracks=ends)


def airframes(store: Store) -> set[Icao24]:
    """The airframes of which any flights, or that there were none, are kept."""
    with store.reading() as db:
        return {icao24 for (icao24,) in db.execute("SELECT DISTINCT icao24 FROM flights")}


def asked_days(store: Store, icao24s: Iterable[Icao24]) -> set[datetime]:
    """The UTC days of which flights of any of these airframes are kept."""
    with store.reading():
        return {instant(key) for icao24 in icao24s for key in _asked(store, icao24) if not key % DAY_S}


def _asked(store: Store, icao24: Icao24) -> dict[int, int]:
    """When each day and night was asked."""
    with store.reading() as db:
        return dict(db.execute("SELECT day, asked FROM flights WHERE icao24 = ?", (icao24,)))


def _flights(store: Store, icao24: Icao24, since: datetime) -> list[Flight]:
    first = day_of(round(since.timestamp())) - model.NOON_S
    with store.reading() as db:
        rows = db.execute("SELECT flights FROM flights WHERE icao24 = ? AND day >= ?", (icao24, first)).fetchall()
        return in_order(flight for (row,) in rows for flight in _FLIGHTS.decode(row))


def _tracks(store: Store, icao24: Icao24) -> dict[int, FlightTrack | None]:
    with store.reading() as db:
        rows = db.execute("SELECT start, track FROM flight_tracks WHERE icao24 = ?", (icao24,)).fetchall()
        return {start: _TRACK.decode(track) for start, track in rows}


def _pay(price: int, purse: Left, done: int, total: int) -> int:
    """The credits left after a question at this price."""
    if purse.credits < price:
        raise OutOfCredits(
            f"{done:,} of {total:,} questions are answered and kept; {purse.credits:,} credits do not pay for the next "
            f"({price}): ask again {purse.again}, it goes on there",
            None,
        )
    return purse.credits - price


def _told(balance: int | None, reckoned: int, at: datetime) -> Balance:
    return Balance(at, reckoned if balance is None else balance)


@contextmanager
def _silenced(store: Store, source: Source, bucket: Bucket, clock: Callable[[], datetime]) -> Iterator[None]:
    """Keep a 429, so that later runs do not ask before the time that it named."""
    try:
        yield
    except OutOfCredits as error:
        now = clock()
        with store.writing() as db:
            _keep(db, source, bucket, Balance(now, 0, silence_after(now, error.retry_after)))
        raise


def _keep(db: sqlite3.Connection, source: Source, bucket: Bucket, balance: Balance) -> None:
    db.execute(
        "INSERT OR REPLACE INTO balances (bucket, account, at, credits, silent_until) VALUES (?, ?, ?, ?, ?)",
        # Rounded down, as a balance from after the next question would not count.
        (bucket, source.account, int(balance.at.timestamp()), balance.credits, unix(balance.silent_until)),
    )
