"""What several sources say of one moment, as one look at the sky. Pure.

Each poll is one source's answer, judged by itself before. Here they become the one that the tracker gets: clocks that are wrong
are put right (`aligned`), and the reports of one airframe become one (`merged`).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.flyable import MAX_SPEED_MS
from flightwatch.core.geo import MOST_KM_PER_DEGREE, distance_km
from flightwatch.core.model import Coverage, Icao24, Identity, Poll, StateVector, seconds

WRONG_CLOCK: Final = timedelta(seconds=60)
"""Difference from the first source's time from which a clock is wrong. Less is the time that reports need to come through, and
is told truly."""

FILLS_S = 15
"""How much older a report may be that fills in what another does not tell, s: OpenSky keeps a value as long."""

AT_ONCE_S = 15
"""Time between two positions up to which they are of about the same time, s."""

COMPARED_S = 300
"""Time between two positions up to which they are compared, s: OpenSky serves a position for five minutes. What is older tells
where it was."""

SLACK_KM = 5.0
"""Error of two positions of about the same time beyond what speed explains, km: whole seconds, MLAT, and delays that sources do
not tell."""

LATER_SLACK_KM = 25.0
"""The same of positions further apart in time, km: a clock may be wrong by `WRONG_CLOCK`, in which an airliner flies 20 km."""

HIGHEST_FIELD_M, SINK_MS = 4500.0, 25.0
"""Nobody lands higher, m: the highest airport with airliners, Daocheng Yading, is at 4,411 m. And the fastest mean way down, m/s
(5,000 ft a minute): who was higher a moment ago is not on the ground."""

CONTRADICTS_S = 10
"""Time between two reports of which one says that it is on the ground and one that it flies, s, up to which they contradict each
other: later it has touched down or taken off."""

FLIES_MS = 110.0
"""Ground speed at which nobody is on the ground, m/s: airliners touch down at 60 to 80."""

HEARS_S = 60
"""How much older a source's last message may be than the newest for it to be heard there as well, s. OpenSky serves rows for five
minutes after it: an old row is silence."""

_ADSB = 0
"""``position_source`` of what the aircraft says itself, which weighs more than where others work out that it is."""

_NOTHING_KNOWN = (None, 0, 1)
"""Categories that say nothing."""

_FILLED: Final = (
    *("callsign", "origin_country", "baro_altitude", "velocity", "true_track", "vertical_rate"),
    *("geo_altitude", "squawk", "spi"),
)
"""Fields that are taken from another report where they are null. A position, its time and its source stay together."""


class Aligned(Struct, frozen=True):
    """Polls whose clocks agree."""

    polls: tuple[Poll, ...]
    moved_s: dict[str, int]
    """Sources whose clock is wrong: by how many seconds their instants were moved, positive later."""


def aligned(polls: Sequence[Poll], moved_s: Mapping[str, int] = {}) -> Aligned:
    """Put right the clocks that are off by more than `WRONG_CLOCK` from the first poll's. There is at least one poll.

    ``moved_s`` is `Aligned.moved_s` of the poll before: who had a wrong clock then tells no time now. Where nobody else is heard
    any more, the first is moved as it was then.
    """
    sound = list(polls)
    leader = next((poll for poll in polls if moved_s.keys().isdisjoint(poll.sources)), None)
    now = polls[0].at + timedelta(seconds=moved_s[polls[0].sources[0]]) if leader is None else leader.at
    moved: dict[str, int] = {}
    for place, poll in enumerate(polls):
        off = now - poll.at
        if abs(off) > WRONG_CLOCK:
            moved |= dict.fromkeys(poll.sources, seconds(off))
            sound[place] = replace(
                poll,
                at=poll.at + off,
                vectors=tuple(_later(vector, seconds(off)) for vector in poll.vectors),
            )
    return Aligned(tuple(sound), moved)


def merged(polls: Sequence[Poll]) -> Poll:
    """Join polls of one moment, at least one, each of other sources, whose clocks agree. One alone stays as it is.

    Of an airframe the newest position counts, with the newest ``last_contact``; what it does not tell is filled in from reports
    that are hardly older. Who is said to be at two places at once is in `Poll.rivals`. In what order the polls come does not
    matter: names, airframes and boxes are in order.
    """
    if len(polls) == 1:
        return polls[0]
    polls = sorted(polls, key=lambda poll: poll.sources)
    sources = tuple(sorted({name for poll in polls for name in poll.sources}))
    every = {icao24: (_places([report for report, _ in r]), r) for icao24, r in sorted(_reports(polls).items())}
    rivals = {icao24: each for icao24, each in every.items() if len(each[0]) > 1}
    hearers = {icao24: _hearers(reports) for icao24, (_, reports) in every.items()}
    return Poll(
        at=max(poll.at for poll in polls),
        vectors=tuple(places[0][0] for icao24, (places, _) in every.items() if icao24 not in rivals),
        coverage=_all_asked([poll.coverage for poll in polls]),
        skipped=sum(poll.skipped for poll in polls),
        unfit=frozenset().union(*(poll.unfit for poll in polls)) - every.keys(),
        answered=tuple(answered for poll in polls for answered in poll.answered),
        sources=sources,
        heard_by={icao24: who for icao24, who in hearers.items() if who != sources},
        rivals={icao24: tuple(place for place, _ in places) for icao24, (places, _) in rivals.items()},
        rivals_by={icao24: _tellers(*each) for icao24, each in rivals.items()},
        flying=frozenset().union(
            *(poll.flying for poll in polls),
            (icao24 for icao24, (places, reports) in every.items() if _is_heard_flying(places, reports)),
        ),
        identities=_identities(polls),
        tells_of_others=all(poll.tells_of_others for poll in polls),
    )


def _later(vector: StateVector, by_s: int) -> StateVector:
    position_at = vector.time_position
    return replace(
        vector,
        time_position=None if position_at is None else position_at + by_s,
        last_contact=vector.last_contact + by_s,
    )


_Reports = list[tuple[StateVector, tuple[str, ...]]]
"""Reports of one airframe, each with who heard it."""

_Places = tuple[tuple[StateVector, Sequence[StateVector]], ...]
"""A report for each place, with those that say so."""


def _reports(polls: Sequence[Poll]) -> dict[Icao24, _Reports]:
    found: dict[Icao24, _Reports] = {}
    for poll in polls:
        for vector, names in _all_vectors(poll):
            found.setdefault(vector.icao24, []).append((vector, names))
    return found


def _all_vectors(poll: Poll) -> Iterator[tuple[StateVector, tuple[str, ...]]]:
    for vector in poll.vectors:
        yield vector, poll.heard_by.get(vector.icao24, poll.sources)
    for icao24, places in poll.rivals.items():
        names = poll.heard_by.get(icao24, poll.sources)
        yield from zip(places, poll.rivals_by.get(icao24, (names,) * len(places)), strict=True)


def _hearers(reports: _Reports) -> tuple[str, ...]:
    newest = max(report.last_contact for report, _ in reports)
    return tuple(
        sorted({name for report, names in reports if newest - report.last_contact <= HEARS_S for name in names})
    )


def places_of(reports: Sequence[StateVector]) -> tuple[StateVector, ...]:
    """One report for each place that the airframe is said to be at, that of the newest position first; nearly always one."""
    return tuple(place for place, _ in _places(reports))


def _places(reports: Sequence[StateVector]) -> _Places:
    if len(reports) == 1:
        return ((reports[0], reports),)
    placed = sorted(filter(_has_position, reports), key=_position_at, reverse=True)
    unplaced = [report for report in reports if not _has_position(report)]
    if not placed:
        return ((_one(unplaced), unplaced),)
    groups: list[list[StateVector]] = []
    for report in placed:
        group = next((group for group in groups if not _is_elsewhere(group[0], report)), None)
        if group is None:
            groups.append([report])
        else:
            group.append(report)
    return tuple((_one([*group, *unplaced]), group) for group in groups)


def _tellers(places: _Places, reports: _Reports) -> tuple[tuple[str, ...], ...]:
    """Names of those who say so of each place."""
    return tuple(_hearers([each for each in reports if each[0] in near]) for _, near in places)


def _is_heard_flying(places: _Places, reports: _Reports) -> bool:
    """Tell whether one of the reports, without a position, is of flight when the only place is one on the ground."""
    down = places[0][0]
    return (
        len(reports) > len(places) == 1
        and down.on_ground
        and any(
            not (report.on_ground or _has_position(report))
            and (report.velocity or 0.0) >= FLIES_MS
            and down.last_contact - report.last_contact <= CONTRADICTS_S
            for report, _ in reports
        )
    )


def _one(reports: Sequence[StateVector]) -> StateVector:
    """One report of several that agree where the airframe is; those with a position first, of which the newest first."""
    best = _best(reports)
    changes: dict[str, object] = {}
    last_contact = max(report.last_contact for report in reports)
    if last_contact != best.last_contact:
        changes["last_contact"] = last_contact
    rest = sorted(
        (r for r in reports if r is not best and best.last_contact - r.last_contact <= FILLS_S),
        key=lambda report: report.last_contact,
        reverse=True,
    )
    for other in rest:
        for name in _FILLED:
            if getattr(best, name) is None and name not in changes and getattr(other, name) is not None:
                changes[name] = getattr(other, name)
        if best.category in _NOTHING_KNOWN and "category" not in changes and other.category not in _NOTHING_KNOWN:
            changes["category"] = other.category
    return replace(best, **changes) if changes else best


def _best(reports: Sequence[StateVector]) -> StateVector:
    """The report whose position counts: the newest, or where one says "on the ground" and one "flying", the heaviest of these."""
    if not _has_position(reports[0]):
        return max(reports, key=lambda report: report.last_contact)
    newest = _position_at(reports[0])
    at_once = [r for r in reports if _has_position(r) and newest - _position_at(r) <= CONTRADICTS_S]
    if len({report.on_ground for report in at_once}) > 1:
        return max(at_once, key=lambda r: (r.position_source == _ADSB, _position_at(r), r.last_contact))
    return max(at_once, key=lambda r: (_position_at(r), r.position_source == _ADSB, r.last_contact))


def _has_position(report: StateVector) -> bool:
    return report.latitude is not None and report.longitude is not None and report.time_position is not None


def _position_at(report: StateVector) -> int:
    return report.time_position or 0


def is_far(a: StateVector, b: StateVector, apart_km: float) -> bool:
    """Tell whether reports with positions that are ``apart_km`` from each other disagree by more than clocks and errors do."""
    return apart_km > LATER_SLACK_KM or _is_above(a, b) or _is_above(b, a)


def _is_above(flying: StateVector, down: StateVector) -> bool:
    """Tell whether one is too high to have come down to where the other stands, or to have come from there."""
    if flying.on_ground or not down.on_ground or flying.baro_altitude is None:
        return False
    apart_s = abs(_position_at(flying) - _position_at(down)) + seconds(WRONG_CLOCK)
    return flying.baro_altitude > max(HIGHEST_FIELD_M, down.baro_altitude or 0.0) + SINK_MS * apart_s


def _is_elsewhere(a: StateVector, b: StateVector) -> bool:
    """Tell whether no aircraft can be at both places in the time between, where both were told lately."""
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return False
    apart_s = abs(_position_at(a) - _position_at(b))
    if apart_s > COMPARED_S:
        return False
    if a.on_ground != b.on_ground and (_is_above(a, b) or _is_above(b, a)):
        return True
    reach_km = MAX_SPEED_MS * apart_s / 1000 + (SLACK_KM if apart_s <= AT_ONCE_S else LATER_SLACK_KM)
    if (abs(a.latitude - b.latitude) + abs(a.longitude - b.longitude)) * MOST_KM_PER_DEGREE <= reach_km:
        return False  # most reports: no need to measure
    return distance_km(a.latitude, a.longitude, b.latitude, b.longitude) > reach_km


def _all_asked(coverages: Sequence[Coverage]) -> Coverage:
    boxes = {box for coverage in coverages for box in coverage.boxes}
    return Coverage(
        world=any(coverage.world for coverage in coverages),
        icao24s=frozenset().union(*(coverage.icao24s for coverage in coverages)),
        boxes=tuple(sorted(boxes, key=lambda box: (box.lat_min, box.lon_min, box.lat_max, box.lon_max))),
        circles=tuple(circle for coverage in coverages for circle in coverage.circles),
    )


def _identities(polls: Sequence[Poll]) -> Mapping[Icao24, Identity]:
    known: dict[Icao24, Identity] = {}
    for poll in polls:
        for icao24, said in poll.identities.items():
            before = known.get(icao24)
            known[icao24] = said if before is None else _both(before, said)
    return known


def _both(a: Identity, b: Identity) -> Identity:
    return Identity(a.registration or b.registration, a.type_code or b.type_code, a.is_military or b.is_military)
