"""The watchlist as understood, and what watching it asks and costs."""

from collections.abc import Iterator
from datetime import timedelta
from math import ceil

from msgspec import Struct

from flightwatch.alerts import clean, duration
from flightwatch.model import Box, How, Icao24, Query
from flightwatch.plan import DAILY_CREDITS, affordable_cadence, credits_of, credits_per_day, plan
from flightwatch.watched import Watchlist


class CheckedAircraft(Struct, frozen=True):
    """A watched airframe and how its icao24 is known."""

    registration: str | None
    icao24: Icao24
    how: How
    label: str | None


class CheckedAirport(Struct, frozen=True):
    """A watched airport."""

    icao: str
    iata: str | None
    name: str
    country: str
    time_zone: str
    only: tuple[str, ...]


class CheckedQuery(Struct, frozen=True):
    """A query that each poll makes."""

    asks: str
    """``world``, ``icao24`` or ``box``."""
    icao24: tuple[Icao24, ...]
    box: Box | None
    credits: int


class Check(Struct, frozen=True):
    """What ``flightwatch check --format json`` prints."""

    aircraft: tuple[CheckedAircraft, ...]
    airports: tuple[CheckedAirport, ...]
    queries: tuple[CheckedQuery, ...]
    every_s: int
    credits_per_day: int
    credits_allowed: int
    """OpenSky's daily allowance for this account."""
    warnings: tuple[str, ...]


def check(watchlist: Watchlist, every: timedelta) -> Check:
    """Work out what watching this list at this cadence means."""
    queries = plan(watchlist)
    account = "registered" if watchlist.opensky else "anonymous"
    allowed, cost = DAILY_CREDITS[account], credits_per_day(queries, every)
    return Check(
        aircraft=tuple(CheckedAircraft(a.registration, a.icao24, a.how, a.label) for a in watchlist.aircraft),
        airports=tuple(
            CheckedAirport(
                w.airport.icao, w.airport.iata, w.airport.name, w.airport.country, w.airport.time_zone, w.only
            )
            for w in watchlist.airports
        ),
        queries=tuple(CheckedQuery(_asks(q), q.icao24s, q.box, credits_of(q)) for q in queries),
        every_s=round(every.total_seconds()),
        credits_per_day=cost,
        credits_allowed=allowed,
        warnings=tuple(_warnings(watchlist, queries, cost, account)),
    )


def as_lines(found: Check) -> Iterator[str]:
    """The same for people, line by line."""
    for a in found.aircraft:
        yield clean(f"aircraft  {a.registration or '-':10} {a.icao24}  {a.how:8} {a.label or ''}").rstrip()
    for p in found.airports:
        codes = f"{p.iata}/{p.icao}" if p.iata else p.icao
        only = f"  only {', '.join(p.only)}" if p.only else ""
        yield clean(f"airport   {codes:10} {p.name}, {p.country} ({p.time_zone}){only}")
    for q in found.queries:
        what = {
            "world": "the whole world",
            "icao24": f"{len(q.icao24)} airframes",
            "box": f"the box {', '.join(f'{edge:.2f}' for edge in (q.box.lat_min, q.box.lon_min, q.box.lat_max, q.box.lon_max))}"
            if q.box
            else "",
        }[q.asks]
        yield f"query     {what}: {q.credits} credit{'s' * (q.credits != 1)} a poll"
    every = duration(timedelta(seconds=found.every_s)) if found.every_s >= 60 else f"{found.every_s} s"
    yield f"credits   {found.credits_per_day} a day polling every {every}; OpenSky allows {found.credits_allowed}"
    for warning in found.warnings:
        yield f"warning   {warning}"


def _asks(query: Query) -> str:
    return "icao24" if query.icao24s else "world" if query.box is None else "box"


def _warnings(watchlist: Watchlist, queries: tuple[Query, ...], cost: int, account: str) -> Iterator[str]:
    allowed = DAILY_CREDITS[account]
    if cost > allowed:
        least = timedelta(minutes=ceil(affordable_cadence(queries, allowed) / timedelta(minutes=1)))
        sign_in = "" if watchlist.opensky else ", or sign in: a free OpenSky account has ten times as many"
        yield f"{cost} credits a day are more than the {allowed} you have: poll every {duration(least)}{sign_in}"
    if watchlist.alerts.still_on_ground:
        yield "still_on_ground: this version does not remind; flightwatch status shows who is on the ground"
    for a in watchlist.aircraft:
        if a.how == "guess":
            yield clean(f"{a.registration}: {a.icao24} is a guess; add icao24: if you know it")
