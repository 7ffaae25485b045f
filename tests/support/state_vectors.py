"""State vectors, flights and followers for tests. All made by code: aircraft, minutes, routes and heights are invented."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import msgspec
from build_demo import Flight, State, duration_s, row, state_at

from flightwatch.alerting.cycle import tracker_rules
from flightwatch.core.geo import destination
from flightwatch.core.model import WORLD, Airport, Coverage, Event, Icao24, Poll, StateVector, instant
from flightwatch.core.visits import Visit
from flightwatch.core.watched import WatchedAircraft, WatchedAirport
from flightwatch.storage.tables import load_airports
from flightwatch.tracking.advance import advance
from flightwatch.tracking.advance_all import PollChanges, advance_all
from flightwatch.tracking.looks import Looks
from flightwatch.tracking.poll_context import PollContext
from flightwatch.tracking.report_worth import FUTURE_S
from flightwatch.tracking.track import Rules, Step, Track
from flightwatch.watchlist.model import Watchlist

AIRPORTS: Final = load_airports()
ICAO24: Final = "4b1805"
"""Swiss; no rule gives it a tail number."""
NOON: Final = 1_709_294_400
"""1 March 2024, 12:00 UTC."""
MINUTE, HOUR, DAY = 60, 3600, 86_400
FAR_KM: Final = 600.0
"""Length of a test flight: 47 minutes, half of them at cruise."""

Told = tuple[str, str, str | None]
"""Type, basis and ICAO code of an event."""


def airport(code: str) -> Airport:
    """Give the airport with this code, which must exist."""
    found = AIRPORTS.find(code)
    assert found is not None
    return found


def report(at: int, **fields: object) -> StateVector:
    """Make a state vector sent at ``at``: an airliner at cruise, far north of Zurich, unless ``fields`` say else."""
    usual: dict[str, object] = {
        "icao24": ICAO24,
        "callsign": "TST1    ",
        "origin_country": "Switzerland",
        "time_position": at,
        "last_contact": at,
        "longitude": 8.5,
        "latitude": 50.0,
        "baro_altitude": 10_668.0,
        "on_ground": False,
        "velocity": 231.5,
        "true_track": 180.0,
        "vertical_rate": 0.0,
        "sensors": None,
        "geo_altitude": None,
        "squawk": None,
        "spi": False,
        "position_source": 0,
        "category": 0,
    }
    assert fields.keys() <= usual.keys()
    return msgspec.convert(list((usual | fields).values()), StateVector)


def parked(code: str, at: int, **fields: object) -> StateVector:
    """Make a surface report from this airport's longest runway, or from its middle where no runway is known."""
    lat, lon = _threshold(airport(code))
    usual = {"latitude": lat, "longitude": lon, "on_ground": True, "velocity": 0.0, "baro_altitude": None}
    return report(at, **(usual | fields))


def arrival(code: str, touchdown_at: int, *, icao24: Icao24 = ICAO24) -> Flight:
    """Make a flight straight in to the longest runway's low-numbered end."""
    field = airport(code)
    there = _threshold(field)
    start = destination(*there, _heading(field) + 180.0, FAR_KM)
    heights = (0.0, field.elevation_m or 0.0)
    flight = Flight(icao24, "TST1", "Switzerland", (start, there), 0, heights)
    return msgspec.structs.replace(flight, takeoff_at=touchdown_at - duration_s(flight))


def departure(code: str, takeoff_at: int, *, icao24: Icao24 = ICAO24) -> Flight:
    """Make a flight straight out from the longest runway's low-numbered end."""
    field = airport(code)
    here = _threshold(field)
    end = destination(*here, _heading(field), FAR_KM)
    return Flight(icao24, "TST2", "Switzerland", (here, end), takeoff_at, (field.elevation_m or 0.0, 0.0))


def everywhere(_: State) -> bool:
    """Let a receiver stand under every aircraft."""
    return True


def above(altitude_m: float) -> Callable[[State], bool]:
    """Let nothing be heard below this altitude."""
    return lambda state: state.altitude_m >= altitude_m


def sent(flight: Flight, at: int, heard: Callable[[State], bool] = everywhere) -> StateVector | None:
    """Give what is heard of the aircraft at ``at``; None while it is not, or not in the air."""
    state = state_at(flight, at)
    if state is None or not heard(state):
        return None
    return msgspec.convert(row(flight, state, at), StateVector)


def in_flight(flight: Flight, at: int) -> StateVector:
    """Give what the aircraft sends at ``at``, when it must be in the air."""
    vector = sent(flight, at)
    assert vector is not None
    return vector


def watched(*codes: str, aircraft: Iterable[Icao24] = (), only: tuple[str, ...] = ()) -> Watchlist:
    """Make a watchlist of these airports and airframes."""
    return Watchlist(
        aircraft=tuple(WatchedAircraft(icao24, None, "given") for icao24 in aircraft),
        airports=tuple(WatchedAirport(airport(code), only) for code in codes),
    )


