"""Alerts in words, to the letter: they are what people read and what other programs' filters match."""

from datetime import timedelta
from importlib.resources import as_file, files

import pytest
from made_visits import ICAO24, VLADIVOSTOK, at, first_heard_there, landing, left, moment, reminder, taken_back, visit
from msgspec.structs import replace
from state_vectors import AIRPORTS, airport, report

from flightwatch.alerting.notices import brief, subject_line
from flightwatch.app.replay import replay
from flightwatch.core.model import Event, Origin, Place, Share
from flightwatch.core.watched import Desk, Watched, WatchedAircraft, WatchedAirport
from flightwatch.sources.recorded import Recording
from flightwatch.watchlist.model import AlertRules, Watchlist
from flightwatch.wording.alert import describe
from flightwatch.wording.facts import facts, lines, links
from flightwatch.wording.phrases import clean, duration, percent
from flightwatch.wording.record import NO_RECORD, Context
from flightwatch.wording.sentence import sentence, title

WATCHLIST = Watchlist(aircraft=(WatchedAircraft(ICAO24, "RA-86559", "rule", label="Il-62M, Russian Air Force"),))
WHO = "RA-86559 (Il-62M, Russian Air Force)"
WHEN = "on 26 September 2023 about 10:52 local, 01:52 UTC"
BOUNDS = "touchdown between 10:48 and 11:05 local"
INFERRED = f"{WHEN}; 93 % sure that it landed there; {BOUNDS}."
EXACT = {name: at("2023-09-26T01:52") for name in ("time", "earliest", "latest")}
LEFT_AT = {name: at("2023-09-28T00:31") for name in ("time", "earliest", "latest")}
SEEN = {"basis": "observed", "confidence": 1.0}
NOWHERE = {"airport": None, "callsign": None}
HOSTILE = "A\x1b[31m\r\nB\x00\u202e[red]C"


def line(event: Event, watchlist: Watchlist = WATCHLIST, context: Context = NO_RECORD) -> str:
    return sentence(describe(event, watchlist.watched, AIRPORTS, context, desk=watchlist.alerts.desk))


def fact(name: str, event: Event, context: Context = NO_RECORD, watchlist: Watchlist = WATCHLIST) -> str | None:
    return dict(facts(describe(event, watchlist.watched, AIRPORTS, context, desk=watchlist.alerts.desk))).get(name)


