"""Seconds and memory of a poll with many alerts waiting, as after a day without a mail server.

Run by hand:

    python tests/bench/many_waiting.py                     # 2,000 and 10,000 landings at one airport
    python tests/bench/many_waiting.py 2000 --limit 512    # under a limit of so many megabytes of address space

Each count of landings waits in a database of its own, which one process polls, with a mail server on the loopback.
"""

import argparse
import json
import logging
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import time

logging.getLogger("mail.log").disabled = True
sys.path.extend((str(Path(__file__).parents[1] / "support"), str(Path(__file__).parents[2] / "tools")))

from crowds import crowd, fleet  # noqa: E402 after the path
from limited import MEGABYTE, run_limited  # noqa: E402 after the path
from program import installed, mail_alerts, open_sky, set_up, show  # noqa: E402 after the path
from smtp_server import SmtpServer  # noqa: E402 after the path
from trustme import CA  # noqa: E402 after the path


def main() -> None:
    """Print a line for each count of alerts."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("counts", type=int, nargs="*", default=[2_000, 10_000])
    parser.add_argument("--limit", type=int, metavar="MB", help="Most address space of the poll.")
    given = parser.parse_args()
    for count in given.counts:
        print(f"{count:6,} waiting: {measured(count, given.limit)}", flush=True)


def measured(count: int, limit_mb: int | None) -> str:
    """Poll once with so many alerts waiting; give its time, peak of memory, and what came."""
    authority = CA()
    with TemporaryDirectory() as folder, open_sky() as server:
        trusted = Path(folder, "trusted.pem")
        authority.cert_pem.write_to_path(trusted)
        with SmtpServer(certificate=authority.issue_cert("127.0.0.1")) as mail_server:
            program = set_up(installed(Path(folder)), server)
            program.watchlist.write_text(f"aircraft: {json.dumps(fleet())}\n")
            mail_alerts(program, mail_server, trusted)
            crowd(program.database, count, "email:desk@example.org,night@example.org")
            show(server, round(time()), [])
            limit = limit_mb and limit_mb * MEGABYTE
            done = run_limited(limit, [sys.executable, "-m", "flightwatch", "poll"], Path(folder), program.environment)
            said = done.err.strip().rpartition("\n")[2]
            mails = [(str(mail.message["Subject"])[:40], len(bytes(mail.message))) for mail in mail_server.mails[:3]]
    return (
        f"{done.cpu_s:.1f} s of processor time, {done.peak_bytes / MEGABYTE:.0f} MB at most; exit code {done.code} {said}; "
        f"{len(mail_server.mails)} mails: {mails}"
    )


if __name__ == "__main__":
    main()
