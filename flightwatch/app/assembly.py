"""What commands are put together from: the watchlist, the airports and the database that options name."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flightwatch import paths
from flightwatch.app.environment import Environment
from flightwatch.app.kept_watchlist import kept_file, kept_or_read
from flightwatch.app.watchlist_file import read_watchlist
from flightwatch.channels.diagnostics import say
from flightwatch.core.airports import Airports
from flightwatch.core.model import Icao24
from flightwatch.core.register import NO_REGISTER, Register
from flightwatch.core.registration import normalise
from flightwatch.errors import SourceError, StoreError, UsageError
from flightwatch.known_secrets import SECRETS
from flightwatch.storage.lock import poll_lock
from flightwatch.storage.register import REGISTER_FILE, open_register
from flightwatch.storage.store import Store
from flightwatch.storage.tables import AIRPORTS_FILE, load_airports
from flightwatch.watchlist.model import AccountNotKnown, AppriseChannel, EmailChannel, Watchlist, WebhookChannel

if TYPE_CHECKING:
    from flightwatch.sources.opensky_flights import OpenSkyFlights


def the_airports(watched: Watchlist | None = None) -> Airports:
    """The airport table, with the fields that a watchlist adds."""
    return _table_of_airports().with_added(watched.airfields if watched is not None else ())


@cache
def _table_of_airports() -> Airports:
    """The table that the user fetched, or the one that ships."""
    folder = paths.find_cache()
    return load_airports(None if folder is None else folder / AIRPORTS_FILE, say)


@cache
def the_register() -> Register:
    """The register of aircraft that the user fetched; one that knows nobody where there is none."""
    folder = paths.find_cache()
    return NO_REGISTER if folder is None else open_register(folder / REGISTER_FILE, say)


def fetched_tables() -> tuple[Path, ...]:
    """The files of the tables that a user may have fetched, there or not."""
    cache = paths.find_cache()
    return () if cache is None else (cache / AIRPORTS_FILE, cache / REGISTER_FILE)


def let_tables_go() -> None:
    """Have the tables read anew when they are next needed."""
    _table_of_airports.cache_clear()
    the_register.cache_clear()


def registered_tail(icao24: Icao24) -> str | None:
    """The tail number that the register has at this address, normalised; None: none is known."""
    found = the_register().by_icao24(icao24)
    return normalise(found.registration) if found is not None and found.registration else None


@cache
def the_environment() -> Environment:
    """What ``${NAME}`` in the watchlist stands for; the same for the whole command, so that it says a thing once."""
    return Environment(os.environ, say)


def the_watchlist(given: Path | None, *, secrets: bool = True, routes: bool = False, strict: bool = True) -> Watchlist:
    """The watchlist to use, from the file `paths.find_watchlist` finds.

    Without ``secrets`` for who tells nobody anything; with ``routes`` all the same for who must know what would be told to whom.
    Its secrets are hidden from now on, wherever text leaves. See `read_watchlist` for ``strict``.
    """
    path, environment = paths.find_watchlist(given), the_environment()
    watched = read_watchlist(
        path,
        environment=environment,
        airports=the_airports,
        register=the_register,
        secrets=secrets,
        routes=routes,
        strict=strict,
    )
    if secrets:
        learn_secrets(watched, environment.asked)
    return watched


def the_watchlist_of_polls(path: Path, *, db: Path | None, writes: bool) -> Watchlist:
    """The watchlist in a file, with its secrets, for polls into a database: as one left it there, if it says that still.

    Without ``writes`` nothing is left there.
    """
    environment = the_environment()
    watched = kept_or_read(
        path,
        kept_file(paths.find_database(db)),
        environment=environment,
        airports=the_airports,
        register=the_register,
        made_of=(*own_files(), *fetched_tables()),
        writes=writes,
    )
    learn_secrets(watched, environment.asked)
    return watched


def own_files() -> tuple[Path, ...]:
    """The modules and tables by which a watchlist is understood: two builds of one release may differ in them."""
    package = Path(__file__).parents[1]
    rooms = (package / room for room in ("core", "data", "watchlist"))
    return tuple(sorted(path for room in rooms for path in room.glob("*.*")))


def learn_secrets(watched: Watchlist, variables: Mapping[str, str]) -> None:
    """Have the watchlist's secrets hidden from now on, and those ``variables``, by name, of which one of them is made."""
    SECRETS.learn_address(watched.health.heartbeat)
    if watched.opensky is not None:
        SECRETS.learn_login(watched.opensky.client_id, watched.opensky.client_secret)
    for source in watched.sources:
        SECRETS.learn(source.key)
        with suppress(ValueError):  # as an address that is none raises
            parts = urlsplit(source.address or "")
            SECRETS.learn_login(parts.username, parts.password)
    for channel in watched.notify:
        match channel:
            case EmailChannel():
                SECRETS.learn_login(channel.user, channel.password)
            case AppriseChannel():
                SECRETS.learn_address(channel.url)
            case WebhookChannel():
                SECRETS.learn_address(channel.url)
                SECRETS.learn(*channel.secrets, *(secret.partition("_")[2] for secret in channel.secrets))
    written = [watched.health.heartbeat, *(getattr(each, "url", None) for each in watched.notify)]
    written += [getattr(each, "password", None) for each in watched.notify]
    written += [secret for each in watched.notify for secret in getattr(each, "secrets", ())]
    written += [source.key for source in watched.sources]
    SECRETS.learn(*(value for value in variables.values() if any(value in each for each in written if each)))


