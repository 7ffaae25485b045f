"""The morning look for programs: ``status --format json``, and the exit code by which a monitor tells that something is wrong."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct

from flightwatch.alerting.deafness import SourceState
from flightwatch.app.status import UP, inside
from flightwatch.app.status_traces import Traces
from flightwatch.core.model import Icao24, instant
from flightwatch.core.visits import Visit, came
from flightwatch.core.watched import WatchedAircraft
from flightwatch.errors import DeliveryError, SourceError
from flightwatch.export.rows import VisitRow, row
from flightwatch.storage.outbox import Undelivered
from flightwatch.storage.poll_record import PollRecord
from flightwatch.tracking.motion import altitude_m
from flightwatch.tracking.track import Track
from flightwatch.watchlist.model import Watchlist

State = Literal["ground", "airborne", "unknown", "never_heard"]


class LastPoll(Struct, frozen=True):
    """How the last poll went, good or not."""

    started: datetime
    """By this machine's clock."""
    ok: bool
    """True if it was answered, or asked nothing on purpose, as when the credits are being spread."""
    outcome: str
    """``ok``, or the line that said what went wrong or why nothing was asked."""


class Source(Struct, frozen=True):
    """A source of the watchlist."""

    name: str
    ok: bool
    """True if its last answer counted, or it was not asked yet."""
    outcome: str
    """``ok``, or why its last answer does not count."""
    last_good: datetime | None
    """When its last answer came that counted, by this machine's clock; None: none did."""
    aircraft: int | None
    """How many that answer held; None: there was none."""
    failing_since: datetime | None
    """In the data's own time; None: it does not fail."""


class Whereabouts(Struct, frozen=True):
    """Where one watched airframe is, as far as somebody looked."""

    icao24: Icao24
    registration: str | None
    label: str | None
    state: State
    """``unknown``: it was heard or recorded before, and nobody can say where it is now."""
    heard: datetime | None
    """When it was last heard; None: never, or so long ago that it is not followed any more."""
    latitude: float | None
    """Where its last report with a position was, WGS 84; None: there is none."""
    longitude: float | None
    altitude_m: float | None
    """Of that report, by pressure, above the sea; None: not known, or on the ground."""
    heard_by: dict[str, datetime]
    """When each source last heard it, by the source's name."""
    visit: VisitRow | None
    """The visit that goes on, or where ``heard`` is None the last one recorded, in the columns of ``history --format json``."""


class Inside(Struct, frozen=True):
    """An airframe inside an area."""

    icao24: Icao24
    registration: str | None
    callsign: str | None
    heard: datetime
    """When it was last heard, inside."""


class Area(Struct, frozen=True):
    """An area of the watchlist."""

    name: str
    inside: tuple[Inside, ...]
    """Who was last heard there within the last hour, the latest first."""


class Condition(Struct, frozen=True):
    """Everything that ``status --format json`` prints; these names are stable."""

    looked: datetime
    """When, by this machine's clock."""
    watchlist: str
    database: str
    blind: bool
    """True if no poll was good for longer than ``health.blind_after``, or there was none yet."""
    last_good_poll: datetime | None
    """The data's own time; None: there was none."""
    last_poll: LastPoll | None
    """None: there was none."""
    credits_left: int | None
    """As the last poll was told; None: it was not."""
    undelivered: tuple[Undelivered, ...]
    """What channels owe their readers, those that have nothing to deliver left out."""
    sources: tuple[Source, ...]
    """Those of the watchlist, in its order."""
    traces: Traces | None
    """How far inferred landings are looked up; None: polls look none up, as adsb.lol is not among the sources."""
    areas: tuple[Area, ...]
    """Those of the watchlist, in its order."""
    aircraft: tuple[Whereabouts, ...]
    """The watched airframes, in the watchlist's order."""

    @property
    def exit_code(self) -> int:
        """3 when it is blind, else 4 when an alert could not be delivered, else 0."""
        if self.blind:
            return SourceError.exit_code
        return DeliveryError.exit_code if any(owed.error for owed in self.undelivered) else 0


def last_poll(record: PollRecord | None) -> LastPoll | None:
    """The last poll as monitors read of it."""
    if record is None:
        return None
    return LastPoll(record.started_at, record.at is not None or record.is_idle, record.outcome)


def sources(watchlist: Watchlist, states: Mapping[str, SourceState]) -> tuple[Source, ...]:
    """The watchlist's sources as monitors read of them."""
    known = (states.get(entry.name) or SourceState(entry.name) for entry in watchlist.sources)
    return tuple(Source(s.name, s.since is None, s.outcome, s.good_at, s.rows, failing_since=s.since) for s in known)


def areas(watchlist: Watchlist, tracks: Mapping[Icao24, Track], now: datetime) -> tuple[Area, ...]:
    """Who is inside the watchlist's areas."""
    return tuple(
        Area(
            area.name,
            tuple(
                Inside(track.icao24, track.registration, track.callsign, instant(track.heard or 0))
                for track in inside(area, tracks, now)
            ),
        )
        for area in watchlist.areas
    )


def whereabouts(
    watchlist: Watchlist,
    tracks: Mapping[Icao24, Track],
    visits: Sequence[Visit],
    now: datetime,
    known_until: datetime | None,
) -> tuple[Whereabouts, ...]:
    """Where every watched airframe is; the arguments are those of `flightwatch.app.status.whereabouts`."""
    last = {visit.icao24: visit for visit in reversed(visits)}
    return tuple(
        _whereabouts(aircraft, tracks.get(aircraft.icao24), last.get(aircraft.icao24), now, known_until)
        for aircraft in watchlist.aircraft
    )


def _whereabouts(
    aircraft: WatchedAircraft, track: Track | None, recorded: Visit | None, now: datetime, known_until: datetime | None
) -> Whereabouts:
    if track is None or track.heard is None:
        track, visit, heard = None, recorded, None
    else:
        visit, heard = track.visit, instant(track.heard)
    report = track.reports[-1] if track is not None and track.reports else None
    return Whereabouts(
        icao24=aircraft.icao24,
        registration=aircraft.registration,
        label=aircraft.label,
        state=_state(track, recorded, now),
        heard=heard,
        latitude=report.latitude if report else None,
        longitude=report.longitude if report else None,
        altitude_m=None if report is None or report.on_ground else altitude_m(report),
        heard_by={} if track is None else {name: instant(at) for name, at in sorted(track.heard_by.items())},
        visit=None if visit is None else row(visit, known_until or came(visit)),
    )


def _state(track: Track | None, recorded: Visit | None, now: datetime) -> State:
    if track is None or track.heard is None:
        return "never_heard" if recorded is None else "unknown"
    if track.visit is not None:
        return "ground"
    return "airborne" if track.phase == "airborne" and now - instant(track.heard) <= UP else "unknown"
