"""News of flights in the air: who is lost, heard again, on the way down, turned away, or squawks an emergency."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from msgspec.structs import replace
from recordings import polls, truths
from state_vectors import (
    AIRPORTS,
    DAY,
    HOUR,
    ICAO24,
    MINUTE,
    NOON,
    Watcher,
    airport,
    arrival,
    departure,
    in_flight,
    parked,
    report,
    watched,
)

from flightwatch.app.replay import replay
from flightwatch.core.geo import destination
from flightwatch.core.model import Event, StateVector, instant
from flightwatch.core.watched import WatchedAircraft, WatchedAirport
from flightwatch.watchlist.model import AlertRules, AskedFor, Watchlist

EVERY: tuple[AskedFor, ...] = ("landing", "departure", "airborne", "lost", "approaching", "diverted", "emergency")
RECORDED = {(name, each.case): each for name in ("real", "skies") for each in truths(name)}


def recorded(name: str, case: str, *fields: str, on: tuple[AskedFor, ...] = EVERY) -> list[Event]:
    """What a replay of a recording tells, these airports watched."""
    which = RECORDED[name, case]
    watchlist = Watchlist(
        aircraft=tuple(WatchedAircraft(icao24, None, "given") for icao24 in which.icao24),
        airports=tuple(WatchedAirport(airport(field)) for field in fields),
        alerts=AlertRules(on=on),
    )
    return list(replay(polls(name, which), watchlist, AIRPORTS))


def asking(*on: AskedFor, fields: Sequence[str] = (), aircraft: Sequence[str] = (ICAO24,)) -> Watcher:
    return Watcher(replace(watched(*fields, aircraft=aircraft), alerts=AlertRules(on=on)))


# Recorded flights


def test_an_airliner_over_the_pacific() -> None:
    """Recorded: lost in cruise off Hawaii for three hours, heard again off California, then followed down to Dallas."""
    every = recorded("real", "aal_hnl_dfw-60s", "DFW")
    events = every[2:]  # after its landing at Honolulu and the departure
    assert [(e.type, e.airport.icao if e.airport else None) for e in events][:4] == [
        ("lost", None),
        ("airborne", None),
        ("approaching", "KDFW"),
        ("landing", "KDFW"),
    ]
    lost, again, coming, landed = events[:4]
    assert (lost.basis, lost.confidence, lost.detected_at - lost.time > timedelta(minutes=13)) == (
        "inferred",
        0.999,
        True,
    )
    assert again.retracts == lost.id
    assert again.evidence[0] == lost.evidence[-1]
    assert coming.earliest < landed.time < coming.latest
    assert landed.time - coming.detected_at > timedelta(minutes=15)
    assert {e.visit for e in (lost, again, coming)} == {""}
    assert coming.origin == landed.origin


def test_a_replay_tells_the_same_and_what_was_told_before_stays() -> None:
    """Recorded: ids and all; and without the new words the landings and departures are those with them."""
    events = recorded("real", "porter_e295-60s", "YYZ", "YEG")
    assert events == recorded("real", "porter_e295-60s", "YYZ", "YEG")
    assert len({e.id for e in events}) == len(events)
    plain = recorded("real", "porter_e295-60s", "YYZ", "YEG", on=("landing", "departure"))
    assert plain == [e for e in events if e.type in ("landing", "departure")]


def test_arrivals_at_paris() -> None:
    """Recorded: of those told to approach one of three airports as many land there as was said, four in five in time."""
    events = recorded("skies", "paris-60s", "LFPG", "LFPO", "LFPB", on=("approaching", "diverted"))
    landed = {
        (e.icao24, e.airport): instant(e.time) for e in RECORDED["skies", "paris-60s"].events if e.type == "landing"
    }
    coming = [(e, landed.get((e.icao24, e.airport.icao))) for e in events if e.airport is not None]
    right = [(e, at) for e, at in coming if at is not None]
    assert {e.type for e, _ in coming} == {"approaching"}
    assert len(coming) > 40
    assert abs(len(right) / len(coming) - sum(e.confidence for e, _ in coming) / len(coming)) < 0.05
    assert 0.75 < sum(e.earliest <= at <= e.latest for e, at in right) / len(right) < 0.9


# Invented flights


def test_lost_is_told_once_and_no_landing_is_lost() -> None:
    """Invented: who falls silent in cruise is lost after 20 minutes of silence; who does on the way down has landed."""
    watcher = asking("lost", "landing")
    cruising = departure("ZRH", NOON - 25 * MINUTE)
    watcher.fly(cruising, NOON - 20 * MINUTE, NOON)
    last = in_flight(cruising, NOON)
    for minute in range(1, 120):
        watcher.poll(NOON + minute * MINUTE)
    [lost] = watcher.events
    assert (lost.type, lost.airport, lost.time) == ("lost", None, instant(NOON))
    assert lost.detected_at == instant(NOON + 20 * MINUTE)
    assert lost.evidence[-1] == last
    assert 1 <= len(lost.candidates) <= 6
    assert sum(each.share for each in lost.candidates) <= 1.0
    coming = asking("lost", "landing")
    coming.fly(arrival("ZRH", NOON), NOON - HOUR // 2, NOON - 3 * MINUTE)
    for minute in range(-2, 90):
        coming.poll(NOON + minute * MINUTE)
    assert [e.type for e in coming.events] == ["landing"]


def test_heard_again_after_days() -> None:
    """Invented: told with the second report, if polls looked for it meanwhile; not in the first polls of a watchlist."""
    watcher = asking("airborne")
    cruising = departure("ZRH", NOON)
    watcher.fly(cruising, NOON + 20 * MINUTE, NOON + 30 * MINUTE)
    assert not watcher.events
    for hour in range(1, 5 * 24):
        watcher.poll(NOON + HOUR * hour)
    later = departure("GVA", NOON + 5 * DAY)
    watcher.poll(NOON + 5 * DAY + 10 * MINUTE, in_flight(later, NOON + 5 * DAY + 10 * MINUTE))
    assert not watcher.events
    watcher.fly(later, NOON + 5 * DAY + 11 * MINUTE, NOON + 5 * DAY + 20 * MINUTE)
    [again] = watcher.events
    assert (again.type, again.time) == ("airborne", instant(NOON + 5 * DAY + 10 * MINUTE))
    assert (again.basis, again.retracts, len(again.evidence)) == ("observed", None, 3)


def test_never_heard_before() -> None:
    """Invented: who is listed for days and heard for the first time is news; nobody looked, or not for long: it is not."""
    first = departure("GVA", NOON + 4 * DAY)
    heard_at = range(NOON + 4 * DAY + 10 * MINUTE, NOON + 4 * DAY + 15 * MINUTE, MINUTE)
    watcher, asleep = asking("airborne"), asking("airborne")
    for hour in range(4 * 24):
        watcher.poll(NOON + HOUR * hour)
    asleep.poll(NOON)
    for at in heard_at:
        for each in (watcher, asleep):
            each.poll(at, in_flight(first, at))
    assert [(e.type, len(e.evidence)) for e in watcher.events] == [("airborne", 2)]
    assert not asleep.events


def diverting() -> list[StateVector]:
    """Invented: down towards Zurich, and then off to the north, climbing."""
    coming = arrival("ZRH", NOON)
    reports = [in_flight(coming, at) for at in range(NOON - 25 * MINUTE, NOON - 6 * MINUTE, MINUTE)]
    last = reports[-1]
    assert last.latitude is not None
    assert last.longitude is not None
    for minute in range(1, 12):
        latitude, longitude = destination(last.latitude, last.longitude, 15.0, 12.0 * minute)
        reports.append(
            report(
                last.last_contact + minute * MINUTE,
                latitude=latitude,
                longitude=longitude,
                velocity=200.0,
                true_track=15.0,
                vertical_rate=8.0,
                baro_altitude=min(9000.0, (last.baro_altitude or 0.0) + 480.0 * minute),
            )
        )
    return reports


def test_approaching_and_turned_away() -> None:
    """Invented: each told once, the second where the flight is 60 km farther away than it was."""
    watcher = asking("approaching", "diverted", fields=["ZRH"])
    for each in diverting():
        watcher.poll(each.last_contact, each)
    coming, turned = watcher.events
    assert (coming.type, turned.type) == ("approaching", "diverted")
    assert (coming.airport, coming.visit) == (turned.airport, "")
    assert coming.airport is not None
    assert coming.airport.icao == "LSZH"
    assert coming.detected_at < coming.earliest < coming.time < coming.latest
    assert (turned.basis, turned.confidence) == ("inferred", 0.9)
    assert coming.detected_at < turned.earliest < turned.time


def test_only_what_is_asked_is_told() -> None:
    """Invented: diverted alone, without approaching; and a stranger at an airport that is watched for others is not told."""
    watcher = asking("diverted", fields=["ZRH"])
    stranger = Watcher(replace(watched("ZRH", only=("RA-*",)), alerts=AlertRules(on=("approaching",))))
    anybody = Watcher(replace(watched("ZRH"), alerts=AlertRules(on=("approaching",))))
    for each in diverting():
        for who in (watcher, stranger, anybody):
            who.poll(each.last_contact, each)
    assert [e.type for e in watcher.events] == ["diverted"]
    assert not stranger.events
    assert [e.type for e in anybody.events] == ["approaching"]


def squawking(*codes: str | None, step_s: int = 30) -> list[str]:
    """Invented: what is told of a flight with these squawks, one report after another."""
    watcher = asking("emergency")
    flight = departure("ZRH", NOON)
    for number, code in enumerate(codes):
        at = NOON + 20 * MINUTE + number * step_s
        watcher.poll(at, replace(in_flight(flight, at), squawk=code))
    return [e.evidence[-1].squawk or "" for e in watcher.events]


@pytest.mark.parametrize(
    ("codes", "told"),
    [
        (["7700", "7700", "7700"], ["7700"]),
        (["7700", None, "7700"], ["7700"]),
        (["7700", "7700"], []),
        (["7700", "1000", "7700", "1000", "7700"], []),
        (["7600"] * 9, ["7600"]),
        (["7600"] * 4 + ["2000"] + ["7600"] * 4, ["7600"]),
        (["7600"] * 4 + ["7700"] * 4, ["7600", "7700"]),
        (["7501"] * 9, []),
    ],
)
def test_emergency(codes: list[str | None], told: list[str]) -> None:
    """Held for a minute in two messages at least; once a flight and squawk."""
    assert squawking(*codes) == told


def test_a_row_that_is_served_again_holds_no_squawk() -> None:
    """Invented: OpenSky keeps a row for five minutes; one message in it is one. And transponders are tested on the ground."""
    watcher = asking("emergency")
    once = replace(in_flight(departure("ZRH", NOON), NOON + 20 * MINUTE), squawk="7700")
    for minute in range(5):
        watcher.poll(NOON + (20 + minute) * MINUTE, once)
    assert not watcher.events
    parking = asking("emergency")
    for minute in range(5):
        parking.poll(NOON + minute * MINUTE, parked("ZRH", NOON + minute * MINUTE, squawk="7700"))
    assert not parking.events
