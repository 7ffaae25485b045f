"""Scans of archives that are made of recorded polls."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path

from archive_skies import with_sentinel
from msgspec.structs import replace
from state_vectors import AIRPORTS, watched

from flightwatch.app.scan import Stretched
from flightwatch.app.scan_run import scan_vectors
from flightwatch.app.scanning import Scanning, Teller
from flightwatch.archives.files import BadFile
from flightwatch.archives.kinds import told
from flightwatch.core.areas import WatchedArea
from flightwatch.core.model import Circle, Event, Icao24, Poll, Query, StateVector
from flightwatch.core.selectors import Picked, Selector
from flightwatch.core.watched import WatchedCallsign
from flightwatch.sources.answer import Answer, merge
from flightwatch.sources.recorded import Recording
from flightwatch.watchlist.model import AlertRules, Watchlist

RECORDED = Path(__file__).parents[1] / "recorded"
ALL_NEWS = AlertRules(
    on=("landing", "departure", "airborne", "lost", "approaching", "diverted", "emergency"),
    still_on_ground=(timedelta(hours=1), timedelta(hours=24)),
)


def polls_of(*names: str) -> list[Poll]:
    """Recorded polls as looks of one archive: of the whole world, somebody in each, without what archives do not have."""
    return looks_of([*Recording([RECORDED / name]).polls()] for name in names)


def looks_of(recordings: Iterable[Sequence[Poll]]) -> list[Poll]:
    """These as looks of one archive."""
    at_times = defaultdict[int, list[StateVector]](list)
    for polls in recordings:
        for poll in with_sentinel(polls):
            at_times[round(poll.at.timestamp())] += (replace(each, origin_country=None) for each in poll.vectors)
    newest = {at // 60: at for at in sorted(at_times)}
    return [_poll(at, at_times[at]) for at in newest.values()]


def _poll(at: int, vectors: Sequence[StateVector]) -> Poll:
    return merge([(Query(), Answer(at, (*dict.fromkeys(vectors),), 0))])


def everybody(polls: Iterable[Poll]) -> list[Icao24]:
    """Who is in these polls."""
    return sorted({report.icao24 for poll in polls for report in poll.vectors})


def scanning(
    archive: Path, watchlist: Watchlist, *, processes: int = 1, most_rows: int | None = None, is_anew: bool = False
) -> Scanning:
    """A scan of that archive by DuckDB."""
    return Scanning(
        told([str(archive)]),
        watchlist,
        AIRPORTS,
        processes=processes,
        most_rows=most_rows,
        worth_rows=100,
        is_anew=is_anew,
    )


def scanned(asked: Scanning, stretches: int | None = None) -> list[Stretched]:
    """The first stretches, or all."""
    bad: list[BadFile] = []
    found = [*islice(scan_vectors(asked, Teller(lambda _line: None, lambda *_: None), bad), stretches)]
    assert bad == []
    return found


def events(found: Iterable[Stretched]) -> list[Event]:
    """What these told."""
    return [event for each in found for event in each.told]


def all_recorded() -> list[str]:
    """The names of all recordings at a poll a minute, and of all cases."""
    sets = {"opensky": "*-60s.jsonl.gz", "real": "*-60s.jsonl.gz", "skies": "*-60s.jsonl.gz", "cases": "*.jsonl*"}
    return [str(path.relative_to(RECORDED)) for name in sets for path in sorted((RECORDED / name).glob(sets[name]))]


def everything(polls: Iterable[Poll]) -> Watchlist:
    """A watchlist of airframes, airports, an area and a callsign, with all that can be told."""
    zurich = WatchedArea("Zurich", Circle(47.4, 8.5, 60.0), ceiling_m=9_000.0)
    flying = WatchedCallsign(Picked(Selector(callsign="AFR*")))
    listed = watched("CDG", "ZRH", "AJA", aircraft=everybody(polls)[:200])
    return replace(listed, areas=(zurich,), callsigns=(flying,), alerts=ALL_NEWS)
