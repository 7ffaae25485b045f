"""Asking OpenSky about the days that nobody watched: what it will cost, the flights, and the tracks of doubtful ends."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from itertools import accumulate

from flightwatch.airports import Airports
from flightwatch.model import Icao24
from flightwatch.past.archive import Progress, Source, ask, ask_tracks, missing, open_ends, track_price
from flightwatch.past.flights import cost_line
from flightwatch.store import Store
from flightwatch.words.record import Span

Bar = Callable[[str, int], AbstractContextManager[Progress]]
"""Shows how far so many questions about something have come."""


def inquire(
    store: Store,
    source: Source,
    spans: Mapping[Icao24, Span],
    airports: Airports,
    clock: Callable[[], datetime],
    say: Callable[[str], None],
    bar: Bar,
) -> None:
    """Ask for the flights of these airframes in these times, as far as they are not kept, and say before what it costs.

    Then for the tracks of flights with a doubtful end, as many as a day's credits pay. Raises `SourceError`; what was answered
    is kept.
    """
    now = clock()
    wanted = {
        icao24: windows
        for icao24, span in spans.items()
        for windows in missing(store, [icao24], span.since, span.until, now).values()
    }
    if wanted:
        say(f"asking OpenSky: {cost_line(wanted, source.allowance)}")
        with bar("flights", sum(map(len, wanted.values()))) as progress:
            ask(store, source, wanted, clock, progress)
    ends = sorted(
        (flight for icao24, span in spans.items() for flight in open_ends(store, [icao24], span.since, airports, now)),
        key=lambda flight: flight.first_seen,
        reverse=True,
    )
    paid = [total for total in accumulate(map(track_price, ends)) if total <= source.allowance]
    if paid:
        count = f"{len(paid)} track{'s' * (len(paid) != 1)}, of flights with a doubtful end"
        say(f"asking OpenSky for {count}: {paid[-1]} of {source.allowance} credits")
        with bar("tracks", len(paid)) as progress:
            ask_tracks(store, source, ends[: len(paid)], clock, progress)
