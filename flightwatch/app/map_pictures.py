"""The map of an alert as a picture. Whatever goes wrong, the alert goes out without it."""

from collections.abc import Mapping, Sequence
from typing import Final

from flightwatch.alerting.notices import Digest, Notice, subject_line
from flightwatch.alerting.picture import Picture
from flightwatch.app.drawing_process import drawn_by
from flightwatch.core.airports import Airports
from flightwatch.core.attribution import whom_to_name
from flightwatch.core.legs import Leg
from flightwatch.core.model import OPENSKY
from flightwatch.report.flight_map import correction_content, correction_told, flight_content
from flightwatch.report.map_content import MapContent, described
from flightwatch.report.picture import MOST_BYTES, picture_of_map
from flightwatch.report.visit_map import map_content
from flightwatch.storage.land import load_land
from flightwatch.wording.alert import Alert

TIMEOUT_S: Final = 20.0
"""Longest time for one picture, s: it takes one second, and three on a small board."""

MOST_VISITS: Final = 12
"""Most visits on the map of a digest: more hide one another in a picture of this size, and the page has them all."""

_PNG: Final = b"\x89PNG\r\n\x1a\n"


def picture_of(
    notice: Notice, airports: Airports, legs: Mapping[str, Sequence[Leg]] = {}, *, timeout_s: float = TIMEOUT_S
) -> Picture | None:
    """Draw the map of an alert, or of a digest of few visits; None: there is nothing to draw, or it could not be drawn.

    ``legs`` are the flights that it tells of, as `flights_told` gives them.
    """
    seen = _content(notice, airports, legs)
    if seen is None:
        return None
    png = _png_of(picture_of_map(seen, subject_line(notice), credit_of(notice, legs), load_land), timeout_s)
    return None if png is None else Picture(png, _told(notice, seen))


def credit_of(notice: Notice, legs: Mapping[str, Sequence[Leg]]) -> str:
    """Name whoever heard what a map shows, and who drew its land."""
    alerts = notice.alerts if isinstance(notice, Digest) else (notice,) if isinstance(notice, Alert) else ()
    flown = {name for several in legs.values() for leg in several for name in leg.heard_by}
    told_by = {name for alert in alerts for name in alert.event.heard_by} or {OPENSKY}
    names = ", ".join(each.name for each in whom_to_name(told_by | flown))
    return f"Positions: {names}. Land, borders and names: Natural Earth. Made by flightwatch."


def _told(notice: Notice, seen: MapContent) -> str:
    """Describe a map for whoever cannot see it."""
    if isinstance(notice, Alert) and notice.event.type == "retraction":
        return correction_told(notice)
    return described(seen, "the visits of this digest" if isinstance(notice, Digest) else "this flight")


def _content(notice: Notice, airports: Airports, legs: Mapping[str, Sequence[Leg]]) -> MapContent | None:
    """Give what the map of a notice shows; None: there is nothing to show, or too many visits for one picture."""
    if isinstance(notice, Digest):
        if not 0 < len(notice.visits) <= MOST_VISITS:
            return None
        return map_content(notice.visits, {alert.event.id: alert.event for alert in notice.alerts}, airports, legs)
    if not isinstance(notice, Alert):
        return None
    event, visit = notice.event, notice.context.visit
    flight = legs.get(event.visit or event.id, ())
    if event.type == "retraction":
        return correction_content(notice, flight)
    if event.type in ("landing", "departure", "reminder") and visit is not None:
        return map_content([visit], {event.id: event}, airports, legs)
    return flight_content(notice, flight)


def _png_of(drawing: str, timeout_s: float) -> bytes | None:
    """Have an SVG drawn; None: it could not be, or what came is no picture that a mail may hold."""
    png = drawn_by("map_process", drawing.encode(), timeout_s)
    return png if png is not None and png.startswith(_PNG) and len(png) <= MOST_BYTES else None
