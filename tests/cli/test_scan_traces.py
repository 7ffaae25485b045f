"""The command scan over traces: tars that are not unpacked, into a database, interrupted, cut short."""

import json
from itertools import islice
from pathlib import Path

import pytest
from archive_rows import REAL_TRACE, as_tar, real_days, trace_tar
from program import Program
from state_vectors import AIRPORTS, watched

from flightwatch.app.scan_request import Scanning, Teller
from flightwatch.app.trace_run import scan_days
from flightwatch.archives.files import BadFile
from flightwatch.archives.kinds import told

TRACE_NAME = "./traces/1b/trace_full_ac671b.json"


@pytest.fixture
def program(bare_program: Program) -> Program:
    bare_program.watchlist.write_text("aircraft: [{registration: N899DN, icao24: ac671b}]\nnotify: [print]\n")
    return bare_program


def days_as_tars(folder: Path) -> Path:
    """Put the real trace as two tars, of a day each, into a folder."""
    folder.mkdir()
    for number, day in enumerate(real_days().values(), start=4):
        (folder / f"v2025.02.0{number}-planes-readsb-prod-0.tar").write_bytes(trace_tar([day]))
    return folder


def test_a_tar_as_replay_tells_its_trace(program: Program, tmp_path: Path) -> None:
    (tmp_path / "day.tar").write_bytes(as_tar({TRACE_NAME: REAL_TRACE.read_bytes()}))
    scanned = program.out("scan", "day.tar", "--format", "jsonl")
    assert len(scanned.splitlines()) == 6
    assert scanned == program.out("replay", str(REAL_TRACE), "--format", "jsonl")


def test_into_a_database(program: Program, tmp_path: Path) -> None:
    """History shows the visits with where they are known from, and shows the same after another scan; nobody is alerted."""
    days_as_tars(tmp_path / "days")
    told_first = program.out("scan", "days", "--into", "past.db")
    history = ["history", "N899DN", "--db", "past.db", "--offline", "--format", "jsonl"]
    first = program.out(*history)
    assert [json.loads(line)["airport_iata"] for line in first.splitlines()] == ["DEN", "MSP", "GEG", "MSP"]
    assert "archived traces" in first
    assert program.out("scan", "days", "--into", "past.db") == told_first
    assert program.out(*history) == first
    assert "; 4 from archived traces; " in program.out("history", "N899DN", "--db", "past.db", "--offline")


def test_a_part_of_the_time(program: Program, tmp_path: Path) -> None:
    days_as_tars(tmp_path / "days")
    whole, late = (program.out("scan", "days", "--format", "jsonl", *more) for more in ([], ["--since", "2025-02-05"]))
    assert program.out("scan", "days", "--until", "2025-02-03") == ""
    assert len(late.splitlines()) == len(whole.splitlines()) == 7
    assert program.out("scan", "days", "--since", "2025-02-06") == ""


def test_one_that_is_interrupted_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the last day that was told, of the same archive and watchlist, unless it is to begin anew."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    archives = told([str(days_as_tars(tmp_path / "days"))])
    said, bad = list[str](), list[BadFile]()
    teller = Teller(said.append, lambda *_: None)
    asked = Scanning(archives, watched(aircraft=["ac671b"]), AIRPORTS)
    whole = list(scan_days(asked, teller, bad))
    assert list(islice(scan_days(asked, teller, bad), 2)) == whole
    assert said == []
    assert list(scan_days(asked, teller, bad)) == whole[1:]
    assert said == [
        "goes on after 2025-02-05 00:00 UTC, where it was interrupted: what was told of before is not told again; "
        "--anew begins at the beginning"
    ]
    assert list(scan_days(asked, teller, bad)) == whole
    assert bad == []


def test_what_the_user_sees_of_a_tar_that_is_cut_short(program: Program, tmp_path: Path) -> None:
    whole = as_tar({TRACE_NAME: REAL_TRACE.read_bytes(), "./traces/ff/trace_full_ffffff.json": b" " * 40_000})
    (tmp_path / "day.tar.aa").write_bytes(whole[:-30_000])
    ended = program.run("scan", "day.tar.aa", "--format", "jsonl")
    assert (ended.returncode, len(ended.stdout.splitlines())) == (1, 6)
    assert ended.stderr.splitlines() == [
        "flightwatch: day.tar.aa: it is a tar that is damaged or cut short, of which what can be read is used; "
        "fetch it again, with all its parts",
        "flightwatch: 1 of 1 file could not be used, or not as a whole",
    ]


def test_recorded_polls_go_into_a_database_otherwise(program: Program) -> None:
    """And are told as replay tells them, of the time that is asked for."""
    polls = str(Path(__file__).parents[1] / "recorded" / "opensky" / "ajaccio-60s.jsonl.gz")
    program.watchlist.write_text("aircraft: [{icao24: 39b415}]\nnotify: [print]\n")
    assert program.out("scan", polls) == program.out("replay", polls) != ""
    assert program.out("scan", polls, "--until", "2018-01-11") == ""
    ended = program.run("scan", polls, "--into", "past.db")
    assert ended.returncode == 2
    assert "flightwatch replay RECORDING --db FILE" in ended.stderr
