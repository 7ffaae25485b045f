"""What in a watchlist can be read and may yet not be meant: told by ``flightwatch check``, never by a poll."""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from flightwatch.core.model import Airport
from flightwatch.core.register import Register, plain
from flightwatch.core.registration import is_icao24, is_unset, may_begin, normalise, registrations_of
from flightwatch.core.watched import TAG, WatchedAircraft, WatchedAirport, is_among
from flightwatch.data.busy_airports import ARRIVALS_A_DAY
from flightwatch.watchlist.model import PLURAL, Channel, Meaning, Routing, Told, Watchlist
from flightwatch.wording.phrases import day, duration

LONG_DELAY: Final = timedelta(days=7)
"""Delay of a channel from which it may be a slip: a day meets platforms' rules against publishing positions in real time."""

_NEEDS: Final[dict[tuple[Told, ...], str]] = {
    ("reminder",): "alerts: still_on_ground",
    ("entered",): "areas:",
    ("left",): "areas:",
    ("entered", "left"): "areas:",
}
"""Where that is asked for which ``alerts: on`` does not ask for."""

_WILD: Final = re.compile(r"[*?[]")


def doubts(watchlist: Watchlist, register: Register) -> Iterator[str]:
    """Everything that may not be meant as it is written, a sentence each; or that the register knows otherwise."""
    yield from watchlist.remarks
    for aircraft in watchlist.aircraft:
        if aircraft.icao24 not in watchlist.selected_alone:
            yield from _about_aircraft(aircraft)
            yield from _known_otherwise(aircraft, watchlist, register)
    for meaning in watchlist.selected:
        yield from _about_selected(meaning, watchlist)
    for airport in watchlist.airports:
        yield from _about_airport(airport, watchlist.aircraft)
    for channel in watchlist.notify:
        yield from _about_channel(channel, watchlist)
    for area in watchlist.areas:
        yield from _about_only(area.name, area.only, watchlist.aircraft)
    happening = sorted(_happening(watchlist)) if watchlist.notify else ()  # none: what was written is complained of
    for kind in happening:
        if not any(c.routing.on is None or kind in c.routing.on for c in watchlist.notify):
            yield f"no channel is told of {PLURAL[kind]}: add {kind} to the on: of one"
    if watchlist.aircraft and not watchlist.airports and not any(a.at for a in watchlist.aircraft):
        first = watchlist.aircraft[0].registration or watchlist.aircraft[0].icao24
        yield (
            f"no airport is named: one where you expect them, under airports: as {{code: FNJ, only: [{first}]}}, makes an "
            "inferred landing there surer, and polls can look there more often for the same credits"
        )


def _about_aircraft(aircraft: WatchedAircraft) -> Iterator[str]:
    icao24, tail = aircraft.icao24, aircraft.registration
    name = f"{tail}: {icao24}" if tail else icao24
    if is_unset(icao24):
        yield f"{name} is no aircraft's icao24, transponders that were never set send it; write the right one"
    elif aircraft.how == "guess":
        yield f"{name} is a guess; add icao24: if you know it"
    elif aircraft.how == "given":
        owners = registrations_of(icao24)
        if tail is None and len(owners) > 1:
            yield f"{name} is {' or '.join(owners)}; add registration: if you know which"
        elif tail is not None and owners and not {plain(tail)} & {plain(owner) for owner in owners}:
            yield f"{name} is the icao24 of {' or '.join(owners)} by rule; correct it, unless you know better"


def _known_otherwise(aircraft: WatchedAircraft, watchlist: Watchlist, register: Register) -> Iterator[str]:
    """Where the register has another tail number at this icao24, or this tail number at another."""
    icao24, tail = aircraft.icao24, aircraft.registration
    if tail is None or register.as_of is None:
        return
    name, day_fetched = f"{tail}: {icao24}", day(register.as_of)
    listed = register.by_icao24(icao24)
    if listed is not None and listed.registration and plain(listed.registration) != plain(tail):
        what = f", {listed.type_designator}" if listed.type_designator else ""
        there = f"{listed.registration}{what} in the register fetched on {day_fetched}"
        yield f"{name} is {there}; correct it, unless you know better"
        return
    others = {each.icao24 for each in register.by_registration(tail)}
    if others and not others & {*watchlist.watched.sharing_tail(icao24)}:
        there = " and ".join(sorted(others))
        yield f"{name}, but the register fetched on {day_fetched} has {tail} at {there}; correct it, unless you know better"


