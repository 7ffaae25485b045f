"""The watchlist as understood, and what watching it asks and costs."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from importlib.util import find_spec
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.alerting.digests import next_digest
from flightwatch.app.checked_sources import (
    CheckedSource,
    aircraft_wait,
    asked_of,
    checked_source,
    politeness_warnings,
    sooner,
    source_warnings,
    turns_of,
)
from flightwatch.app.source_states import is_opensky_asked
from flightwatch.app.table_ages import Age
from flightwatch.channels.messenger import service_of
from flightwatch.core.areas import Place, WatchedArea
from flightwatch.core.model import Box, Circle, How, Icao24, Query, instant, seconds
from flightwatch.core.register import NO_REGISTER, Register
from flightwatch.core.selectors import Picked
from flightwatch.core.watched import Units, WatchedAirport
from flightwatch.errors import DeliveryError, adding
from flightwatch.planning.budget import ANONYMOUS, REGISTERED, Ledger, credits_of
from flightwatch.planning.outlook import START_S, Share, Wait, outlook
from flightwatch.planning.plan import plan_poll
from flightwatch.watchlist.model import AlertRules, AppriseChannel, AskedFor, Meaning, Routing, Told, Watchlist
from flightwatch.watchlist.warnings import doubts
from flightwatch.wording.phrases import clean

MAP_LIBRARIES: Final = {"vl_convert": "vl-convert-python", "PIL": "pillow"}
"""What draws the maps of alerts, by the name of its module."""


class CheckedAircraft(Struct, frozen=True):
    """A watched airframe and how its icao24 is known."""

    registration: str | None
    icao24: Icao24
    how: How
    label: str | None
    is_selected: bool
    """True if no entry names it: one selects it."""


class CheckedSelector(Struct, frozen=True):
    """What an entry means that selects aircraft, or means who flies as a callsign."""

    line: int
    """Where it stands in the watchlist."""
    asks: str
    icao24: tuple[Icao24, ...]
    """Whom it means now, with those that another entry means as well; empty: nobody, or whoever flies as its callsign."""
    is_callsign: bool
    asked_of: tuple[str, ...]
    """Names of the sources that are asked for who flies as its callsign, wherever that is; empty: it has none, or none can be."""


class CheckedAirport(Struct, frozen=True):
    """A watched airport."""

    icao: str
    iata: str | None
    name: str
    country: str
    time_zone: str
    only: tuple[str, ...]


class CheckedCircle(Struct, frozen=True):
    """A place, degrees, and how far around it, km."""

    latitude: float
    longitude: float
    radius_km: float


class CheckedArea(Struct, frozen=True):
    """A watched area."""

    name: str
    circle: CheckedCircle | None
    polygon: tuple[Place, ...] | None
    """Latitudes and longitudes; None, as ``circle``: it has the other shape."""
    floor_m: float | None
    ceiling_m: float | None
    only: tuple[str, ...]


class CheckedChannel(Struct, frozen=True):
    """A channel and what it is told; its name holds no secret."""

    name: str
    only: tuple[str, ...]
    on: tuple[Told, ...] | None
    """None: everything that is told."""
    min_confidence: float | None
    """None: that of ``alerts:``."""
    delay_s: int
    digest: str | None
    """When all that waits goes in one message, on which clock: ``daily 07:00 Europe/Berlin``; None: each alert at once."""
    next_digest: datetime | None
    """When that is next; None: it gets none, or nobody said what time it is: see `with_next_digests`."""


class CheckedAlerts(Struct, frozen=True):
    """What is told at all, and by which clock and in which unit."""

    on: tuple[AskedFor, ...]
    min_confidence: float
    still_on_ground_s: tuple[int, ...]
    time_zone: str | None
    """None: times are local to the airport, and UTC."""
    units: Units
    """Of heights."""
    map: bool
    """True if mails, and services that take pictures, bring a map."""


class CheckedHealth(Struct, frozen=True):
    """When flightwatch says that it is blind, and whom it tells that it is well."""

    blind_after_s: int
    heartbeat: str | None
    """The host alone: the rest of the address is a secret."""


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
    """Those that entries name, and then those that entries select."""
    selectors: tuple[CheckedSelector, ...]
    airports: tuple[CheckedAirport, ...]
    areas: tuple[CheckedArea, ...]
    names: tuple[str, ...]
    """How airports' names were understood that stand for codes, a sentence each."""
    notify: tuple[CheckedChannel, ...]
    alerts: CheckedAlerts
    health: CheckedHealth
    keep_evidence: bool
    """True if polls keep the answers that visits rest on."""
    sources: tuple[CheckedSource, ...]
    queries: tuple[CheckedQuery, ...]
    """What a poll asks OpenSky that asks everything; empty where OpenSky is not asked."""
    every_s: int
    credits_per_day: int
    """What the plan spends."""
    credits_wanted: int
    """What asking everything at each poll would cost."""
    credits_allowed: int
    """OpenSky's daily allowance for this account."""
    shares: tuple[Share, ...]
    """What polls ask, the most frequent first."""
    waits: dict[str, Wait]
    """From a touchdown to the next look, by `Airport.icao`."""
    aircraft_wait: Wait | None
    """Until a watched aircraft in flight is found; None: none is watched."""
    tables: tuple[Age, ...]
    """The tables in use, and how old they are."""
    warnings: tuple[str, ...]


