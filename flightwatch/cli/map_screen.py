"""A map in characters on standard output: in colours on a terminal, in ASCII where its encoding knows no more."""

import shutil
import sys
from collections.abc import Sequence
from typing import Final

from flightwatch.app.history import events_of
from flightwatch.app.knowledge import Knowledge
from flightwatch.app.legs import Legs
from flightwatch.app.situation import Situation
from flightwatch.app.status_map import situation_map
from flightwatch.core.airports import Airports
from flightwatch.core.visits import Visit
from flightwatch.report.map_content import MOST_DRAWN, MapContent
from flightwatch.report.text_canvas import Kind
from flightwatch.report.text_map import text_map
from flightwatch.report.visit_map import map_content
from flightwatch.storage.land import load_land
from flightwatch.watchlist.model import Watchlist

_STYLES: Final[dict[Kind, str]] = {
    "coast": "dim",
    "border": "magenta dim",
    "edge": "yellow",
    "route": "green",
    "heard": "red",
    "dark": "bold",
    "mark": "bold",
    "name": "bold",
}


def print_visits_map(visits: Sequence[Visit], knowledge: Knowledge) -> None:
    """Print the map of the newest of these visits, of which there is one."""
    drawn = visits[:MOST_DRAWN]
    events, legs = events_of(drawn, knowledge.store), Legs(knowledge.store)(drawn)
    _print(map_content(drawn, events, knowledge.airports, legs))


def print_situation_map(situation: Situation, watchlist: Watchlist, airports: Airports) -> None:
    """Print the map of the watched airframes, if it is known where any of them is."""
    if (seen := situation_map(situation, watchlist, airports)) is not None:
        _print(seen)


def _print(seen: MapContent) -> None:
    """Print a map as wide as there is room, and an empty line after it."""
    is_plain = not (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf8")
    drawn = text_map(seen, shutil.get_terminal_size().columns - 1, load_land, is_plain=is_plain)
    if not sys.stdout.isatty():
        sys.stdout.writelines(f"{''.join(text for text, _ in line)}\n" for line in [*drawn, []])
        return
    from rich.text import Text

    from flightwatch.channels.terminal import console

    terminal = console()
    for line in [*drawn, []]:
        parts = ((text, _STYLES.get(kind, "") if kind else "") for text, kind in line)
        terminal.print(Text.assemble(*parts), soft_wrap=True)
