"""Fetching newer tables into the user's cache, and what they tell otherwise.

A table is fetched whole, only if it changed, and looked at before it takes the place of the one in use: whatever goes wrong on
the way, that one stays.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

from flightwatch import paths
from flightwatch.core.airport_names import encode_names
from flightwatch.core.airports import Airports, encode_table
from flightwatch.core.fetched import Fetched, FetchedFile
from flightwatch.core.geo import distance_km
from flightwatch.core.model import Airport, How, Icao24
from flightwatch.core.progress import Progress
from flightwatch.core.register import Registered
from flightwatch.errors import BadAnswer
from flightwatch.sources.downloads import OURAIRPORTS, TAR1090_DB, Download, Library, lines_of, text_of
from flightwatch.sources.ourairports import build_airports, other_names
from flightwatch.sources.tar1090_db import read_registered
from flightwatch.storage.cache import in_place_of, mark_as_newest
from flightwatch.storage.register import REGISTER_FILE, airframes_in, fill_register, is_sound, register_fetched
from flightwatch.storage.tables import AIRPORTS_FILE, airports_fetched, fill_airports
from flightwatch.watchlist.model import Watchlist
from flightwatch.wording.phrases import enumerated

LEAST_SHARE: Final = 0.8
"""Part of the rows in use that a new table must have: OurAirports has never lost a tenth, tar1090-db grows."""

LEAST_AIRFRAMES: Final = 100_000
"""Airframes that a first register must have; that of 2026 has 568,000."""

MOST_AIRFRAMES: Final = 2_000_000
"""Airframes that no register has: the file would be a mistake, and the share of its rows would refuse the next true one."""

MOST_UNREADABLE: Final = 0.01
"""Part of a register's lines that may be none of its."""

MUST_HAVE: Final = ("ZKPY", "UHWW", "ZKWS", "UHKK", "UUWW", "LSZH", "EBBR", "LTFM")
"""Fields without which no table of airfields is whole: those of the story, and four more in other parts of the file."""

FARTHEST_MOVED_KM: Final = 5.0
"""How far such a field may lie from where it was: farther than a reference point is ever put right."""

MOST_NAMED: Final = 3
"""Aircraft that are named of those that an entry means now and did not before; the others are counted."""

MOVED_KM: Final = 0.1
"""A change of a watched field's reference point that is told."""

Fetching = Callable[[str], Progress]
"""Told the name of a file that is about to be fetched; gives what is told how much of it is there."""


def refuse_odd_addresses() -> None:
    """Raise `UsageError` where the environment names an address that is none."""
    for place in (OURAIRPORTS, TAR1090_DB):
        Library(place, paths.environment(place[0]))


def update_airports(folder: Path, in_use: Airports, now: datetime, fetching: Fetching) -> Airports | None:
    """Fetch OurAirports' files and make the table of airfields of them; None where those in use are of the newest.

    Raises `SourceError` where they cannot be had or are not whole, `StoreError` where the table cannot be written.
    """
    path, library = folder / AIRPORTS_FILE, Library(OURAIRPORTS, paths.environment(OURAIRPORTS[0]))
    known = _files(airports_fetched(path), 2)
    names = ("airports.csv", "runways.csv")
    news = [library.fetch(name, source, fetching(name)) for name, source in zip(names, known, strict=True)]
    if not any(news):
        mark_as_newest(path, now)
        return None
    files = [each or _must(library, name, fetching) for name, each in zip(names, news, strict=True)]
    airports_csv, runways_csv = (text_of(name, each) for name, each in zip(names, files, strict=True))
    countries = {airport.country_code: airport.country for airport in in_use}
    built = build_airports(airports_csv, runways_csv, countries, zones_of(in_use))
    made = Airports(built)
    look_at(made, in_use)
    with in_place_of(path) as draft:
        table, called = encode_table(built), encode_names(built, other_names(airports_csv, built))
        fill_airports(draft, table, called, Fetched(now, tuple(each.source for each in files)))
    return made


