"""The main job, as cron does it: a process a poll, from an approach to the history of the visit."""

import csv
import io
import json
import os
import re
from collections.abc import Iterable
from datetime import datetime
from importlib.resources import as_file, files
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from made_visits import SEEN_DOWN, SEEN_UP, UNSEEN_DOWN, UNSEEN_UP, Answer, seen_visit, unseen_visit
from opensky_server import TIME, OpenSkyServer, row, status
from program import RICH, Program, mail_alerts, show
from smtp_server import SmtpServer
from terminals import Terminal
from unprinted_polls import polled

from flightwatch.core.ids import identity
from flightwatch.core.model import instant
from flightwatch.sources.opensky_states import OpenSky
from flightwatch.storage.store import Store

WHO = "RA-86559 (Il-62M, Russian Air Force)"
LANDED = (
    f"{WHO} landed at Vladivostok VVO on 10 January 2024 at 15:00 local, 05:00 UTC; seen on the ground there.\n"
    f"  aircraft    {WHO}\n"
    "  callsign    TST1\n"
    "  icao24      15521f, registered in Russia\n"
    "  where       Vladivostok International Airport (VVO/UHWW), Artyom, Russia\n"
    "  landed      10 January 2024 at 15:00 local, 05:00 UTC\n"
    "  known       observed\n"
    "  flight      first heard 99 km south-west of Vladivostok VVO (Russia) at 04:50 UTC, 10 min before\n"
    "  record      first visit recorded here; watching only since 10 January 2024\n"
    f"  visit       {identity('visit', '15521f', SEEN_DOWN + 60)}\n"
    "  look it up  https://globe.adsb.lol/?icao=15521f&showTrace=2024-01-10\n"
    "              https://globe.adsbexchange.com/?icao=15521f&showTrace=2024-01-10\n"
    "              https://www.flightradar24.com/data/aircraft/ra-86559\n"
    "              https://www.planespotters.net/hex/15521F\n"
    "              tracks are there for some weeks; flightwatch report draws what was heard\n"
)
LEFT = (
    re.escape(f"{WHO} left Vladivostok VVO on 10 January 2024 ")
    + r"(at|about) 16:30 local, 06:30 UTC, after about 1 h (29|30|31) min; seen leaving\.\n(  .*\n)+"
)
"""The stay was an hour and a half; polls tell it to a minute or so."""
TOUCHDOWN = 3
"""The poll of `seen_visit` that sees it on the runway."""


def cron(program: Program, server: OpenSkyServer, answers: Iterable[Answer], *options: str) -> list[str]:
    """Poll each of these answers in a process of its own; give what each prints."""
    printed = []
    for time, rows in answers:
        show(server, time, rows)
        printed.append(program.out("poll", *options))
    return printed


def watch_through(program: Program) -> None:
    """Have the pauses of these few polls not taken for blindness."""
    with program.watchlist.open("a") as file:
        file.write("health: {blind_after: 30d}\n")


def test_a_visit_that_was_seen(program: Program, server: OpenSkyServer) -> None:
    """One alert when it lands, one when it leaves, no word else; the history in every form. Each command starts Python."""
    program.warm = None
    printed = cron(program, server, seen_visit())
    assert [number for number, text in enumerate(printed) if text] == [TOUCHDOWN, 8]
    assert printed[TOUCHDOWN] == LANDED
    assert re.fullmatch(LEFT, printed[8])

    [visit] = json.loads(program.out("history", "RA-86559", "--format", "json"))
    assert visit["airport_iata"] == "VVO"
    assert (visit["arrival_basis"], visit["departure_basis"]) == ("observed", "observed")
    assert abs(visit["dwell_s"] - (SEEN_UP - SEEN_DOWN)) <= 120
    assert visit["dwell_min_s"] <= SEEN_UP - SEEN_DOWN <= visit["dwell_max_s"]
    assert [json.loads(program.out("history", "15521f", "--format", "jsonl"))] == [visit]
    [cells] = csv.DictReader(io.StringIO(program.out("history", "VVO", "--format", "csv")))
    assert cells == {name: "" if value is None else str(value) for name, value in visit.items()}
    table = program.out("history", "ra86559", "--offline", "--since", "2024-01-10", "--until", "2024-01-10")
    *_, first, second = (line.split() for line in table.splitlines()[:-1])
    assert " ".join(first).startswith("RA-86559 Vladivostok 2024-01-10 2024-01-10 about 1 h ")
    assert second == ["VVO/UHWW", "05:00", "06:30"]
    assert table.splitlines()[-1] == (
        "1 visit; in this time watched from 2024-01-10 04:50 to 06:55 UTC, without a long break; "
        "1 landing observed; OpenSky was not asked about past flights"
    )


