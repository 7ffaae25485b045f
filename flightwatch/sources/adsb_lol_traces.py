"""Whole-day traces of single airframes from adsb.lol: asked one after another, one a second, without a key.

``globe_history/YYYY/MM/DD/traces/1f/trace_full_15521f.json`` is a UTC day, kept for 40 to 45 days; ``data/traces/1f/…`` the last
24 hours. Where there is none the service answers 504, whether it has no trace of that airframe or no such day at all: so
airframes that fly every day tell which (looked at in November 2026).
"""

import io
import time
from collections.abc import Callable
from typing import Final

from flightwatch.core.model import Icao24, instant
from flightwatch.core.spans import DAY_S
from flightwatch.errors import BadAnswer, Refused, SourceError
from flightwatch.network.endpoint import Endpoint, endpoint
from flightwatch.network.http import Http, Occasion, Question, Reply, unusable
from flightwatch.planning.trace_days import TRACES
from flightwatch.sources.trace_files import contents_of
from flightwatch.sources.traces import Trace, decode
from flightwatch.sources.turns import OFTEN, Turns, too_often

SETTING: Final = "FLIGHTWATCH_ADSBLOL_URL"
"""The environment variable that names another server for both addresses."""

DAYS_URL: Final = "https://globe.adsb.lol"
LATELY_URL: Final = "https://adsb.lol"

PACE_S: Final = 1.0
"""Least time from one question to the next, s."""

BUDGET_S: Final = 60.0
"""Seconds for one question with its repetitions."""

_NONE: Final = frozenset({404, 504})
"""Statuses that mean: there is no such trace."""

_AGAIN: Final = "what was answered is kept, ask again to go on"

QUESTION: Final = Occasion(
    unit="one question",
    again=_AGAIN,
    misunderstood="report it as a mistake in flightwatch",
    waiting=_AGAIN,
    thrift=_AGAIN,
    prices="traces cost nothing",
)


class AdsbLolTraces:
    """Asks adsb.lol for traces. ``base_url`` takes the place of both addresses.

    ``budget_s`` seconds hold for each question. ``pause`` waits, ``monotonic`` counts seconds. Raises `UsageError` for an address
    that is none.
    """

    def __init__(
        self,
        base_url: str | None = None,
        *,
        pause: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        budget_s: float = BUDGET_S,
    ) -> None:
        self._days_url, self._lately_url = base_url or DAYS_URL, base_url or LATELY_URL
        self.host = endpoint(self._days_url, "", SETTING).host  # refuses what is no address before anything is asked
        self._http = Http(pause=pause, monotonic=monotonic, budget_s=budget_s, occasion=QUESTION)
        self._turns = Turns(self._http, PACE_S, pause=pause, monotonic=monotonic)

    def of_day(self, icao24: Icao24, day: int) -> Trace | None:
        """The trace of a UTC day, given by its first Unix second; None: it has none, or it has no such day.

        Raises `Unreachable`, `Refused`, `OutOfCredits` (asked too often) and `BadAnswer`.
        """
        path = f"/globe_history/{instant(day):%Y/%m/%d}/traces/{icao24[-2:]}/trace_full_{icao24}.json"
        trace = self._trace(endpoint(self._days_url, path, SETTING), icao24)
        if trace is not None and not day <= trace.began <= day + DAY_S:
            raise _garbled(f"it is of {instant(trace.began):%Y-%m-%d}, not of {instant(day):%Y-%m-%d}")
        return trace

    def lately(self, icao24: Icao24) -> Trace | None:
        """The trace of the last 24 hours; None: it has none. Raises as `of_day` does."""
        path = f"/data/traces/{icao24[-2:]}/trace_full_{icao24}.json"
        return self._trace(endpoint(self._lately_url, path, SETTING), icao24)

    def _trace(self, to: Endpoint, icao24: Icao24) -> Trace | None:
        self._http.begin()
        reply = self._turns.ask(Question(to, answers=_NONE))
        if reply.status in _NONE:
            return None
        if reply.status != 200:
            raise _refusal(to, reply)
        try:
            trace = decode(contents_of(io.BytesIO(reply.body)))
        except BadAnswer as error:
            if reply.body.lstrip()[:1] == b"<":
                raise BadAnswer(
                    f"{to.host} sent a page, not a trace; look for a log-in page on this network, check {SETTING}"
                ) from error
            raise _garbled(str(error)) from error
        if trace.icao24 != icao24:
            raise _garbled(f"it is of {trace.icao24}, not of {icao24}")
        return trace


def _garbled(why: str) -> BadAnswer:
    return BadAnswer(f"a trace of {TRACES} cannot be used: {why}; {_AGAIN} another day, or upgrade flightwatch")


def _refusal(to: Endpoint, reply: Reply) -> SourceError:
    if reply.status in OFTEN:
        return too_often(to.host, reply, _AGAIN)
    if reply.status in (401, 403):
        return Refused(f"{to.host} refuses this network address ({reply.status}); ask from another network")
    return unusable(to, reply)
