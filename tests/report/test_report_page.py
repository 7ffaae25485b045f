"""A report: one page with map, timeline and table, that asks for nothing, runs nothing, and says what it is told to say."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from html import unescape
from itertools import pairwise, product
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from made_visits import ICAO24, at, estimated, first_heard_there, landing, left, moment, visit
from msgspec.structs import replace
from read_pages import INDEX, Reading, points_of
from report_scenes import a_dozen, around_the_earth, demo, round_trip, seen_over_the_pole, two_days
from state_vectors import AIRPORTS, airport, report

from flightwatch.core.geo import destination
from flightwatch.core.ids import departure_id
from flightwatch.core.legs import Fix, Leg
from flightwatch.core.model import Event, Place, StateVector
from flightwatch.core.visits import Moment, Visit
from flightwatch.report.frame import POLICY
from flightwatch.report.map_drawing import BAND_OPACITY
from flightwatch.report.material import Material
from flightwatch.report.page import MOST_VISITS, NO_ROOM, NO_VISITS, Section, page
from flightwatch.report.style import DARK, LIGHT
from flightwatch.report.svg import WIDTHS
from flightwatch.report.timeline import chart, parts
from flightwatch.report.timeline_marks import LEAST_PX, marks
from flightwatch.report.visit_map import map_content
from flightwatch.storage.land import load_land
from flightwatch.tracking.events import place_of

Visits = tuple[list[Visit], dict[str, Event]]
"""Visits, newest first, and their landings and departures by id."""

NOW = at("2023-09-28T06:00")
MOST_BYTES = 2_000_000
HOSTILE = "\"'><script>alert(1)</script><img src=//evil.example/x onerror=alert(2)>\u202e&amp;url(//evil.example)"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
in_chromium = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")


def written(
    title: str,
    sections: Sequence[Section],
    events: Mapping[str, Event],
    now: datetime,
    *,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> str:
    return page(title, sections, Material(events, AIRPORTS, load_land, now), progress=progress)


def one_page(visits: Sequence[Visit], events: dict[str, Event], now: datetime = NOW) -> str:
    return written("RA-86559", [Section("RA-86559", visits, looked_at=now)], events, now)


def unseen(number: int, code: str, came: datetime, *, bearing: float = 45.0, km: float = 90.0) -> Visits:
    """Make a visit of 30 hours: lost and heard again so far from the field, all else inferred."""
    field = airport(code)
    gone = came + timedelta(hours=30)

    def heard(when: datetime, away_km: float, turn: float = 0.0) -> StateVector:
        latitude, longitude = destination(field.latitude, field.longitude, bearing + turn, away_km)
        return report(round(when.timestamp()), icao24=ICAO24, latitude=latitude, longitude=longitude)

    minutes = timedelta(minutes=1)
    made = visit(
        id=f"visit-{number}",
        landing=f"landing-{number}",
        airport=place_of(field),
        latitude=field.latitude,
        longitude=field.longitude,
        arrival=moment(f"{came:%Y-%m-%dT%H:%M}", minutes=8, confidence=0.9),
        departure=moment(f"{gone:%Y-%m-%dT%H:%M}", minutes=8, confidence=0.9),
    )
    before = (heard(came - 12 * minutes, km + 40), heard(came - 9 * minutes, km))
    after = heard(gone + 9 * minutes, km * 0.7, 70.0)
    named, slack = {"airport": made.airport, "visit": made.id}, 8 * minutes
    down = landing(
        id=f"landing-{number}", time=came, earliest=came - slack, latest=came + slack, evidence=before, **named
    )
    up = left(
        id=departure_id(made),
        time=gone,
        earliest=gone - slack,
        latest=gone + slack,
        evidence=(before[-1], after),
        **named,
    )
    return [made], {down.id: down, up.id: up}


def together(*several: Visits) -> Visits:
    visits = [visit for visits, _ in several for visit in visits]
    events = {id_: event for _, events in several for id_, event in events.items()}
    return sorted(visits, key=lambda v: v.arrival.latest, reverse=True), events


def flown(count: int, codes: Sequence[str], *, start: str = "2015-01-01", days: int = 4) -> Visits:
    """Make so many visits, one every few days, to these airports in turn."""
    return together(
        *(
            unseen(
                n, codes[n % len(codes)], at(start) + timedelta(days=n * days), bearing=n * 37.0, km=40 + n * 13 % 200
            )
            for n in range(count)
        )
    )


@pytest.fixture(scope="module", name="demo")
def played_demo() -> Visits:
    return demo()


@pytest.fixture(scope="module")
def demo_page(demo: Visits) -> str:
    return written("RA-86559 (Il-62M)", [Section("RA-86559", demo[0], ("Watched since August.",))], demo[1], NOW)


def test_the_demo(demo_page: str) -> None:
    """Map and timeline, each for a wide page and for a phone, the dark stretches dashed, and a row for each visit."""
    read = Reading(demo_page)
    on_map = (
        "Map of 2 visits: Pyongyang FNJ. Marked: 2 places where contact was lost and 2 places where it was heard again; "
        "dashed lines lead from there to where it was on the ground."
    )
    in_time = "Timeline of 2 visits, 2023-08-01 to 2023-09-28, UTC. The table below has the times of each."
    assert read.drawings() == [on_map, on_map, in_time, in_time]
    forms = Counter(svg.get("class") for svg in read.all("svg"))
    assert (forms["wide"], forms["narrow"]) == (2, 2)
    assert demo_page.count('stroke-dasharray="5,4" stroke-width="1.4"') == 2
    assert "lost 26 Sep 2023, 10:45 local" in demo_page
    assert "2 visits at 1 place, 2023-08-01 to 2023-09-28." in read.words
    assert "Watched since August." in read.words
    assert [heading in demo_page for heading in ("What observed and inferred mean", "Sources and terms")] == [
        True,
        True,
    ]
    assert "nobody received it on the ground" in read.words
    for source in ("https://opensky-network.org", "https://ourairports.com", "https://www.naturalearthdata.com"):
        assert f'href="{source}' in demo_page
    assert (
        "Map of 2 visits; times on it, as far as there is room for them, are those of the airport’s clock."
        in read.words
    )
    assert (
        demo_page.count(">Pyongyang FNJ</text>") == 5
    )  # both timelines, both maps, and the smaller map in the wide one
    newest, _ = read.rows()
    assert newest == {
        "landed (UTC)": ["2023-09-26 01:51", "10:51 local", "from 01:47 to 02:00"],
        "left (UTC)": ["2023-09-28 00:31", "09:31 local", "from 00:17 to 00:37"],
        "on the ground": ["about 46 h 40 min", "between 46 h 18 min and 46 h 50 min"],
        "aircraft": ["RA-86559", "callsign RFF7451", "icao24 15521f"],
        "where": [
            "Pyongyang Sunan International Airport (FNJ/ZKPY), North Korea",
            "first heard 81 km south-west of Jiamusi JMU (China)",
        ],
        "how it is known": [
            "landing inferred, 99 % sure",
            "lost 45 km north-east of the airport, descending through 2,990 m; not heard for 15 min",
            "departure inferred, 99 % sure",
            "first heard again 53 km east of the airport, climbing through 5,210 m",
        ],
    }


def test_the_answer_comes_first(demo: Visits) -> None:
    """Then what is not known, what the visits come to, how far the record goes, and when the page was made; then the map."""
    section = Section("RA-86559", demo[0], ("Its own.",), "Watched since August.", looked_at=NOW)
    read = Reading(written("RA-86559", [section], demo[1], NOW))
    told = (
        "RA-86559 was last recorded at Pyongyang FNJ",
        "Not known: when exactly it left",
        "2 visits at 1 place",
        "Its own.",
        "Watched since August.",
        "Made by flightwatch",
        "Map of 2 visits",
    )
    found = [read.words.index(words) for words in told]
    assert found == sorted(found)
    assert read.words[: found[0]].split() == ["RA-86559", "·", "flightwatch", "RA-86559"]
    several = Reading(written("Both", [section, Section("P-885", [visit()], record=section.record)], demo[1], NOW))
    assert several.words.index("Pyongyang FNJ") < several.words.index(section.record)
    assert several.words.index(section.record) < several.words.index(told[0])


def test_tables_tell_what_they_are(demo_page: str) -> None:
    read = Reading(demo_page)
    assert read.all("html") == [{"lang": "en"}]
    assert len(read.all("caption")) == len(read.all("table")) == 1
    scopes = Counter((cell["scope"], cell["role"]) for cell in read.all("th"))
    assert scopes == {("col", "columnheader"): 6, ("row", "rowheader"): 2}
    assert all(svg.get("role") == "img" or svg.get("aria-hidden") == "true" for svg in read.all("svg"))


def hostile() -> tuple[list[Section], dict[str, Event]]:
    """Give two sections in which every text from elsewhere is an attack."""
    bad = visit(callsign=HOSTILE, registration=HOSTILE, airport=Place("ZZZZ", None, HOSTILE))
    place = visit(id="visit-2", airport=Place(HOSTILE, HOSTILE, HOSTILE), icao24=HOSTILE, arrival=first_heard_there())
    again = visit(id="visit-3", registration=HOSTILE, departure=None)
    sections = [
        Section(HOSTILE, [bad, place], (HOSTILE,), HOSTILE),
        Section(HOSTILE, [again], is_airport=True, looked_at=NOW),
        Section(HOSTILE, [], (HOSTILE,)),
    ]
    return sections, {"landing-1": landing(callsign=HOSTILE)}


def test_hostile_text_stays_text(demo_page: str) -> None:
    """It adds no element and no attribute that a harmless page has not, and is there to be read."""
    sections, events = hostile()
    read, harmless = Reading(written(HOSTILE, sections, events, NOW)), Reading(demo_page)
    known = {tag for tag, _ in harmless.elements} | {"nav"}
    assert {tag for tag, _ in read.elements} - known == set()
    names = {name for _, attributes in harmless.elements for name in attributes}
    assert {name for _, attributes in read.elements for name in attributes} - names <= {"id", "href", "fill-opacity"}
    shown = HOSTILE.replace("\u202e", "")
    assert f"callsign {shown[:99]}" in read.words
    assert shown in read.words
    assert "\u202e" not in read.words


@pytest.mark.parametrize("which", ["demo", "hostile"])
def test_it_asks_for_nothing(demo_page: str, which: str) -> None:
    """No script, no address but in links, and a policy by which a browser would refuse any."""
    text = demo_page if which == "demo" else written(HOSTILE, *hostile(), NOW)
    read = Reading(text)
    assert [m["content"] for m in read.all("meta") if m.get("http-equiv") == "Content-Security-Policy"] == [POLICY]
    loaders = {"script", "img", "iframe", "object", "embed", "video", "audio", "source", "form", "base", "image", "use"}
    assert {tag for tag, _ in read.elements} & loaders == set()
    asked = [
        (tag, name, value)
        for tag, attributes in read.elements
        for name, value in attributes.items()
        if name in ("src", "srcset", "action", "data", "background", "ping", "poster", "xlink:href", "style")
        or name.startswith("on")
        or (name == "href" and tag != "a")
        or ("url(" in value and not value.startswith("url(#") and name not in ("aria-label",))
    ]
    assert asked == [("link", "href", "data:,")]
    assert all(a["href"].startswith(("https://", "#")) for a in read.all("a"))
    [style] = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    assert re.findall(r"url\(|@import|image-set|src:", style) == []


def test_nothing_recorded() -> None:
    read = Reading(one_page([], {}))
    assert read.drawings() == []
    assert read.rows() == []
    assert f"No visits are recorded, {NO_VISITS}" in read.words


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        ("2023-10-01", "2023-10-06", "visits from 2023-10-01 to 2023-10-05"),
        ("2023-10-01", "2023-10-02", "visits on 2023-10-01"),
        ("2023-10-01T06:30", None, "visits since 2023-10-01 06:30 UTC"),
        (None, "2023-10-06", "visits until 2023-10-05"),
    ],
)
def test_a_page_of_some_time_says_so(since: str | None, until: str | None, words: str) -> None:
    """In its title and at its head; and that none is recorded is said of that time."""
    begin, end = (None if text is None else at(text) for text in (since, until))
    some, none = Section("A", [visit()], since=begin, until=end), Section("B", [], since=begin, until=end, outside=5)
    texts = [written("A", sections, {}, NOW) for sections in ([some], [none], [some, none])]
    for text in (text.replace("\N{NO-BREAK SPACE}", " ") for text in texts):
        assert f"<title>A, {words} · flightwatch</title>" in text
        assert f"{words[0].upper()}{words[1:]} only." in Reading(text).words
    assert f"No visits are recorded in this period (5 are outside it), {NO_VISITS}" in texts[1]
    both = Reading(texts[2]).words
    assert "None recorded in this period: B." in both
    assert "No visits are recorded in this period (5 are outside it)." in both


@pytest.mark.parametrize(
    ("told", "row"),
    [
        (
            {"departure": None},
            {
                "left (UTC)": ["still there", "when last looked, 2023-09-28 06:00"],
                "on the ground": ["about 52 h 08 min so far"],
                "how it is known": ["landing inferred, 93 % sure"],
            },
        ),
        (
            {"arrival": first_heard_there(), "landing": None},
            {
                "landed (UTC)": ["by 2023-09-26 01:52"],
                "on the ground": ["at least 46 h 35 min"],
                "how it is known": ["first heard there", "departure inferred, 93 % sure"],
            },
        ),
        (
            {
                "arrival": Moment(None, at("2023-09-25T20:00"), at("2023-09-26T01:52"), "inferred", 0.8, "opensky"),
                "departure": Moment(None, at("2023-09-27T20:00"), at("2023-09-28T00:31"), "inferred", 0.93, "opensky"),
            },
            {
                "landed (UTC)": ["between 2023-09-25 20:00 and 2023-09-26 01:52"],
                "how it is known": [
                    "landing estimated by OpenSky, 80 % sure",
                    "departure estimated by OpenSky, 93 % sure",
                ],
            },
        ),
        (
            {"departure": Moment(None, at("2023-09-27T03:00"), NOW, "inferred", 0.0)},
            {
                "left (UTC)": ["not known", "not before 2023-09-27 03:00"],
                "on the ground": ["at least 25 h 03 min"],
                "how it is known": ["landing inferred, 93 % sure"],
            },
        ),
        (
            {"departure": Moment(None, None, NOW, "inferred", 0.0)},
            {"left (UTC)": ["not known"], "on the ground": ["not known"]},
        ),
        (
            {"departure": Moment(None, at("2023-09-26T01:47"), at("2023-09-27T00:00"), "inferred", 0.8)},
            {"left (UTC)": ["by 2023-09-27 00:00"], "on the ground": ["at most 22 h 13 min"]},
        ),
        (
            {"airport": None, "latitude": 41.5, "longitude": 129.25},
            {
                "where": ["no airport named", "34 km west of Orang (Chongjin) RGO (North Korea)", "41.500, 129.250"],
                "left (UTC)": ["2023-09-28 00:31", "from 00:27 to 00:35"],
            },
        ),
        (
            {"arrival": moment("2023-09-26T01:52"), "departure": moment("2023-09-26T02:50"), "callsign": None},
            {
                "landed (UTC)": ["2023-09-26 01:52", "10:52 local"],
                "on the ground": ["58 min"],
                "aircraft": ["RA-86559", "icao24 15521f"],
                "how it is known": ["landing observed", "departure observed"],
            },
        ),
    ],
)
def test_rows_of_every_kind(told: dict[str, object], row: dict[str, list[str]]) -> None:
    """Also where nothing is known of the flights: the drawings are there all the same."""
    read = Reading(one_page([visit(**told)], {}))
    assert len(read.drawings()) == 4
    [shown] = read.rows()
    assert {name: shown[name] for name in row} == row


def test_what_nobody_watched_is_not_counted() -> None:
    """Of an aircraft that had not left at the last good poll, three years ago, no more is known."""
    there, now = visit(departure=None), at("2026-11-22T20:00")
    read = Reading(written("A", [Section("A", [there], looked_at=at("2023-09-27T02:00"))], {}, now))
    assert "RA-86559 was at Pyongyang FNJ when last looked, 2023-09-27 02:00 UTC, since about 2023-09-26" in read.words
    assert read.rows()[0]["on the ground"] == ["at least 24 h 03 min"]
    seen = chart([there], AIRPORTS, at("2023-09-27T02:00"), now)
    [bar] = seen.bars
    assert (bar.sure_from, bar.sure_until) == (at("2023-09-26T01:57"), at("2023-09-27T02:00"))
    assert at("2023-09-27T02:00") < bar.latest < at("2023-09-27T12:00")
    assert "2026" not in "".join(read.drawings())


def test_a_number_stays_with_its_unit(demo_page: str) -> None:
    kept = demo_page.replace("\N{NO-BREAK SPACE}", "_")
    assert "about 46_h_40_min" in kept
    assert "landing inferred, 99_%_sure" in kept
    assert "lost 45_km north-east of the airport, descending through 2,990_m; not heard for 15_min" in kept


def test_what_opensky_estimates_is_explained_where_it_is_shown(demo_page: str) -> None:
    assert "Estimated by OpenSky" not in Reading(demo_page).words
    assert "Estimated by OpenSky" in Reading(one_page([estimated(visit())], {})).words


def place_in_the_woods(latitude: float = 41.5, **fields: object) -> Visit:
    return visit(**({"airport": None, "latitude": latitude, "longitude": 129.25} | fields))


def test_places_without_an_airport() -> None:
    """Those far from one another are two, in words and rows; those at a stone's throw are one."""
    here, there = place_in_the_woods(), place_in_the_woods(id="visit-2", latitude=-50.0)
    beside = place_in_the_woods(id="visit-3", latitude=41.52)
    text = one_page([here, there, beside], {})
    assert "3 visits at 2 places" in text
    assert chart([here, there, beside], AIRPORTS, None, NOW).rows == (
        "34 km west of Orang (Chongjin) RGO (North Korea)",
        "-50.000, 129.250",
    )
    assert Reading(text).drawings()[0] == "Map of 3 visits: 3 places without an airport."


