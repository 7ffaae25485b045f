"""Polls told as a story, and what must hold of what the tracker makes of any."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from math import isfinite

import msgspec
from msgspec import Struct
from state_vectors import Watcher

from flightwatch.core.model import Coverage, Event, StateVector, instant
from flightwatch.core.visits import Visit, dwell
from flightwatch.tracking.belief import MOST_SURE
from flightwatch.tracking.report_worth import FUTURE_S
from flightwatch.tracking.track import Track
from flightwatch.watchlist.model import Watchlist
from flightwatch.watchlist.wanted import wanted

ROUNDED = 0.006
"""What shares of a probability, each rounded to a thousandth, may come to beyond it."""


class Turn(Struct, frozen=True):
    """One poll."""

    at: int
    vectors: tuple[StateVector, ...]
    coverage: Coverage


class Story(Struct, frozen=True):
    """A watchlist and all polls."""

    watchlist: Watchlist
    turns: tuple[Turn, ...]


class Chronicle(Watcher):
    """A watcher that keeps every visit too, and checks after each poll what must always hold."""

    def __init__(self, watchlist: Watchlist) -> None:
        super().__init__(watchlist)
        self.visits: dict[str, Visit] = {}

    def take(self, turn: Turn) -> None:
        """Take one poll; whatever was written to the disk and read again is what it was."""
        seen = self.poll(turn.at, *turn.vectors, coverage=turn.coverage)
        for track in seen.tracks.values():
            assert msgspec.json.decode(msgspec.json.encode(track), type=Track) == track
        assert msgspec.json.decode(msgspec.json.encode(seen.events), type=tuple[Event, ...]) == seen.events
        assert msgspec.json.decode(msgspec.json.encode(seen.visits), type=tuple[Visit, ...]) == seen.visits
        for visit in seen.visits:
            assert_visit(visit)
            before = self.visits.get(visit.id)
            assert before is None or before.is_open
            self.visits[visit.id] = visit
        for event in seen.events:
            assert_event(event, turn.at)
        for icao24 in {visit.icao24 for visit in seen.visits}:
            self._assert_stays(icao24)

    def _assert_stays(self, icao24: str) -> None:
        """Check that one stay ends before the next begins, and that the one that goes on is what the track is at."""
        stays = [v for v in self.visits.values() if v.icao24 == icao24 and v.retracted_at is None]
        for stay, following in pairwise(stays):
            assert stay.departure is not None
            assert stay.departure.at is not None
            assert stay.departure.at <= (following.arrival.at or following.arrival.latest)
        if stays and stays[-1].is_open:
            assert self.tracks[icao24].visit == stays[-1]


def assert_visit(visit: Visit) -> None:
    """Check that its ends are in order, each within its bounds."""
    ends = [visit.arrival, *([] if visit.departure is None else [visit.departure])]
    for end in ends:
        assert 0.0 < end.confidence <= 1.0
        known = [at for at in (end.earliest, end.at, end.latest) if at is not None]
        assert known == sorted(known)
    if visit.departure is not None:
        assert visit.retracted_at is None
        assert visit.departure.at is not None
        assert (visit.arrival.at or visit.arrival.latest) <= visit.departure.at
        stay = dwell(visit.arrival, visit.departure)
        lengths = [length for length in (stay.shortest, stay.best, stay.longest) if length is not None]
        assert timedelta(0) <= lengths[0]
        assert lengths == sorted(lengths)


def assert_event(event: Event, now: int) -> None:
    """Check that what it says of itself fits."""
    assert event.detected_at == instant(now)
    assert event.earliest <= event.time <= event.latest <= event.detected_at + timedelta(seconds=FUTURE_S)
    assert 0.0 < event.confidence <= 1.0
    assert (event.retracts is not None) == (event.type == "retraction")
    assert event.basis == "observed" or event.confidence <= MOST_SURE
    assert event.airport is None or event.airport.icao not in {other.icao for other in event.candidates}
    assert sum(other.share for other in event.candidates) <= event.confidence + ROUNDED
    assert (event.dwell_min_s is not None) == (event.type in ("departure", "reminder"))
    lengths = [length for length in (event.dwell_min_s, event.dwell_s, event.dwell_max_s) if length is not None]
    assert lengths == sorted(lengths)
    assert all(length >= 0 for length in lengths)
    if event.origin is not None:
        assert isfinite(event.origin.latitude + event.origin.longitude)
        assert event.origin.at <= event.latest


def assert_told(watchlist: Watchlist, events: Sequence[Event]) -> None:
    """Check what a reader gets: each thing once, and of each visit its landing first and its end last."""
    assert len({event.id for event in events}) == len(events)
    wished = [event for event in events if wanted(watchlist, event)]
    for visit in {event.visit for event in wished}:
        story = [event for event in wished if event.visit == visit]
        kinds = [event.type for event in story if event.type != "reminder"]
        assert kinds in ([], ["landing"], ["departure"], ["landing", "departure"], ["landing", "retraction"])
        assert story[0].type == "landing" or "landing" not in kinds
        if kinds not in ([], ["landing"]):
            assert story[-1].type == kinds[-1]
        if kinds == ["landing", "retraction"]:
            assert story[-1].retracts == story[0].id


def tell(story: Story) -> list[Event]:
    chronicle = Chronicle(story.watchlist)
    for turn in story.turns:
        chronicle.take(turn)
    assert_told(story.watchlist, chronicle.events)
    return chronicle.events
