"""The morning look: who is on the ground where, who is up, who has not been heard, what is new, how the polling goes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from flightwatch.airports import Airports
from flightwatch.alerts import title
from flightwatch.delivery.outbox_table import Undelivered
from flightwatch.geo import bearing_deg, distance_km, turn_deg
from flightwatch.model import Airport, Event, Icao24, StateVector, instant
from flightwatch.past.extent import length
from flightwatch.store import PollRecord
from flightwatch.tracking.landing import LEVEL_MS
from flightwatch.tracking.motion import altitude_m, motion, position
from flightwatch.tracking.track import Track
from flightwatch.visits import Visit, dwell_so_far
from flightwatch.watched import Watchlist, admits, wanted
from flightwatch.words.described import describe
from flightwatch.words.phrases import clean, dwell_in_brief, percent, short, utc
from flightwatch.words.whereabouts import came_from, nearest_known, nickname, off

NEW: Final = timedelta(days=1)
"""How far back what happened is new."""

MOST_NEWS: Final = 20
"""Most events that are listed, the newest."""

UP: Final = timedelta(hours=1)
"""How long after it was last heard in the air an aircraft is still called up; after that nobody knows."""

MOST_NAMES: Final = 10
"""Most of those who were never heard that are named."""

TOWARDS_DEG, TOWARDS_KM = 20.0, 600.0
"""Angle between track and watched field, and distance from it, up to which an aircraft flies towards it: three quarters of an
hour at cruise, which is longer than any descent."""

GIVEN_UP_SHOWN: Final = timedelta(days=7)
"""How long alerts that were given up are shown."""

_NOTHING: Final = timedelta(0)


class Group(Struct, frozen=True):
    """A part of the look."""

    title: str
    rows: tuple[tuple[str, str], ...]
    """What each is about, and what is said of it."""


def whereabouts(
    watchlist: Watchlist, tracks: Mapping[Icao24, Track], airports: Airports, now: datetime
) -> Iterator[Group]:
    """Every watched airframe, and each other one on the ground at a watched airport, in groups; empty ones left out.

    On the ground, in the air and not heard begin with the latest.
    """
    names = {a.icao24: _name(a.registration or a.icao24, a.label) for a in watchlist.aircraft}
    visitors = sorted(icao24 for icao24, track in tracks.items() if icao24 not in names and _visits(track, watchlist))
    names |= {icao24: clean(tracks[icao24].registration or icao24) for icao24 in visitors}
    known = [
        (name, track) for icao24, name in names.items() if (track := tracks.get(icao24)) and track.heard is not None
    ]
    down = [(name, track, track.visit) for name, track in known if track.visit is not None]
    down.sort(key=lambda row: row[2].arrival.at or row[2].arrival.latest, reverse=True)
    others = sorted((row for row in known if row[1].visit is None), key=lambda row: -(row[1].heard or 0))
    up = [(name, track) for name, track in others if track.phase == "airborne" and _silent(track, now) <= UP]
    lost = [row for row in others if row not in up]
    unheard = [
        clean(aircraft.registration or aircraft.icao24)
        for aircraft in watchlist.aircraft
        if (track := tracks.get(aircraft.icao24)) is None or track.heard is None
    ]
    groups = (
        ("on the ground", [(name, _down(track, visit, airports, now)) for name, track, visit in down]),
        ("in the air", [(name, _up(track, watchlist, airports, now)) for name, track in up]),
        ("not heard", [(name, _lost(track, airports, now)) for name, track in lost]),
        ("never heard", [(f"{len(unheard)}", _listed(unheard))] if unheard else []),
    )
    return (Group(title, tuple(rows)) for title, rows in groups if rows)


def news(events: Iterable[Event], watchlist: Watchlist, airports: Airports) -> Group:
    """Landings, departures and corrections that the watchlist asks for, newest first."""
    told = [event for event in events if event.type != "reminder" and wanted(watchlist, event)]
    told.sort(key=lambda event: (event.time, event.id), reverse=True)
    rows = [(utc(event.time), title(describe(event, watchlist, airports))) for event in told[:MOST_NEWS]]
    if more := len(told) - len(rows):
        rows.append((f"{more} more", "flightwatch history lists them by aircraft or airport"))
    return Group("new since yesterday", tuple(rows) or (("nothing", "nobody was found to land or to leave"),))


def polling(
    last: PollRecord | None, good_at: datetime | None, undelivered: Sequence[Undelivered], now: datetime
) -> Group:
    """The last good poll, what the last poll said, credits left, undelivered alerts and those given up."""
    return Group("polling", tuple(_polling(last, good_at, undelivered, now)))


def _polling(
    last: PollRecord | None, good_at: datetime | None, undelivered: Sequence[Undelivered], now: datetime
) -> Iterator[tuple[str, str]]:
    if last is None:
        yield "never polled", "run flightwatch poll"
        return
    yield "last good poll", f"{length(now - good_at)} ago" if good_at else "none yet"
    if last.is_idle:
        yield f"the last poll, {length(now - last.started_at)} ago", clean(last.outcome)
    elif last.at is None:
        yield f"the last poll failed {length(now - last.started_at)} ago", clean(last.outcome)
    if last.credits_remaining is not None:
        yield "credits left", str(last.credits_remaining)
    for owed in undelivered:
        why = f": {clean(owed.error)}" if owed.error else ""
        if owed.waiting:
            yield "undelivered alerts", f"{owed.waiting} for {owed.channel}{why}"
        if owed.given_up:
            yield f"given up in the last {GIVEN_UP_SHOWN.days} days", f"{owed.given_up} for {owed.channel}{why}"


def _visits(track: Track, watchlist: Watchlist) -> bool:
    """Whether it stands at an airport that is watched for it."""
    if track.visit is None or track.visit.airport is None:
        return False
    field = watchlist.airports_by_icao.get(track.visit.airport.icao)
    return field is not None and admits(field, track.icao24, track.registration, None)


def _name(name: str, label: str | None) -> str:
    return clean(f"{name} ({short(label)})" if label else name)


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMES
    return ", ".join([*names[:MOST_NAMES], *([f"and {more} more"] if more > 0 else [])])


def _silent(track: Track, now: datetime) -> timedelta:
    return now - instant(track.heard or 0)


def _ago(track: Track, now: datetime) -> str:
    return f"{length(max(_silent(track, now), _NOTHING))} ago"


def _down(track: Track, visit: Visit, airports: Airports, now: datetime) -> str:
    """``Pyongyang FNJ, about 1 h 08 min, since 2023-09-26 01:52 UTC (inferred, 99 %); heard 5 min ago``."""
    arrival = visit.arrival
    sure = "observed" if arrival.basis == "observed" else f"inferred, {percent(arrival.confidence)}"
    since = f"since {utc(arrival.at or arrival.latest)}{'' if arrival.at else ' or earlier'}"
    stay = dwell_in_brief(dwell_so_far(visit, now))
    return f"{_place(visit, airports)}, {stay}, {since} ({sure}); heard {_ago(track, now)}"


def _place(visit: Visit, airports: Airports) -> str:
    if visit.airport is not None:
        return nickname(airports.find(visit.airport.icao) or visit.airport)
    near = nearest_known(airports, visit.latitude, visit.longitude)
    return f"a place {_spot(near, visit.latitude, visit.longitude)}"


def _spot(near: Airport | None, latitude: float, longitude: float) -> str:
    return f"at {latitude:.3f}, {longitude:.3f}" if near is None else off(near, latitude, longitude)


def _up(track: Track, watchlist: Watchlist, airports: Airports, now: datetime) -> str:
    """Where from, where it is and how high, and towards which watched field; what is not known is left out."""
    said, origin = [], track.origin
    if origin is not None:
        near = None if origin.airport else nearest_known(airports, origin.latitude, origin.longitude)
        lately = now - origin.at < timedelta(days=1)
        said.append(f"{came_from(origin, near)} at {f'{origin.at:%H:%M} UTC' if lately else utc(origin.at)}")
    if track.reports:
        said.append(_flying(track, airports))
        towards = _towards(track, watchlist)
        said += [towards] if towards else []
    return "; ".join([*said, f"heard {_ago(track, now)}"])


def _flying(track: Track, airports: Airports) -> str:
    """``45 km north-east of Pyongyang Sunan International Airport, 2,990 m, descending``."""
    climb_ms = motion(track.reports).climb_ms or 0.0
    trend = ", climbing" if climb_ms >= LEVEL_MS else ", descending" if climb_ms <= -LEVEL_MS else ""
    return f"{_heard_at(track.reports[-1], airports)}{trend}"


def _heard_at(report: StateVector, airports: Airports) -> str:
    here, height = position(report), altitude_m(report)
    return _spot(nearest_known(airports, *here), *here) + ("" if height is None else f", {height:,.0f} m")


def _towards(track: Track, watchlist: Watchlist) -> str | None:
    """The nearest watched field that it flies towards; None: none."""
    flight = motion(track.reports)
    here, found = (flight.latitude, flight.longitude), []
    for watched in watchlist.airports:
        field = watched.airport
        there = (field.latitude, field.longitude)
        away_km = distance_km(*here, *there)
        if (
            flight.track_deg is not None
            and away_km <= TOWARDS_KM
            and turn_deg(flight.track_deg, bearing_deg(*here, *there)) <= TOWARDS_DEG
        ):
            found.append((away_km, field))
    if not found:
        return None
    away_km, field = min(found, key=lambda each: each[0])
    return f"flying towards {nickname(field)}, {away_km:.0f} km away"


def _lost(track: Track, airports: Airports, now: datetime) -> str:
    if not track.reports:
        return f"heard {_ago(track, now)}, but not where"
    state = "on the ground" if track.reports[-1].on_ground else "in the air"
    return f"last heard {_ago(track, now)}, {state} {_heard_at(track.reports[-1], airports)}"