def seen_at(latitude: float | None, longitude: float | None) -> dict[str, object]:
    return {"evidence": (report(1_695_693_120, latitude=latitude, longitude=longitude),)}


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (landing(), f"{WHO} probably landed at Pyongyang FNJ {INFERRED}"),
        (
            landing(**EXACT, **SEEN),
            f"{WHO} landed at Pyongyang FNJ on 26 September 2023 at 10:52 local, 01:52 UTC; seen on the ground there.",
        ),
        (
            landing(**SEEN),
            f"{WHO} landed at Pyongyang FNJ {WHEN}; seen on the ground there; {BOUNDS}.",
        ),
        (
            landing(**SEEN, earliest=at("2023-09-26T01:50")),
            f"{WHO} landed at Pyongyang FNJ {WHEN}; seen on the ground there.",
        ),
        (
            left(**LEFT_AT, **SEEN, dwell_min_s=167_700, dwell_max_s=168_000),
            f"{WHO} left Pyongyang FNJ on 28 September 2023 at 09:31 local, 00:31 UTC, after about 46 h 39 min; seen leaving.",
        ),
        (
            left(),
            f"{WHO} probably left Pyongyang FNJ on 28 September 2023 about 09:31 local, 00:31 UTC, after about 46 h 39 min; "
            "93 % sure that it was there and left; take-off between 09:27 and 09:33 local.",
        ),
        (
            left(**LEFT_AT, **SEEN, dwell_s=None, dwell_min_s=5400, dwell_max_s=None),
            f"{WHO} left Pyongyang FNJ on 28 September 2023 at 09:31 local, 00:31 UTC, after at least 1 h 30 min; seen leaving.",
        ),
        (
            left(**LEFT_AT, **SEEN, dwell_s=None, dwell_min_s=0, dwell_max_s=None),
            f"{WHO} left Pyongyang FNJ on 28 September 2023 at 09:31 local, 00:31 UTC; seen leaving; when it came is not known.",
        ),
        (
            left(**LEFT_AT, **SEEN, dwell_s=None, dwell_min_s=600, dwell_max_s=5400),
            f"{WHO} left Pyongyang FNJ on 28 September 2023 at 09:31 local, 00:31 UTC, after at least 10 min and at most "
            "1 h 30 min; seen leaving.",
        ),
        (
            taken_back(),
            f"TAKEN BACK: the landing of {WHO} at Pyongyang FNJ; it was heard again on 26 September 2023 at 11:20 local, "
            "02:20 UTC, where a landing cannot explain it; please correct what was made of it.",
        ),
        (
            reminder(),
            f"{WHO} is still on the ground at Pyongyang FNJ after about 24 h 08 min, as far as is known on 27 September 2023 "
            "at 11:00 local, 02:00 UTC; 93 % sure that it landed there; nothing was heard of it leaving.",
        ),
        (
            reminder(**SEEN, dwell_s=None, dwell_max_s=None),
            f"{WHO} is still on the ground at Pyongyang FNJ after at least 23 h 55 min, as far as is known on 27 September 2023 "
            "at 11:00 local, 02:00 UTC; it was seen on the ground there; nothing was heard of it leaving.",
        ),
        (
            landing(**EXACT, **SEEN, airport=Place("XX99", None, "Field that is in no table")),
            f"{WHO} landed at Field that is in no table XX99 on 26 September 2023 at 01:52 UTC; seen on the ground there.",
        ),
    ],
)
def test_an_event_at_an_airport(event: Event, said: str) -> None:
    assert line(event) == said


@pytest.mark.parametrize(
    ("confidence", "said"),
    [
        (0.30, "may have landed at Pyongyang FNJ, 30 % sure that it did"),
        (0.654, "may have landed at Pyongyang FNJ, 65 % sure that it did"),
        (0.655, "probably landed at Pyongyang FNJ, 66 % sure that it did"),
        (0.964, "probably landed at Pyongyang FNJ, 96 % sure that it did"),
        (0.966, "landed at Pyongyang FNJ, 97 % sure that it did"),
        (1.0, "landed at Pyongyang FNJ, 99 % sure that it did"),
    ],
)
def test_words_are_as_sure_as_the_percentage(confidence: float, said: str) -> None:
    """Which is what a reader sees, and so what decides: one and the same percentage is told in one and the same words."""
    assert title(describe(landing(confidence=confidence), WATCHLIST.watched, AIRPORTS)) == f"RA-86559 {said}"


@pytest.mark.parametrize(
    ("seen", "where", "fact_said"),
    [
        (
            seen_at(50.6, 136.934),
            "at a place 10 km west of Dzemgi UHKD (Russia)",
            "50.600, 136.934, 10 km west of Dzemgi UHKD (Russia)",
        ),
        (seen_at(30.0, -40.0), "at 30.000, -40.000", "30.000, -40.000"),
        (seen_at(None, None), "at a place that is not known", "not known"),
        ({}, "at a place that is not known", "not known"),
    ],
)
def test_an_event_without_an_airport(seen: dict[str, object], where: str, fact_said: str) -> None:
    """It says where the aircraft was seen, by a field that people know, and in numbers."""
    event = landing(**EXACT, **SEEN, **NOWHERE, **seen)
    assert line(event) == f"{WHO} landed {where} on 26 September 2023 at 01:52 UTC; seen on the ground there."
    assert fact("where", event) == fact_said


