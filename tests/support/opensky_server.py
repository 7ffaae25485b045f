"""OpenSky on the loopback: states, flights, tracks and the token endpoint as its documents describe them, and faults.

    with OpenSkyServer() as server:
        server.states = [row("15521f", latitude=39.2, longitude=125.7)]
        server.faults.append(status(503))      # the next question meets it, the one after does not
        subprocess.run(["flightwatch", "poll"], env={"FLIGHTWATCH_OPENSKY_URL": server.url, …})

Nothing in here sleeps.
"""

from collections import deque

from loopback import (
    BROKEN_GZIP,
    CLOSE,
    CUT,
    DRIP,
    DRIP_HEADERS,
    EMPTY,
    HANG,
    HTML,
    Fault,
    Loopback,
    Params,
    Request,
    as_json,
    status,
)

__all__ = [
    "BROKEN_GZIP",
    "CLOSE",
    "CUT",
    "DRIP",
    "DRIP_HEADERS",
    "EMPTY",
    "HANG",
    "HTML",
    "Fault",
    "OpenSkyServer",
    "Request",
    "status",
]

ANONYMOUS = "anonymous"
CLIENT_ID, CLIENT_SECRET = "watch-api-client", "tops3cret"
TIME = 1_695_693_120
"""26 September 2023, 01:52 UTC."""

FIELDS = (
    *("icao24", "callsign", "origin_country", "time_position", "last_contact", "longitude", "latitude"),
    *("baro_altitude", "on_ground", "velocity", "true_track", "vertical_rate", "sensors", "geo_altitude"),
    *("squawk", "spi", "position_source", "category"),
)

Row = list[object]


def row(icao24: str, **fields: object) -> Row:
    """Make a state vector as OpenSky sends it with ``extended=1``: an airliner at cruise unless ``fields`` say else."""
    usual: dict[str, object] = {
        "callsign": "RSD100  ",
        "origin_country": "Russian Federation",
        "time_position": TIME,
        "last_contact": TIME,
        "longitude": 125.67,
        "latitude": 39.2241,
        "baro_altitude": 10668.0,
        "on_ground": False,
        "velocity": 231.5,
        "true_track": 92.0,
        "vertical_rate": 0.0,
        "sensors": None,
        "geo_altitude": 10820.4,
        "squawk": "1000",
        "spi": False,
        "position_source": 0,
        "category": 0,
    }
    assert fields.keys() <= usual.keys()
    return [icao24, *(usual | fields).values()]


def flight(icao24: str, first_seen: int, last_seen: int, **fields: object) -> dict[str, object]:
    """Make a flight as OpenSky sends it: from and to no known airport unless ``fields`` say else."""
    usual: dict[str, object] = {
        "icao24": icao24,
        "firstSeen": first_seen,
        "estDepartureAirport": None,
        "lastSeen": last_seen,
        "estArrivalAirport": None,
        "callsign": "RSD100  ",
        "estDepartureAirportHorizDistance": None,
        "estDepartureAirportVertDistance": None,
        "estArrivalAirportHorizDistance": None,
        "estArrivalAirportVertDistance": None,
        "departureAirportCandidatesCount": 0,
        "arrivalAirportCandidatesCount": 0,
    }
    assert fields.keys() <= usual.keys()
    return usual | fields


TRUNCATED = Fault(body=b'{"time":1695693120,"states":[["15521f","RSD1')


