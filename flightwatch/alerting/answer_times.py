"""Which answer's time is to be believed: one that is ahead of the others is not used, and is outvoted where it was.

Answers are judged in their own sequence. OpenSky's clock and ours may each be wrong, and ours may be set while we poll; the time
since this machine started, where the system tells it, is set by nobody.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum, auto
from itertools import pairwise

from msgspec import Struct

A_LITTLE = timedelta(minutes=2)
"""How far an answer may be ahead of our clock, or of the answers before it: more than a poll may take to ask everything."""

AGREEING = timedelta(seconds=30)
"""How well answers that agree follow each other: OpenSky's time goes in steps of 5 to 10 s, and answers take a while."""

VOTES = 3
"""Answers in a row that must agree before they are believed against those that were used before."""

LATE = timedelta(hours=1)
"""How far answers that outvote an earlier one may be behind our clock, and may stray from it before that is told."""

FAR_AHEAD = timedelta(hours=3)
"""How far an answer's time may be ahead where others agree with it: one from tomorrow would date tomorrow whatever is told."""


class Uptime(Struct, frozen=True):
    """How long this machine has been running, sleep included. It goes on where somebody sets the clock."""

    boot: int
    """Which start of the machine it is counted from."""
    seconds: int


class Begun(Struct, frozen=True):
    """When a poll began."""

    at: datetime
    """By this machine's clock, which may be set while we poll."""
    uptime: Uptime | None = None
    """None: the system does not tell it, or the poll is one of an older release."""


class Heard(Struct, frozen=True):
    """The time of one answer, and when it was asked for."""

    begun: Begun
    time: datetime
    """As OpenSky says."""
    was_used: bool = True


class Verdict(Enum):
    """What to make of an answer's time."""

    NEWER = auto()
    """It goes on from the answer before."""
    STALE = auto()
    """It is no newer than the answer before, and brings nothing."""
    AHEAD = auto()
    """It is ahead of our clock and of the answers before: it is not used."""
    FAR = auto()
    """It is so far ahead that it is not used whatever others say."""
    AGREED = auto()
    """It is ahead like several before it: so these are right, and our clock or the answers of before were not."""
    OUTVOTES = auto()
    """It is older than the last that was used, which was ahead of our clock, and agrees with our clock and those before it."""


def elapsed(before: Begun, after: Begun) -> timedelta:
    """Return how much time went by between two polls; none where all that is known is that the clock was set back."""
    if (ran := _ran(before, after)) is not None:
        return ran
    return max(after.at - before.at, timedelta(0))


def clock_set_by(before: Begun, after: Begun) -> timedelta:
    """Return by how much this machine's clock was set between two polls, negative: back; nought where it was not, or hardly.

    Without the machine's running time only a clock that was set back is noticed.
    """
    went, ran = after.at - before.at, _ran(before, after)
    moved = went - ran if ran is not None else min(went, timedelta(0))
    return moved if abs(moved) > A_LITTLE else timedelta(0)


def judged(new: Heard, before: Sequence[Heard]) -> Verdict:
    """Judge an answer by those ``before``, oldest first: the last that was used, and those since that were not."""
    last, ahead = last_used(before), new.time - new.begun.at
    if last is not None and new.time <= last.time:
        agrees_with_us = -LATE <= ahead <= A_LITTLE
        was_ahead = last.time - last.begun.at > A_LITTLE
        return Verdict.OUTVOTES if agrees_with_us and was_ahead and _is_agreed(new, before) else Verdict.STALE
    # Where our clock was set back the answers are ahead of it, but not of those before.
    ahead = ahead if last is None else min(ahead, leap(last, new))
    if ahead > FAR_AHEAD:
        return Verdict.FAR
    if ahead <= A_LITTLE or last is None:
        return Verdict.NEWER
    return Verdict.AGREED if _is_agreed(new, before) else Verdict.AHEAD


def last_used(answers: Sequence[Heard]) -> Heard | None:
    """Return the last of these answers that was used; None: none was."""
    return next((each for each in reversed(answers) if each.was_used), None)


def leap(last: Heard, new: Heard) -> timedelta:
    """Return by how much more the answers' time went on than time itself."""
    return new.time - last.time - elapsed(last.begun, new.begun)


def strays(last: Heard, new: Heard) -> bool:
    """Tell whether this machine's clock agreed with the answers as the ``last`` was used, and no more.

    Where its running time shows that nobody set it, they strayed from it.
    """
    was, off = last.begun.at - last.time, new.begun.at - new.time
    is_steady = _ran(last.begun, new.begun) is not None and not clock_set_by(last.begun, new.begun)
    return not is_steady and abs(was) <= LATE < min(abs(off), abs(off - was))


def _ran(before: Begun, after: Begun) -> timedelta | None:
    """Return how long the machine ran between two polls; None where that is not known, as when it was started anew."""
    if before.uptime is None or after.uptime is None or before.uptime.boot != after.uptime.boot:
        return None
    ran = timedelta(seconds=after.uptime.seconds - before.uptime.seconds)
    return ran if ran >= timedelta(0) else None


def _is_agreed(new: Heard, before: Sequence[Heard]) -> bool:
    """Tell whether the last answers, none of which was used, follow each other as time does."""
    votes = [*before[len(before) - VOTES + 1 :], new] if len(before) >= VOTES - 1 else []
    return (
        bool(votes)
        and not any(each.was_used for each in votes[:-1])
        and all(a.time < b.time and abs(leap(a, b)) <= AGREEING for a, b in pairwise(votes))
    )
