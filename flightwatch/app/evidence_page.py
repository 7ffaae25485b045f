"""The page that lies beside evidence: one visit to look at, as far as it was known when the last of it was decided."""

from datetime import timedelta
from typing import Final

from flightwatch.app.legs import Legs
from flightwatch.app.publication import settled
from flightwatch.core.airports import Airports
from flightwatch.core.legs import heard_until
from flightwatch.core.spans import midnight
from flightwatch.core.visits import came, left
from flightwatch.core.watched import Watched, WatchedAircraft
from flightwatch.report.material import Material
from flightwatch.report.page import Section, page
from flightwatch.storage.land import load_land
from flightwatch.storage.store import Store
from flightwatch.storage.visits_by_id import Told
from flightwatch.wording.alert import describe
from flightwatch.wording.phrases import called
from flightwatch.wording.record import Context
from flightwatch.wording.sentence import sentence

BESIDE: Final = """\
<p>This page is a part of evidence, and there to be looked at. <code>README.txt</code> beside it says what is claimed, and how to
check that.</p>
"""


def page_of_visit(store: Store, told: Told, airports: Airports) -> bytes | None:
    """The report of one visit, the same each time; None: it was taken back."""
    visit = told.visit
    if visit.retracted_at is not None:
        return None
    known_at = max([visit.known_until, *(event.detected_at for event in told.events)])
    [shown] = settled([visit], known_at)
    legs = heard_until(Legs(store)([visit]).get(visit.id, ()), known_at)
    material = Material({event.id: event for event in told.events}, airports, load_land, known_at, {visit.id: legs})
    listed = Watched((WatchedAircraft(visit.icao24, visit.registration, "given"),))
    gone = None if shown.may_be_there else left(shown)
    section = Section(
        called(visit.icao24, visit.registration),
        [shown],
        answer=[sentence(describe(event, listed, airports, Context(visit=visit))) for event in told.events],
        since=midnight(came(shown)),
        until=None if gone is None else midnight(gone) + timedelta(days=1),
    )
    return page(section.title, [section], material, home=BESIDE).encode()
