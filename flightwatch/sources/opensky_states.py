"""State vectors from OpenSky's REST API."""

from flightwatch.core.model import Query
from flightwatch.network.http import POLL
from flightwatch.sources.answer import Fetched
from flightwatch.sources.opensky_account import DEFAULT_TOKEN_URL, DEFAULT_URL, Account, credits_remaining
from flightwatch.sources.opensky_answer import decode

__all__ = ["DEFAULT_TOKEN_URL", "DEFAULT_URL", "OpenSky"]


class OpenSky(Account):
    """OpenSky's ``/states/all``."""

    OCCASION = POLL
    BUDGET_S = 45.0
    """Seconds for everything one poll asks, so that a poll a minute never meets the one before."""

    def begin_poll(self) -> None:
        """Start the time budget anew."""
        self.begin()

    def fetch(self, query: Query) -> Fetched:
        """Ask for the newest state vectors, with their category.

        Raises `Unreachable`, `Refused`, `OutOfCredits` (at once: the wait can be hours), `BadAnswer`; and
        ValueError for a box across the antimeridian, which OpenSky cannot be asked: ask for its two halves.
        """
        reply = self.ask("/states/all", _params(query))
        return Fetched(reply.body, decode(reply.body), credits_remaining(reply))


def _params(query: Query) -> tuple[tuple[str, str], ...]:
    params = [("icao24", icao24.lower()) for icao24 in query.icao24s]
    if (box := query.box) is not None:
        if box.lon_min > box.lon_max:
            raise ValueError(f"{box} crosses the antimeridian: ask for its two halves")
        params += [("lamin", str(box.lat_min)), ("lomin", str(box.lon_min))]
        params += [("lamax", str(box.lat_max)), ("lomax", str(box.lon_max))]
    return (*params, ("extended", "1"))
