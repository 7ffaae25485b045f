"""Where a flight began and ended, as its track from OpenSky's ``/tracks`` tells it to the tracker that live polls use."""

import re
from collections.abc import Iterator
from typing import Final

from flightwatch.core.airports import Airports
from flightwatch.core.flyable import MAX_SPEED_MS
from flightwatch.core.geo import distance_km
from flightwatch.core.model import Airport, StateVector
from flightwatch.core.visits import Visit
from flightwatch.flights.ends import DOWN_KM, DOWN_M, ENDING_MS, FAR, End, Ends
from flightwatch.flights.model import Flight, FlightTrack, Waypoint
from flightwatch.tracking.advance import advance
from flightwatch.tracking.motion import Motion, motion
from flightwatch.tracking.poll_context import PollContext
from flightwatch.tracking.silence import WORTH_ASKING_S
from flightwatch.tracking.track import Rules, Track, is_sure
from flightwatch.tracking.way_down import reversed_motion

SILENCE_STEP_S: Final = 300
"""Time between two silences that the tracker is told of after the last waypoint, s."""

SEEN: Final = 0.99
"""Confidence of a field on which the track stands."""

ALONE_KM: Final = 15.0
"""Distance within which the table has no field where one is believed that it lacks, km: farther than the reference points of two
airfields that share a city's outskirts mostly are."""

_ICAO_CODE: Final = re.compile("[A-Z]{4}")
_RULES: Final = Rules()


def ends_of(track: FlightTrack, airports: Airports) -> Ends:
    """Both ends of a flight, each None where the tracker would tell nothing.

    The track is followed report by report, then silence: OpenSky ends it with the last position it has.
    """
    reports = list(_reports(track))
    if not reports:
        return Ends(None, None)
    state, left = Track(track.icao24), None
    origins: tuple[tuple[str, float], ...] = ()
    for report in reports:
        step = advance(state, report, PollContext(report.last_contact, airports, _RULES))
        state = step.track
        origins = origins or state.homes
        left = left or next((v for v in step.visits if v.landing is None and v.departure is not None), None)
    first, last = reports[0], reports[-1]
    for silent_s in range(SILENCE_STEP_S, WORTH_ASKING_S, SILENCE_STEP_S):
        if state.visit is not None:
            break
        state = advance(state, None, PollContext(last.last_contact + silent_s, airports, _RULES)).track
    return Ends(_departure(first, left, origins, airports), _arrival(reports, state.visit, airports))


def with_unlisted(ends: Ends, flight: Flight, track: FlightTrack, airports: Airports) -> Ends:
    """The same ends, and instead of an open one a field that OpenSky names and the table lacks.

    Such a field is kept by its code, at the place where the track ends: only on or over it by the distances that OpenSky gives,
    only under an ICAO code, and only where the table has no other field near, as OpenSky names heliports beside airports too.
    """
    reports = [*_reports(track)]
    if not reports:
        return ends
    left = _unlisted(flight.first_seen, _departed(flight), reports[0], airports)
    came = _unlisted(flight.last_seen, _arrived(flight), reports[-1], airports)
    return Ends(ends.departure or left, ends.arrival or came)


_Estimate = tuple[str | None, float | None, float | None]
"""A field's code, and how far from it and above it the flight was heard, m."""


def _departed(flight: Flight) -> _Estimate:
    away, above = flight.est_departure_airport_horiz_distance, flight.est_departure_airport_vert_distance
    return flight.est_departure_airport, away, above


def _arrived(flight: Flight) -> _Estimate:
    away, above = flight.est_arrival_airport_horiz_distance, flight.est_arrival_airport_vert_distance
    return flight.est_arrival_airport, away, above


def _unlisted(at: int, estimate: _Estimate, report: StateVector, airports: Airports) -> End | None:
    code, away_m, above_m = estimate
    latitude, longitude = report.latitude, report.longitude
    if code is None or away_m is None or above_m is None or latitude is None or longitude is None:
        return None
    is_down = 0.0 <= away_m <= 1000.0 * DOWN_KM and abs(above_m) <= DOWN_M
    if not is_down or not _ICAO_CODE.fullmatch(code) or airports.find(code) is not None:
        return None
    if airports.nearest(latitude, longitude, within_km=ALONE_KM) is not None:
        return None
    field = Airport(
        icao=code,
        iata=None,
        name=code,
        city=None,
        country_code="",
        country="",
        kind="medium",
        latitude=latitude,
        longitude=longitude,
        elevation_m=None,
        time_zone=airports.zone_near(latitude, longitude),
        runways=(),
    )
    return End(at, field, field, FAR, Motion(at, latitude, longitude, report.baro_altitude or 0.0, speed_ms=ENDING_MS))


def _arrival(reports: list[StateVector], visit: Visit | None, airports: Airports) -> End | None:
    field = _field(visit, airports)
    if visit is None or field is None:
        return None
    sure = min(SEEN, visit.arrival.confidence)
    last = reports[-1]
    way = [last] if last.on_ground else [r for r in reports if not r.on_ground]
    return End(last.last_contact, field, field, sure, motion(way))


def _departure(
    first: StateVector, left: Visit | None, origins: tuple[tuple[str, float], ...], airports: Airports
) -> End | None:
    field, sure = _field(left, airports), SEEN
    if field is None and origins:
        icao, sure = max(origins, key=lambda origin: origin[1])
        field = airports.find(icao) if is_sure(sure, _RULES.min_confidence) else None
    if field is None:
        return None
    return End(first.last_contact, field, field, min(SEEN, sure), reversed_motion(motion((first,))))


def _field(visit: Visit | None, airports: Airports) -> Airport | None:
    return None if visit is None else airports.find_place(visit.airport)


def _reports(track: FlightTrack) -> Iterator[StateVector]:
    """The waypoints as state vectors, with the speed since the one before; those without a position left out."""
    before: Waypoint | None = None
    for point in track.path:
        if point.latitude is None or point.longitude is None:
            continue
        yield StateVector(
            icao24=track.icao24,
            callsign=None,
            origin_country="",
            time_position=point.time,
            last_contact=point.time,
            longitude=point.longitude,
            latitude=point.latitude,
            baro_altitude=point.baro_altitude,
            on_ground=point.on_ground,
            velocity=_speed_ms(before, point),
            true_track=point.true_track,
            vertical_rate=None,
            sensors=None,
            geo_altitude=None,
            squawk=None,
            spi=None,
            position_source=None,
        )
        before = point


def _speed_ms(before: Waypoint | None, point: Waypoint) -> float | None:
    """Mean speed between two waypoints, m/s; None for the first, and where the two cannot both be right."""
    if before is None or point.time <= before.time:
        return None
    if before.latitude is None or before.longitude is None or point.latitude is None or point.longitude is None:
        return None
    away_km = distance_km(before.latitude, before.longitude, point.latitude, point.longitude)
    speed = away_km * 1000 / (point.time - before.time)
    return speed if speed <= MAX_SPEED_MS else None
