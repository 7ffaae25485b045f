"""The whole program against whoever means harm: what it writes, what it keeps to itself, and what it lets through."""

import base64
import csv
import gzip
import io
import json
import os
import re
import sqlite3
import stat
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage, MIMEPart
from html.parser import HTMLParser
from pathlib import Path
from subprocess import PIPE

import pytest
from hook_server import HookServer
from hostile_texts import TEXTS
from icalendar import Calendar
from made_visits import ICAO24, SEEN_DOWN, Answer, landing, rows, seen_visit, visit
from opensky_server import CLIENT_ID, HTML, Fault, OpenSkyServer, status
from program import Program, mail_alerts, running, show
from secret_forms import FORMS
from smtp_server import USER, SmtpServer
from state_vectors import AIRPORTS, MINUTE, arrival, parked, sent
from terminals import Terminal

from flightwatch.alerting.mail import message
from flightwatch.app.poll import poll_once
from flightwatch.core.model import OPENSKY, Place, Query, instant
from flightwatch.core.watched import WatchedAircraft
from flightwatch.errors import BadAnswer
from flightwatch.export.geojson import as_geojson
from flightwatch.export.ics import as_ics
from flightwatch.export.rows import as_csv, row
from flightwatch.flights.model import Flight, Window
from flightwatch.sources.opensky_flights import OpenSkyFlights
from flightwatch.sources.opensky_states import OpenSky
from flightwatch.storage.store import Store
from flightwatch.watchlist.model import EmailChannel, Watchlist
from flightwatch.watchlist.reading import parse_watchlist
from flightwatch.wording.alert import describe
from flightwatch.wording.facts import lines

TOUCHDOWN = 3
"""The poll of `seen_visit` that sees it on the runway."""


def prepared(program: Program, server: OpenSkyServer, source: OpenSky, answers: list[Answer]) -> None:
    """Poll each of these answers as far as to the outbox, at their own time."""
    text = os.path.expandvars(program.watchlist.read_text())
    watchlist = parse_watchlist(text.encode(), name="", environment=program.environment, airports=AIRPORTS)
    with Store(program.database) as store:
        for time, answer in answers:
            show(server, time, answer)
            poll_once(watchlist, AIRPORTS, {OPENSKY: source}, store, clock=lambda time=time: instant(time + 1))  # type: ignore[misc]


# Files


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): stat.filemode(path.stat().st_mode) for path in sorted(folder.rglob("*"))}


@pytest.mark.parametrize("mask", [0o000, 0o022])
def test_what_is_written_is_private(program: Program, server: OpenSkyServer, mask: int) -> None:
    """Whatever the umask: they tell whom a newsroom watches. Folders that the program makes, too."""
    (program.folder / "umask").mkdir()
    show(server, *seen_visit()[0])
    with umask(mask):
        program.out("init", "umask/w.yaml")
        program.out("poll", "--db", "umask/data/f.db", "--record", "umask/polls/raw")
        holding = [sys.executable, "-c", HOLD, "umask/data/f.db"]
        with running(holding, program.folder, program.environment, stdin=PIPE) as held:
            assert held.stdout is not None
            held.stdout.readline()
            found = modes(program.folder / "umask")
    day = next(name for name in found if name.endswith(".jsonl.gz"))
    assert found == {
        "data": "drwx------",
        "data/f.db": "-rw-------",
        "data/f.db-shm": "-rw-------",
        "data/f.db-wal": "-rw-------",
        "data/f.db.lock": "-rw-------",
        "polls": "drwx------",
        "polls/raw": "drwx------",
        day: "-rw-------",
        "w.yaml": "-rw-------",
    }


HOLD = """
import sys
from pathlib import Path
from flightwatch.storage.store import Store
with Store(Path(sys.argv[1])) as store, store.writing():
    print("held", flush=True)
    sys.stdin.read()
"""
"""A process that has the database open, in the middle of a write, until it is told to end."""


# Secrets

