"""Where low traffic is heard: learned from samples of the world and of areas, kept, bounded, and what it says of a stay."""

from collections.abc import Iterable
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from state_vectors import AIRPORTS, DAY, NOON, airport, report, watched

from flightwatch.app.replay import replay
from flightwatch.core.geo import bearing_deg, destination
from flightwatch.core.model import WORLD, Box, Coverage, Poll, StateVector, instant
from flightwatch.storage.poll_log import PollLog
from flightwatch.storage.store import Store
from flightwatch.tracking.aircraft import Aircraft
from flightwatch.tracking.field import AIRLINER_RUNWAY_M
from flightwatch.tracking.hindsight import Again, Gap, hindsight
from flightwatch.tracking.motion import Motion
from flightwatch.tracking.reception import (
    BANDS_M,
    HALVED,
    LEAST_WORLD,
    MOST_CELLS,
    NOTHING_KNOWN,
    SAMPLE_S,
    UNHEARD,
    UNHEARD_IN,
    Counts,
    Reception,
    learned,
)
from flightwatch.tracking.way_down import reversed_motion

JET = Aircraft(is_rotary=False, needs_m=AIRLINER_RUNWAY_M)
AROUND_PYONGYANG = Box(37.0, 123.0, 41.5, 128.5)
AROUND_NAIROBI = Box(-3.5, 34.5, 1.0, 39.5)
LISTED = watched(aircraft=["RA-86559"])


def row(code: str, at: int, height_m: float, number: int = 0) -> StateVector:
    """Hear somebody at this height over the field."""
    field = airport(code)
    height = height_m + (field.elevation_m or 0.0)
    return report(at, icao24=f"{number:06x}", latitude=field.latitude, longitude=field.longitude, baro_altitude=height)


def samples(
    count: int,
    rows: Iterable[tuple[str, float]],
    coverage: Coverage,
    known: Reception = NOTHING_KNOWN,
    start: int = NOON,
) -> Reception:
    """Look so many times, each time at the same."""
    for number in range(count):
        at = start + number * SAMPLE_S
        known = learned(known, [row(code, at, height) for code, height in rows], coverage, at)
    return known


def areas(*boxes: Box) -> Coverage:
    return Coverage(boxes=boxes)


def test_before_any_sample_stands_what_others_measured() -> None:
    assert NOTHING_KNOWN.unheard(airport("MUC")) == UNHEARD
    assert NOTHING_KNOWN.unheard(airport("FNJ")) == UNHEARD_IN["KP"]


def test_nobody_low_in_many_samples() -> None:
    """Somebody is heard in cruise over Nairobi in each, nobody ever on the way down: nobody hears that."""
    sure = [samples(n, [("NBO", 9000.0)], areas(AROUND_NAIROBI)).unheard(airport("NBO")) for n in (0, 50, 140, 300)]
    assert sure == sorted(sure)
    assert sure[0] == UNHEARD
    assert 0.3 < sure[2] < 0.7
    assert sure[3] > 0.99


def test_somebody_low() -> None:
    """A receiver is put up in Pyongyang: after a day of low traffic the country's name says nothing any more."""
    deaf = samples(300, [("FNJ", 9000.0)], areas(AROUND_PYONGYANG))
    heard = samples(10, [("FNJ", 300.0)], areas(AROUND_PYONGYANG), deaf, NOON + 10 * DAY)
    assert deaf.unheard(airport("FNJ")) > 0.98
    assert heard.unheard(airport("FNJ")) < 0.01


def test_one_stray_position_is_no_receiver() -> None:
    stray = samples(
        1, [("FNJ", 300.0)], areas(AROUND_PYONGYANG), samples(1000, [("FNJ", 9000.0)], areas(AROUND_PYONGYANG))
    )
    assert stray.unheard(airport("FNJ")) > 0.9


def test_high_ground() -> None:
    """Who is heard 800 m over La Paz, at 4,862 m, is low there, and would be none at Lima."""
    known = samples(1, [("LPB", 800.0)], areas(Box(-19.0, -71.0, -14.0, -66.0)))
    assert known.unheard(airport("LPB")) < UNHEARD
    assert known.cells[(-17, -69)].low == (0, 0, 1, 1)


def test_the_world_must_be_one() -> None:
    """A recording of one aircraft that says it asked for the world is no sample of it."""
    assert samples(3, [("MUC", 9000.0)], WORLD).world == 0
    crowd = [row("MUC", NOON, 9000.0, number) for number in range(LEAST_WORLD)]
    assert learned(NOTHING_KNOWN, crowd, WORLD, NOON) == Reception(NOON, 1, {})
    assert learned(NOTHING_KNOWN, crowd[1:], WORLD, NOON) is NOTHING_KNOWN


