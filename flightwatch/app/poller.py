"""Polling by a watchlist, once or in a loop, and delivering what waits: the parts put together."""

import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from flightwatch.alerting.answer_times import last_used
from flightwatch.alerting.cycle import with_passing
from flightwatch.app.channel import BUDGET_S, PRINT, Deliver, heirs
from flightwatch.app.clients import clients, recorder
from flightwatch.app.clock import clock_line, just_now, uptime, utc_now
from flightwatch.app.couriers import Couriers
from flightwatch.app.damaged_rows import begun_anew, left_out
from flightwatch.app.loop import Say, repeat
from flightwatch.app.poll import poll_once
from flightwatch.app.poll_outcomes import Polled
from flightwatch.core.airports import Airports
from flightwatch.core.model import Event
from flightwatch.errors import DamagedRow, DeliveryError, FlightwatchError
from flightwatch.planning.trace_days import TRACES
from flightwatch.storage import watchlists
from flightwatch.storage.lock import delivery_lock, poll_lock
from flightwatch.storage.outbox import Outbox
from flightwatch.storage.poll_log import PollLog
from flightwatch.storage.store import Store
from flightwatch.tracking.passing import TailOf
from flightwatch.watchlist.model import Watchlist
from flightwatch.wording.phrases import counted
from flightwatch.wording.poll_line import polled_line

if TYPE_CHECKING:
    from flightwatch.wording.alert import Alert

_APART = "give each watchlist a database of its own with --db"


