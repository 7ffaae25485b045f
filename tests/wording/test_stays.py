"""A stay in words."""

from datetime import timedelta

import pytest
from made_visits import at, moment

from flightwatch.core.visits import Dwell, Moment
from flightwatch.wording.stays import Stay, dwell_stay, how_end_is_known


def minutes(number: float | None) -> timedelta | None:
    return None if number is None else timedelta(minutes=number)


@pytest.mark.parametrize(
    ("best", "shortest", "longest", "said"),
    [
        (60, 59, 61, ("1 h 00 min", None)),
        (60, 59, 62, ("about 1 h 00 min", None)),
        (60, 50, 65, ("about 1 h 00 min", None)),
        (2_800, 2_790, 2_810, ("about 46 h 40 min", "between 46 h 30 min and 46 h 50 min", "46 h 30 to 46 h 50")),
        (60, 50, 66, ("about 1 h 00 min", "between 50 min and 1 h 06 min", "50 min to 1 h 06")),
        (60, 0, 66, ("about 1 h 00 min", "at most 1 h 06 min", "at most 1 h 06 min")),
        (None, 50, 66, ("at least 50 min, at most 1 h 06 min", None)),
        (None, 0.2, 66, ("at most 1 h 06 min", None)),
        (None, 0, 0.2, ("less than 1 min", None)),
        (None, 50, None, ("at least 50 min", None)),
        (None, 0.2, None, (None, None)),
    ],
)
def test_a_dwell_is_a_range_when_its_ends_are(
    best: float | None, shortest: float, longest: float | None, said: tuple[str | None, ...]
) -> None:
    """And nothing where nothing is known of it."""
    dwell, (length, between, *_) = Dwell(minutes(best), timedelta(minutes=shortest), minutes(longest)), said
    assert dwell_stay(dwell) == Stay(*said)
    assert dwell_stay(dwell).in_brief == (length or "not known")
    assert dwell_stay(dwell).in_full == (f"{length} ({between})" if between else length or "not known")
    assert dwell_stay(dwell, goes_on=True).length == (f"{length} so far" if length else None)


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (moment("2023-09-26T01:52"), "observed"),
        (moment("2023-09-26T01:52", minutes=5, confidence=0.93), "inferred, 93 % sure"),
        (moment("2023-09-26T01:52", minutes=5, confidence=1.0), "inferred, 99 % sure"),
        (Moment(None, None, at("2023-09-26T01:52"), "inferred", 0.9, "opensky"), "estimated by OpenSky, 90 % sure"),
    ],
)
def test_how_an_end_is_known(end: Moment, said: str) -> None:
    assert how_end_is_known(end) == said
