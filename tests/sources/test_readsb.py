"""Questions to networks and receivers that run readsb: what is asked, how often, and what is said when nothing comes."""

import json
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from loopback import CLOSE, CUT, EMPTY, HTML, Fault, status
from pausing_clock import Clock
from readsb_servers import FARTHEST_NM, NOW, AdsbFi, AdsbLol, AirplanesLive, ReceiverServer, aircraft

from flightwatch import __version__
from flightwatch.core.geo import box_around, distance_km
from flightwatch.core.model import Box, Query
from flightwatch.errors import BadAnswer, OutOfCredits, Refused, SourceError, Unreachable, UsageError
from flightwatch.known_secrets import SECRETS
from flightwatch.planning.free import LIMITS
from flightwatch.sources.readsb import SERVICES, Kind, Network, Receiver, path_of
from flightwatch.tracking.following import WATCH_KM

pytestmark = pytest.mark.usefixtures("no_proxy")

IL62, FAR = aircraft("15521f"), aircraft("4b1900", lat=47.46, lon=8.55)
BY_NAME = Query(icao24s=("15521F", "a1b2c3"), source="adsb.lol")
AROUND = Query(box=box_around(39.2241, 125.67, WATCH_KM), source="adsb.lol")
AGAIN = "nothing is lost, the next poll asks again"


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def lol() -> Iterator[AdsbLol]:
    with AdsbLol() as server:
        server.aircraft = [IL62, FAR]
        yield server


def network(kind: Kind, address: str, clock: Clock, key: str | None = None, budget_s: float = 45.0) -> Network:
    return Network(kind, address=address, key=key, pause=clock.pause, monotonic=clock.monotonic, budget_s=budget_s)


def receiver(address: str, clock: Clock) -> Receiver:
    return Receiver(address, "attic", pause=clock.pause, monotonic=clock.monotonic, unix_s=clock.unix_s)


def refused(act: Callable[[], object], kind: type[SourceError]) -> str:
    """Give what the error of this very kind says, on one line."""
    with pytest.raises(kind) as caught:
        act()
    assert type(caught.value) is kind or isinstance(caught.value, Unreachable)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_adsb_lol_is_asked_by_name_and_by_circle(lol: AdsbLol, clock: Clock) -> None:
    """The paths are those it publishes, the program says who it is, and the answer comes back in OpenSky's units."""
    asked = network("adsb.lol", lol.origin, clock)

    named, around = asked.fetch(BY_NAME), asked.fetch(AROUND)

    assert named.answer == around.answer
    [vector] = named.answer.vectors
    assert (vector.icao24, vector.baro_altitude, vector.last_contact) == ("15521f", 10668.0, NOW)
    assert json.loads(named.raw)["ac"] == [IL62]
    assert named.credits_remaining is None
    assert [request.path for request in lol.requests] == ["/v2/hex/15521f,a1b2c3", "/v2/point/39.2241/125.6700/193"]
    assert {request.headers["user-agent"] for request in lol.requests} == {f"flightwatch/{__version__}"}


def test_adsb_fi_is_asked_in_both_of_its_versions(clock: Clock) -> None:
    with AdsbFi() as server:
        server.aircraft = [IL62, FAR]
        asked = network("adsb.fi", server.url, clock)
        answers = [asked.fetch(BY_NAME).answer, asked.fetch(AROUND).answer]

    assert [[vector.icao24 for vector in answer.vectors] for answer in answers] == [["15521f"], ["15521f"]]
    assert [request.path for request in server.requests] == [
        "/api/v2/hex/15521f,a1b2c3",
        "/api/v3/lat/39.2241/lon/125.6700/dist/193",
    ]


def test_airplanes_live_is_asked_with_the_key(clock: Clock) -> None:
    """Commas stay commas: readsb does not read them encoded."""
    with AirplanesLive() as server:
        server.aircraft = [IL62, FAR]
        asked = network("airplanes.live", server.origin, clock, AirplanesLive.KEY)
        answers = [asked.fetch(BY_NAME).answer, asked.fetch(AROUND).answer]

    assert [[vector.icao24 for vector in answer.vectors] for answer in answers] == [["15521f"], ["15521f"]]
    assert [request.sent for request in server.requests] == [
        "/?find_hex=15521f,a1b2c3&jv2",
        "/?circle=39.2241,125.6700,193&jv2",
    ]
    assert AirplanesLive.KEY not in SECRETS.hidden(f"auth: {AirplanesLive.KEY}")


