"""Tracks as they were before an answer that was ahead of time."""

from datetime import datetime

from msgspec.structs import replace

from flightwatch.core.model import StateVector
from flightwatch.tracking.reports import Reports
from flightwatch.tracking.track import Track


def as_of(track: Track, at: datetime) -> Track:
    """Return the track without what is later than ``at``; the same track where nothing is.

    Visits stay: what was told is not taken back for a clock.
    """
    now = round(at.timestamp())
    if max(track.heard or 0, track.asked or 0, *(_latest(report) for report in _reports(track)), 0) <= now:
        return track
    reports, touchdown, doubtful = (
        tuple(report for report in kept if _latest(report) <= now)
        for kept in (track.reports, track.touchdown, track.doubtful)
    )
    return replace(
        track,
        phase=track.phase if reports or track.visit is not None else "unknown",
        reports=Reports.of(*reports),
        touchdown=touchdown,
        doubtful=doubtful,
        heard=None if track.heard is None else min(track.heard, now),
        heard_by={source: min(heard, now) for source, heard in track.heard_by.items()},
        asked=None if track.asked is None else min(track.asked, now),
        left=min(track.left, now),
        silent_s=0,
        silence=None,
        belief=None,
    )


def _reports(track: Track) -> tuple[StateVector, ...]:
    return (*track.reports, *track.touchdown, *track.doubtful)


def _latest(report: StateVector) -> int:
    return max(report.last_contact, report.time_position or 0)
