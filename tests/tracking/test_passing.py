"""Airframes that are followed for their callsign: from when they are heard with it until they have left where they landed."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace
from state_vectors import (
    AIRPORTS,
    DAY,
    HOUR,
    ICAO24,
    MINUTE,
    NOON,
    arrival,
    departure,
    parked,
    report,
    sent,
    told,
    visitor,
    watched,
)

from flightwatch.alerting.cycle import with_passing
from flightwatch.app.alert_context import alert_of
from flightwatch.app.replay import replay
from flightwatch.core.model import WORLD, Event, Icao24, Identity, Poll, StateVector, instant
from flightwatch.core.selectors import Picked, Selector
from flightwatch.core.watched import WatchedAircraft, WatchedCallsign
from flightwatch.storage.outbox import Outbox
from flightwatch.storage.store import Store
from flightwatch.tracking.following import FORGET_S
from flightwatch.tracking.passing import has_left
from flightwatch.watchlist.model import PrintChannel, Routing, Watchlist
from flightwatch.wording.sentence import sentence

RSD = Watchlist(callsigns=(WatchedCallsign(Picked(Selector(callsign="RSD*")), tags=("state",)),))
LANDED = ("landing", "observed", "LSZH")
LEFT = ("departure", "observed", "LSZH")


def poll(at: int, *vectors: StateVector | None, identities: Mapping[Icao24, Identity] = {}) -> Poll:
    # Somebody else is always heard, so that a silence is one.
    other = report(at, icao24="3c6444", callsign="DLH1    ")
    return Poll(instant(at), (*filter(None, vectors), other), WORLD, identities=identities)


def called(vector: StateVector | None, callsign: str | None) -> StateVector | None:
    return None if vector is None else replace(vector, callsign=callsign)


def a_day(arriving: str | None, leaving: str | None, *, stay_s: int = 3 * HOUR) -> Iterator[Poll]:
    """Polls of one airframe that lands at Zurich at noon, stands there, and leaves, with these callsigns."""
    there, away = arrival("ZRH", NOON), departure("ZRH", NOON + stay_s)
    for at in range(NOON - 40 * MINUTE, NOON, MINUTE):
        yield poll(at, called(sent(there, at), arriving))
    for at in range(NOON, NOON + stay_s, 10 * MINUTE):
        yield poll(at, parked("ZRH", at, callsign=arriving))
    for at in range(NOON + stay_s, NOON + stay_s + 30 * MINUTE, MINUTE):
        yield poll(at, called(sent(away, at), leaving))


def events(polls: Iterable[Poll], watchlist: Watchlist = RSD, store: Store | None = None) -> list[Event]:
    return list(replay(polls, watchlist, AIRPORTS, store))


@pytest.mark.parametrize("leaving", ["RSD124  ", "SWR1    ", None])
def test_it_is_followed_until_it_has_left(leaving: str | None) -> None:
    """Also where it leaves as another, so that the stay has an end."""
    assert told(events(a_day("RSD123  ", leaving))) == [LANDED, LEFT]


@pytest.mark.parametrize("callsign", ["SWR1    ", None, "", "RS", "RSD\x1b[1m"])
def test_nobody_else_is_followed(callsign: str | None) -> None:
    assert events(a_day(callsign, callsign)) == []


def test_one_that_takes_the_callsign_later_is_followed_from_then_on() -> None:
    assert told(events(a_day("SWR1    ", "RSD1    "))) == []
    on_the_way = (
        poll(
            each.at.timestamp().__round__(),
            *(
                replace(v, callsign="RSD1") if v.icao24 == ICAO24 and each.at.timestamp() > NOON - 10 * MINUTE else v
                for v in each.vectors[:-1]
            ),
        )
        for each in a_day("SWR1", "SWR1")
    )
    assert told(events(on_the_way)) == [LANDED, LEFT]


def test_what_more_is_asked_of_it_must_hold() -> None:
    swiss = WatchedCallsign(Picked(Selector(country="CH", callsign="RSD*")))
    russian = WatchedCallsign(Picked(Selector(country="RU", callsign="RSD*")))
    assert events(a_day("RSD1", "RSD1"), Watchlist(callsigns=(russian,))) == []
    assert len(events(a_day("RSD1", "RSD1"), Watchlist(callsigns=(russian, swiss)))) == 2


def test_it_is_forgotten_when_nobody_has_heard_of_it_for_days(tmp_path: Path) -> None:
    """As a stranger is; until then its silence is one."""
    cruise = [poll(NOON + n * MINUTE, report(NOON + n * MINUTE, callsign="RSD1")) for n in range(3)]
    silence = [poll(NOON + n * HOUR) for n in range(1, 80)]
    with Store(tmp_path / "a.db") as store:
        events([*cruise, *silence[:60]], store=store)
        assert [a.icao24 for a in with_passing(RSD, store.tracks()).aircraft] == [ICAO24]
        assert silence[-1].at.timestamp() - NOON > FORGET_S
        events(silence[60:], store=store)
        assert store.tracks() == {}


def test_after_it_has_left_as_another_it_is_on_no_list(tmp_path: Path) -> None:
    with Store(tmp_path / "a.db") as store:
        polls = [*a_day("RSD1", "SWR1")]
        events(polls[:55], store=store)
        (standing,) = with_passing(RSD, store.tracks()).aircraft
        assert (standing.icao24, standing.label, standing.tags) == (ICAO24, "flying as RSD1", ("state",))
        events(polls[55:], store=store)
        assert with_passing(RSD, store.tracks()).aircraft == ()
        later = NOON + DAY
        events([poll(later, called(parked("GVA", later), "SWR1"))], store=store)
        assert ICAO24 not in store.tracks()


@pytest.mark.parametrize(("callsign", "is_gone"), [("RSD124", False), ("SWR1", True), (None, True)])
def test_it_has_not_left_for_good_while_it_flies_as_that(callsign: str | None, *, is_gone: bool) -> None:
    """What it sent last counts."""
    standing = replace(visitor().track, flying_as="callsign:RSD*", callsign="RSD123")
    flying = replace(standing, visit=None, callsign=callsign)
    assert has_left(standing, flying, RSD.watched) is is_gone
    assert not has_left(standing, standing, RSD.watched)
    assert has_left(standing, flying, Watchlist().watched)  # the entry is on the watchlist no more


def test_one_on_the_list_stays_what_it_is() -> None:
    both = replace(RSD, aircraft=(WatchedAircraft(ICAO24, "HB-ABC", "given", "mine"),))
    assert told(events(a_day("RSD1", "SWR1"), both)) == [LANDED, LEFT]
    assert with_passing(both, {}).aircraft == both.aircraft


def test_its_tags_decide_where_it_is_told(tmp_path: Path) -> None:
    """Those of its entry, as if it were listed: also of its departure as another."""
    to_state = replace(RSD, notify=(PrintChannel(Routing(only=("tag:state",))),))
    to_others = replace(RSD, notify=(PrintChannel(Routing(only=("tag:other",))),))
    for watchlist, count in ((to_state, 2), (to_others, 0)):
        with Store(tmp_path / f"{count}.db") as store:
            happened = [event.id for event in events(a_day("RSD1", "SWR1"), watchlist, store)]
            assert len(happened) == 2
            assert sum(map(len, Outbox(store).posted(happened).values())) == count


def test_an_alert_says_as_what_it_flies(tmp_path: Path) -> None:
    """The tail number where a rule or a source gives it; else the address."""
    polls = [*a_day("RSD1", "RSD1")][:55]
    with Store(tmp_path / "a.db") as store:
        (landing,) = events(polls, store=store)
        listed = with_passing(RSD, store.tracks())
        assert sentence(alert_of(landing, store, listed, AIRPORTS)).startswith(
            "Aircraft 4b1805 (flying as RSD1) landed"
        )
    told_by = {ICAO24: Identity("HB-JKL", "GLF6")}
    with Store(tmp_path / "b.db") as store:
        (landing,) = events((replace(each, identities=told_by) for each in polls), store=store)
        assert landing.registration == "HB-JKL"
        listed = with_passing(RSD, store.tracks())
        assert sentence(alert_of(landing, store, listed, AIRPORTS)).startswith("HB-JKL (flying as RSD1) landed")


def test_what_a_source_says_of_a_stranger_counts_until_it_has_left() -> None:
    """At an airport that is watched for a type: the source need not say it again."""
    listed = watched("ZRH")
    only = replace(listed.airports[0], picks=(Picked(Selector(kind="GLF6")),))
    listed = replace(listed, airports=(only,))
    polls = [*a_day("X1", "X1")]
    assert events(polls, listed) == []
    identified = [
        replace(p, identities={ICAO24: Identity("HB-JKL", "GLF6")}) if n < 30 else p for n, p in enumerate(polls)
    ]
    assert told(events(identified, listed)) == [LANDED, LEFT]


def test_a_tail_number_that_a_register_tells() -> None:
    """Also of a stranger who was followed before; what a source says counts before it."""

    def tail_of(icao24: Icao24) -> str | None:
        return {ICAO24: "HB-XYZ"}.get(icao24)

    listed = replace(watched("ZRH"), aircraft=(), callsigns=RSD.callsigns)
    polls = [*a_day("RSD1", "RSD1")]
    strangers = [
        replace(p, vectors=tuple(replace(v, callsign="X1") if v.icao24 == ICAO24 else v for v in p.vectors))
        for p in polls[:20]
    ]
    for watchlist in (RSD, listed):
        found = list(replay([*strangers, *polls[20:]], watchlist, AIRPORTS, tail_of=tail_of))
        assert [event.registration for event in found] == ["HB-XYZ", "HB-XYZ"]
    said = [replace(p, identities={ICAO24: Identity("HB-JKL")}) for p in polls]
    assert [event.registration for event in replay(said, RSD, AIRPORTS, tail_of=tail_of)] == ["HB-JKL", "HB-JKL"]
