"""Why an inferred event is believed, in words a reader understands."""

import re
from datetime import timedelta

import pytest
from msgspec.structs import replace
from reports import AIRPORTS, Follower, above, airport, arrival, report
from skies import taken_back

from flightwatch.model import Event, instant
from flightwatch.watched import Watchlist
from flightwatch.words.described import describe
from flightwatch.words.facts import facts
from flightwatch.words.reasons import contradiction, reason
from flightwatch.words.sentence import sentence

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
    alert = describe(event, Watchlist(), AIRPORTS)
    assert dict(facts(alert))["because"] == reason(event, airport("ZRH"))
    assert re.search(r"; contact lost \d+ km away in descent at \d\d:\d\d local; touchdown between ", sentence(alert))


@pytest.mark.parametrize("minutes", [25, 300])
def test_short_and_long_silence(minutes: int) -> None:
    """Whether it is the silence that told, or that it was heard again, the event does not say."""
    event = lost_on_the_way_down()
    last = instant(event.evidence[-1].last_contact)

    later = replace(event, detected_at=last + timedelta(minutes=minutes))
    said = reason(later, airport("ZRH")) or ""
    assert said.endswith("not heard for 25 min" if minutes == 25 else "not heard for 5 h 00 min")


def test_what_was_seen_needs_no_reason() -> None:

    event = lost_on_the_way_down()
    assert reason(replace(event, basis="observed"), airport("ZRH")) is None
    assert reason(replace(event, type="retraction"), airport("ZRH")) is None
    assert reason(replace(event, type="reminder"), airport("ZRH")) is None
    assert reason(replace(event, evidence=()), airport("ZRH")) is None


def test_a_field_unknown() -> None:
    said = reason(replace(lost_on_the_way_down(), airport=None), None) or ""
    assert said.startswith("lost at 47.")
    assert ", and no field stands out; " in said


LOST = {"latitude": 47.70, "longitude": 8.548, "baro_altitude": 2_000.0, "vertical_rate": -6.0}
CRUISE = {"longitude": 8.548, "baro_altitude": 10_000.0}


@pytest.mark.parametrize(
    ("later_s", "seen", "said"),
    [
        (
            1800,
            {"latitude": 45.0, **CRUISE},
            "heard again 273 km south of the airport, level at 10,000 m, at 12:30 UTC: 300 km in 30 min, "
            "which leaves no time for a landing there",
        ),
        (
            2400,
            {"latitude": 51.0, **CRUISE},
            "heard again 394 km north of the airport, level at 10,000 m, at 12:40 UTC: 367 km in 40 min, "
            "which leaves no time for a landing there",
        ),
        (
            7200,
            {"latitude": 45.0, **CRUISE},
            "heard again 273 km south of the airport, level at 10,000 m, at 14:00 UTC: 300 km in 2 h 00 min",
        ),
        (
            86_400,
            {"latitude": 45.0, "longitude": 8.548, "on_ground": True},
            "heard again 273 km south of the airport, on the ground, on 2024-03-02 12:00 UTC: 300 km in 24 h 00 min",
        ),
    ],
)
def test_what_takes_a_landing_back(later_s: int, seen: dict[str, object], said: str) -> None:
    """Where it was lost and heard, and how fast that was; that there was no time to land only where there was none."""
    event = taken_back(evidence=(report(NOON, **LOST), report(NOON + later_s, **seen)), time=instant(NOON))
    assert contradiction(event, airport("ZRH")) == (
        f"lost 27 km north of the airport, descending through 2,000 m, at 12:00 UTC; {said}"
    )


def test_a_landing_on_a_field_unknown_taken_back() -> None:
    event = taken_back(airport=None, time=instant(NOON))
    assert contradiction(event, None) is None
    known = replace(event, evidence=(report(NOON, **LOST), report(NOON + 1800, latitude=45.0, **CRUISE)))
    assert contradiction(known, None) == (
        "lost at 47.700, 8.548, descending through 2,000 m, at 12:00 UTC; "
        "heard again at 45.000, 8.548, level at 10,000 m, at 12:30 UTC: 300 km in 30 min, as flying on takes"
    )
    said = sentence(describe(known, Watchlist(), AIRPORTS))
    assert said == (
        "TAKEN BACK: the landing of RFF7451 (RA-86559 or RF-86559, 15521f, registered in Russia) at an unknown field; "
        "it was heard again "
        "273 km south of Zürich ZRH (Switzerland) in level flight at 12:30 UTC on 1 March 2024, 30 min after contact was lost, "
        "as flying on takes; please "
        "correct what was made of it."
    )


@pytest.mark.parametrize(
    ("vertical_rate", "said"),
    [
        (-6.0, "descending through 1,200 m"),
        (6.0, "climbing through 1,200 m"),
        (0.0, "level at 1,200 m"),
        (None, "at 1,200 m"),
    ],
)
def test_what_is_not_known_of_its_flight_is_not_said(vertical_rate: float | None, said: str) -> None:
    """A single report without a vertical rate does not tell that it was level."""
    seen = report(NOON, latitude=47.7, longitude=8.548, baro_altitude=1_200.0, vertical_rate=vertical_rate)
    event = replace(lost_on_the_way_down(), evidence=(seen,))
    assert f" north of the airport, {said}" in (reason(event, airport("ZRH")) or "")


def test_heights_in_feet() -> None:
    seen = report(NOON, **LOST), report(NOON + 1800, latitude=45.0, **CRUISE)
    event = taken_back(evidence=seen, time=instant(NOON))
    assert contradiction(event, airport("ZRH"), "feet") == (
        "lost 27 km north of the airport, descending through 6,600 ft, at 12:00 UTC; heard again 273 km south of the airport, "
        "level at 32,800 ft, at 12:30 UTC: 300 km in 30 min, which leaves no time for a landing there"
    )


@pytest.mark.parametrize(
    ("vertical_rate", "said"),
    [(-6.0, "descending close to the ground"), (0.0, "level close to the ground"), (None, "close to the ground")],
)
@pytest.mark.parametrize("altitude_m", [-30.0, 0.0, 4.0])
def test_no_height_below_the_sea(altitude_m: float, vertical_rate: float | None, said: str) -> None:
    """Where the pressure is high, barometric heights at the coast are less than nought."""
    seen = report(NOON, latitude=47.7, longitude=8.548, baro_altitude=altitude_m, vertical_rate=vertical_rate)
    event = replace(lost_on_the_way_down(), evidence=(seen,))
    assert f" north of the airport, {said}" in (reason(event, airport("ZRH")) or "")