def test_a_visit_that_nobody_saw(program: Program, server: OpenSkyServer) -> None:
    """The way down ends far above the ground: both alerts say that they are inferred, and their ranges hold the truth."""
    watch_through(program)
    events = [json.loads(line) for line in cron(program, server, unseen_visit(), "--format", "jsonl") if line]
    assert [(event["type"], event["airport"]["iata"], event["basis"]) for event in events] == [
        ("landing", "FNJ", "inferred"),
        ("departure", "FNJ", "inferred"),
    ]
    for event, truth in zip(events, (UNSEEN_DOWN, UNSEEN_UP), strict=True):
        assert datetime.fromisoformat(event["earliest"]) <= instant(truth) <= datetime.fromisoformat(event["latest"])
        assert 0.6 <= event["confidence"] < 1.0
    landing, departure = events
    assert departure["dwell_min_s"] <= UNSEEN_UP - UNSEEN_DOWN <= departure["dwell_max_s"]
    [visit] = json.loads(program.out("history", "FNJ", "--format", "json"))
    assert (visit["visit"], visit["visit"]) == (landing["visit"], departure["visit"])
    assert (visit["arrived"], visit["departed"]) == (landing["time"], departure["time"])
    assert visit["dwell_s"] == departure["dwell_s"]


def test_while_it_is_there(program: Program, server: OpenSkyServer, source: OpenSky) -> None:
    polled(program, server, source, seen_visit()[: TOUCHDOWN + 2])
    title, last, credits_left, waiting, new, nothing, ground, where = program.out("status").splitlines()
    assert (ground, new, title) == ("on the ground", "new in the last 24 h", "polling")
    assert where.startswith(f"  {WHO}: Vladivostok VVO, at least ")
    assert ", since 2024-01-10 05:00 UTC (observed); no good poll since 2024-01-10 " in where
    assert nothing.startswith("  not known: no good poll since 2024-01-10 ")
    assert (last.startswith("  last good poll: "), credits_left, waiting) == (
        True,
        f"  credits left: {RICH - 20:,}",
        "  undelivered alerts: 1 for print",
    )
    [visit] = json.loads(program.out("history", "RA-86559", "--format", "json"))
    assert (visit["departed"], visit["departed_latest"], visit["departure_confidence"]) == (None, None, 0.0)
    assert visit["departed_earliest"] == "2024-01-10T05:06:00Z"


def test_a_poll_that_is_killed_before_it_prints(program: Program, server: OpenSkyServer, source: OpenSky) -> None:
    """The next one prints what it could not, once; also when it gets no answer itself."""
    polled(program, server, source, seen_visit()[: TOUCHDOWN + 1])
    server.faults.append(status(403))
    done = program.run("poll")
    assert (done.returncode, done.stdout) == (3, LANDED)
    assert done.stderr.count("\n") == 1
    assert cron(program, server, seen_visit()[TOUCHDOWN + 1 : TOUCHDOWN + 3]) == ["", ""]


def test_a_poll_that_nobody_reads(program: Program, server: OpenSkyServer, source: OpenSky) -> None:
    """Its alert is kept, which it says, and printed by the next."""
    polled(program, server, source, seen_visit()[:TOUCHDOWN])
    show(server, *seen_visit()[TOUCHDOWN])
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = program.run("poll", stdout=writer)
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (
        4,
        "flightwatch: print: standard output cannot be written: Broken pipe; kept, will be tried again\n",
    )
    assert cron(program, server, seen_visit()[TOUCHDOWN + 1 : TOUCHDOWN + 3]) == [LANDED, ""]


def test_a_poll_whose_output_is_closed(program: Program, server: OpenSkyServer, source: OpenSky) -> None:
    """As by ``>&-`` in a crontab, this is no delivery."""
    polled(program, server, source, seen_visit()[: TOUCHDOWN + 1])
    done = program.closed("poll")
    assert (done.returncode, done.stderr) == (
        4,
        "flightwatch: print: standard output cannot be written: Broken pipe; kept, will be tried again\n",
    )
    assert program.out("poll") == LANDED


