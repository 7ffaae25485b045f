"""What one successful poll gives to the step of every airframe."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from flightwatch.core.airports import Airports
from flightwatch.core.model import OPENSKY, Icao24, Poll, StateVector, instant
from flightwatch.tracking.track import Rules
from flightwatch.tracking.witness import Rows, Witnesses


class Disputes(Struct, frozen=True, gc=False):
    """What is said of airframes that are said to be at several places at once."""

    places: Mapping[Icao24, tuple[StateVector, ...]] = {}
    """Those that are not believed."""
    flown_by: Mapping[Icao24, Mapping[str, StateVector]] = {}
    """Those in the air by the source that tells them, of airframes that can be at any of them."""


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
    disputes: Disputes = Disputes()
    flying: frozenset[Icao24] = frozenset()
    """As `Poll.flying`."""

    @property
    def now(self) -> datetime:
        """The instant of the poll, at which its events are detected."""
        return instant(self.at)


def context_of(
    poll: Poll,
    airports: Airports,
    rules: Rules,
    disputes: Disputes = Disputes(),  # noqa: B008  # nobody can change it
    witnesses: Witnesses | None = None,
) -> PollContext:
    """What a poll gives to the step of every airframe. ``witnesses`` tell who else was heard where the poll itself does not."""
    at = round(poll.at.timestamp())
    return PollContext(
        at,
        airports,
        rules,
        Rows(poll.vectors, at, poll.sources) if poll.tells_of_others else witnesses,
        sources=poll.sources,
        heard_by=poll.heard_by,
        disputes=disputes,
        flying=poll.flying,
    )
