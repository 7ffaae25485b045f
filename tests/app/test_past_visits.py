"""What a question about the past is answered with: the time meant, the visits told, and the line beneath them."""

from datetime import datetime, timedelta

import pytest
from made_visits import ICAO24, VLADIVOSTOK, at, moment, visit
from msgspec.structs import replace
from state_vectors import AIRPORTS, airport

from flightwatch.app.knowledge import Knowledge
from flightwatch.app.past_visits import MOST_LISTED, Wish, closing_line, find, time_meant, unplaced_line
from flightwatch.app.question import Question
from flightwatch.app.question_history import watch_times_of
from flightwatch.app.topic import Topic
from flightwatch.app.visit_counts import count_visits
from flightwatch.core.selection import ALL, Selection
from flightwatch.core.visits import Visit
from flightwatch.errors import UsageError
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.store import Store
from flightwatch.tracking.advance_all import PollChanges

NOW = at("2023-12-01T12:00")
TAIL = Question("RA-86559", (Topic("RA-86559", icao24s=(ICAO24,)),))
FIELD = Question("Sunan", (Topic("Sunan", airport=airport("FNJ")),))
EARLIER = visit(arrival=moment("2023-09-26T01:52", minutes=5))
LATER = visit(id="visit-2", arrival=moment("2023-10-26T01:52"), departure=moment("2023-10-27T01:52"))
ELSEWHERE = visit(id="visit-3", airport=VLADIVOSTOK, arrival=moment("2023-11-22T03:00"), departure=None)


@pytest.fixture
def knowledge(store: Store) -> Knowledge:
    """A database that holds three visits of an airframe, and no watchlist."""
    changes = PollChanges({}, frozenset(), (), (EARLIER, LATER, ELSEWHERE))
    store.commit(changes, PollRecord(NOW, NOW, "ok"))
    return Knowledge(store, None, AIRPORTS, NOW)


def test_days_and_since_say_the_same() -> None:
    """So one of them is given: days count back from the end, or from now."""
    day = timedelta(days=1)
    assert time_meant(None, None, None, NOW) == (None, None)
    assert time_meant(None, None, 3, NOW) == (NOW - 3 * day, None)
    assert time_meant(None, "2023-09-30", 3, NOW) == (at("2023-09-28"), at("2023-10-01"))
    with pytest.raises(UsageError, match="both say where to begin"):
        time_meant("2023-09-01", None, 3, NOW)


@pytest.mark.parametrize(
    ("question", "wish", "told", "held", "is_all"),
    [
        (TAIL, Wish(ALL), [ELSEWHERE, LATER, EARLIER], 3, True),
        (TAIL, Wish(Selection(limit=1)), [ELSEWHERE], 3, True),
        (TAIL, Wish(ALL, at=airport("FNJ")), [LATER, EARLIER], 2, True),
        (TAIL, Wish(Selection(since=at("2023-10-01"), until=at("2023-11-01"))), [LATER], 1, True),
        (FIELD, Wish(Selection(limit=1)), [LATER], 2, False),
        (FIELD, Wish(Selection(inferred=False)), [LATER], 2, True),
    ],
)
def test_what_is_looked_up(
    knowledge: Knowledge, question: Question, wish: Wish, told: list[Visit], held: int, is_all: bool
) -> None:
    """All that the line beneath counts as well; of a busy airport no more than one beyond the limit."""
    found = find(question, wish, knowledge)
    assert [each.id for each in found.visits] == [each.id for each in told]
    assert (found.counted.every + found.counted.left_out, found.is_all) == (held, is_all)


@pytest.mark.parametrize(
    ("question", "which", "counted", "is_all"),
    [
        (FIELD, ALL, MOST_LISTED + 1, False),
        (FIELD, Selection(limit=MOST_LISTED + 9), MOST_LISTED + 1, False),
        (TAIL, ALL, MOST_LISTED + 11, True),
        (FIELD, Selection(limit=3), 4, False),
    ],
)
def test_a_table_has_an_end(
    knowledge: Knowledge, question: Question, which: Selection, counted: int, is_all: bool
) -> None:
    """Of a busy airport no more is read than that."""
    first = at("2010-01-01")
    many = (
        visit(id=f"many-{n:05}", arrival=moment(f"{first + timedelta(hours=n):%Y-%m-%dT%H:%M}"), departure=None)
        for n in range(MOST_LISTED + 8)
    )
    with_ends = tuple(replace(each, departure=replace(each.arrival)) for each in many)
    knowledge.store.commit(PollChanges({}, frozenset(), (), with_ends), PollRecord(NOW, NOW, "ok"))
    found = find(question, Wish(which), knowledge)
    assert len(found.visits) == found.counted.told == min(which.limit or MOST_LISTED, MOST_LISTED)
    assert (found.counted.every, found.is_all) == (counted, is_all)


def test_the_line_beneath(knowledge: Knowledge) -> None:
    """It says how to ask for more where OpenSky was asked, and nobody said for which time."""
    for wish, more in (
        (Wish(ALL), " (--days 90 asks for more)"),
        (Wish(ALL, is_offline=True), ""),
        (Wish(Selection(since=at("2023-01-01"))), ""),
    ):
        found = find(TAIL, wish, knowledge)
        line = closing_line(TAIL, wish, knowledge, found.counted, watch_times_of(TAIL, knowledge))
        assert line.startswith("3 visits; ")
        assert line.endswith(f"OpenSky was not asked about past flights{more}")
    found = find(FIELD, Wish(ALL), knowledge)
    assert "--days" not in closing_line(FIELD, Wish(ALL), knowledge, found.counted, watch_times_of(FIELD, knowledge))


def test_a_summary_counts_the_time_in_question(knowledge: Knowledge) -> None:
    wish = Wish(Selection(since=at("2023-10-01"), until=at("2023-11-01")), is_summary=True)
    counts = count_visits(TAIL, wish, knowledge, watch_times_of(TAIL, knowledge))
    assert (counts.summary.visits, counts.counted.told) == (1, 1)


@pytest.mark.parametrize(
    ("since", "until", "line"),
    [
        (None, None, "OpenSky knows 2 more stays on the ground, but not where"),
        (at("2023-09-02"), None, "OpenSky knows 1 more stay on the ground, but not where"),
        (None, at("2023-09-01"), None),
    ],
)
def test_stays_without_a_place(since: datetime | None, until: datetime | None, line: str | None) -> None:
    """They are told where they began in the time in question."""
    unplaced = at("2023-09-01"), at("2023-09-03")
    wish = Wish(replace(ALL, since=since, until=until))
    assert unplaced_line(wish, unplaced) == line
