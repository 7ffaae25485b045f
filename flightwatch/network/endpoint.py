"""Where a question goes: an http address that was checked, and what messages say of it."""

import re
from urllib.parse import urljoin, urlsplit

from msgspec import Struct

from flightwatch.errors import UsageError


class Endpoint(Struct, frozen=True):
    """Where to ask. Build it with `endpoint`."""

    url: str
    host: str
    setting: str
    """What changes it, for messages: an environment variable, or a place in the watchlist."""
    untaken: str = "try later, or poll from another network"
    """What to do where nobody takes a connection."""


def endpoint(url: str, path: str, setting: str, **more: str) -> Endpoint:
    """Join an address that the user may have set in ``setting`` and a path; UsageError when it is no http address.

    ``more`` is what else an `Endpoint` says.
    """
    url = url.rstrip("/") + path
    host = host_of(url)
    if host is None:
        raise UsageError(f"{setting} is not an address like https://example.org/api; correct it")
    return Endpoint(url, host, setting, **more)


def host_of(url: str, base: str = "") -> str | None:
    """Read the host of an http address, which may be relative to ``base``; None when it is no such address."""
    try:
        parts = urlsplit(urljoin(base, url))
        _ = parts.port  # read for its ValueError
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[\w.:%-]+", parts.hostname or ""):
        return None
    return parts.hostname
