"""Which of the recorded visits a question is about."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

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
    return list(each_selected(visits, which))


def each_selected(visits: Iterable[Visit], which: Selection) -> Iterator[Visit]:
    """Give the same as `selected`, each as it is asked for."""
    return islice((visit for visit in visits if selects(visit, which)), which.limit)


def selects(visit: Visit, which: Selection) -> bool:
    """Tell whether a visit is selected, whatever the limit."""
    return (which.inferred or visit.arrival.basis == "observed") and _touches(visit, which)


class Tally:
    """How many of some visits a selection tells of, counted one by one, newest first, so that none needs to be held."""

    def __init__(self, which: Selection) -> None:
        self._which = which
        self._with_inferred = Selection(which.since, which.until)
        self.told = 0
        """Those that are selected."""
        self.every = 0
        """Those that would be without a limit."""
        self.left_out = 0
        """Those that are not selected as their arrival is inferred."""
        self.begun_before = 0
        """Those of ``told`` that began before the time that is asked for."""
        self.estimates = 0
        """Those of ``told`` that OpenSky estimates."""
        self.archived: Counter[str] = Counter()
        """Those of ``told`` whose landing an archive tells of, by the archive's name."""
        self.archives: set[str] = set()
        """The archives that tell of an end of those."""
        self.landings: Counter[str] = Counter()
        """How the landings that OpenSky does not estimate are known: ``inferred``, ``observed`` or ``at an unknown time``."""

    def count(self, visit: Visit) -> None:
        """Count one more."""
        which = self._which
        if not selects(visit, which):
            self.left_out += selects(visit, self._with_inferred)
            return
        self.every += 1
        if which.limit is not None and self.told >= which.limit:
            return
        self.told += 1
        self.begun_before += which.since is not None and came(visit) < which.since
        self.archives.update(end.archive for end in visit.ends if end.archive is not None)
        if visit.arrival.archive is not None:
            self.archived[visit.arrival.archive] += 1
        if visit.is_estimate:
            self.estimates += 1
        else:
            self.landings["at an unknown time" if visit.arrival.at is None else visit.arrival.basis] += 1

    def passing(self, visits: Iterable[Visit]) -> Iterator[Visit]:
        """Give the visits, each counted as it passes."""
        for visit in visits:
            self.count(visit)
            yield visit


def _touches(visit: Visit, which: Selection) -> bool:
    if which.since is not None and (end := left(visit)) is not None and end < which.since:
        return False
    return which.until is None or came(visit) < which.until
