"""Scenes for `cron_polls`: faults of networks, of OpenSky, and of the machine. Each is real, and undone at its end."""

import json
import os
import resource
import shutil
import sqlite3
import ssl
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event
from time import time
from typing import Final

from closed_ports import closed_port, full_port
from cron_polls import TOUCHDOWN, CronSetup, Injection, Unavailable
from made_visits import VLADIVOSTOK, seen_visit, visit
from opensky_server import CLIENT_ID, CLIENT_SECRET, FIELDS, HANG, Fault, OpenSkyServer, Request, Row, row
from program import PATIENCE_S, show
from trustme import CA

from flightwatch.storage.rows import VISIT_COLUMNS, visit_row
from flightwatch.storage.store import Store

AT, [OURS] = seen_visit()[TOUCHDOWN]
"""What the poll would find."""
MANY: Final = 49_000
"""State vectors in one answer; OpenSky's own have some 12,000."""
USUAL: Final = 9_000
"""State vectors in the answers before one that fell silent."""
MEMORY: Final = 512 * 2**20
"""That they must do with, bytes of address space; some 250 MB are used."""


def answers(*faults: Fault) -> Injection:
    """Let the questions of the poll meet these."""

    @contextmanager
    def inject(setup: CronSetup) -> Iterator[None]:
        setup.server.faults.extend(faults)
        yield
        setup.server.faults.clear()

    return inject


def spent(fault: Fault) -> Injection:
    """Let the poll meet this 429; the next comes four hours later."""

    @contextmanager
    def inject(setup: CronSetup) -> Iterator[None]:
        with answers(fault)(setup):
            yield
        with closing(sqlite3.connect(setup.program.database, isolation_level=None)) as database:
            database.execute(
                "UPDATE polls SET started = started - 14400, uptime = uptime - 14400, silent_until = silent_until - 14400"
            )

    return inject


def environment(**variables: str) -> Injection:
    """Let the poll have these variables."""

    @contextmanager
    def inject(setup: CronSetup) -> Iterator[None]:
        setup.environment |= variables
        yield
        setup.environment.clear()

    return inject


@contextmanager
def folder_in_the_way(setup: CronSetup) -> Iterator[None]:
    """Let a file stand where alerts are to renew a folder."""
    watchlist, site = setup.program.watchlist, setup.program.folder / "site"
    before = watchlist.read_text()
    watchlist.write_text(f"{before}notify: [print, publish: site]\n")
    site.write_text("")
    yield
    watchlist.write_text(before)
    site.unlink()


def signed_in(*faults: Fault) -> Injection:
    """Let a poll with an account meet these."""

    @contextmanager
    def inject(setup: CronSetup) -> Iterator[None]:
        account = environment(OPENSKY_CLIENT_ID=CLIENT_ID, OPENSKY_CLIENT_SECRET=CLIENT_SECRET)
        with account(setup), answers(*faults)(setup):
            yield

    return inject


def body(states: object, at: object = AT) -> Injection:
    """Let OpenSky answer so."""
    return answers(Fault(body=json.dumps({"time": at, "states": states}).encode()))


def ahead(seconds: int) -> Injection:
    """Let OpenSky answer as if it were so much later than it is."""

    @contextmanager
    def inject(setup: CronSetup) -> Iterator[None]:
        with body([OURS], at=round(time()) + seconds)(setup):
            yield

    return inject


def clock_set_by(seconds: int) -> Injection:
    """Let somebody have set our clock by so much since the last poll: what the database remembers was then so much later."""

    @contextmanager
    def inject(setup: CronSetup) -> Iterator[None]:
        with closing(sqlite3.connect(setup.program.database, isolation_level=None)) as database:
            database.execute("UPDATE polls SET started = started - ?", (seconds,))
        yield

    return inject


def ours(**fields: object) -> Row:
    """Give our aircraft on the runway, but for these fields."""
    return [fields.get(name, value) for name, value in zip(FIELDS, OURS, strict=True)]


def stranger(number: int, **fields: object) -> Row:
    """Give somebody else at cruise."""
    place: dict[str, object] = {"longitude": number % 3600 / 10 - 180, "latitude": number % 1500 / 10 - 75}
    return row(f"{number:06x}", **({"time_position": AT, "last_contact": AT} | place | fields))


def fallen_silent(rows: int) -> Injection:
    """Let OpenSky answer with so few, between answers with many."""

    @contextmanager
    def inject(setup: CronSetup) -> Iterator[None]:
        setup.others = [stranger(number, last_contact=AT - 1) for number in range(USUAL)]
        setup.watch([(AT - 1, setup.others)])
        with body([stranger(number) for number in range(rows)])(setup):
            yield

    return inject


@contextmanager
def refused(setup: CronSetup) -> Iterator[None]:
    with closed_port() as port, environment(FLIGHTWATCH_OPENSKY_URL=f"http://127.0.0.1:{port}/api")(setup):
        yield


