"""Whom to name where data of a source are published, and under which terms they are. Pure.

Terms as published by November 2026: openskynetwork/opensky-api, adsb.lol (docs, "open data"), adsbfi/opendata, airplanes.live.
"""

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from flightwatch.core.model import OPENSKY


class Credit(Struct, frozen=True):
    """Whom to name, and what may be done with the data."""

    name: str
    url: str
    terms: str
    """The rest of a sentence that begins with the name."""
    brief: str
    """The terms in a few words, for an alert and for who checks a watchlist."""

    @property
    def line(self) -> str:
        """The credit as one line of plain text."""
        return f"{self.name} ({self.url}), {self.terms}."


CREDITS: Final = {
    OPENSKY: Credit(
        "The OpenSky Network",
        "https://opensky-network.org/",
        "for research and non-commercial use; ask them about any other",
        "research and non-commercial use, others ask",
    ),
    "adsb.lol": Credit(
        "adsb.lol and its contributors",
        "https://adsb.lol/",
        "under the Open Database License 1.0 (https://opendatacommons.org/licenses/odbl/1-0/): name them, and publish a database "
        "that you make of it under the same licence",
        "Open Database License 1.0: name it where you publish",
    ),
    "adsb.fi": Credit(
        "adsb.fi",
        "https://adsb.fi/",
        "for personal, non-commercial use; name and link them",
        "personal, non-commercial use: name and link it",
    ),
    "airplanes.live": Credit(
        "airplanes.live",
        "https://airplanes.live/",
        "for non-commercial use by members; ask them about any other",
        "non-commercial use by members",
    ),
}
"""By the source's name. A receiver of one's own needs no credit."""


def whom_to_name(sources: Iterable[str]) -> tuple[Credit, ...]:
    """Whom to name for data of these sources, in the order of `CREDITS`."""
    heard = set(sources)
    return tuple(credit for name, credit in CREDITS.items() if name in heard)
