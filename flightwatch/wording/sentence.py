"""An event in one sentence that a desk can use, and in the few words of a title.

``RA-86559 (Il-62M, Russian Air Force) probably landed at Pyongyang FNJ on 1 August 2023 about 11:42 local, 02:42 UTC; 82 % sure
that it landed there; contact lost 98 km away in descent at 11:30 local; touchdown between 11:36 and 12:00 local.``
"""

from typing import Final

from flightwatch.core.visits import Dwell, dwell_of_seconds
from flightwatch.wording import in_flight
from flightwatch.wording.alert import Alert
from flightwatch.wording.naming import name, who
from flightwatch.wording.phrases import EXACT, RANGE, enumerated, hedged
from flightwatch.wording.reasons import contact_lost, why_not
from flightwatch.wording.stays import dwell_stay, sure_of_landing
from flightwatch.wording.sureness import (
    CORRECT,
    in_brief,
    instead,
    is_field_unknown,
    sure,
    sure_that_not,
)
from flightwatch.wording.whereabouts import coordinates, nickname, off

UNNAMED: Final = "an unknown field"

TAKEN_BACK: Final = "TAKEN BACK"

MEANWHILE: Final = "Thought, then taken back: a landing"
"""How a correction begins of what its readers were never told."""


def sentence(alert: Alert) -> str:
    """Tell an event: who did what, where, when on each clock, how sure that is and why, clause by clause."""
    match alert.event.type:
        case "landing":
            said = _landing(alert)
        case "departure":
            said = _departure(alert)
        case "reminder":
            said = _reminder(alert)
        case "retraction":
            said = _retraction(alert)
        case _:
            said = in_flight.clauses(alert)
    return f"{_capital('; '.join(clause for clause in said if clause))}."


def title(alert: Alert, *, dated: bool = False) -> str:
    """Tell an event in a few words: ``RA-86559 probably landed at Pyongyang FNJ, 82 % sure that it did``.

    ``dated`` adds the time on the airport's clock, for whoever reads it elsewhere or later.
    """
    at = f" {'about' if is_about(alert) else 'at'} {alert.clocks.local_day(alert.event.time)}" if dated else ""
    match alert.event.type:
        case "landing":
            return f"{headline(alert)}{at}, {in_brief(alert) or 'seen on the ground'}"
        case "departure":
            return f"{headline(alert)}{at}{_after(alert)}, {in_brief(alert) or 'seen leaving'}"
        case "reminder":
            return f"{headline(alert)}{_after(alert)}, as far as is known{at}"
        case "retraction":
            return _taken_back(alert, _landed_at(alert, brief=True) if dated else "")
        case _:
            how = in_brief(alert)
            return f"{headline(alert)}{at}{f', {how}' if how else ''}"


def headline(alert: Alert) -> str:
    """Tell what happened, but not when and how sure that is: ``RA-86559 probably landed at Pyongyang FNJ``."""
    match alert.event.type:
        case "landing":
            said = f"{name(alert)} {hedged('landed', _confidence(alert))} {where(alert)}"
        case "departure":
            said = f"{name(alert)} {hedged('left', _confidence(alert))} {_from(alert)}"
        case "reminder":
            said = f"{name(alert)} is still on the ground {where(alert)}"
        case "retraction":
            said = _taken_back(alert)
        case _:
            said = in_flight.in_few_words(alert)
    return _capital(said)


def where(alert: Alert) -> str:
    """Tell where an event was: ``at Pyongyang FNJ``, or ``at a place 10 km west of ...`` by a field that people know."""
    airport = alert.airport or alert.event.airport
    if airport is not None:
        return f"at {nickname(airport)}"
    if is_field_unknown(alert.event):
        several = [*map(nickname, alert.candidates)] if alert.event.type == "landing" else []
        return f"at one of {enumerated(several)}" if len(several) > 1 else f"at {UNNAMED}"
    if alert.latitude is None or alert.longitude is None:
        return "at a place that is not known"
    if alert.near is None:
        return f"at {coordinates(alert.latitude, alert.longitude)}"
    return f"at a place {off(alert.near, alert.latitude, alert.longitude)}"


def dwell_of(alert: Alert) -> Dwell | None:
    """How long the aircraft of a departure stayed, or that of a reminder has stayed so far; None for other events."""
    event = alert.event
    if event.type not in ("departure", "reminder"):
        return None
    return dwell_of_seconds(event.dwell_s, event.dwell_min_s or 0, event.dwell_max_s)


def is_about(alert: Alert) -> bool:
    """True if the event's time is an estimate."""
    event = alert.event
    return event.type in ("landing", "departure", "approaching") and (
        event.basis == "inferred" or event.latest - event.earliest > EXACT
    )


def has_bounds(alert: Alert) -> bool:
    """True if the bounds of the event's time are to be told: of what was observed only where polls were far apart."""
    event = alert.event
    return event.latest - event.earliest > (EXACT if event.basis == "inferred" else RANGE)


