"""Where one airframe flew in a day, as readsb keeps it (``trace_full_<icao24>.json``): bytes to looks at the sky. Pure.

The form is readsb's (wiedehopf/readsb, README-json.md, "trace jsons"): ``{"icao", "timestamp", "r", "t", "dbFlags", "trace"}``
with a list for each point: seconds after ``timestamp``, latitude, longitude, feet or ``"ground"``, knots, degrees, flags, feet a
minute, what else was known or null; in newer files also the kind of source, geometric feet, geometric feet a minute, and more.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Raw, Struct

from flightwatch.core.flyable import believable
from flightwatch.core.model import Coverage, Icao24, Identity, Poll, StateVector, instant
from flightwatch.core.spans import DAY_S
from flightwatch.errors import BadAnswer
from flightwatch.sources.answer import LATEST_S, excerpt, is_icao24
from flightwatch.sources.readsb_row import MILITARY, Row, vector_of

SOURCE: Final = "readsb trace"
"""What is told to have heard an airframe: a trace does not say whose receivers it comes from."""

LOOK_S: Final = 60
"""Time between two looks, s: the tracker gets the newest point of each."""

MOST_POINTS: Final = 100_000
"""Points in a trace that is read: more than one a second. readsb keeps some 2,500 a day of an airliner."""

MOST_COMMAS: Final = 20
"""Commas a point, on average: a real day of an airliner has 19.3."""

LONGEST_S: Final = 2 * 86_400
"""Time that a trace may span, s. readsb writes a UTC day, or the last 24 hours."""

MOST_UNREADABLE: Final = 1 / 2
"""Share of a trace's points that may be unreadable: where more are, their form has changed."""

_STALE, _NEW_LEG, _GEOMETRIC_HEIGHT = 1, 2, 8
"""Bits of a point's flags. The first says that no position came in the 20 s before. Where it is not set, positions came since the
point before, and readsb left them out as they add nothing."""


class _Details(Struct, rename={"lost_gps": "gpsOkBefore"}):
    """What else was known at a point: of an aircraft's row what a point has no column for."""

    type: str | None = None
    flight: str | None = None
    squawk: str | None = None
    emergency: str | None = None
    category: str | None = None
    nic: int | None = None
    nac_p: int | None = None
    version: int | None = None
    lost_gps: float | None = None


class _Point(Struct, array_like=True):
    after_s: Annotated[float, Meta(ge=0, le=LONGEST_S)]
    lat: Annotated[float, Meta(ge=-90, le=90)]
    lon: Annotated[float, Meta(ge=-180, le=180)]
    height: float | Literal["ground"] | None
    gs: float | None
    track: float | None
    flags: int
    rate: float | None = None
    details: _Details | None = None
    type: str | None = None
    alt_geom: float | None = None
    geom_rate: float | None = None


class _Wire(Struct, rename={"flags": "dbFlags"}):
    icao: str
    timestamp: float
    trace: list[Raw]
    r: str | None = None
    t: str | None = None
    flags: int = 0


class _Beginning(Struct):
    icao: str
    timestamp: float


_DECODER = msgspec.json.Decoder(_Wire)
_BEGINNING = msgspec.json.Decoder(_Beginning)
_POINT = msgspec.json.Decoder(_Point)


class Trace(Struct, frozen=True):
    """What one trace tells, by the minute."""

    icao24: Icao24
    began: int
    """Unix seconds of the first look that it can hold."""
    looks: Mapping[int, StateVector | None]
    """By Unix seconds, `LOOK_S` apart and in their order: the newest report of the time since the look before; None: it was
    silent. A look that is missing tells nothing, as where points were left out because they add nothing."""
    skipped: int = 0
    """Points that do not fit the documented form, or are out of order."""
    identity: Identity | None = None
    """What the register of who kept it says."""


def begins(raw: bytes) -> float:
    """Unix seconds of the time from which a trace is told. Raises `BadAnswer` as `decode` does."""
    try:
        return _BEGINNING.decode(raw).timestamp
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _unreadable(error) from error


