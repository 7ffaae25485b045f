"""RA-86559 as adsb.lol's traces have it: a night at Vladivostok that was seen, over midnight. Invented."""

from made_visits import ICAO24, unix
from state_vectors import HOUR, MINUTE, arrival, departure, parked, sent

from flightwatch.core.model import StateVector
from flightwatch.core.spans import DAY_S

TODAY = unix("2026-11-29T00:00")
NIGHT_DOWN, NIGHT_UP = unix("2026-11-20T22:00"), unix("2026-11-21T05:00")
"""At Vladivostok."""
DAYS = range(TODAY - 45 * DAY_S, TODAY, DAY_S)


def stay(code: str, down: int, up: int) -> list[StateVector]:
    """Give what is heard of it by the minute: in, ten minutes on the ground, ten before it leaves, and out."""
    inbound, outbound = arrival(code, down, icao24=ICAO24), departure(code, up, icao24=ICAO24)
    heard = [
        *(sent(inbound, t) for t in range(down - HOUR // 2, down, MINUTE)),
        *(parked(code, t, icao24=ICAO24, velocity=9.0) for t in range(down + MINUTE, down + 10 * MINUTE, MINUTE)),
        *(parked(code, t, icao24=ICAO24, velocity=9.0) for t in range(up - 10 * MINUTE, up, MINUTE)),
        *(sent(outbound, t) for t in range(up + MINUTE, up + HOUR // 2, MINUTE)),
    ]
    return [report for report in heard if report is not None]
