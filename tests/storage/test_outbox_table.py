"""The outbox in the database: what waits, for how long, and what became of it."""

import pytest
from made_visits import landing, left, taken_back
from msgspec.structs import replace
from waiting_alerts import HOUR, MINUTE, NOW, blind, post, waiting

from flightwatch.alerting.attempts import QueuedAlert
from flightwatch.alerting.blindness import Blindness, regained
from flightwatch.alerting.queue import LEAST_TRIES, PATIENCE, Changes, Letter, Posted
from flightwatch.errors import DamagedRow
from flightwatch.storage.letters import apply
from flightwatch.storage.outbox import Outbox, Undelivered
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.store import Store
from flightwatch.tracking.advance_all import PollChanges


def test_oldest_first(store: Store) -> None:
    outbox = post(store, left(), landing(), channels=("print", "email:a"))
    first, *_ = outbox.due(NOW)
    assert first == QueuedAlert(1, "departure-1", "print", NOW, 0)
    assert waiting(outbox) == [
        (channel, event, 0) for event in ("departure-1", "landing-1") for channel in ("print", "email:a")
    ]


def test_the_same_alert_is_queued_once(store: Store) -> None:
    for _ in range(2):
        outbox = post(store, landing())
    assert waiting(outbox) == [("print", "landing-1", 0)]


def test_what_was_delivered_before_does_not_wait(store: Store) -> None:
    outbox = post(store, landing(), is_delivered=True)
    assert (waiting(outbox), outbox.posted(["landing-1"])) == ([], {"landing-1": {"print": Posted(True, False)}})


def test_a_delay(store: Store) -> None:
    outbox = post(store, landing(), delay=24 * HOUR)
    assert waiting(outbox, 23 * HOUR) == []
    assert waiting(outbox, 24 * HOUR) == [("print", "landing-1", 0)]


def test_what_is_delivered_is_over(store: Store) -> None:
    outbox = post(store, landing())
    outbox.begin(outbox.due(NOW), NOW)
    assert outbox.posted(["landing-1"])["landing-1"]["print"] == Posted(was_begun=True, is_waiting=True)
    outbox.end(outbox.due(NOW), NOW)
    assert (waiting(outbox, 100 * HOUR), outbox.undelivered(NOW)) == ([], [])
    assert outbox.posted(["landing-1", "x"]) == {"landing-1": {"print": Posted(True, False)}, "x": {}}


def test_growing_pauses_of_a_channel(store: Store) -> None:
    """What comes meanwhile waits with what waits; the pauses begin anew when it works."""
    outbox = post(store, landing(), channels=("email:a", "print"))
    waits = []
    for number in range(4):
        outbox.pause("email:a", NOW)
        post(store, landing(id=f"landing-{number + 2}"), channels=("email:a",))
        waits.append(
            next(
                m for m in range(0, 300, 5) if any(channel == "email:a" for channel, *_ in waiting(outbox, m * MINUTE))
            )
        )
    assert (waits, waiting(outbox)) == ([0, 5, 15, 60], [("print", "landing-1", 0)])
    assert outbox.has_failed("email:a")
    outbox.resume("email:a")
    assert (len(waiting(outbox)), outbox.has_failed("email:a")) == (6, False)
    assert outbox.pause("email:a", NOW) == NOW


def test_a_pause_that_is_ended(store: Store) -> None:
    """All is tried at once, what is not due yet excepted, and the pauses begin anew; another channel's go on."""
    outbox = post(store, landing(), left(), channels=("email:a", "email:b"))
    post(store, landing(id="landing-2"), channels=("email:a",), delay=HOUR)
    for channel in ("email:a", "email:b"):
        for _ in range(3):
            until = outbox.pause(channel, NOW)
        outbox.fail([alert for alert in outbox.due(NOW) if alert.channel == channel], NOW, "down", until)
    assert outbox.end_pause("email:a", NOW) == 2
    assert {channel for channel, *_ in waiting(outbox)} == {"email:a"}
    assert outbox.has_failed("email:a")
    assert outbox.pause("email:a", NOW) == NOW


