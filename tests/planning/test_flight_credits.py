"""What is left of OpenSky's credits for flights and tracks, by what was told last."""

import pytest
from made_visits import at

from flightwatch.planning.flight_credits import Balance, Left, left

MIDNIGHT = "after midnight UTC"


@pytest.mark.parametrize(
    ("last", "now", "expected"),
    [
        (None, "2024-01-10T12:00", Left(400, MIDNIGHT)),
        (Balance(at("2024-01-10T11:00"), 7), "2024-01-10T12:00", Left(7, MIDNIGHT)),
        (Balance(at("2024-01-10T11:00"), 7_800), "2024-01-10T23:59", Left(7_800, MIDNIGHT)),
        (Balance(at("2024-01-10T11:00"), 7), "2024-01-11T00:01", Left(7, MIDNIGHT)),
        (Balance(at("2024-01-10T11:00"), 7), "2024-01-11T00:02", Left(400, MIDNIGHT)),
        (Balance(at("2024-01-10T11:00"), 7), "2024-01-10T10:59", Left(7, MIDNIGHT)),
        (Balance(at("2024-01-10T11:00"), 7), "2024-01-10T09:59", Left(400, MIDNIGHT)),
        (
            Balance(at("2024-01-10T11:00"), 0, at("2024-01-11T03:00")),
            "2024-01-11T02:59",
            Left(0, "after 2024-01-11 03:00 UTC"),
        ),
        (Balance(at("2024-01-10T11:00"), 0, at("2024-01-10T11:10")), "2024-01-10T11:10", Left(400, MIDNIGHT)),
        (Balance(at("2024-01-10T11:00"), 0, at("2024-01-10T11:10")), "2024-01-10T09:59", Left(400, MIDNIGHT)),
    ],
    ids=[
        *("never told", "same day", "a feeder's", "our clock may be ahead", "next day"),
        *("clock set back", "told by a wrong clock"),
        *("silent", "silent no more", "silent by a wrong clock"),
    ],
)
def test_what_is_left(last: Balance | None, now: str, expected: Left) -> None:
    assert left(last, 400, at(now)) == expected
