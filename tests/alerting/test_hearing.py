"""Which sources of a poll listened, and what is told of one that does not for long."""

from datetime import timedelta

from made_visits import at

from flightwatch.alerting.blindness import Blindness, blind_id
from flightwatch.alerting.deafness import SourceState, failed, is_paused, listened, source_news
from flightwatch.alerting.hearing import hearing
from flightwatch.alerting.notices import blindness_text, subject_line
from flightwatch.core.model import OPENSKY, WORLD, Answered, Coverage, Poll, Query
from flightwatch.tracking.listening import Memory, Usual

NOW = at("2026-01-10T12:00")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LOL = "adsb.lol"
NAMED = Query(icao24s=("15521f",), source=LOL)


def poll(source: str, rows: int, time: timedelta = timedelta(0)) -> Poll:
    query = Query() if source == OPENSKY else NAMED
    return Poll(
        NOW + time, (), WORLD if source == OPENSKY else Coverage(), answered=(Answered(query, rows),), sources=(source,)
    )


def usual(opensky: int, lol: int) -> dict[Query, Usual]:
    before = round((NOW - MINUTE).timestamp())
    return {Query(): Usual((opensky,), before), NAMED: Usual((lol,), before)}


def test_each_is_judged_by_itself() -> None:
    heard = hearing(Memory(usual(8000, 6)), [poll(OPENSKY, 3), poll(LOL, 6)], is_alone=False)
    assert heard.asked == (LOL,)
    assert heard.deaf == {
        OPENSKY: "OpenSky answered with 3 aircraft in the whole world where some 8,000 are usual: something is wrong there, so "
        "this answer is not used"
    }
    assert heard.why is None


def test_beside_others_few_are_judged_too() -> None:
    """Six that are gone at once are missed where another source listens; where it is alone, they may all have landed."""
    both = [poll(OPENSKY, 8000), poll(LOL, 0)]
    assert [*hearing(Memory(usual(8000, 6)), both, is_alone=False).deaf] == [LOL]
    assert hearing(Memory(usual(8000, 6)), [poll(LOL, 0)]).deaf == {}


def test_one_that_stands_still() -> None:
    last = {LOL: NOW}
    assert [*hearing(Memory(), [poll(OPENSKY, 1, MINUTE), poll(LOL, 1)], last=last, is_alone=False).deaf] == [LOL]
    assert hearing(Memory(), [poll(LOL, 1, MINUTE)], last=last, is_alone=False).deaf == {}
    # Its clock was set back.
    assert hearing(Memory(), [poll(LOL, 1, -2 * HOUR)], last=last, is_alone=False).deaf == {}


def test_none_listened_or_not_one_that_is_required() -> None:
    polls = [poll(OPENSKY, 3), poll(LOL, 6)]
    required = hearing(Memory(usual(8000, 6)), polls, required={OPENSKY}, is_alone=False)
    assert required.by_source == {}
    assert required.why is not None
    assert required.why.startswith("OpenSky answered with 3")
    neither = hearing(Memory(usual(8000, 60)), [*polls[:1], poll(LOL, 0)], is_alone=False)
    assert neither.why is not None
    assert "; adsb.lol answered with 0 aircraft of those asked for by name" in neither.why


def test_deaf_and_heard_again_are_told_once() -> None:
    known = {OPENSKY: listened(SourceState(OPENSKY), NOW, NOW, 8000, 0)}
    told, said = list[Blindness](), list[str]()
    for minutes in range(5, 200, 5):
        now = NOW + minutes * MINUTE
        was = known[OPENSKY]
        is_now = failed(was, now, now, "503") if minutes < 150 else listened(was, now, now, 8000, 0)
        found = source_news(known, {OPENSKY: is_now}, now, HOUR)
        known = {state.name: state for state in found.states}
        told += found.news
        said += found.lines
    assert [(each.detected_at - NOW, each.source) for each in told] == [(65 * MINUTE, OPENSKY), (150 * MINUTE, OPENSKY)]
    assert blind_id(told[1]) == told[0].id
    assert [subject_line(each) for each in told] == [
        "OpenSky does not listen: nothing from it since 2026-01-10 12:05 UTC",
        "OpenSky listens again: it did not 12:05-14:30 UTC on 10 January 2026, for 2 h 25 min",
    ]
    assert [blindness_text(each).splitlines()[-1] for each in told] == ["The last failure: 503"] * 2
    assert said == [
        "503; other sources are heard, and until OpenSky is too this is not said again",
        "OpenSky is heard again, after 2 h 30 min",
    ]


def test_a_short_failure_reaches_no_reader() -> None:
    was = failed(SourceState(LOL, good_at=NOW), NOW, NOW, "503")
    found = source_news({LOL: SourceState(LOL)}, {LOL: was}, NOW + 30 * MINUTE, HOUR)
    again = source_news({LOL: found.states[0]}, {LOL: listened(found.states[0], NOW, NOW, 3, 0)}, NOW, HOUR)
    assert (found.news, again.news, len(found.lines), len(again.lines)) == ((), (), 1, 1)


def test_a_pause_ends_also_where_the_clock_was_set_back() -> None:
    paused = failed(SourceState(LOL), NOW, NOW, "429", HOUR)
    assert is_paused(paused, NOW + 59 * MINUTE)
    assert not is_paused(paused, NOW + HOUR)
    assert not is_paused(paused, NOW - MINUTE)
