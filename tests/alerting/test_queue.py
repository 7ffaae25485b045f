"""Who is told what: letters for channels, corrections for those who got the landing, and how long to try."""

from datetime import timedelta

import pytest
from made_visits import PYONGYANG, VLADIVOSTOK, at, landing, left, moment, taken_back, visit
from msgspec.structs import replace

from flightwatch.alerting.queue import LEAST_TRIES, Changes, Letter, Posted, changes, is_hopeless, pause_after
from flightwatch.core.digest_times import DigestTime
from flightwatch.core.model import Event
from flightwatch.core.watched import WatchedAircraft
from flightwatch.watchlist.model import AlertRules, AppriseChannel, EmailChannel, PrintChannel, Routing, Watchlist
from flightwatch.watchlist.wanted import wanted

DESK, LATER, SURE, CORRECTIONS = (
    PrintChannel(),
    PrintChannel(Routing(delay=timedelta(hours=24))),
    PrintChannel(Routing(min_confidence=0.95)),
    PrintChannel(Routing(on=("correction",))),
)
WATCHED = (WatchedAircraft("15521f", "RA-86559", "rule"),)
HAS = Posted(was_begun=True, is_waiting=False)
MAY_HAVE = Posted(was_begun=True, is_waiting=True)
HAS_NOT = Posted(was_begun=False, is_waiting=True)


def told(channel: PrintChannel, *events: Event, posted: Posted | None = None) -> Changes:
    """Decide about events for one channel that got the landing, or is to get it, or neither."""
    became = {} if posted is None else {"landing-1": {"print": posted}}
    return changes(Watchlist(WATCHED, notify=(channel,)), events, (), {}, became)


def letter(event: Event, hours: int = 0) -> Letter:
    return Letter(event, "print", event.detected_at, event.detected_at + timedelta(hours=hours))


@pytest.mark.parametrize(
    ("channel", "letters"),
    [
        (DESK, (letter(landing()), letter(left()))),
        (LATER, (letter(landing(), 24), letter(left(), 24))),
        (SURE, ()),
        (CORRECTIONS, ()),
    ],
    ids=["at once", "later", "not sure enough", "corrections only"],
)
def test_a_landing_and_a_departure(channel: PrintChannel, letters: tuple[Letter, ...]) -> None:
    assert told(channel, landing(), left()) == Changes(letters)


@pytest.mark.parametrize(
    ("posted", "is_corrected"),
    [(HAS, True), (MAY_HAVE, True), (HAS_NOT, False), (None, False)],
    ids=["has it", "may have it", "has it not yet", "never"],
)
@pytest.mark.parametrize("channel", [DESK, LATER, PrintChannel(Routing(on=("landing",)))])
def test_a_retraction(channel: PrintChannel, posted: Posted | None, is_corrected: bool) -> None:
    """Goes at once to whoever has, or may have, the landing, whatever else the channel asks for. What waits is withdrawn."""
    corrections = (letter(taken_back()),) if is_corrected else ()
    assert told(channel, taken_back(), posted=posted) == Changes(corrections, ("visit-1",))


@pytest.mark.parametrize("sure", [0.8, 0.94, 0.999])
def test_a_retraction_is_told_however_sure_it_is(sure: float) -> None:
    """Its confidence is how sure it is that the aircraft was not there; who asks for more must hear of it all the same."""
    back = taken_back(confidence=sure)
    careful = replace(SURE, routing=Routing(min_confidence=1.0))
    assert told(careful, back, posted=HAS) == Changes((letter(back),), ("visit-1",))
    watchlist = Watchlist(WATCHED, notify=(careful,), alerts=AlertRules(min_confidence=1.0))
    assert wanted(watchlist, back)
    renamed = changes(watchlist, [back], (), {}, {"landing-1": {"email:a@example.org": HAS}})
    assert renamed.letters == (letter(back),)


@pytest.mark.parametrize(("posted", "is_told"), [(HAS, True), (HAS_NOT, False)])
def test_a_channel_for_corrections(posted: Posted, is_told: bool) -> None:
    """Hears of those that somebody else must be told."""
    found = changes(
        Watchlist(WATCHED, notify=(CORRECTIONS,)), [taken_back()], (), {}, {"landing-1": {"email:desk": posted}}
    )
    assert found.letters == ((letter(taken_back()),) if is_told else ())


def mail(*to: str) -> EmailChannel:
    return EmailChannel(to, "watch@example.net", "smtp://mail.example.org")


LACKED_BY_B = Posted(was_begun=True, is_waiting=True, lacking=("b",))


@pytest.mark.parametrize(
    ("posted", "channel", "told"),
    [
        ({"email:a,b,c": LACKED_BY_B}, mail("a", "b", "c"), [("a", "c")]),
        ({"email:b": LACKED_BY_B}, mail("b"), []),
        ({"email:a,b": LACKED_BY_B}, mail("a", "b", "c"), [("a", "c")]),
        ({"email:a,b": LACKED_BY_B}, mail("a"), [()]),
        ({"email:a,b": LACKED_BY_B, "email:b,c": HAS}, mail("a", "b", "c"), [()]),
        ({"email:a,b": LACKED_BY_B}, replace(mail("b"), routing=Routing(on=("correction",))), [()]),
    ],
    ids=[
        "one",
        "the only one",
        "of a channel renamed since",
        "who is gone",
        "who has it elsewhere",
        "who asks for corrections",
    ],
)
def test_who_lacks_the_landing_gets_no_correction(
    posted: dict[str, Posted], channel: EmailChannel, told: list[tuple[str, ...]]
) -> None:
    """The others of the channel do."""
    found = changes(Watchlist(WATCHED, notify=(channel,)), [taken_back()], (), {}, {"landing-1": posted})
    assert [(letter.channel, letter.readers) for letter in found.letters] == [(channel.name, to) for to in told]