SECRETS = {
    "OPENSKY_CLIENT_SECRET": "c4nary-opensky",
    "SMTP_PASSWORD": "c4nary-smtp",
    "HOOK_TOKEN": "c4nary-hook",
    "WEBHOOK_PATH": "c4nary-path",
    "WEBHOOK_SECRET": f"whsec_{b64encode(b'c4nary-of-a-signed-webhook').decode()}",
    "HEARTBEAT": "c4nary-heartbeat",
}
TOKEN = "c4nary-token"
SPELLINGS = (
    b"c4nary",
    SECRETS["WEBHOOK_SECRET"].encode()[6:],
    *(base64.b64encode(text.encode()).rstrip(b"=") for text in (*SECRETS.values(), TOKEN)),
)
"""How they could come to light."""


def assert_kept(program: Program, *said: str) -> None:
    """Check that no secret is in what was said, nor in any file that the program wrote."""
    files = [program.folder / name for name in program.files() if name != "watchlist.yaml"]
    written = [path.read_bytes() for path in files]
    written += [gzip.decompress(path.read_bytes()) for path in files if path.suffix == ".gz"]
    assert any(path.name == "flightwatch.db" for path in files)
    for text in (*(each.encode() for each in said), *written):
        assert not [spelling for spelling in SPELLINGS if spelling in text]


def confide(program: Program, server: OpenSkyServer, mail_server: SmtpServer, trusted: Path, hook: HookServer) -> None:
    """Give the program all kinds of secrets."""
    mail_alerts(program, mail_server, trusted)
    with program.watchlist.open("a") as file:
        file.write(f'  - apprise: "json://{hook.address}/${{HOOK_TOKEN}}"\n')
        file.write(f'  - webhook: {{url: "http://{hook.address}/${{WEBHOOK_PATH}}", secret: "${{WEBHOOK_SECRET}}"}}\n')
        file.write(f'health: {{heartbeat: "http://{hook.address}/${{HEARTBEAT}}"}}\n')
        file.write('opensky: {client_id: "${OPENSKY_CLIENT_ID}", client_secret: "${OPENSKY_CLIENT_SECRET}"}\n')
    program.environment |= SECRETS | {"OPENSKY_CLIENT_ID": CLIENT_ID}
    server.clients = {CLIENT_ID: SECRETS["OPENSKY_CLIENT_SECRET"]}
    mail_server.password = SECRETS["SMTP_PASSWORD"]


def signed_in(server: OpenSkyServer) -> None:
    """Let the next poll be given the token that must not be seen, and an answer for it."""
    server.token_faults.append(Fault(body=json.dumps({"access_token": TOKEN, "expires_in": 1800}).encode()))
    server.faults.append(Fault(body=json.dumps({"time": server.time, "states": server.states}).encode()))


@pytest.fixture
def hook() -> Iterator[HookServer]:
    with HookServer() as hook:
        yield hook


@pytest.fixture
def confided(
    program: Program, server: OpenSkyServer, source: OpenSky, mail_server: SmtpServer, trusted: Path, hook: HookServer
) -> Program:
    """Give the program, which knows all kinds of secrets and has a landing to tell."""
    confide(program, server, mail_server, trusted, hook)
    prepared(program, server, source, seen_visit()[: TOUCHDOWN + 1])
    return program


def test_secrets_are_kept(confided: Program, server: OpenSkyServer, mail_server: SmtpServer, hook: HookServer) -> None:
    """Out of all that is printed, recorded and stored; and they do reach those whom they are for."""
    server.time += 60
    signed_in(server)
    commands = ["status", "check", "check --format json", "notify --test", "history RA-86559", "replay polls"]
    done = [confided.run(*command.split()) for command in ("poll -vv --record polls", *commands)]
    assert [each.returncode for each in done] == [0] * len(done)
    assert mail_server.logins[0][1]
    assert {request.path for request in hook.requests} == {
        f"/{SECRETS[name]}" for name in ("HOOK_TOKEN", "WEBHOOK_PATH", "HEARTBEAT")
    }
    assert dict(server.asked("/token")[0].params)["client_secret"] == SECRETS["OPENSKY_CLIENT_SECRET"]
    assert server.asked("/api/states/all")[-1].headers["authorization"] == f"Bearer {TOKEN}"
    assert_kept(confided, *(each.stdout + each.stderr for each in done))


