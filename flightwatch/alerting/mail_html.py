"""The HTML of a mail: fit for a phone, light and dark, with nothing to fetch: a map comes in the mail itself.

Every colour stands in ``style`` for light paper, as many mail clients know nothing else; the style sheet, where it is read,
turns them for dark and sets name above value on a narrow screen.
"""

import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from msgspec import Struct

from flightwatch.alerting.notices import STILL_THERE, Digest, parts, still_there_lines
from flightwatch.core.model import EventType
from flightwatch.wording.alert import Alert
from flightwatch.wording.facts import credit, facts, links
from flightwatch.wording.phrases import heard_by
from flightwatch.wording.sentence import headline, sentence
from flightwatch.wording.sureness import meaning

_TOGETHER: Final = re.compile(
    r"\b(?:\w{1,8}(?:-\w{1,8}){1,3}\b|\d[\d,]* (?:h \d\d min\b|min\b|km\b|m\b|ft\b|%|[A-Z][a-z]+ \d{4}\b)"
    r"|\d\d:\d\d (?:local|UTC)\b)"
)
"""Tail numbers, days, times and quantities, which must not be broken at a line's end."""

_ADDRESS: Final = re.compile(r"https://[^\s()<>;,]+")

_GREEN, _BLUE, _YELLOW, _RED = "#1a7f37", "#0969da", "#9a6700", "#cf222e"
_COLOURS: Final[dict[EventType, str]] = {
    "landing": _GREEN,
    "departure": _BLUE,
    "reminder": _YELLOW,
    "retraction": _RED,
    "airborne": _BLUE,
    "lost": _YELLOW,
    "approaching": _GREEN,
    "diverted": _YELLOW,
    "emergency": _RED,
    "entered": _BLUE,
    "left": _BLUE,
}
_GREY: Final = "#57606a"
_LINK: Final = f"color:{_BLUE}"
_SOFT: Final = f"color:{_GREY}"
_SHEET: Final = """\
:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (max-width:480px){
td{display:block!important;width:auto!important;padding:0!important}
td.n{padding-top:10px!important;font-size:13px!important}
}
@media (prefers-color-scheme:dark){
body{background:#0d1117!important;color:#e6edf3!important}
.s{color:#9198a1!important}
a{color:#6cb6ff!important}
}"""


class Shown(Struct, frozen=True):
    """A picture of the mail: its address there, and what it shows for whoever cannot see it."""

    address: str
    told: str


def alert_page(alert: Alert, picture: Shown | None = None) -> str:
    """Write one alert as a page: what happened, its sentence, its map if any, its facts, what its words mean, and links."""
    rows = "".join(
        f'<tr><td class="n s" style="width:96px;padding:5px 14px 5px 0;{_SOFT};vertical-align:top;white-space:nowrap">'
        f'{escape(name)}</td><td style="padding:5px 0;vertical-align:top;overflow-wrap:anywhere">'
        f"{_linked(value) if name == 'credit' else _written(value)}</td></tr>\n"
        for name, value in facts(alert)
    )
    found = "".join(f'<p style="margin:8px 0">{_link(*link)}</p>\n' for link in links(alert))
    body = (
        f"{_paragraph(sentence(alert))}{_shown(picture)}"
        '<table role="presentation" style="border-collapse:collapse;width:100%;font-size:15px">\n'
        f"{rows}</table>\n{_paragraph(meaning(alert.event, is_untold=alert.is_untold))}{found}"
    )
    return _page(headline(alert), _COLOURS[alert.event.type], body, foot((alert,)))