class OpenSkyServer(Loopback):
    """A context manager. Attributes may be changed at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.time = TIME
        self.states: list[Row] = []
        self.clients = {CLIENT_ID: CLIENT_SECRET}
        self.credits = {ANONYMOUS: 400, CLIENT_ID: 4000}
        self.flights: list[dict[str, object]] = []
        self.flights_until = TIME
        """Unix seconds up to which the nightly batch has filled in flights."""
        self.tracks: list[dict[str, object]] = []
        self.flight_credits = {ANONYMOUS: 400, CLIENT_ID: 4000}
        self.track_credits = {ANONYMOUS: 400, CLIENT_ID: 4000}
        self.retry_after_s = 11520
        self.token_lifetime_s = 1800.0
        self.clock_s = 0.0
        """What tokens age by; it only moves when it is moved."""
        self.token_faults: deque[Fault] = deque()
        self.flight_faults: deque[Fault] = deque()
        """For the next questions to ``/flights/aircraft`` and ``/tracks/all``, one each."""
        self._tokens: dict[str, tuple[str, float]] = {}

    @property
    def url(self) -> str:
        return f"{self.origin}/api"

    @property
    def token_url(self) -> str:
        return f"{self.origin}/token"

    def answer(self, request: Request) -> Fault:
        """Answer one request."""
        self.requests.append(request)
        if request.path == "/token":
            return self.token_faults.popleft() if self.token_faults else self._token(dict(request.params))
        if request.path == "/api/states/all":
            return self.faults.popleft() if self.faults else self._states(request)
        if request.path in ("/api/flights/aircraft", "/api/tracks/all") and self.flight_faults:
            return self.flight_faults.popleft()
        if request.path == "/api/flights/aircraft":
            return self._flights_of(request)
        if request.path == "/api/tracks/all":
            return self._track_of(request)
        return status(404)

    def _token(self, form: dict[str, str]) -> Fault:
        client = form.get("client_id", "")
        if form.get("grant_type") != "client_credentials":
            return Fault(400, body=b'{"error":"unsupported_grant_type"}')
        if self.clients.get(client, ...) != form.get("client_secret"):
            return Fault(401, body=b'{"error":"unauthorized_client"}')
        token = f"token-{len(self._tokens) + 1}"
        self._tokens[token] = (client, self.clock_s + self.token_lifetime_s)
        return as_json({"access_token": token, "expires_in": self.token_lifetime_s, "token_type": "Bearer"})

    def _account(self, request: Request) -> str | None:
        """Who asks; None when the token is not valid."""
        if (authorization := request.headers.get("authorization")) is None:
            return ANONYMOUS
        account, ends_s = self._tokens.get(authorization.removeprefix("Bearer "), ("", 0.0))
        return account if self.clock_s < ends_s else None

    def _flights_of(self, request: Request) -> Fault:
        """Flights that departed and arrived within an interval of at most two days; 404 when there are none."""
        given = dict(request.params)
        icao24, begin, end = given["icao24"], int(given["begin"]), int(given["end"])
        if not begin <= end <= begin + 2 * _DAY_S:
            return status(400)
        found = [
            flight
            for flight in self.flights
            if flight["icao24"] == icao24
            and begin <= _integer(flight["firstSeen"])
            and _integer(flight["lastSeen"]) <= min(end, self.flights_until)
        ]
        return self._charged(request, self.flight_credits, _span_price(begin, end), found or None)

    def _track_of(self, request: Request) -> Fault:
        """The track of the flight under way at a time; 404 when there is none."""
        given = dict(request.params)
        icao24, at = given["icao24"], int(given["time"])
        for track in self.tracks:
            begin, end = _integer(track["startTime"]), _integer(track["endTime"])
            if track["icao24"] == icao24 and begin <= at <= end:
                return self._charged(request, self.track_credits, _span_price(begin, end), track)
        return self._charged(request, self.track_credits, _span_price(at, at), None)

    def _charged(self, request: Request, bucket: dict[str, int], price: int, value: object) -> Fault:
        """Answer with ``value``, or with 404 when it is None, for this price out of this bucket."""
        account = self._account(request)
        if account is None:
            return status(401)
        if bucket[account] < price:
            return status(429, X_Rate_Limit_Retry_After_Seconds=str(self.retry_after_s))
        bucket[account] -= price
        left = str(bucket[account])
        return (
            status(404, X_Rate_Limit_Remaining=left)
            if value is None
            else as_json(value, {"X-Rate-Limit-Remaining": left})
        )

    def _states(self, request: Request) -> Fault:
        account = self._account(request)
        if account is None:
            return status(401)
        try:
            box = _box(request.params)
        except ValueError:
            return status(400)
        price = _price(box)
        if self.credits[account] < price:
            return status(429, X_Rate_Limit_Retry_After_Seconds=str(self.retry_after_s))
        self.credits[account] -= price
        wanted = {value for name, value in request.params if name == "icao24"}
        columns = 18 if ("extended", "1") in request.params else 17
        rows = [
            state[:columns]
            for state in self.states
            if (not wanted or state[0] in wanted) and (box is None or _within(box, state[6], state[5]))
        ]
        return as_json(
            {"time": self.time, "states": rows or None}, {"X-Rate-Limit-Remaining": str(self.credits[account])}
        )


def _box(params: Params) -> tuple[float, float, float, float] | None:
    given = dict(params)
    corners = [given.get(name) for name in ("lamin", "lomin", "lamax", "lomax")]
    if corners == [None] * 4:
        return None
    lamin, lomin, lamax, lomax = (float(corner or "missing") for corner in corners)
    return lamin, lomin, lamax, lomax


def _price(box: tuple[float, float, float, float] | None) -> int:
    """Credits for a question: 1 up to 25 square degrees, 2 up to 100, 3 up to 400, else 4."""
    if box is None:
        return 4
    lamin, lomin, lamax, lomax = box
    area = (lamax - lamin) * (lomax - lomin)
    return 1 + sum(area > limit for limit in (25, 100, 400))


_DAY_S = 86_400


def _span_price(begin: int, end: int) -> int:
    """Credits for flights or tracks of a time: 4 under 24 h, 30 for one or two UTC days, from three on 60 each and more."""
    if end - begin < _DAY_S:
        return 4
    days = end // _DAY_S - begin // _DAY_S + 1
    if days <= 2:
        return 30
    return days * next(each for most, each in ((10, 60), (15, 120), (20, 240), (25, 480), (days, 960)) if days <= most)


def _integer(value: object) -> int:
    assert isinstance(value, int)
    return value


def _within(box: tuple[float, float, float, float], latitude: object, longitude: object) -> bool:
    if not isinstance(latitude, float | int) or not isinstance(longitude, float | int):
        return False
    return box[0] <= latitude <= box[2] and box[1] <= longitude <= box[3]
