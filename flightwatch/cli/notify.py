"""The command that tries the channels: notify."""

from typing import Annotated

import typer

from flightwatch import paths
from flightwatch.app.assembly import the_watchlist
from flightwatch.app.clock import utc_now
from flightwatch.app.deliver import end_pauses, next_digests, try_all
from flightwatch.app.senders import Files, trials
from flightwatch.cli.options import DatabaseOption, WatchlistOption
from flightwatch.cli.output import print_pairs
from flightwatch.errors import DeliveryError, UsageError
from flightwatch.known_secrets import SECRETS
from flightwatch.wording.phrases import counted


def notify(
    test: Annotated[bool, typer.Option("--test", help="Send each channel a message that says it is a test.")] = False,
    watchlist: WatchlistOption = None,
    db: DatabaseOption = None,
) -> None:
    """Try every channel, and end the pause of each that works."""
    if not test:
        raise UsageError("alerts are sent by flightwatch poll; to try their channels: flightwatch notify --test")
    database = paths.find_database(db)
    watched = the_watchlist(watchlist)
    tried = try_all(trials(watched, Files(paths.find_watchlist(watchlist), database)))
    print_pairs([(name, SECRETS.hidden(str(error or "ok"))) for name, error in tried.items()])
    waiting = end_pauses(database, tried, watched.digests)
    print_pairs(
        [(name, f"{counted(count, 'alert')} waiting, sent by the next poll") for name, count in waiting.items()]
    )
    print_pairs(next_digests(watched.digests, utc_now()))
    if failed := sum(error is not None for error in tried.values()):
        raise DeliveryError(f"{failed} of {len(tried)} channels failed")