def digest_page(heading: str, digest: Digest, more: Sequence[str], picture: Shown | None) -> str:
    """Write several alerts as a page: for each what happened, its sentence, and a link; ``more`` are lines at its end.

    The networks that want to be named are, once for all.
    """
    listed = "\n".join(_heading(part) + _list(map(_item, alerts)) for part, alerts in parts(digest))
    beyond = f"\n{_paragraph(more[0])}" + "<br>\n".join(map(_written, more[1:])) if more else ""
    standing = [_row(_YELLOW, _written(line)) for line in still_there_lines(digest)]
    there = f"\n{_heading(STILL_THERE)}{_list(standing)}" if standing else ""
    named = credit(alert.event for alert in digest.alerts)
    credited = f"\n{_small(_linked(named))}" if named is not None else ""
    return _page(heading, _GREY, _shown(picture) + listed + beyond + there + credited, foot(digest.alerts))


def _heading(text: str) -> str:
    return f'<h2 style="margin:20px 0 10px;font-size:16px">{escape(text)}</h2>\n' if text else ""


def _list(items: Iterable[str]) -> str:
    return f'<ul style="list-style:none;margin:0;padding:0">\n{"".join(items)}</ul>'


def _item(alert: Alert) -> str:
    colour = _GREY if alert.is_untold else _COLOURS[alert.event.type]
    return _row(
        colour,
        f'<strong>{_written(headline(alert))}</strong><br>\n<span style="font-size:15px;overflow-wrap:anywhere">'
        f"{_written(sentence(alert))}</span><br>\n{_link(*links(alert)[0])}",
    )


def _row(colour: str, markup: str) -> str:
    return (
        f'<li style="margin:0 0 16px;padding:0 0 0 10px;border-left:3px solid {colour};overflow-wrap:anywhere">'
        f"{markup}</li>\n"
    )


def blindness_page(heading: str, text: str) -> str:
    """Write as a page that nobody watched; each line of the text becomes a paragraph."""
    return _page(heading, _YELLOW, "".join(map(_paragraph, text.splitlines())), foot(()))


def foot(alerts: Sequence[Alert]) -> str:
    """Say whose reports a mail about these alerts rests on: its last line."""
    if not alerts:
        return "Sent by flightwatch."
    who = heard_by(sorted({name for alert in alerts for name in alert.event.heard_by}))
    return f"Sent by flightwatch from ADS-B reports {'of the OpenSky Network' if who is None else f'heard by {who}'}."


def _written(text: str) -> str:
    """Write a text as markup that keeps its numbers on one line; copied from the page it is the same text."""
    return _TOGETHER.sub(r'<span style="white-space:nowrap">\g<0></span>', escape(text))


def _paragraph(text: str) -> str:
    return f'<p style="margin:12px 0;overflow-wrap:anywhere">{_written(text)}</p>\n'


def _linked(credit: str) -> str:
    """Write whom to name with each address as a link, which adsb.fi's terms want. It is our own text."""
    return _ADDRESS.sub(lambda address: _link(address[0], address[0]), escape(credit))


def _small(markup: str) -> str:
    """Write what is a note at the end, not news."""
    return f'<p class="s" style="margin:16px 0 0;{_SOFT};font-size:13px;overflow-wrap:anywhere">{markup}</p>'


def _shown(picture: Shown | None) -> str:
    if picture is None:
        return ""
    looks = (
        "display:block;width:100%;max-width:600px;height:auto;margin:12px 0;border:1px solid #d0d7de;border-radius:6px"
    )
    return f'<img src="{escape(picture.address)}" alt="{escape(picture.told)}" width="600" style="{looks}">\n'


def _link(name: str, address: str) -> str:
    return f'<a href="{escape(address)}" style="{_LINK}">{escape(name)}</a>'


def _page(heading: str, colour: str, body: str, last: str) -> str:
    title = escape(heading)
    return f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{title}</title>
<style>
{_SHEET}
</style>
</head>
<body style="margin:0;padding:16px;background:#ffffff;color:#1f2328;font:16px/1.45 system-ui,sans-serif">
<div style="max-width:600px;margin:0 auto">
<h1 style="margin:0 0 12px;padding:2px 0 2px 12px;border-left:5px solid {colour};font-size:20px;line-height:1.3;\
overflow-wrap:anywhere">{_written(heading)}</h1>
{body}
{_small(escape(last))}
</div>
</body>
</html>
"""