@pytest.mark.parametrize(
    ("kind", "server", "path"),
    [
        ("adsb.lol", AdsbLol, "/v2/callsign/RSD100,RSD7"),
        ("adsb.fi", AdsbFi, "/v2/callsign/RSD100"),
        ("airplanes.live", AirplanesLive, "/?find_callsign=RSD100,RSD7&jv2"),
    ],
)
def test_networks_are_asked_by_callsign(
    kind: Kind, server: type[AdsbLol | AdsbFi | AirplanesLive], path: str, clock: Clock
) -> None:
    """Whoever flies as that comes, and nobody whose callsign only begins so."""
    callsigns = ("RSD100", "RSD7")[: LIMITS[kind].callsigns]
    with server() as heard:
        heard.aircraft = [IL62, aircraft("7278a1", flight="RSD1000 "), aircraft("7278a2", flight="RSD7    ")]
        asked = network(kind, heard.origin, clock, AirplanesLive.KEY if kind == "airplanes.live" else None)
        if kind == "adsb.fi":
            asked = network(kind, f"{heard.origin}/api", clock)
        answer = asked.fetch(Query(callsigns=callsigns, source=kind)).answer
    assert [vector.icao24 for vector in answer.vectors] == ["15521f", "7278a2"][: len(callsigns)]
    assert [request.sent.removeprefix("/api") for request in heard.requests] == [path]


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (
            None,
            "127.0.0.1 wants a key (403), which airplanes.live gives to its members; set key: under sources: airplanes.live in "
            "the watchlist, or take airplanes.live out",
        ),
        (
            "wrong",
            "127.0.0.1 does not accept this key (401); check key: under sources: airplanes.live in the watchlist",
        ),
    ],
)
def test_a_missing_or_wrong_key_is_told(key: str | None, said: str, clock: Clock) -> None:
    with AirplanesLive() as server:
        assert refused(lambda: network("airplanes.live", server.origin, clock, key).fetch(BY_NAME), Refused) == said
    assert len(server.requests) == 1


def test_questions_keep_the_pace(lol: AdsbLol, clock: Clock) -> None:
    """There is a pause before each question but the first, and no longer than is left of it."""
    asked = network("adsb.lol", lol.origin, clock)

    asked.fetch(BY_NAME)
    asked.fetch(AROUND)
    clock.now_s += 0.5
    asked.begin_poll()
    asked.fetch(BY_NAME)
    clock.now_s += 60.0
    asked.begin_poll()
    asked.fetch(BY_NAME)

    assert clock.pauses == [LIMITS["adsb.lol"].pace_s, LIMITS["adsb.lol"].pace_s - 0.5]


@pytest.mark.parametrize("kind", list(SERVICES))
def test_a_whole_poll_has_room_in_its_time(kind: Kind) -> None:
    """As many questions as are planned go out within a poll, with seconds left for their answers."""
    assert (LIMITS[kind].questions - 1) * LIMITS[kind].pace_s <= 35.0


def test_the_server_refuses_a_second_question_at_a_time(lol: AdsbLol, clock: Clock) -> None:
    """What is refused as one too many is asked once more after a pause, and given up after that."""
    asked = network("adsb.lol", lol.origin, clock)

    with lol.busy():
        said = refused(lambda: asked.fetch(BY_NAME), OutOfCredits)

    assert said == f"127.0.0.1 is asked too often (429), and it does not say how long to wait; {AGAIN}"
    assert len(lol.requests) == 2
    assert clock.pauses == [5.0]
    assert asked.fetch(BY_NAME).answer.vectors


@pytest.mark.parametrize("code", [420, 429])
def test_the_wait_that_is_told_is_kept(lol: AdsbLol, clock: Clock, code: int) -> None:
    lol.faults.append(status(code, Retry_After="12"))

    assert network("adsb.lol", lol.origin, clock).fetch(BY_NAME).answer.vectors
    assert clock.pauses == [12.0]


@pytest.mark.parametrize(
    ("told", "said", "wait"),
    [
        ("120", "it says to wait 2 min", timedelta(minutes=2)),
        ("99999999", "it does not say how long to wait", None),
    ],
)
def test_a_wait_beyond_the_poll_ends_it(
    lol: AdsbLol, clock: Clock, told: str, said: str, wait: timedelta | None
) -> None:
    lol.faults.append(status(429, Retry_After=told))

    with pytest.raises(OutOfCredits) as caught:
        network("adsb.lol", lol.origin, clock).fetch(BY_NAME)

    assert str(caught.value) == f"127.0.0.1 is asked too often (429), and {said}; {AGAIN}"
    assert caught.value.retry_after == wait
    assert clock.pauses == []
    assert len(lol.requests) == 1


