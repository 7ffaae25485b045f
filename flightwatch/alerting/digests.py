"""When digests go out, and what waits for one."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from flightwatch.core.digest_times import DigestTime

EARLY: Final = timedelta(minutes=1)
"""How much earlier than its time a digest may go: networks' answers are some seconds old, and a poll that cron begins at 07:00
would otherwise leave it to the next one."""

AHEAD: Final = timedelta(hours=1)
"""How far ahead of now the last digest may have gone: answers follow each other by clocks that differ. Where it is farther, the
clock was set back since, and the digest is no reason to wait."""

_WEEK_AND_A_DAY: Final = 8
"""Days within which the next time lies, whichever side of midnight the clocks are on."""


def next_digest(when: DigestTime, now: datetime) -> datetime:
    """Give the first of its times after ``now``."""
    return min(at for at in _around(when, now) if at > now)


def last_digest(when: DigestTime, now: datetime) -> datetime:
    """Give the last of its times that is not after ``now``."""
    return max(at for at in _around(when, now) if at <= now)


def is_held(
    when: DigestTime,
    now: datetime,
    due: datetime,
    *,
    last_begun: datetime | None,
    polled_before: datetime | None,
) -> bool:
    """Tell whether what a channel has not been handed yet waits for a later digest.

    ``due`` is when the first of it was to go but for the digest. ``last_begun`` is when alerts were last handed to the
    channel, `AHEAD` of now at most, and ``polled_before`` the last good poll but one: each None where there was none. What
    came before the time goes now, and takes all along that came since; so does what the first poll after the time finds, which
    may look back on a night without polls. What comes later waits for the next time.
    """
    at = last_digest(when, now + EARLY)
    begins = at - EARLY
    if last_begun is not None and begins <= last_begun <= now + AHEAD:
        return True
    return due > at and (polled_before is None or polled_before >= begins)


def _around(when: DigestTime, now: datetime) -> list[datetime]:
    today = now.astimezone(ZoneInfo(when.time_zone)).date()
    days = (today + timedelta(days=n) for n in range(-_WEEK_AND_A_DAY, _WEEK_AND_A_DAY + 1))
    return [_on(day, when) for day in days if when.weekday in (None, day.weekday())]


def _on(day: date, when: DigestTime) -> datetime:
    """Give the time on one day, UTC: later by as much as the clock skips, the first of two where it is set back."""
    return datetime.combine(day, time(when.hour, when.minute), ZoneInfo(when.time_zone)).astimezone(UTC)
