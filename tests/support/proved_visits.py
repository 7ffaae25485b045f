"""Visits that polls watch and keep evidence of: seen, inferred, taken back, in a busy sky; told again."""

from collections.abc import Sequence
from typing import Final

import msgspec
from made_visits import ICAO24, UNSEEN_DOWN, Answer, rows, seen_visit, unseen_visit
from msgspec.structs import replace
from opensky_server import OpenSkyServer, Row, row
from program import show
from state_vectors import AIRPORTS, MINUTE, airport, report

from flightwatch.app.poll import poll_once
from flightwatch.app.retelling import retold
from flightwatch.core.model import OPENSKY, Event, StateVector, instant
from flightwatch.core.watched import WatchedAircraft, WatchedAirport
from flightwatch.sources.opensky_states import OpenSky
from flightwatch.storage.evidence import stretches
from flightwatch.storage.store import Store
from flightwatch.tracking.evidence import Look
from flightwatch.tracking.track import Track
from flightwatch.watchlist.model import Watchlist

WATCHLIST: Final = Watchlist(
    aircraft=(
        WatchedAircraft(ICAO24, "RA-86559", "rule"),
        WatchedAircraft("7278a5", "P-885", "given", label="Somebody else's business"),
    ),
    airports=(WatchedAirport(airport("FNJ")),),
    keeps_evidence=True,
)

EVER: Final = 2**40


def taken_back() -> list[Answer]:
    """The visit to Pyongyang of which nothing came: after the landing was told it is heard on its way south."""
    at = UNSEEN_DOWN + 45 * MINUTE
    flies = report(at, icao24=ICAO24, callsign="RFF7451 ", latitude=35.2, longitude=124.2, true_track=200.0)
    return [*unseen_visit()[:12], (at, rows(flies)), (at + MINUTE, rows(later(flies, MINUTE)))]


def later(flies: StateVector, by_s: int) -> StateVector:
    """The same a while later, further south."""
    return replace(
        flies,
        time_position=flies.last_contact + by_s,
        last_contact=flies.last_contact + by_s,
        latitude=(flies.latitude or 0.0) - by_s * 231.5 / 111_200,
    )


def strangers(at: int, count: int, latitude: float, longitude: float) -> list[Row]:
    """Aircraft in cruise all around a place, and enough of them elsewhere for the sky to be a world."""
    return [
        row(
            f"{0x700000 + n:06x}",
            callsign=f"BUSY{n:<4}",
            time_position=at,
            last_contact=at,
            latitude=latitude + (n % 20 - 10) / 8,
            longitude=longitude + (n // 20 % 20 - 10) / 8,
            baro_altitude=9000.0 + n % 7 * 300.0,
        )
        for n in range(count)
    ]


def busy(answers: Sequence[Answer], count: int = 400) -> list[Answer]:
    """The same with a crowd around Pyongyang."""
    return [(at, [*heard, *strangers(at, count, 39.6, 126.2)]) for at, heard in answers]


VISITS: Final = {
    "seen": seen_visit(),
    "inferred": unseen_visit(),
    "taken back": taken_back(),
    "in a busy sky": busy(unseen_visit()),
}


def watched(
    answers: Sequence[Answer], server: OpenSkyServer, source: OpenSky, store: Store, watchlist: Watchlist = WATCHLIST
) -> list[Event]:
    """Poll each of these answers; give what is told."""
    events: list[Event] = []
    for at, heard in answers:
        show(server, at, heard)
        events += poll_once(watchlist, AIRPORTS, {OPENSKY: source}, store, clock=lambda: instant(server.time + 1)).told
    return events


def told_again(store: Store, icao24: str = ICAO24) -> list[Event]:
    """What comes of the answers that are kept of an airframe."""
    events: list[Event] = []
    for stretch in stretches(store, icao24, 0, EVER):
        start = msgspec.json.decode(stretch.start, type=Track | None)
        looks = msgspec.json.decode(stretch.looks, type=tuple[Look, ...])
        for _, done in retold(icao24, start, looks, AIRPORTS):
            events += done.events
    return events