def test_secrets_are_kept_from_complaints(
    confided: Program, server: OpenSkyServer, mail_server: SmtpServer, hook: HookServer
) -> None:
    """Nor do they show when whoever they are for refuses them."""
    mail_server.password = "another"
    hook.statuses.extend([500] * 40)
    signed_in(server)
    done = [confided.run("poll", "-vv"), confided.run("notify", "--test")]
    for number, fault in enumerate((status(401), status(403), status(302, Location="http://127.0.0.1:9/"), HTML)):
        server.token_faults.extend([Fault(body=json.dumps({"access_token": TOKEN}).encode())] * 2)
        server.faults.extend([fault] * 2)
        done.append(confided.run("poll", "-vv", "--record", "polls", "--db", f"{number}.db"))
        server.faults.clear()
        server.token_faults.clear()
    server.clients = {}
    done += [
        confided.run("poll", "-vv", "--db", "last.db"),
        confided.run("status"),
        confided.run("status", "--db", "0.db"),
    ]
    assert [each.returncode for each in done] == [4, 4, 3, 3, 3, 3, 3, 0, 0]
    assert_kept(confided, *(each.stdout + each.stderr for each in done))


def echoed(secret: str, user: str = "") -> str:
    """Give a secret in each form, alone and after its user, as a server may that shows what it was sent."""
    return " ".join(form(text) for form in FORMS.values() for text in (secret, f"{user}:{secret}"))


def assert_nothing_left(program: Program, secrets: Iterable[str], *said: str) -> None:
    """Check that no form of any of these is in what was said, nor in any file that the program wrote."""
    written = [
        (program.folder / name).read_bytes().decode("utf-8", "replace")
        for name in program.files()
        if name != "watchlist.yaml"
    ]
    for text in (*said, *written):
        assert not [(secret, name) for secret in secrets for name, form in FORMS.items() if form(secret) in text]


def test_a_mail_server_that_shows_what_it_was_sent(confided: Program, mail_server: SmtpServer) -> None:
    """Where it refuses the login, the sender or the mail: in whatever form, also where what is repeated of it is cut."""
    secret = SECRETS["SMTP_PASSWORD"]
    answer = f"5.7.8 {'x' * 180} {echoed(secret, USER)}"
    mail_server.login_answer = f"535 {answer}"
    done = [confided.run("poll", "-vv")]
    mail_server.login_answer = f"535 5.7.8 not {echoed(secret, USER)}"
    done += [confided.run(*command.split()) for command in ("notify --test", "status", "status --format json")]
    assert "(hidden)" in done[1].stdout
    mail_server.login_answer = None
    for command in ("MAIL", "DATA"):
        mail_server.faults.append((command, f"553 {answer}"))
        done.append(confided.run("notify", "--test"))
    assert [each.returncode for each in done] == [4, 4, 0, 3, 4, 4]  # the landing is long past, so nobody watches
    assert_nothing_left(confided, [secret], *(each.stdout + each.stderr for each in done))


TOO_LONG_S = "60"
"""To wait for before a poll asks again, which then fails at once."""


