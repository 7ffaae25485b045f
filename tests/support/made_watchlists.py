"""Watchlists as text, the few airports they may name, and events to hold against them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import pytest

from flightwatch.core.airports import Airports
from flightwatch.core.model import Airport, Event, EventType, Icao24, Place
from flightwatch.errors import WatchlistError
from flightwatch.watchlist.model import Watchlist
from flightwatch.watchlist.reading import parse_watchlist


def airport(icao: str, iata: str | None, name: str) -> Airport:
    """Make an airport of which only codes and name matter."""
    return Airport(icao, iata, name, None, "XX", "Nowhere", "large", 0.0, 0.0, None, "Etc/UTC", ())


FNJ: Final = airport("ZKPY", "FNJ", "Pyongyang")
WOS: Final = airport("ZKWS", "WOS", "Wonsan")
VVO: Final = airport("UHWW", "VVO", "Vladivostok")
NO: Final = airport("XXNO", "NO", "An airport whose code YAML takes for false")
STRIP: Final = airport("KP-0012", None, "A strip without an ICAO code")
N92: Final = airport("N92", None, "A strip whose code is a tail number too")
AIRPORTS: Final = Airports([FNJ, WOS, VVO, NO, STRIP, N92])

ENVIRONMENT: Final = {"PASSWORD": " s3cr:et ", "CODE": "fnj", "HEX": "15521F", "BLANK": " ", "TWO_LINES": "a\nb"}

EMAIL: Final = "{to: [desk@example.org], from: watch@example.org, server: smtp://mail.example.org:587}"
WEBHOOK: Final = '{url: https://example.org/hook, secret: "${WEBHOOK_SECRET}"}'
APPRISE: Final = '"tgram://${BOT_TOKEN}/123456789"'
CHANNEL: Final = f"print, email: {EMAIL}, webhook: {WEBHOOK}, publish: /var/www/visits or apprise: {APPRISE}"
"""What complaints advise."""


def parse(
    text: str | bytes,
    environment: Mapping[str, str] = ENVIRONMENT,
    *,
    secrets: bool = True,
) -> Watchlist:
    """Read a watchlist called ``w.yaml``."""
    data = text if isinstance(text, bytes) else text.encode()
    return parse_watchlist(data, name="w.yaml", environment=environment, airports=AIRPORTS, secrets=secrets)


def complaints(text: str | bytes, environment: Mapping[str, str] = ENVIRONMENT) -> list[str]:
    """Read a watchlist that must be wrong, and give what is said of it."""
    with pytest.raises(WatchlistError) as caught:
        parse(text, environment)
    return caught.value.complaints


def event(
    icao24: Icao24, at: Airport | None, type_: EventType = "landing", registration: str | None = None, sure: float = 0.9
) -> Event:
    """Make an event of which only airframe, place, kind and confidence matter."""
    moment = datetime(2023, 9, 26, 1, 52, tzinfo=UTC)
    place = Place(at.icao, at.iata, at.name) if at is not None else None
    return Event(
        *("e", type_, icao24, registration, None, place, moment, moment, moment, "inferred", sure, moment, "v")
    )
