"""An event together with all that is needed to tell it in words."""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.airports import Airports
from flightwatch.core.model import Airport, Event, Icao24, Place
from flightwatch.core.visits import Visit
from flightwatch.core.watched import PLAIN_DESK, Desk, Watched
from flightwatch.wording.clocks import Clocks
from flightwatch.wording.phrases import called
from flightwatch.wording.record import NO_RECORD, Context
from flightwatch.wording.whereabouts import began_at, nearest_known


class Alert(Struct, frozen=True):
    """An event together with all that is needed to tell it in words."""

    event: Event
    airport: Airport | None
    """The event's airport with all its details; None: the event has none, or the table does not know it."""
    label: str | None = None
    """What the watchlist calls the airframe."""
    near: Airport | None = None
    """For an event without an airport: the nearest field that people know; None: none is near."""
    latitude: float | None = None
    longitude: float | None = None
    """Where it happened when there is no airport."""
    origin: Airport | None = None
    """The field that `began_at` gives to say where the flight began."""
    context: Context = NO_RECORD
    names: Mapping[Icao24, str] = {}
    """What the watchlist calls the other airframes in ``context``, by icao24; those it does not list are missing."""
    candidates: tuple[Airport | Place, ...] = ()
    """The airports that share the event, with all their details where the table knows them."""
    corrected: Airport | None = None
    """The airport, with all its details, of the visit that this event corrects; None: there is none, or the table lacks it."""
    is_watched: bool = True
    """True if the watchlist names the airframe; False for a stranger at a watched airport."""
    desk: Desk = Desk()
    """The desk that reads it, which decides on clocks and units."""
    is_untold: bool = False
    """True for a retraction whose readers were never told of the landing."""

    @property
    def clocks(self) -> Clocks:
        """The clocks that tell the times of this alert."""
        return Clocks(None if self.airport is None else self.airport.time_zone, self.desk.time_zone)


def describe(
    event: Event, watched: Watched, airports: Airports, context: Context = NO_RECORD, *, desk: Desk = PLAIN_DESK
) -> Alert:
    """Give an event its airports in full, the names that the watchlist has for airframes, and what the record says around it."""
    listed, origin = watched.aircraft_by_icao24, event.origin
    label = listed[event.icao24].label if event.icao24 in listed else None
    began = None if origin is None else began_at(origin, airports)
    names = {
        v.icao24: called(v.icao24, v.registration or listed[v.icao24].registration, listed[v.icao24].label)
        for v in context.others
        if v.icao24 in listed
    }
    alert = Alert(
        event,
        None,
        label,
        origin=began,
        context=context,
        names=names,
        candidates=tuple(airports.find(c.icao) or Place(c.icao, c.iata, c.name) for c in event.candidates),
        corrected=_airport_of(context.corrects, airports),
        is_watched=event.icao24 in listed,
        desk=desk,
    )
    if event.airport is not None:
        return replace(alert, airport=airports.find(event.airport.icao))
    # What ends a visit, or takes it back, was heard elsewhere: the report before it tells where that was.
    # Who is in the air again was first heard in the last report but one.
    told_in = {"departure": 0, "retraction": 0, "airborne": -2}.get(event.type, -1)
    seen = event.evidence[told_in] if len(event.evidence) >= -told_in and event.evidence else None
    if seen is None or seen.latitude is None or seen.longitude is None:
        return alert
    near = nearest_known(airports, seen.latitude, seen.longitude)
    return replace(alert, near=near, latitude=seen.latitude, longitude=seen.longitude)


def _airport_of(visit: Visit | None, airports: Airports) -> Airport | None:
    return None if visit is None else airports.find_place(visit.airport)