@pytest.mark.parametrize("is_heard", [True, False])
def test_a_departure_from_a_place_without_an_airport(is_heard: bool) -> None:
    """The place is marked, and dashes lead from there to where it was heard again, and to it from the loss."""
    [stay], events = unseen(1, "FNJ", at("2023-09-20T04:00"))
    nowhere = replace(stay, airport=None)
    seen = map_content([nowhere], events if is_heard else {}, AIRPORTS)
    assert [(spot.latitude, spot.longitude) for spot in seen.elsewhere] == [(stay.latitude, stay.longitude)]
    ends = {end for way in seen.dark for end in way}
    marks = {(spot.longitude, spot.latitude) for spot in (*seen.lost, *seen.found, *seen.elsewhere)}
    assert (len(seen.dark), ends == marks) == ((2, True) if is_heard else (0, False))


@pytest.mark.parametrize(
    ("fields", "signs"),
    [
        ({"departure": moment("2023-09-26T05:31")}, {"on the ground", "gap", "perhaps on the ground", "best estimate"}),
        ({"arrival": moment("2023-09-26T01:52"), "departure": None}, {"on the ground", "still there when last looked"}),
        ({"arrival": first_heard_there()}, {"on the ground", "gap", "came earlier"}),
        ({}, {"on the ground", "gap"}),
        ({"arrival": moment("2023-09-26T01:52"), "departure": moment("2023-09-26T01:53")}, {"too short"}),
    ],
)
def test_the_timeline_explains_its_signs(fields: dict[str, object], signs: set[str]) -> None:
    """Those that can be seen, and no others: ten minutes of doubt do not show beside two days, which is said."""
    words = Reading(one_page([visit(**fields)], {})).words
    known = ("perhaps on the ground", "best estimate", "still there when", "came earlier", "gap", "too short")
    legend = words[words.index("Timeline,") : words.index("Visits, newest")]
    assert {sign for sign in known if sign in legend} == {sign for sign in known if any(sign in s for s in signs)}
    assert ("Uncertain ends fade where" in legend) == (
        fields == {} or "landing" in fields or signs == {"on the ground", "gap", "came earlier"}
    )


