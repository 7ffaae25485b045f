"""Whole histories, from recorded and invented polls to what ``history`` prints: every end and dwell, in every format."""

import csv
import io
import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import icalendar
import pytest
from made import Case
from pyongyang import visits as north_korean
from state_vectors import AIRPORTS, watched

from flightwatch.app import history
from flightwatch.app.replay import replay
from flightwatch.core.model import Event, Poll, instant
from flightwatch.core.visits import Visit
from flightwatch.export.geojson import as_geojson
from flightwatch.export.ics import as_ics
from flightwatch.export.rows import as_csv, as_json, as_jsonl, row
from flightwatch.sources.recorded import Recording
from flightwatch.storage.store import Store
from flightwatch.watchlist.model import Watchlist

FLIGHTS = Path(__file__).parent.parent / "recorded" / "flights"
RECORDED = ("munich-300s", "elal747-300s", "nice-60s", "geneva-60s-mask4000", "vancouver-60s-mask4000")
INVENTED = 5
MOST_POLLS = 600
"""A longer stay says nothing more."""
ON_TIME = timedelta(minutes=6)
"""As close as polls every five minutes can say."""

Told = tuple[str, datetime | None, datetime | None, int | None]
"""Visit, arrival, departure and dwell, s."""
History = tuple[list[Visit], dict[str, Event], datetime]


def follow(polls: Iterable[Poll], watchlist: Watchlist) -> History:
    """Give what a database holds after these polls, and when the last was."""
    with TemporaryDirectory() as folder, Store(Path(folder) / "flightwatch.db", lasting=False) as store:
        list(replay(polls, watchlist, AIRPORTS, store))
        kept, last = store.visits(), store.last_poll_at()
        assert last is not None
        return kept, history.events_of(kept, store), last


def truth(case: str) -> Any:
    return next(each for each in json.loads((FLIGHTS / "truth.json").read_bytes()) if each["case"] == case)


@cache
def recorded(case: str) -> History:
    return follow(Recording([FLIGHTS / f"{case}.jsonl.gz"]).polls(), watched(aircraft=truth(case)["icao24"]))


@cache
def invented() -> list[Case]:
    cases = (case for case in north_korean(AIRPORTS, 7, 60) if len(case.polls) <= MOST_POLLS)
    return [case for case, _ in zip(cases, range(INVENTED), strict=False)]


@cache
def made(number: int) -> History:
    case = invented()[number]
    return follow(case.polls, watched(*case.watched, aircraft=["abc123"]))


HISTORIES: list[Callable[[], History]] = [
    *(lambda case=case: recorded(case) for case in RECORDED),
    *(lambda number=number: made(number) for number in range(INVENTED)),
]


def read(value: Any) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def whole(fields: Any) -> Told:
    """Read the row of a JSON object or of a line of CSV."""
    dwell = fields["dwell_s"]
    return (
        fields["visit"],
        read(fields["arrived"]),
        read(fields["departed"]),
        None if dwell in (None, "") else int(dwell),
    )


@pytest.mark.parametrize("given", HISTORIES, ids=[*RECORDED, *(f"pyongyang-{n}" for n in range(INVENTED))])
def test_every_format_says_the_same(given: Callable[[], History]) -> None:
    """Read back by the standard library's readers and a calendar's: each end, and each dwell."""
    visits, events, now = given()
    rows = [row(visit, now) for visit in visits]
    told = [(r.visit, r.arrived, r.departed, r.dwell_s) for r in rows]
    assert told
    assert list(map(whole, json.loads("".join(as_json(rows))))) == told
    assert list(map(whole, map(json.loads, "".join(as_jsonl(rows)).splitlines()))) == told
    assert list(map(whole, csv.DictReader(io.StringIO("".join(as_csv(rows)))))) == told
    features = json.loads("".join(as_geojson(visits, lambda _: events, now)))["features"]
    assert [whole(f["properties"]) for f in features if f["properties"]["kind"] == "visit"] == told
    calendar = icalendar.Calendar.from_ical(as_ics(visits, now, AIRPORTS))
    assert [(e["uid"], e.start, e.end) for e in calendar.events] == [
        (f"{r.visit}@flightwatch", r.arrived or r.arrived_latest, r.departed or now) for r in rows
    ]


@pytest.mark.parametrize("case", RECORDED)
def test_recorded_visits_are_those_that_were_made(case: str) -> None:
    """Oldest first: from where it stood at the beginning, if anybody heard that, and to where it landed and still stands."""
    visits, _, now = recorded(case)
    true = [e for e in truth(case)["events"] if e["type"] == "landing" or truth(case)["mask_ft"] is None]
    ends = [(r.airport_icao, r.arrived, r.departed, r.dwell_s) for r in (row(v, now) for v in reversed(visits))]
    for (icao, arrived, departed, dwell_s), event in zip(ends, true, strict=True):
        at = instant(event["time"])
        assert icao == event["airport"]
        if event["type"] == "departure":
            assert (arrived, dwell_s) == (None, None)
            assert abs((departed or now) - at) <= ON_TIME
        else:
            assert departed is None
            assert abs((arrived or now) - at) <= ON_TIME
            assert abs(timedelta(seconds=dwell_s or 0) - (now - at)) <= ON_TIME


@pytest.mark.parametrize("number", range(INVENTED))
def test_stays_in_north_korea_hold_the_truth(number: int) -> None:
    """One visit, at the airport where it was, its true ends and its true dwell within the bounds; the dark is drawn."""
    case, (visits, events, now) = invented()[number], made(number)
    [r] = [row(visit, now) for visit in visits]
    assert case.landed_at is not None
    assert case.left_at is not None
    assert r.airport_icao == case.airport
    assert r.arrived_earliest is not None
    assert r.departed_earliest is not None
    assert r.departed_latest is not None
    assert r.arrived_earliest <= instant(case.landed_at) <= r.arrived_latest
    assert r.departed_earliest <= instant(case.left_at) <= r.departed_latest
    assert r.dwell_min_s <= case.left_at - case.landed_at <= (r.dwell_max_s or 0)
    kinds = [
        f["properties"]["kind"] for f in json.loads("".join(as_geojson(visits, lambda _: events, now)))["features"]
    ]
    assert kinds == ["visit", "last_contact", "first_contact", "dark"]