def test_a_field_that_is_not_known() -> None:
    """Nobody takes the place where contact was lost for the place where it landed."""
    event = landing(**NOWHERE, **seen_at(40.0, 126.0))
    assert line(event) == (
        f"{WHO} probably landed at an unknown field on 26 September 2023 about 01:52 UTC; 93 % sure that it came down; contact "
        "lost 91 km north of Pyongyang FNJ (North Korea) in level flight at 01:52 UTC; touchdown between 01:48 and 02:05 UTC."
    )
    assert fact("where", event) == (
        "an unknown field; last heard at 40.000, 126.000, 91 km north of Pyongyang FNJ (North Korea)"
    )


def test_a_departure_is_as_sure_as_its_landing() -> None:
    """That it flies now is certain: in doubt is that it was there, or, where it was seen there, that it left so."""
    inferred, seen = Context(visit=visit()), Context(visit=visit(arrival=first_heard_there()))
    assert fact("known", left(), inferred) == "inferred, 93 % sure that it had landed there"
    assert fact("known", left(), seen) == "inferred, 93 % sure that it left"
    assert fact("known", left()) == "inferred, 93 % sure that it was there and left"
    assert fact("known", left(**NOWHERE), inferred) == "inferred, 93 % sure that it had come down"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"icao24": "780abc", "callsign": "CCA121  "}, "CCA121 (780abc, registered in China)"),
        ({"icao24": "780abc", "callsign": None}, "Aircraft 780abc (registered in China)"),
        ({"icao24": "f00001", "callsign": None}, "Aircraft f00001"),
        ({"icao24": "f00001", "callsign": "TST1"}, "TST1 (f00001)"),
        (
            {"icao24": "3c65a1", "registration": "D-AIMA", "callsign": "DLH716"},
            "DLH716 (D-AIMA, 3c65a1, registered in Germany)",
        ),
        (
            {"icao24": "3c65a1", "registration": "D-AIMA", "callsign": " "},
            "D-AIMA (3c65a1, registered in Germany)",
        ),
        (
            {"icao24": "72776c", "registration": "P-572", "callsign": "KOR151"},
            "KOR151 (72776c, registered in North Korea)",
        ),
        (
            {"icao24": "3c65a1", "callsign": "DAIMA   ", "registration": "D-AIMA"},
            "D-AIMA (3c65a1, registered in Germany)",
        ),
        (
            {"icao24": "15770e", "callsign": "RSD100"},
            "RSD100 (RA-96014 or RF-96014, 15770e, registered in Russia)",
        ),
        (
            {"icao24": "15770e", "registration": "RA-96014", "callsign": None},
            "RA-96014 or RF-96014 (15770e, registered in Russia)",
        ),
    ],
)
def test_a_stranger(fields: dict[str, object], said: str) -> None:
    """By its callsign and all that its address says, wherever it is named; no tail that is a guess, and both of two."""
    event = landing(**({"registration": None} | fields))
    alert = describe(event, WATCHLIST.watched, AIRPORTS)
    assert sentence(alert) == f"{said} probably landed at Pyongyang FNJ {INFERRED}"
    assert title(alert) == f"{said} probably landed at Pyongyang FNJ, 93 % sure that it did"
    told = dict(facts(alert))
    assert told["aircraft"] == said.removeprefix("Aircraft ")
    assert {"callsign", "icao24"} & told.keys() == set()


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (("FNJ",), "an unknown field"),
        (("FNJ", "VVO"), "one of Pyongyang FNJ and Vladivostok VVO"),
        (("FNJ", "VVO", "KXK"), "one of Pyongyang FNJ, Vladivostok VVO and Komsomolsk-on-Amur KXK"),
    ],
)
def test_a_field_that_may_be_one_of_several(codes: tuple[str, ...], said: str) -> None:
    fields = [AIRPORTS.find(code) for code in codes]
    shares = tuple(Share(field.icao, field.iata, field.name, 0.3) for field in fields if field is not None)
    event = landing(**NOWHERE, candidates=shares)
    assert f" probably landed at {said} on " in line(event)


