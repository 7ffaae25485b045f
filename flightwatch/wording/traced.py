"""What is said of who was asked about the past: OpenSky for flights, another for traces."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from flightwatch.core.selection import Selection
from flightwatch.core.spans import midnight
from flightwatch.wording.phrases import counted

_ASKED: Final = "OpenSky was asked about"


def traces_line(name: str, outcomes: Sequence[Sequence[str]], *, is_of_one: bool) -> str | None:
    """Say what asking ``name`` for traces came to: ``adsb.lol was asked about 40 days: heard on 12, silent on 27, 1 not there``.

    ``outcomes`` are ``heard``, ``silent`` or ``missing``, a list for each aircraft. None: nothing was asked.
    """
    some = [days for days in outcomes if days]
    if not some:
        return None
    if not is_of_one:
        return f"{name} was asked about {len(some):,} aircraft"
    [days] = some
    heard, silent, missing = (days.count(outcome) for outcome in ("heard", "silent", "missing"))
    gone = f", {missing:,} not there" if missing else ""
    return f"{name} was asked about {counted(len(days), 'day')}: heard on {heard:,}, silent on {silent:,}{gone}"


def with_unanswered(name: str, line: str | None, unanswered: str | None) -> str | None:
    """Add to what asking ``name`` came to that it did something else than answer just now: ``refused to answer``.

    None: there is nothing to say.
    """
    if unanswered is None:
        return line
    if line is None or line.startswith(f"{name} was not asked"):
        return f"{name} {unanswered}"
    return f"{line}, and just now it {unanswered}"


def flights_line(days: Sequence[Collection[datetime]], which: Selection, now: datetime) -> str:
    """What OpenSky was asked about several aircraft: which days, where they are the same for all, else how many aircraft."""
    if all(those == days[0] for those in days):
        return _asked(days[0], which, now)
    asked = sum(_asked(those, which, now).startswith(_ASKED) for those in days)
    if not asked:
        return "OpenSky was not asked about this time"
    whom = "each aircraft, not about the same days" if asked == len(days) else f"{asked:,} of {len(days):,} aircraft"
    return f"{_ASKED} {whom}"


def _asked(days: Collection[datetime], which: Selection, now: datetime) -> str:
    """Which of the UTC days of the time in question OpenSky was asked about."""
    today = midnight(now)  # of which OpenSky never tells
    end = min(which.until or today, today)
    first = None if which.since is None else midnight(which.since)
    those = [day for day in days if (first is None or day >= first) and day < end]
    if days and first is not None and first < end:
        number = ceil((end - first) / timedelta(days=1))
        time = "this day" if number == 1 else f"these {number:,} days"
        if not those:
            return f"OpenSky was not asked about {time}"
        return f"{_ASKED} {time if len(those) == number else f'{len(those):,} of {time}'}"
    if not those:
        return "OpenSky was not asked about this time" if days else "OpenSky was not asked about past flights"
    begin, last = min(those), max(those)
    if begin == last:
        return f"{_ASKED} {begin:%Y-%m-%d}"
    is_whole = last - begin == timedelta(days=len(those) - 1)
    span = f", {begin:%Y-%m-%d} to" if is_whole else f" between {begin:%Y-%m-%d} and"
    return f"{_ASKED} {len(those):,} days{span} {last:%Y-%m-%d}"