def stays(hours_apart: int, hours: float, count: int = 60) -> list[Visit]:
    """Make visits of so many hours, one after the other."""
    begin = at("2023-01-01T00:00")
    return [
        visit(
            id=f"visit-{n}",
            arrival=moment(f"{begin + timedelta(hours=n * hours_apart):%Y-%m-%dT%H:%M}"),
            departure=moment(f"{begin + timedelta(hours=n * hours_apart + hours):%Y-%m-%dT%H:%M}"),
        )
        for n in range(count)
    ]


@pytest.mark.parametrize("form", ["wide", "narrow"])
@pytest.mark.parametrize(
    "visits", [flown(400, ["FNJ", "VVO", "KHV", "PEK"])[0], stays(24, 23.5), stays(24, 1), stays(4, 1, 600)]
)
def test_separate_stays_do_not_touch(visits: list[Visit], form: str) -> None:
    """And none begins more than a few pixels before the arrival, or is drawn longer than it was."""
    seen = chart(visits, AIRPORTS, NOW, NOW)
    drawn = marks(seen, form)
    scale = (WIDTHS[form] - 28) / ((seen.end - seen.start) / timedelta(hours=1))
    for row in range(len(seen.rows)):
        there = sorted((s.x, s.x + s.w) for s in (*drawn.solid, *drawn.ticks, *drawn.several) if s.row == row)
        assert all(begin - end > 1.0 for (_, end), (begin, _) in pairwise(there))
    arrivals = sorted((bar.row, 14 + (bar.sure_from - seen.start) / timedelta(hours=1) * scale) for bar in seen.bars)
    if not drawn.several:
        begun = sorted((s.row, s.x) for s in (*drawn.solid, *drawn.ticks))
        assert all(
            row == at_row and abs(x - at_x) < 4 for (row, x), (at_row, at_x) in zip(begun, arrivals, strict=True)
        )
    assert all(s.w <= LEAST_PX for s in drawn.ticks)