def test_an_opensky_that_shows_what_it_was_sent(confided: Program, server: OpenSkyServer) -> None:
    """In bodies, in headers, and as the host that it redirects to."""
    secret = SECRETS["OPENSKY_CLIENT_SECRET"]
    done = []
    for shown in (echoed(TOKEN), echoed(secret, CLIENT_ID)):
        for code in (400, 401, 403, 404, 429, 503):
            signed_in(server)
            server.faults.clear()
            server.faults.append(Fault(code, {"Retry-After": shown, "X-Error": shown}, shown.encode()))
            server.faults.append(Fault(code, {"Retry-After": TOO_LONG_S, "X-Error": shown}, shown.encode()))
            done.append(confided.run("poll", "-vv", "--db", f"{code}.db"))
            server.token_faults.clear()
            server.token_faults.append(Fault(code, {}, shown.encode()))
            server.token_faults.append(Fault(code, {"Retry-After": TOO_LONG_S}, shown.encode()))
            done.append(confided.run("poll", "-vv", "--db", f"{code}.db"))
            server.faults.clear()
            server.token_faults.clear()
    for host in (TOKEN, TOKEN.upper(), TOKEN.encode().hex(), f"a.{secret}.example"):
        signed_in(server)
        server.faults.clear()
        server.faults.append(status(302, Location=f"http://{host}/"))
        done.append(confided.run("poll", "-vv", "--db", "host.db"))
        assert "redirects to " in done[-1].stderr
        assert "(hidden)" in done[-1].stderr
    done.append(confided.run("status", "--db", "host.db"))
    assert {each.returncode for each in done} == {0, 3}  # after a 429 nothing is asked
    assert_nothing_left(confided, [TOKEN, secret], *(each.stdout + each.stderr for each in done))


def test_a_service_that_shows_what_it_was_sent(confided: Program, hook: HookServer) -> None:
    """A messenger and a heartbeat."""
    hook.refusal = echoed(SECRETS["HOOK_TOKEN"]).encode() + echoed(SECRETS["HEARTBEAT"]).encode()
    hook.statuses.extend([400, 403, 500, 404])
    done = [confided.run("poll", "-vv"), confided.run("notify", "--test"), confided.run("status")]
    secrets = [SECRETS["HOOK_TOKEN"], SECRETS["HEARTBEAT"]]
    assert_nothing_left(confided, secrets, *(each.stdout + each.stderr for each in done))


def test_what_an_older_flightwatch_kept(confided: Program) -> None:
    """A secret that stands in the database is not shown by who knows it."""
    secret = SECRETS["OPENSKY_CLIENT_SECRET"]
    with closing(sqlite3.connect(confided.database, isolation_level=None)) as database:
        database.execute(
            "INSERT INTO polls (started, outcome) SELECT max(started) + 1, ? FROM polls", (f"no {secret}",)
        )
        database.execute("UPDATE alerts SET error = ?", (f"not {secret}",))
    said = [confided.run(*command.split()).stdout for command in ("status", "status --format json")]
    assert ["no (hidden)" in each and "not (hidden)" in each and secret not in each for each in said] == [True, True]


def test_a_variable_that_is_a_part_of_an_address(confided: Program, mail_server: SmtpServer) -> None:
    """It is a secret by itself too, and so is a proxy's password."""
    text = confided.watchlist.read_text()
    confided.watchlist.write_text(text.replace("/${HOOK_TOKEN}", "/services/desk-${HOOK_TOKEN}"))
    proxy = {"HTTPS_PROXY": "http://me:c4nary%2Fproxy@127.0.0.1:9"}
    mail_server.login_answer = f"535 not {SECRETS['HOOK_TOKEN']}, {SECRETS['HEARTBEAT']}, c4nary/proxy, services"
    done = confided.run("notify", "--test", env=proxy)
    assert "535 not (hidden), (hidden), (hidden), services" in done.stdout
    assert_nothing_left(confided, ["c4nary"], done.stdout + done.stderr)


