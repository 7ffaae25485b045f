"""When a channel that gets digests gets them, as it is written: every day, or once a week, at a time of the day on one clock."""

from typing import Final

from msgspec import Struct

WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class DigestTime(Struct, frozen=True):
    """``daily 07:00`` or ``weekly Mon 07:00``, on the clock of a time zone."""

    hour: int
    minute: int
    weekday: int | None = None
    """0 for Monday; None: every day."""
    time_zone: str = "UTC"
    """IANA name."""

    def __str__(self) -> str:
        """As it is written in a watchlist."""
        day = "" if self.weekday is None else f" {WEEKDAYS[self.weekday]}"
        return f"{self.often}{day} {self.hour:02}:{self.minute:02}"

    @property
    def often(self) -> str:
        """``daily`` or ``weekly``."""
        return "daily" if self.weekday is None else "weekly"