def test_a_timeline_of_many_airframes_keeps_to_the_frequent() -> None:
    """Those that came once share the last row, where their arrivals are marked and no stay; each is in the table."""
    often = [visit(id=f"often-{n}", arrival=moment(f"2023-09-{n:02}T01:52")) for n in (24, 25, 26)]
    once = [visit(id=f"once-{n}", icao24=f"1552{n:02x}", registration=f"RA-{86600 + n}") for n in range(30)]
    text = one_page([*once, *often], {})
    rows = re.findall(r">(RA-86\d+|\d+ other aircraft)</text>", text)
    assert (len(rows), rows[24], rows[49], rows.count("RA-86559")) == (50, "7 other aircraft", "7 other aircraft", 2)
    assert len(Reading(text).rows()) == 33
    seen = chart([*once, *often], AIRPORTS, NOW, NOW)
    drawn = marks(seen, "wide")
    assert (len(seen.bars), len(seen.others), len(drawn.others)) == (26, 7, 1)
    assert max(s.row for s in (*drawn.solid, *drawn.ticks)) < len(seen.rows) - 1 == drawn.others[0].row


def test_no_date_of_a_timeline_lies_outside_the_days_that_it_names() -> None:
    """The demo's first visit is on the 1st of August; what is left free before it reaches into July."""
    visits, events = demo()
    text = one_page(visits, events)
    assert text.count(">1 August 2023</text>") == text.count(">28 September 2023</text>") == len(WIDTHS)
    assert ">7 Aug</text>" in text
    assert not re.search(r">\d+ Jul</text>|>(29|30) Sep</text>", text)


