"""Rows cut out of answers as they came, and polls made of such rows again. Pure."""

import json
from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

import msgspec
from msgspec import Raw, Struct

from flightwatch.core.kept_answers import KeptAnswer, KeptAnswers
from flightwatch.core.merging import aligned, merged
from flightwatch.core.model import OPENSKY, Icao24, Poll, Query
from flightwatch.sources import readsb_answer
from flightwatch.sources.answer import Answer, Speaker, loaded, merge
from flightwatch.sources.opensky_answer import decode


class Cut(Struct, frozen=True):
    """The parts of one answer's JSON text."""

    time: Raw
    rows: Mapping[Icao24, list[Raw]]
    """Those that were asked for, by airframe."""
    is_rewritten: bool = False
    """As `KeptAnswer.is_rewritten`."""


class _Key(Struct, array_like=True, gc=False):
    icao24: str


class _ReadsbKey(Struct, gc=False):
    hex: str = ""


class _Keys(Struct):
    states: list[_Key] | None = None
    ac: list[_ReadsbKey] | None = None
    aircraft: list[_ReadsbKey] | None = None


class _Texts(Struct):
    time: Raw = Raw(b"null")
    now: Raw = Raw(b"null")
    states: list[Raw] | None = None
    ac: list[Raw] | None = None
    aircraft: list[Raw] | None = None


_KEYS: Final = msgspec.json.Decoder(_Keys)
_TEXTS: Final = msgspec.json.Decoder(_Texts)
_NOBODY: Final = Speaker("the source", "its address")


def cut(raw: bytes, source: str, icao24s: Collection[Icao24]) -> Cut:
    """The rows of these airframes in an answer that `decode` took, and its time."""
    is_opensky = source == OPENSKY
    try:
        keys, texts = _KEYS.decode(raw), _TEXTS.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _rewritten(raw, is_opensky=is_opensky, icao24s=icao24s)
    if is_opensky:
        names, rows = [key.icao24 for key in keys.states or ()], texts.states or []
    else:
        names = [key.hex for key in (keys.aircraft if keys.ac is None else keys.ac) or ()]
        rows = (texts.aircraft if texts.ac is None else texts.ac) or []
    return Cut(texts.time if is_opensky else texts.now, _chosen(names, rows, icao24s))


def _chosen(names: Sequence[str], rows: Sequence[Raw], icao24s: Collection[Icao24]) -> dict[Icao24, list[Raw]]:
    found: dict[Icao24, list[Raw]] = {}
    for name, row in zip(names, rows, strict=True):
        if name in icao24s or (name := name.lower()) in icao24s:
            found.setdefault(name, []).append(Raw(bytes(row)))  # a copy: the answer need not stay for it
    return found


def _rewritten(raw: bytes, *, is_opensky: bool, icao24s: Collection[Icao24]) -> Cut:
    """The same of an answer in which something does not fit."""
    whole = loaded(raw, _NOBODY)
    rows: list[Any] = next((whole[key] for key in ("states", "ac", "aircraft") if isinstance(whole.get(key), list)), [])
    named = [(name, row) for row in rows if isinstance(name := _name_of(row), str)]
    texts = [Raw(json.dumps(row).encode()) for _, row in named]
    time = Raw(json.dumps(whole.get("time" if is_opensky else "now")).encode())
    return Cut(time, _chosen([name for name, _ in named], texts, icao24s), is_rewritten=True)


def _name_of(row: object) -> object:
    if isinstance(row, list):
        return row[0] if row else None
    return row.get("hex") if isinstance(row, dict) else None


def poll_of(kept: KeptAnswers) -> Poll:
    """What the kept answers say, read and merged as answers are. Raises `BadAnswer` for what cannot be read."""
    by_source = groupby(kept.answers, lambda answer: answer.query.source)
    polls = [merge([(each.query, _read(each, each.own)) for each in answers]) for _, answers in by_source]
    return merged(aligned(polls, kept.wrong_s).polls)


def beside(kept: KeptAnswers) -> Poll:
    """The same of the others who were heard."""
    by_source = groupby(kept.answers, lambda answer: answer.query.source)
    polls = [merge([(each.query, _read(each, each.beside)) for each in answers]) for _, answers in by_source]
    return merged(aligned(polls, kept.wrong_s).polls)


def _read(kept: KeptAnswer, rows: Sequence[Raw]) -> Answer:
    listed = b",".join(bytes(row) for row in rows)
    if kept.query.source == OPENSKY:
        return decode(b'{"time":%b,"states":[%b]}' % (bytes(kept.time), listed))
    text = b'{"now":%b,"aircraft":[%b]}' % (bytes(kept.time), listed)
    return readsb_answer.decode(text, Speaker(kept.query.source, "the evidence"))


def about(query: Query, icao24: Icao24, callsign: str | None) -> Query | None:
    """The question as far as it is about one airframe, so that it names no others; None: it is not."""
    if query.icao24s:
        return msgspec.structs.replace(query, icao24s=(icao24,)) if icao24 in query.icao24s else None
    if query.callsigns:
        return msgspec.structs.replace(query, callsigns=(callsign,)) if callsign in query.callsigns else None
    return query
