"""The watchlist as understood, and what watching it costs."""

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from made_registers import SIX, register_of
from state_vectors import AIRPORTS

from flightwatch.app.check import Check, check
from flightwatch.app.check_lines import as_lines
from flightwatch.app.table_ages import ages
from flightwatch.core.fetched import Fetched
from flightwatch.core.register import Registered
from flightwatch.data.busy_airports import ARRIVALS_A_DAY
from flightwatch.storage.cache import in_place_of
from flightwatch.storage.register import fill_register, open_register
from flightwatch.storage.tables import load_airports
from flightwatch.watchlist.reading import parse_watchlist

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
  - apprise: "ntfy://tops3cret"
    only: [RA-86*, FNJ]
    on: [landing, correction]
    min_confidence: 0.8
    delay: 24h
alerts: {on: [landing], min_confidence: 0.75, still_on_ground: [24h, 3d], time_zone: Europe/Berlin, units: feet}
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
            {"registration": "RA-86559", "icao24": "15521f", "how": "rule", "label": None, "is_selected": False},
            {
                "registration": "P-885",
                "icao24": "7278a5",
                "how": "given",
                "label": "Il-62M, Air Koryo",
                "is_selected": False,
            },
            {"registration": "P-880", "icao24": "7278a0", "how": "guess", "label": None, "is_selected": False},
        ],
        "selectors": [],
        "airports": [FNJ, VVO],
        "areas": [],
        "names": [],
        "notify": [
            {
                "name": "print",
                "only": [],
                "on": None,
                "min_confidence": None,
                "delay_s": 0,
                "digest": None,
                "next_digest": None,
            },
            {
                "name": "apprise:ntfy:094ec6",
                "only": ["RA-86*", "FNJ"],
                "on": ["landing", "correction"],
                "min_confidence": 0.8,
                "delay_s": 86400,
                "digest": None,
                "next_digest": None,
            },
        ],
        "alerts": {
            "on": ["landing"],
            "min_confidence": 0.75,
            "still_on_ground_s": [86400, 259200],
            "time_zone": "Europe/Berlin",
            "units": "feet",
            "map": False,
        },
        "health": {"blind_after_s": 5400, "heartbeat": "hc-ping.com"},
        "keep_evidence": False,
        "sources": [
            {
                "name": "OpenSky",
                "kind": "opensky",
                "questions": None,
                "rounds": None,
                "asking_s": None,
                "at": None,
                "radius_km": None,
                "required": False,
                "terms": "research and non-commercial use, others ask",
            }
        ],
        "queries": [{"asks": "world", "icao24": [], "box": None, "credits": 4}],
        "every_s": 300,
        "credits_per_day": 396,
        "credits_wanted": 1152,
        "tables": [],
        "credits_allowed": 400,
        "shares": found["shares"],
        "waits": {"ZKPY": found["waits"]["UHWW"], "UHWW": {"expected_s": 344, "worst_s": 900}},
        "aircraft_wait": {"expected_s": 739, "worst_s": 1500},
        "warnings": [
            "asking everything at each poll would cost 1,152 credits a day and you have 400, so polls take turns, "
            "up to 25 min apart; "
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
        "alerts    landings and departures at 60 % or more; times local and UTC; heights in metres",
        "health    you are told when no poll succeeds for 1 h",
        "query     the whole world: 4 credits a poll",
        "plan      polling every 15 min: of the polls 100 % ask the whole world (4 credits)",
        "credits   384 a day of the 400 that OpenSky allows",
        "delay     FNJ, VVO: seen 8 min after a touchdown, 15 min at worst",
        "delay     aircraft elsewhere: looked for at least every 15 min",
        "warning   P-880: 7278a0 is a guess; add icao24: if you know it",
    ]


def test_what_more_polls_do() -> None:
    """Maps in mails and the keeping of evidence are said where they are on."""
    told = list(as_lines(checked(b"aircraft: [RA-86559]\nalerts: {map: true}\nkeep_evidence: true\n")))
    assert (
        "alerts    landings and departures at 60 % or more; times local and UTC; heights in metres; mails with a map"
        in told
    )
    assert "evidence  polls keep the answers that visits rest on, for flightwatch evidence" in told


