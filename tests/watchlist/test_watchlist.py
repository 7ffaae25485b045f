"""The watchlist: what it means, what is said when it is wrong, and which events it asks for."""

import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_watchlists import AIRPORTS, CHANNEL, FNJ, NO, VVO, WOS, airport, complaints, event, parse

from flightwatch.app.watchlist_file import MAX_BYTES, MOST_COMPLAINTS, read_watchlist
from flightwatch.core.airports import Airports
from flightwatch.core.model import Event, EventType
from flightwatch.core.register import Register, Registered, plain
from flightwatch.core.watched import WatchedAircraft, WatchedAirport, admits
from flightwatch.errors import UsageError, WatchlistError
from flightwatch.storage.tables import load_airports
from flightwatch.watchlist.durations import parse_duration
from flightwatch.watchlist.model import (
    OPENSKY_ALONE,
    AccountNotKnown,
    AlertRules,
    EmailChannel,
    Health,
    OpenSkyAccount,
    PrintChannel,
    Routing,
    Watchlist,
)
from flightwatch.watchlist.reading import parse_watchlist
from flightwatch.watchlist.wanted import wanted


def aircraft(icao24: str, registration: str | None, how: Literal["given", "rule"] = "given") -> WatchedAircraft:
    return WatchedAircraft(icao24, registration, how)


def test_every_key_is_understood() -> None:
    """The full form of every section gives exactly what was written."""
    text = """
aircraft:
  - RA-86559
  - registration: P-885
    icao24: 7278a5
    label: Il-62M, Air Koryo
    at: [FNJ, VVO]
    tags: [dprk]
airports:
  - FNJ
  - {code: VVO, only: [RA-86*, RA-96*, "tag:dprk"]}
notify:
  - print
  - email: {to: [desk@example.org, b@example.org], from: watch@example.org, server: "smtp://mail.example.org:587",
            user: watch, password: "${PASSWORD}"}
alerts: {on: [landing, departure], min_confidence: 0.75, still_on_ground: [3d, 24h]}
opensky: {client_id: me, client_secret: "${PASSWORD}"}
"""
    assert parse(text) == Watchlist(
        aircraft=(
            aircraft("15521f", "RA-86559", "rule"),
            WatchedAircraft("7278a5", "P-885", "given", "Il-62M, Air Koryo", ("ZKPY", "UHWW"), ("dprk",)),
        ),
        airports=(WatchedAirport(FNJ), WatchedAirport(VVO, ("RA-86*", "RA-96*", "tag:dprk"))),
        notify=(
            PrintChannel(),
            EmailChannel(
                ("desk@example.org", "b@example.org"),
                "watch@example.org",
                "smtp://mail.example.org:587",
                "watch",
                " s3cr:et ",
            ),
        ),
        alerts=AlertRules(("landing", "departure"), 0.75, (timedelta(hours=24), timedelta(days=3))),
        opensky=OpenSkyAccount("me", "s3cr:et"),
    )


def test_what_is_left_out_has_defaults() -> None:
    assert parse("airports: [FNJ]") == Watchlist(
        aircraft=(),
        airports=(WatchedAirport(FNJ, ()),),
        notify=(PrintChannel(),),
        alerts=AlertRules(("landing", "departure"), 0.6, ()),
        opensky=None,
    )


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("{icao24: 4408e8}", aircraft("4408e8", None)),
        ("{icao24: 3e1748}", aircraft("3e1748", "D-IAAA")),
        ("{icao24: 780123}", aircraft("780123", None)),
        ("{icao24: 000123}", aircraft("000123", None)),
        ("{icao24: 0b0101}", aircraft("0b0101", None)),
        ("{icao24: 15521F}", aircraft("15521f", None)),
        ("{icao24: ' 3C65A1 '}", aircraft("3c65a1", "D-AIMA")),
        ("{icao24: 727600}", aircraft("727600", None)),
        ("{registration: 12:30:45, icao24: abcdef}", aircraft("abcdef", "12:30:45")),
        ("{registration: on, icao24: abcdef}", aircraft("abcdef", "ON")),
        ("{registration: 10+23, icao24: 3e8f42}", aircraft("3e8f42", "10+23")),
        ("{registration: RF-86559, icao24: 15521f}", aircraft("15521f", "RF-86559")),
        ("{registration: RA-86559, icao24: abcdef}", aircraft("abcdef", "RA-86559")),
        ("ra 86559", aircraft("15521f", "RA-86559", "rule")),
        ('"${HEX}-no"', None),
        ('{icao24: "${HEX}"}', aircraft("15521f", None)),
    ],
)
def test_the_text_of_a_tail_number_or_icao24_counts(entry: str, expected: WatchedAircraft | None) -> None:
    """YAML's numbers, booleans and sexagesimals are the text that was written; no tail number is told that is not sure."""
    if expected is None:
        assert complaints(f"aircraft: [{entry}]")
    else:
        assert parse(f"aircraft: [{entry}]").aircraft == (expected,)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("4408e8", aircraft("4408e8", None)),
        ("1e1234", aircraft("1e1234", None)),
        ("0E1234", aircraft("0e1234", None)),
        ("abcdef", aircraft("abcdef", "N86QU")),
        ("15521f", aircraft("15521f", None)),
        ("3C65A1", aircraft("3c65a1", "D-AIMA")),
        ("'${HEX}'", aircraft("15521f", None)),
        ("{registration: 165829, icao24: 165829}", aircraft("165829", "165829")),
        ("{icao24: 165829}", aircraft("165829", None)),
    ],
)
def test_a_bare_icao24(entry: str, expected: WatchedAircraft) -> None:
    """Six hex digits with a letter among them are one, whatever YAML makes of them; six digits only under ``icao24:``."""
    assert parse(f"aircraft:\n  - {entry}\n").aircraft == (expected,)


