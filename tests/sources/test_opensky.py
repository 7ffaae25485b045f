"""Questions to OpenSky: what is sent, what comes back, and what is said when nothing does."""

import gzip
import re
import threading
import traceback
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path

import msgspec
import pytest
from closed_ports import closed_port, full_port
from opensky_server import (
    BROKEN_GZIP,
    CLIENT_ID,
    CLIENT_SECRET,
    CLOSE,
    CUT,
    DRIP,
    DRIP_HEADERS,
    EMPTY,
    HANG,
    HTML,
    TIME,
    TRUNCATED,
    Fault,
    OpenSkyServer,
    row,
    status,
)
from pausing_clock import Clock
from program import PATIENCE_S

from flightwatch import __version__
from flightwatch.core.model import Box, Query, StateVector
from flightwatch.errors import BadAnswer, OutOfCredits, Refused, SourceError, Unreachable, UsageError
from flightwatch.sources.answer import Answer, Fetched
from flightwatch.sources.opensky_states import OpenSky

pytestmark = pytest.mark.usefixtures("no_proxy")

WORLD = Query()
AGAIN = "nothing is lost, the next poll asks again"


@pytest.fixture
def server() -> Iterator[OpenSkyServer]:
    with OpenSkyServer() as server:
        yield server


@pytest.fixture
def clock() -> Clock:
    return Clock()


def anonymous(server: OpenSkyServer, clock: Clock, budget_s: float = 45.0) -> OpenSky:
    return OpenSky(
        base_url=server.url,
        token_url=server.token_url,
        pause=clock.pause,
        monotonic=clock.monotonic,
        budget_s=budget_s,
    )


def registered(server: OpenSkyServer, clock: Clock, secret: str = CLIENT_SECRET) -> OpenSky:
    return OpenSky(
        base_url=server.url,
        token_url=server.token_url,
        client_id=CLIENT_ID,
        client_secret=secret,
        pause=clock.pause,
        monotonic=clock.monotonic,
    )


def elsewhere(url: str, budget_s: float = 0.3) -> OpenSky:
    """A client of some other address, whose budget ends before a second try and whose clock stands still."""
    clock = Clock()
    return OpenSky(base_url=url, pause=clock.pause, monotonic=clock.monotonic, budget_s=budget_s)


def test_fetches_the_world(server: OpenSkyServer, clock: Clock) -> None:
    """Body, decoded answer and balance come back; the question carries the category and a name to write to."""
    state = row("15521f", category=4)
    server.states = [state]

    fetched = anonymous(server, clock).fetch(WORLD)

    vector = msgspec.convert(state, StateVector)
    assert fetched == Fetched(fetched.raw, Answer(TIME, (vector,), 0), credits_remaining=396)
    assert msgspec.json.decode(fetched.raw) == {"time": TIME, "states": [state]}
    [request] = server.requests
    assert request.path == "/api/states/all"
    assert request.params == [("extended", "1")]
    assert request.headers["user-agent"] == f"flightwatch/{__version__}"
    assert "authorization" not in request.headers


def test_asks_for_airframes_in_lower_case(server: OpenSkyServer, clock: Clock) -> None:
    """The API compares icao24 as text, and takes it once for each airframe."""
    server.states = [row("15521f"), row("7278a5"), row("aaaaaa")]

    fetched = anonymous(server, clock).fetch(Query(icao24s=("15521F", "7278a5")))

    assert [vector.icao24 for vector in fetched.answer.vectors] == ["15521f", "7278a5"]
    assert server.requests[0].params == [("icao24", "15521f"), ("icao24", "7278a5"), ("extended", "1")]
    assert fetched.credits_remaining == 396


def test_asks_for_a_box(server: OpenSkyServer, clock: Clock) -> None:
    """A small box costs one credit and leaves out what is beyond it and what has no position."""
    server.states = [row("15521f"), row("7278a5", latitude=43.4), row("aaaaaa", latitude=None, longitude=None)]

    fetched = anonymous(server, clock).fetch(Query(box=Box(38.5, 125.0, 40.0, 126.25)))

    assert [vector.icao24 for vector in fetched.answer.vectors] == ["15521f"]
    assert server.requests[0].params == [
        ("lamin", "38.5"),
        ("lomin", "125.0"),
        ("lamax", "40.0"),
        ("lomax", "126.25"),
        ("extended", "1"),
    ]
    assert fetched.credits_remaining == 399


