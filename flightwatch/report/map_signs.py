"""The legend of a map: each sign that is on it, and what it means."""

from collections.abc import Collection
from typing import Final

from flightwatch.report.map_content import MapContent
from flightwatch.report.svg import colour, icon, text

_SIGNS: Final = (
    ("airports", icon('<path d="M6,2h10v10h-10Z" fill="var(--ink)"/>'), "airport"),
    (
        "elsewhere",
        icon('<circle cx="11" cy="7" r="6" fill="var(--paper)" stroke="var(--ink)"/>'),
        "on the ground, no airport named",
    ),
    (
        "origins",
        icon('<path d="M11,1l6,6l-6,6l-6,-6Z" fill="var(--paper)" stroke="var(--ink)" stroke-width="1.6"/>'),
        "where a flight began, or was first heard",
    ),
    ("lost", icon('<path d="M5,2h12l-6,10Z" fill="var(--lost)"/>'), "contact lost"),
    ("found", icon('<path d="M5,12h12l-6,-10Z" fill="var(--found)"/>'), "heard again"),
    ("heard", icon('<path d="M0,7h22" stroke="var(--lost)" stroke-width="2"/>'), "heard"),
    (
        "routes",
        icon('<path d="M0,7h22" stroke="var(--route)" stroke-width="2"/>'),
        "way between known places, along the great circle: not the track",
    ),
    (
        "dark",
        icon('<path d="M0,7h22" stroke="var(--ink)" stroke-width="2" stroke-dasharray="5,4"/>'),
        "not heard: estimated, along the great circle",
    ),
    (
        "boundless",
        icon('<path d="M0,7h22" stroke="var(--ink)" stroke-width="2" stroke-dasharray="1.4,5"/>'),
        "not heard for so long that no bounds can be drawn",
    ),
    (
        "doubts",
        icon(
            '<path d="M2,7a9,5 0 1 1 18,0a9,5 0 1 1 -18,0Z" fill="var(--doubt)" fill-opacity="0.16" stroke="var(--doubt)" '
            'stroke-width="1.4" stroke-dasharray="1.5,2"/>'
        ),
        "where it can have been meanwhile, flying no faster than when it was heard",
    ),
)


def anywhere(seen: MapContent) -> str:
    """Say where a map shows no bounds because an airframe was unheard for too long; empty: it shows all."""
    if not seen.is_anywhere:
        return ""
    where = "Where the line is dotted" if seen.boundless else "Where no shaded area is drawn"
    return f"{where} it was unheard for so long that it can have been anywhere in between."


def legend(seen: MapContent, shown: Collection[str], written: Collection[str]) -> list[tuple[str, str]]:
    """Give each sign that a map shows (``Sketch.shown``), as a small drawing, and what it means; then whom its letters name."""
    signs = [(drawing, meaning) for name, drawing, meaning in _SIGNS if name in shown]
    named = [(_letter(letter), tail) for letter, tail in letters(seen, written)]
    return [*signs, ("", "Aircraft by their letters:"), *named] if named else signs


def letters(seen: MapContent, written: Collection[str]) -> list[tuple[str, str]]:
    """Give the letters that are ``written`` on a map, alone or at the begin of a line, and whom they name."""
    begins = {line.partition(" ")[0] for line in written}
    return [(letter, tail) for letter, tail in seen.keys if letter in begins]


def _letter(letter: str) -> str:
    return icon(text(letter, 11, 12, text_anchor="middle", font_weight="bold", fill=colour("ink")))
