"""What is told of a flight in the air, and of areas that are entered or left, clause by clause and in a few words."""

from datetime import timedelta
from typing import Final

from flightwatch.core.model import EventType, StateVector, instant
from flightwatch.tracking.motion import fixed_at, motion, position
from flightwatch.wording.alert import Alert
from flightwatch.wording.naming import name, who
from flightwatch.wording.phrases import RANGE, duration, enumerated, hedged, length, percent, short
from flightwatch.wording.reasons import flying
from flightwatch.wording.whereabouts import away, direction, nickname, spot

MEANING_OF: Final = {"7500": "unlawful interference", "7600": "radio failure", "7700": "emergency"}
"""What squawks mean."""

MOST_AHEAD: Final = 3
"""Most fields ahead that a sentence names."""


def clauses(alert: Alert) -> tuple[str | None, ...]:
    """Tell the event: what, when, where, how sure that is, and how the aircraft flew."""
    match alert.event.type:
        case "airborne":
            return _airborne(alert)
        case "lost":
            return _lost(alert)
        case "approaching":
            return _approaching(alert)
        case "diverted":
            return _diverted(alert)
        case "emergency":
            return f"{who(alert)} {_squawks(alert)} since {_when(alert)}", _place(alert), _flight(alert)
        case _:
            return f"{who(alert)} {_crossed(alert)} on {_when(alert)}", _bounds(alert), _place(alert), _flight(alert)


def in_few_words(alert: Alert) -> str:
    """Tell what happened: ``RA-86559 is probably approaching Pyongyang FNJ``."""
    match alert.event.type:
        case "airborne":
            said = "was heard in the air again"
        case "lost":
            said = "was lost in cruise"
        case "approaching":
            said = f"{_is(alert)} approaching {_field(alert)}"
        case "diverted":
            said = f"{_has_turned(alert)} away from {_field(alert)}"
        case "emergency":
            said = _squawks(alert)
        case _:
            said = _crossed(alert)
    return f"{name(alert)} {said}"


def how_sure(alert: Alert) -> str | None:
    """Say what the percentage of an inferred event is of; None: it was observed."""
    if alert.event.basis == "observed":
        return None
    sure = f"{percent(alert.event.confidence)} sure that it"
    match alert.event.type:
        case "approaching":
            return f"{sure} will land there"
        case "diverted":
            return f"{sure} will not land there"
        case _:
            return f"{sure} has not come down"


def meaning_of(kind: EventType) -> str:
    """Explain what an event of this type means, for a reader who does not know the words."""
    return {
        "airborne": "In the air means: two of its reports were received after a long silence.",
        "lost": "Lost means: it was high and not on its way down, and nothing was heard of it since. It may fly on unheard.",
        "approaching": "Approaching means: it comes down as those do that land there. Of ten, eight come within the times given.",
        "diverted": "Turned away means: it was coming down to land there and flies away from it. It may come back.",
        "emergency": "The squawk is what its pilot has set, held for a minute at least; why is not known.",
        "entered": "Entered means: its reports are from inside the area.",
        "left": "Left means: its reports are from outside the area; who falls silent inside has not left.",
    }[kind]


def ahead(alert: Alert, most: int | None = None) -> str | None:
    """Name the fields that lie ahead of a lost flight, ``Pyongyang FNJ (44 %)``; None: none stands out."""
    if alert.event.type != "lost" or not alert.candidates:
        return None
    shares = [each.share for each in alert.event.candidates]
    named = [f"{nickname(field)} ({percent(share)})" for field, share in zip(alert.candidates, shares, strict=True)]
    return enumerated(named[:most])


def _airborne(alert: Alert) -> tuple[str | None, ...]:
    silent = _silence(alert)
    since = f", the first time in {length(silent)}" if silent else ", the first time since polls look for it"
    again = " again" if alert.event.retracts else ""
    return (
        f"{who(alert)} was heard in the air{again} on {_when(alert)}{since}",
        _place(alert),
        _flight(alert, alert.event.evidence[:-1]),
    )


