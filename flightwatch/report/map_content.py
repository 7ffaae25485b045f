"""What a map shows, in degrees, and in words for whoever cannot see it: see `visit_map` and `flight_map`."""

from typing import Final

from msgspec import Struct

from flightwatch.core.points import Point
from flightwatch.wording.phrases import counted

MOST_DRAWN: Final = 100
"""Most visits on one map, the newest; more of them hide one another."""

MOST_NAMED: Final = 20
"""Most places that the description of a map names, the newest."""


class Spot(Struct, frozen=True):
    """A mark on the map and what is written beside it."""

    longitude: float
    latitude: float
    label: str = ""
    brief: str = ""
    """What is written where there is no room for ``label``; empty: nothing."""
    note: str = ""
    """A second line."""
    brief_note: str = ""
    """What is written where there is no room for ``note``; empty: nothing."""
    key: str = ""
    """The letter of its airframe, which is written where there is room for nothing else; empty: it has none."""

    @property
    def point(self) -> Point:
        """Where it is."""
        return self.longitude, self.latitude


class Doubt(Struct, frozen=True):
    """Where an airframe can have been unheard: the sum of its distances from two points was no more than its way."""

    begin: Point
    end: Point
    way_km: float


class MapContent(Struct, frozen=True):
    """What a map shows, newest first."""

    airports: tuple[Spot, ...]
    elsewhere: tuple[Spot, ...]
    """Where an airframe stood, or was heard last, without an airport that could be named."""
    lost: tuple[Spot, ...]
    found: tuple[Spot, ...]
    heard: tuple[tuple[Point, ...], ...]
    """Lines along the reports that were received."""
    dark: tuple[tuple[Point, Point], ...]
    """Lines where nobody received anything: from the loss to the place, and from the place to where it was found."""
    boundless: tuple[tuple[Point, Point], ...] = ()
    """Such lines of airframes that were unheard for so long that no bounds are drawn."""
    flown: tuple[tuple[Point, ...], ...] = ()
    """Lines along the reports of whole flights, which the map need not show to their ends."""
    origins: tuple[Spot, ...] = ()
    """Where flights came from, as far as no visit is drawn there."""
    routes: tuple[tuple[Point, Point], ...] = ()
    """Ways of flights that were followed, or whose both ends are known: from where they began to where the heard line begins."""
    doubts: tuple[Doubt, ...] = ()
    is_anywhere: bool = False
    """True if an airframe was unheard for so long that no bounds are drawn."""
    dates: str = ""
    """What is to be said of the times beside losses and findings; empty: there are none."""
    keys: tuple[tuple[str, str], ...] = ()
    """A letter for each airframe, where there are several, and its tail number."""

    @property
    def has_silence(self) -> bool:
        """Tell whether it shows an airframe that was not heard for a time."""
        return bool(self.lost or self.dark or self.boundless)

    @property
    def points(self) -> list[Point]:
        """All points that must be on the map, besides where flights came from."""
        return [spot.point for spot in (*self.airports, *self.elsewhere, *self.lost, *self.found)]


def described(seen: MapContent, what: str) -> str:
    """Describe the map for whoever cannot see it. ``what`` says what it shows: ``2 visits``."""
    names = [spot.label for spot in seen.airports]
    others = len(names) - MOST_NAMED
    more = [counted(others, "more airport")] if others > 0 else []
    unnamed = [f"{counted(len(seen.elsewhere), 'place')} without an airport"] if seen.elsewhere else []
    marked = [
        f"{counted(len(spots), 'place')} where {told}"
        for spots, told in (
            (seen.lost, "contact was lost"),
            (seen.found, "it was heard again" if seen.has_silence else "it was heard"),
        )
        if spots
    ]
    where = ", ".join([*names[:MOST_NAMED], *more, *unnamed])
    said = [f"Map of {what}: {where}." if where else f"Map of {what}."]
    if marked:
        lines = "; dashed lines lead from there to where it was on the ground" if seen.dark or seen.boundless else ""
        said.append(f"Marked: {' and '.join(marked)}{lines}.")
    return " ".join(said)
