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
    """IANA name of the desk's; None: it has none of its own."""

    def told(self, at: datetime, *, about: bool = False) -> str:
        """``26 September 2023 at 10:52 local, 01:52 UTC, 03:52 Berlin time``, with "about" for "at" if ``about``.

        The day is that of the first clock; another one's is told where it differs: ``05:00 local, 20:00 UTC on 25 September``.
        Clocks that show the same are told once.
        """
        first = self.place_time(at)
        return f"{day(first)} {'about' if about else 'at'} {self._read(at, first.date())}"

    def between(self, earliest: datetime, latest: datetime, beside: datetime) -> str:
        """``between 10:48 and 11:05 local, 01:48 and 02:05 UTC``, with days where they are not that of ``beside``."""
        said = [
            _bounds(earliest.astimezone(zone), latest.astimezone(zone), self.place_time(beside), name)
            for name, zone in self._faces(earliest)
        ]
        return f"between {', '.join(said)}"

    def between_local(self, earliest: datetime, latest: datetime, beside: datetime) -> str:
        """The same on the place's clock alone: ``between 10:48 and 11:05 local``."""
        first, last = self.place_time(earliest), self.place_time(latest)
        return f"between {_bounds(first, last, self.place_time(beside), self.place_name)}"

    def local_time(self, at: datetime, beside: datetime) -> str:
        """``10:30 local``; ``23:50 local on 25 September`` where that is not the day of ``beside``."""
        here, other = self.place_time(at), self.place_time(beside)
        on = "" if here.date() == other.date() else f" on {day(here, other.year)}"
        return f"{here:%H:%M} {self.place_name}{on}"

    def local_day(self, at: datetime, year: int | None = None) -> str:
        """``10:52 local on 26 September 2023``; without the year where it is ``year``."""
        here = self.place_time(at)
        return f"{here:%H:%M} {self.place_name} on {day(here, year)}"

    def place_time(self, at: datetime) -> datetime:
        """The instant on the place's clock, or on UTC's where that is not known."""
        return at.astimezone(ZoneInfo(self.local or _UTC_NAME))

    @property
    def place_name(self) -> str:
        """What the place's clock is called: ``local``, or ``UTC``."""
        return _UTC_NAME if self.local is None else "local"

    def _faces(self, at: datetime) -> list[tuple[str, tzinfo]]:
        """The clocks by name, each that shows what one before it does left out, or named with it."""
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
    """What a zone's clock is called: ``Berlin time`` for ``Europe/Berlin``; ``CET`` as it is, being no place."""
    name = zone.rpartition("/")[2].replace("_", " ")
    return name if name.upper() == name else f"{name} time"