def check(
    watchlist: Watchlist, every: timedelta, tables: Sequence[Age] = (), register: Register = NO_REGISTER
) -> Check:
    """Work out what watching this list at this cadence means; ``tables`` are in use, and the ``register`` may know better."""
    account = REGISTERED if watchlist.opensky else ANONYMOUS
    day, is_paid = outlook(watchlist.watched, every, account), is_opensky_asked(watchlist)
    queries = plan_poll(watchlist.watched, {}, Ledger(account), instant(START_S)).queries if is_paid else ()
    sources = tuple(checked_source(entry, watchlist) for entry in watchlist.sources)
    in_turns = turns_of(sources, day.every_s)
    return Check(
        aircraft=tuple(
            CheckedAircraft(a.registration, a.icao24, a.how, a.label, a.icao24 in watchlist.selected_alone)
            for a in watchlist.aircraft
        ),
        selectors=tuple(_selector(each, watchlist) for each in watchlist.selected),
        airports=tuple(_airport(each) for each in watchlist.airports),
        areas=tuple(_area(each) for each in watchlist.areas),
        names=watchlist.understood,
        notify=tuple(_channel(channel.name, channel.routing) for channel in watchlist.notify),
        alerts=_alerts(watchlist.alerts),
        health=CheckedHealth(seconds(watchlist.health.blind_after), _host(watchlist.health.heartbeat)),
        keep_evidence=watchlist.keeps_evidence,
        sources=sources,
        queries=tuple(CheckedQuery(_asks(q), q.icao24s, q.box, credits_of(q)) for q in queries),
        every_s=day.every_s,
        credits_per_day=day.credits_per_day if is_paid else 0,
        credits_wanted=day.credits_wanted if is_paid else 0,
        credits_allowed=day.credits_allowed if is_paid else 0,
        shares=day.shares if is_paid else (),
        waits={icao: sooner(wait, in_turns, is_paid=is_paid) for icao, wait in day.airports.items()},
        aircraft_wait=aircraft_wait(watchlist, day.aircraft, in_turns, is_paid=is_paid),
        tables=tuple(tables),
        warnings=(
            *map(clean, source_warnings(watchlist, day, in_turns, is_paid=is_paid)),
            *map(clean, politeness_warnings(watchlist, day.every_s)),
            *map(clean, doubts(watchlist, register)),
            *_map_warnings(watchlist),
            *_messenger_warnings(watchlist),
        ),
    )


def with_next_digests(found: Check, watchlist: Watchlist, now: datetime) -> Check:
    """The same, with when each channel that gets digests gets the next one after ``now``."""
    following = {name: next_digest(when, now) for name, when in watchlist.digests.items()}
    channels = (replace(channel, next_digest=following.get(channel.name)) for channel in found.notify)
    return replace(found, notify=tuple(channels))


def _messenger_warnings(watchlist: Watchlist) -> Iterator[str]:
    """Say which addresses Apprise can make nothing of, or that it is not installed: else only the first alert would."""
    for channel in watchlist.notify:
        if isinstance(channel, AppriseChannel):
            try:
                service_of(channel.url)
            except DeliveryError as error:
                yield f"{channel.name} cannot be used: {error}"


def _map_warnings(watchlist: Watchlist) -> Iterator[str]:
    """Say what the maps of alerts need that is not installed: they are left out without a word."""
    missing = [library for module, library in MAP_LIBRARIES.items() if find_spec(module) is None]
    if missing and watchlist.alerts.has_map:
        yield f"alerts.map: alerts go out without a map, as what draws it is not installed: {adding(' '.join(missing))}"


def _selector(meaning: Meaning, watchlist: Watchlist) -> CheckedSelector:
    of = asked_of(meaning, watchlist)
    return CheckedSelector(meaning.line, meaning.text, meaning.icao24s, meaning.is_callsign, of)


def _airport(watched: WatchedAirport) -> CheckedAirport:
    place = watched.airport
    return CheckedAirport(
        icao=place.icao,
        iata=place.iata,
        name=place.name,
        country=place.country,
        time_zone=place.time_zone,
        only=_only(watched.only, watched.picks),
    )


def _only(patterns: tuple[str, ...], picks: Sequence[Picked]) -> tuple[str, ...]:
    """All that an ``only`` holds, with how many airframes a selector means by the register: ``type:IL62 (12 aircraft)``."""
    return (*patterns, *(_picked(each) for each in picks))


def _picked(picked: Picked) -> str:
    asked = picked.selector
    return f"{asked} ({len(picked.icao24s):,} aircraft)" if asked.is_of_register else str(asked)


def _area(area: WatchedArea) -> CheckedArea:
    circle, polygon = None, None
    if isinstance(area.shape, Circle):
        circle = CheckedCircle(area.shape.latitude, area.shape.longitude, area.shape.radius_km)
    else:
        polygon = area.shape
    return CheckedArea(
        name=area.name,
        circle=circle,
        polygon=polygon,
        floor_m=area.floor_m,
        ceiling_m=area.ceiling_m,
        only=_only(area.only, area.picks),
    )


def _channel(name: str, routing: Routing) -> CheckedChannel:
    when = routing.digest
    return CheckedChannel(
        name=name,
        only=_only(routing.only, routing.picks),
        on=routing.on,
        min_confidence=routing.min_confidence,
        delay_s=seconds(routing.delay),
        digest=None if when is None else f"{when} {when.time_zone}",
        next_digest=None,
    )


def _alerts(rules: AlertRules) -> CheckedAlerts:
    still = tuple(map(seconds, rules.still_on_ground))
    return CheckedAlerts(
        rules.on, rules.min_confidence, still, rules.desk.time_zone, units=rules.desk.units, map=rules.has_map
    )


def _host(address: str | None) -> str | None:
    return urlsplit(address).hostname if address is not None else None


def _asks(query: Query) -> str:
    return "icao24" if query.icao24s else "world" if query.box is None else "box"
