"""Alerts in words, to the letter: they are what people read and what other programs' filters match."""

from datetime import timedelta

import pytest
from reports import AIRPORTS, report
from skies import ICAO24, at, landing, left, taken_back

from flightwatch.alerts import clean, describe, duration, dwell_text, one_line, percent
from flightwatch.model import Event
from flightwatch.visits import Dwell
from flightwatch.watched import WatchedAircraft, Watchlist

WATCHLIST = Watchlist(aircraft=(WatchedAircraft(ICAO24, "RA-86559", "rule", label="Il-62M, Russian Air Force"),))
WHO = "RA-86559 (Il-62M, Russian Air Force)"
FNJ = "Pyongyang Sunan International Airport (FNJ/ZKPY), North Korea"
INFERRED = "2023-09-26 01:52 UTC (10:52 local); inferred, 93 %, between 01:48 and 02:05 UTC"
NOWHERE = {"airport": None, "callsign": None}
HOSTILE = "A\x1b[31m\r\nB\x00\u202e[red]C"


def line(event: Event, watchlist: Watchlist = WATCHLIST) -> str:
    return one_line(describe(event, watchlist, AIRPORTS))


def seen_at(latitude: float | None, longitude: float | None) -> dict[str, object]:
    return {"evidence": (report(1_695_693_120, latitude=latitude, longitude=longitude),)}


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (landing(), f"{WHO} landed at {FNJ}, {INFERRED}; callsign RFF7451"),
        (
            landing(basis="observed", confidence=1.0, callsign=None),
            f"{WHO} landed at {FNJ}, 2023-09-26 01:52 UTC (10:52 local); observed",
        ),
        (
            left(basis="observed", dwell_min_s=167_700, dwell_max_s=168_000, callsign=None),
            f"{WHO} left {FNJ}, 2023-09-28 00:31 UTC (09:31 local); observed; on the ground 46 h 39 min",
        ),
        (
            left(callsign=None),
            f"{WHO} left {FNJ}, 2023-09-28 00:31 UTC (09:31 local); inferred, 93 %, between 00:27 and 00:33 UTC; "
            "on the ground about 46 h 39 min (between 46 h 22 min and 46 h 45 min)",
        ),
        (
            left(basis="observed", dwell_s=None, dwell_min_s=5400, dwell_max_s=None, callsign=None),
            f"{WHO} left {FNJ}, 2023-09-28 00:31 UTC (09:31 local); observed; on the ground at least 1 h 30 min",
        ),
        (
            taken_back(callsign=None),
            f"TAKEN BACK: {WHO} did not land at {FNJ}, 2023-09-26 02:20 UTC (11:20 local); "
            "it was heard again where a landing cannot explain it",
        ),
    ],
)
def test_an_event_at_an_airport(event: Event, said: str) -> None:
    assert line(event) == said


@pytest.mark.parametrize(
    ("seen", "where"),
    [
        (seen_at(50.6, 136.934), "near 50.6000, 136.9340, 10 km W of Dzemgi Airport"),
        (seen_at(30.0, -40.0), "away from any airport, at 30.0000, -40.0000"),
        (seen_at(None, None), "at an unknown place"),
        ({}, "at an unknown place"),
    ],
)
def test_an_event_without_an_airport(seen: dict[str, object], where: str) -> None:
    """It says where the aircraft was last seen, in numbers and by the nearest field."""
    event = landing(basis="observed", **NOWHERE, **seen)
    assert line(event) == f"{WHO} landed {where}, 2023-09-26 01:52 UTC; observed"


def test_who_it_is_when_less_is_known() -> None:
    """A tail number without a label; an icao24 without a tail number."""
    assert line(landing(callsign=None), Watchlist()) == f"RA-86559 landed at {FNJ}, {INFERRED}"
    unnamed = landing(callsign=None, registration=None, icao24="4408e8")
    assert line(unnamed) == f"aircraft 4408e8 landed at {FNJ}, {INFERRED}"


def test_midnights_are_told() -> None:
    """A day is named wherever it is another than the one before it in the sentence."""
    local = landing(time=at("2023-09-25T20:00"), earliest=at("2023-09-25T19:55"), latest=at("2023-09-25T20:10"))
    assert "2023-09-25 20:00 UTC (2023-09-26 05:00 local); inferred, 93 %, between 19:55 and 20:10 UTC" in line(local)
    utc = landing(time=at("2023-09-26T00:02"), earliest=at("2023-09-25T23:58"), latest=at("2023-09-26T00:10"))
    assert "between 2023-09-25 23:58 and 2023-09-26 00:10 UTC" in line(utc)


@pytest.mark.parametrize(
    ("confidence", "said"), [(0.6, "60 %"), (0.934, "93 %"), (0.996, "99 %"), (1.0, "99 %"), (0.0, "0 %")]
)
def test_what_is_inferred_is_never_certain(confidence: float, said: str) -> None:
    assert percent(confidence) == said


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "0 min"), (0.6, "1 min"), (59.4, "59 min"), (59.6, "1 h 00 min"), (90, "1 h 30 min"), (2799, "46 h 39 min")],
)
def test_durations(minutes: float, said: str) -> None:
    assert duration(timedelta(minutes=minutes)) == said


@pytest.mark.parametrize(
    ("shortest", "longest", "said"),
    [
        (50, 65, "1 h 00 min"),
        (50, 66, "about 1 h 00 min (between 50 min and 1 h 06 min)"),
        (50, None, "at least 50 min"),
    ],
)
def test_a_dwell_is_a_range_when_its_ends_are(shortest: int, longest: int | None, said: str) -> None:
    best = None if longest is None else timedelta(hours=1)
    bounds = timedelta(minutes=shortest), None if longest is None else timedelta(minutes=longest)
    assert dwell_text(Dwell(best, *bounds)) == said


def test_text_from_the_air_cannot_break_the_line() -> None:
    """Nor can a label from a file: neither escapes, nor line ends, nor marks that turn the direction of writing."""
    watchlist = Watchlist(aircraft=(WatchedAircraft(ICAO24, "RA-86559", "rule", label=HOSTILE),))
    said = line(landing(callsign=HOSTILE), watchlist)
    assert said == f"RA-86559 (A[31mB[red]C) landed at {FNJ}, {INFERRED}; callsign A[31mB[red]C"
    assert said.isprintable()


def test_names_of_all_scripts_stay() -> None:
    assert clean("Ил-62М 평양 [x]") == "Ил-62М 평양 [x]"
