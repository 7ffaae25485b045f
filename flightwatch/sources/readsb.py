"""State vectors from who runs readsb: networks that share what their members hear, and a receiver of one's own.

What is asked and how often is as each of them publishes it: adsb.lol (adsblol/api), adsb.fi (adsbfi/opendata), airplanes.live and
any receiver (wiedehopf/readsb, README-json.md). None of them takes questions side by side, so there is a pause after each.
"""

import time
from collections.abc import Callable
from math import ceil
from pathlib import Path
from stat import S_ISREG
from typing import Final, Literal

from msgspec import Struct

from flightwatch.core.geo import NAUTICAL_MILE_KM, circle_around
from flightwatch.core.model import Query, instant
from flightwatch.errors import BadAnswer, Refused, SourceError, Unreachable
from flightwatch.known_secrets import SECRETS
from flightwatch.network.endpoint import Endpoint, endpoint, host_of
from flightwatch.network.http import MAX_RESPONSE_BYTES, POLL, Http, Question, Reply, unusable
from flightwatch.planning.free import LIMITS
from flightwatch.sources.answer import Fetched, Speaker
from flightwatch.sources.readsb_answer import decode
from flightwatch.sources.turns import OFTEN, Turns, too_often

BUDGET_S: Final = 45.0
"""Seconds for everything one poll asks, as for OpenSky."""

STALE_S: Final = 60
"""Age of a receiver's list from which it may be one that nobody writes any more, s."""

ANOTHER_TIME_S: Final = 2 * 86_400
"""How far a receiver's time may be from this machine's, s: a clock with a wrong date or zone is off by a day or so. A list that
goes on and is further off is a recording that is played, and what it tells would be told as of now."""

LOOKS_AGAIN_S: Final = 5.0
"""Pause after which a list that may stand still is looked at again, s: readsb writes it every second."""

_ROUNDING_KM = 0.02
"""How far a centre of four decimals is from the true one at most, km."""

Kind = Literal["adsb.lol", "adsb.fi", "airplanes.live"]


class Service(Struct, frozen=True):
    """How a network is asked."""

    url: str
    by_icao24: str
    """What follows the address where airframes are asked for, by their icao24s joined with commas."""
    by_callsign: str
    """The same by their callsigns."""
    by_circle: str
    """What follows the address where a circle is asked for: latitude and longitude, degrees, and radius, whole NM."""
    key_header: str | None = None
    """How the key is sent that it wants; None: it wants none."""


SERVICES: Final[dict[Kind, Service]] = {
    "adsb.lol": Service("https://api.adsb.lol", "/v2/hex/{}", "/v2/callsign/{}", "/v2/point/{}/{}/{}"),
    # Version 2 has circles too, and calls them outdated.
    "adsb.fi": Service("https://opendata.adsb.fi/api", "/v2/hex/{}", "/v2/callsign/{}", "/v3/lat/{}/lon/{}/dist/{}"),
    # readsb's own questions; the key is a header (as its members' programs send it).
    "airplanes.live": Service(
        "https://rest.api.airplanes.live",
        "/?find_hex={}&jv2",
        "/?find_callsign={}&jv2",
        "/?circle={},{},{}&jv2",
        key_header="auth",
    ),
}


class Network:
    """Asks one of `SERVICES`.

    ``address`` takes the place of its own. ``budget_s`` seconds hold for everything one poll asks. ``pause`` waits,
    ``monotonic`` counts seconds. Raises `UsageError` for an address that is none.
    """

    def __init__(
        self,
        kind: Kind,
        *,
        address: str | None = None,
        key: str | None = None,
        pause: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        budget_s: float = BUDGET_S,
    ) -> None:
        self._kind, self._service = kind, SERVICES[kind]
        self._url, self._key = address or self._service.url, key
        SECRETS.learn(key)
        self._setting = f"its address under sources: {kind} in the watchlist"
        host = self._endpoint("").host  # refuses what is no address before anything is asked
        self._speaker = Speaker(host, self._setting)
        self._pause, self._monotonic = pause, monotonic
        self._http = Http(pause=pause, monotonic=monotonic, budget_s=budget_s)
        self._turns = Turns(self._http, LIMITS[kind].pace_s, pause=pause, monotonic=monotonic)

    def begin_poll(self) -> None:
        """Start the time budget anew."""
        self._http.begin()

    def fetch(self, query: Query) -> Fetched:
        """Ask for what a query asks for, a box as the circle that holds it: some of the answer may lie outside.

        Raises `Unreachable`, `Refused`, `OutOfCredits` (asked too often), `BadAnswer`; and ValueError for a query about
        everything.
        """
        to = self._endpoint(path_of(query, self._service))
        header = self._service.key_header
        reply = self._turns.ask(Question(to, headers=((header, self._key),) if header and self._key else ()))
        if reply.status != 200:
            raise self._refusal(to, reply)
        return Fetched(reply.body, decode(reply.body, self._speaker))

    def _endpoint(self, path: str) -> Endpoint:
        return endpoint(self._url, path, self._setting)

    def _refusal(self, to: Endpoint, reply: Reply) -> SourceError:
        match reply.status:
            case 400 | 414 | 422:
                return Refused(f"{to.host} does not understand the question ({reply.status}); {POLL.misunderstood}")
            case 401 | 403 if self._key:
                return Refused(
                    f"{to.host} does not accept this key ({reply.status}); check key: under sources: {self._kind} in the "
                    "watchlist"
                )
            case 401 | 403 if self._service.key_header:
                return Refused(
                    f"{to.host} wants a key ({reply.status}), which {self._kind} gives to its members; set key: under sources: "
                    f"{self._kind} in the watchlist, or take {self._kind} out"
                )
            case 401 | 403:
                return Refused(
                    f"{to.host} refuses this network address ({reply.status}); see {self._kind} for who may ask, or poll from "
                    "another network"
                )
            case status if status in OFTEN:
                return too_often(to.host, reply, POLL.again)
            case _:
                return unusable(to, reply)