def update_register(folder: Path, now: datetime, fetching: Fetching) -> int | None:
    """Fetch tar1090-db's aircraft and make the register of them: how many it has; None where the one in use is the newest.

    Raises `SourceError` where they cannot be had or are not whole, `StoreError` where the register cannot be written.
    """
    path, library, name = (
        folder / REGISTER_FILE,
        Library(TAR1090_DB, paths.environment(TAR1090_DB[0])),
        "aircraft.csv.gz",
    )
    [known] = _files(register_fetched(path) if is_sound(path) else None, 1)
    news = library.fetch(name, known, fetching(name))
    if news is None:
        mark_as_newest(path, now)
        return None
    unreadable = 0

    def readable() -> Iterator[Registered]:
        nonlocal unreadable
        for airframe in read_registered(lines_of(name, news)):
            if airframe is None:
                unreadable += 1
            else:
                yield airframe

    with in_place_of(path) as draft:
        count = fill_register(draft, islice(readable(), MOST_AIRFRAMES + 1), Fetched(now, (news.source,)))
        if count > MOST_AIRFRAMES:
            raise BadAnswer(f"{library.host} sent more than {MOST_AIRFRAMES:,} aircraft; the table in use stays")
        least = max(LEAST_AIRFRAMES, round(LEAST_SHARE * airframes_in(path)))
        if count < least or unreadable > MOST_UNREADABLE * count:
            raise _not_whole(library.host, f"{count:,} aircraft, {unreadable:,} lines that are none", f"{least:,}")
    return count


def look_at(made: Airports, in_use: Airports) -> None:
    """Raise `BadAnswer` where a new table of airfields cannot be whole, beside the one in use."""
    host = "OurAirports"
    for what, count, least in (
        ("airfields", len(made), LEAST_SHARE * len(in_use)),
        ("strips", strips_in(made), LEAST_SHARE * strips_in(in_use)),
    ):
        if count < least:
            raise _not_whole(host, f"{count:,} {what}", f"{round(least):,}")
    for icao in MUST_HAVE:
        before, after = in_use.find(icao), made.find(icao)
        if before is None:
            continue
        if after is None or not after.runways:
            raise BadAnswer(f"{host} sent airfields without {icao} and its strips; the table in use stays")
        if distance_km(before.latitude, before.longitude, after.latitude, after.longitude) > FARTHEST_MOVED_KM:
            raise BadAnswer(f"{host} sent airfields with {icao} at another place; the table in use stays")
        if before.iata is not None and (named := made.find(before.iata)) is not None and named.icao != icao:
            raise BadAnswer(
                f"{host} sent airfields with the code {before.iata} of {icao} for {named.icao}; the table in use stays"
            )


def strips_in(airports: Airports) -> int:
    """How many strips the fields of a table have."""
    return sum(len(airport.runways) for airport in airports)


def zones_of(known: Airports) -> Callable[[float, float], str]:
    """What tells the time zone of a place: that of the nearest known field, as borders of zones are had at build time only."""
    here = {(airport.latitude, airport.longitude): airport.time_zone for airport in known}

    def zone_of(latitude: float, longitude: float) -> str:
        return here.get((latitude, longitude)) or known.zone_near(latitude, longitude)

    return zone_of


def changes(before: Watchlist, after: Watchlist, airports: tuple[Airports, Airports]) -> list[str]:
    """What a watchlist means now that it did not mean before, a sentence each; ``airports`` are the tables of then and now."""
    return [
        *_airport_changes(before, after, *airports),
        *_selector_changes(before, after),
        *_aircraft_changes(before, after),
    ]


def _airport_changes(before: Watchlist, after: Watchlist, then: Airports, now: Airports) -> Iterator[str]:
    watched = [entry.airport.icao for entry in before.airports] + [
        code for entry in before.aircraft for code in entry.at
    ]
    for code in dict.fromkeys(watched):
        old, new = then.find(code), now.find(code)
        if old is not None and new is None:
            yield f"{_named(old)} is in the table no more: add it under airfields: in the watchlist to go on watching it"
        elif old is not None and new is not None and (said := [*_field_changes(old, new)]):
            yield f"{_named(new)} {'; '.join(said)}"
    means = {entry.airport.icao for entry in after.airports} | {code for entry in after.aircraft for code in entry.at}
    for code in dict.fromkeys(watched):
        if code not in means and (left := now.find(code)) is not None:
            yield f"{_named(left)} is not watched any more, as its code means another field: write {code} in the watchlist"
    for code in sorted(means.difference(watched)):
        if (new := now.find(code)) is not None:
            is_new = then.find(code) is None
            yield f"{_named(new)} is {'known' if is_new else 'what a code in the watchlist means'} now"


def _field_changes(old: Airport, new: Airport) -> Iterator[str]:
    moved = distance_km(old.latitude, old.longitude, new.latitude, new.longitude)
    if moved >= MOVED_KM:
        yield f"lies {1000 * moved:,.0f} m from where it was"
    if old.time_zone != new.time_zone:
        yield f"is in the zone {new.time_zone}, not {old.time_zone}"
    yield from _strip_changes(old, new)


