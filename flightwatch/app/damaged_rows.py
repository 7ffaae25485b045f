"""Damaged rows that were left out: what is said of them, beside what was answered all the same."""

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from flightwatch.channels.diagnostics import say
from flightwatch.errors import DamagedRow, FlightwatchError
from flightwatch.storage.store import MOST_LEFT_OUT, Store
from flightwatch.wording.phrases import counted, with_more

MOST_NAMED: Final = 3
"""Most damaged rows that are named."""


def left_out(store: Store) -> str | None:
    """What to say of the damaged rows that were left out since somebody asked last, a line; None: there were none."""
    names = store.take_left_out()
    if not names:
        return None
    least = "at least " if len(names) >= MOST_LEFT_OUT else ""
    return (
        f"{store.path}: {least}{counted(len(names), 'damaged row')} left out: {with_more(names, MOST_NAMED)}; "
        f"{_check(store.path)} lists all damage: restore a copy"
    )


def begun_anew(store: Store) -> str | None:
    """What a poll says of the damaged rows that it left out, a line; None: there were none."""
    names = store.take_left_out()
    if not names:
        return None
    return (
        f"{store.path}: {counted(len(names), 'damaged row')} left out: {with_more(names, MOST_NAMED)}; aircraft of which "
        "nothing is remembered are followed anew, so a landing or departure of these may not be told; "
        f"{_check(store.path)} lists other damage: restore a copy"
    )


@contextmanager
def answering(store: Store) -> Iterator[None]:
    """Answer from what is sound. Raises `DamagedRow` at the end where anything was left out; before another error it is said."""
    try:
        yield
    except FlightwatchError:
        if (line := left_out(store)) is not None:
            say(line)
        raise
    if (line := left_out(store)) is not None:
        raise DamagedRow(line)


def _check(database: Path) -> str:
    return f"flightwatch check --db {shlex.quote(str(database))}"
