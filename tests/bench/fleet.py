"""A day of a fleet and a hub without a mail server, and the polls after it, by hand: ``python tests/bench/fleet.py``.

200 watched aircraft land at airports all over the world, 800 strangers at the hub, and all leave again: 2,000 alerts in 24 hours.
Every poll is a process of its own within 512 MB of address space, with OpenSky and a mail server on the loopback, which refuses
every mail of the day at the step ``--at`` of SMTP. Between two polls the database is made five minutes older. What arrives is
compared with what the database holds: by the tables that are attached, and by the texts of mails that have none. A poll's time is
the processor's.
"""

import argparse
import csv
import io
import json
import logging
import re
import sys
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from typing import Literal

logging.getLogger("mail.log").disabled = True
sys.path.extend((str(Path(__file__).parents[1] / "support"), str(Path(__file__).parents[2] / "tools")))

from cron_polls import CronSetup  # noqa: E402 after the path
from crowds import fleet  # noqa: E402 after the path
from limited import MEGABYTE, Limited, run_limited  # noqa: E402 after the path
from made_visits import rows  # noqa: E402 after the path
from opensky_server import Row  # noqa: E402 after the path
from program import installed, mail_alerts, open_sky, set_up, show  # noqa: E402 after the path
from smtp_server import SmtpServer  # noqa: E402 after the path
from state_vectors import DAY, HOUR, MINUTE, above, arrival, departure, everywhere, parked, sent  # noqa: E402 after the path
from trustme import CA  # noqa: E402 after the path

from flightwatch.core.model import Event, StateVector  # noqa: E402 after the path
from flightwatch.storage.store import Store  # noqa: E402 after the path

START = 1_704_844_800
"""10 January 2024, 00:00 UTC."""
EVERY_S, LIMIT = 5 * MINUTE, 512 * MEGABYTE
POLLS = DAY // EVERY_S
MOST_AFTER = 8 * HOUR // EVERY_S
"""Polls after the day, at most: the longest pause is half of that."""

HUB, FIELDS = "ZRH", ("VVO", "OTP", "KUL", "ALA", "CPT", "SIN", "JFK", "DXB")
STRANGERS = 800
FIRST, LAST, STAY_S = HOUR, 21 * HOUR, (40 * MINUTE, 100 * MINUTE)
UNHEARD, LOST_M = 0.25, 1_500.0
"""So many of the fleet come down where nobody hears what is lower than that."""
TAXI_S = 10 * MINUTE
HOURS = (1, 6, 12, 24)
"""After these the table has a line."""

Step = Literal["MAIL", "DATA"]
News = tuple[str, str]
"""A visit's id, and the type of what is told of it."""


@dataclass(frozen=True)
class Call:
    """An aircraft comes, stays and leaves."""

    icao24: str
    code: str
    down_at: int
    up_at: int
    is_heard: bool
    """Down to the ground and on it."""

    def report(self, at: int) -> StateVector | None:
        """What is heard of it; None: nothing."""
        heard = everywhere if self.is_heard else above(LOST_M)
        if at < self.down_at:
            return sent(arrival(self.code, self.down_at, icao24=self.icao24), at, heard)
        if at > self.up_at:
            return sent(departure(self.code, self.up_at, icao24=self.icao24), at, heard)
        if self.is_heard and not self.down_at + TAXI_S < at < self.up_at - TAXI_S:
            return parked(self.code, at, icao24=self.icao24, velocity=9.0)
        return None


def calls() -> list[Call]:
    """Everybody who comes in the day."""
    random = Random(1)
    coming = [(icao24, random.choice(FIELDS), random.random() >= UNHEARD) for icao24 in fleet()]
    coming += [(f"{0x4B2000 + number:06x}", HUB, True) for number in range(STRANGERS)]
    found = []
    for icao24, code, is_heard in coming:
        down_at = START + random.randrange(FIRST, LAST)
        found.append(Call(icao24, code, down_at, down_at + random.randrange(*STAY_S), is_heard))
    return found


