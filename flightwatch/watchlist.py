"""YAML → Watchlist, with file, line and path in every complaint, and all complaints at once.

    watchlist.yaml:9: aircraft[1].icao24: '7278a' is not an icao24, write six hex digits such as 15521f

A path counts entries from 0. The values themselves live in `flightwatch.watched` and are to be had from here as well.
"""

import os
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from flightwatch.airports import Airports
from flightwatch.errors import UsageError, WatchlistError
from flightwatch.model import Icao24
from flightwatch.watched import (
    AlertRules,
    Channel,
    EmailChannel,
    OpenSkyAccount,
    PrintChannel,
    WatchedAircraft,
    WatchedAirport,
    Watchlist,
    wanted,
    watches,
)
from flightwatch.watchlist_subjects import Subjects
from flightwatch.watchlist_yaml import Items, Node, Reading, Scalar, Table, compose, one_of, quoted

__all__ = [
    "AlertRules",
    "Channel",
    "EmailChannel",
    "OpenSkyAccount",
    "PrintChannel",
    "WatchedAircraft",
    "WatchedAirport",
    "Watchlist",
    "parse_duration",
    "parse_watchlist",
    "read_watchlist",
    "wanted",
    "watches",
]

MAX_BYTES: Final = 5_000_000
"""Largest watchlist read. One of 17,000 aircraft, each with every key, has 2 MB."""

_SECTIONS: Final = ("aircraft", "airports", "notify", "alerts", "opensky")
_CHANNELS: Final = ("print", "email")
_EMAIL_KEYS: Final = ("to", "from", "server", "user", "password")
_ALERT_KEYS: Final = ("on", "min_confidence", "still_on_ground")
_ACCOUNT_KEYS: Final = ("client_id", "client_secret")
_EVENTS: Final[tuple[Literal["landing", "departure"], ...]] = ("landing", "departure")

_LISTS: Final = "aircraft: or airports: and a list below it"
_ADDRESS: Final = "an address such as desk@example.org"
_ADDRESSES: Final = "a list of addresses such as [desk@example.org]"
_SERVER: Final = "smtp://mail.example.org:587 or smtps://mail.example.org:465"
_EMAIL: Final = "{to: [desk@example.org], from: watch@example.org, server: smtp://mail.example.org:587}"
_CHANNEL: Final = f"print or email: {_EMAIL}"
_ON: Final = "[landing], [departure] or [landing, departure]"
_CONFIDENCE: Final = "a number from 0 to 1 such as 0.6"
_DURATION: Final = "a number and a unit such as 60s, 5m, 24h or 3d"
_ACCOUNT: Final = '{client_id: "${OPENSKY_CLIENT_ID}", client_secret: "${OPENSKY_CLIENT_SECRET}"}'
"""What to write, in complaints."""

_ADDRESS_FORM: Final = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+")
_NUMBER_FORM: Final = re.compile(r"[0-9]{0,9}\.?[0-9]{1,9}")
_DURATION_FORM: Final = re.compile(r"([0-9]{1,6})([smhd])")  # six digits of days added to a date are a date still
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def parse_duration(text: str) -> timedelta:
    """``60s``, ``5m``, ``24h`` or ``3d`` as a duration, never zero. Raises UsageError for anything else."""
    match = _DURATION_FORM.fullmatch(text.strip())
    if match is None or int(match[1]) == 0:
        raise UsageError(f"{text!r} is not a duration, write {_DURATION}")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def read_watchlist(
    path: Path,
    *,
    environment: Mapping[str, str],
    airports: Callable[[], Airports] | Airports,
    register: Mapping[str, Icao24] = {},
) -> Watchlist:
    """The watchlist in a file: see `parse_watchlist`. Raises WatchlistError also when the file cannot be read."""
    return parse_watchlist(
        read_bytes(path), name=str(path), environment=environment, airports=airports, register=register
    )


