"""The command that begins: init."""

import os
import shlex
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from flightwatch.app.installation import program, service_lines
from flightwatch.app.schedule import cron_line
from flightwatch.errors import UsageError


def init(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it.")] = Path("watchlist.yaml"),
    systemd: Annotated[
        bool, typer.Option("--systemd", help="Print units for systemd instead; FILE may be there already.")
    ] = False,
) -> None:
    """Write a commented watchlist.yaml and print the line for cron."""
    if "\n" in str(path.absolute()):
        raise UsageError("a name with a line break cannot stand in a crontab; choose another")
    if not (systemd and path.exists()):
        _write(path)
        typer.echo(f"Wrote {path}. Look at it with:\n\n    flightwatch check --watchlist {shlex.quote(str(path))}\n")
    if systemd:
        for line in service_lines(path):
            typer.echo(line)
    else:
        typer.echo("Then put this line in cron (crontab -e); it mails you what is printed:\n")
        typer.echo(f"    {cron_line(program(), str(path.resolve()))}")


def _write(path: Path) -> None:
    text = (files("flightwatch.data") / "watchlist.yaml").read_text(encoding="utf-8")
    try:
        place = os.open(
            path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600
        )  # no link is followed: that is a file already
    except FileExistsError as error:
        raise UsageError(f"{path}: exists already; edit it, or name another file") from error
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; name a file in a folder you can write to") from error
    try:
        with os.fdopen(place, "w", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:  # the disk is full: half a watchlist would be taken for one
        path.unlink()
        raise UsageError(f"{path}: {error.strerror}; free some space, or name a file on another disk") from error
