"""RA-86559's flights to Pyongyang and back, as polls of the whole world hear them."""

from collections.abc import Iterator

from build_demo import ARRIVALS, il62, is_heard
from state_vectors import AIRPORTS, MINUTE, sent

from flightwatch.core.model import WORLD, Poll, instant
from flightwatch.watchlist.reading import parse_watchlist

WATCHLIST = parse_watchlist(b"aircraft: [RA-86559]\nnotify: [print]\n", name="", environment={}, airports=AIRPORTS)
FLIGHTS = il62(ARRIVALS[1])
"""To Pyongyang and back; OpenSky hears nothing near the field."""
STEP_S = 5 * MINUTE


def polls(since: int, until: int) -> Iterator[Poll]:
    """Look at the world every five minutes, as the demo's receivers hear it."""
    for at in range(since, until, STEP_S):
        heard = (sent(flight, at, is_heard) for flight in FLIGHTS)
        yield Poll(at=instant(at), vectors=tuple(r for r in heard if r is not None), coverage=WORLD)
