"""The maps that ship: land, borders and names. ``SOURCES.md`` beside them says what they are made from."""

import gzip
from importlib.resources import files
from typing import Final

from msgspec import Raw

from flightwatch.core.points import Sheet

_FILES: Final[dict[Sheet, str]] = {
    "110m": "land-110m.json.gz",
    "50m": "land-50m.json.gz",
    "names": "map_names.json.gz",
}


def load_land(sheet: Sheet) -> Raw:
    """A sheet of the atlas, undecoded JSON.

    A TopoJSON topology with the objects ``land`` and ``borders``, in WGS 84 degrees; or the names of countries, seas and towns.
    """
    return Raw(gzip.decompress((files("flightwatch.data") / _FILES[sheet]).read_bytes()))
