"""The morning look: who is on the ground where, who is up, who is not heard, what is new, how the polling goes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from flightwatch.alerting.deafness import SourceState
from flightwatch.alerting.digests import next_digest
from flightwatch.core.airports import Airports
from flightwatch.core.areas import WatchedArea
from flightwatch.core.digest_times import DigestTime
from flightwatch.core.model import Event, Icao24, instant
from flightwatch.core.visits import Visit, came, left
from flightwatch.core.watched import WatchedAircraft, admits
from flightwatch.storage.outbox import Undelivered
from flightwatch.storage.poll_record import PollRecord
from flightwatch.tracking.track import Track
from flightwatch.watchlist.model import OPENSKY_ALONE, Watchlist
from flightwatch.watchlist.wanted import wanted
from flightwatch.wording.alert import describe
from flightwatch.wording.phrases import ago, clean, counted, heard_by, short, utc, with_more
from flightwatch.wording.sentence import title
from flightwatch.wording.standing import in_air, last_heard, last_recorded, on_ground

NEW: Final = timedelta(days=1)
"""How far back what happened is new."""

MOST_NEWS: Final = 20
"""Most events that are listed, the newest."""

UP: Final = timedelta(hours=1)
"""How long after it was last heard in the air an aircraft is still called up; after that nobody knows."""

MOST_NAMES: Final = 10
"""Most of those who were never heard that are named."""

GIVEN_UP_SHOWN: Final = timedelta(days=7)
"""How long alerts that were given up are shown."""

_DOWN, _UP, _LOST = "on the ground", "in the air", "where unknown"
"""Titles of the groups of those who are known, in their order."""

_Row = tuple[datetime, str, str]
"""When it was there, its name, and what is said of it."""


class Group(Struct, frozen=True):
    """A part of the look."""

    title: str
    rows: tuple[tuple[str, str], ...] = ()
    """What each is about, and what is said of it."""
    more: int = 0
    """How many there are that have no row."""
    is_trouble: bool = False
    """True if somebody must do something about it: it comes first."""

    def lines(self, most: int | None = None) -> tuple[tuple[str, str], ...]:
        """The rows, at most ``most`` lines (None: all) with the one that says how many are missing."""
        last = (f"{self.more:,} more", "flightwatch history lists them by aircraft or airport")
        every = (*self.rows, last) if self.more else self.rows
        if most is None or len(every) <= most:
            return every
        shown = max(0, most - 1)
        missing = len(self.rows) - shown + self.more
        return (*self.rows[:shown], (f"{missing:,} more", "flightwatch status lists them"))[:most]


def looked(now: datetime, trouble: str | None, damage: str | None = None) -> Group:
    """When somebody looked last, for who looks again and again.

    ``trouble`` is why the watchlist is still the old one, ``damage`` what of the database could not be used; None: nothing is
    wrong with it.
    """
    rows = [("watchlist", f"still as it was: {clean(trouble)}")] if trouble is not None else []
    rows += [("database", clean(damage))] if damage is not None else []
    return Group(f"looked at {now:%H:%M:%S} UTC", tuple(rows), is_trouble=bool(rows))


def in_order(groups: Iterable[Group]) -> list[Group]:
    """The groups as they are to be read: trouble first."""
    return sorted(groups, key=lambda group: not group.is_trouble)


def unheard(watchlist: Watchlist, tracks: Mapping[Icao24, Track]) -> list[WatchedAircraft]:
    """The watched aircraft without a track: never heard, or forgotten before the watchlist named them."""
    return [aircraft for aircraft in watchlist.aircraft if _heard(tracks.get(aircraft.icao24)) is None]


def whereabouts(
    watchlist: Watchlist,
    tracks: Mapping[Icao24, Track],
    visits: Sequence[Visit],
    airports: Airports,
    *,
    now: datetime,
    known_until: datetime | None,
) -> Iterator[Group]:
    """Every watched airframe, and each other one on the ground at a watched airport, in groups; empty ones left out.

    ``visits`` are those of the `unheard`, or the last of each, newest first, and ``known_until`` is what
    `lookouts.looked_until` gave. On the ground, in the air and where unknown begin with the latest.
    """
    names = {a.icao24: _name(a.registration or a.icao24, a.label) for a in watchlist.aircraft}
    last = {visit.icao24: visit for visit in reversed(visits)}
    silent = {a.icao24: a.registration or a.icao24 for a in unheard(watchlist, tracks) if a.icao24 not in last}
    # A tail number that was heard on one of its addresses was heard.
    unheard_tails = (
        tail for icao24, tail in silent.items() if silent.keys() >= {*watchlist.watched.sharing_tail(icao24)}
    )
    never = [*dict.fromkeys(map(clean, unheard_tails))]
    visitors = sorted(icao24 for icao24, track in tracks.items() if icao24 not in names and _visits(track, watchlist))
    names |= {icao24: clean(tracks[icao24].registration or icao24) for icao24 in visitors}
    rows: dict[str, list[_Row]] = {_DOWN: [], _UP: [], _LOST: []}
    for icao24, name in names.items():
        if (visit := last.get(icao24)) is not None:
            rows[_LOST].append((left(visit) or came(visit), name, last_recorded(visit, airports)))
        elif (track := _heard(tracks.get(icao24))) is not None:
            group, at, said = _followed(track, watchlist, airports, now, known_until)
            rows[group].append((at, name, f"{said}{_heard_last_by(track)}"))
    for group, those in rows.items():
        if those:
            those.sort(key=lambda row: row[0], reverse=True)
            yield Group(group, tuple((name, said) for _, name, said in those))
    yield from _inside(watchlist, tracks, names, now)
    if never:
        yield Group("never heard", ((f"{len(never)} aircraft", with_more(never, MOST_NAMES)),))


def _inside(
    watchlist: Watchlist, tracks: Mapping[Icao24, Track], names: Mapping[Icao24, str], now: datetime
) -> Iterator[Group]:
    for area in watchlist.areas:
        rows = [
            (
                names.get(track.icao24) or clean(track.callsign or track.registration or track.icao24),
                f"heard {ago(instant(track.heard or 0), now)}",
            )
            for track in inside(area, tracks, now)
        ]
        if rows:
            yield Group(f"inside {clean(area.name)}", tuple(rows))


def inside(area: WatchedArea, tracks: Mapping[Icao24, Track], now: datetime) -> list[Track]:
    """Who was last heard inside an area, within `UP`, the latest first."""
    there = [
        track
        for track in tracks.values()
        if track.noted is not None and area.key in track.noted.inside and now - instant(track.heard or 0) <= UP
    ]
    return sorted(there, key=lambda track: (-(track.heard or 0), track.icao24))


def _followed(
    track: Track, watchlist: Watchlist, airports: Airports, now: datetime, known_until: datetime | None
) -> tuple[str, datetime, str]:
    """The group of an airframe that is followed, the time that orders it there, and what is said of it."""
    heard_at, units = instant(track.heard or 0), watchlist.alerts.desk.units
    if track.visit is not None:
        return _DOWN, came(track.visit), on_ground(track, track.visit, airports, now, known_until)
    if track.phase == "airborne" and now - heard_at <= UP:
        return _UP, heard_at, in_air(track, watchlist.watched, units, airports, now)
    return _LOST, heard_at, last_heard(track, airports, now, units)


def news(
    events: Iterable[Event], watchlist: Watchlist, airports: Airports, now: datetime, known_until: datetime | None
) -> Group:
    """Landings, departures and corrections that the watchlist asks for, newest first; whether there can be none."""
    told = [event for event in events if event.type != "reminder" and wanted(watchlist, event)]
    told.sort(key=lambda event: (event.time, event.id), reverse=True)
    rows = [
        (utc(event.time), title(describe(event, watchlist.watched, airports, desk=watchlist.alerts.desk)))
        for event in told[:MOST_NEWS]
    ]
    return Group(
        f"new in the last {NEW // timedelta(hours=1)} h",
        tuple(rows) or (_no_news(now, known_until),),
        more=len(told) - len(rows),
    )


def _no_news(now: datetime, known_until: datetime | None) -> tuple[str, str]:
    if known_until is None:
        return "not known", "no good poll yet"
    if known_until <= now - NEW:
        return "not known", f"no good poll since {utc(known_until)}"
    until = "" if known_until == now else f" until {utc(known_until)}, the last good poll"
    return "nothing", f"no landing or departure that the watchlist asks for{until}"


def polling(
    last: PollRecord | None,
    good_at: datetime | None,
    undelivered: Sequence[Undelivered],
    now: datetime,
    known_until: datetime | None,
    *,
    digests: Mapping[str, DigestTime] = {},
) -> Group:
    """The last good poll, what the last poll said, credits left, undelivered alerts and those given up.

    ``digests`` are the times of the channels that get digests: what waits for one is no trouble.
    It is trouble when nobody watches, the last poll failed, or a channel did.
    """
    is_trouble = (
        last is None
        or known_until != now
        or (last.at is None and not last.is_idle)
        or any(o.error for o in undelivered)
    )
    return Group("polling", tuple(_polling(last, good_at, undelivered, now, digests)), is_trouble=is_trouble)


def sources(watchlist: Watchlist, states: Mapping[str, SourceState], now: datetime) -> Iterator[Group]:
    """Each source's last answer that counts, or why the last one does not; nothing where OpenSky is the only one."""
    if watchlist.sources == OPENSKY_ALONE:
        return
    rows = [(clean(entry.name), _about_source(states.get(entry.name), now)) for entry in watchlist.sources]
    silent = [states[entry.name] for entry in watchlist.sources if entry.name in states]
    yield Group("sources", tuple(rows), is_trouble=any(state.since is not None for state in silent))


