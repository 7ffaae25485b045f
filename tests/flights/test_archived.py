"""What was watched and what archives tell, together: each visit once, with the better known of its ends."""

from datetime import datetime, timedelta

from made_visits import ICAO24, PYONGYANG, VLADIVOSTOK, at, moment, visit
from msgspec.structs import replace

from flightwatch.core.visits import Moment, Visit, may_be_there
from flightwatch.flights.archived import with_archived

WATCHED = visit(arrival=moment("2023-09-26T01:52", minutes=5), departure=moment("2023-09-28T00:31", minutes=15))
"""Inferred, at Pyongyang."""


def traced(arrived: str, departed: str | None, **fields: object) -> Visit:
    """Make a visit that traces saw from landing to departure; None: it may be there still."""
    seen = replace(seen_at(arrived), source="adsb.lol")
    left = None if departed is None else replace(seen_at(departed), source="adsb.lol")
    usual = replace(WATCHED, id=f"traced {arrived}", landing=None, arrival=seen, departure=left)
    made = usual if left is not None else may_be_there(usual, at(arrived), at(arrived))
    return replace(made, **fields)


def seen_at(text: str) -> Moment:
    when = at(text)
    return Moment(when, when - timedelta(minutes=1), when, "observed", 1.0)


def times(visits: list[Visit]) -> list[tuple[str | None, datetime | None, str]]:
    return [(v.airport.iata if v.airport else None, v.arrival.at, v.arrival.source) for v in visits]


def test_a_visit_is_told_once_with_what_was_seen() -> None:
    """The ends that the archive saw take the place of those that were inferred; the visit stays the one that was told."""
    archived = traced("2023-09-26T01:50", "2023-09-28T00:20")
    [both] = with_archived([WATCHED], [archived])
    assert both == replace(WATCHED, arrival=archived.arrival, departure=archived.departure)


def test_what_was_watched_goes_before_what_an_archive_infers() -> None:
    archived = traced("2023-09-26T01:50", "2023-09-28T00:20")
    guessed = replace(archived, arrival=replace(archived.arrival, basis="inferred", confidence=0.7), departure=None)
    assert with_archived([WATCHED], [guessed]) == [WATCHED]


def test_a_landing_that_was_seen_elsewhere_stands() -> None:
    """Of the one that was only inferred at that time nothing is left; one that polls saw stays, and cuts the other."""
    elsewhere = traced("2023-09-26T02:10", "2023-09-26T09:00", airport=VLADIVOSTOK, latitude=43.4, longitude=132.1)
    assert with_archived([WATCHED], [elsewhere]) == [elsewhere]
    seen = replace(WATCHED, arrival=seen_at("2023-09-26T01:52"))
    assert with_archived([seen], [elsewhere]) == [seen]


def test_other_times_stand_beside_it() -> None:
    before, after = traced("2023-09-20T01:00", "2023-09-21T01:00"), traced("2023-10-02T01:00", "2023-10-03T01:00")
    assert with_archived([WATCHED], [after, before]) == [before, WATCHED, after]


def test_a_place_that_was_open_is_named() -> None:
    """The flight of which nobody knew where it came down is the one that was seen to land."""
    nowhere = replace(WATCHED, airport=None, latitude=40.0, longitude=126.0)
    [both] = with_archived([nowhere], [traced("2023-09-26T01:50", "2023-09-28T00:20")])
    assert (both.id, both.airport, both.arrival.basis) == (WATCHED.id, PYONGYANG, "observed")


def test_a_visit_that_may_go_on_ends_with_the_next() -> None:
    first, second = traced("2023-09-20T01:00", None), traced("2023-09-24T01:00", "2023-09-25T01:00")
    ended, same = with_archived([], [first, second])
    assert same == second
    assert ended.departure is not None
    assert (ended.departure.at, ended.departure.latest) == (None, second.arrival.latest)
    assert with_archived([], [first]) == [first]


def test_two_archives_tell_of_it_once() -> None:
    one, other = traced("2023-09-20T01:00", "2023-09-21T01:00"), traced("2023-09-20T01:01", "2023-09-21T01:01")
    assert with_archived([], [one, replace(other, id="other")]) == [one]


def test_what_was_taken_back_says_nothing() -> None:
    back = replace(WATCHED, retracted_at=at("2023-09-27T00:00"))
    archived = traced("2023-09-26T01:50", "2023-09-28T00:20")
    assert with_archived([back], [archived]) == [archived]
    assert times([archived]) == [("FNJ", at("2023-09-26T01:50"), "adsb.lol")]
    assert archived.icao24 == ICAO24
