"""What several sources say of one moment, as one look at the sky."""

from collections.abc import Callable
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from state_vectors import NOON, report

from flightwatch.core.geo import KM_PER_DEGREE
from flightwatch.core.merging import (
    AT_ONCE_S,
    COMPARED_S,
    CONTRADICTS_S,
    FILLS_S,
    HEARS_S,
    LATER_SLACK_KM,
    SLACK_KM,
    Aligned,
    aligned,
    merged,
)
from flightwatch.core.model import Answered, Box, Coverage, Icao24, Identity, Poll, Query, StateVector, instant

LOL, OPENSKY, ATTIC = "adsb.lol", "OpenSky", "attic"
IL62 = "15521f"


def poll(source: str, *vectors: StateVector, at: int = NOON, coverage: Coverage = Coverage(world=True)) -> Poll:  # noqa: B008
    """Make one source's poll."""
    return Poll(
        instant(at), vectors, coverage, answered=(Answered(Query(source=source), len(vectors)),), sources=(source,)
    )


def at(seconds: int, **fields: object) -> StateVector:
    """Make a report sent this many seconds after noon."""
    return report(NOON + seconds, **{"icao24": IL62, **fields})


def only(*polls: Poll) -> StateVector:
    """Merge polls of one airframe, in every order with the same outcome, and give its one report."""
    outcomes = [merged(order) for order in permutations(polls)]
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert not outcomes[0].rivals
    [vector] = outcomes[0].vectors
    return vector


def test_one_poll_alone_stays_as_it_is() -> None:
    alone = poll(OPENSKY, at(0), report(NOON, icao24="a1b2c3"))

    assert merged([alone]) is alone


def test_the_newest_position_counts_with_the_newest_contact() -> None:
    older, newer = at(-8, latitude=47.0, last_contact=NOON), at(-2, latitude=47.01)

    assert only(poll(OPENSKY, older), poll(LOL, newer)) == replace(newer, last_contact=NOON)


@pytest.mark.parametrize(("older_s", "fills"), [(0, True), (FILLS_S, True), (FILLS_S + 1, False)])
def test_what_is_not_told_is_filled_in_from_a_report_hardly_older(older_s: int, fills: bool) -> None:
    """Never its position: that stays with its time and its source."""
    known = at(
        -older_s, callsign="RSD100  ", velocity=200.0, squawk="7700", category=6, latitude=None, time_position=None
    )
    newest = at(0, callsign=None, velocity=None, squawk=None, category=0, position_source=2)

    vector = only(poll(OPENSKY, known), poll(LOL, newest))

    filled = {"callsign": "RSD100  ", "velocity": 200.0, "squawk": "7700", "category": 6}
    assert vector == (replace(newest, **filled) if fills else newest)


def test_a_value_that_is_told_stays() -> None:
    told = at(0, callsign="RSD100  ", category=6, velocity=0.0, spi=False)
    other = at(-1, callsign="OTHER   ", category=3, velocity=99.0, spi=True)

    assert only(poll(OPENSKY, other), poll(LOL, told)) == told


@pytest.mark.parametrize(("later_s", "lands"), [(0, False), (CONTRADICTS_S, False), (CONTRADICTS_S + 1, True)])
def test_what_the_aircraft_says_weighs_more_than_what_others_work_out(later_s: int, lands: bool) -> None:
    """Within ten seconds ADS-B decides whether it is on the ground; later the newer report does."""
    flying, down = at(0, velocity=70.0), at(later_s, on_ground=True, velocity=60.0, position_source=2)

    assert only(poll(OPENSKY, flying), poll(LOL, down)).on_ground is lands


@pytest.mark.parametrize("source", [0, 2])
def test_of_two_that_weigh_the_same_the_newer_decides(source: int) -> None:
    flying, down = at(0, position_source=source), at(4, on_ground=True, position_source=source)

    assert only(poll(OPENSKY, flying), poll(LOL, down)).on_ground


def north(km: float) -> float:
    return 47.0 + km / KM_PER_DEGREE


