"""What the record says around a visit, and never more than it holds."""

import pytest
from msgspec.structs import replace
from skies import at, first_heard_there, landing, left, moment, reminder, taken_back, visit

from flightwatch.model import Event
from flightwatch.visits import Visit
from flightwatch.words.record import (
    NO_RECORD,
    Context,
    Span,
    company,
    not_watched,
    stays_before_last,
    which_visit,
    which_visit_in_brief,
)

SINCE = at("2023-07-01T00:40")
NOW = visit(departure=None)
"""The visit that the event belongs to, since 26 September 2023."""


def stay(came: str, went: str | None, *, minutes: int = 0) -> Visit:
    """Make a visit whose ends were seen, or are inferred to so many minutes."""
    ends = [None if end is None else moment(end, minutes=minutes, confidence=0.82) for end in (came, went)]
    return visit(id=came, arrival=ends[0], departure=ends[1])


AUGUST = stay("2023-08-01T02:42", "2023-08-02T14:37", minutes=12)
JULY = stay("2023-07-30T10:00", "2023-08-01T00:30")
NEW_YEAR = stay("2022-12-31T20:00", "2023-01-01T04:00")
MARCH = stay("2022-03-05T10:00", "2022-03-05T12:05")
ONE = "the last was 1-2 August 2023, about 35 h 55 min (inferred, 82 %)"


@pytest.mark.parametrize(
    ("earlier", "said"),
    [
        ((), "first visit recorded here"),
        ((AUGUST,), f"second visit recorded here; {ONE}; first recorded since 2 August 2023"),
        ((AUGUST, JULY), f"third visit recorded here; {ONE}; first recorded since 2 August 2023"),
        (
            (stay("2023-09-01T10:00", "2023-09-01T12:00"),),
            "second visit recorded here; the last was 1 September 2023, 2 h 00 min",
        ),
        (
            (stay("2023-08-01T10:00", None),),
            "second visit recorded here; the last was from 1 August 2023, its end unknown",
        ),
        (
            (visit(arrival=first_heard_there("2023-08-01T10:00"), departure=moment("2023-08-01T12:00")),),
            "second visit recorded here; the last was 1 August 2023, at least 2 h 00 min; first recorded since 1 August 2023",
        ),
        (
            (visit(arrival=first_heard_there("2023-08-01T10:00"), departure=None),),
            "second visit recorded here; the last was there on 1 August 2023, its end unknown",
        ),
        (
            (NEW_YEAR,),
            "second visit recorded here; the last was 31 December 2022 to 1 January 2023, 8 h 00 min; "
            "first recorded since 1 January 2023",
        ),
        (
            (AUGUST,) * 21,
            f"22nd visit recorded here; {ONE}; first recorded since 2 August 2023",
        ),
    ],
)
def test_which_visit_it_is(earlier: tuple[Visit, ...], said: str) -> None:
    """Never "first since": always what is recorded, and since when; with the departure and the reminder as well."""
    context = Context(SINCE, NOW, earlier)
    for event in (landing(), left(), reminder()):
        assert which_visit(event, context) == f"{said}; watching since 1 July 2023"


@pytest.mark.parametrize(("went", "is_said"), [("2023-08-27T01:52", True), ("2023-08-27T01:53", False)])
def test_first_since_says_something_after_thirty_days(went: str, is_said: bool) -> None:
    said = which_visit(left(), Context(SINCE, NOW, (stay("2023-08-26T00:00", went),))) or ""
    assert ("first recorded since 27 August 2023" in said) == is_said


def test_the_earlier_stays() -> None:
    """The last with the visit, the two before it by themselves."""
    context = Context(SINCE, NOW, (AUGUST, JULY, NEW_YEAR, MARCH))
    assert stays_before_last(landing(), context) == (
        "30 July to 1 August 2023, 38 h 30 min; 31 December 2022 to 1 January 2023, 8 h 00 min"
    )
    assert stays_before_last(landing(), Context(SINCE, NOW, (AUGUST,))) is None