SELECTING = b"""
aircraft:
  - {type: IL62, country: Russia}
  - {callsign: RSD*}
  - {list: many.csv}
airports: [{code: FNJ, only: ["operator:Air Koryo", "country:RU", RA-86*]}]
notify: [{print: , only: "type:IL62"}]
"""


def test_what_selectors_mean(tmp_path: Path) -> None:
    """A screen of aircraft of each; all of them where that is asked, and as JSON."""
    rows = "\n".join(f"0000{n:02x},X-{n},one" for n in range(1, 31))

    def lists(name: str) -> bytes:
        return f"icao24,registration,label\n{rows}".encode() if name == "many.csv" else b""

    watchlist = parse_watchlist(
        SELECTING, name="w", environment={}, airports=AIRPORTS, register=register_of(tmp_path, *SIX), lists=lists
    )
    found = check(watchlist, timedelta(minutes=15))
    lines = list(as_lines(found))
    assert lines[:5] == [
        "selected  type:IL62 and country:Russia  means 1 aircraft:",
        "  aircraft  RA-86559   15521f  register ILYUSHIN Il-62, Russian Air Force",
        "selected  callsign:RSD*  means whoever flies as that: polls look for it in the whole world",
        "selected  many.csv  means 30 aircraft:",
        "  aircraft  X-1        000001  given    one",
    ]
    assert lines[24] == "  and 10 more, which flightwatch check -v names"
    assert lines[25].endswith("  only RA-86*, operator:Air Koryo (2 aircraft), country:RU")
    assert lines[26] == "notify    print  only type:IL62 (3 aircraft)"
    assert "query     the whole world: 4 credits a poll" in lines
    assert sum("  aircraft  " in line for line in as_lines(found, None)) == 31
    (il62, rsd, many) = json.loads(msgspec.json.encode(found))["selectors"]
    assert il62 == {
        "line": 3,
        "asks": "type:IL62 and country:Russia",
        "icao24": ["15521f"],
        "is_callsign": False,
        "asked_of": [],
    }
    assert rsd == {"line": 4, "asks": "callsign:RSD*", "icao24": [], "is_callsign": True, "asked_of": ["OpenSky"]}
    assert len(many["icao24"]) == 30


@pytest.mark.parametrize(
    ("yaml", "line"),
    [
        (b"aircraft: [RA-86559, RA-96014]\n", "query     2 airframes: 4 credits a poll"),
        (b"aircraft: [RA-86559]\n", "query     1 airframe: 4 credits a poll"),
        (b"aircraft: [{callsign: RSD*}]\n", "query     the whole world: 4 credits a poll"),
        (b"airports: [FNJ]\n", "query     the box 36.98, 122.77, 41.47, 128.57: 2 credits a poll"),
        (b"airports: [FNJ, VVO]\n", "query     the box 36.98, 122.77, 45.64, 135.24: 3 credits a poll"),
        (b"airports: [FNJ, VVO, ZRH]\n", "query     the whole world: 4 credits a poll"),
    ],
)
def test_what_a_poll_asks(yaml: bytes, line: str) -> None:
    """The cheapest that tells enough."""
    assert [each for each in as_lines(checked(yaml)) if each.startswith("query")] == [line]


TURNS = "asking everything at each poll would cost 1,152 credits a day and you have 400, so polls take turns, up to "


@pytest.mark.parametrize(
    ("sources", "delay", "warning"),
    [
        ("[opensky]", "looked for at least every 25 min", TURNS),
        ("[opensky, adsb.lol]", "looked for at least every 5 min", f"whom OpenSky alone hears: {TURNS}"),
        ("[adsb.lol]", "looked for at least every 5 min", None),
        ("[{readsb: /run/readsb/aircraft.json}]", "looked for at least every 5 min", None),
    ],
)
def test_credits_beside_sources_without(sources: str, delay: str, warning: str | None) -> None:
    """They run out all the same; only those wait whom nobody else hears."""
    found = checked(f"aircraft: [RA-86559]\nairports: [VVO]\nsources: {sources}\n".encode(), timedelta(minutes=5))
    assert [line for line in as_lines(found) if "aircraft elsewhere" in line] == [
        f"delay     aircraft elsewhere: {delay}"
    ]
    assert found.warnings[:1] == () if warning is None else found.warnings[0].startswith(warning)


