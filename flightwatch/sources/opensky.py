"""State vectors from OpenSky's REST API.

What the API documents (openskynetwork/opensky-api, docs/free): OAuth2 client credentials, tokens that live
30 minutes, ``X-Rate-Limit-Remaining`` with every answer and ``X-Rate-Limit-Retry-After-Seconds`` with a 429.
"""

import re
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from flightwatch.errors import BadAnswer, OutOfCredits, Refused, SourceError, UsageError
from flightwatch.model import Query
from flightwatch.sources.answer import Answer, decode
from flightwatch.sources.http import Endpoint, Http, Question, Reply, endpoint, host_of

DEFAULT_URL: Final = "https://opensky-network.org/api"
DEFAULT_TOKEN_URL: Final = "https://auth.opensky-network.org/auth/realms/opensky-network/protocol/openid-connect/token"  # noqa: S105

BUDGET_S: Final = 45.0
"""Seconds for everything one poll asks, so that a poll a minute never meets the one before."""
LONGEST_WAIT: Final = timedelta(days=2)
"""Credits come back daily, so a longer wait in a 429 is garbage."""
TOKEN_LIFETIME_S: Final = 1800.0
"""Seconds, as OpenSky documents; used when the token server does not say."""
TOKEN_MARGIN_S: Final = 60.0
"""Seconds before its end from which a token is not used any more."""


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
        if bool(client_id) != bool(client_secret):
            given, missing = ("ID", "SECRET") if client_id else ("SECRET", "ID")
            raise UsageError(f"OPENSKY_CLIENT_{given} is given without OPENSKY_CLIENT_{missing}; set both or neither")
        self._states = endpoint(base_url, "/states/all", "FLIGHTWATCH_OPENSKY_URL")
        self._tokens = endpoint(token_url, "", "FLIGHTWATCH_OPENSKY_TOKEN_URL")
        self._client = (client_id, client_secret) if client_id and client_secret else None
        self._token = ""
        self._token_ends = monotonic()
        self._monotonic = monotonic
        self._http = Http(pause=pause, monotonic=monotonic, budget_s=budget_s)

    def begin_poll(self) -> None:
        """Start the time budget anew."""
        self._http.begin()

    def fetch(self, query: Query) -> Fetched:
        """Ask for the newest state vectors, with their category.

        Raises `Unreachable`, `Refused`, `OutOfCredits` (at once: the wait can be hours), `BadAnswer`; and
        ValueError for a box across the antimeridian, which OpenSky cannot be asked: ask for its two halves.
        """
        params = _params(query)
        reply = self._http.ask(Question(self._states, params, bearer=self._bearer()))
        if reply.status == 401 and self._client:
            self._token_ends = self._monotonic()
            reply = self._http.ask(Question(self._states, params, bearer=self._bearer()))
        if reply.status != 200:
            raise self._refusal(reply)
        return Fetched(reply.body, decode(reply.body), _whole(reply.headers.get("X-Rate-Limit-Remaining")))

    def _bearer(self) -> str | None:
        """Give the token to send, a new one when the last has ended; None when anonymous."""
        if not self._client:
            return None
        if self._monotonic() >= self._token_ends:
            asked_at = self._monotonic()
            token = self._new_token(*self._client)
            self._token, self._token_ends = token.access_token, asked_at + token.expires_in - TOKEN_MARGIN_S
        return self._token

    def _new_token(self, client_id: str, client_secret: str) -> "_Token":
        form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}
        reply = self._http.ask(Question(self._tokens, form=form))
        host = self._tokens.host
        if reply.status in (400, 401, 403):
            raise Refused(
                f"{host} does not accept this client ({reply.status}); check OPENSKY_CLIENT_ID and "
                "OPENSKY_CLIENT_SECRET against the account page of opensky-network.org"
            )
        if reply.status != 200:
            raise _unusable(self._tokens, reply)
        try:
            return _TOKEN.decode(reply.body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            # Without its cause, which might show the token.
            raise BadAnswer(f"{host} answered without a usable token; check {self._tokens.setting}") from None

    def _refusal(self, reply: Reply) -> SourceError:
        host = self._states.host
        match reply.status:
            case 400:
                return Refused(
                    f"{host} does not understand the question (400); look at the queries with flightwatch check, "
                    "report them if they look right"
                )
            case 401 if self._client:
                return Refused(
                    f"{host} does not accept this account's token (401); check OPENSKY_CLIENT_ID and "
                    "OPENSKY_CLIENT_SECRET"
                )
            case 401:
                return Refused(f"{host} wants an account (401); set OPENSKY_CLIENT_ID and OPENSKY_CLIENT_SECRET")
            case 403:
                return Refused(
                    f"{host} refuses this account or network address (403); see on opensky-network.org whether the "
                    "account may use the API, or poll from another network"
                )
            case 429:
                return _out_of_credits(reply)
            case _:
                return _unusable(self._states, reply)


class _Token(Struct):
    # Only what may stand in a header: a hostile token must not break out of it.
    access_token: Annotated[str, Meta(pattern=r"^[!-~]{1,16384}\Z")]
    expires_in: float = TOKEN_LIFETIME_S


_TOKEN = msgspec.json.Decoder(_Token)


def _params(query: Query) -> tuple[tuple[str, str], ...]:
    params = [("icao24", icao24.lower()) for icao24 in query.icao24s]
    if (box := query.box) is not None:
        if box.lon_min > box.lon_max:
            raise ValueError(f"{box} crosses the antimeridian: ask for its two halves")
        params += [("lamin", str(box.lat_min)), ("lomin", str(box.lon_min))]
        params += [("lamax", str(box.lat_max)), ("lomax", str(box.lon_max))]
    return (*params, ("extended", "1"))


def _unusable(to: Endpoint, reply: Reply) -> Refused:
    """Word an answer that neither helps nor is a server error."""
    if 300 <= reply.status < 400:
        where = host_of(reply.headers.get("Location", ""), base=to.url) or "nowhere"
        return Refused(f"{to.host} redirects to {where} ({reply.status}), which is not followed; check {to.setting}")
    if reply.status == 404:
        return Refused(f"{to.host} has no such page (404); check {to.setting}")
    return Refused(f"{to.host} gave an answer that is not documented ({reply.status}); check {to.setting} or try later")


def _out_of_credits(reply: Reply) -> OutOfCredits:
    seconds = (_whole(reply.headers.get(name)) for name in ("X-Rate-Limit-Retry-After-Seconds", "Retry-After"))
    waits = (timedelta(seconds=s) for s in seconds if s is not None)
    wait = next((wait for wait in waits if wait <= LONGEST_WAIT), None)
    if wait is None:
        advice = "OpenSky does not say how long to wait; poll less often"
    else:
        advice = f"OpenSky says to wait {_spoken(wait)}; until then flightwatch asks nothing"
    return OutOfCredits(f"credits are spent; {advice} (flightwatch check shows what polls cost)", wait)


def _spoken(wait: timedelta) -> str:
    """Word a wait in hours and minutes, rounded up: 3 h 12 min."""
    hours, minutes = divmod(-(wait // timedelta(minutes=-1)), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def _whole(text: str | None) -> int | None:
    """Read a header's whole number; None for anything else."""
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,9}", text) else None