def test_who_is_watched() -> None:
    """As the watchlist calls it; where that gives neither tail number nor label, as a stranger."""
    bare = WatchedAircraft("780abc", None, "given")
    event = landing(icao24="780abc", registration=None, callsign="CCA121")
    for label, said in (
        (None, "CCA121 (780abc, registered in China) probably"),
        ("Air China", "Aircraft 780abc (Air China) probably"),
    ):
        watchlist = Watchlist(aircraft=(replace(bare, label=label),))
        assert line(event, watchlist).startswith(said)
    unlabelled = Watchlist(aircraft=(WatchedAircraft(ICAO24, "RA-86559", "rule"),))
    assert line(landing(), unlabelled) == f"RA-86559 probably landed at Pyongyang FNJ {INFERRED}"


def test_the_desk() -> None:
    """Its own clock beside the airport's and UTC, and heights in feet, wherever an alert is worded."""
    rules = AlertRules(desk=Desk("Europe/Berlin", "feet"))
    desk = replace(WATCHLIST, alerts=rules)
    lost = report(1_695_692_700, latitude=40.0, longitude=126.0, baro_altitude=5950.0, vertical_rate=-8.0)
    event = landing(evidence=(lost,))
    assert line(event, desk) == (
        f"{WHO} probably landed at Pyongyang FNJ {WHEN}, 03:52 Berlin time; 93 % sure that it landed there; contact lost 91 km "
        f"away in descent at 10:45 local; {BOUNDS}."
    )
    told = dict(facts(describe(event, desk.watched, AIRPORTS, desk=desk.alerts.desk)))
    assert (told["landed"], told["bounds"], told["because"]) == (
        "26 September 2023 about 10:52 local, 01:52 UTC, 03:52 Berlin time",
        "between 10:48 and 11:05 local, 01:48 and 02:05 UTC, 03:48 and 04:05 Berlin time",
        "lost 91 km north of the airport, descending through 19,500 ft on a 4° path to runway 17; not heard for 25 min",
    )


@pytest.mark.parametrize(
    ("confidence", "said"), [(0.6, "60 %"), (0.934, "93 %"), (0.996, "99 %"), (1.0, "99 %"), (0.0, "0 %")]
)
def test_what_is_inferred_is_never_certain(confidence: float, said: str) -> None:
    assert percent(confidence) == said


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "less than 1 min"),
        (0.4, "less than 1 min"),
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
    assert fact("flight", replace(event, type="departure")) is None


def test_how_a_visit_began_is_told_with_its_end() -> None:
    inferred = Context(visit=visit(arrival=moment("2023-09-25T20:00", minutes=5, confidence=0.9)))
    seen_there = Context(visit=visit(arrival=first_heard_there()))
    assert fact("landed", left(), inferred) == (
        "26 September 2023 about 05:00 local, 20:00 UTC on 25 September; inferred, 90 % sure that it landed there"
    )
    assert fact("landed", reminder(), seen_there) == (
        "not known when; first heard there on 26 September 2023 at 10:52 local, 01:52 UTC"
    )
    assert fact("landed", landing(), inferred) == "26 September 2023 about 10:52 local, 01:52 UTC"


