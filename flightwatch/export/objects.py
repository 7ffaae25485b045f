"""Visits as objects for programs and notebooks, frozen and typed, and as a pandas DataFrame."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, overload

from msgspec import Struct

from flightwatch.core.model import Basis, Icao24, Place
from flightwatch.core.visits import Dwell, Source
from flightwatch.errors import UsageError
from flightwatch.export.rows import VisitRow

if TYPE_CHECKING:
    import pandas as pd


class Moment(Struct, frozen=True):
    """When an aircraft came or left: the best estimate, the bounds that hold it, and how it is known."""

    best: datetime | None
    """UTC. None: nobody can estimate it."""
    earliest: datetime | None
    """UTC. None: no lower bound."""
    latest: datetime | None
    """UTC. None: nobody knows whether it has happened; then it had not by ``earliest``."""
    basis: Basis
    """``observed`` where it was seen, ``inferred`` where it was worked out."""
    confidence: float
    """Probability from 0 to 1 that it happened, here; 0 where nobody knows whether it has happened."""


class Visit(Struct, frozen=True):
    """One stay of one aircraft at one place, as ``flightwatch history`` prints it."""

    id: str
    """The same for the same data; its events carry it as ``visit``."""
    icao24: Icao24
    """The transponder's address: six lower-case hex digits."""
    registration: str | None
    """The tail number. None: not known."""
    callsign: str | None
    """What it flew as, as it was sent: hostile text. None: none was received."""
    airport: Place | None
    """ICAO code, IATA code (None where there is none) and name. None: no airport can be named."""
    latitude: float
    """Degrees north, WGS 84: of the airport, or where it stood or was lost when none can be named."""
    longitude: float
    """Degrees east, WGS 84, of the same."""
    arrival: Moment
    departure: Moment | None
    """None while it is there, as far as is known."""
    dwell: Dwell
    """Time on the ground, counted to the moment of asking while it is there."""
    source: Source
    """Who told of the arrival: ``watched`` for polls, ``opensky`` for OpenSky's estimate of where flights began and ended, else
    the name of the archive that it was found in, as ``adsb.lol``."""


class Visits(Sequence[Visit]):
    """Visits, newest first."""

    def __init__(self, found: Sequence[Visit], notes: Sequence[str] = ()) -> None:
        self._found = tuple(found)
        self.notes = tuple(notes)
        """How the words of the question were understood, where that must be told: ``Piongyang`` was taken for Pyongyang."""

    @overload
    def __getitem__(self, index: int) -> Visit: ...
    @overload
    def __getitem__(self, index: slice) -> "Visits": ...
    def __getitem__(self, index: int | slice) -> "Visit | Visits":
        """One of them; of a slice, `Visits`."""
        return Visits(self._found[index], self.notes) if isinstance(index, slice) else self._found[index]

    def __len__(self) -> int:
        """How many there are."""
        return len(self._found)

    def __eq__(self, other: object) -> bool:
        """Tell whether the other is `Visits` too, and has the same ones."""
        return isinstance(other, Visits) and self._found == other._found

    def __hash__(self) -> int:
        """The same for the same visits."""
        return hash(self._found)

    def __repr__(self) -> str:
        """``<3 visits>``; `to_frame` shows them."""
        return f"<{len(self):,} visit{'' if len(self) == 1 else 's'}>"

    def to_frame(self) -> "pd.DataFrame":
        """The visits as a pandas DataFrame, a visit a row.

        Columns are named as ``flightwatch history --format csv`` names them: text is ``string``, times are
        ``datetime64[ns, UTC]``, degrees and probabilities ``float64``. The time on the ground is ``dwell``, ``dwell_min`` and
        ``dwell_max``, each ``timedelta64[ns]``. What is None is missing. Raises `UsageError` when pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise UsageError("to_frame() needs pandas: pip install pandas") from error
        cells = [_cells(visit) for visit in self]
        return pd.DataFrame({name: pd.Series([c[name] for c in cells], dtype=kind) for name, kind in _DTYPES.items()})


_TEXT: Final = "string"

_INSTANT: Final = "datetime64[ns, UTC]"

_DURATION: Final = "timedelta64[ns]"

_NUMBER: Final = "float64"

_DTYPES: Final = {
    **dict.fromkeys(("visit", "icao24", "registration", "callsign"), _TEXT),
    **dict.fromkeys(("airport_icao", "airport_iata", "airport_name"), _TEXT),
    **dict.fromkeys(("latitude", "longitude"), _NUMBER),
    **dict.fromkeys(("arrived", "arrived_earliest", "arrived_latest"), _INSTANT),
    "arrival_basis": _TEXT,
    "arrival_confidence": _NUMBER,
    **dict.fromkeys(("departed", "departed_earliest", "departed_latest"), _INSTANT),
    "departure_basis": _TEXT,
    "departure_confidence": _NUMBER,
    **dict.fromkeys(("dwell", "dwell_min", "dwell_max"), _DURATION),
    "source": _TEXT,
}
"""The columns of a frame: those of `VisitRow`, but for the unit in the names of durations, which have a type here."""


def _cells(visit: Visit) -> dict[str, object]:
    place, came, left, dwell = visit.airport, visit.arrival, visit.departure, visit.dwell
    return {
        "visit": visit.id,
        "icao24": visit.icao24,
        "registration": visit.registration,
        "callsign": visit.callsign,
        "airport_icao": place.icao if place else None,
        "airport_iata": place.iata if place else None,
        "airport_name": place.name if place else None,
        "latitude": visit.latitude,
        "longitude": visit.longitude,
        "arrived": came.best,
        "arrived_earliest": came.earliest,
        "arrived_latest": came.latest,
        "arrival_basis": came.basis,
        "arrival_confidence": came.confidence,
        "departed": left.best if left else None,
        "departed_earliest": left.earliest if left else None,
        "departed_latest": left.latest if left else None,
        "departure_basis": left.basis if left else None,
        "departure_confidence": left.confidence if left else None,
        "dwell": dwell.best,
        "dwell_min": dwell.shortest,
        "dwell_max": dwell.longest,
        "source": visit.source,
    }


def visit_of(told: VisitRow) -> Visit:
    """The visit that a row of ``history`` tells of."""
    departure = None
    if told.departure_basis is not None and told.departure_confidence is not None:
        departure = Moment(
            told.departed,
            told.departed_earliest,
            told.departed_latest,
            told.departure_basis,
            told.departure_confidence,
        )
    return Visit(
        id=told.visit,
        icao24=told.icao24,
        registration=told.registration,
        callsign=told.callsign,
        airport=Place(told.airport_icao, told.airport_iata, told.airport_name or "") if told.airport_icao else None,
        latitude=told.latitude,
        longitude=told.longitude,
        arrival=Moment(
            told.arrived, told.arrived_earliest, told.arrived_latest, told.arrival_basis, told.arrival_confidence
        ),
        departure=departure,
        dwell=Dwell(_duration(told.dwell_s), timedelta(seconds=told.dwell_min_s), _duration(told.dwell_max_s)),
        source=told.source,
    )


def _duration(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
