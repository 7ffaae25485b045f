"""What is remembered of one airframe, and how a flight's reports are kept."""

from datetime import timedelta
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.address_states import state_of
from flightwatch.core.airports import Airports
from flightwatch.core.model import Airport, Event, EventType, Icao24, Identity, Origin, StateVector, instant
from flightwatch.core.visits import Visit
from flightwatch.tracking.aircraft import FLIGHT_NUMBER, Aircraft, Visited, role_of
from flightwatch.tracking.belief import Belief, believe, origins
from flightwatch.tracking.events import place_of
from flightwatch.tracking.field import field_at, runway_need_m
from flightwatch.tracking.motion import altitude_m, fixed_at, motion, position
from flightwatch.tracking.noted import Noted
from flightwatch.tracking.origin import SURE_ORIGIN, first_heard
from flightwatch.tracking.reception import NOTHING_KNOWN, Reception
from flightwatch.tracking.report_worth import DRIFTING, surroundings
from flightwatch.tracking.reports import Reports
from flightwatch.tracking.rotor import believe_rotary
from flightwatch.tracking.weighing import on_final
from flightwatch.tracking.witness import Company

Phase = Literal["unknown", "airborne", "ground"]

LEAST_TOLD = 0.05
"""Probability below which nothing is told, whatever the watchlist asks for."""

FIRST = 3
"""Reports of a flight from which its origin is sought; later ones are too far away."""

OVER_ALL_M = 6000.0
"""Altitude above which nobody is on final anywhere, m: the highest airstrip in the table is said to be at 4,938 m."""


LOW_PASS_M, CAME_DOWN_M, ROSE_M = 900.0, 300.0, 150.0
"""Height over a field from which going up again is a low pass, m; how far it must have come down before; how far it must rise."""


class Rules(Struct, frozen=True):
    """What the watchlist asks of the tracker, and what polls have taught of reception."""

    min_confidence: float = 0.6
    watched: frozenset[str] = frozenset()
    """`Airport.icao` of watched fields: where the user expects landings."""
    still_on_ground: tuple[timedelta, ...] = ()
    """Times on the ground after which to tell that an airframe is still there, shortest first; empty: never."""
    thresholds: tuple[float, ...] = ()
    """Confidences above ``min_confidence`` that some reader waits for, least first; empty: nobody asks for more."""
    news: frozenset[EventType] = frozenset()
    """What is told of flights in the air, of `NewsType`."""
    reception: Reception = NOTHING_KNOWN
    """Where low traffic is heard, as earlier polls have shown."""


def is_sure(probability: float, min_confidence: float) -> bool:
    """Tell whether a probability, as events print it, is enough to tell of; less than `LEAST_TOLD` never is."""
    return round(probability, 3) >= max(min_confidence, LEAST_TOLD)


class Silence(Struct, frozen=True, array_like=True, gc=False):
    """How long polls that would have returned an airframe did not."""

    asked: int | None
    """Unix seconds of the last such poll; None: there was none."""
    step_s: int | None
    """Seconds between the last two; None: there were not two."""
    silent_s: int
    """Silence that they covered, s."""


class Track(Struct, frozen=True, omit_defaults=True, gc=False):
    """All that is remembered of one airframe."""

    icao24: Icao24
    registration: str | None = None
    phase: Phase = "unknown"
    reports: Reports = Reports()
    """Credible reports with positions, oldest first: the last of the flight while airborne, the last one on the ground."""
    touchdown: tuple[StateVector, ...] = ()
    """Surface reports of a landing not yet sure."""
    doubtful: tuple[StateVector, ...] = ()
    """Consistent reports that cannot follow from ``reports``."""
    disputed: tuple[StateVector, ...] = ()
    """Where sources said last that it is while others said that it is far from there, and which was not believed."""
    is_undecided: bool = False
    """True if each of ``disputed`` can be where it is."""
    flown_by: dict[str, StateVector] = {}
    """Its last report in the air by each source, believed or as likely as another's; empty where one source is asked."""
    heard: int | None = None
    """Unix seconds of the last message of any kind; None: never."""
    heard_by: dict[str, int] = {}
    """Unix seconds of the last message that each source heard, by the source's name; older releases did not keep it."""
    asked: int | None = None
    """Unix seconds of the last poll that would have returned it."""
    step_s: int | None = None
    """Seconds between the last two such polls."""
    silent_s: int = 0
    """Covered silence since it was last heard, s."""
    fastest_ms: float = 0.0
    highest_m: float = 0.0
    """Greatest speed, m/s, and altitude, m, of this flight."""
    is_rotary: bool = False
    """True if it ever said that it is a helicopter or a drone, or a glider, a balloon, an ultralight: it needs no runway."""
    callsign: str | None = None
    """The last one heard, blanks stripped."""
    flying_as: str | None = None
    """The `WatchedCallsign.name` for which alone it is followed; None: it is on the list, or at a watched airport."""
    identity: Identity | None = None
    """What sources said of it last, where a selector asked for that; None: nothing."""
    visit: Visit | None = None
    """The open visit."""
    homes: tuple[tuple[str, float], ...] = ()
    """`Airport.icao` of the fields this flight may have come from, and how likely; empty: not known."""
    circuit: str | None = None
    """`Airport.icao` of the field it was last on final for in this flight; None: none."""
    dipped_m: float | None = None
    """The lowest altitude it has come down to over a field and not yet gone up from, m; None: it is not so low."""
    passes: int = 0
    """Times that it has come down low over a field in this flight and gone up again."""
    left: int = 0
    """Unix seconds of the earliest time it can have left the last visit: it landed nowhere else before."""
    origin: Origin | None = None
    """Where this flight came from, or the one that ended here; None: not known."""
    reminded_s: int = 0
    """Time on the ground in the open visit that was last told of, s; 0: none yet."""
    silence: Silence | None = None
    """Silence since an inferred landing, counted while some reader waits to be surer; None: nobody asked since."""
    belief: Belief | None = None
    """What may have become of it since the last report; None: nobody has asked yet."""
    company: Company | None = None
    """Who else was heard when it was last heard; None: not counted."""
    unconfirmed_by: tuple[str, ...] = ()
    """Sources that heard the flight, of which none tells of its landing though one listened; empty: one tells it."""
    landed_by: tuple[str, ...] = ()
    """Sources that tell that it is down, where several are asked; empty: one is, or it flies."""
    slept: bool = False
    """True if nobody asked for most of the gap before it was seen down."""
    flown: StateVector | None = None
    """Its last report in the air before the landing that opened the visit; None: none, or it was not seen down."""
    been: Visited = ()
    """Where it has ended visits that this database knows of."""
    flown_to: Visited = ()
    """Where OpenSky says that it has been, as far as it was asked."""
    noted: Noted | None = None
    """What was told of its flight in the air, and in which areas it is; None: nothing is asked or noted."""


