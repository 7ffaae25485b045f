"""Inferred landings looked up in traces: confirmed, taken back, or left as they are; and who is told."""

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from datetime import timedelta

import pytest
from build_demo import ARRIVALS, il62, is_heard
from loopback import status
from made_visits import ICAO24, UNSEEN_DOWN, UNSEEN_UP, visit
from msgspec.structs import replace
from state_vectors import AIRPORTS, HOUR, MINUTE, parked, sent
from trace_server import TraceServer, trace
from traced_flights import stay

from flightwatch.app.confirming import Looked, days_to_look_at, inferred_visits, is_asked, look_up, looked_line
from flightwatch.app.knowledge import Knowledge
from flightwatch.app.quiet_confirming import look_up_some, look_ups
from flightwatch.app.replay import replay
from flightwatch.app.status_traces import LastLookUp, group, traces
from flightwatch.app.topic import Topic
from flightwatch.app.trace_inquiry import archive_unarchived, inquire_traces, wanted_traces
from flightwatch.core.model import WORLD, Place, Poll, StateVector, instant
from flightwatch.core.spans import DAY_S, Span
from flightwatch.core.visits import Moment, Visit
from flightwatch.sources.adsb_lol_traces import AdsbLolTraces
from flightwatch.storage.outbox import Outbox
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.store import Store
from flightwatch.tracking.advance_all import PollChanges
from flightwatch.watchlist.reading import parse_watchlist

pytestmark = pytest.mark.usefixtures("no_proxy")

WATCHLIST = parse_watchlist(
    b"aircraft: [RA-86559]\nairports: [FNJ]\nnotify: [print]\n", name="", environment={}, airports=AIRPORTS
)
TAIL = Topic("RA-86559", icao24s=(ICAO24,))
STEP_S = 5 * MINUTE
FLIGHTS = il62(ARRIVALS[1])
"""To Pyongyang and back; OpenSky hears nothing near the field."""


def polls(since: int, until: int) -> Iterator[Poll]:
    """Look at the world every five minutes, as the demo's receivers hear it."""
    for at in range(since, until, STEP_S):
        heard = (sent(flight, at, is_heard) for flight in FLIGHTS)
        yield Poll(at=instant(at), vectors=tuple(r for r in heard if r is not None), coverage=WORLD)


def heard_by_all() -> list[StateVector]:
    """Give what adsb.lol heard by the minute, where somebody stands at the field."""
    moving = (sent(f, at) for at in range(UNSEEN_DOWN - 2 * HOUR, UNSEEN_UP + HOUR, MINUTE) for f in FLIGHTS)
    standing = (
        parked("FNJ", at, icao24=ICAO24, velocity=8.0)
        for begin in (UNSEEN_DOWN + MINUTE, UNSEEN_UP - 10 * MINUTE)
        for at in range(begin, begin + 9 * MINUTE, MINUTE)
    )
    return sorted((r for r in (*moving, *standing) if r is not None), key=lambda report: report.last_contact)


class Desk:
    """Watches by polls, and looks up what was inferred."""

    def __init__(self, store: Store, server: TraceServer) -> None:
        self.store, self.server, self.said = store, server, list[str]()
        self.now = instant(UNSEEN_UP + 2 * DAY_S)

    @property
    def knowledge(self) -> Knowledge:
        return Knowledge(self.store, WATCHLIST, AIRPORTS, self.now)

    def watch(self, since: int, until: int) -> None:
        for _ in replay(polls(since, until), WATCHLIST, AIRPORTS, self.store):
            pass

    def publish(self, reports: Iterable[StateVector]) -> None:
        """Let adsb.lol have the days around the visit, and these reports in them."""
        heard, first = list(reports), UNSEEN_DOWN // DAY_S * DAY_S
        self.server.days = {first + days * DAY_S for days in range(-2, 4)}
        self.server.traces.clear()
        yesterday = round(self.now.timestamp()) - DAY_S
        lately = [report for report in heard if yesterday < report.last_contact <= self.now.timestamp()]
        self.server.lately = {ICAO24: trace(ICAO24, yesterday, lately)} if lately else {}
        for day in self.server.days:
            if any(day <= report.last_contact < day + DAY_S for report in heard):
                self.server.fly(ICAO24, day, heard)

    def look_up(self) -> Looked:
        visits = inferred_visits([TAIL], self.store, self.now)
        self.ask(days_to_look_at(visits).get(ICAO24, []))
        assert all(is_asked(visit, self.store, self.now) for visit in visits)
        return look_up(visits, self.knowledge, WATCHLIST, self.now)

    def ask(self, spans: list[Span]) -> None:
        wanted = wanted_traces(self.store, {ICAO24: spans}, self.now)
        inquire_traces(
            self.knowledge,
            lambda: AdsbLolTraces(self.server.origin, pause=lambda _: None),
            wanted,
            clock=lambda: self.now,
            say=lambda _: None,
            bar=lambda _what, _total: nullcontext(lambda _done, _total: None),
        )

    def told(self) -> list[tuple[str, str | None]]:
        """What waits for its readers: kind and field."""
        outbox = Outbox(self.store)
        events = [outbox.event(alert) for alert in outbox.due(self.now)]
        return [(event.type, event.airport.iata if event.airport else None) for event in events]


