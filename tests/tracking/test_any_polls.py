"""Whatever is heard, in whatever order, by whatever polls: the tracker raises nothing, and what it tells fits together."""

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace
from poll_stories import Story, Turn, tell
from state_vectors import (
    DAY,
    HOUR,
    ICAO24,
    MINUTE,
    NOON,
    airport,
    arrival,
    departure,
    parked,
    sent,
)

from flightwatch.core.model import WORLD, Box, Coverage, StateVector
from flightwatch.core.watched import WatchedAircraft, WatchedAirport
from flightwatch.sources.answer import LATEST_S
from flightwatch.sources.recorded import Recording
from flightwatch.watchlist.model import AlertRules, AppriseChannel, Routing, Watchlist

AIRFRAMES = (ICAO24, "15521f", "4b7f00")
"""One that no rule gives a tail number, RA-86559, and one more."""

PLACES = ("ZRH", "FNJ", "UHMA", "NAN", "AMS", "NZSP")
"""Among many fields, among few, on either side of the antimeridian, below the sea, at a pole."""
FIELDS = tuple(airport(code) for code in PLACES)

CADENCES_S = st.sampled_from([MINUTE, 3 * MINUTE, 5 * MINUTE, 15 * MINUTE])
STEPS_S = st.sampled_from([1, 10, 15 * MINUTE, 2 * HOUR, 6 * HOUR, DAY, 4 * DAY, 100 * DAY])
"""Between one poll and the next: usually, and now and then."""

NUMBERS = st.sampled_from((None, 0.0, -0.0, 1.0, 25.0, 90.0, 300.0, 3000.0, 11_000.0, -500.0, -1e308, 1e308, 5e-324))
ODD: dict[str, st.SearchStrategy[object]] = {
    "callsign": st.sampled_from([None, "", "        ", "A" * 40, "\x1b[2J\u202e="]),
    "time_position": st.none() | st.integers(0, LATEST_S - 1) | st.integers(NOON - DAY, NOON + DAY),
    "last_contact": st.integers(0, LATEST_S - 1) | st.integers(NOON - DAY, NOON + DAY),
    "longitude": st.none() | st.floats(-180, 180) | st.sampled_from([-180.0, 0.0, 180.0]),
    "latitude": st.none() | st.floats(-90, 90) | st.sampled_from([-90.0, 90.0]),
    "baro_altitude": NUMBERS,
    "on_ground": st.booleans(),
    "velocity": NUMBERS,
    "true_track": NUMBERS,
    "vertical_rate": NUMBERS,
    "geo_altitude": NUMBERS,
    "category": st.sampled_from([None, 0, 8, 14, 99]),
}
"""What `decode` lets through, field by field."""
CHANGES = st.sampled_from(sorted(ODD)).flatmap(lambda field: st.tuples(st.just(field), ODD[field]))


class Life(Struct, frozen=True):
    """An aircraft that comes to a place, stays, goes, and comes to the next."""

    icao24: str
    stays: tuple[tuple[str, int, int], ...]
    """Airport, and Unix seconds of touchdown and of take-off; in order."""
    deaf_m: float
    """Altitude below which nobody hears it."""

    def report(self, at: int) -> StateVector | None:
        """Give what is heard of it at ``at``."""
        for code, down, up in self.stays:
            if at < down:
                return sent(arrival(code, down, icao24=self.icao24), at, lambda state: state.altitude_m >= self.deaf_m)
            if at < up:
                return parked(code, at, icao24=self.icao24, velocity=9.0) if not self.deaf_m else None
            vector = sent(departure(code, up, icao24=self.icao24), at, lambda state: state.altitude_m >= self.deaf_m)
            if vector is not None:
                return vector
        return None


@st.composite
def watchlists(draw: st.DrawFn) -> Watchlist:
    listed = draw(st.sets(st.sampled_from(AIRFRAMES)))
    codes = st.lists(st.sampled_from(FIELDS), unique=True, max_size=3)
    sure = draw(st.sampled_from([0.0, 0.3, 0.6, 0.9]))
    channel = AppriseChannel("json://h", "a", Routing(min_confidence=draw(st.sampled_from([None, 0.8, 1.0]))))
    return Watchlist(
        aircraft=tuple(
            WatchedAircraft(icao24, None, "given", at=tuple(field.icao for field in draw(codes)))
            for icao24 in sorted(listed)
        ),
        airports=tuple(WatchedAirport(field, draw(st.sampled_from([(), ("RA-*",)]))) for field in draw(codes)),
        notify=(channel,),
        alerts=AlertRules(
            min_confidence=sure,
            still_on_ground=tuple(timedelta(seconds=s) for s in draw(st.sampled_from([(), (1,), (HOUR, 30 * DAY)]))),
        ),
    )


@st.composite
def lives(draw: st.DrawFn, icao24: str) -> Life:
    down, stays = NOON + draw(st.integers(0, 30)) * MINUTE, []
    for _ in range(draw(st.integers(1, 3))):
        up = down + draw(st.sampled_from([5, 20, 60, 300])) * MINUTE
        stays.append((draw(st.sampled_from(PLACES)), down, up))
        down = up + draw(st.sampled_from([10, 40, 100])) * MINUTE
    return Life(icao24, tuple(stays), draw(st.sampled_from([0.0, 0.0, 900.0, 2500.0, 6000.0])))


Kind = Literal["life", "silent", "again", "odd", "there"]
"""What its life says, nothing, the same as before, something odd, or that it is somewhere else."""
ODDITIES: tuple[Kind, ...] = ("silent", "again", "odd", "there")

