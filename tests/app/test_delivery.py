"""Alerts on their way to readers, a process a poll: refused, delayed, corrected, in bursts, and while nothing is seen."""

import json
import re
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

import pytest
from hook_server import HookServer
from made_visits import ICAO24, SEEN_DOWN, Answer, rows, unseen_visit
from msgspec.structs import replace
from opensky_server import OpenSkyServer, row, status
from program import Program, mail_alerts, show
from smtp_server import SmtpServer
from state_vectors import DAY, HOUR, MINUTE, arrival, departure, in_flight, parked, sent

from flightwatch.alerting.blindness import REGULAR
from flightwatch.storage.lock import delivery_lock

UP = SEEN_DOWN + DAY
slow = partial(pytest.param, marks=pytest.mark.slow)
QUIET = "health: {blind_after: 30d}\n"

LANDED = "RA-86559 landed at Vladivostok VVO about 14:59 local on 10 January 2024, seen on the ground"
"""The subject of the mail of it; it touched down at 15:00."""


def a_day_at_vladivostok() -> list[Answer]:
    """Give an approach, a landing, 24 hours on the ground and a departure, as eighteen polls find them."""
    inbound, outbound = arrival("VVO", SEEN_DOWN, icao24=ICAO24), departure("VVO", UP, icao24=ICAO24)
    return [
        *((t, rows(sent(inbound, t))) for t in (SEEN_DOWN - 10 * MINUTE, SEEN_DOWN - 5 * MINUTE)),
        *((SEEN_DOWN + m * MINUTE, rows(parked("VVO", SEEN_DOWN + m * MINUTE, icao24=ICAO24))) for m in (2, 7, 12)),
        *((SEEN_DOWN + h * HOUR, rows()) for h in range(2, 24, 3)),
        (UP - 2 * MINUTE, rows(parked("VVO", UP - 2 * MINUTE, icao24=ICAO24, velocity=9.0))),
        *((t, rows(sent(outbound, t))) for t in (UP + 2 * MINUTE, UP + 5 * MINUTE, UP + 15 * MINUTE)),
    ]


def cron(program: Program, server: OpenSkyServer, answers: Iterable[Answer]) -> Iterator[tuple[int, str, str]]:
    """Poll each of these answers in a process of its own; give its exit code and what it said."""
    for time, answer in answers:
        show(server, time, answer)
        done = program.run("poll")
        yield done.returncode, done.stdout, done.stderr


def regular(answer: Answer) -> list[Answer]:
    """Give so many polls, a second apart, that watching is regular."""
    return [(answer[0] + number, answer[1]) for number in range(1, REGULAR + 1)]


def subjects(mail_server: SmtpServer) -> list[str]:
    return [str(mail.message["Subject"]) for mail in mail_server.mails]


def test_a_test_that_succeeds_ends_a_pause(
    program: Program, server: OpenSkyServer, mail_server: SmtpServer, trusted: Path
) -> None:
    """Who has corrected a password and tried it gets by the next poll what waited; one that fails changes nothing."""
    mail_alerts(program, mail_server, trusted)
    password = program.environment.pop("SMTP_PASSWORD")
    wrong, right = ({"SMTP_PASSWORD": each} for each in ("wr0ng", password))
    answers = iter(a_day_at_vladivostok())
    for answer in islice(answers, 7):
        show(server, *answer)
        program.run("poll", env=wrong)
    assert program.run("notify", "--test", env=wrong).returncode == 4
    show(server, *next(answers))
    assert (program.out("poll", env=right), mail_server.mails) == ("", [])
    channel = "email:desk@example.org,night@example.org"
    assert program.out("notify", "--test", env=right).splitlines() == [
        f"{channel}: ok",
        f"{channel}: 1 alert waiting, sent by the next poll",
    ]
    show(server, *next(answers))
    program.out("poll", env=right)
    assert subjects(mail_server) == ["flightwatch --test: alerts will arrive here", LANDED]
    assert program.out("notify", "--test", env=right).splitlines() == [f"{channel}: ok"]


