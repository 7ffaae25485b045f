"""Airframes that are on the watchlist for as long as they fly as a callsign that it names.

A callsign says who flies now, not who it is. So whoever is heard with it is followed as a listed airframe is: until it has left
the place where it landed, or has not been heard of for days. One that changes its callsign in between is followed on.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from flightwatch.core.model import Icao24, StateVector
from flightwatch.core.register import glob
from flightwatch.core.registration import registration_of
from flightwatch.core.selectors import flies_as, means
from flightwatch.core.watched import Watched, WatchedAircraft, WatchedCallsign
from flightwatch.tracking.report_worth import VEHICLES
from flightwatch.tracking.track import Track

TailOf = Callable[[Icao24], str | None]
"""Tells the tail number that a register has at an address; None: none is known."""


def no_tail(_icao24: Icao24) -> None:
    """Know no tail number, as where there is no register."""


def passing(
    watched: Watched,
    tracks: Mapping[Icao24, Track],
    vectors: Sequence[StateVector] = (),
    tail_of: TailOf = no_tail,
) -> tuple[WatchedAircraft, ...]:
    """The airframes on no list that are followed for their callsign, by address: those of before, and who has one now.

    ``tail_of`` is asked once for each who begins to be followed and whose tail number neither a source nor a rule tells.
    """
    if not watched.callsigns:
        return ()
    by_name = _by_name(watched)
    found = {
        track.icao24: _listed(by_name[track.flying_as], track.icao24, track.callsign, track.registration)
        for track in tracks.values()
        if track.flying_as in by_name
    }
    for report in _flying(watched.callsigns, vectors):
        entry = _entry(watched, report)
        if entry is not None and report.icao24 not in found:
            known = tracks.get(report.icao24)
            tail = known.registration if known is not None else None
            tail = tail or _tail(watched, report.icao24) or tail_of(report.icao24)
            found[report.icao24] = _listed(entry, report.icao24, report.callsign, tail)
    return tuple(found[icao24] for icao24 in sorted(found) if icao24 not in watched.aircraft_by_icao24)


def who_flew(watched: Watched, flown: Iterable[tuple[Icao24, str | None, str | None]]) -> tuple[WatchedAircraft, ...]:
    """The airframes on no list that flew as a callsign that is watched, by address.

    ``flown`` tells of each the address, a callsign that it flew as, and its tail number, as far as they are known.
    """
    found = dict[Icao24, WatchedAircraft]()
    for icao24, callsign, tail in flown:
        identity = watched.identities.get(icao24)
        entry = next((each for each in watched.callsigns if means(each.picked, icao24, callsign, identity)), None)
        if entry is not None and icao24 not in watched.aircraft_by_icao24:
            found[icao24] = replace(_listed(entry, icao24, callsign, tail), label=entry.label)
    return tuple(found[icao24] for icao24 in sorted(found))


def has_left(before: Track, after: Track, watched: Watched) -> bool:
    """Tell whether an airframe has left where it was followed to for its callsign, and flies as another now."""
    if before.flying_as is None or before.visit is None or after.visit is not None:
        return False
    entry = _by_name(watched).get(before.flying_as)
    return entry is None or not flies_as(entry.callsign, after.callsign)


def _by_name(watched: Watched) -> dict[str | None, WatchedCallsign]:
    return {entry.name: entry for entry in watched.callsigns}


def _flying(entries: Sequence[WatchedCallsign], vectors: Sequence[StateVector]) -> Iterator[StateVector]:
    """The reports with a callsign that may be meant: of ten thousand, nearly none is."""
    begins = re.compile("|".join(glob(entry.callsign).pattern for entry in entries), re.IGNORECASE).match
    return (
        report for report in vectors if report.callsign and begins(report.callsign) and report.category not in VEHICLES
    )


def _entry(watched: Watched, report: StateVector) -> WatchedCallsign | None:
    identity = watched.identities.get(report.icao24)
    return next(
        (entry for entry in watched.callsigns if means(entry.picked, report.icao24, report.callsign, identity)), None
    )


def _listed(entry: WatchedCallsign, icao24: Icao24, callsign: str | None, tail: str | None) -> WatchedAircraft:
    flying = f"flying as {(callsign or '').strip() or entry.callsign}"
    return WatchedAircraft(
        icao24=icao24,
        registration=tail,
        how="given",
        label=flying if entry.label is None else f"{entry.label}, {flying}",
        at=entry.at,
        tags=entry.tags,
        callsign=entry.name,
    )


def _tail(watched: Watched, icao24: Icao24) -> str | None:
    """The tail number of a stranger: as sources say it, else by rule; None: it is not sure."""
    said = watched.identities.get(icao24)
    if said is not None and said.registration:
        return said.registration
    known = registration_of(icao24)
    return known[0] if known is not None and known[1] != "guess" else None
