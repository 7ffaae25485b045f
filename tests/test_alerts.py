"""Alerts in words, to the letter: they are what people read and what other programs' filters match."""

from datetime import timedelta
from importlib.resources import as_file, files

import pytest
from msgspec.structs import replace
from reports import AIRPORTS, airport, report
from skies import ICAO24, VLADIVOSTOK, at, first_heard_there, landing, left, moment, reminder, taken_back, visit

from flightwatch.alerts import clean, describe, duration, dwell_text, facts, links, one_line, percent
from flightwatch.model import Event, Origin, Place
from flightwatch.poll import replay
from flightwatch.sources.recorded import Recording
from flightwatch.visits import Dwell
from flightwatch.watched import WatchedAircraft, WatchedAirport, Watchlist
from flightwatch.words.notices import brief, subject
from flightwatch.words.record import NO_RECORD, Context

WATCHLIST = Watchlist(aircraft=(WatchedAircraft(ICAO24, "RA-86559", "rule", label="Il-62M, Russian Air Force"),))
WHO = "RA-86559 (Il-62M, Russian Air Force)"
FNJ = "Pyongyang Sunan International Airport (FNJ/ZKPY), North Korea"
INFERRED = "2023-09-26 01:52 UTC (10:52 local); inferred, 93 %, between 01:48 and 02:05 UTC"
NOWHERE = {"airport": None, "callsign": None}
HOSTILE = "A\x1b[31m\r\nB\x00\u202e[red]C"


def line(event: Event, watchlist: Watchlist = WATCHLIST, context: Context = NO_RECORD) -> str:
    """Give the line without the link at its end, which every line has."""
    said, _, link = one_line(describe(event, watchlist, AIRPORTS, context)).rpartition("; ")
    assert link == f"https://globe.adsb.lol/?icao={event.icao24}&showTrace={event.time:%Y-%m-%d}"
    return said


def fact(name: str, event: Event, context: Context = NO_RECORD) -> str | None:
    return dict(facts(describe(event, WATCHLIST, AIRPORTS, context))).get(name)


def seen_at(latitude: float | None, longitude: float | None) -> dict[str, object]:
    return {"evidence": (report(1_695_693_120, latitude=latitude, longitude=longitude),)}


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (landing(), f"{WHO} landed at {FNJ}, {INFERRED}"),
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
            f"TAKEN BACK: {WHO} did not land at {FNJ}; 2023-09-26 02:20 UTC it was heard again where a landing cannot "
            "explain it; please correct what was made of it",
        ),
        (
            reminder(),
            f"{WHO} is still on the ground at {FNJ}, as far as is known, 2023-09-27 02:00 UTC (11:00 local); "
            "its landing was inferred, 93 %; nothing was heard of it leaving; "
            "on the ground about 24 h 08 min (between 23 h 55 min and 24 h 12 min) so far",
        ),
        (
            reminder(basis="observed", dwell_s=None, dwell_max_s=None),
            f"{WHO} is still on the ground at {FNJ}, as far as is known, 2023-09-27 02:00 UTC (11:00 local); "
            "it was seen on the ground there; nothing was heard of it leaving; on the ground at least 23 h 55 min so far",
        ),
        (
            landing(airport=Place("UUEE", "SVO", "Sheremetyevo International Airport"), basis="observed"),
            f"{WHO} landed at Sheremetyevo International Airport (SVO/UUEE), Moscow, Russia, "
            "2023-09-26 01:52 UTC (04:52 local); observed",
        ),
        (
            landing(airport=Place("XX99", None, "Field that is in no table"), basis="observed"),
            f"{WHO} landed at Field that is in no table (XX99), 2023-09-26 01:52 UTC; observed",
        ),
    ],
)
def test_an_event_at_an_airport(event: Event, said: str) -> None:
    assert line(event) == said