@pytest.mark.parametrize(
    "entry",
    [
        "email: {to: 'mailto://u:c4nary@h', from: a@b, server: 'smtp://h'}",
        "email: {to: [a@b, 'tgram://c4nary/1'], from: a@b, server: 'smtp://h'}",
        "email: {to: 'u:c4nary@h', from: 'mailto:u:c4nary@h', server: 'smtp://h'}",
        "email: {to: a@b, from: a@b, server: 'smtp://u:c4nary@h'}",
        "email: {to: a@b, from: a@b, server: 'https://h/c4nary'}",
        "'tgram://c4nary/1'",
        "mail: 'mailto://u:c4nary@h'",
        "{print: 'tgram://c4nary/1'}",
        "{print: , on: 'tgram://c4nary/1'}",
        "{print: , only: 'tgram://c4nary/1'}",
        "{print: , delay: 'tgram://c4nary/1'}",
    ],
)
def test_a_secret_in_the_wrong_place(program: Program, entry: str) -> None:
    """It is not repeated by the complaint, nor kept as the name of a channel."""
    with program.watchlist.open("a") as file:
        file.write(f"notify:\n  - {entry}\n")
    done = [program.run(*command.split()) for command in ("poll -vv", "check", "check --format json")]
    assert {each.returncode for each in done} == {2}
    assert "c4nary" not in "".join(each.stdout + each.stderr for each in done)


TRIP = """
import sys
import threading
from flightwatch.cli.main import main

call = sys.argv.pop(1)

def trip(frame, event, called):
    if event == "c_call" and called.__qualname__ == call:
        sys.setprofile(None)
        raise MemoryError

threading.setprofile(trip)
sys.setprofile(trip)
main()
"""
"""``flightwatch`` that runs out of memory when it is about to call what its first argument names."""


