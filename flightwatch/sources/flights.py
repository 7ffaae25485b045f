"""Flights and their tracks from OpenSky's REST API."""

import time
from collections.abc import Callable
from typing import Final

import msgspec
from msgspec import Struct

from flightwatch.errors import BadAnswer
from flightwatch.model import Icao24
from flightwatch.past.flights import ACCOUNT_CREDITS, ANONYMOUS_CREDITS, Flight, FlightTrack, Window
from flightwatch.sources.account import DEFAULT_TOKEN_URL, DEFAULT_URL, Account, credits_remaining
from flightwatch.sources.http import Occasion

BUDGET_S: Final = 60.0
"""Seconds for one question with its repetitions; OpenSky takes several for an old one."""

_AGAIN = "what was answered is kept, ask again to go on"

QUESTION: Final = Occasion(
    unit="one question",
    again=_AGAIN,
    misunderstood="report it as a mistake in flightwatch",
    waiting=_AGAIN.replace("ask again", "ask again then"),
    thrift="ask again tomorrow",
    prices="days already answered are kept and cost nothing",
)


class FlightsFetched(Struct, frozen=True):
    """One answer about flights."""

    flights: tuple[Flight, ...]
    """Of the airframe asked about; empty when OpenSky knows none."""
    skipped: int
    """Rows left out because they do not fit the documented form or are another airframe's."""
    credits_remaining: int | None
    """OpenSky's ``X-Rate-Limit-Remaining`` for ``/flights``; None when it did not say."""


class TrackFetched(Struct, frozen=True):
    """One answer about a track."""

    track: FlightTrack | None
    """None when OpenSky has none."""
    credits_remaining: int | None
    """OpenSky's ``X-Rate-Limit-Remaining`` for ``/tracks``; None when it did not say."""


class OpenSkyFlights:
    """OpenSky's ``/flights/aircraft`` and ``/tracks/all``, anonymous when no client is given.

    Parameters as for ``OpenSky``; ``budget_s`` seconds hold for each question. Questions raise `Unreachable`, `Refused`,
    `OutOfCredits` (at once: the wait can be hours) and `BadAnswer`.
    """

    def __init__(
        self,
        *,
        base_url: str = DEFAULT_URL,
        token_url: str = DEFAULT_TOKEN_URL,
        client_id: str | None = None,
        client_secret: str | None = None,
        pause: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        budget_s: float = BUDGET_S,
    ) -> None:
        self._account = Account(
            base_url=base_url,
            token_url=token_url,
            client_id=client_id,
            client_secret=client_secret,
            pause=pause,
            monotonic=monotonic,
            budget_s=budget_s,
            occasion=QUESTION,
        )
        self._flights = self._account.endpoint("/flights/aircraft")
        self._tracks = self._account.endpoint("/tracks/all")

    @property
    def is_signed_in(self) -> bool:
        """Whether a client is given."""
        return self._account.is_signed_in

    @property
    def allowance(self) -> int:
        """A day's credits for ``/flights``, and as many for ``/tracks``: at least so many, as OpenSky documents."""
        return ACCOUNT_CREDITS if self._account.is_signed_in else ANONYMOUS_CREDITS

    def flights(self, icao24: Icao24, window: Window) -> FlightsFetched:
        """Ask which flights an airframe made within a time: at most two UTC days."""
        self._account.begin()
        params = (("icao24", icao24), ("begin", str(window.begin)), ("end", str(window.end)))
        reply = self._account.ask(self._flights, params, fine=(200, 404))
        flights, skipped = decode_flights(reply.body, icao24) if reply.status == 200 else ((), 0)
        return FlightsFetched(flights, skipped, credits_remaining(reply))

    def track(self, flight: Flight) -> TrackFetched:
        """Ask for the way that a flight of the last 30 days took."""
        self._account.begin()
        # A time within the flight: at its very ends OpenSky may take another flight for it.
        within = (flight.first_seen + flight.last_seen) // 2
        params = (("icao24", flight.icao24), ("time", str(within)))
        reply = self._account.ask(self._tracks, params, fine=(200, 404))
        track = decode_track(reply.body, flight.icao24) if reply.status == 200 else None
        return TrackFetched(track, credits_remaining(reply))


def decode_flights(raw: bytes, icao24: Icao24) -> tuple[tuple[Flight, ...], int]:
    """The flights of this airframe in an answer, and how many rows were left out; unknown keys are ignored.

    Raises `BadAnswer` when ``raw`` is no JSON array.
    """
    try:
        rows = msgspec.json.decode(raw, type=list[msgspec.Raw])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _garbled("flights", raw) from error
    flights = [flight for row in rows if (flight := _flight(row)) is not None and flight.icao24 == icao24]
    return tuple(flights), len(rows) - len(flights)


def decode_track(raw: bytes, icao24: Icao24) -> FlightTrack | None:
    """The track in an answer; None when it is empty or another airframe's. Raises `BadAnswer` when ``raw`` is no track."""
    try:
        track = msgspec.json.decode(raw, type=FlightTrack | None)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _garbled("a track", raw) from error
    return track if track is not None and track.icao24 == icao24 and track.path else None


def _flight(row: msgspec.Raw) -> Flight | None:
    """Read one row; None when it does not fit."""
    try:
        flight = msgspec.json.decode(row, type=Flight)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    return flight if flight.first_seen <= flight.last_seen else None


def _garbled(what: str, raw: bytes) -> BadAnswer:
    if raw.lstrip().startswith(b"<"):
        return BadAnswer(
            "OpenSky answered with HTML, not JSON; look for a log-in page on this network, check FLIGHTWATCH_OPENSKY_URL"
        )
    return BadAnswer(f"OpenSky answered with {len(raw)} bytes that are not {what}; {_AGAIN}")
