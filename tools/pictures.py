"""The pictures of the documentation, drawn by flightwatch itself from the demo: ``python tools/pictures.py``.

``alert.svg`` is the alert as a terminal shows it, ``report.svg`` map and timeline of the report. Both bring their own ground,
so they are readable on light and dark pages, and ask nothing of a network.
"""

import io
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from rich.console import Console

from flightwatch.channels.terminal import panel
from flightwatch.cli import demo
from flightwatch.report.style import DARK, LIGHT
from flightwatch.storage.store import Store
from flightwatch.storage.tables import load_airports
from flightwatch.watchlist.reading import parse_watchlist
from flightwatch.wording.alert import Alert

PICTURES: Final = Path(__file__).parent.parent / "docs" / "pictures"
TAIL: Final = "RA-86559"
COLUMNS: Final = 88
GAP_PX: Final = 16

_FONT_FACE: Final = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
_DRAWING: Final = re.compile(r'<svg [^>]*class="wide".*?</svg>', re.DOTALL)
_SIZE: Final = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


def draw() -> dict[str, str]:
    """Each picture by the name of its file."""
    airports = load_airports()
    watchlist = parse_watchlist(demo.WATCHLIST, name="demo", environment={}, airports=airports)
    with TemporaryDirectory() as name:
        with Store(Path(name) / "demo.db", lasting=False) as store:
            told = list(demo.alerts(store, watchlist, airports))
        return {"alert.svg": _terminal(told[-2]), "report.svg": _stacked(_DRAWING.findall(_report(Path(name))))}


def _report(folder: Path) -> str:
    """The page that ``flightwatch report`` makes of the demo's database."""
    (folder / "watchlist.yaml").write_bytes(demo.WATCHLIST)
    report = ("report", TAIL, "-o", "page.html", "--db", "demo.db")
    subprocess.run([sys.executable, "-m", "flightwatch", *report], cwd=folder, check=True)  # noqa: S603 our own command
    return (folder / "page.html").read_text(encoding="utf-8")


def _terminal(alert: Alert) -> str:
    console = Console(file=io.StringIO(), record=True, width=COLUMNS, force_terminal=True, emoji=False, highlight=False)
    console.print(panel(alert))
    drawn = console.export_svg(title="flightwatch poll", unique_id="alert")
    return _FONT_FACE.sub("", drawn)  # Rich's would be fetched from a server


def _stacked(drawings: list[str]) -> str:
    """Put drawings of a page below one another, with the page's two palettes."""
    sizes = [[float(number) for number in _SIZE.findall(drawing)[0]] for drawing in drawings]
    width = max(wide for wide, _ in sizes) + 2 * GAP_PX
    tops = [GAP_PX + sum(high + GAP_PX for _, high in sizes[:number]) for number in range(len(sizes) + 1)]
    parts = [
        drawing.replace("<svg ", f'<svg x="{GAP_PX}" y="{top:g}" width="{wide:g}" height="{high:g}" ', 1)
        for drawing, top, (wide, high) in zip(drawings, tops, sizes, strict=False)
    ]
    light, dark = ("".join(f"--{name}:{colour};" for name, colour in palette.items()) for palette in (LIGHT, DARK))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {tops[-1]:g}" width="{width:g}" height="{tops[-1]:g}">'
        f"<style>:root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"
        "text{font-family:system-ui,sans-serif;paint-order:stroke}</style>"
        f'<rect width="100%" height="100%" fill="var(--paper)"/>{"".join(parts)}</svg>\n'
    )


if __name__ == "__main__":
    for name, drawn in draw().items():
        (PICTURES / name).write_text(drawn, encoding="utf-8")
