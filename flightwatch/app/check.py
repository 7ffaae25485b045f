"""The watchlist as understood, and what watching it asks and costs."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from flightwatch.app.checked_sources import CheckedSource, about_source, checked_source, sooner, turns_of
from flightwatch.app.source_states import is_opensky_asked
from flightwatch.app.tables import Age, age_lines
from flightwatch.core.areas import Place, WatchedArea
from flightwatch.core.model import Box, Circle, How, Icao24, Query, instant, seconds
from flightwatch.core.register import NO_REGISTER, Register
from flightwatch.core.selectors import Picked
from flightwatch.core.watched import Units, WatchedAirport
from flightwatch.planning.budget import ANONYMOUS, REGISTERED, Ledger, credits_of
from flightwatch.planning.outlook import START_S, Share, Wait, outlook
from flightwatch.planning.plan import plan_poll
from flightwatch.watchlist.model import PLURAL, AlertRules, AskedFor, Routing, Told, Watchlist
from flightwatch.watchlist.warnings import doubts
from flightwatch.wording.phrases import clean, counted, duration, plural
from flightwatch.wording.whereabouts import coordinates

HANG: Final = len("aircraft  ")
"""Columns that the word takes by which each line of `as_lines` begins, and the blanks after it."""


MOST_SHOWN: Final = 20
"""Aircraft that are shown of those that an entry selects: a screen of them."""


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


class CheckedAirport(Struct, frozen=True):
    """A watched airport."""

    icao: str
    iata: str | None
    name: str
    country: str
    time_zone: str
    only: tuple[str, ...]


class CheckedArea(Struct, frozen=True):
    """A watched area."""

    name: str
    circle: Circle | None
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


class CheckedAlerts(Struct, frozen=True):
    """What is told at all, and by which clock and in which unit."""

    on: tuple[AskedFor, ...]
    min_confidence: float
    still_on_ground_s: tuple[int, ...]
    time_zone: str | None
    """None: times are local to the airport, and UTC."""
    units: Units
    """Of heights."""


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
    sources: tuple[CheckedSource, ...]
    queries: tuple[CheckedQuery, ...]
    """What a poll asks OpenSky that asks everything; empty where OpenSky is not asked."""
    every_s: int
    credits_per_day: int
    """What the plan spends."""
    credits_wanted: int
    """What asking asking everything at each poll would cost."""
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
        selectors=tuple(CheckedSelector(m.line, m.text, m.icao24s, m.is_callsign) for m in watchlist.selected),
        airports=tuple(_airport(each) for each in watchlist.airports),
        areas=tuple(_area(each) for each in watchlist.areas),
        names=watchlist.understood,
        notify=tuple(_channel(channel.name, channel.routing) for channel in watchlist.notify),
        alerts=_alerts(watchlist.alerts),
        health=CheckedHealth(seconds(watchlist.health.blind_after), _host(watchlist.health.heartbeat)),
        sources=sources,
        queries=tuple(CheckedQuery(_asks(q), q.icao24s, q.box, credits_of(q)) for q in queries),
        every_s=day.every_s,
        credits_per_day=day.credits_per_day if is_paid else 0,
        credits_wanted=day.credits_wanted if is_paid else 0,
        credits_allowed=day.credits_allowed if is_paid else 0,
        shares=day.shares if is_paid else (),
        waits={icao: sooner(wait, in_turns, is_paid=is_paid) for icao, wait in day.airports.items()},
        aircraft_wait=None if day.aircraft is None else sooner(day.aircraft, in_turns, is_paid=is_paid),
        tables=tuple(tables),
        warnings=(*(day.warnings if is_paid and in_turns is None else ()), *map(clean, doubts(watchlist, register))),
    )


def as_lines(found: Check, most_selected: int | None = MOST_SHOWN) -> Iterator[str]:
    """What `check` found, as lines for people; of the aircraft that an entry selects at most ``most_selected``, None: all."""
    yield from _watched(found, most_selected)
    yield from map(clean, _places(found))
    for c in found.notify:
        yield clean(f"notify    {c.name}  {_told(c)}")
    yield f"alerts    {_told_at_all(found.alerts)}"
    heartbeat = f"; heartbeat to {found.health.heartbeat}" if found.health.heartbeat else ""
    yield clean(f"health    you are told when no poll succeeds for {_length(found.health.blind_after_s)}{heartbeat}")
    if [source.kind for source in found.sources] != ["opensky"]:
        for source in found.sources:
            yield clean(f"source    {about_source(source)}")
    for q in found.queries:
        what = {
            "world": "the whole world",
            "icao24": counted(len(q.icao24), "airframe"),
            "box": f"the box {', '.join(f'{edge:.2f}' for edge in (q.box.lat_min, q.box.lon_min, q.box.lat_max, q.box.lon_max))}"
            if q.box
            else "",
        }[q.asks]
        yield f"query     {what}: {counted(q.credits, 'credit')} a poll"
    every = _length(found.every_s)
    if found.shares:
        shares = "; ".join(map(_share, found.shares))
        yield f"plan      polling every {every}: of the polls {shares}"
        yield f"credits   {found.credits_per_day:,} a day of the {found.credits_allowed:,} that OpenSky allows"
    for wait in dict.fromkeys(found.waits.values()):
        codes = ", ".join(p.iata or p.icao for p in found.airports if found.waits[p.icao] == wait)
        yield f"delay     {codes}: seen {_length(wait.expected_s)} after a touchdown, {_length(wait.worst_s)} at worst"
    if found.aircraft_wait is not None:
        yield f"delay     aircraft elsewhere: looked for at least every {_length(found.aircraft_wait.worst_s)}"
    for line in age_lines(found.tables):
        yield f"table     {line}"
    for warning in found.warnings:
        yield f"warning   {warning}"


def _watched(found: Check, most_selected: int | None) -> Iterator[str]:
    """The aircraft: those that entries name, and then each entry that selects, with those that it means."""
    yield from (_aircraft(a) for a in found.aircraft if not a.is_selected)
    by_icao24 = {a.icao24: a for a in found.aircraft}
    for selector in found.selectors:
        yield clean(f"selected  {selector.asks}  {_meant(selector)}")
        for icao24 in selector.icao24[:most_selected]:
            yield f"  {_aircraft(by_icao24[icao24])}"
        if most_selected is not None and (more := len(selector.icao24) - most_selected) > 0:
            yield f"  and {more:,} more, which flightwatch check -v names"


def _aircraft(a: CheckedAircraft) -> str:
    return clean(f"aircraft  {a.registration or '-':10} {a.icao24}  {a.how:8} {a.label or ''}").rstrip()


def _meant(selector: CheckedSelector) -> str:
    """Say how many a selector means: ``means 9 aircraft:``."""
    if selector.is_callsign:
        return "means whoever flies as that: polls look for it in the whole world"
    return f"means {len(selector.icao24):,} aircraft{':' if selector.icao24 else ''}"


def _places(found: Check) -> Iterator[str]:
    """The airports and areas, a line each, and how names of airports were understood."""
    for p in found.airports:
        codes = f"{p.iata}/{p.icao}" if p.iata else p.icao
        yield f"airport   {codes:10} {p.name}, {p.country} ({p.time_zone}){_only_told(p.only)}"
    for area in found.areas:
        yield f"area      {area.name}: {_shape(area)}{_only_told(area.only)}"
    for name in found.names:
        yield f"name      {name}"


def _only_told(only: Sequence[str]) -> str:
    return f"  only {', '.join(only)}" if only else ""


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
    circle, polygon = (area.shape, None) if isinstance(area.shape, Circle) else (None, area.shape)
    return CheckedArea(
        name=area.name,
        circle=circle,
        polygon=polygon,
        floor_m=area.floor_m,
        ceiling_m=area.ceiling_m,
        only=_only(area.only, area.picks),
    )


def _shape(area: CheckedArea) -> str:
    """Say ``40 km around 39.170, 127.490; from 3,000 m up to 6,000 m``."""
    said = f"{counted(len(area.polygon), 'corner')}" if area.polygon else ""
    if area.circle is not None:
        said = f"{area.circle.radius_km:g} km around {coordinates(area.circle.latitude, area.circle.longitude)}"
    floor = f" from {area.floor_m:,.0f} m" if area.floor_m is not None else ""
    ceiling = f" up to {area.ceiling_m:,.0f} m" if area.ceiling_m is not None else ""
    return f"{said};{floor}{ceiling}" if floor or ceiling else said


def _channel(name: str, routing: Routing) -> CheckedChannel:
    only = _only(routing.only, routing.picks)
    return CheckedChannel(name, only, routing.on, routing.min_confidence, seconds(routing.delay))


def _alerts(rules: AlertRules) -> CheckedAlerts:
    still = tuple(map(seconds, rules.still_on_ground))
    return CheckedAlerts(rules.on, rules.min_confidence, still, rules.desk.time_zone, rules.desk.units)


def _host(address: str | None) -> str | None:
    return urlsplit(address).hostname if address is not None else None


def _told(channel: CheckedChannel) -> str:
    """What a channel is told, in words: ``only RA-86*, FNJ; landings and corrections; at 80 % or more; 24 h later``."""
    said = [f"only {', '.join(channel.only)}"] if channel.only else []
    if channel.on is not None:
        said.append(_joined([PLURAL[kind] for kind in channel.on]))
    if channel.min_confidence is not None:
        said.append(f"at {100 * channel.min_confidence:g} % or more")
    if channel.delay_s:
        said.append(f"{_length(channel.delay_s)} later")
    return "; ".join(said) or "everything"


def _joined(names: Sequence[str]) -> str:
    """Join names as in a sentence: ``landings, departures and corrections``; ``none`` where there are none."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:]))) or "none"


