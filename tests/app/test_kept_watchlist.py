"""The watchlist of a poll is what is in its file, in its lists, in the tables and in the environment now, kept or not."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest
from made_registers import RUSSIAN, TANKER, no_note, write_register
from made_watchlists import FNJ, VVO, airport
from msgspec.structs import replace
from program import Program

from flightwatch.app.assembly import own_files
from flightwatch.app.kept_watchlist import kept_file, kept_or_read
from flightwatch.app.watchlist_file import read_watchlist
from flightwatch.core.airports import Airports
from flightwatch.core.register import Register
from flightwatch.errors import WatchlistError
from flightwatch.storage.kept import read_kept, write_kept
from flightwatch.storage.register import open_register
from flightwatch.watchlist.model import Watchlist

TEXT: Final = """\
aircraft: [RA-86559, RF-94282, {list: spotters.csv}]
airports: [FNJ]
notify: [{apprise: "json://${TOKEN}/desk"}]
"""


class Desk:
    """A folder with a watchlist, a list, a register and an environment, and who reads it for a poll."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path, self.list, self.kept = (folder / name for name in ("w.yaml", "spotters.csv", "x.db.watchlist"))
        self.path.write_text(TEXT)
        self.list.write_text("icao24,registration\n4408e8,OE-LBA\n")
        self.register = write_register(folder, TANKER, RUSSIAN)
        self.table = folder / "airports.fetched"
        self.airports = [FNJ, VVO]
        self.environment: dict[str, str] = {"TOKEN": "hush-hush"}
        self.asked: list[str] = []

    def _airports(self) -> Airports:
        self.asked.append("airports")
        return Airports(self.airports)

    def _register(self) -> Register:
        self.asked.append("register")
        return open_register(self.register, no_note)

    def poll(self, *, writes: bool = True) -> Watchlist:
        """Read as a poll does; ``asked`` is then which tables that took."""
        self.asked.clear()
        return kept_or_read(
            self.path,
            self.kept,
            environment=self.environment,
            airports=self._airports,
            register=self._register,
            made_of=(self.table, self.register),
            writes=writes,
        )

    def anew(self) -> Watchlist:
        """Read as everybody else does."""
        return read_watchlist(self.path, environment=self.environment, airports=self._airports, register=self._register)

    def touch_table(self) -> None:
        """Have another table of airfields."""
        self.table.write_bytes(b"another")
        self.airports = [airport("ZKPY", "FNJ", "Another name"), VVO]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_what_did_not_change_is_not_read_again(desk: Desk) -> None:
    first = desk.poll()
    assert desk.asked
    assert (desk.poll(), desk.asked) == (first, [])
    assert first == desk.anew()


