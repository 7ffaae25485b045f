"""The command that begins: init. What it needs is imported when it runs."""

import shlex
import shutil
import sys
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from flightwatch.errors import UsageError


def init(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it.")] = Path("watchlist.yaml"),
) -> None:
    """Write a commented watchlist.yaml and print the line for cron."""
    try:
        with path.open("x", encoding="utf-8") as file:
            path.chmod(0o600)
            file.write((files("flightwatch.data") / "watchlist.yaml").read_text(encoding="utf-8"))
    except FileExistsError as error:
        raise UsageError(f"{path}: exists already; edit it, or name another file") from error
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; name a file in a folder you can write to") from error
    found = shutil.which("flightwatch")
    program = shlex.quote(found) if found else f"{shlex.quote(sys.executable)} -m flightwatch"
    typer.echo(f"Wrote {path}. Look at it with:\n\n    flightwatch check --watchlist {shlex.quote(str(path))}\n")
    typer.echo("Then put this line in cron (crontab -e); it mails you what is printed:\n")
    typer.echo(f"    */5 * * * * {program} poll --watchlist {shlex.quote(str(path.resolve()))}")
