"""What commands are put together from: the watchlist, the airports, the database and the channels that options name."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from flightwatch import paths
from flightwatch.app.environment import Environment
from flightwatch.channels.diagnostics import say
from flightwatch.errors import SourceError, UsageError

if TYPE_CHECKING:
    from flightwatch.alerting.notices import Notice
    from flightwatch.app.deliver import Deliver, Format, Try
    from flightwatch.core.airports import Airports
    from flightwatch.sources.opensky_flights import OpenSkyFlights
    from flightwatch.storage.store import Store
    from flightwatch.watchlist.model import AppriseChannel, EmailChannel, Watchlist


def the_airports() -> "Airports":
    """The airport table."""
    from flightwatch.storage.tables import load_airports

    return load_airports()


@cache
def the_environment() -> Environment:
    """What ``${NAME}`` in the watchlist stands for; the same for the whole command, so that it says a thing once."""
    return Environment(os.environ, say)


def the_watchlist(given: Path | None, *, secrets: bool = True, routes: bool = False) -> "Watchlist":
    """The watchlist to use, from the file `places.find_watchlist` finds.

    Without ``secrets`` for who tells nobody anything; with ``routes`` all the same for who must know what would be told to whom.
    """
    from flightwatch.app.watchlist_file import read_watchlist

    path = paths.find_watchlist(given)
    return read_watchlist(path, environment=the_environment(), airports=the_airports, secrets=secrets, routes=routes)


def watchlist_if_any(given: Path | None) -> "Watchlist | None":
    """The watchlist without its secrets, for its labels; None when none is named and none is there."""
    try:
        path = paths.find_watchlist(given)
    except UsageError:
        return None
    return the_watchlist(path, secrets=False)


def the_flights(watched: "Watchlist | None") -> "OpenSkyFlights":
    """OpenSky's flights, for the watchlist's account, or that of the environment where there is no watchlist.

    Raises `SourceError` when that account, or half of it, is not known here, as asking without it would spend other credits; and
    when an address in the environment is none.
    """
    from flightwatch.sources.opensky_account import DEFAULT_TOKEN_URL, DEFAULT_URL
    from flightwatch.sources.opensky_flights import OpenSkyFlights
    from flightwatch.watchlist.reading import AccountNotKnown

    if watched is None:
        known = the_environment()
        client = known.get("OPENSKY_CLIENT_ID") or None, known.get("OPENSKY_CLIENT_SECRET") or None
    else:
        account = watched.opensky
        if isinstance(account, AccountNotKnown):
            raise SourceError(f"OpenSky was not asked: {'; '.join(account.complaints)}")
        client = (account.client_id, account.client_secret) if account else (None, None)
    try:
        return OpenSkyFlights(
            base_url=paths.environment("FLIGHTWATCH_OPENSKY_URL") or DEFAULT_URL,
            token_url=paths.environment("FLIGHTWATCH_OPENSKY_TOKEN_URL") or DEFAULT_TOKEN_URL,
            client_id=client[0],
            client_secret=client[1],
        )
    except UsageError as error:
        raise SourceError(f"OpenSky was not asked: {error}") from error


@contextmanager
def the_store(db: Path | None, *, make_if: "Callable[[], bool]" = lambda: False) -> Iterator["Store"]:
    """The database; it must be there, or ``make_if`` must say that a new one is worth making."""
    from flightwatch.storage.store import Store

    path = paths.find_database(db)
    if not path.exists() and not make_if():
        raise UsageError(f"{path}: no such database; flightwatch poll makes it, or name another with --db")
    with Store(path) as store:
        yield store


def channels(watched: "Watchlist", form: "Format", note: "Callable[[str], None]") -> dict[str, "Deliver"]:
    """How each channel of the outbox is served, by its name."""
    from flightwatch.app.deliver import printer
    from flightwatch.watchlist.model import AppriseChannel, EmailChannel

    served = {"print": printer(form, note)}
    for channel in watched.notify:
        match channel:
            case EmailChannel():
                served[channel.name] = partial(_mail, channel)
            case AppriseChannel():
                served[channel.name] = partial(_post, channel)
            case _:  # standard output is served already
                pass
    return served


def _mail(channel: "EmailChannel", notice: "Notice", *readers: str) -> None:
    from flightwatch.alerting.mail import message
    from flightwatch.channels.smtp import send

    send(message(notice, channel), channel, *readers)


def _post(channel: "AppriseChannel", notice: "Notice", *_: str) -> None:
    from flightwatch.alerting.notices import brief
    from flightwatch.channels.messenger import messenger

    messenger(channel)(*brief(notice))


def trials(watched: "Watchlist") -> dict[str, "Try"]:
    """How each channel that the watchlist names is tried, by its name."""
    from flightwatch.alerting.mail import TRIAL, TRIAL_TEXT, trial
    from flightwatch.app.deliver import print_trial
    from flightwatch.app.poll import utc_now
    from flightwatch.channels.messenger import messenger
    from flightwatch.channels.smtp import send
    from flightwatch.watchlist.model import AppriseChannel, EmailChannel

    tries: dict[str, Try] = {}
    for channel in watched.notify:
        match channel:
            case EmailChannel():
                tries[channel.name] = partial(send, trial(channel, utc_now()), channel)
            case AppriseChannel():
                tries[channel.name] = partial(messenger(channel), TRIAL, TRIAL_TEXT)
            case _:
                tries[channel.name] = print_trial
    return tries


@contextmanager
def store_to_replay_into(db: Path | None) -> Iterator["Store | None"]:
    """The store that a replay writes to, held against other polls; None when it writes nowhere."""
    if db is None:
        yield None
        return
    db = paths.find_database(db)
    from flightwatch.storage.lock import poll_lock
    from flightwatch.storage.store import Store

    with poll_lock(db) as held:
        if not held:
            raise UsageError(f"{db}: another poll is writing to it; try again when it is done")
        with Store(db) as store:
            yield store
