"""The recordings of tests/recorded, set by set, with what really happened in them."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from flightwatch.core.model import EventType, Icao24, Poll
from flightwatch.sources.recorded import Recording

RECORDED = Path(__file__).parent.parent / "recorded"
SETS = ("opensky", "real", "skies", "flights")
"""In the order in which they count: the first three are what live polling meets, the last is as a local receiver serves it."""


class Truth(Struct, frozen=True):
    """A landing or a departure that happened."""

    type: EventType
    airport: str | None
    """``airport.icao``; None: where no airfield is."""
    time: int
    """Unix seconds."""
    seen: str | None = None
    """``ground``, ``final`` or ``gap``; None: not said."""
    icao24: Icao24 | None = None
    """None: the recording has one airframe."""
    optional: bool = False
    """Too near the end of the data to count."""


class Recorded(Struct, frozen=True):
    """A recording and what is true of it."""

    case: str
    icao24: tuple[Icao24, ...]
    step: int
    """Seconds between polls."""
    mask_ft: int | None
    """Height over the field below which every report is left out, ft; None: none is."""
    events: tuple[Truth, ...]
    sky: bool = False
    """True if it is a whole sky, and not one flight."""

    @property
    def group(self) -> str:
        """What it is counted with."""
        if self.sky:
            return self.case
        if self.mask_ft:
            return f"below {self.mask_ft} ft unheard"
        kind = "with a landing" if any(event.type == "landing" for event in self.events) else "without one"
        return f"{kind}, {self.step} s"


def truths(name: str) -> list[Recorded]:
    """Everything that is in a set."""
    return msgspec.json.decode((RECORDED / name / "truth.json").read_bytes(), type=list[Recorded])


def polls(name: str, recorded: Recorded) -> Iterator[Poll]:
    """Its polls."""
    return Recording([RECORDED / name / f"{recorded.case}.jsonl.gz"]).polls()
