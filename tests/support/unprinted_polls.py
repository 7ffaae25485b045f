"""A database as polls leave it that were killed before they printed."""

from collections.abc import Iterable
from datetime import UTC, datetime

from made_visits import Answer
from opensky_server import OpenSkyServer
from program import Program, show
from state_vectors import AIRPORTS

from flightwatch.app.poll import poll_once
from flightwatch.core.model import OPENSKY
from flightwatch.sources.opensky_states import OpenSky
from flightwatch.storage.store import Store
from flightwatch.watchlist.reading import parse_watchlist


def polled(program: Program, server: OpenSkyServer, source: OpenSky, answers: Iterable[Answer]) -> None:
    """Poll each of these answers as far as to the outbox, as a process does that is killed before it prints."""
    watchlist = parse_watchlist(program.watchlist.read_bytes(), name="", environment={}, airports=AIRPORTS)
    with Store(program.database) as store:
        for time, rows in answers:
            show(server, time, rows)
            poll_once(watchlist, AIRPORTS, {OPENSKY: source}, store, clock=lambda: datetime.now(UTC))
