"""Who cannot wait for its turn: aircraft coming in to a watched field, or lost a moment ago, and watched ones in flight."""

from collections.abc import Iterator, Mapping, Sequence
from math import inf

from msgspec import Struct

from flightwatch.core.flyable import MAX_SPEED_MS
from flightwatch.core.geo import bearing_deg, box_around, distance_km, turn_deg
from flightwatch.core.model import Box, Icao24
from flightwatch.core.watched import Watched, WatchedAirport
from flightwatch.tracking.following import WATCH_KM
from flightwatch.tracking.likelihood import LEVEL_MS
from flightwatch.tracking.motion import fixed_at, motion, position
from flightwatch.tracking.track import Track
from flightwatch.tracking.way_down import FINAL_SPEED_MS

INBOUND_S, LOST_S, FLYING_S = 240, 300, 600
"""How long each kind waits between two polls, s. A descent is then polled five times, the taxi in once; a landing nobody saw
is told after six minutes of silence, which count in steps of five where no cadence is known (`tracking.silence`); and what flies
600 s at 250 m/s is still in a box of one credit."""

GIVEN_UP_S = 2700
"""Silence after which the ordinary turns are enough, s: from 10,000 m an aircraft is down, or back in sight, in 45 min."""

SOON_S = 2700
"""Flight time to a watched field from which a watched aircraft is inbound, s: longer than any descent."""

TOWARDS_DEG, AT_KM = 60.0, 40.0
"""Angle between track and field up to which it flies there, and distance from which that says nothing (vectors, circuits)."""

SLACK_S, SLACK_KM = 60, 10.0
"""What is added to the time since the last report and to the distance flown: the answer is of a later moment, by OpenSky's
clock, than the plan, and the last position was off by a little."""


class Urgent(Struct, frozen=True):
    """One airframe that cannot wait."""

    icao24: Icao24
    box: Box
    """Where the airframe must be if it is heard: silence in an answer about less than this tells nothing."""
    asked: int
    """Unix seconds of the last poll that would have returned it; 0: none."""
    waits_s: int
    """How long it waits between two polls, s."""
    in_s: float
    """Flight time to the nearest watched field that it flies to, s; infinite where there is none."""


def urgent(tracks: Mapping[Icao24, Track], watched: Watched, at: int) -> list[Urgent]:
    """The airframes that cannot wait at Unix second ``at``, the most urgent first."""
    return sorted(_urgent(tracks, watched, at), key=lambda u: (u.waits_s == FLYING_S, u.in_s, u.icao24))


def _urgent(tracks: Mapping[Icao24, Track], watched: Watched, at: int) -> Iterator[Urgent]:
    for track in tracks.values():
        if track.visit is not None or track.heard is None or at - track.heard > GIVEN_UP_S:
            continue
        if (last := (track.touchdown or track.reports)[-1:]) == ():
            continue
        is_listed = track.icao24 in watched.aircraft_by_icao24
        is_coming, in_s = _coming(track, watched.airports, is_listed=is_listed)
        if not is_coming and not is_listed:
            continue
        flown_s = max(0, at - fixed_at(last[0])) + SLACK_S
        reach_km = min(track.fastest_ms or MAX_SPEED_MS, MAX_SPEED_MS) * flown_s / 1000 + SLACK_KM
        waits_s = FLYING_S if not is_coming else LOST_S if track.silent_s else INBOUND_S
        yield Urgent(track.icao24, box_around(*position(last[0]), reach_km), track.asked or 0, waits_s, in_s)


def _coming(track: Track, airports: Sequence[WatchedAirport], *, is_listed: bool) -> tuple[bool, float]:
    """Tell whether an airframe is about to land, as its last reports show, and in how many seconds it is at a watched field.

    A watched aircraft may land anywhere, so its descent is enough; others matter at watched fields.
    """
    if track.touchdown:
        return True, 0.0
    flight = motion(track.reports.all())
    is_descending, soonest_s = (flight.descent_ms or 0.0) >= LEVEL_MS, inf
    for at in airports:
        here, there = (flight.latitude, flight.longitude), (at.airport.latitude, at.airport.longitude)
        away_km = distance_km(*here, *there)
        away_s = away_km * 1000 / max(flight.speed_ms or 0.0, FINAL_SPEED_MS)
        is_towards = (
            away_km <= AT_KM
            or flight.track_deg is None
            or turn_deg(flight.track_deg, bearing_deg(*here, *there)) <= TOWARDS_DEG
        )
        if is_towards and ((is_descending and away_km <= WATCH_KM) or (is_listed and away_s <= SOON_S)):
            soonest_s = min(soonest_s, away_s)
    return soonest_s < inf or (is_listed and is_descending), soonest_s
