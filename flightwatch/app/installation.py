"""How this flightwatch is started from anywhere, and what systemd needs to start it."""

import shlex
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from flightwatch import paths
from flightwatch.app.schedule import ACCOUNT, DATABASE, FOLDER, has_apprise, names_in, units
from flightwatch.app.watchlist_file import read_bytes
from flightwatch.watchlist.yaml_nodes import Table, compose

FOR_ALL = "/opt/flightwatch"
"""Where to install what a service runs: a folder that every user may read."""

PRIVATE = ("/home", "/root", "/run/user", "/tmp", "/var/tmp")  # noqa: S108 folders that the service does not see
"""What ``ProtectHome`` and the ``PrivateTmp`` of ``DynamicUser`` hide."""

OTHERS_ENTER = 0o001
"""The right of everybody else to enter a folder."""


def program() -> list[str]:
    """How to start this flightwatch from anywhere: by the name that the shell finds, if that is this one."""
    here, found = Path(sys.executable).with_name("flightwatch"), shutil.which("flightwatch")
    if found is not None and Path(found).resolve() == here.resolve():
        return [str(Path(found).absolute())]
    return [str(here)] if here.exists() else [sys.executable, "-m", "flightwatch"]


def service_lines(path: Path) -> Iterator[str]:
    """What to do so that systemd polls by the watchlist at ``path``: the units, then the commands, as they are printed."""
    root = compose(read_bytes(path), str(path))
    has_account = isinstance(root, Table) and any(key.written == "opensky" for key, _ in root.pairs)
    names, started, install = names_in(root), program(), list[str]()
    source = "'.[apprise]'" if has_apprise(root) else "."
    if not all(map(_is_for_all, {Path(started[0]), Path(sys.executable), Path(paths.__file__)})):
        install = [
            f"python3 -m venv {FOR_ALL} && {FOR_ALL}/bin/pip install {source}     # in the folder with the source"
        ]
        started = [f"{FOR_ALL}/bin/flightwatch"]
    yield units(started, names, has_account=has_account)
    yield "As root, save the two units under the names in their first lines, then:\n"
    for line in (
        *install,
        f"install -D -m 600 {shlex.quote(str(path.resolve()))} {FOLDER}/watchlist.yaml",
        *(f"(umask 077; systemd-ask-password {name}: > {FOLDER}/{name})" for name in names),
        "systemctl daemon-reload && systemctl enable --now flightwatch.timer",
        "systemctl start flightwatch.service; journalctl -u flightwatch.service     # a poll at once, and what it said",
        f"{shlex.join(started)} status --watchlist {FOLDER}/watchlist.yaml --db {DATABASE}",
    ):
        yield f"    {line}"
    if install:
        yield "\nThis flightwatch is in a folder that the service cannot enter: the first command installs it for all."
    yield "\nWhat is printed goes to the journal and is mailed to nobody: name a channel under notify in the watchlist."
    if not has_account:
        yield f"With an OpenSky account make {' and '.join(ACCOUNT)} in {FOLDER} too."


def _is_for_all(path: Path) -> bool:
    """Tell whether a user without rights of its own, whose home and temporary folders are hidden, can get at a file."""
    there = path.resolve()
    is_hidden = any(there.is_relative_to(folder) for folder in PRIVATE)
    return not is_hidden and all(folder.stat().st_mode & OTHERS_ENTER for folder in there.parents)
