"""Histories of one airframe as chance makes them: pieces of flights, stays, silences and nonsense."""

from hypothesis import strategies as st
from state_vectors import DAY, HOUR, NOON, arrival, departure, parked, report, sent

from flightwatch.core.model import StateVector

positions = st.sampled_from(
    [(47.4756, 8.53595), (47.47, 8.54), (47.9, 8.3), (46.2381, 6.10895), (39.2204, 125.664), (0.0, 0.0), (89.9, 180.0)]
) | st.tuples(st.floats(-90, 90), st.floats(-180, 180))
maybe_number = st.none() | st.floats(-1e4, 2e4) | st.sampled_from([0.0, 5.0, 70.0, 200.0, 430.0, 900.0])


@st.composite
def hostile(draw: st.DrawFn, now: int) -> StateVector:
    """Draw any report at all."""
    lat, lon = draw(positions)
    null = draw(st.booleans()) and draw(st.booleans())
    at = now - draw(st.sampled_from([0, 0, 0, 5, 600, -30, -600]))
    fixed = draw(st.sampled_from([at, at, at - 10, now - 10_000, now + 10_000, None]))
    return report(
        at,
        time_position=fixed,
        latitude=None if null else lat,
        longitude=None if null else lon,
        baro_altitude=draw(maybe_number),
        geo_altitude=draw(maybe_number),
        on_ground=draw(st.booleans()),
        velocity=draw(maybe_number),
        true_track=draw(st.none() | st.floats(0, 360)),
        vertical_rate=draw(maybe_number),
        category=draw(st.sampled_from([None, 0, 8])),
        callsign=draw(st.none() | st.text(max_size=8)),
    )


Polls = list[tuple[int, StateVector | None]]


@st.composite
def histories(draw: st.DrawFn) -> Polls:
    """Draw pieces of flights, stays, silences and nonsense, in any order."""
    polls: Polls = []
    now = NOON
    for piece in draw(st.lists(st.sampled_from(["arrival", "departure", "stay", "silence", "any"]), max_size=12)):
        step_s = draw(st.sampled_from([10, 60, 300, 1200]))
        code = draw(st.sampled_from(["ZRH", "GVA", "FNJ", "WOS"]))
        count = draw(st.integers(1, 12))
        times = range(now, now + count * step_s, step_s)
        if piece == "silence":
            polls += [(at, None) for at in times]
        elif piece == "stay":
            polls += [(at, parked(code, at, velocity=draw(maybe_number))) for at in times]
        elif piece == "any":
            polls += [(at, draw(hostile(at)) if draw(st.booleans()) else None) for at in times]
        else:
            start = now + draw(st.integers(-1500, 2400))
            flight = arrival(code, start) if piece == "arrival" else departure(code, start)
            polls += [(at, sent(flight, at)) for at in times]
        now += count * step_s + draw(st.sampled_from([0, 60, 900, 6 * HOUR, 3 * DAY, -900]))
    return polls