def test_a_tail_number_with_several_addresses() -> None:
    """Each is watched, once, and an event of either is the tail number's."""
    entry = "{registration: 165829, icao24: [ae503d, B648D9, AE503D], label: Hornet, tags: navy, at: FNJ}"
    watchlist = parse(f"aircraft: [{entry}]")
    assert watchlist.aircraft == (
        WatchedAircraft("ae503d", "165829", "given", "Hornet", ("ZKPY",), ("navy",)),
        WatchedAircraft("b648d9", "165829", "given", "Hornet", ("ZKPY",), ("navy",)),
    )
    assert wanted(watchlist, event("b648d9", FNJ))
    assert not wanted(watchlist, event("165829", FNJ))
    two = parse("aircraft: [{icao24: [3c65a1, 4408e8], label: both}]").aircraft
    assert two == (
        WatchedAircraft("3c65a1", "D-AIMA", "given", "both"),
        WatchedAircraft("4408e8", None, "given", "both"),
    )


@pytest.mark.parametrize(
    ("single", "listed"),
    [
        ("aircraft: RA-86559", "aircraft: [RA-86559]"),
        ("aircraft: {icao24: 15521f, at: FNJ, tags: dprk}", "aircraft: [{icao24: 15521f, at: [FNJ], tags: [dprk]}]"),
        ("airports: FNJ", "airports: [FNJ]"),
        ("airports: {code: VVO, only: RA-86*}", "airports: [{code: VVO, only: [RA-86*]}]"),
        ("airports: FNJ\nnotify: print", "airports: [FNJ]\nnotify: [print]"),
        (
            "airports: FNJ\nnotify: {email: {to: a@b, from: a@b, server: 'smtp://h'}, on: landing, only: FNJ}",
            "airports: [FNJ]\nnotify: [{email: {to: [a@b], from: a@b, server: 'smtp://h'}, on: [landing], only: [FNJ]}]",
        ),
        (
            "airports: FNJ\nalerts: {on: landing, still_on_ground: 24h}",
            "airports: [FNJ]\nalerts: {on: [landing], still_on_ground: [24h]}",
        ),
    ],
)
def test_a_single_value_is_a_list_of_one(single: str, listed: str) -> None:
    assert parse(single) == parse(listed)


@pytest.mark.parametrize(
    ("text", "watched", "remark"),
    [
        (
            "- RA-86559\n- {icao24: 15521f, label: x}",
            ["RA-86559 15521f"],
            "has the icao24 15521f of aircraft[0] on line 2, so it is left out",
        ),
        (
            "- RA-86559\n- {registration: RF-86559, icao24: 15521f}",
            ["RA-86559 15521f"],
            "has the icao24 15521f of aircraft[0] on line 2, so it is left out",
        ),
        ("- 4408e8\n- 4408E8", ["None 4408e8"], "has the icao24 4408e8 of aircraft[0] on line 2, so it is left out"),
        (
            "- {registration: P-885, icao24: abcdef}\n- p885",
            ["P-885 abcdef"],
            "is the same aircraft as aircraft[0] on line 2, so it is left out",
        ),
        (
            "- p885\n- {registration: P-885, icao24: abcdef}",
            ["P-885 7278a5", "P-885 abcdef"],
            "has the tail number of aircraft[0] on line 2 and another icao24, so both are watched; if they are one aircraft, "
            "write one entry with icao24: [7278a5, abcdef]",
        ),
        (
            "- RA-86559\n- {registration: G-ABCD, icao24: [400123, 15521f]}",
            ["RA-86559 15521f", "G-ABCD 400123"],
            "has the icao24 15521f of aircraft[0] on line 2, so it is left out",
        ),
    ],
)
def test_an_aircraft_that_is_listed_twice(text: str, watched: list[str], remark: str) -> None:
    """What was there first stands; a second address of a tail number is watched too, since somebody wrote it."""
    watchlist = parse(f"aircraft:\n{text}\n")
    assert [f"{a.registration} {a.icao24}" for a in watchlist.aircraft] == watched
    assert watchlist.remarks == (f"w.yaml:3: aircraft[1]: {remark}",)


def test_six_digits_may_be_an_icao24_and_another_aircrafts_tail_number() -> None:
    """Neither is taken for the other, whichever comes first."""
    entries = ("{icao24: 165829}", "{registration: 165829, icao24: [ae503d, b648d9]}")
    for order in (entries, entries[::-1]):
        watchlist = parse("aircraft:\n" + "".join(f"- {entry}\n" for entry in order))
        assert sorted((a.registration or "", a.icao24) for a in watchlist.aircraft) == [
            ("", "165829"),
            ("165829", "ae503d"),
            ("165829", "b648d9"),
        ]
        assert watchlist.remarks == ()


def test_an_airport_that_is_listed_twice() -> None:
    watchlist = parse("airports:\n  - FNJ\n  - {code: ZKPY, only: P-*}")
    assert watchlist.airports == (WatchedAirport(FNJ),)
    assert watchlist.remarks == (
        "w.yaml:3: airports[1]: is the same airport as airports[0] on line 2, so it is left out",
    )


def test_airport_codes_are_text_in_any_case() -> None:
    """``NO`` is no boolean; the same airport twice in ``at`` is one."""
    watchlist = parse("aircraft: [{registration: RA-86559, at: [NO, fnj, ZKPY]}]\nairports: [NO, '${CODE}']")
    assert watchlist.aircraft[0].at == ("XXNO", "ZKPY")
    assert [watched.airport for watched in watchlist.airports] == [NO, FNJ]


def test_the_environment_gives_the_account() -> None:
    """Only where the watchlist has no ``opensky`` section, and only both halves of it."""
    account = {"OPENSKY_CLIENT_ID": "id", "OPENSKY_CLIENT_SECRET": "hush"}
    assert parse("airports: [FNJ]", account).opensky == OpenSkyAccount("id", "hush")
    section = "\nopensky: {client_id: mine, client_secret: own}"
    assert parse("airports: [FNJ]" + section, account).opensky == OpenSkyAccount("mine", "own")
    assert complaints("airports: [FNJ]", {"OPENSKY_CLIENT_ID": "id"}) == [
        "w.yaml:1: opensky.client_secret: "
        "the environment variable OPENSKY_CLIENT_SECRET is not set or empty, set it or write the value"
    ]
    assert parse("airports: [FNJ]", {"OPENSKY_CLIENT_ID": "", "OPENSKY_CLIENT_SECRET": ""}).opensky is None


