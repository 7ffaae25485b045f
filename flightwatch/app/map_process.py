"""Makes a PNG of a map that standard input holds as SVG, for `map_pictures`: ``python -m flightwatch.app.map_process``.

In a process of its own the library that draws can be stopped when it takes too long, and gives its 50 MB back.
"""

import io
import sys
from typing import Final

from PIL import Image
from vl_convert import svg_to_png

from flightwatch.report.map_drawing import BAND_OPACITY
from flightwatch.report.picture import MOST_BYTES
from flightwatch.report.style import LIGHT

SCALES: Final = (2.5, 2.0, 1.75, 1.5, 1.0)
"""Pixels of a picture for each of a drawing, the best first; the first that fits in `MOST_BYTES` is taken, else the last."""

_GROUNDS: Final = ("land", "sea", "paper")
_SHADES: Final = (0.35, 0.7)
"""How much of a colour the edges of its letters and lines have, over each ground."""


def png_of(drawing: str) -> bytes:
    """Draw an SVG as PNG, in the colours of light paper and as large as `MOST_BYTES` allow."""
    written = io.BytesIO()
    for scale in SCALES:
        with Image.open(io.BytesIO(svg_to_png(drawing, scale=scale))) as whole:
            few = whole.convert("RGB").quantize(palette=_palette(), dither=Image.Dither.NONE)
        written = io.BytesIO()
        few.save(written, "PNG", optimize=True)
        if len(written.getvalue()) <= MOST_BYTES:
            break
    return written.getvalue()


def _palette() -> Image.Image:
    """Give the colours that a picture has: a palette that were found in it would lose those of thin lines."""
    colours = {name: _rgb(value) for name, value in LIGHT.items() if len(value) == 7}
    grounds = [colours[name] for name in _GROUNDS]
    grounds += [_mixed(colours["doubt"], ground, BAND_OPACITY) for ground in grounds]
    every = [*colours.values(), *grounds]
    every += [_mixed(colour, ground, shade) for colour in colours.values() for ground in grounds for shade in _SHADES]
    kept = Image.new("P", (1, 1))
    kept.putpalette([part for colour in list(dict.fromkeys(every))[:256] for part in colour])
    return kept


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))


def _mixed(colour: tuple[int, ...], ground: tuple[int, ...], share: float) -> tuple[int, ...]:
    return tuple(round(b + (a - b) * share) for a, b in zip(colour, ground, strict=True))


if __name__ == "__main__":
    sys.stdout.buffer.write(png_of(sys.stdin.buffer.read().decode()))
