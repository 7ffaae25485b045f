"""Questions about flights and tracks: what is sent, what is believed of the answer, and what is said when there is none."""

from datetime import timedelta

import msgspec
import pytest
from made_visits import ICAO24, unix
from opensky_journeys import AUTUMN, journey, read, read_track, track_of
from opensky_server import CLIENT_ID, CLIENT_SECRET, HTML, TRUNCATED, Fault, OpenSkyServer, status
from program import RICH
from state_vectors import NOON, arrival

from flightwatch.core.spans import DAY_S
from flightwatch.errors import BadAnswer, OutOfCredits, Refused, SourceError, Unreachable
from flightwatch.flights.model import Flight, Window
from flightwatch.sources.opensky_flights import FlightsFetched, OpenSkyFlights, TrackFetched

pytestmark = pytest.mark.usefixtures("no_proxy")

SEPTEMBER_25 = unix("2023-09-25T00:00")
PAIR = Window(SEPTEMBER_25, SEPTEMBER_25 + 2 * DAY_S - 1)
SOUND = journey("2023-09-25T17:20", "2023-09-26T01:52", "UUWW", "ZKPY")


@pytest.fixture
def opensky(server: OpenSkyServer) -> OpenSkyFlights:
    server.flights_until = unix("2023-10-31T00:00")
    return OpenSkyFlights(base_url=server.url, token_url=server.token_url, pause=lambda _: None)


def test_asks_for_two_days(server: OpenSkyServer, opensky: OpenSkyFlights) -> None:
    """Only flights that departed and arrived within them come back, and the balance of this bucket."""
    server.flights = list(AUTUMN)
    assert opensky.flights(ICAO24, PAIR) == FlightsFetched(tuple(read(AUTUMN[6])), 0, 370)
    [request] = server.requests
    assert (request.path, request.params) == (
        "/api/flights/aircraft",
        [("icao24", ICAO24), ("begin", "1695600000"), ("end", "1695772799")],
    )
    assert (server.credits["anonymous"], server.track_credits["anonymous"]) == (RICH, 400)


def test_none_is_an_answer(opensky: OpenSkyFlights) -> None:
    """OpenSky says 404, and takes the credits all the same."""
    assert opensky.flights(ICAO24, PAIR) == FlightsFetched((), 0, 370)


def test_an_account_has_a_larger_allowance(server: OpenSkyServer, opensky: OpenSkyFlights) -> None:
    signed_in = OpenSkyFlights(
        base_url=server.url, token_url=server.token_url, client_id=CLIENT_ID, client_secret=CLIENT_SECRET
    )
    assert (opensky.allowance, signed_in.allowance) == (400, 4000)
    assert signed_in.flights(ICAO24, PAIR).credits_remaining == 3970
    assert signed_in.flights(ICAO24, PAIR).credits_remaining == 3940
    assert [request.path for request in server.requests] == ["/token", *["/api/flights/aircraft"] * 2]


@pytest.mark.parametrize(
    "bad",
    [
        None,
        [],
        {"icao24": ICAO24},
        SOUND | {"icao24": "RA-86559"},
        SOUND | {"firstSeen": SOUND["lastSeen"], "lastSeen": SOUND["firstSeen"]},
        SOUND | {"lastSeen": 1_695_693_120_000},
        SOUND | {"firstSeen": None},
        SOUND | {"firstSeen": -1},
    ],
)
def test_a_row_that_cannot_be_read_is_counted(server: OpenSkyServer, opensky: OpenSkyFlights, bad: object) -> None:
    """It may be a flight."""
    server.flight_faults.append(Fault(body=msgspec.json.encode([bad, SOUND])))
    assert opensky.flights(ICAO24, PAIR) == FlightsFetched(tuple(read(SOUND)), 1, None)


@pytest.mark.parametrize(
    ("odd", "read_as"),
    [
        ({"icao24": "15521F"}, {}),
        ({"estArrivalAirport": "Z" * 1000}, {"estArrivalAirport": None}),
        ({"callsign": 7}, {"callsign": None}),
        ({"estArrivalAirportHorizDistance": "near"}, {"estArrivalAirportHorizDistance": None}),
        ({"estArrivalAirportVertDistance": True}, {"estArrivalAirportVertDistance": None}),
        ({"arrivalAirportCandidatesCount": 1.5}, {"arrivalAirportCandidatesCount": 1}),
        ({"departureAirportCandidatesCount": -3}, {"departureAirportCandidatesCount": 1}),
        ({"departureAirportCandidatesCount": False}, {"departureAirportCandidatesCount": 1}),
    ],
)
def test_an_odd_estimate_leaves_an_end_open(
    server: OpenSkyServer, opensky: OpenSkyFlights, odd: dict[str, object], read_as: dict[str, object]
) -> None:
    """The flight is one all the same; candidates that cannot be counted are taken for one."""
    server.flight_faults.append(Fault(body=msgspec.json.encode([SOUND | odd, SOUND | {"icao24": "7278a5"}])))
    assert opensky.flights(ICAO24, PAIR) == FlightsFetched(tuple(read(SOUND | read_as)), 0, None)


