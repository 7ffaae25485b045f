"""What a source answered, whatever form it came in: state vectors, and the answers of one cycle as one poll. Pure."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from math import inf, isfinite
from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

from flightwatch.core.flyable import is_as_documented
from flightwatch.core.merging import places_of
from flightwatch.core.model import OPENSKY, Answered, Box, Circle, Icao24, Identity, Poll, Query, StateVector, instant
from flightwatch.errors import NEXT_POLL, BadAnswer
from flightwatch.planning.budget import coverage_of

LATEST_S = 4_102_444_800
"""Unix seconds of 1 January 2100: an instant from there on is garbage, or milliseconds."""

MOST_ROWS = 50_000
"""Rows in an answer that is read: four times what OpenSky hears at its busiest."""

SAMPLE, LEAST_SAMPLE = 500, 10
"""Most rows that are looked at for whether their columns can mean what is documented, and the fewest that tell: one transponder
may send anything."""

_LONGEST_INTEGER = 20
"""Digits. Longer numbers fit no field; thousands of digits take Python's int() quadratic time."""

_EXCERPT = 60
"""Characters of an unusable answer that a message shows."""

_KINDS = {type(None): "null", list: "a list", dict: "an object", str: "a string", bool: "a truth value"}

is_icao24 = re.compile(r"[0-9a-f]{6}").fullmatch

Form = Literal["opensky", "readsb"]
"""In which form a source answers."""


class Asked(Struct, frozen=True):
    """What a recorded line was the answer to, under the key ``asked``."""

    poll: str
    """The cycle it belongs to; neighbouring lines with the same value are one poll."""
    icao24: tuple[Icao24, ...] = ()
    box: Box | None = None
    """``[lat_min, lon_min, lat_max, lon_max]``. Neither icao24, box nor callsign: all that the source hears."""
    source: str | UnsetType = UNSET
    """The source's name; unset: OpenSky."""
    form: Form | UnsetType = UNSET
    """Unset: as OpenSky answers."""
    circle: Circle | UnsetType = UNSET
    """``[latitude, longitude, radius_km]``: what a receiver hears around it; unset: not told, or it is no receiver."""
    callsign: tuple[str, ...] | UnsetType = UNSET
    """Whoever flies as one of these; unset: nobody was asked for so."""


class Answer(Struct, frozen=True):
    """One answer of a source."""

    time: int
    """Unix seconds the state vectors belong to, as the source says."""
    vectors: tuple[StateVector, ...]
    """Empty when nothing matched. Every icao24 is lower-case hex, every number finite."""
    skipped: int
    """Rows left out because they do not fit the documented form."""
    asked: Asked | None = None
    """Recorded lines only; None when the line does not say, and always for a source itself."""
    unfit: frozenset[Icao24] = frozenset()
    """The airframes of the rows left out, where they could be read."""
    identities: Mapping[Icao24, Identity] = {}
    """What the source's own register says of the airframes, where it says anything."""


class Fetched(Struct, frozen=True):
    """One answer with what came with it."""

    raw: bytes
    """The answer's body as sent, decompressed."""
    answer: Answer
    credits_remaining: int | None = None
    """OpenSky's ``X-Rate-Limit-Remaining``; None when it did not say, and of the others."""


class Speaker(Struct, frozen=True):
    """Whose answer it is, as messages say it."""

    name: str
    setting: str
    """What changes its address: an environment variable, or words for a place in the watchlist."""


def merge(answers: Sequence[tuple[Query, Answer]]) -> Poll:
    """Join the answers of one source to all queries of one cycle, at least one, to one look at the sky.

    Of several vectors of one airframe the newest ``last_contact`` stays, unless they tell of two places at once: then they are
    `Poll.rivals`, as those of several sources are, and it does not matter which comes first. ``at`` is the latest ``time``.
    """
    newest: dict[Icao24, StateVector] = {}
    repeated: dict[Icao24, list[StateVector]] = {}
    for _, answer in answers:
        for vector in answer.vectors:
            held = newest.setdefault(vector.icao24, vector)
            if held != vector:
                repeated.setdefault(vector.icao24, [held]).append(vector)
            if vector.last_contact > held.last_contact:
                newest[vector.icao24] = vector
    rivals = {icao24: places for icao24, vectors in repeated.items() if len(places := places_of(vectors)) > 1}
    vectors = (
        tuple(vector for icao24, vector in newest.items() if icao24 not in rivals) if rivals else (*newest.values(),)
    )
    return Poll(
        at=instant(max(answer.time for _, answer in answers)),
        vectors=vectors,
        coverage=coverage_of([query for query, _ in answers]),
        skipped=sum(answer.skipped for _, answer in answers),
        unfit=frozenset(icao24 for _, answer in answers for icao24 in answer.unfit if icao24 not in newest),
        answered=tuple(
            Answered(query, len(answer.vectors) + answer.skipped, answer.skipped) for query, answer in answers
        ),
        sources=(answers[0][0].source,),
        rivals=rivals,
        identities={icao24: known for _, answer in answers for icao24, known in answer.identities.items()},
    )


