"""adsb.lol, adsb.fi, airplanes.live and a receiver on the loopback, each as it publishes its form and its limits.

    with AdsbLol() as server:
        server.aircraft = [aircraft("15521f", lat=39.2, lon=125.7, alt_baro="ground")]
        Network("adsb.lol", address=server.origin).fetch(Query(icao24s=("15521f",)))

Nothing in here sleeps.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

from loopback import Fault, Loopback, Request, as_json, status

from flightwatch.core.geo import NAUTICAL_MILE_KM, distance_km

NOW: Final = 1_787_165_611
"""19 August 2026, 18:53 UTC."""

FARTHEST_NM: Final = 250
MOST_ICAO24S: Final = 1000

Aircraft = dict[str, object]


def aircraft(icao24: str, **fields: object) -> Aircraft:
    """Make an aircraft as readsb serves it: an airliner at cruise unless ``fields`` say else, and without those that are None."""
    usual: Aircraft = {
        "type": "adsb_icao",
        "flight": "RSD100  ",
        "r": "RA-86559",
        "t": "IL62",
        "dbFlags": 1,
        "alt_baro": 35000,
        "alt_geom": 35500,
        "gs": 450.0,
        "track": 92.0,
        "baro_rate": 0,
        "squawk": "1000",
        "emergency": "none",
        "category": "A5",
        "lat": 39.2241,
        "lon": 125.67,
        "nic": 8,
        "rc": 186,
        "seen_pos": 0.4,
        "version": 2,
        "nac_p": 9,
        "mlat": [],
        "tisb": [],
        "messages": 1031,
        "seen": 0.1,
        "rssi": -12.5,
    }
    return {"hex": icao24, **{name: value for name, value in (usual | fields).items() if value is not None}}


class _Network(Loopback):
    """A network: who is heard, and the time it tells."""

    def __init__(self) -> None:
        super().__init__()
        self.now_s: float = NOW + 0.5
        self.aircraft: list[Aircraft] = []
        self._under_way = 0
        self._lock = Lock()

    def answer(self, request: Request) -> Fault:
        """Answer one request, unless another is being answered."""
        self.requests.append(request)
        with self._under_way_too() as is_alone:
            if not is_alone:
                return status(429)
            return self.faults.popleft() if self.faults else self.found(request)

    def found(self, request: Request) -> Fault:
        """Answer what is asked; 404 what cannot be."""
        raise NotImplementedError

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Be in the middle of another answer."""
        with self._under_way_too():
            yield

    @contextmanager
    def _under_way_too(self) -> Iterator[bool]:
        with self._lock:
            self._under_way += 1
            is_alone = self._under_way == 1
        try:
            yield is_alone
        finally:
            with self._lock:
                self._under_way -= 1

    def _named(self, hexes: str) -> Fault:
        wanted = hexes.lower().split(",")
        if len(wanted) > MOST_ICAO24S:
            return status(400)
        return self._version_2([each for each in self.aircraft if each["hex"] in wanted])

    def _flying(self, callsigns: str) -> Fault:
        """Whole callsigns alone, as readsb compares them: eight characters, filled with blanks."""
        wanted = [each.ljust(8) for each in callsigns.split(",")]
        return self._version_2([each for each in self.aircraft if each.get("flight") in wanted])

    def _around(self, lat: float, lon: float, radius_nm: float) -> list[Aircraft]:
        return [
            each
            for each in self.aircraft
            if isinstance(each.get("lat"), float)
            and distance_km(lat, lon, float(str(each["lat"])), float(str(each["lon"]))) <= radius_nm * NAUTICAL_MILE_KM
        ]

    def _version_2(self, found: list[Aircraft]) -> Fault:
        """As ADS-B Exchange answered in version 2: milliseconds, and ``ac``."""
        now_ms = round(self.now_s * 1000)
        return as_json(
            {"ac": found, "msg": "No error", "now": now_ms, "total": len(found), "ctime": now_ms, "ptime": 0}
        )


class AdsbLol(_Network):
    """api.adsb.lol: parallel questions are refused, and a circle beyond 250 NM is none (adsblol/api, api_v2.py)."""

    def found(self, request: Request) -> Fault:
        if match := re.fullmatch(r"/v2/(?:hex|icao)/([0-9a-fA-F,]+)", request.path):
            return self._named(match[1])
        if match := re.fullmatch(r"/v2/callsign/([^/]+)", request.path):
            return self._flying(match[1])
        if match := re.fullmatch(r"/v2/point/(-?[0-9.]+)/(-?[0-9.]+)/([0-9]+)", request.path):
            lat, lon, radius_nm = float(match[1]), float(match[2]), int(match[3])
            if radius_nm > FARTHEST_NM or abs(lat) > 90 or abs(lon) > 180:
                return Fault(422, body=b'{"detail":[{"loc":["path","radius"]}]}')
            return self._version_2(self._around(lat, lon, radius_nm))
        return status(404)


class AdsbFi(_Network):
    """opendata.adsb.fi: by address in version 2, by circle in version 3 (adsbfi/opendata)."""

    @property
    def url(self) -> str:
        return f"{self.origin}/api"

    def found(self, request: Request) -> Fault:
        if match := re.fullmatch(r"/api/v2/hex/([0-9a-fA-F,]+)", request.path):
            return self._named(match[1])
        if match := re.fullmatch(r"/api/v2/callsign/([A-Z0-9]+)", request.path):
            return self._flying(match[1])
        if match := re.fullmatch(r"/api/v3/lat/(-?[0-9.]+)/lon/(-?[0-9.]+)/dist/([0-9]+)", request.path):
            return self._version_2(self._around(float(match[1]), float(match[2]), min(int(match[3]), FARTHEST_NM)))
        return status(404)


class AirplanesLive(_Network):
    """rest.api.airplanes.live: readsb's own questions, with a member's key (wiedehopf/readsb, README-json.md)."""

    KEY: Final = "member-key-7f3a91"

    def found(self, request: Request) -> Fault:
        if request.headers.get("auth") != self.KEY:
            return status(403 if "auth" not in request.headers else 401)
        asked = request.sent.removeprefix("/?").split("&")  # readsb does not decode what browsers encode
        if "jv2" not in asked:
            return as_json({"now": self.now_s, "aircraft": []})
        if match := re.fullmatch(r"find_hex=([0-9a-fA-F,]+)", asked[0]):
            return self._named(match[1])
        if match := re.fullmatch(r"find_callsign=([^/&]+)", asked[0]):
            return self._flying(match[1])
        if match := re.fullmatch(r"circle=(-?[0-9.]+),(-?[0-9.]+),([0-9.]+)", asked[0]):
            return self._version_2(self._around(float(match[1]), float(match[2]), float(match[3])))
        return status(400)


class ReceiverServer(_Network):
    """A receiver's own pages: ``data/aircraft.json`` and nothing else that matters here."""

    @property
    def url(self) -> str:
        return f"{self.origin}/data/aircraft.json"

    def found(self, request: Request) -> Fault:
        if request.path != "/data/aircraft.json":
            return status(404)
        return as_json({"now": self.now_s, "messages": 3181, "aircraft": self.aircraft})