def _about_source(state: SourceState | None, now: datetime) -> str:
    if state is None or state.tried_at is None:
        return "not asked yet"
    if state.good_at is None:
        return f"never heard: {clean(state.outcome)}"
    heard = f"heard {ago(state.good_at, now)}, {state.rows or 0:,} aircraft"
    clock = (
        f"; its clock is {abs(state.clock_s):,} s {'ahead' if state.clock_s > 0 else 'behind'}" if state.clock_s else ""
    )
    return f"{heard}{clock}" if state.since is None else f"last {heard}; since then: {clean(state.outcome)}"


def _polling(
    last: PollRecord | None,
    good_at: datetime | None,
    undelivered: Sequence[Undelivered],
    now: datetime,
    digests: Mapping[str, DigestTime],
) -> Iterator[tuple[str, str]]:
    if last is None:
        yield "never polled", "run flightwatch poll"
        return
    yield "last good poll", f"{utc(good_at)}, {ago(good_at, now)}" if good_at else "none yet"
    if last.is_idle:
        yield f"the last poll, {ago(last.started_at, now)}", clean(last.outcome)
    elif last.at is None:
        yield f"the last poll failed {ago(last.started_at, now)}", clean(last.outcome)
    if last.skipped:
        yield "rows that could not be read", f"{last.skipped:,} in the last poll"
    if last.credits_remaining is not None:
        yield "credits left", f"{last.credits_remaining:,}"
    for owed in undelivered:
        why = f": {clean(owed.error)}" if owed.error else ""
        when = digests.get(owed.channel)
        if owed.waiting and when is not None and not owed.error:
            following = utc(next_digest(when, now))
            yield "waiting for a digest", f"{counted(owed.waiting, 'alert')} for {owed.channel}, next {following}"
        elif owed.waiting:
            yield "undelivered alerts", f"{owed.waiting:,} for {owed.channel}{why}"
        if owed.given_up:
            yield f"given up in the last {GIVEN_UP_SHOWN.days} days", f"{owed.given_up:,} for {owed.channel}{why}"


def _heard_last_by(track: Track) -> str:
    """Say who heard it last; nothing where that is OpenSky."""
    who = heard_by(sorted(name for name, at in track.heard_by.items() if at == max(track.heard_by.values())))
    return f"; heard by {who}" if who else ""


def _heard(track: Track | None) -> Track | None:
    return None if track is None or track.heard is None else track


def _visits(track: Track, watchlist: Watchlist) -> bool:
    """Tell whether it stands at an airport that is watched for it."""
    if track.visit is None or track.visit.airport is None:
        return False
    field = watchlist.watched.airports_by_icao.get(track.visit.airport.icao)
    return field is not None and admits(field, track.icao24, track.registration, None)


def _name(name: str, label: str | None) -> str:
    return clean(f"{name} ({short(label)})" if label else name)