def test_in_brief() -> None:
    assert which_visit_in_brief(landing(), Context(SINCE)) == "first recorded here, watching since 1 July 2023"
    second = which_visit_in_brief(landing(), Context(SINCE, earlier=(AUGUST,)))
    assert second == "second recorded here, the last 1-2 August 2023"
    ended = which_visit_in_brief(left(), Context(SINCE, earlier=(AUGUST,)))
    assert ended == "second visit recorded here, the last 1-2 August 2023"


@pytest.mark.parametrize(
    ("event", "context"),
    [
        (landing(), NO_RECORD),
        (landing(), Context(earlier=(AUGUST, JULY))),
        (landing(airport=None), Context(SINCE, earlier=(AUGUST, JULY))),
        (taken_back(), Context(SINCE, earlier=(AUGUST, JULY))),
    ],
)
def test_nothing_is_said_of_what_is_not_known(event: Event, context: Context) -> None:
    """Without a record, at a field unknown, of a visit that was none."""
    assert [f(event, context) for f in (which_visit, which_visit_in_brief, stays_before_last)] == [None] * 3


def other(came: str, went: str | None, *, minutes: int = 0) -> Visit:
    return replace(stay(came, went, minutes=minutes), icao24="7278a5", registration="P-885")


@pytest.mark.parametrize(
    ("event", "there", "said"),
    [
        (landing(), other("2023-09-25T04:10", None), "since 25 September 04:10 UTC"),
        (landing(), other("2022-09-25T04:10", None), "since 25 September 2022 04:10 UTC"),
        (landing(), other("2023-09-25T04:10", None, minutes=9), "since about 25 September 04:10 UTC (inferred, 82 %)"),
        (landing(), other("2023-09-25T04:10", "2023-09-25T22:52"), "left 3 h 00 min before"),
        (
            landing(),
            other("2023-09-25T04:10", "2023-09-25T22:52", minutes=9),
            "left about 3 h 00 min before (inferred, 82 %)",
        ),
        (left(), other("2023-09-25T04:10", "2023-09-25T22:52"), "left 3 h 00 min before"),
        (left(), other("2023-09-25T04:10", "2023-09-29T22:52"), "since 25 September 04:10 UTC"),
        (
            left(),
            other("2023-09-26T04:10", "2023-09-27T05:00"),
            "from 26 September 04:10 UTC to 27 September 05:00 UTC",
        ),
        (landing(), other("2023-09-26T03:00", None), "came 1 h 08 min later"),
        (
            landing(),
            replace(other("2023-09-25T04:10", None), arrival=first_heard_there("2023-09-25T05:00")),
            "seen there from 25 September 05:00 UTC",
        ),
    ],
)
def test_who_else_is_there(event: Event, there: Visit, said: str) -> None:
    """Or left before it came, came and left meanwhile, came after."""
    context = Context(SINCE, NOW, others=(there,))
    assert company(event, context, {}) == f"P-885 {said}"
    assert company(event, context, {"7278a5": "P-885 (Il-62M)"}) == f"P-885 (Il-62M) {said}"


def test_a_crowd() -> None:
    unnamed = replace(other("2023-09-25T04:10", None), registration=None)
    said = company(landing(), Context(others=(unnamed,) * 7), {}) or ""
    assert said.split("; ") == ["aircraft 7278a5 since 25 September 04:10 UTC"] * 5 + ["2 more"]
    assert company(landing(), NO_RECORD, {}) is None
    assert company(taken_back(), Context(others=(unnamed,)), {}) is None


def test_when_nobody_watched() -> None:
    """As a fact, with its length; days where they are two; the last three of many."""
    night = Span(at("2023-09-27T02:10"), at("2023-09-27T05:40"))
    midnight = Span(at("2023-09-27T22:00"), at("2023-09-28T00:00"))
    one = "02:10-05:40 UTC on 27 September (3 h 30 min)"
    assert not_watched(left(), Context(unwatched=(night,))) == f"not watched {one}"
    assert not_watched(left(), Context(unwatched=(night, midnight))) == (
        f"not watched {one}; 27 September 22:00 to 28 September 00:00 UTC (2 h 00 min)"
    )
    assert (
        not_watched(left(), Context(unwatched=(night,) * 5)) == f"not watched {one}; {one}; {one}; and 2 times before"
    )
    assert not_watched(left(), NO_RECORD) is None
