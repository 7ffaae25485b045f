"""Very many alerts that wait for one channel, as after a day without a mail server: one digest that a person can use."""

import csv
import io
import json
import os
from collections.abc import Callable
from time import time

import pytest
from crowds import crowd, fleet
from opensky_server import OpenSkyServer
from program import Program, mail_alerts, show
from smtp_server import SmtpServer

from flightwatch.alerting.notices import MOST_TOLD
from flightwatch.storage.outbox import Outbox
from flightwatch.storage.store import Store

CHANNEL = "email:desk@example.org,night@example.org"
LIMIT = 512_000_000
"""Most address space of the poll, bytes."""


@pytest.fixture
def crowded(program: Program, server: OpenSkyServer) -> Callable[..., None]:
    """Let so many landings at one airport wait for channels."""

    def wait(count: int, *channels: str) -> None:
        program.watchlist.write_text(f"aircraft: {json.dumps(fleet())}\n")
        crowd(program.database, count, *channels)
        show(server, round(time()), [])

    return wait


@pytest.mark.slow
@pytest.mark.skipif(not os.path.exists("/usr/bin/prlimit"), reason="prlimit is a tool of Linux")  # noqa: PTH110 a constant
def test_two_thousand_by_mail_within_little_memory(
    program: Program, crowded: Callable[..., None], mail_server: SmtpServer, trusted: os.PathLike[str]
) -> None:
    """The first hundred are told, the rest counted by airport, all of them in the table, and none waits any more."""
    crowded(2_000, CHANNEL)
    mail_alerts(program, mail_server, trusted)  # type: ignore[arg-type] # a path
    done = program.run("poll", wrapped=("prlimit", f"--as={LIMIT}"))
    assert (done.returncode, done.stderr) == (0, "")
    [mail] = [mail.message for mail in mail_server.mails]
    assert str(mail["Subject"]).startswith("2,000 alerts: AFL0 (")
    for kind in ("plain", "html"):
        body = mail.get_body((kind,))
        assert body is not None
        text = body.get_content()
        assert text.count("https://globe.adsb.lol/?icao=") == MOST_TOLD
        assert "and 1,900 more alerts, which alerts.csv lists too:" in text
        assert "1,900 at Vladivostok VVO" in text
    table, page = mail.iter_attachments()
    assert page.get_filename() == "visits.html"
    assert 0 < len(page.get_content()) < 2_000_000
    assert (table.get_filename(), table.get_content_type()) == ("alerts.csv", "text/csv")
    _, *rows = csv.reader(io.StringIO(table.get_content()))
    assert [row[0] for row in rows] == [f"landing-{number}" for number in range(2_000)]
    assert "undelivered" not in program.out("status")


def test_many_are_printed_as_a_hundred_and_a_count(program: Program, crowded: Callable[..., None]) -> None:
    crowded(150, "print")
    *told, tracks_go, more, place = program.out("poll").splitlines()
    assert tracks_go.startswith("  tracks are there for some weeks; ")
    assert (len(told), more, place) == (
        2 * MOST_TOLD,
        "and 50 more alerts, flightwatch history tells them:",
        "  50 at Vladivostok VVO",
    )


def test_programs_get_every_event(program: Program, crowded: Callable[..., None]) -> None:
    """With what shows it, however many there are."""
    crowded(150, "print")
    events = [json.loads(line) for line in program.out("poll", "--format", "jsonl").splitlines()]
    assert [event["id"] for event in events] == [f"landing-{number}" for number in range(150)]
    assert all(event["evidence"] for event in events)


def test_an_alert_that_cannot_be_read_does_not_hold_up_the_others(
    program: Program, crowded: Callable[..., None]
) -> None:
    """It is said in one line, and counts as tried."""
    crowded(3, "print")
    with Store(program.database) as store, store.writing() as db:
        db.execute("UPDATE events SET event = '{' WHERE id = 'landing-1'")
    done = program.run("poll")
    assert done.returncode == 4
    assert done.stderr == (
        "flightwatch: print: 1 alert cannot be read, the database is damaged; kept, will be tried again\n"
    )
    assert [line.split()[0] for line in done.stdout.splitlines() if line[:1].strip()] == ["AFL0", "AFL2"]
    with Store(program.database) as store:
        outbox = Outbox(store)
        assert [line.waiting for line in outbox.undelivered(store.last_poll_at() or pytest.fail("no poll"))] == [1]


def test_an_alert_whose_surroundings_cannot_be_read_is_told(program: Program, crowded: Callable[..., None]) -> None:
    """What happened does not depend on who else was there."""
    crowded(2, "print")
    with Store(program.database) as store, store.writing() as db:
        db.execute("UPDATE visits SET arrival_basis = 'guessed' WHERE id = 'visit-0'")
    done = program.run("poll")
    assert [line.split()[0] for line in done.stdout.splitlines() if line[:1].strip()] == ["AFL0", "AFL1"]
    assert (done.returncode, done.stderr.count("\n")) == (0, 1)
    assert "flightwatch.db: 1 damaged row left out: the visit 'visit-0' of " in done.stderr
