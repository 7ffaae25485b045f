"""What an alert calls its airframe: the name that the watchlist gives it, or for a stranger all that its own signal says."""

from flightwatch.core.address_states import state_of
from flightwatch.core.model import Event
from flightwatch.core.registration import registration_of, registrations_of
from flightwatch.wording.alert import Alert
from flightwatch.wording.phrases import called, short


def who(alert: Alert) -> str:
    """Give tail number and label, ``RA-86559 (Il-62M, Russian Air Force)``; for a stranger what `name` gives."""
    if is_stranger(alert):
        return name(alert)
    return called(alert.event.icao24, alert.event.registration, alert.label)


def name(alert: Alert) -> str:
    """Give the tail number alone, ``RA-86559``; a stranger is called by its callsign, with all that says whose that is.

    ``CCA121 (780abc, registered in China)``, ``DLH716 (D-AIMA, 3c65a1, registered in Germany)``; without a callsign by the
    tail number, or as ``aircraft 780abc (registered in China)``. A state is told where the address belongs to one, and two tail
    numbers where the address may have either: ``RFF7451 (RA-86559 or RF-86559, 15521f, registered in Russia)``. Private pilots
    send the tail number as callsign, which is told once: ``N3423Q (a3c78c, registered in the United States)``.
    """
    event = alert.event
    if not is_stranger(alert):
        return called(event.icao24, event.registration)
    callsign, tail, icao24 = short(event.callsign or "").strip(), _tail(event), short(event.icao24)
    if tail is not None and _bare(callsign) == _bare(tail):
        callsign = ""
    known = [callsign, tail or "", icao24]
    first, *more = [part for part in known if part]
    state = registered_in(event.icao24)
    inside = ", ".join([*more, *([state] if state else [])])
    return f"{first if more else f'aircraft {first}'}{f' ({inside})' if inside else ''}"


def is_stranger(alert: Alert) -> bool:
    """True if the watchlist has no name for the airframe, so that it is called by all that its own signal says."""
    return not (alert.is_watched and (alert.event.registration or alert.label))


def registered_in(icao24: str) -> str | None:
    """Tell the state of an address, ``registered in China``; None: it belongs to no state."""
    state = state_of(icao24)
    return f"registered in {state}" if state else None


def _bare(name: str) -> str:
    return name.replace("-", "").upper()


def _tail(event: Event) -> str | None:
    """Give a stranger's tail number, or both that its address may have; None: it is not known, or only guessed."""
    if len(tails := registrations_of(event.icao24)) > 1:
        return " or ".join(tails)
    if (known := registration_of(event.icao24)) is not None and known[1] == "guess":
        return None
    return short(event.registration) if event.registration else None
