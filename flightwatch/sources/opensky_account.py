"""Questions to OpenSky, signed in or anonymous, and what its refusals mean.

What the API documents (openskynetwork/opensky-api, docs/free): OAuth2 client credentials, tokens that live
30 minutes, ``X-Rate-Limit-Remaining`` with every answer and ``X-Rate-Limit-Retry-After-Seconds`` with a 429.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Annotated, ClassVar, Final

import msgspec
from msgspec import Meta, Struct

from flightwatch.errors import BadAnswer, OutOfCredits, Refused, SourceError, UsageError
from flightwatch.known_secrets import SECRETS
from flightwatch.network.endpoint import Endpoint, endpoint
from flightwatch.network.http import Http, Occasion, Question, Reply, spoken, unusable, whole

DEFAULT_URL: Final = "https://opensky-network.org/api"
DEFAULT_TOKEN_URL: Final = "https://auth.opensky-network.org/auth/realms/opensky-network/protocol/openid-connect/token"  # noqa: S105

LONGEST_WAIT: Final = timedelta(days=2)
"""Credits come back daily, so a longer wait in a 429 is garbage."""
TOKEN_LIFETIME_S: Final = 1800.0
"""Seconds, as OpenSky documents; used when the token server does not say."""
TOKEN_MARGIN_S: Final = 60.0
"""Seconds before its end from which a token is not used any more."""

_BLOCKS: Final = "OpenSky blocks connections from large clouds: if this is one, poll from another network"

ACCOUNT_DIGITS: Final = 16
"""Hex digits that tell the accounts of one database apart."""


class Account:
    """Who asks OpenSky, anonymous when no client is given.

    ``base_url`` is what paths are appended to. ``budget_s`` seconds (None: as the occasion has it) hold for everything
    between one `begin` and the next. ``pause`` waits, ``monotonic`` counts seconds. Raises `UsageError` for an address that
    is none and for half a client.
    """

    OCCASION: ClassVar[Occasion]
    BUDGET_S: ClassVar[float]

    def __init__(
        self,
        *,
        base_url: str = DEFAULT_URL,
        token_url: str = DEFAULT_TOKEN_URL,
        client_id: str | None = None,
        client_secret: str | None = None,
        pause: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        budget_s: float | None = None,
    ) -> None:
        if bool(client_id) != bool(client_secret):
            given, missing = ("ID", "SECRET") if client_id else ("SECRET", "ID")
            raise UsageError(f"OPENSKY_CLIENT_{given} is given without OPENSKY_CLIENT_{missing}; set both or neither")
        self._base_url = base_url
        self._endpoint("")  # refuses what is no address before anything is asked
        self._tokens = endpoint(token_url, "", "FLIGHTWATCH_OPENSKY_TOKEN_URL", untaken=_BLOCKS)
        SECRETS.learn_login(client_id, client_secret)
        self._client = (client_id, client_secret) if client_id and client_secret else None
        self._token = ""
        self._token_ends = monotonic()
        self._monotonic = monotonic
        self._http = Http(
            pause=pause,
            monotonic=monotonic,
            budget_s=self.BUDGET_S if budget_s is None else budget_s,
            occasion=self.OCCASION,
        )

    @property
    def account(self) -> str:
        """Whose credits are spent: a digest of the client id, `ACCOUNT_DIGITS` long; '' when anonymous."""
        return sha256(self._client[0].encode()).hexdigest()[:ACCOUNT_DIGITS] if self._client else ""

    def begin(self) -> None:
        """Start the time budget anew."""
        self._http.begin()

    def ask(self, path: str, params: tuple[tuple[str, str], ...], *, fine: tuple[int, ...] = (200,)) -> Reply:
        """Ask what is at ``path``, with a new token once if the old one is refused. ``fine``: the statuses that are answers.

        A 404 that is a page for people to read is none of OpenSky's API, which says so with no body or with JSON.
        Raises `Unreachable`, `Refused`, `OutOfCredits` (at once: the wait can be hours), `BadAnswer`.
        """
        to = self._endpoint(path)
        reply = self._http.ask(Question(to, params, bearer=self._bearer()))
        if reply.status == 401 and self._client:
            self._token_ends = self._monotonic()
            reply = self._http.ask(Question(to, params, bearer=self._bearer()))
        is_page = reply.status == 404 and "html" in reply.headers.get("Content-Type", "").lower()
        if reply.status not in fine or is_page:
            raise self._refusal(to, reply)
        return reply

    def _endpoint(self, path: str) -> Endpoint:
        return endpoint(self._base_url, path, "FLIGHTWATCH_OPENSKY_URL", untaken=_BLOCKS)

    def _bearer(self) -> str | None:
        """Give the token to send, a new one when the last has ended; None when anonymous."""
        if not self._client:
            return None
        if self._monotonic() >= self._token_ends:
            asked_at = self._monotonic()
            token = self._new_token(*self._client)
            SECRETS.learn(token.access_token)
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
            raise unusable(self._tokens, reply)
        try:
            return _TOKEN.decode(reply.body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            # Without its cause, which might show the token.
            raise BadAnswer(f"{host} answered without a usable token; check {self._tokens.setting}") from None

    def _refusal(self, to: Endpoint, reply: Reply) -> SourceError:
        match reply.status:
            case 400:
                return Refused(f"{to.host} does not understand the question (400); {self.OCCASION.misunderstood}")
            case 401 if self._client:
                return Refused(
                    f"{to.host} does not accept this account's token (401); check OPENSKY_CLIENT_ID and "
                    "OPENSKY_CLIENT_SECRET"
                )
            case 401:
                return Refused(f"{to.host} wants an account (401); set OPENSKY_CLIENT_ID and OPENSKY_CLIENT_SECRET")
            case 403:
                return Refused(
                    f"{to.host} refuses this account or network address (403); see on opensky-network.org whether the "
                    "account may use the API, or poll from another network"
                )
            case 429:
                return self._out_of_credits(reply)
            case _:
                return unusable(to, reply)

    def _out_of_credits(self, reply: Reply) -> OutOfCredits:
        said = self.OCCASION
        seconds = (whole(reply.headers.get(name)) for name in ("X-Rate-Limit-Retry-After-Seconds", "Retry-After"))
        waits = (timedelta(seconds=s) for s in seconds if s is not None)
        wait = next((wait for wait in waits if wait <= LONGEST_WAIT), None)
        if wait is None:
            advice = f"OpenSky does not say how long to wait; {said.thrift}"
        else:
            advice = f"OpenSky says to wait {spoken(wait)}; {said.waiting}"
        return OutOfCredits(f"credits are spent; {advice} ({said.prices})", wait)


class _Token(Struct):
    # Only what may stand in a header: a hostile token must not break out of it.
    access_token: Annotated[str, Meta(pattern=r"^[!-~]{1,16384}\Z")]
    expires_in: float = TOKEN_LIFETIME_S


_TOKEN = msgspec.json.Decoder(_Token)


def credits_remaining(reply: Reply) -> int | None:
    """The balance that came with an answer; None when OpenSky did not say."""
    return whole(reply.headers.get("X-Rate-Limit-Remaining"))
