"""Questions to services that take one at a time: their pace, and what one too many costs."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from flightwatch.errors import OutOfCredits
from flightwatch.network.http import Http, Question, Reply, spoken, whole

OFTEN: Final = frozenset({420, 429})
"""Statuses that mean: asked too often. adsb.lol has been seen to answer with either."""

BACK_OFF_S: Final = 5.0
"""Pause before a question that was refused as one too many is asked once more, s, where it is not told how long to wait. No more
than once: adsb.fi counts refusals, and shuts out who collects them."""

LONGEST_WAIT: Final = timedelta(days=2)
"""Longer waits that are told are garbage."""


class Turns:
    """Asks with a pause of ``pace_s`` seconds after each question. ``pause`` waits, ``monotonic`` counts seconds."""

    def __init__(
        self, http: Http, pace_s: float, *, pause: Callable[[float], None], monotonic: Callable[[], float]
    ) -> None:
        self._http, self._pace_s = http, pace_s
        self._pause, self._monotonic = pause, monotonic
        self._asked_at: float | None = None

    def ask(self, question: Question) -> Reply:
        """Ask, and once more where it was one too many and the budget lasts. Raises as `Http.ask` does."""
        reply = self._in_turn(question)
        if reply.status in OFTEN:
            wait_s = whole(reply.headers.get("Retry-After"))
            pause_s = BACK_OFF_S if wait_s is None else wait_s
            if pause_s < self._http.left_s:
                self._pause(pause_s)
                reply = self._in_turn(question)
        return reply

    def _in_turn(self, question: Question) -> Reply:
        if self._asked_at is not None:
            wait_s = self._asked_at + self._pace_s - self._monotonic()
            if wait_s > 0:
                self._pause(wait_s)
        try:
            return self._http.ask(question)
        finally:
            self._asked_at = self._monotonic()


def too_often(host: str, reply: Reply, again: str) -> OutOfCredits:
    """Return the error for an answer in `OFTEN`; ``again`` tells what happens next."""
    wait_s = whole(reply.headers.get("Retry-After"))
    wait = None if wait_s is None or timedelta(seconds=wait_s) > LONGEST_WAIT else timedelta(seconds=wait_s)
    advice = "it does not say how long to wait" if wait is None else f"it says to wait {spoken(wait)}"
    return OutOfCredits(f"{host} is asked too often ({reply.status}), and {advice}; {again}", wait)
