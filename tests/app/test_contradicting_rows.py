"""Answers that contradict themselves, addresses that are none, and sources that change: what is told is what was flown."""

from pathlib import Path

import pytest
from made_visits import ICAO24, SEEN_DOWN
from msgspec.structs import replace
from readsb_servers import aircraft
from state_vectors import MINUTE, told
from two_ears import BOTH, LOL, WATCHLIST, crowd, seen, two_ears, visit_times

HOUR = 3600
VISIT = [("landing", "observed", "UHWW"), ("departure", "observed", "UHWW")]
AT_PYONGYANG = {"lat": 39.2241, "lon": 125.67, "alt_baro": "ground", "gs": 5.0}
FAR_AWAY = {"lat": 10.0, "lon": 10.0}


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize("is_alone", [True, False])
@pytest.mark.parametrize("other", [AT_PYONGYANG, FAR_AWAY], ids=["on the ground elsewhere", "in the air elsewhere"])
@pytest.mark.parametrize(("every", "about_s"), [(3, 2 * HOUR), (1, 12 * MINUTE)], ids=["now and then", "as it lands"])
def test_a_row_that_contradicts_another(
    tmp_path: Path, other: dict[str, object], every: int, about_s: int, *, is_first: bool, is_alone: bool
) -> None:
    """With the other row first an airframe was at Pyongyang, and its own landing was lost."""
    watchlist = replace(WATCHLIST, sources=BOTH[1:]) if is_alone else WATCHLIST
    with two_ears(tmp_path, watchlist) as ears:
        for number, at in enumerate(visit_times(10 * MINUTE, before=2 * HOUR, after=HOUR)):
            ears.hear(at, seen(at))
            if number % every == 0 and abs(at - SEEN_DOWN) < about_s:
                own = [row for row in ears.lol.aircraft if row["hex"] == ICAO24]
                rest = [row for row in ears.lol.aircraft if row["hex"] != ICAO24]
                others = [row | other for row in own]
                ears.lol.aircraft = [*(others + own if is_first else own + others), *rest]
            ears.poll(at)
        assert told(ears.events) == VISIT
        assert all(LOL in event.heard_by for event in ears.events)


@pytest.mark.parametrize("is_there_too", [True, False])
def test_an_address_that_is_not_icaos_is_no_watched_tail(tmp_path: Path, *, is_there_too: bool) -> None:
    """With the same six digits, on the ground at a watched airport: it neither lands nor hides who has the address."""
    with two_ears(tmp_path) as ears:
        for at in visit_times(10 * MINUTE, before=2 * HOUR, after=HOUR):
            ears.hear(at, seen(at) if is_there_too else crowd(at))
            ears.lol.aircraft.append(aircraft(f"~{ICAO24}", **AT_PYONGYANG))
            ears.poll(at)
        assert told(ears.events) == (VISIT if is_there_too else [])


def test_sources_that_change_during_a_visit(tmp_path: Path) -> None:
    """As when the watchlist of a loop is edited: one that comes, goes, or is required changes nothing that is told."""
    lists = [BOTH, BOTH[1:], BOTH[:1], BOTH[::-1], tuple(replace(each, is_required=True) for each in BOTH)]
    with two_ears(tmp_path) as ears:
        for number, at in enumerate(visit_times(5 * MINUTE, before=2 * HOUR, after=HOUR)):
            ears.watchlist = replace(WATCHLIST, sources=lists[number // 2 % len(lists)])
            ears.hear(at, seen(at))
            ears.poll(at)
        assert told(ears.events) == VISIT
        assert (ears.health, ears.lines) == ([], [])