def _aircraft_changes(before: Watchlist, after: Watchlist) -> Iterator[str]:
    was, now = _by_tail(before), _by_tail(after)
    for tail, (icao24s, how) in now.items():
        old, _ = was.get(tail, ((), how))
        if old and set(old) != set(icao24s):
            yield f"{tail} is {' and '.join(icao24s)} now ({how}), and was {' and '.join(old)}"
        elif not old and how != "given":
            yield f"{tail} is {' and '.join(icao24s)} ({how}); its icao24 was not known"
    for tail in was.keys() - now.keys():
        if was[tail][1] != "given":
            yield f"{tail}: nothing tells its icao24 any more; add icao24: {was[tail][0][0]} if that is right"
    then = before.watched.aircraft_by_icao24
    for aircraft in after.aircraft:
        old_entry = then.get(aircraft.icao24)
        if aircraft.how == "given" and old_entry is not None and old_entry.registration != aircraft.registration:
            tail, former = aircraft.registration or "of no known tail number", old_entry.registration or "of none"
            yield f"{aircraft.icao24} is {tail}, and was {former}"


def _selector_changes(before: Watchlist, after: Watchlist) -> Iterator[str]:
    """Whom entries mean now that select, and whom they mean no more."""
    was = {meaning.text: meaning.icao24s for meaning in before.selected}
    for meaning in after.selected:
        then = was.get(meaning.text, ())
        new, gone = _tails(meaning.icao24s, then, after), _tails(then, meaning.icao24s, before)
        said = [f"{how}: {enumerated(tails, MOST_NAMED)}" for how, tails in (("new", new), ("gone", gone)) if tails]
        if said:
            yield f"{meaning.text} means {len(meaning.icao24s):,} aircraft now, {'; '.join(said)}"


def _tails(icao24s: Sequence[Icao24], without: Sequence[Icao24], watchlist: Watchlist) -> list[str]:
    """The names of these aircraft that are not among the others."""
    known, others = watchlist.watched.aircraft_by_icao24, {*without}
    return [known[icao24].registration or icao24 for icao24 in icao24s if icao24 not in others]


def _by_tail(watchlist: Watchlist) -> dict[str, tuple[tuple[Icao24, ...], How]]:
    """The addresses of each tail number that an entry names."""
    found: dict[str, tuple[tuple[Icao24, ...], How]] = {}
    for aircraft in watchlist.aircraft:
        if aircraft.registration is not None and aircraft.icao24 not in watchlist.selected_alone:
            icao24s, _ = found.get(aircraft.registration, ((), aircraft.how))
            found[aircraft.registration] = ((*icao24s, aircraft.icao24), aircraft.how)
    return found


def _strip_changes(old: Airport, new: Airport) -> Iterator[str]:
    was, now = ({f"{r.le_ident}/{r.he_ident}": r for r in each.runways} for each in (old, new))
    for ident, strip in now.items():
        if ident not in was:
            yield f"has the strip {ident}{_length(strip.length_m)}"
        elif strip.length_m != was[ident].length_m:
            yield f"has the strip {ident}{_length(strip.length_m)}, and{_length(was[ident].length_m)} before"
        elif strip != was[ident]:
            yield f"has its strip {ident} surveyed anew"
    for ident in was.keys() - now.keys():
        yield f"has the strip {ident} no more"


def _length(length_m: int | None) -> str:
    return " of unknown length" if length_m is None else f" of {length_m:,} m"


def _named(airport: Airport) -> str:
    codes = f"{airport.iata}/{airport.icao}" if airport.iata else airport.icao
    return f"{airport.name} ({codes})"


def _files(fetched: Fetched | None, count: int) -> Sequence[FetchedFile | None]:
    found = () if fetched is None else fetched.sources
    return found if len(found) == count else [None] * count


def _must(library: Library, name: str, fetching: Fetching) -> Download:
    """A file whose companion changed, whether it changed itself or not."""
    found = library.fetch(name, None, fetching(name))
    if found is None:
        raise BadAnswer(f"{library.host} has no {name}; the table in use stays")
    return found


def _not_whole(host: str, found: str, least: str) -> BadAnswer:
    return BadAnswer(
        f"{host} sent {found}, and at least {least} make a whole table; the table in use stays, try again later"
    )
