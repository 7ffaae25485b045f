"""Flights and their tracks from OpenSky's REST API."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from flightwatch.core.model import Icao24
from flightwatch.errors import BadAnswer
from flightwatch.flights.model import ACCOUNT_CREDITS, ANONYMOUS_CREDITS, Flight, FlightTrack, Seconds, Window
from flightwatch.network.http import Occasion
from flightwatch.sources.opensky_account import Account, credits_remaining

LONGEST: Final = 64
"""Most characters of a callsign or an airport's code; longer ones are garbage."""

MOST_OTHERS: Final = 1000

_AGAIN = "what was answered is kept, ask again to go on"

QUESTION: Final = Occasion(
    unit="one question",
    again=_AGAIN,
    misunderstood="report it as a mistake in flightwatch",
    waiting=_AGAIN.replace("ask again", "ask again then"),
    thrift="ask again tomorrow",
    prices="a day of one aircraft costs 17",
)


class FlightsFetched(Struct, frozen=True):
    """One answer about flights."""

    flights: tuple[Flight, ...]
    """Of the airframe asked about; empty when OpenSky knows none."""
    unreadable: int
    """Rows that do not say which airframe flew, or when: what flew on these days is not known."""
    credits_remaining: int | None
    """OpenSky's ``X-Rate-Limit-Remaining`` for ``/flights``; None when it did not say."""


class TrackFetched(Struct, frozen=True):
    """One answer about a track."""

    track: FlightTrack | None
    """None when OpenSky has none."""
    credits_remaining: int | None
    """OpenSky's ``X-Rate-Limit-Remaining`` for ``/tracks``; None when it did not say."""


class OpenSkyFlights(Account):
    """OpenSky's ``/flights/aircraft`` and ``/tracks/all``.

    Questions raise `Unreachable`, `Refused`, `OutOfCredits` (at once: the wait can be hours) and `BadAnswer`.
    """

    OCCASION = QUESTION
    BUDGET_S = 60.0
    """Seconds for one question with its repetitions; OpenSky takes several for an old one."""

    @property
    def allowance(self) -> int:
        """A day's credits for ``/flights``, and as many for ``/tracks``: at least as many as OpenSky documents."""
        return ACCOUNT_CREDITS if self.account else ANONYMOUS_CREDITS

    def flights(self, icao24: Icao24, window: Window) -> FlightsFetched:
        """Ask which flights an airframe made within a time: at most two UTC days."""
        self.begin()
        params = (("icao24", icao24), ("begin", str(window.begin)), ("end", str(window.end)))
        reply = self.ask("/flights/aircraft", params, fine=(200, 404))
        flights, unreadable = decode_flights(reply.body, icao24) if reply.status == 200 else ((), 0)
        return FlightsFetched(flights, unreadable, credits_remaining(reply))

    def track(self, flight: Flight) -> TrackFetched:
        """Ask for the way that a flight of the last 30 days took."""
        self.begin()
        # A time within the flight: at its very ends OpenSky may take another flight for it.
        within = (flight.first_seen + flight.last_seen) // 2
        params = (("icao24", flight.icao24), ("time", str(within)))
        reply = self.ask("/tracks/all", params, fine=(200, 404))
        track = decode_track(reply.body, flight.icao24) if reply.status == 200 else None
        return TrackFetched(track, credits_remaining(reply))


class _Row(Struct, rename="camel"):
    """A flight as it comes: its ends may be estimated oddly, which leaves them open; without airframe and times it is none."""

    icao24: Annotated[str, Meta(pattern="^[0-9a-fA-F]{6}$")]
    first_seen: Seconds
    last_seen: Seconds
    est_departure_airport: object = None
    est_arrival_airport: object = None
    callsign: object = None
    est_departure_airport_horiz_distance: object = None
    est_departure_airport_vert_distance: object = None
    est_arrival_airport_horiz_distance: object = None
    est_arrival_airport_vert_distance: object = None
    departure_airport_candidates_count: object = None
    arrival_airport_candidates_count: object = None


def decode_flights(raw: bytes, icao24: Icao24) -> tuple[tuple[Flight, ...], int]:
    """The flights of this airframe in an answer, and how many rows cannot be read; unknown keys are ignored.

    Raises `BadAnswer` when ``raw`` is no JSON array.
    """
    try:
        rows = msgspec.json.decode(raw, type=list[msgspec.Raw])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _garbled("flights", raw) from error
    flights = [_flight(row) for row in rows]
    return tuple(f for f in flights if f is not None and f.icao24 == icao24), sum(f is None for f in flights)


def decode_track(raw: bytes, icao24: Icao24) -> FlightTrack | None:
    """The track in an answer; None when it is empty or another airframe's. Raises `BadAnswer` when ``raw`` is no track."""
    try:
        track = msgspec.json.decode(raw, type=FlightTrack | None)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _garbled("a track", raw) from error
    return track if track is not None and track.icao24 == icao24 and track.path else None


def _flight(raw: msgspec.Raw) -> Flight | None:
    """Read one row; None when it does not fit."""
    try:
        row = msgspec.json.decode(raw, type=_Row)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    if row.last_seen < row.first_seen:
        return None
    return Flight(
        icao24=row.icao24.lower(),
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        est_departure_airport=_text(row.est_departure_airport),
        est_arrival_airport=_text(row.est_arrival_airport),
        callsign=_text(row.callsign),
        est_departure_airport_horiz_distance=_metres(row.est_departure_airport_horiz_distance),
        est_departure_airport_vert_distance=_metres(row.est_departure_airport_vert_distance),
        est_arrival_airport_horiz_distance=_metres(row.est_arrival_airport_horiz_distance),
        est_arrival_airport_vert_distance=_metres(row.est_arrival_airport_vert_distance),
        departure_airport_candidates_count=_others(row.departure_airport_candidates_count),
        arrival_airport_candidates_count=_others(row.arrival_airport_candidates_count),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and len(value) <= LONGEST else None


def _metres(value: object) -> float | None:
    return float(value) if isinstance(value, float | int) and not isinstance(value, bool) else None


def _others(value: object) -> int | None:
    """How many other airports are possible; what is no number may hide one."""
    if value is None:
        return None
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_OTHERS else 1


def _garbled(what: str, raw: bytes) -> BadAnswer:
    if raw.lstrip().startswith(b"<"):
        return BadAnswer(
            "OpenSky answered with HTML, not JSON; look for a log-in page on this network, check FLIGHTWATCH_OPENSKY_URL"
        )
    return BadAnswer(f"OpenSky answered with {len(raw)} bytes that are not {what}; {_AGAIN}")
