"""A watchlist that is edited while a loop polls by it."""

import os
from collections.abc import Callable
from pathlib import Path
from select import select
from subprocess import Popen
from time import monotonic

import pytest
from opensky_server import ANONYMOUS, OpenSkyServer
from program import PATIENCE_S, RICH, Program
from state_vectors import AIRPORTS

from flightwatch.app.watchlist_file import read_watchlist
from flightwatch.app.watchlist_follower import WatchlistFollower
from flightwatch.watchlist.model import Watchlist

FIRST = "aircraft: [RA-86559]\n"


def said(loop: "Popen[str]", lines: int = 1) -> str:
    """Wait for so many lines."""
    assert loop.stderr is not None
    text, end = b"", loop.stderr.fileno()
    while text.count(b"\n") < lines:
        assert select([end], [], [], PATIENCE_S)[0], text
        text += os.read(end, 4096)
    return text.decode()


def wait_for_polls(server: OpenSkyServer, count: int) -> None:
    """Wait until OpenSky was asked so often from now on."""
    until, before = monotonic() + PATIENCE_S, len(server.requests)
    while len(server.requests) < before + count:
        assert monotonic() < until


def replaced(path: Path, text: str) -> None:
    """Write it as an editor does: beside, and then in its place."""
    new = path.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    os.replace(new, path)  # noqa: PTH105 what an editor calls


def rewritten(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("write", [replaced, rewritten])
def test_a_loop_follows_its_watchlist(
    program: Program, server: OpenSkyServer, write: Callable[[Path, str], None]
) -> None:
    """What changed is said in a line; a broken one is said once, while the old one goes on; so is that it is mended."""
    server.credits[ANONYMOUS] = RICH
    program.watchlist.write_text(FIRST, encoding="utf-8")
    with program.running("poll", "--every", "1s") as loop:
        wait_for_polls(server, 1)
        write(program.watchlist, "aircraft: [RA-86559, P-885]\nairports: [FNJ]\nhealth: {blind_after: 2h}\n")
        assert said(loop) == (
            "flightwatch: watchlist.yaml was read again: new: P-885 and FNJ; other rules for blindness or heartbeat\n"
        )
        write(program.watchlist, "aircraft: [RA-86559\n")
        complaint, what_now = said(loop, 2).splitlines()
        assert complaint.startswith("flightwatch: watchlist.yaml:")
        assert what_now.endswith("watchlist.yaml: as it is now it cannot be used; polls go on with what it said before")
        wait_for_polls(server, 2)  # the old one goes on, and nothing more is said
        write(program.watchlist, "airports: [FNJ, VVO]\n")
        assert (
            said(loop) == "flightwatch: watchlist.yaml can be read again: new: VVO; gone: RA-86559 and P-885; "
            "other rules for blindness or heartbeat\n"
        )
        loop.terminate()
        done = program.wait(loop)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_list_that_is_named_is_followed_too(tmp_path: Path) -> None:
    """One that cannot be used is said once, and read again when it is there, without a touch of the watchlist."""
    path, rows, said = tmp_path / "w.yaml", tmp_path / "a.csv", list[str]()
    path.write_text("aircraft: [{list: a.csv}]", encoding="utf-8")
    rows.write_text("icao24\n15521f\n", encoding="utf-8")

    def read(path: Path) -> Watchlist:
        return read_watchlist(path, environment={}, airports=AIRPORTS)

    follower = WatchlistFollower(path, read, said.append)
    assert follower.look() is None
    replaced(rows, "icao24\n15521f\n7278a5\n")
    assert [a.icao24 for a in (follower.look() or Watchlist()).aircraft] == ["15521f", "7278a5"]
    rows.unlink()
    assert (follower.look(), follower.look()) == (None, None)
    rows.write_text("icao24\n7278a5\n", encoding="utf-8")
    assert [a.icao24 for a in (follower.look() or Watchlist()).aircraft] == ["7278a5"]
    assert follower.look() is None
    assert [line.splitlines()[-1].removeprefix(str(path)) for line in said] == [
        " was read again: new: P-885",
        ": as it is now it cannot be used; polls go on with what it said before",
        " can be read again: gone: 15521f",
    ]
    assert "a.csv: no such file" in said[1]


def test_a_table_that_was_fetched_meanwhile_is_taken_up(tmp_path: Path) -> None:
    """It is let go before the watchlist is read again, and that is said, also where the watchlist says what it said before."""
    path, table, said, read_with = tmp_path / "w.yaml", tmp_path / "aircraft.sqlite", list[str](), list[int]()
    path.write_text("airports: [FNJ]", encoding="utf-8")

    def read(path: Path) -> Watchlist:
        read_with.append(len(renewed))
        return read_watchlist(path, environment={}, airports=AIRPORTS)

    renewed = list[bool]()
    table.write_text("of Monday", encoding="utf-8")
    follower = WatchlistFollower(path, read, said.append, tables=[table], renew=lambda: renewed.append(True))
    assert (follower.look(), renewed) == (None, [])
    replaced(table, "of Tuesday")
    assert follower.look() == follower.watchlist
    assert follower.look() is None
    table.unlink()
    assert follower.look() == follower.watchlist
    assert [line.removeprefix(str(table)) for line in said] == [
        ": a new table, in use from now on",
        ": is gone, and not used any more",
    ]
    assert read_with == [0, 1, 2]