def _silence(alert: Alert) -> timedelta | None:
    """How long it had not been heard; None: it never was."""
    if len(alert.event.evidence) < 3:
        return None
    return timedelta(seconds=fixed_at(alert.event.evidence[-2]) - fixed_at(alert.event.evidence[0]))


def _lost(alert: Alert) -> tuple[str | None, ...]:
    event, fields = alert.event, ahead(alert, MOST_AHEAD)
    silent = duration(max(event.detected_at - event.time, timedelta(0)))
    return (
        f"{who(alert)} was lost in cruise on {_when(alert)}, which is not a landing, and not heard for {silent}",
        how_sure(alert),
        _place(alert),
        _flight(alert),
        f"ahead, if it comes down within an hour, {'lies' if len(event.candidates) == 1 else 'lie'} {fields}"
        if fields
        else None,
    )


def _approaching(alert: Alert) -> tuple[str | None, ...]:
    event = alert.event
    return (
        f"{who(alert)} {_is(alert)} approaching {_field(alert)}, expected on {alert.clocks.told(event.time, about=True)}",
        f"arrival {alert.clocks.between_local(event.earliest, event.latest, event.time)}",
        how_sure(alert),
        _seen_from(alert),
        _flight(alert),
    )


def _diverted(alert: Alert) -> tuple[str | None, ...]:
    return (
        f"{who(alert)} {_has_turned(alert)} away from {_field(alert)}, as of {_when(alert)}",
        how_sure(alert),
        _seen_from(alert),
        _flight(alert),
    )


def _is(alert: Alert) -> str:
    """``is``, ``is probably``, ``may be``: as `hedged`."""
    verb = hedged("is", alert.event.confidence)
    return {"is": "is", "probably is": "is probably"}.get(verb, "may be")


def _has_turned(alert: Alert) -> str:
    verb = hedged("turned", alert.event.confidence)
    return {"turned": "has turned", "probably turned": "has probably turned"}.get(verb, "may have turned")


def _squawks(alert: Alert) -> str:
    code = alert.event.evidence[-1].squawk or ""
    return f"squawks {short(code)} ({MEANING_OF.get(code, 'emergency')})"


def _crossed(alert: Alert) -> str:
    area = short(str(alert.event.area))
    if alert.event.type == "left":
        return f"left the area {area}"
    return f"entered the area {area}" if len(alert.event.evidence) > 1 else f"was first heard inside the area {area}"


def _field(alert: Alert) -> str:
    airport = alert.airport or alert.event.airport
    return "a watched airport" if airport is None else nickname(airport)


def _when(alert: Alert) -> str:
    return alert.clocks.told(alert.event.time)


def _bounds(alert: Alert) -> str | None:
    event = alert.event
    if event.latest - event.earliest <= RANGE:
        return None
    return alert.clocks.between_local(event.earliest, event.latest, event.time)


def _place(alert: Alert) -> str | None:
    """Tell where it was: ``45 km north-east of Vladivostok VVO (Russia)``; None: that is not known."""
    if alert.latitude is None or alert.longitude is None:
        return None
    return spot(alert.near, alert.latitude, alert.longitude)


def _seen_from(alert: Alert) -> str | None:
    """Tell how far from the airport it is: ``98 km north-east of it``."""
    last = alert.event.evidence[-1] if alert.event.evidence else None
    if alert.airport is None or last is None or last.latitude is None:
        return None
    at = instant(fixed_at(last))
    return f"{away(alert.airport, *position(last))} of it at {alert.clocks.local_time(at, alert.event.time)}"


def _flight(alert: Alert, reports: tuple[StateVector, ...] | None = None) -> str | None:
    """Tell how it flew: ``descending through 5,950 m, heading south-west``."""
    placed = [each for each in reports or alert.event.evidence if each.latitude is not None]
    if not placed:
        return None
    # What was heard before a silence says nothing of how it flies now.
    last = placed[-1:] if alert.event.type in ("airborne", "entered", "left") else placed
    track_deg = motion(last).track_deg
    heading = "" if track_deg is None or last[-1].on_ground else f", heading {direction(track_deg)}"
    return f"{flying(last, alert.desk.units)}{heading}"
