"""The commands: what they take, what they say when it is wrong, and with which code they end."""

import json
import os
import shlex
import shutil
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from opensky_server import HTML, TRUNCATED, Fault, OpenSkyServer, status
from program import WATCHLIST, Program, mail_alerts
from smtp_server import SmtpServer
from trustme import CA

from flightwatch import __version__
from flightwatch.cli import main

COMMANDS = (
    *(
        "check",
        "demo",
        "evidence",
        "help",
        "history",
        "init",
        "notify",
        "poll",
        "prune",
        "publish",
        "replay",
        "report",
        "scan",
        "status",
        "update",
        "verify",
        "version",
    ),
)
TOP = Path(__file__).parents[2]


def complaint(program: Program, *arguments: str, code: int = 2) -> str:
    """Run what must fail with this code, print nothing and say why in one line; give the line."""
    done = program.run(*arguments)
    assert (done.returncode, done.stdout) == (code, ""), done
    assert done.stderr.startswith("flightwatch: ")
    assert done.stderr.endswith("\n")
    assert done.stderr[:-1].isprintable()
    return done.stderr.removeprefix("flightwatch: ").rstrip("\n")


@pytest.mark.parametrize("asked", ["--version", "-V", "version"])
def test_the_version(bare_program: Program, asked: str) -> None:
    assert bare_program.out(asked) == f"flightwatch {__version__}\n"


def test_help_as_a_word(bare_program: Program) -> None:
    """Says what the option does."""
    assert bare_program.out("help") == bare_program.out("--help")
    assert bare_program.out("help", "poll") == bare_program.out("poll", "--help")
    assert complaint(bare_program, "help", "nonsense") == "there is no command 'nonsense'; flightwatch help lists them"


def test_nothing_to_do(bare_program: Program) -> None:
    """Help, which names every command and where to start."""
    done = bare_program.run()
    assert all(f"  {command} " in done.stdout + done.stderr for command in COMMANDS)
    assert "Start with: flightwatch demo" in done.stdout + done.stderr


@pytest.mark.parametrize("command", main.COMMANDS)
def test_the_table_of_commands(command: str) -> None:
    """It lists them, before they are loaded, as their functions' docstrings say."""
    assert main.load(command).help == main.COMMANDS[command].help
    assert command in COMMANDS


def test_the_list_of_commands_loads_none() -> None:
    program = "import sys; sys.argv = ['flightwatch', '--help']\nfrom flightwatch.cli.main import main\ntry: main()\n"
    program += "finally: print(*(name for name in sys.modules if name.startswith('flightwatch.cli.')))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1].split() == ["flightwatch.cli.output", "flightwatch.cli.main"]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example(bare_program: Program, command: str) -> None:
    assert f"flightwatch {command}" in bare_program.out(command, "-h").partition("Example")[2]


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("poll", "--nonsense"),
        ("poll", "--format", "xml"),
        ("history",),
        ("replay",),
        ("check", "--format", "csv"),
    ],
)
def test_wrong_usage(program: Program, arguments: tuple[str, ...]) -> None:
    done = program.run(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Usage: flightwatch" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("poll", "--every", "often"), "'often' is not a duration, write "),
        (("poll", "--every", "0s"), "'0s' is not a duration, write "),
        (("check", "--every", "5"), "'5' is not a duration, write "),
        (("poll", "--watchlist", "missing.yaml"), "missing.yaml: no such file, write one with: flightwatch init"),
        (("status",), "flightwatch.db: no such database; flightwatch poll makes it, or name another with --db"),
        (("history", "FNJ"), "flightwatch.db: no such database; flightwatch poll makes it, or name another with --db"),
        (("replay", "missing.jsonl"), "cannot read missing.jsonl: No such file or directory; "),
        (("replay", "watchlist.yaml"), "watchlist.yaml is no recording; "),
        (("init", "missing/watchlist.yaml"), "missing/watchlist.yaml: No such file or directory; name a file in "),
        (("init", "home"), "home: "),
        (("init", "a\nb.yaml"), "a name with a line break cannot stand in a crontab; choose another"),
        (("poll", "--record", "watchlist.yaml"), "--record: watchlist.yaml is a file; name a folder"),
        (("poll", "--db", "/"), "/: is a folder, not a database; name a file in it: --db /flightwatch.db"),
        (("status", "--db", "home"), "home: is a folder, not a database; name a file in it: --db home/flightwatch.db"),
        (("replay", "watchlist.yaml", "--db", "home"), "watchlist.yaml is no recording; "),
        (("poll", "--db", "x" * 300), "x" * 300 + ": File name too long; check this name"),
        (("history", b"caf\xe9"), "the argument 'caf\\xe9' is not UTF-8 text; write it in UTF-8, and rename a file "),
        (
            ("poll", "--db", b"\xe9.db"),
            "the argument '\\xe9.db' is not UTF-8 text; write it in UTF-8, and rename a file ",
        ),
        (("poll", "--watchlist", "a\rb"), "a\\rb: no such file, write one with: flightwatch init"),
        (("notify",), "alerts are sent by flightwatch poll; to try their channels: flightwatch notify --test"),
    ],
)
def test_wrong_arguments(program: Program, arguments: tuple[str | bytes, ...], line: str) -> None:
    """They are said in one line, with paths as they were given, and what a terminal would obey escaped."""
    assert complaint(program, *map(os.fsdecode, arguments)).startswith(line)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("nobody",), "'nobody' is no known tail number, icao24, callsign or airport: write a tail such as RA-86559, "),
        (("FNJ", "--at", "nowhere"), "--at: 'nowhere' is no known airport; write a code such as FNJ, or a name"),
        (("FNJ", "--since", "ever"), "--since: 'ever' is no date; write one such as 2023-08-01, "),
        (("FNJ", "--until", "9999-12-31"), "--until: '9999-12-31' is no date; write one such as 2023-08-01, "),
        (("FNJ", "--since", "01/02/2023"), "--since: '01/02/2023' may begin with the day or the month; "),
    ],
)
def test_questions_without_an_answer(program: Program, arguments: tuple[str, ...], line: str) -> None:
    program.out("poll")
    assert complaint(program, "history", *arguments).startswith(line)