def test_unknown_keys_and_nulls_are_fine(server: OpenSkyServer, opensky: OpenSkyFlights) -> None:
    bare: dict[str, object] = dict.fromkeys(SOUND) | {
        "icao24": ICAO24,
        "firstSeen": 1,
        "lastSeen": 2,
        "fromTheFuture": [{}],
    }
    server.flight_faults.append(Fault(body=msgspec.json.encode([bare])))
    assert opensky.flights(ICAO24, PAIR) == FlightsFetched((Flight(ICAO24, 1, 2),), 0, None)


@pytest.mark.parametrize(
    ("fault", "error", "message"),
    [
        (
            status(429, X_Rate_Limit_Retry_After_Seconds="11520"),
            OutOfCredits,
            "credits are spent; OpenSky says to wait 3 h 12 min; what was answered is kept, ask again then to go on "
            "(a day of one aircraft costs 17)",
        ),
        (
            status(400),
            Refused,
            "127.0.0.1 does not understand the question (400); report it as a mistake in flightwatch",
        ),
        (
            status(404, Content_Type="text/html; charset=utf-8"),
            Refused,
            "127.0.0.1 has no such page (404); check FLIGHTWATCH_OPENSKY_URL",
        ),
        (
            HTML,
            BadAnswer,
            "OpenSky answered with HTML, not JSON; look for a log-in page on this network, check "
            "FLIGHTWATCH_OPENSKY_URL",
        ),
        (
            TRUNCATED,
            BadAnswer,
            "OpenSky answered with 44 bytes that are not flights; what was answered is kept, ask again to go on",
        ),
        (
            Fault(body=b"[" * 100_000),
            BadAnswer,
            "OpenSky answered with 100000 bytes that are not flights; what was answered is kept, ask again to go on",
        ),
    ],
    ids=["429", "400", "404 of a web site", "html", "truncated", "nested"],
)
def test_no_answer(
    server: OpenSkyServer, opensky: OpenSkyFlights, fault: Fault, error: type[SourceError], message: str
) -> None:
    """What is said is about questions, not about polls."""
    server.flight_faults.append(fault)
    with pytest.raises(error) as caught:
        opensky.flights(ICAO24, PAIR)
    assert (type(caught.value), str(caught.value)) == (error, message)
    assert len(server.requests) == 1


def test_trouble_is_tried_again(server: OpenSkyServer, opensky: OpenSkyFlights) -> None:
    server.flight_faults.extend([status(503)] * 5)
    with pytest.raises(Unreachable) as caught:
        opensky.flights(ICAO24, PAIR)
    assert str(caught.value) == (
        "127.0.0.1 has trouble of its own (503); what was answered is kept, ask again to go on"
    )
    assert opensky.flights(ICAO24, PAIR).flights == ()


def test_the_budget_is_for_each_question(server: OpenSkyServer) -> None:
    """Three months take longer than any one question may."""
    seconds = iter(range(0, 10_000, 10))
    opensky = OpenSkyFlights(base_url=server.url, monotonic=lambda: next(seconds), budget_s=100.0)
    assert [opensky.flights(ICAO24, PAIR).credits_remaining for _ in range(8)] == list(range(370, 159, -30))


def test_asks_for_a_track(server: OpenSkyServer, opensky: OpenSkyFlights) -> None:
    """By an instant amid the flight; out of a bucket of its own."""
    track = track_of(arrival("ZRH", NOON))
    server.tracks = [track]
    flown = Flight(ICAO24, int(str(track["startTime"])), int(str(track["endTime"])))
    assert opensky.track(flown) == TrackFetched(read_track(track), 396)
    assert server.requests[0].path == "/api/tracks/all"
    assert server.flight_credits["anonymous"] == 400


@pytest.mark.parametrize(
    "body", [b"null", b'{"icao24":"15521f","path":[]}', b'{"icao24":"aaaaaa","path":[[1,2,3,4,5,true]]}']
)
def test_no_track(server: OpenSkyServer, opensky: OpenSkyFlights, body: bytes) -> None:
    """None, an empty one, and another airframe's."""
    server.flight_faults.append(Fault(body=body))
    assert opensky.track(read(SOUND)[0]) == TrackFetched(None, None)
    assert opensky.track(read(SOUND)[0]) == TrackFetched(None, 396)


@pytest.mark.parametrize(
    "body",
    [b"[]", b'{"icao24":"15521f","path":[[1,95,3,4,5,true]]}', b'{"icao24":"15521f","path":[[1,2,3,4,5]]}'],
)
def test_a_garbled_track(server: OpenSkyServer, opensky: OpenSkyFlights, body: bytes) -> None:
    server.flight_faults.append(Fault(body=body))
    with pytest.raises(BadAnswer, match=f"{len(body)} bytes that are not a track"):
        opensky.track(read(SOUND)[0])


def test_spent_credits_say_how_long(server: OpenSkyServer, opensky: OpenSkyFlights) -> None:
    server.flight_credits["anonymous"] = 29
    with pytest.raises(OutOfCredits) as caught:
        opensky.flights(ICAO24, PAIR)
    assert caught.value.retry_after == timedelta(seconds=server.retry_after_s)
