"""Times from one instant to another, and what is left of one."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct


class Span(Struct, frozen=True):
    """A time from ``since`` to ``until``, that instant excluded."""

    since: datetime
    until: datetime


def without(whole: Span, parts: Iterable[Span]) -> list[Span]:
    """What the ``parts``, oldest first, leave of a time."""
    left, begin = [], whole.since
    for part in parts:
        left.append(Span(begin, min(part.since, whole.until)))
        begin = max(begin, part.until)
    return [span for span in (*left, Span(begin, whole.until)) if span.since < span.until]