def test_an_area_in_which_nobody_is_heard_is_no_sample() -> None:
    assert learned(NOTHING_KNOWN, [], areas(AROUND_PYONGYANG), NOON) is NOTHING_KNOWN
    assert learned(NOTHING_KNOWN, [row("ICN", NOON, 9000.0)], areas(AROUND_NAIROBI), NOON) is NOTHING_KNOWN


def test_old_rows_and_rows_without_a_position_say_nothing() -> None:
    old = replace(row("FNJ", NOON, 300.0), last_contact=NOON - 200)
    nowhere = replace(row("FNJ", NOON, 300.0), latitude=None, longitude=None)
    assert learned(NOTHING_KNOWN, [old, nowhere], areas(AROUND_PYONGYANG), NOON) is NOTHING_KNOWN


def test_polls_of_one_minute_are_one_sample() -> None:
    known = samples(1, [("FNJ", 9000.0)], areas(AROUND_PYONGYANG))
    again = learned(known, [row("FNJ", NOON + 60, 300.0)], areas(AROUND_PYONGYANG), NOON + 60)
    assert again is known


def test_across_the_date_line() -> None:
    """A box from 175° east to 175° west holds the cells on both sides."""
    box = Box(-20.0, 175.0, -15.0, -175.0)
    nadi = row("NAN", NOON, 9000.0)
    known = learned(NOTHING_KNOWN, [nadi], areas(box), NOON)
    assert {(-18, 177), (-18, -180), (-18, -176)} <= known.cells.keys()


def test_receivers_come_and_go() -> None:
    """After four weeks counts are halved: what was never heard is learned in as many samples as before."""
    known = samples(HALVED + 1, [("NBO", 300.0)], areas(AROUND_NAIROBI))
    counts = known.cells[(-2, 36)]
    assert counts.samples == (HALVED + 1) // 2
    assert counts.low[0] == HALVED // 2 + 1


def test_the_map_is_bounded() -> None:
    cells = {(n // 180 - 90, n % 180): Counts(0, (1, 1, 1, 1)) for n in range(MOST_CELLS)}
    known = learned(Reception(0, 0, cells), [row("MUC", NOON, 300.0)], areas(Box(47.0, 10.0, 50.0, 13.0)), NOON)
    assert len(known.cells) == MOST_CELLS
    assert known.cells[(48, 11)].samples == 1


@given(
    st.integers(0, 5000),
    st.lists(st.integers(0, 5000), min_size=4, max_size=4).map(sorted),
    st.sampled_from(["FNJ", "MUC", "LPB", "WOS"]),
)
def test_a_probability(sampled: int, low: list[int], code: str) -> None:
    """Whatever was counted; and the more was heard low, the less likely nobody hears it."""
    field = next(f for f in AIRPORTS if f.iata == code)
    cell = (int(field.latitude // 1), int(field.longitude // 1))
    band = tuple(low)
    known = Reception(0, 0, {cell: Counts(sampled, band)})  # type: ignore[arg-type]
    more = Reception(0, 0, {cell: Counts(sampled, tuple(n + 1 for n in band))})  # type: ignore[arg-type]
    assert 0.0 <= more.unheard(field) <= known.unheard(field) <= 1.0
    assert len(band) == len(BANDS_M)


def test_a_stay_where_nobody_is_heard() -> None:
    """From cruise into the dark and out of it a day later: a stay where samples have shown that nobody low is heard."""
    field = airport("NBO")
    here = destination(field.latitude, field.longitude, 20.0, 300.0)
    before = Motion(NOON, *here, 10_000.0, 230.0, bearing_deg(*here, field.latitude, field.longitude), 0.0, 0.0)
    again = Again(replace(reversed_motion(before), at=NOON + DAY))
    deaf = samples(300, [("NBO", 9000.0)], areas(AROUND_NAIROBI))
    for known, sure in ((NOTHING_KNOWN, False), (deaf, True)):
        found = hindsight(Gap(before, again, JET), AIRPORTS, frozenset(), known)
        assert (found.at(field.icao) > 0.6) is sure


def test_kept_in_the_database(tmp_path: Path) -> None:
    """What polls teach goes on with the next one, in another process as in the same."""
    polls = [
        Poll(instant(NOON + n * SAMPLE_S), (row("NBO", NOON + n * SAMPLE_S, 9000.0 * (n % 2)),), areas(AROUND_NAIROBI))
        for n in range(4)
    ]
    with Store(tmp_path / "kept.db") as store:
        for poll in polls:
            list(replay([poll], LISTED, AIRPORTS, store))
        kept = PollLog(store).memory(LISTED.watched).reception
    known = NOTHING_KNOWN
    for poll in polls:
        known = learned(known, poll.vectors, poll.coverage, round(poll.at.timestamp()))
    assert kept == known
    assert kept.cells[(-2, 36)] == Counts(4, (2, 2, 2, 2))
