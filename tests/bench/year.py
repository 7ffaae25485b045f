"""How large a database grows in a year of polls a minute, by hand: ``python tests/bench/year.py``.

Each poll is recorded as polls record themselves, with what it asked and the balances; one in fifty fails, and now and then nobody
polls for hours. Nothing lands: what visits take is beside this. The disk is not waited for.
"""

from datetime import timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

from flightwatch.core.model import Query, instant
from flightwatch.storage.poll_log import PollLog
from flightwatch.storage.poll_record import PollRecord
from flightwatch.storage.pruning import give_back, prune, size_of
from flightwatch.storage.store import Store
from flightwatch.tracking.advance_all import PollChanges

START, DAYS = 1_735_689_600, 365
"""1 January 2025."""
NOTHING = PollChanges({}, frozenset(), (), ())
QUERY = Query(icao24s=tuple(f"4b{number:04x}" for number in range(50)))


def main() -> None:
    """Poll for a year; print the size by the quarter, and how long a poll's own statements take then."""
    random = Random(1)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "year.db"
        with Store(path, lasting=False) as store:
            minute = 0
            while minute < DAYS * 1440:
                at, failed = instant(START + minute * 60), random.random() < 0.02
                record = PollRecord(
                    at,
                    None if failed else at - timedelta(seconds=random.randrange(5, 15)),
                    "opensky-network.org did not answer within 20 s; nothing is lost" if failed else "ok",
                    9000,
                    0,
                    3999,
                    800,
                    (QUERY,),
                    () if failed else (3999,),
                    signed_in=True,
                )
                began = perf_counter()
                if failed:
                    store.record_failure(record)
                else:
                    store.commit(NOTHING, record)
                taken = perf_counter() - began
                if minute % (1440 * 73) < 2:
                    print(
                        f"day {minute // 1440}: {size_of(path) / 1e6:.1f} MB, recorded in {1000 * taken:.1f} ms",
                        flush=True,
                    )
                minute += 1 if random.random() > 0.0001 else random.randrange(60, 600)
            end = instant(START + DAYS * 86_400)
            began = perf_counter()
            log = PollLog(store)
            log.ledger(end, signed_in=True), log.begun(), log.gaps(instant(START), end, timedelta(hours=1))
            print(
                f"at the end {size_of(path) / 1e6:.1f} MB; what a poll asks of polls {1000 * (perf_counter() - began):.1f} ms"
            )
            prune(store, end - timedelta(days=4), with_visits=False)
            give_back(store)
            print(f"pruned {size_of(path) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
