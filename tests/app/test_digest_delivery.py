"""Digests on their way to readers: once at their time, whatever polls, channels and the watchlist do meanwhile."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from deliveries import deliver_all
from made_visits import ICAO24, SEEN_DOWN, Answer, at, landing, rows, seen_visit, unseen_visit
from opensky_server import OpenSkyServer
from program import Program, mail_alerts, show
from smtp_server import PASSWORD, USER, SmtpServer
from state_vectors import AIRPORTS, DAY, HOUR, parked
from waiting_alerts import MINUTE, blind

from flightwatch.alerting.blindness import Blindness
from flightwatch.alerting.notices import STILL_THERE, Digest, Notice
from flightwatch.alerting.queue import Changes, Letter
from flightwatch.app.senders import channels
from flightwatch.core.digest_times import DigestTime
from flightwatch.core.model import Event, instant
from flightwatch.core.watched import Watched
from flightwatch.errors import DeliveryError
from flightwatch.storage.letters import apply
from flightwatch.storage.outbox import Outbox
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.store import Store
from flightwatch.tracking.advance_all import PollChanges
from flightwatch.watchlist.model import EmailChannel, Watchlist
from flightwatch.wording.alert import Alert, describe

DAILY = DigestTime(7, 0)
DESK = "email:desk@example.org"
TEN = 10 * MINUTE


def compose(event: Event, *, is_brief: bool = False) -> Alert:
    del is_brief  # there is no record
    return describe(event, Watched(), AIRPORTS)


def told(number: int, of: datetime) -> Event:
    return landing(id=f"landing-{number}", visit=f"visit-{number}", detected_at=of)


class Desk:
    """A channel with digests at 07:00, whose polls are told by the time of the data."""

    def __init__(self, store: Store) -> None:
        self.store, self.digests, self.fails = store, {DESK: DAILY}, False
        self.got: list[tuple[datetime, Notice]] = []

    def poll(self, now: datetime, *news: Event | Blindness, withdrawn: tuple[str, ...] = ()) -> list[str]:
        """Commit a poll of this time with what it tells, and deliver what is due."""
        letters = tuple(Letter(each, DESK, now, now) for each in news)
        events = tuple(each for each in news if isinstance(each, Event))
        changes = PollChanges({}, frozenset(), events, ())
        self.store.commit(changes, PollRecord(now, now, "ok"), lambda db: apply(db, Changes(letters, withdrawn)))
        return self.deliver(now)

    def deliver(self, now: datetime) -> list[str]:
        def take(notice: Notice, *_: str) -> None:
            self.got.append((now, notice))
            if self.fails:
                raise DeliveryError("mail.example.org refuses")

        return deliver_all(Outbox(self.store, self.digests), {DESK: take}, compose, lambda: now)

    def went(self) -> list[tuple[str, tuple[str, ...]]]:
        """When what went, by the ids of what it tells."""
        return [
            (f"{now:%d %H:%M}", (notice.id,) if isinstance(notice, Blindness) else _ids(notice))
            for now, notice in self.got
        ]


def _ids(notice: Alert | Digest) -> tuple[str, ...]:
    return notice.ids if isinstance(notice, Digest) else (notice.event.id,)


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def every(step: timedelta, since: str, until: str) -> Iterator[datetime]:
    now = at(f"2026-11-{since}")
    while now <= at(f"2026-11-{until}"):
        yield now
        now += step


def test_two_days_of_cron(desk: Desk) -> None:
    """One message at 07:00 with all that came since the last, and none where nothing came."""
    news = {"28T06:40": 1, "28T07:00": 2, "28T07:10": 3, "29T06:50": 4}
    for now in every(TEN, "28T06:00", "30T12:00"):
        number = news.get(f"{now:%dT%H:%M}")
        desk.poll(now, *([] if number is None else [told(number, now)]))
    assert desk.went() == [("28 07:00", ("landing-1", "landing-2")), ("29 07:00", ("landing-3", "landing-4"))]
    assert all(isinstance(notice, Digest) and notice.regular is not None for _, notice in desk.got)


def test_a_late_poll(desk: Desk) -> None:
    """A machine that slept over the time sends it late but once, with what it finds then; what comes later waits."""
    desk.poll(at("2026-11-28T23:00"), told(1, at("2026-11-28T23:00")))
    desk.poll(at("2026-11-29T09:30"), told(2, at("2026-11-29T09:30")))
    desk.poll(at("2026-11-29T09:40"), told(3, at("2026-11-29T09:40")))
    assert desk.went() == [("29 09:30", ("landing-1", "landing-2"))]
    desk.poll(at("2026-11-30T07:05"))
    assert desk.went()[1:] == [("30 07:05", ("landing-3",))]


def test_what_only_the_first_poll_after_a_night_finds(desk: Desk) -> None:
    desk.poll(at("2026-11-28T23:00"))
    desk.poll(at("2026-11-29T09:30"), told(1, at("2026-11-29T09:30")))
    assert desk.went() == [("29 09:30", ("landing-1",))]


def test_answers_that_are_some_seconds_older_than_the_digest(desk: Desk) -> None:
    """They do not make a second one."""
    desk.poll(at("2026-11-29T06:50"), told(1, at("2026-11-29T06:50")))
    desk.deliver(at("2026-11-29T07:00"))
    desk.poll(at("2026-11-29T06:59"), told(2, at("2026-11-29T06:59")))
    desk.deliver(at("2026-11-29T07:01"))
    assert desk.went() == [("29 07:00", ("landing-1",))]


def test_blindness_comes_at_once(desk: Desk) -> None:
    """Alone; and it does not use up the time of the digest."""
    desk.poll(at("2026-11-29T06:50"), told(1, at("2026-11-29T06:50")))
    desk.poll(at("2026-11-29T06:55"), blind())
    desk.poll(at("2026-11-29T07:00"))
    assert desk.went() == [("29 06:55", (blind().id,)), ("29 07:00", ("landing-1",))]


def test_a_channel_that_fails(desk: Desk) -> None:
    """The same message comes when it is back, and no other with it before the next time."""
    desk.poll(at("2026-11-29T06:50"), told(1, at("2026-11-29T06:50")))
    desk.fails = True
    assert desk.poll(at("2026-11-29T07:00")) == [f"{DESK}: mail.example.org refuses; kept, will be tried again"]
    desk.poll(at("2026-11-29T07:05"), told(2, at("2026-11-29T07:05")))
    desk.fails = False
    for now in every(TEN, "29T07:10", "30T07:00"):
        desk.poll(now)
    assert desk.went() == [
        *(("29 07:00", ("landing-1",)), ("29 07:05", ("landing-1",)), ("29 07:10", ("landing-1",))),
        ("30 07:00", ("landing-2",)),
    ]


def test_a_weekly_digest_is_tried_for_three_days(desk: Desk) -> None:
    """However long what it tells has waited for it."""
    desk.digests = {DESK: DigestTime(7, 0, 0)}
    desk.poll(at("2026-11-23T08:00"))
    desk.poll(at("2026-11-23T08:10"), told(1, at("2026-11-23T08:10")))
    desk.fails = True
    for now in every(TEN, "30T06:50", "30T23:50"):
        assert all("kept, will be tried again" in line for line in desk.poll(now))
    desk.fails = False
    desk.poll(at("2026-12-01T08:00"))
    assert desk.went()[-1] == ("01 08:00", ("landing-1",))


def test_a_watchlist_that_is_edited(desk: Desk) -> None:
    """Who wants single alerts from now on gets at once what waits; who wants digests again gets the rest at the next time."""
    desk.poll(at("2026-11-29T08:00"))
    for minutes in (10, 20):
        now = at("2026-11-29T08:00") + minutes * MINUTE
        desk.poll(now, told(minutes, now))
    desk.digests = {}
    desk.poll(at("2026-11-29T08:30"))
    assert desk.went() == [("29 08:30", ("landing-10",)), ("29 08:30", ("landing-20",))]
    desk.digests = {DESK: DigestTime(9, 0)}
    desk.poll(at("2026-11-29T08:40"), told(40, at("2026-11-29T08:40")))
    desk.poll(at("2026-11-29T09:00"))
    assert desk.went()[2:] == [("29 09:00", ("landing-40",))]


@pytest.mark.parametrize("count", [1, 2])
def test_a_repeat_after_the_watchlist_was_edited(count: int, desk: Desk, mail_server: SmtpServer) -> None:
    """It has the Message-ID of the message that may have come, so that its reader's program knows it."""
    channel = EmailChannel(("desk@example.org",), "watch@example.net", mail_server.url, USER, PASSWORD)
    served = channels(Watchlist(notify=(channel,)), "text", print, AIRPORTS)
    ids = list[str]()

    def send(notice: Notice, *readers: str) -> None:
        served[DESK](notice, *readers)
        ids.append(str(mail_server.mails[-1].message["Message-ID"]))
        raise DeliveryError("it hung up after it took it")

    for digests, clock in (({DESK: DAILY}, "07:00"), ({}, "07:01"), ({DESK: DAILY}, "09:00")):
        now = at(f"2026-11-29T{clock}")
        if not ids:
            desk.poll(at("2026-11-29T06:50"), *(told(number, now) for number in range(count)))
        deliver_all(Outbox(desk.store, digests), {DESK: send}, compose, lambda: now)  # noqa: B023 called at once
    assert len(ids) == 3
    assert len({*ids}) == 1


