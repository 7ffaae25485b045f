"""The watchlist as understood, and what watching it costs."""

import json
from datetime import timedelta

import msgspec
import pytest
from reports import AIRPORTS

from flightwatch.check import Check, as_lines, check
from flightwatch.watchlist import parse_watchlist

YAML = b"""
aircraft:
  - RA-86559
  - {registration: P-885, icao24: 7278a5, label: "Il-62M, Air Koryo", tags: [dprk]}
  - P-880
airports:
  - FNJ
  - {code: VVO, only: [RA-86*, "tag:dprk"]}
"""
FNJ = {
    "icao": "ZKPY",
    "iata": "FNJ",
    "name": "Pyongyang Sunan International Airport",
    "country": "North Korea",
    "time_zone": "Asia/Pyongyang",
    "only": [],
}
VVO = {
    "icao": "UHWW",
    "iata": "VVO",
    "name": "Vladivostok International Airport",
    "country": "Russia",
    "time_zone": "Asia/Vladivostok",
    "only": ["RA-86*", "tag:dprk"],
}
ACCOUNT = b"opensky: {client_id: watch, client_secret: tops3cret}\n"


def checked(yaml: bytes, every: timedelta = timedelta(minutes=15)) -> Check:
    return check(parse_watchlist(yaml, name="w.yaml", environment={}, airports=AIRPORTS), every)


def test_as_json() -> None:
    """The shape that other programs rely on."""
    assert json.loads(msgspec.json.encode(checked(YAML, timedelta(minutes=5)))) == {
        "aircraft": [
            {"registration": "RA-86559", "icao24": "15521f", "how": "rule", "label": None},
            {"registration": "P-885", "icao24": "7278a5", "how": "given", "label": "Il-62M, Air Koryo"},
            {"registration": "P-880", "icao24": "7278a0", "how": "guess", "label": None},
        ],
        "airports": [FNJ, VVO],
        "queries": [{"asks": "world", "icao24": [], "box": None, "credits": 4}],
        "every_s": 300,
        "credits_per_day": 1152,
        "credits_allowed": 400,
        "warnings": [
            "1152 credits a day are more than the 400 you have: poll every 15 min, "
            "or sign in: a free OpenSky account has ten times as many",
            "P-880: 7278a0 is a guess; add icao24: if you know it",
        ],
    }


def test_as_text() -> None:
    assert list(as_lines(checked(YAML))) == [
        "aircraft  RA-86559   15521f  rule",
        "aircraft  P-885      7278a5  given    Il-62M, Air Koryo",
        "aircraft  P-880      7278a0  guess",
        "airport   FNJ/ZKPY   Pyongyang Sunan International Airport, North Korea (Asia/Pyongyang)",
        "airport   VVO/UHWW   Vladivostok International Airport, Russia (Asia/Vladivostok)  only RA-86*, tag:dprk",
        "query     the whole world: 4 credits a poll",
        "credits   384 a day polling every 15 min; OpenSky allows 400",
        "warning   P-880: 7278a0 is a guess; add icao24: if you know it",
    ]


@pytest.mark.parametrize(
    ("yaml", "line"),
    [
        (b"aircraft: [RA-86559, RA-96014]\n", "query     2 airframes: 4 credits a poll"),
        (b"airports: [FNJ]\n", "query     the box 36.98, 122.77, 41.47, 128.57: 2 credits a poll"),
        (b"airports: [FNJ, VVO]\n", "query     the whole world: 4 credits a poll"),
    ],
)
def test_what_a_poll_asks(yaml: bytes, line: str) -> None:
    """The cheapest that tells enough."""
    assert [each for each in as_lines(checked(yaml)) if each.startswith("query")] == [line]


def test_short_cadences_and_an_account() -> None:
    assert [
        each for each in as_lines(checked(YAML + ACCOUNT, timedelta(seconds=30))) if "credit" in each or "warn" in each
    ] == [
        "query     the whole world: 4 credits a poll",
        "credits   11520 a day polling every 30 s; OpenSky allows 4000",
        "warning   11520 credits a day are more than the 4000 you have: poll every 2 min",
        "warning   P-880: 7278a0 is a guess; add icao24: if you know it",
    ]


def test_what_is_not_done_is_said() -> None:
    """E-mail is sent, so of it there is nothing to say."""
    more = b"""notify: [print, email: {to: [a@b], from: a@b, server: "smtp://h"}]\nalerts: {still_on_ground: 24h}\n"""
    assert [each for each in as_lines(checked(b"aircraft: [RA-86559]\n" + more)) if each.startswith("warning")] == [
        "warning   still_on_ground: this version does not remind; flightwatch status shows who is on the ground"
    ]
