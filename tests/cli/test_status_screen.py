"""The morning look on a terminal, whole and fitted to it."""

import io

import pytest
from rich.console import Console
from terminals import drawn

from flightwatch.app.status import Group
from flightwatch.cli.status_screen import FittedGroups, groups_view

GROUPS = [
    Group("looked at 03:00:00 UTC"),
    Group("polling", (("last good poll", "3 h 00 min ago"),), is_trouble=True),
    Group("on the ground", tuple((f"P-88{n}", "Pyongyang FNJ, 1 h 08 min") for n in range(4))),
    Group("in the air", (("[b]P-885[/] (Il-62M, Air Koryo)", f"[blink]heard {'5 min ago ' * 9}"), ("P-671", "up"))),
]


def fitted(groups: list[Group], width: int, height: int) -> list[str]:
    """Draw them on a terminal of this size; give the lines."""
    screen = Console(file=io.StringIO(), width=width, height=height, emoji=False, color_system=None)
    lines = screen.render_lines(FittedGroups(groups), pad=False)
    return ["".join(segment.text for segment in line).rstrip() for line in lines]


def test_all_of_it() -> None:
    """Group by group, names in one column, as text whatever they say."""
    assert drawn(groups_view([GROUPS[1], Group("in the air", (("[b]P-885[/]", "[blink]up"),), more=2)])) == [
        "polling",
        "last good poll  3 h 00 min ago",
        "",
        "in the air",
        "[b]P-885[/]     [blink]up",
        "2 more          flightwatch history lists them by aircraft or airport",
    ]


def test_where_there_is_room() -> None:
    assert fitted(GROUPS, 80, 16) == [line.rstrip() for line in drawn(groups_view(GROUPS))]


@pytest.mark.parametrize(
    ("height", "lines"),
    [
        (
            11,
            [
                "looked at 03:00:00 UTC",
                "polling",
                "last good poll        3 h 00 min ago",
                "on the ground",
                "P-880                 Pyongyang FNJ, 1 h 08 min",
                "P-881                 Pyongyang FNJ, 1 h 08 min",
                "P-882                 Pyongyang FNJ, 1 h 08 min",
                "P-883                 Pyongyang FNJ, 1 h 08 min",
                "in the air",
                "[b]P-885[/] (Il-62M…  [blink]heard 5 min ago 5 …",
                "P-671                 up",
            ],
        ),
        (
            9,
            [
                "looked at 03:00:00 UTC",
                "polling",
                "last good poll        3 h 00 min ago",
                "on the ground",
                "P-880                 Pyongyang FNJ, 1 h 08 min",
                "3 more                flightwatch status lists …",
                "in the air",
                "[b]P-885[/] (Il-62M…  [blink]heard 5 min ago 5 …",
                "P-671                 up",
            ],
        ),
        (4, ["looked at 03:00:00 UTC", "polling", "on the ground", "in the air"]),
    ],
)
def test_where_there_is_none(height: int, lines: list[str]) -> None:
    """A line each, cut at its end; of each group as much as there is room for, of the first ones rather more."""
    assert fitted(GROUPS, 48, height) == lines