def gets_digests(program: Program, mail_server: SmtpServer, trusted: Path, time: int) -> None:
    """Have the program's alerts mailed as a daily digest at this time of the day, Unix seconds."""
    mail_alerts(program, mail_server, trusted)
    with program.watchlist.open("a") as file:
        file.write(f"    digest: daily {instant(time):%H:%M}\nhealth: {{blind_after: 30d}}\n")


def text_of(mail: EmailMessage) -> str:
    found = mail.get_body(("plain",))
    assert found is not None
    return str(found.get_content()).replace("\r\n", "\n")


def polls(program: Program, server: OpenSkyServer, answers: Iterable[Answer]) -> None:
    for time, answer in answers:
        show(server, time, answer)
        assert program.out("poll") == ""


def test_who_is_still_there(program: Program, server: OpenSkyServer, mail_server: SmtpServer, trusted: Path) -> None:
    """A landing waits for the digest, which also says who stands where, and status and check say when it comes."""
    time = SEEN_DOWN + 2 * HOUR
    gets_digests(program, mail_server, trusted, time)
    channel = "email:desk@example.org,night@example.org"
    polls(program, server, seen_visit()[:6])
    assert mail_server.mails == []
    assert f"  waiting for a digest: 1 alert for {channel}, next " in program.out("status")
    [told] = [line for line in program.out("check").splitlines() if line.startswith("notify")]
    assert re.fullmatch(
        rf"notify +{channel}  everything, in one message daily 07:00 UTC, next digest .* 07:00 UTC", told
    )
    [ok, following] = program.out("notify", "--test").splitlines()
    assert (ok, following[: len(channel) + 13]) == (f"{channel}: ok", f"{channel}: next digest")
    here = rows(parked("VVO", time, icao24=ICAO24))
    polls(program, server, [(time, here), (time + 10 * 60, here)])
    _, digest = (mail.message for mail in mail_server.mails)
    landed = "RA-86559 landed at Vladivostok VVO at 15:00 local on 10 January 2024, seen on the ground"
    assert digest["Subject"] == f"Daily digest, 1 alert: {landed}"
    happened, alert, *more = text_of(digest).split("\n\n")
    there = more[more.index(STILL_THERE.upper()) + 1]
    assert happened == "WHAT HAPPENED"
    assert alert.startswith("RA-86559 (Il-62M, Russian Air Force) landed at Vladivostok VVO on 10 January 2024")
    assert there.startswith(
        "RA-86559 (Il-62M, Russian Air Force): Vladivostok VVO, 2 h 00 min so far, since 2024-01-10 05:00 UTC"
    )


