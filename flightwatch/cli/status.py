"""The command about what is: status."""

import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from flightwatch import paths
from flightwatch.app import status as morning
from flightwatch.app.assembly import the_airports, the_store, the_watchlist
from flightwatch.app.history import BATCH
from flightwatch.app.status_json import Condition, last_poll, whereabouts
from flightwatch.cli.options import DatabaseOption, WatchlistOption
from flightwatch.core.airports import Airports
from flightwatch.core.model import Event, Icao24
from flightwatch.core.visits import Visit
from flightwatch.errors import UsageError, WatchlistError
from flightwatch.storage.outbox import Outbox, Undelivered
from flightwatch.storage.poll_log import PollLog
from flightwatch.storage.store import PollRecord
from flightwatch.tracking.track import Track
from flightwatch.watchlist.model import Watchlist
from flightwatch.wording.phrases import json_text

REFRESHED_S = 5.0
"""How often ``status --watch`` looks again, s: polls come by the minute."""


class StatusFormat(StrEnum):
    """How the look is printed."""

    text = "text"
    json = "json"


class _Known(NamedTuple):
    """What the database tells of the watchlist's airframes, the polls and the outbox."""

    good_at: datetime | None
    known_until: datetime | None
    last: PollRecord | None
    tracks: dict[Icao24, Track]
    visits: list[Visit]
    """Of those without a track, newest first."""
    events: list[Event]
    """That are new."""
    undelivered: list[Undelivered]


def status(
    watch: Annotated[bool, typer.Option("--watch", help=f"Stay, and look again every {REFRESHED_S:.0f} s.")] = False,
    form: Annotated[
        StatusFormat, typer.Option("--format", help="json: for monitors, with exit code 3 (blind) or 4 (undelivered).")
    ] = StatusFormat.text,
    watchlist: WatchlistOption = None,
    db: DatabaseOption = None,
) -> None:
    """The morning look: who is where, what is new, how polling goes."""
    if form is StatusFormat.json and watch:
        raise UsageError("--watch draws on a terminal: leave it out, or --format json")
    watched, airports = the_watchlist(watchlist, secrets=False), the_airports()
    if form is StatusFormat.json:
        _monitor(watched, paths.find_watchlist(watchlist), db, datetime.now(UTC))
        return
    if not sys.stdout.isatty():
        if watch:
            raise UsageError("--watch draws on a terminal: leave it out, or run it in one")
        for group in _morning(watched, airports, db, datetime.now(UTC)):
            typer.echo(group.title)
            for name, said in group.lines():
                typer.echo(f"  {name}: {said}")
        return
    from flightwatch.channels.terminal import console
    from flightwatch.cli.status_screen import groups_view, refreshed

    def look() -> list[morning.Group]:
        nonlocal watched
        now, trouble = datetime.now(UTC), None
        try:
            watched = the_watchlist(watchlist, secrets=False)
        except (WatchlistError, UsageError) as error:
            trouble = str(error).partition("\n")[0]
        return [morning.looked(now, trouble), *_morning(watched, airports, db, now)]

    if watch:
        refreshed(look, REFRESHED_S)
    else:
        console().print(groups_view(_morning(watched, airports, db, datetime.now(UTC))))


def _monitor(watched: Watchlist, path: Path, db: Path | None, now: datetime) -> None:
    """Print the look as JSON, and end with the code that says what is wrong."""
    known = _known(watched, db, now)
    condition = Condition(
        looked=now.replace(microsecond=0),
        watchlist=str(path),
        database=str(paths.find_database(db)),
        blind=known.known_until != now,
        last_good_poll=known.good_at,
        last_poll=last_poll(known.last),
        credits_left=known.last.credits_remaining if known.last else None,
        undelivered=tuple(known.undelivered),
        aircraft=whereabouts(watched, known.tracks, known.visits, now, known.known_until),
    )
    typer.echo(json_text(condition))
    raise typer.Exit(condition.exit_code)


def _morning(watched: Watchlist, airports: Airports, db: Path | None, now: datetime) -> list[morning.Group]:
    known = _known(watched, db, now)
    return morning.in_order(
        [
            morning.news(known.events, watched, airports, now, known.known_until),
            *morning.whereabouts(watched, known.tracks, known.visits, airports, now, known.known_until),
            morning.polling(known.last, known.good_at, known.undelivered, now, known.known_until),
        ]
    )


def _known(watched: Watchlist, db: Path | None, now: datetime) -> _Known:
    with the_store(db) as store:
        good_at, tracks = store.last_poll_at(), store.tracks()
        unheard = [aircraft.icao24 for aircraft in morning.unheard(watched, tracks)]
        batches = (unheard[start : start + BATCH] for start in range(0, len(unheard), BATCH))
        return _Known(
            good_at=good_at,
            known_until=morning.looked_until(good_at, now, PollLog(store).patience(watched.health.blind_after)),
            last=store.last_poll(),
            tracks=tracks,
            visits=[visit for batch in batches for visit in store.visits(icao24s=batch)],
            events=store.events_since(now - morning.NEW),
            undelivered=Outbox(store).undelivered(now - morning.GIVEN_UP_SHOWN),
        )
