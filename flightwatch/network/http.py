"""Questions over HTTP within a budget of time: tried again, bounded in size, and with errors worded for people."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

import requests
from msgspec import Struct
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError

from flightwatch.errors import BadAnswer, Refused, Unreachable
from flightwatch.network.deadline import within
from flightwatch.network.endpoint import Endpoint, host_of
from flightwatch.network.http_errors import worded
from flightwatch.version import __version__

CONNECT_TIMEOUT_S: Final = 10.0
"""Seconds to wait for a connection."""
READ_TIMEOUT_S: Final = 20.0
"""Seconds to wait for the next bytes; a network often takes several for a worldwide answer."""
PAUSES_S: Final = (1.0, 4.0)
"""Seconds between one try and the next."""
MAX_RESPONSE_BYTES: Final = 64 * 2**20
"""Largest answer read, after decompression. A worldwide one of 12,000 vectors has 1.8 MB."""

_GRACE_S = 0.5
"""Seconds beyond the budget in which a socket's own timeout, which can say more, may still speak."""
_BLOCK_BYTES = 2**16
_USER_AGENT = f"flightwatch/{__version__}"


class Occasion(Struct, frozen=True):
    """On what occasion questions are asked, as messages say it."""

    unit: str
    """What one budget of time is for."""
    again: str
    """What becomes of a question that failed."""
    misunderstood: str
    """What to do about a question that was not understood."""
    waiting: str
    """What is done until credits come back."""
    thrift: str
    """What to do about spent credits when no wait is told."""
    prices: str
    """Where costs can be looked up."""


POLL: Final = Occasion(
    unit="a poll",
    again="nothing is lost, the next poll asks again",
    misunderstood="look at the queries with flightwatch check, report them if they look right",
    waiting="until then flightwatch asks nothing",
    thrift="flightwatch asks again in an hour",
    prices="flightwatch check shows what polls cost",
)


class Question(Struct, frozen=True):
    """One request: GET, or POST when there is something to post."""

    to: Endpoint
    params: tuple[tuple[str, str], ...] = ()
    form: dict[str, str] | None = None
    json: bytes | None = None
    """What to post instead of a form; of its answer only the status and the headers are read."""
    posted: bytes | None = None
    """What to post instead of both, whose answer is read."""
    bearer: str | None = None
    """OAuth2 token to send; None to send none."""
    headers: tuple[tuple[str, str], ...] = ()
    """Sent beside the usual ones."""
    answers: frozenset[int] = frozenset()
    """Server errors that say something here, and are not asked again."""


class Reply(Struct, frozen=True):
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    """By name, whatever its case."""
    body: bytes
    """Decompressed. Empty unless the status is 200, and where JSON was posted."""


Told = Callable[[int, int], None]
"""Hears how many bytes of an answer have come, of how many; of 0: nobody knows."""


def _nobody(_come: int, _all: int) -> None: ...