def test_what_was_said_is_taken_back() -> None:
    """Time, place and confidence of the landing that was not, and what was heard since."""
    seen = {"longitude": 125.67, "baro_altitude": 10_000.0, "icao24": ICAO24}
    evidence = report(1_695_692_700, latitude=39.5, **seen), report(1_695_694_800, latitude=36.5, **seen)
    event, context = taken_back(evidence=evidence), Context(visit=visit(departure=None))
    assert fact("told as", event, context) == (
        "landed on 26 September 2023 about 10:52 local, 01:52 UTC; inferred, 93 % sure that it landed there"
    )
    because = (
        "lost 31 km north of the airport, level at 10,000 m, at 01:45 UTC; heard again 303 km south of the airport, level at "
        "10,000 m, at 02:20 UTC: 334 km in 35 min, which leaves no time for a landing there"
    )
    assert (fact("because", event, context), fact("known", event, context)) == (because, None)
    assert line(event, context=context) == (
        f"TAKEN BACK: the landing of {WHO} at Pyongyang FNJ {WHEN}; it was told as 93 % sure that it landed there; it was heard "
        "again 303 km away in level flight at 11:20 local on 26 September 2023, 35 min after contact was lost, which leaves no "
        "time for a landing there; please correct what was made of it."
    )
    observed = Context(visit=visit(arrival=moment("2023-09-26T01:52"), departure=None))
    assert "; it was told as observed; " in line(event, context=observed)


def test_links() -> None:
    """Traces of that UTC day, and of the day before where the flight began then; the tail where it is known."""
    lol, adsbx = "https://globe.adsb.lol/?icao=15521f", "https://globe.adsbexchange.com/?icao=15521f"
    assert links(describe(landing(), WATCHLIST.watched, AIRPORTS)) == [
        ("track 2023-09-26 on adsb.lol, there for some weeks", f"{lol}&showTrace=2023-09-26"),
        ("track 2023-09-26 on ADS-B Exchange, there for some weeks", f"{adsbx}&showTrace=2023-09-26"),
        ("the aircraft on Flightradar24", "https://www.flightradar24.com/data/aircraft/ra-86559"),
        ("photos on Planespotters.net", "https://www.planespotters.net/hex/15521F"),
    ]
    began = Origin(None, 50.6, 136.9, at("2023-09-25T22:00"), is_departure=False)
    overnight = describe(landing(origin=began, registration=None), WATCHLIST.watched, AIRPORTS)
    assert [address for _, address in links(overnight)] == [
        f"{lol}&showTrace=2023-09-26",
        f"{lol}&showTrace=2023-09-25",
        f"{adsbx}&showTrace=2023-09-26",
        "https://www.planespotters.net/hex/15521F",
    ]
    hostile = describe(landing(registration="A/../B?<x>\r\n"), WATCHLIST.watched, AIRPORTS)
    assert links(hostile)[-2][1] == "https://www.flightradar24.com/data/aircraft/a%2F..%2Fb%3F%3Cx%3E"


def test_the_demo_in_lines() -> None:
    """The first landing of a record in full, and the sentence of the second."""
    with as_file(files("flightwatch.data") / "demo.jsonl.gz") as polls:
        watched = replace(WATCHLIST, airports=(WatchedAirport(airport("FNJ")),))
        told = list(replay(Recording([polls]).polls(), watched, AIRPORTS))
    first, _, second, _ = told
    began = Origin(VLADIVOSTOK, 43.3963, 132.1482, at("2023-08-01T01:10"), is_departure=True)
    alert = describe(replace(first, origin=began), watched.watched, AIRPORTS, Context(at("2023-07-01T00:40")))
    assert lines(alert) == [
        f"{WHO} probably landed at Pyongyang FNJ on 1 August 2023 about 11:42 local, 02:42 UTC; 87 % sure that it landed there; "
        "contact lost 98 km away in descent at 11:30 local; touchdown between 11:35 and 12:00 local.",
        f"  aircraft    {WHO}",
        "  callsign    RFF7451",
        "  icao24      15521f, registered in Russia",
        "  where       Pyongyang Sunan International Airport (FNJ/ZKPY), North Korea",
        "  landed      1 August 2023 about 11:42 local, 02:42 UTC",
        "  bounds      between 11:35 and 12:00 local, 02:35 and 03:00 UTC",
        "  known       inferred, 87 % sure that it landed there",
        "  because     lost 98 km north-east of the airport, descending through 5,950 m on a 3° path; not heard for 30 min",
        "  flight      left Vladivostok VVO (Russia) at 01:10 UTC, about 1 h 32 min before",
        "  record      first visit recorded here; watching since 1 July 2023",
        f"  visit       {first.visit}",
        "  look it up  https://globe.adsb.lol/?icao=15521f&showTrace=2023-08-01",
        "              https://globe.adsbexchange.com/?icao=15521f&showTrace=2023-08-01",
        "              https://www.flightradar24.com/data/aircraft/ra-86559",
        "              https://www.planespotters.net/hex/15521F",
        "              tracks are there for some weeks; flightwatch report draws what was heard",
    ]
    assert line(second) == (
        f"{WHO} landed at Pyongyang FNJ on 26 September 2023 about 10:51 local, 01:51 UTC; 99 % sure that it landed there; "
        "contact lost 45 km away in descent at 10:45 local; touchdown between 10:47 and 11:00 local."
    )


