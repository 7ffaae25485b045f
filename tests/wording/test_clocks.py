"""Times on the clocks that readers look at."""

import pytest
from made_visits import at

from flightwatch.wording.clocks import Clocks

SEOUL, LONDON = "Asia/Seoul", "Europe/London"
NIGHT = "2023-09-26T01:52"


@pytest.mark.parametrize(
    ("local", "desk", "when", "said"),
    [
        (SEOUL, None, NIGHT, "26 September 2023 at 10:52 local, 01:52 UTC"),
        (None, None, NIGHT, "26 September 2023 at 01:52 UTC"),
        (SEOUL, "Europe/Berlin", NIGHT, "26 September 2023 at 10:52 local, 01:52 UTC, 03:52 Berlin time"),
        (None, "Europe/Berlin", NIGHT, "26 September 2023 at 01:52 UTC, 03:52 Berlin time"),
        (SEOUL, "Asia/Tokyo", NIGHT, "26 September 2023 at 10:52 local, 01:52 UTC"),
        (SEOUL, "UTC", NIGHT, "26 September 2023 at 10:52 local, 01:52 UTC"),
        (SEOUL, LONDON, "2024-01-10T05:00", "10 January 2024 at 14:00 local, 05:00 UTC"),
        (LONDON, None, "2024-01-10T05:00", "10 January 2024 at 05:00 local and UTC"),
        (LONDON, "Europe/Berlin", "2024-01-10T05:00", "10 January 2024 at 05:00 local and UTC, 06:00 Berlin time"),
        (LONDON, None, "2024-07-10T05:00", "10 July 2024 at 06:00 local, 05:00 UTC"),
        (SEOUL, None, "2023-09-25T20:00", "26 September 2023 at 05:00 local, 20:00 UTC on 25 September"),
        (
            SEOUL,
            "America/New_York",
            "2023-12-31T20:00",
            "1 January 2024 at 05:00 local, 20:00 UTC on 31 December 2023, 15:00 New York time on 31 December 2023",
        ),
        (SEOUL, "CET", NIGHT, "26 September 2023 at 10:52 local, 01:52 UTC, 03:52 CET"),
    ],
)
def test_told(local: str | None, desk: str | None, when: str, said: str) -> None:
    """Each clock once, the day that of the first, and another's where it is another."""
    clocks = Clocks(local, desk)
    assert clocks.told(at(when)) == said
    assert clocks.told(at(when), about=True) == said.replace(" at ", " about ", 1)


@pytest.mark.parametrize(
    ("earliest", "latest", "said", "local"),
    [
        (
            "2023-09-26T01:48",
            "2023-09-26T02:05",
            "between 10:48 and 11:05 local, 01:48 and 02:05 UTC, 03:48 and 04:05 Berlin time",
            "between 10:48 and 11:05 local",
        ),
        (
            "2023-09-26T15:10",
            "2023-09-26T15:20",
            "between 00:10 and 00:20 local on 27 September, 15:10 and 15:20 UTC, 17:10 and 17:20 Berlin time",
            "between 00:10 and 00:20 local on 27 September",
        ),
        (
            "2023-09-25T14:50",
            "2023-09-26T02:05",
            "between 25 September 23:50 and 26 September 11:05 local, 25 September 14:50 and 26 September 02:05 UTC, "
            "25 September 16:50 and 26 September 04:05 Berlin time",
            "between 25 September 23:50 and 26 September 11:05 local",
        ),
    ],
)
def test_bounds(earliest: str, latest: str, said: str, local: str) -> None:
    """On every clock, or on the place's; with days where the time between them lies on another."""
    clocks, ends = Clocks(SEOUL, "Europe/Berlin"), (at(earliest), at(latest))
    assert clocks.between(*ends, at(NIGHT)) == said
    assert clocks.between_local(*ends, at(NIGHT)) == local


def test_a_time_beside_another() -> None:
    clocks = Clocks(SEOUL, None)
    assert clocks.local_time(at("2023-09-26T01:30"), at(NIGHT)) == "10:30 local"
    assert clocks.local_time(at("2023-09-25T14:50"), at(NIGHT)) == "23:50 local on 25 September"
    assert Clocks(None, None).local_time(at("2022-09-25T14:50"), at(NIGHT)) == "14:50 UTC on 25 September 2022"
    assert clocks.local_day(at(NIGHT)) == "10:52 local on 26 September 2023"
