"""What is remembered of an airframe for news of its flight: what was told, what waits for a second report, where it is inside."""

from msgspec import Struct

from flightwatch.core.model import StateVector


class Squawk(Struct, frozen=True, array_like=True, gc=False):
    """An emergency's squawk that was heard and may be held."""

    code: str
    since: int
    """Unix seconds of the first message with it."""


class Approach(Struct, frozen=True, array_like=True, gc=False):
    """A watched field to which a flight seems to come down."""

    icao: str
    first: int
    """Unix seconds of the first report that says so."""
    is_told: bool = False
    nearest_km: float = 0.0
    """Least distance since it was told."""
    nearest_at: int = 0
    """Unix seconds of that."""
    is_leaving: bool = False
    """True if its last report says that it has turned away."""
    has_left: bool = False
    """True if that was told."""


class Noted(Struct, frozen=True, omit_defaults=True, gc=False):
    """All that is noted of one airframe."""

    flight: int = 0
    """`Track.left` of the flight of which squawks and approaches are."""
    squawk: Squawk | None = None
    emergencies: tuple[str, ...] = ()
    """The squawks that were told of this flight."""
    approaches: tuple[Approach, ...] = ()
    lost: str | None = None
    """Id of the event that tells that it is lost; None: it is not."""
    again: tuple[StateVector, ...] = ()
    """The last report before a long silence, if there was one, and the first after it, which waits for a second."""
    inside: tuple[str, ...] = ()
    """`WatchedArea.key` of the areas it is in."""


NOTHING_NOTED = Noted()