def watchlist_if_any(given: Path | None, *, routes: bool = False) -> Watchlist | None:
    """The watchlist without its secrets, for its labels; None when none is named and none is there.

    With ``routes`` its channels are in it too.
    """
    try:
        path = paths.find_watchlist(given)
    except UsageError:
        return None
    return the_watchlist(path, secrets=False, routes=routes)


def the_flights(watched: Watchlist | None) -> "OpenSkyFlights":
    """OpenSky's flights, for the watchlist's account, or that of the environment where there is no watchlist.

    Raises `SourceError` when that account, or half of it, is not known here, as asking without it would spend other credits; and
    when an address in the environment is none.
    """
    from flightwatch.sources.opensky_account import DEFAULT_TOKEN_URL, DEFAULT_URL
    from flightwatch.sources.opensky_flights import OpenSkyFlights

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
def the_store(db: Path | None) -> Iterator[Store]:
    """The database, to read: it must be there, and is as it was before. Raises `StoreError` where it changes unseen meanwhile."""
    path = _database(db)
    with Store(path, reading_only=True) as store:
        try:
            yield store
        except StoreError as error:
            if store.was_written_meanwhile:
                raise StoreError(_torn(path)) from error
            raise
        if store.was_written_meanwhile:
            raise StoreError(_torn(path))


@contextmanager
def the_store_to_fill(db: Path | None, *, make_if: Callable[[], bool]) -> Iterator[Store]:
    """The database, to read and to keep OpenSky's flights in, or only to read where this user cannot write to it.

    It must be there, or ``make_if`` must say that a new one is worth making.
    """
    path = _database(db, make_if)
    if path.exists() and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        with the_store(db) as store:
            yield store
        return
    with Store(path) as store:
        yield store


@contextmanager
def the_store_to_prune(db: Path | None) -> Iterator[Store]:
    """The database, which must be there, while no poll runs. Raises `StoreError` where one does."""
    path = _database(db)
    with poll_lock(path) as held:
        if not held:
            raise StoreError(f"{path}: a poll is under way, and nothing was changed: ask again when it has ended")
        with Store(path) as store:
            yield store


def _database(db: Path | None, make_if: Callable[[], bool] = lambda: False) -> Path:
    path = paths.find_database(db)
    if not path.exists() and not make_if():
        raise UsageError(f"{path}: no such database; flightwatch poll makes it, or name another with --db")
    return path


def _torn(path: Path) -> str:
    return f"{path}: was written to while it was read without locks, as its folder cannot be written to: ask again"
