"""What is drawn: readable at 80 columns, and as text whatever it says."""

import os
import subprocess
import sys
from subprocess import PIPE

import pytest
from made_visits import (
    ICAO24,
    VLADIVOSTOK,
    at,
    estimated,
    first_heard_there,
    landing,
    left,
    moment,
    reminder,
    taken_back,
    visit,
)
from state_vectors import AIRPORTS
from terminals import Terminal, drawn

from flightwatch.channels.terminal import INFERRED, console, panel, visits_table
from flightwatch.core.model import Event, Place
from flightwatch.core.visits import Moment, Visit
from flightwatch.core.watched import Watched, WatchedAircraft
from flightwatch.watchlist.model import Watchlist
from flightwatch.wording.alert import describe

NOW = at("2023-09-28T12:00")
MARKUP = "[red]\x1b[31mA:smile:\nB[/red][/]"


def table(*visits: Visit, width: int = 80) -> list[str]:
    """Draw a table of visits; give the lines under its heading."""
    lines = drawn(visits_table("RA-86559: visits", visits, AIRPORTS, NOW), width)
    assert lines[0] == "RA-86559: visits"
    if lines[1:]:
        assert lines[1].split() == ["aircraft", "where", "landed", "UTC", "left", "UTC", "on", "the", "ground", "known"]
    is_seen = all(end.basis == "observed" for each in visits for end in (each.arrival, each.departure) if end)
    assert is_seen or lines.pop() == INFERRED
    return lines[3:]


def test_a_visit_that_was_inferred() -> None:
    assert table(visit()) == [
        "RA-86559  Pyongyang Sunan  2023-09-26  2023-09-28  about 46 h 39 min   inferred,",
        "          FNJ/ZKPY         ~01:52      ~00:31      46 h 30 to 46 h 48  93 % sure",
    ]


@pytest.mark.parametrize(
    ("changed", "lines"),
    [
        (
            visit(arrival=moment("2023-09-26T01:52"), departure=moment("2023-09-28T00:31")),
            [
                "RA-86559  Pyongyang Sunan  2023-09-26  2023-09-28  46 h 39 min    observed",
                "          FNJ/ZKPY         01:52       00:31",
            ],
        ),
        (
            visit(arrival=first_heard_there(), departure=None, landing=None),
            [
                "RA-86559  Pyongyang Sunan  2023-09-26  still     at least            first heard",
                "          FNJ/ZKPY         by 01:52    there     58 h 08 min so far  there",
            ],
        ),
        (
            visit(arrival=moment("2023-09-26T01:52"), departure=moment("2023-09-26T02:40", minutes=9, confidence=0.8)),
            [
                "RA-86559  Pyongyang Sunan  2023-09-26  2023-09-26  about 48 min      observed",
                "          FNJ/ZKPY         01:52       ~02:40      39 min to 57 min  left:",
                "                                                                     inferred,",
                "                                                                     80 % sure",
            ],
        ),
        (
            visit(airport=None, latitude=39.5, longitude=126.1234),
            [
                "RA-86559  50 km            2023-09-26  2023-09-28  about 46 h 39 min   inferred,",
                "          north-east of    ~01:52      ~00:31      46 h 30 to 46 h 48  93 % sure",
                "          Pyongyang FNJ",
                "          (North Korea)",
                "          39.500,",
                "          126.123",
            ],
        ),
    ],
)
def test_other_visits(changed: Visit, lines: list[str]) -> None:
    """Seen, still going on, begun unseen, and away from any airport."""
    assert table(changed) == lines


def nobody_knows(latest: str, *, earliest: str | None = None, confidence: float = 0.9) -> Moment:
    """Give an end that nobody can time."""
    return Moment(None, at(earliest) if earliest else None, at(latest), "inferred", confidence)