def told(events: Iterable[Event]) -> list[Told]:
    """Shorten events to what they say happened where."""
    return [(e.type, e.basis, e.airport.icao if e.airport else None) for e in events]


@dataclass
class Follower:
    """Follows one airframe poll by poll, keeps what came of it, and checks what must always hold."""

    rules: Rules = field(default_factory=Rules)
    track: Track = field(default_factory=lambda: Track(ICAO24))
    events: list[Event] = field(default_factory=list)
    visits: dict[str, Visit] = field(default_factory=dict)

    def poll(self, now: int, report: StateVector | None) -> Step:
        """Take one successful poll: a report, or a silence."""
        step = advance(self.track, report, PollContext(now, AIRPORTS, self.rules))
        assert_sound(self.track, step)
        self.track = step.track
        self.events += step.events
        self.visits |= {visit.id: visit for visit in step.visits}
        return step

    def hear(self, *reports: StateVector) -> list[Told]:
        """Take each report in a poll of its own, when it was sent; tell all that has happened so far."""
        for each in reports:
            self.poll(each.last_contact, each)
        return told(self.events)

    def miss(self, start: int, end: int, step_s: int = MINUTE) -> list[Told]:
        """Hear nothing from ``start`` to ``end``."""
        for now in range(start, end + 1, step_s):
            self.poll(now, None)
        return told(self.events)

    def fly(
        self,
        flight: Flight,
        start: int,
        end: int,
        *,
        step_s: int = MINUTE,
        heard: Callable[[State], bool] = everywhere,
    ) -> list[Told]:
        """Take what ``flight`` sends from ``start`` to ``end``, silence where it is not heard or not in the air."""
        for now in range(start, end + 1, step_s):
            self.poll(now, sent(flight, now, heard))
        return told(self.events)


def visitor(*, since: int = NOON, code: str = "ZRH") -> Follower:
    """Give the follower of an airframe that was seen to land at ``since``."""
    follower = Follower()
    follower.fly(arrival(code, since), since - HOUR // 2, since - MINUTE)
    assert follower.hear(parked(code, since + 20, velocity=20.0)) == [("landing", "observed", airport(code).icao)]
    return follower


@dataclass
class Watcher:
    """Looks at the whole sky poll by poll and keeps what came of it."""

    watchlist: Watchlist
    tracks: dict[Icao24, Track] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    looks: Looks = field(default_factory=Looks)

    def poll(
        self,
        now: int,
        *vectors: StateVector,
        coverage: Coverage = WORLD,
        unfit: frozenset[Icao24] = frozenset(),
    ) -> PollChanges:
        """Take one successful poll."""
        poll = Poll(instant(now), vectors, coverage, len(unfit), unfit)
        seen = advance_all(
            self.tracks, poll, self.watchlist.watched, tracker_rules(self.watchlist), AIRPORTS, looks=self.looks
        )
        self.looks = seen.looks
        assert not seen.tracks.keys() & seen.forgotten
        self.tracks |= seen.tracks
        for icao24 in seen.forgotten:
            self.tracks.pop(icao24, None)
        self.events += seen.events
        return seen

    def fly(
        self,
        flight: Flight,
        start: int,
        end: int,
        *,
        step_s: int = MINUTE,
        heard: Callable[[State], bool] = everywhere,
        coverage: Coverage = WORLD,
    ) -> list[Told]:
        """Poll from ``start`` to ``end`` a sky in which there is this flight alone."""
        for now in range(start, end + 1, step_s):
            vector = sent(flight, now, heard)
            self.poll(now, *([] if vector is None else [vector]), coverage=coverage)
        return told(self.events)


def assert_sound(before: Track, step: Step) -> None:
    """Check what holds for every step: one visit at a time, events that fit it, bounds in order."""
    is_open = before.visit
    for visit in step.visits:
        if is_open is None:
            assert visit.is_open
        else:
            assert visit.id == is_open.id
        is_open = visit if visit.is_open else None
    assert step.track.visit == is_open
    changed = {visit.id: visit for visit in step.visits}
    for event in step.events:
        visit = changed[event.visit]
        assert event.earliest <= event.time <= event.latest <= event.detected_at + timedelta(seconds=FUTURE_S)
        assert 0.0 < event.confidence <= 1.0
        assert visit.departure is not None or event.type != "departure"
        assert visit.retracted_at is not None or event.type != "retraction"
        assert event.type == "departure" or visit.landing == (event.retracts or event.id)
        assert (event.dwell_min_s is not None) == (event.type == "departure")
        best, longest = event.dwell_s, event.dwell_max_s
        assert 0 <= (event.dwell_min_s or 0) <= (best if best is not None else event.dwell_min_s or 0)
        assert best is None or longest is None or best <= longest


def _threshold(field: Airport) -> tuple[float, float]:
    runway = next(iter(field.runways), None)
    if runway is None or runway.le_latitude is None or runway.le_longitude is None:
        return field.latitude, field.longitude
    return runway.le_latitude, runway.le_longitude


def _heading(field: Airport) -> float:
    return next((r.heading_deg for r in field.runways if r.heading_deg is not None), 0.0)
