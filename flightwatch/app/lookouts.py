"""When polls looked for an airframe or an airport, by what the database remembers: rows go to `core.lookout`."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from flightwatch.alerting import blindness
from flightwatch.core.lookout import listed_spans, looked_spans
from flightwatch.core.spans import Span
from flightwatch.storage.poll_log import PollLog
from flightwatch.storage.store import Store
from flightwatch.watchlist.model import Watchlist


def listed(store: Store, names: Iterable[str], now: datetime) -> list[Span]:
    """When the watchlist named any of these until ``now``, oldest first: see `listed_spans`."""
    return listed_spans(PollLog(store).listings(*names), now)


def longest_gap(store: Store, watchlist: Watchlist) -> timedelta:
    """How long a time without a good poll may be that is no hole: see `blindness.longest_gap`."""
    return blindness.longest_gap(watchlist.health.blind_after, PollLog(store).begun())


def looked(store: Store, listed: Sequence[Span], now: datetime, longest: timedelta) -> list[Span]:
    """These times without those in which no poll was good for longer than ``longest``."""
    last = store.last_poll_at()
    if last is None or not listed:
        return []
    return looked_spans(listed, PollLog(store).gaps(listed[0].since, last, longest), last, now, longest)


def looked_until(
    good_at: datetime | None, now: datetime, blind_after: timedelta, unseen: timedelta = timedelta(0)
) -> datetime | None:
    """Until when it is known what happened: ``now``, or the last good poll where that is longer ago; None: there was none.

    ``unseen`` is how long ago that was at least, whatever our clock says.
    """
    return now if good_at is not None and max(now - good_at, unseen) <= blind_after else good_at