def test_a_server_in_trouble_is_asked_again_when_it_says(lol: AdsbLol, clock: Clock) -> None:
    lol.faults += [status(503, Retry_After="7"), status(502)]

    assert network("adsb.lol", lol.origin, clock).fetch(BY_NAME).answer.vectors
    assert clock.pauses == [7.0, 4.0]


def test_a_server_in_trouble_for_longer_than_the_poll_is_left(lol: AdsbLol, clock: Clock) -> None:
    lol.faults.append(status(503, Retry_After="3600"))

    said = refused(lambda: network("adsb.lol", lol.origin, clock).fetch(BY_NAME), Unreachable)

    assert said == f"127.0.0.1 has trouble of its own (503); {AGAIN}"
    assert clock.pauses == []


@pytest.mark.parametrize(
    ("fault", "kind", "said"),
    [
        (
            status(400),
            Refused,
            "127.0.0.1 does not understand the question (400); look at the queries with flightwatch",
        ),
        (
            status(403),
            Refused,
            "127.0.0.1 refuses this network address (403); see adsb.lol for who may ask, or poll from",
        ),
        (
            status(302, Location="https://login.example/"),
            Refused,
            "127.0.0.1 redirects to login.example (302), which is not followed; check its address under sources: adsb.lol",
        ),
        (status(404), Refused, "127.0.0.1 has no such page (404); check its address under sources: adsb.lol"),
        (EMPTY, BadAnswer, "127.0.0.1 answered with nothing; "),
        (
            HTML,
            BadAnswer,
            "127.0.0.1 answered with HTML, not JSON (first characters: <!DOCTYPE html> <title> [31mSign in",
        ),
        (CUT, Unreachable, "the connection to 127.0.0.1 broke; "),
        (CLOSE, Unreachable, "the connection to 127.0.0.1 broke; "),
        (
            Fault(body=b'{"msg":"Rate limited"}'),
            BadAnswer,
            "127.0.0.1 answered with no aircraft and 'Rate limited' where",
        ),
    ],
    ids=["400", "403", "redirect", "404", "empty", "html", "cut", "close", "no list"],
)
def test_refusals_and_faults_are_told(
    lol: AdsbLol, clock: Clock, fault: Fault, kind: type[SourceError], said: str
) -> None:
    """One line, naming the host, and nothing of OpenSky."""
    lol.faults.append(fault)

    told = refused(lambda: network("adsb.lol", lol.origin, clock, budget_s=0.9).fetch(BY_NAME), kind)

    assert told.startswith(said)
    assert "OpenSky" not in told


def test_a_circle_that_is_too_large_is_refused(lol: AdsbLol, clock: Clock) -> None:
    asked = network("adsb.lol", lol.origin, clock)

    said = refused(lambda: asked.fetch(Query(box=Box(0, 0, 30, 30), source="adsb.lol")), Refused)

    assert said.startswith("127.0.0.1 does not understand the question (422); ")


@pytest.mark.parametrize("latitude", [0.0, 39.2, -55.0, 70.0])
def test_a_watched_airport_fits_a_circle(latitude: float) -> None:
    """Up to the latitudes where people fly, and over the antimeridian, the circle that is asked holds the box and is allowed."""
    box = box_around(latitude, 179.5, WATCH_KM)

    *_, lat, lon, radius_nm = path_of(Query(box=box, source="x"), SERVICES["adsb.lol"]).split("/")

    assert int(radius_nm) <= FARTHEST_NM
    for corner in ((box.lat_min, box.lon_min), (box.lat_max, box.lon_max)):
        assert distance_km(float(lat), float(lon), *corner) <= int(radius_nm) * 1.852


def test_nobody_is_asked_for_everything() -> None:
    with pytest.raises(ValueError, match="cannot be asked"):
        path_of(Query(source="adsb.lol"), SERVICES["adsb.lol"])


def test_an_address_that_is_none_is_told_before_anything_is_asked() -> None:
    with pytest.raises(
        UsageError, match=r"its address under sources: adsb\.lol in the watchlist is not an address like"
    ):
        Network("adsb.lol", address="adsb lol")


def test_a_receiver_is_read_over_http(clock: Clock) -> None:
    with ReceiverServer() as server:
        server.aircraft = [IL62, FAR, aircraft("~2a0001")]
        answer = receiver(server.url, clock).fetch(Query(source="attic")).answer

    assert [vector.icao24 for vector in answer.vectors] == ["15521f", "4b1900"]
    assert (answer.time, answer.skipped, clock.pauses) == (NOW, 0, [])


