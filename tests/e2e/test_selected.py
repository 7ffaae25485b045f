"""Aircraft that a watchlist selects, as a user runs it: by a register in the cache, by a list beside it, by a callsign."""

import json
from pathlib import Path

import pytest
from made_registers import SIX, write_register
from made_visits import seen_visit
from opensky_server import OpenSkyServer
from program import Program, show

KORYO = "aircraft: [{operator: Air Koryo}, {type: IL62}]\n"
CALLSIGN = "aircraft: [{callsign: TST*, tags: [test]}]\nnotify: [{print: , only: 'tag:test'}]\n"


def test_check_lists_the_right_tails_once_there_is_a_register(program: Program, tmp_path: Path) -> None:
    program.watchlist.write_text(KORYO, encoding="utf-8")
    for command in (("check",), ("poll",)):
        done = program.run(*command)
        assert (done.returncode, done.stderr.splitlines()) == (
            2,
            [
                f"flightwatch: watchlist.yaml:1: aircraft[{n}]: {asked} needs the register of aircraft, fetch it once with: "
                "flightwatch update"
                for n, asked in enumerate(("operator:Air Koryo", "type:IL62"))
            ],
        )
    cache = tmp_path / "cache"
    write_register(cache, *SIX)
    lines = program.out("check", env={"FLIGHTWATCH_CACHE": str(cache)}).splitlines()
    assert [line[:33] for line in lines[:7]] == [
        "selected  operator:Air Koryo  mea",
        "  aircraft  P-632      7277a8  re",
        "  aircraft  P-885      7278a5  re",
        "selected  type:IL62  means 3 airc",
        "  aircraft  C5-RTG     09a01a  re",
        "  aircraft  RA-86559   15521f  re",
        "  aircraft  P-885      7278a5  re",
    ]
    found = json.loads(program.out("check", "--format", "json", env={"FLIGHTWATCH_CACHE": str(cache)}))
    assert [each["icao24"] for each in found["selectors"]] == [["7277a8", "7278a5"], ["09a01a", "15521f", "7278a5"]]
    assert len(found["aircraft"]) == 4


@pytest.mark.parametrize("name", ["a.csv", "lists/a.csv"])
def test_a_list_beside_the_watchlist(program: Program, server: OpenSkyServer, name: str) -> None:
    """What is told of its aircraft has the label that its columns give."""
    path = program.folder / name
    path.parent.mkdir(exist_ok=True)
    rows = "$ICAO,$Registration,$Operator,$Type\n15521F,RA-86559,Russian Air Force,Il-62M\n"
    path.write_bytes(b"\xef\xbb\xbf" + rows.replace("\n", "\r\n").encode())
    program.watchlist.write_text(f"aircraft: [{{list: {name}}}]\n", encoding="utf-8")
    printed = []
    for time, vectors in seen_visit():
        show(server, time, vectors)
        printed.append(program.out("poll"))
    first = next(text for text in printed if text)
    assert first.startswith("RA-86559 (Il-62M, Russian Air Force) landed at Vladivostok VVO on 10 January 2024")
    done = program.run("check", "--watchlist", name)
    assert done.returncode == 2
    assert done.stderr == (
        f"flightwatch: {name}: is a list of aircraft, not a watchlist, write one that says aircraft: [{{list: a.csv}}]\n"
    )


def test_whoever_flies_as_a_callsign(program: Program, server: OpenSkyServer) -> None:
    """It is told of, with what is known of it, until it has left; status has it while it is there."""
    program.watchlist.write_text(CALLSIGN, encoding="utf-8")
    assert program.out("check").startswith("selected  callsign:TST*  means whoever flies as that: ")
    printed, standing = [], []
    for time, vectors in seen_visit():
        show(server, time, vectors)
        printed.append(program.out("poll"))
        condition = json.loads(program.run("status", "--format", "json").stdout)
        standing.append([each["icao24"] for each in condition["aircraft"]])
    landed, left = (text for text in printed if text)
    assert landed.startswith("Aircraft 15521f (flying as TST1) landed at Vladivostok")
    assert "\n  callsign    TST1\n" in landed
    assert " left Vladivostok VVO on 10 January 2024" in left
    assert ["15521f"] in standing


def test_the_register_tells_the_tail_number_of_who_flies_as_a_callsign(
    program: Program, server: OpenSkyServer, tmp_path: Path
) -> None:
    """In alerts, in what is kept, and in a replay."""
    program.watchlist.write_text(CALLSIGN, encoding="utf-8")
    cache = tmp_path / "cache"
    write_register(cache, *SIX)
    register = {"FLIGHTWATCH_CACHE": str(cache)}
    printed = []
    for time, vectors in seen_visit():
        show(server, time, vectors)
        printed.append(program.out("poll", "--record", "polls", env=register))
    landed, left = (text for text in printed if text)
    assert landed.startswith("RA-86559 (flying as TST1) landed at Vladivostok")
    assert left.startswith("RA-86559 ")
    assert program.out("history", "VVO", "--offline", "--format", "csv").count("RA-86559") == 1
    again = program.out("replay", "polls", "--format", "jsonl", env=register).splitlines()
    assert [json.loads(line)["registration"] for line in again] == ["RA-86559", "RA-86559"]