def test_status_where_cron_alone_knows_the_channel(program: Program, server: OpenSkyServer) -> None:
    """Somebody looks in a shell without the variable that names it."""
    with program.watchlist.open("a") as file:
        file.write('notify: [{apprise: "${SERVICE}", digest: daily 07:00}]\n')
    show(server, *seen_visit()[0])
    program.out("poll", env={"SERVICE": "json://127.0.0.1:9"})
    assert "last good poll" in program.out("status")


def test_a_landing_that_is_taken_back_before_the_digest(
    program: Program, server: OpenSkyServer, mail_server: SmtpServer, trusted: Path
) -> None:
    """It is told as what was thought and taken back, not as a landing, and not as what readers must correct."""
    answers = unseen_visit()[:12]
    time, again = answers[-1][0], [*answers[3][1][0]]
    again[3] = again[4] = time + 60
    gets_digests(program, mail_server, trusted, time + HOUR)
    polls(program, server, [*answers, (time + 60, [again])])
    assert mail_server.mails == []
    polls(program, server, [(time + HOUR, [])])
    [mail] = (mail.message for mail in mail_server.mails)
    meanwhile = "Thought, then taken back: a landing of RA-86559 at Pyongyang FNJ"
    assert str(mail["Subject"]).startswith(f"Daily digest, 1 alert: {meanwhile} about ")
    assert "TAKEN BACK:" not in text_of(mail)
    assert "please correct" not in text_of(mail)
    assert text_of(mail).startswith(
        "THOUGHT MEANWHILE, AND TAKEN BACK\n\nThought, then taken back: a landing of RA-86559"
    )


