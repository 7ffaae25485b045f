"""An event in words: the facts of it by name, one line, a title, and where to look it up.

All text is plain: markup is the business of whoever draws (``terminal.py`` passes text, ``page.py`` escapes).
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from flightwatch.model import Airport, Event
from flightwatch.tracking.contact import ROTARY
from flightwatch.visits import Dwell
from flightwatch.words.described import Alert, describe
from flightwatch.words.phrases import RANGE, called, clean, duration, dwell_in_brief, dwell_text, percent, short, utc
from flightwatch.words.reasons import contradiction, reason
from flightwatch.words.record import company, not_watched, stays_before_last, which_visit, which_visit_in_brief
from flightwatch.words.whereabouts import came_from, codes, flight_time, nickname, off, place

__all__ = [  # with what alerts are made of, which others who tell of events and visits need too
    "RANGE",
    "Alert",
    "clean",
    "describe",
    "duration",
    "dwell_text",
    "facts",
    "headline",
    "links",
    "meaning",
    "one_line",
    "parts",
    "percent",
    "title",
    "when",
]

UNNAMED: Final = "a field unknown"

CORRECT: Final = "please correct what was made of it"


def who(alert: Alert) -> str:
    """Tail number and label: ``RA-86559 (Il-62M, Russian Air Force)``; the icao24 when no tail number is known."""
    return called(alert.event.icao24, alert.event.registration, alert.label)


def where(alert: Alert) -> str:
    """The airport, or the position and the nearest field."""
    if alert.airport is not None:
        return f"at {place(alert.airport)}"
    if alert.event.airport is not None:
        return f"at {short(alert.event.airport.name)} ({codes(alert.event.airport)})"
    if alert.latitude is None or alert.longitude is None:
        return "at an unknown place"
    at = f"{alert.latitude:.4f}, {alert.longitude:.4f}"
    nearest = f", {off(alert.near, alert.latitude, alert.longitude)}" if alert.near else ""
    if is_field_unknown(alert.event):
        return f"at {UNNAMED} (heard {at}{nearest})"
    return f"near {at}{nearest}" if nearest else f"at {at}"


def is_field_unknown(event: Event) -> bool:
    """Whether an aeroplane is told to be down without a field: it was heard last on the way, not where it is."""
    unnamed = event.airport is None and (event.basis == "inferred" or event.type == "retraction")
    return unnamed and not any(report.category in ROTARY for report in event.evidence)


def headline(alert: Alert) -> str:
    """What happened, in one sentence without times."""
    match alert.event.type:
        case "landing":
            return f"{who(alert)} landed {where(alert)}"
        case "departure":
            return f"{who(alert)} left {where(alert).removeprefix('at ')}"
        case "reminder":
            return f"{who(alert)} is still on the ground {where(alert)}, as far as is known"
        case "retraction":
            return f"TAKEN BACK: {who(alert)} did not land {where(alert)}"


def title(alert: Alert) -> str:
    """All of it in a few words: ``RA-86559 landed at Pyongyang FNJ, inferred 93 %``."""
    event, spot = alert.event, _spot(alert)
    name = called(event.icao24, event.registration)
    known = "observed" if event.basis == "observed" else f"inferred {percent(event.confidence)}"
    stay = _stay(event)
    after = f" after {dwell_in_brief(stay)}" if stay else f", {known}"
    match event.type:
        case "landing":
            return f"{name} landed at {spot}, {known}"
        case "departure":
            return f"{name} left {spot}{after}"
        case "reminder":
            return f"{name} is still on the ground at {spot}{after}"
        case "retraction":
            return f"TAKEN BACK: {name} did not land at {spot}"


def _spot(alert: Alert) -> str:
    airport = alert.airport or alert.event.airport
    if airport is not None:
        return nickname(airport)
    if is_field_unknown(alert.event):
        return UNNAMED
    if alert.latitude is None or alert.longitude is None:
        return "an unknown place"
    if alert.near is None:
        return f"{alert.latitude:.2f}, {alert.longitude:.2f}"
    return f"a place {off(alert.near, alert.latitude, alert.longitude)}"


def when(alert: Alert) -> str:
    """When it happened, UTC and, where there is an airport, local."""
    return _local(alert.event.time, alert.airport)


def _local(at: datetime, airport: Airport | None) -> str:
    """``2023-08-01 02:14 UTC (11:14 local)``, with the local date where it is another."""
    if airport is None:
        return utc(at)
    local = at.astimezone(ZoneInfo(airport.time_zone))
    day = "" if local.date() == at.date() else f"{local:%Y-%m-%d} "
    return f"{utc(at)} ({day}{local:%H:%M} local)"


def how_known(event: Event) -> str:
    """``observed``, or ``inferred, 93 %, between 01:40 and 02:05 UTC``."""
    if event.type == "retraction":
        return "it was heard again where a landing cannot explain it"
    if event.type == "reminder":
        seen = event.basis == "observed"
        came = "it was seen on the ground there" if seen else f"its landing was inferred, {percent(event.confidence)}"
        return f"{came}; nothing was heard of it leaving"
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
        return f"The earlier alert about this landing was wrong: {CORRECT}."
    if event.type == "reminder":
        return "Still on the ground means: nothing was heard of it since that shows it left; it may have left unheard."
    if event.basis == "observed":
        return "Observed means: its own reports from the ground were received."
    unseen = "nobody received it as it left" if event.type == "departure" else "nobody received it on the ground"
    sure = percent(event.confidence)
    right = f"of alerts that say {sure}, about {sure.removesuffix(' %')} in 100 should be right"
    return f"Inferred means: {unseen}; {right}, and one that later proves wrong is taken back."


def _stay(event: Event) -> Dwell | None:
    """How long it stayed, or has stayed so far; None for other events and where nothing is known."""
    if event.type not in ("departure", "reminder") or event.dwell_min_s is None:
        return None
    return Dwell(
        None if event.dwell_s is None else timedelta(seconds=event.dwell_s),
        timedelta(seconds=event.dwell_min_s),
        None if event.dwell_max_s is None else timedelta(seconds=event.dwell_max_s),
    )


def _stayed(event: Event) -> str | None:
    stay = _stay(event)
    return f"{dwell_text(stay)}{' so far' if event.type == 'reminder' else ''}" if stay else None


def _landed(alert: Alert) -> str | None:
    """When the visit began and how that is known; None: not known, or the event itself is the landing."""
    visit = alert.context.visit
    if visit is None or alert.event.type == "landing":
        return None
    came = visit.arrival
    if came.at is None:
        return f"not known; first heard there {_local(came.latest, alert.airport)}"
    known = "observed" if came.basis == "observed" else f"inferred, {percent(came.confidence)}"
    return f"{_local(came.at, alert.airport)}, {known}"


def _origin(alert: Alert) -> str | None:
    """Where the flight came from, and its time; "about" unless both ends were seen, which an origin does not say."""
    event, origin = alert.event, alert.event.origin
    if origin is None or event.type != "landing":
        return None
    at = utc(origin.at) if origin.at.date() != event.time.date() else f"{origin.at:%H:%M} UTC"
    about = origin.is_departure or event.basis == "inferred"
    return f"{came_from(origin, alert.origin)} at {at}{flight_time(origin, event.time, is_about=about)}"


def facts(alert: Alert) -> Iterator[tuple[str, str]]:
    """Everything that is known, by name, for whoever sets it in a table; `links` come beside it."""
    event, context, taken_back = alert.event, alert.context, alert.event.type == "retraction"
    why = contradiction(event, alert.airport) if taken_back else reason(event, alert.airport)
    landed = _landed(alert)
    when_it_was = {"retraction": "heard again", "reminder": "as of"}.get(event.type, "when")
    rows = (
        ("aircraft", who(alert)),
        ("where", where(alert).removeprefix("at ")),
        ("taken back" if taken_back else "landed", landed and f"landed {landed}" if taken_back else landed),
        (when_it_was, when(alert)),
        ("known", None if taken_back and why else how_known(event)),
        ("because", why),
        ("flight", _origin(alert)),
        ("on the ground", _stayed(event)),
        ("record", which_visit(event, context)),
        ("before that", stays_before_last(event, context)),
        ("also there", company(event, context, alert.names)),
        ("blind", not_watched(event, context)),
        ("callsign", short(event.callsign or "").strip()),
        ("icao24", short(event.icao24)),
        ("visit", short(event.visit)),
    )
    return ((name, said) for name, said in rows if said)


def links(alert: Alert) -> list[tuple[str, str]]:
    """Where to look it up, name and address: the traces of that UTC day, and of the day before if the flight began then."""
    event = alert.event
    icao24, day = quote(event.icao24.lower(), safe=""), event.time.date()
    found = [
        (f"track {day} on adsb.lol", f"https://globe.adsb.lol/?icao={icao24}&showTrace={day}"),
        (f"track {day} on ADS-B Exchange", f"https://globe.adsbexchange.com/?icao={icao24}&showTrace={day}"),
    ]
    if event.origin is not None and event.origin.at.date() == day - timedelta(days=1):
        before = event.origin.at.date()
        found.insert(1, (f"track {before} on adsb.lol", f"https://globe.adsb.lol/?icao={icao24}&showTrace={before}"))
    if event.registration:
        tail = quote(short(event.registration).lower(), safe="")
        found.append(("the aircraft on Flightradar24", f"https://www.flightradar24.com/data/aircraft/{tail}"))
    return found


def parts(alert: Alert) -> list[str]:
    """The most important of it, clause by clause; `links` come beside it."""
    event, landed = alert.event, _landed(alert)
    if event.type == "retraction":
        when_it_was = f", as was said of {landed}" if landed else ""
        why = contradiction(event, alert.airport) or f"{utc(event.time)} {how_known(event)}"
        return [f"{headline(alert)}{when_it_was}", why, CORRECT]
    stayed = _stayed(event)
    found = (
        f"{headline(alert)}, {when(alert)}",
        how_known(event),
        reason(event, alert.airport),
        _origin(alert),
        f"on the ground {stayed}" if stayed else None,
        which_visit_in_brief(event, alert.context),
        f"also there: {there}" if (there := company(event, alert.context, {})) else None,
    )
    return [part for part in found if part]


def one_line(alert: Alert) -> str:
    """The alert in one line that ends with a link, for cron's mail and for pipes."""
    (_, trace), *_ = links(alert)
    return f"{'; '.join(parts(alert))}; {trace}"
