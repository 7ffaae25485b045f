"""What was written without the keys that belong to it, as ``- RA-86559: Il-62M``, and the entry to write instead."""

from collections.abc import Callable

from flightwatch.core.registration import is_icao24
from flightwatch.watchlist.node_reader import quoted, shown
from flightwatch.watchlist.yaml_nodes import Node, Scalar, Table

Complaint = tuple[int, str]
"""Line of the file, and what to write there."""


def tail_as_key(node: Node, keys: tuple[str, ...], is_tail: Callable[[str], bool]) -> Complaint | None:
    """What to write for an aircraft of which the tail number, or the icao24, is a key; None: none is."""
    for key, value in node.pairs if isinstance(node, Table) else ():
        if key.written not in keys and is_tail(key.written):
            return key.line, f"{quoted(key)} stands where a key belongs, write {_aircraft(key, value)}"
    return None


def code_as_key(node: Node, keys: tuple[str, ...]) -> Complaint | None:
    """What to write for an airport of which the code or name is a key, capitalised as no key is; None: none is."""
    for key, _ in node.pairs if isinstance(node, Table) else ():
        if key.written not in keys and key.written[:1].isupper():
            entry = f"{{code: {quoted(key)}}}, with only: in it for whom you mean"
            return key.line, f"{quoted(key)} stands where a key belongs, write {entry}"
    return None


def tail_and_label(name: Scalar, is_tail: Callable[[str], bool]) -> str | None:
    """What to write for ``- RA-86559 Il-62M``, a tail number or icao24 with what it is after it; None for anything else."""
    tail, _, label = name.written.partition(" ")
    return f"write {_entry(tail, label.strip())}" if label.strip() and is_tail(tail) else None


def _aircraft(key: Scalar, value: Node) -> str:
    name = _named(key.written)
    if not isinstance(value, Scalar):
        return f"{name}, and beside it what now stands under it"
    if value.is_null:
        return f"{key.written} without a colon, or {{{name}}}"
    return _entry(key.written, value.written)


def _entry(tail: str, more: str) -> str:
    """``{registration: 'RA-86559', label: 'Il-62M'}``."""
    return f"{{{_named(tail)}, {'icao24' if is_icao24(more) else 'label'}: {shown(more)}}}"


def _named(tail: str) -> str:
    return f"{'icao24' if is_icao24(tail) else 'registration'}: {shown(tail)}"
