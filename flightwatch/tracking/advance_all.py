"""One poll over every airframe that matters: who is followed, who was silent, what happened.

Live polling, replay and the demo all come through `advance_all`.
"""

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.airports import Airports
from flightwatch.core.flyable import MAX_SPEED_MS
from flightwatch.core.geo import box_around, box_holds, distance_km
from flightwatch.core.model import Box, Coverage, Event, Icao24, Poll, StateVector
from flightwatch.core.visits import Visit
from flightwatch.core.watched import Watched
from flightwatch.tracking.aircraft import Visited
from flightwatch.tracking.doubt import disputed, taken_as
from flightwatch.tracking.following import Following, recalling
from flightwatch.tracking.looks import Looks, looked
from flightwatch.tracking.motion import fixed_at, position
from flightwatch.tracking.poll_context import Disputes, context_of
from flightwatch.tracking.reception import NOTHING_KNOWN, Reception, learned
from flightwatch.tracking.report_worth import VEHICLES
from flightwatch.tracking.tidings import Tidings
from flightwatch.tracking.track import Rules, Track
from flightwatch.tracking.witness import Witnesses


class PollChanges(Struct, frozen=True):
    """What one poll changed."""

    tracks: dict[Icao24, Track]
    """Tracks that moved on, by icao24."""
    forgotten: frozenset[Icao24]
    """Airframes on no list that need not be followed any more."""
    events: tuple[Event, ...]
    """In order of airframe, then of time; reminders last."""
    visits: tuple[Visit, ...]
    reception: Reception = NOTHING_KNOWN
    """Where low traffic is heard, with what this poll has shown."""
    looks: Looks = Looks()
    """Since when polls look for whom, with this one."""


def advance_all(
    tracks: Mapping[Icao24, Track],
    poll: Poll,
    watched: Watched,
    rules: Rules,
    airports: Airports,
    *,
    flown_to: Mapping[Icao24, Visited] = {},
    looks: Looks = Looks(),  # noqa: B008  # nobody can change it
    witnesses: Witnesses | None = None,
) -> PollChanges:
    """Move every followed airframe on by one poll. ``tracks``, ``looks`` and `Rules.reception` are what the last poll left.

    ``flown_to``: where OpenSky says that airframes of the watchlist have been. Of airframes that are watched for their callsign
    ``watched`` has an entry each: see `passing`. ``witnesses``: who else was heard, of a poll that does not tell of others.
    """
    now = round(poll.at.timestamp())
    poll, disputes = without_rivals(poll, tracks)
    if poll.tells_of_others:
        rules = replace(rules, reception=learned(rules.reception, poll.vectors, poll.coverage, now))
    moved, forgotten = dict[Icao24, Track](), set[Icao24]()
    events, visits = list[Event](), list[Visit]()
    following, context = Following.of(watched, rules), context_of(poll, airports, rules, disputes, witnesses)
    tidings = Tidings(watched, looks, context) if rules.news or watched.areas else None
    for before, report in _followed(tracks, poll, following, flown_to):
        step = following.step(before, report, context, tidings)
        events += step.events
        visits += step.visits
        if following.is_done(step.track, report, now):
            forgotten.add(before.icao24)
        elif step.track is not before:
            moved[before.icao24] = step.track
    if rules.still_on_ground:
        left = {icao24: track for icao24, track in {**tracks, **moved}.items() if icao24 not in forgotten}
        for icao24 in sorted(left):
            if (reminded := following.reminded(left[icao24], poll.at)) is not None:
                moved[icao24], said = reminded
                events.append(said)
    looks = looked(looks, watched, poll.coverage, now, for_aircraft="airborne" in rules.news)
    return PollChanges(moved, frozenset(forgotten), tuple(events), tuple(visits), rules.reception, looks=looks)


def without_rivals(poll: Poll, tracks: Mapping[Icao24, Track]) -> tuple[Poll, Disputes]:
    """The poll with one report of each airframe that is said to be at two places at once, and what speaks against it."""
    if not poll.rivals:
        return poll, Disputes()
    decided: list[StateVector] = []
    left: dict[Icao24, tuple[StateVector, ...]] = {}
    flown_by: dict[Icao24, dict[str, StateVector]] = {}
    heard_by = dict(poll.heard_by)
    for icao24, places in poll.rivals.items():
        tellers = poll.rivals_by.get(icao24, ())
        taken = taken_as(tracks.get(icao24), places, tellers)
        left[icao24] = disputed(places, taken)
        said = tuple(zip(places, tellers, strict=False))
        heard_by.update((icao24, names) for place, names in said if place is taken)
        if taken.latitude is None and len({name for names in tellers for name in names}) > 1:
            flown_by[icao24] = {name: place for place, names in said if not place.on_ground for name in names}
        decided.append(taken)
    joined = replace(poll, vectors=poll.vectors + tuple(decided), rivals={}, heard_by=heard_by)
    return joined, Disputes(left, flown_by)


def _followed(
    tracks: Mapping[Icao24, Track], poll: Poll, following: Following, flown_to: Mapping[Icao24, Visited]
) -> Iterator[tuple[Track, StateVector | None]]:
    """Followed airframes, each with its report, or with None where its absence is a silence."""
    listed = following.watched.aircraft_by_icao24
    heard = {report.icao24: report for report in poll.vectors if report.category not in VEHICLES}
    # Where no area is watched, a stranger's report matters to nobody: most are strangers'.
    candidates = heard if following.around else [icao24 for icao24 in heard if icao24 in listed or icao24 in tracks]
    for icao24 in sorted(candidates):
        track = following.heard(tracks.get(icao24), heard[icao24])
        if track is not None:
            yield recalling(track, flown_to) if icao24 in listed else track, heard[icao24]
    now = round(poll.at.timestamp())
    vehicles = {report.icao24 for report in poll.vectors if report.category in VEHICLES} if tracks else set()
    for icao24 in sorted(tracks.keys() - heard.keys() - vehicles - poll.unfit):
        if is_silence(tracks[icao24], poll.coverage, now):
            yield recalling(tracks[icao24], flown_to) if icao24 in listed else tracks[icao24], None


def is_silence(track: Track, coverage: Coverage, now: int) -> bool:
    """Tell whether a poll with this coverage would have returned the airframe, had anyone heard it.

    A box or a circle tells only when the airframe cannot have left it since its last report.
    """
    if coverage.world or track.icao24 in coverage.icao24s:
        return True
    if not track.reports:
        return False
    last = track.reports[-1]
    lat, lon = position(last)
    reach_km = (
        0.0
        if track.phase == "ground"
        else min(track.fastest_ms or MAX_SPEED_MS, MAX_SPEED_MS) * (now - fixed_at(last)) / 1000
    )
    return any(_holds_circle(box, lat, lon, reach_km) for box in coverage.boxes) or any(
        distance_km(lat, lon, circle.latitude, circle.longitude) + reach_km <= circle.radius_km
        for circle in coverage.circles
    )


def _holds_circle(box: Box, lat: float, lon: float, radius_km: float) -> bool:
    around = box_around(lat, lon, radius_km)
    corners = ((around.lat_min, around.lon_min), (around.lat_max, around.lon_max))
    if around.lon_min > around.lon_max and box.lon_min <= box.lon_max:
        return False
    return box_holds(box, lat, lon) and all(box_holds(box, *corner) for corner in corners)
