"""Which of the recorded visits a question is about."""

from collections.abc import Sequence
from datetime import datetime

from flightwatch.visits import Visit


def selected(
    visits: Sequence[Visit],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    inferred: bool = True,
    limit: int | None = None,
) -> list[Visit]:
    """Those of ``visits``, newest first, that touch ``since``..``until``; not the inferred ones for ``inferred=False``.

    A visit is inferred when its arrival is. At most ``limit``, the newest; None: all.
    """
    kept = [v for v in visits if _touches(v, since, until) and (inferred or v.arrival.basis == "observed")]
    return kept[:limit]


def came(visit: Visit) -> datetime:
    """When it began, or was first heard there."""
    return visit.arrival.at or visit.arrival.latest


def _touches(visit: Visit, since: datetime | None, until: datetime | None) -> bool:
    is_over = since is not None and visit.departure is not None and visit.departure.latest < since
    is_ahead = until is not None and (visit.arrival.earliest or visit.arrival.latest) > until
    return not is_over and not is_ahead
