"""Who stands where as a digest is made, among those of whom its readers are told."""

from datetime import datetime

from msgspec.structs import replace

from flightwatch.alerting.routing import routed
from flightwatch.app.lookouts import longest_gap, looked_until
from flightwatch.core.airports import Airports
from flightwatch.core.model import Event
from flightwatch.core.visits import Visit, came
from flightwatch.storage.store import Store
from flightwatch.tracking.events import landing
from flightwatch.watchlist.model import Watchlist
from flightwatch.watchlist.wanted import wanted
from flightwatch.wording.phrases import called
from flightwatch.wording.standing import on_ground


def still_there(
    channel: str,
    store: Store,
    watchlist: Watchlist,
    airports: Airports,
    now: datetime,
) -> tuple[tuple[str, str], ...]:
    """What aircraft on the ground are called, and what is said of each, the latest to come first.

    They are those whose landing the channel would be told of, if it came now; none behind a delay, as who is missing among
    them, and when each was heard, would tell what is held back.
    """
    if any(each.name == channel and each.routing.delay for each in watchlist.notify):
        return ()
    known_until = looked_until(store.last_poll_at(), now, longest_gap(store, watchlist))
    listed, found = watchlist.watched.aircraft_by_icao24, list[tuple[datetime, str, str]]()
    for track in store.tracks().values():
        visit = track.visit
        if visit is None or not visit.is_open or not _is_told(_arrival(visit, now), watchlist, channel):
            continue
        label = listed[visit.icao24].label if visit.icao24 in listed else None
        name = called(visit.icao24, visit.registration, label)
        found.append((came(visit), name, on_ground(track, visit, airports, now, known_until)))
    found.sort(key=lambda each: each[0], reverse=True)
    return tuple((name, said) for _, name, said in found)


def _is_told(event: Event, watchlist: Watchlist, channel: str) -> bool:
    return wanted(watchlist, event) and any(each.name == channel for each in routed(watchlist, event))


def _arrival(visit: Visit, now: datetime) -> Event:
    """The event that began a visit, as it is known now, also where nobody told of it."""
    began = replace(visit.arrival, earliest=visit.arrival.earliest or visit.arrival.latest)
    return landing(replace(visit, arrival=began), "", detected_at=now, evidence=(), origin=None)