def test_a_day_on_the_ground_by_mail(
    program: Program, server: OpenSkyServer, mail_server: SmtpServer, trusted: Path
) -> None:
    """The server refuses the first two deliveries: landing, reminder and departure come once each, in one thread."""
    mail_alerts(program, mail_server, trusted)
    with program.watchlist.open("a") as file:
        file.write(f"alerts: {{still_on_ground: 12h}}\n{QUIET}")
    mail_server.faults += [("DATA", "451 try later"), ("MAIL", "421 too busy")]
    said = list(cron(program, server, a_day_at_vladivostok()))
    assert [number for number, (code, _, _) in enumerate(said) if code != 0] == [2, 3]
    assert {code for code, _, _ in said} == {0, 4}
    assert {out for _, out, _ in said} == {""}

    landed, still, left = (mail.message for mail in mail_server.mails)
    assert landed["Subject"] == LANDED
    assert re.fullmatch(r"RA-86559 is still .* Vladivostok VVO.* 1[2-5] h \d\d min.*", still["Subject"]), still[
        "Subject"
    ]
    assert re.fullmatch(
        r"RA-86559 left Vladivostok VVO (?:at|about) \d\d:\d\d local on 11 January 2024 after about "
        r"(23 h 5\d|24 h 0\d) min, seen leaving",
        left["Subject"],
    )
    assert len({mail["Message-ID"] for mail in (landed, still, left)}) == 3
    thread, _ = landed["References"].split()  # the other is that of what was told of the flight before, had it been
    first = landed["Message-ID"]
    assert [mail["References"] for mail in (still, left)] == [f"{thread} {first}"] * 2
    assert [mail["In-Reply-To"] for mail in (landed, still, left)] == [None, first, first]


def test_a_reader_with_a_full_mailbox(
    program: Program, server: OpenSkyServer, mail_server: SmtpServer, trusted: Path
) -> None:
    """The others get each mail at once, it gets both when there is room: the same mails, in order, nobody one twice."""
    mail_alerts(program, mail_server, trusted)
    desk, night, third = "desk@example.org", "night@example.org", "third@example.org"
    listed = program.watchlist.read_text().replace(f'"{night}"', f'"{night}", "{third}"')
    program.watchlist.write_text(f"{listed}alerts: {{still_on_ground: 5m}}\n{QUIET}")
    *approach, landed, stayed, room, later = a_day_at_vladivostok()[:6]
    assert {code for code, _, _ in cron(program, server, approach)} == {0}
    mail_server.refused[third] = "452 4.2.2 mailbox full"
    refusal = f"127.0.0.1:{mail_server.port} refuses 1 of 3 addresses for now: 452 4.2.2 mailbox full"
    channel, kept = f"flightwatch: email:{desk},{night},{third}", "kept, will be tried again\n"
    assert list(cron(program, server, [landed, stayed])) == [
        (4, "", f"{channel}: {refusal}; the others got it; {kept}"),
        (4, "", f"{channel}: {refusal}; {kept}flightwatch: {channel[13:]}: {refusal}; the others got it; {kept}"),
    ]
    assert f"  undelivered alerts: 2 for email:{desk},{night},{third}: {refusal}" in program.out("status")
    assert [mail.to for mail in mail_server.mails] == [[desk, night]] * 2
    del mail_server.refused[third]
    assert list(cron(program, server, [room, later])) == [(0, "", "")] * 2
    assert [mail.to for mail in mail_server.mails[2:]] == [[third]] * 2
    for header in ("Message-ID", "To", "Subject"):
        first, second, *again = (mail.message[header] for mail in mail_server.mails)
        assert [first, second] == again
    assert mail_server.mails[0].message["To"] == f"{desk}, {night}, {third}"
    assert "undelivered" not in program.out("status")


def contradicted() -> list[Answer]:
    """Give a landing at Pyongyang that must be inferred, and then the aircraft again at cruise, too soon to have landed."""
    answers = unseen_visit()[:12]
    time, last = answers[-1][0], answers[3][1][0]
    again = [*last]
    again[3] = again[4] = time + 60
    return [*answers, (time + 60, [again]), (time + 2 * DAY, [])]


@pytest.mark.parametrize(
    ("routing", "expected"),
    [
        ("", ["RA-86559 probably landed at Pyongyang FNJ", "TAKEN BACK"]),
        slow("    delay: 24h\n", []),
        slow("    only: [VVO]\n", []),
        ("    on: [landing]\n", ["RA-86559 probably landed at Pyongyang FNJ", "TAKEN BACK"]),
        slow("    on: [departure]\n", []),
        slow("    min_confidence: 0.98\n", []),
    ],
)
def test_a_landing_that_is_taken_back(
    routing: str, expected: list[str], program: Program, server: OpenSkyServer, mail_server: SmtpServer, trusted: Path
) -> None:
    """Whoever got the landing gets the correction; where it was still waiting, nothing is published at all."""
    mail_alerts(program, mail_server, trusted)
    with program.watchlist.open("a") as file:
        file.write(f"{routing}{QUIET}")
    assert {code for code, _, _ in cron(program, server, contradicted())} == {0}
    assert [subject[: len(begin)] for subject, begin in zip(subjects(mail_server), expected, strict=True)] == expected
    if expected:
        landed, taken_back = (mail.message for mail in mail_server.mails)
        assert taken_back["In-Reply-To"] == landed["Message-ID"]


