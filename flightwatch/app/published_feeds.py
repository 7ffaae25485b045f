"""The events of what is published, as feeds tell them: a landing that was taken back says so under its own id."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from msgspec.structs import replace

from flightwatch.alerting.routing import is_for
from flightwatch.app.alert_context import alert_of
from flightwatch.app.publication import Publication
from flightwatch.core.attribution import whom_to_name
from flightwatch.core.ids import departure_id
from flightwatch.core.model import OPENSKY, Event
from flightwatch.export.feeds import Entry, Feed
from flightwatch.report.published import FIRST, TITLE
from flightwatch.storage.released import each_event
from flightwatch.watchlist.wanted import wanted
from flightwatch.wording.alert import Alert
from flightwatch.wording.phrases import utc
from flightwatch.wording.sentence import sentence, title

MOST_ENTRIES: Final = 200
"""Most events that a feed has, the newest."""

WITHDRAWN: Final = "WITHDRAWN"


def feed_of(publication: Publication, id_: str) -> Feed:
    """Give the newest events as a feed with this id."""
    told = [*islice(_told(publication), MOST_ENTRIES)]
    entries = [entry for entry, _ in told]
    heard_by = {name for _, event in told for name in event.heard_by} or {OPENSKY}
    return Feed(
        id=id_,
        title=TITLE,
        home=FIRST,
        updated_at=max((entry.updated_at for entry in entries), default=publication.known_at),
        rights=[credit.line for credit in whom_to_name(heard_by)],
        entries=entries,
    )


def _told(publication: Publication) -> Iterator[tuple[Entry, Event]]:
    """The events that these readers are told of, the last decided first."""
    known, watchlist = publication.knowledge, publication.watchlist
    addresses, taken_back = _addresses(publication), dict[str, Event]()
    for event in each_event(known.store):
        if event.type == "retraction" and event.retracts is not None:
            taken_back[event.retracts] = event
            if event.detected_at > publication.release.until:  # where it was heard instead is held back
                continue
        if not wanted(watchlist, replace(event, confidence=1.0)):
            continue
        alert = alert_of(event, known.store, watchlist, known.airports, is_brief=True)
        if wanted(watchlist, alert.event) and is_for(publication.routing, watchlist, alert.event):
            yield _entry(alert, event, taken_back.get(event.id), publication, addresses), event


def _entry(
    alert: Alert, event: Event, taken_back: Event | None, publication: Publication, addresses: Mapping[str, str]
) -> Entry:
    """An event as it is known now where its departure or a correction was told since; else as it was told first."""
    is_revised = alert.event is not event
    later = taken_back or (_departure(alert, publication) if is_revised else None)
    if is_revised and later is None:
        first = alert_of(event, None, publication.watchlist, publication.knowledge.airports)
        alert = replace(first, context=alert.context)
    field = event.airport
    made = Entry(
        event=event.id,
        title=title(alert, dated=True),
        text=sentence(alert),
        published_at=event.detected_at,
        updated_at=event.detected_at if later is None else max(later.detected_at, event.detected_at),
        address=addresses.get(event.icao24) or addresses.get(field.icao if field else "") or FIRST,
        kind=event.type,
    )
    return made if taken_back is None else _withdrawn(made, taken_back)


def _withdrawn(entry: Entry, by: Event) -> Entry:
    at = utc(by.detected_at)
    text = f"This was taken back at {at}, as what was heard since contradicts it. It had been told so: {entry.text}"
    return replace(entry, title=f"{WITHDRAWN}: {entry.title}", text=text)


def _departure(alert: Alert, publication: Publication) -> Event | None:
    """The departure that ended the visit of a landing; None: none is recorded, or it is no landing."""
    visit = alert.context.visit
    if alert.event.type != "landing" or visit is None:
        return None
    return next(iter(publication.knowledge.store.events((departure_id(visit),)).values()), None)


def _addresses(publication: Publication) -> dict[str, str]:
    """The page of each airframe and airport that has one."""
    return {
        key: page.name
        for page in publication.pages
        for key in (*page.topic.icao24s, *(field.icao for field in (page.topic.airport,) if field is not None))
    }
