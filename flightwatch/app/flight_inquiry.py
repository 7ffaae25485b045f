"""Asking OpenSky about the days that nobody watched: what it will cost, the flights, and the tracks of doubtful ends."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import cache

from flightwatch.core.airports import Airports
from flightwatch.core.model import Icao24
from flightwatch.core.progress import Progress
from flightwatch.core.spans import Span
from flightwatch.errors import OutOfCredits
from flightwatch.flights.model import Flight, affordable, cost, cost_line
from flightwatch.storage.flights import Source, ask, ask_tracks, credits_left, missing, open_ends, track_price
from flightwatch.storage.store import Store
from flightwatch.wording.phrases import counted

Bar = Callable[[str, int], AbstractContextManager[Progress]]
"""Shows how far a number of questions about something have come."""


def inquire(
    store: Store,
    source: Callable[[], Source],
    spans: Mapping[Icao24, Sequence[Span]],
    airports: Airports,
    *,
    clock: Callable[[], datetime],
    say: Callable[[str], None],
    bar: Bar,
) -> None:
    """Ask for the flights of these airframes in these times, as far as they are not kept, and say before what it costs.

    Then for the tracks of flights with a doubtful end, as many as the credits pay. ``source`` is called when there is something
    to ask, as what is kept needs no account. Raises `SourceError`; what was answered is kept.
    """
    now, the_source, spent = clock(), cache(source), None
    wanted = missing(store, spans, now)
    if wanted:
        say(cost_line(wanted, credits_left(store, the_source(), "flights", now).credits))
        with bar("flights", sum(map(len, wanted.values()))) as progress:
            try:
                ask(store, the_source(), wanted, clock, progress)
            except OutOfCredits as error:
                spent = error  # tracks have credits of their own, and go back no more than 30 days
    flights = {
        f for icao24, each in spans.items() for span in each for f in open_ends(store, icao24, span, airports, now)
    }
    ends = sorted(flights, key=lambda flight: (-flight.first_seen, flight.icao24))
    if ends:
        _ask_tracks(store, the_source(), ends, clock=clock, say=say, bar=bar)
    if spent is not None:
        raise spent


def _ask_tracks(
    store: Store,
    source: Source,
    ends: Sequence[Flight],
    *,
    clock: Callable[[], datetime],
    say: Callable[[str], None],
    bar: Bar,
) -> None:
    purse, prices = credits_left(store, source, "tracks", clock()), [*map(track_price, ends)]
    paid = affordable(prices, purse.credits)
    say(
        f"{'asking' if paid else 'not asking'} OpenSky for {counted(len(ends), 'track')}, of flights with a doubtful "
        f"end: {cost(sum(prices), purse.credits, paid)}"
        + (f", which pay for {paid:,}: ask again {purse.again}" if 0 < paid < len(ends) else "")
    )
    if paid:
        with bar("tracks", paid) as progress:
            ask_tracks(store, source, ends[:paid], clock, progress)