@pytest.mark.parametrize(
    ("apart_s", "apart_km", "is_doubtful"),
    [
        (0, SLACK_KM - 0.1, False),
        (0, SLACK_KM + 0.1, True),
        (10, SLACK_KM + 3.3, False),
        (10, SLACK_KM + 3.5, True),
        (AT_ONCE_S, 200.0, True),
        (AT_ONCE_S + 1, LATER_SLACK_KM + 5.4, False),
        (AT_ONCE_S + 1, LATER_SLACK_KM + 5.5, True),
        (COMPARED_S, 200.0, True),
        (COMPARED_S + 1, 200.0, False),
    ],
)
def test_two_places_at_once_are_kept_as_doubtful(apart_s: int, apart_km: float, is_doubtful: bool) -> None:
    here, there = at(-apart_s, latitude=north(0.0)), at(0, latitude=north(apart_km))

    outcome = merged([poll(OPENSKY, here), poll(LOL, there)])

    assert [set(places) for places in outcome.rivals.values()] == ([{here, there}] if is_doubtful else [])
    assert len(outcome.vectors) == (0 if is_doubtful else 1)


@pytest.mark.parametrize(("altitude_m", "is_doubtful"), [(10_000.0, True), (1_000.0, False), (None, False)])
def test_nobody_stands_below_where_it_has_just_cruised(altitude_m: float | None, is_doubtful: bool) -> None:
    flying, down = at(-40, baro_altitude=altitude_m), at(0, on_ground=True, baro_altitude=None, velocity=5.0)

    outcome = merged([poll(OPENSKY, flying), poll(LOL, down)])

    assert (IL62 in outcome.rivals) is is_doubtful


def test_who_agrees_on_a_place_is_one_rival() -> None:
    """Of three sources two agree: there are two places, and each is told with what its sources know."""
    here, near, there = (
        at(-1, velocity=None, latitude=47.0),
        at(-3, velocity=80.0, latitude=47.001),
        at(-2, latitude=50.0),
    )

    outcome = merged([poll(OPENSKY, here), poll(LOL, near), poll(ATTIC, there)])

    assert outcome.rivals == {IL62: (replace(here, velocity=80.0), there)}
    assert outcome.vectors == ()


def test_who_hears_whom_is_known_where_not_all_do() -> None:
    """A row that a source keeps long after the last message is no hearing."""
    polls = [
        poll(OPENSKY, at(-HEARS_S), report(NOON - HEARS_S - 1, icao24="a1b2c3"), report(NOON, icao24="4b1900")),
        poll(LOL, at(0), report(NOON, icao24="a1b2c3")),
        poll(ATTIC, at(-1), report(NOON - 1, icao24="a1b2c3")),
    ]

    outcome = merged(polls)

    assert outcome.sources == (OPENSKY, LOL, ATTIC)
    assert outcome.heard_by == {"a1b2c3": (LOL, ATTIC), "4b1900": (OPENSKY,)}


def test_what_was_asked_and_what_registers_say_is_joined() -> None:
    box = Box(1, 2, 3, 4)
    named = Poll(
        instant(NOON + 5),
        (at(0),),
        Coverage(icao24s=frozenset({IL62})),
        skipped=2,
        unfit=frozenset({"a1b2c3", "4b1900"}),
        answered=(Answered(Query(icao24s=(IL62,), source=LOL), 3, 2),),
        sources=(LOL,),
        identities={IL62: Identity("RA-86559", None, is_military=True)},
    )
    around = Poll(
        instant(NOON),
        (report(NOON, icao24="a1b2c3"),),
        Coverage(boxes=(box,)),
        skipped=1,
        answered=(Answered(Query(box=box), 1),),
        identities={IL62: Identity(None, "IL62"), "a1b2c3": Identity("N1")},
    )

    outcome = merged([named, around])

    assert outcome.at == instant(NOON + 5)
    assert outcome.coverage == Coverage(icao24s=frozenset({IL62}), boxes=(box,))
    assert (outcome.skipped, outcome.unfit) == (3, frozenset({"4b1900"}))
    assert outcome.answered == (*around.answered, *named.answered)
    assert outcome.identities == {IL62: Identity("RA-86559", "IL62", is_military=True), "a1b2c3": Identity("N1")}


def test_a_wrong_clock_is_put_right_by_the_first_and_told() -> None:
    """A minute is a delay and stays; more moves every instant of that source, rows without a position too."""
    right, late = poll(OPENSKY, at(0)), poll(LOL, at(-60), at=NOON - 60)
    wrong = poll(ATTIC, at(-7200), at(-7205, time_position=None), at=NOON - 7200)

    outcome = aligned([right, late, wrong])

    assert outcome.moved_s == {ATTIC: 7200}
    assert outcome.polls[:2] == (right, late)
    assert outcome.polls[2] == replace(wrong, at=instant(NOON), vectors=(at(0), at(-5, time_position=None)))
    assert aligned([wrong, right]).moved_s == {OPENSKY: -7200}


