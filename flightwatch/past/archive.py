"""OpenSky's flights kept in the database: what is missing, asking for it, and the visits it tells of.

Every answer is written as soon as it is there, in one transaction. So asking again is free, and whoever is interrupted goes
on where it stopped.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from flightwatch.airports import Airports
from flightwatch.errors import OutOfCredits
from flightwatch.model import Icao24, instant
from flightwatch.past import estimates, flights
from flightwatch.past.estimates import Past
from flightwatch.past.flight_ends import Ends
from flightwatch.past.flights import (
    DAY_S,
    Flight,
    FlightTrack,
    Window,
    day_of,
    in_order,
    price,
    rows_of,
    windows_to_ask,
)
from flightwatch.past.flown import ends_of
from flightwatch.store import Store

Progress = Callable[[int, int], None]
"""Told after each answer how many questions are done, of how many."""

Missing = Mapping[Icao24, tuple[Window, ...]]
"""What must be asked, by airframe."""

_FLIGHTS = msgspec.json.Decoder(list[Flight])
_TRACK = msgspec.json.Decoder(FlightTrack | None)


class FlightsFetched(Protocol):
    """One answer about flights."""

    @property
    def flights(self) -> tuple[Flight, ...]:
        """Those of the airframe asked about."""

    @property
    def credits_remaining(self) -> int | None:
        """The balance for ``/flights``; None when it was not told."""


class TrackFetched(Protocol):
    """One answer about a track."""

    @property
    def track(self) -> FlightTrack | None:
        """None: there is none."""

    @property
    def credits_remaining(self) -> int | None:
        """The balance for ``/tracks``; None when it was not told."""


class Source(Protocol):
    """Where flights come from."""

    @property
    def allowance(self) -> int:
        """The credits to count on until a balance is told."""

    def flights(self, icao24: Icao24, window: Window) -> FlightsFetched:
        """Ask about one airframe and time; raises `SourceError`."""

    def track(self, flight: Flight) -> TrackFetched:
        """Ask for one flight's track; raises `SourceError`."""


def missing(store: Store, icao24s: Iterable[Icao24], since: datetime, until: datetime, now: datetime) -> Missing:
    """What the database does not hold yet of these airframes' flights; airframes of which it holds all are left out."""
    asked = {icao24: windows_to_ask(since, until, _asked(store, icao24), now) for icao24 in icao24s}
    return {icao24: windows for icao24, windows in asked.items() if windows}


def ask(store: Store, source: Source, wanted: Missing, clock: Callable[[], datetime], progress: Progress) -> None:
    """Ask for what is missing, newest days first, and keep each answer.

    Raises `SourceError` as soon as a question fails, `OutOfCredits` also before a question that the balance does not pay.
    """
    questions = sorted(
        ((window, icao24) for icao24, windows in wanted.items() for window in windows),
        key=lambda q: (-q[0].begin, q[1]),
    )
    balance = source.allowance
    for done, (window, icao24) in enumerate(questions):
        _check_balance(balance, price(window), done, len(questions))
        asked_at = clock()
        fetched = source.flights(icao24, window)
        _keep_flights(store, icao24, rows_of(window, fetched.flights), asked_at)
        balance = _left(fetched.credits_remaining, balance - price(window))
        progress(done + 1, len(questions))


def open_ends(
    store: Store, icao24s: Iterable[Icao24], since: datetime, airports: Airports, now: datetime
) -> tuple[Flight, ...]:
    """The flights since then with an end that only their tracks can tell, newest first, as far as tracks go back."""
    wanted: list[Flight] = []
    for icao24 in icao24s:
        flown = _flights(store, icao24, since)
        wanted += estimates.to_ask_tracks(flown, _tracks(store, icao24).keys(), airports, now)
    return tuple(sorted(wanted, key=lambda f: f.first_seen, reverse=True))


def track_price(flight: Flight) -> int:
    """Credits for the track of a flight, out of a bucket of their own."""
    return price(Window(flight.first_seen, flight.last_seen))


def ask_tracks(
    store: Store, source: Source, wanted: Sequence[Flight], clock: Callable[[], datetime], progress: Progress
) -> None:
    """Ask for the tracks of these flights and keep them; raises as `ask` does."""
    balance = source.allowance
    for done, flight in enumerate(wanted):
        _check_balance(balance, track_price(flight), done, len(wanted))
        asked_at = clock()
        fetched = source.track(flight)
        with store.writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO flight_tracks (icao24, start, asked, track) VALUES (?, ?, ?, ?)",
                (flight.icao24, flight.first_seen, _unix(asked_at), msgspec.json.encode(fetched.track)),
            )
        balance = _left(fetched.credits_remaining, balance - track_price(flight))
        progress(done + 1, len(wanted))


def past(
    store: Store, icao24: Icao24, registration: str | None, since: datetime, airports: Airports, now: datetime
) -> Past:
    """The visits that the kept flights of an airframe tell of, from the day of ``since`` on."""
    ends: dict[int, Ends] = {
        start: ends_of(track, airports) for start, track in _tracks(store, icao24).items() if track is not None
    }
    return estimates.past(_flights(store, icao24, since), _asked(store, icao24), registration, airports, now, ends)


def airframes(store: Store) -> set[Icao24]:
    """Those of which any flights, or that there were none, are kept."""
    with store.reading() as db:
        return {icao24 for (icao24,) in db.execute("SELECT DISTINCT icao24 FROM flights")}


def asked_days(store: Store, icao24s: Iterable[Icao24]) -> set[datetime]:
    """The UTC days of which flights of any of these airframes are kept."""
    return {instant(key) for icao24 in icao24s for key in _asked(store, icao24) if not key % DAY_S}


def _asked(store: Store, icao24: Icao24) -> dict[int, int]:
    """When each day and night was asked."""
    with store.reading() as db:
        return dict(db.execute("SELECT day, asked FROM flights WHERE icao24 = ?", (icao24,)))


def _flights(store: Store, icao24: Icao24, since: datetime) -> list[Flight]:
    first = day_of(_unix(since)) - flights.NOON_S
    with store.reading() as db:
        rows = db.execute("SELECT flights FROM flights WHERE icao24 = ? AND day >= ?", (icao24, first)).fetchall()
        return in_order(flight for (row,) in rows for flight in _FLIGHTS.decode(row))


def _tracks(store: Store, icao24: Icao24) -> dict[int, FlightTrack | None]:
    with store.reading() as db:
        rows = db.execute("SELECT start, track FROM flight_tracks WHERE icao24 = ?", (icao24,)).fetchall()
        return {start: _TRACK.decode(track) for start, track in rows}


def _keep_flights(store: Store, icao24: Icao24, rows: Mapping[int, Collection[Flight]], asked_at: datetime) -> None:
    with store.writing() as db:
        db.executemany(
            "INSERT OR REPLACE INTO flights (icao24, day, asked, flights) VALUES (?, ?, ?, ?)",
            [(icao24, key, _unix(asked_at), msgspec.json.encode(flown)) for key, flown in rows.items()],
        )


def _check_balance(balance: int, cost: int, done: int, total: int) -> None:
    if balance < cost:
        raise OutOfCredits(
            f"{done} of {total} questions are answered and kept; {balance} credits do not pay for the next ({cost}): "
            "ask again tomorrow, it goes on there",
            None,
        )


def _left(told: int | None, reckoned: int) -> int:
    """The balance after an answer: what OpenSky told, else what can be reckoned."""
    return reckoned if told is None else told


def _unix(at: datetime) -> int:
    return round(at.timestamp())