@contextmanager
def swallowed(setup: CronSetup) -> Iterator[None]:
    with full_port() as port, environment(FLIGHTWATCH_OPENSKY_URL=f"http://127.0.0.1:{port}/api")(setup):
        yield


class TlsServer(OpenSkyServer):
    """OpenSky with a certificate that nobody vouches for."""

    def __init__(self) -> None:
        super().__init__()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        CA().issue_cert("127.0.0.1").configure_cert(context)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)


@contextmanager
def untrusted(setup: CronSetup) -> Iterator[None]:
    with TlsServer() as server, environment(FLIGHTWATCH_OPENSKY_URL=server.url.replace("http:", "https:"))(setup):
        yield


@contextmanager
def no_proxy(setup: CronSetup) -> Iterator[None]:
    """Nobody listens where the proxy of the environment should be; its password is told nobody."""
    with closed_port() as port:
        proxy = f"http://watch:pa55word@127.0.0.1:{port}"
        with environment(HTTPS_PROXY=proxy, FLIGHTWATCH_OPENSKY_URL="https://127.0.0.1/api")(setup):
            yield


@contextmanager
def backwards(setup: CronSetup) -> Iterator[None]:
    """OpenSky answers from before the last poll."""
    before, rows = seen_visit()[0]
    show(setup.server, before, rows)
    yield


@contextmanager
def crowded(setup: CronSetup) -> Iterator[None]:
    """Ours is the last of very many."""
    setup.others = [stranger(0x600000 + number) for number in range(MANY - 1)]
    rows = [*setup.others, OURS]
    with body(rows)(setup), limited(resource.RLIMIT_AS, MEMORY)(setup):
        yield


class NoticedServer(OpenSkyServer):
    """Says when it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.was_asked = Event()

    def answer(self, request: Request) -> Fault:
        """Answer one request."""
        fault = super().answer(request)
        self.was_asked.set()
        return fault


@contextmanager
def hanging(setup: CronSetup) -> Iterator[None]:
    """Another poll with the same database waits for its answer, and is killed at the end."""
    with NoticedServer() as server:
        server.faults.append(HANG)
        with environment(FLIGHTWATCH_OPENSKY_URL=server.url)(setup):
            polling = setup.polling()
        with polling:
            assert server.was_asked.wait(PATIENCE_S)
            yield


@contextmanager
def overtaken(setup: CronSetup) -> Iterator[None]:
    with hanging(setup):
        yield


@contextmanager
def killed(setup: CronSetup) -> Iterator[None]:
    """By SIGKILL, in the middle; its lock's file is still there."""
    with hanging(setup):
        pass
    assert (setup.program.folder / "flightwatch.db.lock").exists()
    yield


@contextmanager
def locked(setup: CronSetup) -> Iterator[None]:
    """Somebody keeps the database open for writing."""
    with closing(sqlite3.connect(setup.program.database, isolation_level=None)) as database:
        database.execute("BEGIN EXCLUSIVE")
        yield


@contextmanager
def newer(setup: CronSetup) -> Iterator[None]:
    with replaced(setup.program.database):
        with closing(sqlite3.connect(setup.program.database)) as database:
            database.execute("PRAGMA user_version = 99")
        yield


@contextmanager
def replaced(path: Path) -> Iterator[None]:
    """Bring a file back as it was."""
    copy = path.read_bytes()
    yield
    path.write_bytes(copy)


def damaged(table: str | None) -> Injection:
    """Overwrite a table's page, or the very first with None; afterwards restore a copy."""

    @contextmanager
    def inject(setup: CronSetup) -> Iterator[None]:
        with replaced(setup.program.database):
            spoil(setup.program.database, table)
            spoiled = setup.program.database.read_bytes()
            yield
            assert setup.program.database.read_bytes() == spoiled

    return inject


@contextmanager
def flipped_track(setup: CronSetup) -> Iterator[None]:
    """Another aircraft is followed too, and what is remembered of it is not what was written."""
    with closing(sqlite3.connect(setup.program.database, isolation_level=None)) as database:
        database.execute("""INSERT INTO tracks VALUES ('4b0001', CAST('{"icao24":"4b0001"}' AS BLOB), 1)""")
    yield


@contextmanager
def flipped_visit(setup: CronSetup) -> Iterator[None]:
    """The aircraft was there before, and that is not what was written."""
    with Store(setup.program.database) as store, store.writing() as database:
        before = visit(id="before", airport=VLADIVOSTOK)
        values = ", ".join("?" * len(visit_row(before)))
        database.execute(
            f"INSERT INTO visits ({VISIT_COLUMNS}) VALUES ({values})",  # noqa: S608 marks
            (*visit_row(before)[:-1], 1),
        )
    yield


