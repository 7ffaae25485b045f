"""A watchlist as bytes that are kept from one poll to the next, without a secret: only with where each is written.

A secret stands in the watchlist's own file, or in the environment, and is read there again. The file is the same one, byte for
byte: whoever keeps the bytes sees to that.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from flightwatch.core.areas import WatchedArea
from flightwatch.core.model import Airport, Circle
from flightwatch.core.selectors import Picked
from flightwatch.core.watched import WatchedAircraft, WatchedAirport, WatchedCallsign
from flightwatch.watchlist.model import (
    AlertRules,
    AppriseChannel,
    Channel,
    EmailChannel,
    Health,
    Meaning,
    OpenSkyAccount,
    SourceEntry,
    Watchlist,
    WebhookChannel,
)

_VARIABLES: Final = r"(?:\$\{[A-Za-z_][A-Za-z0-9_]*\})+"
_VARIABLE: Final = r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}"
"""These and what follows are compiled when a secret is looked at: most polls have none."""

_TEXT: Final = r".+"
_WEB: Final = r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(?::[1-9][0-9]{0,3})?(?:/[!-~]*)?"
"""What surely is an address. What is not may be one all the same: the watchlist is read anew then, and that tells."""

_HOOK: Final = r"https://[A-Za-z0-9][A-Za-z0-9.-]*(?::[1-9][0-9]{0,3})?(?:/[!-~]*)?"
_WHSEC: Final = r"whsec_(?:[A-Za-z0-9+/]{4}){8,20}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?"
"""The same of a webhook and its secret."""

_Of = Callable[[str, str], str]
"""What becomes of a text that may be a secret, and what it must be where it comes from the environment."""


class _Area(Struct, frozen=True, array_like=True):
    """A `WatchedArea`: one of its two shapes is there."""

    name: str
    circle: Circle | None
    outline: tuple[tuple[float, float], ...]
    floor_m: float | None
    ceiling_m: float | None
    only: tuple[str, ...]
    picks: tuple[Picked, ...]


_SAME: Final = tuple(name for name in _Area.__struct_fields__ if name not in ("circle", "outline"))
"""The fields that both have."""


class _Kept(Struct, frozen=True):
    """A `Watchlist`. In the place of a secret stands the variable that it comes from, or from where to where it is written."""

    aircraft: tuple[WatchedAircraft, ...]
    airports: tuple[WatchedAirport, ...]
    areas: tuple[_Area, ...]
    notify: tuple[Channel, ...]
    alerts: AlertRules
    opensky: OpenSkyAccount | None
    sources: tuple[SourceEntry, ...]
    health: Health
    airfields: tuple[Airport, ...]
    understood: tuple[str, ...]
    remarks: tuple[str, ...]
    callsigns: tuple[WatchedCallsign, ...]
    selected: tuple[Meaning, ...]
    files: tuple[str, ...]
    keeps_evidence: bool


class _CannotBeKept(Exception):
    """A secret is not found where it should be written, or is none any more."""


_DECODER: Final = msgspec.msgpack.Decoder(_Kept)


def concealed(watchlist: Watchlist, data: bytes, expanded: Iterable[tuple[str, str]]) -> bytes | None:
    """The watchlist that ``data`` came to, without its secrets; None where it cannot be kept.

    It was read strictly, and with its secrets. ``expanded`` is each text into which the environment came, and how it is written.
    A watchlist that has one elsewhere than in a secret is not kept.
    """
    left = Counter(expanded)
    written = dict(left.keys())
    if len(written) < len(left):  # one text that is written in two ways
        return None

    def place(value: str, _form: str) -> str:
        start, end = data.find(value.encode()), len(value.encode())
        template = written.get(value)
        if template is not None:
            if start >= 0:  # nobody knows which of the two it is
                raise _CannotBeKept
            left[value, template] -= 1
            if re.fullmatch(_VARIABLES, template):
                return template
            start, end = data.find(template.encode()), len(template.encode())
        if start < 0:  # it is written with escapes
            raise _CannotBeKept
        return f"{start}:{start + end}"

    try:
        kept = _with_secrets(watchlist, place)
    except _CannotBeKept:
        return None
    if any(count > 0 for count in left.values()):
        return None
    fields = {name: getattr(kept, name) for name in _Kept.__struct_fields__}
    return msgspec.msgpack.encode(_Kept(**fields | {"areas": tuple(map(_area, watchlist.areas))}))


def revealed(kept: bytes, data: bytes, environment: Mapping[str, str]) -> Watchlist | None:
    """The watchlist that `concealed` gave these bytes for, with the secrets that ``data`` and the environment have now.

    None where only reading it anew tells what it is.
    """

    def secret(place: str, form: str) -> str:
        template = place if place.startswith("${") else data[slice(*map(int, place.split(":")))].decode()
        names = re.findall(_VARIABLE, template)
        if not names:
            return template
        if not all(environment.get(name, "").strip() for name in names):
            raise _CannotBeKept
        text = re.sub(_VARIABLE, lambda variable: environment[variable[1]], template)
        if not text.isprintable() or text != text.strip() or not re.fullmatch(form, text):
            raise _CannotBeKept
        return text

    try:
        read = _DECODER.decode(kept)
        fields = {name: getattr(read, name) for name in read.__struct_fields__}
        found = _with_secrets(Watchlist(**fields | {"areas": tuple(map(_watched, read.areas))}), secret)
    except (_CannotBeKept, msgspec.MsgspecError):
        return None
    has_account = any(environment.get(name, "").strip() for name in ("OPENSKY_CLIENT_ID", "OPENSKY_CLIENT_SECRET"))
    return None if found.opensky is None and has_account else found


def _with_secrets(watchlist: Watchlist, of: _Of) -> Watchlist:
    """The watchlist with what ``of`` makes of each text that may be a secret."""
    account, heartbeat = watchlist.opensky, watchlist.health.heartbeat
    return replace(
        watchlist,
        opensky=account and OpenSkyAccount(of(account.client_id, _TEXT), of(account.client_secret, _TEXT)),
        health=replace(watchlist.health, heartbeat=heartbeat and of(heartbeat, _WEB)),
        sources=tuple(
            replace(each, address=each.address and of(each.address, _WEB), key=each.key and of(each.key, _TEXT))
            for each in watchlist.sources
        ),
        notify=tuple(_channel(each, of) for each in watchlist.notify),
    )


def _channel(channel: Channel, of: _Of) -> Channel:
    match channel:
        case EmailChannel():
            user, password = channel.user, channel.password
            return replace(channel, user=user and of(user, _TEXT), password=password and of(password, _TEXT))
        case AppriseChannel():  # its name tells the scheme
            scheme = f"(?i:{re.escape(channel.name.split(':')[1])}://[!-~]*)"
            return replace(channel, url=of(channel.url, scheme))
        case WebhookChannel():
            secrets = tuple(of(secret, _WHSEC) for secret in channel.secrets)
            return replace(channel, url=of(channel.url, _HOOK), secrets=secrets)
        case _:
            return channel


def _area(area: WatchedArea) -> _Area:
    circle, outline = (area.shape, ()) if isinstance(area.shape, Circle) else (None, area.shape)
    return _Area(circle=circle, outline=outline, **{name: getattr(area, name) for name in _SAME})


def _watched(area: _Area) -> WatchedArea:
    return WatchedArea(shape=area.circle or area.outline, **{name: getattr(area, name) for name in _SAME})