@pytest.fixture
def desk(store: Store) -> Iterator[Desk]:
    with TraceServer() as server:
        yield Desk(store, server)


def inferred(desk: Desk) -> Visit:
    """Give the one visit that stands, which must be inferred at Pyongyang."""
    [visit] = desk.store.visits(icao24s=[ICAO24])
    assert visit.airport is not None
    assert (visit.airport.iata, visit.arrival.basis) == ("FNJ", "inferred")
    return visit


def test_a_landing_is_confirmed(desk: Desk) -> None:
    """It is observed from now on, at the times that were seen; nobody is told, as nothing that was told is wrong."""
    desk.watch(UNSEEN_DOWN - HOUR, UNSEEN_UP + HOUR)
    before = inferred(desk)
    desk.publish(heard_by_all())
    looked = desk.look_up()
    [visit] = desk.store.visits(icao24s=[ICAO24])
    assert looked == Looked(confirmed=(visit,))
    assert visit.departure is not None
    assert (visit.id, visit.landing, visit.arrival.basis, visit.arrival.confidence, visit.departure.basis) == (
        before.id,
        before.landing,
        "observed",
        1.0,
        "observed",
    )
    assert visit.arrival.at is not None
    assert abs(visit.arrival.at - instant(UNSEEN_DOWN)) <= timedelta(minutes=2)
    assert visit.departure.at is not None
    assert abs(visit.departure.at - instant(UNSEEN_UP)) <= timedelta(minutes=2)
    assert desk.told() == []
    assert desk.look_up() == Looked()


def test_an_open_visit_is_confirmed(desk: Desk) -> None:
    """Polls go on with it: its departure is told with the time on the ground since the landing that was seen."""
    desk.watch(UNSEEN_DOWN - HOUR, UNSEEN_DOWN + 6 * HOUR)
    inferred(desk)
    desk.now = instant(UNSEEN_DOWN + 6 * HOUR)
    desk.publish(report for report in heard_by_all() if report.last_contact < UNSEEN_DOWN + 6 * HOUR)
    assert len(desk.look_up().confirmed) == 1
    desk.watch(UNSEEN_DOWN + 6 * HOUR, UNSEEN_UP + HOUR)
    [visit] = desk.store.visits(icao24s=[ICAO24])
    assert (visit.arrival.basis, visit.is_open) == ("observed", False)


def test_a_landing_that_was_seen_elsewhere(desk: Desk) -> None:
    """The one that was told is taken back, to whoever has it, and the one that was seen is told; once."""
    desk.watch(UNSEEN_DOWN - HOUR, UNSEEN_UP + HOUR)
    wrong = inferred(desk)
    desk.publish(stay("VVO", UNSEEN_DOWN + 30 * MINUTE, UNSEEN_DOWN + 20 * HOUR))
    looked = desk.look_up()
    assert [visit.id for visit in looked.taken_back] == [wrong.id]
    [right] = desk.store.visits(icao24s=[ICAO24])
    assert right.airport is not None
    assert (right.airport.iata, right.arrival.basis) == ("VVO", "observed")
    assert desk.told() == [("retraction", "FNJ"), ("landing", "VVO"), ("departure", "VVO")]
    corrected = desk.store.visit(wrong.id)
    assert corrected is not None
    assert corrected.retracted_at is not None
    assert desk.store.corrected_by(right) in (corrected, None)
    assert desk.look_up() == Looked()
    assert len(desk.told()) == 3


def test_an_open_visit_is_taken_back(desk: Desk) -> None:
    """Polls go on from where it was seen, and do not bring the landing back."""
    desk.watch(UNSEEN_DOWN - HOUR, UNSEEN_DOWN + 6 * HOUR)
    wrong = inferred(desk)
    desk.now = instant(UNSEEN_DOWN + 6 * HOUR)
    there = stay("VVO", UNSEEN_DOWN + 30 * MINUTE, UNSEEN_UP)
    desk.publish(report for report in there if report.last_contact < UNSEEN_DOWN + 6 * HOUR)
    desk.look_up()
    desk.watch(UNSEEN_DOWN + 6 * HOUR, UNSEEN_DOWN + 30 * HOUR)
    [right] = desk.store.visits(icao24s=[ICAO24])
    assert right.airport is not None
    assert (right.airport.iata, right.is_open) == ("VVO", True)
    track = desk.store.tracks()[ICAO24]
    assert track.visit is not None
    assert (track.visit.id, track.phase) == (right.id, "ground")
    assert right.id != wrong.id