def spoil(path: Path, table: str | None) -> None:
    """Overwrite a table's page in the database at ``path``, or the very first with None."""
    with closing(sqlite3.connect(path)) as database:
        (size,) = database.execute("PRAGMA page_size").fetchone()
        (page,) = database.execute("SELECT max(rootpage) FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    with path.open("r+b") as file:
        file.seek(((page or 1) - 1) * size)
        file.write(b"\xff" * size)


def full_disk(free_kb: int, inodes: int = 1000) -> Injection:
    """Give the disk room for the database and this much more, and for so many files with the folder itself."""

    @contextmanager
    def filled(setup: CronSetup) -> Iterator[None]:
        room_kb = setup.program.database.stat().st_size // 1024 + free_kb
        script = (
            f'mount -t tmpfs -o size={room_kb}k,nr_inodes={inodes} none disk && cp flightwatch.db disk/ && "$@"; '
            "code=$?; cp disk/flightwatch.db* . && exit $code"
        )
        (setup.program.folder / "disk").mkdir()
        disk = environment(FLIGHTWATCH_DB="disk/flightwatch.db")
        with wrapped(*mounting(), "sh", "-c", script, "sh")(setup), disk(setup):
            yield

    return filled


def mounting() -> Sequence[str]:
    """Give a command that runs another where it may mount file systems, which only that one sees."""
    for command in (["unshare", "--mount"], ["unshare", "--map-root-user", "--mount"]):
        trial = [*command, "mount", "-t", "tmpfs", "none", "/mnt"]
        if shutil.which("unshare") and subprocess.run(trial, capture_output=True, check=False).returncode == 0:
            return command
    raise Unavailable("no file system may be mounted here")


LIMITED: Final = """
import os, resource, sys
resource.setrlimit(int(sys.argv[1]), (int(sys.argv[2]),) * 2)
os.execv(sys.argv[3], sys.argv[3:])
"""


def limited(what: int, most: int) -> Injection:
    """Let the poll have no more of this than so much, as ``ulimit`` has it."""
    return wrapped(sys.executable, "-c", LIMITED, str(what), str(most))


def wrapped(*command: str) -> Injection:
    """Let this command run the poll."""

    @contextmanager
    def inject(setup: CronSetup) -> Iterator[None]:
        setup.wrapped = command
        yield
        setup.wrapped = ()

    return inject


LOCKLESS: Final = """
import ctypes, errno, os, platform, struct, sys
flock, fcntl = {"x86_64": (73, 72), "aarch64": (32, 25)}[platform.machine()]
F_SETLK = 6
steps = (
    (0x20, 0, 0, 0),            # the number of the call
    (0x15, 3, 0, flock),        # flock: refused
    (0x15, 0, 3, fcntl),        # neither: goes on
    (0x20, 0, 0, 24),           # the second argument
    (0x15, 0, 1, F_SETLK),
    (6, 0, 0, 0x50000 | errno.ENOLCK),
    (6, 0, 0, 0x7FFF0000),
)
program = b"".join(struct.pack("HBBI", *each) for each in steps)
code = ctypes.create_string_buffer(program)
filter = struct.pack("HP", len(program) // 8, ctypes.addressof(code))
system = ctypes.CDLL(None, use_errno=True)
assert system.prctl(38, 1, 0, 0, 0) == 0  # PR_SET_NO_NEW_PRIVS, without which only root may go on
assert system.prctl(22, 2, filter, 0, 0) == 0, os.strerror(ctypes.get_errno())  # PR_SET_SECCOMP, a filter
os.execvp(sys.argv[1], sys.argv[1:])
"""
"""Runs a command whose calls for a lock the kernel answers as NFS does without its lock service."""


def lockless() -> Sequence[str]:
    """Give a command that runs another on file systems without locks."""
    command = (sys.executable, "-c", LOCKLESS)
    if sys.platform != "linux" or subprocess.run([*command, "/bin/true"], capture_output=True, check=False).returncode:
        raise Unavailable("no calls can be refused here")
    return command


@contextmanager
def without_locks(setup: CronSetup) -> Iterator[None]:
    """The database is on a file system that has none."""
    with wrapped(*lockless())(setup):
        yield


def closed(name: str, mode: int) -> Injection:
    """Take rights to a file or a folder away, from root too."""

    @contextmanager
    def inject(setup: CronSetup) -> Iterator[None]:
        path = setup.program.folder / name
        if not path.exists():
            path.touch()
        before = path.stat().st_mode
        with wrapped(*as_anyone())(setup):
            path.chmod(mode)
            try:
                yield
            finally:
                path.chmod(before)

    return inject


def as_anyone() -> Sequence[str]:
    """Give a command that runs another without root's right to read and write everywhere."""
    if os.geteuid() != 0:
        return ()
    if shutil.which("setpriv") is None:
        raise Unavailable("root may write anywhere")
    return ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


@contextmanager
def full_output(setup: CronSetup) -> Iterator[None]:
    """Nothing more goes into what standard output is."""
    usual = setup.stdout
    with open("/dev/full", "w") as full:  # noqa: PTH123 a device
        setup.stdout = full.fileno()
        yield
    setup.stdout = usual
