"""The watchlist's ``alerts:`` and ``health:``, and the words, confidences and durations that channels are written in too."""

import re
from datetime import timedelta
from difflib import get_close_matches
from typing import Final, TypeVar, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from flightwatch.core.model import NewsType
from flightwatch.core.watched import Desk, Units
from flightwatch.errors import UsageError
from flightwatch.watchlist.durations import DURATION, parse_duration
from flightwatch.watchlist.model import AlertRules, Health
from flightwatch.watchlist.node_reader import Reading, one_of, quoted
from flightwatch.watchlist.yaml_nodes import Items, Node, Scalar

_ALERT_KEYS: Final = ("on", "min_confidence", "still_on_ground", "time_zone", "units", "map")
_HEALTH_KEYS: Final = ("blind_after", "heartbeat")

_ALERTS: Final = "{on: [landing, departure], min_confidence: 0.6}"
_HEALTH: Final = "{blind_after: 1h}"
_KINDS: Final = ("landing", "departure", *get_args(NewsType))
_ON: Final = f"a list of {', '.join(_KINDS[:-1])} and {_KINDS[-1]}"
_CONFIDENCE: Final = "a number from 0 to 1 such as 0.6"
_TIME_ZONE: Final = "the name of a time zone such as Europe/Berlin"
_UNITS_OF_HEIGHT: Final = "metres or feet"
_HEARTBEAT: Final = '"${HEARTBEAT_URL}" or a web address that begins with https://'
"""What to write, in complaints."""

LONGEST_ZONE: Final = 64
"""Most characters of what is no time zone that are compared with those that are; the longest name has 32."""

_NUMBER_FORM: Final = re.compile(r"[0-9]{0,9}\.?[0-9]{1,9}")
_PERCENT: Final = re.compile(r"(100|[1-9][0-9])(?:\.0)? ?%?", re.ASCII)

_Word = TypeVar("_Word", bound=str)


def alert_rules(reading: Reading, node: Node | None) -> AlertRules:
    """What ``alerts:`` asks for."""
    fields = reading.table(node, "alerts", _ALERT_KEYS, _ALERTS)
    usual = AlertRules()
    sure = confidence(reading, fields.get("min_confidence"), "alerts.min_confidence")
    return AlertRules(
        on=events(reading, fields["on"], "alerts.on", _KINDS, _ON) if "on" in fields else usual.on,
        min_confidence=usual.min_confidence if sure is None else sure,
        still_on_ground=_still_on_ground(reading, fields.get("still_on_ground")),
        has_map=reading.yes(fields.get("map"), "alerts.map"),
        desk=Desk(_time_zone(reading, fields.get("time_zone")), _units(reading, fields.get("units"))),
    )


def health(reading: Reading, node: Node | None, *, secrets: bool) -> Health:
    """What ``health:`` asks for; without ``secrets`` the heartbeat is not looked at."""
    fields = reading.table(node, "health", _HEALTH_KEYS, _HEALTH)
    return Health(
        blind_after=duration(reading, fields.get("blind_after"), "health.blind_after") or Health().blind_after,
        heartbeat=_web_address(reading, fields.get("heartbeat") if secrets else None, "health.heartbeat"),
    )


def events(reading: Reading, node: Node, path: str, known: tuple[_Word, ...], write: str) -> tuple[_Word, ...]:
    """Those of the ``known`` events that a list names, in the order of ``known``."""
    named = set()
    for entry, where in reading.items(node, path, write):
        text = reading.text(entry, where, write)
        named.add(text)
        if text and text not in known and isinstance(entry, Scalar):
            reading.complain(entry.line, where, f"{quoted(entry)} is not an event, {one_of(entry.written, known)}")
    return tuple(event for event in known if event in named)


def confidence(reading: Reading, node: Node | None, path: str) -> float | None:
    """A number from 0 to 1; None where none is written."""
    text = reading.text(node, path, _CONFIDENCE)
    if _NUMBER_FORM.fullmatch(text) and float(text) <= 1:
        return float(text)
    if text and isinstance(node, Scalar):
        percent = _PERCENT.fullmatch(text)
        write = f"{int(percent[1]) / 100:g}" if percent and "$" not in node.written else _CONFIDENCE
        reading.complain(node.line, path, f"{quoted(node)} is not a confidence, write {write}")
    return None


def duration(reading: Reading, node: Node | None, path: str) -> timedelta | None:
    """A duration as `parse_duration` understands it; None where none is written."""
    text = reading.text(node, path, DURATION)
    try:
        return parse_duration(text) if text else None
    except UsageError:
        if isinstance(node, Scalar):
            reading.complain(node.line, path, f"{quoted(node)} is not a duration, write {DURATION}")
        return None


def _time_zone(reading: Reading, node: Node | None) -> str | None:
    """The name of a time zone; None where none is written."""
    path = "alerts.time_zone"
    name = reading.text(node, path, _TIME_ZONE).strip()
    if not name:
        return None
    try:
        ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):  # a path or a folder, as Europe is; nothing of that name
        if isinstance(node, Scalar):
            reading.complain(node.line, path, f"{quoted(node)} is not a time zone, write {_zone_for(name)}")
        return None
    return name


def _zone_for(text: str) -> str:
    """The zone that somebody may have meant: of that name in another case, or of that city; else what to write at all."""
    zones, meant = sorted(available_timezones()), text.lower().replace(" ", "_")
    same = [zone for zone in zones if meant in (zone.lower(), zone.lower().rpartition("/")[2])]
    near = same or get_close_matches(text[:LONGEST_ZONE], zones, n=1)
    return " or ".join(map(repr, near[:3])) or _TIME_ZONE


def _units(reading: Reading, node: Node | None) -> Units:
    text = reading.text(node, "alerts.units", _UNITS_OF_HEIGHT)
    if text == "feet":
        return "feet"
    if text and text != "metres" and isinstance(node, Scalar):
        reading.complain(
            node.line, "alerts.units", f"{quoted(node)} is not a unit of heights, {one_of(text, ('metres', 'feet'))}"
        )
    return "metres"


def _still_on_ground(reading: Reading, node: Node | None) -> tuple[timedelta, ...]:
    path = "alerts.still_on_ground"
    entries = reading.items(node, path, DURATION) if isinstance(node, Items) else ((node, path),)
    return tuple(sorted({length for entry in entries if (length := duration(reading, *entry)) is not None}))


def _web_address(reading: Reading, node: Node | None, path: str) -> str | None:
    text = reading.text(node, path, _HEARTBEAT)
    try:
        url = urlsplit(text)
        fits = url.scheme in ("http", "https") and url.hostname and url.port != 0 and " " not in text
    except ValueError:  # a port that is no number, an IPv6 address that is none
        fits = False
    if text and not fits and node is not None:
        reading.complain(node.line, path, f"is not a web address, write {_HEARTBEAT}")
    return text if fits else None
