"""``status --format json``: what a monitor reads, and the exit code that wakes somebody."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from made_visits import ICAO24, at, seen_visit, visit
from opensky_server import OpenSkyServer, status
from program import WATCHLIST, Program, mail_alerts, show
from smtp_server import SmtpServer
from state_vectors import report

from flightwatch.app.status_json import Condition, State, whereabouts
from flightwatch.core.visits import Visit
from flightwatch.core.watched import WatchedAircraft
from flightwatch.storage.outbox import Undelivered
from flightwatch.tracking.reports import Reports
from flightwatch.tracking.track import Track
from flightwatch.watchlist.model import Watchlist

NOW = at("2023-09-26T03:00")
HEARD = round(NOW.timestamp()) - 300
LISTED = Watchlist(aircraft=(WatchedAircraft(ICAO24, "RA-86559", "rule", label="Il-62M"),))
THERE = visit(departure=None)
UP = report(HEARD, icao24=ICAO24, latitude=40.2, longitude=125.67, baro_altitude=9000.0)
DOWN = report(HEARD, icao24=ICAO24, latitude=39.2, longitude=125.6, on_ground=True, baro_altitude=None)


def looked(program: Program, code: int) -> dict[str, Any]:
    done = program.run("status", "--format", "json")
    assert (done.returncode, done.stderr) == (code, "")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_good_day(program: Program, server: OpenSkyServer) -> None:
    server.time = round(datetime.now(UTC).timestamp())
    program.out("poll")
    found = looked(program, 0)
    started, now = found["last_poll"].pop("started"), found.pop("looked")
    assert started <= now
    assert found == {
        "watchlist": "watchlist.yaml",
        "database": "flightwatch.db",
        "blind": False,
        "last_good_poll": f"{datetime.fromtimestamp(server.time, UTC):%Y-%m-%dT%H:%M:%SZ}",
        "last_poll": {"ok": True, "outcome": "ok"},
        "credits_left": found["credits_left"],
        "undelivered": [],
        "sources": [
            {
                "name": "OpenSky",
                "ok": True,
                "outcome": "ok",
                "last_good": found["sources"][0]["last_good"],
                "aircraft": 0,
                "failing_since": None,
            }
        ],
        "traces": None,
        "areas": [],
        "aircraft": [
            {
                "icao24": ICAO24,
                "registration": "RA-86559",
                "label": "Il-62M, Russian Air Force",
                "state": "never_heard",
                "heard": None,
                "latitude": None,
                "longitude": None,
                "altitude_m": None,
                "heard_by": {},
                "visit": None,
            }
        ],
    }


def test_blind_from_the_first_poll_on(program: Program, server: OpenSkyServer) -> None:
    """While none was good. People get the same look without the code, since it is no failure to have looked."""
    server.faults.append(status(403))
    assert program.run("poll").returncode == 3
    found = looked(program, 3)
    assert (found["blind"], found["last_good_poll"], found["last_poll"]["ok"]) == (True, None, False)
    assert found["last_poll"]["outcome"].startswith("127.0.0.1 refuses this account or network address (403)")
    assert program.out("status").startswith("polling\n")


def test_alerts_that_wait(program: Program, server: OpenSkyServer, mail_server: SmtpServer, trusted: Path) -> None:
    program.watchlist.write_text(f"{WATCHLIST}health: {{blind_after: 9999d}}\n")
    mail_alerts(program, mail_server, trusted)
    mail_server.login_answer = "454 4.7.0 Temporary authentication failure"
    codes = []
    for sky in seen_visit()[:4]:
        show(server, *sky)
        codes.append(program.run("poll").returncode)
    assert codes == [0, 0, 0, 4]
    found = looked(program, 4)
    [owed] = found["undelivered"]
    assert owed == {
        "channel": "email:desk@example.org,night@example.org",
        "waiting": 1,
        "given_up": 0,
        "error": f"127.0.0.1:{mail_server.port} cannot check the login now: 454 4.7.0 Temporary authentication failure",
    }
    [aircraft] = found["aircraft"]
    assert (aircraft["state"], aircraft["visit"]["airport_iata"], aircraft["visit"]["departed"]) == (
        "ground",
        "VVO",
        None,
    )


@pytest.mark.parametrize(
    ("track", "recorded", "state", "heard", "where", "visited"),
    [
        (None, (), "never_heard", None, (None, None, None), None),
        (None, (visit(),), "unknown", None, (None, None, None), "visit-1"),
        (
            Track(ICAO24, phase="airborne", reports=Reports.of(UP), heard=HEARD),
            (),
            "airborne",
            HEARD,
            (40.2, 125.67, 9000.0),
            None,
        ),
        (
            Track(ICAO24, phase="airborne", reports=Reports.of(UP), heard=HEARD - 7200),
            (),
            "unknown",
            HEARD - 7200,
            (40.2, 125.67, 9000.0),
            None,
        ),
        (
            Track(ICAO24, phase="ground", reports=Reports.of(DOWN), heard=HEARD, visit=THERE),
            (),
            "ground",
            HEARD,
            (39.2, 125.6, None),
            "visit-1",
        ),
        (Track(ICAO24, heard=HEARD), (), "unknown", HEARD, (None, None, None), None),
    ],
)
def test_where_an_airframe_is(
    track: Track | None,
    recorded: tuple[Visit, ...],
    state: State,
    heard: int | None,
    where: tuple[float | None, ...],
    visited: str | None,
) -> None:
    [found] = whereabouts(LISTED, {ICAO24: track} if track else {}, recorded, NOW, NOW)
    assert found.state == state
    assert found.heard == (None if heard is None else datetime.fromtimestamp(heard, UTC))
    assert (found.latitude, found.longitude, found.altitude_m) == where
    assert (found.visit.visit if found.visit else None) == visited


def test_a_stay_counts_no_longer_than_somebody_looked() -> None:
    track = Track(ICAO24, phase="ground", heard=HEARD, visit=THERE)
    for known_until, hours in ((NOW, 68 * 60), (at("2023-09-26T02:00"), 8 * 60), (None, 0)):
        [found] = whereabouts(LISTED, {ICAO24: track}, (), NOW, known_until)
        assert found.visit is not None
        assert found.visit.dwell_s == hours


@pytest.mark.parametrize(
    ("blind", "undelivered", "code"),
    [
        (False, (), 0),
        (False, (Undelivered("print", 1, 0, None),), 0),
        (False, (Undelivered("print", 1, 0, None), Undelivered("email:desk", 1, 0, "refused")), 4),
        (False, (Undelivered("email:desk", 0, 2, "refused"),), 4),
        (True, (Undelivered("email:desk", 1, 0, "refused"),), 3),
    ],
)
def test_the_code(blind: bool, undelivered: tuple[Undelivered, ...], code: int) -> None:
    """What waits for its time, untried, is no trouble; what was given up is; and blindness is the worst."""
    assert Condition(NOW, "w", "d", blind, None, None, None, undelivered, (), None, (), ()).exit_code == code
