"""The recorded flights heard by two sources instead of one, by hand: ``python tests/accuracy/split_sources.py [--seed 1]``.

Each report goes at random to one of the two or to both, each source answers up to 30 s late, one clock may be wrong by 5 min, and
one of them may die in the middle: by an error, by empty answers or by standing still. What is told is compared with what the
whole recording tells: the same landings and departures, one each. From when one has died, the other hears all. What is not
the same is compared with what one source alone tells that hears all as late: what differs there alike is lost to the delay.
"""

import argparse
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from statistics import median
from typing import Final

from msgspec.structs import replace
from recordings import Recorded, polls, truths
from scoring import Tally, count, told_by

from flightwatch.alerting.cycle import NOTHING, cycle
from flightwatch.alerting.hearing import hearing
from flightwatch.core.airports import Airports
from flightwatch.core.model import OPENSKY, Answered, Event, Icao24, Poll, Query, StateVector
from flightwatch.core.watched import WatchedAircraft
from flightwatch.storage.tables import load_airports
from flightwatch.tracking.listening import Memory
from flightwatch.tracking.track import Track
from flightwatch.watchlist.model import SourceEntry, Watchlist

SETS: Final = ("flights", "opensky", "real")
OTHER: Final = "adsb.lol"
LATE_S, WRONG_CLOCK_S = 30, 300
STRANGERS: Final = 60
"""Others in each answer, so that an empty one is no usual one."""
SAME_TIME: Final = timedelta(minutes=5)
"""Difference up to which two times are of one event."""
DEATHS: Final = ("", "error", "empty", "standing still")
SHARES: Final = (("one", 0.4), ("other", 0.4), ("both", 0.2))


@dataclass
class Ear:
    """One of the two sources."""

    name: str
    late_s: int
    clock_s: int = 0
    death: str = ""
    last: Poll | None = None

    def answer(self, whole: Poll, minutes: Sequence[Poll], mine: set[Icao24], *, is_dead: bool) -> Poll | None:
        """What it answers when the whole sky is so; None: an error. What comes too late for it is as it was a minute before."""
        if is_dead and self.death == "error":
            return None
        if is_dead and self.death == "standing still":
            return self.last
        at = whole.at - timedelta(seconds=self.late_s)
        by_s, place = round(at.timestamp()), bisect_right(minutes, at, key=lambda poll: poll.at)
        earlier = {row.icao24: row for row in (minutes[place - 1].vectors if place else ())}
        now = {row.icao24: row for row in whole.vectors if row.last_contact <= by_s}
        kept = tuple(_moved(r, self.clock_s) for icao24, r in (earlier | now).items() if icao24 in mine)
        if is_dead and self.death == "empty":
            kept = ()
        count = 0 if is_dead and self.death == "empty" else len(kept) + STRANGERS
        self.last = replace(
            whole,
            at=at + timedelta(seconds=self.clock_s),
            vectors=kept,
            answered=(Answered(Query(source=self.name), count),),
            sources=(self.name,),
        )
        return self.last


def _moved(row: StateVector, by_s: int) -> StateVector:
    position_at = row.time_position
    return replace(
        row,
        last_contact=row.last_contact + by_s,
        time_position=None if position_at is None else position_at + by_s,
    )


def split(whole: Sequence[Poll], minutes: Sequence[Poll], ears: Sequence[Ear], random: Random) -> Iterator[list[Poll]]:
    """The answers of both to each poll; the one that has a death dies in the middle. ``minutes``: the same, a poll a minute."""
    known = sorted({row.icao24 for poll in whole for row in poll.vectors})
    for number, poll in enumerate(whole):
        dead = [ear.death != "" and 2 * number >= len(whole) for ear in ears]
        mine: list[set[Icao24]] = [set(), set()]
        for icao24 in known:
            who = random.choices([name for name, _ in SHARES], [share for _, share in SHARES])[0]
            if any(dead) or who != "other":
                mine[0].add(icao24)
            if any(dead) or who != "one":
                mine[1].add(icao24)
        answers = (e.answer(poll, minutes, m, is_dead=d) for e, m, d in zip(ears, mine, dead, strict=True))
        yield [answer for answer in answers if answer is not None]


def follow(answers: Iterator[list[Poll]], watchlist: Watchlist, airports: Airports) -> list[Event]:
    """What polls tell of these answers, judged as a live poll judges them."""
    tracks, memory, last = dict[Icao24, Track](), Memory(), dict[str, datetime]()
    last_at, events = None, list[Event]()
    for polls_of in filter(None, answers):
        heard = hearing(memory, polls_of, last=last, is_alone=len(watchlist.sources) == 1)
        found = cycle(heard, last_at, tracks, memory, watchlist=watchlist, airports=airports)
        if found is not NOTHING:
            memory = found.memory
        if found.poll is None:
            continue
        last |= {name: poll.at for name, poll in heard.by_source.items()}
        last_at = found.poll.at
        tracks.update(found.changes.tracks)
        events += found.told
    return events


