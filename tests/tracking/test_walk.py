"""One airframe at a time gives what polls give: the same events, in the same order, the same visits and tracks."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from archive_skies import sky_of, with_sentinel
from msgspec.structs import replace
from state_vectors import AIRPORTS, watched

from flightwatch.alerting.cycle import tracker_rules
from flightwatch.core.areas import WatchedArea
from flightwatch.core.model import Circle, Event, Icao24, Poll
from flightwatch.core.selectors import Picked, Selector
from flightwatch.core.visits import Visit
from flightwatch.core.watched import WatchedCallsign
from flightwatch.sources.recorded import Recording
from flightwatch.tracking.advance_all import advance_all
from flightwatch.tracking.following import Following
from flightwatch.tracking.looks import Looks, looked
from flightwatch.tracking.passing import passing
from flightwatch.tracking.reception import NOTHING_KNOWN, Reception, Sample, is_due, sampled
from flightwatch.tracking.sky import Lows
from flightwatch.tracking.track import Track
from flightwatch.tracking.walk import Followed, Reported, Stretch, Walked, walk
from flightwatch.watchlist.model import AlertRules, Watchlist

RECORDED = Path(__file__).parents[1] / "recorded"
Told = tuple[list[Event], dict[str, Visit], dict[Icao24, Track]]


def by_polls(polls: Sequence[Poll], watchlist: Watchlist) -> Told:
    """Events, visits and tracks as polls make them."""
    tracks: dict[Icao24, Track] = {}
    events, visits, looks = list[Event](), dict[str, Visit](), Looks()
    rules = tracker_rules(watchlist)
    for poll in polls:
        found = passing(watchlist.watched, tracks, poll.vectors)
        watched_now = replace(watchlist.watched, aircraft=(*watchlist.aircraft, *found))
        seen = advance_all(tracks, poll, watched_now, rules, AIRPORTS, looks=looks)
        rules, looks = replace(rules, reception=seen.reception), seen.looks
        tracks.update(seen.tracks)
        for icao24 in seen.forgotten:
            tracks.pop(icao24, None)
        events += seen.events
        visits.update((visit.id, visit) for visit in seen.visits)
    return events, visits, tracks


def by_airframes(polls: Sequence[Poll], watchlist: Watchlist, cuts: Sequence[int] = ()) -> Told:
    """The same airframe by airframe, in stretches that end before the polls of these numbers."""
    rules = tracker_rules(watchlist)
    following = Following.of(watchlist.watched, rules)
    followed: dict[Icao24, Followed] = {}
    known, looks = NOTHING_KNOWN, Looks()
    events, visits = list[Event](), dict[str, Visit]()
    for since, until in zip((0, *cuts), (*cuts, len(polls)), strict=True):
        part = polls[since:until]
        sky, lows, before = sky_of(part), [(-1, known)], list[Looks]()
        for number, poll in enumerate(part):
            at = round(poll.at.timestamp())
            before.append(looks)
            looks = looked(looks, watchlist.watched, poll.coverage, at, for_aircraft="airborne" in rules.news)
            known = _learned(known, sky.sample(number), poll, at)
            lows.append((number, known))
        is_news = bool(rules.news or watchlist.areas)
        stretch = Stretch(sky, Lows.of(lows), following, AIRPORTS, before if is_news else None)
        walks = [
            walk(icao24, followed.get(icao24, Followed()), rows, stretch) for icao24, rows in _rows(part, followed)
        ]
        followed = {each.icao24: each.followed for each in walks if each.followed != Followed()}
        events += _in_order(walks)
        visits.update((visit.id, visit) for each in walks for visit in each.visits)
    return events, visits, {icao24: each.track for icao24, each in followed.items() if each.track is not None}


def _learned(known: Reception, sample: Sample, poll: Poll, at: int) -> Reception:
    return sampled(known, sample, poll.coverage, at) if is_due(known, at) else known


def _rows(polls: Sequence[Poll], followed: Mapping[Icao24, Followed]) -> list[tuple[Icao24, list[Reported]]]:
    rows = defaultdict[Icao24, list[Reported]](list, {icao24: [] for icao24 in followed})
    for number, poll in enumerate(polls):
        for report in poll.vectors:
            rows[report.icao24].append((number, (report,)))
        for icao24, places in poll.rivals.items():
            rows[icao24].append((number, places))
    return list(rows.items())


def _in_order(walks: Sequence[Walked]) -> list[Event]:
    happened = sorted(
        ((each.look, each.how, w.icao24, each.events) for w in walks for each in w.happened), key=lambda e: e[:3]
    )
    return [event for *_, events in happened for event in events]


def _polls(path: Path) -> list[Poll]:
    return with_sentinel(list(Recording([path]).polls()))


def _only_every(number: int, polls: Sequence[Poll]) -> list[Poll]:
    """The polls with one in so many airframes."""
    kept = {*_everybody(polls)[::number]}
    return [replace(poll, vectors=tuple(each for each in poll.vectors if each.icao24 in kept)) for poll in polls]


def _everybody(polls: Sequence[Poll]) -> list[Icao24]:
    return sorted({report.icao24 for poll in polls for report in poll.vectors})


FILES = sorted(
    [
        *(RECORDED / "opensky").glob("*-300s.jsonl.gz"),
        *(RECORDED / "real").glob("*-60s.jsonl.gz"),
        *(RECORDED / "cases").glob("*.jsonl*"),
    ]
)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name.removesuffix(".gz").removesuffix(".jsonl"))
def test_listed(path: Path) -> None:
    polls = _polls(path)
    watchlist = watched(aircraft=_everybody(polls)[:50])
    assert by_airframes(polls, watchlist) == by_polls(polls, watchlist)


ALL_NEWS = AlertRules(
    on=("landing", "departure", "airborne", "lost", "approaching", "diverted", "emergency"),
    still_on_ground=(timedelta(hours=1), timedelta(hours=24)),
)


@pytest.mark.parametrize(
    ("name", "every", "cuts"),
    [
        ("paris-300s", 1, ()),
        ("swiss-300s", 12, (5, 6, 20)),  # each is weighed when it is heard again: all 423 take half a minute
        pytest.param("paris-60s", 1, (20, 21, 100), marks=pytest.mark.slow),
    ],
)
def test_a_sky_around_watched_airports_in_stretches(name: str, every: int, cuts: tuple[int, ...]) -> None:
    """With one in so many of the airframes that are in it."""
    polls = _only_every(every, _polls(RECORDED / "skies" / f"{name}.jsonl.gz"))
    around_zurich = WatchedArea("Zurich", Circle(47.4, 8.5, 60.0), ceiling_m=9_000.0)
    selected = WatchedCallsign(Picked(Selector(callsign="AFR*")))
    watchlist = replace(
        watched("CDG", "ORY", "ZRH", aircraft=_everybody(polls)[: 50 // every]),
        areas=(around_zurich,),
        callsigns=(selected,),
        alerts=ALL_NEWS,
    )
    told = by_airframes(polls, watchlist, cuts)
    assert told == by_polls(polls, watchlist)
    assert told[0]