def _landing(alert: Alert) -> tuple[str | None, ...]:
    when = alert.clocks.told(alert.event.time, about=is_about(alert))
    landed = f"{who(alert)} {hedged('landed', _confidence(alert))} {where(alert)} on {when}"
    seen = None if alert.event.basis == "inferred" else "seen on the ground there"
    return landed, seen, _corrected(alert), sure(alert), _contact(alert), _bounds(alert, "touchdown")


def _corrected(alert: Alert) -> str | None:
    """Say ``not at London STN, as it seemed before``; None: no landing of this flight elsewhere was taken back."""
    wrong = alert.context.corrects
    if wrong is None or wrong.airport is None:
        return None
    return f"not at {nickname(alert.corrected or wrong.airport)}, as it seemed before"


def _departure(alert: Alert) -> tuple[str | None, ...]:
    when = alert.clocks.told(alert.event.time, about=is_about(alert))
    stayed = _after(alert)
    left = f"{who(alert)} {hedged('left', _confidence(alert))} {_from(alert)} on {when}{',' if stayed else ''}{stayed}"
    seen = None if alert.event.basis == "inferred" else "seen leaving"
    came = None if stayed else "when it came is not known"
    return left, seen, sure(alert), came, _contact(alert), _bounds(alert, "take-off")


def _reminder(alert: Alert) -> tuple[str | None, ...]:
    still = f"{who(alert)} is still on the ground {where(alert)}{_after(alert)}"
    return (
        f"{still}, as far as is known on {alert.clocks.told(alert.event.time)}",
        sure(alert) or "it was seen on the ground there",
        "nothing was heard of it leaving",
    )


def _retraction(alert: Alert) -> tuple[str | None, ...]:
    visit = alert.context.visit
    told = None if visit is None else sure_of_landing(visit) or "observed"
    now = sure_that_not(alert.event)
    back, held = (MEANWHILE, "held to be") if alert.is_untold else (f"{TAKEN_BACK}: the landing", "told as")
    return (
        f"{back} of {who(alert)} {where(alert)}{_landed_at(alert)}",
        f"it was {held} {told}" if told else None,
        None if now is None else f"now {now}",
        why_not(alert.event, alert.airport, alert.clocks, near=alert.near, instead=instead(alert)),
        _landed_instead(alert),
        "it was not told before" if alert.is_untold else CORRECT,
    )


def _taken_back(alert: Alert, when: str = "") -> str:
    """Tell a retraction: ``TAKEN BACK: the landing of RA-86559 at London STN; it probably landed at London LTN instead``."""
    elsewhere = _landed_instead(alert)
    back = MEANWHILE if alert.is_untold else f"{TAKEN_BACK}: the landing"
    return f"{back} of {name(alert)} {where(alert)}{when}{f'; {elsewhere}' if elsewhere else ''}"


def _confidence(alert: Alert) -> float:
    return 1.0 if alert.event.basis == "observed" else alert.event.confidence


def _from(alert: Alert) -> str:
    return where(alert).removeprefix("at ")


def _capital(text: str) -> str:
    """Begin a sentence with a capital where its first word is ours; names from elsewhere stay as they are."""
    return f"A{text[1:]}" if text.startswith("aircraft ") else text


def _landed_at(alert: Alert, *, brief: bool = False) -> str:
    """Tell the time of the landing that is taken back; empty where it is not recorded."""
    came = None if alert.context.visit is None else alert.context.visit.arrival
    if came is None or came.at is None:
        return ""
    about = came.basis == "inferred"
    if brief:
        return f" {'about' if about else 'at'} {alert.clocks.local_day(came.at)}"
    return f" on {alert.clocks.told(came.at, about=about)}"


def _landed_instead(alert: Alert) -> str | None:
    """Say ``it probably landed at London LTN instead``; None: the retraction names no other field."""
    elsewhere = instead(alert)
    if elsewhere is None:
        return None
    return f"it {hedged('landed', alert.event.candidates[0].share)} at {nickname(elsewhere)} instead"


def _after(alert: Alert) -> str:
    """Say how long it had stayed, `` after about 46 h 39 min``; empty where nothing is known of that."""
    dwell = dwell_of(alert)
    length = None if dwell is None else dwell_stay(dwell).length
    return "" if length is None else f" after {length.replace(', ', ' and ')}"


def _contact(alert: Alert) -> str | None:
    """Tell where and how the aircraft was heard last before, or first again; without a field by one that people know."""
    is_told = alert.event.type == "landing" and alert.near is not None and not is_field_unknown(alert.event)
    return contact_lost(alert.event, alert.airport, alert.clocks, near="there" if is_told else alert.near)


def _bounds(alert: Alert, what: str) -> str | None:
    """Tell the bounds of ``what``, ``touchdown between 10:48 and 11:05 local``; None where they are not to be told."""
    event = alert.event
    if not has_bounds(alert):
        return None
    return f"{what} {alert.clocks.between_local(event.earliest, event.latest, event.time)}"
