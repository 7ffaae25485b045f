"""An event in words.

Callsigns come from the air and labels from a file: control characters are taken out here, markup is the business of
whoever draws (``terminal.py`` passes plain text, not markup).
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from flightwatch.airports import Airports
from flightwatch.geo import bearing_deg, compass_point, distance_km
from flightwatch.model import Airport, Event
from flightwatch.reasons import reason
from flightwatch.tracking.contact import ROTARY
from flightwatch.visits import Dwell
from flightwatch.watched import Watchlist

NEVER_SAY_CERTAIN = 0.99
"""Highest confidence an inferred event is given in words."""

UNNAMED = "a field unknown"

NEAR_KM = 200.0
"""How far a field may be to say where something happened, km."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Alert(Struct, frozen=True):
    """An event with what is known of its subject: all that the words need."""

    event: Event
    airport: Airport | None
    """The event's airport in full; None: it has none."""
    label: str | None = None
    """What the watchlist calls the airframe."""
    near: Airport | None = None
    """For an event without an airport: the nearest field."""
    latitude: float | None = None
    longitude: float | None = None
    """Where it happened when there is no airport."""


def describe(event: Event, watchlist: Watchlist, airports: Airports) -> Alert:
    """The event with its airport in full and what the watchlist calls the airframe."""
    listed = watchlist.aircraft_by_icao24.get(event.icao24)
    label = listed.label if listed else None
    if event.airport is not None:
        return Alert(event, airports.find(event.airport.icao), label)
    seen = event.evidence[-1] if event.evidence else None
    if seen is None or seen.latitude is None or seen.longitude is None:
        return Alert(event, None, label)
    around = [field for _, field in airports.within(seen.latitude, seen.longitude, NEAR_KM)]
    known = next((field for field in around if field.kind != "small" or field.scheduled), None)
    return Alert(event, None, label, known or next(iter(around), None), seen.latitude, seen.longitude)


def clean(text: str) -> str:
    """The text without control characters, line breaks and direction marks."""
    return _CONTROL.sub("", text)


def who(alert: Alert) -> str:
    """Tail number and label: ``RA-86559 (Il-62M, Russian Air Force)``; the icao24 when no tail number is known."""
    event = alert.event
    name = event.registration or f"aircraft {event.icao24}"
    return clean(f"{name} ({alert.label})" if alert.label else name)


def place(airport: Airport) -> str:
    """Name, both codes, country: ``Pyongyang Sunan International Airport (FNJ/ZKPY), North Korea``."""
    codes = f"{airport.iata}/{airport.icao}" if airport.iata else airport.icao
    return f"{airport.name} ({codes}), {airport.country}"


def where(alert: Alert) -> str:
    """The airport, or the position and the nearest field."""
    if alert.airport is not None:
        return f"at {place(alert.airport)}"
    if alert.latitude is None or alert.longitude is None:
        return "at an unknown place"
    at = f"{alert.latitude:.4f}, {alert.longitude:.4f}"
    if is_field_unknown(alert.event):
        off = f", {_off(alert.near, alert.latitude, alert.longitude)}" if alert.near else ""
        return f"at {UNNAMED} (heard {at}{off})"
    if alert.near is None:
        return f"away from any airport, at {at}"
    return f"near {at}, {_off(alert.near, alert.latitude, alert.longitude)}"


def is_field_unknown(event: Event) -> bool:
    """Whether an aeroplane is told to be down without a field: it was heard last on the way, not where it is."""
    unnamed = event.airport is None and event.basis == "inferred"
    return unnamed and not any(report.category in ROTARY for report in event.evidence)


def _off(field: Airport, latitude: float, longitude: float) -> str:
    far = distance_km(field.latitude, field.longitude, latitude, longitude)
    point = compass_point(bearing_deg(field.latitude, field.longitude, latitude, longitude))
    return f"{far:.0f} km {point} of {field.name}"


def headline(alert: Alert) -> str:
    """What happened, in one sentence without times."""
    match alert.event.type:
        case "landing":
            return f"{who(alert)} landed {where(alert)}"
        case "departure":
            return f"{who(alert)} left {where(alert).removeprefix('at ')}"
        case "retraction":
            return f"TAKEN BACK: {who(alert)} did not land {where(alert)}"


def title(alert: Alert) -> str:
    """The shortest that says it all: ``RA-86559 landed at FNJ``."""
    event = alert.event
    verb = {"landing": "landed at", "departure": "left", "retraction": "TAKEN BACK: did not land at"}[event.type]
    place = (
        (event.airport.iata or event.airport.icao)
        if event.airport
        else UNNAMED
        if is_field_unknown(event)
        else "no airport"
    )
    return clean(f"{event.registration or event.icao24} {verb} {place}")


def subject(alert: Alert) -> str:
    """All of it in a mail's subject: ``RA-86559 landed at Pyongyang FNJ, inferred 93 %``."""
    event = alert.event
    name, spot = event.registration or f"aircraft {event.icao24}", _spot(alert)
    known = "observed" if event.basis == "observed" else f"inferred {percent(event.confidence)}"
    stayed = (stay(event) or "").partition(" (")[0]
    match event.type:
        case "landing":
            said = f"{name} landed at {spot}, {known}"
        case "departure":
            said = f"{name} left {spot} after {stayed}" if stayed else f"{name} left {spot}, {known}"
        case "retraction":
            said = f"TAKEN BACK: {name} did not land at {spot}"
    return clean(said)


