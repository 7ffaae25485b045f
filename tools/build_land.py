"""Takes the land outlines from the npm package world-atlas: ``python tools/build_land.py ARCHIVE FOLDER``."""

import argparse
import gzip
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from flightwatch.errors import BadAnswer

FILES: Final = ("land-110m.json", "land-50m.json")
"""Natural Earth's land at 1:110 and 1:50 million, as TopoJSON: 55 and 546 kB, compressed 21 and 170. That at 1:10 million
would add 775 kB compressed and show nothing that a map of several hundred kilometres could."""


def take_outlines(archive: Path) -> dict[str, bytes]:
    """The outlines in a ``world-atlas-….tgz``, each gzipped, by file name; the same archive gives the same bytes.

    Raises BadAnswer when the file is no such archive.
    """
    try:
        with tarfile.open(archive, "r:gz") as package:
            found = {name: package.extractfile(f"package/{name}") for name in FILES}
            return {f"{name}.gz": gzip.compress(file.read(), 9, mtime=0) for name, file in found.items() if file}
    except (KeyError, tarfile.TarError) as error:
        raise BadAnswer(f"{archive} is not the npm package world-atlas ({error}): npm pack world-atlas") from error


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
