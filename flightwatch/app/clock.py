"""The clocks of the shell, by which it polls and asks."""

import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from flightwatch.alerting.answer_times import A_LITTLE, Begun, Heard, Uptime, clock_set_by, strays
from flightwatch.core.model import OPENSKY
from flightwatch.wording.phrases import length, whose

_BOOT = Path("/proc/sys/kernel/random/boot_id")
"""Linux: another text after each start of the machine."""


def utc_now() -> datetime:
    """Return this machine's time, aware and in UTC."""
    return datetime.now(UTC)


def uptime() -> Uptime | None:
    """Return how long this machine has been running; None where the system does not tell it so that polls can share it."""
    if sys.platform != "linux":
        return None
    boot = _boot()
    return None if boot is None else Uptime(boot, int(time.clock_gettime(time.CLOCK_BOOTTIME)))


def just_now() -> Begun:
    """Return this instant by both clocks."""
    return Begun(utc_now(), uptime())


def clock_line(
    before: Begun | None,
    answer: Heard | None,
    now: Begun,
    lag: timedelta | None,
    *,
    sources: Sequence[str] = (OPENSKY,),
) -> str | None:
    """Say once that this machine's clock is wrong, or was set and may be; None: there is nothing to say.

    ``before`` is when the last poll began and ``answer`` the last that was used, each None where there was none; ``lag`` how far
    the answer of ``now`` is behind our clock, None where none was used; ``sources`` are the names of those that are asked.
    """
    if lag is not None and answer is not None and strays(answer, Heard(now, now.at - lag)):
        way = "ahead of" if lag > timedelta(0) else "behind"
        return f"this machine's clock is {length(abs(lag))} {way} {whose(sources)}: set it"
    moved = timedelta(0) if before is None else clock_set_by(before, now)
    if not moved or (lag is not None and abs(lag) <= A_LITTLE):
        return None
    way = "on" if moved > timedelta(0) else "back"
    return f"this machine's clock was set {way} by {length(abs(moved))} since the last poll: look whether it is right"


@cache
def _boot() -> int | None:
    """Return which start of the machine this is, in 32 bits, as each poll keeps it; None where it is not told."""
    try:
        return int(_BOOT.read_text("ascii")[:8], 16)
    except (OSError, ValueError):
        return None
