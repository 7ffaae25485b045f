"""The polls of the past: their spacing, and the times without one."""

from datetime import datetime, timedelta

import pytest
from made_visits import at

from flightwatch.core.spans import Span
from flightwatch.storage.poll_log import RECENT, PollLog
from flightwatch.storage.store import PollRecord, Store
from flightwatch.tracking.advance_all import PollChanges

HOUR = timedelta(hours=1)
POLLS = ["2023-09-26T00:00", "2023-09-26T00:15", "2023-09-26T03:15", "2023-09-26T03:30", "2023-09-26T05:00"]


def polled(store: Store, *times: str, late: timedelta = timedelta(0)) -> None:
    for time in times:
        store.commit(PollChanges({}, frozenset(), (), ()), PollRecord(at(time) + late, at(time), "ok"))


def span(since: str, until: str) -> Span:
    return Span(at(f"2023-09-26T{since}"), at(f"2023-09-26T{until}"))


@pytest.mark.parametrize(
    ("since", "until", "spans"),
    [
        ("00:00", "06:00", [("00:15", "03:15"), ("03:30", "05:00")]),
        ("01:00", "02:00", [("00:15", "03:15")]),
        ("03:15", "03:30", []),
        ("04:00", "04:30", [("03:30", "05:00")]),
        ("06:00", "07:00", []),
    ],
)
def test_gaps(store: Store, since: str, until: str, spans: list[tuple[str, str]]) -> None:
    """Whole gaps that touch the time asked about, also where it lies inside one; a failed poll does not end one."""
    polled(store, *POLLS)
    store.record_failure(PollRecord(at("2023-09-26T02:00"), None, "429"))
    asked = at(f"2023-09-26T{since}"), at(f"2023-09-26T{until}")
    assert PollLog(store).gaps(*asked, HOUR) == [span(*each) for each in spans]


def test_nothing_polled(store: Store) -> None:
    log = PollLog(store)
    assert (log.begun(), log.ahead(), log.gaps(at("2023-01-01"), at("2024-01-01"), HOUR)) == ([], 0 * HOUR, [])


def test_when_the_last_polls_began(store: Store) -> None:
    """Also those that failed, the last ones only, oldest first."""
    begun: list[datetime] = [at("2023-09-26T00:00") + number * HOUR for number in range(RECENT + 3)]
    for start in begun:
        store.record_failure(PollRecord(start, None, "429"))
    assert PollLog(store).begun() == begun[3:]


def test_how_far_the_datas_time_is_ahead(store: Store) -> None:
    polled(store, "2023-09-26T00:00", late=-HOUR)
    polled(store, "2023-09-26T00:15", late=2 * HOUR)
    store.record_failure(PollRecord(at("2023-09-27T00:00"), None, "429"))
    assert PollLog(store).ahead() == -2 * HOUR
