"""Evidence that polls keep: enough for the same events again, little, of nobody else, and none unasked."""

import json
from pathlib import Path

import msgspec
import pytest
from made_visits import ICAO24, rows, unseen_visit
from made_watchlists import parse
from msgspec.structs import replace
from opensky_server import OpenSkyServer
from proved_visits import EVER, VISITS, WATCHLIST, busy, told_again, watched
from state_vectors import MINUTE, NOON, arrival, sent, told
from two_ears import WATCHLIST as OF_TWO
from two_ears import seen, two_ears, visit_times

from flightwatch.app.evidence_keeping import MOST_BESIDE
from flightwatch.core.model import Event, instant
from flightwatch.errors import WatchlistError
from flightwatch.sources.opensky_states import OpenSky
from flightwatch.storage.evidence import LOOKS, stretches
from flightwatch.storage.pruning import prune, what_goes
from flightwatch.storage.store import Store
from flightwatch.tracking.evidence import Look


def texts(events: list[Event]) -> list[bytes]:
    return [msgspec.json.encode(event) for event in events]


def size(store: Store) -> int:
    with store.reading() as db:
        return int(db.execute("SELECT coalesce(sum(length(start) + length(answers)), 0) FROM evidence").fetchone()[0])


def looks_of(store: Store, icao24: str = ICAO24) -> list[Look]:
    found = stretches(store, icao24, 0, EVER)
    return [look for each in found for look in msgspec.json.decode(each.looks, type=tuple[Look, ...])]


@pytest.mark.parametrize("visit", VISITS)
def test_what_is_kept_comes_to_the_same_events(
    visit: str, server: OpenSkyServer, source: OpenSky, store: Store
) -> None:
    """To the byte, and from a few kilobytes."""
    events = watched(VISITS[visit], server, source, store)
    assert len(events) == 2
    assert texts(told_again(store)) == texts(events)
    assert all(look.is_exact for look in looks_of(store))
    assert size(store) < 5000


def test_two_sources_come_to_the_same_events(tmp_path: Path) -> None:
    """Who heard it, and what both say of it, as they said it."""
    with two_ears(tmp_path, replace(OF_TWO, keeps_evidence=True)) as ears:
        for at in visit_times(30 * MINUTE, 60 * MINUTE, 60 * MINUTE):
            ears.hear(at, seen(at))
            ears.poll(at)
        assert told(ears.events) == [("landing", "observed", "UHWW"), ("departure", "observed", "UHWW")]
        assert texts(told_again(ears.store)) == texts(ears.events)
        heard = [answer for look in looks_of(ears.store) for answer in look.kept.answers if answer.own]
        assert {answer.query.source for answer in heard} == {"OpenSky", "adsb.lol"}
        assert all(look.is_exact for look in looks_of(ears.store))


def test_rows_are_kept_as_they_came(server: OpenSkyServer, source: OpenSky, store: Store) -> None:
    """With who else is heard where a silent aircraft would be, a few of them, and how many they were."""
    watched(busy(unseen_visit()), server, source, store)
    looks = looks_of(store)
    came = {at: heard[0] for at, heard in busy(unseen_visit()) if heard[0][0] == ICAO24}
    heard = [look.kept for look in looks if look.kept.answers[0].own]
    assert [bytes(kept.answers[0].own[0]).decode() for kept in heard] == [json.dumps(came[kept.at]) for kept in heard]
    silent = [look for look in looks if not look.kept.answers[0].own]
    assert all(0 < len(look.kept.answers[0].beside) <= MOST_BESIDE for look in silent)
    assert all(look.kept.answers[0].rows == 400 for look in silent)
    assert any(around.lowest_m is not None for look in silent for around in look.told.around)


