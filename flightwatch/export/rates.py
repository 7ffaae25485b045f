"""How many visits began in each month, and in the times that a rate compares; and how much of these times is known."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from itertools import chain
from typing import Final

from msgspec import Struct

from flightwatch.core.model import instant
from flightwatch.core.spans import midnight
from flightwatch.wording.watch_times import WatchTimes, watched_again, watched_share, with_days

INSTANT: Final = timedelta(microseconds=1)
"""How long before the end of a time its last instant is: no shorter time is told apart."""

RATE_DAYS: Final = 60
"""Days that are compared with those before, unless the question is about another time."""

MOST_RATE_DAYS: Final = 3650
"""Most days that are compared: before that there was no ADS-B to speak of."""

WHOLE: Final = 0.995
"""Share of a time from which it counts as wholly known."""

WHOLE_BUT_TODAY: Final = 0.96
"""The same share where only today is missing, of which OpenSky tells nothing: a thirtieth of a month."""

_DAY: Final = timedelta(days=1)


class Stretch(Struct, frozen=True):
    """How many visits began in a time, and how much of that is known."""

    since: datetime
    until: datetime
    """The time ends before this instant."""
    visits: int
    watched: float
    """The share that was watched, 0..1."""
    known: float
    """The share that was watched or, for a tail, that OpenSky was asked about, 0..1; nothing is known of the rest."""
    whole: bool
    """True if ``visits`` are all that can be known: almost nothing is unknown except, where OpenSky was asked, today."""


class Rate(Struct, frozen=True):
    """Visits of the last days, of the same time before, and of the same a year before."""

    days: int
    """Length of each time in days, rounded."""
    last: Stretch
    before: Stretch
    year_before: Stretch


class Began:
    """When visits began: how many did between any two of ``edges``, whole UTC hours among them, though none is held.

    They are counted by the hour, and by the instant in the hours that hold an edge.
    """

    def __init__(self, edges: Iterable[datetime], first: tuple[datetime | None, datetime]) -> None:
        self._cut = {_hour(edge) for edge in edges}
        self._hours: Counter[int] = Counter()
        self._instants: Counter[datetime] = Counter()
        self._first_within = first
        self.first: datetime | None = None
        """The first from the one instant on (None: from any), and before the other; None: there is none."""

    def add(self, began: datetime) -> None:
        """Count one more."""
        hour = _hour(began)
        if hour in self._cut:
            self._instants[began] += 1
        else:
            self._hours[hour] += 1
        since, end = self._first_within
        if (self.first is None or began < self.first) and (since is None or began >= since) and began < end:
            self.first = began

    def between(self, since: datetime, until: datetime) -> int:
        """Count those from ``since`` to before ``until``."""
        hours = ((instant(hour * 3600), number) for hour, number in self._hours.items())
        counted = chain(hours, self._instants.items())
        return sum(number for began, number in counted if since <= began < until)


def _hour(at: datetime) -> int:
    """Give the hour that an instant is in, counted from 1970 on."""
    return int(at.timestamp() // 3600)


class Record(Struct, frozen=True):
    """What the counts of visits are made from."""

    began: Began
    """When the visits began."""
    watched: WatchTimes
    known: WatchTimes
    """When somebody watched or, of a tail, OpenSky was asked."""
    knowable: WatchTimes
    """The same, with today where OpenSky was asked: it tells nothing of a day that goes on."""


def record_of(
    since: datetime | None, end: datetime, watched: WatchTimes, asked_days: Collection[datetime], now: datetime
) -> Record:
    """Give the record of the time from ``since`` (None: from the first visit) to ``end``, to which visits are yet to be added.

    ``asked_days`` are the UTC days of which OpenSky's flights are kept.
    """
    began = Began({edge for span in _compared(since, end) for edge in span} | {since or end}, (since, end))
    if not asked_days:
        return Record(began, watched, watched, watched)
    with_today = with_days(watched, {*asked_days, _today(now)}, now)
    return Record(began, watched, with_days(watched, asked_days, now), with_today)


def _stretch(record: Record, since: datetime, until: datetime) -> Stretch:
    known, knowable = (watched_share(times, since, until) for times in (record.known, record.knowable))
    return Stretch(
        since=since,
        until=until,
        visits=record.began.between(since, until),
        watched=_share(record.watched, since, until),
        known=_share(record.known, since, until),
        whole=known >= WHOLE or (knowable >= WHOLE and known >= WHOLE_BUT_TODAY),
    )


def _share(times: WatchTimes, since: datetime, until: datetime) -> float:
    """Give the share that was watched, in thousandths, but not 0 unless it is."""
    share = watched_share(times, since, until)
    return max(round(share, 3), 0.001) if share else 0.0


def months(record: Record, since: datetime | None, end: datetime) -> Iterable[Stretch]:
    """Give the months to ``end``, from that of the first visit, or the first from ``since`` on of which anything is known."""
    firsts = [] if record.began.first is None else [record.began.first]
    if since is not None and (again := watched_again(record.known, since)) is not None and again < end:
        firsts.append(again)
    month = _month(min(firsts, default=end))
    while firsts and month < end:
        after = _month(month + timedelta(days=31))
        yield _stretch(record, max(month, since or month), min(after, end))
        month = after


def _today(now: datetime) -> datetime:
    """Give the beginning of the UTC day that ``now`` is in, or that ends at ``now``."""
    return midnight(now - INSTANT)


def _month(at: datetime) -> datetime:
    return midnight(at).replace(day=1)


def _compared(since: datetime | None, end: datetime) -> list[tuple[datetime, datetime]]:
    """Give the times that the rate compares: the last, the same before, and the same a year before."""
    time = timedelta(days=RATE_DAYS) if since is None else min(end - since, timedelta(days=MOST_RATE_DAYS))
    return [(until - time, until) for until in (end, end - time, end - timedelta(days=365))]


def rate_of(record: Record, since: datetime | None, end: datetime) -> Rate:
    """Compare the last days with the times before."""
    spans = _compared(since, end)
    days = (spans[0][1] - spans[0][0]) / _DAY
    return Rate(max(1, round(days)), *(_stretch(record, *span) for span in spans))