def test_a_box_across_the_antimeridian_is_the_callers_to_halve(server: OpenSkyServer, clock: Clock) -> None:
    """OpenSky would answer that nobody is there."""
    with pytest.raises(ValueError, match="antimeridian"):
        anonymous(server, clock).fetch(Query(box=Box(50.0, 170.0, 60.0, -170.0)))
    assert server.requests == []


def test_nothing_matches(server: OpenSkyServer, clock: Clock) -> None:
    """OpenSky's ``states: null`` is an empty answer, not a bad one."""
    assert anonymous(server, clock).fetch(WORLD).answer == Answer(TIME, (), 0)


@pytest.mark.parametrize("remaining", ["", "many", "-3", "3.5", "9" * 40])
def test_an_unreadable_balance_is_unknown(server: OpenSkyServer, clock: Clock, remaining: str) -> None:
    """The answer counts all the same."""
    server.faults.append(Fault(headers={"X-Rate-Limit-Remaining": remaining}, body=b'{"time":1,"states":null}'))
    fetched = anonymous(server, clock).fetch(WORLD)
    assert fetched == Fetched(b'{"time":1,"states":null}', Answer(1, (), 0), None)


@pytest.mark.parametrize("fault", [status(500), status(502), status(503), CLOSE, CUT])
def test_trouble_is_tried_again_twice(server: OpenSkyServer, clock: Clock, fault: Fault) -> None:
    """Server errors and broken connections are ordinary: a second and then four are waited."""
    server.faults.extend([fault, fault])
    assert anonymous(server, clock).fetch(WORLD).answer == Answer(TIME, (), 0)
    assert clock.pauses == [1.0, 4.0]
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (status(503), f"127.0.0.1 has trouble of its own (503); {AGAIN}"),
        (CLOSE, f"the connection to 127.0.0.1 broke; {AGAIN}, or check FLIGHTWATCH_OPENSKY_URL if it goes on"),
        (CUT, f"the connection to 127.0.0.1 broke; {AGAIN}, or check FLIGHTWATCH_OPENSKY_URL if it goes on"),
    ],
)
def test_gives_up_after_three_tries(server: OpenSkyServer, clock: Clock, fault: Fault, message: str) -> None:
    server.faults.extend([fault] * 4)
    with pytest.raises(Unreachable) as caught:
        anonymous(server, clock).fetch(WORLD)
    assert str(caught.value) == message
    assert (clock.pauses, len(server.requests)) == ([1.0, 4.0], 3)


def test_a_pause_that_would_pass_the_budget_ends_it(server: OpenSkyServer, clock: Clock) -> None:
    """Of five seconds one goes for the first pause; the second would take the other four."""
    server.faults.extend([status(503)] * 4)
    with pytest.raises(Unreachable, match=r"\(503\)"):
        anonymous(server, clock, budget_s=5.0).fetch(WORLD)
    assert (clock.pauses, len(server.requests)) == ([1.0], 2)


def test_the_budget_holds_for_a_whole_poll(server: OpenSkyServer, clock: Clock) -> None:
    """A later question finds nothing left and is not asked; the next poll starts anew."""
    opensky = anonymous(server, clock, budget_s=10.0)
    opensky.fetch(WORLD)
    clock.now_s = 10.0
    with pytest.raises(Unreachable) as caught:
        opensky.fetch(WORLD)
    assert str(caught.value) == f"127.0.0.1 was too slow for the 10 s a poll may take; {AGAIN}"
    assert len(server.requests) == 1

    opensky.begin_poll()
    opensky.fetch(WORLD)
    assert len(server.requests) == 2


def test_a_dripping_answer_ends_with_the_budget(server: OpenSkyServer) -> None:
    """Each byte comes in time, the answer never: cron must not pile up behind it. Here each look at the clock takes 5 s."""
    server.faults.append(DRIP)
    seconds = count(0.0, 5.0)
    with pytest.raises(Unreachable) as caught:
        OpenSky(base_url=server.url, monotonic=lambda: next(seconds), budget_s=45.0).fetch(WORLD)
    assert str(caught.value) == f"127.0.0.1 was too slow for the 45 s a poll may take; {AGAIN}"
    assert len(server.requests) == 1


def test_dripping_headers_end_with_the_budget(server: OpenSkyServer) -> None:
    server.faults.append(DRIP_HEADERS)
    with pytest.raises(Unreachable) as caught:
        OpenSky(base_url=server.url, budget_s=1.0).fetch(WORLD)
    assert str(caught.value) == f"127.0.0.1 was too slow for the 1 s a poll may take; {AGAIN}"
    assert len(server.requests) == 1


