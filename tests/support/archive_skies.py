"""Polls as an archive has them: who is heard at each, counted by cell."""

from collections.abc import Sequence
from math import floor

from msgspec.structs import replace

from flightwatch.core.model import WORLD, Poll, StateVector
from flightwatch.tracking.motion import altitude_m
from flightwatch.tracking.sky import Sky
from flightwatch.tracking.witness import CELL_DEG, FRESH_S, ROW

SENTINEL = "000001"
"""An airframe that is heard in every poll: an archive knows of no poll that holds nobody."""


def with_sentinel(polls: Sequence[Poll]) -> list[Poll]:
    """The polls, of the whole world, with the sentinel in each."""
    return [
        replace(poll, vectors=(*poll.vectors, _sentinel(round(poll.at.timestamp()))), coverage=WORLD) for poll in polls
    ]


def _sentinel(at: int) -> StateVector:
    return StateVector(
        *(SENTINEL, None, None, at, at, -150.0, -60.0, 9_000.0, False, 200.0, 90.0, 0.0, None, None, None, False, 0, 0)
    )


def sky_of(polls: Sequence[Poll]) -> Sky:
    """Who is heard in these polls."""
    heard, places = list[int](), list[tuple[list[int], list[float]]]()
    for poll in polls:
        at = round(poll.at.timestamp())
        fresh = [r for r in poll.vectors if r.last_contact >= at - FRESH_S and r.latitude is not None]
        there = sorted(fresh, key=_cell)
        places.append(([_cell(report) for report in there], [_height_m(report) for report in there]))
        heard.append(len(fresh))
    return Sky([round(poll.at.timestamp()) for poll in polls], heard, places.__getitem__)


def _height_m(report: StateVector) -> float:
    height = 0.0 if report.on_ground else altitude_m(report)
    return -0.0 if height is None else height + 0.0


def _cell(report: StateVector) -> int:
    assert report.latitude is not None
    assert report.longitude is not None
    return floor(report.latitude / CELL_DEG) * ROW + floor(report.longitude / CELL_DEG)
