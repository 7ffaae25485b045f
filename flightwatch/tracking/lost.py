"""A flight that falls silent in cruise, and an airframe that is heard in the air again, after that or after days."""

from math import exp
from typing import Final

from msgspec.structs import replace

from flightwatch.core.geo import bearing_deg, turn_deg
from flightwatch.core.ids import identity
from flightwatch.core.model import Airport, Event, Share, StateVector, instant
from flightwatch.core.visits import Moment
from flightwatch.tracking.arrival import shares
from flightwatch.tracking.belief import MOST_SURE, judge
from flightwatch.tracking.in_flight import Heard, in_flight, seen
from flightwatch.tracking.likelihood import path
from flightwatch.tracking.motion import fixed_at, motion
from flightwatch.tracking.reports import SHOWN
from flightwatch.tracking.track import Track, aircraft_of, belief_of
from flightwatch.tracking.weighing import CLIMBING_MS, expected
from flightwatch.tracking.weights import FIELD_WEIGHTS

CRUISE_M: Final = 6000.0
"""Least altitude of cruise, m. Of 1,416 recorded flights that were lost as high, and not on their way down, one landed while
nobody heard it; of those lost in level flight below 1,500 m two in eleven had (`tests/accuracy/news.py`)."""

LOST_S: Final = 1200
"""Silence that counts after which a flight in cruise is lost, s: as long as the way down takes from there, so that who wants to
know of landings has waited no longer. In the recordings no gap in cruise of 5 minutes ended before an hour."""

AHEAD_KM, AHEAD_DEG = 800.0, 60.0
"""How far the fields ahead are looked for, km: an hour of flight; and the greatest angle to the track at which one is ahead."""

AHEAD_TERMS: Final = ("steep", "overhead", "towards")
"""Terms of `likelihood` that tell from cruise. At 108 moments in cruise up to 800 km before known landings the first of the
fields was the right one in 0.41, and one of those listed in 0.72; shares of 0.10, 0.29 and 0.49 were right in 0.11, 0.24 and
0.58."""

LEAST_PRIOR: Final = -8.0
"""Logarithm of how likely a field is, whatever the way there, below which it is left out."""

DAYS_S: Final = 3 * 86400
"""Silence after which it is news that an airframe flies, s: airliners rest for a night or two, and a weekend ends before."""

QUARTER_S: Final = 21600
"""Part of a day of which it is remembered whether a poll was good, s."""

QUARTERS: Final = DAYS_S // QUARTER_S
LEAST_LOOKED: Final = QUARTERS // 2
"""Quarter days in `DAYS_S`, and how many of them must have had a good poll for the silence to mean something."""


def lost(heard: Heard) -> Heard:
    """Tell that a flight is lost, once its silence in cruise has lasted."""
    track, noted = heard.track, heard.noted
    if noted.lost is not None or not heard.is_flying or track.silent_s < LOST_S or not _was_in_cruise(track):
        return heard
    airports, watched = heard.context.airports, heard.context.rules.watched
    none = judge(belief_of(track, airports, watched), track.silent_s, airports).none
    last = track.reports[-1]
    at = instant(fixed_at(last))
    event_id = identity("lost", heard.icao24, fixed_at(last))
    event = in_flight(
        "lost",
        event_id,
        track,
        Moment(at, at, at, "inferred", min(MOST_SURE, none)),
        detected_at=heard.context.now,
        evidence=track.reports[-SHOWN:],
    )
    return heard.noting(replace(noted, lost=event_id), replace(event, candidates=_ahead(heard)))


def _was_in_cruise(track: Track) -> bool:
    """Tell whether a flight was high, and not on its way down, when it was last heard."""
    flight = motion(track.reports.all())
    return (flight.altitude_m or 0.0) >= CRUISE_M and (flight.descent_ms or 0.0) < CLIMBING_MS


def _ahead(heard: Heard) -> tuple[Share, ...]:
    """The fields where it may come down, if it does so within `AHEAD_KM`, likeliest first; where it came from is not one.

    They are weighed as on the way down, but by what tells from cruise: which way it flies, and whether it is too high for one.
    """
    flight, aircraft = motion(heard.track.reports.all()), replace(aircraft_of(heard.track), homes=(), circuit=None)
    if flight.track_deg is None:
        return ()
    here = flight.latitude, flight.longitude
    weighed = list[tuple[float, Airport]]()
    for _, field in heard.context.airports.within(*here, AHEAD_KM):
        if turn_deg(flight.track_deg, bearing_deg(*here, field.latitude, field.longitude)) > AHEAD_DEG:
            continue
        prior = expected(aircraft, field, heard.context.rules.watched)
        if prior > LEAST_PRIOR:
            terms = path(flight, aircraft, field).terms()
            weighed.append((prior + sum(FIELD_WEIGHTS[term] * terms[term] for term in AHEAD_TERMS), field))
    if not weighed:
        return ()
    weighed.sort(key=lambda each: (-each[0], each[1].icao))
    top = weighed[0][0]
    total = sum(exp(weight - top) for weight, _ in weighed)
    return shares((exp(weight - top) / total, field) for weight, field in weighed)


def airborne(heard: Heard, *, listed_since: int | None, looked: tuple[int, ...]) -> Heard:
    """Tell that an airframe is in the air again, once two reports say so.

    ``listed_since``: Unix seconds of the first good poll whose watchlist names it; None: this one. ``looked``: the quarter days,
    Unix seconds by `QUARTER_S`, in which a poll was good.
    """
    noted, report = heard.noted, heard.placed
    if report is None:
        return heard
    if not heard.is_flying:
        return heard.noting(replace(noted, again=(), lost=None)) if noted.again or noted.lost else heard
    if noted.again:
        told = replace(noted, again=(), lost=None)
        return heard.noting(told, _heard_again(heard, (*noted.again, report)))
    is_news = noted.lost is not None or (
        "airborne" in heard.context.rules.news and _slept(heard, report, listed_since, looked)
    )
    return heard.noting(replace(noted, again=(*heard.before.reports[-1:], report))) if is_news else heard


def _slept(heard: Heard, report: StateVector, listed_since: int | None, looked: tuple[int, ...]) -> bool:
    """Tell whether an airframe was silent for days while somebody looked for it."""
    at = fixed_at(report)
    since = max(heard.before.heard or 0, at if listed_since is None else listed_since)
    if at - since < DAYS_S:
        return False
    return sum(at - DAYS_S < (quarter + 1) * QUARTER_S <= at for quarter in looked) >= LEAST_LOOKED


def _heard_again(heard: Heard, reports: tuple[StateVector, ...]) -> Event:
    """The event that an airframe is in the air: the last report before its silence, if any, and the two after it."""
    first, lost_id = reports[-2], heard.noted.lost
    event_id = identity("airborne", heard.icao24, fixed_at(first))
    event = in_flight("airborne", event_id, heard.track, seen(first), detected_at=heard.context.now, evidence=reports)
    return replace(event, retracts=lost_id)
