"""State vectors from OpenSky's REST API."""

import time
from collections.abc import Callable
from typing import Final

from msgspec import Struct

from flightwatch.model import Query
from flightwatch.sources.account import DEFAULT_TOKEN_URL, DEFAULT_URL, Account, credits_remaining
from flightwatch.sources.answer import Answer, decode

__all__ = ["DEFAULT_TOKEN_URL", "DEFAULT_URL", "Fetched", "OpenSky"]

BUDGET_S: Final = 45.0
"""Seconds for everything one poll asks, so that a poll a minute never meets the one before."""


class Fetched(Struct, frozen=True):
    """One answer with what came with it."""

    raw: bytes
    """The answer's body as sent, decompressed."""
    answer: Answer
    credits_remaining: int | None
    """OpenSky's ``X-Rate-Limit-Remaining``; None when it did not say."""


class OpenSky:
    """OpenSky's ``/states/all``, anonymous when no client is given.

    ``base_url`` is what ``/states/all`` is appended to. ``budget_s`` seconds hold for everything between one
    `begin_poll` and the next. ``pause`` waits, ``monotonic`` counts seconds. Raises `UsageError` for an address
    that is none and for half a client.
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
        )
        self._states = self._account.endpoint("/states/all")

    def begin_poll(self) -> None:
        """Start the time budget anew."""
        self._account.begin()

    def fetch(self, query: Query) -> Fetched:
        """Ask for the newest state vectors, with their category.

        Raises `Unreachable`, `Refused`, `OutOfCredits` (at once: the wait can be hours), `BadAnswer`; and
        ValueError for a box across the antimeridian, which OpenSky cannot be asked: ask for its two halves.
        """
        reply = self._account.ask(self._states, _params(query))
        return Fetched(reply.body, decode(reply.body), credits_remaining(reply))


def _params(query: Query) -> tuple[tuple[str, str], ...]:
    params = [("icao24", icao24.lower()) for icao24 in query.icao24s]
    if (box := query.box) is not None:
        if box.lon_min > box.lon_max:
            raise ValueError(f"{box} crosses the antimeridian: ask for its two halves")
        params += [("lamin", str(box.lat_min)), ("lomin", str(box.lon_min))]
        params += [("lamax", str(box.lat_max)), ("lomax", str(box.lon_max))]
    return (*params, ("extended", "1"))
