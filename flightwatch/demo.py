"""The whole main job on a reconstruction: alerts as they happen, then the history. Nothing is kept."""

import sys
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory

from flightwatch import history
from flightwatch.airports import Airports
from flightwatch.data import load_airports
from flightwatch.delivery.context import alert_of
from flightwatch.output import print_lines
from flightwatch.poll import replay
from flightwatch.sources.recorded import Recording
from flightwatch.store import Store
from flightwatch.subject import find_subject
from flightwatch.watched import Watchlist
from flightwatch.watchlist import parse_watchlist
from flightwatch.words.described import Alert
from flightwatch.words.facts import lines
from flightwatch.words.whereabouts import by_known_names

WATCHLIST = b"""
aircraft:
  - {registration: RA-86559, label: "Il-62M, Russian Air Force"}
airports:
  - FNJ
"""

OPENING = (
    "A reconstruction, made by code after press reports: a Russian Air Force Il-62M\n"
    "visits Pyongyang in August and in September 2023. OpenSky is polled every five\n"
    "minutes, and nobody receives anything below about 2,100 m over Pyongyang, so no\n"
    "landing is seen: flightwatch infers it and says how sure it is.\n"
)
CLOSING = (
    "Next: write a watchlist of your own with   flightwatch init\n"
    "      and ask OpenSky once with            flightwatch poll\n"
)


def alerts(store: Store, watchlist: Watchlist, airports: Airports) -> Iterator[Alert]:
    """Replay the shipped polls into a database; give each alert as it would have been told."""
    with as_file(files("flightwatch.data") / "demo.jsonl.gz") as polls:
        for event in replay(Recording([polls]).polls(), watchlist, airports, store):
            yield alert_of(event, store, watchlist, airports)


def run() -> None:
    """Replay the shipped polls through tracker, database and outbox into a temporary folder, and show what a user sees."""
    airports = load_airports()
    watchlist = parse_watchlist(WATCHLIST, name="demo", environment={}, airports=airports)
    on_terminal = sys.stdout.isatty()
    from flightwatch.terminal import console, panel, visits_table

    out = console()
    sys.stdout.write(OPENING + "\n")
    with (
        TemporaryDirectory(prefix="flightwatch-demo-") as folder,
        Store(Path(folder) / "demo.db", lasting=False) as store,
    ):
        for alert in alerts(store, watchlist, airports):
            if on_terminal:
                out.print(panel(alert))
            else:
                sys.stdout.write("\n".join(lines(alert)) + "\n")
            sys.stdout.flush()
            last_at = alert.event.detected_at
        subject = find_subject("RA-86559", watchlist, store, airports)
        visits = history.known(subject, store, watchlist, airports, last_at).visits
        sys.stdout.write("\nflightwatch history RA-86559\n\n")
        out.print(visits_table("RA-86559: visits", by_known_names(visits, airports), last_at))
        print_lines(history.reasons(visits, store, airports))
    sys.stdout.write("\n" + CLOSING)
