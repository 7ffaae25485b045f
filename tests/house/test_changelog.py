"""CHANGELOG.md tells of the release that this is."""

import re
from datetime import date
from pathlib import Path

import flightwatch

CHANGELOG = Path(__file__).parents[2] / "CHANGELOG.md"


def test_the_newest_release_is_this_one() -> None:
    """What comes after it is above, under Unreleased; releases are dated, the newest first."""
    headings = re.findall(r"^## (.*)$", CHANGELOG.read_text(encoding="utf-8"), re.MULTILINE)
    released = [heading.split(" – ") for heading in headings[1:]]
    assert headings[0] == "Unreleased"
    assert released[0][0] == flightwatch.__version__
    days = [date.fromisoformat(day) for _, day in released]
    assert days == sorted(days, reverse=True)