@pytest.mark.parametrize(
    ("arrival", "departure", "lines"),
    [
        (
            moment("2023-09-26T01:52", minutes=3, confidence=0.9),
            moment("2023-09-28T00:31", minutes=3, confidence=0.9),
            [
                "RA-86559  Pyongyang       2023-09-26  2023-09-28  about 46 h 39 min  estimated",
                "          Sunan           ~01:52      ~00:31                         by OpenSky,",
                "          FNJ/ZKPY                                                   90 % sure",
            ],
        ),
        (
            moment("2023-09-26T01:52", minutes=5, confidence=0.9),
            nobody_knows("2023-09-28T00:31", earliest="2023-09-26T01:47"),
            [
                "RA-86559  Pyongyang     2023-09-26  2023-09-28  at most 46 h 44 min  estimated",
                "          Sunan         ~01:52      by 00:31                         by OpenSky,",
                "          FNJ/ZKPY                                                   90 % sure",
            ],
        ),
        (
            nobody_knows("2023-09-28T00:31"),
            moment("2023-09-28T00:31"),
            [
                "RA-86559  Pyongyang Sunan  2023-09-28  2023-09-28  not known      estimated",
                "          FNJ/ZKPY         by 00:31    00:31                      by OpenSky,",
                "                                                                  90 % sure",
                "                                                                  left:",
                "                                                                  observed",
            ],
        ),
        (
            moment("2023-09-26T01:52", minutes=5, confidence=0.9),
            nobody_knows("2023-09-28T12:00", confidence=0.0),
            [
                "RA-86559  Pyongyang Sunan  2023-09-26  not       not known      estimated",
                "          FNJ/ZKPY         ~01:52      known                    by OpenSky,",
                "                                                                90 % sure",
            ],
        ),
        (
            moment("2023-09-26T01:52", minutes=5, confidence=0.9),
            nobody_knows("2023-09-28T12:00", earliest="2023-09-27T23:59", confidence=0.0),
            [
                "RA-86559  Pyongyang Sunan  2023-09-26  not       at least       estimated",
                "          FNJ/ZKPY         ~01:52      known     46 h 02 min    by OpenSky,",
                "                                                                90 % sure",
            ],
        ),
    ],
)
def test_what_opensky_estimates(arrival: Moment, departure: Moment, lines: list[str]) -> None:
    """It is said to be OpenSky's, and what nobody knows to be unknown: when it left, or whether at all."""
    found = table(estimated(visit(arrival=arrival, departure=departure)))
    assert [line.split() for line in found] == [line.split() for line in lines]
    assert max(map(len, found)) <= 80


def test_a_stay_of_less_than_a_minute() -> None:
    """It was gone again by then, at the most: which is said once."""
    lines = "\n".join(table(visit(arrival=moment("2023-09-26T01:52"), departure=nobody_knows("2023-09-26T01:52"))))
    assert "less than 1 min" in lines
    assert "at most" not in lines


def test_only_the_place_is_ever_broken() -> None:
    """A long tail number, a long stay and a long name still fit in 80 columns."""
    long = visit(registration="9XR-LONG", departure=moment("2024-03-28T00:31", minutes=9, confidence=0.93))
    lines = table(long, visit(airport=VLADIVOSTOK))
    assert max(map(len, lines)) <= 80
    assert [line for line in lines if "4414 h 25 to 4414 h 53" in line]
    assert [line for line in lines if "46 h 30 to 46 h 48" in line]


