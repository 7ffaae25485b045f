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
CHANNELS = b"""notify:
  - print
  - apprise: "slack://tops3cret"
    only: [RA-86*, FNJ]
    on: [landing, correction]
    min_confidence: 0.8
    delay: 24h
health: {blind_after: 90m, heartbeat: "https://me:tops3cret@hc-ping.com/tops3cret"}
"""
ACCOUNT = b"opensky: {client_id: watch, client_secret: tops3cret}\n"


def checked(yaml: bytes, every: timedelta = timedelta(minutes=15)) -> Check:
    return check(parse_watchlist(yaml, name="w.yaml", environment={}, airports=AIRPORTS), every)


def test_as_json() -> None:
    """The shape that other programs rely on."""
    found = json.loads(msgspec.json.encode(checked(YAML + CHANNELS, timedelta(minutes=5))))
    assert sum(share["share"] for share in found["shares"]) == pytest.approx(1.0)
    assert found == {
        "aircraft": [
            {"registration": "RA-86559", "icao24": "15521f", "how": "rule", "label": None},
            {"registration": "P-885", "icao24": "7278a5", "how": "given", "label": "Il-62M, Air Koryo"},
            {"registration": "P-880", "icao24": "7278a0", "how": "guess", "label": None},
        ],
        "airports": [FNJ, VVO],
        "names": [],
        "notify": [
            {"name": "print", "only": [], "on": None, "min_confidence": None, "delay_s": 0},
            {
                "name": "apprise:slack:c3c2fa",
                "only": ["RA-86*", "FNJ"],
                "on": ["landing", "correction"],
                "min_confidence": 0.8,
                "delay_s": 86400,
            },
        ],
        "health": {"blind_after_s": 5400, "heartbeat": "hc-ping.com"},
        "queries": [{"asks": "world", "icao24": [], "box": None, "credits": 4}],
        "every_s": 300,
        "credits_per_day": 396,
        "credits_wanted": 1152,
        "credits_allowed": 400,
        "shares": found["shares"],
        "waits": {"ZKPY": found["waits"]["UHWW"], "UHWW": {"expected_s": 344, "worst_s": 900}},
        "aircraft_wait": {"expected_s": 739, "worst_s": 1500},
        "warnings": [
            "everything at each poll would cost 1,152 credits a day and you have 400, so turns are taken, up to 25 min apart; "
            "to ask everything: sign in: an OpenSky account is free (4,000 credits a day), or poll every 15 min",
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
        "notify    print  everything",
        "health    told when no poll was good for 1 h",
        "query     the whole world: 4 credits a poll",
        "plan      polling every 15 min: 100 % ask the whole world (4 credits)",
        "credits   384 a day of the 400 that OpenSky allows",
        "delay     FNJ, VVO: seen 8 min after a touchdown, 15 min at worst",
        "delay     aircraft elsewhere: looked for at least every 15 min",
        "warning   P-880: 7278a0 is a guess; add icao24: if you know it",
    ]


@pytest.mark.parametrize(
    ("yaml", "line"),
    [
        (b"aircraft: [RA-86559, RA-96014]\n", "query     2 airframes: 4 credits a poll"),
        (b"airports: [FNJ]\n", "query     the box 36.98, 122.77, 41.47, 128.57: 2 credits a poll"),
        (b"airports: [FNJ, VVO]\n", "query     the box 36.98, 122.77, 45.64, 135.24: 3 credits a poll"),
        (b"airports: [FNJ, VVO, ZRH]\n", "query     the whole world: 4 credits a poll"),
    ],
)
def test_what_a_poll_asks(yaml: bytes, line: str) -> None:
    """The cheapest that tells enough."""
    assert [each for each in as_lines(checked(yaml)) if each.startswith("query")] == [line]


def test_short_cadences_and_an_account() -> None:
    """What the account cannot pay is spread, which is said with what would help."""
    found = checked(YAML + ACCOUNT, timedelta(seconds=30))
    assert (found.credits_wanted, found.credits_allowed) == (11_520, 4000)
    assert 3800 <= found.credits_per_day <= 4000
    assert found.warnings[0].startswith("everything at each poll would cost 11,520 credits a day and you have 4,000, ")
    assert checked(YAML + ACCOUNT, timedelta(minutes=2)).warnings == found.warnings[1:]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("", "everything"),
        ("only: [RA-86*, FNJ]", "only RA-86*, FNJ"),
        ("on: [health]", "health"),
        ("on: [landing, correction]", "landings and corrections"),
        ("on: [landing, departure, reminder]", "landings, departures and reminders"),
        ("min_confidence: 1", "at 100 % or more"),
        ("delay: 45s", "45 s later"),
        ("delay: 90m", "1 h 30 min later"),
        (
            "only: [FNJ], on: [landing], min_confidence: 0.8, delay: 24h",
            "only FNJ; landings; at 80 % or more; 24 h later",
        ),
    ],
)
def test_what_a_channel_is_told(options: str, words: str) -> None:
    yaml = f"airports: [FNJ]\nnotify: [{{print: , {options}}}]"
    assert [line for line in as_lines(checked(yaml.encode())) if line.startswith("notify")] == [
        f"notify    print  {words}"
    ]


def test_a_secret_is_not_shown() -> None:
    found = checked(YAML + CHANNELS + ACCOUNT)
    lines = list(as_lines(found))
    assert lines[6:8] == [
        "notify    apprise:slack:c3c2fa  only RA-86*, FNJ; landings and corrections; at 80 % or more; 24 h later",
        "health    told when no poll was good for 1 h 30 min; heartbeat to hc-ping.com",
    ]
    assert "tops3cret" not in repr((found, lines))


@pytest.mark.parametrize(
    ("more", "warning"),
    [
        ("", None),
        ("notify: [print, {apprise: 'json://h', on: [health]}]", None),
        ("notify: [{print: , only: [P-885]}]", None),
        ("notify: [{print: , only: [FNJ]}]", None),
        ("notify: [{print: , delay: 7d}]", None),
        ("notify: [{print: , on: [landing, departure, reminder]}]\nalerts: {still_on_ground: 24h}", None),
        ("notify: [{print: , delay: 8d}]", "print is told 192 h later: is that meant?"),
        (
            "notify: [{print: , only: [RA-96*]}]",
            "print never gets an alert: its only: RA-96* means none of what is watched",
        ),
        (
            "notify: [print, {apprise: 'json://h', on: [reminder]}]",
            "apprise:json:5bf2b3 never gets anything: what its on: names is not told at all, see alerts: still_on_ground",
        ),
        (
            "notify: [print, {apprise: 'json://h', on: [departure]}]\nalerts: {on: [landing]}",
            "apprise:json:5bf2b3 never gets anything: what its on: names is not told at all, see alerts: on",
        ),
        ("notify: [{print: , on: [landing]}]", "no channel is told of departures: add departure to the on: of one"),
    ],
)
def test_warnings_about_channels(more: str, warning: str | None) -> None:
    yaml = f"aircraft: [RA-86559, {{registration: P-885, icao24: 7278a5}}]\n{more}"
    assert checked(yaml.encode()).warnings == (() if warning is None else (warning,))


def test_where_an_airport_is_watched_anybody_may_come() -> None:
    assert checked(b"airports: [FNJ]\nnotify: [{print: , only: [RA-96*]}]").warnings == ()
