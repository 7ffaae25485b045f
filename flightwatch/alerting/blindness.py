"""Blindness: a time without a successful poll, which is told when it has become long and when it is over."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Final

from msgspec import Struct

from flightwatch.core.ids import identity

SLACK = 2.5
"""Usual spacings between polls that may pass before it is blindness: a cron job every two hours is not blind in between."""

REGULAR = 10
"""Polls that must have gone before: polling now and then by hand is no watching."""

LONGEST_WHY: Final = 300
"""Most characters that are repeated of why nobody listened: a source or a failed poll said so."""


class Blindness(Struct, frozen=True, omit_defaults=True):
    """A time without a successful poll, or in which one source did not listen, told once when noticed and once when over."""

    id: str
    """Id of the gap and of what is told of it, its beginning or its end: the same each time."""
    since: datetime
    """The last good poll."""
    until: datetime | None
    """The next good poll; None: still blind."""
    why: str | None
    """What the last poll said; None: there was no poll."""
    detected_at: datetime
    source: str | None = None
    """The one source that did not listen, while others did; None: no poll succeeded at all."""


def patience(blind_after: timedelta, started: Sequence[datetime]) -> timedelta | None:
    """Give the time without a good poll from which it is blindness, from when the last polls began (oldest first, good or not).

    None: there were too few polls to speak of watching.
    """
    if len(started) < REGULAR:
        return None
    spacing = median((b - a).total_seconds() for a, b in pairwise(started))
    return max(blind_after, timedelta(seconds=SLACK * spacing))


def longest_gap(blind_after: timedelta, started: Sequence[datetime]) -> timedelta:
    """How long a time without a good poll may be that is no hole in a history: ``blind_after``, more where polls are seldom."""
    return patience(blind_after, started) or blind_after


def lost(since: datetime, now: datetime, patience: timedelta | None, why: str) -> Blindness | None:
    """Give the blindness that a failed poll at ``now`` reveals, if the last good one was at ``since``; None: none yet.

    ``now`` is ``since`` and the time that went by, which is not what a clock says that was set back meanwhile.
    """
    if patience is None or now - since < patience:
        return None
    return Blindness(identity("blind", _stamp(since)), since, None, why, now)


def regained(
    since: datetime, at: datetime, patience: timedelta | None, why: str | None, *, leapt: timedelta = timedelta(0)
) -> Blindness | None:
    """Give the blindness that a good poll at ``at`` ends, if the last good one was at ``since``; None: there was none.

    ``leapt`` is by how much the answers' clock was set on in between, in which nothing was missed.
    """
    if patience is None or at - since - leapt < patience:
        return None
    return Blindness(identity("sight", _stamp(since)), since, at, why, at)


def blind_id(ended: Blindness) -> str:
    """Give the id under which the beginning of this blindness was told, if it was."""
    return identity("blind", _stamp(ended.since)) if ended.source is None else deaf_id(ended.source, ended.since)


def deaf_id(source: str, since: datetime) -> str:
    """Give the id under which it is told that a source does not listen since then."""
    return identity("deaf", source, _stamp(since))


def hears_id(source: str, since: datetime) -> str:
    """Give the id under which it is told that it listens again."""
    return identity("hears", source, _stamp(since))


def _stamp(at: datetime) -> int:
    return round(at.timestamp())
