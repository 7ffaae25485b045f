"""News of one airframe's flight in one poll: each kind that is asked for, in the order in which it is told."""

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.areas import WatchedArea
from flightwatch.core.model import Airport, Event, StateVector
from flightwatch.core.watched import Watched, WatchedAirport, admits
from flightwatch.tracking.approaching import approaching
from flightwatch.tracking.in_flight import Heard, begun
from flightwatch.tracking.inside import crossed
from flightwatch.tracking.looks import Looks
from flightwatch.tracking.lost import airborne, lost
from flightwatch.tracking.noted import NOTHING_NOTED
from flightwatch.tracking.poll_context import PollContext
from flightwatch.tracking.squawk import emergency
from flightwatch.tracking.track import Step, Track


class Tidings(Struct, frozen=True):
    """Looks for news that the watchlist asks for."""

    watched: Watched
    looks: Looks
    """Before the poll."""
    context: PollContext

    def of(self, before: Track, step: Step, report: StateVector | None) -> Step:
        """The step with what is news in it."""
        asked, listed = self.context.rules.news, self.watched.aircraft_by_icao24
        heard = begun(before, step.track, report, self.context)
        if before.icao24 in listed:
            if "emergency" in asked:
                heard = emergency(heard)
            if "lost" in asked:
                heard = lost(heard)
            if not asked.isdisjoint(("lost", "airborne")):
                since = self.looks.listed.get(before.icao24)
                heard = airborne(heard, listed_since=since, looked=self.looks.quarters)
        if not asked.isdisjoint(("approaching", "diverted")) and heard.placed is not None:
            heard = approaching(heard, self._fields(step.track))
        if self.watched.areas and heard.placed is not None:
            heard = crossed(heard, [area for area in self.watched.areas if self._is_for(area, step.track)], self.looks)
        return _told(step, heard)

    def _fields(self, track: Track) -> list[Airport]:
        """The airports that are watched for an airframe, or at which its own landings matter."""
        aircraft = self.watched.aircraft_by_icao24.get(track.icao24)
        fields = [each.airport for each in self.watched.airports if self._is_for(each, track)]
        own = (self.context.airports.find(icao) for icao in (aircraft.at if aircraft is not None else ()))
        return [*fields, *(field for field in own if field is not None and field not in fields)]

    def _is_for(self, place: WatchedAirport | WatchedArea, track: Track) -> bool:
        """Tell whether an airport or area is watched for an airframe."""
        icao24, watched = track.icao24, self.watched
        aircraft, identity = watched.aircraft_by_icao24.get(icao24), watched.identities.get(icao24)
        return admits(place, icao24, track.registration, aircraft, callsign=track.callsign, identity=identity)


def _told(step: Step, heard: Heard) -> Step:
    """The step with what was noted, and with the events that come of it."""
    noted = heard.noted
    kept = None if noted == replace(NOTHING_NOTED, flight=noted.flight) else noted
    events: tuple[Event, ...] = (*step.events, *heard.events)
    if kept == step.track.noted:
        return step if events == step.events else replace(step, events=events)
    return replace(step, track=replace(step.track, noted=kept), events=events)
