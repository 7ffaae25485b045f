"""Visits counted by month, tail, airport, operator and tag; the longest, first and last; and their rate, compared with before."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from re import fullmatch
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.model import Icao24
from flightwatch.core.selection import ALL, Selection, selected
from flightwatch.core.visits import Visit, came
from flightwatch.core.watched import Watched, WatchedAircraft
from flightwatch.export.rows import VisitRow, row
from flightwatch.wording.phrases import called, short
from flightwatch.wording.watch_times import WatchTimes, watched_again, watched_share, with_days
from flightwatch.wording.whereabouts import brief_name, codes

RATE_DAYS: Final = 60
"""Days that are compared with those before, unless the question is about another time."""

MOST_RATE_DAYS: Final = 3650
"""Most days that are compared: before that there was no ADS-B to speak of."""

TOLD_STAYS: Final = 3
"""Most of the longest stays that are told."""

WHOLE: Final = 0.995
"""Share of a time from which it counts as wholly known."""

WHOLE_BUT_TODAY: Final = 0.96
"""The same share where only today is missing, of which OpenSky tells nothing: a thirtieth of a month."""

_DAY: Final = timedelta(days=1)
_INSTANT: Final = timedelta(microseconds=1)
_NOWHERE: Final = "no airport named"
_OPERATOR: Final = r"([A-Z]{3})\d[0-9A-Z]{0,3}\s*"
"""A flight's callsign as ICAO Doc 8585 makes it: three letters that say whose it is, then the flight."""


class Count(Struct, frozen=True):
    """How many visits go under a name."""

    name: str
    visits: int


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


class Summary(Struct, frozen=True):
    """What the visits come to, as ``history --summary --format json`` prints it; these names are stable."""

    since: datetime | None
    until: datetime | None
    """The time that was asked for; None: from the first visit, to now."""
    inferred: bool
    """True if visits whose arrival is inferred are counted, here and in what follows."""
    visits: int
    """Number of visits that touch the time."""
    from_before: int
    """Number of them that began before ``since``."""
    first: VisitRow | None
    """None: there is no visit."""
    last: VisitRow | None
    months: tuple[Stretch, ...]
    """Each UTC month, cut to the time asked for, from when anything is known; without ``since`` from the first visit's month on.
    A visit belongs to the month it began in. Together with ``from_before`` the counts make ``visits``."""
    tails: tuple[Count, ...]
    """Tail numbers with their labels; here and in what follows the one with most visits is first."""
    airports: tuple[Count, ...]
    operators: tuple[Count, ...]
    """Operators, by the three letters that a flight's callsign begins with; visits without such a callsign are left out."""
    tags: tuple[Count, ...]
    """Tags of the watchlist; a visit counts once for each tag of its airframe."""
    longest: tuple[VisitRow, ...]
    """The longest stays by best estimate, or by the least that is sure where there is none."""
    rate: Rate


def summarise(
    visits: Sequence[Visit],
    watch_times: WatchTimes,
    now: datetime,
    which: Selection = ALL,
    *,
    asked_days: Collection[datetime] = (),
    watched: Watched | None = None,
) -> Summary:
    """Count the selected ones of ``visits``, which are all visits of those who are asked about, newest first.

    The rate compares the last `RATE_DAYS`, or the time that was asked for, with the times before, and so needs all visits.
    ``asked_days`` are the UTC days of which OpenSky's flights are kept; there are none for an airport.
    """
    asked, end = selected(visits, which), min(which.until or now, now)
    listed = {} if watched is None else watched.aircraft_by_icao24
    longest = sorted((row(v, now) for v in asked), key=lambda r: (-_dwell_s(r), r.visit))[:TOLD_STAYS]
    in_order = sorted(asked, key=lambda v: (came(v), v.id))
    record = _record(selected(visits, replace(which, since=None, limit=None)), watch_times, asked_days, now)
    return Summary(
        since=which.since,
        until=which.until,
        inferred=which.inferred,
        visits=len(asked),
        from_before=sum(which.since is not None and came(v) < which.since for v in asked),
        first=row(in_order[0], now) if asked else None,
        last=row(in_order[-1], now) if asked else None,
        months=tuple(_months(record, which.since, end)),
        tails=_counts(_tail(v, listed.get(v.icao24)) for v in asked),
        airports=_counts(_airports(asked)),
        operators=_counts(_operators(asked)),
        tags=_counts(_tags(asked, listed)),
        longest=tuple(longest),
        rate=_rate(record, which.since, end),
    )


