"""Visits as a calendar, read back by a calendar's library."""

import subprocess
import sys

import pytest
from icalendar import Calendar, Event
from made_visits import ICAO24, at, estimated, first_heard_there, moment, visit
from state_vectors import AIRPORTS

from flightwatch.core.visits import Moment, Visit
from flightwatch.export.ics import as_ics

NOW = at("2023-09-28T12:00")


def read(*visits: Visit) -> list[Event]:
    return Calendar.from_ical(as_ics(visits, NOW, AIRPORTS, {ICAO24: "Il-62M, Russian Air Force"})).events


def test_an_inferred_visit() -> None:
    """Tentative, with its ends and their bounds, and the record's time instead of the clock's."""
    [event] = read(visit())
    assert event.content_lines()[:-1] == [
        "BEGIN:VEVENT",
        "SUMMARY:RA-86559 (Il-62M\\, Russian Air Force) at Pyongyang FNJ (inferred\\, 93 % sure)",
        "DTSTART:20230926T015200Z",
        "DTEND:20230928T003100Z",
        "DTSTAMP:20230928T003500Z",
        "UID:visit-1@flightwatch",
        "DESCRIPTION:landed about 2023-09-26 01:52 UTC\\, inferred\\, 93 % sure\\, "
        "between 2023-09-26 01:47 and 01:57 UTC\\n"
        "left about 2023-09-28 00:31 UTC\\, inferred\\, 93 % sure\\, "
        "between 2023-09-28 00:27 and 00:35 UTC\\n"
        "time on the ground about 46 h 39 min (between 46 h 30 min and 46 h 48 min)\\n"
        "icao24 15521f\\, callsign RFF7451\\nairport FNJ/ZKPY",
        "GEO:39.2241;125.67",
        "LOCATION:Pyongyang Sunan International Airport (FNJ/ZKPY)\\, North Korea",
        "STATUS:TENTATIVE",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def test_a_visit_that_was_seen_is_confirmed() -> None:
    [event] = read(visit(arrival=moment("2023-09-26T01:52"), departure=moment("2023-09-28T00:31")))
    assert (event["status"], event["summary"]) == (
        "CONFIRMED",
        "RA-86559 (Il-62M, Russian Air Force) at Pyongyang FNJ",
    )


def test_a_visit_that_goes_on_ends_now() -> None:
    """One that it was found in begins when it was first heard there."""
    [event] = read(visit(arrival=first_heard_there(), landing=None, departure=None, airport=None, callsign=None))
    assert (event.start, event.end) == (at("2023-09-26T01:52"), NOW)
    assert str(event["description"]).splitlines() == [
        "first heard there 2023-09-26 01:52 UTC",
        "still there, as far as is known",
        "time on the ground at least 58 h 08 min so far",
        "icao24 15521f",
    ]
    assert (event["summary"], event["location"]) == (
        "RA-86559 (Il-62M, Russian Air Force) within 1 km of Pyongyang FNJ (North Korea) (arrival not known)",
        "within 1 km of Pyongyang FNJ (North Korea) (39.224, 125.670)",
    )


def unknown(latest: str, *, earliest: str | None = None, confidence: float = 0.9) -> Moment:
    """Give an end that nobody can time."""
    return Moment(None, at(earliest) if earliest else None, at(latest), "inferred", confidence)


CAME, LEFT = (
    moment("2023-09-26T01:52", minutes=5, confidence=0.9),
    moment("2023-09-28T00:31", minutes=4, confidence=0.9),
)
THERE = "landed about 2023-09-26 01:52 UTC, estimated by OpenSky, 90 % sure, between 2023-09-26 01:47 and 01:57 UTC"
GONE = "left about 2023-09-28 00:31 UTC, estimated by OpenSky, 90 % sure, between 2023-09-28 00:27 and 00:35 UTC"


@pytest.mark.parametrize(
    ("arrival", "departure", "times", "what", "said"),
    [
        (
            CAME,
            unknown("2023-10-09T12:00", earliest="2023-09-26T01:47"),
            ("2023-09-26T01:52", "2023-09-26T01:52", "2023-10-09T12:00"),
            "departure not known",
            [
                THERE,
                "left between 2023-09-26 01:47 and 2023-10-09 12:00 UTC, estimated by OpenSky, 90 % sure",
                "time on the ground at most 322 h 13 min",
            ],
        ),
        (
            CAME,
            unknown("2023-09-28T12:00", earliest="2023-09-27T23:59", confidence=0.0),
            ("2023-09-26T01:52", "2023-09-27T23:59", "2023-09-27T23:59"),
            "departure not known",
            [
                THERE,
                "there until 2023-09-27 23:59 UTC at least, not known whether or when it left",
                "time on the ground at least 46 h 02 min",
            ],
        ),
        (
            CAME,
            unknown("2023-09-28T12:00", confidence=0.0),
            ("2023-09-26T01:52", "2023-09-26T01:52", "2023-09-26T01:57"),
            "departure not known",
            [THERE, "not known whether or when it left", "time on the ground not known"],
        ),
        (
            unknown("2023-09-28T00:35", earliest="2023-09-20T07:00"),
            LEFT,
            ("2023-09-28T00:31", "2023-09-28T00:31", "2023-09-28T00:35"),
            "arrival not known",
            [
                "came between 2023-09-20 07:00 and 2023-09-28 00:35 UTC, estimated by OpenSky, 90 % sure",
                GONE,
                "time on the ground at most 185 h 35 min",
            ],
        ),
        (
            unknown("2023-09-28T00:35"),
            LEFT,
            ("2023-09-28T00:31", "2023-09-28T00:31", "2023-09-28T00:35"),
            "arrival not known",
            ["there by 2023-09-28 00:35 UTC, estimated by OpenSky, 90 % sure", GONE, "time on the ground not known"],
        ),
    ],
    ids=["left unheard", "perhaps there since", "perhaps gone since", "came unheard", "came at any time"],
)
def test_an_end_that_nobody_can_time(
    arrival: Moment, departure: Moment, times: tuple[str, str, str], what: str, said: list[str]
) -> None:
    """No more than the stay that is sure is filled, if only a moment, and it is said; the clock has no part in it."""
    [event] = read(estimated(visit(arrival=arrival, departure=departure)))
    begin, end, stamp = map(at, times)
    assert (event.start, event.end, event.decoded("dtstamp")) == (begin, end, stamp)
    assert (
        event["summary"]
        == f"RA-86559 (Il-62M, Russian Air Force) at Pyongyang FNJ (estimated by OpenSky, 90 % sure, {what})"
    )
    assert str(event["description"]).splitlines()[:3] == said


def test_a_visit_of_no_length_has_no_end() -> None:
    """RFC 5545 wants an end after the beginning."""
    [event] = read(visit(arrival=moment("2023-09-26T01:52"), departure=moment("2023-09-26T01:52")))
    assert "DTEND" not in event


def test_text_from_elsewhere_adds_no_property() -> None:
    """Not by a line break, and a long one is folded."""
    [event] = read(visit(registration="A\r\nATTACH:http://example.org", callsign="B\nEND:VEVENT"))
    assert str(event["summary"]).startswith("AATTACH:http://example.org (Il-62M")
    assert "ATTACH" not in event
    assert max(map(len, as_ics([visit()], NOW, AIRPORTS).splitlines())) <= 75


def test_no_visits() -> None:
    assert read() == []


def test_the_same_record_makes_the_same_file() -> None:
    assert as_ics([visit()], NOW, AIRPORTS) == as_ics([visit()], at("2024-01-01"), AIRPORTS)


PROGRAM = """
import sys
sys.modules["icalendar"] = None
from flightwatch.errors import UsageError
from flightwatch.export.ics import as_ics
try:
    as_ics([], None, None)
except UsageError as error:
    print(error)
"""


def test_the_library_is_not_installed() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout == (
        "--format ics needs icalendar, which is not installed: pipx inject flightwatch icalendar "
        "(in a virtual environment: pip install icalendar)\n"
    )
