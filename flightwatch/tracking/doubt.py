"""Reports that cannot follow from the known ones: remembered, and believed once a chain of them lasts."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from flightwatch.core.airports import Airports
from flightwatch.core.geo import distance_km
from flightwatch.core.merging import LATER_SLACK_KM, is_far
from flightwatch.core.model import StateVector
from flightwatch.tracking.arrival import touch_down
from flightwatch.tracking.motion import altitude_m, fixed_at, is_jump, position
from flightwatch.tracking.poll_context import PollContext
from flightwatch.tracking.report_worth import LOW_M
from flightwatch.tracking.reports import Reports
from flightwatch.tracking.track import Step, Track, fly_on

CHAIN, CHAIN_S = 3, 600
"""Number of consistent reports that cannot follow from the known ones and yet are believed; and the time that they must last, s,
where they say that the aircraft stands, or that it flies while it is known to stand (spoofing seldom lasts)."""

FLOWN_ON_S, SAME_LEVEL_M = 2400, 1500.0
"""Time after the last report in the air, s, and difference of height from it, m, up to which a flight goes on that was told to
have landed in between."""

SAME_FLIGHT_S = 3600
"""How much earlier than the last hearing of a flight another source's may be for it to have heard that flight, s."""

GOES_ON_S = 12 * 3600
"""Time after which a source can hear the same flight again, s: some hear nothing over deserts and oceans."""

DOUBT_S = 1800
"""Longest time from a doubted report to one that continues it, s."""

DISPUTE_S = 3600
"""The same where two sources disagree and each can be right, s: four polls of those that ask every quarter of an hour."""


def taken_as(
    known: Track | None, rivals: tuple[StateVector, ...], tellers: Sequence[tuple[str, ...]] = ()
) -> StateVector:
    """The one report of an airframe that is said to be at several places at once, of which ``rivals`` has one each.

    It is where it flies on from a landing that another source alone told, where it can have flown to from what is known of it, or
    where the doubt about it has been before. Where that tells nothing, or not one place alone, it is heard and nowhere.
    ``tellers``: names of the sources that tell of each place; empty: not known. What one of them alone was believed to say while
    the other was silent decides nothing, so each place can follow from the last that its own tellers were believed; and who was
    heard for less than `CHAIN_S` before another spoke against it is not surer than that other.
    """
    if known is not None:
        told = dict(zip(map(id, rivals), tellers, strict=False))
        flying_on = [rival for rival in rivals if was_not_down(known, rival, told.get(id(rival), ()))]
        if len(flying_on) == 1:
            return flying_on[0]
        reports = known.reports.all()
        for chain in (reports, known.doubtful):
            following = [
                rival
                for rival in rivals
                if _can_follow(chain, rival) or goes_on_by_itself(known, rival, told.get(id(rival), ()))
            ]
            if len(following) == 1 and not (tellers and chain is reports and _is_new(known)):
                return following[0]
            if following:
                break
    newest = max(rivals, key=lambda rival: rival.last_contact)
    return replace(newest, latitude=None, longitude=None, time_position=None)


def _is_new(known: Track) -> bool:
    """Tell whether a flight was heard too briefly for what it says to be surer than what another source says."""
    heard = known.reports
    return known.visit is None and (len(heard) < CHAIN or fixed_at(heard[-1]) - fixed_at(heard[0]) < CHAIN_S)


def was_not_down(track: Track, report: StateVector, hearers: Sequence[str]) -> bool:
    """Tell whether a report that cannot follow from the landing that was told continues the flight before it.

    It is at about the height of the last report in the air; or none of those who hear it told of the landing, and it can follow
    from where they heard the flight last.
    """
    if track.visit is None:
        return False
    if flies_on(track.flown, report):
        return True
    if report.on_ground or (altitude_m(report) or 0.0) < LOW_M:
        return False
    return {*track.landed_by}.isdisjoint(hearers) and goes_on_by_itself(track, report, hearers)


def goes_on_by_itself(track: Track, report: StateVector, hearers: Sequence[str]) -> bool:
    """Tell whether a report can follow from the last in the air of one of its hearers, as in `Track.flown_by`."""
    before = [track.flown_by[name] for name in hearers if name in track.flown_by]
    return any(fixed_at(report) - fixed_at(flown) <= GOES_ON_S and not is_jump(flown, report) for flown in before)


def flies_on(flown: StateVector | None, report: StateVector) -> bool:
    """Tell whether a report continues the flight of ``flown``, at about its height: then the landing was another airframe's."""
    if flown is None or report.on_ground or is_jump(flown, report):
        return False
    before, now = altitude_m(flown), altitude_m(report)
    if before is None or now is None or fixed_at(report) - fixed_at(flown) > FLOWN_ON_S:
        return False
    return before >= LOW_M and abs(before - now) <= SAME_LEVEL_M


def _can_follow(chain: tuple[StateVector, ...], rival: StateVector) -> bool:
    """Tell whether an aircraft can have flown from one of the last reports to here.

    Not the very last alone: a false place that parts from the true one slowly has been taken for it until they were far apart.
    """
    return any(fixed_at(chain[-1]) - fixed_at(r) <= CHAIN_S and not is_jump(r, rival) for r in chain)


def disputed(rivals: tuple[StateVector, ...], taken: StateVector) -> tuple[StateVector, ...]:
    """Those of ``rivals`` that are not ``taken``, and far from another one: errors of positions are no dispute."""
    return tuple(
        rival
        for rival in rivals
        if rival is not taken
        and any(is_far(rival, other, distance_km(*position(rival), *position(other))) for other in rivals)
    )


