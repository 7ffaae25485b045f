"""``history`` that asks OpenSky, ``report`` and ``status --watch``, as a user runs them."""

import json
import os
import signal
import sqlite3
import time
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from made_visits import seen_visit, unix
from opensky_journeys import AUTUMN, Wire
from opensky_server import ANONYMOUS, HANG, Fault, OpenSkyServer, Request
from program import PATIENCE_S, Program, skip_around_midnight
from terminals import ERASED, THE_LINE_BEFORE, Terminal
from unprinted_polls import polled

from flightwatch.core.spans import DAY_S
from flightwatch.sources.opensky_states import OpenSky

FLIGHTS = "/api/flights/aircraft"

HIDDEN_CURSOR, SHOWN_CURSOR = "\x1b[?25l", "\x1b[?25h"
SCREEN_OF_ITS_OWN, THE_SCREEN_BEFORE = "\x1b[?1049h", "\x1b[?1049l"
"""xterm's control sequences."""


def lately(flights: tuple[Wire, ...] = AUTUMN) -> list[Wire]:
    """Move three months of flights to where they end twenty days ago: the program asks about the days before today."""
    shift = round(time.time()) // DAY_S * DAY_S - 20 * DAY_S - unix("2023-09-29T00:00")

    def later(wire: Wire) -> Wire:
        return wire | {key: int(str(wire[key])) + shift for key in ("firstSeen", "lastSeen")}

    return [later(wire) for wire in flights]


@pytest.fixture
def autumn(server: OpenSkyServer) -> OpenSkyServer:
    """OpenSky with three months of flights, and credits to ask about all of them."""
    skip_around_midnight()
    server.flights, server.flights_until = lately(), round(time.time())
    server.flight_credits[ANONYMOUS] = 2000
    return server


@pytest.fixture
def newcomer(autumn: OpenSkyServer, bare_program: Program) -> Program:
    """Somebody without watchlist and database, with a question."""
    bare_program.environment["FLIGHTWATCH_OPENSKY_URL"] = autumn.url
    return bare_program


def asked(server: OpenSkyServer) -> list[str]:
    return [dict(request.params)["begin"] for request in server.asked(FLIGHTS)]


def places(printed: str) -> list[str]:
    return [visit["airport_iata"] for visit in json.loads(printed)]


def test_an_aircraft_that_nobody_watched(newcomer: Program, autumn: OpenSkyServer) -> None:
    """A week is asked about, after saying what that costs; again, and it is free; more days cost only what is new."""
    first = newcomer.run("history", "ra86559", "--ask", "opensky")
    assert (first.returncode, first.stderr) == (
        0,
        "flightwatch: asking OpenSky: 7 days: 1 airframe, 8 questions, 110 of 400 credits\n",
    )
    assert first.stdout.splitlines()[-1].startswith(
        "no visits recorded; nothing was watched yet; OpenSky was asked about 7 days, "
    )
    assert autumn.flight_credits[ANONYMOUS] == 2000 - 110
    autumn.requests.clear()
    assert newcomer.out("history", "RA-86559", "--ask", "opensky") == first.stdout
    assert asked(autumn) == []
    more = newcomer.run("history", "RA-86559", "--ask", "opensky", "--days", "25", "--format", "json")
    assert more.stderr == "flightwatch: asking OpenSky: 18 days: 1 airframe, 18 questions, 306 of 1,890 credits\n"
    assert places(more.stdout) == ["VKO", "FNJ", "VKO"]
    assert {visit["source"] for visit in json.loads(more.stdout)} == {"opensky"}
    assert json.loads(more.stdout)[0]["departed"] is None
    assert places(newcomer.out("history", "RA-86559", "--ask", "opensky", "--limit", "2", "--format", "json")) == [
        "VKO",
        "FNJ",
    ]
    assert places(newcomer.out("history", "RA-86559", "--ask", "opensky", "--inferred", "no", "--format", "json")) == []
    assert newcomer.files() == ["home/.local/share/flightwatch/flightwatch.db"]


def day(days_ago: int) -> str:
    return f"{datetime.now(UTC) - timedelta(days=days_ago):%Y-%m-%d}"