def test_no_watchlist(bare_program: Program) -> None:
    assert complaint(bare_program, "poll") == (
        f"no watchlist: there is no ./watchlist.yaml and no {bare_program.home}/.config/flightwatch/watchlist.yaml; "
        "make one with: flightwatch init"
    )


NO_HOME = "this user has no home folder (HOME is not set, and the system knows none)"


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("setpriv"), reason="needs root and setpriv")
@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("status", f"no watchlist: there is no ./watchlist.yaml, and {NO_HOME}; name one with --watchlist"),
        ("history FNJ", f"no place for the database: {NO_HOME}; name a file with --db or FLIGHTWATCH_DB"),
    ],
)
def test_a_user_without_a_home(tmp_path: Path, command: str, line: str) -> None:
    """As in many a container: nothing in the environment, and nobody of this number in the system's list."""
    as_nobody = ("setpriv", "--reuid=61184", "--inh-caps=+dac_override", "--ambient-caps=+dac_override")
    run = [*as_nobody, sys.executable, "-m", "flightwatch", *command.split()]
    done = subprocess.run(run, cwd=tmp_path, env={}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"flightwatch: {line}\n")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_gone(bare_program: Program) -> None:
    """As when somebody removed it from under a shell."""
    script = 'mkdir gone && cd gone && rmdir ../gone && exec "$@"'
    run = ["sh", "-c", script, "sh", sys.executable, "-m", "flightwatch", "init"]
    done = subprocess.run(
        run, cwd=bare_program.folder, env=bare_program.environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "flightwatch: the folder that this was started in is gone; change to another\n"


def test_every_mistake_in_a_watchlist_has_its_line(program: Program) -> None:
    program.watchlist.write_text("aircraft:\n  - RA-86559\n  - {icao24: xyz}\nairports: [NOWHERE]\n")
    done = program.run("check")
    assert (done.returncode, program.run("poll").returncode) == (2, 2)
    assert done.stdout.splitlines()[0] == "aircraft  RA-86559   15521f  rule"
    assert len([line for line in done.stdout.splitlines() if line.startswith(("aircraft", "airport"))]) == 1
    assert [line.split(": ")[:2] for line in done.stderr.splitlines()] == [
        ["flightwatch", "watchlist.yaml:3"],
        ["flightwatch", "watchlist.yaml:4"],
    ]


def test_a_file_that_is_no_database(program: Program) -> None:
    program.database.write_text("not a database\n" * 100)
    for arguments in (("poll",), ("status",), ("history", "FNJ")):
        assert complaint(program, *arguments, code=1) == (
            "flightwatch.db: is no database, or a damaged one: choose another --db, or restore a copy"
        )


@pytest.mark.slow
def test_nobody_answers(program: Program) -> None:
    program.environment["FLIGHTWATCH_OPENSKY_URL"] = "http://127.0.0.1:9"
    assert complaint(program, "poll", code=3).startswith("127.0.0.1 ")
    status = program.out("status").splitlines()
    assert status[:2] == ["polling", "  last good poll: none yet"]
    assert status[2].startswith("  the last poll failed less than 1 min ago: 127.0.0.1 ")


@pytest.mark.parametrize("fault", [status(403), status(404), status(429), HTML, TRUNCATED])
def test_answers_that_are_none(program: Program, server: OpenSkyServer, fault: Fault) -> None:
    server.faults.append(fault)
    complaint(program, "poll", code=3)


def test_an_address_that_is_none(program: Program) -> None:
    program.environment["FLIGHTWATCH_OPENSKY_URL"] = "opensky"
    assert complaint(program, "poll") == (
        "FLIGHTWATCH_OPENSKY_URL is not an address like https://example.org/api; correct it"
    )


def test_a_watchlist_is_written_and_understood(bare_program: Program) -> None:
    """It is private, every line of it is valid, and the next steps are printed ready to copy."""
    folder = bare_program.folder / "my news"
    folder.mkdir()
    out = bare_program.out("init", "my news/watchlist.yaml")
    path = folder / "watchlist.yaml"
    assert out.startswith("Wrote my news/watchlist.yaml. ")
    assert "    flightwatch check --watchlist 'my news/watchlist.yaml'\n" in out
    [cron] = [line.strip() for line in out.splitlines() if line.strip().startswith("*/5 * * * * ")]
    program, *arguments = shlex.split(cron.removeprefix("*/5 * * * * "))
    assert arguments[-3:] == ["poll", "--watchlist", str(path)]
    assert Path(program).is_absolute()
    in_cron = subprocess.run([program, "--version"], env={"PATH": "/usr/bin:/bin"}, capture_output=True, check=False)
    assert (in_cron.returncode, in_cron.stderr) == (0, b"")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    checked = json.loads(bare_program.out("check", "--watchlist", str(path), "--format", "json"))
    assert checked["aircraft"][0] == {
        "registration": "RA-86559",
        "icao24": "15521f",
        "how": "given",
        "label": "Il-62M, Russian Air Force",
        "is_selected": False,
    }
    assert checked["credits_per_day"] <= checked["credits_allowed"]


def test_a_watchlist_is_never_overwritten(program: Program) -> None:
    assert complaint(program, "init") == "watchlist.yaml: exists already; edit it, or name another file"
    assert program.watchlist.read_text() == WATCHLIST


def test_a_watchlist_is_written_through_no_link(program: Program) -> None:
    """Not even one to nothing, which somebody else may have laid."""
    (program.folder / "link.yaml").symlink_to("elsewhere.yaml")
    assert complaint(program, "init", "link.yaml") == "link.yaml: exists already; edit it, or name another file"
    assert not (program.folder / "elsewhere.yaml").exists()


def test_a_watchlist_that_cannot_be_written_leaves_nothing(bare_program: Program) -> None:
    """So that the next init, when there is room, writes it whole."""
    limited = ["sh", "-c", 'ulimit -f 1; exec "$@"', "sh", sys.executable, "-m", "flightwatch", "init"]
    done = subprocess.run(
        limited, cwd=bare_program.folder, env=bare_program.environment, capture_output=True, text=True, check=False
    )
    said = "flightwatch: watchlist.yaml: File too large; free some space, or name a file on another disk\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", said)
    assert not bare_program.watchlist.exists()
    assert bare_program.out("init").startswith("Wrote watchlist.yaml. ")


