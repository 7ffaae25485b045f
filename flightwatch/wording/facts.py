"""An event as its facts by name, and where to look it up.

All text is plain. Whoever draws it escapes markup: a terminal gets it as text, a page and a mail escape it.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import chain, repeat
from typing import Final
from urllib.parse import quote

from flightwatch.core.attribution import whom_to_name
from flightwatch.core.model import OPENSKY, Event, EventType
from flightwatch.wording.alert import Alert
from flightwatch.wording.in_flight import ahead
from flightwatch.wording.naming import is_stranger, registered_in, who
from flightwatch.wording.phrases import heard_by, short, utc
from flightwatch.wording.reasons import contradiction, reason
from flightwatch.wording.record import company, not_watched, stays_before_last, which_visit
from flightwatch.wording.sentence import UNNAMED, dwell_of, has_bounds, is_about, sentence
from flightwatch.wording.stays import FIRST_HEARD, LENGTH_NOT_KNOWN, dwell_stay, how_landing_is_known
from flightwatch.wording.sureness import (
    OF_VISITS,
    how_known,
    instead,
    is_field_unknown,
    sure_of_instead,
    sure_that_not,
)
from flightwatch.wording.whereabouts import came_from, coordinates, flight_time, off, place

TIME: Final[dict[EventType, str]] = {
    "landing": "landed",
    "departure": "left",
    "reminder": "as of",
    "retraction": "heard again",
    "airborne": "heard",
    "lost": "lost",
    "approaching": "expected",
    "diverted": "turned away",
    "emergency": "since",
    "entered": "entered",
    "left": "left",
}
"""What the time of each type of event is called."""

_LOOK_UP: Final = "look it up"

BRIEFLY: Final = "there for some weeks"
"""What is said beside a link to a track: adsb.lol keeps traces for 40 to 45 days (looked at in November 2026)."""

TRACKS_GO: Final = "tracks are there for some weeks; flightwatch report draws what was heard"
"""The same beneath addresses that have no names."""

_INDENT: Final = "  "


def facts(alert: Alert) -> Iterator[tuple[str, str]]:
    """Give everything that is known of an alert as pairs of a name and a text, to be set in a table; `links` are apart."""
    event, context = alert.event, alert.context
    aircraft, others = who(alert), company(event, context, alert.names)
    taken_back = event.type == "retraction"
    units = alert.desk.units
    why = reason(event, alert.airport, units)
    if taken_back:
        why = contradiction(event, alert.airport, units, instead=instead(alert))
    rows = (
        ("aircraft", aircraft.removeprefix("aircraft ")),
        *(
            ()
            if is_stranger(alert)
            else (("callsign", short(event.callsign or "").strip()), ("icao24", _address(alert)))
        ),
        ("where", _where(alert)),
        ("told as" if taken_back else "landed", _landed(alert)),
        (TIME[event.type], alert.clocks.told(event.time, about=is_about(alert))),
        ("bounds", _bounds(alert)),
        ("known", None if taken_back and why and not sure_that_not(event) else how_known(alert)),
        ("instead", _instead(alert)),
        ("because", why),
        ("ahead", ahead(alert)),
        ("heard by", heard_by(event.heard_by)),
        ("flight", _origin(alert)),
        ("on the ground", _stayed(alert)),
        ("record", which_visit(event, context)),
        ("before that", stays_before_last(event, context)),
        ("also there", others.present),
        ("gone by then", others.gone),
        ("came later", others.later),
        ("not watched", not_watched(event, context)),
        ("visit", short(event.visit)),
        ("credit", credit((event,))),
    )
    return ((name, said) for name, said in rows if said)


def links(alert: Alert) -> list[tuple[str, str]]:
    """Give names and addresses where the flight can be looked up: of its UTC day, and of the day before if it began then."""
    event = alert.event
    icao24, day = quote(event.icao24.lower(), safe=""), event.time.date()
    found = [
        (f"track {day} on adsb.lol, {BRIEFLY}", f"https://globe.adsb.lol/?icao={icao24}&showTrace={day}"),
        (f"track {day} on ADS-B Exchange, {BRIEFLY}", f"https://globe.adsbexchange.com/?icao={icao24}&showTrace={day}"),
    ]
    if event.origin is not None and event.origin.at.date() == day - timedelta(days=1):
        before = event.origin.at.date()
        found.insert(
            1, (f"track {before} on adsb.lol, {BRIEFLY}", f"https://globe.adsb.lol/?icao={icao24}&showTrace={before}")
        )
    if event.registration:
        tail = quote(short(event.registration).lower(), safe="")
        found.append(("the aircraft on Flightradar24", f"https://www.flightradar24.com/data/aircraft/{tail}"))
    found.append(("photos on Planespotters.net", f"https://www.planespotters.net/hex/{icao24.upper()}"))
    return found


def lines(alert: Alert) -> list[str]:
    """Give an alert as plain lines, for cron's mail and for pipes: its sentence, and under it, indented, everything known."""
    found = zip(chain([_LOOK_UP], repeat("")), (address for _, address in links(alert)), strict=False)
    rows = [*facts(alert), *found, ("", TRACKS_GO)]
    width = max(len(name) for name, _ in rows)
    return [sentence(alert), *(f"{_INDENT}{name:{width}}{_INDENT}{said}" for name, said in rows)]