def test_nothing_is_kept_of_who_else_is_watched(server: OpenSkyServer, source: OpenSky, store: Store) -> None:
    """Neither an entry of another aircraft, nor a question about it."""
    watched(unseen_visit(), server, source, store)
    kept = b"".join(stretch.start + stretch.looks for stretch in stretches(store, ICAO24, 0, EVER))
    assert b"RA-86559" in kept
    assert not [name for name in (b"P-885", b"7278a5", b"business") if name in kept]


def test_a_flight_of_which_nothing_is_decided_leaves_little(
    server: OpenSkyServer, source: OpenSky, store: Store
) -> None:
    """Of hours in the air, what the last half hour or so needs; the last look before a silence is there in full."""
    flight = arrival("VVO", NOON, icao24=ICAO24)
    times = range(NOON - 45 * MINUTE, NOON - 12 * MINUTE, MINUTE)
    watched([(at, rows(sent(flight, at))) for at in times], server, source, store)
    looks = looks_of(store)
    assert len(looks) <= 2 * LOOKS
    assert looks[-1].kept.at == times[-1]
    assert looks[-1].kept.answers[0].own


def test_nothing_is_kept_unless_it_is_asked(server: OpenSkyServer, source: OpenSky, store: Store) -> None:
    watched(unseen_visit(), server, source, store, replace(WATCHLIST, keeps_evidence=False))
    assert size(store) == 0


def test_nothing_is_kept_where_nothing_moves(server: OpenSkyServer, source: OpenSky, store: Store) -> None:
    """Aircraft that nobody hears, and that nothing more is thought about, cost nothing."""
    watched(unseen_visit()[:12], server, source, store)
    before = size(store)
    later = unseen_visit()[11][0]
    watched([(later + n * 5 * MINUTE, []) for n in range(1, 60)], server, source, store)
    assert size(store) == before


def test_evidence_goes_on_where_it_was_interrupted(server: OpenSkyServer, source: OpenSky, store: Store) -> None:
    """Polls that kept none in between leave a gap, after which the track is kept anew: the events are the same."""
    answers = unseen_visit()
    events = watched(answers[:3], server, source, store)
    events += watched(answers[3:5], server, source, store, replace(WATCHLIST, keeps_evidence=False))
    events += watched(answers[5:], server, source, store)
    assert texts(told_again(store)) == texts(events)
    first, second = stretches(store, ICAO24, 0, EVER)[:2]
    assert first.ends != second.begins


def test_prune_takes_it_with_the_visit(server: OpenSkyServer, source: OpenSky, store: Store) -> None:
    """Not before the visit has ended: its departure rests on it."""
    answers = unseen_visit()
    watched(answers[:-3], server, source, store)
    day = instant(answers[-1][0] + 86_400)
    prune(store, day, with_visits=False)
    assert size(store) > 0
    watched(answers[-3:], server, source, store)
    assert {part.noun: part.rows for part in what_goes(store, day, with_visits=False)}["piece of evidence"] > 0
    prune(store, day, with_visits=False)
    assert size(store) == 0


def test_damage_is_found_and_left_out(server: OpenSkyServer, source: OpenSky, store: Store) -> None:
    """Neither a poll nor a question stumbles over it."""
    answers = unseen_visit()
    watched(answers[:4], server, source, store)
    with store.writing() as db:
        db.execute("UPDATE evidence SET answers = x'00'")
    assert [*store.damages()] == [f"the evidence of '{ICAO24}' does not hold what was written"]
    events = watched(answers[4:], server, source, store)
    assert texts(told_again(store)) == texts(events)
    assert len(events) == 2


@pytest.mark.parametrize(("text", "keeps"), [("true", True), ("false", False)])
def test_the_watchlist_asks_for_it(text: str, *, keeps: bool) -> None:
    assert parse(f"aircraft: [15521f]\nkeep_evidence: {text}\n").keeps_evidence is keeps


def test_another_word_is_a_mistake() -> None:
    with pytest.raises(WatchlistError, match=r"2: keep_evidence: 'maybe' is neither, write true or false"):
        parse("aircraft: [15521f]\nkeep_evidence: maybe\n")
