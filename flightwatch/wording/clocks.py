"""Instants on the clocks that a reader looks at: the airport's, UTC, and the desk's own."""

from datetime import date, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from flightwatch.wording.phrases import day

_UTC_NAME: Final = "UTC"


class Clocks(Struct, frozen=True):
    """The clocks of a place and of a desk; UTC is always among those that are read."""

    local: str | None
    """IANA name of the place's time zone; None: it is not known, and the place is told in UTC."""
    desk: str | None
    """IANA name of the desk's time zone; None: the desk has none of its own."""

    def told(self, at: datetime, *, about: bool = False) -> str:
        """Tell an instant on every clock: ``26 September 2023 at 10:52 local, 01:52 UTC``, with "about" for "at" if ``about``.

        The day is the one on the first clock; where another clock shows another day, that is told too: ``05:00 local, 20:00
        UTC on 25 September``. Clocks that show the same time are told once.
        """
        first = self.place_time(at)
        return f"{day(first)} {'about' if about else 'at'} {self._read(at, first.date())}"

    def between(self, earliest: datetime, latest: datetime, beside: datetime) -> str:
        """Tell two bounds on every clock: ``between 10:48 and 11:05 local, 01:48 and 02:05 UTC``.

        A bound that is not on the day of ``beside`` is told with its day.
        """
        said = [
            _bounds(earliest.astimezone(zone), latest.astimezone(zone), self.place_time(beside), name)
            for name, zone in self._faces(earliest)
        ]
        return f"between {', '.join(said)}"

    def between_local(self, earliest: datetime, latest: datetime, beside: datetime) -> str:
        """Tell two bounds on the place's clock alone: ``between 10:48 and 11:05 local``."""
        first, last = self.place_time(earliest), self.place_time(latest)
        return f"between {_bounds(first, last, self.place_time(beside), self.place_name)}"

    def local_time(self, at: datetime, beside: datetime) -> str:
        """Tell a time on the place's clock, ``10:30 local``, with its day where that is not the day of ``beside``."""
        here, other = self.place_time(at), self.place_time(beside)
        on = "" if here.date() == other.date() else f" on {day(here, other.year)}"
        return f"{here:%H:%M} {self.place_name}{on}"

    def local_day(self, at: datetime) -> str:
        """Tell a time and its day on the place's clock: ``10:52 local on 2 August 2023``."""
        here = self.place_time(at)
        return f"{here:%H:%M} {self.place_name} on {day(here)}"

    def place_time(self, at: datetime) -> datetime:
        """Give the instant in the place's time zone, or in UTC where the zone is not known."""
        return at.astimezone(ZoneInfo(self.local or _UTC_NAME))

    @property
    def place_name(self) -> str:
        """What the place's clock is called: ``local``, or ``UTC``."""
        return _UTC_NAME if self.local is None else "local"

    def _faces(self, at: datetime) -> list[tuple[str, tzinfo]]:
        """The clocks to read, by name; one that shows the same time as one before it is left out, or named together with it."""
        utc = ZoneInfo(_UTC_NAME)
        here = ZoneInfo(self.local) if self.local is not None else utc
        is_utc = at.astimezone(here).utcoffset() == timedelta(0)
        faces: list[tuple[str, tzinfo]] = [("local and UTC" if is_utc and self.local else self.place_name, here)]
        if not is_utc:
            faces.append((_UTC_NAME, utc))
        if self.desk is not None:
            theirs = ZoneInfo(self.desk)
            if all(at.astimezone(zone).utcoffset() != at.astimezone(theirs).utcoffset() for _, zone in faces):
                faces.append((_name(self.desk), theirs))
        return faces

    def _read(self, at: datetime, told: date) -> str:
        faces = ((name, at.astimezone(zone)) for name, zone in self._faces(at))
        return ", ".join(
            f"{when:%H:%M} {name}{'' if when.date() == told else f' on {day(when, told.year)}'}" for name, when in faces
        )


def _bounds(earliest: datetime, latest: datetime, beside: datetime, name: str) -> str:
    """``10:48 and 11:05 local``, ``01:23 and 01:32 UTC on 8 February``, or both with their days."""
    if earliest.date() == latest.date():
        on = "" if latest.date() == beside.date() else f" on {day(latest, beside.year)}"
        return f"{earliest:%H:%M} and {latest:%H:%M} {name}{on}"
    return f"{_dated(earliest, beside.year)} and {_dated(latest, beside.year)} {name}"


def _dated(at: datetime, year: int) -> str:
    return f"{day(at, year)} {at:%H:%M}"


def _name(zone: str) -> str:
    """What a zone's clock is called: ``Berlin time`` for ``Europe/Berlin``; ``CET``, which names no place, stays as it is."""
    name = zone.rpartition("/")[2].replace("_", " ")
    return name if name.upper() == name else f"{name} time"
