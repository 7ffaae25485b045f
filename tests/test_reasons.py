"""Why an inferred event is believed, in words a reader understands."""

from datetime import timedelta

import pytest
from msgspec.structs import replace
from reports import AIRPORTS, Follower, above, airport, arrival

from flightwatch.alerts import describe, one_line
from flightwatch.model import Event, instant
from flightwatch.reasons import reason
from flightwatch.watched import Watchlist

NOON = 1_709_294_400
HOUR = 3600


def lost_on_the_way_down() -> Event:
    """Zürich, seen down to 1,200 m."""
    follower = Follower()
    follower.fly(arrival("ZRH", NOON), NOON - HOUR // 2, NOON + HOUR, heard=above(1200.0))
    (event,) = follower.events
    return event


def test_lost_on_the_way_down() -> None:
    """Distance, direction, height, path, runway and silence, all of them from the reports."""
    said = reason(lost_on_the_way_down(), airport("ZRH"))
    assert said is not None
    where, rest = said.removeprefix("lost ").split(", ", 1)
    assert where.split(" ")[1] == "km"
    assert rest.startswith("descending through 1,")
    assert rest.split("; ")[1].startswith("not heard for ")


def test_it_is_in_the_alert() -> None:
    event = lost_on_the_way_down()
    assert f"; {reason(event, airport('ZRH'))};" in one_line(describe(event, Watchlist(), AIRPORTS))


@pytest.mark.parametrize("minutes", [25, 300])
def test_short_and_long_silence(minutes: int) -> None:
    """After hours it is hearing it again that told."""
    event = lost_on_the_way_down()
    last = instant(event.evidence[-1].last_contact)

    later = replace(event, detected_at=last + timedelta(minutes=minutes))
    said = reason(later, airport("ZRH")) or ""
    assert said.endswith("not heard for 25 min" if minutes == 25 else "heard again 5 h 00 min later")


def test_what_was_seen_needs_no_reason() -> None:

    event = lost_on_the_way_down()
    assert reason(replace(event, basis="observed"), airport("ZRH")) is None
    assert reason(replace(event, type="retraction"), airport("ZRH")) is None
    assert reason(replace(event, evidence=()), airport("ZRH")) is None


def test_a_field_unknown() -> None:

    said = reason(replace(lost_on_the_way_down(), airport=None), None) or ""
    assert said.startswith("lost at 47.")
    assert ", where several fields fit; " in said
