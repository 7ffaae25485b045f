"""The watchlist's ``sources:``: who is asked for state vectors.

    sources:
      - opensky
      - adsb.lol
      - readsb: http://192.168.1.20/data/aircraft.json
        at: [39.03, 125.75]

An entry is the word for a source, or a mapping with that word as a key, its address as the value, and options beside it.
With ``watch: true`` a receiver's circle is an area.
"""

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final, get_args
from urllib.parse import urlsplit

from flightwatch.core.areas import WatchedArea
from flightwatch.core.model import OPENSKY, Circle
from flightwatch.watchlist.areas import NARROWING, ReadOnly, watched_area
from flightwatch.watchlist.model import OPENSKY_ALONE, SourceEntry, SourceKind
from flightwatch.watchlist.node_reader import Reading, one_of, quoted
from flightwatch.watchlist.numbers import number, place
from flightwatch.watchlist.yaml_nodes import Items, Node, Scalar, Table

KINDS: Final[tuple[SourceKind, ...]] = get_args(SourceKind)

USUAL_RADIUS_KM: Final = 250.0
"""How far a receiver is taken to hear, km: the radio horizon of an antenna at 10 m for an aircraft at 3,300 m."""

LEAST_RADIUS_KM, MOST_RADIUS_KM = 1.0, 600.0
"""Bounds of it, km. Nobody hears farther: that is the horizon of an antenna on a mountain for an aircraft at cruise."""

_OF_RECEIVERS: Final = ("name", "at", "radius_km", "watch", *NARROWING)
_OPTIONS: Final = ("required", "key", *_OF_RECEIVERS)

_RECEIVER: Final = "readsb: http://192.168.1.20/data/aircraft.json"
_SOURCE: Final = f"opensky, adsb.lol, adsb.fi or {_RECEIVER}"
_SOURCES: Final = "a list such as [opensky, adsb.lol]"
_SERVICE_ADDRESS: Final = "nothing, or an address such as https://api.example.org"
_RECEIVER_ADDRESS: Final = "an address such as http://192.168.1.20/data/aircraft.json, or a path from / on"
_KEY: Final = '"${AIRPLANES_LIVE_KEY}"'
_NAME: Final = "what to call it, such as roof"
_AT: Final = "its latitude and longitude in degrees, such as [39.03, 125.75]"
_RADIUS: Final = f"kilometres such as {USUAL_RADIUS_KM:.0f}"
"""What to write, in complaints."""

_OWN: Final = f"is a receiver's program: write {_RECEIVER}, the address at which yours serves its JSON"
_NO_FREE_ACCESS: Final = "has no free access for programs: write adsb.lol, which has, or a receiver of your own"
_INSTEAD: Final = {
    "adsbone": "is gone: write adsb.lol, which answers in the same form",
    "adsbexchange": "sells its data: write adsb.lol, which hears many of the same receivers, or a receiver of your own",
    "adsbx": "sells its data: write adsb.lol, which hears many of the same receivers, or a receiver of your own",
    "flightradar24": "ended its free access in April 2026: write adsb.lol, or a receiver of your own",
    "fr24": "ended its free access in April 2026: write adsb.lol, or a receiver of your own",
    "flightaware": _NO_FREE_ACCESS,
    "radarbox": _NO_FREE_ACCESS,
    "airnav": _NO_FREE_ACCESS,
    "planefinder": _NO_FREE_ACCESS,
    "dump1090": _OWN,
    "piaware": _OWN,
    "receiver": _OWN,
    "skyaware": _OWN,
    "tar1090": _OWN,
    "ultrafeeder": _OWN,
}
"""What to write for sources that people know, and that cannot be asked, or not by that name."""


def sources(
    reading: Reading, node: Node | None, only: ReadOnly, areas: Sequence[WatchedArea]
) -> tuple[tuple[SourceEntry, ...], tuple[WatchedArea, ...]]:
    """The sources that ``sources:`` lists, in its order, and the ``areas``, with the receivers' circles that are watched.

    OpenSky alone where nothing is written.
    """
    if node is None:
        return OPENSKY_ALONE, tuple(areas)
    found: dict[str, SourceEntry] = {}
    watched = {area.name: area for area in areas}
    for entry, path in reading.items(node, "sources", _SOURCES):
        fields = _fields(reading, entry, path)
        source = _entry(reading, path, entry, fields) if fields else None
        if source is None:
            continue
        if found.setdefault(source.name, source) is not source:
            advice = "write name: beside each" if source.kind == "readsb" else "remove one of the two"
            reading.complain(entry.line, path, f"is a source that was named before, {advice}")
            continue
        circle = _circle(reading, path, fields, source, only)
        if circle is not None and watched.setdefault(circle.name, circle) is not circle:
            reading.complain(
                entry.line, path, f"the name {circle.name!r} is an area's, write another name: beside watch:"
            )
    return tuple(found.values()) or OPENSKY_ALONE, tuple(watched.values())


def is_circle_watched(node: Node | None) -> bool:
    """Tell whether an entry of ``sources:`` says that its circle is watched."""
    entries = node.nodes if isinstance(node, Items) else (node,)
    options = (pair for entry in entries if isinstance(entry, Table) for pair in entry.pairs)
    return any(
        key.written == "watch" and isinstance(value, Scalar) and value.written == "true" for key, value in options
    )


