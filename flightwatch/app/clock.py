"""The clocks of the shell, by which it polls and asks."""

import time
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from flightwatch.alerting.answer_times import Begun, Uptime

_BOOT = Path("/proc/sys/kernel/random/boot_id")
"""Linux: another text after each start of the machine."""


def utc_now() -> datetime:
    """Return this machine's time, aware and in UTC."""
    return datetime.now(UTC)


def uptime() -> Uptime | None:
    """Return how long this machine has been running; None where the system does not tell it so that polls can share it."""
    boot = _boot()
    return None if boot is None else Uptime(boot, int(time.clock_gettime(time.CLOCK_BOOTTIME)))


def just_now() -> Begun:
    """Return this instant by both clocks."""
    return Begun(utc_now(), uptime())


@cache
def _boot() -> int | None:
    """Return which start of the machine this is, in 32 bits, as each poll keeps it; None where it is not told."""
    if not hasattr(time, "CLOCK_BOOTTIME"):
        return None
    try:
        return int(_BOOT.read_text("ascii")[:8], 16)
    except (OSError, ValueError):
        return None
