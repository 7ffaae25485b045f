"""``sources:`` in the whole program: from the watchlist to what cron mails, ``check`` and ``status``."""

import json
from collections.abc import Iterator

import pytest
from loopback import status
from made_visits import ICAO24
from opensky_server import OpenSkyServer, row
from program import Program
from readsb_servers import AdsbLol
from two_ears import as_readsb

from flightwatch.core.model import OPENSKY
from flightwatch.sources.recorded import Recording


@pytest.fixture
def lol() -> Iterator[AdsbLol]:
    with AdsbLol() as lol:
        yield lol


def listen(program: Program, server: OpenSkyServer, lol: AdsbLol, now: int) -> None:
    """Let both hear the aircraft, and list both."""
    program.watchlist.write_text(f"aircraft: [RA-86559]\nsources:\n  - opensky\n  - adsb.lol: {lol.origin}\n")
    server.time, server.states = now, [row(ICAO24, time_position=now, last_contact=now)]
    lol.now_s, lol.aircraft = float(now), [as_readsb(server.states[0], now)]


def test_one_fails_from_cron(program: Program, server: OpenSkyServer, lol: AdsbLol) -> None:
    """It is mailed once when that begins and once when it ends, and the polls are good."""
    said = []
    for number, fails in enumerate((False, True, True, False)):
        listen(program, server, lol, server.time + 60 * number)
        if fails:
            server.faults.append(status(403))
        done = program.run("poll")
        assert (done.returncode, done.stdout) == (0, "")
        said.append(done.stderr)
    assert [len(lines.splitlines()) for lines in said] == [0, 1, 0, 1]
    assert said[1].startswith("flightwatch: 127.0.0.1 refuses this account or network address (403)")
    assert said[3].startswith("flightwatch: OpenSky is heard again")


def test_status_says_who_heard_what(program: Program, server: OpenSkyServer, lol: AdsbLol) -> None:
    """An aircraft that answers to two questions is one."""
    listen(program, server, lol, server.time)
    program.watchlist.write_text(f"{program.watchlist.read_text()}airports: [FNJ]\n")
    server.faults.append(status(403))
    program.run("poll")
    assert len(lol.requests) == 2
    told = program.out("status")
    assert "  adsb.lol: heard less than 1 min ago, 1 aircraft\n" in told
    assert "  OpenSky: never heard: 127.0.0.1 refuses this account or network address (403)" in told
    assert "; heard by adsb.lol\n" in told
    found = json.loads(program.run("status", "--format", "json").stdout)
    assert [(each["name"], each["ok"], each["aircraft"]) for each in found["sources"]] == [
        (OPENSKY, False, None),
        ("adsb.lol", True, 1),
    ]
    assert [*found["aircraft"][0]["heard_by"]] == ["adsb.lol"]


def test_check_says_what_each_is_asked(program: Program, server: OpenSkyServer, lol: AdsbLol) -> None:
    listen(program, server, lol, server.time)
    sources = [line for line in program.out("check").splitlines() if line.startswith("source ")]
    assert sources == [
        "source    OpenSky: counts credits, see below; research and non-commercial use, others ask",
        "source    adsb.lol: 1 question a poll, free; Open Database License 1.0: name it where you publish",
    ]
    program.watchlist.write_text(
        "airports: [FNJ]\nsources: [{readsb: /run/readsb/aircraft.json, name: roof, at: [39, 125], required: true}]\n"
    )
    told = program.out("check")
    assert (
        "source    roof: all that it hears; its silence tells within 250 km of 39, 125; required; your own receiver\n"
        in told
    )
    assert "credits" not in told


def test_what_is_recorded_names_its_source(program: Program, server: OpenSkyServer, lol: AdsbLol) -> None:
    listen(program, server, lol, server.time)
    program.out("poll", "--record", "polls")
    [answers] = Recording([program.folder / "polls"]).answers()
    assert [(poll.sources, len(poll.vectors)) for poll in answers] == [((OPENSKY,), 1), (("adsb.lol",), 1)]
    [asked] = [answered.query for poll in answers for answered in poll.answered if answered.query.source != OPENSKY]
    assert asked.icao24s == (ICAO24,)
    assert program.out("replay", "polls", "--format", "jsonl") == ""


@pytest.mark.parametrize("form", ["csv", "json", "jsonl"])
def test_exports_say_whom_to_name(program: Program, server: OpenSkyServer, lol: AdsbLol, form: str) -> None:
    """On standard error, as their readers would trip over it; nothing is said where OpenSky alone was heard."""
    listen(program, server, lol, server.time)
    program.out("poll")
    done = program.run("history", "RA-86559", "--offline", "--format", form)
    opensky, other = (line for line in done.stderr.splitlines() if "where you publish this" in line)
    assert opensky.startswith(
        "flightwatch: where you publish this, name The OpenSky Network (https://opensky-network.org/)"
    )
    assert "adsb.lol and its contributors (https://adsb.lol/), under the Open Database License 1.0" in other
    assert "adsb.lol" not in done.stdout
    program.watchlist.write_text("aircraft: [RA-86559]\n")
    program.out("poll", "--db", "alone.db")
    assert program.run("history", "RA-86559", "--offline", "--format", form, "--db", "alone.db").stderr == ""