@pytest.mark.parametrize(
    ("rows", "heights"), [(8, [8]), (9, [4, 5]), (12, [6, 6]), (24, [8, 8, 8]), (25, [6, 6, 6, 7])]
)
def test_a_timeline_of_many_rows_is_in_parts_between_which_paper_breaks(rows: int, heights: list[int]) -> None:
    """All of the same time, with each row and stay once and in order, and whoever shares the last row in the last."""
    tails = [f"RA-{86600 + n}" for n in range(rows + 6 * (rows == 25))]
    came = [visit(id=tail, icao24=f"1552{n:02x}", registration=tail) for n, tail in enumerate(tails)]
    seen = chart(came, AIRPORTS, NOW, NOW)
    divided = parts(seen)
    assert [len(part.rows) for part in divided] == heights
    assert sum((part.rows for part in divided), ()) == seen.rows
    bars = [(part.rows[bar.row], bar.earliest) for part in divided for bar in part.bars]
    assert bars == [(seen.rows[bar.row], bar.earliest) for bar in seen.bars]
    assert {(part.start, part.end) for part in divided} == {(seen.start, seen.end)}
    assert [part.others for part in divided] == [()] * (len(heights) - 1) + [seen.others]
    text = one_page(came, {})
    numbers = range(1, len(heights) + 1)
    which = (
        [f"Part {n} of {len(heights)}." for n in numbers]
        if len(heights) > 1
        else ["The table below has the times of each."]
    )
    told = [words for words in Reading(text).drawings() if words.startswith("Timeline")]
    assert [words.endswith(each) for words, each in zip(told, which * 2, strict=True)] == [True] * 2 * len(heights)


def test_a_long_name_of_a_row_says_that_it_goes_on() -> None:
    text = one_page([visit(airport=Place("XQQX", None, "Q" * 90))], {})
    cut = re.findall(r">(Q+[^<]*)</text>", text[text.index("Timeline of 1 visit") :])
    assert [name[-1] for name in cut] == ["…", "…"]


def dark_stretches(text: str) -> list[list[tuple[float, float]]]:
    """Give the dashed lines of the wide map, in its pixels."""
    [path] = re.findall(r'd="([^"]+)" fill="none" stroke="var\(--ink\)" stroke-dasharray="5,4"', text)[:1]
    return points_of(path)


@pytest.mark.parametrize("km", [300.0, 900.0])
def test_a_stretch_across_the_antimeridian_is_as_short_as_it_was(km: float) -> None:
    """Nadi lies 2.5° west of it: the way from the east does not lead round the world."""
    visits, events = unseen(1, "NAN", at("2023-09-20T04:00"), bearing=90.0, km=km)
    lost, found = dark_stretches(one_page(visits, events))
    field = lost[-1]
    assert field == found[0]
    for stretch in (lost, found):
        assert all(abs(x - to_x) + abs(y - to_y) < 430 for (x, y), (to_x, to_y) in pairwise(stretch))
    assert lost[0][0] > field[0] + 50


