"""What readsb, and the services that run it, answered: bytes to rows, and these to state vectors. Pure.

The form is readsb's (wiedehopf/readsb, README-json.md): of a receiver ``{"now": seconds, "aircraft": […]}``, of the services
``{"now": milliseconds, "ac": […]}``, as ADS-B Exchange had it in version 2. Recorded lines are such answers with one more key,
``asked``.
"""

from collections.abc import Iterable
from math import isfinite
from typing import Any

import msgspec
from msgspec import Struct

from flightwatch.core.flyable import believable
from flightwatch.core.model import Icao24, Identity, StateVector
from flightwatch.errors import NEXT_POLL, BadAnswer
from flightwatch.sources.answer import (
    MOST_ROWS,
    Answer,
    Asked,
    Speaker,
    excerpt,
    instant_s,
    is_icao24,
    is_misread,
    kind_of,
    loaded,
    too_many_rows,
    unfit_of,
)
from flightwatch.sources.readsb_row import MILITARY, Row, vector_of

MOST_COMMAS = 80
"""Commas in a row: readsb has 60 keys, and lists of which of them come from MLAT and TIS-B."""

_MILLISECONDS = 1e11
"""What is larger is no time in seconds (it would be in the year 5138), but in milliseconds."""

_NOT_ICAO = "~"
"""How an address begins that is none of ICAO's: made up by a ground station, or anonymous."""


class _Wire(Struct):
    now: float
    ac: list[Row] | None = None
    aircraft: list[Row] | None = None
    asked: Asked | None = None


_DECODER = msgspec.json.Decoder(_Wire)


def decode(raw: bytes, speaker: Speaker) -> Answer:
    """Read ``raw``, JSON as readsb documents it.

    Instants are ``now`` less the age that is told. ``null`` instead of a list means that nothing matched. A row whose address is
    not ICAO's is left out and not counted; one that does not fit is counted. A position that its own aircraft does not vouch for
    (jamming) is left out, and its row stays, as it does where a value is left out that no aircraft can have. Raises `BadAnswer`
    when ``raw`` is no such JSON object, its ``now`` is no instant, or it holds more than `MOST_ROWS` rows' worth of values.
    """
    if raw.count(b",") > MOST_ROWS * MOST_COMMAS:
        raise too_many_rows(speaker)
    try:
        wire = _DECODER.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _decode_row_by_row(raw, speaker)
    if wire.ac is None and wire.aircraft is None:
        return _decode_row_by_row(raw, speaker)  # which tells null from nothing
    rows = wire.aircraft if wire.ac is None else wire.ac
    return _answer(_Rows(wire.now, rows or [], 0, (), wire.asked), speaker)


class _Rows(Struct):
    """What could be read of an answer."""

    now: object
    read: list[Row]
    unread: int
    keys: tuple[str, ...]
    """Addresses of rows that could not be read."""
    asked: Asked | None


def _answer(rows: _Rows, speaker: Speaker) -> Answer:
    now = rows.now / 1000 if isinstance(rows.now, int | float) and rows.now > _MILLISECONDS else rows.now
    time = instant_s(now, speaker)
    now = float(now)  # type: ignore[arg-type] # instant_s takes nothing but numbers
    vectors: list[StateVector] = []
    identities: dict[Icao24, Identity] = {}
    counted, keys = rows.unread, list(rows.keys)
    for row in rows.read:
        if row.hex.startswith(_NOT_ICAO):
            continue
        counted += 1
        icao24 = row.hex.lower()
        vector = vector_of(icao24, row, now) if is_icao24(icao24) else None
        if vector is None:
            keys.append(icao24)
            continue
        vectors.append(vector)
        if row.r or row.t or row.flags & MILITARY:
            identities[icao24] = Identity(row.r or None, row.t or None, bool(row.flags & MILITARY))
    if is_misread(vectors, time):
        return Answer(time, (), counted, rows.asked)
    unfit = unfit_of(keys, vectors) if keys else frozenset()
    return Answer(time, believable(vectors), counted - len(vectors), rows.asked, unfit=unfit, identities=identities)


def _decode_row_by_row(raw: bytes, speaker: Speaker) -> Answer:
    """Read an answer in which something does not fit: slowly, and losing only that."""
    whole = loaded(raw, speaker)
    found = [whole[key] for key in ("ac", "aircraft") if key in whole]
    rows = found[0] if found else ...
    if rows is None:
        rows = []
    if not isinstance(rows, list):
        said = whole.get("msg", whole.get("message"))
        reason = f" and {excerpt(said)!r}" if isinstance(said, str) and rows is ... else ""
        what = f"no aircraft{reason}" if rows is ... else f"{kind_of(rows)} for aircraft"
        raise BadAnswer(f"{speaker.name} answered with {what} where a list is documented; {NEXT_POLL}")
    try:
        asked = msgspec.convert(whole.get("asked"), Asked | None)
    except msgspec.ValidationError as error:
        raise BadAnswer(f"the recorded line's 'asked' cannot be read ({error}); record it anew") from error
    read = [each for row in rows if (each := _row(row)) is not None]
    unread = sum(not _is_foreign(row) for row in rows) - sum(not each.hex.startswith(_NOT_ICAO) for each in read)
    keys = {each.hex for each in read}
    lost = tuple(key for key in _addresses(rows) if key not in keys)
    return _answer(_Rows(whole.get("now"), read, unread, lost, asked), speaker)


def _row(row: Any) -> Row | None:
    """Read one row; None when it does not fit."""
    try:
        read = msgspec.convert(row, Row)
        # json.loads lets lone surrogates through, which no output could carry.
        f"{read.flight}{read.squawk}{read.r}{read.t}".encode()
    except (msgspec.ValidationError, UnicodeEncodeError):
        return None
    # A sum is finite only if each of its terms is.
    numbers = (read.gs, read.track, read.calc_track, read.true_heading, read.baro_rate, read.geom_rate, read.alt_geom)
    where = (read.lat, read.lon, read.seen, read.seen_pos)
    height = read.alt_baro if isinstance(read.alt_baro, float) else 0.0
    return read if isfinite(sum(filter(None, (*numbers, *where, height)))) else None


def _addresses(rows: Iterable[Any]) -> Iterable[str]:
    return (row["hex"] for row in rows if isinstance(row, dict) and isinstance(row.get("hex"), str))


def _is_foreign(row: Any) -> bool:
    """Tell whether a row, whatever it is, has an address that is not ICAO's."""
    return isinstance(row, dict) and str(row.get("hex")).startswith(_NOT_ICAO)