def credit(events: Iterable[Event]) -> str | None:
    """Name the networks beside OpenSky that heard these, as their terms want; None: there is none."""
    named = whom_to_name(name for event in events for name in event.heard_by if name != OPENSKY)
    return "; ".join(f"data from {each.name} ({each.url}), {each.brief}" for each in named) or None


def _address(alert: Alert) -> str:
    """``15521f, registered in Russia``."""
    state = registered_in(alert.event.icao24)
    return f"{short(alert.event.icao24)}{f', {state}' if state else ''}"


def _where(alert: Alert) -> str:
    """Tell the airport in full, or the position and the nearest field that people know."""
    if alert.airport is not None:
        return place(alert.airport)
    if alert.event.airport is not None:
        return place(alert.event.airport)
    unknown = is_field_unknown(alert.event)
    if alert.latitude is None or alert.longitude is None:
        return UNNAMED if unknown else "not known"
    at = coordinates(alert.latitude, alert.longitude)
    near = f", {off(alert.near, alert.latitude, alert.longitude)}" if alert.near else ""
    return f"{UNNAMED}; last heard at {at}{near}" if unknown else f"{at}{near}"


def _instead(alert: Alert) -> str | None:
    """Tell where the aircraft was instead of the place of a landing that is taken back; None: it more likely flew on."""
    field = instead(alert)
    if field is None:
        return None
    return f"{place(field)}; {sure_of_instead(alert)}"


def _bounds(alert: Alert) -> str | None:
    """Tell the bounds of the event's time on every clock; None: the time is exact."""
    event = alert.event
    return alert.clocks.between(event.earliest, event.latest, event.time) if has_bounds(alert) else None


def _stayed(alert: Alert) -> str | None:
    dwell = dwell_of(alert)
    if dwell is None:
        return None
    stay = dwell_stay(dwell, goes_on=alert.event.type == "reminder")
    return LENGTH_NOT_KNOWN if stay.length is None else stay.in_full


def _landed(alert: Alert) -> str | None:
    """Tell when the visit began and how that is known; None: there is no visit, or the event itself is the landing."""
    visit = alert.context.visit
    if visit is None or alert.event.type in ("landing", "entered", "left"):
        return None
    came, clocks = visit.arrival, alert.clocks
    if came.at is None:
        return f"not known when; {FIRST_HEARD} on {clocks.told(came.latest)}"
    when = clocks.told(came.at, about=came.basis == "inferred")
    return f"{'landed on ' if alert.event.type == 'retraction' else ''}{when}; {how_landing_is_known(visit)}"


def _origin(alert: Alert) -> str | None:
    """Tell where the flight came from and how long it took, with "about" unless both its ends were seen."""
    event, origin = alert.event, alert.event.origin
    if origin is None or (event.type != "landing" and event.type in OF_VISITS):
        return None
    at = utc(origin.at) if origin.at.date() != event.time.date() else f"{origin.at:%H:%M} UTC"
    about = origin.is_departure or event.basis == "inferred"
    return f"{came_from(origin, alert.origin)} at {at}{flight_time(origin, event.time, is_about=about)}"