def test_airports_on_opposite_sides_of_the_earth() -> None:
    """No middle is nearer to one than to the other; all are on the map nevertheless."""
    text = one_page(*flown(4, ["MAD", "WLG", "JFK", "PER"], start="2023-09-01"))
    assert "NaN" not in text
    assert all(f">{name}<" in text for name in ("Wellington WLG", "Perth PER", "New York John F Kennedy JFK"))


def test_the_coast_of_korea_can_be_recognised(demo_page: str) -> None:
    """The map's outline has the bays that at 1:110 million are straight lines: some tens of corners, not a handful."""
    outline = re.search(r'<path d="([^"]+)" [^>]*fill="var\(--land\)"', demo_page)
    assert outline is not None
    assert sum(map(len, points_of(outline[1]))) > 80


def test_400_visits() -> None:
    """Each is in the table and the timeline; the map keeps to those that can be told apart."""
    text = one_page(*flown(400, ["FNJ", "VVO", "KHV", "PEK"]))
    read = Reading(text)
    assert len(text.encode()) < MOST_BYTES
    assert len(read.rows()) == 400
    assert "Map of the newest 100 of 400 visits; the days on it, as far as there is room for them, are" in read.words
    assert [words.partition(",")[0] for words in read.drawings()[2:]] == ["Timeline of 400 visits"] * 2
    assert "times on it" not in read.words[: read.words.index("Timeline,")]
    assert "Map of 1 visit; times on it are those of the airport’s clock." in Reading(one_page(*two_days())).words


def test_the_oldest_of_very_many_visits_are_left_to_history() -> None:
    made = flown(MOST_VISITS + 200, ["FNJ", "VVO"], days=2)
    text = one_page(*made)
    read = Reading(text)
    assert len(text.encode()) < MOST_BYTES
    assert (len(read.rows()), len(read.drawings())) == (MOST_VISITS, 4)
    assert "This page shows the newest 1,000; flightwatch history lists the 200 older ones too." in read.words
    assert read.rows()[0]["landed (UTC)"][0] == f"{made[0][0].arrival.at:%Y-%m-%d %H:%M}"


def test_several_subjects_have_an_index() -> None:
    """Each of its links leads to a section; those without visits are a line of it, and come last."""
    visits, events = unseen(1, "FNJ", at("2023-09-20T04:00"))
    first = visit(id="visit-2", registration="P-885", departure=None, arrival=first_heard_there())
    record = "Watching since August."
    sections = [
        Section("RA-86559", visits, ("Of its own.",), record),
        Section("RA-96014", [], ("OpenSky was not asked about past flights.",), record),
        Section("FNJ", [first], record=record, is_airport=True, looked_at=NOW),
        Section("P-881", [], ("OpenSky was not asked about past flights.",), record),
    ]
    text = written("Watchlist", sections, events, NOW)
    read = Reading(text)
    ids = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    assert sorted(ids) == sorted({*ids})
    assert [a["href"] for a in read.all("a")][:6] == ["#s1", "#s2", "#s3", "#s4", "#index", "#index"]
    assert {"s1", "s2", "s3", "s4", "index"} <= {*ids}
    cells = [text.strip("|") for name, text in read.cells if name in INDEX]
    assert cells == [
        *("RA-86559", "1", "2023-09-20 04:00|Pyongyang FNJ"),
        *("FNJ", "1", "by 2023-09-26 01:52|P-885, still there when last looked, 2023-09-28 06:00"),
    ]
    assert "None recorded: RA-96014; P-881." in read.words
    assert re.findall("<h2>(.*)</h2>", text)[:4] == ["RA-86559", "FNJ", "RA-96014", "P-881"]
    assert read.words.count(record) == 1
    assert len(read.rows()) == 2
    assert len(read.drawings()) == 8


def test_the_same_visits_are_drawn_once() -> None:
    """An airport's are often those of one aircraft."""
    sections = [Section("RA-86559", [visit()]), Section("FNJ", [visit()], is_airport=True)]
    read = Reading(written("Watchlist", sections, {}, NOW))
    assert (len(read.drawings()), len(read.rows())) == (4, 2)
    assert "Map and timeline are those of RA-86559: the visits are the same." in read.words


@pytest.mark.slow
def test_who_needs_little_leaves_room_to_the_others() -> None:
    few = [Section(f"RA-{number}", [visit(id=f"few-{number}")]) for number in range(9)]
    many = Section("VVO", [visit(id=f"many-{number}") for number in range(900)])
    text = written("Watchlist", [many, *few], {}, NOW)
    assert len(Reading(text).rows()) == 909
    assert "flightwatch history lists" not in text
    assert len(text.encode()) < MOST_BYTES