def decode(raw: bytes) -> Trace:
    """Read ``raw``, a trace as readsb documents it, in OpenSky's units.

    One whose ``timestamp`` is midnight UTC is of a whole day, as readsb's ``globe_history`` has it (globe_index.c): where it
    holds nothing the airframe was silent, from the day's beginning to its end. Of another, the last 24 hours of somebody, nobody
    knows when it was written, and it tells nothing after its last point. Raises `BadAnswer`, whose text says what is wrong, when
    ``raw`` is no trace of an airframe, holds too much, or too little that can be read.
    """
    if raw.count(b",") > MOST_POINTS * MOST_COMMAS:
        raise BadAnswer(f"it holds more than {MOST_POINTS:,} points, more than one a second")
    try:
        wire = _DECODER.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _unreadable(error) from error
    icao24 = _icao24(wire.icao)
    if not 0 < wire.timestamp < LATEST_S - LONGEST_S:
        raise BadAnswer("its timestamp is not Unix seconds")
    points = _points(wire)
    skipped = points.count(None)
    if skipped > MOST_UNREADABLE * len(points):
        raise BadAnswer(
            f"{skipped:,} of its {len(points):,} points cannot be read: their form has changed or they are garbled"
        )
    identity = Identity(wire.r or None, wire.t or None, bool(wire.flags & MILITARY))
    looks = dict(_looks(icao24, points, wire.timestamp))
    return Trace(icao24, _look_of(wire.timestamp), looks, skipped, None if identity == _NOBODY else identity)


_NOBODY = Identity(None, None)


def whose(raw: bytes) -> Icao24:
    """The airframe that a trace is of. Raises `BadAnswer` as `decode` does."""
    try:
        return _icao24(_BEGINNING.decode(raw).icao)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _unreadable(error) from error


def together(traces: Sequence[Trace]) -> Trace:
    """Traces of one airframe, at least one, as one: of a minute the newest report counts, of several the first."""
    first, *rest = traces
    if not rest:
        return first
    looks = dict(first.looks)
    for trace in rest:
        for at, report in trace.looks.items():
            known = looks.get(at)
            if known is None or (report is not None and report.last_contact > known.last_contact):
                looks[at] = report
    identity = next((trace.identity for trace in reversed(traces) if trace.identity is not None), None)
    skipped = sum(trace.skipped for trace in traces)
    return Trace(first.icao24, first.began, dict(sorted(looks.items())), skipped, identity)


def silent_day(icao24: Icao24, day: int) -> Trace:
    """What it tells that there is no trace of an airframe of a UTC day, given by its first Unix second: it was silent."""
    return Trace(icao24, day, dict.fromkeys(range(day + LOOK_S, day + DAY_S + 1, LOOK_S)))


def polls(traces: Iterable[Trace], source: str = SOURCE) -> Iterator[Poll]:
    """Looks at the sky, `LOOK_S` apart, of traces that come in the order of `Trace.began`; no more are held than overlap.

    ``source`` is who heard. A look asks about the airframes whose traces tell anything of that minute, and about nobody else.
    It tells nothing of others: readsb leaves points out that add nothing to its trace, so that of those heard in a minute some
    have a point in it and some have none, and it depends on whose traces are at hand. A landing is then the same whatever other
    traces lie beside.
    """
    coming = iter(traces)
    following, held, at = next(coming, None), list[Trace](), 0
    while held or following is not None:
        if not held and following is not None:
            at = max(at, following.began)
        while following is not None and following.began <= at:
            held.append(following)
            following = next(coming, None)
        if (poll := _poll(at, held, source)) is not None:
            yield poll
        at += LOOK_S
        held = [trace for trace in held if trace.looks and next(reversed(trace.looks.keys())) >= at]  # type: ignore[call-overload]