def test_an_address_is_corrected_before_the_digest(
    program: Program, server: OpenSkyServer, mail_server: SmtpServer, trusted: Path
) -> None:
    """Nobody has to correct a landing that was taken back before: neither who gets the digest, nor who was to get it."""
    answers = unseen_visit()[:12]
    time, again = answers[-1][0], [*answers[3][1][0]]
    again[3] = again[4] = time + 60
    gets_digests(program, mail_server, trusted, time + HOUR)
    polls(program, server, [*answers, (time + 60, [again])])
    program.watchlist.write_text(program.watchlist.read_text().replace("night@", "day@"))
    polls(program, server, [(time + HOUR, [])])
    [mail] = (mail.message for mail in mail_server.mails)
    assert str(mail["Subject"]).startswith("Daily digest, 1 alert: Thought, then taken back: a landing of RA-86559")
    assert "please correct" not in text_of(mail)


def test_a_landing_of_yesterday_that_is_taken_back(
    program: Program, server: OpenSkyServer, mail_server: SmtpServer, trusted: Path
) -> None:
    """Who got it in a digest gets the correction in the next one."""
    answers = unseen_visit()[:12]
    time, again = answers[-1][0], [*answers[3][1][0]]
    again[3] = again[4] = time + 120
    gets_digests(program, mail_server, trusted, time + 60)
    polls(program, server, [*answers, (time + 60, []), (time + 120, [again]), (time + DAY + 120, [])])
    first, second = (str(mail.message["Subject"]) for mail in mail_server.mails)
    assert first.startswith("Daily digest, 1 alert: RA-86559 probably landed at Pyongyang FNJ about ")
    assert second.startswith("Daily digest, 1 alert: TAKEN BACK: the landing of RA-86559 at Pyongyang FNJ about ")
