"""What ``/states/all`` answered: bytes to state vectors. Pure.

A row that does not fit OpenSky's documented form is left out and counted; an answer that does not fit is a
`BadAnswer`. `listening` judges whether too many rows are left out for the answer to say anything. Recorded lines are such
answers with one more key, ``asked`` (see `answer.Asked`).
"""

from collections.abc import Iterable, Sequence
from math import isfinite
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.flyable import believable
from flightwatch.core.model import OPENSKY, StateVector
from flightwatch.errors import NEXT_POLL, BadAnswer
from flightwatch.sources.answer import (
    LATEST_S,
    MOST_ROWS,
    Answer,
    Asked,
    Speaker,
    instant_s,
    is_icao24,
    is_misread,
    kind_of,
    loaded,
    too_many_rows,
    unfit_of,
)

_OPENSKY = Speaker(OPENSKY, "FLIGHTWATCH_OPENSKY_URL")

_CODE_LIMIT = 2**31
"""Enumerations and receiver numbers beyond 32 bits are garbage, and could not be stored."""

_INSTANTS, _CODES = (
    frozenset(map(StateVector.__struct_fields__.index, names))
    for names in (("time_position", "last_contact"), ("position_source", "category"))
)
"""Columns that hold Unix seconds, and enumerations."""


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
    if raw.count(b",") > MOST_ROWS * len(StateVector.__struct_fields__):
        raise too_many_rows(_OPENSKY)
    try:
        wire = _DECODER.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _decode_row_by_row(raw)
    rows, time = wire.states or [], instant_s(wire.time, _OPENSKY)
    vectors = tuple(_sound(rows))
    if is_misread(vectors, time):
        return Answer(time, (), len(rows), wire.asked)
    unfit = unfit_of((row.icao24 for row in rows), vectors) if len(vectors) < len(rows) else frozenset()
    return Answer(time, believable(vectors), len(rows) - len(vectors), wire.asked, unfit)


def vectors_of(rows: Sequence[Sequence[Any]]) -> list[StateVector | None]:
    """What `decode` would make of each row, the values of a `StateVector` in their order; None: it would leave it out."""
    try:
        vectors: list[StateVector | None] = [*_sound(msgspec.convert(rows, list[StateVector]))]
    except msgspec.ValidationError:
        vectors = []
    if len(vectors) < len(rows):
        read = (_vector([*row]) for row in rows)
        vectors = [None if vector is None else next(iter(_sound((vector,))), None) for vector in read]
    believed = iter(believable(vector for vector in vectors if vector is not None))
    return [None if vector is None else next(believed) for vector in vectors]


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
        if is_icao24(vector.icao24):
            yield vector
        elif is_icao24(lowered := vector.icao24.lower()):
            yield replace(vector, icao24=lowered)


def _decode_row_by_row(raw: bytes) -> Answer:
    """Read an answer in which something does not fit: slowly, and losing only that."""
    whole = loaded(raw, _OPENSKY)
    time = instant_s(whole.get("time"), _OPENSKY)
    rows = whole.get("states", ...)
    if rows is None:
        rows = []
    if not isinstance(rows, list):
        what = "no states" if rows is ... else f"{kind_of(rows)} for states"
        raise BadAnswer(f"OpenSky answered with {what} where a list is documented; {NEXT_POLL}")
    try:
        asked = msgspec.convert(whole.get("asked"), Asked | None)
        msgspec.json.encode(asked)  # json.loads lets lone surrogates through, which could not be kept
    except (msgspec.ValidationError, UnicodeEncodeError) as error:
        raise BadAnswer(f"the recorded line's 'asked' cannot be read ({error}); record it anew") from error
    vectors = tuple(_sound(vector for row in rows if (vector := _vector(row)) is not None))
    if is_misread(vectors, time):
        return Answer(time, (), len(rows), asked)
    keys = (row[0] for row in rows if isinstance(row, list) and row and isinstance(row[0], str))
    return Answer(time, believable(vectors), len(rows) - len(vectors), asked, unfit_of(keys, vectors))


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