def _poll(at: int, traces: Sequence[Trace], source: str) -> Poll | None:
    """The look at Unix time ``at``; None where no trace tells anything of it."""
    newest: dict[Icao24, StateVector | None] = {}
    identities: dict[Icao24, Identity] = {}
    for trace in traces:
        if at not in trace.looks:
            continue
        report, known = trace.looks[at], newest.get(trace.icao24)
        if known is None or (report is not None and report.last_contact > known.last_contact):
            newest[trace.icao24] = report
        if trace.identity is not None:
            identities[trace.icao24] = trace.identity
    if not newest:
        return None
    return Poll(
        at=instant(at),
        vectors=tuple(report for report in newest.values() if report is not None),
        coverage=Coverage(icao24s=frozenset(newest)),
        sources=(source,),
        identities=identities,
        tells_of_others=False,
    )


def _points(wire: _Wire) -> list[_Point | None]:
    """The points in their order; None for one that cannot be read, or that is before the one before."""
    points: list[_Point | None] = []
    latest_s = 0.0
    for each in wire.trace:
        try:
            point = _POINT.decode(each)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            point = None
        if point is not None and point.after_s < latest_s:
            point = None
        if point is not None:
            latest_s = point.after_s
        points.append(point)
    return points


def _known(points: Iterable[_Point | None]) -> Iterator[tuple[_Details, str | None]]:
    """What else is known at each point, and the callsign: the one holds until more is, the other as long as its flight."""
    known, callsign = _Details(), None
    for point in points:
        if point is not None and point.flags & _NEW_LEG:
            known, callsign = _Details(), None
        if point is not None and point.details is not None:
            known = point.details
            callsign = known.flight or callsign
        yield known, callsign


def _row(icao24: Icao24, point: _Point, known: _Details, callsign: str | None) -> Row:
    """A point as the row of an aircraft that is heard at this moment."""
    is_geometric = bool(point.flags & _GEOMETRIC_HEIGHT) and point.height != "ground"
    geometric = point.height if is_geometric and point.alt_geom is None else point.alt_geom
    return Row(
        hex=icao24,
        type=point.type or known.type,
        flight=callsign,
        alt_baro=None if is_geometric else point.height,
        alt_geom=geometric,  # type: ignore[arg-type]  # a height that is geometric is a number
        gs=point.gs,
        track=point.track,
        baro_rate=point.rate,
        geom_rate=point.geom_rate,
        squawk=known.squawk,
        emergency=known.emergency,
        category=known.category,
        lat=point.lat,
        lon=point.lon,
        nic=known.nic,
        nac_p=known.nac_p,
        version=known.version,
        lost_gps=known.lost_gps,
    )


def _looks(icao24: Icao24, points: Sequence[_Point | None], since: float) -> Iterator[tuple[int, StateVector | None]]:
    """The looks of a trace from ``since`` on, in their order."""
    is_day = since % DAY_S == 0
    before = int(since) if is_day else None  # the last look that tells; None: what follows it is not known
    for number, (point, (known, callsign)) in enumerate(zip(points, _known(points), strict=True)):
        if point is None:
            before = None
            continue
        at = _look_of(since + point.after_s)
        if before is not None and (point.flags & _STALE or number == 0):
            yield from ((silent, None) for silent in range(before + LOOK_S, at, LOOK_S))
        following = points[number + 1] if number + 1 < len(points) else None
        if following is None or _look_of(since + following.after_s) != at:
            report = vector_of(icao24, _row(icao24, point, known, callsign), since + point.after_s)
            yield from ((at, believed) for believed in believable(() if report is None else (report,)))
        before = at
    if is_day and before is not None:
        yield from ((silent, None) for silent in range(before + LOOK_S, int(since) + DAY_S + 1, LOOK_S))


def _look_of(at: float) -> int:
    """Unix seconds of the look that holds a report of ``at``: the whole minute that is not before it."""
    return -int(-at // LOOK_S) * LOOK_S


def _icao24(told: str) -> Icao24:
    icao24 = told.lower()
    if not is_icao24(icao24):
        raise BadAnswer(f"it is of {excerpt(told)!r}, which is no airframe's address")
    return icao24


def _unreadable(error: Exception) -> BadAnswer:
    return BadAnswer(f"it cannot be read as a trace of readsb's, or is cut short ({excerpt(str(error))})")
