"""Databases that are only read: where nothing can be written, and where another program writes meanwhile."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from cron_polls import Unavailable
from injected_faults import as_anyone, lockless, mounting

from flightwatch.core.model import instant
from flightwatch.errors import StoreError
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.schema import MIGRATIONS
from flightwatch.storage.store import Store

READ = """
import sys
from pathlib import Path
from flightwatch.errors import StoreError
from flightwatch.storage.store import Store
try:
    with Store(Path(sys.argv[1]), reading_only=True) as store:
        last = store.last_poll()
        print(last and last.outcome, store.was_written_meanwhile)
except StoreError as error:
    print(error)
"""
AT = instant(1_695_693_120)
DATABASES = Path(__file__).parents[1] / "databases"


def read(path: Path, *wrapped: str) -> str:
    """Read a database in a process of its own, without root's right to write everywhere; give what it says."""
    try:
        command = [*wrapped, *as_anyone(), sys.executable, "-c", READ, str(path)]
    except Unavailable as error:
        pytest.skip(str(error))
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def closed_to_writers(folder: Path) -> None:
    for file in folder.iterdir():
        file.chmod(0o400)
    folder.chmod(0o500)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Give a folder with a database, which can be closed to writers."""
    folder = tmp_path / "kept"
    with Store(folder / "a.db") as store:
        store.record_failure(PollRecord(AT, None, "first"))
    yield folder
    folder.chmod(0o700)


def test_a_folder_and_a_file_that_nobody_may_write_to(folder: Path) -> None:
    """SQLite's own files beside it are not there and cannot be made."""
    closed_to_writers(folder)
    assert read(folder / "a.db") == "first False"
    assert [each.name for each in folder.iterdir()] == ["a.db"]


def test_while_a_poll_writes(folder: Path) -> None:
    """What is in the log is read too."""
    with Store(folder / "a.db") as store:
        store.record_failure(PollRecord(AT, None, "second"))
        closed_to_writers(folder)
        assert read(folder / "a.db") == "second False"


def test_a_log_that_cannot_be_read(folder: Path, tmp_path: Path) -> None:
    """As in a copy without the index beside it: nothing is told without what was written last."""
    copied = tmp_path / "copied"
    copied.mkdir()
    with Store(folder / "a.db") as store:
        store.record_failure(PollRecord(AT, None, "second"))
        for name in ("a.db", "a.db-wal"):
            shutil.copy(folder / name, copied / name)
    closed_to_writers(copied)
    try:
        assert read(copied / "a.db") == (
            f"{copied}/a.db-wal: holds what was written last, and cannot be read in this folder: copy it and a.db to a "
            "folder that this user can write to, and name the copy with --db"
        )
    finally:
        copied.chmod(0o700)
    assert read(copied / "a.db") == "second False"


def test_a_read_only_disk(folder: Path) -> None:
    try:
        mount = mounting()
    except Unavailable as error:
        pytest.skip(str(error))
    script = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && ! touch "$0/x" 2>&- && exec "$@"'
    assert read(folder / "a.db", *mount, "sh", "-c", script, str(folder)) == "first False"


@pytest.mark.parametrize("schema", range(1, len(MIGRATIONS)))
def test_an_older_one(folder: Path, schema: int) -> None:
    """It is read by way of a copy."""
    (folder / "older.db").write_bytes((DATABASES / f"schema-{schema}.db").read_bytes())
    closed_to_writers(folder)
    assert read(folder / "older.db").endswith(" False")
    assert (folder / "older.db").read_bytes() == (DATABASES / f"schema-{schema}.db").read_bytes()


def test_a_file_system_without_locks(folder: Path) -> None:
    """SQLite takes it for another program that has locked the database."""
    try:
        without = lockless()
    except Unavailable as error:
        pytest.skip(str(error))
    assert read(folder / "a.db", *without) == (
        f"{folder}/a.db: its file system has no locks (No locks available): read a copy on a disk of this machine"
    )


def test_one_that_may_not_be_read(folder: Path) -> None:
    (folder / "a.db").chmod(0)
    assert "cannot be opened: check that it is a file" in read(folder / "a.db")


def test_another_programs(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "places.sqlite")) as database:
        database.execute("CREATE TABLE moz_places (id INTEGER)")
    assert read(tmp_path / "places.sqlite").endswith("is not a flightwatch database: choose another --db")


def test_one_that_another_machine_writes_unseen(folder: Path) -> None:
    """As on a disk that is mounted read-only here, and written to there."""
    code = READ.replace("        print", "        print('open', flush=True)\n        input()\n        print")
    closed_to_writers(folder)
    try:
        command = [*as_anyone(), sys.executable, "-c", code, str(folder / "a.db")]
    except Unavailable as error:
        pytest.skip(str(error))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        try:
            assert reader.stdout is not None
            assert reader.stdout.readline() == "open\n"
            os.utime(folder / "a.db", (0, 0))
            assert reader.communicate("\n", 30)[0].strip() == "first True"
        finally:
            reader.kill()


def test_a_link_of_another_user(tmp_path: Path) -> None:
    """A database is not made where somebody else likes; one's own links are followed."""
    (tmp_path / "own.db").symlink_to(tmp_path / "elsewhere.db")
    Store(tmp_path / "own.db", lasting=False).close()
    assert (tmp_path / "elsewhere.db").exists()
    if os.geteuid() != 0:
        pytest.skip("only root can give a link away")
    (tmp_path / "a.db").symlink_to(tmp_path / "trap.db")
    os.lchown(tmp_path / "a.db", 65534, 65534)
    with pytest.raises(StoreError, match="is a link of another user's, which is not followed"):
        Store(tmp_path / "a.db")
    assert not (tmp_path / "trap.db").exists()
