"""How often SIGKILL loses or repeats an alert.

Run by hand:

    python tests/bench/kill.py --random 50        # at random moments between starting and ending
    python tests/bench/kill.py --steps 3          # at every third step of database, network and output
    python tests/bench/kill.py --steps 3 --digest # the same of a poll that sends a digest

Each poll that is killed is the one that finds a landing and mails it to a real SMTP server on the loopback; the polls
after it must bring the mail, once, or again with the same Message-ID.
"""

import argparse
import logging
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from subprocess import DEVNULL, TimeoutExpired
from tempfile import TemporaryDirectory
from time import monotonic

logging.getLogger("mail.log").disabled = True
sys.path.extend((str(Path(__file__).parents[1] / "support"), str(Path(__file__).parents[2] / "tools")))

from killed_polls import TOUCHDOWN, prepared, restore, run_until  # noqa: E402 after the path
from made_visits import seen_visit  # noqa: E402 after the path
from opensky_server import OpenSkyServer  # noqa: E402 after the path
from program import PATIENCE_S, WATCHLIST, Program, mail_alerts  # noqa: E402 after the path
from smtp_server import SmtpServer  # noqa: E402 after the path
from trustme import CA  # noqa: E402 after the path

from flightwatch.core.model import instant  # noqa: E402 after the path


def random_moments(program: Program, count: int, whole_s: float) -> Iterator[int]:
    """Kill so many polls somewhere in the second half of the time that a whole one takes: around commit and delivery."""
    dice = random.Random(7)
    while count:
        with program.running("poll", stdout=DEVNULL, stderr=DEVNULL) as process:
            try:
                process.wait(dice.uniform(0.5, 1.0) * whole_s)
            except TimeoutExpired:
                process.kill()
                count -= 1
            yield process.wait(PATIENCE_S)


def steps(program: Program, every: int, named: list[str]) -> Iterator[int]:
    """Kill a poll at every so many steps."""
    for step in range(1, len(named), every):
        yield run_until(program, step, program.folder / "steps")


def main() -> None:
    """Kill, poll again, count."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--random", type=int, default=0, metavar="COUNT", help="Kill that many polls at any time instead."
    )
    parser.add_argument("--steps", type=int, default=20, metavar="EVERY", help="Kill at every so many steps.")
    parser.add_argument("--digest", action="store_true", help="Have the landing mailed as a digest.")
    given = parser.parse_args()
    authority = CA()
    with (
        TemporaryDirectory() as folder,
        OpenSkyServer() as server,
        SmtpServer(certificate=authority.issue_cert("127.0.0.1")) as mail_server,
    ):
        trusted = Path(folder) / "authority.pem"
        authority.cert_pem.write_to_path(trusted)
        (Path(folder) / "home").mkdir()
        program = Program(
            Path(folder),
            {
                "PATH": os.environ["PATH"],
                "HOME": str(Path(folder) / "home"),
                "LANG": "C.UTF-8",
                "FLIGHTWATCH_WATCHLIST": "watchlist.yaml",
                "FLIGHTWATCH_DB": "flightwatch.db",
                "FLIGHTWATCH_OPENSKY_URL": server.url,
            },
        )
        program.watchlist.write_text(WATCHLIST)
        mail_alerts(program, mail_server, trusted)
        if given.digest:
            with program.watchlist.open("a") as file:
                file.write(f"    digest: daily {instant(seen_visit()[TOUCHDOWN][0]):%H:%M}\n")
        server.credits["anonymous"] = 10**9
        before = prepared(program, server)
        assert run_until(program, 0, program.folder / "steps") == 0
        named = (program.folder / "steps").read_text().splitlines()
        restore(program, before)
        begun = monotonic()
        assert program.run("poll").returncode == 0
        whole_s = monotonic() - begun
        restore(program, before)
        [identity] = {mail.message["Message-ID"] for mail in mail_server.mails}
        mail_server.mails.clear()
        count: Counter[str] = Counter()
        for ended in (
            random_moments(program, given.random, whole_s) if given.random else steps(program, given.steps, named)
        ):
            count["polls killed" if ended == -signal.SIGKILL else "polls that ended first"] += 1
            assert program.run("poll").returncode == 0
            assert program.run("poll").returncode == 0
            arrived = [mail.message["Message-ID"] for mail in mail_server.mails]
            count["landings expected"] += 1
            count["landings mailed"] += identity in arrived
            count["repeats, same Message-ID"] += len(arrived) - 1
            count["mails of anything else"] += sum(each != identity for each in arrived)
            mail_server.mails.clear()
            restore(program, before)
    for what, number in count.items():
        print(f"{number:6} {what}")


if __name__ == "__main__":
    main()
