"""adsb.lol's traces on the loopback, in their published form: gzip under the name of JSON, 504 for what is not there.

    with TraceServer() as server:
        server.fly("15521f", DAY, [reports…])
        AdsbLolTraces(server.origin).of_day("15521f", DAY)

Nothing in here sleeps.
"""

import gzip
import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime

from loopback import Fault, Loopback, Request, status

from flightwatch.core.model import Icao24, StateVector
from flightwatch.core.spans import DAY_S
from flightwatch.planning.trace_days import SENTINELS

FEET_M, KNOT_MS, FEET_A_MINUTE_MS = 0.3048, 1852 / 3600, 0.3048 / 60

_DAY = re.compile(r"/globe_history/(\d{4})/(\d\d)/(\d\d)/traces/([0-9a-f]{2})/trace_full_([0-9a-f]{6})\.json")
_LATELY = re.compile(r"/data/traces/([0-9a-f]{2})/trace_full_([0-9a-f]{6})\.json")


def trace(icao24: Icao24, since: int, reports: Iterable[StateVector], **fields: object) -> bytes:
    """Write the reports as readsb writes a trace that begins at ``since``, Unix seconds; ``fields`` as its head has them."""
    points = [_point(report, since) for report in reports]
    head: dict[str, object] = {"icao": icao24, "r": "RA-86559", "t": "IL62", "dbFlags": 1, "timestamp": float(since)}
    return json.dumps({**head, **fields, "trace": points}).encode()


def _point(report: StateVector, since: int) -> list[object]:
    height = None if report.baro_altitude is None else round(report.baro_altitude / FEET_M)
    details = {"type": "adsb_icao", "flight": report.callsign, "nic": 8, "nac_p": 9, "version": 2, "category": "A5"}
    return [
        float(report.last_contact - since),
        report.latitude,
        report.longitude,
        "ground" if report.on_ground else height,
        None if report.velocity is None else report.velocity / KNOT_MS,
        report.true_track,
        0,
        None if report.vertical_rate is None else round(report.vertical_rate / FEET_A_MINUTE_MS),
        details,
        "adsb_icao",
        None,
        None,
        None,
        None,
    ]


class TraceServer(Loopback):
    """Traces by airframe and day, and the days that there are: on these the sentinels fly."""

    def __init__(self) -> None:
        super().__init__()
        self.days: set[int] = set()
        """First Unix seconds of the UTC days that there are; today is always there."""
        self.traces: dict[tuple[Icao24, int], bytes] = {}
        """JSON by airframe and day; whoever is not in it was not heard."""
        self.lately: dict[Icao24, bytes] = {}
        """JSON of the last 24 hours."""
        self.faulty_days: dict[int, Fault] = {}
        """What is answered instead to whatever is asked about a day."""
        self.grounded: set[Icao24] = set()
        """Sentinels that do not fly."""

    def fly(self, icao24: Icao24, day: int, reports: Iterable[StateVector]) -> None:
        """Let an airframe be heard so on a UTC day, as far as the reports are of it."""
        those = [report for report in reports if day <= report.last_contact < day + DAY_S]
        self.traces[icao24, day] = trace(icao24, day, those)

    def answer(self, request: Request) -> Fault:
        self.requests.append(request)
        if self.faults:
            return self.faults.popleft()
        if match := _DAY.fullmatch(request.path):
            year, month, day, folder, icao24 = match.groups()
            at = round(datetime(int(year), int(month), int(day), tzinfo=UTC).timestamp())
            if at in self.faulty_days:
                return self.faulty_days[at]
            found = self._of_day(icao24, at)
        elif match := _LATELY.fullmatch(request.path):
            folder, icao24 = match.groups()
            found = self.lately.get(icao24) or self._sentinel(icao24, 0)
        else:
            return status(404)
        if found is None or folder != icao24[-2:]:
            return status(504)
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        return Fault(headers=headers, body=gzip.compress(found))

    def _of_day(self, icao24: Icao24, day: int) -> bytes | None:
        if day not in self.days:
            return None
        return self.traces.get((icao24, day)) or self._sentinel(icao24, day)

    def _sentinel(self, icao24: Icao24, since: int) -> bytes | None:
        is_flying = icao24 in SENTINELS and icao24 not in self.grounded
        return trace(icao24, since or 1_700_000_000, []) if is_flying else None

    def asked_for(self, icao24: Icao24) -> list[str]:
        """The days asked about an airframe, ``2026/11/29``, or ``lately``, in the order of the questions."""
        ours = [request.path for request in self.requests if icao24 in request.path]
        return [match.group() if (match := re.search(r"\d{4}/\d\d/\d\d", path)) else "lately" for path in ours]
