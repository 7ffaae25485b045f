"""The command about what is: status. What it needs is imported when it runs."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flightwatch.errors import UsageError, WatchlistError
from flightwatch.options import DatabaseOption, WatchlistOption
from flightwatch.parts import the_airports, the_store, the_watchlist

if TYPE_CHECKING:
    from flightwatch.airports import Airports
    from flightwatch.status import Group
    from flightwatch.watched import Watchlist

REFRESHED_S = 5.0
"""How often ``status --watch`` looks again, s: polls come by the minute."""


def status(
    watch: Annotated[bool, typer.Option("--watch", help=f"Stay, and look again every {REFRESHED_S:.0f} s.")] = False,
    watchlist: WatchlistOption = None,
    db: DatabaseOption = None,
) -> None:
    """The morning look: who is where, what is new, how the polling goes."""
    watched, airports = the_watchlist(watchlist, secrets=False), the_airports()
    if not sys.stdout.isatty():
        if watch:
            raise UsageError("--watch draws on a terminal: leave it out, or run it in one")
        for group in _morning(watched, airports, db, datetime.now(UTC)):
            typer.echo(group.title)
            for name, said in group.lines():
                typer.echo(f"  {name}: {said}")
        return
    from flightwatch.screen import groups_view, refreshed
    from flightwatch.terminal import console

    def look() -> "list[Group]":
        from flightwatch.status import looked

        nonlocal watched
        now, trouble = datetime.now(UTC), None
        try:
            watched = the_watchlist(watchlist, secrets=False)
        except (WatchlistError, UsageError) as error:
            trouble = str(error).partition("\n")[0]
        return [looked(now, trouble), *_morning(watched, airports, db, now)]

    if watch:
        refreshed(look, REFRESHED_S)
    else:
        console().print(groups_view(_morning(watched, airports, db, datetime.now(UTC))))


def _morning(watched: "Watchlist", airports: "Airports", db: Path | None, now: datetime) -> "list[Group]":
    from flightwatch import status as morning
    from flightwatch.delivery.outbox_table import Outbox
    from flightwatch.history import BATCH
    from flightwatch.poll_log import PollLog

    with the_store(db) as store:
        undelivered = Outbox(store).undelivered(now - morning.GIVEN_UP_SHOWN)
        good_at, tracks = store.last_poll_at(), store.tracks()
        known_until = morning.looked_until(good_at, now, PollLog(store).patience(watched.health.blind_after))
        unheard = [aircraft.icao24 for aircraft in morning.unheard(watched, tracks)]
        batches = (unheard[start : start + BATCH] for start in range(0, len(unheard), BATCH))
        visits = [visit for batch in batches for visit in store.visits(icao24s=batch)]
        return morning.in_order(
            [
                morning.news(store.events_since(now - morning.NEW), watched, airports, now, known_until),
                *morning.whereabouts(watched, tracks, visits, airports, now, known_until),
                morning.polling(store.last_poll(), good_at, undelivered, now, known_until),
            ]
        )
