"""The map of an alert as a picture. Whatever goes wrong, the alert goes out without it."""

import subprocess
import sys
from typing import Final

import msgspec

from flightwatch.alerting.notices import Digest, Notice, subject_line
from flightwatch.alerting.picture import Picture
from flightwatch.core.airports import Airports
from flightwatch.core.attribution import whom_to_name
from flightwatch.core.model import OPENSKY, Event, instant
from flightwatch.report.map_content import MapContent, Spot, described, map_content
from flightwatch.report.picture import MOST_BYTES, picture_specification
from flightwatch.storage.land import load_land
from flightwatch.tracking.motion import fixed_at, has_position, point_of
from flightwatch.wording.alert import Alert
from flightwatch.wording.sentence import title

TIMEOUT_S: Final = 20.0
"""Longest time for one picture, s: it takes one second, and three on a small board."""

MOST_VISITS: Final = 12
"""Most visits on the map of a digest: more hide one another in a picture of this size, and the page has them all."""

_PNG: Final = b"\x89PNG\r\n\x1a\n"


def picture_of(alert: Notice, airports: Airports, *, timeout_s: float = TIMEOUT_S) -> Picture | None:
    """Draw the map of an alert, or of a digest of few visits; None: there is nothing to draw, or it could not be drawn.

    A correction has none, as a map of what was not so would only be passed on.
    """
    if isinstance(alert, Digest):
        seen, whose, events = (
            _content_of_several(alert, airports),
            "the visits of this digest",
            [each.event for each in alert.alerts],
        )
        heading = subject_line(alert)
    elif isinstance(alert, Alert):
        seen, whose, events = _content(alert, airports), "this flight", [alert.event]
        heading = title(alert, dated=True)
    else:
        return None
    if seen is None:
        return None
    heard_by = {name for event in events for name in event.heard_by} or {OPENSKY}
    names = ", ".join(each.name for each in whom_to_name(heard_by))
    credit = f"Positions: {names}. Land, borders and names: Natural Earth. Made by flightwatch."
    spec = picture_specification(seen, heading, credit, load_land)
    png = _drawn(msgspec.json.encode(spec), timeout_s)
    return None if png is None else Picture(png, described(seen, whose))


def _content_of_several(digest: Digest, airports: Airports) -> MapContent | None:
    """Give the map of a digest's visits; None: there are none, or too many for one picture."""
    if not 0 < len(digest.visits) <= MOST_VISITS:
        return None
    return map_content(digest.visits, {alert.event.id: alert.event for alert in digest.alerts}, airports)


def _content(alert: Alert, airports: Airports) -> MapContent | None:
    event, visit = alert.event, alert.context.visit
    if event.type in ("landing", "departure", "reminder") and visit is not None:
        return map_content([visit], {event.id: event}, airports)
    return None if event.type == "retraction" else _in_flight(event, alert)


def _in_flight(event: Event, alert: Alert) -> MapContent | None:
    """Give the map of a flight in the air: its last reports, and the field that it is about."""
    flown = [report for report in event.evidence if has_position(report)]
    if not flown:
        return None
    at = instant(fixed_at(flown[-1]))
    word = "lost" if event.type == "lost" else "heard"
    mark = Spot(*point_of(flown[-1]), f"{word} {at.day} {at:%b %Y, %H:%M} UTC", f"{word} {at:%H:%M}")
    field = alert.airport
    there = () if field is None else (Spot(field.longitude, field.latitude, field.name, field.iata or field.icao),)
    return MapContent(
        airports=there,
        elsewhere=(),
        lost=(mark,) if word == "lost" else (),
        found=(mark,) if word == "heard" else (),
        heard=(tuple(map(point_of, flown)),),
        dark=(),
    )


def _drawn(spec: bytes, timeout_s: float) -> bytes | None:
    """Have a specification drawn by a process of its own; None: it could not, or took too long."""
    command = [sys.executable, "-m", "flightwatch.app.map_process"]
    try:
        done = subprocess.run(command, input=spec, capture_output=True, timeout=timeout_s, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    fits = done.returncode == 0 and done.stdout.startswith(_PNG) and len(done.stdout) <= MOST_BYTES
    return done.stdout if fits else None
