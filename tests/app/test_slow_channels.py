"""Channels beside each other: a slow one holds up neither the others nor the next poll, and nothing is sent twice."""

import signal
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from threading import Event

from hook_server import HookServer
from killed_polls import TOUCHDOWN
from made_visits import Answer, seen_visit
from opensky_server import ANONYMOUS, Fault, OpenSkyServer, Request
from program import PATIENCE_S, RICH, Program, mail_alerts, set_up, show
from smtp_server import SmtpServer

from flightwatch.app.couriers import Couriers
from flightwatch.storage.lock import delivery_lock, poll_lock
from flightwatch.storage.store import Store


def test_a_mail_server_that_does_not_answer(
    program: Program, server: OpenSkyServer, mail_server: SmtpServer, trusted: Path
) -> None:
    """The alert is printed and the heart beats at once; the next poll asks, prints, and leaves the mail to the first."""
    with HookServer() as hook:
        mail_alerts(program, mail_server, trusted)
        with program.watchlist.open("a") as file:
            file.write(f"  - print\nhealth: {{heartbeat: 'http://{hook.address}/beat', blind_after: 30d}}\n")
        answers = seen_visit()
        for answer in answers[:TOUCHDOWN]:
            show(server, *answer)
            program.out("poll")
        beats, asked = len(hook.requests), len(server.requests)
        mail_server.is_held = True
        show(server, *answers[TOUCHDOWN])
        with program.running("poll") as first:
            assert first.stdout is not None
            assert first.stdout.readline().startswith("RA-86559 (Il-62M, Russian Air Force) landed at Vladivostok")
            for answer in answers[TOUCHDOWN + 1 : TOUCHDOWN + 3]:
                show(server, *answer)
                assert program.out("poll") == ""
            assert first.poll() is None
            assert (len(hook.requests) - beats, len(server.requests) - asked, mail_server.mails) == (3, 3, [])
            mail_server.is_held = False
            assert program.wait(first).returncode == 0
        assert len(mail_server.mails) == 1
        program.out("poll")
        assert len(mail_server.mails) == 1


class PassingSky(OpenSkyServer):
    """Gives these answers one after another, and says when it was asked once more than there are."""

    def __init__(self, answers: Iterable[Answer]) -> None:
        super().__init__()
        self.credits[ANONYMOUS] = RICH
        self.answers = deque(answers)
        self.was_passed = Event()

    def answer(self, request: Request) -> Fault:
        if self.answers:
            show(self, *self.answers.popleft())
        else:
            self.was_passed.set()
        return super().answer(request)


def test_a_loop_keeps_its_cadence(program: Program, mail_server: SmtpServer, trusted: Path) -> None:
    """It asks again and again while a mail is under way, which it neither gives up nor sends twice."""
    answers = seen_visit()
    with PassingSky(answers[: TOUCHDOWN + 3]) as server:
        mail_alerts(set_up(program, server), mail_server, trusted)
        for _ in answers[:TOUCHDOWN]:
            program.out("poll")
        mail_server.is_held = True
        with program.running("poll", "--every", "1s") as loop:
            assert server.was_passed.wait(PATIENCE_S)
            mail_server.is_held = False
            loop.send_signal(signal.SIGTERM)
            done = program.wait(loop)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert len(mail_server.mails) == 1


def test_a_channel_delivers_once_at_a_time(tmp_path: Path) -> None:
    """Whoever comes second leaves it to the first, while polls and other channels go on."""
    brought = list[str]()
    database = tmp_path / "a.db"

    def bring(channel: str, _: Store) -> list[str]:
        brought.append(channel)
        return [f"{channel} failed"]

    couriers = Couriers(database, bring)
    with delivery_lock(database, "email:a"), poll_lock(database) as held:
        assert held
        couriers.send("email:a")
        couriers.send("email:b")
        assert couriers.wait() == ["email:b failed"]
    assert brought == ["email:b"]
    assert couriers.bring("email:a") == ["email:a failed"]


def test_what_is_under_way_is_not_begun_again(tmp_path: Path) -> None:
    """Its outcome is told when it has ended, and not lost for that of a second that found nothing to do."""
    may_end = Event()

    def bring(channel: str, _: Store) -> list[str]:
        assert may_end.wait(PATIENCE_S)
        return [f"{channel} failed"]

    couriers = Couriers(tmp_path / "a.db", bring)
    couriers.send("email:a")
    assert couriers.wait(0) == []
    couriers.send("email:a")
    may_end.set()
    assert couriers.wait() == ["email:a failed"]
