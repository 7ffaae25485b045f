"""The command that makes the database smaller: prune."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated

import typer

from flightwatch.app.assembly import the_store, the_store_to_prune
from flightwatch.app.clock import utc_now
from flightwatch.cli.options import DatabaseOption
from flightwatch.cli.output import print_lines
from flightwatch.core import dates
from flightwatch.errors import StoreError, UsageError
from flightwatch.storage.poll_record import ASKED_KEPT_S
from flightwatch.storage.pruning import Part, give_back, size_of, visits_ended, what_goes
from flightwatch.storage.pruning import prune as prune_store
from flightwatch.storage.store import Store
from flightwatch.wording.phrases import counted, day


def prune(
    before: Annotated[str, typer.Option(metavar="DATE", help="What ended before this day goes: 2023-08-01, '1 year'.")],
    visits: Annotated[
        bool, typer.Option("--visits", help="Visits too, and OpenSky's flights; else they stay.")
    ] = False,
    do_it: Annotated[bool, typer.Option("--do-it", help="Do it. Without this it is only said what would go.")] = False,
    db: DatabaseOption = None,
) -> None:
    """Say what ended before a day and could go; take it out with --do-it."""
    now = utc_now()
    begin, _ = dates.between(before, None, now, named=("--before", "--until"))
    kept = timedelta(seconds=ASKED_KEPT_S)
    if begin is None or now - begin < kept:
        raise UsageError(
            f"--before {before!r}: name a day at least {kept.days + 1} days ago; polls still need what is newer"
        )
    with (the_store_to_prune if do_it else the_store)(db) as store:
        parts, was = what_goes(store, begin, with_visits=visits), size_of(store.path)
        stay = 0 if visits else visits_ended(store, begin)
        said = f"from before {day(begin)}: {_told(parts)}"
        if do_it:
            prune_store(store, begin, with_visits=visits)
            _give_back(store, f"gone {said}")
    if do_it:
        lines = [f"gone {said}", f"the database takes {_mb(size_of(store.path))}, and took {_mb(was)}"]
    else:
        lines = [
            f"would go {said}",
            f"that frees about {_mb(min(sum(part.size for part in parts), was))} of {_mb(was)}",
        ]
    if stay:
        verb = "stays" if stay == 1 else "stay"
        lines.append(f"{counted(stay, 'visit')} that ended before then {verb}; --visits takes visits too")
    print_lines(lines if do_it else [*lines, "nothing was changed: --do-it does it"])


def _give_back(store: Store, gone: str) -> None:
    try:
        give_back(store)
    except StoreError as error:
        raise StoreError(f"{gone}; the file stays as large as it was, and polls use the room in it: {error}") from error


def _told(parts: Iterable[Part]) -> str:
    return ", ".join(counted(part.rows, part.noun) for part in parts if part.rows) or "nothing"


def _mb(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
