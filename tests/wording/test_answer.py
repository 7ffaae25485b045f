"""What a report says first."""

from datetime import timedelta

import pytest
from made_visits import at, first_heard_there, moment, visit
from msgspec.structs import replace
from state_vectors import AIRPORTS

from flightwatch.core.visits import Moment, unknown
from flightwatch.wording.answer import about_aircraft, about_airport

NOW = at("2023-09-28T06:00")
EARLIER = visit(
    id="visit-0", arrival=moment("2023-08-01T02:42", minutes=20, confidence=0.82), departure=moment("2023-08-02T14:37")
)


@pytest.mark.parametrize(
    ("fields", "looked_at", "said"),
    [
        (
            {"arrival": moment("2023-09-28T01:52"), "departure": None},
            NOW,
            [
                "RA-86559 is at Pyongyang FNJ, since 2023-09-28 01:52 UTC, 4 h 08 min so far (observed); the second visit "
                "recorded there since 1 August 2023."
            ],
        ),
        (
            {"departure": None},
            NOW - timedelta(hours=5),
            [
                "RA-86559 was at Pyongyang FNJ when last looked, 2023-09-28 01:00 UTC, since about 2023-09-26 01:52 UTC, at "
                "least 47 h 03 min (inferred, 93 % sure that it landed there); the second visit recorded there since 1 August "
                "2023.",
                "Not known: whether it landed there at all, which is 93 % sure.",
            ],
        ),
        (
            {
                "arrival": Moment(
                    at("2023-09-22T04:00"), at("2023-09-22T03:00"), at("2023-09-24T03:00"), "inferred", 0.99
                ),
                "departure": Moment(None, at("2023-09-25T00:00"), at("2023-09-27T00:00"), "inferred", 0.9),
            },
            NOW,
            [
                "RA-86559 was last recorded at Pyongyang FNJ: 22-27 September 2023, at least 21 h 00 min, at most 117 h 00 min "
                "(inferred, 99 % sure that it landed there); the second visit recorded there since 1 August 2023.",
                "Not known: when exactly it landed, between 2023-09-22 03:00 and 2023-09-24 03:00 UTC; when exactly it "
                "left, between 2023-09-25 00:00 and 2023-09-27 00:00 UTC.",
            ],
        ),
        (
            {"arrival": first_heard_there(), "departure": unknown(at("2023-09-27T03:00"), NOW)},
            NOW,
            [
                "RA-86559 was last recorded at Pyongyang FNJ: from 26 September 2023, at least 25 h 08 min; the second visit "
                "recorded there since 1 August 2023.",
                "Not known: when it came; whether it has left.",
            ],
        ),
        (
            {"airport": None, "latitude": 41.5, "longitude": 129.25, "arrival": moment("2023-09-26T01:52")},
            NOW,
            [
                "RA-86559 was last recorded 34 km west of Orang (Chongjin) RGO (North Korea): 26-28 September 2023, about 46 h "
                "39 min (observed).",
                "Not known: at which airport it was, if at any.",
            ],
        ),
    ],
)
def test_of_an_aircraft(fields: dict[str, object], looked_at: object, said: list[str]) -> None:
    """Where it is or was last, since when, how that is known, which visit that is; then what is not known."""
    visits = [visit(**fields), EARLIER]
    assert list(about_aircraft(visits, AIRPORTS, NOW, looked_at, is_whole=True)) == said  # type: ignore[arg-type]


def test_what_may_not_be_counted_is_not() -> None:
    [said, *_] = about_aircraft([visit(), EARLIER], AIRPORTS, NOW, NOW, is_whole=False)
    assert "recorded there" not in said


def test_of_an_airport() -> None:
    """Who is there, by name where one is known; nobody; and of whom nobody knows."""
    there = visit(id="a", registration="P-885", icao24="7278a5", arrival=moment("2023-09-27T01:52"), departure=None)
    perhaps = visit(id="b", departure=unknown(at("2023-09-27T03:00"), NOW))
    told = about_airport("Pyongyang FNJ", [there, perhaps, EARLIER], NOW, NOW, {"7278a5": "P-885 (Il-62M)"})
    assert list(told) == [
        "1 aircraft is at Pyongyang FNJ: P-885 (Il-62M) since 2023-09-27 01:52 UTC.",
        "Not known: whether RA-86559 left unheard.",
    ]
    two = [there, replace(there, id="c", icao24="7278a3", registration="P-881")]
    long_ago = at("2023-09-27T12:00")
    [said] = about_airport("Pyongyang FNJ", two, NOW, long_ago, {})
    assert said == (
        "2 aircraft were at Pyongyang FNJ when last looked, 2023-09-27 12:00 UTC: P-885 since 2023-09-27 01:52 UTC; "
        "P-881 since 2023-09-27 01:52 UTC."
    )
    assert list(about_airport("Pyongyang FNJ", [EARLIER], NOW, NOW, {})) == [
        "None of the aircraft below is known to be at Pyongyang FNJ; the last recorded was RA-86559, 1-2 August 2023.",
        "Not known: whether RA-86559 landed there at all, which is 82 % sure.",
    ]
    [said, _] = about_airport("Pyongyang FNJ", [EARLIER], NOW, None, {})
    assert (
        said
        == "None of the aircraft below is known to be at Pyongyang FNJ; the last recorded was RA-86559, 1-2 August 2023."
    )
    [said, _] = about_airport("Pyongyang FNJ", [EARLIER], NOW, long_ago, {})
    assert said == (
        "None of the aircraft below was known to be at Pyongyang FNJ when last looked, 2023-09-27 12:00 UTC; the last recorded "
        "was RA-86559, 1-2 August 2023."
    )


def test_of_an_airport_where_landings_are_inferred() -> None:
    """Whoever is named as being there may not have landed; of whom this is as good as sure nothing is said."""
    doubtful = visit(id="a", arrival=moment("2023-09-27T01:52", minutes=20, confidence=0.71), departure=None)
    sure = replace(doubtful, id="b", registration="P-885", icao24="7278a5", arrival=moment("2023-09-27T01:52"))
    perhaps = visit(id="c", registration="P-881", icao24="7278a3", departure=unknown(at("2023-09-27T03:00"), NOW))
    [_, said] = about_airport("Pyongyang FNJ", [sure, doubtful, perhaps], NOW, NOW, {})
    assert said == ("Not known: whether RA-86559 landed there at all, which is 71 % sure; whether P-881 left unheard.")
    gone = visit(arrival=moment("2023-09-26T01:52", minutes=20, confidence=0.97))
    [_] = about_airport("Pyongyang FNJ", [gone, EARLIER], NOW, NOW, {})
