"""Kinds of mistakes that a detector makes, each as it was recorded and with siblings that are invented.

The recorded ones are `recorded/cases`, whose ``expected.json`` says why. The siblings are made here from the description of
the kind: other aircraft, other places, another cadence.
"""

import json
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from state_vectors import AIRPORTS, HOUR, MINUTE, NOON, airport, arrival, departure, parked, report, sent, watched

from flightwatch.app.replay import replay
from flightwatch.core.geo import destination
from flightwatch.core.model import WORLD, Event, Icao24, Poll, Query, StateVector, instant
from flightwatch.sources.answer import merge
from flightwatch.sources.opensky_answer import decode
from flightwatch.sources.recorded import Recording
from flightwatch.watchlist.model import Watchlist
from flightwatch.watchlist.reading import parse_watchlist

CASES = Path(__file__).parents[1] / "recorded" / "cases"
EXPECTED: dict[str, Any] = json.loads((CASES / "expected.json").read_bytes())
FLARM = 3
"""OpenSky's ``position_source`` of a glider's collision warner."""
STRANGERS = 300
Point = tuple[float, float]
Maker = Callable[[], list[Poll]]


def not_yet(name: str) -> pytest.MarkDecorator:
    """Mark what the detector still gets wrong."""
    return pytest.mark.xfail(strict=True, reason=name)


def kinds(*makers: Maker, wrong: Iterable[Maker] = (), why: str = "") -> pytest.MarkDecorator:
    """Parametrize over these; of ``wrong`` it is known that they fail, and ``why``."""
    return pytest.mark.parametrize(
        "made", [pytest.param(m, marks=[not_yet(why)] if m in wrong else [], id=m.__name__) for m in makers]
    )


def polls(*reports: StateVector | None, start: int = NOON, step_s: int = 5 * MINUTE) -> list[Poll]:
    """Make a poll of the world for each: what is heard of the one aircraft, or None."""
    return [
        Poll(instant(start + number * step_s), () if each is None else (each,), WORLD)
        for number, each in enumerate(reports)
    ]


def events(made: list[Poll], watchlist: Watchlist | None = None) -> list[Event]:
    """Replay these, with everybody in them on the watchlist unless another is given."""
    if watchlist is None:
        watchlist = watched(aircraft=sorted({vector.icao24 for poll in made for vector in poll.vectors}))
    return list(replay(made, watchlist, AIRPORTS))


def at(code: str, distance_km: float = 0.0, bearing_deg: float = 0.0) -> dict[str, object]:
    """Give latitude and longitude of a place so far from this airport."""
    field = airport(code)
    lat, lon = destination(field.latitude, field.longitude, bearing_deg, distance_km)
    return {"latitude": lat, "longitude": lon}


def over(code: str, height_m: float, distance_km: float = 0.0, bearing_deg: float = 0.0) -> dict[str, object]:
    """Give the fields of a report from so high above this airport, in the air."""
    return at(code, distance_km, bearing_deg) | {"baro_altitude": (airport(code).elevation_m or 0.0) + height_m}


# What was recorded


@cache
def recorded(name: str) -> list[Event]:
    """Replay a case with its own watchlist."""
    watchlist = parse_watchlist(
        json.dumps(EXPECTED[name]["watchlist"]).encode(), name=name, environment={}, airports=AIRPORTS
    )
    return list(replay(Recording([CASES / name]).polls(), watchlist, AIRPORTS))


def test_every_case_is_there() -> None:
    assert sorted(EXPECTED) == sorted(path.name for path in CASES.iterdir() if path.name != "expected.json")


@pytest.mark.parametrize("name", [name for name, case in EXPECTED.items() if "events" in case])
def test_a_recorded_mistake_is_not_made(name: str) -> None:
    """Nothing at all is told of it."""
    assert [msgspec.to_builtins(event) for event in recorded(name)] == EXPECTED[name]["events"]


