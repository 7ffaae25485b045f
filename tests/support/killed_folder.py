"""A folder that is published, killed at each step of bringing it up to date, and looked at each time.

Run as a process, which has one thread, so that it can be forked:

    python tests/support/killed_folder.py EMPTY-FOLDER

It prints how many steps there were. A step is the beginning or the end of a call by which files are opened, brought to the disk,
renamed or taken away.
"""

import os
import shutil
import sys
from collections.abc import Sequence
from functools import partial
from itertools import count
from pathlib import Path

from killable import Killer

from flightwatch.channels.folder import LOCK, MANIFEST, File, open_folder, put

BEFORE = {"aircraft-a.html": b"old a" * 9999, "aircraft-gone.html": b"gone", "same.csv": b"same", "index.html": b"old"}
AFTER = {"aircraft-a.html": b"new a" * 9999, "aircraft-b.html": b"b" * 9999, "same.csv": b"same", "index.html": b"new"}


def files(whole: dict[str, bytes]) -> Sequence[File]:
    """The files that hold these."""
    return [File(name, partial(bytes, held)) for name, held in whole.items()]


def publish(to: Path, whole: dict[str, bytes]) -> None:
    open_folder(to)
    put(to, files(whole))


def there(to: Path) -> dict[str, bytes]:
    """What a reader gets."""
    return {each.name: each.read_bytes() for each in to.iterdir() if not each.name.startswith(".")}


def is_killed(to: Path, step: int) -> bool:
    """Bring it up to date in a process that is killed at this step; tell whether it came to that."""
    if (child := os.fork()) == 0:
        killer = Killer(step)
        sys.setprofile(killer.watch)
        publish(to, AFTER)
        sys.setprofile(None)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def main() -> None:
    """Kill it at each step."""
    to = Path(sys.argv[1]) / "site"
    for before in (BEFORE, {}):
        for step in count(1):
            shutil.rmtree(to, ignore_errors=True)
            if before:
                publish(to, before)
            stamp = (to / "same.csv").stat().st_mtime_ns if before else 0
            was_killed = is_killed(to, step)
            found = there(to) if to.exists() else {}
            assert all(held in (before.get(name), AFTER.get(name)) for name, held in found.items()), (
                step,
                found.keys(),
            )
            assert not before or {*before} & {*AFTER} <= {*found}, step
            if found.get("index.html") == AFTER["index.html"]:  # the last to come: all it leads to is there
                assert {name: found[name] for name in AFTER} == AFTER, step
            publish(to, AFTER)
            assert there(to) == AFTER, step
            assert {each.name for each in to.iterdir()} - {*AFTER} <= {MANIFEST, LOCK}, step
            assert not before or (to / "same.csv").stat().st_mtime_ns == stamp, step
            if not was_killed:
                print(step - 1)  # noqa: T201 for whoever runs it
                break


if __name__ == "__main__":
    main()
