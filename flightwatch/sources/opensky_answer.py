"""What ``/states/all`` answered: bytes to state vectors, and the answers of one cycle to one poll. Pure.

A row that does not fit OpenSky's documented form is left out and counted; an answer that does not fit is a
`BadAnswer`. `listening` judges whether too many rows are left out for the answer to say anything. Recorded lines are such
answers with one more key, ``asked`` (see `Asked`).
"""

import json
import re
from collections.abc import Iterable, Sequence
from math import inf, isfinite
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.flyable import believable, is_as_documented
from flightwatch.core.model import Answered, Box, Icao24, Poll, Query, StateVector, instant
from flightwatch.errors import NEXT_POLL, BadAnswer
from flightwatch.planning.budget import coverage_of

LATEST_S = 4_102_444_800
"""Unix seconds of 1 January 2100: an instant from there on is garbage, or milliseconds."""

_CODE_LIMIT = 2**31
"""Enumerations and receiver numbers beyond 32 bits are garbage, and could not be stored."""

_LONGEST_INTEGER = 20
"""Digits. Longer numbers fit no field; thousands of digits take Python's int() quadratic time."""

SAMPLE, LEAST_SAMPLE = 500, 10
"""Most rows that are looked at for whether their columns can mean what is documented, and the fewest that tell: one transponder
may send anything."""

MOST_ROWS = 50_000
"""Rows in an answer that is read: four times what OpenSky hears at its busiest."""

_EXCERPT = 60
"""Characters of an unusable answer that a message shows."""

_KINDS = {type(None): "null", list: "a list", dict: "an object", str: "a string", bool: "a truth value"}

_INSTANTS, _CODES = (
    frozenset(map(StateVector.__struct_fields__.index, names))
    for names in (("time_position", "last_contact"), ("position_source", "category"))
)
"""Columns that hold Unix seconds, and enumerations."""

_is_icao24 = re.compile(r"[0-9a-f]{6}").fullmatch


class Asked(Struct, frozen=True):
    """What a recorded line was the answer to, under the key ``asked``."""

    poll: str
    """The cycle it belongs to; neighbouring lines with the same value are one poll."""
    icao24: tuple[Icao24, ...] = ()
    box: Box | None = None
    """``[lat_min, lon_min, lat_max, lon_max]``. Neither icao24 nor box: the whole world."""


class Answer(Struct, frozen=True):
    """One answer of ``/states/all``."""

    time: int
    """Unix seconds the state vectors belong to, as the source says."""
    vectors: tuple[StateVector, ...]
    """Empty when nothing matched. Every icao24 is lower-case hex, every number finite."""
    skipped: int
    """Rows left out because they do not fit the documented form."""
    asked: Asked | None = None
    """Recorded lines only; None when the line does not say, and always for OpenSky itself."""
    unfit: frozenset[Icao24] = frozenset()
    """The airframes of the rows left out, where they could be read."""


class _Wire(Struct):
    time: int
    states: list[StateVector] | None
    asked: Asked | None = None


_DECODER = msgspec.json.Decoder(_Wire)


def decode(raw: bytes) -> Answer:
    """Read ``raw``, JSON as OpenSky documents it (openskynetwork/opensky-api, docs/free/rest.rst).

    ``states: null`` means that nothing matched. Columns after the 18th are ignored, and instants may be fractions, which are
    cut to seconds. Where the columns of most rows cannot mean what is documented, no row is believed. Raises `BadAnswer` when
    ``raw`` is no such JSON object, its ``time`` is no instant, or it holds more than `MOST_ROWS` rows' worth of values. A value
    that no aircraft can have is left out, and its row stays.
    """
    if raw.count(b",") > MOST_ROWS * len(
        StateVector.__struct_fields__
    ):  # each would cost memory and time before it is refused
        raise BadAnswer(f"OpenSky answered with more than {MOST_ROWS:,} rows; {NEXT_POLL}")
    try:
        wire = _DECODER.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _decode_row_by_row(raw)
    rows, time = wire.states or [], _instant_s(wire.time)
    vectors = tuple(_sound(rows))
    if _is_misread(vectors, time):
        return Answer(time, (), len(rows), wire.asked)
    unfit = _unfit((row.icao24 for row in rows), vectors) if len(vectors) < len(rows) else frozenset()
    return Answer(time, believable(vectors), len(rows) - len(vectors), wire.asked, unfit)


def merge(answers: Sequence[tuple[Query, Answer]]) -> Poll:
    """Join the answers to all queries of one cycle, at least one, to one look at the sky.

    Of several vectors of one airframe the newest ``last_contact`` stays. ``at`` is the latest ``time``.
    """
    newest: dict[Icao24, StateVector] = {}
    for _, answer in answers:
        for vector in answer.vectors:
            held = newest.setdefault(vector.icao24, vector)
            if vector.last_contact > held.last_contact:
                newest[vector.icao24] = vector
    return Poll(
        at=instant(max(answer.time for _, answer in answers)),
        vectors=tuple(newest.values()),
        coverage=coverage_of([query for query, _ in answers]),
        skipped=sum(answer.skipped for _, answer in answers),
        unfit=frozenset(icao24 for _, answer in answers for icao24 in answer.unfit if icao24 not in newest),
        answered=tuple(
            Answered(query, len(answer.vectors) + answer.skipped, answer.skipped) for query, answer in answers
        ),
    )


