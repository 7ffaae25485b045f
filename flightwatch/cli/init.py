"""The command that begins: init."""

import shlex
import shutil
import sys
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from flightwatch import paths
from flightwatch.app.schedule import ACCOUNT, DATABASE, FOLDER, cron_line, has_apprise, names_in, units
from flightwatch.app.watchlist_file import read_bytes
from flightwatch.errors import UsageError
from flightwatch.watchlist.yaml_nodes import Table, compose

FOR_ALL = "/opt/flightwatch"
"""Where to install what a service runs: a folder that every user may read."""

PRIVATE = ("/home", "/root", "/run/user", "/tmp", "/var/tmp")  # noqa: S108 folders that the service does not see
"""What ``ProtectHome`` and the ``PrivateTmp`` of ``DynamicUser`` hide."""

OTHERS_ENTER = 0o001


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
        _print_units(path)
    else:
        typer.echo("Then put this line in cron (crontab -e); it mails you what is printed:\n")
        typer.echo(f"    {cron_line(_program(), str(path.resolve()))}")


def _write(path: Path) -> None:
    text = (files("flightwatch.data") / "watchlist.yaml").read_text(encoding="utf-8")
    try:
        with path.open("x", encoding="utf-8"):
            pass
    except FileExistsError as error:
        raise UsageError(f"{path}: exists already; edit it, or name another file") from error
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; name a file in a folder you can write to") from error
    try:
        path.chmod(0o600)
        path.write_text(text, encoding="utf-8")
    except OSError as error:  # the disk is full: half a watchlist would be taken for one
        path.unlink()
        raise UsageError(f"{path}: {error.strerror}; free some space, or name a file on another disk") from error


def _program() -> list[str]:
    """How to start this flightwatch from anywhere: by the name that the shell finds, if that is this one."""
    here, found = Path(sys.executable).with_name("flightwatch"), shutil.which("flightwatch")
    if found is not None and Path(found).resolve() == here.resolve():
        return [str(Path(found).absolute())]
    return [str(here)] if here.exists() else [sys.executable, "-m", "flightwatch"]


def _print_units(path: Path) -> None:
    root = compose(read_bytes(path), str(path))
    has_account = isinstance(root, Table) and any(key.written == "opensky" for key, _ in root.pairs)
    names, program, install = names_in(root), _program(), []
    source = "'.[apprise]'" if has_apprise(root) else "."
    if not all(map(_is_for_all, {Path(program[0]), Path(sys.executable), Path(paths.__file__)})):
        install = [
            f"python3 -m venv {FOR_ALL} && {FOR_ALL}/bin/pip install {source}     # in the folder with the source"
        ]
        program = [f"{FOR_ALL}/bin/flightwatch"]
    typer.echo(units(program, names, has_account=has_account))
    typer.echo("As root, save the two units under the names in their first lines, then:\n")
    for line in (
        *install,
        f"install -D -m 600 {shlex.quote(str(path.resolve()))} {FOLDER}/watchlist.yaml",
        *(f"(umask 077; systemd-ask-password {name}: > {FOLDER}/{name})" for name in names),
        "systemctl daemon-reload && systemctl enable --now flightwatch.timer",
        "systemctl start flightwatch.service; journalctl -u flightwatch.service     # a poll at once, and what it said",
        f"{shlex.join(program)} status --watchlist {FOLDER}/watchlist.yaml --db {DATABASE}",
    ):
        typer.echo(f"    {line}")
    if install:
        typer.echo(
            "\nThis flightwatch is in a folder that the service cannot enter: the first command installs it for all."
        )
    typer.echo(
        "\nWhat is printed goes to the journal and is mailed to nobody: name a channel under notify in the watchlist."
    )
    if not has_account:
        typer.echo(f"With an OpenSky account make {' and '.join(ACCOUNT)} in {FOLDER} too.")


def _is_for_all(path: Path) -> bool:
    """Whether a user without rights of its own, whose home and temporary folders are hidden, can get at a file."""
    there = path.resolve()
    is_hidden = any(there.is_relative_to(folder) for folder in PRIVATE)
    return not is_hidden and all(folder.stat().st_mode & OTHERS_ENTER for folder in there.parents)