def test_a_landing_that_not_everybody_got_is_taken_back(
    program: Program, server: OpenSkyServer, mail_server: SmtpServer, trusted: Path
) -> None:
    """Whoever was refused it, and has room again by then, hears of neither."""
    mail_alerts(program, mail_server, trusted)
    with program.watchlist.open("a") as file:
        file.write(QUIET)
    desk, night = "desk@example.org", "night@example.org"
    *until_told, again, later = contradicted()
    mail_server.refused[night] = "452 4.2.2 mailbox full"
    assert 4 in {code for code, _, _ in cron(program, server, until_told)}
    del mail_server.refused[night]
    assert {code for code, _, _ in cron(program, server, [again, later])} == {0}
    assert [(mail.to, str(mail.message["Subject"])[:10]) for mail in mail_server.mails] == [
        ([desk], "RA-86559 p"),
        ([desk], "TAKEN BACK"),
    ]


def test_an_address_with_a_typing_error(
    program: Program, server: OpenSkyServer, mail_server: SmtpServer, trusted: Path
) -> None:
    """What it was refused goes to the address that takes its place, and to nobody a second time."""
    mail_alerts(program, mail_server, trusted)
    desk, night, typo = "desk@example.org", "night@example.org", "nigth@example.og"
    right = program.watchlist.read_text() + QUIET
    program.watchlist.write_text(right.replace(night, typo))
    mail_server.refused[typo] = "450 4.1.2 Domain not found"
    answers = a_day_at_vladivostok()[:4]
    assert [code for code, _, _ in cron(program, server, answers[:-1])][-1] == 4
    program.watchlist.write_text(right)
    assert list(cron(program, server, answers[-1:])) == [(0, "", "")]
    assert [mail.to for mail in mail_server.mails] == [[desk], [night]]


@pytest.mark.slow
def test_published_a_day_later(program: Program, server: OpenSkyServer, mail_server: SmtpServer, trusted: Path) -> None:
    """A landing and a departure, each a day after it was known."""
    mail_alerts(program, mail_server, trusted)
    with program.watchlist.open("a") as file:
        file.write(f"    delay: 24h\n{QUIET}")
    answers = a_day_at_vladivostok()
    assert {code for code, _, _ in cron(program, server, answers[:-3])} == {0}
    assert subjects(mail_server) == []
    later = [(UP + hours * HOUR, rows()) for hours in (12, 23, 25)]
    assert {code for code, _, _ in cron(program, server, answers[-3:])} == {0}
    assert subjects(mail_server) == [LANDED]
    assert {code for code, _, _ in cron(program, server, later)} == {0}
    assert [subject[:31] for subject in subjects(mail_server)[1:]] == ["RA-86559 left Vladivostok VVO a"]


def test_behind_a_delay_an_alert_names_nobody_who_came_later(program: Program, server: OpenSkyServer) -> None:
    """Who came since is held back as long; and who is followed for its callsign is called so, whenever that is told."""
    program.watchlist.write_text(
        "aircraft: [{callsign: RSD*, label: Il-62M}, {registration: P-885, icao24: 7278a5}]\n"
        f"notify: [{{print: , delay: 1h}}]\n{QUIET}"
    )
    koryo, later, callsign = "7278a5", SEEN_DOWN + 45 * MINUTE, {"callsign": "RSD100  "}
    first, second = arrival("VVO", SEEN_DOWN, icao24=ICAO24), arrival("VVO", later, icao24=koryo)
    answers = [
        *(
            (t, rows(replace(in_flight(first, t), **callsign)))
            for t in (SEEN_DOWN - 10 * MINUTE, SEEN_DOWN - 5 * MINUTE)
        ),
        *(
            (SEEN_DOWN + m * MINUTE, rows(parked("VVO", SEEN_DOWN + m * MINUTE, icao24=ICAO24, **callsign)))
            for m in (2, 7)
        ),
        *((t, rows(sent(second, t))) for t in (later - 10 * MINUTE, later - 5 * MINUTE)),
        *((t, rows(parked("VVO", t, icao24=koryo))) for t in (later + 2 * MINUTE, later + 7 * MINUTE)),
        *((SEEN_DOWN + m * MINUTE, rows()) for m in (70, 115)),
    ]
    *early, (_, of_first, _), (_, of_second, _) = cron(program, server, answers)
    assert {said for _, said, _ in early} == {""}
    assert of_first.startswith("Aircraft 15521f (Il-62M, flying as RSD100) landed at Vladivostok VVO")
    assert "P-885" not in of_first
    assert of_second.startswith("P-885 landed at Vladivostok VVO")
    assert "15521f" in of_second


