"""Which of the recorded visits a question is about."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from flightwatch.core.visits import Visit, came, left


class Selection(Struct, frozen=True):
    """Visits that touch the time from ``since`` to ``until``, that instant excluded; None: from the first, to the last.

    A visit lasts from `came` to `left`, the times that are shown of it, whatever the bounds that hold them.
    """

    since: datetime | None = None
    until: datetime | None = None
    inferred: bool = True
    """True if visits of which the arrival is inferred are among them."""
    limit: int | None = None
    """Most visits that are selected, the newest; None: all."""


ALL = Selection()


def selected(visits: Iterable[Visit], which: Selection) -> list[Visit]:
    """Select among ``visits``, which are in order, newest first."""
    kept = [v for v in visits if _touches(v, which) and (which.inferred or v.arrival.basis == "observed")]
    return kept[: which.limit]


def _touches(visit: Visit, which: Selection) -> bool:
    end = left(visit)
    is_over = which.since is not None and end is not None and end < which.since
    is_ahead = which.until is not None and came(visit) >= which.until
    return not is_over and not is_ahead
