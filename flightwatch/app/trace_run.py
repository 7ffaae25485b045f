"""A scan of traces as a whole: where it goes on when it was interrupted, and how far it is."""

from collections.abc import Iterator
from typing import Final

import msgspec
from msgspec import Struct

from flightwatch.app.scan_request import Scanning, Teller, where_kept
from flightwatch.app.trace_scan import KnownOf, Span, TraceDay, scan_traces
from flightwatch.archives.files import BadFile
from flightwatch.core.model import Icao24
from flightwatch.core.spans import DAY_S
from flightwatch.storage.kept import Kept, read_kept, write_kept
from flightwatch.storage.scans import MOST_BYTES


class _Done(Struct, array_like=True):
    midnight: int
    known: dict[Icao24, KnownOf]


_DECODER: Final = msgspec.msgpack.Decoder(_Done)


def scan_days(asked: Scanning, teller: Teller, bad: list[BadFile]) -> Iterator[TraceDay]:
    """Scan traces, day by day; ``bad`` takes the files that cannot be used, or not as a whole.

    As of state vectors, it is kept where it has come once whoever takes a day asks for the next.
    """
    kept_in, key = where_kept(asked)
    kept = None if asked.is_anew or kept_in is None else read_kept(kept_in, MOST_BYTES)
    done = None if kept is None or kept.key != key else _done(kept.body)
    if done is not None:
        teller.goes_on(done.midnight + DAY_S)
    days = scan_traces(
        asked.archives.files,
        asked.watchlist,
        asked.airports,
        bad.append,
        {} if done is None else done.known,
        after=None if done is None else done.midnight,
        span=Span(asked.since, asked.until),
    )
    for day in days:
        teller.progress("days", day.number, day.days)
        yield day
        if kept_in is not None:
            write_kept(kept_in, Kept(key, (), msgspec.msgpack.encode(_Done(day.midnight, {**day.known}))))
    if kept_in is not None:
        kept_in.unlink(missing_ok=True)


def _done(body: bytes) -> _Done | None:
    """How far a scan was; None where what was kept cannot be used."""
    try:
        return _DECODER.decode(body)
    except msgspec.MsgspecError:
        return None