class Poller:
    """Polls by one watchlist into one database.

    ``name`` is what the watchlist is called, an absolute path; None: it has no lasting name, as when it comes through a pipe.
    ``channels`` bring alerts to their readers, by the channel's name in the outbox. ``tail_of`` as for `passing`. ``note`` takes
    what the user should know, ``detail`` what only a curious one asks for. Where it is not ``is_looked_at``, nobody
    reads what a poll did.
    """

    def __init__(
        self,
        watchlist: Watchlist,
        airports: Airports,
        database: Path,
        channels: Mapping[str, Deliver],
        *,
        name: str | None,
        record: Path | None,
        dry_run: bool,
        tail_of: TailOf,
        note: Say,
        detail: Say,
        is_looked_at: bool,
    ) -> None:
        self._name = name
        self._is_looked_at = is_looked_at
        self._database = database
        self._recorder = None if record is None else recorder(record)
        self._couriers = Couriers(database, self._carry)
        self._dry_run = dry_run
        self._tail_of = tail_of
        self._note = note
        self._detail = detail
        self.follow(watchlist, airports, channels)

    def follow(self, watchlist: Watchlist, airports: Airports, channels: Mapping[str, Deliver]) -> None:
        """Poll by this watchlist and this table from now on, and tell by its channels."""
        self._watchlist, self._channels = watchlist, channels
        self._airports = airports.with_added(watchlist.airfields)
        self._sources = clients(watchlist)

    def poll(self, patience_s: float | None = None) -> str | None:
        """Run one cycle; return what it did, in a line, or None where another poll had the database, or nobody looks.

        Raises `SourceError` when the source failed, `DeliveryError` when an alert is still undelivered. Alerts of earlier
        polls that wait are delivered even when this poll fails. Channels that need longer than ``patience_s`` go on delivering,
        and what went wrong with them is told by the next cycle; None: all are waited for.
        """
        if self._dry_run:
            return self._rehearse()
        polled = self._asked()
        if polled is None:
            return None
        failures = self._deliver(patience_s, is_good=isinstance(polled, Polled))
        if not isinstance(polled, Polled):
            for failure in failures:
                self._note(failure)
            raise polled
        if failures:
            raise DeliveryError("\n".join(failures))
        if not polled.told and polled.poll is not None:
            self._look_up()
        return self._line(polled)

    def _look_up(self) -> None:
        """Use a poll that had nothing to tell to look an earlier landing up that nobody saw."""
        if any(entry.kind == TRACES for entry in self._watchlist.sources):
            from flightwatch.app.quiet_confirming import look_up_quietly

            look_up_quietly(self._database, self._watchlist, self._airports, self._detail)

    def keep_polling(self, every: timedelta, tell: Say, before: Callable[[], None]) -> None:
        """Poll at this cadence as `repeat` does, and do ``before`` first; at the end wait for channels that still deliver.

        A slow channel is waited for up to half the cadence, and goes on during the polls that follow.
        """
        patience_s = min(BUDGET_S, every.total_seconds() / 2)

        def cycle() -> str | None:
            before()
            return self.poll(patience_s)

        repeat(cycle, every, self._note, tell)
        for failure in self._couriers.wait():
            self._note(failure)

    def _asked(self) -> Polled | FlightwatchError | None:
        """Ask, and write what that brought; None: another poll does so, which is said. No other can meanwhile."""
        with poll_lock(self._database) as held:
            if not held:
                self._note(self._held_up())
                return None
            with Store(self._database) as store:
                try:
                    polled = self._ask(store)
                except FlightwatchError as error:
                    return error
                # Not before, as a damaged database is left as it is: by now it is known to be sound.
                self._tell_of_sharing(store)
                if polled.plan.queries:
                    self._tell_cost(store)
                damage = begun_anew(store)
                return polled if damage is None else DamagedRow(damage)

    def _line(self, polled: Polled) -> str | None:
        if not self._is_looked_at:
            return None
        return polled_line(
            polled.plan.queries,
            polled.poll,
            polled.told,
            self._watchlist.watched,
            why_not=polled.plan.why,
            credits_left=polled.credits_left,
            lag=polled.lag,
        )

    def _held_up(self) -> str:
        other = watchlists.last(self._database)
        if self._name is None or other == self._name or not _is_there(other):
            return f"another poll is already writing to {self._database}; this one asked nothing"
        return (
            f"another poll is already writing to {self._database}, which {other} used last; "
            f"this one, for {self._name}, asked nothing: {_APART}"
        )

    def _tell_of_sharing(self, store: Store) -> None:
        """Say once that another watchlist polls here too: each would send the other's alerts to its own channels."""
        other = None if self._name is None else watchlists.enter(store, self._name)
        if _is_there(other):
            self._note(
                f"{self._database} holds the polls of {other}, and from now on those of {self._name} too; "
                f"if both are in use, {_APART}"
            )

    def _tell_cost(self, store: Store) -> None:
        last = store.last_poll()
        if last is not None and last.at is not None:
            left = "unknown" if last.credits_remaining is None else f"{last.credits_remaining:,}"
            heard = f"{counted(last.vectors or 0, 'state vector')}, {last.skipped:,} skipped"
            self._detail(f"{heard}, {last.duration_ms:,} ms; credits left: {left}")

    def _sees(self, store: Store) -> bool:
        """Tell whether a good poll was lately: one that asks nothing only waits for its turn."""
        unseen = PollLog(store).unseen(just_now())
        return store.last_poll_at() is not None and unseen is not None and unseen < self._watchlist.health.blind_after

    def _now(self, store: Store) -> datetime:
        """Return the time by the data's clock, which also says when things happened."""
        return PollLog(store).data_time(just_now())

    def _beat(self) -> None:
        address = self._watchlist.health.heartbeat
        if address is None:
            return
        from flightwatch.channels.heartbeat import beat

        if (missed := beat(address)) is not None:
            self._note(missed)

    def _deliver(self, patience_s: float | None, *, is_good: bool) -> list[str]:
        """Deliver what is due, printed alerts first, the other channels beside each other; return what went wrong, a line each.

        The heartbeat goes out meanwhile, after a poll that ``is_good``.
        """
        said = list[str]()
        with Store(self._database) as store:
            outbox = Outbox(store, self._watchlist.digests)
            for gone, heir in heirs(outbox, self._channels):
                with delivery_lock(self._database, gone) as held:
                    if held:
                        outbox.rename(gone, heir, self._now(store))
            due = dict.fromkeys(alert.channel for alert in outbox.due(self._now(store)))
            for name in due:
                if name == PRINT or name not in self._channels:
                    said += self._couriers.bring(name)
            for name in due:
                if name != PRINT and name in self._channels:
                    self._couriers.send(name)
            if is_good and self._sees(store):
                self._beat()
        return said + self._couriers.wait(patience_s)

    def _carry(self, channel: str, store: Store) -> list[str]:
        from flightwatch.app.alert_context import Around, alert_of
        from flightwatch.app.deliver import deliver_due
        from flightwatch.app.digest_standing import still_there

        watchlist = with_passing(self._watchlist, store.tracks()) if self._watchlist.callsigns else self._watchlist
        delay = next((each.routing.delay for each in watchlist.notify if each.name == channel), None)
        around = Around(store, watchlist, self._now(store) - delay if delay else None)

        def compose(event: Event, *, is_brief: bool = False) -> "Alert":
            return alert_of(event, store, watchlist, self._airports, around, is_brief=is_brief)

        def standing(name: str) -> tuple[tuple[str, str], ...]:
            return still_there(name, store, watchlist, self._airports, self._now(store))

        outbox = Outbox(store, self._watchlist.digests)
        failures = deliver_due(channel, outbox, self._channels, compose, lambda: self._now(store), still_there=standing)
        if (damage := left_out(store)) is not None:
            self._note(damage)
        return failures

    def _rehearse(self) -> str | None:
        """Print what a poll would tell; return what `poll` does. A database that is not there yet stays so."""
        with ExitStack() as ended:
            path = self._database
            if not path.exists():
                path = Path(ended.enter_context(TemporaryDirectory(prefix="flightwatch-"))) / "empty.db"
            store = ended.enter_context(Store(path))
            polled = self._ask(store)
            for event in polled.told:
                from flightwatch.app.alert_context import alert_of

                self._channels[PRINT](alert_of(event, store, self._watchlist, self._airports))
            if (damage := left_out(store)) is not None:
                self._note(damage)
        return self._line(polled)

    def _ask(self, store: Store) -> Polled:
        log, now, lag = PollLog(store), just_now(), None
        before, answer = log.last_begun(), last_used(log.answers())
        try:
            polled = poll_once(
                self._watchlist,
                self._airports,
                self._sources,
                store,
                clock=utc_now,
                uptime=uptime,
                recorder=self._recorder,
                tail_of=self._tail_of,
                dry_run=self._dry_run,
            )
            lag = None if polled.poll is None else polled.lag
        finally:
            names = [entry.name for entry in self._watchlist.sources]
            if (line := clock_line(before, answer, now, lag, sources=names)) is not None:
                self._note(line)
        for line in polled.lines:
            self._note(line)
        count, plan = len(polled.plan.queries), polled.plan
        asked = f"{count} {'query' if count == 1 else 'queries'}, {counted(plan.credits, 'credit')} planned"
        self._detail(f"nothing asked: {plan.why}" if plan.why is not None else asked)
        return polled


def _is_there(watchlist: str | None) -> bool:
    """Tell whether a watchlist that polled may do so again: one whose file is gone was moved or renamed."""
    return watchlist is not None and os.path.exists(watchlist)  # noqa: PTH110 Path raises where nobody may look