def _tail(visit: Visit, listed: WatchedAircraft | None) -> str:
    if listed is None:
        return called(visit.icao24, visit.registration)
    return called(visit.icao24, visit.registration or listed.registration, listed.label)


def _operators(visits: Iterable[Visit]) -> Iterable[str]:
    return (found[1] for v in visits if (found := fullmatch(_OPERATOR, v.callsign or "")))


def _tags(visits: Iterable[Visit], listed: Mapping[Icao24, WatchedAircraft]) -> Iterable[str]:
    return (short(tag) for v in visits if v.icao24 in listed for tag in dict.fromkeys(listed[v.icao24].tags))


def _dwell_s(visit: VisitRow) -> int:
    return visit.dwell_min_s if visit.dwell_s is None else visit.dwell_s


def _counts(names: Iterable[str]) -> tuple[Count, ...]:
    found = Counter(names)
    return tuple(Count(name, found[name]) for name in sorted(found, key=lambda name: (-found[name], name)))


def _airports(visits: Iterable[Visit]) -> Iterable[str]:
    """Name the airport of each visit; visits to one ICAO code all get the name that the first of them has, as names change."""
    names = dict[str, str]()
    for visit in visits:
        if visit.airport is None:
            yield _NOWHERE
        else:
            code, name = codes(visit.airport), brief_name(visit.airport)
            yield names.setdefault(visit.airport.icao, name if name == code else f"{name} ({code})")


class _Record(Struct, frozen=True):
    """What the counts of visits are made from."""

    began: Sequence[datetime]
    """When the visits began, oldest first."""
    watched: WatchTimes
    known: WatchTimes
    """When somebody watched or, of a tail, OpenSky was asked."""
    knowable: WatchTimes
    """The same, with today where OpenSky was asked: it tells nothing of a day that goes on."""


def _record(visits: Iterable[Visit], watched: WatchTimes, asked_days: Collection[datetime], now: datetime) -> _Record:
    # OpenSky's clock may be ahead of ours: what has come has come by now, unless it came after the time asked for.
    began = sorted(min(came(visit), now - _INSTANT) for visit in visits)
    if not asked_days:
        return _Record(began, watched, watched, watched)
    with_today = with_days(watched, {*asked_days, _today(now)}, now)
    return _Record(began, watched, with_days(watched, asked_days, now), with_today)


def _stretch(record: _Record, since: datetime, until: datetime) -> Stretch:
    known, knowable = (watched_share(times, since, until) for times in (record.known, record.knowable))
    return Stretch(
        since=since,
        until=until,
        visits=bisect_left(record.began, until) - bisect_left(record.began, since),
        watched=_share(record.watched, since, until),
        known=_share(record.known, since, until),
        whole=known >= WHOLE or (knowable >= WHOLE and known >= WHOLE_BUT_TODAY),
    )


def _share(times: WatchTimes, since: datetime, until: datetime) -> float:
    """Give the share that was watched, in thousandths, but not 0 unless it is."""
    share = watched_share(times, since, until)
    return max(round(share, 3), 0.001) if share else 0.0


def _months(record: _Record, since: datetime | None, end: datetime) -> Iterable[Stretch]:
    """Give the months to ``end``, from that of the first visit, or the first from ``since`` on of which anything is known."""
    firsts = [began for began in record.began if (since is None or began >= since) and began < end][:1]
    if since is not None and (again := watched_again(record.known, since)) is not None and again < end:
        firsts.append(again)
    month = _month(min(firsts, default=end))
    while firsts and month < end:
        after = _month(month + timedelta(days=31))
        yield _stretch(record, max(month, since or month), min(after, end))
        month = after


def _today(now: datetime) -> datetime:
    """Give the beginning of the UTC day that ``now`` is in, or that ends at ``now``."""
    return (now - _INSTANT).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _month(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _rate(record: _Record, since: datetime | None, end: datetime) -> Rate:
    time = timedelta(days=RATE_DAYS) if since is None else min(end - since, timedelta(days=MOST_RATE_DAYS))
    ends = end, end - time, end - timedelta(days=365)
    return Rate(max(1, round(time / _DAY)), *(_stretch(record, until - time, until) for until in ends))
