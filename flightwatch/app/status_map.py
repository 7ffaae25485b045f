"""The morning look as a map: who is on the ground where, and who was heard where last."""

from typing import Final

from flightwatch.app.situation import Situation
from flightwatch.app.status import UP, unheard
from flightwatch.core.airports import Airports
from flightwatch.core.model import instant
from flightwatch.report.map_content import MOST_DRAWN, MapContent, Spot
from flightwatch.tracking.motion import has_position, point_of
from flightwatch.tracking.track import Track
from flightwatch.watchlist.model import Watchlist
from flightwatch.wording.phrases import short, with_more
from flightwatch.wording.whereabouts import nickname

MOST_AT_ONE: Final = 3
"""Most aircraft that are named at one airport."""


def situation_map(situation: Situation, watchlist: Watchlist, airports: Airports) -> MapContent | None:
    """Give the map of the watched airframes; None: nothing is known of where any of them is."""
    missing = {aircraft.icao24 for aircraft in unheard(watchlist, situation.tracks)}
    there, elsewhere, lost, found = dict[str, list[str]](), list[Spot](), list[Spot](), list[Spot]()
    for aircraft in watchlist.aircraft[:MOST_DRAWN]:
        track = None if aircraft.icao24 in missing else situation.tracks.get(aircraft.icao24)
        if track is None:
            continue
        name, visit = short(aircraft.registration or aircraft.icao24), track.visit
        if visit is not None and visit.airport is not None:
            there.setdefault(visit.airport.icao, []).append(name)
        elif visit is not None:
            elsewhere.append(Spot(visit.longitude, visit.latitude, name))
        elif (spot := _last(track, name)) is not None:
            is_up = track.phase == "airborne" and situation.at - instant(track.heard or 0) <= UP
            (found if is_up else lost).append(spot)
    fields = [_field(code, names, airports) for code, names in there.items()]
    seen = MapContent(
        airports=tuple(field for field in fields if field is not None),
        elsewhere=tuple(elsewhere),
        lost=tuple(lost),
        found=tuple(found),
        heard=(),
        dark=(),
    )
    return seen if seen.points else None


def _last(track: Track, name: str) -> Spot | None:
    placed = [report for report in track.reports if has_position(report)]
    return Spot(*point_of(placed[-1]), name) if placed else None


def _field(code: str, names: list[str], airports: Airports) -> Spot | None:
    field = airports.find(code)
    if field is None:
        return None
    who = with_more(names, MOST_AT_ONE)
    return Spot(field.longitude, field.latitude, f"{nickname(field)}: {who}", field.iata or field.icao)