BOXES = st.sampled_from(
    # none as large as the world, of which nobody asks by a box: the map of reception would have all its cells
    [
        Box(45, -180, 55, 180),
        Box(-90, 0, -85, 180),
        Box(30, 120, 45, 130),
        Box(-80, 170, 80, -170),
        Box(0, 180, 80, -180),
    ]
)
COVERAGES = st.just(WORLD) | st.builds(
    Coverage,
    world=st.booleans(),
    icao24s=st.frozensets(st.sampled_from(AIRFRAMES)),
    boxes=st.lists(BOXES, max_size=2).map(tuple),
)


@st.composite
def report_or_silence(
    draw: st.DrawFn, kinds: st.SearchStrategy[Kind], life: Life, at: int, last: StateVector | None
) -> StateVector | None:
    """Draw what is heard of an aircraft."""
    kind = draw(kinds)
    vector = life.report(at)
    if kind == "silent":
        return None
    if kind == "again" and last is not None:
        return last
    if kind == "there" or (kind == "odd" and vector is None):
        vector = parked(draw(st.sampled_from(PLACES)), at, icao24=life.icao24)
        if draw(st.booleans()):
            shift = st.floats(-1.5, 1.5)
            vector = replace(
                vector,
                latitude=max(-90.0, min(90.0, (vector.latitude or 0.0) + draw(shift))),
                longitude=max(-180.0, min(180.0, (vector.longitude or 0.0) + draw(shift))),
                on_ground=draw(st.booleans()),
                baro_altitude=draw(st.sampled_from([None, 50.0, 400.0, 1500.0, 9000.0])),
                velocity=draw(st.sampled_from([None, 0.0, 20.0, 60.0, 120.0, 240.0])),
                true_track=draw(st.none() | st.floats(0, 360)),
            )
    if vector is None or kind != "odd":
        return vector
    return replace(vector, **dict(draw(st.lists(CHANGES, min_size=1, max_size=4))))


@st.composite
def stories(draw: st.DrawFn) -> Story:
    watchlist = draw(watchlists())
    crew = [draw(lives(icao24)) for icao24 in draw(st.lists(st.sampled_from(AIRFRAMES), unique=True, min_size=1))]
    at = NOON - draw(st.sampled_from([0, 5, 20, 45])) * MINUTE
    usual, calm = draw(CADENCES_S), draw(st.sampled_from([1, 4, 20]))
    kinds: st.SearchStrategy[Kind] = st.sampled_from((*4 * calm * ("life",), *ODDITIES))
    coverages = st.just(WORLD) if draw(st.booleans()) else COVERAGES
    turns: list[Turn] = []
    last: dict[str, StateVector] = {}
    for _ in range(draw(st.integers(2, 40))):
        heard = [
            v for life in crew if (v := draw(report_or_silence(kinds, life, at, last.get(life.icao24)))) is not None
        ]
        last |= {vector.icao24: vector for vector in heard}
        turns.append(Turn(at, tuple(heard), draw(coverages)))
        at += draw(STEPS_S) if draw(st.integers(0, 4 * calm)) == 0 else usual
    return Story(watchlist, tuple(turns))


@settings(max_examples=150, deadline=None)
@given(stories())
def test_any_sky(story: Story) -> None:
    """Flights, gaps, jumps, nonsense, at any cadence: told again, it is the same."""
    assert tell(story) == tell(story)


FLIGHTS = sorted(Path(__file__).parents[1].joinpath("recorded", "flights").glob("*-300s.jsonl.gz"))


@cache
def recorded(path: Path) -> tuple[Turn, ...]:
    """Read a recorded flight."""
    return tuple(Turn(round(p.at.timestamp()), p.vectors, WORLD) for p in Recording([path]).polls())


@st.composite
def damaged(draw: st.DrawFn) -> Story:
    """Draw a recorded flight of which some is lost, late, early, twice, elsewhere or garbled."""
    turns = list(recorded(draw(st.sampled_from(FLIGHTS))))
    first = draw(st.integers(0, max(0, len(turns) - 60)))
    turns = turns[first : first + 60]
    indices = st.integers(0, len(turns) - 1)
    for index in draw(st.lists(indices, max_size=8)):
        turn = turns[index]
        vectors = list(turn.vectors)
        match draw(st.sampled_from(["drop", "late", "garble", "none", "nobody asked"])):
            case "drop":
                vectors = []
            case "late":
                vectors = list(turns[draw(indices)].vectors)
            case "garble" if vectors:
                vectors[0] = replace(vectors[0], **dict(draw(st.lists(CHANGES, min_size=1, max_size=3))))
            case "none":
                turns[index : index + draw(st.integers(1, 20))] = [turn]
                break
            case _:
                turn = replace(turn, coverage=Coverage())
        turns[index] = replace(turn, vectors=tuple(vectors))
    keys = {vector.icao24 for turn in turns for vector in turn.vectors}
    listed = draw(st.sampled_from([keys, set()]))
    watched = Watchlist(
        aircraft=tuple(WatchedAircraft(icao24, None, "given") for icao24 in sorted(listed)),
        airports=tuple(WatchedAirport(field) for field in FIELDS),
        alerts=AlertRules(min_confidence=draw(st.sampled_from([0.1, 0.6]))),
    )
    return Story(watched, tuple(turns))


@settings(max_examples=60, deadline=None)
@given(damaged())
def test_a_damaged_recording(story: Story) -> None:
    """Real flights, of which reports and polls are missing, late, repeated or wrong."""
    assert tell(story) == tell(story)
