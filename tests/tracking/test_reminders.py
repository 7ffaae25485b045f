"""Reminders: who is still on the ground, once for each time that was asked for."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from msgspec.structs import replace
from state_vectors import (
    DAY,
    HOUR,
    ICAO24,
    MINUTE,
    NOON,
    Watcher,
    above,
    arrival,
    departure,
    in_flight,
    parked,
    told,
    watched,
)

from flightwatch.core.ids import identity
from flightwatch.core.model import Coverage, Event, instant
from flightwatch.watchlist.model import AlertRules, Watchlist

NOTHING_ASKED = Coverage()


def reminding(watchlist: Watchlist, *hours: int) -> Watchlist:
    """Ask to be reminded after so many hours."""
    return replace(watchlist, alerts=AlertRules(still_on_ground=tuple(timedelta(hours=h) for h in hours)))


LISTED = watched(aircraft=[ICAO24])


def landed(watchlist: Watchlist) -> Watcher:
    """Watch an airframe land at Zurich, seen, at noon."""
    watcher = Watcher(watchlist)
    watcher.fly(arrival("ZRH", NOON), NOON - HOUR // 2, NOON - MINUTE)
    watcher.poll(NOON + MINUTE, parked("ZRH", NOON + MINUTE))
    return watcher


def reminders(watcher: Watcher) -> list[Event]:
    return [event for event in watcher.events if event.type == "reminder"]


def told_at(watcher: Watcher, hours: Sequence[float]) -> list[tuple[float, str]]:
    """Poll so many hours after noon, nobody asked for; tell after how long, and with what id, a reminder came."""
    for hour in hours:
        watcher.poll(NOON + round(hour * HOUR), coverage=NOTHING_ASKED)
    return [((event.time - instant(NOON)) / timedelta(hours=1), event.id) for event in reminders(watcher)]


def test_still_on_the_ground() -> None:
    """Told in the first poll past the time, whoever was asked for: the whole event."""
    watcher = landed(reminding(LISTED, 24))
    (landing,) = watcher.events
    assert told_at(watcher, [1, 23.9, 25, 26, 40]) == [(25.0, identity("reminder", landing.visit, 24 * HOUR))]
    now = instant(NOON + 25 * HOUR)
    assert reminders(watcher) == [
        replace(
            landing,
            id=identity("reminder", landing.visit, 24 * HOUR),
            type="reminder",
            time=now,
            earliest=now,
            latest=now,
            detected_at=now,
            dwell_s=round((now - landing.time).total_seconds()),
            dwell_min_s=round((now - landing.latest).total_seconds()),
            dwell_max_s=round((now - landing.earliest).total_seconds()),
            evidence=(parked("ZRH", NOON + MINUTE),),
            origin=None,
        )
    ]


@pytest.mark.parametrize(
    ("polled", "times"),
    [([1, 13, 25, 49, 73], [13, 25, 49]), ([13, 14, 60, 61], [13, 60]), ([11], []), ([100, 101], [100])],
    ids=["one by one", "a blind weekend", "not yet", "all at once"],
)
def test_each_time_once(polled: Sequence[float], times: list[float]) -> None:
    """Of several times that passed since the last poll only the longest is told."""
    watcher = landed(reminding(LISTED, 12, 24, 48))
    assert [at for at, _ in told_at(watcher, polled)] == times


def test_an_inferred_landing() -> None:
    """As sure as the landing is, with its bounds."""
    watcher = Watcher(reminding(LISTED, 2))
    watcher.fly(arrival("ZRH", NOON), NOON - HOUR // 2, NOON + HOUR, heard=above(1500.0))
    assert told(watcher.events) == [("landing", "inferred", "LSZH")]
    told_at(watcher, [3])
    landing, reminder = watcher.events
    assert (reminder.basis, reminder.confidence) == ("inferred", landing.confidence)
    assert reminder.evidence == landing.evidence
    assert None not in (reminder.dwell_s, reminder.dwell_min_s, reminder.dwell_max_s)


def test_first_heard_on_the_ground() -> None:
    """When it came is not known: it has been there for at least so long."""
    watcher = Watcher(reminding(LISTED, 24))
    watcher.poll(NOON, parked("ZRH", NOON))
    told_at(watcher, [23, 24])
    (reminder,) = watcher.events
    assert (reminder.type, reminder.dwell_s, reminder.dwell_min_s, reminder.dwell_max_s) == (
        "reminder",
        None,
        24 * HOUR,
        None,
    )


def test_gone_in_this_very_poll() -> None:
    """Whoever is heard leaving is not still there."""
    watcher, up = landed(reminding(LISTED, 12)), NOON + 13 * HOUR
    watcher.poll(up + MINUTE, in_flight(departure("ZRH", up), up + MINUTE))
    assert [event.type for event in watcher.events] == ["landing", "departure"]


def test_the_next_visit_is_counted_anew() -> None:
    watcher, up = landed(reminding(LISTED, 12)), NOON + 20 * HOUR
    told_at(watcher, [13])
    watcher.fly(departure("ZRH", up), up + MINUTE, up + 20 * MINUTE)
    down = up + 3 * HOUR
    watcher.poll(down, parked("GVA", down))
    told_at(watcher, [34, 36])
    assert told(watcher.events) == [
        ("landing", "observed", "LSZH"),
        ("reminder", "observed", "LSZH"),
        ("departure", "observed", "LSZH"),
        ("landing", "observed", "LSGG"),
        ("reminder", "observed", "LSGG"),
    ]
    assert len({event.visit for event in reminders(watcher)}) == 2


@pytest.mark.parametrize(("watchlist", "times"), [(watched("ZRH"), 1), (watched("GVA"), 0), (LISTED, 1)])
def test_whoever_is_followed(watchlist: Watchlist, times: int) -> None:
    """Listed airframes anywhere, others where an airport is watched."""
    watcher = landed(reminding(LISTED, 12))
    watcher.watchlist = reminding(watchlist, 12)
    assert len(told_at(watcher, [13])) == times


def test_by_airframe_after_everything_else() -> None:
    watcher, at = Watcher(reminding(watched("ZRH"), 12)), NOON + 12 * HOUR
    watcher.poll(NOON, parked("ZRH", NOON, icao24="4b1807"), parked("ZRH", NOON, icao24="4b1805"))
    latest = arrival("ZRH", at, icao24="4b1808")
    watcher.fly(latest, at - HOUR // 2, at - MINUTE)
    watcher.poll(at + MINUTE, parked("ZRH", at + MINUTE, icao24="4b1808"), coverage=NOTHING_ASKED)
    assert [(event.type, event.icao24) for event in watcher.events] == [
        ("landing", "4b1808"),
        ("reminder", "4b1805"),
        ("reminder", "4b1807"),
    ]


def test_nobody_asked() -> None:
    """Nothing is told, and no track that nothing was heard of moves."""
    watcher = landed(LISTED)
    seen = watcher.poll(NOON + 30 * DAY, coverage=NOTHING_ASKED)
    assert (seen.tracks, seen.events) == ({}, ())


def test_the_same_polls_remind_the_same() -> None:
    first, second = (landed(reminding(LISTED, 12, 24)) for _ in range(2))
    assert told_at(first, [13, 25]) == told_at(second, [13, 13, 25, 25])
    assert first.tracks == second.tracks
