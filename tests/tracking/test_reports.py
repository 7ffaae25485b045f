"""Reports of a flight are the same however they are held."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from state_vectors import report

from flightwatch.tracking.reports import KEPT, Reports
from flightwatch.tracking.track import Track

MANY = tuple(report(60 * minute, latitude=minute / 10) for minute in range(3 * KEPT))


def flown(count: int) -> Reports:
    """Those of a flight that was heard so often."""
    reports = Reports()
    for each in MANY[:count]:
        reports = reports.followed_by(each)
    return reports


@given(st.integers(0, len(MANY)))
def test_the_last_are_kept(count: int) -> None:
    """In their order, whether they came one by one or at once; kept and read again they are the same."""
    reports, expected = flown(count), MANY[:count][-KEPT:]
    assert reports.all() == tuple(reports) == expected
    assert tuple(reversed(reports)) == expected[::-1]
    assert (len(reports), bool(reports)) == (len(expected), bool(expected))
    assert reports == Reports.of(*MANY[:count])
    assert not reports != Reports.of(*MANY[:count])  # noqa: SIM202 a Struct has a != of its own
    assert hash(reports) == hash(Reports.of(*MANY[:count]))
    track = Track("15521f", reports=reports)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(track), type=Track) == track


@given(st.integers(0, len(MANY)), st.slices(KEPT), st.integers(-KEPT, KEPT - 1))
def test_any_of_them_can_be_asked_for(count: int, some: slice, place: int) -> None:
    reports, expected = flown(count), MANY[:count][-KEPT:]
    assert reports[some] == expected[some]
    if -len(expected) <= place < len(expected):
        assert reports[place] == expected[place]
    else:
        with pytest.raises(IndexError):
            reports[place]


def test_others_are_not_the_same() -> None:
    assert flown(40) != flown(41)
    assert flown(2) != MANY[:2]
