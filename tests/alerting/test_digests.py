"""When digests go out: each time of the clock once, whatever the clocks and the polls do."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_visits import at

from flightwatch.alerting.digests import EARLY, is_held, last_digest, next_digest
from flightwatch.core.digest_times import DigestTime

DAILY = DigestTime(7, 0)
BERLIN = "Europe/Berlin"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ZONES = st.sampled_from([BERLIN, "America/New_York", "Pacific/Apia", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"])


@pytest.mark.parametrize(
    ("when", "now", "last", "following"),
    [
        (DAILY, "2026-11-29T06:59", "2026-11-28T07:00", "2026-11-29T07:00"),
        (DAILY, "2026-11-29T07:00", "2026-11-29T07:00", "2026-11-30T07:00"),
        (DigestTime(7, 0, time_zone=BERLIN), "2026-11-29T06:00", "2026-11-29T06:00", "2026-11-30T06:00"),
        (DigestTime(7, 0, time_zone=BERLIN), "2026-07-01T06:00", "2026-07-01T05:00", "2026-07-02T05:00"),
        (DigestTime(7, 0, 0), "2026-11-29T12:00", "2026-11-23T07:00", "2026-11-30T07:00"),
        (DigestTime(23, 30, 6, "Asia/Pyongyang"), "2026-11-29T14:30", "2026-11-29T14:30", "2026-12-06T14:30"),
        # On 28 March 2027 Berlin's clock goes from 02:00 to 03:00: 02:30 is there as 03:30.
        (DigestTime(2, 30, time_zone=BERLIN), "2027-03-28T01:29", "2027-03-27T01:30", "2027-03-28T01:30"),
        # On 31 October 2027 it shows 02:30 twice: the digest comes at the first.
        (DigestTime(2, 30, time_zone=BERLIN), "2027-10-31T00:30", "2027-10-31T00:30", "2027-11-01T01:30"),
    ],
)
def test_the_times(when: DigestTime, now: str, last: str, following: str) -> None:
    assert (last_digest(when, at(now)), next_digest(when, at(now))) == (at(last), at(following))


@given(st.integers(0, 29 * 365 * 1440), st.integers(0, 23), st.integers(0, 59), ZONES)
def test_a_time_for_each_day(minutes: int, hour: int, minute: int, zone: str) -> None:
    """From one to the next it is a day by the clock, which may skip one (Samoa did), or an hour more or less."""
    now, when = at("2011-01-01T00:00") + timedelta(minutes=minutes), DigestTime(hour, minute, time_zone=zone)
    times = [now]
    for _ in range(4):
        times.append(next_digest(when, times[-1]))
        assert last_digest(when, times[-1]) == times[-1]
    assert all(22 * HOUR <= b - a <= 26 * HOUR for a, b in pairwise(times[1:]))


@pytest.mark.parametrize(
    ("due", "last_begun", "polled_before", "held"),
    [
        ("06:50", "06:00", "06:50", False),  # it came before the time
        ("07:00", "06:00", "06:55", False),  # with the poll that the digest goes with
        ("07:10", "06:00", "07:00", True),  # after the time, when there was nothing to tell
        ("07:10", None, None, True),  # by the first poll of all
        ("09:00", "06:00", "06:40", False),  # by the first poll after a night
        ("06:50", "06:59", "06:50", True),  # queued after the digest, by a clock some seconds behind
        ("06:50", "07:05", "07:05", True),
        ("06:50", "10:01", "07:05", False),  # a clock that was set back since says nothing
    ],
)
def test_what_waits_at_9(due: str, last_begun: str | None, polled_before: str | None, held: bool) -> None:
    def on_that_day(clock: str | None) -> datetime | None:
        return None if clock is None else at(f"2026-11-29T{clock}")

    now, begun, before = at("2026-11-29T09:00"), on_that_day(last_begun), on_that_day(polled_before)
    found = is_held(DAILY, now, at(f"2026-11-29T{due}"), last_begun=begun, polled_before=before)
    assert found is held


def test_a_minute_early() -> None:
    """A poll that cron begins at 07:00 has answers of some seconds before."""
    due, before = at("2026-11-29T05:00"), at("2026-11-29T06:50")
    just, too_early = (at("2026-11-29T07:00") - EARLY - timedelta(seconds=s) for s in (0, 1))
    yesterday = at("2026-11-28T07:00")
    assert not is_held(DAILY, just, due, last_begun=yesterday, polled_before=before)
    assert is_held(DAILY, too_early, due, last_begun=yesterday, polled_before=before)
