"""A month of polls: the planner against OpenSky's ledger, by hand: ``python tests/bench/month.py``.

Four accounts, three watchlists, invented arrivals, the real tracker. Strangers come to the watched airports, watched aircraft
come there and elsewhere; half of all are heard down to the runway, the others are lost 1,500 m above it. What an alert is late
is its poll's time less the touchdown: an alert of a landing that was seen comes with the next look, one that must be inferred
after six minutes of silence or more. Beside it the scheme of other programs: the whole world at each poll, until a 429, then
nothing until the time it names.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from math import radians, tan
from pathlib import Path
from random import Random
from statistics import mean, median, quantiles
from time import perf_counter

from msgspec.structs import replace

from flightwatch.alerting.cycle import tracker_rules
from flightwatch.core.airports import Airports
from flightwatch.core.geo import bearing_deg, box_holds, destination
from flightwatch.core.model import Airport, Coverage, Icao24, Poll, Query, StateVector, instant, seconds
from flightwatch.core.watched import WatchedAircraft, WatchedAirport
from flightwatch.planning.budget import (
    ACCOUNTS,
    ANONYMOUS,
    FEEDER,
    LICENSED,
    REGISTERED,
    WORLD_CREDITS,
    Account,
    Kind,
    Ledger,
    PastPoll,
    after,
    coverage_of,
    price,
)
from flightwatch.planning.plan import plan_poll
from flightwatch.storage.tables import load_airports
from flightwatch.tracking.advance_all import advance_all
from flightwatch.tracking.track import Track
from flightwatch.watchlist.model import Watchlist
from flightwatch.watchlist.reading import parse_watchlist

DAY_S = 86_400
START = 19_783 * DAY_S
"""1 March 2024, 00:00 UTC."""

DAYS = 30
CADENCES_S = {ANONYMOUS: (300, 900), REGISTERED: (60,), FEEDER: (60,), LICENSED: (60,)}

STRANGERS_A_DAY, FLIGHTS_A_WEEK, MOST_FLIGHTS_A_DAY = 1.0, 2.0, 4.0
"""Arrivals at a watched airport, and of a watched aircraft; and how many of the latter there are in all."""

FAR_M, NEAR_M, CRUISE_MS, NEAR_MS, CRUISE_M = 450_000.0, 60_000.0, 230.0, 120.0, 10_600.0
"""Arrivals begin so far out at one speed and come in from so near at another, on a 3° path from cruise."""

TAXI_S, LOST_M = 480, 1_500.0
"""How long one that is heard on the ground stays on, and the height at which the others are lost."""

LATE_S = 5400
"""An alert later than this is none: it was told when the aircraft left."""

WATCHLIST = Path(__file__).parent.parent.parent / "watchlist.yaml"
ELSEWHERE = ("PRG", "OTP", "KUL", "ALA", "CPT")
WORLDWIDE = ("FNJ", "VVO", "NAN", "LYR", "ZRH", "BRU", "IST", "SIN", "GRU", "SYD", "JFK", "DXB")

Planner = Callable[[Watchlist, Mapping[Icao24, Track], Ledger, int], Sequence[Query]]


def planned(watchlist: Watchlist, tracks: Mapping[Icao24, Track], ledger: Ledger, at: int) -> Sequence[Query]:
    """What flightwatch asks."""
    return plan_poll(watchlist.watched, tracks, ledger, instant(at)).queries


def fixed(_: Watchlist, __: Mapping[Icao24, Track], ledger: Ledger, at: int) -> Sequence[Query]:
    """What others ask."""
    return () if at < ledger.silent_until else (Query(),)


def watchlists(airports: Airports) -> dict[str, Watchlist]:
    """The three of them."""

    def made(tails: int, *codes: str) -> Watchlist:
        fields = tuple(WatchedAirport(found) for code in codes if (found := airports.find(code)) is not None)
        return Watchlist(tuple(WatchedAircraft(f"15{n:04x}", None, "given") for n in range(tails)), fields)

    shipped = parse_watchlist(WATCHLIST.read_bytes(), name="", environment={}, airports=airports)
    return {"small": made(2, "FNJ"), "shipped": shipped, "large": made(60, *WORLDWIDE)}


@dataclass
class Server:
    """OpenSky's ledger for one account, in which every answer tells the balance."""

    account: Account
    charges: Mapping[Kind, int] = field(default_factory=dict)
    """Where it charges something else than its table says."""
    used: int = 0
    refused: int = 0
    _period: int = -1
    _balance: int = 0

    def ask(self, query: Query, at: int) -> int | None:
        """Charge a query at ``at``: the balance; None is a 429."""
        if (period := at // self.account.period_s) != self._period:
            self._period, self._balance = period, self.account.credits
        cost = price(self.charges, query)
        if cost > self._balance:
            self.refused += 1
            return None
        self._balance -= cost
        self.used += cost
        return self._balance

    def wait_s(self, at: int) -> int:
        """What a 429 at ``at`` says."""
        return self.account.period_s - at % self.account.period_s


@dataclass(frozen=True)
class Arrival:
    """One aircraft coming in straight."""

    icao24: Icao24
    airport: Airport
    course: float
    down_at: int
    is_heard: bool
    """Down to the runway and on it."""

    @property
    def begins_at(self) -> int:
        """When it is heard first."""
        return self.down_at - round(NEAR_M / NEAR_MS + (FAR_M - NEAR_M) / CRUISE_MS)

    @property
    def ends_at(self) -> int:
        """When it is heard last, or could be."""
        return self.down_at + TAXI_S

    def report(self, at: int) -> StateVector | None:
        """What it sends at ``at``; None: nothing, or nobody hears it."""
        left_s, here = self.down_at - at, (self.airport.latitude, self.airport.longitude)
        if left_s <= 0:
            return self._sent(at, here, None, 8.0 if left_s > -TAXI_S / 2 else 0.0, 0.0) if self.is_heard else None
        near_s = NEAR_M / NEAR_MS
        away_m = left_s * NEAR_MS if left_s <= near_s else NEAR_M + (left_s - near_s) * CRUISE_MS
        speed = NEAR_MS if left_s <= near_s else CRUISE_MS
        height = min(CRUISE_M, away_m * tan(radians(3.0)))
        if not self.is_heard and height < LOST_M:
            return None
        there = destination(*here, self.course, away_m / 1000)
        sink = 0.0 if height == CRUISE_M else -speed * tan(radians(3.0))
        return self._sent(at, there, height + (self.airport.elevation_m or 0.0), speed, sink)

    def _sent(
        self, at: int, place: tuple[float, float], height: float | None, speed: float, climb: float
    ) -> StateVector:
        lat, lon = place
        track = bearing_deg(lat, lon, self.airport.latitude, self.airport.longitude)
        down = height is None
        return StateVector(
            *(self.icao24, "TST1    ", "Nowhere", at, at, round(lon, 4), round(lat, 4), height, down, speed, track),
            *(climb, None, None, None, False, 0, 0),
        )


def arrivals(watchlist: Watchlist, airports: Airports, days: int, random: Random) -> list[Arrival]:
    """Everybody who comes, in order."""
    elsewhere = [found for code in ELSEWHERE if (found := airports.find(code)) is not None]
    watched = [w.airport for w in watchlist.airports]
    comes: list[tuple[Icao24, Airport, float]] = []
    for number, w in enumerate(watchlist.airports):
        if not w.only:
            comes += [
                (f"71{number:02x}{n % 20:02x}", w.airport, random.random() * days)
                for n in range(round(STRANGERS_A_DAY * days))
            ]
    often = min(FLIGHTS_A_WEEK / 7, MOST_FLIGHTS_A_DAY / max(1, len(watchlist.aircraft)))
    for aircraft in watchlist.aircraft:
        turns = max(1, round(often * days))
        # One at a time: a third of a turn is the least between two flights.
        comes += [
            (aircraft.icao24, random.choice(watched + elsewhere), (n + random.random() * 0.67) * days / turns)
            for n in range(turns)
        ]
    coming = [
        Arrival(icao24, field, random.uniform(0, 360), START + round(day * DAY_S), random.random() < 0.5)
        for icao24, field, day in comes
    ]
    return sorted((a for a in coming if a.begins_at >= START), key=lambda a: a.begins_at)


@dataclass
class Month:
    """What came of it."""

    polls: int = 0
    queries: int = 0
    used: int = 0
    available: int = 0
    refused: int = 0
    came: int = 0
    late_s: list[int] = field(default_factory=list)
    """Of each arrival that was told."""

    @property
    def use(self) -> float:
        """Part of the credits that was used."""
        return self.used / self.available

    def __str__(self) -> str:
        late = sorted(self.late_s)
        p90 = quantiles(late, n=10)[-1] if len(late) > 1 else 0.0
        said = f"{mean(late) / 60:5.1f} {median(late) / 60:5.1f} {p90 / 60:5.1f}" if late else "    -     -     -"
        return (
            f"{self.queries:>7,} {self.used:>8,} {self.use:>6.1%} {self.refused:>4} "
            f"{len(late):>4} of {self.came:<4} {said}"
        )


def month(
    watchlist: Watchlist,
    account: Account,
    step_s: int,
    *,
    airports: Airports,
    planner: Planner = planned,
    charges: Mapping[Kind, int] | None = None,
    days: int = DAYS,
) -> Month:
    """Run it: polls every ``step_s``, a second or three late as cron is."""
    random = Random(1)
    coming = arrivals(watchlist, airports, days, random)
    server = Server(account, charges or {})
    done = Month(came=len(coming), available=account.credits * days * DAY_S // account.period_s)
    ledger = Ledger(ANONYMOUS if account is ANONYMOUS else REGISTERED)
    tracks: dict[Icao24, Track] = {}
    down: dict[Icao24, int] = {}
    here: list[Arrival] = []
    coming.reverse()
    for turn in range(START, START + days * DAY_S, step_s):
        at = turn + random.randrange(1, 4)
        while coming and coming[-1].begins_at <= at:
            here.append(coming.pop())
        down |= {a.icao24: a.down_at for a in here if a.down_at <= at}
        here = [a for a in here if a.ends_at >= at]
        queries = planner(watchlist, tracks, ledger, at)
        balances = tuple(server.ask(query, at) for query in queries)
        ok = None not in balances
        ledger = after(ledger, PastPoll(instant(at), tuple(queries), balances, ok))
        done.polls += 1
        done.queries += len(queries)
        if not ok:
            ledger = replace(ledger, silent_until=at + server.wait_s(at))
        if not queries or not ok or not (here or any(is_awaited(track, at) for track in tracks.values())):
            continue  # nothing could come of it
        coverage = coverage_of(queries)
        vectors = tuple(v for a in here if (v := a.report(at - 3)) is not None and _returned(v, coverage))
        poll = Poll(instant(at), vectors, coverage)
        seen = advance_all(tracks, poll, watchlist.watched, tracker_rules(watchlist), airports)
        tracks |= seen.tracks
        for icao24 in seen.forgotten:
            tracks.pop(icao24, None)
        for event in seen.events:
            down_at = down.pop(event.icao24, None) if event.type == "landing" else None
            if down_at is not None and (late_s := seconds(event.detected_at - instant(down_at))) <= LATE_S:
                done.late_s.append(late_s)
    done.used, done.refused = server.used, server.refused
    return done


def is_awaited(track: Track, at: int) -> bool:
    """Tell whether a silence may still tell of a landing."""
    return track.visit is None and at - (track.heard or 0) <= LATE_S


def _returned(vector: StateVector, coverage: Coverage) -> bool:
    return (
        coverage.world
        or vector.icao24 in coverage.icao24s
        or any(box_holds(box, vector.latitude or 0.0, vector.longitude or 0.0) for box in coverage.boxes)
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="A month of polls: the planner against OpenSky's ledger.")
    parser.add_argument("--days", type=int, default=DAYS)
    days: int = parser.parse_args().days
    airports, begin = load_airports(), perf_counter()
    print(f"{days} days{'':27}{'flightwatch':47}   the whole world at each poll")
    head = "queries  credits   used  429  alerts      late, min: mean median p90"
    print(f"{'account':10} {'every':>6} {'list':8} {head}   {head}")
    for account in ACCOUNTS:
        for step_s in CADENCES_S[account]:
            for name, watchlist in watchlists(airports).items():
                run = partial(month, watchlist, account, step_s, airports=airports, days=days)
                ours = run()
                theirs = "the same" if ours.used == ours.polls * WORLD_CREDITS else str(run(planner=fixed))
                print(f"{account.name:10} {step_s // 60:>2} min {name:8} {ours!s:66} | {theirs}", flush=True)
    print(f"{perf_counter() - begin:.0f} s")


if __name__ == "__main__":
    main()
