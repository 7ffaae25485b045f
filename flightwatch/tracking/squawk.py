"""An emergency: a flight squawks 7500, 7600 or 7700, and holds it."""

from typing import Final

from msgspec.structs import replace

from flightwatch.core.ids import identity
from flightwatch.core.model import instant
from flightwatch.core.visits import Moment
from flightwatch.tracking.in_flight import Heard, in_flight
from flightwatch.tracking.noted import Squawk
from flightwatch.tracking.reports import SHOWN

EMERGENCIES: Final = frozenset({"7500", "7600", "7700"})
"""Squawks that tell of unlawful interference, of a failed radio and of an emergency (ICAO Annex 10, volume IV, 2.1.4.2)."""

HELD_S: Final = 60
"""Time for which it must be squawked, s, in two messages at least: a knob turned past it, or a bit read wrong, is over then."""


def emergency(heard: Heard) -> Heard:
    """Note what an airframe squawks in flight, and tell once a flight that an emergency's squawk is held.

    On the ground transponders are tested.
    """
    report, noted = heard.report, heard.noted
    if report is None or not heard.is_heard or report.squawk is None or report.on_ground or not heard.is_flying:
        return heard
    if report.squawk not in EMERGENCIES:
        return heard if noted.squawk is None else heard.noting(replace(noted, squawk=None))
    if noted.squawk is None or noted.squawk.code != report.squawk:
        return heard.noting(replace(noted, squawk=Squawk(report.squawk, report.last_contact)))
    code, since = noted.squawk.code, noted.squawk.since
    if code in noted.emergencies or report.last_contact - since < HELD_S:
        return heard
    event = in_flight(
        "emergency",
        identity("emergency", heard.icao24, code, since),
        heard.track,
        Moment(instant(since), instant(since), instant(since), "observed", 1.0),
        detected_at=heard.context.now,
        evidence=(*heard.track.reports[1 - SHOWN :], report),
    )
    return heard.noting(replace(noted, emergencies=(*noted.emergencies, code)), event)
