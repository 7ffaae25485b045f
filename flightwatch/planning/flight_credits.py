"""OpenSky's credits for flights and tracks, two buckets a day beside that of polling, and what of them is left.

What the last answer told holds for its day, also for the next run; after a 429 nothing is asked until the time it named.
When buckets are filled again is not documented: see `planning.budget`.
"""

from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

from flightwatch.core.spans import DAY_S
from flightwatch.planning.budget import SKEW_S
from flightwatch.wording.phrases import utc

CLOCK_SET = timedelta(hours=1)
"""How far a clock is set back now and then."""

Bucket = Literal["flights", "tracks"]


class Balance(Struct, frozen=True):
    """What a bucket was last known to hold."""

    at: datetime
    credits: int
    """Credits that OpenSky told, less what was asked since without being told."""
    silent_until: datetime | None = None
    """After a 429: until when nothing is asked."""


class Left(Struct, frozen=True):
    """What may be spent now."""

    credits: int
    again: str
    """When there is more: ``after midnight UTC``."""


def left(last: Balance | None, allowance: int, now: datetime) -> Left:
    """What is left of a bucket that holds ``allowance`` credits a day, as far as known; none while OpenSky said to wait.

    A balance from long after ``now`` is of a clock that was wrong, and does not count.
    """
    midnight = "after midnight UTC"
    if last is None or last.at > now + CLOCK_SET:
        return Left(allowance, midnight)
    if last.silent_until is not None:
        return Left(allowance, midnight) if last.silent_until <= now else Left(0, f"after {utc(last.silent_until)}")
    return Left(last.credits if _day(last.at) == _day(now) else allowance, midnight)


def _day(at: datetime) -> int:
    return (round(at.timestamp()) - SKEW_S) // DAY_S
