"""The command that sends recorded polls through the core: replay."""

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from flightwatch.app import replay as app_replay
from flightwatch.app.alert_context import alert_of
from flightwatch.app.assembly import registered_tail, the_airports, the_watchlist
from flightwatch.app.senders import channels
from flightwatch.channels.diagnostics import say
from flightwatch.cli.options import EventFormat, WatchlistOption
from flightwatch.errors import DeliveryError
from flightwatch.sources.recorded import Recording


def replay(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            readable=False,
            help="Recordings, traces of readsb's, or folders of them.",
            show_default=False,
        ),
    ],
    watchlist: WatchlistOption = None,
    db: Annotated[
        Path | None,
        typer.Option(
            "--db", metavar="FILE", readable=False, help="Write there as live polling would; default: nowhere."
        ),
    ] = None,
    form: Annotated[EventFormat, typer.Option("--format")] = EventFormat.text,
) -> None:
    """Recorded polls through the same core; events to stdout."""
    watched = the_watchlist(watchlist, secrets=False, routes=True)
    airports, recording = the_airports(watched), Recording(files)
    tell = channels(watched, form.value, say, airports)["print"]
    unheard: list[tuple[datetime, str]] = []
    polls, note = recording.answers(), lambda *poll: unheard.append(poll)
    with app_replay.store_to_replay_into(db) as store:
        events = app_replay.replay(
            polls, watched, airports, store, note, tail_of=registered_tail, replies=lambda: recording.replies
        )
        try:
            for event in events:
                tell(alert_of(event, store, watched, airports))
        except DeliveryError as error:
            if store is None and isinstance(error.__cause__, BrokenPipeError):
                return  # who reads has enough, as head has; a database would be left half written
            raise
        for line in app_replay.left_out(recording, unheard):
            say(line)
