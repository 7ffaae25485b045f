"""What the record says around a visit, and never more than it holds."""

from datetime import timedelta

import pytest
from made_visits import at, first_heard_there, landing, left, moment, reminder, taken_back, visit
from msgspec.structs import replace

from flightwatch.core.model import Event
from flightwatch.core.spans import Span
from flightwatch.core.visits import Moment, Visit
from flightwatch.wording.record import NO_RECORD, Company, Context, company, not_watched, stays_before_last, which_visit

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
ONE = "the last was 1-2 August 2023, about 35 h 55 min (inferred, 82 % sure that it landed there)"


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
            "second visit recorded here; the last was 1 August 2023 to an unknown day",
        ),
        (
            (visit(arrival=first_heard_there("2023-08-01T10:00"), departure=moment("2023-08-01T12:00")),),
            "second visit recorded here; the last was 1 August 2023, at least 2 h 00 min; first recorded since 1 August 2023",
        ),
        (
            (visit(arrival=first_heard_there("2023-08-01T10:00"), departure=None),),
            "second visit recorded here; the last was 1 August 2023 to an unknown day",
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
    again = " again" if NEW_YEAR in earlier else ""
    for event in (landing(), left(), reminder()):
        assert which_visit(event, context) == f"{said}; watching{again} since 1 July 2023"


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
    assert [f(event, context) for f in (which_visit, stays_before_last)] == [None] * 2


def other(came: str, went: str | None, *, minutes: int = 0) -> Visit:
    return replace(stay(came, went, minutes=minutes), icao24="7278a5", registration="P-885")


MORNING = other("2023-09-25T04:10", "2023-09-25T22:52")
BY = Moment(None, at("2023-09-25T05:00"), at("2023-09-25T22:52"), "inferred", 0.9)
PERHAPS = Moment(None, at("2023-09-25T05:00"), at("2023-09-25T22:52"), "inferred", 0.0)


@pytest.mark.parametrize(
    ("event", "there", "kind", "said"),
    [
        (landing(), other("2023-09-25T04:10", None), "present", "since 25 September 04:10 UTC"),
        (landing(), other("2022-09-25T04:10", None), "present", "since 25 September 2022 04:10 UTC"),
        (
            landing(),
            other("2023-09-25T04:10", None, minutes=9),
            "present",
            "since about 25 September 04:10 UTC (inferred, 82 % sure that it landed there)",
        ),
        (left(), other("2023-09-25T04:10", "2023-09-29T22:52"), "present", "since 25 September 04:10 UTC"),
        (
            landing(),
            replace(MORNING, departure=PERHAPS),
            "present",
            "since 25 September 04:10 UTC, unless it left unheard",
        ),
        (
            landing(),
            replace(MORNING, arrival=first_heard_there("2023-09-25T05:00"), departure=None),
            "present",
            "first heard there 25 September 05:00 UTC",
        ),
        (landing(), MORNING, "gone", "left 3 h 00 min before this landing"),
        (
            landing(),
            other("2023-09-25T04:10", "2023-09-25T22:52", minutes=9),
            "gone",
            "left about 3 h 00 min before this landing (inferred, 82 % sure that it landed there)",
        ),
        (left(), MORNING, "gone", "left 49 h 39 min before this departure"),
        (reminder(), MORNING, "gone", "left 27 h 08 min before this reminder"),
        (left(), other("2023-09-26T04:10", "2023-09-27T05:00"), "gone", "left 19 h 31 min before this departure"),
        (landing(), other("2023-09-25T04:10", "2023-09-26T01:52"), "gone", "left less than 1 min before this landing"),
        (landing(), replace(MORNING, departure=BY), "gone", "had left by 25 September 22:52 UTC"),
        (landing(), other("2023-09-26T03:00", None), "later", "came 1 h 08 min after this landing"),
        (
            landing(),
            other("2023-09-26T03:00", None, minutes=9),
            "later",
            "came about 1 h 08 min after this landing (inferred, 82 % sure that it landed there)",
        ),
        (
            landing(),
            replace(MORNING, arrival=first_heard_there("2023-09-26T03:00"), departure=None),
            "later",
            "was first heard there 1 h 08 min after this landing",
        ),
    ],
)
def test_who_else_is_there(event: Event, there: Visit, kind: str, said: str) -> None:
    """At the time of the event; who had left by then and who came after it are told as such, counted to it."""
    context = Context(SINCE, NOW, others=(there,))
    assert company(event, context, {}) == Company(**{kind: f"P-885 {said}"})
    assert company(event, context, {"7278a5": "P-885 (Il-62M)"}) == Company(**{kind: f"P-885 (Il-62M) {said}"})


def test_a_crowd() -> None:
    unnamed = replace(other("2023-09-25T04:10", None), registration=None)
    said = company(landing(), Context(others=(unnamed,) * 7), {}).present or ""
    assert said.split("; ") == ["aircraft 7278a5 since 25 September 04:10 UTC"] * 5 + ["and 2 more"]
    assert company(landing(), NO_RECORD, {}) == Company()
    assert company(taken_back(), Context(others=(unnamed,)), {}) == Company()


def test_when_nobody_watched() -> None:
    """With its length; days where they are two; the last three of many; nothing that is over at once."""
    night = Span(at("2023-09-27T02:10"), at("2023-09-27T05:40"))
    midnight = Span(at("2023-09-27T22:00"), at("2023-09-28T00:00"))
    moment_only = Span(at("2023-09-27T22:00"), at("2023-09-27T22:00") + timedelta(seconds=40))
    one = "02:10-05:40 UTC on 27 September (3 h 30 min)"
    assert not_watched(left(), Context(unwatched=(night,))) == one
    assert not_watched(left(), Context(unwatched=(night, midnight))) == (
        f"{one}; 27 September 22:00 to 28 September 00:00 UTC (2 h 00 min)"
    )
    assert not_watched(left(), Context(unwatched=(night,) * 4)) == f"{one}; {one}; {one}; and 1 time before"
    assert not_watched(left(), Context(unwatched=(night,) * 5)) == f"{one}; {one}; {one}; and 2 times before"
    assert not_watched(left(), Context(unwatched=(moment_only,))) is None
    assert not_watched(left(), NO_RECORD) is None


@pytest.mark.parametrize(
    ("since", "earlier", "unwatched_days", "said"),
    [
        ("2023-07-01", (), 0, "watching since 1 July 2023"),
        ("2023-07-01", (), 20, "watching since 1 July 2023, but not for 20 of the 87 days before this one"),
        ("2023-09-25", (), 0, "watching only since 25 September 2023"),
        ("2023-07-01", (AUGUST,), 0, "first recorded since 2 August 2023; watching since 1 July 2023"),
        ("2023-07-01", (AUGUST,), 1, "first recorded since 2 August 2023; watching since 1 July 2023"),
        ("2023-07-01", (AUGUST,), 20, "nobody watched for 20 of the 54 days in between; watching since 1 July 2023"),
        (
            "2023-07-01",
            (AUGUST,),
            54,
            "nobody watched for nearly all of the 54 days in between; watching since 1 July 2023",
        ),
        (
            "2023-09-24",
            (AUGUST,),
            52,
            "nobody watched for 52 of the 54 days in between; watching again only since 24 September 2023",
        ),
    ],
)
def test_what_the_record_is_worth(since: str, earlier: tuple[Visit, ...], unwatched_days: int, said: str) -> None:
    """A time that nobody watched is not told as a time without visits, nor a young record as an old one."""
    context = Context(at(since), NOW, earlier, unwatched_before=timedelta(days=unwatched_days))
    assert (which_visit(landing(), context) or "").endswith(f"; {said}")