@pytest.mark.slow
def test_a_visit_by_mail(program: Program, server: OpenSkyServer, mail_server: SmtpServer, trusted: Path) -> None:
    """Two mails to all, in one thread, and nothing printed for cron to mail besides."""
    mail_alerts(program, mail_server, trusted)
    watch_through(program)
    assert set(cron(program, server, unseen_visit())) == {""}
    landed, left = (mail.message for mail in mail_server.mails)
    assert re.fullmatch(
        r"RA-86559 (probably )?landed at Pyongyang FNJ about 10:\d\d local on 26 September 2023, \d\d % sure that it did",
        landed["Subject"],
    )
    assert re.fullmatch(
        r"RA-86559 (probably )?left Pyongyang FNJ about 09:\d\d local on 28 September 2023 after about 46 h \d\d min, "
        r"\d\d % sure that it had landed there",
        left["Subject"],
    )
    assert left["In-Reply-To"] == landed["Message-ID"]
    visit, _flight = landed["References"].split()
    assert left["References"].split() == [visit, landed["Message-ID"]]
    assert landed["Message-ID"] != left["Message-ID"]
    assert [mail.to for mail in mail_server.mails] == [["desk@example.org", "night@example.org"]] * 2


def test_a_mail_server_that_hiccups(
    program: Program, server: OpenSkyServer, mail_server: SmtpServer, trusted: Path
) -> None:
    """It refuses twice: the mail is kept and arrives once, as the one it would have been."""
    mail_alerts(program, mail_server, trusted)
    answers = seen_visit()
    cron(program, server, answers[:TOUCHDOWN])
    mail_server.faults += [("DATA", "451 try later"), ("MAIL", "421 too busy")]
    for answer, reply in zip(
        answers[TOUCHDOWN:],
        ("does not take the mail for now: 451", "does not take mail from watch@example.net for now: 421"),
        strict=False,
    ):
        show(server, *answer)
        done = program.run("poll")
        assert (done.returncode, done.stdout, reply in done.stderr) == (4, "", True), done.stderr
        assert done.stderr.endswith("; kept, will be tried again\n")
        assert mail_server.mails == []
    cron(program, server, answers[TOUCHDOWN + 2 : TOUCHDOWN + 4])
    [mail] = mail_server.mails
    assert (
        mail.message["Subject"]
        == "RA-86559 landed at Vladivostok VVO at 15:00 local on 10 January 2024, seen on the ground"
    )
    with Store(program.database) as store:
        [visit] = store.visits()
    assert mail.message["Message-ID"] == f"<{visit.landing}.flightwatch@example.net>"


def test_an_alert_that_a_full_disk_does_not_take(program: Program, server: OpenSkyServer, source: OpenSky) -> None:
    polled(program, server, source, seen_visit()[: TOUCHDOWN + 1])
    with open("/dev/full", "w") as full:  # noqa: PTH123 a device
        done = program.run("poll", stdout=full.fileno())
    assert (done.returncode, done.stderr) == (
        4,
        "flightwatch: print: standard output cannot be written: No space left on device; kept, will be tried again\n",
    )
    assert program.out("poll") == LANDED


def test_a_dry_run_tells_what_a_poll_would(program: Program, server: OpenSkyServer, source: OpenSky) -> None:
    """As often as it is asked."""
    polled(program, server, source, seen_visit()[:TOUCHDOWN])
    show(server, *seen_visit()[TOUCHDOWN])
    assert [program.out("poll", "--dry-run") for _ in range(2)] == [LANDED, LANDED]
    assert program.out("poll") == LANDED


@pytest.mark.parametrize("callsign", ["=cmd()", "\x1b[2JA\n", "[red]B[/]", "\u202eC"])
def test_text_from_the_air(program: Program, server: OpenSkyServer, source: OpenSky, callsign: str) -> None:
    """It reaches terminals, mails and spreadsheets as harmless text in a line of its own."""
    answers = [(time, [[row[0], callsign, *row[2:]] for row in rows]) for time, rows in seen_visit()]
    polled(program, server, source, answers[: TOUCHDOWN + 1])
    alert = program.out("poll")
    told, *rows = alert.splitlines()
    assert (told, [row[:2] for row in rows]) == (LANDED.partition("\n")[0], ["  "] * len(rows))
    assert all(row.isprintable() for row in rows)
    [cells] = csv.DictReader(io.StringIO(program.out("history", "RA-86559", "--format", "csv")))
    assert (cells["callsign"][0] != "=", cells["callsign"].isprintable()) == (True, True)


