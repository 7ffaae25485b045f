"""Polling again and again at a cadence, until a signal ends that."""

import signal
from collections.abc import Callable
from datetime import datetime, timedelta
from types import FrameType

from flightwatch.app.clock import utc_now
from flightwatch.app.signals import Bell, handled
from flightwatch.errors import DeliveryError, SourceError, StoreError

Say = Callable[[str], None]
"""Takes a line for people."""

ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
"""What ends a loop; Windows has no SIGHUP."""


def repeat(cycle: Callable[[], str | None], every: timedelta, note: Say, tell: Say) -> None:
    """Run ``cycle`` at this cadence until SIGINT, SIGTERM or SIGHUP (the terminal is gone), which let a running cycle end first.

    A failed cycle is said and tried again at its next turn. ``tell`` takes what somebody at a terminal wants to know: what a
    cycle did, and when the next begins.
    """

    def end(_signal: int, _frame: FrameType | None) -> None:
        if stop.was_rung:
            raise KeyboardInterrupt  # asked twice: do not wait for the network
        stop.ring()

    heeded = [number for number in ENDING if signal.getsignal(number) is not signal.SIG_IGN]  # as nohup has it
    with Bell() as stop, handled(dict.fromkeys(heeded, end)):
        tell("polling until Ctrl-C, which lets a poll under way end first")
        due = utc_now()
        while not stop.was_rung:
            said = None
            try:
                said = cycle()
            except (SourceError, DeliveryError, StoreError) as error:
                note(str(error))
            due = next_turn(due, every, utc_now())
            if not stop.was_rung:
                tell(f"{f'{said}; ' if said else ''}next poll at {due:%H:%M:%S} UTC, Ctrl-C ends")
            stop.wait((due - utc_now()).total_seconds())


def next_turn(due: datetime, pause: timedelta, now: datetime) -> datetime:
    """The next turn after ``due``, never in the past nor farther off than one pause.

    A slow cycle or a sleeping machine skips turns, it does not queue them; a clock that was set back does not stop the loop.
    """
    following = due + pause
    return following if now < following <= now + pause else now + pause
