"""What one successful poll gives to the step of every airframe."""

from datetime import datetime

from msgspec import Struct

from flightwatch.core.airports import Airports
from flightwatch.core.model import instant
from flightwatch.tracking.track import Rules
from flightwatch.tracking.witness import Witnesses


class PollContext(Struct, frozen=True):
    """What every airframe's step in one poll shares: the poll's time, the airports, the rules, and who was heard."""

    at: int
    """Unix seconds of the poll."""
    airports: Airports
    rules: Rules
    witnesses: Witnesses | None = None
    """Everybody heard in the poll, where silence is to be weighed by that; None: every silence counts alike."""

    @property
    def now(self) -> datetime:
        """The instant of the poll, at which its events are detected."""
        return instant(self.at)
