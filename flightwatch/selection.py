"""Which of the recorded visits a question is about."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from flightwatch.visits import Visit


class Selection(Struct, frozen=True):
    """Visits that touch ``since``..``until``; None: from the first, to the last."""

    since: datetime | None = None
    until: datetime | None = None
    inferred: bool = True
    """Whether also those of which the arrival is inferred."""
    limit: int | None = None
    """At most so many, the newest; None: all."""


ALL = Selection()


def selected(visits: Iterable[Visit], which: Selection) -> list[Visit]:
    """Those of ``visits``, newest first."""
    kept = [v for v in visits if _touches(v, which) and (which.inferred or v.arrival.basis == "observed")]
    return kept[: which.limit]


def came(visit: Visit) -> datetime:
    """When it began, or was first heard there."""
    return visit.arrival.at or visit.arrival.latest


def _touches(visit: Visit, which: Selection) -> bool:
    is_over = which.since is not None and visit.departure is not None and visit.departure.latest < which.since
    is_ahead = which.until is not None and (visit.arrival.earliest or visit.arrival.latest) > which.until
    return not is_over and not is_ahead
