"""Who enters the watchlist's areas, and who leaves them.

Only reports with believed positions tell: who falls silent inside has not left. Who is inside at the first look at an area is no
news, nor who is first heard there after nobody had looked for long; who is first heard inside otherwise entered unheard, or took
off there.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from flightwatch.core.areas import WatchedArea
from flightwatch.core.ids import identity
from flightwatch.core.model import Event, EventType, StateVector
from flightwatch.tracking.in_flight import Heard, in_flight, seen
from flightwatch.tracking.looks import Looks
from flightwatch.tracking.motion import altitude_m, fixed_at, position


def crossed(heard: Heard, areas: Sequence[WatchedArea], looks: Looks) -> Heard:
    """Tell which of these ``areas`` an airframe has entered or left, by the ``looks`` before this poll."""
    report = heard.placed
    if report is None:
        return heard
    events, inside = heard, list[str]()
    is_news = bool(heard.before.reports) or looks.is_fresh(heard.context.at)
    for area in areas:
        was_inside = area.key in heard.noted.inside
        is_inside = area.holds(*position(report), altitude_m(report), was_inside=was_inside)
        if was_inside if is_inside is None else is_inside:
            inside.append(area.key)
        if is_inside not in (None, was_inside) and is_news and looks.is_known(area):
            events = events.noting(events.noted, _crossing(heard, area, report, "entered" if is_inside else "left"))
    return events if tuple(inside) == heard.noted.inside else events.noting(replace(events.noted, inside=tuple(inside)))


def _crossing(heard: Heard, area: WatchedArea, report: StateVector, kind: EventType) -> Event:
    """The event of a border crossed between the last report before and this one, or before this one, where it is the first."""
    before = heard.before.reports[-1:]
    event = in_flight(
        kind,
        identity(kind, heard.icao24, area.key, fixed_at(report)),
        heard.track,
        seen(report, fixed_at(before[0]) if before else None),
        detected_at=heard.context.now,
        evidence=(*before, report),
    )
    return replace(event, area=area.name)
