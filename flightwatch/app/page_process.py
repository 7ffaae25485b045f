"""Writes the page of a digest, for `digest_pages`: ``python -m flightwatch.app.page_process``, from what standard input holds.

In a process of its own, as `map_process` is.
"""

import sys
from typing import Final

import msgspec

from flightwatch.app.assembly import the_airports
from flightwatch.app.digest_pages import PageWanted
from flightwatch.report.material import Material
from flightwatch.report.page import Section, page
from flightwatch.report.totals import totals
from flightwatch.storage.land import load_land
from flightwatch.watchlist.model import Watchlist

ALONE: Final = "Only visits that the digest tells of are on this page. flightwatch report shows others too."


def written(wanted: PageWanted) -> str:
    """Write the page, a section for each aircraft."""
    airports = the_airports(Watchlist(airfields=tuple(wanted.airfields)))
    sections = [
        # They are counted as if there were more, so that none is called the only one, or the third.
        Section(each.title, each.visits, record=ALONE, looked_at=wanted.now, counted=totals(each.visits, airports))
        for each in wanted.chapters
    ]
    return page(wanted.title, sections, Material(wanted.events, airports, load_land, wanted.now, wanted.legs))


if __name__ == "__main__":
    sys.stdout.buffer.write(written(msgspec.json.decode(sys.stdin.buffer.read(), type=PageWanted)).encode())