def test_a_dripping_answer_leaves_no_thread_behind(server: OpenSkyServer) -> None:
    """The clock is looked at between the bytes, so that a long-running flightwatch does not fill up with them."""
    server.faults.append(DRIP)
    with pytest.raises(Unreachable):
        OpenSky(base_url=server.url, budget_s=0.3).fetch(WORLD)
    asking = [thread for thread in threading.enumerate() if thread.name == "asking 127.0.0.1"]
    for thread in asking:
        thread.join(PATIENCE_S)
    assert [thread for thread in asking if thread.is_alive()] == []


def test_a_hanging_answer_times_out(server: OpenSkyServer) -> None:
    server.faults.append(HANG)
    with pytest.raises(Unreachable) as caught:
        elsewhere(server.url).fetch(WORLD)
    assert str(caught.value) == f"127.0.0.1 did not answer within 0.3 s; {AGAIN}"


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (
            HTML,
            "OpenSky answered with HTML, not JSON (first characters: <!DOCTYPE html> <title> [31mSign in</title>); "
            "look for a log-in page on this network, check FLIGHTWATCH_OPENSKY_URL",
        ),
        (
            TRUNCATED,
            "OpenSky answered with JSON that is cut short or garbled (44 bytes, first characters: "
            f'{{"time":1695693120,"states":[["15521f","RSD1); {AGAIN}',
        ),
        (EMPTY, f"OpenSky answered with nothing; {AGAIN}"),
        (BROKEN_GZIP, f"127.0.0.1 sent an answer that cannot be decompressed; {AGAIN}"),
        (
            Fault(headers={"Content-Encoding": "gzip"}, body=gzip.compress(bytes(65 * 2**20), 1)),
            "127.0.0.1 sent more than 64 MB; check FLIGHTWATCH_OPENSKY_URL",
        ),
    ],
    ids=["html", "truncated", "empty", "broken gzip", "gzip bomb"],
)
def test_an_answer_that_is_none(server: OpenSkyServer, clock: Clock, fault: Fault, message: str) -> None:
    """It was paid for, and another try would be again: it is not tried again."""
    server.faults.append(fault)
    with pytest.raises(BadAnswer) as caught:
        anonymous(server, clock).fetch(WORLD)
    assert str(caught.value) == message
    assert (clock.pauses, len(server.requests)) == ([], 1)


@pytest.mark.parametrize(
    ("headers", "wait", "said"),
    [
        ({"X_Rate_Limit_Retry_After_Seconds": "11520"}, timedelta(hours=3, minutes=12), "3 h 12 min"),
        ({"X_Rate_Limit_Retry_After_Seconds": "61", "Retry_After": "7200"}, timedelta(seconds=61), "2 min"),
        ({"Retry_After": "7200"}, timedelta(hours=2), "2 h 0 min"),
        ({"X_Rate_Limit_Retry_After_Seconds": "soon", "Retry_After": "0"}, timedelta(0), "0 min"),
        ({}, None, None),
        ({"Retry_After": "Tue, 26 Sep 2023 00:00:00 GMT"}, None, None),
        ({"X_Rate_Limit_Retry_After_Seconds": "-5"}, None, None),
        ({"X_Rate_Limit_Retry_After_Seconds": "999999999"}, None, None),
        ({"X_Rate_Limit_Retry_After_Seconds": "9" * 30}, None, None),
    ],
)
def test_spent_credits_are_not_waited_for(
    server: OpenSkyServer, clock: Clock, headers: dict[str, str], wait: timedelta | None, said: str | None
) -> None:
    """The wait can be hours: it is told, not slept; one that is garbage is unknown."""
    server.faults.append(status(429, **headers))
    with pytest.raises(OutOfCredits) as caught:
        anonymous(server, clock).fetch(WORLD)
    assert caught.value.retry_after == wait
    advice = (
        f"OpenSky says to wait {said}; until then flightwatch asks nothing"
        if said
        else "OpenSky does not say how long to wait; flightwatch asks again in an hour"
    )
    assert str(caught.value) == f"credits are spent; {advice} (flightwatch check shows what polls cost)"
    assert (clock.pauses, len(server.requests)) == ([], 1)