def read_bytes(path: Path) -> bytes:
    """What is in a watchlist file. Raises WatchlistError when it cannot be read or is far too large."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size  # a pipe has 0, so the reading is bounded as well
            data = file.read(MAX_BYTES + 1) if size <= MAX_BYTES else b""
    except FileNotFoundError:
        raise WatchlistError([f"{path}: no such file, write one with: flightwatch init"]) from None
    except IsADirectoryError:
        raise WatchlistError([f"{path}: is a directory, name a file in it"]) from None
    except OSError as error:
        raise WatchlistError([f"{path}: cannot be read ({error.strerror}), check its name and rights"]) from None
    if max(size, len(data)) > MAX_BYTES:
        raise WatchlistError([f"{path}: is larger than {MAX_BYTES // 1_000_000} MB, which no watchlist is"])
    return data


def parse_watchlist(
    data: bytes,
    *,
    name: str,
    environment: Mapping[str, str],
    airports: Callable[[], Airports] | Airports,
    register: Mapping[str, Icao24] = {},
) -> Watchlist:
    """The watchlist that ``data`` holds.

    ``name`` is what complaints call the file. ``environment`` gives ``${NAME}`` and, where there is no ``opensky``
    section, ``OPENSKY_CLIENT_ID`` and ``OPENSKY_CLIENT_SECRET``. ``airports`` may be a function, called when the first
    airport is named. ``register`` maps canonical tail numbers to icao24s, as for `icao24_of`.

    Raises WatchlistError with every complaint, in the order of lines.
    """
    watchlist, complaints = understand(data, name=name, environment=environment, airports=airports, register=register)
    if complaints:
        raise WatchlistError(complaints)
    return watchlist


def understand(
    data: bytes,
    *,
    name: str,
    environment: Mapping[str, str],
    airports: Callable[[], Airports] | Airports,
    register: Mapping[str, Icao24] = {},
) -> tuple[Watchlist, list[str]]:
    """As much of a watchlist as can be understood, and every complaint, in the order of lines: see `parse_watchlist`.

    Raises WatchlistError when it is no YAML that could be a watchlist.
    """
    reading = Reading(name, environment)
    root = compose(data, name)
    if root is None:
        reading.complain(1, "the watchlist", f"is empty, write {_LISTS} (flightwatch init shows how)")
    sections = reading.table(root, "the watchlist", _SECTIONS, _LISTS)
    if isinstance(root, Table) and root.pairs and not {"aircraft", "airports"} & sections.keys():
        reading.complain(root.line, "the watchlist", f"names nothing to watch, write {_LISTS}")
    subjects = Subjects(reading, airports, register)
    watchlist = Watchlist(
        aircraft=subjects.aircraft(sections.get("aircraft")),
        airports=subjects.airports(sections.get("airports")),
        notify=_notify(reading, sections.get("notify")),
        alerts=_alerts(reading, sections.get("alerts")),
        opensky=_opensky(reading, sections.get("opensky"), environment),
    )
    return watchlist, reading.complaints()


def _notify(reading: Reading, node: Node | None) -> tuple[Channel, ...]:
    if node is None:
        return (PrintChannel(),)
    channels: dict[str, Channel] = {}
    for entry, path in reading.items(node, "notify", f"a list of entries, each {_CHANNEL}"):
        channel = _channel(reading, entry, path)
        if channel is not None and channels.setdefault(channel.name, channel) is not channel:
            reading.complain(entry.line, path, "is a channel that was named before, remove one of the two")
    return tuple(channels.values())


def _channel(reading: Reading, node: Node, path: str) -> Channel | None:
    if isinstance(node, Scalar):
        kind = reading.text(node, path, _CHANNEL)
        if kind and kind != "print":
            reading.complain(node.line, path, f"{quoted(node)} is not a channel, write {_CHANNEL}")
        return PrintChannel() if kind == "print" else None
    options = reading.table(node, path, _CHANNELS, _CHANNEL)
    if "print" in options:
        reading.complain(node.line, path, "print takes no options and is an entry of its own, write print")
    return _email(reading, options["email"], f"{path}.email") if "email" in options else None


def _email(reading: Reading, node: Node, path: str) -> EmailChannel:
    fields = reading.table(node, path, _EMAIL_KEYS, _EMAIL, required=("to", "from", "server"))
    if ("user" in fields) != ("password" in fields):
        reading.complain(node.line, path, "has only one of user and password, write both or neither")
    to = [_address(reading, entry, where) for entry, where in reading.items(fields.get("to"), f"{path}.to", _ADDRESSES)]
    return EmailChannel(
        to=tuple(dict.fromkeys(to)),
        sender=_address(reading, fields.get("from"), f"{path}.from"),
        server=_mail_server(reading, fields.get("server"), f"{path}.server"),
        user=reading.text(fields.get("user"), f"{path}.user", "the name to log in with") or None,
        password=reading.text(fields.get("password"), f"{path}.password", '"${SMTP_PASSWORD}"', strip=False) or None,
    )


def _address(reading: Reading, node: Node | None, path: str) -> str:
    text = reading.text(node, path, _ADDRESS)
    if text and isinstance(node, Scalar) and not _ADDRESS_FORM.fullmatch(text):
        reading.complain(node.line, path, f"{quoted(node)} is not an e-mail address, write {_ADDRESS}")
    return text


def _mail_server(reading: Reading, node: Node | None, path: str) -> str:
    text = reading.text(node, path, _SERVER)
    try:
        url = urlsplit(text)
        extras = url.path.strip("/") or url.query or url.fragment
        fits = url.scheme in ("smtp", "smtps") and url.hostname and url.port != 0 and not extras
    except ValueError:  # a port that is no number, an IPv6 address that is none
        url, fits = None, False
    if text and node is not None:
        if "@" in text:  # so the text is not repeated
            reading.complain(node.line, path, "holds a name or password, write those as user: and password:")
        elif not fits:
            reading.complain(node.line, path, f"is not a mail server, write {_SERVER}")
    return text


def _alerts(reading: Reading, node: Node | None) -> AlertRules:
    fields = reading.table(node, "alerts", _ALERT_KEYS, "{on: [landing, departure], min_confidence: 0.6}")
    defaults = AlertRules()
    return AlertRules(
        on=_on(reading, fields["on"]) if "on" in fields else defaults.on,
        min_confidence=(
            _confidence(reading, fields["min_confidence"]) if "min_confidence" in fields else defaults.min_confidence
        ),
        still_on_ground=_still_on_ground(reading, fields.get("still_on_ground")),
    )


def _on(reading: Reading, node: Node) -> tuple[Literal["landing", "departure"], ...]:
    named = set()
    for entry, path in reading.items(node, "alerts.on", _ON):
        text = reading.text(entry, path, _ON)
        named.add(text)
        if text and text not in _EVENTS and isinstance(entry, Scalar):
            reading.complain(entry.line, path, f"{quoted(entry)} is not an event, {one_of(entry.written, _EVENTS)}")
    return tuple(event for event in _EVENTS if event in named)


def _confidence(reading: Reading, node: Node) -> float:
    text = reading.text(node, "alerts.min_confidence", _CONFIDENCE)
    if _NUMBER_FORM.fullmatch(text) and float(text) <= 1:
        return float(text)
    if text and isinstance(node, Scalar):
        problem = f"{quoted(node)} is not a confidence, write {_CONFIDENCE}"
        reading.complain(node.line, "alerts.min_confidence", problem)
    return 0.0


def _still_on_ground(reading: Reading, node: Node | None) -> tuple[timedelta, ...]:
    path = "alerts.still_on_ground"
    entries = reading.items(node, path, _DURATION) if isinstance(node, Items) else ((node, path),)
    durations = set()
    for entry, where in entries:
        text = reading.text(entry, where, _DURATION)
        try:
            if text:
                durations.add(parse_duration(text))
        except UsageError:
            if isinstance(entry, Scalar):
                reading.complain(entry.line, where, f"{quoted(entry)} is not a duration, write {_DURATION}")
    return tuple(sorted(durations))


def _opensky(reading: Reading, node: Node | None, environment: Mapping[str, str]) -> OpenSkyAccount | None:
    variables = {"client_id": "OPENSKY_CLIENT_ID", "client_secret": "OPENSKY_CLIENT_SECRET"}
    if node is not None:
        fields = reading.table(node, "opensky", _ACCOUNT_KEYS, _ACCOUNT, required=_ACCOUNT_KEYS)
    elif any(environment.get(variable, "").strip() for variable in variables.values()):
        fields = {key: Scalar(1, f"${{{variable}}}", is_null=False) for key, variable in variables.items()}
    else:
        return None
    client_id = reading.text(fields.get("client_id"), "opensky.client_id", '"${OPENSKY_CLIENT_ID}"')
    client_secret = reading.text(fields.get("client_secret"), "opensky.client_secret", '"${OPENSKY_CLIENT_SECRET}"')
    return OpenSkyAccount(client_id, client_secret)
