"""Faults, and what a poll makes of each.

They stand in docs/reference/messages.md as a table, which ``python tests/support/fault_table.py --write`` makes anew.
"""

import resource
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

sys.path.append(str(Path(__file__).parents[2] / "tools"))

from cron_polls import Case, Run, Unavailable, before_touchdown, perform
from injected_faults import (
    AT,
    MANY,
    OURS,
    ahead,
    answers,
    backwards,
    body,
    clock_set_by,
    closed,
    crowded,
    damaged,
    environment,
    fallen_silent,
    flipped_track,
    flipped_visit,
    folder_in_the_way,
    full_disk,
    full_output,
    killed,
    limited,
    locked,
    newer,
    no_proxy,
    ours,
    overtaken,
    refused,
    signed_in,
    spent,
    stranger,
    swallowed,
    untrusted,
    without_locks,
)
from message_tables import MessageTable
from opensky_server import BROKEN_GZIP, CLOSE, CUT, DRIP, EMPTY, HANG, HTML, TRUNCATED, status

TABLE: Final = MessageTable(
    "<!-- made by: python tests/support/fault_table.py --write -->\n",
    "<!-- end -->\n",
    ("| fault | what it says | code | the landing |", "|---|---|---|---|"),
)
WORKERS: Final = 8
"""Polls at once. Most wait: for an answer, for the pause before the next try, for a lock."""

HOUR_S: Final = 3600
TOLD: Final = "told at once"
NEXT: Final = "told by the next poll"
KEPT: Final = "all kept; told by the next poll"
NAN, INFINITY = float("nan"), float("inf")
WRONG: Final[tuple[object, ...]] = (None, 1, [], ["15521f"], stranger(1, latitude="north"))