@pytest.mark.parametrize("visits", [[visit()], []])
def test_more_subjects_than_there_is_room_for(visits: list[Visit]) -> None:
    """It says how many are left out, and no page is larger for it."""
    sections = [
        Section(f"RA-{number} {'<' * 300}", visits, (f"{number} {'&' * 200}",), looked_at=NOW) for number in range(3000)
    ]
    told = list[tuple[int, int]]()
    text = written("Watchlist", sections, {}, NOW, progress=lambda done, total: told.append((done, total)))
    read = Reading(text)
    assert len(text.encode()) < MOST_BYTES
    shown = len(read.all("section"))
    assert 200 < shown < 3000
    assert told == [(number, shown) for number in range(1, shown + 1)]
    assert f"; and {3000 - shown - 50:,} more." in read.words
    assert "Left out to keep this page small; make a report of each alone: RA-" in read.words
    assert len(read.rows()) == shown * len(visits)


@pytest.mark.slow
def test_a_page_too_large_goes_without_its_last_drawings() -> None:
    """Maps of the whole earth for each of many: the rows are all there, and it says what is not."""
    visits, events = flown(9, ["JFK", "SVO", "SYD", "EZE", "CPT", "FNJ", "ANC", "LHR", "DEL"], start="2023-08-01")
    sections = [Section(f"RA-{n}", [*visits[:-1], replace(visits[-1], id=f"its-{n}")]) for n in range(26)]
    text = written("Watchlist", sections, events, NOW)
    read = Reading(text)
    left_out = text.count(NO_ROOM)
    assert len(text.encode()) < MOST_BYTES
    assert len(read.rows()) == 26 * 9
    assert 0 < left_out < 26
    assert len(read.drawings()) == (2 + 2 * 2) * (26 - left_out)  # the timelines of nine places are in two parts


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ground_of(palette: dict[str, str], name: str) -> str:
    """The colour of a ground; one "in doubt" has the band of what is not known over it."""
    ground, is_in_doubt = palette[name.removesuffix(" in doubt")], name.endswith(" in doubt")
    if not is_in_doubt:
        return ground
    both = ([int(colour[n : n + 2], 16) for n in (1, 3, 5)] for colour in (ground, palette["doubt"]))
    return "#" + "".join(f"{round(a + (b - a) * BAND_OPACITY):02x}" for a, b in zip(*both, strict=True))


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("names", "grounds", "least"),
    [
        (("ink", "quiet", "link"), ("paper",), 4.5),
        (("ink",), ("sea", "land"), 4.5),
        (("lost", "found", "ink"), ("sea", "land"), 3.0),
        (("coast",), ("sea", "land"), 3.0),
        (("bar",), ("paper",), 3.0),
        (("graticule",), ("sea", "land"), 1.25),
        (("country", "town"), ("land", "land in doubt", "sea", "sea in doubt"), 4.5),
        (("ink",), ("land in doubt", "sea in doubt"), 4.5),
        (("water",), ("sea", "sea in doubt"), 4.5),
        (("border",), ("land",), 3.0),
        (("lost", "found"), ("land in doubt", "sea in doubt"), 3.0),
        (("route", "doubt"), ("land", "sea"), 3.0),
    ],
)
def test_contrast(palette: dict[str, str], names: Sequence[str], grounds: Sequence[str], least: float) -> None:
    """Text 4.5:1, marks 3:1 (WCAG 2.2, success criteria 1.4.3 and 1.4.11); lines that only help are to be seen."""
    assert LIGHT.keys() == DARK.keys()
    for name in names:
        for ground in grounds:
            low, high = sorted((luminance(palette[name]), luminance(ground_of(palette, ground))))
            assert (high + 0.05) / (low + 0.05) >= least, (name, ground)