ESTIMATE = estimated(
    visit(
        arrival=moment("2023-09-26T01:52", minutes=5, confidence=0.9),
        departure=nobody_knows("2023-09-28T12:00", earliest="2023-09-27T23:59", confidence=0.0),
    )
)
STACKED = {
    40: [
        "RA-86559: visits",
        "RA-86559  Pyongyang Sunan  FNJ/ZKPY",
        "  landed 2023-09-26 ~01:52 UTC",
        "  left 2023-09-28 ~00:31 UTC",
        "  stay about 46 h 39 min",
        "  between 46 h 30 min and 46 h 48 min",
        "  inferred, 93 % sure",
        "RA-86559",
        "within 1 km of Pyongyang FNJ (North",
        "Korea)",
        "39.224, 125.670",
        "  landed 2023-09-26 01:52 UTC",
        "  left 2023-09-26 ~02:40 UTC",
        "  stay about 48 min",
        "  between 39 min and 57 min",
        "  landing observed",
        "  departure inferred, 80 % sure",
        "RA-86559  Pyongyang Sunan  FNJ/ZKPY",
        "  there by 2023-09-26 01:52 UTC",
        "  still there",
        "  stay at least 58 h 08 min so far",
        "  first heard there",
        "RA-86559  Pyongyang Sunan  FNJ/ZKPY",
        "  landed 2023-09-26 ~01:52 UTC",
        "  departure not known",
        "  stay at least 46 h 02 min",
        "  estimated by OpenSky, 90 % sure",
        "~ is estimated; of what is 90 % sure,",
        "about 90 in 100 should prove right.",
    ],
    72: [
        "RA-86559: visits",
        "RA-86559  Pyongyang Sunan  FNJ/ZKPY",
        "  landed 2023-09-26 ~01:52 UTC  left 2023-09-28 ~00:31 UTC",
        "  stay about 46 h 39 min  between 46 h 30 min and 46 h 48 min",
        "  inferred, 93 % sure",
        "RA-86559  within 1 km of Pyongyang FNJ (North Korea)  39.224, 125.670",
        "  landed 2023-09-26 01:52 UTC  left 2023-09-26 ~02:40 UTC",
        "  stay about 48 min  between 39 min and 57 min  landing observed",
        "  departure inferred, 80 % sure",
        "RA-86559  Pyongyang Sunan  FNJ/ZKPY",
        "  there by 2023-09-26 01:52 UTC  still there",
        "  stay at least 58 h 08 min so far  first heard there",
        "RA-86559  Pyongyang Sunan  FNJ/ZKPY",
        "  landed 2023-09-26 ~01:52 UTC  departure not known",
        "  stay at least 46 h 02 min  estimated by OpenSky, 90 % sure",
        "~ is estimated; of what is 90 % sure, about 90 in 100 should prove",
        "right.",
    ],
}


@pytest.mark.parametrize("width", STACKED)
def test_visits_where_there_is_no_room_for_the_table(width: int) -> None:
    """Some lines a visit, which say all that the table says."""
    visits = [
        visit(),
        visit(
            airport=None,
            arrival=moment("2023-09-26T01:52"),
            departure=moment("2023-09-26T02:40", minutes=9, confidence=0.8),
        ),
        visit(arrival=first_heard_there(), departure=None, landing=None),
        ESTIMATE,
    ]
    assert drawn(visits_table("RA-86559: visits", visits, AIRPORTS, NOW), width) == STACKED[width]


@pytest.mark.parametrize("width", range(40, 90))
def test_what_a_newsroom_prints_is_whole_at_any_width(width: int) -> None:
    """Tail number, airport, dates and confidence, and no line is longer than the terminal is wide."""
    long = Place("UHPP", "PKC", "Yelizovo International Airport Petropavlovsk-Kamchatsky")
    moved = visit(
        registration="9XR-LONG", airport=long, departure=moment("2024-03-28T00:31", minutes=9, confidence=0.93)
    )
    lines = drawn(visits_table("visits", [moved, ESTIMATE], AIRPORTS, NOW), width)
    assert max(map(len, lines)) <= width
    words = " ".join(lines).split()
    whole = {"9XR-LONG", "PKC/UHPP", "FNJ/ZKPY", "2023-09-26", "2024-03-28", "~00:31", "4414", "93", "90"}
    assert whole <= {*words}
    assert not [word for word in words if word.endswith("…")]


def test_what_is_not_drawn_on_a_terminal_is_as_wide_whatever_terminal_stands_by() -> None:
    """Written to a pipe it has no width: neither that of the keyboard's terminal, nor Rich's idea of it."""
    program = "from flightwatch.channels.terminal import console; print(console().width)"
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    with Terminal(columns=40) as keyboard:
        done = [
            subprocess.run(
                [sys.executable, "-c", program], stdin=keyboard.end, stdout=PIPE, env=environment | more, check=True
            ).stdout
            for more in ({}, {"COLUMNS": "60"})
        ]
    assert done == [b"80\n", b"60\n"]


