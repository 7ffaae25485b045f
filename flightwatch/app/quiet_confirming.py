"""What a poll with nothing to tell does for earlier ones: it looks inferred landings up in adsb.lol's traces, a day at a time.

Only where the watchlist's ``sources:`` have adsb.lol. It comes after alerts have gone out, and whatever goes wrong with it
is no failure of the poll.
"""

from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from flightwatch.app.clock import utc_now
from flightwatch.app.confirming import days_to_look_at, inferred_visits, is_asked, look_up, looked_line
from flightwatch.app.knowledge import Knowledge
from flightwatch.app.status_traces import LookUps
from flightwatch.app.topic import Topic
from flightwatch.app.trace_inquiry import TraceSource, Wanted, adsb_lol, inquire_traces, wanted_traces
from flightwatch.core.airports import Airports
from flightwatch.core.visits import Visit
from flightwatch.errors import DamagedRow, SourceError
from flightwatch.planning.trace_days import day_of, is_settled
from flightwatch.storage.lock import poll_lock
from flightwatch.storage.look_ups import answers, last_look_up, uncompared
from flightwatch.storage.store import BATCH, Store
from flightwatch.storage.traces import CONFIRMING, rest_until, wants_rest_until
from flightwatch.watchlist.model import Watchlist

PAUSE: Final = timedelta(hours=1)
"""How long nothing is looked up where nothing was left to ask, or adsb.lol did not answer."""


def look_up_quietly(database: Path, watchlist: Watchlist, airports: Airports, say: Callable[[str], None]) -> None:
    """Look some landing up that polls into this database inferred; ``say`` takes what only a curious user asks for."""
    with Store(database) as store:
        look_up_some(Knowledge(store, watchlist, airports, utc_now()), watchlist, adsb_lol, utc_now, say)


def look_up_some(
    knowledge: Knowledge,
    watchlist: Watchlist,
    source: Callable[[], TraceSource],
    clock: Callable[[], datetime],
    say: Callable[[str], None],
) -> None:
    """Ask about one airframe and day, if any is left, and correct what is known to be otherwise by then.

    That is one question to six, a second apart. Corrections wait in the outbox for the next poll.
    """
    store, now = knowledge.store, clock()
    if wants_rest_until(store, now, CONFIRMING) is not None:
        return
    visits = [visit for visit in _inferred(store, watchlist, now) if _is_over(visit, now)]
    wanted = _wanted(visits, store, now)
    try:
        inquire_traces(
            knowledge,
            source,
            wanted[:1],
            clock=clock,
            say=say,
            bar=lambda _what, _total: nullcontext(lambda _done, _total: None),
        )
    except SourceError as error:
        say(str(error))
        rest_until(store, now + PAUSE, now, CONFIRMING)
        return
    _correct([visit for visit in visits if is_asked(visit, store, now)], knowledge, watchlist, now, say)
    if len(wanted) < 2:
        rest_until(store, now + PAUSE, now, CONFIRMING)


def _wanted(visits: list[Visit], store: Store, now: datetime) -> list[Wanted]:
    """The traces to ask for, of days that are written."""
    pending = [visit for visit in visits if not is_asked(visit, store, now)]
    return [each for each in wanted_traces(store, days_to_look_at(pending), now) if is_settled(each.day, now)]


def look_ups(store: Store, watchlist: Watchlist, now: datetime) -> LookUps:
    """Read how far polls are with looking landings up."""
    visits = [*_inferred(store, watchlist, now)]
    over = [visit for visit in visits if _is_over(visit, now)]
    asked = [visit for visit in over if is_asked(visit, store, now)]
    done, last = len(asked) - len(uncompared(store, asked)), last_look_up(store)
    return LookUps(
        waiting=len(visits) - done,
        too_new=len(visits) - len(over),
        traces=len(_wanted(over, store, now)),
        last=last,
        visit=None if last is None else _visit(store, last.visit),
        answers=answers(store),
        rest_until=wants_rest_until(store, now),
    )


def _visit(store: Store, id_: str) -> Visit | None:
    with suppress(DamagedRow):
        return store.visit(id_)
    return None


def _correct(
    visits: list[Visit], knowledge: Knowledge, watchlist: Watchlist, now: datetime, say: Callable[[str], None]
) -> None:
    """Look those up that were not compared yet with the traces that came, for whatever question."""
    those = uncompared(knowledge.store, visits)
    if not those:
        return
    with poll_lock(knowledge.store.path) as held:
        if held:
            say(looked_line(look_up(those, knowledge, watchlist, now)))


def _inferred(store: Store, watchlist: Watchlist, now: datetime) -> Iterator[Visit]:
    """The inferred visits of the watchlist's aircraft, as many aircraft at once as a question to the database takes."""
    icao24s = [*watchlist.watched.aircraft_by_icao24]
    for begin in range(0, len(icao24s), BATCH):
        yield from inferred_visits([Topic("", icao24s=tuple(icao24s[begin : begin + BATCH]))], store, now)


def _is_over(visit: Visit, now: datetime) -> bool:
    return is_settled(day_of(visit.arrival.latest), now)