def test_a_day_of_anonymous_credits(server: OpenSkyServer, clock: Clock) -> None:
    """The balance counts down by fours for the world, and then the server says how long to wait."""
    server.credits["anonymous"] = 9
    opensky = anonymous(server, clock)
    assert [opensky.fetch(WORLD).credits_remaining for _ in range(2)] == [5, 1]
    with pytest.raises(OutOfCredits) as caught:
        opensky.fetch(WORLD)
    assert caught.value.retry_after == timedelta(seconds=server.retry_after_s)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            400,
            "127.0.0.1 does not understand the question (400); look at the queries with flightwatch check, "
            "report them if they look right",
        ),
        (401, "127.0.0.1 wants an account (401); set OPENSKY_CLIENT_ID and OPENSKY_CLIENT_SECRET"),
        (
            403,
            "127.0.0.1 refuses this account or network address (403); see on opensky-network.org whether the "
            "account may use the API, or poll from another network",
        ),
        (404, "127.0.0.1 has no such page (404); check FLIGHTWATCH_OPENSKY_URL"),
        (418, "127.0.0.1 gave an answer that is not documented (418); check FLIGHTWATCH_OPENSKY_URL or try later"),
        (204, "127.0.0.1 gave an answer that is not documented (204); check FLIGHTWATCH_OPENSKY_URL or try later"),
    ],
)
def test_a_refusal_says_what_to_do(server: OpenSkyServer, clock: Clock, code: int, message: str) -> None:
    server.faults.append(status(code))
    with pytest.raises(Refused) as caught:
        anonymous(server, clock).fetch(WORLD)
    assert str(caught.value) == message
    assert (clock.pauses, len(server.requests)) == ([], 1)


@pytest.mark.parametrize(
    ("location", "where"),
    [
        ("http://elsewhere.example/api?token=x", "elsewhere.example"),
        ("/login", "127.0.0.1"),
        ("http://[", "nowhere"),
        ("http://a\x1b[2Jb/", "nowhere"),
        ("file:///etc/passwd", "nowhere"),
    ],
)
def test_a_redirect_is_told_and_not_followed(server: OpenSkyServer, clock: Clock, location: str, where: str) -> None:
    """A token must not go where OpenSky's address does not say."""
    server.faults.append(status(302, Location=location))
    with pytest.raises(Refused) as caught:
        registered(server, clock).fetch(WORLD)
    assert str(caught.value) == (
        f"127.0.0.1 redirects to {where} (302), which is not followed; check FLIGHTWATCH_OPENSKY_URL"
    )
    assert [request.path for request in server.requests] == ["/token", "/api/states/all"]


def test_a_redirect_to_another_server_leaves_that_one_alone(server: OpenSkyServer, clock: Clock) -> None:
    with OpenSkyServer() as other:
        server.faults.append(status(307, Location=f"{other.url}/states/all"))
        server.token_faults.append(status(307, Location=other.token_url))
        with pytest.raises(Refused):
            anonymous(server, clock).fetch(WORLD)
        with pytest.raises(Refused):
            registered(server, clock).fetch(WORLD)
        assert other.requests == []


def test_signs_in_once(server: OpenSkyServer, clock: Clock) -> None:
    """The client's credentials go to the token server in a form; the token serves for all that follows."""
    opensky = registered(server, clock)
    assert [opensky.fetch(WORLD).credits_remaining for _ in range(2)] == [3996, 3992]

    [sign_in] = server.asked("/token")
    assert sign_in.params == [
        ("grant_type", "client_credentials"),
        ("client_id", CLIENT_ID),
        ("client_secret", CLIENT_SECRET),
    ]
    questions = server.asked("/api/states/all")
    assert [question.headers["authorization"] for question in questions] == ["Bearer token-1"] * 2


def test_a_token_is_renewed_a_minute_before_it_ends(server: OpenSkyServer, clock: Clock) -> None:
    opensky = registered(server, clock)
    for clock.now_s in (0.0, 1739.0, 1740.0):
        opensky.begin_poll()
        opensky.fetch(WORLD)
    sent = [question.headers["authorization"] for question in server.asked("/api/states/all")]
    assert sent == ["Bearer token-1", "Bearer token-1", "Bearer token-2"]


def test_a_token_that_ended_early_is_renewed_once(server: OpenSkyServer, clock: Clock) -> None:
    """After a laptop slept, say: its monotonic clock stood still."""
    opensky = registered(server, clock)
    opensky.fetch(WORLD)
    server.clock_s += server.token_lifetime_s
    assert opensky.fetch(WORLD).credits_remaining == 3992
    assert [request.path for request in server.requests] == [
        "/token",
        "/api/states/all",
        "/api/states/all",
        "/token",
        "/api/states/all",
    ]
    assert clock.pauses == []


