"""Numbers and places as they stand in a watchlist, for every section that has any."""

import re
from typing import Final

from flightwatch.core.areas import Place
from flightwatch.watchlist.node_reader import Reading, quoted
from flightwatch.watchlist.yaml_nodes import Items, Node, Scalar

_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,6}(?:\.[0-9]{1,20})?")


def number(reading: Reading, node: Node | None, path: str, write: str, *, least: float, most: float) -> float | None:
    """A number within these bounds; None, with a complaint where something else is written."""
    text = reading.text(node, path, write)
    if _NUMBER.fullmatch(text) and least <= float(text) <= most:
        return float(text)
    if text and isinstance(node, Scalar):
        reading.complain(node.line, path, f"{quoted(node)} is not a number from {least:g} to {most:g}, write {write}")
    return None


def place(reading: Reading, node: Node | None, path: str, write: str) -> Place | None:
    """Latitude and longitude, degrees; None, with a complaint where something else is written."""
    if node is None:
        return None
    if not isinstance(node, Items) or len(node.nodes) != 2:
        reading.complain(node.line, path, f"is not two numbers in [ ], write {write}")
        return None
    latitude = number(reading, node.nodes[0], f"{path}[0]", write, least=-90, most=90)
    longitude = number(reading, node.nodes[1], f"{path}[1]", write, least=-180, most=180)
    return None if latitude is None or longitude is None else (latitude, longitude)