class Http:
    """Asks questions, all of them within ``budget_s`` seconds counted from the last `begin`.

    ``pause`` waits, ``monotonic`` counts seconds.
    """

    def __init__(
        self,
        *,
        pause: Callable[[float], None],
        monotonic: Callable[[], float],
        budget_s: float,
        occasion: Occasion = POLL,
    ) -> None:
        self._occasion = occasion
        self._pause = pause
        self._monotonic = monotonic
        self._budget_s = budget_s
        self._session = _Session()
        self._session.headers["User-Agent"] = _USER_AGENT
        self.begin()

    def begin(self) -> None:
        """Start the budget anew."""
        self._deadline = self._monotonic() + self._budget_s

    def ask(self, question: Question, told: Told = _nobody) -> Reply:
        """Ask until there is an answer other than a server error: thrice at most, and within the budget.

        ``told`` hears how much of a long answer is there. Redirects are answers like any other. Raises `Unreachable`, and
        `BadAnswer` for a body that is too large or cannot be decompressed.
        """
        pauses = iter(PAUSES_S)
        while True:
            try:
                return self.ask_once(question, told)
            except Unreachable as error:
                pause_s = next(pauses, None)
                if pause_s is None:
                    raise
                pause_s = max(pause_s, error.wait_s) if isinstance(error, _Trouble) else pause_s
                if pause_s >= self.left_s:
                    raise
                self._pause(pause_s)

    def ask_once(self, question: Question, told: Told = _nobody) -> Reply:
        """As `ask`, but a single time."""
        left_s = self.left_s
        if left_s <= 0:
            raise self._too_slow(question.to)
        try:
            reply = within(left_s + _GRACE_S, lambda: self._exchange(question, left_s, told))
        except TimeoutError:
            raise self._too_slow(question.to) from None
        if reply.status >= 500 and reply.status not in question.answers:
            raise _Trouble(
                f"{question.to.host} has trouble of its own ({reply.status}); {self._occasion.again}",
                whole(reply.headers.get("Retry-After")) or 0,
            )
        return reply

    def _exchange(self, question: Question, left_s: float, told: Told) -> Reply:
        """Send one request and read its answer."""
        connect_s, read_s = min(CONNECT_TIMEOUT_S, left_s), min(READ_TIMEOUT_S, left_s)
        try:
            with self._session.request(
                "GET" if (question.form, question.json, question.posted) == (None, None, None) else "POST",
                question.to.url,
                params=question.params,
                data=question.posted or question.json or question.form,
                headers=dict(question.headers),
                auth=_Bearer(question.bearer),
                timeout=(connect_s, read_s),
                stream=True,
            ) as response:
                is_read = response.status_code == 200 and question.json is None
                body = self._body(question.to, response, told) if is_read else b""
                return Reply(response.status_code, response.headers, body)
        # requests' errors are OSErrors; urllib3's come through from the body and from malformed host names.
        except (OSError, HTTPError) as error:
            raise worded(error, question.to, connect_s, read_s, self._occasion.again) from None

    def _body(self, to: Endpoint, response: requests.Response, told: Told) -> bytes:
        body, raw = bytearray(), response.raw
        length = response.headers.get("Content-Length", "")
        # read1 returns what has come, so that the clock is looked at however slowly it comes.
        while block := raw.read1(_BLOCK_BYTES, decode_content=True):
            body += block
            if len(body) > MAX_RESPONSE_BYTES:
                raise _too_large(to)
            if self.left_s <= 0:
                raise self._too_slow(to)
            told(raw.tell(), int(length) if length.isdecimal() else 0)
        if raw.length_remaining:  # read1 takes an answer that breaks off for its end
            raise HTTPError
        return bytes(body)

    @property
    def left_s(self) -> float:
        """Seconds that are left of the budget; negative when it is spent."""
        return self._deadline - self._monotonic()

    def _too_slow(self, to: Endpoint) -> Unreachable:
        return Unreachable(
            f"{to.host} was too slow for the {self._budget_s:g} s {self._occasion.unit} may take; {self._occasion.again}"
        )


class _Trouble(Unreachable):
    """A server error, with the seconds that the server says to wait; 0: it does not say."""

    def __init__(self, message: str, wait_s: float) -> None:
        self.wait_s = wait_s
        super().__init__(message)


def whole(text: str | None) -> int | None:
    """Read a header's whole number; None for anything else."""
    return int(text) if text is not None and re.fullmatch(r"[0-9]{1,9}", text) else None


def unusable(to: Endpoint, reply: Reply) -> Refused:
    """Word an answer that neither helps nor is a server error."""
    if 300 <= reply.status < 400:
        where = host_of(reply.headers.get("Location", ""), base=to.url) or "nowhere"
        return Refused(f"{to.host} redirects to {where} ({reply.status}), which is not followed; check {to.setting}")
    if reply.status == 404:
        return Refused(f"{to.host} has no such page (404); check {to.setting}")
    return Refused(f"{to.host} gave an answer that is not documented ({reply.status}); check {to.setting} or try later")


def spoken(wait: timedelta) -> str:
    """Word a wait in hours and minutes, rounded up: 3 h 12 min."""
    hours, minutes = divmod(-(wait // timedelta(minutes=-1)), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> None:
        """Follow no redirect: a token must not go elsewhere, nor may requests read a redirect's body unbounded."""


class _Bearer(AuthBase):
    """The token, or nothing: given with every request, as requests would else take a password from ~/.netrc."""

    def __init__(self, token: str | None) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token is not None:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


def _too_large(to: Endpoint) -> BadAnswer:
    return BadAnswer(f"{to.host} sent more than {MAX_RESPONSE_BYTES // 2**20} MB; check {to.setting}")
