"""Questions over HTTP within a budget of time: tried again, bounded in size, and with errors worded for people."""

import re
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Final
from urllib.parse import urljoin, urlsplit

import requests
from msgspec import Struct
from requests.auth import AuthBase
from requests.exceptions import ConnectTimeout, InvalidProxyURL, InvalidSchema, ProxyError, ReadTimeout, SSLError
from urllib3.exceptions import DecodeError, HTTPError, ReadTimeoutError

from flightwatch.errors import BadAnswer, Refused, SourceError, Unreachable, UsageError
from flightwatch.network.deadline import within
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


class Endpoint(Struct, frozen=True):
    """Where to ask. Build it with `endpoint`."""

    url: str
    host: str
    setting: str
    """What changes it, for messages: an environment variable, or a place in the watchlist."""
    untaken: str = "try later, or poll from another network"
    """What to do where nobody takes a connection."""


def endpoint(url: str, path: str, setting: str, **more: str) -> Endpoint:
    """Join an address that the user may have set in ``setting`` and a path; UsageError when it is no http address.

    ``more`` is what else an `Endpoint` says.
    """
    url = url.rstrip("/") + path
    host = host_of(url)
    if host is None:
        raise UsageError(f"{setting} is not an address like https://example.org/api; correct it")
    return Endpoint(url, host, setting, **more)


def host_of(url: str, base: str = "") -> str | None:
    """Read the host of an http address, which may be relative to ``base``; None when it is no such address."""
    try:
        parts = urlsplit(urljoin(base, url))
        _ = parts.port  # read for its ValueError
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[\w.:%-]+", parts.hostname or ""):
        return None
    return parts.hostname


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
            raise _worded(error, question.to, connect_s, read_s, self._occasion.again) from None

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


def _worded(error: Exception, to: Endpoint, connect_s: float, read_s: float, again: str) -> SourceError:
    """Word what requests and urllib3 raise, whose own texts show objects, addresses and proxies' passwords."""
    kinds = [type(cause) for cause in _causes(error)]

    def among(*wanted: type[BaseException]) -> bool:
        return any(issubclass(kind, wanted) for kind in kinds)

    if among(DecodeError):
        return BadAnswer(f"{to.host} sent an answer that cannot be decompressed; {again}")
    # Our own addresses have been checked, so that a scheme nobody can speak is a proxy's.
    if among(ProxyError, InvalidProxyURL, InvalidSchema):
        return Unreachable(
            f"the proxy on the way to {to.host} does not work; check HTTPS_PROXY, HTTP_PROXY and NO_PROXY"
        )
    # A plain OSError: there is no file where REQUESTS_CA_BUNDLE says.
    if among(SSLError, ssl.SSLError) or type(error) is OSError:
        return Unreachable(
            f"no trusted connection to {to.host}; check this computer's clock, its certificates (REQUESTS_CA_BUNDLE) "
            f"and {to.setting}"
        )
    if among(socket.gaierror):
        return Unreachable(f"{to.host} cannot be found; check the network connection and {to.setting}")
    if among(ConnectionRefusedError):
        return Unreachable(f"{to.host} refuses connections; try later, or check {to.setting}")
    if among(ConnectTimeout):
        return Unreachable(f"{to.host} did not take the connection within {connect_s:.3g} s; {to.untaken}")
    if among(ReadTimeout, ReadTimeoutError):
        return Unreachable(f"{to.host} did not answer within {read_s:.3g} s; {again}")
    return Unreachable(f"the connection to {to.host} broke; {again}, or check {to.setting} if it goes on")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
