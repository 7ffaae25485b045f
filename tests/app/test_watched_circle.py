"""A receiver's circle that is watched: strangers come and go, by what that receiver alone hears."""

from functools import partial
from pathlib import Path

import pytest
from readsb_servers import ReceiverServer, aircraft
from state_vectors import AIRPORTS, MINUTE, NOON

from flightwatch.app.poll import poll_once
from flightwatch.core.geo import destination
from flightwatch.core.model import Event, instant
from flightwatch.sources.readsb import Receiver
from flightwatch.storage.store import Store
from flightwatch.watchlist.reading import parse_watchlist

AT = (39.03, 125.75)


def heard_on_the_roof(folder: Path, options: str) -> list[Event]:
    """What is told while a stranger flies south to north over the roof, with another who is there all the time."""
    with ReceiverServer() as roof, Store(folder / "roof.db", lasting=False) as store:
        text = (
            f"sources: [{{readsb: '{roof.url}', name: roof, at: {[*AT]}, radius_km: 60{options}}}]\naircraft: [P-885]\n"
        )
        watchlist = parse_watchlist(text.encode(), name="w.yaml", environment={}, airports=AIRPORTS)
        events = list[Event]()
        receiver = Receiver(roof.url, "roof", pause=lambda _: None, unix_s=lambda: roof.now_s)
        for minute in range(20):
            now = NOON + minute * MINUTE
            latitude, longitude = destination(*AT, 0.0, 13.0 * (minute - 9))
            roof.now_s = now + 0.5
            roof.aircraft = [
                aircraft("7278a1", lat=latitude, lon=longitude, track=0.0),
                aircraft("7278a2", lat=AT[0], lon=AT[1], alt_baro=2000),
            ]
            polled = poll_once(watchlist, AIRPORTS, {"roof": receiver}, store, clock=partial(instant, now + 1))
            events += polled.told
    return events


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("", []),
        (", watch: true", [("entered", "roof", 5), ("left", "roof", 14)]),
        (", watch: true, ceiling: 3000m", []),
        (", watch: true, only: [RA-*]", []),
        (", watch: true, only: [7278a1]", [("entered", "roof", 5), ("left", "roof", 14)]),
    ],
)
def test_who_comes_and_goes(tmp_path: Path, options: str, told: list[tuple[str, str, int]]) -> None:
    """Who was inside at the first look is no news; where nobody asked for it nothing is told."""
    events = heard_on_the_roof(tmp_path, options)
    assert [(e.type, e.area, round((e.time - instant(NOON)).total_seconds() / MINUTE)) for e in events] == told
    assert {e.icao24 for e in events} <= {"7278a1"}
    assert {e.heard_by for e in events} <= {("roof",)}