def test_the_example_is_the_one_that_init_writes() -> None:
    assert (TOP / "watchlist.yaml").read_bytes() == (TOP / "flightwatch" / "data" / "watchlist.yaml").read_bytes()


def test_check_as_text(program: Program) -> None:
    assert program.out("check", "--every", "15m").splitlines() == [
        "aircraft  RA-86559   15521f  rule     Il-62M, Russian Air Force",
        "airport   FNJ/ZKPY   Pyongyang Sunan International Airport, North Korea (Asia/Pyongyang)",
        "notify    print  everything",
        "alerts    landings and departures at 60 % or more; times local and UTC; heights in metres",
        "health    you are told when no poll succeeds for 1 h",
        "query     the whole world: 4 credits a poll",
        "plan      polling every 15 min: of the polls 100 % ask the whole world (4 credits)",
        "credits   384 a day of the 400 that OpenSky allows",
        "delay     FNJ: seen 8 min after a touchdown, 15 min at worst",
        "delay     aircraft elsewhere: looked for at least every 15 min",
        "table     airports: as shipped, of 11 October 2022; flightwatch update fetches today's",
        "table     aircraft: none; flightwatch update fetches one",
    ]


def test_channels_are_tried(program: Program, mail_server: SmtpServer, trusted: Path) -> None:
    """A line a channel; nothing is written."""
    mail_alerts(program, mail_server, trusted)
    program.watchlist.write_text(program.watchlist.read_text() + "  - print\n")
    before = program.files()
    assert program.out("notify", "--test").splitlines() == [
        "This is a test, nothing has landed: alerts of your watchlist are printed here.",
        "email:desk@example.org,night@example.org: ok",
        "print: ok",
    ]
    [sent] = mail_server.mails
    assert sent.to == ["desk@example.org", "night@example.org"]
    assert sent.message["Subject"] == "flightwatch --test: alerts will arrive here"
    assert program.files() == before