def written_in(element: ElementTree.Element, looks: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Give the colour of each text of a drawing, and the colour that it is set off with; paper's where it is with none."""
    looks = looks | {key: element.attrib[key] for key in ("fill", "stroke") if key in element.attrib}
    if element.tag == "text":
        yield looks["fill"].removeprefix("var(--").removesuffix(")"), looks["stroke"].removeprefix("var(--").rstrip(")")
    for child in element:
        yield from written_in(child, looks)


@pytest.mark.parametrize("scene", [demo, round_trip, a_dozen, two_days, around_the_earth, seen_over_the_pole])
def test_the_contrast_of_all_that_is_written(scene: Callable[[], Visits]) -> None:
    """Each text of the drawings, for a wide page, a phone and paper, keeps 4.5:1 to its edge, also in the shaded area."""
    drawings = re.findall(r'<svg [^>]*role="img".*?</svg>', one_page(*scene()), re.DOTALL)
    assert len(drawings) == (6 if scene is a_dozen else 4)
    for drawing in drawings:
        told = set(written_in(ElementTree.fromstring(drawing), {"stroke": "paper"}))  # noqa: S314 our own drawing
        assert told
        for (ink, edge), palette in product(told, (LIGHT, DARK)):
            for ground in (edge, f"{edge} in doubt") if edge in ("land", "sea") else (edge,):
                low, high = sorted((luminance(palette[ink]), luminance(ground_of(palette, ground))))
                assert (high + 0.05) / (low + 0.05) >= 4.5, (ink, ground)


def test_every_colour_is_in_the_palette(demo_page: str) -> None:
    """A drawing names colours, so that it turns dark with the page."""
    assert {*re.findall(r"var\(--(\w+)\)", demo_page)} <= LIGHT.keys()
    fixed = re.findall(r'(?:fill|stroke|stop-color)="(?!var\(|url\(#|none)([^"]*)"', demo_page)
    assert fixed == []


def test_it_is_drawn_without_an_extra() -> None:
    """What makes pictures of maps is not loaded for a page."""
    program = (
        "import sys; sys.modules.update(vl_convert=None, PIL=None)\n"
        "from made_visits import at, visit\n"
        "from state_vectors import AIRPORTS\n"
        "from flightwatch.report.material import Material\n"
        "from flightwatch.report.page import Section, page\n"
        "from flightwatch.storage.land import load_land\n"
        "made = page('A', [Section('A', [visit()])], Material({}, AIRPORTS, load_land, at('2023-09-28T06:00')))\n"
        "print(made.count('role=\"img\"'))\n"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env=os.environ | {"PYTHONPATH": ":".join(sys.path)}
    )
    assert done.stdout == "4\n"


AROUND = """\
<iframe src="report.html" style="width:%dpx;height:900px;border:0" onload="
  const page = this.contentDocument, count = (what) => [...page.querySelectorAll(what)];
  document.title = JSON.stringify({
    width: page.documentElement.scrollWidth,
    rows: count('tbody tr').length,
    drawings: count('svg[role=img]').filter((svg) => svg.getBoundingClientRect().width > 0).length,
    letters: count('svg[role=img]').map((svg) => 12 * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)
      .filter((px) => px > 0).every((px) => px > 10),
    bars: count(`svg.narrow path[fill='var(--bar)'], svg.narrow [fill='var(--bar)'] path`).length,
    asked: this.contentWindow.performance.getEntriesByType('resource').map((entry) => entry.name),
  })"></iframe>
"""


def browse(folder: Path, text: str, width: int) -> dict[str, Any]:
    """Show a page in a frame of Chromium that can reach nobody; what is measured from around it, as it runs no script."""
    (folder / "report.html").write_text(text)
    (folder / "around.html").write_text(AROUND % width)
    command = [
        *(CHROMIUM or "", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars"),
        *(f"--user-data-dir={folder / 'profile'}", "--host-resolver-rules=MAP * ~NOTFOUND"),
        *("--allow-file-access-from-files", "--dump-dom", (folder / "around.html").as_uri()),
    ]
    dom = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    [title] = re.findall(r"<title>(.*)</title>", dom)
    measured: dict[str, Any] = json.loads(unescape(title))
    return measured


@pytest.mark.slow
@in_chromium
@pytest.mark.parametrize("width", [320, 799, 800, 1200])
def test_a_browser_shows_all_and_asks_for_nothing(demo_page: str, width: int, tmp_path: Path) -> None:
    """Map and timeline once each, letters of 10 px or more, two bars, two rows; nothing is fetched, nothing scrolls sideways."""
    shown = {"width": width, "rows": 2, "drawings": 2, "letters": True, "bars": 2, "asked": []}
    assert browse(tmp_path, demo_page, width) == shown


@pytest.mark.slow
@in_chromium
def test_the_browser_would_have_told(demo_page: str, tmp_path: Path) -> None:
    """A page with an image from elsewhere and without the policy is caught at it."""
    asking = demo_page.replace(POLICY, "").replace("<main>", '<main><img alt="" src="http://elsewhere.example/x.png">')
    assert browse(tmp_path, asking, 1200)["asked"] == ["http://elsewhere.example/x.png"]


@pytest.mark.slow
@in_chromium
@pytest.mark.parametrize("width", [320, 700, 1000])
def test_no_width_scrolls_sideways(width: int, tmp_path: Path) -> None:
    """Not even for text that never ends."""
    long = visit(registration="W" * 200, callsign="M" * 200, airport=Place("ZZZZ", None, "Q" * 90))
    named = [Section("B" * 150, [long, visit(departure=None)], ("C" * 150,)), *hostile()[0]]
    measured = browse(tmp_path, written("A" * 150, named, {}, NOW), width)
    assert (measured["width"], measured["rows"], measured["asked"]) == (width, 3 + 5, [])


@pytest.mark.parametrize(
    ("heard_by", "linked"),
    [
        ((), ["https://opensky-network.org/"]),
        (("OpenSky",), ["https://opensky-network.org/"]),
        (("adsb.lol", "attic"), ["https://adsb.lol/"]),
        (
            ("OpenSky", "adsb.fi", "airplanes.live"),
            ["https://opensky-network.org/", "https://adsb.fi/", "https://airplanes.live/"],
        ),
    ],
)
def test_whoever_heard_the_visits_is_named_with_the_terms(heard_by: tuple[str, ...], linked: list[str]) -> None:
    """Events that do not say who heard them are of a time when OpenSky was the only source."""
    heard = landing(heard_by=heard_by)

    written = one_page([visit()], {heard.id: heard})

    assert re.findall(r'<li>Positions: <a href="([^"]+)">', written) == linked
    assert ("Open Database License" in written) is ("adsb.lol" in heard_by)


def test_whoever_heard_a_flight_that_is_drawn_is_named() -> None:
    """Though no landing rests on what they heard."""
    fixes = Fix(1, 42.0, 131.0, 9000), Fix(300, 41.0, 130.0, 9000)
    legs = {"visit-1": (Leg(True, fixes, ("adsb.lol",)),)}
    material = Material({"landing-1": landing()}, AIRPORTS, load_land, NOW, legs)
    found = page("RA-86559", [Section("RA-86559", [visit()])], material)
    linked = ["https://opensky-network.org/", "https://adsb.lol/"]
    assert re.findall(r'<li>Positions: <a href="([^"]+)">', found) == linked
