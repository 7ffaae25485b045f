"""``flightwatch prune`` as a user runs it."""

import resource
import shutil
import sys
from pathlib import Path

from injected_faults import LIMITED
from program import Program

from flightwatch.storage.lock import poll_lock

OLD = Path(__file__).parents[1] / "databases" / "schema-5.db"


def test_nothing_goes_unless_it_is_said(program: Program, tmp_path: Path) -> None:
    """First what would go, as the file stays as it was; then the same goes, and a second time there is nothing."""
    db = Path(shutil.copy(OLD, tmp_path / "old.db"))
    before = db.read_bytes()
    first = program.run("prune", "--before", "2024-01-01", "--db", str(db))
    assert (first.returncode, first.stderr) == (0, "")
    told = first.stdout.splitlines()[0].removeprefix("would go ")
    assert told == "from before 1 January 2024: 1 poll, 3 alerts, 3 events"
    assert first.stdout.splitlines()[2:] == [
        "2 visits that ended before then stay; --visits takes visits too",
        "nothing was changed: --do-it does it",
    ]
    assert db.read_bytes() == before
    second, third = (program.run("prune", "--before", "2024-01-01", "--do-it", "--db", str(db)) for _ in range(2))
    assert second.stdout.splitlines()[0] == f"gone {told}"
    assert third.stdout.splitlines()[0] == "gone from before 1 January 2024: nothing"


def test_a_disk_without_room_to_shrink_the_file(program: Program, tmp_path: Path) -> None:
    """What goes is gone, which is said; the file is as sound as before, and a second try does the rest."""
    db = Path(shutil.copy(OLD, tmp_path / "old.db"))
    prune = ("prune", "--do-it", "--db", str(db), "--before")
    program.out(*prune, "2000-01-01")  # brings it to today's schema
    limit = (sys.executable, "-c", LIMITED, str(resource.RLIMIT_FSIZE), str(64 * 1024))
    full = program.run(*prune, "2024-01-01", wrapped=limit)
    assert (full.returncode, full.stdout) == (1, "")
    assert full.stderr.startswith(
        "flightwatch: gone from before 1 January 2024: 1 poll, 3 alerts, 3 events; the file stays"
    )
    assert program.out("check", "--db", str(db)) == f"{db}: nothing is damaged\n"
    assert program.out(*prune, "2024-01-01").startswith("gone from before 1 January 2024: nothing\n")


def test_not_while_a_poll_runs(program: Program, tmp_path: Path) -> None:
    db = Path(shutil.copy(OLD, tmp_path / "old.db"))
    before = db.read_bytes()
    with poll_lock(db) as held:
        done = program.run("prune", "--before", "2024-01-01", "--do-it", "--db", str(db))
    assert held
    assert (done.returncode, done.stdout) == (1, "")
    assert "a poll is under way, and nothing was changed" in done.stderr
    assert db.read_bytes() == before


def test_what_polls_still_need_stays(program: Program, tmp_path: Path) -> None:
    done = program.run("prune", "--before", "yesterday", "--db", str(shutil.copy(OLD, tmp_path / "old.db")))
    assert done.returncode == 2
    assert "name a day at least 4 days ago" in done.stderr