def _told_at_all(rules: CheckedAlerts) -> str:
    """Say ``landings and departures at 60 % or more; times local and UTC, and in Europe/Berlin; heights in feet``."""
    kinds = [PLURAL[kind] for kind in rules.on]
    if rules.still_on_ground_s:
        kinds.append(f"reminders after {' and '.join(map(_length, rules.still_on_ground_s))}")
    zone = f", and in {rules.time_zone}" if rules.time_zone else ""
    return (
        f"{_joined(kinds)} at {100 * rules.min_confidence:g} % or more; times local and UTC{zone}; "
        f"heights in {rules.units}"
    )


def _length(length_s: int) -> str:
    return duration(timedelta(seconds=length_s)).removesuffix(" 00 min") if length_s >= 60 else f"{length_s} s"


def _asks(query: Query) -> str:
    return "icao24" if query.icao24s else "world" if query.box is None else "box"


def _share(share: Share) -> str:
    """Say what a share of the polls asks: ``31 % ask the whole world (4 credits)``."""
    what = {"world": "the whole world", "nothing": "nothing"}.get(share.asks, f"by {share.asks}")
    cost = f" ({share.credits:.2g} {plural('credit', share.credits)})" if share.credits else ""
    return f"{max(1, round(100 * share.share))} % ask {what}{cost}"
