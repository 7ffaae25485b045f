"""What of an archive can matter to a watchlist: whose rows an engine must give, and from when to when. Pure.

An engine gives more than is followed, never less: who comes near a watched airport or area, or flies as a callsign that is asked
for, comes with all rows of a stretch of time.
"""

import re
from typing import Final

from msgspec import Struct

from flightwatch.core.model import Box, Icao24
from flightwatch.core.register import glob
from flightwatch.core.watched import Watched
from flightwatch.tracking.following import followed_around

LOOK_S: Final = 60
"""Least time between two looks, s: of each whole minute the newest time counts. Polls are as far apart, and the tracker's numbers
were fitted to them."""


class ArchivePlan(Struct, frozen=True):
    """Whose rows matter."""

    icao24s: frozenset[Icao24]
    boxes: tuple[Box, ...]
    """Everybody who comes there."""
    callsign: str | None
    """A regular expression for whole callsigns, whatever the case: who flies so. None: nobody is asked for by that."""
    since: int | None = None
    until: int | None = None
    """Unix seconds from which rows count, and from which they count no more; None: there is no bound."""

    def is_callsign(self, callsign: str) -> bool:
        """Tell whether a callsign is asked for, as far as a name alone tells."""
        return self.callsign is not None and re.match(self.callsign, callsign, re.IGNORECASE) is not None


def archive_plan(watched: Watched, since: int | None = None, until: int | None = None) -> ArchivePlan:
    """What of an archive, from ``since`` to ``until``, both in Unix seconds, can matter to who is watched."""
    asked = "|".join(glob(entry.callsign).pattern for entry in watched.callsigns)
    boxes = tuple(dict.fromkeys(box for box, _ in followed_around(watched)))
    return ArchivePlan(frozenset(watched.aircraft_by_icao24), boxes, asked or None, since, until)