@pytest.mark.parametrize("call", ["Connection.execute", "SimpleQueue.get", "socket.sendall"])
def test_a_traceback_shows_no_values(confided: Program, server: OpenSkyServer, call: str) -> None:
    """Where something goes wrong that nobody foresaw, amid the database, a question or a delivery: lines of source only."""
    signed_in(server)
    command = [sys.executable, "-c", TRIP, call, "poll", "-vv"]
    done = subprocess.run(command, cwd=confided.folder, env=confided.environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (1, "MemoryError")
    assert done.stderr.count("Traceback") == 1
    assert_kept(confided, done.stdout + done.stderr)


def test_a_traceback_hides_secrets(confided: Program) -> None:
    """Where the error's own text holds one."""
    odd = TRIP.replace(
        "raise MemoryError", "import os; raise ValueError('odd: ' + os.environ['OPENSKY_CLIENT_SECRET'])"
    )
    command = [sys.executable, "-c", odd, "Connection.execute", "poll"]
    done = subprocess.run(command, cwd=confided.folder, env=confided.environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (1, "ValueError: odd: (hidden)")


def test_an_address_with_a_password(program: Program, server: OpenSkyServer) -> None:
    """Neither is it shown, nor sent along."""
    url = server.url.replace("http://", f"http://me:{TOKEN}@")
    for fault in (status(404), status(302, Location="/elsewhere"), HTML):
        server.faults.append(fault)
        done = program.run("poll", "-vv", env={"FLIGHTWATCH_OPENSKY_URL": url})
        assert done.returncode == 3
        assert_kept(program, done.stdout + done.stderr)
    assert not any("authorization" in request.headers for request in server.requests)


# Servers


def test_a_heartbeat_that_is_redirected(program: Program) -> None:
    """Wherever it is sent, nothing goes along: no token, no password, and not the address with its secret."""
    with OpenSkyServer() as beat, OpenSkyServer() as other:
        beat.faults.append(status(302, Location=f"{other.url}/states/all"))
        with program.watchlist.open("a") as file:
            file.write(f"health: {{heartbeat: {beat.url.replace('//', f'//me:{TOKEN}@')}/states/all?key={TOKEN}}}\n")
        (program.home / ".netrc").write_text(f"machine 127.0.0.1 login me password {TOKEN}\n")
        program.run("poll")
        assert len(beat.requests) == 1
        assert not [request for request in other.requests if TOKEN in str(request)]


BOMB = Fault(headers={"Content-Encoding": "gzip"}, body=gzip.compress(bytes(65 * 2**20), 1))
"""Much more than any answer needs, in 0.3 MB."""


def test_no_answer_is_read_without_bounds(server: OpenSkyServer) -> None:
    """About states, flights and tracks, and for a token, from where a small answer unfolds to a large one."""
    states = OpenSky(base_url=server.url, token_url=server.token_url)
    signed = OpenSky(base_url=server.url, token_url=server.token_url, client_id="a", client_secret="b")
    flights = OpenSkyFlights(base_url=server.url, token_url=server.token_url)
    server.faults.append(BOMB)
    server.flight_faults.extend([BOMB] * 2)
    server.token_faults.append(BOMB)
    for ask in (
        lambda: states.fetch(Query()),
        lambda: signed.fetch(Query()),
        lambda: flights.flights("15521f", Window(0, 1)),
        lambda: flights.track(Flight("15521f", 0, 1)),
    ):
        with pytest.raises(BadAnswer, match="sent more than 64 MB"):
            ask()


# Text


ICAO24S = [f"{number:06x}" for number in range(0xC0, 0xC0 + len(TEXTS))]


def attack() -> list[Answer]:
    """Let as many aircraft as there are hostile texts land at Vladivostok, each with one for its callsign."""
    down = SEEN_DOWN
    named = list(zip(ICAO24S, TEXTS.values(), strict=True))
    answers = []
    for time in (down - 10 * MINUTE, down - 5 * MINUTE, down - MINUTE, down + MINUTE):
        heard = [
            parked("VVO", time, icao24=icao24, velocity=9.0)
            if time > down
            else sent(arrival("VVO", down, icao24=icao24), time)
            for icao24 in ICAO24S
        ]
        answers.append((time, [[row[0], text, *row[2:]] for row, (_, text) in zip(rows(*heard), named, strict=True)]))
    return answers


def is_plain(text: str) -> bool:
    """Tell whether text for people is lines that move no cursor and turn nothing round."""
    return all(line.isprintable() for line in text.split("\n"))


@pytest.fixture
def attacked(program: Program, server: OpenSkyServer, source: OpenSky) -> Program:
    """Give the program after it, with what can stand in a watchlist for a label; its alerts are still to be told."""
    labels = ["".join(filter(str.isprintable, text)).strip() or "-" for text in TEXTS.values()]
    aircraft = [{"icao24": icao24, "label": label} for icao24, label in zip(ICAO24S, labels, strict=True)]
    program.watchlist.write_text(json.dumps({"aircraft": aircraft, "health": {"blind_after": "9999d"}}))
    prepared(program, server, source, attack())
    return program


def test_hostile_text_as_text(attacked: Program) -> None:
    """A sentence an alert, a visit a row, whatever they are called."""
    alerts = attacked.out("poll")
    assert is_plain(alerts)
    lines = [line for line in alerts.split("\n") if line.startswith("Aircraft 0000")]
    assert [line[9:15] for line in lines] == ICAO24S
    assert [line.count(" landed at Vladivostok") for line in lines] == [1] * len(TEXTS)
    assert max(map(len, lines)) < 1000
    for command in ("status", "check"):
        done = attacked.run(command)
        assert (done.returncode, is_plain(done.stdout + done.stderr)) == (0, True)
    done = attacked.run("history", "VVO")
    assert is_plain(done.stdout)
    assert done.stdout.count("~05:0") + done.stdout.count(" 05:0") >= len(TEXTS)


def test_hostile_text_as_data(attacked: Program) -> None:
    """A spreadsheet calculates nothing, and each visit stays one row."""
    cells = list(csv.DictReader(io.StringIO(attacked.out("history", "VVO", "--format", "csv"))))
    assert sorted(cell["icao24"].strip('="') for cell in cells) == ICAO24S
    values = [value for cell in cells for value in cell.values()]
    assert not [value for value in values if value.lstrip().startswith(FORMULA) and not is_quoted(value)]
    lines = attacked.out("history", "VVO", "--format", "jsonl").removesuffix("\n").split("\n")
    assert {json.loads(line)["callsign"] for line in lines} == {text[:8].strip() or None for text in TEXTS.values()}


@pytest.mark.parametrize("command", ["poll --format jsonl", "history VVO --format json", "history VVO --format jsonl"])
def test_hostile_text_in_json_on_a_terminal(attacked: Program, command: str) -> None:
    """What a terminal obeys is escaped, which to a program is the same."""
    assert is_plain(attacked.out(*command.split()))


FORMULA = ("=", "+", "-", "@")


def is_quoted(cell: str) -> bool:
    """Tell whether a cell is the formula that keeps a spreadsheet from guessing, or a number of ours."""
    return re.fullmatch(r'="[\w/.: -]+"|-?[0-9.]+', cell) is not None


def test_hostile_text_on_a_terminal(attacked: Program) -> None:
    """The panels hold what was sent as text: no escape gets out, and no markup is taken for any."""
    with (
        Terminal() as terminal,
        attacked.running("poll", stdout=terminal.end, env={"COLUMNS": "100", "TERM": "dumb"}) as poll,
    ):
        shown, done = terminal.whole(), attacked.wait(poll)
    assert (done.returncode, done.stderr) == (0, "")
    text = shown.replace("\r\n", "\n")
    assert is_plain(text)
    assert text.count("╭─") == len(TEXTS)
    assert "[red]A[/]" in text
    assert ":bomb:" in text


def test_no_file_is_named_after_what_was_sent(attacked: Program, server: OpenSkyServer) -> None:
    """Recordings are named after the day of this machine's clock, and nothing else is named by the program at all."""
    show(server, *attack()[-1])
    attacked.out("poll", "--record", "polls", "--db", "new.db")
    attacked.out("replay", "polls", "--db", "again.db")
    assert {name for name in attacked.files() if not re.fullmatch(r"polls/\d{4}-\d\d-\d\d\.jsonl\.gz", name)} == {
        *("again.db", "again.db.lock", "flightwatch.db", "new.db", "new.db.lock", "watchlist.yaml")
    }


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_hostile_names_in_every_form(text: str) -> None:
    """Were airports, tail numbers and labels called so too: still one line, one mail, one appointment, one feature."""
    there = Place(text, text, text)
    stay = visit(icao24=ICAO24, callsign=text, registration=text, airport=there)
    watchlist = Watchlist(aircraft=(WatchedAircraft(ICAO24, text, "given", label=text),))
    alert = describe(landing(callsign=text, registration=text, airport=there), watchlist.watched, AIRPORTS)

    assert all(line.isprintable() for line in lines(alert))
    assert max(map(len, lines(alert))) < 1500
    mail = message(alert, EmailChannel(("desk@example.org",), "watch@example.org", "smtp://h"))
    read = message_from_bytes(mail.as_bytes(), policy=policy.default)
    usual = {
        "Subject",
        "From",
        "To",
        "Date",
        "Message-ID",
        "References",
        "Auto-Submitted",
        "MIME-Version",
        "Content-Type",
    }
    assert set(read.keys()) == usual
    assert read["Subject"].isprintable()
    assert "script" not in Tags(read.get_body(("html",))).names

    calendar = Calendar.from_ical(as_ics([stay], stay.arrival.latest, AIRPORTS, {ICAO24: text}))
    assert [component.name for component in calendar.walk()] == ["VCALENDAR", "VEVENT"]
    assert str(calendar.events[0]["summary"]).isprintable()
    [feature] = json.loads("".join(as_geojson([stay], lambda _: {}, stay.arrival.latest)))["features"]
    assert feature["properties"]["airport_name"] == text
    [cells] = csv.DictReader(io.StringIO("".join(as_csv([row(stay, stay.arrival.latest)]))))
    assert all(not cell.lstrip().startswith(FORMULA) or is_quoted(cell) for cell in cells.values())


class Tags(HTMLParser):
    """The elements of a mail's page."""

    def __init__(self, page: MIMEPart | None) -> None:
        super().__init__()
        self.names: set[str] = set()
        assert isinstance(page, EmailMessage)
        self.feed(page.get_content())

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        self.names.add(tag)