class Receiver:
    """Reads what one receiver hears: ``aircraft.json`` of readsb, tar1090 or dump1090, by http or as a file.

    ``name`` is what it is called. ``unix_s`` tells the time, to see whether a list stands still. The rest is as for `Network`.
    """

    def __init__(
        self,
        address: str,
        name: str,
        *,
        pause: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        unix_s: Callable[[], float] = time.time,
        budget_s: float = BUDGET_S,
    ) -> None:
        self._setting = f"the address of {name} under sources: in the watchlist"
        self._to = None if host_of(address) is None else endpoint(address, "", self._setting)
        self._file, self._speaker = Path(address), Speaker(name, self._setting)
        self._pause, self._unix_s = pause, unix_s
        self._last_at: int | None = None
        self._http = Http(pause=pause, monotonic=monotonic, budget_s=budget_s)

    def begin_poll(self) -> None:
        """Start the time budget anew."""
        self._http.begin()

    def fetch(self, query: Query) -> Fetched:  # noqa: ARG002 there is one question only
        """Read all that it hears, whatever the query says.

        Raises `Unreachable`, `Refused` and `BadAnswer`, also for a list that stands still. One with another time than this
        computer's is not still if it goes on: then its clock is wrong, or, where it is far off, what it hears is not of now.
        """
        fetched = self._read()
        at, name = fetched.answer.time, self._speaker.name
        if at == self._last_at or at < self._unix_s() - STALE_S:
            self._pause(LOOKS_AGAIN_S)
            fetched = self._read()
            if fetched.answer.time == at:
                raise BadAnswer(
                    f"the list of {name} stands still since {instant(at):%Y-%m-%d %H:%M} UTC; look whether readsb runs "
                    f"there, and check {self._setting}"
                )
        if abs(fetched.answer.time - self._unix_s()) > ANOTHER_TIME_S:
            raise BadAnswer(
                f"the list of {name} is of {instant(fetched.answer.time):%Y-%m-%d %H:%M} UTC and goes on: it plays a recording, "
                f"which flightwatch replay reads, or a clock is wrong; set the clock there and here, or check {self._setting}"
            )
        self._last_at = fetched.answer.time
        return fetched

    def _read(self) -> Fetched:
        raw = self._from_file() if self._to is None else self._from_http(self._to)
        return Fetched(raw, decode(raw, self._speaker))

    def _from_http(self, to: Endpoint) -> bytes:
        reply = self._http.ask(Question(to))
        if reply.status in OFTEN:
            raise too_often(to.host, reply, POLL.again)
        if reply.status != 200:
            raise unusable(to, reply)
        return reply.body

    def _from_file(self) -> bytes:
        name = self._speaker.name
        try:
            if not S_ISREG(self._file.stat().st_mode):  # a pipe would be waited for
                raise Unreachable(f"the list of {name} is no file; check {self._setting}")
            with self._file.open("rb") as file:
                raw = file.read(MAX_RESPONSE_BYTES + 1)
        except OSError as error:
            raise Unreachable(
                f"cannot read the list of {name} ({error.strerror}); look whether readsb runs, and check {self._setting}"
            ) from error
        if len(raw) > MAX_RESPONSE_BYTES:
            raise BadAnswer(f"the list of {name} has more than {MAX_RESPONSE_BYTES // 2**20} MB; check {self._setting}")
        return raw


def path_of(query: Query, service: Service) -> str:
    """What follows a service's address where a query is asked; ValueError for one about everything, which none can be asked."""
    if query.icao24s:
        return service.by_icao24.format(",".join(query.icao24s).lower())
    if query.callsigns:
        return service.by_callsign.format(",".join(query.callsigns))
    if query.box is None:
        raise ValueError(f"{query} cannot be asked: name airframes, callsigns or a box")
    circle = circle_around(query.box)
    radius_nm = ceil((circle.radius_km + _ROUNDING_KM) / NAUTICAL_MILE_KM)
    return service.by_circle.format(f"{circle.latitude:.4f}", f"{circle.longitude:.4f}", radius_nm)
