"""Outlines of the world's land, for maps. ``SOURCES.md`` beside it says what they are made from."""

import gzip
from importlib.resources import files

from msgspec import Raw

from flightwatch.core.points import Detail


def load_land(detail: Detail) -> Raw:
    """A TopoJSON topology with one object, ``land``, in WGS 84 degrees; undecoded, as it goes into a drawing whole."""
    return Raw(gzip.decompress((files("flightwatch.data") / f"land-{detail}.json.gz").read_bytes()))
