"""How each source that a watchlist names is asked."""

from pathlib import Path
from typing import TYPE_CHECKING

from flightwatch import paths
from flightwatch.sources.asking import Source
from flightwatch.sources.opensky_states import DEFAULT_TOKEN_URL, DEFAULT_URL, OpenSky
from flightwatch.watchlist.model import OpenSkyAccount, SourceEntry, Watchlist

if TYPE_CHECKING:
    from flightwatch.sources.recorded import Recorder


def clients(watched: Watchlist) -> dict[str, Source]:
    """The watchlist's sources, by name, in its order. Raises `UsageError` where the environment has an address that is none."""
    return {entry.name: _client(entry, watched.opensky) for entry in watched.sources}


def _client(entry: SourceEntry, account: OpenSkyAccount | None) -> Source:
    if entry.kind == "opensky":
        return OpenSky(
            base_url=entry.address or paths.environment("FLIGHTWATCH_OPENSKY_URL") or DEFAULT_URL,
            token_url=paths.environment("FLIGHTWATCH_OPENSKY_TOKEN_URL") or DEFAULT_TOKEN_URL,
            client_id=account.client_id if account else None,
            client_secret=account.client_secret if account else None,
        )
    from flightwatch.sources.readsb import Network, Receiver

    if entry.kind == "readsb":
        return Receiver(entry.address or "", entry.name)
    return Network(entry.kind, address=entry.address, key=entry.key)


def recorder(folder: Path) -> "Recorder":
    """Where raw answers are kept, in this folder."""
    from flightwatch.sources.recorded import Recorder

    return Recorder(folder)