def test_a_byte_order_mark_and_dos_line_ends_are_fine() -> None:
    assert parse(b"\xef\xbb\xbfairports:\r\n  - FNJ\r\n") == parse("airports: [FNJ]")


def test_the_airport_table_is_loaded_only_when_an_airport_is_named() -> None:
    loaded = []

    def load() -> Airports:
        loaded.append(True)
        return AIRPORTS

    for text in ("aircraft: [RA-86559]", "airports: [FNJ, VVO]"):
        parse_watchlist(text.encode(), name="w.yaml", environment={}, airports=load)
        assert loaded == [True] * text.startswith("airports")


TAIL = "a tail number such as RA-86559"
HEX = "six hex digits such as 15521f"
AIRCRAFT = "a tail number such as RA-86559, or {registration: P-885, icao24: 7278a5}"
AIRPORT = "a code such as FNJ, or {code: FNJ, only: [P-*]}"
CODE = "a code such as ZKPY or FNJ, or a name such as Pyongyang"
ONLY = 'a list of tail numbers, icao24s and tags such as [RA-86*, 15521f, "tag:dprk"]'
LISTS = "aircraft: or airports: and a list below it"
NONE = "w.yaml:5: opensky.client_secret: the environment variable NONE is not set or empty, set it or write the value"
SECRETS = """
aircraft: [RA-86559]
notify: [{email: {to: [desk@example.org], from: w@example.org, server: "smtp://m", user: w, password: "${NONE}"}}]
health: {blind_after: 2h, heartbeat: "${NONE}"}
"""


@pytest.mark.parametrize(
    ("section", "account"),
    [
        ("", None),
        ("opensky: {client_id: me, client_secret: hush}", OpenSkyAccount("me", "hush")),
        (
            'opensky: {client_id: "${ID}", client_secret: "${NONE}"}',
            AccountNotKnown("", "", (NONE,)),
        ),
    ],
)
def test_without_its_secrets(section: str, account: OpenSkyAccount | None) -> None:
    """Who tells nobody anything needs none of them; only an account is looked for, and missed when it is asked for."""
    found = parse(SECRETS + section, {"ID": "me"}, secrets=False)
    listed = (aircraft("15521f", "RA-86559", "rule"),)
    assert found == Watchlist(listed, opensky=account, health=Health(timedelta(hours=2)))
    assert [complaint.split(":")[1] for complaint in complaints(SECRETS + section, {"ID": "me"})][:2] == ["3", "4"]


def test_half_an_account_in_the_environment() -> None:
    """It is missed only where it is needed."""
    found = parse("aircraft: [RA-86559]", {"OPENSKY_CLIENT_ID": "id"}, secrets=False).opensky
    assert isinstance(found, AccountNotKnown)
    assert [*found.complaints] == complaints("aircraft: [RA-86559]", {"OPENSKY_CLIENT_ID": "id"})


