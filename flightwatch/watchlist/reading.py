"""YAML → Watchlist, with file, line and path in every complaint, and all complaints at once.

    watchlist.yaml:9: aircraft[1].icao24: '7278a' is not an icao24, write six hex digits such as 15521f

A path counts entries from 0. The values themselves live in `flightwatch.watchlist.model` and are to be had from here as well.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import PurePath
from typing import Final

from msgspec.structs import replace

from flightwatch.core.airports import Airports
from flightwatch.core.register import NO_REGISTER, Register
from flightwatch.errors import WatchlistError
from flightwatch.watchlist.airfields import AirfieldReader, with_fields
from flightwatch.watchlist.alerts import alert_rules, health
from flightwatch.watchlist.channels import channels
from flightwatch.watchlist.entries import EntryReader
from flightwatch.watchlist.lists import Lists, is_columns
from flightwatch.watchlist.model import AccountNotKnown, OpenSkyAccount, Watchlist
from flightwatch.watchlist.node_reader import Reading
from flightwatch.watchlist.selecting import no_lists
from flightwatch.watchlist.sources import is_circle_watched, sources
from flightwatch.watchlist.yaml_nodes import Node, Scalar, Table, compose

_SECTIONS: Final = (
    *("aircraft", "airports", "areas", "airfields", "notify"),
    *("alerts", "health", "opensky", "sources", "keep_evidence"),
)
_ACCOUNT_KEYS: Final = ("client_id", "client_secret")

_LISTS: Final = "aircraft: or airports: and a list below it"
_ACCOUNT: Final = '{client_id: "${OPENSKY_CLIENT_ID}", client_secret: "${OPENSKY_CLIENT_SECRET}"}'
"""What to write, in complaints."""


def parse_watchlist(
    data: bytes,
    *,
    name: str,
    environment: Mapping[str, str],
    airports: Callable[[], Airports] | Airports,
    register: Callable[[], Register] | Register = NO_REGISTER,
    lists: Lists = no_lists,
    secrets: bool = True,
    routes: bool = False,
    strict: bool = True,
    expanded: list[tuple[str, str]] | None = None,
) -> Watchlist:
    """The watchlist that ``data`` holds.

    ``name`` is what complaints call the file. ``environment`` gives ``${NAME}`` and, where there is no ``opensky``
    section, ``OPENSKY_CLIENT_ID`` and ``OPENSKY_CLIENT_SECRET``. ``airports`` and ``register`` may be functions, called when they
    are first needed. ``lists`` reads the files that ``list:`` names. ``secrets`` is False for who tells nobody anything:
    ``notify`` and ``health.heartbeat`` are not looked at then, and where there is something to complain about in ``opensky``, the
    account is an `AccountNotKnown`. ``routes`` has ``notify`` looked at all the same, for who is told what; users, passwords and
    tokens are as written then.

    Raises WatchlistError with every complaint, in the order of lines. Unless it is ``strict``, as much as can be understood is
    returned with its `Watchlist.complaints`, and the error is for what is no YAML that could be a watchlist. ``expanded`` is
    given each text into which the environment came, and how it is written.
    """
    reading = Reading(name, environment, secrets=secrets, expanded=expanded)
    if is_columns(data):
        raise WatchlistError([f"{name}: is a list of aircraft, not a watchlist, write one that says {_a_list(name)}"])
    sections = _sections(reading, compose(data, name))
    account = _account(reading, sections.get("opensky"), name, environment, secrets=secrets)
    fields = AirfieldReader(reading, airports).read(sections.get("airfields"))
    entries = EntryReader(reading, with_fields(airports, fields), register, lists)
    read = _understood(reading, sections, entries, secrets=secrets, routes=secrets or routes)
    remarks, complaints = _once(reading.remarks()), tuple(reading.complaints())
    read = replace(read, opensky=account, airfields=fields, remarks=remarks, complaints=complaints)
    return _checked(read) if strict else read


def _understood(
    reading: Reading, sections: Mapping[str, Node], entries: EntryReader, *, secrets: bool, routes: bool
) -> Watchlist:
    """What the sections say, without the account and the airfields."""
    rules, aircraft = alert_rules(reading, sections.get("alerts")), entries.aircraft(sections.get("aircraft"))
    airports, areas = entries.airports(sections.get("airports")), entries.areas(sections.get("areas"))
    asked, areas = sources(reading, sections.get("sources"), entries.patterns.only, areas)
    return Watchlist(
        aircraft=aircraft,
        callsigns=tuple(entries.callsigns),
        selected=tuple(entries.selected),
        files=_once(entries.files),
        airports=airports,
        areas=areas,
        notify=channels(reading, sections.get("notify") if routes else None, entries.patterns, rules),
        alerts=rules,
        sources=asked,
        health=health(reading, sections.get("health"), secrets=secrets),
        understood=entries.understood,
        keeps_evidence=reading.yes(sections.get("keep_evidence"), "keep_evidence"),
    )


def _a_list(name: str) -> str:
    return f"aircraft: [{{list: {PurePath(name).name}}}]"


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def _checked(read: Watchlist) -> Watchlist:
    """The same watchlist. Raises WatchlistError where there is anything to complain about in it."""
    if read.complaints:
        raise WatchlistError([*read.complaints])
    return read


def _sections(reading: Reading, root: Node | None) -> dict[str, Node]:
    """The sections of a watchlist by their names."""
    if root is None:
        reading.complain(1, "the watchlist", f"is empty, write {_LISTS} (flightwatch init shows how)")
    sections = reading.table(root, "the watchlist", _SECTIONS, _LISTS)
    is_any = not {"aircraft", "airports", "areas"}.isdisjoint(sections) or is_circle_watched(sections.get("sources"))
    if isinstance(root, Table) and root.pairs and not is_any:
        reading.complain(root.line, "the watchlist", f"names nothing to watch, write {_LISTS}")
    return sections


def _account(
    reading: Reading, node: Node | None, name: str, environment: Mapping[str, str], *, secrets: bool
) -> OpenSkyAccount | None:
    """The account to sign in to OpenSky with; None: there is none. Without ``secrets`` complaints go into the account itself."""
    if secrets:
        return _opensky(reading, node, environment)
    apart = Reading(name, environment)
    account = _opensky(apart, node, environment)
    unknown = apart.complaints()
    return AccountNotKnown("", "", tuple(unknown)) if unknown else account


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