def _sound(vectors: Iterable[StateVector]) -> Iterable[StateVector]:
    """Keep the vectors whose key and integers are sound, which their types cannot say; put keys in lower case."""
    for vector in vectors:
        if not (
            0 <= vector.last_contact < LATEST_S
            and 0 <= (vector.time_position or 0) < LATEST_S
            and -_CODE_LIMIT < (vector.position_source or 0) < _CODE_LIMIT
            and -_CODE_LIMIT < (vector.category or 0) < _CODE_LIMIT
            and (vector.sensors is None or all(-_CODE_LIMIT < sensor < _CODE_LIMIT for sensor in vector.sensors))
        ):
            continue
        if _is_icao24(vector.icao24):
            yield vector
        elif _is_icao24(lowered := vector.icao24.lower()):
            yield replace(vector, icao24=lowered)


def _unfit(keys: Iterable[str], vectors: Sequence[StateVector]) -> frozenset[Icao24]:
    """The airframes among ``keys`` that have no vector."""
    kept = {vector.icao24 for vector in vectors}
    return frozenset(key for k in keys if _is_icao24(key := k.lower()) and key not in kept)


def _is_misread(vectors: Sequence[StateVector], time: int) -> bool:
    """Tell whether the columns of most rows cannot mean what is documented: one was inserted, dropped or moved."""
    sample = vectors[:: max(1, len(vectors) // SAMPLE)]
    return len(sample) >= LEAST_SAMPLE and 2 * sum(not is_as_documented(vector, time) for vector in sample) > len(
        sample
    )


def _decode_row_by_row(raw: bytes) -> Answer:
    """Read an answer in which something does not fit: slowly, and losing only that."""
    try:
        # utf-8-sig drops a byte order mark; one bad byte must not cost the whole answer.
        whole = json.loads(raw.decode("utf-8-sig", "replace"), parse_int=_integer)
    except (ValueError, RecursionError) as error:
        raise BadAnswer(_what_came(raw, error)) from error
    if not isinstance(whole, dict):
        raise BadAnswer(f"OpenSky answered with {_kind(whole)} where an object is documented; {NEXT_POLL}")
    time = _instant_s(whole.get("time"))
    rows = whole.get("states", ...)
    if rows is None:
        rows = []
    if not isinstance(rows, list):
        what = "no states" if rows is ... else f"{_kind(rows)} for states"
        raise BadAnswer(f"OpenSky answered with {what} where a list is documented; {NEXT_POLL}")
    try:
        asked = msgspec.convert(whole.get("asked"), Asked | None)
        msgspec.json.encode(asked)  # json.loads lets lone surrogates through, which could not be kept
    except (msgspec.ValidationError, UnicodeEncodeError) as error:
        raise BadAnswer(f"the recorded line's 'asked' cannot be read ({error}); record it anew") from error
    vectors = tuple(_sound(vector for row in rows if (vector := _vector(row)) is not None))
    if _is_misread(vectors, time):
        return Answer(time, (), len(rows), asked)
    keys = (row[0] for row in rows if isinstance(row, list) and row and isinstance(row[0], str))
    return Answer(time, believable(vectors), len(rows) - len(vectors), asked, _unfit(keys, vectors))


def _vector(row: Any) -> StateVector | None:
    """Read one row; None when it does not fit."""
    if isinstance(row, list):
        row = [_whole(value, number) if isinstance(value, float) else value for number, value in enumerate(row)]
    try:
        vector = msgspec.convert(row, StateVector)
        # json.loads lets lone surrogates through, which no output could carry.
        f"{vector.callsign}{vector.origin_country}{vector.squawk}".encode()
    except (msgspec.ValidationError, UnicodeEncodeError):
        return None
    # A sum is finite only if each of its terms is.
    numbers = (
        vector.longitude,
        vector.latitude,
        vector.baro_altitude,
        vector.velocity,
        vector.true_track,
        vector.vertical_rate,
        vector.geo_altitude,
    )
    return vector if isfinite(sum(filter(None, numbers))) else None


def _whole(value: float, column: int) -> float | int:
    """Cut the fraction of a second off an instant, as OpenSky's archive has it, and read 4.0 as a code; others stay."""
    if (column in _INSTANTS and isfinite(value)) or (column in _CODES and value.is_integer()):
        return int(value)
    return value


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST_INTEGER else inf


def _instant_s(time: object) -> int:
    if isinstance(time, float) and isfinite(time):
        time = int(time)
    if type(time) is int and 0 < time < LATEST_S:
        return time
    what = "no time" if time is None else f"the time {_excerpt(str(time))!r}"
    raise BadAnswer(f"OpenSky answered with {what} where Unix seconds are documented; {NEXT_POLL}")


def _kind(value: object) -> str:
    return _KINDS.get(type(value), "a number")


def _what_came(raw: bytes, error: Exception) -> str:
    start = _excerpt(raw[: 8 * _EXCERPT].decode("utf-8-sig", "replace"))
    if not start:
        return f"OpenSky answered with nothing; {NEXT_POLL}"
    if start.startswith("<"):
        return (
            f"OpenSky answered with HTML, not JSON (first characters: {start}); look for a log-in page on this "
            "network, check FLIGHTWATCH_OPENSKY_URL"
        )
    if isinstance(error, RecursionError):
        return f"OpenSky answered with JSON nested too deep to read; {NEXT_POLL}"
    what = "JSON that is cut short or garbled" if start.startswith("{") else "something that is not JSON"
    return f"OpenSky answered with {what} ({len(raw)} bytes, first characters: {start}); {NEXT_POLL}"


def _excerpt(text: str) -> str:
    """Cut hostile text to its beginning, on one line, without control and formatting characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: 8 * _EXCERPT]).split())
    return line if len(line) <= _EXCERPT else line[:_EXCERPT] + "…"
