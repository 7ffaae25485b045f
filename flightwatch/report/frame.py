"""What stands around the sections of a report: its head, what its words mean, and where the data come from."""

from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from flightwatch.core.attribution import whom_to_name
from flightwatch.core.model import OPENSKY
from flightwatch.report.style import STYLE
from flightwatch.report.visit_table import markup, prose, time
from flightwatch.version import __version__
from flightwatch.wording.phrases import utc

_STYLE_DIGEST: Final = b64encode(sha256(STYLE.encode()).digest()).decode()

POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_DIGEST}'; img-src data:; base-uri 'none'; form-action 'none'"
)
"""Content-Security-Policy: markup that slipped into the page could neither run, nor fetch, nor look like anything."""

_ESTIMATED: Final = """\
<p><strong>Estimated by OpenSky</strong>: not watched, but worked out afterwards from where OpenSky’s list of flights has them
begin and end, checked against the distances it gives; the percentage means the same.</p>
"""

_MEANINGS: Final = """\
</main>
<footer>
<h2>What observed and inferred mean</h2>
<p><strong>Observed</strong>: the aircraft’s own reports from the ground were received.</p>
<p><strong>Inferred</strong>: nobody received it on the ground, or nobody as it left. That it landed, where and when, is worked
out from how it flew when contact was lost, how long it stayed silent, and where it was heard again. The time is a best estimate
between two bounds. The percentage is how sure that is: of inferences that say 90&nbsp;%, about 90 in 100 should be right. One
that later proves wrong is taken back and no longer listed.</p>
"""

_SOURCES: Final = """\
<p>What nobody received is not here, and an aircraft can switch its signal off: a visit that is missing may have happened.</p>
<h2>Sources and terms</h2>
<ul>
{positions}<li>Airports: <a href="https://ourairports.com/data/">OurAirports</a>, public domain.</li>
<li>Land, borders and names: <a href="https://www.naturalearthdata.com/">Natural Earth</a>, public domain. It draws borders by who
governs in fact; nothing more is meant by them.</li>
</ul>
</footer>
</body>
</html>
"""


def opening(title: str, period: str, under: str = "", links: str = "") -> str:
    """Write the page up to its first section; ``period`` says which visits it keeps to, empty where it keeps to none.

    ``under`` is markup that stands under the title, ``links`` markup for the head.
    """
    only = f"<p><strong>{prose(period[0].upper() + period[1:])} only.</strong></p>\n" if period else ""
    return f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
{links}<title>{markup(f"{title}, {period}" if period else title)} · flightwatch</title>
<style>{STYLE}</style>
</head>
<body>
<header>
<h1>{markup(title)}</h1>
{only}{under}</header>
<main>
"""


def about(records: Iterable[str], now: datetime | None) -> str:
    """Write how far the record goes, each sentence once, and when the page was made: what comes after the answer.

    None: when it was made is not told, so that a page that tells the same is the same.
    """
    said = "".join(f"<p>{prose(record)}</p>\n" for record in dict.fromkeys(filter(None, records)))
    if now is None:
        return said
    made = f"Made by flightwatch {__version__} at {time(now)} UTC, from what it had recorded by then."
    return f'{said}<p class="quiet">{made}</p>\n'


def closing(heard_by: Iterable[str] = (), *, with_estimates: bool) -> str:
    """Write the end of the page: ``heard_by`` names the sources of its events, ``with_estimates`` adds what OpenSky's are.

    Visits that do not say who heard them are of a time when OpenSky was the only source.
    """
    sources = {*heard_by, OPENSKY} if with_estimates else set(heard_by) or {OPENSKY}
    positions = "".join(
        f'<li>Positions: <a href="{credit.url}">{credit.name}</a>, {credit.terms}.</li>\n'
        for credit in whom_to_name(sources)
    )
    return _MEANINGS + (_ESTIMATED if with_estimates else "") + _SOURCES.format(positions=positions)


def period_told(since: datetime | None, until: datetime | None) -> str:
    """Tell a period, ``visits from 2023-10-01 to 2023-10-05``; it ends before ``until``, so midnight ends the day before it."""
    begin = "" if since is None else _day_or_instant(since, since)
    end = "" if until is None else _day_or_instant(until, until - timedelta(days=1))
    if begin and end:
        return f"visits on {begin}" if begin == end else f"visits from {begin} to {end}"
    return f"visits since {begin}" if begin else f"visits until {end}" if end else ""


def _day_or_instant(at: datetime, day: datetime) -> str:
    is_midnight = (at.hour, at.minute, at.second, at.microsecond) == (0, 0, 0, 0)
    return f"{day:%Y-%m-%d}" if is_midnight else utc(at)
