"""What the map of an alert shows that is of no visit that stands: a flight in the air, or a landing that is taken back."""

from collections.abc import Sequence
from typing import Final

from flightwatch.core.legs import Leg
from flightwatch.core.model import Airport, Event, StateVector, instant
from flightwatch.core.points import SHORTEST_LINE_KM, apart_km
from flightwatch.report.map_content import Doubt, MapContent, Spot
from flightwatch.report.visit_map import FARTHEST_KM, farthest_km, flown_and_routes
from flightwatch.tracking.motion import fixed_at, has_position, point_of
from flightwatch.wording.alert import Alert
from flightwatch.wording.sureness import instead
from flightwatch.wording.whereabouts import nickname

NOT_THERE: Final = "taken back: not there"
"""What a map says of the field of a landing that is taken back."""


def flight_content(alert: Alert, legs: Sequence[Leg] = ()) -> MapContent | None:
    """Give the map of a flight in the air: its last reports, the way there, and the field that it is about.

    ``legs`` are the flight as far as it was heard. None: no report of it has a position.
    """
    reports = [report for report in alert.event.evidence if has_position(report)]
    if not reports:
        return None
    is_lost = alert.event.type == "lost"
    mark = _mark(reports[-1], "lost" if is_lost else "heard", alert)
    flown, routes = flown_and_routes(legs)
    origin = _origin(alert.event)
    first = flown[0][0] if flown else point_of(reports[0])
    began = () if origin is None or apart_km(origin.point, first) < SHORTEST_LINE_KM else ((origin.point, first),)
    return MapContent(
        airports=() if alert.airport is None else (_field(alert.airport),),
        elsewhere=(),
        lost=(mark,) if is_lost else (),
        found=() if is_lost else (mark,),
        heard=(tuple(map(point_of, reports)),),
        dark=(),
        flown=flown,
        origins=() if origin is None else (origin,),
        routes=began + routes,
    )


def correction_content(alert: Alert, legs: Sequence[Leg] = ()) -> MapContent | None:
    """Give the map of a correction: where contact was lost, where it was heard again, and the field at which it was not.

    ``legs`` are the flight until then. None: it does not rest on two reports that have positions.
    """
    reports = [report for report in alert.event.evidence if has_position(report)]
    if len(reports) < 2:
        return None
    last, again = reports[-2:]
    begin, end = point_of(last), point_of(again)
    way_km = farthest_km(fixed_at(again) - fixed_at(last), last)
    line = ((begin, end),) if apart_km(begin, end) >= SHORTEST_LINE_KM else ()
    other = instead(alert)
    right = (_field(other),) if isinstance(other, Airport) else ()
    wrong = () if alert.airport is None else (_field(alert.airport, NOT_THERE),)
    flown, routes = flown_and_routes(legs)
    return MapContent(
        airports=right + wrong,
        elsewhere=(),
        lost=(_mark(last, "lost", alert),),
        found=(_mark(again, "heard", alert),),
        heard=(),
        dark=line if way_km <= FARTHEST_KM else (),
        boundless=() if way_km <= FARTHEST_KM else line,
        doubts=(Doubt(begin, end, way_km),) if apart_km(begin, end) < way_km <= FARTHEST_KM else (),
        flown=flown,
        routes=tuple(way for way in routes if way != (begin, end)),
    )


def correction_told(alert: Alert) -> str:
    """Describe the map of a correction for whoever cannot see it."""
    other = instead(alert)
    wrong = "" if alert.airport is None else f": it was not at {nickname(alert.airport)}"
    right = f", and {nickname(other)}, where it was instead" if isinstance(other, Airport) else ""
    return f"Map of a correction{wrong}. Marked: where contact was lost, where it was heard again{right}."


def _origin(event: Event) -> Spot | None:
    """Mark the field where a flight began; None: it is not known."""
    began = event.origin
    if began is None or began.airport is None:
        return None
    return Spot(began.longitude, began.latitude, nickname(began.airport), began.airport.iata or began.airport.icao)


def _field(airport: Airport, note: str = "") -> Spot:
    return Spot(
        airport.longitude, airport.latitude, nickname(airport), airport.iata or airport.icao, note=note, brief_note=note
    )


def _mark(report: StateVector, word: str, alert: Alert) -> Spot:
    at = alert.clocks.place_time(instant(fixed_at(report)))
    clock = alert.clocks.place_name
    return Spot(*point_of(report), f"{word} {at.day} {at:%b %Y, %H:%M} {clock}", f"{word} {at:%H:%M}")
