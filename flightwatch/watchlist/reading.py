"""YAML → Watchlist, with file, line and path in every complaint, and all complaints at once.

    watchlist.yaml:9: aircraft[1].icao24: '7278a' is not an icao24, write six hex digits such as 15521f

A path counts entries from 0. The values themselves live in `flightwatch.watchlist.model` and are to be had from here as well.
"""

import os
import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from flightwatch.core.airports import Airports
from flightwatch.core.model import Icao24
from flightwatch.errors import WatchlistError
from flightwatch.watchlist.alerts import alert_rules, health, parse_duration
from flightwatch.watchlist.channels import channels
from flightwatch.watchlist.model import (
    AlertRules,
    AppriseChannel,
    Channel,
    EmailChannel,
    Health,
    OpenSkyAccount,
    PrintChannel,
    Routing,
    WatchedAircraft,
    WatchedAirport,
    Watchlist,
    wanted,
)
from flightwatch.watchlist.subjects import Subjects
from flightwatch.watchlist.yaml_nodes import Node, Reading, Scalar, Table, compose

__all__ = [
    "AccountNotKnown",
    "AlertRules",
    "AppriseChannel",
    "Channel",
    "EmailChannel",
    "Health",
    "OpenSkyAccount",
    "PrintChannel",
    "Routing",
    "WatchedAircraft",
    "WatchedAirport",
    "Watchlist",
    "parse_duration",
    "parse_watchlist",
    "read_watchlist",
    "wanted",
]

MAX_BYTES: Final = 5_000_000
"""Largest watchlist read. One of 17,000 aircraft, each with every key, has 2 MB."""

MOST_COMPLAINTS: Final = 20
"""How many complaints a reader of a file is given: a screen of them. ``check`` prints all."""

_SECTIONS: Final = ("aircraft", "airports", "notify", "alerts", "health", "opensky")
_ACCOUNT_KEYS: Final = ("client_id", "client_secret")

_LISTS: Final = "aircraft: or airports: and a list below it"
_ACCOUNT: Final = '{client_id: "${OPENSKY_CLIENT_ID}", client_secret: "${OPENSKY_CLIENT_SECRET}"}'
"""What to write, in complaints."""


class AccountNotKnown(OpenSkyAccount, frozen=True):
    """An account that is asked for and cannot be used: the environment lacks it, or it is written wrongly."""

    complaints: tuple[str, ...]


def read_watchlist(
    path: Path,
    *,
    environment: Mapping[str, str],
    airports: Callable[[], Airports] | Airports,
    register: Mapping[str, Icao24] = {},
    secrets: bool = True,
    routes: bool = False,
) -> Watchlist:
    """The watchlist in a file: see `parse_watchlist`. Raises WatchlistError also when the file cannot be read.

    Of a great many complaints it has the first `MOST_COMPLAINTS`, and says who names all: cron mails them at each poll.
    """
    data = read_bytes(path)
    try:
        return parse_watchlist(
            data,
            name=str(path),
            environment=environment,
            airports=airports,
            register=register,
            secrets=secrets,
            routes=routes,
        )
    except WatchlistError as error:
        if (more := len(error.complaints) - MOST_COMPLAINTS) <= 0:
            raise
        rest = (
            f"{path}: {more:,} more complaints: flightwatch check --watchlist {shlex.quote(str(path))} names them all"
        )
        raise WatchlistError([*error.complaints[:MOST_COMPLAINTS], rest]) from None