def test_growing_pauses_of_an_alert(store: Store) -> None:
    """At once by the next poll, then later and later; a new alert for the channel takes the old one along."""
    outbox = post(store, landing(), channels=("email:a",))
    waits = []
    for _ in range(4):
        outbox.fail(outbox.due(NOW + 100 * HOUR), NOW, "refused")
        waits.append(next(m for m in range(0, 300, 5) if waiting(outbox, m * MINUTE)))
    assert waits == [0, 5, 15, 60]
    post(store, left(), channels=("email:a",))
    assert waiting(outbox) == [("email:a", "landing-1", 4), ("email:a", "departure-1", 0)]


def test_given_up(store: Store) -> None:
    """After three days of trying, which is remembered for whoever looks."""
    outbox = post(store, landing(), left(), channels=("email:a",))
    for _ in range(LEAST_TRIES - 1):
        assert outbox.fail(outbox.due(NOW + 2 * PATIENCE), NOW + PATIENCE - MINUTE, "refused") == []
    old = outbox.due(NOW + 2 * PATIENCE)
    assert outbox.undelivered(NOW) == [Undelivered("email:a", 2, 0, "refused")]
    assert outbox.fail(old[:1], NOW + PATIENCE, "refused again") == old[:1]
    assert outbox.undelivered(NOW) == [Undelivered("email:a", 1, 1, "refused again")]
    assert outbox.undelivered(NOW + 2 * PATIENCE) == [Undelivered("email:a", 1, 0, "refused")]
    assert waiting(outbox, 2 * PATIENCE) == [("email:a", "departure-1", LEAST_TRIES - 1)]


def test_what_some_readers_lack(store: Store) -> None:
    """Who they are is kept, also when nobody got it meanwhile, until they are fewer."""
    outbox = post(store, landing(), left(), channels=("email:a,b,c",))
    first, second = outbox.due(NOW)
    outbox.fail([replace(first, readers=("b", "c")), second], NOW, "refused")
    outbox.fail(outbox.due(NOW), NOW, "nobody listens")
    first, second = outbox.due(NOW + HOUR)
    assert (first.readers, second.readers) == (("b", "c"), ())
    outbox.fail([replace(first, readers=("c",))], NOW, "refused")
    assert outbox.due(NOW + HOUR)[0] == QueuedAlert(1, "landing-1", "email:a,b,c", NOW, 3, None, ("c",))


@pytest.mark.parametrize(
    ("new", "readers"),
    [
        ("email:a,b,c,d", ("b", "c")),
        ("email:c,b", ("b", "c")),
        ("email:a,b", ("b",)),
        ("email:a,x,c", ("c", "x")),
        ("email:x,y", ("x", "y")),
    ],
    ids=["one more", "in another order", "one less", "one corrected", "all others"],
)
def test_what_some_readers_lack_of_a_renamed_channel(new: str, readers: tuple[str, ...], store: Store) -> None:
    """Goes to those of them who are left, and where one is not, to those who are new; what all lack, to all."""
    outbox = post(store, landing(), left(), channels=("email:a,b,c",))
    first, second = outbox.due(NOW)
    outbox.fail([replace(first, readers=("b", "c")), second], NOW, "refused")
    outbox.rename("email:a,b,c", new, NOW)
    assert [(alert.channel, alert.readers) for alert in outbox.due(NOW)] == [(new, readers), (new, ())]


def test_what_those_lack_who_are_gone(store: Store) -> None:
    """It is not delivered: nobody has it more than before."""
    outbox = post(store, landing(), channels=("email:a,b",))
    outbox.fail([replace(outbox.due(NOW)[0], readers=("b",))], NOW, "refused")
    outbox.rename("email:a,b", "email:a", NOW + HOUR)
    assert (outbox.due(NOW + HOUR), outbox.undelivered(NOW)) == ([], [])
    with store.reading() as db:
        ended = db.execute("SELECT channel, ended, outcome FROM alerts").fetchall()
    assert ended == [("email:a", (NOW + HOUR).timestamp(), "withdrawn")]


def lacking(outbox: Outbox) -> tuple[str, ...]:
    return outbox.posted(["landing-1"])["landing-1"]["email:a,b"].lacking


