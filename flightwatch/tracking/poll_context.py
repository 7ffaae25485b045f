"""What one successful poll gives to the step of every airframe."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from flightwatch.core.airports import Airports
from flightwatch.core.model import OPENSKY, Icao24, Poll, StateVector, instant
from flightwatch.tracking.track import Rules
from flightwatch.tracking.witness import Rows, Witnesses


class PollContext(Struct, frozen=True):
    """What every airframe's step in one poll shares: the poll's time, the airports, the rules, and who was heard."""

    at: int
    """Unix seconds of the poll."""
    airports: Airports
    rules: Rules
    witnesses: Witnesses | None = None
    """Everybody heard in the poll, where silence is to be weighed by that; None: every silence counts alike."""
    sources: tuple[str, ...] = (OPENSKY,)
    """Names of the sources that listened."""
    heard_by: Mapping[Icao24, tuple[str, ...]] = {}
    """As `Poll.heard_by`."""
    disputed: Mapping[Icao24, tuple[StateVector, ...]] = {}
    """Where airframes are said to be in this poll while they are said to be elsewhere too, which was not believed."""

    @property
    def now(self) -> datetime:
        """The instant of the poll, at which its events are detected."""
        return instant(self.at)


def context_of(
    poll: Poll,
    airports: Airports,
    rules: Rules,
    disputed: Mapping[Icao24, tuple[StateVector, ...]] = {},
) -> PollContext:
    """What a poll gives to the step of every airframe; ``disputed`` as in `PollContext`."""
    at = round(poll.at.timestamp())
    return PollContext(
        at,
        airports,
        rules,
        Rows(poll.vectors, at, poll.sources) if poll.tells_of_others else None,
        sources=poll.sources,
        heard_by=poll.heard_by,
        disputed=disputed,
    )