def _spot(alert: Alert) -> str:
    """``Pyongyang FNJ``: the city if the airport is called after it, else the airport's name, and one code."""
    airport = alert.airport or alert.event.airport
    if airport is not None:
        name = airport.name.removesuffix(" Airport").removesuffix(" International")
        if alert.airport is not None and alert.airport.city and alert.airport.city in name:
            name = alert.airport.city
        return f"{name} {airport.iata or airport.icao}"
    if is_field_unknown(alert.event):
        return UNNAMED
    if alert.latitude is None or alert.longitude is None:
        return "an unknown place"
    if alert.near is None:
        return f"{alert.latitude:.2f}, {alert.longitude:.2f}, away from any airport"
    return f"a place {_off(alert.near, alert.latitude, alert.longitude)}"


def when(alert: Alert) -> str:
    """UTC, and local time where there is an airport: ``2023-08-01 02:14 UTC (11:14 in Pyongyang)``."""
    event = alert.event
    text = f"{event.time:%Y-%m-%d %H:%M} UTC"
    if alert.airport is None:
        return text
    local = event.time.astimezone(ZoneInfo(alert.airport.time_zone))
    day = "" if local.date() == event.time.date() else f"{local:%Y-%m-%d} "
    return f"{text} ({day}{local:%H:%M} local)"


def how_known(event: Event) -> str:
    """``observed``, or ``inferred, 93 %, between 01:40 and 02:05 UTC``."""
    if event.type == "retraction":
        return "it was heard again where a landing cannot explain it"
    if event.basis == "observed":
        return "observed"
    late = f"{event.latest:%H:%M}" if event.latest.date() == event.earliest.date() else f"{event.latest:%Y-%m-%d %H:%M}"
    early = (
        f"{event.earliest:%H:%M}" if event.earliest.date() == event.time.date() else f"{event.earliest:%Y-%m-%d %H:%M}"
    )
    return f"inferred, {percent(event.confidence)}, between {early} and {late} UTC"


def meaning(event: Event) -> str:
    """What `how_known` means, for a reader who does not know the word."""
    if event.type == "retraction":
        return "The earlier alert about this landing was wrong: please correct what was made of it."
    if event.basis == "observed":
        return "Observed means: its own reports from the ground were received."
    unseen = {"landing": "nobody received it on the ground", "departure": "nobody received it as it left"}[event.type]
    sure = percent(event.confidence)
    right = f"of alerts that say {sure}, about {sure.removesuffix(' %')} in 100 should be right"
    return f"Inferred means: {unseen}; {right}, and one that later proves wrong is taken back."


def percent(confidence: float) -> str:
    """The confidence of something inferred: ``93 %``, never certain."""
    return f"{100 * min(confidence, NEVER_SAY_CERTAIN):.0f} %"


def stay(event: Event) -> str | None:
    """How long it stayed, for a departure: ``46 h 39 min``, or ``between 46 h 20 min and 47 h 05 min``; None otherwise."""
    if event.type != "departure" or event.dwell_min_s is None:
        return None
    return dwell_text(
        Dwell(
            None if event.dwell_s is None else timedelta(seconds=event.dwell_s),
            timedelta(seconds=event.dwell_min_s),
            None if event.dwell_max_s is None else timedelta(seconds=event.dwell_max_s),
        )
    )


RANGE = timedelta(minutes=15)
"""Bounds closer than this are told as one figure: both ends were seen and only the polls' spacing is between."""


def dwell_text(dwell: Dwell) -> str:
    """A dwell in words; a range as soon as its bounds are further apart than `RANGE`."""
    if dwell.longest is None or dwell.best is None:
        return f"at least {duration(dwell.shortest)}"
    if dwell.longest - dwell.shortest <= RANGE:
        return duration(dwell.best)
    return f"about {duration(dwell.best)} (between {duration(dwell.shortest)} and {duration(dwell.longest)})"


def duration(length: timedelta) -> str:
    """``46 h 39 min``; ``12 min`` under an hour; days are left to the reader, as newsrooms count hours."""
    minutes = round(length.total_seconds() / 60)
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min"


def facts(alert: Alert) -> Iterator[tuple[str, str]]:
    """Everything that is known, by name, for whoever sets it in a table."""
    event = alert.event
    yield "aircraft", who(alert)
    yield "where", clean(where(alert).removeprefix("at "))
    yield "when" if event.type != "retraction" else "heard again", when(alert)
    yield "known", how_known(event)
    if (why := reason(event, alert.airport)) is not None:
        yield "because", why
    if (stayed := stay(event)) is not None:
        yield "on the ground", stayed
    if event.callsign:
        yield "callsign", clean(event.callsign)
    yield "icao24", event.icao24
    yield "visit", event.visit


def one_line(alert: Alert) -> str:
    """The whole alert in one line, for cron's mail and for pipes."""
    parts = [f"{headline(alert)}, {when(alert)}", how_known(alert.event)]
    if (why := reason(alert.event, alert.airport)) is not None:
        parts.append(why)
    if (stayed := stay(alert.event)) is not None:
        parts.append(f"on the ground {stayed}")
    if alert.event.callsign:
        parts.append(f"callsign {clean(alert.event.callsign)}")
    return "; ".join(parts)
