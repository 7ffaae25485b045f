"""Flights as OpenSky keeps them, and what must be asked to know all of an airframe's flights: days, nights, credits.

OpenSky (openskynetwork/opensky-api, docs/free/rest.rst, July 2026) gives ``/flights/aircraft`` for at most two days at a
time, and only "flights that departed and arrived within" them. A flight over midnight is in the answer about both its days
asked together, and in no answer about either alone. So what is asked, and kept, is:

- *days*, in pairs of whole UTC days: two partitions, 30 credits. A day left over is asked alone, 86,399 s long.
- *nights*, from noon to noon, around the midnights that no pair holds: 86,399 s, 4 credits.

That is 17 credits a day, and finds every flight within a pair, and every other one over midnight that begins after the noon
before and ends by the noon after. Days alone would be cheaper (4 each) and would lose every flight over midnight UTC, as
evening departures from Moscow eastwards are; pairs alone (15 a day) would lose half of those. Days and nights each alone (8
a day) would find nearly as much, but their price stands on one reading of OpenSky's table, whose row says "Live / < 24 h":
should a whole day count as "1 - 2 partitions" all the same, they cost 60 a day, and pairs with nights 30.

The newest are asked first, so that credits that run out leave the oldest days unknown.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import accumulate
from math import ceil
from typing import Annotated, Final

from msgspec import Meta, Struct

from flightwatch.core.model import Icao24
from flightwatch.core.spans import DAY_S, Span
from flightwatch.wording.phrases import counted

NOON_S: Final = DAY_S // 2

UNDER_A_DAY: Final = 4
"""Credits for a question about less than 24 hours (OpenSky's table of July 2026, ``/flights`` and ``/tracks``)."""
TWO_DAYS: Final = 30
"""Credits for one about one or two UTC days. Longer ones are never asked."""

ANONYMOUS_CREDITS: Final = 400
ACCOUNT_CREDITS: Final = 4000
"""A day's credits for ``/flights``, and as many for ``/tracks``, without an account and with one. Until OpenSky has told a
balance, no more is counted on."""

SETTLED_S: Final = 12 * 3600
"""How long after a UTC day its flights may still be missing, s: OpenSky fills them "by a batch process at night". An answer
that came earlier is asked again later."""

TRACK_AGE_S: Final = 30 * DAY_S
"""How far ``/tracks`` goes back, s."""

NEAR_M, LOW_M = 10_000.0, 1_000.0
"""How far from a field and how high over it the last position may be, m, for an arrival there: OpenSky names the nearest airport
within 30 km and 2,500 m, and above 4,000 ft that is mostly another than the right one (see `ends`)."""

MOST_FIELDS = 20
"""Most fields that `arrivals` tells of an airframe: those where it came most often."""

Seconds = Annotated[int, Meta(ge=0, lt=4_102_444_800)]
"""Unix seconds before 2100: an instant from there on is garbage, or milliseconds."""


class Flight(Struct, frozen=True, rename="camel"):
    """One flight of OpenSky's ``/flights/aircraft``. Names (in JSON), units and null rules are OpenSky's."""

    icao24: Annotated[str, Meta(pattern="^[0-9a-f]{6}$")]
    first_seen: Seconds
    """Unix seconds of the first message: OpenSky's estimate of the departure."""
    last_seen: Seconds
    """Unix seconds of the last message: OpenSky's estimate of the arrival."""
    est_departure_airport: str | None = None
    """OurAirports' ident; null when OpenSky found none. Hostile text until it is found in the airport table."""
    est_arrival_airport: str | None = None
    callsign: str | None = None
    """Eight characters padded with blanks; null when none was received. Hostile text."""
    est_departure_airport_horiz_distance: float | None = None
    """Metres from the first position in the air to that airport; null without one."""
    est_departure_airport_vert_distance: float | None = None
    """Metres of that position's height above (or below) that airport; null without one."""
    est_arrival_airport_horiz_distance: float | None = None
    est_arrival_airport_vert_distance: float | None = None
    """Metres of distance and height of the last position in the air from the airport of arrival; null without one."""
    departure_airport_candidates_count: int | None = None
    """How many other airports OpenSky thinks possible; null or 0 for none."""
    arrival_airport_candidates_count: int | None = None


class Waypoint(Struct, frozen=True, array_like=True):
    """One point of a `FlightTrack`, as OpenSky's row has it."""

    time: Seconds
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None
    baro_altitude: float | None
    """Metres of pressure altitude."""
    true_track: float | None
    """Degrees clockwise from true north."""
    on_ground: bool


class FlightTrack(Struct, frozen=True, rename="camel"):
    """The way one flight took, as OpenSky's ``/tracks/all`` gives it: a point at least every 15 minutes and at every turn."""

    icao24: Annotated[str, Meta(pattern="^[0-9a-f]{6}$")]
    path: Annotated[tuple[Waypoint, ...], Meta(max_length=20_000)]
    """In order of time, from the first position to the last."""


class Window(Struct, frozen=True, order=True):
    """A time to ask about, Unix seconds, both ends included."""

    begin: int
    end: int


def price(window: Window) -> int:
    """Credits for one question about this time, which touches two UTC days at most."""
    return UNDER_A_DAY if window.end - window.begin < DAY_S else TWO_DAYS


def day_of(unix_s: int) -> int:
    """First Unix second of the UTC day that holds an instant."""
    return unix_s - unix_s % DAY_S


def key_of(flight: Flight) -> int:
    """Unix second at which the day of a flight within one day begins, else the noon before the first midnight that it crossed."""
    day = day_of(flight.first_seen)
    return day if day_of(flight.last_seen) == day else day + NOON_S


def windows_to_ask(spans: Iterable[Span], have: Mapping[int, int], now: datetime) -> tuple[Window, ...]:
    """The windows to ask in order to know the flights of every day that these times touch, newest first.

    With the nights before and after, so that who came in the night is known too. ``have`` maps the day or night (see
    `key_of`) of each answer to when it was asked. Nothing is asked about today, of which OpenSky knows nothing yet.
    """
    missing = {key for span in spans for key in _missing_keys(span, have, now)}
    windows = []
    for day in sorted((key for key in missing if not key % DAY_S), reverse=True):
        if day not in missing:
            continue
        pair = day - DAY_S in missing
        begin = day - DAY_S if pair else day
        missing -= {day, begin, begin + NOON_S} if pair else {day}
        windows.append(Window(begin, day + DAY_S - 1))
    nights = [Window(night, night + DAY_S - 1) for night in missing]
    return tuple(sorted(windows + nights, reverse=True))


def _missing_keys(span: Span, have: Mapping[int, int], now: datetime) -> Iterable[int]:
    """The days and nights (see `key_of`) of that time, its end excluded, which are over and not known."""
    now_s = round(now.timestamp())
    first, last = day_of(int(span.since.timestamp())), day_of(ceil(span.until.timestamp()) - 1)
    keys = range(first - NOON_S, last + NOON_S + 1, NOON_S)
    return (
        key for key in keys if _is_over(key, now_s) and (key not in have or not _still_holds(key, have[key], now_s))
    )


def is_known(begin: int, end: int, have: Collection[int]) -> bool:
    """Tell whether every flight between two instants would be known: the days they touch, and the nights between these."""
    return all(key in have for key in range(day_of(begin), day_of(end) + 1, NOON_S))


def known_until(begin: int, have: Collection[int]) -> int:
    """Unix second until which every flight that began after ``begin`` would be known; ``begin`` itself where its day is not.

    A flight that begins in an afternoon may be the night's to tell, so what is known ends at noon where the night is not.
    """
    key = day_of(begin)
    while key in have:
        key += NOON_S
    return max(begin, key)


def settled(have: Mapping[int, int]) -> set[int]:
    """The days and nights of which the answer is final; ``have`` maps each that was asked to when that was, Unix seconds."""
    return {key for key, asked in have.items() if asked >= _settled_at(key)}


def rows_of(window: Window, flights: Iterable[Flight]) -> dict[int, list[Flight]]:
    """An answer by days and nights, with an empty list for each that has no flight.

    A flight of a day that this answer is not about is left out: its own day tells it. One over a midnight is kept in any
    case, as an answer may hold more than OpenSky promises.
    """
    if window.begin % DAY_S == NOON_S:
        rows: dict[int, list[Flight]] = {window.begin: []}
    else:
        rows = {key: [] for key in range(window.begin, day_of(window.end) + 1, NOON_S)}
    for flight in flights:
        key = key_of(flight)
        if key in rows:
            rows[key].append(flight)
        elif key % DAY_S:
            rows[min(rows)].append(flight)
    return rows


def in_order(flights: Iterable[Flight]) -> list[Flight]:
    """Flights by time, each once; of two that overlap the longer one, as OpenSky may have joined what it had split."""
    kept: list[Flight] = []
    for flight in sorted(flights, key=lambda f: (f.first_seen, -f.last_seen)):
        if not kept or (flight.first_seen >= kept[-1].last_seen and flight.last_seen > kept[-1].last_seen):
            kept.append(flight)
        elif flight.last_seen - flight.first_seen > kept[-1].last_seen - kept[-1].first_seen:
            kept[-1] = flight
    return kept


def arrivals(flights: Iterable[Flight]) -> tuple[tuple[str, int], ...]:
    """The fields where flights came down and how often, the most frequent first: `Airport.icao` as OpenSky has it.

    Only arrivals that were heard near the field count. Of flights that overlap one does.
    """
    fields = Counter(
        flight.est_arrival_airport for flight in in_order(flights) if flight.est_arrival_airport and _was_near(flight)
    )
    return tuple(sorted(fields.items(), key=lambda each: (-each[1], each[0]))[:MOST_FIELDS])


def _was_near(flight: Flight) -> bool:
    away, above = flight.est_arrival_airport_horiz_distance, flight.est_arrival_airport_vert_distance
    return away is not None and above is not None and 0.0 <= away <= NEAR_M and abs(above) <= LOW_M


def in_turn(asked: Mapping[Icao24, Sequence[Window]]) -> list[tuple[Window, Icao24]]:
    """The questions in the order they are asked: newest first."""
    questions = ((window, icao24) for icao24, windows in asked.items() for window in windows)
    return sorted(questions, key=lambda question: (-question[0].begin, question[1]))


def cost_line(asked: Mapping[Icao24, Sequence[Window]], balance: int) -> str:
    """What asking these windows costs, in words: ``asking OpenSky: 7 days: 1 airframe, 8 questions, 110 of 400 credits``.

    ``balance`` is what OpenSky told, or a day's allowance while no balance is known.
    """
    windows = [window for window, _ in in_turn(asked)]
    prices = [price(window) for window in windows]
    days = {day for w in windows if not w.begin % DAY_S for day in range(w.begin, w.end, DAY_S)}
    paid = affordable(prices, balance)
    line = (
        f"{'asking' if paid else 'not asking'} OpenSky: {counted(len(days), 'day')}: {counted(len(asked), 'airframe')}, "
        f"{counted(len(windows), 'question')}, {cost(sum(prices), balance, paid)}"
    )
    if not 0 < paid < len(prices):
        return line
    return f"{line}; they pay for {paid:,} now, newest first, and asking again goes on from there"


def cost(total: int, balance: int, paid: int) -> str:
    """``110 of 400 credits``; ``110 credits, and 3 are left`` where these pay for none of the questions."""
    return f"{total:,} of {balance:,} credits" if paid else f"{total:,} credits, and {balance:,} are left"


def affordable(prices: Sequence[int], balance: int) -> int:
    """Number of questions, at these prices and in this order, that ``balance`` credits pay for."""
    return sum(total <= balance for total in accumulate(prices))


def _is_over(key: int, now_s: int) -> bool:
    """Tell whether OpenSky can know anything of this day, or of the two around this night."""
    return now_s >= day_of(key) + (2 * DAY_S if key % DAY_S else DAY_S)


def _still_holds(key: int, asked: int, now_s: int) -> bool:
    """Tell whether an answer that was asked at Unix second ``asked`` is final, or cannot yet be improved on."""
    return asked >= _settled_at(key) or now_s < _settled_at(key)


def _settled_at(key: int) -> int:
    return day_of(key) + (2 * DAY_S if key % DAY_S else DAY_S) + SETTLED_S