@dataclass
class Run:
    """Polls one after another, and the mail server beside them."""

    setup: CronSetup
    mail_server: SmtpServer
    step: Step
    calls: list[Call] = field(default_factory=calls)
    polls: list[Limited] = field(default_factory=list)
    tries: int = 0
    """Mails that were refused."""

    def poll(self, *, is_down: bool) -> None:
        """Poll once, and let five minutes pass."""
        at = START + len(self.polls) * EVERY_S
        faults = deque[tuple[str, str]]([(self.step, "451 4.3.2 not now")] * (10_000 if is_down else 0))
        before, self.mail_server.faults = len(faults), faults
        show(self.setup.server, at, self.sky(at))
        program = self.setup.program
        done = run_limited(LIMIT, [sys.executable, "-m", "flightwatch", "poll"], program.folder, program.environment)
        self.tries += before - len(faults)
        self.polls.append(done)
        assert done.code in ({0, 4} if is_down else {0}), done
        self.setup.wait(EVERY_S)

    def sky(self, at: int) -> list[Row]:
        """All that is heard then."""
        return rows(*(call.report(at) for call in self.calls))

    def in_database(self, what: str) -> int:
        """Count alerts of which this holds, in SQL."""
        with Store(self.setup.program.database) as store, store.reading() as db:
            return int(db.execute(f"SELECT count(*) FROM alerts WHERE {what}").fetchone()[0])  # noqa: S608 our own

    def events(self) -> list[Event]:
        """All events of the database but those whose alerts were withdrawn."""
        with Store(self.setup.program.database) as store, store.reading() as db:
            withdrawn = "SELECT event FROM alerts WHERE outcome = 'withdrawn' AND event IS NOT NULL"
            ids = db.execute(f"SELECT id FROM events WHERE id NOT IN ({withdrawn})").fetchall()  # noqa: S608 our own
            return [*store.events([id_ for (id_,) in ids]).values()]


def told(mail: EmailMessage) -> Iterator[News]:
    """What a mail tells, by its table if it has one, else by its text."""
    for table in mail.iter_attachments():
        yield from ((row["visit"], row["type"]) for row in csv.DictReader(io.StringIO(table.get_content())))
        return
    body = mail.get_body(("plain",))
    assert body is not None
    *alerts, _ = re.split(r"^ *visit +(\S+)\s*$", body.get_content(), flags=re.MULTILINE)
    kinds = {"left": "departure", "heard again": "retraction", "as of": "reminder"}
    for text, visit in zip(alerts[::2], alerts[1::2], strict=True):
        names = (kind for name, kind in kinds.items() if re.search(rf"^ *{name}  ", text, re.MULTILINE))
        yield visit, next(names, "landing")


def line(run: Run, first: int, name: str) -> str:
    """What polls since this one came to."""
    polls = run.polls[first:]
    seconds = [poll.cpu_s for poll in polls]
    peak = max(poll.peak_bytes for poll in polls) / MEGABYTE
    return (
        f"{name:24} {len(polls):5} {run.in_database('1'):7,} {run.in_database('ended IS NULL'):7,} "
        f"{median(seconds):14.2f} {max(seconds):6.2f} {peak:6.0f} {run.tries:6,} {len(run.mail_server.mails):6,}"
    )


def measure(run: Run) -> None:
    """Poll a day without mail, then until nothing waits; print the table."""
    print(f"{'':24} polls  alerts waiting  CPU s, median  worst     MB  tries  mails", flush=True)
    first = 0
    for number in range(1, POLLS + 1):
        run.poll(is_down=True)
        if number * EVERY_S / HOUR in HOURS:
            print(line(run, first, f"down, to hour {number * EVERY_S // HOUR}"), flush=True)
            first = number
    while run.in_database("ended IS NULL") and len(run.polls) < POLLS + MOST_AFTER:
        waited, mails = len(run.polls), len(run.mail_server.mails)
        run.poll(is_down=False)
        if len(run.mail_server.mails) > mails:
            print(line(run, waited, f"mail again, poll {waited + 1 - POLLS}"), flush=True)
    came = [Counter(told(mail.message)) for mail in run.mail_server.mails]
    arrived, events = sum(came, Counter[News]()), run.events()
    kept = Counter[News]((event.visit, event.type) for event in events)
    landed = {event.icao24 for event in events if (event.visit, "landing") in arrived}
    print(
        f"mails with {', '.join(str(sum(each.values())) for each in came)} alerts: {Counter(kind for _, kind in arrived)}"
    )
    print(
        f"lost: {len(kept - arrived)}; twice: {len(arrived - kept)}; landings told of {len(landed)} of {len(run.calls)}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--at", choices=("MAIL", "DATA"), default="MAIL", help="Where SMTP is refused.")
    step: Step = parser.parse_args().at
    authority = CA()
    with TemporaryDirectory() as folder, open_sky() as server:
        trusted = Path(folder, "trusted.pem")
        authority.cert_pem.write_to_path(trusted)
        with SmtpServer(certificate=authority.issue_cert("127.0.0.1")) as mail_server:
            program = set_up(installed(Path(folder)), server)
            program.watchlist.write_text(f"aircraft: {json.dumps(fleet())}\nairports: [{HUB}]\n")
            mail_alerts(program, mail_server, trusted)
            measure(Run(CronSetup(program, server), mail_server, step))


if __name__ == "__main__":
    main()