SECTIONS = (
    "'aircraft', 'airports', 'areas', 'airfields', 'notify', 'alerts', 'health', 'opensky', 'sources', 'keep_evidence'"
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", f"1: the watchlist: is empty, write {LISTS} (flightwatch init shows how)"),
        ("# nothing\n", f"1: the watchlist: is empty, write {LISTS} (flightwatch init shows how)"),
        ("{}", f"1: the watchlist: is empty, write {LISTS}"),
        ("\n- RA-86559", f"2: the watchlist: is a list, not keys with values, write {LISTS}"),
        ("RA-86559", f"1: the watchlist: is not keys with values, write {LISTS}"),
        ("notify: [print]", f"1: the watchlist: names nothing to watch, write {LISTS}"),
        ("airports: [FNJ]\nalert: {}", "2: the watchlist: unknown key 'alert', write 'alerts'"),
        ("airports: [FNJ]\nx: 1", f"2: the watchlist: unknown key 'x', write one of {SECTIONS}"),
        (
            "airports: [FNJ]\nairports: [VVO]",
            "2: the watchlist: key 'airports' is on line 1 already, remove one of the two",
        ),
        ("aircraft:", f"1: aircraft: is empty, write a list of entries, each {AIRCRAFT}"),
        ("airports: []", f"1: airports: is empty, write a list of entries, each {AIRPORT}"),
        (
            "aircraft: RA-86559, RA-96014",
            f"1: aircraft: holds a comma but is no list in [ ], write a list of entries, each {AIRCRAFT}",
        ),
        ("aircraft:\n  -\n  - RA-86559", f"2: aircraft[0]: is empty, write {TAIL}"),
        ("aircraft: [[RA-86559]]", f"1: aircraft[0]: is a list, not keys with values, write {AIRCRAFT}"),
        ("aircraft: [{label: x}]", "1: aircraft[0]: names no aircraft, write registration: or icao24:"),
        (
            "aircraft: [EC-ABC]",
            "1: aircraft[0]: no rule gives the icao24 of 'EC-ABC', "
            "write {registration: 'EC-ABC', icao24: its six hex digits}",
        ),
        (
            "aircraft:\n  - label: x\n    registration: EC-ABC",
            "3: aircraft[0].registration: no rule gives the icao24 of 'EC-ABC', add icao24: its six hex digits",
        ),
        (
            "aircraft:\n  - RA-86559, RA-96014",
            "2: aircraft[0]: 'RA-86559, RA-96014' is no tail number, write each as an entry of its own",
        ),
        *(
            (
                f"aircraft: [{serial}]",
                f"1: aircraft[0]: no rule gives the icao24 of '{serial}', write {{registration: '{serial}', icao24: its six hex "
                f"digits}}, or {{icao24: {serial}}} if it is no tail number",
            )
            for serial in ("165829", "170000", "000001")
        ),
        (
            "aircraft: [000000]",
            "1: aircraft[0]: no rule gives the icao24 of '000000', "
            "write {registration: '000000', icao24: its six hex digits}",
        ),
        (
            "aircraft: [{registration: 165829}]",
            "1: aircraft[0].registration: no rule gives the icao24 of '165829', add icao24: its six hex digits",
        ),
        (
            "aircraft: [{registration: 165829, icao24: [ae503d, b648d]}]",
            f"1: aircraft[0].icao24[1]: 'b648d' is not an icao24, write {HEX}",
        ),
        (
            "aircraft: [{registration: 165829, icao24: []}]",
            f"1: aircraft[0].icao24: is empty, write {HEX}, or a list of them",
        ),
        (
            "aircraft: [{registration: {a: b}}]",
            f"1: aircraft[0].registration: is keys with values, not text, write {TAIL}",
        ),
        (
            "aircraft:\n  - registration: P-885\n    icao24: 7278a\n",
            f"3: aircraft[0].icao24: '7278a' is not an icao24, write {HEX}",
        ),
        ("aircraft: [{icao24: 0x15521f}]", f"1: aircraft[0].icao24: '0x15521f' is not an icao24, write {HEX}"),
        ("aircraft: [{icao24: ~}]", f"1: aircraft[0].icao24: is empty, write {HEX}"),
        (
            f"aircraft: [{{icao24: {'7' * 60}}}]",
            f"1: aircraft[0].icao24: '{'7' * 39}…' is not an icao24, write {HEX}",
        ),
        ("aircraft: [{icao24: 15521f, lable: x}]", "1: aircraft[0]: unknown key 'lable', write 'label'"),
        (
            "aircraft:\n  - RA-86559: Il-62M",
            "2: aircraft[0]: 'RA-86559' stands where a key belongs, write {registration: 'RA-86559', label: 'Il-62M'}",
        ),
        (
            "aircraft:\n  - P-885: 7278A5\n    at: [FNJ]",
            "2: aircraft[0]: 'P-885' stands where a key belongs, write {registration: 'P-885', icao24: '7278A5'}",
        ),
        (
            "aircraft:\n  - 15521f: Il-62M",
            "2: aircraft[0]: '15521f' stands where a key belongs, write {icao24: '15521f', label: 'Il-62M'}",
        ),
        (
            "aircraft:\n  - DAIMA:",
            "2: aircraft[0]: 'DAIMA' stands where a key belongs, write DAIMA without a colon, or {registration: 'DAIMA'}",
        ),
        (
            "aircraft:\n  RA-86559:\n    label: Il-62M",
            "2: aircraft: 'RA-86559' stands where a key belongs, write registration: 'RA-86559', and beside it what now "
            "stands under it",
        ),
        (
            "aircraft: [RA-86559 Il-62M]",
            "1: aircraft[0]: 'RA-86559 Il-62M' is no tail number, write {registration: 'RA-86559', label: 'Il-62M'}",
        ),
        (
            "aircraft: [P-885 7278a5]",
            "1: aircraft[0]: 'P-885 7278a5' is no tail number, write {registration: 'P-885', icao24: '7278a5'}",
        ),
        (
            "aircraft: [Air Koryo]",
            "1: aircraft[0]: no rule gives the icao24 of 'Air Koryo', write {registration: 'Air Koryo', icao24: its six hex "
            "digits}",
        ),
        (
            "airports:\n  - FNJ: [RA-86*]",
            "2: airports[0]: 'FNJ' stands where a key belongs, write {code: 'FNJ'}, with only: in it for whom you mean",
        ),
        (
            "aircraft: [{icao24: 15521f, label: Il-62M, Air Koryo}]",
            "1: aircraft[0]: text without a key, put what holds a comma in quotes and a list in [ ]",
        ),
        (
            "aircraft: [{icao24: 15521f, label: ''}]",
            "1: aircraft[0].label: is empty, write what to call the aircraft, such as Il-62M",
        ),
        (
            'aircraft: [{icao24: 15521f, label: "a\\e[31m"}]',
            "1: aircraft[0].label: holds a control character, remove it",
        ),
        (
            "aircraft: [{icao24: 15521f, label: a\u202eb}]",
            "1: aircraft[0].label: holds a control character, remove it",
        ),
        (
            "aircraft:\n  - icao24: 15521f\n    at: FNJ, VVO",
            "3: aircraft[0].at: holds a comma but is no list in [ ], write a list of airports such as [FNJ, VVO]",
        ),
        (
            "aircraft: [{icao24: 15521f, at: [VVO, QQQQ]}]",
            f"1: aircraft[0].at[1]: no airport has the code or name 'QQQQ', write {CODE}",
        ),
        (
            "aircraft: [{icao24: 15521f, tags: [[]]}]",
            "1: aircraft[0].tags[0]: is a list, not text, write a list of words such as [dprk]",
        ),
        (
            "airports: [FJN]",
            "1: airports[0]: no airport has the code or name 'FJN', write FNJ (Pyongyang) if that is meant",
        ),
        ("airports: [Rangoon]", f"1: airports[0]: no airport has the code or name 'Rangoon', write {CODE}"),
        ("airports: [{only: [P-*]}]", f"1: airports[0]: has no 'code', write {AIRPORT}"),
        ("airports: [{code: FNJ, only: []}]", f"1: airports[0].only: is empty, write {ONLY}"),
        (
            "airports: [{code: FNJ, only: [tag: dprk]}]",
            f"1: airports[0].only[0]: is keys with values, not text, write {ONLY}",
        ),
        (
            "airports: [{code: FNJ, only: ['tag:dprk']}]",
            "1: airports[0].only[0]: 'tag:dprk' is a tag that no aircraft has, add it to the tags: of an aircraft",
        ),
        (
            "airports: [{code: FNJ, only: ['tag:drpk']}]\naircraft: [{icao24: 15521f, tags: [dprk]}]",
            "1: airports[0].only[0]: 'tag:drpk' is a tag that no aircraft has, write 'tag:dprk'",
        ),
    ],
)
def test_what_is_wrong_with_the_subjects(text: str, said: str) -> None:
    """One mistake gives one complaint, which names file, line and place and says what to write."""
    assert complaints(text) == [f"w.yaml:{said}"]


