"""The command that tries the channels: notify."""

from typing import Annotated

import typer

from flightwatch.app.assembly import the_watchlist
from flightwatch.app.deliver import try_all
from flightwatch.app.senders import trials
from flightwatch.cli.options import WatchlistOption
from flightwatch.cli.output import print_pairs
from flightwatch.errors import DeliveryError, UsageError
from flightwatch.known_secrets import SECRETS


def notify(
    test: Annotated[bool, typer.Option("--test", help="Send each channel a message that says it is a test.")] = False,
    watchlist: WatchlistOption = None,
) -> None:
    """Try every channel of the watchlist, and say how that went."""
    if not test:
        raise UsageError("alerts are sent by flightwatch poll; to try their channels: flightwatch notify --test")
    tried = try_all(trials(the_watchlist(watchlist)))
    print_pairs([(name, SECRETS.hidden(reason or "ok")) for name, reason in tried])
    if failed := sum(reason is not None for _, reason in tried):
        raise DeliveryError(f"{failed} of {len(tried)} channels failed")