def test_a_token_refused_twice_is_told(server: OpenSkyServer, clock: Clock) -> None:
    server.faults.extend([status(401)] * 3)
    with pytest.raises(Refused) as caught:
        registered(server, clock).fetch(WORLD)
    assert str(caught.value) == (
        "127.0.0.1 does not accept this account's token (401); check OPENSKY_CLIENT_ID and OPENSKY_CLIENT_SECRET"
    )
    assert len(server.asked("/token")) == 2
    assert len(server.faults) == 1


def test_a_wrong_secret_is_told(server: OpenSkyServer, clock: Clock) -> None:
    """And no question is asked with it, nor another try made."""
    with pytest.raises(Refused) as caught:
        registered(server, clock, secret="mistyped").fetch(WORLD)
    assert str(caught.value) == (
        "127.0.0.1 does not accept this client (401); check OPENSKY_CLIENT_ID and OPENSKY_CLIENT_SECRET "
        "against the account page of opensky-network.org"
    )
    assert [request.path for request in server.requests] == ["/token"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"expires_in": 1800}',
        b'{"access_token": ""}',
        b'{"access_token": "two\\r\\nX-Header: lines"}',
        b'{"access_token": "token\\n"}',
        b'{"access_token": "t\xc3\xb6ken"}',
        b'{"access_token": "\xff"}',
        b'{"access_token": "token", "expires_in": "never"}',
        b"[" * 100_000,
    ],
)
def test_a_token_that_is_none_is_told(server: OpenSkyServer, clock: Clock, body: bytes) -> None:
    """Nothing that could break out of a header is sent on."""
    server.token_faults.append(Fault(body=body))
    with pytest.raises(BadAnswer) as caught:
        registered(server, clock).fetch(WORLD)
    assert str(caught.value) == ("127.0.0.1 answered without a usable token; check FLIGHTWATCH_OPENSKY_TOKEN_URL")
    assert server.asked("/api/states/all") == []


def test_the_token_servers_trouble_is_tried_again(server: OpenSkyServer, clock: Clock) -> None:
    """In the same budget as everything else; and its refusals name its own setting."""
    server.token_faults.extend([status(503), CLOSE])
    assert registered(server, clock).fetch(WORLD).credits_remaining == 3996
    assert clock.pauses == [1.0, 4.0]

    server.token_faults.append(status(404))
    with pytest.raises(Refused) as caught:
        registered(server, clock).fetch(WORLD)
    assert str(caught.value) == "127.0.0.1 has no such page (404); check FLIGHTWATCH_OPENSKY_TOKEN_URL"


def test_a_token_without_a_lifetime_lasts_the_documented_half_hour(server: OpenSkyServer, clock: Clock) -> None:
    server.token_faults.append(Fault(body=b'{"access_token": "token"}'))
    answers = [Fault(body=b'{"time":1,"states":null}')] * 2
    server.faults.extend(answers)
    opensky = registered(server, clock)
    opensky.fetch(WORLD)
    clock.now_s = 1739.0
    opensky.begin_poll()
    opensky.fetch(WORLD)
    assert len(server.asked("/token")) == 1


def test_a_netrc_is_not_used(
    server: OpenSkyServer, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The HTTP library would send its password, and in the place of the token."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password private\n")
    monkeypatch.setenv("NETRC", str(netrc))
    anonymous(server, clock).fetch(WORLD)
    registered(server, clock).fetch(WORLD)
    sent = [request.headers.get("authorization") for request in server.requests]
    assert sent == [None, None, "Bearer token-1"]


def test_a_refused_connection(clock: Clock) -> None:
    with closed_port() as port, pytest.raises(Unreachable) as caught:
        OpenSky(base_url=f"http://127.0.0.1:{port}", pause=clock.pause, monotonic=clock.monotonic).fetch(WORLD)
    assert str(caught.value) == "127.0.0.1 refuses connections; try later, or check FLIGHTWATCH_OPENSKY_URL"
    assert clock.pauses == [1.0, 4.0]


def test_a_name_that_is_not_found() -> None:
    """A network interface that does not exist fails in the resolver, as an unknown name does, without asking anyone."""
    with pytest.raises(Unreachable) as caught:
        elsewhere("http://[::1%25nosuch]:9", budget_s=1.0).fetch(WORLD)
    assert str(caught.value) == (
        "::1%25nosuch cannot be found; check the network connection and FLIGHTWATCH_OPENSKY_URL"
    )


