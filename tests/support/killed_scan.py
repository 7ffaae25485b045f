"""Scans an archive in small stretches, and prints the ids of what it tells: a program to be killed."""

import sys
from pathlib import Path

import pyarrow.parquet

from flightwatch.app.scan_run import scan_vectors
from flightwatch.app.scanning import Scanning, Teller
from flightwatch.archives.kinds import told
from flightwatch.core.watched import WatchedAircraft
from flightwatch.storage.tables import load_airports
from flightwatch.watchlist.model import Watchlist


def main() -> None:
    """Scan the archive that the command line names, everybody in it watched."""
    [archive] = sys.argv[1:]
    everybody = sorted({*pyarrow.parquet.read_table(Path(archive), columns=["icao24"]).column(0).to_pylist()})
    watchlist = Watchlist(aircraft=tuple(WatchedAircraft(icao24, None, "given") for icao24 in everybody))
    asked = Scanning(told([archive]), watchlist, load_airports(), most_rows=100)
    for stretched in scan_vectors(asked, Teller(lambda _line: None, lambda *_: None), []):
        for event in stretched.told:
            sys.stdout.write(f"{event.id}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