@pytest.mark.parametrize(
    ("heard_by", "who", "named"),
    [
        (("OpenSky",), None, None),
        (("roof",), "roof", None),
        (
            ("OpenSky", "adsb.lol"),
            "OpenSky and adsb.lol",
            "data from adsb.lol and its contributors (https://adsb.lol/), Open Database License 1.0: name it where you publish",
        ),
        (
            ("adsb.fi", "airplanes.live"),
            "adsb.fi and airplanes.live",
            "data from adsb.fi (https://adsb.fi/), personal, non-commercial use: name and link it; "
            "data from airplanes.live (https://airplanes.live/), non-commercial use by members",
        ),
    ],
)
def test_networks_beside_opensky_are_named_as_they_want(
    heard_by: tuple[str, ...], who: str | None, named: str | None
) -> None:
    event = landing(heard_by=heard_by)
    assert (fact("heard by", event), fact("credit", event)) == (who, named)


def test_text_from_elsewhere_cannot_break_the_line() -> None:
    """Not from the air, a file or a download: neither escapes, nor line ends, nor marks that turn the writing."""
    watchlist = Watchlist(aircraft=(WatchedAircraft(ICAO24, "RA-86559", "rule", label=HOSTILE),))
    there, harmless = Place(HOSTILE, HOSTILE, HOSTILE), "A[31mB[red]C"
    other = visit(icao24="7278a5", registration=HOSTILE, departure=None)
    began = Origin(there, 0.0, 0.0, at("2023-09-26T00:20"), is_departure=True)
    event = landing(callsign=HOSTILE, registration=HOSTILE, airport=there, origin=began, visit=HOSTILE)
    alert = describe(event, watchlist.watched, AIRPORTS, Context(others=(other,)))
    said = lines(alert)
    assert said[0].startswith(
        f"{harmless} ({harmless}) probably landed at {harmless} {harmless} on 26 September 2023 about 01:52 UTC; "
    )
    told = dict(facts(alert))
    assert told["flight"] == f"left {harmless} {harmless} at 00:20 UTC, about 1 h 32 min before"
    assert (
        told["also there"]
        == f"{harmless} since about 26 September 01:52 UTC (inferred, 93 % sure that it landed there)"
    )
    stranger = describe(event, Watched(), AIRPORTS)
    everything = [*said, *lines(stranger), title(stranger), subject_line(alert), *brief(alert)[1].splitlines()]
    assert [text for text in everything if not text.isprintable()] == []


def test_what_is_far_too_long_is_cut() -> None:
    long = "N" * 10_000
    watchlist = Watchlist(aircraft=(WatchedAircraft(ICAO24, long, "rule", label=long),))
    event = landing(callsign=long, registration=long, airport=Place(long, long, long), visit=long)
    alert = describe(event, watchlist.watched, AIRPORTS)
    assert max(len(value) for _, value in facts(alert)) < 500
    assert len(sentence(alert)) < 1000
    assert fact("callsign", event) == f"{'N' * 99}…"


def test_names_of_all_scripts_stay() -> None:
    assert clean("Ил-62М 평양 [x]") == "Ил-62М 평양 [x]"
