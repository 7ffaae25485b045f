"""What starts the polls: a line that cron takes, units that systemd takes."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from program import Program

from flightwatch.app.schedule import cron_line, has_apprise, names_in, units
from flightwatch.watchlist.yaml_nodes import compose

CRON = "*/5 * * * * "
SECRET = "${SMTP_PASSWORD}"


def as_cron_runs_it(line: str) -> list[str]:
    """Give the arguments, as crontab(5) has it: the command ends at a bare %, and one with a backslash is a plain one."""
    command, *rest = re.split(r"(?<!\\)%", line.removeprefix(CRON))
    assert rest == []
    return shlex.split(command.replace(r"\%", "%"))


@pytest.mark.parametrize("path", ["/home/desk/watchlist.yaml", "/srv/100 % 'sure'/a\"b$c;d\\e.yaml", "/srv/é%d.yaml"])
def test_a_line_for_cron(path: str) -> None:
    line = cron_line(["/opt/my tools/flightwatch"], path)
    assert line.startswith(CRON)
    assert as_cron_runs_it(line) == ["/opt/my tools/flightwatch", "poll", "--watchlist", path]


def test_units_name_what_the_watchlist_needs() -> None:
    service, _, timer = units(["/opt/f/bin/flightwatch"], ["A", "B"], has_account=True).partition("\n\n# /etc/systemd")
    assert "ExecStart=/opt/f/bin/flightwatch poll --watchlist ${CREDENTIALS_DIRECTORY}/watchlist.yaml\n" in service
    assert re.findall(r"^LoadCredential=(.*)$", service, re.MULTILINE) == [
        "watchlist.yaml:/etc/flightwatch/watchlist.yaml",
        "A:/etc/flightwatch/A",
        "B:/etc/flightwatch/B",
    ]
    assert "OPENSKY" not in service
    assert "OnCalendar=*:0/5" in timer


def test_an_account_is_offered_where_the_watchlist_has_none() -> None:
    text = units(["/f"], [], has_account=False)
    assert "\n#LoadCredential=OPENSKY_CLIENT_SECRET:/etc/flightwatch/OPENSKY_CLIENT_SECRET\n" in text


@pytest.mark.parametrize(
    ("program", "written"),
    [
        (["/opt/python", "-m", "flightwatch"], "/opt/python -m flightwatch"),
        (["/opt/100%/a b/$c"], '"/opt/100%%/a b/$$c"'),
        (['/opt/"q"\\'], r'"/opt/\"q\"\\"'),
    ],
)
def test_words_that_systemd_would_take_for_more(program: list[str], written: str) -> None:
    assert f"\nExecStart={written} poll " in units(program, [], has_account=True)


def test_secrets_are_found_where_they_are_written() -> None:
    """In the order of the file, each once; comments name none."""
    text = (
        b"# ${NONE}\nnotify: [{apprise: 'x://${B}/${A}'}, {email: {password: '${B}'}}]\nhealth: {heartbeat: '${C}'}\n"
    )
    assert names_in(compose(text, "w")) == ["B", "A", "C"]
    assert names_in(None) == []
    assert has_apprise(None) is False


@pytest.mark.parametrize(
    ("notify", "needed"),
    [
        ("[{apprise: 'tgram://1/2', on: landing}, print]", True),
        ("{apprise: 'tgram://1/2'}", True),
        ("[{email: {to: apprise@example.org}}]", False),
        ("print", False),
    ],
)
def test_apprise_is_installed_where_a_channel_needs_it(notify: str, needed: bool) -> None:
    text = f"aircraft: [apprise]\nnotify: {notify}"
    assert has_apprise(compose(text.encode(), "w")) is needed


def test_units_are_printed_for_a_watchlist_that_is_there(program: Program) -> None:
    """It is left as it is; the commands install it, and what it names."""
    with program.watchlist.open("a") as file:
        file.write(f'notify: [{{apprise: "json://127.0.0.1/{SECRET}"}}]\n')
    before = program.watchlist.read_text()
    out = program.out("init", "--systemd")
    assert program.watchlist.read_text() == before
    assert "LoadCredential=SMTP_PASSWORD:/etc/flightwatch/SMTP_PASSWORD\n" in out
    assert f"    install -D -m 600 {program.watchlist} /etc/flightwatch/watchlist.yaml\n" in out
    assert "    (umask 077; systemd-ask-password SMTP_PASSWORD: > /etc/flightwatch/SMTP_PASSWORD)\n" in out
    assert "    systemctl daemon-reload && systemctl enable --now flightwatch.timer\n" in out


def test_units_with_a_new_watchlist(bare_program: Program) -> None:
    """It is written first."""
    out = bare_program.out("init", "--systemd", "new.yaml")
    assert out.startswith("Wrote new.yaml. ")
    assert (bare_program.folder / "new.yaml").exists()
    assert "\n[Timer]\n" in out


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_takes_the_units(program: Program, tmp_path: Path) -> None:
    """As they are printed, but for the program, which may not be installed there."""
    out = program.out("init", "--systemd").partition("\nAs root")[0]
    _, service, timer = re.split(r"# /etc/systemd/system/flightwatch\.(?:service|timer)\n", out)
    program_there = shutil.which("true") or "/bin/true"
    files = {
        "flightwatch.service": re.sub(r"(?m)^ExecStart=\S+", f"ExecStart={program_there}", service),
        "flightwatch.timer": timer,
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    command = ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / name) for name in files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