@pytest.mark.parametrize("width", [90, 120, 200])
def test_where_there_is_more_room(width: int) -> None:
    """How each end is known is said in words, and nothing is broken, not even a place's name."""
    first, *_, note = drawn(visits_table("visits", [visit(arrival=moment("2023-09-26T01:52"))], AIRPORTS, NOW), width)[
        3:
    ]
    assert first.endswith("  landing observed") if width > 90 else first.endswith("  observed")
    assert note == INFERRED


def test_a_table_of_nothing() -> None:
    assert drawn(visits_table("RA-86559: visits", [], AIRPORTS, NOW)) == ["RA-86559: visits"]


def described(event: Event, label: str | None = None) -> list[str]:
    watchlist = Watchlist(aircraft=(WatchedAircraft(ICAO24, "RA-86559", "rule", label=label),))
    return drawn(panel(describe(event, watchlist.watched, AIRPORTS)), width=110)


def facts(lines: list[str]) -> list[str]:
    return [" ".join(line.strip("│ ").split()) for line in lines[1:-1]]


def test_a_panel() -> None:
    lines = described(left(), "Il-62M")
    assert lines[0].startswith("╭─ RA-86559 probably left Pyongyang FNJ ─")
    assert facts(lines) == [
        "RA-86559 (Il-62M) probably left Pyongyang FNJ on 28 September 2023 about 09:31 local, 00:31 UTC, after",
        "about 46 h 39 min; 93 % sure that it was there and left; take-off between 09:27 and 09:33 local.",
        "",
        "aircraft RA-86559 (Il-62M)",
        "callsign RFF7451",
        "icao24 15521f, registered in Russia",
        "where Pyongyang Sunan International Airport (FNJ/ZKPY), North Korea",
        "left 28 September 2023 about 09:31 local, 00:31 UTC",
        "bounds between 09:27 and 09:33 local, 00:27 and 00:33 UTC",
        "known inferred, 93 % sure that it was there and left",
        "on the ground about 46 h 39 min (between 46 h 22 min and 46 h 45 min)",
        "visit visit-1",
        "look it up https://globe.adsb.lol/?icao=15521f&showTrace=2023-09-28",
        "https://globe.adsbexchange.com/?icao=15521f&showTrace=2023-09-28",
        "https://www.flightradar24.com/data/aircraft/ra-86559",
        "https://www.planespotters.net/hex/15521F",
        "tracks are there for some weeks; flightwatch report draws what was heard",
    ]


def test_a_panel_where_there_is_little_room() -> None:
    """What does not fit goes on below; nothing is cut off."""
    lines = drawn(panel(describe(left(callsign="N" * 90), Watched(), AIRPORTS)), width=60)
    said = "".join(facts(lines))
    assert "https://globe.adsbexchange.com/?icao=15521f&showTrace=2023-09-28" in said
    assert "N" * 90 in said


@pytest.mark.parametrize(
    ("event", "title"),
    [
        (reminder(), "RA-86559 is still on the ground at Pyongyang FNJ"),
        (taken_back(), "TAKEN BACK: the landing of RA-86559 at Pyongyang FNJ"),
    ],
)
def test_what_becomes_of_a_visit(event: Event, title: str) -> None:
    assert title in described(event)[0]


def test_markup_from_the_air_is_text() -> None:
    """Rich would read the brackets; a terminal the escape; a reader the line end."""
    lines = described(landing(callsign=MARKUP), MARKUP)
    assert "aircraft RA-86559 ([red][31mA:smile:B[/red][/])" in facts(lines)
    assert "callsign [red][31mA:smile:B[/red][/]" in facts(lines)
    assert all(line.isprintable() for line in lines)


def test_markup_in_a_table_is_text() -> None:
    line, *_ = table(visit(registration=MARKUP, arrival=moment("2023-09-26T01:52")), width=120)
    assert line.startswith("[red][31mA:smile:B[/red][/]  ")


def test_the_console_does_not_read_text_from_the_air(capsys: pytest.CaptureFixture[str]) -> None:
    console().print(panel(describe(landing(callsign=MARKUP), Watched(), AIRPORTS)))
    assert "[red][31mA:smile:B[/red][/]" in capsys.readouterr().out
