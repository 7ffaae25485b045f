"""Times, lengths, probabilities and names in words, and text from elsewhere made harmless.

Callsigns come from the air, labels from a file, names of airports from a download: control characters and direction marks
are taken out here, and what is far too long is cut. Markup is escaped by whoever draws.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from flightwatch.core.geo import METRES_A_FOOT
from flightwatch.core.model import OPENSKY, Icao24
from flightwatch.core.watched import Units

NEVER_SAY_CERTAIN: Final = 0.99
"""Highest confidence an inferred event is given in words."""

SURE_PERCENT: Final = 97
"""Percent from which what was inferred is told without a hedge: of such alerts 98.5 in 100 were true when that was measured on
invented flights (tests/accuracy), and the percentage stands beside it all the same."""

PROBABLE_PERCENT: Final = 66
"""Percent from which what was inferred is told as probable: the IPCC's guidance on uncertainty (2010) says "likely" from here."""

EXACT: Final = timedelta(minutes=2)
"""Bounds no further apart than this are told as one time, or one length, without "about": both are told to the minute."""

RANGE: Final = timedelta(minutes=15)
"""Bounds closer than this are told as one figure: both ends were seen, and the bounds only come from the polls' spacing."""

WORTH_A_WORD: Final = timedelta(seconds=30)
"""Length up to which a time rounds to no minute at all."""

IN_DAYS: Final = timedelta(days=3)
"""Length from which a time without watching, or without a word of an aircraft, is told in days."""

LONGEST_NAME: Final = 100
"""Most characters of a name or label that are repeated; the longest airport name in OurAirports has 90 or so."""

LESS_THAN_A_MINUTE: Final = "less than 1 min"

NOT_KNOWN: Final = "not known"
"""What is said of a time, or a length, that nobody knows."""

_CONTROL: Final = r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
_ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def clean(text: str) -> str:
    """Take control characters, line breaks and direction marks out of a text."""
    return re.sub(_CONTROL, "", text)


def json_text(value: object) -> str:
    """Write a value as JSON, with all control characters escaped, so that no terminal obeys it and no reader of lines cuts it."""
    text = msgspec.json.encode(value).decode()
    return (
        text
        if text.isascii() and "\x7f" not in text
        else re.sub(_CONTROL, lambda found: f"\\u{ord(found[0]):04x}", text)
    )


def short(text: str, most: int = LONGEST_NAME) -> str:
    """Clean a text, and cut it after ``most`` characters."""
    text = clean(text[: 2 * most])  # who sends ten thousand characters does not make us look at all of them
    return text if len(text) <= most else f"{text[: most - 1]}…"


def called(icao24: Icao24, registration: str | None, label: str | None = None) -> str:
    """Give tail number and label, ``RA-86559 (Il-62M, Russian Air Force)``; the icao24 where no tail number is known."""
    name = short(registration) if registration else f"aircraft {short(icao24)}"
    return f"{name} ({short(label)})" if label else name


def percent(confidence: float) -> str:
    """Tell the confidence of something inferred, ``93 %``, which is never certain."""
    return f"{whole_percent(confidence)} %"


def whole_percent(confidence: float) -> int:
    """The percentage that is shown. A visit's confidence is first rounded to three digits, as its events': both say the same."""
    return round(100 * min(round(confidence, 3), NEVER_SAY_CERTAIN))


def hedged(verb: str, confidence: float) -> str:
    """Hedge a verb as its confidence demands: ``landed``, ``probably landed``, ``may have landed``."""
    shown = whole_percent(confidence)
    if shown >= SURE_PERCENT:
        return verb
    return f"probably {verb}" if shown >= PROBABLE_PERCENT else f"may have {verb}"


def duration(length: timedelta) -> str:
    """Tell a length in hours and minutes, as newsrooms count: ``46 h 39 min``, ``12 min``, ``less than 1 min``."""
    minutes = round(length.total_seconds() / 60)
    if minutes < 1:
        return LESS_THAN_A_MINUTE
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min"