def test_what_sources_without_credits_cannot_be_asked() -> None:
    """Who flies as a callsign anywhere, and an area in more circles than a poll has questions."""
    watched = "aircraft: [{callsign: RSD*}]\nairports: [FNJ]\nareas: [{name: Pacific, circle: {at: [0, 170], radius_km: 4000}}]\n"
    alone = checked(f"{watched}sources: [adsb.lol]\n".encode())
    assert [warning.split(",")[0] for warning in alone.warnings] == [
        "callsign:RSD*: no source here can be asked for it",
        "Pacific: adsb.lol is asked for it in 256 parts",
    ]
    assert alone.aircraft_wait is None
    assert "selected  callsign:RSD*  means whoever flies as that" in as_lines(alone)
    both = checked(f"{watched}sources: [opensky, adsb.lol]\n".encode())
    assert both.warnings == ()
    assert both.aircraft_wait == checked(watched.encode()).aircraft_wait


@pytest.mark.parametrize(
    ("callsign", "sources", "said", "a_day"),
    [
        ("RSD1", "[adsb.lol]", ": adsb.lol is asked for it", 0),
        ("RSD1", "[adsb.lol, adsb.fi]", ": adsb.lol and adsb.fi are asked for it", 0),
        ("RSD1", "[opensky, adsb.fi]", ": polls look for it in the whole world, and adsb.fi is asked for it", 400),
        ("RSD*", "[opensky, adsb.fi]", ": polls look for it in the whole world", 400),
        ("RSD1", "[{readsb: /run/readsb/aircraft.json}]", "", 0),
    ],
)
def test_who_is_asked_for_a_callsign(callsign: str, sources: str, said: str, a_day: int) -> None:
    """A network for a whole one; how long a flight waits follows from that."""
    found = checked(f"aircraft: [{{callsign: {callsign}}}]\nsources: {sources}\n".encode())
    assert next(as_lines(found)) == f"selected  callsign:{callsign}  means whoever flies as that{said}"
    assert 0 <= a_day - found.credits_per_day <= 100
    in_turns = None if found.aircraft_wait is None else found.aircraft_wait.worst_s
    assert in_turns == (900 if said else None)
    assert bool(found.warnings) is not bool(said)


def test_short_cadences_and_an_account() -> None:
    """What the account cannot pay is spread, which is said with what would help."""
    found = checked(YAML + ACCOUNT, timedelta(seconds=30))
    assert (found.credits_wanted, found.credits_allowed) == (11_520, 4000)
    assert 3800 <= found.credits_per_day <= 4000
    assert found.warnings[0].startswith(
        "asking everything at each poll would cost 11,520 credits a day and you have 4,000, "
    )
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
        ("digest: weekly Mon 7:30", "everything, in one message weekly Mon 07:30 UTC"),
        ("delay: 45s, digest: daily 23:00", "45 s later; in one message daily 23:00 UTC"),
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
    assert lines[6:9] == [
        "notify    apprise:ntfy:094ec6  only RA-86*, FNJ; landings and corrections; at 80 % or more; 24 h later",
        "alerts    landings and reminders after 24 h and 72 h at 75 % or more; times local and UTC, and in Europe/Berlin; "
        "heights in feet",
        "health    you are told when no poll succeeds for 1 h 30 min; heartbeat to hc-ping.com",
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
            "print never gets an alert: its only: RA-96* matches nothing that is watched",
        ),
        ("notify: [{print: , only: [RA-96*, P-885]}]", "print: RA-96* in its only: matches nothing that is watched"),
        ("notify: [{print: , only: [EC-ABC, FNJ]}]", "print: EC-ABC in its only: matches nothing that is watched"),
        ("notify: [{print: , only: [RA-86*, VVO]}]", None),
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
    yaml = f"aircraft: [{{registration: RA-86559, at: FNJ}}, {{registration: P-885, icao24: 7278a5}}]\n{more}"
    assert checked(yaml.encode()).warnings == (() if warning is None else (warning,))


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ntfyy://topic", "Apprise knows no ntfyy://; did you mean ntfy"),
        ("tgram://token", "tgram:// is not followed by what Telegram needs, see "),
    ],
)
def test_an_address_that_apprise_can_make_nothing_of(url: str, why: str) -> None:
    """It is told before there is an alert, which could not be sent."""
    *_, warning = checked(f"aircraft: [RA-86559]\nnotify: [print, {{apprise: '{url}'}}]".encode()).warnings
    assert f" cannot be used: {why}" in warning
    assert warning.startswith("apprise:")