def test_who_certainly_lacks_it(store: Store) -> None:
    """Whoever was refused, each time: not who an attempt reached, nor who one may have, under way or cut off by a crash."""
    outbox = post(store, landing(), channels=("email:a,b",))
    before = replace(outbox.due(NOW)[0], readers=("b",))
    for _ in range(2):
        outbox.begin([before], NOW)
        assert lacking(outbox) == ()
        outbox.fail([before], NOW, "refused")
        assert lacking(outbox) == ("b",)
    outbox.begin([before], NOW)
    after_a_crash = outbox.due(NOW + HOUR)
    outbox.begin(after_a_crash, NOW + HOUR)
    outbox.fail(after_a_crash, NOW + HOUR, "refused")
    assert (lacking(outbox), outbox.due(NOW + 2 * HOUR)[0].readers) == ((), ("b",))


@pytest.mark.parametrize(("is_in_doubt", "expected"), [(False, ("b",)), (True, ())])
def test_who_lacks_what_was_given_up(is_in_doubt: bool, expected: tuple[str, ...], store: Store) -> None:
    outbox = post(store, landing(), channels=("email:a,b",))
    for _ in range(LEAST_TRIES):
        [alert] = outbox.due(NOW + 2 * PATIENCE)
        given_up = outbox.fail([replace(alert, readers=("b",), is_in_doubt=is_in_doubt)], NOW + PATIENCE, "refused")
    assert (len(given_up), lacking(outbox)) == (1, expected)


def test_a_letter_for_some_readers(store: Store) -> None:
    letter = Letter(landing(), "email:a,b", NOW, NOW, ("a",))
    store.commit(
        PollChanges({}, frozenset(), (landing(),), ()),
        PollRecord(NOW, NOW, "ok"),
        lambda db: apply(db, Changes((letter,))),
    )
    assert Outbox(store).due(NOW) == [QueuedAlert(1, "landing-1", "email:a,b", NOW, 0, None, ("a",))]


def test_what_went_together_stays_together(store: Store) -> None:
    """By the message in which it was first handed over, whenever it is tried again."""
    outbox = post(store, landing(), left())
    outbox.begin(outbox.due(NOW)[1:], NOW)
    outbox.begin(outbox.due(NOW), NOW + HOUR)
    assert [alert.message for alert in outbox.due(NOW)] == [1, 2]


def test_a_delay_is_no_part_of_the_three_days(store: Store) -> None:
    outbox = post(store, landing(), delay=10 * PATIENCE)
    [late] = outbox.due(NOW + 10 * PATIENCE)
    assert outbox.fail([late], NOW + 10 * PATIENCE, "refused") == []


def test_a_retraction_withdraws_what_waits(store: Store) -> None:
    """Of its visit, and of no other; what was delivered stays so."""
    outbox = post(store, landing(), landing(id="landing-2", visit="visit-2"), left())
    outbox.end(outbox.due(NOW)[2:], NOW)
    post(store, taken_back(), withdrawn=("visit-1",))
    assert waiting(outbox) == [("print", "landing-2", 0), ("print", "retraction-1", 0)]
    assert outbox.posted(["landing-1"])["landing-1"]["print"] == Posted(was_begun=False, is_waiting=False)
    assert outbox.undelivered(NOW) == [Undelivered("print", 2, 0, None)]


def seeing() -> Blindness:
    found = regained(NOW, NOW + 3 * HOUR, HOUR, None)
    assert found is not None
    return found


def test_blindness_waits_as_alerts_do(store: Store) -> None:
    """Told once, however many polls fail."""
    outbox = post(store, blind(), channels=("print", "email:a"))
    post(store, blind(5), channels=("print",))
    assert [outbox.blindness(alert) for alert in outbox.due(NOW)] == [blind(), blind()]


@pytest.mark.parametrize("was_begun", [False, True])
def test_sight_regained(store: Store, was_begun: bool) -> None:
    """Who was not yet told of the blindness need not be; one message says all."""
    outbox = post(store, blind())
    if was_begun:
        outbox.begin(outbox.due(NOW), NOW)
    post(store, seeing())
    assert [outbox.blindness(alert) for alert in outbox.due(NOW)] == ([blind(), seeing()] if was_begun else [seeing()])


def test_damaged_rows(store: Store) -> None:
    outbox = post(store, landing())
    with store.writing() as db:
        db.execute("UPDATE events SET event = '[]'")
    [alert] = outbox.due(NOW)
    with pytest.raises(DamagedRow) as caught:
        outbox.event(alert)
    assert str(caught.value).startswith(f"{store.path}: is damaged: restore a copy, or ")