def test_an_address_is_corrected_while_a_mail_is_under_way(
    program: Program, server: OpenSkyServer, mail_server: SmtpServer, trusted: Path
) -> None:
    """What another process is handing over is left to it, and not taken from it for the new address."""
    mail_alerts(program, mail_server, trusted)
    with program.watchlist.open("a") as file:
        file.write(QUIET)
    *answers, last, more = a_day_at_vladivostok()[:6]
    mail_server.refused |= dict.fromkeys(("desk@example.org", "night@example.org"), "450 4.2.0 later")
    assert [code for code, _, _ in cron(program, server, answers)][-1] == 4
    mail_server.refused.clear()
    program.watchlist.write_text(program.watchlist.read_text().replace("night@", "day@"))
    with delivery_lock(program.database, "email:desk@example.org,night@example.org") as held:
        assert held
        list(cron(program, server, [last]))
        assert mail_server.mails == []
    list(cron(program, server, [more]))
    assert [mail.to for mail in mail_server.mails] == [["desk@example.org", "day@example.org"]]


@pytest.mark.slow
def test_blindness(program: Program, server: OpenSkyServer, mail_server: SmtpServer, trusted: Path) -> None:
    """One mail when no poll has succeeded for too long, one when sight returns, with the gap; a visit in it says so."""
    mail_alerts(program, mail_server, trusted)
    answers = a_day_at_vladivostok()
    with program.watchlist.open("a") as file:
        file.write("health: {blind_after: 3s}\n")
    list(cron(program, server, [*answers[:5], *regular(answers[4])]))
    mail_server.mails.clear()
    program.environment["FLIGHTWATCH_OPENSKY_URL"] = "http://127.0.0.1:9/api"
    for _ in range(2):  # each tries for five seconds, which is far beyond what polls a second apart are used to
        assert program.run("poll").returncode == 3
    assert [subject[:40] for subject in subjects(mail_server)] == ["flightwatch is blind: no successful poll"]
    program.environment["FLIGHTWATCH_OPENSKY_URL"] = server.url
    list(cron(program, server, answers[-4:]))
    # Polls that are seconds apart by our clock and minutes by the sky's are each a gap; the first one is meant.
    blind, sees, *_ = (mail.message for mail in mail_server.mails)
    [left] = [mail.message for mail in mail_server.mails if " left " in mail.message["Subject"]]
    assert re.fullmatch(r"flightwatch sees again: it was blind .*, for 23 h 4\d min", sees["Subject"])
    assert sees["In-Reply-To"] == blind["Message-ID"]
    assert left["In-Reply-To"] != sees["In-Reply-To"]
    body = left.get_body(("plain",))
    assert body is not None
    assert re.search(r"23 h 4\d min", body.get_content().partition("not watched")[2])


@pytest.mark.slow
def test_blindness_is_told_where_health_is_asked_for(program: Program, server: OpenSkyServer) -> None:
    """As when cron was dead and is back: one line, and no alert channel is troubled."""
    with HookServer() as hook:
        with program.watchlist.open("a") as file:
            file.write(
                "notify:\n  - print:\n    on: [landing, departure]\n"
                f"  - apprise: json://{hook.address}/desk\n    on: [health]\n"
            )
        answers = a_day_at_vladivostok()
        said = list(cron(program, server, [*answers[:5], *regular(answers[4]), *answers[-4:]]))
        assert {(code, err) for code, _, err in said} == {(0, "")}
        assert [out.split()[1] for _, out, _ in said if out] == ["(Il-62M,", "(Il-62M,"]
        [request] = hook.requests
    assert json.loads(request.body)["title"].startswith("flightwatch sees again: it was blind ")


def test_a_heartbeat(program: Program, server: OpenSkyServer) -> None:
    """After each good poll, and after no other, such as one whose rows cannot be read.

    One that fails is said, with its host only, and is no failure of the poll.
    """
    with HookServer() as hook:
        with program.watchlist.open("a") as file:
            file.write(f"health: {{heartbeat: 'http://{hook.address}/secret-1'}}\n")
        answer = a_day_at_vladivostok()[0]
        hook.statuses += [200, 404]
        said = list(cron(program, server, [answer, answer]))
        assert [(request.method, request.path) for request in hook.requests] == [("GET", "/secret-1")] * 2
        server.faults.append(status(403))
        assert program.run("poll").returncode == 3
        show(server, answer[0] + 60, [row(f"{0x700000 + n:06x}", last_contact="never") for n in range(9)])
        assert program.run("poll").returncode == 3
        assert program.run("poll", "--dry-run").returncode == 3
        show(server, *answer)
        assert program.run("poll", "--dry-run").returncode == 0
        assert len(hook.requests) == 2
        hook.statuses.append(503)
        hook.retry_after = "60"  # longer than it may take, so that it is not fetched again
        said += cron(program, server, [answer])
        assert len(hook.requests) == 3
    advice = "check health.heartbeat in the watchlist"
    assert said == [
        (0, "", ""),
        (0, "", f"flightwatch: the heartbeat at 127.0.0.1 was answered with 404; {advice}\n"),
        (0, "", f"flightwatch: the heartbeat at 127.0.0.1 cannot be fetched; {advice}\n"),
    ]