def test_an_encoding_that_lacks_letters(program: Program, server: OpenSkyServer, source: OpenSky) -> None:
    """What it cannot show is escaped, and the alert goes out."""
    program.watchlist.write_text(program.watchlist.read_text().replace("Il-62M", "Ил-62М"), encoding="utf-8")
    polled(program, server, source, seen_visit()[: TOUCHDOWN + 1])
    alert = program.out("poll", env={"PYTHONIOENCODING": "ascii"})
    assert alert == LANDED.replace("Il-62M", r"\u0418\u043b-62\u041c")


def closed_pipe(program: Program, *arguments: str) -> CompletedProcess[str]:
    """Run a command whose reader has left."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        return program.run(*arguments, stdout=writer)
    finally:
        os.close(writer)


def test_a_reader_who_leaves_early(program: Program, server: OpenSkyServer, source: OpenSky) -> None:
    """``flightwatch history RA-86559 | head -0`` is no error."""
    polled(program, server, source, seen_visit())
    for form in ("table", "csv"):
        done = closed_pipe(program, "history", "RA-86559", "--format", form)
        assert (done.returncode, "Errno" in done.stderr) == (0, False)


def test_a_reader_of_a_replay_who_leaves_early(program: Program) -> None:
    """No error either, unless a database would be left half written."""
    with as_file(files("flightwatch.data") / "demo.jsonl.gz") as recorded:
        done = closed_pipe(program, "replay", str(recorded))
        assert (done.returncode, done.stderr) == (0, "")
        assert closed_pipe(program, "replay", str(recorded), "--db", "replayed.db").returncode == 4


def test_a_replay_says_what_it_left_out(program: Program) -> None:
    """Polls in which the world fell silent at once, and rows that cannot be read; none of it is a failure."""
    program.watchlist.write_text("aircraft: [N628TS]")
    collapsed = Path(__file__).parents[1] / "recorded" / "cases" / "empty-world.jsonl.gz"
    done = program.run("replay", str(collapsed))
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == (
        "flightwatch: 5 polls left out, the first at 2024-01-10 12:20 UTC: OpenSky answered with 0 aircraft in the whole world "
        "where some 301 are usual: something is wrong there, so this answer is not used\n"
    )
    garbled = [row("a835af", time_position=TIME, last_contact=TIME) for _ in range(3)]
    garbled[0][8] = "yes"
    (program.folder / "polls.jsonl").write_text(json.dumps({"time": TIME, "states": garbled}))
    done = program.run("replay", "polls.jsonl")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "flightwatch: 1 unreadable row skipped\n")


def test_a_replay_into_a_database_that_goes_on_longer(program: Program) -> None:
    """A database takes nothing older than what it has; a replay says so, also one that is run again."""
    program.watchlist.write_text("aircraft: [ac671b]")
    trace = Path(__file__).parents[1] / "recorded" / "traces" / "trace_full_ac671b.json.gz"
    first = program.run("replay", str(trace), "--db", "flightwatch.db", "--format", "jsonl")
    assert (first.returncode, len(first.stdout.splitlines()), first.stderr) == (0, 6, "")
    again = program.run("replay", str(trace), "--db", "flightwatch.db", "--format", "jsonl")
    assert (again.returncode, again.stdout) == (0, "")
    assert again.stderr == (
        "flightwatch: 1,360 polls left out, the first at 2025-02-04 21:14 UTC: the database already has polls up to "
        "2025-02-05 19:55 UTC\n"
    )
    visits = csv.DictReader(program.out("history", "ac671b", "--offline", "--format", "csv").splitlines())
    assert [(visit["airport_icao"], visit["arrival_basis"]) for visit in visits] == [
        ("KMSP", "observed"),
        ("KGEG", "inferred"),
        ("KMSP", "observed"),
    ]


def test_on_a_terminal(program: Program, server: OpenSkyServer, source: OpenSky) -> None:
    """A panel instead of a line."""
    polled(program, server, source, seen_visit()[: TOUCHDOWN + 1])
    with (
        Terminal() as terminal,
        program.running("poll", stdout=terminal.end, env={"COLUMNS": "100", "TERM": "dumb"}) as poll,
    ):
        shown, done = terminal.whole(), program.wait(poll)
    assert (done.returncode, done.stderr) == (0, "")
    assert shown.splitlines()[0].startswith("╭─ RA-86559 landed at Vladivostok VVO ─")
    assert re.search(r"│ landed +10 January 2024 at 15:00 local, 05:00 UTC", shown)
