"""What commands are put together from: the watchlist, the airports, the database and the channels that options name."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from flightwatch import places
from flightwatch.errors import UsageError

if TYPE_CHECKING:
    from flightwatch.airports import Airports
    from flightwatch.alerts import Alert
    from flightwatch.model import Event
    from flightwatch.notify import Deliver, Format, Try
    from flightwatch.store import Store
    from flightwatch.watched import EmailChannel, Watchlist


def the_airports() -> "Airports":
    """The airport table: the user's refreshed one, or the shipped one."""
    from flightwatch.data import load_airports

    return load_airports(places.airport_cache())


def the_watchlist(given: Path | None) -> "Watchlist":
    """The watchlist to use, from the file `places.find_watchlist` finds."""
    from flightwatch.watchlist import read_watchlist

    return read_watchlist(places.find_watchlist(given), environment=os.environ, airports=the_airports)


def watchlist_if_any(given: Path | None) -> "Watchlist | None":
    """The watchlist, for its labels; None when none is named and none is there."""
    try:
        path = places.find_watchlist(given)
    except UsageError:
        return None
    return the_watchlist(path)


@contextmanager
def the_store(db: Path | None) -> Iterator["Store"]:
    """The database, for reading; it must be there."""
    from flightwatch.store import Store

    path = places.find_database(db)
    if not path.exists():
        raise UsageError(f"{path}: no such database; flightwatch poll makes it, or name another with --db")
    with Store(path) as store:
        yield store


def channels(watched: "Watchlist", airports: "Airports", form: "Format") -> dict[str, "Deliver"]:
    """How each channel of the outbox is served, by its name."""
    from flightwatch.alerts import describe
    from flightwatch.notify import printer

    def alert(event: "Event") -> "Alert":
        return describe(event, watched, airports)

    served = {"print": printer(alert, form)}
    if emails := _emails(watched):
        from flightwatch.smtp import mailer

        served |= {channel.name: mailer(channel, alert) for channel in emails}
    return served


def trials(watched: "Watchlist") -> dict[str, "Try"]:
    """How each channel that the watchlist names is tried, by its name."""
    from functools import partial

    from flightwatch.mail import trial
    from flightwatch.notify import print_trial
    from flightwatch.poll import utc_now
    from flightwatch.smtp import send

    emails = {channel.name: partial(send, trial(channel, utc_now()), channel) for channel in _emails(watched)}
    return {channel.name: emails.get(channel.name, print_trial) for channel in watched.notify}


def _emails(watched: "Watchlist") -> "list[EmailChannel]":
    from flightwatch.watched import EmailChannel

    return [channel for channel in watched.notify if isinstance(channel, EmailChannel)]


@contextmanager
def store_to_replay_into(db: Path | None) -> Iterator["Store | None"]:
    """The store that a replay writes to, held against other polls; None when it writes nowhere."""
    if db is None:
        yield None
        return
    from flightwatch.lock import poll_lock
    from flightwatch.store import Store

    with poll_lock(db) as held:
        if not held:
            raise UsageError(f"{db}: another poll is writing to it; try again when it is done")
        with Store(db) as store:
            yield store