def with_disputes(track: Track, context: PollContext, *, is_nowhere: bool) -> Track:
    """The track with where sources say in this poll that it is, and are not believed. ``is_nowhere``: nor is any other."""
    places = context.disputes.places.get(track.icao24)
    if not places:
        return track
    flown_by = context.disputes.flown_by.get(track.icao24)
    if flown_by is None:
        return replace(track, disputed=places, is_undecided=False)
    return replace(track, disputed=places, is_undecided=is_nowhere, flown_by={**track.flown_by, **flown_by})


def settled(track: Track, hearers: Sequence[str]) -> Track:
    """The track after a report of one place: a dispute in which each place can be true ends when all who told them agree."""
    if not track.is_undecided or len(hearers) < 2 or not track.flown_by.keys() <= {*hearers}:
        return track
    return replace(track, disputed=(), is_undecided=False)


def is_disputed(track: Track, report: StateVector) -> bool:
    """Tell whether a report goes on from a place that another source's report spoke against, and not from where it was known.

    One source may be silent in a poll, or fail: what the other says alone is then no truer than it was beside it.
    """
    return any(_goes_on_from(place, track, report) for place in track.disputed)


def in_dispute(track: Track, report: StateVector, hearers: Sequence[str]) -> Track:
    """The track after a report for which `is_disputed` holds: who is said to stand there alone proves nothing, however long.

    Where each place can be true, and one of the ``hearers`` was believed about the flight, the dispute ends when the other place
    is told no more for `DISPUTE_S`.
    """
    if not report.on_ground or (track.is_undecided and not track.flown_by.keys().isdisjoint(hearers)):
        return track
    others = tuple(place for place in track.disputed if not _goes_on_from(place, track, report))
    return replace(track, disputed=(*others, report))


def _goes_on_from(place: StateVector, track: Track, report: StateVector) -> bool:
    longest_s = DISPUTE_S if track.is_undecided else DOUBT_S
    if not 0 <= fixed_at(report) - fixed_at(place) <= longest_s or is_jump(place, report):
        return False
    if not track.reports or track.is_undecided:
        return True
    away_km = distance_km(*position(track.reports[-1]), *position(report))
    return distance_km(*position(place), *position(report)) + LATER_SLACK_KM < away_km


def silent_witnesses(heard_by: Mapping[str, int], hearers: Sequence[str], listening: Sequence[str]) -> tuple[str, ...]:
    """Names of the sources that heard a flight, if one of them is ``listening`` and none is among the ``hearers`` of its landing.

    Then who tells the landing is new to the flight, and may tell what never was. ``heard_by`` is `Track.heard_by` before it.
    Empty: one of them hears it, or none listens.
    """
    newest = max(heard_by.values(), default=0)
    known = {name for name, at in heard_by.items() if newest - at <= SAME_FLIGHT_S}
    is_new = known.isdisjoint(hearers) and not known.isdisjoint(listening)
    return tuple(sorted(known)) if is_new else ()


def came_late(pending: tuple[StateVector, ...], report: StateVector) -> bool:
    """Tell whether a report is no newer than the last of those that are not yet believed, which `worth_of` does not know."""
    return bool(pending) and fixed_at(report) <= fixed_at(pending[-1])


def goes_on_from_doubt(track: Track, report: StateVector) -> bool:
    """Tell whether a report that is possible by now continues a doubted chain, which time alone does not make true."""
    if not track.doubtful or not track.reports:
        return False
    known, doubted = track.reports[-1], track.doubtful[-1]
    return (
        fixed_at(report) - fixed_at(doubted) <= DOUBT_S
        and not is_jump(doubted, report)
        and distance_km(*position(doubted), *position(report)) < distance_km(*position(known), *position(report))
    )


def doubt(track: Track, report: StateVector, context: PollContext) -> Step:
    """Remember a report that cannot follow from the known ones; believe a chain of them over a known track gone quiet."""
    if came_late(track.doubtful, report):
        return Step(track)
    chain = track.doubtful
    chain = (*chain, report) if not chain or not is_jump(chain[-1], report) else (report,)
    chain = (chain[0], *chain[1:][-(CHAIN - 1) :])
    doubting = replace(track, doubtful=chain)
    visit, flies = track.visit, not any(r.on_ground for r in chain)
    lasts = fixed_at(chain[-1]) - fixed_at(chain[0]) >= CHAIN_S
    if len(chain) < CHAIN or not (lasts or (flies and visit is None)):
        return Step(doubting)
    if flies and (visit is None or visit.landing is None):
        gone = () if visit is None else (replace(visit, retracted_at=context.now),)
        return Step(_as_begun(track, chain, context.airports), (), gone)
    if not flies and visit is None:
        found = replace(track, phase="unknown", reports=Reports(), touchdown=chain[-1:], doubtful=(), origin=None)
        return touch_down(found, context)
    return Step(doubting)


def _as_begun(track: Track, chain: tuple[StateVector, ...], airports: Airports) -> Track:
    """The track of a flight that begins with these reports; nothing is kept of the flight before."""
    begun = replace(
        track,
        visit=None,
        reports=Reports(),
        touchdown=(),
        doubtful=(),
        homes=(),
        circuit=None,
        origin=None,
        fastest_ms=0.0,
        highest_m=0.0,
        dipped_m=None,
        passes=0,
    )
    for report in chain:
        begun = fly_on(begun, report, airports)
    return begun
