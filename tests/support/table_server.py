"""Who publishes tables, on the loopback: files with an ETag, and faults.

    with TableServer() as server:
        server.files["airports.csv"] = b"…"
        server.faults["runways.csv"] = "page"

Nothing in here sleeps: an answer that hangs ends when its asker goes or the server closes.
"""

import csv
import gzip
import io
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler
from typing import Literal

from serving import Serving

from flightwatch.core.model import Airport
from flightwatch.storage.tables import load_airports

Fault = Literal["page", "truncated", "missing", "hang", "garbage", "moved", "trouble"]

_FEET = 1 / 0.3048
_KINDS = {"large": "large_airport", "medium": "medium_airport", "small": "small_airport"}


class TableServer(Serving):
    """A context manager. ``asked`` holds each file that was asked for, with the status of the answer."""

    def __init__(self) -> None:
        super().__init__(_handler(self))
        self.files: dict[str, bytes] = {}
        self.faults: dict[str, Fault] = {}
        self.asked: list[tuple[str, int]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def _handler(server: TableServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.lstrip("/")
            body, fault = server.files.get(name), server.faults.get(name)
            if fault == "hang":
                server.hang()
                return
            if body is None or fault == "missing":
                self._send(name, 404, b"<html>not found</html>")
            elif fault == "moved":
                self._send(name, 302, b"", Location="http://example.org/elsewhere")
            elif fault == "trouble":
                self._send(name, 503, b"")
            elif fault == "page":
                self._send(name, 200, b"<!DOCTYPE html><title>Log in</title>", ETag='"page"')
            elif fault == "garbage":
                self._send(name, 200, b"\x1f\x8b\x08\x00" + body[100:2100], ETag='"garbage"')
            elif fault == "truncated":
                self._send(name, 200, body[: len(body) // 2], whole=len(body), ETag='"truncated"')
            elif self.headers["If-None-Match"] == (tag := f'"{sha256(body).hexdigest()}"'):
                self._send(name, 304, b"", ETag=tag)
            else:
                self._send(name, 200, body, ETag=tag)

        def _send(self, name: str, status: int, body: bytes, *, whole: int | None = None, **headers: str) -> None:
            server.asked.append((name, status))
            self.send_response(status)
            for header, value in headers.items():
                self.send_header(header, value)
            self.send_header("Content-Length", str(len(body) if whole is None else whole))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    return Handler


@cache
def shipped() -> Mapping[str, Airport]:
    """The fields of the table that ships, by `Airport.icao`."""
    return {airport.icao: airport for airport in load_airports()}


def airports_csv(airports: Iterable[Airport]) -> bytes:
    """These fields as OurAirports' airports.csv has them."""
    columns = ["ident", "type", "name", "latitude_deg", "longitude_deg", "elevation_ft", "iso_country", "municipality"]
    rows: list[list[object]] = [[*columns, "iata_code", "scheduled_service"]]
    for each in airports:
        elevation = "" if each.elevation_m is None else round(each.elevation_m * _FEET)
        row = [each.icao, _KINDS[each.kind], each.name, each.latitude, each.longitude, elevation, each.country_code]
        rows.append([*row, each.city or "", each.iata or "", "yes" if each.scheduled else "no"])
    return _written(rows)


def runways_csv(airports: Iterable[Airport]) -> bytes:
    """Their strips as OurAirports' runways.csv has them."""
    ends = ["le_latitude_deg", "le_longitude_deg", "he_latitude_deg", "he_longitude_deg"]
    columns = ["airport_ident", "length_ft", "closed", "le_ident", "he_ident", "le_heading_degT"]
    rows: list[list[object]] = [[*columns, *ends]]
    for each in airports:
        for strip in each.runways:
            length = "" if strip.length_m is None else strip.length_m * _FEET
            known = [strip.heading_deg, strip.le_latitude, strip.le_longitude, strip.he_latitude, strip.he_longitude]
            row = [each.icao, length, 0, strip.le_ident, strip.he_ident]
            rows.append([*row, *("" if value is None else value for value in known)])
    return _written(rows)


def aircraft_gz(lines: Iterable[str] = (), *, others: int = 100_000) -> bytes:
    """These lines as tar1090-db's aircraft.csv.gz has them, and so many others that nobody watches."""
    text = "".join(
        f"{line}\n"
        for line in [*lines, *(f"{0xB00000 + n:06X};X-{n};B738;00;BOEING 737-800;;;" for n in range(others))]
    )
    return gzip.compress(text.encode(), 1, mtime=0)


def _written(rows: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
