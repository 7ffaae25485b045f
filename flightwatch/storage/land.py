"""Outlines of the world's land, for maps. ``SOURCES.md`` beside it says what they are made from."""

import gzip
from importlib.resources import files
from typing import Literal

from msgspec import Raw

Detail = Literal["110m", "50m"]
"""Natural Earth's scales: 1:110 million for continents, 1:50 million where a coast must be recognised."""


def load_land(detail: Detail) -> Raw:
    """A TopoJSON topology with one object, ``land``, in WGS 84 degrees; undecoded, as it goes into a drawing whole."""
    return Raw(gzip.decompress((files("flightwatch.data") / f"land-{detail}.json.gz").read_bytes()))