CHANGES: Final[Mapping[str, Callable[[Desk], object]]] = {
    "watchlist": lambda desk: desk.path.write_text(TEXT.replace("RA-86559", "RA-86555")),
    "watchlist, of the same size": lambda desk: desk.path.write_text(TEXT.replace("FNJ", "VVO")),
    "list": lambda desk: desk.list.write_text("icao24,registration\n4408e9,OE-LBB\n"),
    "list gone": lambda desk: desk.list.unlink(),
    "register": lambda desk: write_register(desk.folder, replace(TANKER, icao24="155239"), RUSSIAN),
    "register gone": lambda desk: desk.register.unlink(),
    "airfields": lambda desk: desk.touch_table(),
    "secret": lambda desk: desk.environment.update(TOKEN="another"),
    "no secret": lambda desk: desk.environment.clear(),
    "account": lambda desk: desk.environment.update(OPENSKY_CLIENT_ID="a", OPENSKY_CLIENT_SECRET="b"),
    "half an account": lambda desk: desk.environment.update(OPENSKY_CLIENT_ID="a"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_each_change_counts_at_once(desk: Desk, what: str) -> None:
    before = desk.poll()
    CHANGES[what](desk)
    try:
        anew: Watchlist | list[str] = desk.anew()
    except WatchlistError as error:
        anew = error.complaints
    for _ in range(2):
        try:
            found: Watchlist | list[str] = desk.poll()
        except WatchlistError as error:
            found = error.complaints
        assert found == anew
    assert anew != before


def test_another_name_is_another_watchlist(desk: Desk) -> None:
    """Its complaints and remarks name the file."""
    desk.poll()
    desk.path = desk.path.rename(desk.folder / "other.yaml")
    desk.poll()
    assert desk.asked


def test_of_another_version_it_is_read_anew(desk: Desk) -> None:
    """A version, as all else that goes into it, is in the key."""
    first = desk.poll()
    kept = read_kept(desk.kept)
    assert kept is not None
    write_kept(desk.kept, replace(kept, key=bytes(32)))
    assert (desk.poll(), bool(desk.asked)) == (first, True)
    assert (desk.poll(), desk.asked) == (first, [])


def test_another_build_of_the_release_reads_anew() -> None:
    """What a watchlist is understood by is among what it is made of: its reader, the rules of tail numbers, the airfields."""
    names = {f"{path.parent.name}/{path.name}" for path in own_files()}
    assert names > {"watchlist/reading.py", "core/registration_rules.py", "data/airports.table"}


def test_a_damaged_file_counts_as_none(desk: Desk) -> None:
    first = desk.poll()
    whole = desk.kept.read_bytes()
    for place in (0, 5, 20, 40, len(whole) // 2, len(whole) - 1):
        for damaged in (whole[:place], whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]):
            desk.kept.write_bytes(damaged)
            assert (desk.poll(), bool(desk.asked)) == (first, True)
            assert desk.kept.read_bytes() == whole


def test_it_is_for_its_user_alone_and_holds_no_secret(desk: Desk) -> None:
    desk.poll()
    assert desk.kept.stat().st_mode & 0o777 == 0o600
    assert b"hush" not in desk.kept.read_bytes()
    assert b"OE-LBA" in desk.kept.read_bytes()


def test_what_others_may_write_to_is_not_read(desk: Desk) -> None:
    first = desk.poll()
    desk.kept.chmod(0o620)
    assert (desk.poll(), bool(desk.asked)) == (first, True)


def test_links_are_not_followed(desk: Desk) -> None:
    """Nor is anything written by way of one."""
    first, theirs = desk.poll(), desk.folder / "theirs"
    theirs.write_bytes(desk.kept.read_bytes())
    desk.kept.unlink()
    desk.kept.symlink_to(theirs)
    (desk.folder / ".x.db.watchlist.draft").symlink_to(desk.folder / "victim")
    assert (desk.poll(), bool(desk.asked)) == (first, True)
    assert not (desk.folder / "victim").exists()


@pytest.mark.parametrize("kind", ["folder", "pipe", "no folder"])
def test_where_nothing_can_be_kept_polls_go_on(desk: Desk, kind: str) -> None:
    match kind:
        case "folder":
            desk.kept.mkdir()
        case "pipe":
            os.mkfifo(desk.kept)
            os.mkfifo(desk.folder / ".x.db.watchlist.draft")
        case _:
            desk.kept = desk.folder / "not there" / "x.db.watchlist"
    assert desk.poll() == desk.anew()
    assert not (desk.folder / "not there").exists()


def test_who_writes_nothing_keeps_nothing(desk: Desk) -> None:
    first = desk.poll(writes=False)
    assert not desk.kept.exists()
    assert desk.poll() == desk.poll(writes=False) == first
    assert desk.asked == []


def test_a_poll_keeps_it_and_a_rehearsal_does_not(program: Program) -> None:
    kept = kept_file(program.database)
    program.run("poll", "--dry-run")
    assert not kept.exists()
    program.run("poll")
    program.run("poll")
    assert kept.exists()
    program.watchlist.write_text("aircraft: [nonsense!]\n")
    assert program.run("poll").returncode != 0
