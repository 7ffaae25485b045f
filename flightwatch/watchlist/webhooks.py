"""A webhook among the watchlist's channels: where it is, and with what its calls are signed."""

import re
from base64 import b64decode
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from flightwatch.watchlist.channel_names import mark
from flightwatch.watchlist.model import Routing, WebhookChannel
from flightwatch.watchlist.node_reader import Reading
from flightwatch.watchlist.services import WEBHOOK
from flightwatch.watchlist.yaml_nodes import Node, Scalar

SECRET_PREFIX: Final = "whsec_"  # noqa: S105 by which Standard Webhooks' secrets are known
LEAST_BYTES: Final = 24
MOST_BYTES: Final = 64
"""Bytes of a secret, decoded: Standard Webhooks 1.0, "Signature scheme"."""

_KEYS: Final = ("url", "secret")
_URL: Final = "a web address that begins with https://"
_SIGNED: Final = '"${WEBHOOK_SECRET}", which is whsec_ and 24 to 64 random bytes in base64'
"""What to write, in complaints."""

_SECRET_FORM: Final = re.compile(rf"{SECRET_PREFIX}([A-Za-z0-9+/]+)={{0,2}}")
_VISIBLE: Final = re.compile(r"[!-~]+")
_HOST_FORM: Final = re.compile(r"[\w.:%-]+", re.ASCII)
_WRITTEN_HOST: Final = re.compile(r"https?://([A-Za-z0-9.-]+)(?:[:/?#]|$)")
"""A host that is written out, so that it is no secret, and known to who needs no secrets too."""
_SHORT_NAME: Final = re.compile(r"[a-z][a-z0-9-]*")
_NEAR: Final = (".localhost", ".local", ".internal", ".home.arpa")
"""Names that lead nowhere on the Internet: RFC 6761, RFC 6762, ICANN's resolution 2024.07.29.06, RFC 8375."""


def webhook(reading: Reading, node: Node, path: str, routing: Routing) -> WebhookChannel | None:
    """The channel that ``webhook:`` names; None where it is wrong."""
    fields = reading.table(node, path, _KEYS, WEBHOOK, required=_KEYS)
    url = _url(reading, fields.get("url"), f"{path}.url")
    entries = reading.items(fields.get("secret"), f"{path}.secret", _SIGNED)
    secrets = [_secret(reading, entry, where) for entry, where in entries]
    written = fields.get("url")
    if not url or not secrets or not isinstance(written, Scalar):
        return None
    host = _WRITTEN_HOST.match(written.written.strip())
    name = ":".join(filter(None, ("webhook", host and host[1].lower(), mark(written.written))))
    return WebhookChannel(url, tuple(dict.fromkeys(filter(None, secrets))), name, routing)


def _url(reading: Reading, node: Node | None, path: str) -> str:
    text = reading.secret(node, path, _URL)
    if text and node is not None and not reading.is_unexpanded(node) and (problem := _problem(text)):
        reading.complain(node.line, path, problem)
    return text


def _problem(url: str) -> str | None:
    """What is wrong with an address, which is not repeated, as it may hold a token; None: nothing is."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port  # read for its ValueError
    except ValueError:  # a port that is no number, brackets that are no IPv6 address
        host, parts = "", None
    if parts is None or parts.scheme not in ("http", "https") or not _VISIBLE.fullmatch(url):
        return f"is not a web address, write {_URL}"
    if not _HOST_FORM.fullmatch(host):
        return f"is not a web address, write {_URL}"
    if "@" in parts.netloc:
        return "holds a name or password, take them out: the signature tells who calls"
    if parts.scheme == "http" and not _is_near(host):
        return "is http://, which anybody on the way can read and which is for this machine and private networks; write https://"
    return None


def _is_near(host: str) -> bool:
    """Tell whether a host is this machine or in a private network, by its address or its name."""
    try:
        return ip_address(host.partition("%")[0]).is_private
    except ValueError:
        return host.endswith(_NEAR) or _SHORT_NAME.fullmatch(host) is not None


def _secret(reading: Reading, node: Node, path: str) -> str:
    text = reading.secret(node, path, _SIGNED)
    if text and not reading.is_unexpanded(node) and not LEAST_BYTES <= _length(text) <= MOST_BYTES:
        reading.complain(node.line, path, f"is not a webhook's secret, write {_SIGNED}")
        return ""
    return text


def _length(secret: str) -> int:
    """Bytes of a secret, decoded; 0 where it is none."""
    form = _SECRET_FORM.fullmatch(secret)
    if form is None:
        return 0
    try:
        return len(b64decode(form[1] + "=" * (-len(form[1]) % 4), validate=True))
    except ValueError:  # a letter too many
        return 0
