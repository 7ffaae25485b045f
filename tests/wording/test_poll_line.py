"""What one poll did, in a line."""

from datetime import timedelta

import pytest
from made_visits import ICAO24, at, landing, left, reminder, taken_back
from msgspec.structs import replace
from state_vectors import report

from flightwatch.core.model import WORLD, Box, Event, Poll, Query
from flightwatch.core.watched import WatchedAircraft
from flightwatch.watchlist.model import Watchlist
from flightwatch.wording.poll_line import polled_line

BOX = Query(box=Box(38.0, 124.0, 41.0, 128.0))
TAILS = ("RA-86559", "P-881\x1b[31m", "P-882", "P-885", "P-632")
FIVE = Watchlist(aircraft=tuple(WatchedAircraft(f"{n:06x}", tail, "given") for n, tail in enumerate(TAILS)))
ONE = Watchlist(aircraft=(WatchedAircraft(ICAO24, None, "given"),))
QUIET = "no landing or departure to tell"


def sky(*icao24s: str) -> Poll:
    return Poll(at("2026-01-01T00:00"), tuple(report(0, icao24=icao24) for icao24 in icao24s), WORLD)


@pytest.mark.parametrize(
    ("queries", "watchlist", "poll", "told", "credits_left", "line"),
    [
        ((Query(),), FIVE, sky(), (), 396, f"asked about the whole world (396 credits left): heard nobody; {QUIET}"),
        ((BOX,), FIVE, sky("abcdef"), (), 1, f"asked about an area (1 credit left): heard 1 aircraft, none of your 5; {QUIET}"),
        ((BOX, BOX), ONE, sky("abcdef"), (), None, f"asked about 2 areas: heard 1 aircraft, not yours; {QUIET}"),
        ((BOX,), Watchlist(), sky("abcdef"), (), None, f"asked about an area: heard 1 aircraft; {QUIET}"),
        (
            (Query(icao24s=(ICAO24, "000001")), BOX),
            ONE,
            sky(ICAO24, "abcdef"),
            (landing(),),
            None,
            f"asked about 2 aircraft and an area: heard 2 aircraft, {ICAO24} of yours; 1 landing to tell",
        ),
        (
            (Query(),),
            FIVE,
            sky("000000", "000001"),
            (landing(), left(), landing(), reminder(), taken_back()),
            None,
            "asked about the whole world: heard 2 aircraft, RA-86559 and P-881[31m of yours; "
            "2 landings, 1 departure, 1 reminder, 1 correction to tell",
        ),
        (
            (Query(),),
            FIVE,
            sky(*(f"{n:06x}" for n in range(1500))),
            (),
            1234,
            "asked about the whole world (1,234 credits left): heard 1,500 aircraft, RA-86559, P-881[31m, P-882 and 2 more "
            f"of yours; {QUIET}",
        ),
        (
            (Query(),),
            FIVE,
            None,
            (),
            None,
            "asked about the whole world: OpenSky's answer is no newer than the last one, nothing to tell",
        ),
    ],
)  # fmt: skip
def test_a_poll(
    queries: tuple[Query, ...],
    watchlist: Watchlist,
    poll: Poll | None,
    told: tuple[Event, ...],
    credits_left: int | None,
    line: str,
) -> None:
    assert polled_line(queries, poll, told, watchlist.watched, why_not=None, credits_left=credits_left) == line


def test_several_sources() -> None:
    """Each with what it was asked; a receiver is asked for all that it hears."""
    lol = Query(icao24s=("abcdef",), source="adsb.lol"), replace(BOX, source="adsb.lol")
    attic = Query(source="attic")

    def said(*queries: Query) -> str:
        lag = timedelta(minutes=125)
        return polled_line(queries, None, (), Watchlist().watched, why_not=None, credits_left=None, lag=lag)

    assert said(Query(), *lol, attic) == (
        "asked OpenSky about the whole world, adsb.lol about 1 aircraft and an area and attic about all that it hears: "
        "the sources' answer is no newer than the last one, nothing to tell; "
        "the sources' clock is 2 h 05 min behind this machine's, and so is all that is told"
    )
    assert said(attic).startswith("asked attic about all that it hears: attic's answer is no newer than the last one, ")


def test_an_answer_of_long_ago() -> None:
    """A clock of OpenSky's that stands still, or one of ours that is wrong, is said: else all seems well and nobody watches."""
    late = "; OpenSky's clock is 2 h 05 min behind this machine's, and so is all that is told"
    for poll, said in (
        (sky("abcdef"), f"heard 1 aircraft; {QUIET}"),
        (None, "OpenSky's answer is no newer than the last one, nothing to tell"),
    ):
        for lag, told in ((timedelta(minutes=125), late), (timedelta(minutes=5), ""), (timedelta(minutes=-30), "")):
            line = polled_line((BOX,), poll, (), Watchlist().watched, why_not=None, credits_left=None, lag=lag)
            assert line == f"asked about an area: {said}{told}"


def test_a_poll_that_asked_nothing() -> None:
    said = polled_line((), None, (), ONE.watched, why_not="OpenSky said to wait until 12:00 UTC", credits_left=None)
    assert said == "nothing asked: OpenSky said to wait until 12:00 UTC"