def test_a_clock_that_was_wrong_tells_no_time_when_the_others_die() -> None:
    """It is moved as it was before, until somebody whose clock is right is heard again."""
    right, wrong = poll(OPENSKY, at(0)), poll(ATTIC, at(-7200), at=NOON - 7200)
    later = poll(ATTIC, at(-7140), at=NOON - 7140)

    moved_s = aligned([right, wrong]).moved_s
    alone = aligned([later], moved_s)
    again = aligned([later, poll(OPENSKY, at(90), at=NOON + 90)], alone.moved_s)

    assert alone == Aligned((poll(ATTIC, at(60), at=NOON + 60),), {ATTIC: 7200})
    assert again.moved_s == {ATTIC: 7230}
    assert aligned([later, poll(OPENSKY, at(-7100), at=NOON - 7100)], moved_s).moved_s == {}


REPORTS = st.builds(
    lambda icao24, sent, ago, fields: report(
        NOON - sent, icao24=icao24, **{"time_position": NOON - sent - ago} | fields
    ),
    st.sampled_from([f"15521{n:x}" for n in range(8)]),
    st.integers(0, 400),
    st.integers(0, 90),
    st.fixed_dictionaries(
        {
            "latitude": st.sampled_from([47.0, 47.01, 52.0]),
            "on_ground": st.booleans(),
            "callsign": st.sampled_from([None, "RSD100  "]),
            "baro_altitude": st.none() | st.floats(0, 12_000),
            "velocity": st.none() | st.floats(0, 300),
            "category": st.sampled_from([None, 0, 6]),
            "position_source": st.sampled_from([0, 1, 2, None]),
        }
    ),
)


def by_icao24(vectors: list[StateVector]) -> dict[Icao24, StateVector]:
    return {vector.icao24: vector for vector in vectors}


@given(st.lists(REPORTS, max_size=12), st.data())
def test_a_sky_that_is_split_between_sources_comes_back(reports: list[StateVector], data: st.DataObject) -> None:
    """Whoever hears which airframes, and whoever hears them twice."""
    sky = by_icao24(reports)
    halves: list[list[StateVector]] = [[], []]
    for vector in sky.values():
        for half in data.draw(st.sampled_from([(0,), (1,), (0, 1)])):
            halves[half].append(vector)

    outcome = merged([poll(OPENSKY, *halves[0]), poll(LOL, *halves[1])])

    assert by_icao24(list(outcome.vectors)) == sky
    assert not outcome.rivals


SKIES = st.lists(st.lists(REPORTS, max_size=8).map(by_icao24), min_size=2, max_size=4)


@given(SKIES, st.randoms())
def test_nobody_is_lost_and_the_order_of_sources_does_not_matter(
    skies: list[dict[Icao24, StateVector]], random: object
) -> None:
    """Everybody is in the outcome once, heard as late as anybody heard it, at a place that somebody told."""
    polls = [poll(f"source {n}", *sky.values()) for n, sky in enumerate(skies)]
    shuffle: Callable[[list[Poll]], None] = random.shuffle  # type: ignore[attr-defined]

    outcome = merged(polls)
    shuffle(polls)

    assert merged(polls) == outcome
    heard = [vector for sky in skies for vector in sky.values()]
    assert sorted([*by_icao24(list(outcome.vectors)), *outcome.rivals]) == sorted(by_icao24(heard))
    for vector in outcome.vectors:
        theirs = [each for each in heard if each.icao24 == vector.icao24]
        assert vector.last_contact == max(each.last_contact for each in theirs)
        assert (vector.latitude, vector.time_position) in {(each.latitude, each.time_position) for each in theirs}
        assert outcome.heard_by.get(vector.icao24, outcome.sources)


@given(SKIES)
def test_an_outcome_stays_when_it_is_merged_with_one_of_its_parts(skies: list[dict[Icao24, StateVector]]) -> None:
    """A source that says again what is known moves nobody."""
    polls = [poll(f"source {n}", *sky.values()) for n, sky in enumerate(skies)]
    outcome = merged(polls)

    again = merged([outcome, replace(polls[0], sources=("again",))])

    assert [vector.icao24 for vector in again.vectors] == [vector.icao24 for vector in outcome.vectors]
    assert again.rivals.keys() == outcome.rivals.keys()
    assert [vector.last_contact for vector in again.vectors] == [vector.last_contact for vector in outcome.vectors]
