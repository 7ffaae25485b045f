"""Takes land and borders from the npm package world-atlas: ``python tools/build_land.py ARCHIVE FOLDER``."""

import argparse
import gzip
import json
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from flightwatch.errors import BadAnswer

SCALES: Final = ("110m", "50m")
"""Natural Earth's land at 1:110 and 1:50 million, as TopoJSON. That at 1:10 million would add 1 MB compressed and show nothing
that a map of several hundred kilometres could."""


def take_outlines(archive: Path) -> dict[str, bytes]:
    """The outlines in a ``world-atlas-….tgz``, each gzipped, by file name; the same archive gives the same bytes.

    Raises BadAnswer when the file is no such archive.
    """
    try:
        with tarfile.open(archive, "r:gz") as package:
            found = {scale: package.extractfile(f"package/countries-{scale}.json") for scale in SCALES}
            told = {scale: json.load(file) for scale, file in found.items() if file}
    except (KeyError, tarfile.TarError) as error:
        raise BadAnswer(f"{archive} is not the npm package world-atlas ({error}): npm pack world-atlas") from error
    return {f"land-{scale}.json.gz": _packed(topology) for scale, topology in told.items()}


def _packed(topology: dict[str, Any]) -> bytes:
    """Keep the land, and in place of the countries the arcs that two of them share."""
    shared = Counter(n for c in topology["objects"]["countries"]["geometries"] for n in {*_arcs(c.get("arcs", ()))})
    borders = {"type": "MultiLineString", "arcs": [[n] for n, times in sorted(shared.items()) if times > 1]}
    kept = topology | {
        "objects": {"land": topology["objects"]["land"], "borders": {"geometries": [borders]}},
    }
    return gzip.compress(json.dumps(kept, separators=(",", ":")).encode(), 9, mtime=0)


def _arcs(nested: Any) -> Iterator[int]:
    """Give the numbers of arcs, each as it stands in the list of arcs: ``~n`` is arc ``n`` reversed."""
    for each in nested:
        if isinstance(each, int):
            yield each if each >= 0 else ~each
        else:
            yield from _arcs(each)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the outlines that the command line asks for."""
    parser = argparse.ArgumentParser(prog="tools/build_land.py", description=__doc__)
    parser.add_argument("archive", type=Path, help="what `npm pack world-atlas` wrote")
    parser.add_argument("folder", type=Path, help="where to put the outlines")
    asked = parser.parse_args(arguments)
    for name, outline in take_outlines(asked.archive).items():
        (asked.folder / name).write_bytes(outline)
    return 0


if __name__ == "__main__":
    sys.exit(main())