def test_days_count_back_from_the_end(newcomer: Program) -> None:
    """Those that are asked about by default too, and those that are named; what is summed up is known of these days."""
    first = newcomer.run("history", "RA-86559", "--ask", "opensky", "--until", day(18))
    assert first.stderr == "flightwatch: asking OpenSky: 7 days: 1 airframe, 9 questions, 114 of 400 credits\n"
    assert first.stdout.splitlines()[-1] == (
        "3 visits; all of them are OpenSky's estimates; nothing was watched yet; "
        f"OpenSky was asked about 7 days, {day(24)} to {day(18)} (--days 90 asks for more)"
    )
    more = newcomer.run("history", "RA-86559", "--ask", "opensky", "--until", day(18), "--days", "9", "--summary")
    assert more.stderr == "flightwatch: asking OpenSky: 2 days: 1 airframe, 2 questions, 34 of 1,886 credits\n"
    assert more.stdout.splitlines()[1] == (
        "3 visits in these 9 days; not watched in the 9 days before, nor in the same days a year before"
    )
    assert more.stdout.splitlines()[-1].endswith("; OpenSky was asked about these 9 days")


def test_stays_that_have_no_place(newcomer: Program, autumn: OpenSkyServer) -> None:
    """They are told as far as they began in the time asked for."""
    autumn.flights = [wire | {"estArrivalAirport": None, "estDepartureAirport": None} for wire in autumn.flights]
    asking = newcomer.run("history", "RA-86559", "--ask", "opensky", "--days", "25")
    line = "flightwatch: OpenSky knows 1 more stay on the ground, but not where\n"
    assert asking.stderr.endswith(line)
    assert newcomer.run("history", "RA-86559", "--ask", "opensky", "--offline").stderr == line
    assert newcomer.run("history", "RA-86559", "--ask", "opensky", "--offline", "--days", "10").stderr == ""
    assert newcomer.run("history", "RA-86559", "--ask", "opensky", "--offline", "--until", day(24)).stderr == ""


def test_a_bar_shows_how_far_it_is(newcomer: Program) -> None:
    """On a terminal: how many questions are answered; it is gone when all are."""
    newcomer.environment |= {"TERM": "xterm"}
    with (
        Terminal(columns=100) as terminal,
        newcomer.running("history", "RA-86559", "--ask", "opensky", "--format", "json", stderr=terminal.end) as asking,
    ):
        shown, done = terminal.whole(), newcomer.wait(asking)
    assert (done.returncode, done.stdout) == (0, "[]\n")
    assert "8/8" in shown[shown.index("flights") :]
    assert shown.endswith(THE_LINE_BEFORE + ERASED)


def test_the_table_marks_estimates(newcomer: Program) -> None:
    table = newcomer.run("history", "RA-86559", "--ask", "opensky", "--days", "22").stdout.splitlines()
    assert [line.split()[-1] for line in table[3:9]] == ["estimated", "OpenSky,", "sure"] * 2
    assert table[-1].startswith(
        "2 visits; all of them are OpenSky's estimates; nothing was watched yet; OpenSky was asked about "
    )


def test_it_ends_where_the_credits_end(newcomer: Program, autumn: OpenSkyServer) -> None:
    """What is known by then is shown; the next day it goes on there, and no day is asked twice."""
    autumn.flight_credits[ANONYMOUS] = 400
    short = newcomer.run("history", "RA-86559", "--ask", "opensky", "--days", "90", "--format", "json")
    assert (short.returncode, places(short.stdout)) == (3, ["VKO", "FNJ"])
    assert short.stderr.splitlines() == [
        "flightwatch: asking OpenSky: 90 days: 1 airframe, 90 questions, 1,530 of 400 credits; they pay for 22 now, newest "
        "first, and asking again goes on from there",
        "flightwatch: 22 of 90 questions are answered and kept; 26 credits do not pay for the next (30): ask again after "
        "midnight UTC, it goes on there",
    ]
    autumn.flight_credits[ANONYMOUS] = 4000
    again = newcomer.run("history", "RA-86559", "--ask", "opensky", "--days", "90", "--format", "json")
    assert (again.returncode, places(again.stdout), len(asked(autumn))) == (3, ["VKO", "FNJ"], 22)
    assert again.stderr.splitlines() == [
        "flightwatch: not asking OpenSky: 68 days: 1 airframe, 68 questions, 1,156 credits, and 26 are left",
        "flightwatch: 0 of 68 questions are answered and kept; 26 credits do not pay for the next (30): ask again after "
        "midnight UTC, it goes on there",
    ]
    a_day_passes(newcomer)
    whole = newcomer.run("history", "RA-86559", "--ask", "opensky", "--days", "90", "--format", "json")
    assert (whole.returncode, places(whole.stdout).count("FNJ")) == (0, 3)
    assert len(asked(autumn)) == len(set(asked(autumn))) == 90


