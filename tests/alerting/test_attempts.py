"""What of the outbox is tried when, what goes out together, and for whom."""

import pytest
from made_visits import landing
from msgspec.structs import replace
from waiting_alerts import HOUR, NOW, blind

from flightwatch.alerting.attempts import (
    QueuedAlert,
    bundles,
    channels_to_try,
    heir_of,
    inherited,
    lacking_at_the_end,
    posted_as,
)
from flightwatch.alerting.blindness import regained
from flightwatch.alerting.queue import BURST, PAUSES, Letter, Posted, overtaken

ALERT = QueuedAlert(1, "landing-1", "email:a,b", NOW, 0, readers=("b",))


def test_one_alert_that_is_due_takes_others_along() -> None:
    waiting = [("email:a", NOW + HOUR), ("email:a", None), ("email:b", NOW + HOUR), ("print", NOW)]
    assert channels_to_try(waiting, {}, NOW) == {"email:a", "print"}
    assert channels_to_try(waiting[2:3], {}, NOW + HOUR) == {"email:b"}


def test_a_channel_that_pauses_is_not_tried() -> None:
    """Whatever is due, and whatever came since; unless the clock was set back, which would make the pause too long."""
    waiting = [("email:a", None), ("print", None)]
    for until, is_tried in ((NOW + HOUR, False), (NOW, True), (NOW + PAUSES[-1] + HOUR, True)):
        found = channels_to_try(waiting, {"email:a": until}, NOW)
        assert found == ({"email:a", "print"} if is_tried else {"print"})


@pytest.mark.parametrize(
    ("channels", "heir"),
    [
        (["print", "email:a,b"], "email:a,b"),
        (["email:a", "email:b"], None),
        (["print", "apprise:tgram:1"], None),
        ([], None),
    ],
)
def test_who_delivers_for_a_channel_that_is_gone(channels: list[str], heir: str | None) -> None:
    """The only one of its kind."""
    assert heir_of("email:x", channels) == heir


def test_kinds_of_services() -> None:
    assert heir_of("apprise:tgram:1", ["apprise:slack:1", "apprise:tgram:2"]) == "apprise:tgram:2"


@pytest.mark.parametrize(
    ("readers", "new", "heirs"),
    [
        ((), "email:x", ()),
        (("b", "c"), "email:c,b", ("b", "c")),
        (("b", "c"), "email:a,b", ("b",)),
        (("b", "c"), "email:a,x,c", ("c", "x")),
        (("b",), "email:a", None),
    ],
)
def test_who_inherits(readers: tuple[str, ...], new: str, heirs: tuple[str, ...] | None) -> None:
    """Those of the readers who are left; where one is not, those who are new as well; what all lack, all."""
    assert inherited(readers, "email:a,b,c", new) == heirs


def test_who_never_got_it() -> None:
    """It is remembered of what is given up, and not of who may have it."""
    assert lacking_at_the_end(ALERT, "given up") == ("b",)
    assert lacking_at_the_end(replace(ALERT, is_in_doubt=True), "given up") == ()
    assert lacking_at_the_end(ALERT, "delivered") == ()


@pytest.mark.parametrize(
    ("outcome", "lacking"),
    [(None, ("b",)), ("given up", ("b",)), ("in doubt", ()), ("delivered", ()), ("withdrawn", ())],
)
def test_what_became_of_an_alert(outcome: str | None, lacking: tuple[str, ...]) -> None:
    assert posted_as(outcome, ("b",), was_begun=True, is_waiting=False) == Posted(True, False, lacking)


def test_a_burst_goes_in_one_message() -> None:
    """Of alerts for the same readers that were begun together; what is no event goes alone."""
    many = [QueuedAlert(n, f"landing-{n}", "print", NOW, 0) for n in range(BURST)]
    begun = [QueuedAlert(90 + n, f"left-{n}", "print", NOW, 1, message=90 + n) for n in range(2)]
    together = [replace(alert, message=90) for alert in begun]
    health = QueuedAlert(99, "blind", "print", NOW, 0, is_event=False)
    assert bundles([*many, *begun, health]) == [many, [begun[0]], [begun[1]], [health]]
    assert bundles([*many, *together, health]) == [many, together, [health]]
    assert bundles(many[1:]) == [[each] for each in many[1:]]


def test_what_waited_behind_a_failure_goes_in_one_message() -> None:
    """However little it is, beside what was begun before, which goes as it did."""
    begun, *others = [QueuedAlert(n, f"landing-{n}", "print", NOW, n) for n in range(3)]
    begun, health = replace(begun, message=0), QueuedAlert(99, "blind", "print", NOW, 0, is_event=False)
    assert bundles([begun, *others, health], after_a_failure=True) == [[begun], others, [health]]


def test_a_webhook_gets_one_alert_at_a_time() -> None:
    """However many wait, and whatever was begun before."""
    many = [QueuedAlert(n, f"landing-{n}", "webhook:h:1", NOW, 0, message=n or None) for n in range(2 * BURST)]
    assert bundles(many, after_a_failure=True) == bundles(many) == [[each] for each in many]
    assert heir_of("webhook:h:1", ["webhook:other:2", "apprise:json:1"]) == "webhook:other:2"


def test_the_end_of_a_blindness_overtakes_its_beginning() -> None:
    began = blind()
    ended = regained(began.since, NOW + 3 * HOUR, HOUR, None)
    assert ended is not None
    letters = [Letter(each, "print", NOW, NOW) for each in (began, ended, landing())]
    assert overtaken(letters) == [(began.id, ended.detected_at)]
