"""What is told of flights in the air and of areas, in words. All events are made by hand."""

from datetime import timedelta

import pytest
from made_visits import at
from msgspec.structs import replace
from state_vectors import AIRPORTS, MINUTE, airport, report

from flightwatch.alerting.notices import brief, subject_line
from flightwatch.core.model import Event, EventType, Origin, Share, StateVector
from flightwatch.core.watched import Watched, WatchedAircraft
from flightwatch.tracking.events import place_of
from flightwatch.wording.alert import Alert, describe
from flightwatch.wording.facts import facts
from flightwatch.wording.sentence import sentence, title
from flightwatch.wording.sureness import meaning

NOW = at("2023-09-26T01:30")
AT = round(NOW.timestamp())
WATCHED = Watched((WatchedAircraft("15521f", "RA-86559", "rule", "Il-62M, Russian Air Force"),))
LEFT = Origin(place_of(airport("VVO")), 43.4, 132.15, at("2023-09-26T00:20"), is_departure=True)


def over_the_sea(now: int = AT, **fields: object) -> StateVector:
    """Level at 10,060 m over the Sea of Japan, heading south-west."""
    usual: dict[str, object] = {"icao24": "15521f", "latitude": 41.0, "longitude": 131.0, "true_track": 225.0}
    return report(now, **(usual | {"baro_altitude": 10_058.0} | fields))


def told(kind: EventType, *evidence: StateVector, **fields: object) -> Alert:
    """Make an alert of this kind, of RA-86559."""
    event = Event(
        id="e-1",
        type=kind,
        icao24="15521f",
        registration="RA-86559",
        callsign="RSD100",
        airport=None,
        time=NOW,
        earliest=NOW,
        latest=NOW,
        basis="observed",
        confidence=1.0,
        detected_at=NOW + timedelta(minutes=24),
        visit="",
        evidence=evidence or (over_the_sea(),),
        origin=LEFT,
    )
    return describe(replace(event, **fields), WATCHED, AIRPORTS)


FNJ = place_of(airport("FNJ"))
DOWN = over_the_sea(baro_altitude=6000.0, vertical_rate=-8.0)
EXPECTED = {
    "time": NOW + timedelta(minutes=20),
    "earliest": NOW + timedelta(minutes=15),
    "latest": NOW + timedelta(minutes=30),
}
AHEAD = (Share("ZKPY", "FNJ", "Pyongyang", 0.62), Share("ZKWS", "WOS", "Wonsan", 0.21))