@pytest.mark.parametrize(
    ("only", "warning"),
    [
        *(
            (only, None)
            for only in ("RA-96*", "RA96*", "'*'", "'[RN]*'", "D-AIMA", "daima", "HL9103", "444444", "FNJ", "165829")
        ),
        ("G-*", "print never gets an alert: its only: G-* matches nothing that is watched"),
        (
            "VVO",
            "print never gets an alert: its only: VVO (Vladivostok International Airport) matches nothing that is watched",
        ),
        ("000000", "print never gets an alert: its only: 000000 matches nothing that is watched"),
        ("EC-ABC, RA-96*", "print: EC-ABC in its only: matches nothing that is watched"),
        ("EC-ABC, G-*, P-885", "print: EC-ABC, G-* in its only: match nothing that is watched"),
        ("FNJ, VVO", "print: VVO (Vladivostok International Airport) in its only: matches nothing that is watched"),
    ],
)
def test_where_an_airport_is_watched_anybody_may_come(only: str, warning: str | None) -> None:
    """But nobody whose tail number is read off no address, and nobody elsewhere."""
    found = checked(f"airports: [FNJ]\nnotify: [{{print: , only: [{only}]}}]".encode())
    assert found.warnings == (() if warning is None else (warning,))


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        *(
            (pattern, None)
            for pattern in ("RA-86*", "ra86*", "RF-*", "P-*", "p88*", "N9*", "JA8089", "*", "?-*", "HL91*")
        ),
        *(
            (pattern, None)
            for pattern in ("165829", "abcdef", "LQ-*", "9V-YF?", "CU-T*", "d-*", "G-ABCD", "tag:uk", "G-A*")
        ),
        ("EC-ABC", "no rule gives its icao24, so write that instead"),
        ("G-X*", "no rule gives tail numbers that begin so; write icao24s, or list those aircraft with theirs"),
        ("PH-*", "no rule gives tail numbers that begin so; write icao24s, or list those aircraft with theirs"),
        ("NX*", "no rule gives tail numbers that begin so; write icao24s, or list those aircraft with theirs"),
        ("FFFFFF", "transponders that were never set send it"),
    ],
)
def test_whom_an_airport_is_watched_for_in_vain(pattern: str, why: str | None) -> None:
    """A pattern is doubted only where neither a listed aircraft nor any address can have such a tail number."""
    listed = "aircraft: [{registration: G-ABCD, icao24: 400123, tags: uk}]"
    found = checked(f"{listed}\nairports: [{{code: VVO, only: ['{pattern}', RA-86559]}}]".encode())
    assert found.warnings == (() if why is None else (f"VVO: its only: {pattern} matches nobody: {why}",))


def test_a_busy_airport_without_only() -> None:
    """Each arrival would be an alert; where only some are meant, or no figure is known, nothing is said."""
    arrivals = "IST: some 740 aircraft arrive a day (as counted in 2025), and each is an alert; name those you mean: "
    busy = checked(b"airports: [IST, FNJ, {code: ATL, only: N1*}]")
    assert [w for w in busy.warnings if "arrive" in w] == [f"{arrivals}{{code: IST, only: [RA-86*]}}"]


