"""Scans of archives that are made of recorded polls."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path

from archive_skies import with_sentinel
from msgspec.structs import replace
from pyongyang import visits
from state_vectors import AIRPORTS, watched

from flightwatch.app.scan_request import Scanning, Teller
from flightwatch.app.scan_run import scan_vectors
from flightwatch.app.vector_scan import Stretched
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


def all_recorded(every_s: int = 60) -> list[str]:
    """The names of all recordings at a poll every so many seconds, and of all cases."""
    sets = dict.fromkeys(("opensky", "real", "skies"), f"*-{every_s}s.jsonl.gz") | {"cases": "*.jsonl*"}
    return [str(path.relative_to(RECORDED)) for name in sets for path in sorted((RECORDED / name).glob(sets[name]))]


def everything(polls: Iterable[Poll]) -> Watchlist:
    """A watchlist of airframes, airports, an area and a callsign, with all that can be told."""
    zurich = WatchedArea("Zurich", Circle(47.4, 8.5, 60.0), ceiling_m=9_000.0)
    flying = WatchedCallsign(Picked(Selector(callsign="AFR*")))
    listed = watched("CDG", "ZRH", "AJA", aircraft=everybody(polls)[:200])
    return replace(listed, areas=(zurich,), callsigns=(flying,), alerts=ALL_NEWS)


def pyongyang_family(cases: int) -> list[list[Poll]]:
    """Visits of invented aircraft, one after another: see `pyongyang`."""
    return [[_moved(poll, n) for poll in case.polls] for n, case in enumerate(visits(AIRPORTS, 1, cases))]


def _moved(poll: Poll, number: int) -> Poll:
    """The same with an aircraft of its own, so many times 20 days later."""
    by_s = number * 20 * 86_400
    moved = (
        replace(
            vector,
            icao24=f"7278{number:02x}",
            last_contact=vector.last_contact + by_s,
            time_position=vector.time_position and vector.time_position + by_s,
        )
        for vector in poll.vectors
    )
    return replace(poll, at=poll.at + timedelta(seconds=by_s), vectors=tuple(moved))