@dataclass
class Compared:
    """How what two sources tell compares with what one tells who hears all."""

    whole: int = 0
    """Landings and departures that the whole recordings tell and do not take back."""
    same: int = 0
    same_id: int = 0
    elsewhere: int = 0
    missing: int = 0
    more: int = 0
    by_delay: int = 0
    """Of those elsewhere, missing and more: as they are where one source alone hears all, as late as one of the two."""
    off_s: list[float] = field(default_factory=list)
    truth: tuple[Tally, Tally] = field(default_factory=lambda: (Tally(), Tally()))
    """What is right of both, of the whole and of the two."""


def standing(events: Sequence[Event]) -> list[Event]:
    """Landings and departures that are not taken back."""
    gone = {event.retracts for event in events}
    return [event for event in events if event.type in ("landing", "departure") and event.id not in gone]


def compare(tally: Compared, whole: Sequence[Event], two: Sequence[Event]) -> list[Event]:
    """Count those of the same kind, field and time, each once. Returns those that are not the same."""
    left, odd = standing(two), list[Event]()
    for told in standing(whole):
        tally.whole += 1
        near = [e for e in left if (e.type, e.icao24) == (told.type, told.icao24) and _is_same_time(e, told)]
        same = next((e for e in near if e.airport == told.airport), None)
        if same is not None:
            tally.same += 1
            tally.same_id += same.id == told.id
            tally.off_s.append(abs((same.time - told.time).total_seconds()))
        else:
            tally.elsewhere += bool(near)
            tally.missing += not near
            odd.append(told)
        if near:
            left.remove(same or near[0])
    tally.more += len(left)
    return odd + left


def _is_among(event: Event, others: Sequence[Event]) -> bool:
    return any(
        (e.type, e.icao24, e.airport) == (event.type, event.icao24, event.airport) and _is_same_time(e, event)
        for e in others
    )


def _is_same_time(a: Event, b: Event) -> bool:
    return abs(a.time - b.time) <= SAME_TIME or (a.earliest <= b.latest and b.earliest <= a.latest)


def run(name: str, airports: Airports, *, clock_s: int, death: str, seed: int) -> Compared:
    """Compare all recordings of a set."""
    tally, random = Compared(), Random(seed)
    every = {recorded.case: recorded for recorded in truths(name)}
    for case, recorded in every.items():
        whole = list(polls(name, recorded))
        minutes = list(polls(name, every.get(case.replace("-300s", "-60s"), recorded)))
        dying = random.randrange(2)
        ears = [
            Ear(source, random.randint(0, LATE_S), clock_s if number else 0, death if number == dying else "")
            for number, source in enumerate((OPENSKY, OTHER))
        ]
        alone, both = _watchlist(recorded, 1), _watchlist(recorded, 2)
        told = follow(([poll] for poll in whole), alone, airports)
        told_by_two = follow(split(whole, minutes, ears, random), both, airports)
        odd = compare(tally, told, told_by_two)
        late = (
            [e for ear in ears for e in compare(Compared(), told, _told_late(ear, whole, minutes, alone, airports))]
            if odd
            else []
        )
        tally.by_delay += sum(_is_among(event, late) for event in odd)
        for total, events in zip(tally.truth, (told, told_by_two), strict=True):
            total += count(recorded, told_by(events))  # a sum of its own kind
    return tally


def _told_late(
    ear: Ear, whole: Sequence[Poll], minutes: Sequence[Poll], alone: Watchlist, airports: Airports
) -> list[Event]:
    """What is told where one source hears all, as late as ``ear``."""
    late, known = Ear(OPENSKY, ear.late_s), {row.icao24 for poll in whole for row in poll.vectors}
    answers = (late.answer(poll, minutes, known, is_dead=False) for poll in whole)
    return follow(([answer] for answer in answers if answer is not None), alone, airports)


def _watchlist(recorded: Recorded, sources: int) -> Watchlist:
    aircraft = tuple(WatchedAircraft(icao24, None, "given") for icao24 in recorded.icao24)
    both = (SourceEntry("opensky", OPENSKY), SourceEntry("adsb.lol", OTHER))
    return Watchlist(aircraft=aircraft, sources=both[:sources])


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sets", nargs="*", default=SETS)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    airports = load_airports()
    print(
        "| set | clock | death | told | same | id too | elsewhere | missing | more | by delay | median off s | right | wrong |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|---|---|")
    for name in given.sets:
        for clock_s in (0, WRONG_CLOCK_S):
            for death in DEATHS:
                t = run(name, airports, clock_s=clock_s, death=death, seed=given.seed)
                off = f"{median(t.off_s):.0f}" if t.off_s else "-"
                right = " / ".join(f"{each.right}" for each in t.truth)
                wrong = " / ".join(f"{each.wrong + each.false}" for each in t.truth)
                print(
                    f"| {name} | {clock_s} s | {death or 'none'} | {t.whole} | {t.same} | {t.same_id} | {t.elsewhere} | "
                    f"{t.missing} | {t.more} | {t.by_delay} | {off} | {right} | {wrong} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
