"""What a map tells of the visits to one airport, below its name."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from flightwatch.core.model import Airport
from flightwatch.core.visits import Visit, came, left
from flightwatch.wording.phrases import counted, days


def notes(stays: Sequence[Visit], field: Airport | None) -> tuple[str, str]:
    """Tell what visits, newest first, were there: ``2 visits, the last 26-28 September 2023``; and in brief the days of the last.

    The days are those of the airport's clock, UTC where ``field`` is None.
    """
    zone = ZoneInfo(field.time_zone if field else "UTC")
    newest = stays[0]
    since = came(newest).astimezone(zone)
    if newest.departure is None:
        when = f"since {since.day} {since:%B %Y}"
    else:
        end = left(newest) if not newest.may_be_there else None
        when = days(since, (end or came(newest)).astimezone(zone))
    if len(stays) == 1:
        return when, when
    aircraft = len({visit.icao24 for visit in stays})
    who = f" of {aircraft} aircraft" if aircraft > 1 else ""
    return f"{counted(len(stays), 'visit')}{who}, the last {when}", when