def test_a_name_that_cannot_be_one() -> None:
    with pytest.raises(Unreachable) as caught:
        elsewhere("http://a..b", budget_s=1.0).fetch(WORLD)
    assert str(caught.value) == (
        f"the connection to a..b broke; {AGAIN}, or check FLIGHTWATCH_OPENSKY_URL if it goes on"
    )


def test_a_connection_that_is_not_taken() -> None:
    with full_port() as port, pytest.raises(Unreachable) as caught:
        elsewhere(f"http://127.0.0.1:{port}").fetch(WORLD)
    assert str(caught.value) == (
        "127.0.0.1 did not take the connection within 0.3 s; OpenSky blocks connections from large clouds: "
        "if this is one, poll from another network"
    )


def test_an_untrusted_connection(server: OpenSkyServer) -> None:
    """Here: a server that does not speak TLS at all."""
    with pytest.raises(Unreachable) as caught:
        elsewhere(server.url.replace("http:", "https:"), budget_s=1.0).fetch(WORLD)
    assert str(caught.value) == (
        "no trusted connection to 127.0.0.1; check this computer's clock, its certificates (REQUESTS_CA_BUNDLE) "
        "and FLIGHTWATCH_OPENSKY_URL"
    )


def test_certificates_that_are_not_there(server: OpenSkyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nonexistent/certificates.pem")
    with pytest.raises(Unreachable, match=r"^no trusted connection to 127\.0\.0\.1; .*REQUESTS_CA_BUNDLE"):
        elsewhere(server.url.replace("http:", "https:"), budget_s=1.0).fetch(WORLD)


@pytest.mark.parametrize("proxy", ["http://user:pa55word@127.0.0.1:{port}", "http:///", "socks5://127.0.0.1"])
def test_a_proxy_that_does_not_work(server: OpenSkyServer, monkeypatch: pytest.MonkeyPatch, proxy: str) -> None:
    """Its address can hold a password and is not shown."""
    with closed_port() as port:
        monkeypatch.setenv("HTTP_PROXY", proxy.format(port=port))
        with pytest.raises(Unreachable) as caught:
            elsewhere(server.url, budget_s=1.0).fetch(WORLD)
    assert str(caught.value) == (
        "the proxy on the way to 127.0.0.1 does not work; check HTTPS_PROXY, HTTP_PROXY and NO_PROXY"
    )
    assert server.requests == []


@pytest.mark.parametrize(
    "url",
    ["", "opensky-network.org", "ftp://opensky-network.org", "http://", "http://[", "http:// ", "http://127.0.0.1:x"],
)
def test_an_address_that_is_none(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        OpenSky(base_url=url)
    assert str(caught.value) == ("FLIGHTWATCH_OPENSKY_URL is not an address like https://example.org/api; correct it")
    with pytest.raises(UsageError, match="FLIGHTWATCH_OPENSKY_TOKEN_URL"):
        OpenSky(token_url=url)


def test_half_a_client() -> None:
    """To go on anonymously would spend the wrong credits in silence."""
    with pytest.raises(UsageError) as caught:
        OpenSky(client_id=CLIENT_ID)
    assert str(caught.value) == "OPENSKY_CLIENT_ID is given without OPENSKY_CLIENT_SECRET; set both or neither"
    with pytest.raises(UsageError) as caught:
        OpenSky(client_id="", client_secret=CLIENT_SECRET)
    assert str(caught.value) == "OPENSKY_CLIENT_SECRET is given without OPENSKY_CLIENT_ID; set both or neither"


@pytest.mark.parametrize("fault", [status(400), status(401), status(429), status(500), HTML, CLOSE, CUT, BROKEN_GZIP])
def test_no_secret_is_shown(server: OpenSkyServer, clock: Clock, fault: Fault) -> None:
    """Not in a message, not in a traceback, not in the client itself; and a message is one line without objects."""
    server.faults.extend([fault] * 3)
    server.token_faults.extend([Fault(body=b'{"access_token": "t0ken", "expires_in": 1800}')] * 2)
    opensky = registered(server, clock)
    with pytest.raises(SourceError) as caught:
        opensky.fetch(WORLD)
    shown = "".join(traceback.format_exception(caught.value)) + repr(opensky) + repr(caught.value)
    assert CLIENT_SECRET not in shown
    assert "t0ken" not in shown
    assert re.search(r"\n| at 0x|Error\(", str(caught.value)) is None