def _circle(
    reading: Reading, path: str, fields: Mapping[str, Node], source: SourceEntry, only: ReadOnly
) -> WatchedArea | None:
    """The circle of a receiver as an area; None: it is not to be watched, or there is none."""
    is_watched = reading.yes(fields.get("watch"), f"{path}.watch")
    for option in () if is_watched else NARROWING:
        if option in fields and source.kind == "readsb":
            reading.complain(fields[option].line, path, f"{option} needs watch: true, or remove it")
    if not is_watched or source.kind != "readsb":
        return None
    if "at" not in fields:
        reading.complain(fields["watch"].line, path, f"watch needs at:, write {_AT}")
    shape = Circle(*source.at, source.radius_km or USUAL_RADIUS_KM) if source.at is not None else None
    return watched_area(reading, fields, path, only, name=source.name, shape=shape)


def _fields(reading: Reading, node: Node, path: str) -> dict[str, Node]:
    """What an entry says, by key; nothing, with a complaint, where it names a source that cannot be asked."""
    if isinstance(node, Scalar):
        kind = reading.text(node, path, _SOURCE)
        if kind and kind not in KINDS:
            reading.complain(node.line, path, _no_source(node))
        return {kind: Scalar(node.line, "", is_null=True)} if kind in KINDS else {}
    if isinstance(node, Table):
        unknown = [key for key, _ in node.pairs if key.written not in (*KINDS, *_OPTIONS) and _instead(key.written)]
        for key in unknown:
            reading.complain(key.line, path, _no_source(key))
        if unknown:
            return {}
    return reading.table(node, path, (*KINDS, *_OPTIONS), _SOURCE)


def _no_source(name: Scalar) -> str:
    if "://" in name.written:  # which may hold a password, so it is not repeated
        return "an address alone is not a source, write readsb: before it"
    return f"{quoted(name)} {_instead(name.written) or f'is not a source, {one_of(name.written.lower(), KINDS)}'}"


def _instead(name: str) -> str | None:
    """What to do about a source that cannot be asked; None: none is known by that name."""
    plain = "".join(filter(str.isalnum, name)).lower()
    return _INSTEAD.get(plain) or _INSTEAD.get(plain.removesuffix("com").removesuffix("api"))


def _entry(reading: Reading, path: str, node: Node, fields: dict[str, Node]) -> SourceEntry | None:
    """The source of one entry; None where it names none, or several."""
    kinds = [kind for kind in KINDS if kind in fields]
    if len(kinds) != 1:
        problem = f"{' and '.join(kinds)} are sources of their own, write an entry for each" if kinds else ""
        reading.complain(node.line, path, problem or f"names no source, write beside its options {_SOURCE}")
        return None
    [kind] = kinds
    is_receiver = kind == "readsb"
    for option in _OF_RECEIVERS:
        if option in fields and not is_receiver:
            reading.complain(fields[option].line, path, f"{option} is for receivers (readsb:) only, remove it")
    if "key" in fields and kind in ("opensky", "readsb"):
        advice = "write its account under opensky: beside sources:" if kind == "opensky" else "remove it"
        reading.complain(fields["key"].line, path, f"{kind} takes no key, {advice}")
    if kind == "airplanes.live" and "key" not in fields:
        reading.complain(node.line, path, f"airplanes.live answers only with a key, write key: {_KEY} beside it")
    at = place(reading, fields.get("at"), f"{path}.at", _AT)
    address = _address(reading, fields[kind], f"{path}.{kind}", kind)
    radius_km = number(
        reading, fields.get("radius_km"), f"{path}.radius_km", _RADIUS, least=LEAST_RADIUS_KM, most=MOST_RADIUS_KM
    )
    if "radius_km" in fields and "at" not in fields:
        reading.complain(fields["radius_km"].line, path, f"radius_km needs at:, write {_AT}")
    return SourceEntry(
        kind,
        _named(reading, fields, path, kind, address),
        address,
        key=reading.secret(fields.get("key"), f"{path}.key", _KEY) or None,
        at=at,
        radius_km=(radius_km or USUAL_RADIUS_KM) if at is not None else None,
        is_required=reading.yes(fields.get("required"), f"{path}.required"),
    )


def _named(reading: Reading, fields: dict[str, Node], path: str, kind: SourceKind, address: str | None) -> str:
    """What a source is called: OpenSky and the services by their own names, a receiver as is written, or by its host."""
    if kind != "readsb":
        return OPENSKY if kind == "opensky" else kind
    name = reading.text(fields.get("name"), f"{path}.name", _NAME)
    if name in (*KINDS, OPENSKY):
        reading.complain(fields["name"].line, f"{path}.name", "is the name of a network, write another")
    written = fields["readsb"]
    if not name and isinstance(written, Scalar) and "${" in written.written:
        reading.complain(written.line, path, f"its address is not the same everywhere, write name: beside it, {_NAME}")
    if name or address is None:
        return name or "receiver"
    return f"receiver at {urlsplit(address).hostname or PurePosixPath(address).parent}"


def _address(reading: Reading, node: Node, path: str, kind: SourceKind) -> str | None:
    """The address of a source, or the path of a receiver's file; None: none is written, or it is none."""
    is_receiver = kind == "readsb"
    write = _RECEIVER_ADDRESS if is_receiver else _SERVICE_ADDRESS
    if isinstance(node, Scalar) and node.is_null:
        if is_receiver:
            reading.complain(node.line, path, f"is empty, write {write}")
        return None
    text = reading.secret(node, path, write)
    if "${" in text:  # for who needs no secrets
        return text
    if is_receiver and text.startswith("/"):
        return text
    try:
        url = urlsplit(text)
        fits = url.scheme in ("http", "https") and url.hostname and url.port != 0 and " " not in text
    except ValueError:  # a port that is no number, an IPv6 address that is none
        fits = False
    if text and not fits:
        reading.complain(node.line, path, f"is not an address, write {write}")
    return text if fits else None