def source_of(asked: Asked | None) -> str:
    """The name of the source whose answer a recorded line is."""
    return OPENSKY if asked is None or isinstance(asked.source, UnsetType) else asked.source


def unfit_of(keys: Iterable[str], vectors: Sequence[StateVector]) -> frozenset[Icao24]:
    """The airframes among ``keys`` that have no vector."""
    kept = {vector.icao24 for vector in vectors}
    return frozenset(key for k in keys if is_icao24(key := k.lower()) and key not in kept)


def is_misread(vectors: Sequence[StateVector], time: int) -> bool:
    """Tell whether the columns of most rows cannot mean what is documented: one was inserted, dropped or moved."""
    sample = vectors[:: max(1, len(vectors) // SAMPLE)]
    return len(sample) >= LEAST_SAMPLE and 2 * sum(not is_as_documented(vector, time) for vector in sample) > len(
        sample
    )


def loaded(raw: bytes, speaker: Speaker) -> dict[str, Any]:
    """Read JSON in which something does not fit, an object; BadAnswer for anything else."""
    try:
        # utf-8-sig drops a byte order mark; one bad byte must not cost the whole answer.
        whole = json.loads(raw.decode("utf-8-sig", "replace"), parse_int=_integer)
    except (ValueError, RecursionError) as error:
        raise BadAnswer(_what_came(raw, error, speaker)) from error
    if not isinstance(whole, dict):
        raise BadAnswer(f"{speaker.name} answered with {kind_of(whole)} where an object is documented; {NEXT_POLL}")
    return whole


def too_many_rows(speaker: Speaker) -> BadAnswer:
    """The error for an answer each of whose rows would cost memory and time before it is refused."""
    return BadAnswer(f"{speaker.name} answered with more than {MOST_ROWS:,} rows; {NEXT_POLL}")


def instant_s(time: object, speaker: Speaker) -> int:
    """Unix seconds, cut to whole ones; BadAnswer for what is no instant."""
    if isinstance(time, float) and isfinite(time):
        time = int(time)
    if type(time) is int and 0 < time < LATEST_S:
        return time
    what = "no time" if time is None else f"the time {excerpt(str(time))!r}"
    raise BadAnswer(f"{speaker.name} answered with {what} where Unix seconds are documented; {NEXT_POLL}")


def kind_of(value: object) -> str:
    """The kind of a JSON value, in words."""
    return _KINDS.get(type(value), "a number")


def excerpt(text: str) -> str:
    """Cut hostile text to its beginning, on one line, without control and formatting characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: 8 * _EXCERPT]).split())
    return line if len(line) <= _EXCERPT else line[:_EXCERPT] + "…"


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= _LONGEST_INTEGER else inf


def _what_came(raw: bytes, error: Exception, speaker: Speaker) -> str:
    name, start = speaker.name, excerpt(raw[: 8 * _EXCERPT].decode("utf-8-sig", "replace"))
    if not start:
        return f"{name} answered with nothing; {NEXT_POLL}"
    if start.startswith("<"):
        return (
            f"{name} answered with HTML, not JSON (first characters: {start}); look for a log-in page on this "
            f"network, check {speaker.setting}"
        )
    if isinstance(error, RecursionError):
        return f"{name} answered with JSON nested too deep to read; {NEXT_POLL}"
    what = "JSON that is cut short or garbled" if start.startswith("{") else "something that is not JSON"
    return f"{name} answered with {what} ({len(raw)} bytes, first characters: {start}); {NEXT_POLL}"