class Step(Struct, frozen=True, gc=False):
    """The next track, what happened, and every visit that changed (also those that give no event)."""

    track: Track
    events: tuple[Event, ...] = ()
    visits: tuple[Visit, ...] = ()


def fly_on(track: Track, report: StateVector, airports: Airports) -> Track:
    """The track with one more report of its flight, and what that tells of where the flight came from and circles."""
    speed, height = report.velocity or 0.0, altitude_m(report)
    track = replace(
        track,
        phase="airborne",
        reports=track.reports.followed_by(report),
        fastest_ms=speed if speed > track.fastest_ms else track.fastest_ms,
        highest_m=height if height is not None and height > track.highest_m else track.highest_m,
        is_rotary=track.is_rotary or report.category in DRIFTING,
        belief=None,
    )
    if len(track.reports) <= FIRST:
        track = _begin(track, airports)
    if track.is_rotary or height is None or height > OVER_ALL_M:
        return track
    if track.dipped_m is not None and height >= track.dipped_m + ROSE_M:
        track = replace(track, dipped_m=None, passes=track.passes + 1)
    around = surroundings(report, airports)
    if height - around.highest_m > LOW_PASS_M:
        return track
    low_over = on_final(report, around.known, LOW_PASS_M)
    if low_over is None:
        return track
    if track.highest_m >= height + CAME_DOWN_M and _comes_down(track.reports, height):
        track = replace(track, dipped_m=height if track.dipped_m is None else min(height, track.dipped_m))
    circled = on_final(report, around.known)  # the nearest field may be too far below for it, and another near enough
    return track if circled is None else replace(track, circuit=circled.icao)


def _comes_down(reports: Reports, height: float) -> bool:
    """Tell whether the last report, at altitude ``height``, m, is lower than the one before: climbing out is no second pass."""
    before = altitude_m(reports[-2]) if len(reports) > 1 else None
    return before is None or height < before


def _begin(track: Track, airports: Airports) -> Track:
    """The track of a flight of at most `FIRST` reports, with where these tell that it came from."""
    first = track.reports[0]
    if len(track.reports) == 1 and track.origin is None:
        track = replace(track, origin=first_heard(first))
    if track.is_rotary:
        return track
    origin = track.origin
    if origin is None or origin.is_departure or origin.airport is not None or origin.at != instant(fixed_at(first)):
        origin = None  # known, or of reports before these
    is_home_open = all(sure < 1.0 for _, sure in track.homes)
    if origin is None and not is_home_open:
        return track
    found = origins(motion(track.reports.all()), aircraft_of(track), airports)
    if found and is_home_open:
        track = replace(track, homes=found)
    if found and origin is not None and found[0][1] >= SURE_ORIGIN:
        track = replace(track, origin=replace(origin, airport=place_of(airports.find(found[0][0]))))
    return track


def aircraft_of(track: Track) -> Aircraft:
    """What this flight has shown of the aircraft."""
    return Aircraft(
        track.is_rotary,
        runway_need_m(track.fastest_ms, track.highest_m),
        track.homes,
        track.circuit,
        state=state_of(track.icao24),
        role=role_of(track.callsign or "", track.icao24, track.registration),
        has_flight_number=FLIGHT_NUMBER.match(track.callsign or "") is not None,
        highest_m=track.highest_m,
        passes=track.passes,
        been=_been(track),
    )


def _been(track: Track) -> Visited:
    """Where an airframe has been by both sources: of each field the larger count, as a visit may be a flight of OpenSky's."""
    if not track.flown_to:
        return track.been
    ours, theirs = dict(track.been), dict(track.flown_to)
    return tuple((icao, max(ours.get(icao, 0), theirs.get(icao, 0))) for icao in {**ours, **theirs})


def belief_of(track: Track, airports: Airports, watched: frozenset[str]) -> Belief:
    """What may have become of an airframe since its last report: as it was worked out before, or anew.

    ``watched`` holds the `Airport.icao` of fields where the user expects landings.
    """
    if track.belief is not None:
        return track.belief
    flight = motion(track.reports.all())
    if track.is_rotary:
        return believe_rotary(flight, airports)
    return believe(flight, aircraft_of(track), airports, watched)


def field_of(track: Track, report: StateVector, airports: Airports) -> Airport | None:
    """The field the airframe stands on; None: none."""
    around = surroundings(report, airports).fields
    return field_at(*position(report), around, needs_m=runway_need_m(track.fastest_ms, track.highest_m))
