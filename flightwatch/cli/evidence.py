"""The commands that hand on what a visit rests on, and check it: evidence and verify."""

from hashlib import sha256
from pathlib import Path
from typing import Annotated

import typer

from flightwatch.app.assembly import the_airports, the_store, watchlist_if_any
from flightwatch.app.evidence import evidence_of, find_visit
from flightwatch.app.verify import again, by_whom, read, told, wrong
from flightwatch.channels.diagnostics import say
from flightwatch.cli.options import DatabaseOption, WatchlistOption
from flightwatch.cli.output import print_lines, write_whole
from flightwatch.errors import NotAsSealed, UsageError
from flightwatch.export.bag import MOST_BYTES, unzipped, zipped
from flightwatch.wording.proof import not_kept


def evidence(
    visit: Annotated[
        str, typer.Argument(metavar="VISIT", help="The visit's id, as events print it, or its beginning.")
    ],
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="The zip file to write; an older one is replaced."),
    ] = None,
    watchlist: WatchlistOption = None,
    db: DatabaseOption = None,
) -> None:
    """What a visit rests on, in one file that others can check."""
    if output is None:
        raise UsageError("name the file to write: -o FILE.zip")
    airports = the_airports(watchlist_if_any(watchlist))
    with the_store(db) as store:
        found = evidence_of(store, find_visit(store, visit), airports)
    data = zipped(found.folder, found.files)
    write_whole(output, data)
    missing = sum(each.state == "not kept" for each in found.retold)
    if missing or not found.retold:
        say(not_kept(missing, len(found.retold)))
    print_lines([f"{sha256(data).hexdigest()}  {output}"])


def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A zip file that evidence wrote.", readable=False)],
) -> None:
    """Check evidence: whether it is as it was sealed, and comes to the same events."""
    data = _read(file)
    print_lines([f"{sha256(data).hexdigest()}  {file}"])
    try:
        _verify(data)
    except NotAsSealed as error:
        raise NotAsSealed(f"{file}: {error}") from error


def _verify(data: bytes) -> None:
    """Say what is found, line by line. Raises `NotAsSealed`."""
    _, files = unzipped(data)
    print_lines([f"{len(files)} files are as they were sealed"])
    sealed = read(files)
    print_lines(by_whom(sealed))
    retold = again(sealed)
    print_lines(told(retold))
    if (line := wrong(retold)) is not None:
        raise NotAsSealed(line)


def _read(file: Path) -> bytes:
    try:
        if not file.is_file():
            raise UsageError(f"{file} is no file; name one that flightwatch evidence wrote")
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror}; check the name and its permissions") from error
