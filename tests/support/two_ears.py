"""OpenSky and adsb.lol on the loopback, hearing the same aircraft, and polls that ask both."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from made_visits import ICAO24, SEEN_DOWN, SEEN_UP, rows
from opensky_server import ANONYMOUS, FIELDS, OpenSkyServer, Row, row
from program import RICH
from readsb_servers import AdsbLol, Aircraft
from state_vectors import AIRPORTS, MINUTE, airport, arrival, departure, parked, sent

from flightwatch.alerting.blindness import Blindness
from flightwatch.app.poll import poll_once
from flightwatch.app.poll_outcomes import Polled
from flightwatch.core.model import OPENSKY, Event, StateVector, instant
from flightwatch.core.watched import WatchedAircraft, WatchedAirport
from flightwatch.sources.asking import Source
from flightwatch.sources.opensky_states import OpenSky
from flightwatch.sources.readsb import Network
from flightwatch.sources.recorded import Recorder
from flightwatch.storage.outbox import Outbox
from flightwatch.storage.store import Store
from flightwatch.watchlist.model import SourceEntry, Watchlist

LOL: Final = "adsb.lol"
BOTH: Final = (SourceEntry("opensky", OPENSKY), SourceEntry("adsb.lol", LOL))
WATCHLIST: Final = Watchlist(
    aircraft=(WatchedAircraft(ICAO24, "RA-86559", "rule"),),
    airports=(WatchedAirport(airport("FNJ")),),
    sources=BOTH,
)
M_PER_FT, MS_PER_KT = 0.3048, 1852 / 3600

_INBOUND, _OUTBOUND = arrival("VVO", SEEN_DOWN, icao24=ICAO24), departure("VVO", SEEN_UP, icao24=ICAO24)


def as_readsb(row: Row, now: float) -> Aircraft:
    """The row of a state vector as readsb serves it at this time, Unix seconds; what is null is left out."""
    given = dict(zip(FIELDS, row, strict=True))

    def scaled(name: str, unit: float) -> float | None:
        value = given[name]
        return round(value / unit, 3) if isinstance(value, float | int) else None

    def age(name: str) -> float | None:
        value = given[name]
        return now - value if isinstance(value, int) else None

    found: Aircraft = {
        "hex": given["icao24"],
        "type": "adsb_icao",
        "flight": given["callsign"],
        "alt_baro": "ground" if given["on_ground"] else scaled("baro_altitude", M_PER_FT),
        "alt_geom": scaled("geo_altitude", M_PER_FT),
        "gs": scaled("velocity", MS_PER_KT),
        "track": given["true_track"],
        "baro_rate": scaled("vertical_rate", M_PER_FT / 60),
        "lat": given["latitude"],
        "lon": given["longitude"],
        "seen_pos": age("time_position"),
        "seen": age("last_contact"),
        "version": 2,
        "nic": 8,
        "nac_p": 9,
    }
    return {name: value for name, value in found.items() if value is not None}


def the_visit(at: int) -> StateVector | None:
    """RA-86559 as it is heard at this time around its visit to Vladivostok: on the ground only while it rolls."""
    if at < SEEN_DOWN:
        return sent(_INBOUND, at)
    if at >= SEEN_UP:
        return sent(_OUTBOUND, at)
    rolls = at - SEEN_DOWN <= 11 * MINUTE or SEEN_UP - at <= 6 * MINUTE
    return parked("VVO", at, icao24=ICAO24, velocity=9.0) if rolls else None


def crowd(at: int, count: int = 60) -> list[Row]:
    """Strangers in cruise, enough to be usual."""
    return [
        row(
            f"{0x700000 + n:06x}",
            time_position=at,
            last_contact=at,
            latitude=-60.0 + n % 120,
            longitude=n * 3.0 % 360.0 - 180.0,
        )
        for n in range(count)
    ]


class TwoEars:
    """Polls by a watchlist into a store, with the two servers at hand."""

    def __init__(self, opensky: OpenSkyServer, lol: AdsbLol, store: Store, watchlist: Watchlist = WATCHLIST) -> None:
        self.opensky, self.lol, self.store, self.watchlist = opensky, lol, store, watchlist
        self.sources: dict[str, Source] = {
            OPENSKY: OpenSky(base_url=opensky.url, token_url=opensky.token_url, pause=lambda _: None),
            LOL: Network("adsb.lol", address=lol.origin, pause=lambda _: None),
        }
        self.events: list[Event] = []
        self.lines: list[str] = []
        self.health: list[Blindness] = []

    def hear(self, at: int, heard: Iterable[Row]) -> None:
        """Let both servers hear these rows at this time."""
        heard = list(heard)
        self.opensky.time, self.opensky.states = at, heard
        self.lol.now_s, self.lol.aircraft = float(at), [as_readsb(each, float(at)) for each in heard]

    def poll(self, at: int, recorder: Recorder | None = None) -> Polled:
        """Poll at this time; what is told and said is kept."""
        polled = poll_once(
            self.watchlist, AIRPORTS, self.sources, self.store, clock=lambda: instant(at + 1), recorder=recorder
        )
        self.events += polled.told
        self.lines += polled.lines
        outbox = Outbox(self.store)
        waiting = [outbox.blindness(alert) for alert in outbox.due(instant(2**31)) if not alert.is_event]
        self.health += [each for each in waiting if each not in self.health]
        return polled


@contextmanager
def two_ears(folder: Path, watchlist: Watchlist = WATCHLIST) -> Iterator[TwoEars]:
    """Both servers, and a database in this folder."""
    with OpenSkyServer() as opensky, AdsbLol() as lol, Store(folder / "two.db", lasting=False) as store:
        opensky.credits[ANONYMOUS] = RICH
        yield TwoEars(opensky, lol, store, watchlist)


def visit_times(step: int, before: int, after: int) -> list[int]:
    """When to poll: every ``step`` seconds from ``before`` the landing on to ``after`` the departure, and closer about both."""
    close = [t for end in (SEEN_DOWN, SEEN_UP) for t in range(end - 11 * MINUTE, end + 12 * MINUTE, 5 * MINUTE)]
    return sorted({*range(SEEN_DOWN - before, SEEN_UP + after, step), *close})


def seen(at: int) -> list[Row]:
    """What there is to hear at this time."""
    return [*rows(the_visit(at)), *crowd(at)]
