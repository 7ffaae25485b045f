"""What a whole poll costs, as cron runs it: 12,000 state vectors, 17,000 watched tails.

Run by hand:

    python tests/bench/bench_process.py

Beside it the least that could do the first half: start Python, import requests and msgspec, fetch the same answer from the
same loopback server, decode it; and the same poll with the garbage collector as Python sets it. CPU time is that of the
process, user and system, the least of many runs by turns, as what else
the machine does only adds to it; memory is the highest peak.
"""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.extend((str(Path(__file__).parents[1] / "support"), str(Path(__file__).parents[2] / "tools")))

from opensky_server import ANONYMOUS, OpenSkyServer, Row, row

from flightwatch.core.registration import registration_of

VECTORS, TAILS, RUNS = 12_000, 17_000, 21
LEAST = """
import requests, msgspec
from flightwatch.core.model import StateVector
class Wire(msgspec.Struct):
    time: int
    states: list[StateVector] | None
body = requests.get({url!r}, params={{"extended": "1"}}, timeout=30).content
msgspec.json.decode(body, type=Wire)
"""
PLAIN = """
import gc, sys
gc.set_threshold = gc.freeze = lambda *_: None
from flightwatch.cli.main import main
main()
"""
"""``flightwatch`` without what it asks of Python's garbage collector."""


def sky() -> list[Row]:
    """Aircraft all over the world, one in twelve of them watched, moving a little from poll to poll."""
    return [
        row(
            f"{0xA00001 + number * 7:06x}",
            longitude=-179.0 + (number * 37 % 3580) / 10,
            latitude=-60.0 + (number * 13 % 1300) / 10,
            callsign=f"TST{number:05d}",
        )
        for number in range(VECTORS)
    ]


def tails() -> list[str]:
    """American tail numbers, as a rule gives them."""
    found: list[str] = []
    number = 0xA00001
    while len(found) < TAILS:
        known = registration_of(f"{number:06x}")
        if known is not None:
            found.append(known[0])
        number += 5
    return found


def run(command: list[str], environment: dict[str, str], folder: str) -> tuple[float, float]:
    """CPU seconds and peak memory in MB of one process."""
    pid = os.fork()
    if pid == 0:
        os.chdir(folder)
        os.execve(command[0], command, environment)  # noqa: S606 our own command
    _, code, used = os.wait4(pid, 0)
    assert code == 0, code
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    """Run both by turns; print the least of each and their ratio."""
    with TemporaryDirectory() as folder, OpenSkyServer() as server:
        server.credits[ANONYMOUS] = 10**9
        server.states = sky()
        watchlist = Path(folder) / "watchlist.yaml"
        watchlist.write_text("aircraft:\n" + "".join(f"  - {tail}\n" for tail in tails()))
        environment = {"PATH": os.environ["PATH"], "HOME": folder, "FLIGHTWATCH_OPENSKY_URL": server.url}
        poll = [sys.executable, "-m", "flightwatch", "poll", "--watchlist", str(watchlist), "--db", f"{folder}/a.db"]
        least = [sys.executable, "-c", LEAST.format(url=f"{server.url}/states/all")]
        plain = [sys.executable, "-c", PLAIN, *poll[3:-1], f"{folder}/b.db"]
        commands = {"least": least, "poll": poll, "plain": plain}
        measured: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for _ in range(RUNS):
            server.time += 60
            for vector in server.states:
                vector[3] = vector[4] = server.time
            for name, command in commands.items():
                measured[name].append(run(command, environment, folder))
        cpu = {name: min(cpu for cpu, _ in runs) for name, runs in measured.items()}
        peak = {name: max(peak for _, peak in runs) for name, runs in measured.items()}
    for name in measured:
        print(f"{name:6} {cpu[name]:.3f} s CPU, {peak[name]:.0f} MB")
    print(f"ratio  {cpu['poll'] / cpu['least']:.2f}; with Python's own collector {cpu['plain'] / cpu['least']:.2f}")


if __name__ == "__main__":
    main()
