"""The page that a digest brings: its visits as a report. Whatever goes wrong, the digest goes out without it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, TypeGuard

import msgspec
from msgspec import Struct

from flightwatch.alerting.notices import Digest, Notice, subject_line
from flightwatch.app.drawing_process import drawn_by
from flightwatch.core.legs import Leg
from flightwatch.core.model import Airport, Event
from flightwatch.core.visits import Visit
from flightwatch.report.page import MOST_BYTES
from flightwatch.wording.phrases import called

TIMEOUT_S: Final = 30.0
"""Longest time for one page, s: a hundred visits take two."""


class Chapter(Struct, frozen=True):
    """The visits of one aircraft, newest first."""

    title: str
    visits: tuple[Visit, ...]


class PageWanted(Struct, frozen=True):
    """What `page_process` writes a page of."""

    title: str
    chapters: tuple[Chapter, ...]
    events: Mapping[str, Event]
    airfields: Sequence[Airport]
    """Those that the watchlist adds to the table."""
    now: datetime
    legs: Mapping[str, Sequence[Leg]] = {}


def has_page(notice: Notice) -> TypeGuard[Digest]:
    """Tell whether a page goes with a notice: a digest that has a table, and tells of a visit."""
    return isinstance(notice, Digest) and notice.has_table and bool(notice.visits)


def page_of(
    notice: Notice,
    airfields: Sequence[Airport],
    legs: Mapping[str, Sequence[Leg]] = {},
    *,
    timeout_s: float = TIMEOUT_S,
) -> str | None:
    """Write the page of a digest, smaller than 2 MB; None: it `has_page` not, or it could not be written.

    ``legs`` are the flights that it tells of, as `flights_told` gives them.
    """
    if not has_page(notice):
        return None
    labels = {alert.event.icao24: alert.label for alert in notice.alerts}
    by_aircraft = dict[str, list[Visit]]()
    for visit in notice.visits:
        by_aircraft.setdefault(visit.icao24, []).append(visit)
    chapters = (
        Chapter(called(icao24, visits[0].registration, labels.get(icao24)), tuple(visits))
        for icao24, visits in by_aircraft.items()
    )
    events = {alert.event.id: alert.event for alert in notice.alerts}
    now = max(alert.event.detected_at for alert in notice.alerts)
    wanted = PageWanted(subject_line(notice), tuple(chapters), events, airfields, now=now, legs=legs)
    written = drawn_by("page_process", msgspec.json.encode(wanted), timeout_s)
    return written.decode() if written is not None and 0 < len(written) <= MOST_BYTES else None