CASES: Final = (
    # The slow ones first: the others run meanwhile.
    Case("connection swallowed, as by a firewall", swallowed, 3, KEPT),
    Case("no answer in time", answers(HANG, HANG, HANG), 3, KEPT),
    Case("answer a byte at a time", answers(DRIP, DRIP, DRIP), 3, KEPT),
    Case("connection refused", refused, 3, KEPT),
    # A network interface that does not exist fails in the resolver, as an unknown name does, without asking anyone.
    Case("name not found (DNS)", environment(FLIGHTWATCH_OPENSKY_URL="http://[::1%25nosuch]:9"), 3, KEPT),
    Case("stranger's certificate (TLS)", untrusted, 3, KEPT),
    Case("proxy down", no_proxy, 3, KEPT),
    Case("connection closed without an answer", answers(CLOSE, CLOSE, CLOSE), 3, KEPT),
    Case("answer cut off", answers(CUT, CUT, CUT), 3, KEPT),
    Case("400", answers(status(400)), 3, KEPT),
    Case("401, no account", answers(status(401)), 3, KEPT),
    Case("401 once, with an account", signed_in(status(401)), 0, TOLD),
    Case("401 twice, with an account", signed_in(status(401), status(401)), 3, KEPT),
    Case("403", answers(status(403)), 3, KEPT),
    Case("404", answers(status(404)), 3, KEPT),
    Case("429 that says how long", spent(status(429, X_Rate_Limit_Retry_After_Seconds="11520")), 3, KEPT),
    Case("429 that does not", spent(status(429)), 3, KEPT),
    Case("502 once", answers(status(502)), 0, TOLD),
    Case("503 three times", answers(*[status(503)] * 3), 3, KEPT),
    Case("HTML, as of a log-in page", answers(HTML), 3, KEPT),
    Case("nothing at all", answers(EMPTY), 3, KEPT),
    Case("JSON cut short", answers(TRUNCATED), 3, KEPT),
    Case("broken gzip", answers(BROKEN_GZIP), 3, KEPT),
    Case("`states` of a wrong type", body("none"), 3, KEPT),
    Case("`time` of a wrong type", body([OURS], at="noon"), 3, KEPT),
    Case("`time` negative", body([OURS], at=-1), 3, KEPT),
    Case("`time` in milliseconds", body([OURS], at=AT * 1000), 3, KEPT),
    Case("`time` years ahead of our clock", body([OURS], at=4_000_000_000), 3, KEPT),
    Case("`time` two hours ahead of our clock, once", ahead(2 * HOUR_S), 3, KEPT),
    Case("`time` an hour ahead of our clock, always", answers(), 0, TOLD, clock_s=HOUR_S),
    Case("`time` an hour behind our clock, always", answers(), 0, TOLD, clock_s=-HOUR_S),
    Case("our clock set back a day", clock_set_by(-24 * HOUR_S), 0, TOLD),
    Case("our clock set on a day", clock_set_by(24 * HOUR_S), 0, TOLD),
    Case("`time` before the last poll's", backwards, 0, KEPT),
    Case("`states: null`", body(None), 0, NEXT),
    Case("nobody in the whole world, where there were thousands", fallen_silent(0), 3, NEXT),
    Case("hardly anybody, where there were thousands", fallen_silent(400), 3, NEXT),
    Case("17 columns", body([OURS[:17]]), 0, TOLD),
    Case("a column inserted", body([[*OURS[:4], "new", *OURS[4:]]]), 3, KEPT),
    Case("times with fractions", body([ours(time_position=AT + 0.25, last_contact=AT + 0.5)], at=AT + 0.75), 0, TOLD),
    Case("30 columns", body([OURS + [0] * 12]), 0, TOLD),
    Case("icao24 in upper case", body([ours(icao24="15521F")]), 0, TOLD),
    Case("the same row twice", body([OURS, OURS]), 0, TOLD),
    Case(
        "rows with NaN and Infinity",
        body([stranger(1, latitude=NAN), stranger(2, velocity=INFINITY), *map(stranger, range(3, 6)), OURS]),
        0,
        TOLD,
    ),
    Case("rows of wrong types", body([*WRONG, *map(stranger, range(len(WRONG))), OURS]), 0, TOLD),
    Case("rows of wrong types, most of them", body([*WRONG, OURS]), 3, KEPT),
    Case("our row with NaN", body([ours(latitude=NAN), stranger(1)]), 0, KEPT),
    Case("our row with a wrong type", body([ours(on_ground="yes"), stranger(1)]), 0, KEPT),
    Case("our row from before 1970", body([ours(time_position=-1, last_contact=-1), stranger(1)]), 0, KEPT),
    Case("our row an hour ahead", body([ours(time_position=AT + HOUR_S, last_contact=AT + HOUR_S)]), 0, NEXT),
    Case(f"{MANY:,} rows", crowded, 0, TOLD),
    Case("another poll still runs", overtaken, 0, KEPT),
    Case("the last poll was killed", killed, 0, TOLD),
    Case("database locked by another program", locked, 1, KEPT),
    Case("database of a newer version", newer, 1, KEPT),
    Case("database damaged: a track", damaged("tracks"), 1, KEPT),
    Case("database damaged: the outbox", damaged("alerts"), 1, KEPT),
    Case("a bit flipped in what is remembered of another aircraft", flipped_track, 1, TOLD),
    Case("a bit flipped in an earlier visit", flipped_visit, 0, TOLD),
    Case("database damaged: its beginning", damaged(None), 1, KEPT),
    Case("disk full", full_disk(40), 1, KEPT),
    Case("disk without the 32 kB that SQLite maps", full_disk(16), 1, KEPT),
    Case("no inodes left", full_disk(512, inodes=4), 1, KEPT),
    Case("limit on file sizes", limited(resource.RLIMIT_FSIZE, 8192), 1, KEPT),
    Case("read-only folder", closed(".", 0o500), 1, KEPT),
    Case("read-only database", closed("flightwatch.db", 0o400), 1, KEPT),
    Case("another user's database", closed("flightwatch.db", 0o000), 1, KEPT),
    Case("another user's lock", closed("flightwatch.db.lock", 0o000), 1, KEPT),
    Case("a file system without locks, as NFS can be", without_locks, 1, KEPT),
    Case("no home, and no `--db`", environment(HOME="/proc/nobody", FLIGHTWATCH_DB=""), 1, KEPT),
    Case("a file where a folder is to be published", folder_in_the_way, 4, TOLD),
    Case("standard output full", full_output, 4, NEXT),
)


@contextmanager
def performances(database: bytes) -> "Iterator[dict[str, Future[Run]]]":
    """Run all, several at a time, each with a copy of this database from before."""
    with TemporaryDirectory(prefix="flightwatch-faults-") as name, ThreadPoolExecutor(WORKERS) as pool:
        folders = [Path(name) / str(number) for number in range(len(CASES))]
        for folder in folders:
            folder.mkdir()
        yield {
            case.name: pool.submit(perform, case, folder, database) for case, folder in zip(CASES, folders, strict=True)
        }


def line(case: Case, run: Run) -> str:
    """Write a case's line of the table."""
    return f"| {case.name} | {f'`{run.said}`' if run.said else 'nothing'} | {run.code} | {run.kept} |"


def lines() -> dict[str, str]:
    """Give the lines that stand in the page, by their case's name."""
    return {row.split(" | ")[0].removeprefix("| "): row for row in TABLE.rows()}


def write() -> None:
    """Put the table into the page; what this machine cannot make stays as it stands."""
    standing, table = lines(), list[str]()
    with performances(before_touchdown()) as runs:
        for case in CASES:
            try:
                table.append(line(case, runs[case.name].result()))
            except Unavailable:
                table.append(standing[case.name])
    TABLE.put(table)


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(__doc__)
    write()
