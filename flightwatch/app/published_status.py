"""Where aircraft are, for whoever reads what is published: as ``status --format json`` prints it, but of the operator nothing.

Paths, credits, what is owed to readers, and what sources answered are left out: the fields are there, and empty.
"""

from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from flightwatch.app.publication import Publication
from flightwatch.app.situation import Situation, condition, read_situation
from flightwatch.app.status_json import Whereabouts
from flightwatch.watchlist.model import Watchlist
from flightwatch.wording.phrases import json_text


def status_text(publication: Publication) -> str:
    """Write the situation as of the last good poll that these readers may know of."""
    known = publication.knowledge
    listed = _followed(publication)
    situation = read_situation(known.store, listed, known.now)
    found = condition(_without_sources(situation), listed, path=Path(), database=Path())
    told = replace(
        found,
        watchlist="",
        database="",
        last_poll=None,
        credits_left=None,
        undelivered=(),
        sources=(),
        traces=None,
        blind=False,
        aircraft=tuple(_whereabouts(found.aircraft, has_delay=bool(publication.routing.delay))),
    )
    return f"{json_text(told)}\n"


def _followed(publication: Publication) -> Watchlist:
    """The watchlist without the airframes that were followed for their callsign once, and are not any more."""
    listed, tracks = publication.knowledge.listed, publication.knowledge.store.tracks()
    now = {icao24 for icao24, track in tracks.items() if track.flying_as is not None}
    return replace(
        listed, aircraft=tuple(each for each in listed.aircraft if each.callsign is None or each.icao24 in now)
    )


def _without_sources(situation: Situation) -> Situation:
    return replace(situation, sources={}, known_until=situation.at)


def _whereabouts(aircraft: tuple[Whereabouts, ...], *, has_delay: bool) -> Iterator[Whereabouts]:
    """Where each is. Behind a delay its track may be held back, and is not taken for one that never was heard."""
    for each in aircraft:
        if has_delay and each.heard is None:
            is_there = each.visit is not None and each.visit.departure_basis is None
            yield replace(each, state="ground" if is_there else "unknown")
        else:
            yield each