def _about_selected(meaning: Meaning, watchlist: Watchlist) -> Iterator[str]:
    """What is doubtful of the aircraft that an entry selects, in a line, as nobody wrote these down here."""
    meant = (watchlist.watched.aircraft_by_icao24[icao24] for icao24 in meaning.icao24s)
    found = [doubt for aircraft in meant for doubt in _about_aircraft(aircraft)]
    if found:
        others = f", and {len(found) - 1:,} more like that" if len(found) > 1 else ""
        yield f"{meaning.text}: {found[0]}{others}"


def _about_airport(watched: WatchedAirport, aircraft: Sequence[WatchedAircraft]) -> Iterator[str]:
    name = watched.airport.iata or watched.airport.icao
    if not watched.only and not watched.picks and watched.airport.icao in ARRIVALS_A_DAY:
        arrivals, year = ARRIVALS_A_DAY[watched.airport.icao]
        yield (
            f"{name}: some {arrivals:,} aircraft arrive a day (as counted in {year}), and each is an alert; "
            f"name those you mean: {{code: {name}, only: [RA-86*]}}"
        )
    yield from _about_only(name, watched.only, aircraft)


def _about_only(name: str, only: Sequence[str], aircraft: Sequence[WatchedAircraft]) -> Iterator[str]:
    for pattern in only:
        if (why := _never(pattern, aircraft)) is not None:
            yield f"{name}: its only: {pattern} matches nobody: {why}"


def _about_channel(channel: Channel, watchlist: Watchlist) -> Iterator[str]:
    happening, routing = _happening(watchlist), channel.routing
    possible = happening | {"health"} | ({"correction"} if "landing" in happening else set())
    if routing.on is not None and not possible & {*routing.on}:
        needs = _NEEDS.get(routing.on, "alerts: on")
        yield f"{channel.name} never gets anything: what its on: names is not told at all, see {needs}"
    elif routing.only and not routing.picks and routing.on != ("health",):
        idle = [
            pattern for pattern in routing.only if _is_tail(pattern, routing) and not _may_admit(pattern, watchlist)
        ]
        idle += [_named(airport) for airport in routing.airports if not _may_land(airport.icao, watchlist)]
        matches = f"{'matches' if len(idle) == 1 else 'match'} nothing that is watched"
        if len(idle) >= len(routing.only):
            yield f"{channel.name} never gets an alert: its only: {', '.join(idle)} {matches}"
        elif idle:
            yield f"{channel.name}: {', '.join(idle)} in its only: {matches}"
    if routing.delay > LONG_DELAY:
        yield f"{channel.name} is told {duration(routing.delay).removesuffix(' 00 min')} later: is that meant?"


def _named(airport: Airport) -> str:
    return f"{airport.iata or airport.icao} ({airport.name})"


def _happening(watchlist: Watchlist) -> set[Told]:
    happening: set[Told] = {*watchlist.alerts.on}
    if watchlist.areas:
        happening |= {"entered", "left"}
    return happening | ({"reminder"} if watchlist.alerts.still_on_ground else set())


def _may_admit(pattern: str, watchlist: Watchlist) -> bool:
    """Tell whether what a pattern means may be told: as watched itself, or as a stranger at a watched airport."""
    if any(is_among((pattern,), a.icao24, a.registration, a) for a in watchlist.aircraft):
        return True
    has_strangers = bool(watchlist.airports or watchlist.areas)
    return has_strangers and not pattern.startswith(TAG) and _never(pattern, watchlist.aircraft) is None


def _may_land(icao: str, watchlist: Watchlist) -> bool:
    """Tell whether a landing at this airport may be told."""
    return icao in watchlist.watched.airports_by_icao or any(not a.at or icao in a.at for a in watchlist.aircraft)


def _is_tail(pattern: str, routing: Routing) -> bool:
    """Tell a pattern that is surely about aircraft from what may be an airport's code or name."""
    if pattern.startswith(TAG) or _WILD.search(pattern) or is_icao24(pattern):
        return True
    has_tail_form = " " not in pattern and not pattern.isalpha()
    return has_tail_form and pattern.upper() not in {airport.icao for airport in routing.airports}


def _never(pattern: str, aircraft: Sequence[WatchedAircraft]) -> str | None:
    """Why nobody, watched or stranger, can be meant by a pattern; None where somebody may be, or it is a tag."""
    if pattern.startswith(TAG) or any(is_among((pattern,), a.icao24, a.registration, a) for a in aircraft):
        return None
    if is_icao24(pattern):
        return "transponders that were never set send it" if is_unset(pattern) else None
    beginning = _WILD.split(normalise(pattern))[0]
    if may_begin(beginning):
        return None
    if beginning == normalise(pattern):
        return "no rule gives its icao24, so write that instead"
    return "no rule gives tail numbers that begin so; write icao24s, or list those aircraft with theirs"