@pytest.mark.parametrize(
    ("seen", "where"),
    [
        (seen_at(50.6, 136.934), "near 50.6000, 136.9340, 10 km west of Dzemgi UHKD (Russia)"),
        (seen_at(30.0, -40.0), "at 30.0000, -40.0000"),
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
    [
        (0, "less than 1 min"),
        (0.6, "1 min"),
        (59.4, "59 min"),
        (59.6, "1 h 00 min"),
        (90, "1 h 30 min"),
        (2799, "46 h 39 min"),
    ],
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


@pytest.mark.parametrize(
    ("origin", "basis", "said"),
    [
        (
            Origin(VLADIVOSTOK, 43.3963, 132.1482, at("2023-09-26T00:20"), is_departure=True),
            "inferred",
            "left Vladivostok VVO (Russia) at 00:20 UTC, about 1 h 32 min before",
        ),
        (
            Origin(VLADIVOSTOK, 43.3963, 132.1482, at("2023-09-25T23:50"), is_departure=False),
            "observed",
            "first heard climbing out of Vladivostok VVO (Russia) at 2023-09-25 23:50 UTC, 2 h 02 min before",
        ),
        (
            Origin(None, 50.6, 136.934, at("2023-09-26T00:02"), is_departure=False),
            "inferred",
            "first heard 10 km west of Dzemgi UHKD (Russia) at 00:02 UTC, about 1 h 50 min before",
        ),
        (
            Origin(None, 50.6, 136.934, at("2023-09-26T00:02"), is_departure=True),
            "inferred",
            "left a place 10 km west of Dzemgi UHKD (Russia) at 00:02 UTC, about 1 h 50 min before",
        ),
        (
            Origin(None, 30.0, -40.0, at("2023-09-26T00:02"), is_departure=False),
            "observed",
            "first heard at 30.000, -40.000 at 00:02 UTC, 1 h 50 min before",
        ),
        (
            Origin(VLADIVOSTOK, 43.3963, 132.1482, at("2023-09-26T01:55"), is_departure=True),
            "inferred",
            "left Vladivostok VVO (Russia) at 01:55 UTC",
        ),
    ],
)
def test_where_a_flight_came_from(origin: Origin, basis: str, said: str) -> None:
    """No more than is known: a departure that was told, a first report near a field, or anywhere; a time that fits."""
    event = landing(origin=origin, basis=basis)
    assert fact("flight", event) == said
    assert f"; {said}" in line(event)
    assert fact("flight", replace(event, type="departure")) is None


def test_how_a_visit_began_is_told_with_its_end() -> None:
    inferred = Context(visit=visit(arrival=moment("2023-09-25T20:00", minutes=5, confidence=0.9)))
    seen_there = Context(visit=visit(arrival=first_heard_there()))
    assert fact("landed", left(), inferred) == "2023-09-25 20:00 UTC (2023-09-26 05:00 local), inferred, 90 %"
    assert fact("landed", reminder(), seen_there) == "not known; first heard there 2023-09-26 01:52 UTC (10:52 local)"
    assert fact("landed", landing(), inferred) is None


def test_what_was_said_is_taken_back() -> None:
    """Time, place and confidence of the landing that was not, and what was heard since."""
    seen = {"longitude": 125.67, "baro_altitude": 10_000.0, "icao24": ICAO24}
    evidence = report(1_695_692_700, latitude=39.5, **seen), report(1_695_694_800, latitude=36.5, **seen)
    event, context = taken_back(evidence=evidence), Context(visit=visit(departure=None))
    assert fact("taken back", event, context) == "landed 2023-09-26 01:52 UTC (10:52 local), inferred, 93 %"
    because = (
        "lost 31 km north, level at 10,000 m, at 01:45 UTC; heard again 303 km south, level at 10,000 m, at 02:20 UTC: "
        "334 km in 35 min, which leaves no time for a landing there"
    )
    assert (fact("because", event, context), fact("known", event, context)) == (because, None)
    assert line(event, context=context) == (
        f"TAKEN BACK: {WHO} did not land at {FNJ}, as was said of 2023-09-26 01:52 UTC (10:52 local), inferred, 93 %; "
        f"{because}; please correct what was made of it"
    )


def test_links() -> None:
    """Traces of that UTC day, and of the day before where the flight began then; the tail where it is known."""
    lol, adsbx = "https://globe.adsb.lol/?icao=15521f", "https://globe.adsbexchange.com/?icao=15521f"
    assert links(describe(landing(), WATCHLIST, AIRPORTS)) == [
        ("track 2023-09-26 on adsb.lol", f"{lol}&showTrace=2023-09-26"),
        ("track 2023-09-26 on ADS-B Exchange", f"{adsbx}&showTrace=2023-09-26"),
        ("the aircraft on Flightradar24", "https://www.flightradar24.com/data/aircraft/ra-86559"),
    ]
    began = Origin(None, 50.6, 136.9, at("2023-09-25T22:00"), is_departure=False)
    overnight = describe(landing(origin=began, registration=None), WATCHLIST, AIRPORTS)
    assert [address for _, address in links(overnight)] == [
        f"{lol}&showTrace=2023-09-26",
        f"{lol}&showTrace=2023-09-25",
        f"{adsbx}&showTrace=2023-09-26",
    ]
    hostile = describe(landing(registration="A/../B?<x>\r\n"), WATCHLIST, AIRPORTS)
    assert links(hostile)[-1][1] == "https://www.flightradar24.com/data/aircraft/a%2F..%2Fb%3F%3Cx%3E"


def test_the_demo_in_lines() -> None:
    """The first landing of a record, and the second with where it came from, fit where people read them."""
    with as_file(files("flightwatch.data") / "demo.jsonl.gz") as polls:
        watched = replace(WATCHLIST, airports=(WatchedAirport(airport("FNJ")),))
        told = list(replay(Recording([polls]).polls(), watched, AIRPORTS))
    first, _, second, _ = told
    since = at("2023-08-01T00:40")
    before = visit(arrival=moment("2023-08-01T02:42", minutes=12), departure=moment("2023-08-02T14:37", minutes=9))
    began = Origin(VLADIVOSTOK, 43.3963, 132.1482, at("2023-09-26T00:19"), is_departure=True)
    first, second = replace(first, origin=None), replace(second, origin=began)
    said = line(first, context=Context(since)), line(second, context=Context(since, earlier=(before,)))
    assert said == (
        f"{WHO} landed at {FNJ}, 2023-08-01 02:42 UTC (11:42 local); inferred, 82 %, between 02:36 and 03:00 UTC; "
        "lost 98 km north-east, descending through 5,950 m on a 3° path; not heard for 30 min; "
        "first recorded here, watching since 1 August 2023",
        f"{WHO} landed at {FNJ}, 2023-09-26 01:51 UTC (10:51 local); inferred, 99 %, between 01:48 and 02:00 UTC; "
        "lost 45 km north-east, descending through 2,990 m; not heard for 15 min; "
        "left Vladivostok VVO (Russia) at 00:19 UTC, about 1 h 32 min before; "
        "second recorded here, the last 1-2 August 2023",
    )
    assert max(map(len, said)) + len("; https://globe.adsb.lol/?icao=15521f&showTrace=2023-09-26") <= 450


def test_text_from_elsewhere_cannot_break_the_line() -> None:
    """Not from the air, a file or a download: neither escapes, nor line ends, nor marks that turn the writing."""
    watchlist = Watchlist(aircraft=(WatchedAircraft(ICAO24, "RA-86559", "rule", label=HOSTILE),))
    there, harmless = Place(HOSTILE, HOSTILE, HOSTILE), "A[31mB[red]C"
    other = visit(icao24="7278a5", registration=HOSTILE, departure=None)
    began = Origin(there, 0.0, 0.0, at("2023-09-26T00:20"), is_departure=True)
    event = landing(callsign=HOSTILE, registration=HOSTILE, airport=there, origin=began, visit=HOSTILE)
    alert = describe(event, watchlist, AIRPORTS, Context(others=(other,)))
    said = one_line(alert)
    assert said.startswith(
        f"{harmless} ({harmless}) landed at {harmless} ({harmless}/{harmless}), 2023-09-26 01:52 UTC;"
    )
    assert f"left {harmless} {harmless} at 00:20 UTC" in said
    assert f"also there: {harmless} since about 26 September 01:52 UTC" in said
    everything = [said, subject(alert), *brief(alert)[1].splitlines(), *(value for _, value in facts(alert))]
    assert [text for text in everything if not text.isprintable()] == []


def test_what_is_far_too_long_is_cut() -> None:
    long = "N" * 10_000
    watchlist = Watchlist(aircraft=(WatchedAircraft(ICAO24, long, "rule", label=long),))
    event = landing(callsign=long, registration=long, airport=Place(long, long, long), visit=long)
    alert = describe(event, watchlist, AIRPORTS)
    assert max(len(value) for _, value in facts(alert)) < 500
    assert len(one_line(alert)) < 1000
    assert fact("callsign", event) == f"{'N' * 99}…"


def test_names_of_all_scripts_stay() -> None:
    assert clean("Ил-62М 평양 [x]") == "Ил-62М 평양 [x]"
