"""Times, lengths, probabilities and names in words, and text from elsewhere made harmless.

Callsigns come from the air, labels from a file, names of airports from a download: control characters and direction marks
are taken out here and what is far too long is cut. Markup is the business of whoever draws.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from flightwatch.core.model import Icao24
from flightwatch.core.watched import Units

NEVER_SAY_CERTAIN: Final = 0.99
"""Highest confidence an inferred event is given in words."""

SURE_PERCENT: Final = 97
"""Percent from which what was inferred is told without a hedge: of such alerts 98.5 in 100 were true when that was measured on
invented flights (tests/accuracy), and the percentage stands beside it all the same."""

PROBABLE_PERCENT: Final = 66
"""Percent from which it is told as probable: where the IPCC's guidance on uncertainty (2010) begins to say "likely"."""

EXACT: Final = timedelta(minutes=2)
"""Bounds no further apart than this are told as a time, or a length, without "about"; both are told to the minute."""

RANGE: Final = timedelta(minutes=15)
"""Bounds closer than this are told as one figure: both ends were seen and only the polls' spacing is between."""

WORTH_A_WORD: Final = timedelta(seconds=30)
"""Length up to which a time is no minute, in whole minutes."""

IN_DAYS: Final = timedelta(days=3)
"""Length from which a time without watching, or without a word of an aircraft, is told in days."""

LONGEST_NAME: Final = 100
"""Most characters of a name or label that are repeated; the longest airport name in OurAirports has 90 or so."""

LESS_THAN_A_MINUTE: Final = "less than 1 min"

NOT_KNOWN: Final = "not known"
"""What is said of a time, or a length, that nobody knows."""

METRES_A_FOOT: Final = 0.3048

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def clean(text: str) -> str:
    """The text without control characters, line breaks and direction marks."""
    return _CONTROL.sub("", text)


def json_text(value: object) -> str:
    """A value as JSON that no terminal obeys and no reader of lines cuts: other control characters are escaped as well."""
    text = msgspec.json.encode(value).decode()
    return (
        text if text.isascii() and "\x7f" not in text else _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    )


def short(text: str, most: int = LONGEST_NAME) -> str:
    """The text cleaned, and cut after ``most`` characters."""
    text = clean(text[: 2 * most])  # who sends ten thousand characters does not make us look at all of them
    return text if len(text) <= most else f"{text[: most - 1]}…"


def called(icao24: Icao24, registration: str | None, label: str | None = None) -> str:
    """Tail number and label: ``RA-86559 (Il-62M, Russian Air Force)``; the icao24 when no tail number is known."""
    name = short(registration) if registration else f"aircraft {short(icao24)}"
    return f"{name} ({short(label)})" if label else name


def percent(confidence: float) -> str:
    """The confidence of something inferred: ``93 %``, never certain."""
    return f"{100 * min(confidence, NEVER_SAY_CERTAIN):.0f} %"


def hedged(verb: str, confidence: float) -> str:
    """What happened as sure as its percentage is: ``landed``, ``probably landed``, ``may have landed``."""
    shown = round(100 * min(confidence, NEVER_SAY_CERTAIN))
    if shown >= SURE_PERCENT:
        return verb
    return f"probably {verb}" if shown >= PROBABLE_PERCENT else f"may have {verb}"


def duration(length: timedelta) -> str:
    """``46 h 39 min``; ``12 min`` under an hour; ``less than 1 min``; days are left to the reader, as newsrooms count hours."""
    minutes = round(length.total_seconds() / 60)
    if minutes < 1:
        return LESS_THAN_A_MINUTE
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min"


def about(length: timedelta) -> str:
    """A length that is an estimate: ``about 46 h 39 min``; ``less than 1 min``, which is vague enough."""
    told = duration(length)
    return told if told == LESS_THAN_A_MINUTE else f"about {told}"


def length(time: timedelta) -> str:
    """``3 h 20 min``; ``53 days`` from `IN_DAYS` on."""
    return duration(time) if time < IN_DAYS else f"{time / timedelta(days=1):,.0f} days"


def ago(at: datetime, now: datetime) -> str:
    """``14 h 05 min ago``; OpenSky's clock may be ahead of ours."""
    return f"{length(max(now - at, timedelta(0)))} ago"


def height(metres: float, units: Units) -> str:
    """``5,950 m`` or ``19,500 ft``: to ten metres or a hundred feet, as aviators say it."""
    # Nought is added as what is just below it is rounded to minus nought.
    if units == "feet":
        return f"{round(metres / METRES_A_FOOT, -2) + 0.0:,.0f} ft"
    return f"{round(metres, -1) + 0.0:,.0f} m"


def utc(at: datetime) -> str:
    """``2023-09-26 01:52 UTC``."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def day(at: datetime, year: int | None = None) -> str:
    """``2 August 2023``, UTC; without the year where it is ``year``, which the reader knows."""
    return f"{at.day} {at:%B}" if at.year == year else f"{at.day} {at:%B} {at.year}"


def days(since: datetime, until: datetime) -> str:
    """``1-2 August 2023``, UTC."""
    if since.date() == until.date():
        return day(until)
    if (since.year, since.month) == (until.year, until.month):
        return f"{since.day}-{day(until)}"
    return f"{day(since, until.year)} to {day(until)}"


def hours(since: datetime, until: datetime, year: int | None = None) -> str:
    """``02:10-05:40 UTC on 27 September``; both days where they differ, the year where it is not ``year``."""
    if since.date() == until.date():
        return f"{since:%H:%M}-{until:%H:%M} UTC on {day(since, year)}"
    return f"{day(since, year)} {since:%H:%M} to {day(until, year)} {until:%H:%M} UTC"


def counted(number: int, noun: str) -> str:
    """``1 landing``, ``20,616 credits``: a number of what has a plural in ``s``."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def with_more(names: Sequence[str], most: int, between: str = ", ") -> str:
    """The names, those beyond ``most`` as a number: ``A, B, and 3 more``; a single one beyond is named too."""
    return between.join([*names[:most], f"and {len(names) - most:,} more"] if len(names) > most + 1 else names)


def enumerated(names: Sequence[str], most: int | None = None) -> str:
    """The same as part of a sentence: ``A, B and C``, ``A, B and 3 more``; all names where ``most`` is None."""
    shown = [*names] if most is None or len(names) <= most + 1 else [*names[:most], f"{len(names) - most:,} more"]
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))


def is_or_are(number: int) -> str:
    """What follows a number of things."""
    return "is" if number == 1 else "are"


def ordinal(number: int) -> str:
    """``third``; in figures beyond the tenth: ``11th``, ``22nd``."""
    if number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
