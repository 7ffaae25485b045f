"""Why an inferred event is believed, in words a reader understands."""

import re
from datetime import timedelta

import pytest
from made_visits import landing, moment, taken_back, visit
from msgspec.structs import replace
from state_vectors import AIRPORTS, Follower, above, airport, arrival, report

from flightwatch.core.model import Event, Place, Share, StateVector, instant
from flightwatch.core.watched import Watched, WatchedAircraft
from flightwatch.tracking.events import place_of
from flightwatch.watchlist.model import Watchlist
from flightwatch.wording.alert import Alert, describe
from flightwatch.wording.facts import facts
from flightwatch.wording.reasons import contradiction, reason
from flightwatch.wording.record import Context
from flightwatch.wording.sentence import sentence, title
from flightwatch.wording.sureness import meaning

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
    alert = describe(event, Watched(), AIRPORTS)
    assert dict(facts(alert))["because"] == reason(event, airport("ZRH"))
    assert re.search(r"; contact lost \d+ km away in descent at \d\d:\d\d local; touchdown between ", sentence(alert))


@pytest.mark.parametrize("minutes", [25, 300])
def test_short_and_long_silence(minutes: int) -> None:
    """Tell whether it is the silence that told, or that it was heard again, the event does not say."""
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
    said = sentence(describe(known, Watched(), AIRPORTS))
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


# In the belief's own terms

LUTON = Share("EGGW", "LTN", "London Luton Airport", 0.74)
CLIMBING = report(NOON + HOUR, latitude=51.9, longitude=-0.05, baro_altitude=1650.0, vertical_rate=8.0)
LANDED = replace(CLIMBING, on_ground=True, latitude=51.875, longitude=-0.37)
FLYING_ON = report(NOON + 2 * HOUR, latitude=51.9, longitude=-3.0, baro_altitude=2500.0, velocity=100.0)


def not_at_stansted(again: StateVector, sure: float, *instead: Share) -> Alert:
    """Make the alert that takes back a landing at Stansted, as ``again`` shows it."""
    lost = report(NOON, latitude=51.98, longitude=0.22, baro_altitude=2470.0, vertical_rate=-5.0, velocity=145.0)
    event = taken_back(
        airport=place_of(airport("STN")),
        confidence=sure,
        candidates=instead,
        evidence=(lost, again),
        time=instant(NOON),
    )
    came = moment("2024-03-01T12:04", minutes=4, confidence=0.615)
    there = visit(airport=event.airport, arrival=came, departure=None)
    watchlist = Watchlist(aircraft=(WatchedAircraft("15521f", "RA-86559", "rule"),))
    return describe(event, watchlist.watched, AIRPORTS, Context(visit=there))


TOLD_AS = (
    "TAKEN BACK: the landing of RA-86559 at London STN on 1 March 2024 about 12:04 local and UTC; "
    "it was told as 62 % sure that it landed there; "
)


@pytest.mark.parametrize(
    ("alert", "said"),
    [
        (
            not_at_stansted(CLIMBING, 0.745, LUTON),
            "now 74 % sure that it did not land there; it was heard again 20 km away in climb at 13:00 local on 1 March 2024, "
            "1 h 00 min after contact was lost; it probably landed at London LTN instead; ",
        ),
        (
            not_at_stansted(LANDED, 0.999, replace(LUTON, share=0.99)),
            "now 99 % sure that it did not land there; it was heard again on the ground at London LTN at 13:00 local on "
            "1 March 2024, 1 h 00 min after contact was lost; it landed at London LTN instead; ",
        ),
        (
            not_at_stansted(FLYING_ON, 0.96, replace(LUTON, share=0.1)),
            "now 96 % sure that it did not land there; it was heard again 222 km away in level flight at 14:00 local on "
            "1 March 2024, 2 h 00 min after contact was lost, which flying on explains better; ",
        ),
        (
            not_at_stansted(replace(FLYING_ON, time_position=NOON + 2400, last_contact=NOON + 2400), 0.96),
            "now 96 % sure that it did not land there; it was heard again 222 km away in level flight at 12:40 local on "
            "1 March 2024, 40 min after contact was lost, which leaves no time for a landing there; ",
        ),
        (
            not_at_stansted(FLYING_ON, 1.0),
            "it was heard again 222 km away in level flight at 14:00 local on 1 March 2024, 2 h 00 min after contact was lost; ",
        ),
    ],
    ids=["elsewhere", "seen elsewhere", "flew on", "no time", "impossible"],
)
def test_how_sure_it_is_that_it_was_not_there_and_where_it_was(alert: Alert, said: str) -> None:
    """One sentence: what was told, what is believed now, what was heard, and what explains that."""
    assert sentence(alert) == f"{TOLD_AS}{said}please correct what was made of it."


def test_the_facts_of_what_is_taken_back() -> None:
    """How sure, where instead and how sure of that; and what the percentage means."""
    told = dict(facts(not_at_stansted(CLIMBING, 0.745, LUTON)))
    assert told["known"] == "74 % sure that it did not land there"
    assert told["instead"] == "London Luton Airport (LTN/EGGW), United Kingdom; 74 % sure that it was there"
    assert told["because"].endswith(" in 1 h 00 min, as after a stay at London LTN")
    assert "instead" not in dict(facts(not_at_stansted(FLYING_ON, 0.96, replace(LUTON, share=0.1))))
    said = meaning(not_at_stansted(CLIMBING, 0.745, LUTON).event)
    assert said.endswith("Of 100 corrections that are as sure as this one, about 74 should be right.")
    assert "100" not in meaning(not_at_stansted(CLIMBING, 1.0).event)


def test_the_title_of_what_is_taken_back() -> None:
    """A mail's subject tells where it was, as sure as that is."""
    for share, verb in ((0.74, "probably landed"), (0.62, "may have landed"), (0.98, "landed")):
        alert = not_at_stansted(CLIMBING, 0.99, replace(LUTON, share=share))
        assert title(alert) == f"TAKEN BACK: the landing of RA-86559 at London STN; it {verb} at London LTN instead"
        assert title(alert, dated=True) == (
            "TAKEN BACK: the landing of RA-86559 at London STN about 12:04 local on 1 March 2024; "
            f"it {verb} at London LTN instead"
        )
    assert title(not_at_stansted(FLYING_ON, 0.96)) == "TAKEN BACK: the landing of RA-86559 at London STN"


def test_an_open_field_that_was_none() -> None:
    """Where it was instead is not among the fields that the landing was said to be at."""
    alert = not_at_stansted(LANDED, 0.9, replace(LUTON, share=0.9))
    unnamed = replace(alert.event, airport=None)
    said = sentence(describe(unnamed, Watched(), AIRPORTS))
    assert " at an unknown field; now 90 % sure that it did not come down; " in said
    assert "; it probably landed at London LTN instead; " in said


def test_a_landing_that_corrects_another() -> None:
    """Names the field where it seemed to be; without a record, or at no airport, nothing."""
    stansted = visit(airport=place_of(airport("STN")))
    event = landing(airport=place_of(airport("LTN")))
    for wrong, said in (
        (stansted, "; not at London STN, as it seemed before; "),
        (replace(stansted, airport=None), None),
    ):
        whole = sentence(describe(event, Watched(), AIRPORTS, Context(corrects=wrong)))
        assert ("as it seemed before" in whole) == (said is not None)
        assert said is None or said in whole
    unknown = visit(airport=Place("XX99", None, "Field that is in no table"))
    whole = sentence(describe(event, Watched(), AIRPORTS, Context(corrects=unknown)))
    assert "; not at Field that is in no table XX99, as it seemed before; " in whole