def test_a_recorded_sleep_of_37_hours() -> None:
    """It stands at Dulles when we wake: its arrival lies between two polls, and its dwell is a range without a best guess."""
    truth = EXPECTED["asleep-37-h.jsonl.gz"]["at_dulles"]
    there = [e for e in recorded("asleep-37-h.jsonl.gz") if e.airport is not None and e.airport.icao == "KIAD"]
    [landed, left] = there
    assert (landed.type, landed.basis, left.type, left.basis) == ("landing", "observed", "departure", "observed")
    assert landed.latest >= instant(truth["arrived_latest_not_before"])
    assert (left.dwell_min_s or 0) <= truth["dwell_holds_s"] <= (left.dwell_max_s or 0)
    assert left.dwell_s is None


# Who drifts over a field and goes on, and never reports the ground (invented)


def drift(
    code: str, height_m: float, speed_ms: float, category: int, *, count: int = 7, step_s: int = 5 * MINUTE
) -> list[Poll]:
    """Make who drifts from west to east at this speed, over the middle of the field half way."""
    way_km = [speed_ms * step_s / 1000 * (number - count // 2) for number in range(count)]
    return polls(
        *(
            report(
                NOON + number * step_s,
                **over(code, height_m, abs(km), 270.0 if km < 0 else 90.0),
                velocity=speed_ms,
                true_track=90.0,
                category=category,
            )
            for number, km in enumerate(way_km)
        ),
        step_s=step_s,
    )


def balloon_over_bern() -> list[Poll]:
    return drift("BRN", 80.0, 3.0, 10)


def balloon_without_a_category() -> list[Poll]:
    return drift("INN", 200.0, 8.0, 0)


def paraglider_in_the_wind() -> list[Poll]:
    return drift("INN", 150.0, 11.0, 12, count=13, step_s=MINUTE)


def glider_without_a_category() -> list[Poll]:
    return drift("BRN", 180.0, 18.0, 0, count=9, step_s=MINUTE)


def helicopter_without_a_category_that_hovers() -> list[Poll]:
    """Two minutes on the way in, six over the field, three on the way out."""
    way = [(6.0, 50.0), (3.0, 50.0), *[(0.0, 0.0)] * 6, (3.0, 50.0), (6.0, 50.0), (9.0, 50.0)]
    return polls(
        *(
            report(NOON + n * MINUTE, **over("FRA", 120.0, km, 200.0), velocity=ms, true_track=20.0)
            for n, (km, ms) in enumerate(way)
        ),
        step_s=MINUTE,
    )


DRIFTERS = (
    balloon_over_bern,
    balloon_without_a_category,
    paraglider_in_the_wind,
    glider_without_a_category,
    helicopter_without_a_category_that_hovers,
)


@kinds(*DRIFTERS)
def test_who_drifts_over_a_field_has_not_landed(made: Maker) -> None:
    assert events(made()) == []


# FLARM rows of a glider under an airliner's address (invented)


CRUISE_KM_S = 0.2315
OVERHEAD = 2
"""The poll in which the airliner is over Frankfurt."""


def with_rows(*rows: StateVector, step_s: int = 5 * MINUTE) -> list[Poll]:
    """Make an airliner that cruises southwards over Frankfurt; of these rows each comes instead of its own of that second."""
    instead = {row.last_contact: row for row in rows}
    way = [
        report(NOON + n * step_s, **along((n - OVERHEAD) * step_s * CRUISE_KM_S), true_track=180.0) for n in range(8)
    ]
    return polls(*(instead.get(row.last_contact, row) for row in way), step_s=step_s)


def along(past_km: float) -> dict[str, object]:
    """Give a place on its way, so far past Frankfurt."""
    return at("FRA", abs(past_km), 180.0 if past_km > 0.0 else 0.0)


def flarm(minutes: int, where: dict[str, object], **fields: object) -> StateVector:
    """Make a row of a glider that somebody gave the airliner's address."""
    usual = {"velocity": 0.0, "position_source": FLARM, "callsign": None, "baro_altitude": 130.0}
    return report(NOON + minutes * MINUTE, **(where | usual | fields))


def glider_far_off() -> list[Poll]:
    return with_rows(flarm(15, at("BRN")))


def glider_below_for_three_polls() -> list[Poll]:
    return with_rows(*(flarm(minutes, at("EDFE"), velocity=1.0) for minutes in (10, 15, 20)))


def glider_on_the_ground() -> list[Poll]:
    return with_rows(flarm(10, at("FRA"), on_ground=True, baro_altitude=None))


def glider_in_a_thermal() -> list[Poll]:
    way = [flarm(10 + n, at("FRA", 8.0, 60.0 * n), velocity=24.0, true_track=60.0 * n) for n in range(5)]
    return with_rows(*way, step_s=MINUTE)


def glider_heard_last() -> list[Poll]:
    """The airliner flies out of reach; the glider is heard once more and then nobody."""
    row = flarm(40, along(400.0), baro_altitude=900.0)
    return [*with_rows(), *polls(row, *[None] * 12, start=NOON + 40 * MINUTE)]


GLIDERS = (
    glider_far_off,
    glider_below_for_three_polls,
    glider_on_the_ground,
    glider_in_a_thermal,
    glider_heard_last,
)


@kinds(*GLIDERS)
def test_a_glider_does_not_land_an_airliner(made: Maker) -> None:
    assert events(made()) == []


# Vehicles (invented)


def drive(code: str, category: int, **fields: object) -> list[Poll]:
    """Make a vehicle that stands on the airport, drives off past its fence and comes back."""
    there = {"on_ground": True, "baro_altitude": None, "category": category} | fields
    way = [(0.0, 0.0), (1.0, 12.0), (4.0, 25.0), (13.0, 28.0), (13.0, 0.0), (3.0, 20.0), (0.0, 0.0)]
    return polls(
        *(
            report(NOON + n * 5 * MINUTE, **(at(code, km, 160.0) | {"velocity": ms, "true_track": 160.0} | there))
            for n, (km, ms) in enumerate(way)
        )
    )


def follow_me_car() -> list[Poll]:
    return drive("ZRH", 17)


def ambulance_that_reports_no_ground() -> list[Poll]:
    return drive("FRA", 16, on_ground=False, baro_altitude=-30.0)


def crane() -> list[Poll]:
    return drive("VIE", 18, velocity=None, on_ground=False, baro_altitude=230.0)


def row_of_masts() -> list[Poll]:
    return drive("AMS", 20)


def snow_ploughs() -> list[Poll]:
    return drive("OSL", 19)


VEHICLES = (follow_me_car, ambulance_that_reports_no_ground, crane, row_of_masts, snow_ploughs)


@pytest.mark.parametrize("is_listed", [True, False], ids=["listed", "at a watched airport"])
@kinds(*VEHICLES)
def test_a_vehicle_is_no_aircraft(made: Maker, is_listed: bool) -> None:
    """Whoever lists its address, and whoever watches the airport."""
    everywhere = watched("ZRH", "FRA", "VIE", "AMS", "OSL")
    assert events(made(), None if is_listed else everywhere) == []


# Surface rows of who is in cruise (invented)


GROUND: dict[str, object] = {"on_ground": True, "baro_altitude": None, "velocity": 0.0}


def surface(minutes: int, **fields: object) -> StateVector:
    """Make a row that says ground, from Frankfurt."""
    return report(NOON + minutes * MINUTE, **(at("FRA") | GROUND | fields))


def ground_at_cruise_altitude() -> list[Poll]:
    return with_rows(surface(10, baro_altitude=10_668.0))


def ground_row_without_a_speed() -> list[Poll]:
    return with_rows(surface(10, velocity=None, true_track=None, vertical_rate=None))


def two_surface_rows_a_minute_apart() -> list[Poll]:
    return with_rows(surface(2), surface(3), step_s=MINUTE)


def two_surface_rows_five_minutes_apart() -> list[Poll]:
    return with_rows(surface(10), surface(15, **at("FRA", 2.0)))


def slow_row_at_an_airport() -> list[Poll]:
    return with_rows(surface(10, on_ground=False, baro_altitude=110.0))


def surface_row_that_rolls() -> list[Poll]:
    return with_rows(surface(10, velocity=60.0, true_track=180.0))


PASSING = (
    ground_at_cruise_altitude,
    ground_row_without_a_speed,
    two_surface_rows_a_minute_apart,
    slow_row_at_an_airport,
    surface_row_that_rolls,
)


@kinds(*PASSING)
def test_nobody_lands_between_two_rows_in_cruise(made: Maker) -> None:
    assert events(made()) == []


def test_two_surface_rows_do_not_stand_against_cruise() -> None:
    """Two rows from an airport may be believed for a while: not when it is back in cruise, 140 km on, five minutes later."""
    told = events(two_surface_rows_five_minutes_apart())
    taken_back = {event.retracts for event in told}
    assert [event for event in told if event.type == "landing" and event.id not in taken_back] == []


def lost(latitude: float, longitude: float, last: Iterable[dict[str, object]], step_s: int = 5 * MINUTE) -> list[Poll]:
    """Make an airliner in cruise westwards to this place, these rows there, and two hours of silence."""
    way = [
        report(
            NOON + n * step_s,
            **dict(
                zip(
                    ("latitude", "longitude"),
                    destination(latitude, longitude, 90.0, (4 - n) * CRUISE_KM_S * step_s),
                    strict=True,
                )
            ),
            true_track=270.0,
        )
        for n in range(4)
    ]
    rows = [
        report(NOON + n * step_s, **({"latitude": latitude, "longitude": longitude} | fields))
        for n, fields in enumerate(last, start=4)
    ]
    return polls(*way, *rows, *[None] * (2 * HOUR // step_s), step_s=step_s)


def surface_row_over_the_pacific() -> list[Poll]:
    return lost(33.1, -150.2, [GROUND])


def surface_row_over_siberia() -> list[Poll]:
    return lost(68.3, 101.9, [GROUND | {"velocity": None, "true_track": None, "vertical_rate": None}])


def slow_row_over_the_sahara() -> list[Poll]:
    return lost(23.4, 5.6, [{"on_ground": False, "baro_altitude": 400.0, "velocity": 2.0}])


def two_surface_rows_over_the_atlantic() -> list[Poll]:
    return lost(47.2, -31.7, [GROUND, GROUND], step_s=MINUTE)


LOST = (
    surface_row_over_the_pacific,
    surface_row_over_siberia,
    slow_row_over_the_sahara,
    two_surface_rows_over_the_atlantic,
)


@kinds(*LOST)
def test_lost_in_cruise_is_not_landed(made: Maker) -> None:
    """A row that says ground, of who was at cruise five minutes before, far from any field, does not change that."""
    assert events(made()) == []


# A world that falls silent at once (invented)


def world(at_s: int, rows: int, *more: StateVector | None, garbled: bool = False) -> bytes:
    """Make the answer to a question about the world: so many strangers in cruise, and these."""
    strangers = [
        report(at_s, icao24=f"{0x500000 + n:06x}", latitude=-70 + n % 140, longitude=-170.0 + n * 7 % 340)
        for n in range(rows)
    ]
    states = [msgspec.to_builtins(vector) for vector in (*strangers, *more) if vector is not None]
    if garbled:
        states = [[*row[:4], "new", *row[4:]] for row in states]
    return json.dumps({"time": at_s, "states": states or None}).encode()


def falling(rows: Callable[[int], int], *, garbled: bool = False, icao24: Icao24 = "4b1805") -> list[Poll]:
    """Make a world in which an airliner comes down to Zurich, to 1,500 m, and flies off to the south half an hour later.

    ``rows``: how many others an answer of that second has; where they are fewer than `STRANGERS` it is not heard itself.
    """
    down, away = arrival("ZRH", NOON, icao24=icao24), departure("ZRH", NOON + 35 * MINUTE, icao24=icao24)
    made = []
    for now in range(NOON - 30 * MINUTE, NOON + 60 * MINUTE, 5 * MINUTE):
        count = rows(now)
        heard = count == STRANGERS or garbled
        own = (sent(down, now) if now < NOON else sent(away, now)) if heard else None
        is_garbled = garbled and count < STRANGERS
        answer = decode(world(now, STRANGERS if garbled else count, own, garbled=is_garbled))
        made.append(merge([(Query(), answer)]))
    return made


def for_half_an_hour(rows: int) -> Callable[[int], int]:
    return lambda now: rows if NOON - 2 * MINUTE <= now < NOON + 40 * MINUTE else STRANGERS


def nobody() -> list[Poll]:
    return falling(for_half_an_hour(0))


def hardly_anybody() -> list[Poll]:
    return falling(for_half_an_hour(7))


def a_tenth() -> list[Poll]:
    return falling(for_half_an_hour(STRANGERS // 10))


def another_form() -> list[Poll]:
    """A column was inserted: no row can be read."""
    return falling(for_half_an_hour(0), garbled=True)


COLLAPSES = (nobody, hardly_anybody, a_tenth, another_form)


@kinds(*COLLAPSES)
def test_nobody_lands_while_nobody_listens(made: Maker) -> None:
    assert events(made(), watched(aircraft=["4b1805"])) == []


# Found on the ground after a sleep of our own, elsewhere than the flight went that we saw last (invented)


def asleep(hours: float, *, stood_s: int, left_after_s: int = 2 * HOUR, to: str = "MUC") -> list[Poll]:
    """Make an airliner out of Zurich, our sleep, and the airport where it has stood for ``stood_s`` when we wake."""
    out, woke = departure("ZRH", NOON), NOON + round(hours * HOUR)
    assert stood_s < woke - NOON
    away = departure(to, woke + left_after_s)
    seen = [
        *((now, sent(out, now)) for now in range(NOON - 5 * MINUTE, NOON + 20 * MINUTE, MINUTE)),
        *((now, parked(to, now)) for now in range(woke, woke + left_after_s, 5 * MINUTE)),
        *((now, sent(away, now)) for now in range(woke + left_after_s, woke + left_after_s + 20 * MINUTE, MINUTE)),
    ]
    return [Poll(instant(now), () if vector is None else (vector,), WORLD) for now, vector in seen]


@pytest.mark.parametrize(
    ("hours", "stood_s", "to"),
    [
        pytest.param(20, 3 * HOUR, "MUC", id="a night"),
        pytest.param(61, 30 * HOUR, "VIE", id="a weekend"),
        pytest.param(5 * 24, 20 * MINUTE, "ZRH", id="days, and back where it came from"),
    ],
)
def test_found_on_the_ground_after_a_sleep(hours: int, stood_s: int, to: str) -> None:
    """It was there when we woke: since when is only known to lie in our sleep, and the dwell is a range that holds it."""
    told = events(asleep(hours, stood_s=stood_s, to=to))
    woke = NOON + hours * HOUR
    [landed, left] = [e for e in told if e.detected_at >= instant(woke)]
    assert [(e.type, e.basis, e.airport and e.airport.icao) for e in (landed, left)] == [
        ("landing", "observed", airport(to).icao),
        ("departure", "observed", airport(to).icao),
    ]
    assert landed.earliest <= instant(woke - stood_s) <= landed.latest
    assert left.dwell_s is None
    assert (left.dwell_min_s or 0) <= stood_s + 2 * HOUR <= (left.dwell_max_s or 0)