def test_the_busy_airports_are_airports() -> None:
    """Under the codes of the airport table, none with fewer than a hundred arrivals a day."""
    found = {icao: AIRPORTS.find(icao) for icao in ARRIVALS_A_DAY}
    assert {icao for icao, airport in found.items() if airport is None or airport.icao != icao} == set()
    assert all(100 <= arrivals <= 1300 and 2014 <= year <= 2025 for arrivals, year in ARRIVALS_A_DAY.values())


@pytest.mark.parametrize(
    ("entry", "doubt"),
    [
        ("RA-86559", None),
        ("{registration: RF-86559, icao24: 15521f}", None),
        ("{registration: LQ-BEN, icao24: e0214e}", None),
        ("{registration: CF-BNH, icao24: c003fe}", None),
        ("{registration: '165829', icao24: ae503d}", None),
        ("{registration: G-ABCD, icao24: 400123}", None),
        ("{registration: OO-POA, icao24: 44c1e1}", None),
        ("{icao24: 3c65a1}", None),
        ("{icao24: 15521f}", "15521f is RA-86559 or RF-86559; add registration: if you know which"),
        (
            "{registration: D-AIMB, icao24: 3c65a1}",
            "D-AIMB: 3c65a1 is the icao24 of D-AIMA by rule; correct it, unless you know better",
        ),
        (
            "{registration: RA-86559, icao24: a00001}",
            "RA-86559: a00001 is the icao24 of N1 by rule; correct it, unless you know better",
        ),
        (
            "{registration: P-632, icao24: 15521f}",
            "P-632: 15521f is the icao24 of RA-86559 or RF-86559 by rule; correct it, unless you know better",
        ),
        (
            "{registration: RA-86559, icao24: 000000}",
            "RA-86559: 000000 is no aircraft's icao24, transponders that were never set send it; write the right one",
        ),
        ("FFFFFF", "ffffff is no aircraft's icao24, transponders that were never set send it; write the right one"),
        ("P-880", "P-880: 7278a0 is a guess; add icao24: if you know it"),
    ],
)
def test_warnings_about_an_icao24(entry: str, doubt: str | None) -> None:
    assert checked(f"aircraft: [{entry}]\nairports: [FNJ]".encode()).warnings == (() if doubt is None else (doubt,))


def test_aircraft_without_any_airport() -> None:
    """Naming where they are expected helps, be it as an airport or in an entry's ``at``."""
    advice = (
        "no airport is named: one where you expect them, under airports: as {code: FNJ, only: [RA-86559]}, makes an inferred "
        "landing there surer, and polls can look there more often for the same credits"
    )
    assert checked(b"aircraft: [RA-86559, P-885]").warnings == (advice,)
    assert checked(b"aircraft: [RA-86559]\nairports: [{code: FNJ, only: RA-86559}]").warnings == ()
    assert checked(b"aircraft: [{registration: RA-86559, at: FNJ}]").warnings == ()


def test_what_was_remarked_on_while_reading_is_a_warning() -> None:
    """With its line, in the order of lines."""
    found = checked(b"aircraft:\n  - RA-86559\n  - ra86559\nairports:\n  - FNJ\n  - ZKPY\n")
    assert found.warnings == (
        "w.yaml:3: aircraft[1]: is the same aircraft as aircraft[0] on line 2, so it is left out",
        "w.yaml:6: airports[1]: is the same airport as airports[0] on line 5, so it is left out",
    )
    assert [line for line in as_lines(found) if line.startswith("warning")] == [
        f"warning   {w}" for w in found.warnings
    ]


def test_a_tail_number_with_several_addresses() -> None:
    """Each is an airframe of its own, under the same tail number."""
    found = checked(b"aircraft: [{registration: '165829', icao24: [ae503d, b648d9], label: Hornet}]\nairports: [FNJ]")
    assert [(a.registration, a.icao24, a.how, a.label) for a in found.aircraft] == [
        ("165829", "ae503d", "given", "Hornet"),
        ("165829", "b648d9", "given", "Hornet"),
    ]
    assert found.warnings == ()


