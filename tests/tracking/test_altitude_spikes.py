"""One wrong altitude in a recorded flight, as broken encoders send them: the landing that was seen is told all the same."""

import gzip
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

import pytest
from recordings import RECORDED

from flightwatch.app.replay import replay
from flightwatch.core.model import Basis, EventType, Poll, Query
from flightwatch.core.watched import WatchedAircraft
from flightwatch.sources.answer import merge
from flightwatch.sources.opensky_answer import decode
from flightwatch.storage.tables import load_airports
from flightwatch.watchlist.model import Watchlist

AIRPORTS = load_airports()
FLIGHTS = {"ajaccio-60s": "39b415", "cardiff-60s": "4076f1", "funchal-60s": "4070f4", "kingston-60s": "0b206f"}
"""Recordings of OpenSky's that end with a landing that was seen, and the airframe of each."""
LANDING, MINUTE = ("landing", "observed"), timedelta(minutes=1)
BARO, GEO = 7, 13
"""Columns of the altitudes."""

Told = list[tuple[EventType, str | None, Basis, datetime]]


@cache
def lines(flight: str) -> tuple[bytes, ...]:
    return tuple(gzip.decompress((RECORDED / "opensky" / f"{flight}.jsonl.gz").read_bytes()).splitlines())


def poll_of(line: bytes) -> Poll:
    return merge([(Query(), decode(line))])


@cache
def polls_of(flight: str) -> tuple[Poll, ...]:
    return tuple(map(poll_of, lines(flight)))


def told(flight: str, polls: Sequence[Poll]) -> tuple[Told, list[datetime]]:
    """Give each event's kind, airport, basis and the poll that decided it; and their times."""
    watchlist = Watchlist((WatchedAircraft(FLIGHTS[flight], None, "given"),))
    events = [*replay(polls, watchlist, AIRPORTS)]
    kinds = [(e.type, None if e.airport is None else e.airport.icao, e.basis, e.detected_at) for e in events]
    return kinds, [e.time for e in events]


@pytest.mark.parametrize("altitude", [-5000.0, 12_000.0, 30_000.0, 38_600.0, 200_000.0, 1e308])
@pytest.mark.parametrize("flight", FLIGHTS)
def test_one_wrong_altitude_changes_no_landing(flight: str, altitude: float) -> None:
    """In any of the reports around the touchdown, in both columns or in one."""
    polls = polls_of(flight)
    whole, times = told(flight, polls)
    landed = next(time for (kind, _, basis, _), time in zip(whole, times, strict=True) if (kind, basis) == LANDING)
    before = sum(json.loads(line)["time"] <= landed.timestamp() for line in lines(flight))
    for poll in range(max(1, before - 4), min(before + 2, len(polls))):
        for columns in ((BARO, GEO), (BARO,)):
            answer = json.loads(lines(flight)[poll])
            for row in answer["states"] or ():
                for column in columns:
                    row[column] = altitude
            spoilt = poll_of(json.dumps(answer).encode())
            found, found_times = told(flight, (*polls[:poll], spoilt, *polls[poll + 1 :]))
            assert found == whole
            assert all(abs(a - b) <= MINUTE for a, b in zip(times, found_times, strict=True))
