"""The whole main job on a reconstruction: alerts as they happen, then the history. Nothing is kept."""

import sys
from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory

from flightwatch.app import history
from flightwatch.app.alert_context import alert_of
from flightwatch.app.knowledge import Knowledge
from flightwatch.app.replay import replay
from flightwatch.app.topic import find_topic
from flightwatch.channels.terminal import console, panel, visits_table
from flightwatch.cli.output import print_lines
from flightwatch.core.airports import Airports
from flightwatch.sources.recorded import Recording
from flightwatch.storage.store import Store
from flightwatch.storage.tables import load_airports
from flightwatch.watchlist.model import Watchlist
from flightwatch.watchlist.reading import parse_watchlist
from flightwatch.wording.alert import Alert
from flightwatch.wording.facts import lines

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
        for event in replay(Recording([polls]).answers(), watchlist, airports, store):
            yield alert_of(event, store, watchlist, airports)


def demo() -> None:
    """The whole job on a shipped reconstruction: offline, nothing kept."""
    airports = load_airports()
    watchlist = parse_watchlist(WATCHLIST, name="demo", environment={}, airports=airports)
    on_terminal = sys.stdout.isatty()
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
        topic = find_topic("RA-86559", watchlist, store, airports)
        visits = history.known(topic, Knowledge(store, watchlist, airports, last_at)).visits
        sys.stdout.write("\nflightwatch history RA-86559\n\n")
        out.print(visits_table("RA-86559: visits", visits, airports, last_at))
        print_lines(history.reasons(visits, store, airports))
    sys.stdout.write("\n" + CLOSING)