def test_a_flight_that_went_on(desk: Desk) -> None:
    """Heard flying without a pause where it was said to have landed, it did not; where it came down later is not made up."""
    desk.watch(UNSEEN_DOWN - HOUR, UNSEEN_DOWN + 6 * HOUR)
    wrong = inferred(desk)
    desk.now = instant(UNSEEN_DOWN + 6 * HOUR)
    flight = stay("VVO", UNSEEN_DOWN + HOUR, UNSEEN_UP)
    on = [r for r in flight if not r.on_ground and r.last_contact < UNSEEN_DOWN + HOUR]
    begun = [r for at in range(UNSEEN_DOWN - HOUR, on[0].last_contact, MINUTE) if (r := sent(FLIGHTS[0], at, is_heard))]
    cruising = [
        parked("VVO", at, icao24=ICAO24, on_ground=False, velocity=230.0, baro_altitude=10_000.0, latitude=47.0)
        for at in range(begun[-1].last_contact + MINUTE, on[0].last_contact, MINUTE)
    ]
    desk.publish([*begun, *cruising, *on[:-8]])
    assert [visit.id for visit in desk.look_up().taken_back] == [wrong.id]
    assert desk.told()[0] == ("retraction", "FNJ")
    assert desk.store.visits(icao24s=[ICAO24]) == []


@pytest.mark.parametrize("heard", ["nothing", "as much as polls"])
def test_traces_that_show_nothing(desk: Desk, heard: str) -> None:
    """What they only infer, and a silence, change nothing."""
    desk.watch(UNSEEN_DOWN - HOUR, UNSEEN_UP + HOUR)
    before = inferred(desk)
    seen = (sent(f, at, is_heard) for at in range(UNSEEN_DOWN - HOUR, UNSEEN_UP + HOUR, MINUTE) for f in FLIGHTS)
    desk.publish(() if heard == "nothing" else (r for r in seen if r is not None))
    assert desk.look_up() == Looked(told_nothing=1)
    assert inferred(desk) == before
    assert desk.told() == []


def quietly(desk: Desk, at: int) -> list[str]:
    """Look up as a quiet poll does; give what was asked of the aircraft."""
    before, desk.now = len(desk.server.asked_for(ICAO24)), instant(at)
    source = AdsbLolTraces(desk.server.origin, pause=lambda _: None)
    look_up_some(desk.knowledge, WATCHLIST, lambda: source, lambda: desk.now, desk.said.append)
    return desk.server.asked_for(ICAO24)[before:]


def test_quiet_polls_look_it_up(desk: Desk) -> None:
    """A day a poll, once the day is written, and nothing more than once; what turns out wrong is told by the next poll."""
    desk.watch(UNSEEN_DOWN - HOUR, UNSEEN_UP + HOUR)
    day = UNSEEN_DOWN // DAY_S * DAY_S
    assert quietly(desk, day + DAY_S + HOUR) == []
    after = day + 4 * DAY_S
    desk.publish(stay("VVO", UNSEEN_DOWN + 30 * MINUTE, UNSEEN_DOWN + 20 * HOUR))
    asked = [quietly(desk, after + number * 5 * MINUTE) for number in range(4)]
    assert [len({*each}) for each in asked] == [1, 1, 0, 0]
    assert ("retraction", "FNJ") in desk.told()
    [right] = desk.store.visits(icao24s=[ICAO24])
    assert right.arrival.basis == "observed"
    assert quietly(desk, after + 3 * HOUR) == []


def test_traces_that_came_for_another_question_are_looked_at(desk: Desk) -> None:
    """By the next quiet poll, once. A look-up that was killed leaves them so too."""
    desk.watch(UNSEEN_DOWN - HOUR, UNSEEN_UP + HOUR)
    after = UNSEEN_DOWN // DAY_S * DAY_S + 4 * DAY_S
    desk.now = instant(after)
    desk.publish(stay("VVO", UNSEEN_DOWN + 30 * MINUTE, UNSEEN_DOWN + 20 * HOUR))
    desk.ask([Span(desk.now - timedelta(days=6), desk.now)])
    archive_unarchived([ICAO24], desk.knowledge, desk.now)
    inferred(desk)
    assert quietly(desk, after + HOUR) == []
    assert ("retraction", "FNJ") in desk.told()
    said = [*desk.said]
    quietly(desk, after + 3 * HOUR)
    assert desk.said == said