def about(length: timedelta) -> str:
    """Tell a length that is an estimate: ``about 46 h 39 min``; ``less than 1 min``, which is vague enough, has no "about"."""
    told = duration(length)
    return told if told == LESS_THAN_A_MINUTE else f"about {told}"


def length(time: timedelta) -> str:
    """Tell how long something has been so: ``3 h 20 min``, or ``53 days`` from `IN_DAYS` on."""
    return duration(time) if time < IN_DAYS else f"{time / timedelta(days=1):,.0f} days"


def ago(at: datetime, now: datetime) -> str:
    """Tell how long ago an instant was, ``14 h 05 min ago``; one ahead of our clock, as OpenSky's may be, counts as now."""
    return f"{length(max(now - at, timedelta(0)))} ago"


def height(metres: float, units: Units) -> str:
    """Tell a height to ten metres or a hundred feet, as aviators do: ``5,950 m``, ``19,500 ft``."""
    # Nought is added as what is just below it is rounded to minus nought.
    if units == "feet":
        return f"{round(metres / METRES_A_FOOT, -2) + 0.0:,.0f} ft"
    return f"{round(metres, -1) + 0.0:,.0f} m"


def utc(at: datetime) -> str:
    """Write an instant as ``2023-09-26 01:52 UTC``."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def day(at: date, year: int | None = None) -> str:
    """Tell a day, ``2 August 2023``; the year is left out if it is ``year``, which the reader knows."""
    return f"{at.day} {at:%B}" if at.year == year else f"{at.day} {at:%B} {at.year}"


def days(since: datetime, until: datetime) -> str:
    """Tell the days from one instant to another: ``1-2 August 2023``."""
    if since.date() == until.date():
        return day(until)
    if (since.year, since.month) == (until.year, until.month):
        return f"{since.day}-{day(until)}"
    return f"{day(since, until.year)} to {day(until)}"


def hours(since: datetime, until: datetime, year: int | None = None) -> str:
    """Tell a span, ``02:10-05:40 UTC on 27 September``, with both days where they differ and the year unless it is ``year``."""
    if since.date() == until.date():
        return f"{since:%H:%M}-{until:%H:%M} UTC on {day(since, year)}"
    return f"{day(since, year)} {since:%H:%M} to {day(until, year)} {until:%H:%M} UTC"


def counted(number: int, noun: str) -> str:
    """Give a number and its noun, ``1 landing``, ``20,616 credits``, in the `plural` that it needs."""
    return f"{number:,} {plural(noun, number)}"


def plural(noun: str, number: float) -> str:
    """Give a noun as it stands after a number, ``landing`` after 1 and else ``landings``; its plural ends in ``s``."""
    return noun if number == 1 else f"{noun}s"


def with_more(names: Sequence[str], most: int, between: str = ", ") -> str:
    """Join names, and count those beyond ``most``: ``A, B, and 3 more``. A single one beyond is named as well."""
    return between.join([*names[:most], f"and {len(names) - most:,} more"] if len(names) > most + 1 else names)


def enumerated(names: Sequence[str], most: int | None = None) -> str:
    """Join names as part of a sentence, ``A, B and C``, ``A, B and 3 more``. None: all are named."""
    shown = [*names] if most is None or len(names) <= most + 1 else [*names[:most], f"{len(names) - most:,} more"]
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))


def heard_by(sources: Sequence[str]) -> str | None:
    """Name the sources that heard something, ``adsb.lol and OpenSky``; None where that is not known, or OpenSky alone."""
    return None if {*sources} <= {OPENSKY} else enumerated([short(name) for name in sources])


def whose(sources: Sequence[str]) -> str:
    """Say to whom a clock or an answer belongs of those that are asked: ``OpenSky's``, or of several ``the sources'``."""
    return f"{short(sources[0])}'s" if len(sources) == 1 else "the sources'"


def is_or_are(number: int) -> str:
    """Give the verb that follows a number of things: ``is`` after 1, else ``are``."""
    return "is" if number == 1 else "are"


def ordinal(number: int) -> str:
    """Give an ordinal, ``third``, in figures beyond the tenth: ``11th``, ``22nd``."""
    if number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