SPECIAL = "anchors (&) and aliases (*) are not understood, write the value out, in quotes if it begins with & or *"
TAG = "tags such as !!str or !!python/object are not understood, remove the tag or put the value in quotes"
TOKEN = "indent with blanks, not tabs, and put a value that begins with @, % or ` in quotes"
DEDENT = "the line does not fit those above it, indent it as its neighbours and put quotes round odd text"
QUOTE = "the quoted text is not closed or holds a backslash, close it or use single quotes"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a:\n  - &x [b]\n  - c", f"2: {SPECIAL}"),
        ("a: 1\nb: *x", f"2: {SPECIAL}"),
        ("only: [*, P-*]", f"1: {SPECIAL}"),
        ("a: !!python/object:os.system x", f"1: {TAG}"),
        ("a: !!str 780123", f"1: {TAG}"),
        ("a: !hush!x 1", f"1: {TAG}"),
        ("a: 1\n---\nb: 2\n", "2: a second document begins here, remove the line ---"),
        ("? [a]\n: b", "1: a list or mapping stands where a key belongs, write a word and a colon"),
        ("[" * 10_000, "1: more than 16 lists or keys inside one another, write fewer"),
        ("[" * 10_000 + "]" * 10_000, "1: more than 16 lists or keys inside one another, write fewer"),
        ("a: 1\nb:\n  - c: " + "[" * 10_000, "3: more than 16 lists or keys inside one another, write fewer"),
        ("- " * 10_000, "1: more than 16 lists or keys inside one another, write fewer"),
        ("{a: " * 10_000, "1: more than 16 lists or keys inside one another, write fewer"),
        ("a: 1\n\tb: 2", f"2: {TOKEN}"),
        ("a: @x", f"1: {TOKEN}"),
        (
            "a: Il-62M: x",
            "1: a colon stands where none can, indent the line as its neighbours, end the word above it with a colon "
            "(print:) or put the value in quotes",
        ),
        ("a: - b", "1: a dash stands where none can, write each '- ' on a line of its own"),
        ("a: 'b\nc: d\n", f"1: {QUOTE}"),
        ('a: "\\q"', f"1: {QUOTE}"),
        ("a: [b, c", "1: the list in [ ] that begins here is not closed or lacks a comma, write [FNJ, VVO]"),
        (
            "a: {b: c",
            "1: the mapping in { } that begins here is not closed or lacks a comma, write {code: FNJ, only: [P-*]}",
        ),
        ("- a\nb: c", f"2: {DEDENT}"),
        ("a: 'b' c", f"1: {DEDENT}"),
        ("a: | x", "1: text follows | or > that belongs on the next line, write it there or put it in quotes"),
        ("{a: b}}", "1: is not YAML, compare the line with its neighbours and put odd text in quotes"),
        ("a: b\nc: \x07", "2: holds the control character U+0007, remove it"),
        (b"a: b\nc: \xe4", "2: byte 0xe4 is not UTF-8, save the file as UTF-8 text"),
        (b"a\nb\0", "2: holds the control character U+0000, remove it"),
        ("airports: [FNJ]".encode("utf-16"), "1: is UTF-16, save it as UTF-8"),
        ("airports: [FNJ]".encode("utf-16-le"), "1: is UTF-16, save it as UTF-8"),
        ("airports: [FNJ]".encode("utf-16-be"), "1: is UTF-16, save it as UTF-8"),
    ],
)
def test_what_is_no_plain_yaml(text: str | bytes, said: str) -> None:
    """One line, whatever it is: no recursion, no object built, nothing expanded."""
    assert complaints(text) == [f"w.yaml:{said}"]


def test_all_complaints_come_at_once_in_the_order_of_lines() -> None:
    text = """notify: [pigeon]
airports:
  - {code: QQQQ, only: ['tag:x']}
aircraft:
  - EC-ABC
  - {icao24: x, lable: y}
"""
    assert complaints(text) == [
        f"w.yaml:1: notify[0]: 'pigeon' is not a channel, write {CHANNEL}",
        f"w.yaml:3: airports[0].code: no airport has the code or name 'QQQQ', write {CODE}",
        "w.yaml:3: airports[0].only[0]: 'tag:x' is a tag that no aircraft has, add it to the tags: of an aircraft",
        "w.yaml:5: aircraft[0]: no rule gives the icao24 of 'EC-ABC', "
        "write {registration: 'EC-ABC', icao24: its six hex digits}",
        "w.yaml:6: aircraft[1]: unknown key 'lable', write 'label'",
        f"w.yaml:6: aircraft[1].icao24: 'x' is not an icao24, write {HEX}",
    ]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("${NOWHERE}", "the environment variable NOWHERE is not set or empty, set it or write the value"),
        (
            "${" + 3000 * "N" + "}",
            f"the environment variable {39 * 'N'}… is not set or empty, set it or write the value",
        ),
        ("${BLANK}", "the environment variable BLANK is not set or empty, set it or write the value"),
        ("a${b-c}", "a variable's name and } do not follow ${, write ${NAME}"),
        ("${HEX", "a variable's name and } do not follow ${, write ${NAME}"),
        ("${TWO_LINES}", "holds a control character, remove it"),
    ],
)
def test_what_is_wrong_with_a_variable(written: str, said: str) -> None:
    assert complaints(f"aircraft: [{{icao24: 15521f, label: '{written}'}}]") == [f"w.yaml:1: aircraft[0].label: {said}"]


def test_no_complaint_and_no_repr_tells_a_secret() -> None:
    """Every field takes the secret, most cannot use it, and none repeats it."""
    text = """
aircraft:
  - "${SECRET}"
  - {registration: "${SECRET}", icao24: "${SECRET}", label: "${SECRET}", at: ["${SECRET}"], tags: ["${SECRET}"]}
airports: ["${SECRET}", {code: "${SECRET}", only: ["${SECRET}", "tag:x", "tag:x${SECRET}"]}]
notify: ["${SECRET}", email: {to: ["${SECRET}"], from: "${SECRET}", server: "${SECRET}", user: "${SECRET}"}]
alerts: {on: ["${SECRET}"], min_confidence: "${SECRET}", still_on_ground: "${SECRET}"}
"""
    said = "\n".join(complaints(text, {"SECRET": "hush"}))
    assert len(said.splitlines()) == 15
    assert "hush" not in said.lower()
    email = EmailChannel(("a@b",), "a@b", "smtp://h", "u", "hush")
    shown = "EmailChannel(to=('a@b',), sender='a@b', server='smtp://h', user='u', password='(hidden)', "
    shown += f"routing={Routing()!r})"
    assert repr(Watchlist(notify=(email,), opensky=OpenSkyAccount("me", "hush"))) == (
        f"Watchlist(aircraft=(), airports=(), areas=(), notify=({shown},), alerts={AlertRules()!r}, "
        f"opensky=OpenSkyAccount(client_id='me', client_secret='(hidden)'), sources={OPENSKY_ALONE!r}, "
        f"health={Health()!r}, airfields=(), understood=(), "
        "remarks=(), complaints=(), callsigns=(), selected=(), identities={}, files=(), keeps_evidence=False)"
    )