def listed(path: Path, now_s: float, *those: dict[str, object]) -> Path:
    """Write a receiver's list as readsb does: whole, under another name first."""
    path.with_suffix(".new").write_text(json.dumps({"now": now_s, "messages": 1, "aircraft": those}), encoding="utf-8")
    path.with_suffix(".new").replace(path)
    return path


def test_a_receiver_is_read_from_its_file(tmp_path: Path, clock: Clock) -> None:
    path = listed(tmp_path / "aircraft.json", NOW - 2.5, IL62)

    fetched = receiver(str(path), clock).fetch(Query(source="attic"))

    assert fetched.raw == path.read_bytes()
    assert [vector.last_contact for vector in fetched.answer.vectors] == [NOW - 3]


def test_a_list_that_stands_still_is_told(tmp_path: Path, clock: Clock) -> None:
    """Also where its clock is ahead, and it is only not written any more."""
    old = listed(tmp_path / "old.json", NOW - 61, IL62)
    ahead = listed(tmp_path / "ahead.json", NOW + 7200, IL62)
    asked = receiver(str(ahead), clock)
    asked.fetch(Query(source="attic"))

    said = refused(lambda: receiver(str(old), clock).fetch(Query(source="attic")), BadAnswer)
    still = refused(lambda: asked.fetch(Query(source="attic")), BadAnswer)

    assert said == (
        "the list of attic stands still since 2026-08-19 18:52 UTC; look whether readsb runs there, and check the address of "
        "attic under sources: in the watchlist"
    )
    assert still.startswith("the list of attic stands still since 2026-08-19 20:53 UTC; ")
    assert clock.pauses == [5.0, 5.0]


def test_a_clock_that_is_wrong_is_no_standing_still(tmp_path: Path) -> None:
    """A list of another time is read if it goes on, which takes one pause."""
    clock = Clock(NOW)
    path = listed(tmp_path / "aircraft.json", NOW - 86_400, IL62)

    def written_meanwhile(seconds: float) -> None:
        clock.pause(seconds)
        listed(path, NOW - 86_400 + clock.now_s, IL62)

    asked = Receiver(str(path), "attic", pause=written_meanwhile, monotonic=clock.monotonic, unix_s=clock.unix_s)

    assert asked.fetch(Query(source="attic")).answer.time == NOW - 86_400 + 5
    assert clock.pauses == [5.0]


@pytest.mark.parametrize("years", [-1, 1])
def test_a_recording_that_a_receiver_plays_is_not_taken_for_now(tmp_path: Path, years: int) -> None:
    """Though it goes on: its landings would be told as of today."""
    clock, off_s = Clock(NOW), years * 365 * 86_400
    path = listed(tmp_path / "aircraft.json", NOW + off_s, IL62)

    def played_on(seconds: float) -> None:
        clock.pause(seconds)
        listed(path, NOW + off_s + clock.now_s, IL62)

    asked = Receiver(str(path), "attic", pause=played_on, monotonic=clock.monotonic, unix_s=clock.unix_s)
    for _ in range(2):
        said = refused(lambda: asked.fetch(Query(source="attic")), BadAnswer)
        assert said.startswith(f"the list of attic is of {2026 + years}-08-19 18:5")
        assert " UTC and goes on: it plays a recording, which flightwatch replay reads, or a clock is wrong; " in said
        played_on(60.0)


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["folder", "pipe"])
def test_what_is_no_file_is_not_waited_for(tmp_path: Path, clock: Clock, make: Callable[[Path], object]) -> None:
    make(tmp_path / "aircraft.json")

    said = refused(lambda: receiver(str(tmp_path / "aircraft.json"), clock).fetch(Query(source="attic")), Unreachable)

    assert said == "the list of attic is no file; check the address of attic under sources: in the watchlist"


def test_a_file_that_is_missing_is_told(tmp_path: Path, clock: Clock) -> None:
    said = refused(lambda: receiver(str(tmp_path / "none.json"), clock).fetch(Query(source="attic")), Unreachable)

    assert said == (
        "cannot read the list of attic (No such file or directory); look whether readsb runs, and check the address of attic "
        "under sources: in the watchlist"
    )


@pytest.mark.parametrize("path", ["/skyaware/", "/data/receiver.json"])
def test_another_page_of_a_receiver_is_told(clock: Clock, path: str) -> None:
    with ReceiverServer() as server:
        said = refused(lambda: receiver(server.origin + path, clock).fetch(Query(source="attic")), Refused)

    assert said == "127.0.0.1 has no such page (404); check the address of attic under sources: in the watchlist"
