"""Channels beside each other: a slow one holds up neither the others nor the next poll, and nothing is sent twice."""

from pathlib import Path

from hook_server import HookServer
from killed_polls import TOUCHDOWN
from made_visits import seen_visit
from opensky_server import OpenSkyServer
from program import Program, mail_alerts, show
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