def test_what_the_register_knows_otherwise_is_a_warning(tmp_path: Path) -> None:
    """Another tail number at the icao24, or the tail number at another; not where both agree, or it knows neither."""
    path = tmp_path / "aircraft.sqlite"
    listed = [
        Registered("15521f", "RF-86559", "IL62"),
        Registered("7278a6", "P-885"),
        Registered("71c011", "HL8011"),
        Registered("ae503d", "165829"),
        Registered("ae503e", "165830"),
    ]
    with in_place_of(path) as draft:
        fill_register(draft, listed, Fetched(datetime(2026, 11, 29, tzinfo=UTC)))
    watchlist = parse_watchlist(
        b"aircraft: [RA-86559, P-885, HL8011, RA-96014, {registration: 165829, icao24: [ae503d, b648d9]}, 4408e8]\n"
        b"airports: [FNJ]\n",
        name="w",
        environment={},
        airports=load_airports(),
    )
    register = open_register(path, print)
    found = check(watchlist, timedelta(minutes=15), ages(tmp_path), register)
    assert [warning for warning in found.warnings if "register" in warning] == [
        "RA-86559: 15521f is RF-86559, IL62 in the register fetched on 29 November 2026; correct it, unless you know better",
        "P-885: 7278a5, but the register fetched on 29 November 2026 has P-885 at 7278a6; correct it, unless you know better",
    ]
    lines = [line for line in as_lines(found) if line.startswith("table")]
    assert lines[0] == "table     airports: as shipped, of 11 October 2022; flightwatch update fetches today's"
    assert lines[1].startswith("table     aircraft: fetched on 29 November 2026")
    assert [age.origin for age in ages(None)] == ["shipped", None]


@pytest.mark.parametrize(
    ("aircraft", "sources", "every_s", "told"),
    [
        (3000, "[adsb.lol]", 300, []),
        (
            3001,
            "[adsb.lol]",
            300,
            [
                "adsb.lol: to ask for all takes 7 questions, one after another some 14 s, and a poll has time for 6: polls take "
                "turns, and each is asked once in 10 min; 3,000 aircraft would fit a poll"
            ],
        ),
        (
            17_000,
            "[adsb.fi]",
            20,
            [
                "adsb.fi: to ask for all takes 85 questions, one after another some 94 s, and a poll has time for 30: polls take "
                "turns, and each is asked once in 1 min; 6,000 aircraft would fit a poll",
                "adsb.fi: its 30 questions take a poll some 33 s, longer than the 20 s between polls; poll every 40s, or less "
                "often",
            ],
        ),
    ],
)
def test_a_list_that_is_too_long_for_a_network(aircraft: int, sources: str, every_s: int, told: list[str]) -> None:
    """What it takes to ask for all, and what would fit."""
    rows = "".join(f"{0x700000 + n:06x}\n" for n in range(aircraft))
    watchlist = parse_watchlist(
        f"aircraft: [{{list: a.csv}}]\nsources: {sources}\n".encode(),
        name="w",
        environment={},
        airports=AIRPORTS,
        lists=lambda _: f"icao24\n{rows}".encode(),
    )
    found = check(watchlist, timedelta(seconds=every_s))
    assert [warning for warning in found.warnings if " questions" in warning] == told


@pytest.mark.parametrize("has_map", [True, False])
def test_a_map_that_cannot_be_drawn(has_map: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Alerts go out without it, and only here it is said why."""
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    yaml = b"aircraft: [RA-86559]\nalerts: {map: %s}\n" % (b"true" if has_map else b"false")
    watchlist = parse_watchlist(yaml, name="", environment={}, airports=AIRPORTS)
    warnings = [line for line in check(watchlist, timedelta(minutes=15)).warnings if "map" in line]
    assert len(warnings) == has_map
    assert all("pipx inject flightwatch vl-convert-python" in line for line in warnings)
