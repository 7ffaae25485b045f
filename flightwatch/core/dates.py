"""Days and instants as people write them: ``2023-08-01``, ``August 2023``, ``26 Sep``, ``30 days``, ``last month``.

A grammar of our own, because what the libraries guess is wrong here (tried with dateparser 1.5, parsedatetime 2.6 and
dateutil 4.0): ``2023-08`` becomes a day of that month, the same as today's or this very minute, ``01/02/2023`` silently
the second of January, and ``30 days`` lies ahead for parsedatetime. dateparser also takes 90 ms to import, 170 ms for its
first date, and 7 MB on disk.
"""

import re
from calendar import monthrange
from datetime import UTC, datetime, timedelta
from typing import Final

from flightwatch.core.spans import midnight
from flightwatch.errors import UsageError

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)"
)
_UNIT: Final = r"(?P<unit>h|hour|d|day|w|week|month|y|year)s?"
_AGO: Final = re.compile(rf"(?:(?P<count>\d{{1,6}}) ?|an? ){_UNIT}(?: ago)?", re.ASCII)
_LAST: Final = re.compile(rf"(?:the )?(?:last|past) (?P<count>\d{{1,6}}) ?{_UNIT}", re.ASCII)
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NAMED: Final = re.compile(r"(?P<which>this|last) (?P<unit>week|month|year)")
_WRITTEN: Final = tuple(
    re.compile(form, re.ASCII)
    for form in (
        r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?",
        r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)",
        rf"(?:(?P<day>\d\d?) )?{_MONTH} (?P<year>\d{{4}})",
        rf"{_MONTH} (?P<day>\d\d?),? (?P<year>\d{{4}})",
        rf"(?P<day>\d\d?) {_MONTH}",
        rf"{_MONTH} (?P<day>\d\d?)",
    )
)
_EITHER_WAY: Final = re.compile(r"\d{1,2}([/.-])\d{1,2}\1(\d{4}|\d\d)", re.ASCII)
_CLOCK: Final = re.compile(r"\d[t ]\d", re.ASCII)

_FIRST: Final = datetime(1900, 1, 1, tzinfo=UTC)
"""Before that nothing flew; and what is compared with years before it must not leave the calendar."""

_LEAP_YEARS: Final = 8
"""Most years from one 29 February to the next."""

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


def between(
    since: str | None,
    until: str | None,
    now: datetime,
    days: int | None = None,
    *,
    named: tuple[str, str] = ("--since", "--until"),
) -> tuple[datetime | None, datetime | None]:
    """What ``--since`` and ``--until`` mean: from the first instant to the second, that excluded; None for what is not given.

    ``days`` is how long before the end, or before ``now`` where that comes first, it begins instead of at ``since``. Raises
    `UsageError` for what is no date, for a wrong order and for a beginning that is not past, in which they are ``named`` so.
    """
    begin, end = day(since, named[0], now), day(until, named[1], now, end=True)
    if days is not None:
        begin = min(end or now, now) - timedelta(days=days)
    if begin is not None and begin >= now:
        raise UsageError(f"{named[0]} {since!r} is not in the past: name an earlier day")
    if begin is not None and end is not None and begin >= end:
        raise UsageError(f"{named[0]} {since!r} is not before the end of {named[1]} {until!r}: change one of them")
    return begin, end


def period(text: str, now: datetime) -> Period:
    """The time that these words mean at ``now``. Raises `ValueError` or `OverflowError` when they mean none."""
    meant = _meant(text, now)
    if meant[0] < _FIRST:
        raise ValueError(text)
    return meant


def _meant(text: str, now: datetime) -> Period:
    words = " ".join(text.lower().split())
    if words == "now":
        return now, now
    if found := _AGO.fullmatch(words):
        at = _before(now, int(found["count"] or 1), found["unit"])
        return at, at
    if found := _LAST.fullmatch(words):
        return _before(now, int(found["count"]), found["unit"]), now
    if words in ("today", "yesterday"):
        return _whole(now - timedelta(days=words == "yesterday"), "day")
    if (weekday := words.removeprefix("last ")) in _WEEKDAYS:
        ago = (now.astimezone(UTC).weekday() - _WEEKDAYS.index(weekday)) % 7
        return _whole(now - timedelta(days=ago or 7 * (weekday != words)), "day")
    if found := _NAMED.fullmatch(words):
        return _whole(_before(now, int(found["which"] == "last"), found["unit"]), found["unit"])
    for form in _WRITTEN:
        if found := form.fullmatch(words):
            return _written(found.groupdict(), now)
    if not _CLOCK.search(words):
        raise ValueError(text)
    at = datetime.fromisoformat(text.strip())
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return at, at


def _written(fields: dict[str, str | None], now: datetime) -> Period:
    """A year, a month or a day, as far as it is given; without a year the last such day that is not in the future."""
    name, month, day_ = fields.get("name"), fields.get("month"), fields.get("day")
    number = _MONTHS.index(name[:3]) + 1 if name else int(month or 1)
    if "year" in fields:
        at = datetime(int(fields["year"] or 0), number, int(day_ or 1), tzinfo=UTC)
    else:
        at = _last(number, int(day_ or 0), now)
    return _whole(at, "day" if day_ else "month" if name or month else "year")


def _last(month: int, day_: int, now: datetime) -> datetime:
    """The last such day that is not in the future."""
    for year in range(now.year, now.year - _LEAP_YEARS - 1, -1):
        if day_ <= monthrange(year, month)[1] and (at := datetime(year, month, day_, tzinfo=UTC)) <= now:
            return at
    raise ValueError(f"{day_} {_MONTHS[month - 1]}")


def _before(now: datetime, count: int, unit: str) -> datetime:
    """Give the instant that many hours, days, weeks, months or years before ``now``; a month too short ends on its last day."""
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
    start = midnight(at)
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