def test_channels_that_fail(program: Program, mail_server: SmtpServer, authority: CA, trusted: Path) -> None:
    """The reason is on the channel's line, the count on stderr, and no secret anywhere.

    A wrong password, a closed port, an expired certificate, an unknown service.
    """
    mail_alerts(program, mail_server, trusted)
    yesterday = datetime.now(UTC) - timedelta(days=1)
    with SmtpServer(certificate=authority.issue_cert("127.0.0.1", not_after=yesterday)) as expired:
        others = [
            f"  - email: {{to: [{to}@example.org], from: watch@example.net, server: '{where}'}}\n"
            for to, where in (("closed", "smtp://127.0.0.1:9"), ("expired", expired.url))
        ]
        with program.watchlist.open("a") as file:
            file.write("".join(others) + "  - apprise: tgrm://t0ken/123\n  - print\n")
        done = program.run("notify", "--test", env={"SMTP_PASSWORD": "wr0ng"})
    assert (done.returncode, done.stderr) == (4, "flightwatch: 4 of 5 channels failed\n")
    assert "wr0ng" not in done.stdout
    assert "t0ken" not in done.stdout
    _, login, closed, certificate, scheme, printed = done.stdout.splitlines()
    assert login == (
        f"email:desk@example.org,night@example.org: 127.0.0.1:{mail_server.port} does not take the login: "
        "535 5.7.8 Authentication credentials invalid; correct user and password in the watchlist; an account with two-step "
        "login wants an app password there"
    )
    assert closed.startswith("email:closed@example.org: nobody listens at 127.0.0.1:9; check the port")
    assert "certificate that is not valid: certificate has expired; tell whoever runs it" in certificate
    assert scheme.startswith("apprise:tgrm:")
    assert "tgram" in scheme
    assert printed == "print: ok"
    assert mail_server.mails == []


def test_files_are_where_the_system_wants_them(bare_program: Program, server: OpenSkyServer) -> None:
    """Without a word in the environment: the watchlist in the config folder, the database in the data folder."""
    config = bare_program.home / ".config" / "flightwatch"
    config.mkdir(parents=True)
    (config / "watchlist.yaml").write_text(WATCHLIST)
    bare_program.environment["FLIGHTWATCH_OPENSKY_URL"] = server.url
    assert bare_program.out("poll") == ""
    assert bare_program.files() == [
        "home/.config/flightwatch/watchlist.yaml",
        "home/.local/share/flightwatch/flightwatch.db",
        "home/.local/share/flightwatch/flightwatch.db.lock",
    ]
    history = bare_program.out("history", "FNJ")
    assert history.splitlines()[-1].startswith("no visits recorded; watching stopped 2023-09-26 01:52 UTC")
