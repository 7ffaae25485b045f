"""Delivery: what is printed, what stays in the outbox, and what is said of it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import msgspec
import pytest
from deliveries import deliver_all
from made_visits import landing, left, taken_back
from msgspec.structs import replace
from smtp_server import PASSWORD, USER, SmtpServer
from state_vectors import AIRPORTS
from waiting_alerts import HOUR, MINUTE, NOW, blind, post, waiting

from flightwatch.alerting.blindness import Blindness
from flightwatch.alerting.notices import STILL_THERE, Digest, Notice, Regular, blindness_text, subject_line
from flightwatch.alerting.queue import BURST, LEAST_TRIES, PATIENCE, Posted
from flightwatch.app.channel import Deliver
from flightwatch.app.deliver import deliver_due, try_all
from flightwatch.app.printing import print_trial, printer
from flightwatch.app.senders import channels
from flightwatch.core.model import Event
from flightwatch.core.watched import Watched
from flightwatch.errors import DeliveryError, NotTaken, PartlyDelivered
from flightwatch.storage.outbox import Outbox, Undelivered
from flightwatch.storage.store import Store
from flightwatch.watchlist.model import EmailChannel, Watchlist
from flightwatch.wording.alert import Alert, describe
from flightwatch.wording.facts import lines
from flightwatch.wording.sentence import sentence

CHANNELS = ("email:desk", "print")


def compose(event: Event, *, is_brief: bool = False) -> Alert:
    del is_brief  # there is no record
    return describe(event, Watched(), AIRPORTS)


def words(subject: Event | Blindness) -> str:
    if isinstance(subject, Event):
        return "\n".join(lines(compose(subject)))
    _, *more = blindness_text(blind()).splitlines()
    return " ".join(("flightwatch is blind: no successful poll since 2023-09-26 02:10 UTC.", *more))


def deliver(outbox: Outbox, after: timedelta = timedelta(0), **served: Deliver) -> list[str]:
    """Deliver what is due some time after NOW."""
    return deliver_all(
        outbox,
        {"email:desk" if name == "desk" else name: how for name, how in served.items()},
        compose,
        lambda: NOW + after,
    )


def refuse(_notice: Notice, *_: str) -> None:
    raise DeliveryError("mail.example.org refuses")


def refuse_some(_notice: Notice, *_: str) -> None:
    raise PartlyDelivered("mail.example.org refuses 1 of 2 addresses")


@dataclass
class Desk:
    """A channel whose readers are a, b and c, some with a full mailbox."""

    full: str = "c"
    asked: int = 0
    got: list[tuple[str, Sequence[str]]] = field(default_factory=list)

    def __call__(self, notice: Notice, *readers: str) -> None:
        self.asked += 1
        to = readers or tuple("abc")
        self.got += [(reader, ids(notice)) for reader in to if reader not in self.full]
        if waiting := tuple(reader for reader in to if reader in self.full):
            raise PartlyDelivered(f"{', '.join(waiting)} full", waiting)

    def got_by(self, reader: str) -> list[Sequence[str]]:
        return [names for each, names in self.got if each == reader]


def ids(notice: Notice) -> Sequence[str]:
    if isinstance(notice, Digest):
        return [alert.event.id for alert in notice.alerts]
    return [notice.event.id if isinstance(notice, Alert) else notice.id]


@pytest.fixture
def told() -> list[Sequence[str]]:
    return []


@pytest.fixture
def tell(told: list[Sequence[str]]) -> Deliver:
    return lambda notice, *_: told.append(ids(notice))


def test_alerts_are_delivered_once_oldest_first(store: Store, told: list[Sequence[str]], tell: Deliver) -> None:
    outbox = post(store, landing(), left())
    for _ in range(2):
        assert deliver(outbox, print=tell) == []
    assert (told, waiting(outbox)) == ([["landing-1"], ["departure-1"]], [])


def test_one_channel_does_not_hold_up_another(store: Store, told: list[Sequence[str]], tell: Deliver) -> None:
    """A channel that failed is left alone for the rest of the poll; the next one tries again."""
    outbox = post(store, landing(), left(), channels=CHANNELS)
    failures = deliver(outbox, desk=refuse, print=tell)
    assert failures == ["email:desk: mail.example.org refuses; kept, will be tried again"]
    assert told == [["landing-1"], ["departure-1"]]
    assert waiting(outbox) == [("email:desk", "landing-1", 1), ("email:desk", "departure-1", 1)]

    assert deliver(outbox, desk=tell) == []
    assert (told[2:], waiting(outbox)) == ([["landing-1"], ["departure-1"]], [])


def test_what_was_never_handed_over_is_known(store: Store) -> None:
    """Of two alerts for a channel that fails, only the first may have reached somebody."""
    outbox = post(store, landing(), left(), channels=("email:desk",))
    deliver(outbox, desk=refuse)
    posted = outbox.posted(["landing-1", "departure-1"])
    assert [became["email:desk"] for became in posted.values()] == [Posted(True, True), Posted(False, True)]


def test_an_alert_that_is_not_taken_does_not_hold_up_the_next(
    store: Store, told: list[Sequence[str]], tell: Deliver
) -> None:
    def choosy(notice: Notice, *_: str) -> None:
        if ids(notice) == ["landing-1"]:
            raise NotTaken("too long")
        tell(notice)

    outbox = post(store, landing(), left(), channels=("email:desk",))
    assert deliver(outbox, desk=choosy) == ["email:desk: too long; kept, will be tried again"]
    assert (told, waiting(outbox)) == ([["departure-1"]], [("email:desk", "landing-1", 1)])


def test_a_channel_that_takes_no_message_is_left_alone(store: Store, told: list[Sequence[str]], tell: Deliver) -> None:
    """As a mail server whose disk is full: two messages are tried at a time, with growing pauses, and all arrives at last."""
    tried = list[Sequence[str]]()

    def full(notice: Notice, *_: str) -> None:
        tried.append(ids(notice))
        raise NotTaken("452 insufficient storage")

    outbox, most = post(store, left(), channels=("email:desk",)), 0
    for number in range(1, 61):
        post(store, landing(id=f"landing-{number}"), channels=("email:desk",))
        before = len(tried)
        deliver(outbox, 5 * number * MINUTE, desk=full)
        most = max(most, len(tried) - before)
    assert (most, len(tried)) == (2, 10)
    assert deliver(outbox, 12 * HOUR, desk=tell) == []
    assert sorted(id_ for each in told for id_ in each) == sorted(
        ["departure-1", *(f"landing-{n}" for n in range(1, 61))]
    )
    assert len(told) < 10
    assert waiting(outbox, 100 * HOUR) == []


def test_messages_that_are_never_taken_do_not_hold_up_a_new_one(
    store: Store, told: list[Sequence[str]], tell: Deliver
) -> None:
    """It is tried after the first of them, whose turn comes first, and the channel goes on."""

    def choosy(notice: Notice, *_: str) -> None:
        if set(ids(notice)) & {"landing-1", "landing-2", "landing-3"}:
            raise NotTaken("too long")
        tell(notice)

    outbox = post(store, landing(), channels=("email:desk",))
    for number in (1, 2):
        deliver(outbox, number * HOUR, desk=choosy)
        post(store, landing(id=f"landing-{number + 1}"), channels=("email:desk",))
    deliver(outbox, 10 * HOUR, desk=choosy)
    post(store, left(), channels=("email:desk",))
    deliver(outbox, 20 * HOUR, desk=choosy)
    assert told == [["departure-1"]]
    assert not outbox.has_failed("email:desk")


def test_what_some_readers_have_is_not_sent_again(store: Store) -> None:
    """That the others lack it is said."""
    outbox = post(store, landing(), channels=("email:desk",))
    failures = deliver(outbox, desk=refuse_some)
    assert (failures, waiting(outbox)) == (["email:desk: mail.example.org refuses 1 of 2 addresses"], [])


KEPT = "email:desk: c full; kept, will be tried again"


def test_one_reader_does_not_hold_up_the_others(store: Store) -> None:
    """They get each alert at once; whoever was refused gets all later, in order; nobody gets one twice."""
    desk, outbox = Desk(), post(store, landing(), channels=("email:desk",))
    assert deliver(outbox, desk=desk) == [KEPT]
    post(store, left(), channels=("email:desk",))
    assert deliver(outbox, desk=desk) == [KEPT, KEPT]
    assert [desk.got_by(reader) for reader in "abc"] == [[["landing-1"], ["departure-1"]]] * 2 + [[]]
    assert deliver(outbox, HOUR, desk=refuse) == ["email:desk: mail.example.org refuses; kept, will be tried again"]
    desk.full = ""
    for hours in (2, 3):
        assert deliver(outbox, hours * HOUR, desk=desk) == []
    assert [desk.got_by(reader) for reader in "abc"] == [[["landing-1"], ["departure-1"]]] * 3
    assert (waiting(outbox, 100 * HOUR), outbox.undelivered(NOW)) == ([], [])


def hang_up(_notice: Notice, *_: str) -> None:
    raise DeliveryError("mail.example.org hung up")


def not_take(_notice: Notice, *_: str) -> None:
    raise NotTaken("too long")


@pytest.mark.parametrize(
    ("attempts", "lacking"),
    [
        ([Desk()], ("c",)),
        ([Desk(), Desk()], ("c",)),
        ([not_take, Desk()], ("c",)),
        ([Desk(), not_take], ("c",)),
        ([Desk(), hang_up], ()),
        ([hang_up, Desk()], ()),
        ([Desk(), hang_up, Desk()], ()),
        ([Desk(), Desk(full="")], ()),
    ],
    ids=[
        "refused",
        "twice",
        "after nobody",
        "before nobody",
        "cut off",
        "cut off before",
        "cut off between",
        "at last",
    ],
)
def test_who_certainly_lacks_an_alert(attempts: Sequence[Deliver], lacking: tuple[str, ...], store: Store) -> None:
    """Whoever was refused whenever it was tried: where a channel fails in another way, they may have it."""
    outbox = post(store, landing(), channels=("email:desk",))
    for number, attempt in enumerate(attempts):
        deliver(outbox, number * HOUR, desk=attempt)
    assert outbox.posted(["landing-1"])["landing-1"]["email:desk"].lacking == lacking


def test_what_is_not_tried_is_not_in_doubt(store: Store) -> None:
    """Behind another alert with which the channel failed."""
    outbox = post(store, landing(), left(), channels=("email:desk",))
    deliver(outbox, desk=Desk())
    deliver(outbox, HOUR, desk=hang_up)
    posted = outbox.posted(["landing-1", "departure-1"])
    assert [became["email:desk"].lacking for became in posted.values()] == [(), ("c",)]


def test_a_reader_who_alone_waits_is_tried_once_a_poll(store: Store) -> None:
    """As a channel is; and each time it is said once, for as many readers as are left."""
    desk = Desk(full="bc")
    outbox = post(store, landing(), left(), channels=("email:desk",))
    assert len(deliver(outbox, desk=desk)) == 2
    desk.asked = 0
    assert deliver(outbox, HOUR, desk=desk) == ["email:desk: b, c full; kept, will be tried again"]
    assert (desk.asked, waiting(outbox, HOUR * 2)) == (
        1,
        [("email:desk", "landing-1", 2), ("email:desk", "departure-1", 2)],
    )
    desk.full = "c"
    assert deliver(outbox, HOUR * 2, desk=desk) == [KEPT, KEPT]
    assert [desk.got_by(reader) for reader in "abc"] == [[["landing-1"], ["departure-1"]]] * 2 + [[]]


def test_given_up_for_a_reader(store: Store) -> None:
    """Which is said with how many they are, beside what nobody got."""
    outbox = post(store, landing(), left(), channels=("email:desk",))
    deliver(outbox, desk=Desk(full="bc"))
    post(store, landing(id="landing-2", visit="visit-2"), channels=("email:desk",))
    for number in range(1, LEAST_TRIES):
        assert len(deliver(outbox, number * HOUR * 5, desk=refuse)) == 1
    why = "after three days of trying: mail.example.org refuses; flightwatch history still has the visits"
    assert deliver(outbox, PATIENCE, desk=refuse) == [
        f"email:desk: gave up 2 alerts for 2 readers {why}",
        f"email:desk: gave up 1 alert {why}",
    ]


def test_given_up_after_three_days(store: Store) -> None:
    """And said when it happens, and once."""
    outbox = post(store, landing(), left(), channels=("email:desk",))
    for number in range(1, LEAST_TRIES):
        assert len(deliver(outbox, number * HOUR * 5, desk=refuse)) == 1
    assert deliver(outbox, PATIENCE, desk=refuse) == [
        "email:desk: gave up 2 alerts after three days of trying: mail.example.org refuses; "
        "flightwatch history still has the visits"
    ]
    assert deliver(outbox, PATIENCE, desk=refuse) == []
    assert outbox.undelivered(NOW) == [Undelivered("email:desk", 0, 2, "mail.example.org refuses")]


@pytest.mark.parametrize("count", [BURST - 1, BURST])
def test_a_burst_is_one_digest(count: int, store: Store, told: list[Sequence[str]], tell: Deliver) -> None:
    """For the channel that would get so many; what is no alert goes by itself."""
    events = [landing(id=f"landing-{number}") for number in range(count)]
    outbox = post(store, *events, blind(), channels=("email:desk",))
    assert deliver(outbox, desk=tell) == []
    names = [event.id for event in events]
    assert told == [*([names] if count == BURST else [[name] for name in names]), [blind().id]]
    assert waiting(outbox) == []


def test_a_digest_that_fails_is_kept_whole(store: Store, told: list[Sequence[str]], tell: Deliver) -> None:
    outbox = post(store, *(landing(id=f"landing-{number}") for number in range(BURST)), channels=("email:desk",))
    assert len(deliver(outbox, desk=refuse)) == 1
    assert {attempts for _, _, attempts in waiting(outbox)} == {1}
    deliver(outbox, desk=tell)
    assert list(map(len, told)) == [BURST]


def test_who_waits_gets_each_alert_as_the_others_did(store: Store) -> None:
    """What went alone goes alone, however many there are by now, and what went in a digest in the same one."""
    desk, outbox = Desk(), post(store, landing(), left(), channels=("email:desk",))
    deliver(outbox, desk=desk)
    post(store, *(landing(id=f"landing-{number}") for number in range(2, BURST + 2)), channels=("email:desk",))
    deliver(outbox, HOUR, desk=desk)
    desk.full = ""
    deliver(outbox, HOUR * 2, desk=desk)
    assert desk.got_by("c") == desk.got_by("a")
    assert list(map(len, desk.got_by("c"))) == [1, 1, BURST]


def test_only_what_the_same_readers_lack_is_one_digest(store: Store) -> None:
    desk = Desk(full="")
    outbox = post(store, *(landing(id=f"landing-{number}") for number in range(BURST)), channels=("email:desk",))
    outbox.begin(outbox.due(NOW), NOW)
    for readers, some in (("b", slice(0, 1)), ("c", slice(1, 2))):
        outbox.fail([replace(alert, readers=(readers,)) for alert in outbox.due(NOW)[some]], NOW, "full")
    deliver(outbox, desk=desk)
    assert desk.got[:2] == [("b", ["landing-0"]), ("c", ["landing-1"])]
    assert [len(names) for _, names in desk.got] == [1, 1, *[BURST - 2] * 3]


def test_every_channel_is_tried(capsys: pytest.CaptureFixture[str]) -> None:
    """Also after one that failed. What is printed says that it is a test."""

    def fail() -> None:
        raise DeliveryError("nobody listens")

    tried = try_all({"email:desk": fail, "print": print_trial})
    assert [(name, error and str(error)) for name, error in tried.items()] == [
        ("email:desk", "nobody listens"),
        ("print", None),
    ]
    assert "test, nothing has landed" in capsys.readouterr().out


def test_a_channel_that_is_gone_waits(store: Store, tell: Deliver) -> None:
    """Until the watchlist names it again, or it is given up as others are."""
    outbox = post(store, landing(), channels=("email:desk",))
    assert deliver(outbox, print=tell) == []
    assert [channel for channel, *_ in waiting(outbox)] == ["email:desk"]
    for number in range(1, LEAST_TRIES - 1):
        deliver(outbox, number * HOUR * 5, print=tell)
    assert deliver(outbox, PATIENCE, print=tell) == [
        "email:desk: gave up 1 alert after three days of trying: the watchlist names this channel no more; "
        "flightwatch history still has the visits"
    ]


def test_printed_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    """Where it is piped: cron mails it."""
    tell = printer("text", pytest.fail)
    tell(compose(landing()))
    tell(blind())
    assert capsys.readouterr().out == f"{words(landing())}\n{words(blind())}\n"


def test_a_burst_is_printed_alert_by_alert(capsys: pytest.CaptureFixture[str]) -> None:
    """A sentence and a link each: what else is known fills a screen."""
    digest = Digest((describe(landing(), Watched(), AIRPORTS), describe(left(), Watched(), AIRPORTS)))
    printer("text", pytest.fail)(digest)
    assert capsys.readouterr().out.splitlines() == [
        *(
            line
            for alert in digest.alerts
            for line in (
                sentence(alert),
                f"  https://globe.adsb.lol/?icao=15521f&showTrace={alert.event.time:%Y-%m-%d}",
            )
        ),
        "  tracks are there for some weeks; flightwatch report draws what was heard",
    ]
    printer("jsonl", pytest.fail)(digest)
    assert [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()] == ["landing-1", "departure-1"]


def test_a_digest_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """Under what its mail has as subject, with who is still there; as JSON lines its events alone."""
    digest = Digest((compose(landing()),), regular=Regular("daily", (("P-885", "Pyongyang FNJ, 2 h so far"),)))
    printer("text", pytest.fail)(digest)
    first, told, *_, heading, there = capsys.readouterr().out.splitlines()
    assert first == f"{subject_line(digest)}."
    assert told == sentence(digest.alerts[0])
    assert (heading, there) == (f"{STILL_THERE}:", "  P-885: Pyongyang FNJ, 2 h so far")
    printer("jsonl", pytest.fail)(digest)
    assert [json.loads(line)["id"] for line in capsys.readouterr().out.splitlines()] == ["landing-1"]


def test_what_is_no_event_stays_out_of_jsonl(capsys: pytest.CaptureFixture[str]) -> None:
    """Who reads events by program is not told by one that there were none."""
    notes: list[str] = []
    printer("jsonl", notes.append)(blind())
    assert (capsys.readouterr().out, notes) == ("", [words(blind())])


def test_printed_as_jsonl(capsys: pytest.CaptureFixture[str]) -> None:
    """All that is known of the event, in one line that reads back as it was."""
    printer("jsonl", pytest.fail)(compose(landing(callsign="A\r\n\x1b[31m")))
    out = capsys.readouterr().out
    assert msgspec.json.decode(out, type=Event) == landing(callsign="A\r\n\x1b[31m")
    assert (out.count("\n"), out[:-1].isprintable()) == (1, True)
    assert json.loads(out) == {
        "id": "landing-1",
        "type": "landing",
        "icao24": "15521f",
        "registration": "RA-86559",
        "callsign": "A\r\n\x1b[31m",
        "airport": {"icao": "ZKPY", "iata": "FNJ", "name": "Pyongyang Sunan International Airport"},
        "time": "2023-09-26T01:52:00Z",
        "earliest": "2023-09-26T01:48:00Z",
        "latest": "2023-09-26T02:05:00Z",
        "basis": "inferred",
        "confidence": 0.93,
        "detected_at": "2023-09-26T02:10:00Z",
        "visit": "visit-1",
        "dwell_s": None,
        "dwell_min_s": None,
        "dwell_max_s": None,
        "retracts": None,
        "evidence": [],
        "origin": None,
        "candidates": [],
        "heard_by": [],
    }


def test_an_address_that_was_corrected(store: Store, told: list[Sequence[str]], tell: Deliver) -> None:
    """What waited for the wrong one goes to the only channel of its kind; where there are two nobody can say to which."""
    outbox = post(store, landing(), channels=("email:dsek",))
    deliver_all(outbox, {"email:a": tell, "email:b": tell}, compose, lambda: NOW)
    assert told == []
    deliver_all(outbox, {"email:desk": tell, "print": tell}, compose, lambda: NOW)
    assert (told, waiting(outbox)) == ([["landing-1"]], [])


@pytest.mark.parametrize(
    ("channel", "got"), [("email:a,b,x", [("x", ["landing-1"])]), ("email:a,b", [])], ids=["corrected", "taken out"]
)
def test_a_reader_whose_address_was_changed(channel: str, got: list[tuple[str, Sequence[str]]], store: Store) -> None:
    """What waited for it goes to the new one, and to nobody who has it."""
    desk, outbox = Desk(), post(store, landing(), channels=("email:a,b,c",))
    for name, hours in (("email:a,b,c", 0), (channel, 1)):
        desk.got.clear()
        deliver(outbox, hours * HOUR, **{name: desk})
    assert (desk.got, waiting(outbox, 2 * HOUR)) == (got, [])


def test_a_digest_that_may_have_arrived_is_repeated_as_it_was(
    store: Store, told: list[Sequence[str]], tell: Deliver
) -> None:
    """Also when one more alert came since: it would bear another Message-ID."""
    events = [landing(id=f"landing-{number}") for number in range(BURST)]
    outbox = post(store, *events, channels=("email:desk",))
    outbox.begin(outbox.due(NOW), NOW)
    post(store, left(), channels=("email:desk",))
    deliver(outbox, desk=tell)
    assert told == [[event.id for event in events], ["departure-1"]]


def test_a_slow_channel_has_its_time(store: Store, told: list[Sequence[str]], tell: Deliver) -> None:
    """One message at least; what is left waits, untried, and that is said."""
    outbox = post(store, landing(), left(), channels=("email:desk",))
    served = {"email:desk": tell}
    said = deliver_due("email:desk", outbox, served, compose, lambda: NOW, budget_s=0.0)
    assert said == ["email:desk: it is slow, so 1 alert must wait for the next poll"]
    assert (told, waiting(outbox)) == ([["landing-1"]], [("email:desk", "departure-1", 0)])
    assert deliver_due("email:desk", outbox, served, compose, lambda: NOW, budget_s=0.0) == []


def test_what_is_withdrawn_while_it_is_composed(store: Store, told: list[Sequence[str]], tell: Deliver) -> None:
    """A poll may take back a landing while an earlier one delivers: nobody is told of it, and the others are told."""
    outbox = post(store, landing(), landing(id="landing-2", visit="visit-2"), channels=("email:desk",))

    def withdrawing(event: Event, *, is_brief: bool = False) -> Alert:
        if event.id == "landing-1":
            post(store, taken_back(), channels=(), withdrawn=("visit-1",))
        return compose(event, is_brief=is_brief)

    assert deliver_due("email:desk", outbox, {"email:desk": tell}, withdrawing, lambda: NOW) == []
    assert (told, waiting(outbox)) == ([["landing-2"]], [])
    assert outbox.posted(["landing-1"])["landing-1"]["email:desk"] == Posted(was_begun=False, is_waiting=False)


def test_what_waits_behind_a_failing_channel(store: Store, mail_server: SmtpServer) -> None:
    """For hours in which alerts keep coming it is tried a few times; when it is back all of it arrives, most in one digest."""
    mail_server.tls = "none"
    channel = EmailChannel(("desk@example.org",), "watch@example.net", mail_server.url, USER, PASSWORD)
    serve = channels(Watchlist(notify=(channel,)), "text", pytest.fail, AIRPORTS)
    mail_server.faults += [("MAIL", "421 too busy")] * 100
    tried_at = []
    for minutes in range(0, 240, 10):
        outbox = post(store, landing(id=f"landing-{minutes}"), channels=(channel.name,))
        before = len(mail_server.faults)
        said = deliver_all(outbox, serve, compose, lambda: NOW + minutes * MINUTE)  # noqa: B023 called at once
        assert len(said) == before - len(mail_server.faults) <= 1
        tried_at += [minutes] * len(said)
    assert tried_at == [0, 10, 20, 40, 100]
    mail_server.faults.clear()
    assert deliver_all(outbox, serve, compose, lambda: NOW + 340 * MINUTE) == []
    assert [str(mail.message["Subject"]).partition(" ")[0] for mail in mail_server.mails] == ["RFF7451", "23"]
    post(store, left(), channels=(channel.name,))
    assert deliver_all(outbox, serve, compose, lambda: NOW + 341 * MINUTE) == []
    assert len(mail_server.mails) == 3