def read_bytes(path: Path) -> bytes:
    """What is in a watchlist file. Raises WatchlistError when it cannot be read or is far too large."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size  # a pipe has 0, so the reading is bounded as well
            data = file.read(MAX_BYTES + 1) if size <= MAX_BYTES else b""
    except FileNotFoundError:
        raise WatchlistError([f"{path}: no such file, write one with: flightwatch init"]) from None
    except IsADirectoryError:
        raise WatchlistError([f"{path}: is a directory, name a file in it"]) from None
    except OSError as error:
        raise WatchlistError([f"{path}: cannot be read ({error.strerror}), check its name and rights"]) from None
    if max(size, len(data)) > MAX_BYTES:
        raise WatchlistError([f"{path}: is larger than {MAX_BYTES // 1_000_000} MB, which no watchlist is"])
    return data


def parse_watchlist(
    data: bytes,
    *,
    name: str,
    environment: Mapping[str, str],
    airports: Callable[[], Airports] | Airports,
    register: Mapping[str, Icao24] = {},
    secrets: bool = True,
    routes: bool = False,
) -> Watchlist:
    """The watchlist that ``data`` holds.

    ``name`` is what complaints call the file. ``environment`` gives ``${NAME}`` and, where there is no ``opensky``
    section, ``OPENSKY_CLIENT_ID`` and ``OPENSKY_CLIENT_SECRET``. ``airports`` may be a function, called when the first
    airport is named. ``register`` maps canonical tail numbers to icao24s, as for `icao24_of`. ``secrets`` is False for who
    tells nobody anything: ``notify`` and ``health.heartbeat`` are not looked at then, and where there is something to
    complain about in ``opensky``, the account is an `AccountNotKnown`. ``routes`` has ``notify`` looked at all the same, for who
    is told what; users, passwords and tokens are as written then.

    Raises WatchlistError with every complaint, in the order of lines.
    """
    watchlist, complaints = understand(
        data,
        name=name,
        environment=environment,
        airports=airports,
        register=register,
        secrets=secrets,
        routes=routes,
    )
    if complaints:
        raise WatchlistError(complaints)
    return watchlist


def understand(
    data: bytes,
    *,
    name: str,
    environment: Mapping[str, str],
    airports: Callable[[], Airports] | Airports,
    register: Mapping[str, Icao24] = {},
    secrets: bool = True,
    routes: bool = False,
) -> tuple[Watchlist, list[str]]:
    """As much of a watchlist as can be understood, and every complaint, in the order of lines: see `parse_watchlist`.

    Raises WatchlistError when it is no YAML that could be a watchlist.
    """
    reading = Reading(name, environment, secrets=secrets)
    root = compose(data, name)
    if root is None:
        reading.complain(1, "the watchlist", f"is empty, write {_LISTS} (flightwatch init shows how)")
    sections = reading.table(root, "the watchlist", _SECTIONS, _LISTS)
    if isinstance(root, Table) and root.pairs and not {"aircraft", "airports"} & sections.keys():
        reading.complain(root.line, "the watchlist", f"names nothing to watch, write {_LISTS}")
    subjects = Subjects(reading, airports, register)
    rules = alert_rules(reading, sections.get("alerts"))
    apart = reading if secrets else Reading(name, environment)
    account = _opensky(apart, sections.get("opensky"), environment)
    if apart is not reading and (unknown := apart.complaints()):
        account = AccountNotKnown("", "", tuple(unknown))
    watchlist = Watchlist(
        aircraft=subjects.aircraft(sections.get("aircraft")),
        airports=subjects.airports(sections.get("airports")),
        notify=channels(reading, sections.get("notify") if secrets or routes else None, subjects, rules.min_confidence),
        alerts=rules,
        opensky=account,
        health=health(reading, sections.get("health"), secrets=secrets),
        understood=subjects.understood,
        remarks=tuple(reading.remarks()),
    )
    return watchlist, reading.complaints()


def _opensky(reading: Reading, node: Node | None, environment: Mapping[str, str]) -> OpenSkyAccount | None:
    variables = {"client_id": "OPENSKY_CLIENT_ID", "client_secret": "OPENSKY_CLIENT_SECRET"}
    if node is not None:
        fields = reading.table(node, "opensky", _ACCOUNT_KEYS, _ACCOUNT, required=_ACCOUNT_KEYS)
    elif any(environment.get(variable, "").strip() for variable in variables.values()):
        fields = {key: Scalar(1, f"${{{variable}}}", is_null=False) for key, variable in variables.items()}
    else:
        return None
    client_id = reading.text(fields.get("client_id"), "opensky.client_id", '"${OPENSKY_CLIENT_ID}"')
    client_secret = reading.text(fields.get("client_secret"), "opensky.client_secret", '"${OPENSKY_CLIENT_SECRET}"')
    return OpenSkyAccount(client_id, client_secret)
