"""What all figures and tables of a report are made from, besides its visits."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from flightwatch.core.airports import Airports
from flightwatch.core.legs import Leg
from flightwatch.core.model import Event
from flightwatch.report.land import Outlines


class Material(Struct, frozen=True):
    """What all figures and tables of a report are made from, besides its visits."""

    events: Mapping[str, Event]
    """Landings and departures of the visits by id, as far as they are known: without them a visit is drawn without what was
    heard before and after."""
    airports: Airports
    outlines: Outlines
    now: datetime
    legs: Mapping[str, Sequence[Leg]] = {}
    """The flights to the visits and from them, as far as they were heard, by the visit's id."""