def a_day_passes(program: Program) -> None:
    """Make what is known of the balances a day old."""
    path = program.folder / "home/.local/share/flightwatch/flightwatch.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("UPDATE balances SET at = at - ?", (DAY_S,))


class Stuck(OpenSkyServer):
    """Hangs at its sixth question about flights, once."""

    def __init__(self) -> None:
        super().__init__()
        self.is_stuck = Event()

    def answer(self, request: Request) -> Fault:
        if request.path == FLIGHTS and len(self.asked(FLIGHTS)) == 5:
            self.requests.append(request)
            self.is_stuck.set()
            return HANG
        return super().answer(request)


def test_interrupted(newcomer: Program) -> None:
    """Ctrl-C ends it with a word; the next run asks only for what was not answered."""
    with Stuck() as server:
        server.flights, server.flights_until = lately(), round(time.time())
        server.flight_credits[ANONYMOUS] = 4000
        newcomer.environment["FLIGHTWATCH_OPENSKY_URL"] = server.url
        with newcomer.running("history", "RA-86559", "--ask", "opensky", "--days", "25", "--format", "json") as process:
            assert server.is_stuck.wait(PATIENCE_S)
            process.send_signal(signal.SIGINT)
            done = newcomer.wait(process)
        assert (done.returncode, done.stdout) == (130, "")
        assert done.stderr.splitlines()[1:] == [
            "flightwatch: interrupted: what was answered is kept, ask again to go on"
        ]
        again = newcomer.run("history", "RA-86559", "--ask", "opensky", "--days", "25", "--format", "json")
        assert places(again.stdout) == ["VKO", "FNJ", "VKO"]
        assert [count for count in Counter(asked(server)).values() if count > 1] == [2]
        assert asked(server)[5] == asked(server)[6]


def test_tracks_have_credits_of_their_own(newcomer: Program, autumn: OpenSkyServer) -> None:
    """Those of what is known are asked for where flights' credits end."""
    autumn.flights = [wire | {"estArrivalAirport": None} for wire in autumn.flights]
    autumn.flight_credits[ANONYMOUS] = 374
    done = newcomer.run("history", "RA-86559", "--ask", "opensky", "--days", "25")
    assert (done.returncode, len(autumn.asked("/api/tracks/all"))) == (3, 1)
    assert [line.split(":")[1][:40] for line in done.stderr.splitlines()] == [
        " asking OpenSky",
        " asking OpenSky for 1 track, of flights ",
        " 22 of 26 questions are answered and kep",
    ]


def test_a_track_for_a_doubtful_end(newcomer: Program, autumn: OpenSkyServer) -> None:
    """It is asked for out of a bucket of its own, and that OpenSky has none is kept."""
    autumn.flights = [wire | {"estArrivalAirport": None} for wire in autumn.flights]
    done = newcomer.run("history", "RA-86559", "--ask", "opensky", "--days", "25")
    assert done.stderr.splitlines() == [
        "flightwatch: asking OpenSky: 25 days: 1 airframe, 26 questions, 416 of 400 credits; they pay for 22 now, newest "
        "first, and asking again goes on from there",
        "flightwatch: asking OpenSky for 2 tracks, of flights with a doubtful end: 8 of 400 credits",
    ]
    assert (autumn.track_credits[ANONYMOUS], len(autumn.asked("/api/tracks/all"))) == (392, 2)
    newcomer.run("history", "RA-86559", "--ask", "opensky", "--days", "25")
    assert len(autumn.asked("/api/tracks/all")) == 2