SEEN = moment("2023-09-26T01:52")


@pytest.mark.parametrize(
    ("channel", "known", "posted", "is_told"),
    [
        (SURE, visit(arrival=SEEN), {}, True),
        (SURE, visit(arrival=replace(SEEN, basis="inferred", confidence=0.96), departure=None), {}, True),
        (SURE, visit(arrival=replace(SEEN, basis="inferred", confidence=0.94)), {}, False),
        (SURE, visit(arrival=SEEN, retracted_at=at("2023-09-26T02:20")), {}, False),
        (SURE, visit(arrival=SEEN), {"print": HAS}, False),
        (DESK, visit(arrival=SEEN), {}, False),
    ],
    ids=["seen", "surer", "not sure enough", "taken back", "told before", "a channel that would have been told"],
)
def test_a_landing_that_becomes_surer(
    channel: PrintChannel, known: object, posted: dict[str, Posted], is_told: bool
) -> None:
    """Reaches the channel that waits for it, once."""
    watchlist = Watchlist(WATCHED, notify=(channel,))
    found = changes(watchlist, (), (known,), {"landing-1": landing()}, {"landing-1": posted})  # type: ignore[arg-type]
    assert found == Changes((letter(landing()),) if is_told else ())


def test_where_nobody_watches_nothing_is_told() -> None:
    """A landing that turns out to be at another place than the watchlist asks about."""
    elsewhere = (replace(WATCHED[0], at=("ZKPY",)),)
    at_vvo = visit(arrival=SEEN, airport=VLADIVOSTOK)
    known = {"landing-1": landing(airport=PYONGYANG)}
    assert changes(Watchlist(elsewhere, notify=(SURE,)), (), (at_vvo,), known, {}) == Changes()


@pytest.mark.parametrize(("failures", "minutes"), [(1, 0), (2, 5), (3, 15), (4, 60), (5, 240), (50, 240)])
def test_pauses_grow(failures: int, minutes: int) -> None:
    assert pause_after(failures) == timedelta(minutes=minutes)


@pytest.mark.parametrize(("days", "tries", "is_over"), [(2.9, 20, False), (3, LEAST_TRIES, True), (9, 1, False)])
def test_given_up_after_three_days(days: float, tries: int, is_over: bool) -> None:
    """Of trying: a laptop that slept over a long weekend has not."""
    due = at("2023-09-26T02:10")
    assert is_hopeless(due, due + timedelta(days=days), tries) == is_over


def test_a_channel_that_was_renamed() -> None:
    """As by one more reader: those who have the landing get its correction under the new name."""
    known = {"landing-1": {"email:a@example.org": HAS}}
    found = changes(Watchlist(WATCHED, notify=(DESK,)), [taken_back()], (), {}, known)
    assert found.letters == (letter(taken_back()),)


def test_a_delayed_channel_takes_nothing_back_that_it_never_said() -> None:
    """Though it asks for corrections, and another channel has the landing."""
    public = AppriseChannel(
        "tgram://x", "apprise:tgram:1", Routing(on=("landing", "correction"), delay=timedelta(hours=24))
    )
    posted = {"landing-1": {"print": HAS, "apprise:tgram:1": HAS_NOT}}
    found = changes(Watchlist(WATCHED, notify=(DESK, public)), [taken_back()], (), {}, posted)
    assert found == Changes((letter(taken_back()),), ("visit-1",))


def test_a_service_that_says_how_long_to_wait() -> None:
    """That is heeded where it is longer than the pause, up to the longest pause of all."""
    minute = timedelta(minutes=1)
    assert pause_after(1, 2 * minute) == 2 * minute
    assert pause_after(3, 2 * minute) == 15 * minute
    assert pause_after(1, timedelta(days=300)) == pause_after(99)
    assert pause_after(1, -minute) == timedelta(0)


@pytest.mark.parametrize(
    ("delay_min", "posted", "is_told"),
    [(0, HAS_NOT, True), (20, HAS_NOT, False), (0, None, False), (0, HAS, True)],
    ids=["waits for the digest", "its delay is not over", "never routed here", "was in an earlier digest"],
)
def test_a_retraction_before_the_digest(delay_min: int, posted: Posted | None, is_told: bool) -> None:
    """A digest tells of what was thought meanwhile, but not of what a delay was there to keep back. The landing is withdrawn."""
    routing = Routing(digest=DigestTime(7, 0), delay=timedelta(minutes=delay_min))
    became = {} if posted is None else {"landing-1": {"print": posted}}
    watchlist = Watchlist(WATCHED, notify=(PrintChannel(routing),))
    back = taken_back(detected_at=landing().detected_at + timedelta(minutes=15))
    found = changes(watchlist, [back], (), {"landing-1": landing()}, became)
    assert found == Changes((letter(back),) if is_told else (), ("visit-1",))


def test_a_landing_that_becomes_surer_after_a_digest() -> None:
    """It is due when that is known, and waits for the next one, however old it is."""
    at_the_poll = landing().detected_at + timedelta(hours=30)
    known, watchlist = visit(arrival=SEEN), Watchlist(WATCHED, notify=(SURE,))
    [found] = changes(watchlist, (), (known,), {"landing-1": landing()}, {"landing-1": {}}, now=at_the_poll).letters
    assert (found.queued_at, found.due_at) == (landing().detected_at, at_the_poll)