def test_a_landing_that_is_decided_late(desk: Desk) -> None:
    """After its day's traces were compared with another landing: a quiet poll looks it up too, and asks nothing."""
    desk.watch(UNSEEN_DOWN - HOUR, UNSEEN_UP + HOUR)
    after = UNSEEN_DOWN // DAY_S * DAY_S + 4 * DAY_S
    desk.now = instant(after)
    desk.publish(stay("VVO", UNSEEN_DOWN + 30 * MINUTE, UNSEEN_DOWN + 20 * HOUR))
    for number in range(3):
        quietly(desk, after + number * 5 * MINUTE)
    [right] = desk.store.visits(icao24s=[ICAO24])
    came = instant(UNSEEN_DOWN + 10 * MINUTE)
    late = replace(
        right, id="late", landing=None, airport=Place("ZKPY", "FNJ", "Pyongyang"), latitude=39.2, longitude=125.7
    )
    late = replace(late, arrival=Moment(came, came, came + timedelta(minutes=9), "inferred", 0.9), departure=None)
    desk.store.commit(PollChanges({}, frozenset(), (), (late,)), PollRecord(desk.now, None, "late"))
    assert quietly(desk, after + 2 * HOUR) == []
    found = desk.store.visit("late")
    assert found is not None
    assert found.retracted_at is not None
    assert desk.store.visits(icao24s=[ICAO24]) == [right]


def test_how_far_it_is_with_looking_up(desk: Desk) -> None:
    """What waits, what came of it last, and how adsb.lol answered: for people, and for monitors."""
    desk.watch(UNSEEN_DOWN - HOUR, UNSEEN_UP + HOUR)
    day = UNSEEN_DOWN // DAY_S * DAY_S
    desk.now = instant(day + DAY_S + HOUR)
    assert look_up_rows(desk) == [
        ("waiting", "1 inferred landing: of a day whose traces are not written yet"),
        ("adsb.lol", "not asked yet"),
    ]
    after = day + 4 * DAY_S
    desk.now = instant(after)
    desk.publish(heard_by_all())
    assert look_up_rows(desk)[0] == ("waiting", "1 inferred landing: 2 traces to ask for")
    desk.server.faulty_days = dict.fromkeys(desk.server.days, status(403))
    quietly(desk, after)
    assert look_up_rows(desk)[1] == (
        "adsb.lol",
        "never answered; less than 1 min ago: 127.0.0.1 refuses this network address (403); ask from another network",
    )
    desk.server.faulty_days = {}
    for number in range(2):
        quietly(desk, after + 2 * HOUR + number * 5 * MINUTE)
    assert look_up_rows(desk) == [
        ("nothing waits", "no inferred landing is left to look up"),
        ("last confirmed", "RA-86559 at Pyongyang FNJ, landed 2023-09-26 01:53 UTC; looked up less than 1 min ago"),
        ("adsb.lol", "answered less than 1 min ago"),
    ]
    [visit] = desk.store.visits(icao24s=[ICAO24])
    told = traces(look_ups(desk.store, WATCHLIST, desk.now))
    assert (told.waiting, told.too_new, told.traces, told.answered) == (0, 0, 0, desk.now)
    assert told.last == LastLookUp(visit.id, ICAO24, "RA-86559", "ZKPY", "confirmed", desk.now)
    assert (told.failed, told.why) == (
        instant(after),
        "127.0.0.1 refuses this network address (403); ask from another network",
    )


def look_up_rows(desk: Desk) -> list[tuple[str, str]]:
    return [*group(look_ups(desk.store, WATCHLIST, desk.now), AIRPORTS, desk.now).rows]


def test_who_does_not_answer_is_left_alone_for_an_hour(desk: Desk) -> None:
    desk.watch(UNSEEN_DOWN - HOUR, UNSEEN_UP + HOUR)
    after = UNSEEN_UP // DAY_S * DAY_S + 2 * DAY_S
    desk.publish(())
    desk.server.faulty_days = dict.fromkeys(desk.server.days, status(403))
    assert len(quietly(desk, after)) == 1
    assert "refuses this network address (403)" in desk.said[-1]
    assert quietly(desk, after + HOUR // 2) == []
    assert len(quietly(desk, after + HOUR + MINUTE)) == 1


@pytest.mark.parametrize(
    ("confirmed", "back", "nothing", "said"),
    [
        (2, 1, 1, "adsb.lol on 4 inferred landings: 2 confirmed, 1 taken back, nothing seen of 1"),
        (1, 0, 0, "adsb.lol on 1 inferred landing: 1 confirmed"),
        (0, 2, 0, "adsb.lol on 2 inferred landings: 2 taken back"),
        (0, 0, 1, "adsb.lol on 1 inferred landing: nothing seen of it"),
        (0, 0, 3, "adsb.lol on 3 inferred landings: nothing seen of them"),
        (0, 0, 0, "no inferred landing of the last 45 days is left to look up"),
    ],
)
def test_what_is_said_of_a_look_up(confirmed: int, back: int, nothing: int, said: str) -> None:
    assert looked_line(Looked(confirmed * (visit(),), back * (visit(),), nothing)) == said
