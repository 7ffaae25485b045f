"""What a scan finds, kept in the database beside what was watched: visits, marked as archived, and what shows them; no alert."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from flightwatch.archives.files import Kind
from flightwatch.core.model import Event, Icao24, instant
from flightwatch.core.visits import Visit, may_be_there
from flightwatch.storage.archived import Archived, keep_archived
from flightwatch.storage.store import Store
from flightwatch.tracking.track import Track
from flightwatch.tracking.walk import Walked

SOURCES: Final[Mapping[Kind, str]] = {
    "vectors": "archived state vectors",
    "traces": "archived traces",
    "polls": "recorded polls",
}
"""Who is said to have told of a visit. An archive does not say who made it."""

_ENDS = frozenset({"landing", "departure"})


class Findings(Struct, frozen=True):
    """What a scan found in a stretch of time."""

    since: int
    until: int
    """Unix seconds between which it looked, the end included."""
    visits: Sequence[Visit]
    """Every visit that changed, as it is at the end, those that were taken back too."""
    events: Sequence[Event]
    """All that happened, whether somebody is told of it or not."""
    tracks: Mapping[Icao24, Track]
    """Who is followed at the end."""


NOTHING_FOUND: Final = Findings(0, 0, (), (), {})


def findings(walks: Iterable[Walked], tracks: Mapping[Icao24, Track], since: int, until: int) -> Findings:
    """What happened to airframes between two Unix seconds; ``tracks``: of who is followed at the end."""
    walks = [*walks]
    visits = [visit for each in walks for visit in each.visits]
    events = [event for each in walks for happened in each.happened for event in happened.events]
    return Findings(since, until, visits, events, tracks)


def keep_findings(store: Store, source: str, found: Findings) -> None:
    """Put a stretch of a scan into the database in one transaction, in the place of what the same source told of it before.

    ``source``: one of `SOURCES`. The same stretch again changes nothing.
    """
    visits: dict[Icao24, dict[str, Visit]] = {icao24: {} for icao24 in found.tracks}
    for visit in [*found.visits, *(track.visit for track in found.tracks.values() if track.visit is not None)]:
        visits.setdefault(visit.icao24, {})[visit.id] = visit
    events = _by_visit(found.events)
    with store.writing() as db:
        for icao24, each in visits.items():
            keep_archived(db, _archived(source, found, icao24, [*each.values()], events))


def _archived(
    source: str, found: Findings, icao24: Icao24, visits: Collection[Visit], events: Mapping[str, Sequence[Event]]
) -> Archived:
    """What a stretch tells of one airframe: a visit that goes on is one of which nobody knows how long."""
    stand = [visit for visit in visits if visit.retracted_at is None]
    track = found.tracks.get(icao24)
    heard = found.until if track is None or track.heard is None else min(found.until, track.heard)
    return Archived(
        source=source,
        icao24=icao24,
        since=instant(found.since),
        until=instant(found.until + 1),
        visits=[may_be_there(v, instant(heard), instant(found.until)) if v.is_open else v for v in stand],
        events=[event for visit in stand for event in events.get(visit.id, ())],
        gone=[visit.id for visit in visits if visit.retracted_at is not None],
    )


def _by_visit(events: Iterable[Event]) -> dict[str, list[Event]]:
    """The landings and departures, by their visits."""
    found: dict[str, list[Event]] = {}
    for event in events:
        if event.type in _ENDS and event.visit is not None:
            found.setdefault(event.visit, []).append(event)
    return found