def test_tracks_that_are_not_paid(newcomer: Program, autumn: OpenSkyServer) -> None:
    """What is known is shown; the next run says what they would cost, and asks for none."""
    autumn.flights = [wire | {"estArrivalAirport": None} for wire in autumn.flights]
    autumn.track_credits[ANONYMOUS] = 7
    first = newcomer.run("history", "RA-86559", "--ask", "opensky", "--days", "25", "--format", "json")
    assert (first.returncode, places(first.stdout)) == (3, ["FNJ", "VKO"])
    assert first.stderr.splitlines()[-1] == (
        "flightwatch: 1 of 2 questions are answered and kept; 3 credits do not pay for the next (4): ask again after "
        "midnight UTC, it goes on there"
    )
    again = newcomer.run("history", "RA-86559", "--ask", "opensky", "--days", "25")
    assert (again.returncode, again.stderr) == (
        0,
        "flightwatch: not asking OpenSky for 1 track, of flights with a doubtful end: 4 credits, and 3 are left\n",
    )
    assert len(autumn.asked("/api/tracks/all")) == 1


@pytest.mark.parametrize("subject", ["RA-86559", "nobody", "FNJ"])
def test_offline_without_a_database(newcomer: Program, autumn: OpenSkyServer, subject: str) -> None:
    """Nothing is asked, and nothing made."""
    assert newcomer.run("history", subject, "--offline").returncode == 2
    assert newcomer.run("history", "nobody").returncode == newcomer.run("history", "FNJ").returncode == 2
    assert (newcomer.files(), autumn.requests) == ([], [])


@pytest.mark.slow
def test_nobody_answers(newcomer: Program) -> None:
    """What is known is shown all the same."""
    newcomer.environment["FLIGHTWATCH_OPENSKY_URL"] = "http://127.0.0.1:9/api"
    done = newcomer.run("history", "RA-86559", "--ask", "opensky", "--format", "json")
    assert (done.returncode, done.stdout) == (3, "[]\n")
    assert done.stderr.splitlines()[-1].startswith("flightwatch: 127.0.0.1 ")


def test_what_is_kept_needs_no_account(newcomer: Program, autumn: OpenSkyServer) -> None:
    """Half of one is missed only where there is something to ask, and what is known is shown all the same."""
    question, half = ("history", "RA-86559", "--ask", "opensky", "--format", "json"), {"OPENSKY_CLIENT_ID": "newcomer"}
    done = newcomer.run(*question, env=half)
    assert (done.returncode, done.stdout, autumn.requests) == (3, "[]\n", [])
    assert done.stderr == (
        "flightwatch: OpenSky was not asked: OPENSKY_CLIENT_ID is given without OPENSKY_CLIENT_SECRET; set both or neither\n"
    )
    newcomer.run(*question)
    assert newcomer.out(*question, env=half) == "[]\n"


@pytest.fixture
def watcher(program: Program, server: OpenSkyServer, source: OpenSky) -> Program:
    """Somebody who watched RA-86559 come to Vladivostok and leave in January 2024."""
    polled(program, server, source, seen_visit())
    server.requests.clear()
    return program


def test_what_was_watched_is_not_asked(watcher: Program, server: OpenSkyServer) -> None:
    """The days before are OpenSky's."""
    table = watcher.out("history", "RA-86559")
    assert table.splitlines()[-1].endswith(
        "; 1 landing observed; OpenSky was not asked about past flights (--days 90 asks for more)"
    )
    assert asked(server) == []
    done = watcher.run("history", "RA-86559", "--since", "2024-01-08", "--until", "2024-01-09")
    assert done.stderr == "flightwatch: asking OpenSky: 2 days: 1 airframe, 3 questions, 38 of 400 credits\n"
    assert watcher.out("history", "VVO", "--days", "30", "--format", "json") == "[]\n"


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ((), 1),
        (("--inferred", "no"), 1),
        (("--since", "2024-01-11", "--offline"), 0),
        (("--until", "last year", "--limit", "1"), 1),
        (("--until", "December 2023"), 0),
        (("--at", "FNJ"), 0),
    ],
)
def test_which_visits(watcher: Program, options: tuple[str, ...], count: int) -> None:
    assert len(json.loads(watcher.out("history", "RA-86559", *options, "--format", "json"))) == count


