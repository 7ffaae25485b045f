"""The polls of the past: their spacing, and the times without one."""

from datetime import datetime, timedelta

import pytest
from made_visits import at

from flightwatch.alerting.answer_times import Begun, Uptime
from flightwatch.core.spans import Span
from flightwatch.storage.poll_log import RECENT, PollLog
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.store import Store
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
    assert (log.begun(), log.last_begun(), log.answers()) == ([], None, [])
    assert log.gaps(at("2023-01-01"), at("2024-01-01"), HOUR) == []
    now = Begun(at("2023-09-26T00:00"), Uptime(1, 60))
    assert (log.unseen(now), log.data_time(now)) == (None, now.at)


def test_when_the_last_polls_began(store: Store) -> None:
    """Also those that failed, the last ones only, oldest first."""
    begun: list[datetime] = [at("2023-09-26T00:00") + number * HOUR for number in range(RECENT + 3)]
    for start in begun:
        store.record_failure(PollRecord(start, None, "429"))
    assert PollLog(store).begun() == begun[3:]


def test_the_datas_own_time(store: Store) -> None:
    """It goes on from the last good poll, of whatever our clock says now."""
    polled(store, "2023-09-26T00:00", late=-HOUR)
    polled(store, "2023-09-26T00:15", late=2 * HOUR)
    assert PollLog(store).data_time(Begun(at("2023-09-26T02:45"))) == at("2023-09-26T00:45")
    store.record_failure(PollRecord(at("2023-09-26T02:30"), None, "429"))
    assert PollLog(store).data_time(Begun(at("2023-09-26T02:45"))) == at("2023-09-26T00:45")


@pytest.mark.parametrize("has_uptime", [True, False])
def test_a_clock_set_back_takes_no_time_away(store: Store, has_uptime: bool) -> None:
    """Polls add up: what is known of the time between them counts, whatever our clock was set to meanwhile."""

    def begun(time: str, minutes: int) -> Begun:
        return Begun(at(time), Uptime(1, 60 * minutes) if has_uptime else None)

    def failed(begun: Begun) -> None:
        store.record_failure(PollRecord(begun.at, None, "429", asked=(), uptime=begun.uptime))

    polled(store, "2023-09-26T12:00")
    for minute in (0, 20):
        failed(begun(f"2023-09-26T12:{minute:02}", minute))
    for minute in (30, 50):
        failed(begun(f"2023-09-25T12:{minute:02}", minute))
    now = begun("2023-09-25T12:55", 55)
    unseen = timedelta(minutes=55 if has_uptime else 45)
    assert PollLog(store).unseen(now) == unseen
    assert PollLog(store).data_time(now) == at("2023-09-26T12:00") + unseen


def test_a_good_poll_outvotes_those_that_were_ahead(store: Store) -> None:
    """They were of no use: the one before them is the last good one, and no gap is kept for them."""
    polled(store, "2023-09-26T00:00")
    polled(store, "2023-09-26T03:00", late=-3 * HOUR)
    polled(store, "2023-09-26T00:15")
    assert store.last_poll_at() == at("2023-09-26T00:15")
    assert PollLog(store).gaps(at("2023-09-25"), at("2023-09-27"), timedelta(minutes=14)) == [span("00:00", "00:15")]
    assert [heard.time for heard in PollLog(store).answers()] == [at("2023-09-26T00:15")]
