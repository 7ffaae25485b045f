"""Scans an archive in small stretches, and prints the ids of what it tells: a program to be killed."""

import sys
from pathlib import Path

import pyarrow.parquet
from msgspec.structs import replace

from flightwatch.app.scan_request import Scanning, Teller
from flightwatch.app.scan_run import scan_vectors
from flightwatch.archives.kinds import told
from flightwatch.core.watched import WatchedAircraft
from flightwatch.storage.tables import load_airports
from flightwatch.watchlist.model import Watchlist


def main() -> None:
    """Scan the archive that the command line names, everybody in it watched; with Spark where it says so."""
    archive, is_spark = sys.argv[1], sys.argv[2:] == ["spark"]
    everybody = sorted({*pyarrow.parquet.read_table(Path(archive), columns=["icao24"]).column(0).to_pylist()})
    watchlist = Watchlist(aircraft=tuple(WatchedAircraft(icao24, None, "given") for icao24 in everybody))
    asked = Scanning(told([archive]), watchlist, load_airports())
    asked = replace(asked, engine="spark", most_rows=250) if is_spark else replace(asked, most_rows=100)
    for stretched in scan_vectors(asked, Teller(lambda _line: None, lambda *_: None), []):
        for event in stretched.told:
            sys.stdout.write(f"{event.id}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