# Reading a file


def read(path: Path) -> Watchlist:
    return read_watchlist(path, environment={}, airports=AIRPORTS)


def test_a_file_is_read_and_named_in_complaints(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("airports: [FNJ]")
    assert read(path) == parse("airports: [FNJ]")
    path.write_text("airports: [FJN]")
    with pytest.raises(WatchlistError) as caught:
        read(path)
    assert caught.value.complaints == [
        f"{path}:1: airports[0]: no airport has the code or name 'FJN', write FNJ (Pyongyang) if that is meant"
    ]


def test_a_screen_of_complaints_is_enough(tmp_path: Path) -> None:
    """A list of 17,000 in which each second line is wrong must not be a mail of megabytes at each poll."""
    path = tmp_path / "my list.yaml"
    path.write_text("airports:\n" + "  - FJN\n" * (MOST_COMPLAINTS + 1_234))
    with pytest.raises(WatchlistError) as caught:
        read(path)
    assert len(caught.value.complaints) == MOST_COMPLAINTS + 1
    assert caught.value.complaints[-1] == (
        f"{path}: 1,234 more complaints: flightwatch check --watchlist '{path}' names them all"
    )

    path.write_text("airports:\n" + "  - FJN\n" * MOST_COMPLAINTS)
    with pytest.raises(WatchlistError) as caught:
        read(path)
    assert len(caught.value.complaints) == MOST_COMPLAINTS
    assert caught.value.complaints[-1].startswith(f"{path}:{MOST_COMPLAINTS + 1}: airports")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """Missing, a directory, below a file, endless, too large (by its size, unread): one line each."""
    (tmp_path / "file").touch()
    large = tmp_path / "large"
    with large.open("wb") as file:
        file.truncate(10 * MAX_BYTES)
    for path, said in {
        tmp_path / "none.yaml": "no such file, write one with: flightwatch init",
        tmp_path: "is a directory, name a file in it",
        tmp_path / "file" / "x.yaml": "cannot be read (Not a directory), check its name and rights",
        large: "is larger than 5 MB, which no watchlist is",
        Path("/dev/zero"): "is larger than 5 MB, which no watchlist is",
    }.items():
        with pytest.raises(WatchlistError) as caught:
            read(path)
        assert caught.value.complaints == [f"{path}: {said}"]


def test_a_pipe(tmp_path: Path) -> None:
    """As bash makes of ``<(...)``: it is read to its end; one that nobody writes to is not waited for longer than is told."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor(1) as pool:
        written = pool.submit(pipe.write_text, "airports: [FNJ]")
        assert read(pipe) == parse("airports: [FNJ]")
        assert written.result() > 0


@pytest.mark.slow
def test_a_pipe_that_nobody_writes_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(WatchlistError) as caught:
        read(pipe)
    assert caught.value.complaints == [f"{pipe}: a pipe or a device that gives no end within 10 s, name a file"]


def test_the_watchlist_of_this_repository() -> None:
    """It is right as it stands, and its icao24s are those that the tail numbers are known to answer on."""
    path = Path(__file__).parents[2] / "watchlist.yaml"
    watchlist = read_watchlist(path, environment={}, airports=load_airports)
    assert {entry.registration: entry.icao24 for entry in watchlist.aircraft} == {
        "RA-86559": "15521f",
        "RA-96014": "15770e",
        "P-885": "7278a5",
        "P-881": "7278a1",
        "P-882": "7278a2",
        "P-632": "7277a8",
        "P-633": "7277a9",
        "P-671": "7277cf",
        "P-672": "7277d0",
        "P-914": "7278c2",
        "P-561": "727761",
    }
    assert {watched.airport.iata: watched.only for watched in watchlist.airports} == {
        "FNJ": (),
        "WOS": (),
        "VVO": ("RA-86*", "RA-96*", "P-*"),
    }
    assert watchlist.notify == (PrintChannel(),)


def test_a_fleet_of_17000_is_resolved() -> None:
    """Each by rule; one that is there twice is remarked on with both lines, and ends nothing."""
    fleet = "aircraft:\n" + "".join(f"  - RA-{number:05}\n" for number in range(1, 17_001))
    watchlist = parse(fleet + "  - RA17000\n  - ra 00001\n")
    assert watchlist.aircraft == tuple(
        WatchedAircraft(f"{0x140000 + number:06x}", f"RA-{number:05}", "rule") for number in range(1, 17_001)
    )
    assert watchlist.remarks == (
        "w.yaml:17002: aircraft[17000]: is the same aircraft as aircraft[16999] on line 17001, so it is left out",
        "w.yaml:17003: aircraft[17001]: is the same aircraft as aircraft[0] on line 2, so it is left out",
    )


# Any input

VALID = b"""aircraft:
  - RA-86559
  - {registration: P-885, icao24: 7278a5, label: "Il-62M", at: [FNJ], tags: [dprk]}
airports: [FNJ, {code: VVO, only: ["tag:dprk", RA-86*]}]
notify:
  - print:
    only: [RA-*, FNJ, "tag:dprk"]
    on: [health]
  - {email: {to: [a@b], from: a@b, server: "smtp://h", user: u, password: "${PASSWORD}"}, min_confidence: 0.8}
  - {apprise: "json://h", delay: 24h}
alerts: {on: [landing], min_confidence: 0.6, still_on_ground: 24h}
health: {blind_after: 1h, heartbeat: "https://h"}
opensky: {client_id: a, client_secret: b}
"""
WORDS = st.sampled_from(re.findall(r"\w+: ?|[\w@./-]+|\s+|.", VALID.decode()))
ODDITIES = st.sampled_from("~&*!|>?%#@-\t\r\n\x07\x85\u2028\ufeffé") | st.sampled_from(["\n---\n", "!!int ", "${NONE}"])
SNIPPETS = st.lists(WORDS | ODDITIES, max_size=40).map(lambda pieces: "".join(pieces).encode())


def outcome(data: bytes) -> Watchlist | list[str]:
    try:
        return parse(data)
    except WatchlistError as error:
        return error.complaints


@given(st.binary(max_size=200) | SNIPPETS)
def test_any_bytes_give_a_watchlist_or_complaints(data: bytes) -> None:
    """Nothing else is raised, and each complaint is one line that names the file and one of its lines."""
    found = outcome(data)
    if isinstance(found, Watchlist):
        assert found.aircraft or found.airports
        return
    assert found
    for complaint in found:
        name, line, _ = complaint.split(":", 2)
        assert name == "w.yaml"
        assert 1 <= int(line) <= len(data.decode(errors="replace").splitlines()) + 1
        assert complaint.isprintable()


@given(st.integers(0, len(VALID)), st.integers(0, 12), st.binary(max_size=4) | SNIPPETS)
def test_a_damaged_watchlist_gives_a_watchlist_or_complaints(start: int, length: int, patch: bytes) -> None:
    """A watchlist cut and spliced anywhere comes nearer to valid than noise does."""
    found = outcome(VALID[:start] + patch + VALID[start + length :])
    assert isinstance(found, Watchlist) or all(complaint.startswith("w.yaml:") for complaint in found)


TAILS = st.sampled_from(["165829", "RA-86559", "RF-86559", "P-885", "abcdef", "G-ABCD"])
ADDRESSES = st.sampled_from(["165829", "15521f", "7278a5", "abcdef", "CCA121"])
ENTRIES = st.one_of(
    TAILS,
    ADDRESSES,
    st.builds("{{icao24: '{}'}}".format, ADDRESSES),
    st.builds("{{registration: '{}'}}".format, TAILS),
    st.builds("{{registration: '{}', icao24: ['{}', '{}']}}".format, TAILS, ADDRESSES, ADDRESSES),
)


@given(st.lists(ENTRIES, min_size=1, max_size=6))
def test_the_same_names_in_any_order_give_a_watchlist_or_complaints(entries: list[str]) -> None:
    """Many are written twice, and some are a tail number and another's icao24; each icao24 is watched once."""
    found = outcome(f"aircraft: [{', '.join(entries)}]".encode())
    if isinstance(found, Watchlist):
        icao24s = [aircraft.icao24 for aircraft in found.aircraft]
        assert sorted({*icao24s}) == sorted(icao24s)


@given(st.integers(1, 999_999), st.sampled_from([("s", 1), ("m", 60), ("h", 3600), ("d", 86400)]))
def test_a_duration_is_a_number_and_a_unit(number: int, unit: tuple[str, int]) -> None:
    assert parse_duration(f" {number}{unit[0]} ") == timedelta(seconds=number * unit[1])


@pytest.mark.parametrize("text", ["", "60", "s", "0s", "-5m", "1.5h", "1000000d", "5 m", "1h30m", "24H", "٣d"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(UsageError, match="is not a duration, write a number and a unit such as 60s, 5m, 24h or 3d"):
        parse_duration(text)


# What is watched, and which events are wanted

IL62 = WatchedAircraft("15521f", "RA-86559", "rule")
KORYO = WatchedAircraft("7278a5", "P-885", "given", at=("ZKPY",), tags=("dprk",))
WATCHLIST = Watchlist(
    aircraft=(IL62, KORYO),
    airports=(WatchedAirport(WOS), WatchedAirport(VVO, ("RA-96*", "tag:dprk", "ABCDEF", "ra85*", "[eh]C-AB?"))),
)


@pytest.mark.parametrize(
    ("happened", "expected"),
    [
        (event("15521f", FNJ), True),
        (event("15521f", None), True),
        (event("15521f", FNJ, "departure"), True),
        (event("7278a5", FNJ), True),
        (event("7278a5", FNJ, "departure"), True),
        (event("7278a5", airport("ZBAA", "PEK", "Beijing")), False),
        (event("7278a5", None), False),
        (event("7278a5", VVO), True),
        (event("7278a5", WOS), True),
        (event("444444", FNJ), False),
        (event("444444", None), False),
        (event("444444", WOS), True),
        (event("444444", WOS, "departure"), True),
        (event("444444", VVO), False),
        (event("abcdef", VVO), True),
        (event("15770e", VVO), True),
        (event("444444", VVO, registration="ra-96014"), True),
        (event("444444", VVO, registration="RA-85001"), True),
        (event("444444", VVO, registration="EC-ABC"), True),
        (event("444444", VVO, registration="DC-ABC"), False),
        (event("15521f", FNJ, sure=0.59), False),
        (event("15521f", FNJ, sure=0.6), True),
        (event("15521f", FNJ, "reminder"), False),
        (event("15521f", FNJ, "retraction", sure=0.1), True),
        (event("444444", FNJ, "retraction"), False),
    ],
)
def test_which_events_are_wanted(happened: Event, *, expected: bool) -> None:
    """The airframe's or the airport's, at the confidence asked for; a retraction whatever its confidence."""
    assert wanted(WATCHLIST, happened) is expected


@pytest.mark.parametrize(
    ("on", "told"),
    [
        (("landing",), ["landing", "retraction"]),
        (("departure",), ["departure"]),
        (("landing", "departure"), ["landing", "departure", "retraction"]),
    ],
)
def test_only_the_kinds_asked_for_are_wanted(on: tuple[Literal["landing", "departure"], ...], told: list[str]) -> None:
    watchlist = Watchlist(aircraft=(IL62,), alerts=AlertRules(on=on))
    kinds: tuple[EventType, ...] = ("landing", "departure", "retraction")
    assert [kind for kind in kinds if wanted(watchlist, event("15521f", FNJ, kind))] == told


def test_reminders_are_wanted_where_they_are_asked_for() -> None:
    """Of the same aircraft, as sure as the others, and whatever ``on`` names."""
    watchlist = Watchlist(aircraft=(IL62,), alerts=AlertRules(on=("departure",), still_on_ground=(timedelta(days=1),)))
    assert wanted(watchlist, event("15521f", FNJ, "reminder", sure=0.6))
    assert not wanted(watchlist, event("15521f", FNJ, "reminder", sure=0.59))
    assert not wanted(watchlist, event("444444", FNJ, "reminder"))


def test_an_airport_admits_whom_it_is_watched_for() -> None:
    """By tag only with the airframe's own entry; everybody where it says nothing."""
    vladivostok = WATCHLIST.watched.airports_by_icao["UHWW"]
    assert admits(WatchedAirport(WOS), "444444", None, None)
    assert admits(vladivostok, "444444", None, KORYO)
    assert not admits(vladivostok, "7278a5", "P-885", None)
    assert not admits(vladivostok, "444444", None, None)


def test_airports_by_name() -> None:
    """In ``airports``, ``at`` and a channel's ``only``: taken where one is meant, with a word of how it was understood."""
    watchlist = parse(
        "aircraft: [{registration: RA-86559, at: [vladivostok]}]\n"
        "airports: [Wonsan, {code: Pyongyang, only: [RA-86*]}, VVO]\n"
        "notify: [{print: , only: [RA-86559, Wonsan, fnj]}]"
    )
    assert watchlist.aircraft[0].at == ("UHWW",)
    assert [watched.airport.iata for watched in watchlist.airports] == ["WOS", "FNJ", "VVO"]
    assert watchlist.notify[0].routing.airports == (WOS, FNJ)
    assert watchlist.notify[0].routing.only == ("RA-86559", "WOS", "fnj")
    assert watchlist.understood == (
        "'vladivostok' is Vladivostok (VVO/UHWW), Nowhere",
        "'Wonsan' is Wonsan (WOS/ZKWS), Nowhere",
        "'Pyongyang' is Pyongyang (FNJ/ZKPY), Nowhere",
    )


def test_a_name_that_is_not_one_airport_is_told_with_those_that_it_may_be() -> None:
    """A misspelt one is not taken silently; nothing is told of what the environment holds."""
    twins = [airport("AAAA", "AAA", "Twin North"), airport("BBBB", "BBB", "Twin South"), *AIRPORTS]
    with pytest.raises(WatchlistError) as caught:
        parse_watchlist(
            b"airports: [Twin, Pyongjang, {code: Vladivostock}, '${TWIN}', Twins, North Korea]",
            name="w.yaml",
            environment={"TWIN": "Twin"},
            airports=Airports(twins),
        )
    unknown = "no airport has the code or name"
    assert caught.value.complaints == [
        "w.yaml:1: airports[0]: 'Twin' may be any of these airports, write the code of one: AAA (Twin North) or BBB (Twin South)",
        f"w.yaml:1: airports[1]: {unknown} 'Pyongjang', write FNJ (Pyongyang) if that is meant",
        f"w.yaml:1: airports[2].code: {unknown} 'Vladivostock', write VVO (Vladivostok) if that is meant",
        f"w.yaml:1: airports[3]: {unknown} '${{TWIN}}', write {CODE}",
        f"w.yaml:1: airports[4]: {unknown} 'Twins', write {CODE}",
        "w.yaml:1: airports[5]: 'North Korea' is a country, write an airport or a city there",
    ]


class Kept:
    """A register of two, that counts how often it is asked."""

    as_of = None

    def __init__(self, *airframes: Registered) -> None:
        self._airframes = airframes
        self.asked = 0

    def by_icao24(self, icao24: str) -> Registered | None:
        self.asked += 1
        return next((each for each in self._airframes if each.icao24 == icao24), None)

    def by_registration(self, registration: str) -> list[Registered]:
        self.asked += 1
        return [
            each for each in self._airframes if each.registration and plain(each.registration) == plain(registration)
        ]

    def select(self, **asked: object) -> Iterator[Registered]:
        raise AssertionError(asked)


REGISTER = Kept(
    Registered("710011", "HZ-ABC"),
    Registered("ae01c5", "165829"),
    Registered("ae01c6", "165829"),
    Registered("727800", "P-999"),
    Registered("15521f", "RA-86559"),
    Registered("aabbcc"),
)


@pytest.mark.parametrize(
    ("entry", "watched"),
    [
        ("HZ-ABD", []),
        ("hz-abc", [("710011", "HZ-ABC", "register")]),
        ("HZABC", [("710011", "HZABC", "register")]),
        ("{registration: 165829}", [("ae01c5", "165829", "register"), ("ae01c6", "165829", "register")]),
        ("P-999", [("727800", "P-999", "register")]),
        ("RA-86559", [("15521f", "RA-86559", "rule")]),
        ("15521f", [("15521f", "RA-86559", "given")]),
        ("{icao24: AE01C5}", [("ae01c5", "165829", "given")]),
        ("aabbcc", [("aabbcc", "N791AR", "given")]),
    ],
)
def test_the_register_tells_what_no_rule_tells(entry: str, watched: list[tuple[str, str, str]]) -> None:
    read = parse_watchlist(
        f"aircraft: [{entry}]".encode(),
        name="w",
        environment={},
        airports=Airports(()),
        register=REGISTER,
        strict=False,
    )
    assert [(a.icao24, a.registration, a.how) for a in read.aircraft] == watched
    assert bool(read.complaints) is not bool(watched)


def test_the_register_is_not_opened_where_rules_tell_all() -> None:
    def no_register() -> Register:
        raise AssertionError

    text = b"aircraft: [RA-86559, P-885, {registration: HL8011, icao24: 71c011}, N1, a00001]"
    parse_watchlist(text, name="w", environment={}, airports=Airports(()), register=no_register)