def test_visits_in_other_forms(watcher: Program) -> None:
    """On a map, in a calendar, and counted."""
    features = json.loads(watcher.out("history", "VVO", "--format", "geojson"))["features"]
    assert [feature["properties"]["kind"] for feature in features] == ["visit", "leg", "leg"]
    calendar = watcher.out("history", "RA-86559", "--format", "ics")
    assert "\nSUMMARY:RA-86559 (Il-62M\\, Russian Air Force) at Vladivostok VVO\n" in calendar
    counted = json.loads(watcher.out("history", "RA-86559", "--summary", "--format", "json"))
    assert (counted["visits"], counted["tails"]) == (1, [{"name": "RA-86559 (Il-62M, Russian Air Force)", "visits": 1}])
    lines = watcher.out("history", "VVO", "--summary", "--until", "2024-01-31").splitlines()
    assert lines[:2] == [
        "Vladivostok International Airport (VVO/UHWW): visits",
        "at least 1 visit in the 60 days to 2024-01-31, found though not watched then; "
        "not watched in the 60 days before, nor in the same days a year before",
    ]
    assert "  2024-01  #  1  found though not watched" in lines
    assert lines[-1].startswith("1 visit; not on the watchlist, so only watched aircraft are found there; ")
    seen = watcher.out("history", "VVO", "--summary", "--inferred", "no", "--until", "2024-01-31").splitlines()
    assert seen[1] == lines[1].replace("1 visit", "1 observed visit")
    assert seen[-1].startswith("1 observed visit; not on the watchlist, ")


def test_lines_on_a_terminal(watcher: Program) -> None:
    """They are broken between words; piped each is one line."""
    *_, last = watcher.out("history", "RA-86559", "--offline").splitlines()
    watcher.environment |= {"TERM": "xterm"}
    with (
        Terminal(columns=60) as terminal,
        watcher.running("history", "RA-86559", "--offline", stdout=terminal.end),
    ):
        shown = terminal.whole().splitlines()
    assert " ".join(" ".join(shown).split()).endswith(last)
    assert 50 < max(map(len, shown[-3:])) <= 60


def test_the_watchlist_as_understood_on_a_terminal(watcher: Program) -> None:
    """What follows a break stands under what began the line, not under the word that says what it is about."""
    piped = watcher.out("check").splitlines()
    watcher.environment |= {"TERM": "xterm"}
    with Terminal(columns=60) as terminal, watcher.running("check", stdout=terminal.end):
        shown = terminal.whole().splitlines()
    assert [line for line in shown if not line.startswith(" " * 10)] != shown
    assert " ".join(" ".join(shown).split()) == " ".join(" ".join(piped).split())
    assert 50 < max(map(len, shown)) <= 60


def test_diagnostics_on_a_terminal(watcher: Program) -> None:
    piped = " ".join(watcher.run("history", "Moscow").stderr.split())
    with Terminal(columns=50) as terminal, watcher.running("history", "Moscow", stderr=terminal.end):
        shown = terminal.whole().splitlines()
    assert piped == " ".join(" ".join(shown).split())
    assert 40 < max(map(len, shown)) <= 50


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("history", "FNJ", "--summary", "--format", "csv"), "--summary cannot be csv: choose --format table or json"),
        (
            ("history", "FNJ", "--days", "3", "--since", "2023"),
            "--days and --since both say where to begin: give one of them",
        ),
        (("history", "FNJ", "--since", "2099"), "--since '2099' is not in the past: name an earlier day"),
        (
            ("report", "FNJ", "-o", "page.html", "--since", "now"),
            "--since 'now' is not in the past: name an earlier day",
        ),
        (("report", "FNJ"), "name the page to write: -o FILE.html"),
        (
            ("report", "-o", "page.html"),
            "name a tail number, an icao24 or an airport, or give --all for the whole watchlist",
        ),
        (
            ("report", "FNJ", "--all", "-o", "page.html"),
            "name a tail number, an icao24 or an airport, or give --all for the whole watchlist",
        ),
        (
            ("report", "FNJ", "-o", "missing/page.html"),
            "missing/page.html: No such file or directory; name a file in a folder you can write to",
        ),
        (("report", "FNJ", "-o", "."), ".: Is a directory; name a file in a folder you can write to"),
        (("status", "--watch"), "--watch draws on a terminal: leave it out, or run it in one"),
    ],
)
def test_wrong_arguments(program: Program, arguments: tuple[str, ...], line: str) -> None:
    program.out("poll")
    before = program.files()
    done = program.run(*arguments)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"flightwatch: {line}\n")
    assert program.files() == before


