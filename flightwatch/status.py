"""Every watched airframe: where it is, since when, how that is known."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from flightwatch.alerts import clean, duration, dwell_text, percent
from flightwatch.model import Icao24, instant
from flightwatch.outbox_table import Undelivered
from flightwatch.store import PollRecord
from flightwatch.tracking.track import Track
from flightwatch.visits import dwell_so_far
from flightwatch.watched import Watchlist

GIVEN_UP_SHOWN = timedelta(days=7)
"""How long alerts that were given up are shown."""


def airframe_lines(watchlist: Watchlist, tracks: Mapping[Icao24, Track], now: datetime) -> Iterator[tuple[str, str]]:
    """For each watched airframe, and each other one on the ground at a watched airport: its name and its state."""
    for aircraft in watchlist.aircraft:
        name = aircraft.registration or aircraft.icao24
        yield clean(f"{name} ({aircraft.label})" if aircraft.label else name), state(tracks.get(aircraft.icao24), now)
    for icao24, track in sorted(tracks.items()):
        if icao24 not in watchlist.aircraft_by_icao24 and track.visit is not None:
            yield clean(track.registration or icao24), state(track, now)


def state(track: Track | None, now: datetime) -> str:
    """Where one airframe is, in words; "never heard" when there is no track."""
    if track is None or track.heard is None:
        return "never heard"
    ago = f"last heard {duration(max(now - instant(track.heard), timedelta(0)))} ago"
    visit = track.visit
    if track.phase == "unknown":
        return f"heard, but not where; {ago}"
    if visit is None:
        return f"airborne, {ago}" if track.silent_s == 0 else f"airborne when {ago}"
    place = (
        f"{visit.airport.name} ({visit.airport.iata or visit.airport.icao})" if visit.airport else "an unnamed place"
    )
    sure = "observed" if visit.arrival.basis == "observed" else f"inferred, {percent(visit.arrival.confidence)}"
    since = visit.arrival.at or visit.arrival.latest
    before = "" if visit.arrival.at else "at least "
    return (
        f"on the ground at {place} since {before}{since:%Y-%m-%d %H:%M} UTC ({sure}), "
        f"{dwell_text(dwell_so_far(visit, now))}; {ago}"
    )


def poll_lines(
    last: PollRecord | None, good_at: datetime | None, undelivered: Sequence[Undelivered], now: datetime
) -> Iterator[str]:
    """The last good poll, what the last poll said, credits left, undelivered alerts and those given up."""
    if last is None:
        yield "never polled: run flightwatch poll"
        return
    yield f"last good poll: {f'{duration(now - good_at)} ago' if good_at else 'none yet'}"
    if last.at is None:
        yield f"the last poll failed {duration(now - last.started_at)} ago: {clean(last.outcome)}"
    if last.credits_remaining is not None:
        yield f"credits left: {last.credits_remaining}"
    for owed in undelivered:
        why = f": {clean(owed.error)}" if owed.error else ""
        if owed.waiting:
            yield f"undelivered alerts: {owed.waiting} for {owed.channel}{why}"
        if owed.given_up:
            yield f"given up in the last {GIVEN_UP_SHOWN.days} days: {owed.given_up} for {owed.channel}{why}"
