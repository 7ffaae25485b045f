"""Flights as OpenSky's ``/flights/aircraft`` tells them, for tests: dates, times and distances are invented."""

from typing import Final

import msgspec
from build_demo import Flight as Route
from build_demo import duration_s
from made_visits import ICAO24, unix
from opensky_server import flight
from state_vectors import everywhere, sent

from flightwatch.core.spans import DAY_S
from flightwatch.flights.model import Flight, FlightTrack

Wire = dict[str, object]

DOWN: Final = (900.0, 40.0)
"""Metres from the field and above it at which an aircraft is on its runway."""


def journey(
    first: str,
    last: str,
    origin: str | None = None,
    destination: str | None = None,
    *,
    left: tuple[float, float] | None = DOWN,
    came: tuple[float, float] | None = DOWN,
    others: int = 0,
    icao24: str = ICAO24,
) -> Wire:
    """Make a flight of RA-86559 from ``2023-09-25T17:20`` to such an instant, as OpenSky sends it.

    ``left`` and ``came`` are metres from the airport and above it, of the first and of the last position; ``others`` counts
    other airports that OpenSky thinks the destination may be.
    """
    leaving = (None, None) if origin is None or left is None else left
    coming = (None, None) if destination is None or came is None else came
    return flight(
        icao24,
        unix(first),
        unix(last),
        estDepartureAirport=origin,
        estDepartureAirportHorizDistance=leaving[0],
        estDepartureAirportVertDistance=leaving[1],
        estArrivalAirport=destination,
        estArrivalAirportHorizDistance=coming[0],
        estArrivalAirportVertDistance=coming[1],
        arrivalAirportCandidatesCount=others,
    )


def read(*wires: Wire) -> list[Flight]:
    """Read flights as the client does."""
    return [msgspec.convert(wire, Flight) for wire in wires]


AUTUMN: Final = (
    journey("2023-08-01T02:00", "2023-08-01T10:00", "ZKPY", "UUWW"),
    journey("2023-08-20T17:20", "2023-08-21T01:52", "UUWW", "ZKPY", came=(9_000.0, 500.0)),
    journey("2023-08-23T06:00", "2023-08-23T14:30", "ZKPY", "UUWW"),
    journey("2023-09-03T22:50", "2023-09-04T07:00", "UUWW", "UHWW"),
    journey("2023-09-04T22:40", "2023-09-05T00:20", "UHWW", None),
    journey("2023-09-08T01:00", "2023-09-08T09:30", "UHWW", "UUWW"),
    journey("2023-09-25T17:20", "2023-09-26T01:52", "UUWW", "ZKPY", came=(9_000.0, 500.0)),
    journey("2023-09-28T06:00", "2023-09-28T14:30", "ZKPY", "UUWW"),
)
"""Three months of RA-86559, as OpenSky might know them; three flights are over midnight, one goes where nobody hears it."""


def keys(first: str, last: str) -> set[int]:
    """Give every day from one to another, and the nights before, between and after."""
    return set(range(unix(first) - DAY_S // 2, unix(last) + DAY_S, DAY_S // 2))


def track_of(route: Route, icao24: str = ICAO24, above_m: float | None = None) -> Wire:
    """Make the track of a flight, a point a minute, without what is below a height."""
    times = range(route.takeoff_at, route.takeoff_at + duration_s(route) + 1, 60)
    heard = everywhere if above_m is None else (lambda state: state.altitude_m >= above_m)
    vectors = [v for t in times if (v := sent(route, t, heard)) is not None]
    return {
        "icao24": icao24,
        "startTime": vectors[0].last_contact,
        "endTime": vectors[-1].last_contact,
        "callsign": "RSD100  ",
        "path": [
            [v.last_contact, v.latitude, v.longitude, v.baro_altitude, v.true_track, v.on_ground] for v in vectors
        ],
    }


def read_track(wire: Wire) -> FlightTrack:
    """Read a track as the client does."""
    return msgspec.convert(wire, FlightTrack)