def test_more_days_than_a_calendar_has(program: Program) -> None:
    done = program.run("history", "FNJ", "--days", "36501")
    assert (done.returncode, done.stdout) == (2, "")
    assert "'--days': 36501 is not in the range 1<=x<=36500" in done.stderr


def test_a_report(watcher: Program) -> None:
    """It is one page for anybody to read, and replaces the one before; a device is written to."""
    page = watcher.folder / "page.html"
    page.write_text("old")
    assert watcher.out("report", "RA-86559", "-o", "page.html") == ""
    written = page.read_text(encoding="utf-8")
    assert "<h1>RA-86559 (Il-62M, Russian Air Force)</h1>" in written
    assert "2024-01-10 05:00" in written
    assert page.stat().st_mode & 0o777 == 0o666 & ~umask()
    assert watcher.out("report", "RA-86559", "-o", "/dev/stdout").count("</html>") == 1
    assert [name for name in watcher.files() if "page" in name] == ["page.html"]


def test_a_report_of_everything(watcher: Program, server: OpenSkyServer) -> None:
    """An index, a section for each that is watched, and nothing asked."""
    watcher.out("report", "--all", "-o", "page.html", "--since", "2024")
    written = (watcher.folder / "page.html").read_text(encoding="utf-8")
    headings = ["RA-86559 (Il-62M, Russian Air Force)", "Pyongyang Sunan International Airport (FNJ/ZKPY)"]
    assert [f"<h2>{heading}</h2>" in written for heading in headings] == [True, True]
    assert server.requests == []


def umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_status_on_a_terminal_goes_on(watcher: Program, server: OpenSkyServer) -> None:
    """It looks again by itself, at a watchlist that was edited too, and at once when the window changes."""
    watcher.environment |= {"TERM": "xterm"}
    with Terminal() as terminal, watcher.running("status", "--watch", stdout=terminal.end) as process:
        terminal.until_drawn("looked at ", "credits left", "no good poll since 2024-01-10")
        server.time += 300
        server.credits[ANONYMOUS] = 654_321
        watcher.out("poll")
        terminal.until_drawn("654,317")
        watcher.watchlist.write_text("aircraft: [RA-96014, {")
        terminal.resize(40, 120)
        process.send_signal(signal.SIGWINCH)
        terminal.until_drawn("still as it was: watchlist.yaml:2: ", "credits left", "RA-86559")
        watcher.watchlist.write_text("aircraft: [RA-96014]")
        process.send_signal(signal.SIGWINCH)
        terminal.until_drawn("credits left", "RA-96014", without="still as it was")
        process.send_signal(signal.SIGTERM)
        terminal.whole()
        done = watcher.wait(process)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_status_leaves_the_terminal_as_it_was(watcher: Program, end: signal.Signals) -> None:
    """What was on it is there again, and the cursor."""
    watcher.environment |= {"TERM": "xterm"}
    with Terminal() as terminal, watcher.running("status", "--watch", stdout=terminal.end) as process:
        terminal.until(SCREEN_OF_ITS_OWN, HIDDEN_CURSOR, "credits left")
        process.send_signal(end)
        shown, done = terminal.whole(), watcher.wait(process)
    assert (done.returncode, done.stderr) == (0, "")
    assert shown.rfind(SHOWN_CURSOR) > shown.rfind(HIDDEN_CURSOR)
    assert shown.rfind(THE_SCREEN_BEFORE) > shown.rfind(SCREEN_OF_ITS_OWN)


def test_status_ends_with_its_terminal(watcher: Program) -> None:
    """Without a signal too, as under nohup: it would look and draw nothing for ever."""
    watcher.environment |= {"TERM": "xterm"}
    with Terminal() as terminal, watcher.running("status", "--watch", stdout=terminal.end) as process:
        terminal.until("credits left")
        terminal.hang_up()
        process.send_signal(signal.SIGWINCH)  # so that the test need not wait for the next look
        done = watcher.wait(process)
    assert (done.returncode, done.stderr) == (0, "")