@pytest.mark.parametrize(
    ("alert", "in_full", "in_brief"),
    [
        (
            told("lost", basis="inferred", confidence=0.999, candidates=AHEAD),
            "RA-86559 (Il-62M, Russian Air Force) was lost in cruise on 26 September 2023 at 01:30 UTC, which is not a landing, "
            "and not heard for 24 min; 99 % sure that it has not come down; 123 km east of Orang (Chongjin) RGO (North Korea); "
            "level at 10,060 m, heading south-west; ahead, if it comes down within an hour, lie Pyongyang FNJ (62 %) and Wonsan "
            "WOS (21 %).",
            "RA-86559 was lost in cruise at 01:30 UTC on 26 September 2023, 99 % sure that it has not come down",
        ),
        (
            told("airborne", over_the_sea(AT - 5 * 86_400), over_the_sea(), over_the_sea(AT + MINUTE)),
            "RA-86559 (Il-62M, Russian Air Force) was heard in the air on 26 September 2023 at 01:30 UTC, the first time in "
            "5 days; 123 km east of Orang (Chongjin) RGO (North Korea); level at 10,060 m, heading south-west.",
            "RA-86559 was heard in the air again at 01:30 UTC on 26 September 2023",
        ),
        (
            told("airborne", over_the_sea(), over_the_sea(AT + MINUTE)),
            "RA-86559 (Il-62M, Russian Air Force) was heard in the air on 26 September 2023 at 01:30 UTC, the first time since "
            "polls look for it; 123 km east of Orang (Chongjin) RGO (North Korea); level at 10,060 m, heading south-west.",
            "RA-86559 was heard in the air again at 01:30 UTC on 26 September 2023",
        ),
        (
            told("approaching", DOWN, airport=FNJ, basis="inferred", confidence=0.82, **EXPECTED),
            "RA-86559 (Il-62M, Russian Air Force) is probably approaching Pyongyang FNJ, expected on 26 September 2023 about "
            "10:50 local, 01:50 UTC; arrival between 10:45 and 11:00 local; 82 % sure that it will land there; 494 km "
            "north-east of it at 10:30 local; descending through 6,000 m, heading south-west.",
            "RA-86559 is probably approaching Pyongyang FNJ about 10:50 local on 26 September 2023, 82 % sure that it will "
            "land there",
        ),
        (
            told("diverted", over_the_sea(), airport=FNJ, basis="inferred", confidence=0.9),
            "RA-86559 (Il-62M, Russian Air Force) has probably turned away from Pyongyang FNJ, as of 26 September 2023 at 10:30 "
            "local, 01:30 UTC; 90 % sure that it will not land there; 494 km north-east of it at 10:30 local; level at "
            "10,060 m, heading south-west.",
            "RA-86559 has probably turned away from Pyongyang FNJ at 10:30 local on 26 September 2023, 90 % sure that it will "
            "not land there",
        ),
        (
            told("emergency", over_the_sea(squawk="7700")),
            "RA-86559 (Il-62M, Russian Air Force) squawks 7700 (emergency) since 26 September 2023 at 01:30 UTC; 123 km "
            "east of Orang (Chongjin) RGO (North Korea); level at 10,060 m, heading south-west.",
            "RA-86559 squawks 7700 (emergency) at 01:30 UTC on 26 September 2023",
        ),
        (
            told(
                "entered",
                over_the_sea(AT - MINUTE),
                over_the_sea(),
                area="Sea of Japan",
                earliest=NOW - timedelta(hours=1),
            ),
            "RA-86559 (Il-62M, Russian Air Force) entered the area Sea of Japan on 26 September 2023 at 01:30 UTC; between "
            "00:30 and 01:30 UTC; 123 km east of Orang (Chongjin) RGO (North Korea); level at 10,060 m, heading south-west.",
            "RA-86559 entered the area Sea of Japan at 01:30 UTC on 26 September 2023",
        ),
        (
            told("entered", area="Sea of Japan"),
            "RA-86559 (Il-62M, Russian Air Force) was first heard inside the area Sea of Japan on 26 September 2023 at 01:30 "
            "UTC; 123 km east of Orang (Chongjin) RGO (North Korea); level at 10,060 m, heading south-west.",
            "RA-86559 was first heard inside the area Sea of Japan at 01:30 UTC on 26 September 2023",
        ),
        (
            told("left", over_the_sea(AT - MINUTE), over_the_sea(), area="\x1b[31mSea"),
            "RA-86559 (Il-62M, Russian Air Force) left the area [31mSea on 26 September 2023 at 01:30 UTC; 123 km east of "
            "Orang (Chongjin) RGO (North Korea); level at 10,060 m, heading south-west.",
            "RA-86559 left the area [31mSea at 01:30 UTC on 26 September 2023",
        ),
    ],
)
def test_in_words(alert: Alert, in_full: str, in_brief: str) -> None:
    """In full, and in a title; facts, a chat's text and an explanation go with each."""
    assert sentence(alert) == in_full
    assert title(alert, dated=True) == subject_line(alert) == in_brief
    assert in_full in brief(alert)[1]
    assert dict(facts(alert))["aircraft"].startswith("RA-86559")
    assert meaning(alert.event)


def test_what_is_known_of_one_on_its_way() -> None:
    """It is no visit, so no visits are counted; where it came from is told."""
    known = dict(facts(told("approaching", DOWN, airport=FNJ, basis="inferred", confidence=0.82, **EXPECTED)))
    assert known.keys() == {
        "aircraft",
        "callsign",
        "icao24",
        "where",
        "expected",
        "bounds",
        "known",
        "because",
        "flight",
    }
    assert known["flight"] == "left Vladivostok VVO (Russia) at 00:20 UTC, about 1 h 30 min before"
    assert known["because"] == "heard 494 km north-east of the airport, descending through 6,000 m on a 1° path"
    lost = dict(facts(told("lost", basis="inferred", confidence=0.999, candidates=AHEAD)))
    assert lost["ahead"] == "Pyongyang FNJ (62 %) and Wonsan WOS (21 %)"
    assert lost["where"] == "41.000, 131.000, 123 km east of Orang (Chongjin) RGO (North Korea)"
