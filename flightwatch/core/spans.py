"""Times from one instant to another, and what is left of one."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

DAY_S: Final = 86_400
"""A UTC day, s: Unix time counts no leap seconds."""


def midnight(at: datetime) -> datetime:
    """The beginning of the UTC day that holds an instant."""
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


class Span(Struct, frozen=True):
    """A time from ``since`` to ``until``, that instant excluded."""

    since: datetime
    until: datetime


def without(whole: Span, taken: Iterable[Span]) -> list[Span]:
    """What is left of ``whole`` when the times ``taken``, oldest first, are taken out of it; oldest first."""
    left, begin = [], whole.since
    for span in taken:
        left.append(Span(begin, min(span.since, whole.until)))
        begin = max(begin, span.until)
    return [span for span in (*left, Span(begin, whole.until)) if span.since < span.until]
