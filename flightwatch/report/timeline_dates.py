"""The dates along a timeline: midnights, Mondays, firsts of months, as many as there is room for."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import ceil, log
from typing import Final

_MONDAY: Final = datetime(1970, 1, 5, tzinfo=UTC)
"""What steps of up to a week are counted from."""

_HOURS: Final = (0.5, 1, 3, 6, 12, 24, 48, 168)
_MONTHS: Final = (1, 3, *(12 * years for years in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)))
"""Steps from date to date."""

_HOURS_A_MONTH: Final = 730.5


def dates(start: datetime, end: datetime, count: int) -> Iterator[datetime]:
    """Give dates from one instant to another, about so many, by the step that comes nearest to it."""
    aimed = (end - start) / timedelta(hours=1) / count
    steps = [*_HOURS, *(_HOURS_A_MONTH * months for months in _MONTHS)]
    nearest = min(range(len(steps)), key=lambda number: abs(log(steps[number] / aimed)))
    if nearest < len(_HOURS):
        step = timedelta(hours=_HOURS[nearest])
        at = _MONDAY + ceil((start - _MONDAY) / step) * step
        while at <= end:
            yield at
            at += step
        return
    months = _MONTHS[nearest - len(_HOURS)]
    number = (12 * start.year + start.month - 1) // months * months
    while (at := datetime(max(number // 12, 1), number % 12 + 1, 1, tzinfo=UTC)) <= end:
        if at >= start:
            yield at
        number += months


def date_told(at: datetime) -> str:
    """Tell a date as shortly as it can be told: ``2023``, ``Feb 2023``, ``3 Feb``, ``06:00``."""
    if at.hour or at.minute:
        return f"{at:%H:%M}"
    if at.day > 1:
        return f"{at.day} {at:%b}"
    return f"{at:%b %Y}" if at.month > 1 else f"{at.year}"
